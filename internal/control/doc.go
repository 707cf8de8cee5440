// Package control is the vocabulary of controls: what a control is, what a rule may look at, and what a result says.
//
// A control is a value made by Define: metadata with the text of every reason, parameters with defaults per level, and pure
// rules for workloads, environments, solutions or the platform. A rule sees its subject and the facts it declares, nothing
// else: no clock, no client, no other control. Missing evidence is Unknown, never Pass.
package control
