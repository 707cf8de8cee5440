package loc

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// placed is what was found about one pod of a workload, or about several.
type placed struct {
	workload facts.Ref
	result   *control.Result
	// others are as bad, about other pods; none where the result is a Pass.
	others []*control.Result
}

// add keeps the worst: what runs counts before what ran, and of that the one whose finding lasts longest.
func (p *placed) add(r *control.Result) {
	switch {
	case control.Worse(r.Verdict, p.result.Verdict), r.Verdict == p.result.Verdict && over(p.result) && !over(r):
		p.result, p.others = r, nil
	case r.Verdict != p.result.Verdict || r.Verdict == v1alpha1.VerdictPass || over(r) != over(p.result):
	case over(r) && r.ValidUntil.After(p.result.ValidUntil):
		p.result, p.others = r, append(p.others, p.result)
	default:
		p.others = append(p.others, r)
	}
}

// over tells a result about what ran from one about what runs.
func over(r *control.Result) bool { return r.Reason == "WasOutside" }

// finding is the result about the workload, which names the other pods that are as bad.
func (p *placed) finding() control.Result {
	r := *p.result
	if r.Verdict == v1alpha1.VerdictPass {
		return r.On(p.workload)
	}
	var names []string
	for _, o := range p.others {
		if over(o) && !o.ValidUntil.IsZero() && o.ValidUntil.Before(r.ValidUntil) {
			r.ValidUntil = o.ValidUntil // it is named no more from then on
		}
		name := "node " + argument(o, "node")
		if pod := argument(o, "pod"); pod != "" {
			name = "pod " + pod + " on " + name
		}
		if !slices.Contains(names, name) && (!over(o) || argument(o, "node") != argument(p.result, "node")) {
			names = append(names, name)
		}
	}
	r.Args = append(slices.Clip(r.Args), control.Arg{Name: "others", Value: likewise(names)})
	return r.On(p.workload)
}

// likewise names the first few of the others, in a sentence of its own.
func likewise(names []string) string {
	const shown = 5
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	if more := len(names) - shown; more > 0 {
		names = append(names[:shown:shown], fmt.Sprintf("%d more", more))
	}
	return " Likewise: " + strings.Join(names, ", ") + "."
}

func argument(r *control.Result, name string) string {
	for _, a := range r.Args {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// worstOfEach adds the worst result of each workload, ordered.
func worstOfEach(found []placed, out []control.Result) []control.Result {
	compare := func(a, b placed) int { return a.workload.Compare(b.workload) }
	if !slices.IsSortedFunc(found, compare) {
		slices.SortStableFunc(found, compare)
	}
	for i := 0; i < len(found); {
		worst := found[i]
		for i++; i < len(found) && found[i].workload == worst.workload; i++ {
			worst.add(found[i].result)
			for _, o := range found[i].others {
				worst.add(o)
			}
		}
		out = append(out, worst.finding())
	}
	return out
}
