// Package split makes the report on who answers for what: the provider's and the institutions' controls apart, and who has
// accepted the split of responsibility.
package split

import (
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/page"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Report holds the solutions, by name.
type Report struct {
	At        time.Time  `json:"at"`
	Solutions []Solution `json:"solutions"`
}

// Solution is the split of one solution.
type Solution struct {
	Name        string `json:"name"`
	DisplayName string `json:"displayName,omitempty"`
	// Responsibilities as declared; nil: not recorded.
	Responsibilities *v1alpha1.Responsibilities `json:"responsibilities"`
	// Provider, Institution and Shared: the state of each party, and the controls whose results are its to act on. Shared
	// are results that are for both.
	Provider    Part `json:"provider"`
	Institution Part `json:"institution"`
	Shared      Part `json:"shared"`
	// Groups of controllers, with how many of their institutions are declared here.
	Groups       []Group       `json:"groups"`
	Institutions []Institution `json:"institutions"`
}

// Part is what one party answers for.
type Part struct {
	// State of the party; empty where no required control concerns it, and for what is shared.
	State    v1alpha1.ComplianceState `json:"state,omitempty"`
	Controls []page.Judgement         `json:"controls"`
}

// Group of controllers.
type Group struct {
	Name string `json:"name"`
	// Expected number; 0: not recorded. Declared institutions that belong to it.
	Expected int32 `json:"expected,omitempty"`
	Declared int   `json:"declared"`
}

// Institution is one institution's own part in the solution.
type Institution struct {
	Name      string                   `json:"name"`
	LegalName string                   `json:"legalName"`
	State     v1alpha1.ComplianceState `json:"state"`
	// Use as the institution itself says; nil: it says nothing of the solution.
	Use *v1alpha1.SolutionUse `json:"use"`
	// Accepted is Current, OtherVersion, No, or NoSplit where the solution declares no version to accept.
	Accepted string           `json:"accepted"`
	Controls []page.Judgement `json:"controls"`
}

// Answers to whether the split is accepted.
const (
	current      = "Current"
	otherVersion = "OtherVersion"
	no           = "No"
	noSplit      = "NoSplit"
)

// Make makes the report of the solutions named, or of all.
func Make(v facts.View, outcome *check.Report, names []string) *Report {
	r := &Report{At: outcome.At.UTC(), Solutions: []Solution{}}
	institutions := facts.List[v1alpha1.Institution](v)
	for _, d := range outcome.Decisions.Solutions {
		name := d.Resolved.Object.Name
		s := facts.Get[v1alpha1.HostedSolution](v, "", name)
		if s == nil || len(names) > 0 && !slices.Contains(names, name) {
			continue
		}
		one := Solution{Name: name, DisplayName: s.Spec.DisplayName, Responsibilities: s.Spec.Responsibilities, Groups: []Group{}, Institutions: []Institution{},
			Provider:    Part{state(d.Total.Provider), of(outcome, name, v1alpha1.PartyProvider)},
			Institution: Part{state(d.Total.Institution), of(outcome, name, v1alpha1.PartyInstitution)},
			Shared:      Part{"", of(outcome, name, v1alpha1.PartyShared)}}
		for i := range s.Spec.Controllers {
			c := &s.Spec.Controllers[i]
			g := Group{Name: c.Name}
			if c.ExpectedCount != nil {
				g.Expected = *c.ExpectedCount
			}
			for _, institution := range institutions {
				if control.Belongs(c, institution) {
					g.Declared++
				}
			}
			one.Groups = append(one.Groups, g)
		}
		for _, i := range control.ControllersOf(s, institutions) {
			one.Institutions = append(one.Institutions, institution(outcome, s, i))
		}
		r.Solutions = append(r.Solutions, one)
	}
	return r
}

func state(p *v1alpha1.PartyStatus) v1alpha1.ComplianceState {
	if p == nil {
		return ""
	}
	return p.State
}

// of folds the results of a solution and its environments that one party has to act on.
func of(outcome *check.Report, solution string, party v1alpha1.Party) []page.Judgement {
	return page.Judgements(outcome, func(r *check.Result) bool { return r.Solution == solution && r.Institution == "" && r.Party == party })
}

func institution(outcome *check.Report, s *v1alpha1.HostedSolution, i *v1alpha1.Institution) Institution {
	out := Institution{Name: i.Name, LegalName: v1alpha1.Recorded(i.Spec.LegalName), State: v1alpha1.StateUnknown}
	if d := outcome.Decisions.Institution(i.Name); d != nil {
		for _, in := range d.InEach() {
			if in.Solution == s.Name {
				out.State = in.State
			}
		}
	}
	if at := slices.IndexFunc(i.Spec.Uses, func(u v1alpha1.SolutionUse) bool { return u.Solution == s.Name }); at >= 0 {
		out.Use = &i.Spec.Uses[at]
	}
	switch split := s.Spec.Responsibilities; {
	case split == nil || split.Document.Version == "":
		out.Accepted = noSplit
	case out.Use == nil || out.Use.Acceptance == nil:
		out.Accepted = no
	case out.Use.Acceptance.Version == split.Document.Version:
		out.Accepted = current
	default:
		out.Accepted = otherVersion
	}
	out.Controls = page.Judgements(outcome, func(r *check.Result) bool { return r.Institution == i.Name && r.Solution == s.Name })
	return out
}
