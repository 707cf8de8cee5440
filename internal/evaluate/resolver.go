package evaluate

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/admission"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// resolver makes Fleets and remembers the last one, so that only what changed is made anew.
type resolver struct {
	controls  []*control.Control
	noProfile profile // of environments whose solution does not exist
	serial    uint64  // for keys of environments
	seen      []uint64
	withWork  []string // namespaces with workloads, the list of the store itself
	at        time.Time
	last      memory
}

// memory is what the last run leaves to the next.
type memory struct {
	fleet     *Fleet
	profiles  map[string]*profile
	policies  map[policyKey]*Policy
	solutions map[string]*solutionMemo
	missing   map[string]*control.Solution
	// allowedSets of the platform by what they were made of.
	allowedSets map[string]allowedSet
}

func newResolver(controls []*control.Control) *resolver {
	return &resolver{controls: controls, noProfile: profile{}}
}

// Resolve makes the Fleet of a view once, without memory.
func Resolve(v facts.View, now time.Time, controls []*control.Control) *Fleet {
	return newResolver(controls).resolve(v, now)
}

// inputs lists the types that a Fleet is made of; workloads count only by the namespaces that have some.
func inputs() []reflect.Type {
	return []reflect.Type{
		facts.TypeOf[v1alpha1.HostedSolution](), facts.TypeOf[v1alpha1.SolutionEnvironment](), facts.TypeOf[v1alpha1.Platform](),
		facts.TypeOf[v1alpha1.ControlProfile](), facts.TypeOf[v1alpha1.ControlException](), facts.TypeOf[v1alpha1.Attestation](),
		facts.TypeOf[facts.AdmissionPolicy](), facts.TypeOf[facts.AdmissionBinding](), facts.TypeOf[v1alpha1.Institution](),
		facts.TypeOf[v1alpha1.Supplier](), facts.TypeOf[v1alpha1.Supplier](), facts.TypeOf[facts.Namespace](), facts.TypeOf[facts.Node](),
	}
}

func (x *resolver) resolve(v facts.View, now time.Time) *Fleet {
	seen := []uint64{v.SourceGeneration()}
	for _, t := range inputs() {
		var g uint64
		if v.Known(t) {
			g = v.TotalGeneration(t)
		}
		seen = append(seen, g)
	}
	var withWork []string
	if t := facts.TypeOf[facts.Workload](); v.Known(t) {
		withWork = v.Namespaces(t)
	}
	if f := x.last.fleet; f != nil && slices.Equal(seen, x.seen) && same(withWork, x.withWork) &&
		!now.Before(x.at) && (f.Next.IsZero() || now.Before(f.Next)) {
		return f
	}
	if now.Before(x.at) { // whatever was true later may not be true yet
		x.last = memory{}
	}
	r := &run{resolver: x, controls: x.controls, view: v, now: now, old: &x.last, fleet: &Fleet{}, withWork: withWork}
	x.last = r.all()
	x.seen, x.withWork, x.at = seen, withWork, now
	return x.last.fleet
}

// same tells whether two lists are one and the same.
func same(a, b []string) bool { return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) }

// run is one resolution.
type run struct {
	resolver *resolver
	controls []*control.Control
	view     facts.View
	now      time.Time
	old      *memory
	withWork []string

	fleet        *Fleet
	problems     problems
	platformNow  *control.Platform
	profiles     map[string]*profile
	policies     map[policyKey]*Policy
	solutions    map[string]*solutionMemo
	missingNow   map[string]*control.Solution
	allowedSets  map[string]allowedSet
	solutionOf   map[string]string // by environment
	attestations attestationIndex
	// guard judges approvals, approvals holds those of attestations.
	guard     admission.Guard
	approvals map[*v1alpha1.Attestation]admission.Approval

	oldExceptions   map[string]*Exception
	oldAttestations map[string]*Attestation
}

// keepStatements indexes the statements of the last run by name.
func (r *run) keepStatements() {
	r.oldExceptions, r.oldAttestations = map[string]*Exception{}, map[string]*Attestation{}
	if r.old.fleet == nil {
		return
	}
	for _, e := range r.old.fleet.Exceptions {
		r.oldExceptions[e.Object.Name] = e
	}
	for _, a := range r.old.fleet.Attestations {
		r.oldAttestations[a.Object.Name] = a
	}
}

func (r *run) all() memory {
	r.keepStatements()
	r.allowedSets = map[string]allowedSet{}
	r.profiles, r.policies = map[string]*profile{}, map[policyKey]*Policy{}
	r.solutions, r.missingNow, r.solutionOf = map[string]*solutionMemo{}, map[string]*control.Solution{}, map[string]string{}
	r.platformNow = r.platform()
	r.readProfiles()
	r.attestations = indexAttestations(list[v1alpha1.Attestation](r.view))
	r.readApprovals()
	environments := list[v1alpha1.SolutionEnvironment](r.view)
	names := map[string][]string{}
	for _, e := range environments {
		names[e.Spec.Solution] = append(names[e.Spec.Solution], e.Name)
		r.solutionOf[e.Name] = e.Spec.Solution
	}
	for _, s := range list[v1alpha1.HostedSolution](r.view) {
		m := r.solution(s, names[s.Name])
		r.solutions[s.Name] = m
		r.problems.list = append(r.problems.list, m.problems...)
		r.next(m.validUntil)
	}
	c := r.claim(environments)
	for _, e := range environments {
		r.fleet.Environments = append(r.fleet.Environments, r.environment(e, c))
	}
	r.join()
	r.institutions()
	profile, _ := r.profileFor(nil)
	highest := control.HighestLevels()
	r.fleet.Platform = r.keepPlatform(&Platform{Platform: r.platformNow, Policy: r.policy(profile, highest),
		Attestations: r.countable(r.attestations.platform, profile, highest.Confidentiality)})
	r.fleet.Exceptions, r.fleet.Attestations = r.exceptionsChecked(), r.attestationsChecked()
	r.countProfiles()
	r.unclaimed(c)
	r.fleet.Problems = r.problems.sorted()
	return memory{fleet: r.fleet, profiles: r.profiles, policies: r.policies, solutions: r.solutions, missing: r.missingNow,
		allowedSets: r.allowedSets}
}

