// Package network answers what network policies let in and out: whether every pod that a namespace could hold is denied by
// default, and what a pod may still reach. It speaks of the policies only; whether the network plugin enforces them is seen
// elsewhere.
package network
