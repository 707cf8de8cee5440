package check

import (
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/register"
)

// Report is the outcome of a check.
type Report struct {
	Version string
	Mode    Mode
	// At is the instant that was judged at.
	At time.Time
	// Implicit is true where no environment is declared, so that namespaces were taken for environments.
	Implicit   bool
	Evaluation *evaluate.Evaluation
	Decisions  *decide.Decisions
	// Unclaimed namespaces have workloads and no declared environment.
	Unclaimed []string
	// Sources of evidence, by id.
	Sources []facts.SourceState
	// Inventory says what runs where; nil for manifests.
	Inventory *Inventory
	// Errors are what is wrong with the input; Problems what is doubtful about resources.
	Errors   []Fault
	Problems []Problem

	evidence  *evidence
	register  *register.Register
	assumed   assumption
	namespace string // the only one to show; empty: all
}

// Environment is an environment with its state.
type Environment struct {
	Name     string                    `json:"name"`
	Solution string                    `json:"solution"`
	State    v1alpha1.ComplianceState  `json:"state"`
	Provider *v1alpha1.ComplianceState `json:"provider"`
	// Institution and Provider are null where no result concerns the party.
	Institution     *v1alpha1.ComplianceState `json:"institution"`
	Stage           v1alpha1.Stage            `json:"stage"`
	Profile         string                    `json:"profile"`
	Confidentiality v1alpha1.Confidentiality  `json:"confidentiality"`
	// Assumed is true where the level is the profile's guess, because the solution states none.
	Assumed   bool   `json:"assumed"`
	Locations string `json:"locations"`
	// Implicit is true where nobody declared the environment.
	Implicit   bool     `json:"implicit"`
	Namespaces []string `json:"namespaces"`
	Workloads  int      `json:"workloads"`
	// Failed and Unknown count required controls.
	Failed  int32 `json:"failed"`
	Unknown int32 `json:"unknown"`
}

// Solution is a declared solution with its state.
type Solution struct {
	Name        string                    `json:"name"`
	State       v1alpha1.ComplianceState  `json:"state"`
	Provider    *v1alpha1.ComplianceState `json:"provider"`
	Institution *v1alpha1.ComplianceState `json:"institution"`
}

// Environments gives every environment, by name.
func (r *Report) Environments() []Environment {
	out := []Environment{}
	for _, e := range r.environments() {
		own := e.Resolved
		out = append(out, Environment{
			Name: own.Object.Name, Solution: own.Object.Spec.Solution, State: e.State,
			Provider: partyState(e.Provider), Institution: partyState(e.Institution),
			Stage: own.Object.Spec.Stage, Profile: own.Policy.Profile, Confidentiality: own.Levels.Confidentiality,
			Assumed: own.Solution.Assumed, Locations: own.Allowed.String(), Implicit: r.assumed.environments[own.Object.Name],
			Namespaces: notNil(own.Namespaces), Workloads: e.Workloads, Failed: e.Failed, Unknown: e.Unknown,
		})
	}
	return out
}

// Solutions gives every declared solution, by name.
func (r *Report) Solutions() []Solution {
	out := []Solution{}
	for _, s := range r.solutions() {
		out = append(out, Solution{Name: s.Resolved.Object.Name, State: s.Total.State,
			Provider: partyState(s.Total.Provider), Institution: partyState(s.Total.Institution)})
	}
	return out
}

func partyState(p *v1alpha1.PartyStatus) *v1alpha1.ComplianceState {
	if p == nil {
		return nil
	}
	return &p.State
}

// environments to show.
func (r *Report) environments() []*decide.Environment {
	if r.namespace == "" {
		return r.Decisions.Environments
	}
	return slices.DeleteFunc(slices.Clone(r.Decisions.Environments), func(e *decide.Environment) bool {
		return !slices.Contains(e.Resolved.Scope(), r.namespace)
	})
}

// solutions to show: those declared, and with a namespace those that have an environment there.
func (r *Report) solutions() []*decide.Solution {
	var shown map[string]bool
	if r.namespace != "" {
		shown = map[string]bool{}
		for _, e := range r.environments() {
			shown[e.Resolved.Object.Spec.Solution] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(r.Decisions.Solutions), func(s *decide.Solution) bool {
		name := s.Resolved.Object.Name
		return r.assumed.solutions[name] || shown != nil && !shown[name]
	})
}

// about names what results belong to; all empty for the platform.
type about struct{ solution, environment, institution string }

// subjects gives every environment, then every solution itself, every institution, and the platform.
func (r *Report) subjects() iter.Seq2[*decide.Subject, about] {
	return func(yield func(*decide.Subject, about) bool) {
		for _, e := range r.environments() {
			if !yield(e.Subject, about{solution: e.Resolved.Object.Spec.Solution, environment: e.Resolved.Object.Name}) {
				return
			}
		}
		for _, s := range r.solutions() {
			if !yield(s.Subject, about{solution: s.Resolved.Object.Name}) {
				return
			}
		}
		for _, i := range r.institutions() {
			if !yield(i.Subject, about{institution: i.Resolved.Object.Name}) {
				return
			}
		}
		if r.namespace == "" && r.Decisions.Platform != nil { // there is none where nothing could be checked
			yield(r.Decisions.Platform, about{})
		}
	}
}

func notObservable(f decide.Finding) bool { return f.Result.Reason == control.ReasonNotObservable }

// findings gives the failures and unknowns of a subject, worst first, or with all every result; what this way of gathering
// can never show only with all.
func findings(s *decide.Subject, all bool) iter.Seq[decide.Finding] {
	if all {
		return s.All()
	}
	return func(yield func(decide.Finding) bool) {
		for _, f := range s.Findings {
			if !notObservable(f) && !yield(f) {
				return
			}
		}
	}
}

// Unobservable is a control that this way of gathering cannot judge.
type Unobservable struct {
	Control v1alpha1.ControlID `json:"control"`
	// Sources that are missing, sorted.
	Sources []string `json:"sources"`
}

// NotObservable lists the controls of which some subject could not be judged because this way of gathering never has the
// evidence, by id.
func (r *Report) NotObservable() []Unobservable {
	sources := map[v1alpha1.ControlID]map[string]bool{}
	for s := range r.subjects() {
		for _, f := range s.Findings {
			if !notObservable(f) {
				continue
			}
			if sources[f.Control.ID] == nil {
				sources[f.Control.ID] = map[string]bool{}
			}
			for _, a := range f.Result.Args {
				if a.Name == "source" {
					sources[f.Control.ID][a.Value] = true
				}
			}
		}
	}
	out := []Unobservable{}
	for _, id := range slices.Sorted(maps.Keys(sources)) {
		out = append(out, Unobservable{Control: id, Sources: notNil(slices.Sorted(maps.Keys(sources[id])))})
	}
	return out
}

// notNil makes an empty list of nothing, because JSON would say null.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