// next notes an instant at which something changes by itself.
func (r *run) next(t time.Time) {
	if t.After(r.now) {
		r.fleet.Next = control.Earliest(r.fleet.Next, t)
	}
}

// join puts solutions and environments together; an old solution stays where nothing about it changed.
func (r *run) join() {
	bySolution := map[string][]*Environment{}
	for _, e := range r.fleet.Environments {
		bySolution[e.Object.Spec.Solution] = append(bySolution[e.Object.Spec.Solution], e)
	}
	for _, object := range list[v1alpha1.HostedSolution](r.view) {
		m := r.solutions[object.Name]
		s := &Solution{Solution: m.solution, Policy: r.policy(m.inputs.profile, m.solution.Levels), Resolved: m.resolved,
			Environments: bySolution[object.Name]}
		if old := r.old.solution(object.Name); old != nil && old.Solution == s.Solution && old.Policy == s.Policy &&
			slices.Equal(old.Environments, s.Environments) {
			s = old
		}
		r.fleet.Solutions = append(r.fleet.Solutions, s)
		r.deployed(s)
		r.usable(s)
	}
}

func (r *run) keepPlatform(p *Platform) *Platform {
	if f := r.old.fleet; f != nil && f.Platform.Platform == p.Platform && f.Platform.Policy == p.Policy && slices.Equal(f.Platform.Attestations, p.Attestations) {
		return f.Platform
	}
	return p
}

// missing gives the stand-in for a solution that does not exist.
func (r *run) missing(name string) *control.Solution {
	s := r.missingNow[name]
	if s == nil {
		s = r.old.missing[name]
	}
	if s == nil {
		s = r.missingSolution(name)
	}
	r.missingNow[name] = s
	return s
}

// unclaimed reports namespaces that belong to nobody. Where workloads cannot all be seen, that none was found proves nothing.
func (r *run) unclaimed(c *claims) {
	r.fleet.Unclaimed = c.unclaimed(r.withWork, r.supervised)
	at := r.platformNow.Ref()
	if len(r.fleet.Unclaimed) > 0 {
		r.problems.add(at, v1alpha1.ConditionNoUnclaimedNamespaces, v1alpha1.ReasonUnclaimedNamespaces,
			"Nobody answers for the workloads in %s: claim each with a SolutionEnvironment, or list it under spec.namespaces of the Platform with its owner.",
			some(r.described(c)))
		return
	}
	if !r.view.Known(facts.TypeOf[facts.Workload]()) {
		return
	}
	for _, s := range facts.Incomplete[facts.Workload](r.view) {
		if s.Condition == facts.SourceNotObservable {
			continue
		}
		r.problems.list = append(r.problems.list, Problem{Object: at, Type: v1alpha1.ConditionNoUnclaimedNamespaces,
			Status: metav1.ConditionUnknown, Reason: s.WhyNot(), Message: "Workloads cannot all be seen: " + string(s.ID) + ": " + s.Why()})
	}
}

// supervised tells whether an environment belongs to a solution. While solutions cannot all be read, it may.
func (r *run) supervised(environment string) bool {
	return r.solutions[r.solutionOf[environment]] != nil || len(facts.Incomplete[v1alpha1.HostedSolution](r.view)) > 0
}

// described names the unclaimed namespaces, and environments that would have them if their solutions existed.
func (r *run) described(c *claims) []string {
	out := slices.Clone(r.fleet.Unclaimed)
	for i, n := range out {
		if c.platform[n] {
			out[i] = n + " (which Kubernetes keeps for its own data: move them)"
		} else if by := c.byNamespace[n]; len(by) > 0 {
			out[i] = fmt.Sprintf("%s (claimed by %s, but there is no HostedSolution %s)", n, by[0], r.solutionOf[by[0]])
		}
	}
	return out
}

// span notes the ends of a statement's time and reports one that is not in force.
func (r *run) span(at facts.Ref, from, until time.Time, fault string) {
	switch {
	case fault != "":
		r.problems.add(at, v1alpha1.ConditionValid, fault, "It is not accepted, so it never has effect.")
	case r.now.Before(from):
		r.problems.add(at, v1alpha1.ConditionValid, v1alpha1.ReasonNotYetValid, "It has effect from %s.", day(from))
	case !r.now.Before(until):
		r.problems.add(at, v1alpha1.ConditionValid, v1alpha1.ReasonExpired, "It ended on %s; renew it where it is still needed, or delete it.", day(until))
	}
	r.next(from)
	r.next(until)
}

func (r *run) solutionNames() []string {
	var names []string
	for _, s := range list[v1alpha1.HostedSolution](r.view) {
		names = append(names, s.Name)
	}
	return names
}

func (m *memory) platform() *control.Platform {
	if m.fleet == nil {
		return nil
	}
	return m.fleet.Platform.Platform
}

func (m *memory) environment(name string) *Environment {
	if m.fleet == nil {
		return nil
	}
	return m.fleet.Environment(name)
}

func (m *memory) solution(name string) *Solution {
	if m.fleet == nil {
		return nil
	}
	return m.fleet.Solution(name)
}
