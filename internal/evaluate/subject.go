package evaluate

import (
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// subjectMemo remembers the results of one environment, solution or the platform.
type subjectMemo struct {
	// verified is the last evaluation in which the results were right; visited the last one that looked at every control.
	verified, visited uint64
	continuous        bool
	next              time.Time
	units             []unit            // by position of the control in the catalogue
	controls          []*ControlResults // likewise; nil where the control has no rule for the subject
	results           *Results
	solution          *Solution
	environments      []*Results   // of the solution, when its results were made
	refused           []*Exception // likewise
	settled           bool         // its own results are those of the first pass now
}

func (e *Engine) newSubject() *subjectMemo {
	return &subjectMemo{units: make([]unit, len(e.controls)), controls: make([]*ControlResults, len(e.controls))}
}

// current tells whether the results hold without looking closer; touched tells that evidence of the subject changed.
func (m *subjectMemo) current(p *pass, touched bool) bool {
	m.continuous = m.verified == p.number-1
	if m.results == nil || !m.continuous || touched || !m.next.IsZero() && !p.now.Before(m.next) {
		m.verified = p.number
		return false
	}
	m.verified = p.number
	return true
}

func (m *subjectMemo) begin(p *pass) *visit {
	v := &visit{pass: p, previous: m.visited, continuous: m.continuous}
	m.visited = p.number
	return v
}

// keep takes the results of a control unless they say what is known already.
func (m *subjectMemo) keep(i int, c *ControlResults) {
	if old := m.controls[i]; old == nil || !old.sameAs(c) {
		m.controls[i] = c
	}
}

// complete gives the results of a subject, the old ones where every control's stayed.
func (e *Engine) complete(m *subjectMemo, subject facts.Ref, workloads int, incomplete []facts.SourceState) *Results {
	r := &Results{Subject: subject, Workloads: workloads, Incomplete: incomplete}
	m.next = time.Time{}
	for _, c := range m.controls {
		if c == nil {
			continue
		}
		r.Controls = append(r.Controls, c)
		r.Next = control.Earliest(r.Next, c.Next)
	}
	m.next = r.Next
	if old := m.results; old != nil && slices.Equal(old.Controls, r.Controls) && old.Workloads == workloads &&
		slices.EqualFunc(old.Incomplete, incomplete, sameState) {
		return old
	}
	m.results = r
	return r
}

// blocked gives the result of every control where none can be asked.
func blocked(id v1alpha1.ControlID, subject facts.Ref, r control.Result) []stored {
	r.Control = id
	return store([]control.Result{on(r, subject)})
}

func profileMissing(p *Policy) control.Result {
	return control.Unknown(control.ReasonProfileMissing, "profile", p.Profile, "message", "no such object exists.")
}

func invalidParameters(e Entry) control.Result {
	return control.Unknown(control.ReasonInvalidParameters, "error", e.Err)
}

// solutionsFirst judges solutions apart from where they run.
func (e *Engine) solutionsFirst(p *pass, f *Fleet) {
	changed := e.evidence.centralChanged()
	for _, s := range f.Solutions {
		m := e.solutions[s.Object.Name]
		if m == nil {
			m = e.newSubject()
			e.solutions[s.Object.Name] = m
		}
		if m.current(p, changed) && m.solution == s {
			continue
		}
		m.solution, m.settled = s, false
		v := m.begin(p)
		for i, c := range e.controls {
			if r := e.rules[i].solution; r != nil && !c.SecondPass {
				e.judgeSolution(v, m, i, r, nil, nil)
			}
		}
	}
}

// solutionSecond judges the controls of a solution that rest on others' results.
func (e *Engine) solutionSecond(p *pass, s *Solution, refused []*Exception) *Results {
	m := e.solutions[s.Object.Name]
	same := m.results != nil && len(m.environments) == len(s.Environments) && m.settled && slices.Equal(m.refused, refused)
	for i, env := range s.Environments {
		same = same && m.environments[i] == e.environments[env.Object.Name].results
	}
	if same {
		return m.results
	}
	m.environments, m.refused, m.settled = nil, refused, true
	for _, env := range s.Environments {
		m.environments = append(m.environments, e.environments[env.Object.Name].results)
	}
	first, others := e.firstOfSolution(m, s)
	for _, x := range refused {
		others = append(others, x)
	}
	v := &visit{pass: p} // looks at every generation: there are few such controls
	for i, c := range e.controls {
		if r := e.rules[i].solution; r != nil && c.SecondPass {
			e.judgeSolution(v, m, i, r, first, others)
		}
	}
	return e.complete(m, s.Ref(), 0, nil)
}

func (e *Engine) judgeSolution(v *visit, m *subjectMemo, i int, r *rule, first func() []control.EnvironmentResult, others []any) {
	s, c, u := m.solution, e.controls[i], &m.units[i]
	entry := s.Policy.Entries[i]
	if stop, ok := stopped(s.Policy, entry, r, nil); ok {
		m.keep(i, assemble(c, []part{{own: blocked(c.ID, s.Ref(), stop)}}))
		return
	}
	if !u.current(v, r, entry.Bound, s.Solution, others, nil, true) {
		in := control.SolutionInput{Solution: s.Solution, Facts: v.view.Within(r.sees), Now: v.now}
		if first != nil {
			in.First, in.Refused = first(), messages(m.refused)
		}
		u.remember(v.ask.solution(entry.Bound, in))
	}
	m.keep(i, assemble(c, []part{{own: u.results}}))
}

// stopped gives the result of a rule that is not asked: no profile, wrong parameters, or evidence that it needs and that
// cannot be read.
func stopped(p *Policy, entry Entry, r *rule, namespaces []string) (control.Result, bool) {
	switch {
	case !p.Found:
		return profileMissing(p), true
	case entry.Bound == nil:
		return invalidParameters(entry), true
	}
	if incomplete := r.gate(namespaces); len(incomplete) > 0 {
		return control.Unreadable(incomplete...), true
	}
	return control.Result{}, false
}

// judgePlatform judges the cluster.
func (e *Engine) judgePlatform(p *pass, f *Fleet, ev *Evaluation) {
	m := e.platform
	plat := f.Platform
	others := make([]any, len(f.Environments))
	for i, env := range f.Environments {
		others[i] = env.Environment
	}
	for _, a := range plat.Attestations {
		others = append(others, a)
	}
	m.current(p, true)
	v := m.begin(p)
	for i, c := range e.controls {
		r := e.rules[i].platform
		if r == nil {
			continue
		}
		entry, u := plat.Policy.Entries[i], &m.units[i]
		if stop, ok := stopped(plat.Policy, entry, r, nil); ok {
			m.keep(i, assemble(c, []part{{own: blocked(c.ID, plat.Ref(), stop)}}))
			continue
		}
		if !u.current(v, r, entry.Bound, plat.Platform, others, nil, true) {
			in := control.PlatformInput{Platform: plat.Platform, Attestations: plat.Attestations, Facts: v.view.Within(r.sees), Now: v.now}
			for _, env := range f.Environments {
				in.Environments = append(in.Environments, env.Environment)
			}
			u.remember(v.ask.platform(entry.Bound, in))
		}
		m.keep(i, assemble(c, []part{{own: u.results}}))
	}
	ev.Platform = e.complete(m, plat.Ref(), 0, nil)
}
