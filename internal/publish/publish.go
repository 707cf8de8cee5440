// Package publish holds what one evaluation hands to those who write: status, reports, metrics, events and the record.
package publish

import (
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/register"
	"github.com/tilsyn-dev/tilsyn/internal/remind"
)

// Snapshot is the outcome of one evaluation. It never changes.
type Snapshot struct {
	Evaluation *evaluate.Evaluation
	Decisions  *decide.Decisions
	// Sources of facts, all of them, ordered by id.
	Sources []facts.SourceState
	Nodes   Nodes
	// Register of the contractual resources; nil in tests that have none.
	Register *register.Register
	// Deadlines of everybody, what is due first first.
	Deadlines []remind.Deadline
	// Due says how objects stand with what is due; an object that is not in it has no deadlines.
	Due map[facts.Ref]Due
	// Next is the first instant at which something changes by itself; zero: not by itself.
	Next time.Time
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

// Due is how one object stands with what is due.
type Due struct {
	// Next is the date that somebody must act by first; zero: there is none.
	Next v1alpha1.DeadlineStatus
	// Status, Reason and Message are those of the condition Current, which is True while nothing is overdue.
	Status          metav1.ConditionStatus
	Reason, Message string
}

// ProblemsOf lists what is wrong with one object.
func (s *Snapshot) ProblemsOf(ref facts.Ref) []evaluate.Problem {
	problems := s.Evaluation.Fleet.ProblemsOf(ref)
	if s.Register == nil {
		return problems
	}
	switch more := s.Register.ProblemsOf(ref); { // asked of every object after every evaluation
	case len(more) == 0:
		return problems
	case len(problems) == 0:
		return more
	default:
		return slices.Concat(problems, more)
	}
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
