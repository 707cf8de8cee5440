// Package access answers who may do what in the cluster, with the semantics of Kubernetes' role-based access control: what a
// binding gives with aggregation, wildcards and names, who its subjects really are, and which of the rights are dangerous. It
// speaks of RBAC only; other authorisers, such as that of a cloud, are not seen in the cluster.
package access
