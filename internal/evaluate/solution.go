package evaluate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// Where effective values come from, for status.resolved.origin.
const (
	originSolution = "Solution"
	originProfile  = "Profile"
	originPlatform = "Platform"
	originDefault  = "Default"
)

// solutionInputs is all that a solution is made of; equal inputs give the same Solution until validUntil.
type solutionInputs struct {
	object       *v1alpha1.HostedSolution
	profile      *profile
	platform     *control.Platform
	profileFrom  string
	attestations []*v1alpha1.Attestation
	environments []string
}

func (a *solutionInputs) equal(b *solutionInputs) bool {
	return a.object == b.object && a.profile == b.profile && a.platform == b.platform && a.profileFrom == b.profileFrom &&
		slices.Equal(a.attestations, b.attestations) && slices.Equal(a.environments, b.environments)
}

// solutionMemo keeps a solution while its inputs stay.
type solutionMemo struct {
	inputs   solutionInputs
	solution *control.Solution
	resolved v1alpha1.ResolvedRequirements
	problems []Problem
	// validUntil is when the allowed places change by themselves; zero: never.
	validUntil time.Time
}

// solution resolves one HostedSolution.
func (r *run) solution(object *v1alpha1.HostedSolution, environments []string) *solutionMemo {
	p, from := r.profileFor(object)
	in := solutionInputs{object: object, profile: p, profileFrom: from, platform: r.platformNow, environments: environments,
		attestations: r.countable(r.attestations.about(object.Name, ""), p, statedLevel(object, p))}
	old := r.old.solutions[object.Name]
	if old != nil && old.inputs.equal(&in) && (old.validUntil.IsZero() || r.now.Before(old.validUntil)) {
		return old
	}
	m := &solutionMemo{inputs: in}
	s := &control.Solution{Object: object, Attestations: in.attestations, Platform: in.platform, Environments: environments, Profile: p.name, Mandatory: p.mandatory()}
	m.solution = s
	m.resolved = v1alpha1.ResolvedRequirements{Profile: p.name, Origin: map[string]string{"profile": from}}
	m.levels(p)
	m.locations(p, r)
	m.continuity()
	m.resolved.Confidentiality, m.resolved.Integrity, m.resolved.Availability = s.Levels.Confidentiality, s.Levels.Integrity, s.Levels.Availability
	m.resolved.Assumed, m.resolved.Locations = s.Assumed, s.Allowed.String()
	if p.object == nil {
		m.bad(v1alpha1.ReasonUnknownProfile, "There is no ControlProfile %s%s Every control is Unknown until it is applied or another one is named.",
			p.name, didYouMean(p.name, r.profileNames()))
	}
	if old != nil && sameSolution(old.solution, s) {
		m.solution = old.solution
	}
	return m
}

// sameSolution tells whether two solutions say the same, as when the profile changed in what does not concern them.
func sameSolution(a, b *control.Solution) bool {
	return a.Object == b.Object && a.Levels == b.Levels && a.Assumed == b.Assumed && a.Allowed.Key() == b.Allowed.Key() &&
		a.RecoveryPoint == b.RecoveryPoint && a.RecoveryTime == b.RecoveryTime && a.BackupRetention == b.BackupRetention &&
		slices.Equal(a.Attestations, b.Attestations) && slices.Equal(a.Environments, b.Environments) &&
		a.Platform == b.Platform && a.Profile == b.Profile && slices.Equal(a.Mandatory, b.Mandatory)
}

func (m *solutionMemo) bad(reason, format string, args ...any) {
	var p problems
	p.add(m.solution.Ref(), v1alpha1.ConditionAccepted, reason, format, args...)
	m.problems = append(m.problems, p.list...)
}

// profileFor finds the profile of a solution: its own choice, the Platform's, or public-sector.
func (r *run) profileFor(object *v1alpha1.HostedSolution) (*profile, string) {
	if object != nil && object.Spec.Profile != "" {
		return r.profileNamed(object.Spec.Profile), originSolution
	}
	if p := r.platformNow.Object; p != nil && p.Spec.DefaultProfile != "" {
		return r.profileNamed(p.Spec.DefaultProfile), originPlatform
	}
	return r.profileNamed(v1alpha1.DefaultProfileName), originDefault
}

