// Package files reads manifests and snapshots into facts. A document is decoded, its facts are extracted, and it is
// dropped: memory follows the facts, not the input.
//
// Documents are decoded on all cores and applied in the order of the input, so that the outcome is always the same.
// Whatever cannot be understood is an error with file and line and stops nothing else from being read.
package files
