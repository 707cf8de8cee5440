package decide

import (
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
)

// folds are the verdicts of one control, folded for each party and for all. A party that no result concerns has none.
type folds struct {
	all, provider, institution v1alpha1.Verdict
}

func newFolds() *folds { return &folds{all: v1alpha1.VerdictNotApplicable} }

func (f *folds) add(v v1alpha1.Verdict, party v1alpha1.Party) {
	worst := func(held *v1alpha1.Verdict) {
		if *held == "" || control.Worse(v, *held) {
			*held = v
		}
	}
	worst(&f.all)
	if party != v1alpha1.PartyInstitution {
		worst(&f.provider)
	}
	if party != v1alpha1.PartyProvider {
		worst(&f.institution)
	}
}

// party is who has to act on a control of a party. A rule may hand its results to the other one: namespaces wear their labels
// by the provider, though the classification is the institution's.
func (f *folds) party(own v1alpha1.Party) v1alpha1.Party {
	switch {
	case own == v1alpha1.PartyShared, f.provider == "" && f.institution == "":
		return own
	case f.institution == "":
		return v1alpha1.PartyProvider
	case f.provider == "":
		return v1alpha1.PartyInstitution
	default:
		return v1alpha1.PartyShared
	}
}

// tally counts the controls of each party.
type tally struct {
	provider, institution share
}

// share is one party's part.
type share struct {
	counts v1alpha1.Counts
	// seriousFailed and seriousUnknown count controls of high and critical severity.
	seriousFailed, seriousUnknown int
}

func (t *tally) add(c *Control, f *folds) {
	t.provider.add(c, f.provider)
	t.institution.add(c, f.institution)
}

func (s *share) add(c *Control, v v1alpha1.Verdict) {
	if v == "" {
		return
	}
	if c.Mode != v1alpha1.ModeRequired {
		s.counts.Observed++
		return
	}
	switch v {
	case v1alpha1.VerdictPass:
		s.counts.Passed++
	case v1alpha1.VerdictFail:
		s.counts.Failed++
		if serious(c.Severity) {
			s.seriousFailed++
		}
	case v1alpha1.VerdictExcepted:
		s.counts.Excepted++
	case v1alpha1.VerdictNotApplicable:
		s.counts.NotApplicable++
	default:
		s.counts.Unknown++
		if serious(c.Severity) {
			s.seriousUnknown++
		}
	}
}

// concerned tells whether a required control says anything about the party.
func (s *share) concerned() bool {
	c := s.counts
	return c.Passed+c.Failed+c.Unknown+c.Excepted > 0
}

// state sums up. Where nothing passed, nothing is known to be right.
func (s *share) state() v1alpha1.ComplianceState {
	c := s.counts
	switch {
	case s.seriousFailed > 0:
		return v1alpha1.StateNonCompliant
	case s.seriousUnknown > 0 || c.Passed == 0:
		return v1alpha1.StateUnknown
	case c.Excepted > 0 || c.Failed > 0 || c.Unknown > 0:
		return v1alpha1.StateCompliantWithRemarks
	default:
		return v1alpha1.StateCompliant
	}
}

// parties sets the states of the parties and of the subject.
func (s *Subject) parties(d *decider) {
	status := func(part share) *v1alpha1.PartyStatus {
		state := part.state()
		if d.outOfScope {
			state = worse(state, v1alpha1.StateUnknown)
		}
		return &v1alpha1.PartyStatus{State: state, Counts: part.counts}
	}
	if d.provider || d.tally.provider.concerned() {
		s.Provider = status(d.tally.provider)
	}
	if d.tally.institution.concerned() {
		s.Institution = status(d.tally.institution)
	}
	s.State = stateOf(s.Provider, s.Institution)
	for i := range s.Controls {
		c := &s.Controls[i]
		if c.Mode != v1alpha1.ModeRequired {
			continue
		}
		switch c.Verdict {
		case v1alpha1.VerdictFail:
			s.Failed++
		case v1alpha1.VerdictUnknown:
			s.Unknown++
		default:
			continue
		}
		if s.worst == nil || compareControls(c, s.worst) < 0 {
			s.worst = c
		}
	}
	if s.worst != nil {
		s.WorstControl = s.worst.ID
	}
}

func stateOf(parties ...*v1alpha1.PartyStatus) v1alpha1.ComplianceState {
	var state v1alpha1.ComplianceState
	for _, p := range parties {
		if p != nil {
			state = worse(state, p.State)
		}
	}
	if state == "" {
		return v1alpha1.StateUnknown
	}
	return state
}

// worse gives the worse of two states; the empty one is none.
func worse(a, b v1alpha1.ComplianceState) v1alpha1.ComplianceState {
	order := []v1alpha1.ComplianceState{"", v1alpha1.StateCompliant, v1alpha1.StateCompliantWithRemarks, v1alpha1.StateUnknown, v1alpha1.StateNonCompliant}
	return order[max(slices.Index(order, a), slices.Index(order, b))]
}

// compareControls orders failed and unknown controls by severity, Fail before Unknown, then id.
func compareControls(a, b *Control) int {
	of := func(c *Control) Finding {
		return Finding{Control: c.Control, Mode: c.Mode, Result: &control.Result{Verdict: c.Verdict}}
	}
	return compareFindings(of(a), of(b))
}

// solution adds up a solution's own results and its production environments. Without one of those, whatever its own results
// say, nothing is known of where it runs.
func solution(own *Subject, resolved *evaluate.Solution, environments map[string]*Environment) *Solution {
	s := &Solution{Subject: own, Resolved: resolved}
	s.Total.add(own)
	worst, production := own.worst, false
	for _, env := range resolved.Environments {
		e := environments[env.Object.Name]
		s.Environments = append(s.Environments, v1alpha1.EnvironmentSummary{Name: env.Object.Name, Stage: env.Object.Spec.Stage, State: e.State})
		if !env.Production() {
			continue
		}
		production = true
		s.Total.add(e.Subject)
		if e.worst != nil && (worst == nil || compareControls(e.worst, worst) < 0) {
			worst = e.worst
		}
	}
	if !production {
		s.Total.Provider = sum(s.Total.Provider, &v1alpha1.PartyStatus{State: v1alpha1.StateUnknown})
	}
	if worst != nil {
		s.Total.WorstControl = worst.ID
	}
	s.Total.State = stateOf(s.Total.Provider, s.Total.Institution)
	return s
}

func (t *Total) add(s *Subject) {
	t.Failed += s.Failed
	t.Unknown += s.Unknown
	t.Provider, t.Institution = sum(t.Provider, s.Provider), sum(t.Institution, s.Institution)
}

// sum adds a party's part; neither argument is changed.
func sum(a, b *v1alpha1.PartyStatus) *v1alpha1.PartyStatus {
	if a == nil || b == nil {
		if a == nil {
			a = b
		}
		return a
	}
	x, y := a.Counts, b.Counts
	return &v1alpha1.PartyStatus{State: worse(a.State, b.State), Counts: v1alpha1.Counts{
		Passed: x.Passed + y.Passed, Failed: x.Failed + y.Failed, Unknown: x.Unknown + y.Unknown, Excepted: x.Excepted + y.Excepted,
		NotApplicable: x.NotApplicable + y.NotApplicable, Observed: x.Observed + y.Observed,
	}}
}