// levels are those stated; the profile's where the solution is unclassified; Medium where it states no grade.
func (m *solutionMemo) levels(p *profile) {
	s, origin := m.solution, m.resolved.Origin
	s.Levels = control.Levels{Confidentiality: p.assumed(), Integrity: v1alpha1.LevelMedium, Availability: v1alpha1.LevelMedium}
	s.Assumed = true
	origin["confidentiality"], origin["integrity"], origin["availability"] = originProfile, originDefault, originDefault
	c := s.Object.Spec.Classification
	if c == nil {
		return
	}
	if slices.Contains(control.Confidentialities(), c.Confidentiality) {
		s.Levels.Confidentiality, s.Assumed = c.Confidentiality, false
		origin["confidentiality"] = originSolution
	}
	if slices.Contains(control.Grades(), c.Integrity) {
		s.Levels.Integrity = c.Integrity
		origin["integrity"] = originSolution
	}
	if slices.Contains(control.Grades(), c.Availability) {
		s.Levels.Availability = c.Availability
		origin["availability"] = originSolution
	}
}

// locations are those declared, cut by the profile's cap and a national requirement; the cap itself where none is declared.
func (m *solutionMemo) locations(p *profile, r *run) {
	s := m.solution
	limit := p.limit(s.Levels.Confidentiality)
	declared, origin := limit, originProfile
	var national bool
	if l := s.Object.Spec.Locations; l != nil {
		national = l.NationalLocationRequired
		switch {
		case len(l.Allowed) > 0:
			declared, origin = locations(l.Allowed), originSolution
		case national:
			declared, origin = []region.Location{{Country: "DK"}}, originSolution
		}
	}
	allowed := r.allowed(declared, limit, national)
	s.Allowed, m.validUntil = allowed.set, allowed.set.ValidUntil()
	m.resolved.Origin["locations"] = origin
	for _, problem := range allowed.problems {
		m.locationProblem(problem, p)
	}
	if s.Allowed.Empty() {
		m.bad(v1alpha1.ReasonLocationsReduced, "No place is left that the solution may use; add one to spec.locations.allowed that the profile allows, such as {group: EEA}.")
	}
}

// allowedSet is a set of places with what was wrong in its making. Many solutions declare the same, and sets are costly.
type allowedSet struct {
	set      *region.Allowed
	problems []region.Problem
}

func (r *run) allowed(declared, limit []region.Location, national bool) allowedSet {
	key := fmt.Sprintf("%v|%v|%v", declared, limit, national)
	a, ok := r.allowedSets[key]
	if !ok && r.old.platform() == r.platformNow {
		a, ok = r.old.allowedSets[key]
		ok = ok && (a.set.ValidUntil().IsZero() || r.now.Before(a.set.ValidUntil()))
	}
	if !ok {
		a.set, a.problems = region.NewAllowed(r.platformNow.Tables, declared, region.Options{
			Providers: r.platformNow.Providers, Cap: limit, NationalOnly: national, At: r.now})
	}
	r.allowedSets[key] = a
	return a
}

func (m *solutionMemo) locationProblem(found region.Problem, p *profile) {
	if found.InCap {
		m.bad(v1alpha1.ReasonInvalidProfile, "Profile %s, locationCaps: %s.", p.name, found.Message)
		return
	}
	field := "spec.locations.allowed"
	if found.Index >= 0 {
		field += fmt.Sprintf("[%d]", found.Index)
	}
	reason := v1alpha1.ReasonLocationsReduced
	switch {
	case found.Field == "country" || found.Field == "group":
		reason = v1alpha1.ReasonUnknownCountry
	case found.Field == "provider":
		reason = v1alpha1.ReasonUnknownProvider
	case found.Field != "":
		reason = v1alpha1.ReasonUnknownRegion
	}
	if found.Field != "" {
		field += "." + found.Field
	}
	m.bad(reason, "%s: %s.", field, found.Message)
}

