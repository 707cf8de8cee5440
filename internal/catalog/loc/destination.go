package loc

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/place"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// target is somewhere that data go or lie, as far as it can be read.
type target struct {
	// what it is, in words for the message; subject and field that name it.
	what    string
	subject facts.Ref
	field   string
	// names under which it can be declared or attested, best first: host, provider/bucket, namespace/claim.
	names []string
	// observed places; all must be allowed. Empty: the place does not follow from the object.
	observed []region.Place
	// unread says why the place does not follow, where that is known.
	unread string
	// inCluster is true for a Service of this cluster.
	inCluster bool
}

// judge compares targets with the allowed set of an environment.
type judge struct {
	env          *control.Environment
	facts        facts.View
	now          time.Time
	attestations []*v1alpha1.Attestation
	changes      time.Time
}

func newJudge(in control.EnvironmentInput, typ v1alpha1.AttestationType) *judge {
	j := &judge{env: in.Environment, facts: in.Facts, now: in.Now}
	j.attestations, j.changes = control.InForce(in.Environment.Attestations, typ, in.Now)
	return j
}

// target judges one target: what is observed beats what is attested beats what is declared, and a contradiction fails.
func (j *judge) target(t target) control.Result {
	args := []control.Arg{{Name: "what", Value: t.what}, {Name: "allowed", Value: j.env.Allowed.String()}, {Name: "name", Value: cmp.Or(append(slices.Clone(t.names), "its name")...)}}
	declared, by, isDeclared := j.declared(t.names)
	finish := func(r control.Result) control.Result {
		r.Args = slices.Concat(args, r.Args)
		return r.On(t.subject).At(t.field)
	}
	switch {
	case len(t.observed) > 0:
		for _, p := range t.observed {
			if !j.env.Allowed.Place(p) {
				return finish(control.Fail("Outside", "place", where(p)))
			}
			if isDeclared && !within(p, declared) {
				return finish(control.Fail("Contradiction", "place", where(p), "declared", where(declared), "by", by))
			}
		}
		return finish(control.Pass("Inside", "place", where(t.observed[0])))
	case j.attested(t.names) != nil:
		return finish(j.byAttestation(j.attested(t.names)).Until(j.changes))
	case isDeclared && j.env.Allowed.Place(declared):
		return finish(control.Pass("Declared", "place", where(declared), "by", by).RestingOn(control.Declared).Until(j.changes))
	case isDeclared:
		return finish(control.Fail("Outside", "place", where(declared)).RestingOn(control.Declared).Until(j.changes))
	case t.inCluster:
		return finish(j.inCluster().Until(j.changes))
	}
	return finish(control.Unknown("Unplaced", "detail", cmp.Or(t.unread, "nothing says where it is")).Until(j.changes))
}

// inCluster judges a service of this cluster: it is where the nodes are.
func (j *judge) inCluster() control.Result {
	if missing := facts.Incomplete[facts.Node](j.facts); len(missing) > 0 {
		return control.Unreadable(missing...)
	}
	if reader(j.env).BoundTo(j.facts, j.env.Allowed, j.env.Key).All() {
		return control.Pass("InCluster")
	}
	return control.Unknown("Unplaced", "detail", "it is a service of this cluster, and not every node of the cluster is in an allowed place")
}

// where names a place; one that was only declared by its country is named by that.
func where(p region.Place) string {
	if p.Provider == "" && p.Region == "" {
		return strings.Join(p.Countries, ", ")
	}
	return p.String()
}

// within tells whether an observed place can be what was declared.
func within(observed, declared region.Place) bool {
	for _, c := range observed.Countries {
		if !slices.Contains(declared.Countries, c) {
			return false
		}
	}
	return true
}

// declared finds the endpoint that the solution or the Platform declares under one of the names. Names are compared whole:
// a host that merely starts or ends like a declared one is another host.
func (j *judge) declared(names []string) (region.Place, string, bool) {
	for _, e := range j.env.Solution.Object.Spec.ExternalEndpoints {
		if e.Country != "" && named(names, e.Host) {
			return region.Place{Provider: e.Provider, Region: e.Region, Countries: []string{string(e.Country)}}, "HostedSolution " + j.env.Solution.Object.Name, true
		}
	}
	if j.env.Platform.Object == nil {
		return region.Place{}, "", false
	}
	for _, e := range j.env.Platform.Object.Spec.Endpoints {
		if named(names, e.Name) {
			return region.Place{Provider: e.Provider, Region: e.Region, Countries: []string{string(e.Country)}}, "Platform cluster", true
		}
	}
	return region.Place{}, "", false
}

func (j *judge) attested(names []string) *v1alpha1.Attestation {
	for _, a := range j.attestations {
		if a.Spec.Target == "" || named(names, a.Spec.Target) {
			return a
		}
	}
	return nil
}

func (j *judge) byAttestation(a *v1alpha1.Attestation) control.Result {
	for _, c := range a.Spec.Countries {
		if !j.env.Allowed.Place(region.Place{Countries: []string{string(c)}}) {
			return control.Fail("Outside", "place", string(c)).RestingOn(control.Attested)
		}
	}
	return control.Pass("Attested", "attestation", a.Name).RestingOn(control.Attested)
}

func named(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

// hostTarget fills in what a host name tells.
func (j *judge) hostTarget(t target, host string) target {
	host = place.BareHost(host)
	t.names = append(t.names, host)
	if place.IsClusterHost(host) {
		t.inCluster = true
		return t
	}
	if p, ok := j.env.Platform.Tables.HostPlace(host); ok {
		t.observed = append(t.observed, p)
	}
	return t
}

// targetReasons are what a target can be judged to be, for LOC-03 and LOC-04.
func targetReasons(attestation string) []control.ReasonText {
	declare := "Declare it: Platform spec.endpoints[] {name: {name}, country} for the whole cluster, HostedSolution spec.externalEndpoints[] {host, purpose, country} for one solution, or an Attestation of type " + attestation + " with target {name}."
	return []control.ReasonText{
		{Reason: "Inside", Verdict: v1alpha1.VerdictPass, Text: "{what} is in {place}."},
		{Reason: "InCluster", Verdict: v1alpha1.VerdictPass, Text: "{what} is in this cluster, every node of which is in an allowed place."},
		{Reason: "Declared", Verdict: v1alpha1.VerdictPass, Text: "{what} is in {place}, says {by}."},
		{Reason: "Attested", Verdict: v1alpha1.VerdictPass, Text: "{what} is in an allowed place, says Attestation {attestation}."},
		{Reason: "Outside", Verdict: v1alpha1.VerdictFail, Text: "{what} is in {place}; allowed: {allowed}.",
			Remediation: "Move the data to an allowed place and delete what lies outside. If the place is right, the owner widens spec.locations.allowed of the HostedSolution."},
		{Reason: "Contradiction", Verdict: v1alpha1.VerdictFail, Text: "{what} is in {place}, but {by} declares {declared}.",
			Remediation: "Correct the declaration of {name} or the object, so that both say where the data are."},
		{Reason: "Unplaced", Verdict: v1alpha1.VerdictUnknown, Text: "Where {what} is cannot be seen: {detail}.",
			Remediation: declare},
	}
}
