// Package record keeps the operator's memory: what must outlive status, restarts and the objects it is about. Since when a
// result is what it is, where nodes were first seen, what changed in a requirement and with which approval, for how long
// controls were excepted, where pods ran out of bounds, and what was deleted while its workloads still ran.
//
// The memory of a subject is computed from what it was and an evaluation, and kept in SupervisionRecords, in as many as it
// takes to keep each below 256 KiB. They have no owner, so that deleting a solution does not delete what is known of it.
package record
