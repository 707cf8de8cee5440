// Package core makes facts of the built-in resources of Kubernetes and of the resources of tilsyn.dev.
//
// What controls never look at is dropped here, and so is everything that may be secret: environment values other than
// those listed in this package, Secrets, commands of hooks, credentials in addresses. Snapshots are rendered from the
// facts (see Prune), so that what is not a fact cannot leave the cluster.
package core
