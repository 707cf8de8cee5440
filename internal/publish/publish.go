// Package publish holds what one evaluation hands to those who write: status, reports, metrics, events and the record.
package publish

import (
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Snapshot is the outcome of one evaluation. It never changes.
type Snapshot struct {
	Evaluation *evaluate.Evaluation
	Decisions  *decide.Decisions
	// Sources of facts, all of them, ordered by id.
	Sources []facts.SourceState
	Nodes   Nodes
	// Heartbeat is the longest time between two evaluations.
	Heartbeat time.Duration
}

// Nodes is where the cluster's nodes are.
type Nodes struct {
	// Countries counts nodes by country; unknown for those whose place is not known.
	Countries map[string]int32
	// Known holds provider/region of nodes whose place is known, by UID; Present holds all of them.
	Known   map[types.UID]string
	Present map[types.UID]bool
	// Complete is false where there may be more nodes.
	Complete bool
	// Generation counts how often any of this may have changed.
	Generation uint64
}

// Environment gives the decision and the results of an environment by name; nil where there is none.
func (s *Snapshot) Environment(name string) (*decide.Environment, *evaluate.Results) {
	i, ok := slices.BinarySearchFunc(s.Decisions.Environments, name, func(e *decide.Environment, n string) int {
		return strings.Compare(e.Resolved.Object.Name, n)
	})
	if !ok {
		return nil, nil
	}
	return s.Decisions.Environments[i], s.Evaluation.Environments[i]
}

// Solution gives the decision of a solution by name; nil where there is none.
func (s *Snapshot) Solution(name string) *decide.Solution {
	i, ok := slices.BinarySearchFunc(s.Decisions.Solutions, name, func(d *decide.Solution, n string) int {
		return strings.Compare(d.Resolved.Object.Name, n)
	})
	if !ok {
		return nil
	}
	return s.Decisions.Solutions[i]
}
