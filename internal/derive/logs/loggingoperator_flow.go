package logs

import (
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

type flow struct {
	at      Place
	own     string // namespace of a Flow, which takes records of no other
	matches []flowMatch
	drops   []string
	outputs []*Output
	// idle says why the operator does not run the flow, doubt why that is not known.
	idle, doubt string
}

type flowMatch struct{ facts.LogMatch }

func (fl *flow) deliver(r *Record) Outcome {
	if fl.idle != "" {
		return refused(NoOutput, Place{Object: fl.at.Object, Field: "status", Text: fl.at.Text + ": " + fl.idle})
	}
	out := nothing
	for _, o := range fl.outputs {
		out = copies(out, o.take(r, tag{}))
	}
	out = out.or(NoOutput, Place{Object: fl.at.Object, Field: "spec", Text: fl.at.Text + " names no output that exists and may be used"})
	for _, d := range fl.drops {
		out = out.weakened(MayDrop, Place{Object: fl.at.Object, Field: "spec.filters", Text: d + " of " + fl.at.Text})
	}
	if fl.doubt != "" {
		out = out.weakened(Undecidable, Place{Object: fl.at.Object, Field: "status", Text: fl.at.Text + ": " + fl.doubt})
	}
	return out
}

// selects: the first match that hits decides, no hit means not taken, no matches at all mean everything.
func (fl *flow) selects(r *Record) date.Tri {
	if fl.own != "" && fl.own != r.Namespace {
		return date.No
	}
	if len(fl.matches) == 0 {
		return date.Yes
	}
	return firstHit(fl.matches, r)
}

func firstHit(matches []flowMatch, r *Record) date.Tri {
	for i := range matches {
		m := &matches[i]
		switch m.hits(r) {
		case date.Yes:
			return tri(!m.Exclude)
		case date.Maybe:
			if later := firstHit(matches[i+1:], r); later == tri(!m.Exclude) {
				return later // the same either way
			}
			return date.Maybe
		}
	}
	return date.No
}

func (m *flowMatch) hits(r *Record) date.Tri {
	answer := both(holdsLabels(m.Labels, r.Labels), holdsLabels(m.NamespaceLabels, labels.Set(r.NamespaceLabels)))
	if len(m.Containers) > 0 {
		answer = both(answer, tri(slices.Contains(m.Containers, r.Container)))
	}
	if len(m.Namespaces) > 0 {
		answer = both(answer, tri(slices.Contains(m.Namespaces, r.Namespace)))
	}
	if len(m.NamespaceRegex) > 0 {
		answer = both(answer, oneMatches(m.NamespaceRegex, r.Namespace))
	}
	if len(m.Hosts) > 0 {
		answer = both(answer, date.Maybe)
	}
	return answer
}

func holdsLabels(want map[string]string, held labels.Labels) date.Tri {
	for k, v := range want {
		if got, ok := held.Lookup(k); !ok || got != v {
			return date.No
		}
	}
	return date.Yes
}

func oneMatches(exprs []string, text string) date.Tri {
	answer := date.No
	for _, e := range exprs {
		re := compileRegex(e)
		switch {
		case re == nil:
			answer = date.Maybe
		case re.MatchString(text):
			return date.Yes
		}
	}
	return answer
}
