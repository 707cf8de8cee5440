package evaluate

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Evaluation is every result of a Fleet at one moment. It never changes; Results and ControlResults in which nothing changed
// keep their pointers from one Evaluation to the next.
type Evaluation struct {
	Fleet *Fleet
	At    time.Time
	// Environments and Solutions in the order of the Fleet.
	Environments []*Results
	Solutions    []*Results
	Platform     *Results
	// Institutions in the order of the Fleet.
	Institutions []*Results
	// Next is the first instant at which a result, or the Fleet, changes by itself; zero: not by itself.
	Next time.Time
}

// Results of one environment, of one solution itself, of one institution, or of the platform.
type Results struct {
	Subject facts.Ref
	// Controls in the order of the catalogue, those that have a rule for such a subject.
	Controls []*ControlResults
	// Workloads that were judged.
	Workloads int
	// Incomplete lists sources that some control needs, and that cannot be relied on here.
	Incomplete []facts.SourceState
	// Next is the first instant at which a result changes by itself; zero: not by itself.
	Next time.Time
}

// ControlResults are the results of one control on every subject in an environment, solution or the platform.
type ControlResults struct {
	Control                                *control.Control
	Passed, Failed, Unknown, NotApplicable int
	// Reason of the first result with the folded verdict.
	Reason control.Reason
	// Findings are the results that are Fail or Unknown, ordered by subject.
	Findings []control.Result
	// Next is the first instant at which a result changes by itself; zero: not by itself.
	Next time.Time

	parts []part
}

// stored is a result without its subject, so that subjects share what is said of them. Most are alike, and there are many.
type stored struct {
	subject facts.Ref
	said    *control.Result
}

// store keeps results; those that say the same share it.
func store(results []control.Result) []stored {
	out := make([]stored, len(results))
	var shared shelf
	for i := range results {
		r := &results[i]
		out[i].subject, r.Subject = r.Subject, facts.Ref{}
		out[i].said = shared.keep(r)
		r.Subject = out[i].subject
	}
	return out
}

// part holds results that name their subject, or those of the workloads of one namespace, one for each.
type part struct {
	own       []stored
	workloads []*facts.Workload
	cells     []*control.Result
}

// each gives every result with its subject, which a result of its own may name otherwise.
func (p part) each(yield func(said *control.Result, subject facts.Ref) bool) {
	for _, s := range p.own {
		if !yield(s.said, s.subject) {
			return
		}
	}
	for i, cell := range p.cells {
		if !yield(cell, p.workloads[i].Ref) {
			return
		}
	}
}

func (p part) equal(o part) bool {
	same := len(p.own) == len(o.own) && (len(p.own) == 0 || &p.own[0] == &o.own[0])
	return (same || slices.EqualFunc(p.own, o.own, sameStored)) && slices.Equal(p.workloads, o.workloads) && slices.Equal(p.cells, o.cells)
}

// All gives every result of every subject, ordered by subject.
func (c *ControlResults) All() iter.Seq[control.Result] {
	return func(yield func(control.Result) bool) {
		all := make([]control.Result, 0, c.Subjects())
		for _, p := range c.parts {
			for said, subject := range p.each {
				all = append(all, on(*said, subject))
			}
		}
		slices.SortStableFunc(all, compareResults)
		for _, r := range slices.CompactFunc(all, sameFinding) {
			if !yield(r) {
				return
			}
		}
	}
}

// Verdict folds the results: Fail > Unknown > Pass > NotApplicable.
func (c *ControlResults) Verdict() v1alpha1.Verdict {
	switch {
	case c.Failed > 0:
		return v1alpha1.VerdictFail
	case c.Unknown > 0:
		return v1alpha1.VerdictUnknown
	case c.Passed > 0:
		return v1alpha1.VerdictPass
	default:
		return v1alpha1.VerdictNotApplicable
	}
}

// Subjects counts the results.
func (c *ControlResults) Subjects() int { return c.Passed + c.Failed + c.Unknown + c.NotApplicable }

