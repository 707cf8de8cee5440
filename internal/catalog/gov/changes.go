package gov

import (
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// change is something about a solution that became different on a day.
type change struct {
	what string
	at   time.Time
	// large is true where it alone calls for looking at the assessments again.
	large bool
}

// historyNeeds is what a rule declares to ask for changes. Incomplete memory does not hide what is found without it.
func historyNeeds() []control.Need {
	return append(chain.Needs(), control.SeesAll[facts.SpecHistory]())
}

// historyKey finds the memory of solutions.
type historyKey struct{}

// historyOf gives the memory of each solution by name, in shards. It is sorted once for all solutions and institutions.
func historyOf(v facts.View) map[string][]*facts.SpecHistory {
	return facts.Derived(v, historyKey{}, []facts.Dependency{{Type: facts.TypeOf[facts.SpecHistory]()}}, func(v facts.View) map[string][]*facts.SpecHistory {
		out := map[string][]*facts.SpecHistory{}
		for _, h := range facts.List[facts.SpecHistory](v) {
			if h.Kind == "HostedSolution" {
				out[h.Name] = append(out[h.Name], h)
			}
		}
		return out
	})
}

// changesOf lists what the operator remembers of a solution's requirements and what the agreements say of its suppliers,
// oldest first.
func changesOf(v facts.View, s *v1alpha1.HostedSolution) []change {
	var out []change
	for _, h := range historyOf(v)[s.Name] {
		for _, c := range h.Changes {
			out = append(out, change{c.Field, c.At.Time, large(c)})
		}
	}
	for _, a := range chain.Of(v, s).Agreements {
		if a.Spec.AppendixB == nil {
			continue
		}
		for _, c := range a.Spec.AppendixB.Changes {
			if at := when(c.EffectiveAt); !at.IsZero() {
				out = append(out, change{"supplier " + c.Supplier + " (" + a.Name + ", change " + c.Name + ")", at, c.Action != "Remove"})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b change) int { return a.at.Compare(b.at) })
	return out
}

// large tells a change that alone calls for a new assessment: of classification, locations, categories of data, suppliers,
// or to another major version.
func large(c v1alpha1.SpecChange) bool {
	if c.Field == "spec.version" {
		return major(c.From) != major(c.To)
	}
	return slices.ContainsFunc([]string{"spec.classification", "spec.locations", "spec.personalData", "spec.supplierChain"}, func(field string) bool {
		return c.Field == field || strings.HasPrefix(c.Field, field+".")
	})
}

// major is a version up to its first dot: documents about 2025.4 are out of date with 2026.1.
func major(version string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(version)), "v"), ".")
	return first
}

// unanswered gives the first change after the day of a document that has waited longer than a period; nil where there is
// none. What changed on the day itself is taken to be in the document.
func (j *judge) unanswered(list []change, since time.Time, period string) *change {
	p, err := date.ParsePeriod(period)
	if err != nil {
		return nil // parameters are checked before they come here
	}
	next := since.AddDate(0, 0, 1)
	for i := range list {
		if !list[i].at.Before(next) && j.past(p.After(list[i].at)) {
			return &list[i]
		}
	}
	return nil
}

// remembered adds that nobody can tell what changed, where nothing else was found and the operator's memory is not whole.
func (j *judge) remembered(v facts.View) {
	if missing := facts.Incomplete[facts.SpecHistory](v); len(missing) > 0 && len(j.results) == 0 {
		j.add(control.Unreadable(missing...))
	}
}
