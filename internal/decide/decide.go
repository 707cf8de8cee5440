package decide

import (
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Decisions are what follows from an Evaluation at one moment. They never change; those of a subject about which nothing
// changed keep their pointer when the Memory is passed on.
type Decisions struct {
	Environments []*Environment // by name
	Solutions    []*Solution    // by name
	Platform     *Subject
	Exceptions   []ExceptionState // by name
	Institutions []*Institution   // by name
	// Memory to pass to the next call.
	Memory Memory
	// Next is the first instant at which something changes by itself; zero: not by itself.
	Next time.Time
}

// Environment is the decision on one environment.
type Environment struct {
	*Subject
	Resolved  *evaluate.Environment
	Workloads int
}

// Solution is the decision on one solution: Subject on its own results, Total with those of its production environments.
type Solution struct {
	*Subject
	Resolved     *evaluate.Solution
	Total        Total
	Environments []v1alpha1.EnvironmentSummary
}

// Total sums up a solution's own results and its production environments.
type Total struct {
	State                 v1alpha1.ComplianceState
	Provider, Institution *v1alpha1.PartyStatus
	Failed, Unknown       int32
	WorstControl          v1alpha1.ControlID
}

// ExceptionState is an exception with what it does now.
type ExceptionState struct {
	Exception *evaluate.Exception
	// Valid is true while it has effect.
	Valid bool
	// Refused is the failing result of a control about the exception itself, such as GOV-06, which takes its effect away; nil
	// where there is none, or where its own spec or the day does that.
	Refused *Finding
	// Covered counts the failing results that it excepts, Would holds the first of them: what would be without it.
	Covered int
	Would   []Finding
	// Undecided counts the results in its scope that cannot be judged, and may need it.
	Undecided int
}

// State says in one word what an exception does at an instant: NotAccepted, NotYetValid, Expired, InUse, Undecided where
// nothing that can be judged needs it, or Unused.
func (e ExceptionState) State(now time.Time) string {
	switch {
	case e.Exception.Fault != "", e.Refused != nil:
		return "NotAccepted"
	case now.Before(e.Exception.From):
		return v1alpha1.ReasonNotYetValid
	case !now.Before(e.Exception.Until):
		return v1alpha1.ReasonExpired
	case e.Covered > 0:
		return v1alpha1.ConditionInUse
	case e.Undecided > 0:
		return v1alpha1.ReasonUndecided
	default:
		return v1alpha1.ReasonUnused
	}
}

// Decide decides everything. The Memory is that of the call before, or the zero value; it is not changed.
func Decide(ev *evaluate.Evaluation, m Memory, now time.Time) *Decisions {
	return decide(ev, m, now, Memory{subjects: make(map[facts.Ref]*remembered, len(m.subjects))})
}

// Once is Decide for whoever does not decide again: it gives no Memory.
func Once(ev *evaluate.Evaluation, m Memory, now time.Time) *Decisions {
	return decide(ev, m, now, Memory{})
}

func decide(ev *evaluate.Evaluation, m Memory, now time.Time, next Memory) *Decisions {
	d := &Decisions{Next: ev.Next, Memory: next}
	if !d.Next.After(now) {
		d.Next = time.Time{}
	}
	refused := refusedExceptions(ev)
	exceptions := map[string][]*evaluate.Exception{} // by solution
	for _, e := range ev.Fleet.Exceptions {
		if name := e.Object.Spec.Scope.Solution; refused[e.Object.Name] == nil {
			exceptions[name] = append(exceptions[name], e)
		}
	}
	states := map[*evaluate.Exception]*ExceptionState{}
	for _, e := range ev.Fleet.Exceptions {
		states[e] = &ExceptionState{Exception: e, Valid: e.ValidAt(now) && refused[e.Object.Name] == nil}
	}
	one := func(b basis) *Subject {
		s := m.decide(b, now, d.Memory)
		d.Next = control.Earliest(d.Next, s.Next)
		for e, c := range s.covered {
			states[e].add(c)
		}
		return s
	}
	byEnvironment := make(map[string]*Environment, len(ev.Fleet.Environments))
	for i, env := range ev.Fleet.Environments {
		name := env.Object.Spec.Solution
		s := one(basis{results: ev.Environments[i], policy: env.Policy, exceptions: exceptions[name], environment: env.Object.Name,
			outOfScope: stateClassified(env.Solution), provider: true})
		decided := &Environment{Subject: s, Resolved: env, Workloads: ev.Environments[i].Workloads}
		byEnvironment[env.Object.Name] = decided
		d.Environments = append(d.Environments, decided)
	}
	for i, sol := range ev.Fleet.Solutions {
		s := one(basis{results: ev.Solutions[i], policy: sol.Policy, exceptions: exceptions[sol.Object.Name], outOfScope: stateClassified(sol.Solution)})
		d.Solutions = append(d.Solutions, solution(s, sol, byEnvironment))
	}
	d.Platform = one(basis{results: ev.Platform, policy: ev.Fleet.Platform.Policy, provider: true})
	named := naming(ev.Fleet.Exceptions, refused)
	for i, inst := range ev.Fleet.Institutions {
		s := one(institutionBasis(ev.Institutions[i], inst, named[inst.Object.Name]))
		d.Institutions = append(d.Institutions, &Institution{Subject: s, Resolved: inst})
	}
	for _, e := range ev.Fleet.Exceptions {
		state := states[e]
		if e.Fault == "" && now.Before(e.Until) {
			state.Refused = refused[e.Object.Name]
		}
		d.Exceptions = append(d.Exceptions, *state)
	}
	return d
}

// refusedExceptions gives, by name, the exceptions that a control of their solution fails.
func refusedExceptions(ev *evaluate.Evaluation) map[string]*Finding {
	var out map[string]*Finding
	for _, results := range ev.Solutions {
		for _, c := range results.Controls {
			for i := range c.Findings {
				r := &c.Findings[i]
				if r.Verdict != v1alpha1.VerdictFail || r.Subject.Kind != "ControlException" || r.Subject.Group != v1alpha1.GroupVersion.Group {
					continue
				}
				if out == nil {
					out = map[string]*Finding{}
				}
				out[r.Subject.Name] = &Finding{Control: c.Control, Result: r, Judged: r.Verdict}
			}
		}
	}
	return out
}

// stateClassified tells whether a solution holds information under the state's security circular: out of scope, and never
// shown as compliant.
func stateClassified(s *control.Solution) bool {
	c := s.Object.Spec.Classification
	return c != nil && c.StateClassified
}
