package assurance

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// Issue is one weakness that auditors found, once however often they found it again. Another number, another due date or a
// part split off does not make it a new one: what counts is the control objective.
type Issue struct {
	// Record and Observation are the latest in which it stands.
	Record      *Record
	Observation *v1alpha1.Observation
	// First is the record in which it stood first without a break, and Known the instant from which its age counts.
	First *Record
	Known time.Time
	// ClosedIn is the record in which the same was marked closed before, and yet it came again; nil where it was not.
	ClosedIn *Record
	// folded, to compare
	id, objective, repeats string
	superseded             bool
}

// inherit takes the age of an earlier observation of the same, and that it was marked closed.
func (i *Issue) inherit(old *Issue) {
	if old.Known.Before(i.Known) {
		i.First, i.Known = old.First, old.Known
	}
	if old.ClosedIn != nil {
		i.ClosedIn = old.ClosedIn
	}
	if old.Observation.ClosedAt != "" {
		i.ClosedIn = old.Record
	}
}

// Issues gives the observations of the records of one solution or supplier, of each the latest, by record and id.
func Issues(records []*Record) []Issue {
	ordered := slices.Clone(records)
	slices.SortStableFunc(ordered, func(a, b *Record) int { return cmp.Compare(a.Spec.Year, b.Spec.Year) })
	var out []Issue
	for _, r := range ordered {
		var now []Issue
		known := r.Known()
		for i := range r.Spec.Observations {
			o := &r.Spec.Observations[i]
			issue := Issue{Record: r, Observation: o, First: r, Known: known, id: fold(o.ID), objective: fold(o.ControlObjective), repeats: fold(o.RepeatOf)}
			for at := range out {
				if old := &out[at]; old.Record.Spec.Year < r.Spec.Year && again(old, &issue) {
					issue.inherit(old)
					old.superseded = true
				}
			}
			now = append(now, issue)
		}
		out = slices.DeleteFunc(out, func(old Issue) bool { return old.superseded })
		out = append(out, now...)
	}
	slices.SortStableFunc(out, func(a, b Issue) int { return cmp.Compare(a.Record.Name, b.Record.Name) })
	return out
}

// again tells whether an observation is an earlier one: the same objective in the same series of statements, or the auditor
// or whoever keeps the record says so.
func again(old, now *Issue) bool {
	a, b := &old.Record.Spec, &now.Record.Spec
	if a.Standard != b.Standard || a.Supplier != "" && b.Supplier != "" && a.Supplier != b.Supplier {
		return false
	}
	if now.repeats != "" {
		return now.repeats == old.id
	}
	return now.objective != "" && now.objective == old.objective
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }

// Known is the instant from which what stands in a statement is known: the last day it can have been received on, else the
// day of its assessment, else of the first delivery, else the end of the audited period. No date that can be moved later
// without moving a receipt makes an observation younger.
func (r *Record) Known() time.Time {
	if r.receiptHappened() && !r.Receipt.IsZero() {
		return r.receiptEnd
	}
	if r.Spec.Assessment != nil {
		return partial(r.Spec.Assessment.At).End()
	}
	var first time.Time
	for _, d := range r.Deliveries {
		if d.Done() && !d.At.IsZero() && (first.IsZero() || d.At.End().Before(first)) {
			first = d.At.End()
		}
	}
	switch {
	case !first.IsZero():
		return first
	case r.passedOn() && !r.Receipt.IsZero():
		return r.receiptEnd // passed on, and a receipt that the record calls expected
	default:
		return r.periodEnd()
	}
}

// Closed tells whether an observation is closed at an instant: on a day that has come, with evidence.
func Closed(o *v1alpha1.Observation, now time.Time) bool {
	return o.ClosedAt != "" && o.Evidence != "" && !now.Before(Day(o.ClosedAt).First())
}

// Day reads a day; the zero Partial where there is none.
func Day(d v1alpha1.Date) date.Partial { return partial(d) }

// Deadline is the end of the day by which an issue is to be closed: the planned day, but not later than the limit for its
// age. A day planned ever later does not help.
func (i Issue) Deadline(limit date.Period) time.Time {
	last := limit.After(i.Known)
	if due := Day(i.Observation.DueAt); !due.IsZero() && due.End().Before(last) {
		return due.End()
	}
	return last
}
