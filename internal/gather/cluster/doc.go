// Package cluster fills a facts.Store from the API server by watches that decode an object, extract its facts and drop it:
// no foreign object is ever cached.
//
// Every kind has one reflector. Kinds that come from custom resource definitions start when their definition is
// established in a version that is understood, and stop, with their source Absent, when it goes. A missing right or a
// lasting error makes the source Unreadable, with the right or the error named; the watch is retried with backoff, so
// that granting the right heals it.
package cluster
