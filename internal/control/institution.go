package control

import (
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Institution is an Institution with what is in force for it, resolved from the solutions that it is a controller of.
type Institution struct {
	Object *v1alpha1.Institution
	// Solutions that name or select it as a controller, by name. What the institution itself says that it uses is in
	// Object.Spec.Uses and may differ.
	Solutions []*Solution
	// Levels in force: the highest of those solutions; the highest there are where it has none.
	Levels Levels
	// Attestations about the institution or its use of a solution, in force or not, by name.
	Attestations []*v1alpha1.Attestation
	// Profile in force, by name: that of its solutions where they have the same one, else the default.
	Profile string
}

// Ref names the institution.
func (i *Institution) Ref() facts.Ref {
	return facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: "Institution", Name: i.Object.Name}
}

// Solution finds one of its solutions by name; nil where the institution is no controller of it.
func (i *Institution) Solution(name string) *Solution {
	at := slices.IndexFunc(i.Solutions, func(s *Solution) bool { return s.Object.Name == name })
	if at < 0 {
		return nil
	}
	return i.Solutions[at]
}

// Use gives what the institution says of its own use of a solution; nil where it says nothing.
func (i *Institution) Use(solution string) *v1alpha1.SolutionUse {
	at := slices.IndexFunc(i.Object.Spec.Uses, func(u v1alpha1.SolutionUse) bool { return u.Solution == solution })
	if at < 0 {
		return nil
	}
	return &i.Object.Spec.Uses[at]
}

// InstitutionInput is everything a rule of institutions may look at.
type InstitutionInput struct {
	Institution *Institution
	Facts       facts.View
	Now         time.Time
}

// Belongs tells whether a controller, or group of controllers, of a solution names or selects an institution. A selector
// without labels selects nobody.
func Belongs(c *v1alpha1.Controller, i *v1alpha1.Institution) bool {
	return slices.Contains(c.Institutions, i.Name) || c.InstitutionSelector.Matches(i.Labels)
}

// ControllersOf gives the institutions that a solution names or selects as controllers, in the order of the list.
func ControllersOf(s *v1alpha1.HostedSolution, institutions []*v1alpha1.Institution) []*v1alpha1.Institution {
	var out []*v1alpha1.Institution
	for _, i := range institutions {
		if slices.ContainsFunc(s.Spec.Controllers, func(c v1alpha1.Controller) bool { return Belongs(&c, i) }) {
			out = append(out, i)
		}
	}
	return out
}
