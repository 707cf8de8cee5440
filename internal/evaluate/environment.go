package evaluate

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// environment resolves one SolutionEnvironment; the old one stays where nothing about it changed.
func (r *run) environment(object *v1alpha1.SolutionEnvironment, c *claims) *Environment {
	own := r.solutions[object.Spec.Solution]
	e := &control.Environment{
		Object: object, Platform: r.platformNow,
		Namespaces: c.of[object.Name].namespaces, Uses: c.of[object.Name].uses, ClaimedTwice: c.twice(object.Name),
		Attestations: r.attestations.about(object.Spec.Solution, object.Name),
	}
	profile := &r.resolver.noProfile
	if own != nil {
		profile, e.Solution = own.inputs.profile, own.solution
	} else {
		e.Solution = r.missing(object.Spec.Solution)
	}
	e.Levels, e.Allowed = e.Solution.Levels, e.Solution.Allowed
	r.share(e, c)
	e.Attestations = r.countable(e.Attestations, profile, e.Levels.Confidentiality)
	r.environmentProblems(e, own != nil, c)
	policy := r.policy(profile, e.Levels)
	if old := r.old.environment(object.Name); old != nil && sameEnvironment(old.Environment, e) {
		if old.Policy == policy && old.SolutionFound == (own != nil) {
			return old
		}
		e = old.Environment
	} else {
		r.resolver.serial++
		e.Key = fmt.Sprintf("%s#%d", object.Name, r.resolver.serial)
		e = e.Frozen()
	}
	return &Environment{Environment: e, Policy: policy, SolutionFound: own != nil}
}

// share raises levels and narrows places to what everyone who shares a namespace needs: what one solution may not do, it may
// not do through another one's half of a shared namespace.
func (r *run) share(e *control.Environment, c *claims) {
	for _, name := range c.sharers(e.Object.Name) {
		other := r.solutions[r.solutionOf[name]]
		if other == nil || other.solution == e.Solution {
			continue
		}
		e.Levels = e.Levels.Max(other.solution.Levels)
		if e.Allowed.Key() != other.solution.Allowed.Key() {
			e.Allowed = region.Meet(e.Allowed, other.solution.Allowed)
		}
	}
}

func (r *run) environmentProblems(e *control.Environment, found bool, c *claims) {
	at := e.Ref()
	if !found {
		name := e.Object.Spec.Solution
		r.problems.add(at, v1alpha1.ConditionAccepted, v1alpha1.ReasonUnknownSolution,
			"There is no HostedSolution %s%s Apply it, or make a new environment that names the right one.", name, didYouMean(name, r.solutionNames()))
	}
	r.problems.list = append(r.problems.list, c.of[e.Object.Name].problems...)
	for _, n := range slices.Sorted(maps.Keys(e.ClaimedTwice)) {
		r.problems.add(at, v1alpha1.ConditionAccepted, v1alpha1.ReasonNamespaceClaimedTwice,
			"Namespace %s is claimed by %s too: both judge it, at the highest of their levels and in the places that both allow. Let one of them go.",
			n, some(e.ClaimedTwice[n]))
	}
}

// sameEnvironment tells whether two environments say the same, apart from their keys.
func sameEnvironment(a, b *control.Environment) bool {
	return a.Object == b.Object && a.Solution == b.Solution && a.Platform == b.Platform && a.Levels == b.Levels &&
		slices.Equal(a.Namespaces, b.Namespaces) && slices.Equal(a.Uses, b.Uses) && slices.Equal(a.Attestations, b.Attestations) &&
		(a.Allowed == b.Allowed || a.Allowed.Key() == b.Allowed.Key()) &&
		maps.EqualFunc(a.ClaimedTwice, b.ClaimedTwice, slices.Equal)
}