func (m *solutionMemo) continuity() {
	c := m.solution.Object.Spec.Continuity
	if c == nil {
		return
	}
	m.solution.RecoveryPoint = m.duration("recoveryPoint", c.RecoveryPoint)
	m.solution.RecoveryTime = m.duration("recoveryTime", c.RecoveryTime)
	if c.BackupRetention == "" {
		return
	}
	retention, err := date.ParsePeriod(string(c.BackupRetention))
	if err != nil {
		m.bad("InvalidDuration", "spec.continuity.backupRetention: %v.", err)
	}
	m.solution.BackupRetention = retention
}

// duration reads a length of time; calendar months and years count as their shortest.
func (m *solutionMemo) duration(field string, d v1alpha1.Duration) time.Duration {
	if d == "" {
		return 0
	}
	period, err := date.ParsePeriod(string(d))
	if err != nil {
		m.bad("InvalidDuration", "spec.continuity.%s: %v.", field, err)
		return 0
	}
	const day = 24 * time.Hour
	years, months := period.Months/12, period.Months%12
	return time.Duration(years)*365*day + time.Duration(months)*28*day + time.Duration(period.Days)*day + period.Clock
}

// deployed reports solutions that nobody runs in production.
func (r *run) deployed(s *Solution) {
	production := func(e *Environment) bool { return e.Production() }
	switch {
	case len(s.Environments) == 0:
		r.problems.add(s.Ref(), v1alpha1.ConditionDeployed, v1alpha1.ReasonNotDeployed,
			"No SolutionEnvironment names the solution, so nothing of it is supervised here. "+
				"Create one with spec.solution: %s, and with spec.hostedBy where it runs elsewhere; delete the HostedSolution when nobody runs it any more.", s.Object.Name)
	case !slices.ContainsFunc(s.Environments, production):
		r.problems.add(s.Ref(), v1alpha1.ConditionDeployed, v1alpha1.ReasonNotDeployed,
			"None of its environments (%s) is of stage Production, so its state cannot be known. "+
				"Create a SolutionEnvironment of that stage, or correct spec.stage of the one that is in production.", strings.Join(s.Solution.Environments, ", "))
	case !slices.ContainsFunc(s.Environments, func(e *Environment) bool {
		return e.Production() && (e.Object.Spec.HostedBy != "" || len(e.Namespaces) > 0)
	}) && r.allNamespaces():
		r.problems.add(s.Ref(), v1alpha1.ConditionDeployed, v1alpha1.ReasonNotDeployed,
			"No production environment of it (of %s) matches a namespace, so nothing of it runs here. "+
				"Correct spec.namespaces, or create the namespaces; where it runs elsewhere, create a SolutionEnvironment with spec.hostedBy.", strings.Join(s.Solution.Environments, ", "))
	}
}

// allNamespaces tells whether every namespace of the cluster is known, which manifests alone never tell.
func (r *run) allNamespaces() bool {
	return r.view.Known(facts.TypeOf[facts.Namespace]()) && len(facts.Incomplete[facts.Namespace](r.view)) == 0 && !r.onlyManifests()
}

func (r *run) onlyManifests() bool {
	return r.view.Known(facts.TypeOf[facts.Workload]()) && slices.ContainsFunc(facts.Incomplete[facts.Workload](r.view), func(s facts.SourceState) bool {
		return s.Condition == facts.SourceNotObservable
	})
}

// missingSolution stands for a HostedSolution that an environment names and nobody has applied: nothing is allowed.
func (r *run) missingSolution(name string) *control.Solution {
	object := &v1alpha1.HostedSolution{}
	object.Name = name
	nowhere, _ := region.NewAllowed(r.platformNow.Tables, nil, region.Options{At: r.now})
	return &control.Solution{Object: object, Missing: true, Levels: control.HighestLevels(), Assumed: true, Allowed: nowhere, Platform: r.platformNow}
}

// list gives the facts of a type, none where the store has no source for it.
func list[T any](v facts.View) []*T {
	if !v.Known(facts.TypeOf[T]()) {
		return nil
	}
	return facts.List[T](v)
}
