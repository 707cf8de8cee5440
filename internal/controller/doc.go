// Package controller runs the operator: one loop evaluates everything when facts or time change anything, and a controller
// for each kind writes what is new.
//
// The loop and the controllers run in the leader only; a standby watches, so that it can take over at once. The loop asks
// the engine, which remembers what did not change, and names the objects whose outcome is another than before; each
// controller writes an object's first change at once and later ones a second apart.
package controller
