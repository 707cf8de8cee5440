// Package chain works out the supplier chain of a solution: who processes its data, engaged by whom, under which agreement
// and instruction, in which countries.
//
// What the resources say is kept apart from what is wrong with it. A chain is always made, however broken: every link of
// the solution is in it once, and a circle, an engagement by nobody, a name used twice or a supplier that does not exist is
// a Fault beside it. There is no clock: agreements have terms with instants, and whoever judges gives the time.
package chain
