// Package facts holds what is known about a cluster and about what is required of it: immutable values, kept by type and
// namespace, and the state of the sources they come from.
//
// A fact is a pointer to a struct that nobody changes once it is in a Store. When a newly read object gives a fact equal
// to the one already held, the old pointer stays, so that a pointer and the generation of a list identify what was seen.
// Facts never hold Secrets, environment values that may be secret, or personal data.
package facts