// Passing gives verdict and party of what is neither Fail nor Unknown; pairs can come more than once.
func (c *ControlResults) Passing(yield func(v v1alpha1.Verdict, p v1alpha1.Party)) {
	var last *control.Result
	for _, p := range c.parts {
		for said := range p.each {
			if said != last && !finding(said) {
				yield(said.Verdict, said.Party)
			}
			last = said
		}
	}
}

func on(r control.Result, subject facts.Ref) control.Result {
	if r.Subject.IsZero() {
		r.Subject = subject
	}
	return r
}

func finding(r *control.Result) bool {
	return r.Verdict == v1alpha1.VerdictFail || r.Verdict == v1alpha1.VerdictUnknown
}

func compareResults(a, b control.Result) int {
	if order := a.Subject.Compare(b.Subject); order != 0 {
		return order
	}
	return cmp.Or(cmp.Compare(a.Verdict, b.Verdict), cmp.Compare(a.Reason, b.Reason),
		cmp.Compare(a.Field, b.Field), cmp.Compare(a.Party, b.Party), a.Cause.Compare(b.Cause), slices.CompareFunc(a.Args, b.Args, func(x, y control.Arg) int {
			return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.Value, y.Value))
		}))
}

// sameFinding tells whether two results say the same of one subject, as those of two pods with one foreign owner do.
func sameFinding(a, b control.Result) bool { return equalResult(&a, &b) }

// NewControlResults makes the results of a control that name their subjects, for whoever has results of his own.
func NewControlResults(c *control.Control, results ...control.Result) *ControlResults {
	return assemble(c, []part{{own: store(results)}})
}

// assemble counts and collects the results of a control.
func assemble(c *control.Control, parts []part) *ControlResults {
	out := &ControlResults{Control: c, parts: parts}
	for _, p := range parts {
		for said := range p.each {
			out.count(said)
		}
	}
	if n := out.Failed + out.Unknown; n > 0 {
		out.collect(n)
	}
	return out
}

// collect makes the list of so many findings.
func (c *ControlResults) collect(n int) {
	c.Findings = make([]control.Result, 0, n)
	for _, p := range c.parts {
		for said, subject := range p.each {
			if finding(said) {
				c.Findings = append(c.Findings, on(*said, subject))
			}
		}
	}
	if !slices.IsSortedFunc(c.Findings, compareResults) {
		slices.SortStableFunc(c.Findings, compareResults)
	}
	c.Findings = slices.CompactFunc(c.Findings, sameFinding)
}

func (c *ControlResults) count(r *control.Result) {
	if c.Reason == "" || control.Worse(r.Verdict, c.Verdict()) {
		c.Reason = r.Reason
	}
	switch r.Verdict {
	case v1alpha1.VerdictFail:
		c.Failed++
	case v1alpha1.VerdictPass:
		c.Passed++
	case v1alpha1.VerdictNotApplicable:
		c.NotApplicable++
	default:
		c.Unknown++
	}
	c.Next = control.Earliest(c.Next, r.ValidUntil)
}

// sameAs tells whether two assemblies say the same, so that the older one can stay.
func (c *ControlResults) sameAs(o *ControlResults) bool {
	return c.Next.Equal(o.Next) && slices.EqualFunc(c.parts, o.parts, part.equal)
}

func sameStored(a, b stored) bool {
	return a.subject == b.subject && (a.said == b.said || equalResult(a.said, b.said))
}

// equalResult compares all that a result says.
func equalResult(a, b *control.Result) bool {
	return a.Reason == b.Reason && a.Verdict == b.Verdict && len(a.Args) == len(b.Args) && a.Field == b.Field &&
		a.ValidUntil.Equal(b.ValidUntil) && a.Basis == b.Basis && a.Party == b.Party && a.Subject == b.Subject && a.Cause == b.Cause &&
		slices.Equal(a.Args, b.Args)
}
