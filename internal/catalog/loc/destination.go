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
	// what it is, in words for the message, and whose, where what does not say so; subject and field that name it.
	what    string
	of      facts.Ref
	subject facts.Ref
	field   string
	// names under which it can be declared or attested, best first: host, provider/bucket, namespace/claim.
	names []name
	// observed places; all must be allowed. Empty: the place does not follow from the object.
	observed []region.Place
	// open is true where the data may be somewhere else too, of which unread says why it is not known.
	open bool
	// unread says why the place does not follow, where that is known.
	unread string
	// inCluster is true for a Service of this cluster; missing is the Service where none of that name is known.
	inCluster bool
	missing   facts.Ref
}

// words say in full what it is.
func (t *target) words() string {
	if t.of.IsZero() {
		return t.what
	}
	return t.what + " of " + t.of.String()
}

// name is a name, or two parts of one with a slash between them, which need not be put together to be compared.
type name struct{ first, second string }

func (n name) String() string {
	if n.second == "" {
		return n.first
	}
	return n.first + "/" + n.second
}

func (n name) is(s string) bool {
	if n.second == "" {
		return strings.EqualFold(n.first, s)
	}
	first, second, ok := strings.Cut(s, "/")
	return ok && strings.EqualFold(n.first, first) && strings.EqualFold(n.second, second)
}

func namesOf(whole ...string) []name {
	out := make([]name, len(whole))
	for i, s := range whole {
		out[i].first = s
	}
	return out
}

// judge compares targets with the allowed set of an environment.
type judge struct {
	env          *control.Environment
	facts        facts.View
	now          time.Time
	attestations []*v1alpha1.Attestation
	changes      time.Time
	inside       map[insideKey]control.Result
}

func newJudge(in control.EnvironmentInput, typ v1alpha1.AttestationType) *judge {
	j := &judge{env: in.Environment, facts: in.Facts, now: in.Now, inside: map[insideKey]control.Result{}}
	j.attestations, j.changes = control.InForce(in.Environment.Attestations, typ, in.Now)
	j.attestations = slices.DeleteFunc(j.attestations, placeless)
	return j
}

// target judges one target: what is observed beats what is attested beats what is declared, and a contradiction fails.
func (j *judge) target(t target) control.Result {
	r := j.verdict(&t)
	if r.Reason != "Inside" {
		r.Args = slices.Concat(j.args(&t), r.Args)
	}
	return r.On(t.subject).At(t.field)
}

// args are what every text can name.
func (j *judge) args(t *target) []control.Arg {
	name := "its name"
	if len(t.names) > 0 {
		name = cmp.Or(t.names[0].String(), name)
	}
	return []control.Arg{{Name: "what", Value: t.words()}, {Name: "allowed", Value: j.env.Allowed.String()}, {Name: "name", Value: name}}
}

func (j *judge) verdict(t *target) control.Result {
	declared, by, isDeclared := j.declared(t.names)
	switch {
	case len(t.observed) > 0:
		for _, p := range t.observed {
			if !j.env.Allowed.Place(p) {
				return control.Fail("Outside", "place", where(p))
			}
			if isDeclared && !within(p, declared) {
				return control.Fail("Contradiction", "place", where(p), "declared", where(declared), "by", by)
			}
		}
		if !t.open {
			return j.isInside(t)
		}
		if a := j.attested(t.names); a != nil {
			return j.byAttestation(a).Until(j.changes)
		}
	case j.attested(t.names) != nil:
		return j.byAttestation(j.attested(t.names)).Until(j.changes)
	case isDeclared && j.env.Allowed.Place(declared):
		return control.Pass("Declared", "place", where(declared), "by", by).RestingOn(control.Declared).Until(j.changes)
	case isDeclared:
		return control.Fail("Outside", "place", where(declared)).RestingOn(control.Declared).Until(j.changes)
	case t.inCluster:
		return j.inCluster(t).Until(j.changes)
	}
	return control.Unknown("Unplaced", "detail", cmp.Or(t.unread, "nothing says where it is")).Until(j.changes)
}

// insideKey is what the message about a target in an allowed place depends on.
type insideKey struct{ what, provider, region, zone, countries string }

// isInside passes a target in an allowed place. Most volumes are in a few places, and share what is said of them.
func (j *judge) isInside(t *target) control.Result {
	p := t.observed[0]
	key := insideKey{t.what, p.Provider, p.Region, p.Zone, strings.Join(p.Countries, " ")}
	r, ok := j.inside[key]
	if !ok {
		r = control.Pass("Inside", "what", t.what, "place", where(p))
		j.inside[key] = r
	}
	return r
}

// inCluster judges a service of this cluster: it is where the nodes are, unless it leads somewhere else or does not exist.
func (j *judge) inCluster(t *target) control.Result {
	unreadable := append(facts.Incomplete[facts.Node](j.facts), facts.Incomplete[facts.ExternalService](j.facts)...)
	if len(unreadable) > 0 {
		return control.Unreadable(unreadable...)
	}
	if !t.missing.IsZero() {
		return control.Unknown("ServiceMissing", "service", t.missing.String(), "serviceNamespace", t.missing.Namespace)
	}
	if reader(j.env).BoundTo(j.facts, j.env.Allowed).All() {
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
func (j *judge) declared(names []name) (region.Place, string, bool) {
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

func (j *judge) attested(names []name) *v1alpha1.Attestation {
	for _, a := range j.attestations {
		if a.Spec.Target == "" || named(names, a.Spec.Target) {
			return a
		}
	}
	return nil
}

// placeless tells that an attestation of a place names none. The API server refuses it, and a check of files reads it.
func placeless(a *v1alpha1.Attestation) bool { return len(a.Spec.Countries) == 0 }

func (j *judge) byAttestation(a *v1alpha1.Attestation) control.Result {
	for _, c := range a.Spec.Countries {
		if !j.env.Allowed.Place(region.Place{Countries: []string{string(c)}}) {
			return control.Fail("Outside", "place", string(c)).RestingOn(control.Attested)
		}
	}
	return control.Pass("Attested", "attestation", a.Name).RestingOn(control.Attested)
}

func named(names []name, s string) bool {
	return slices.ContainsFunc(names, func(n name) bool { return n.is(s) })
}

// hostTarget fills in what a host name tells to something in a namespace. A Service that does not stand for pods is where it
// leads.
func (j *judge) hostTarget(t target, from, host string) target {
	host = place.BareHost(host)
	lead, leads := place.LeadOf(j.facts, from, host)
	if leads {
		return j.ledTarget(t, host, lead)
	}
	t.names = append(t.names, name{first: host})
	service := lead.Service
	switch {
	case place.IsItself(host) || j.exists(service):
		t.inCluster = true
	case place.IsClusterHost(host) && service.IsZero():
		t.unread = "nothing says what answers to the name " + host // a node does not look names up as a pod does
	case place.IsClusterHost(host):
		t.inCluster, t.missing = true, service
	default:
		if p, ok := j.env.Platform.Tables.HostPlace(host); ok {
			t.observed = append(t.observed, p)
		}
	}
	return t
}

// exists tells whether a Service is known to exist. A name alone is no evidence of a place: whatever the cluster does not know
// by it, the network around may.
func (j *judge) exists(service facts.Ref) bool {
	return !service.IsZero() && facts.Get[facts.ServiceName](j.facts, service.Namespace, service.Name) != nil
}

// ledTarget fills in where a Service leads: of several hosts the one counts that is worst.
func (j *judge) ledTarget(t target, host string, lead place.Lead) target {
	t.inCluster = false
	t.names = append(t.names, name{first: host}, name{lead.Service.Namespace, lead.Service.Name})
	if lead.Unread != "" {
		t.unread = lead.Unread
		return t
	}
	return j.worstOf(lead.Hosts, func(h string) target {
		one := t
		one.names = append(slices.Clone(t.names), name{first: place.BareHost(h)})
		one.unread = lead.Service.String() + " leads to " + h + ", which is not declared"
		if p, ok := j.env.Platform.Tables.HostPlace(place.BareHost(h)); ok {
			one.observed = append(slices.Clone(t.observed), p)
		}
		return one
	})
}

// serversTarget fills in where the servers of data are, given joined by commas: of several the one counts that is worst.
func (j *judge) serversTarget(t target, from, servers string) target {
	return j.worstOf(strings.Split(servers, ","), func(server string) target {
		one := t
		one.names = slices.Clone(t.names)
		one.unread = "server " + server + " is not declared"
		return j.hostTarget(one, from, server)
	})
}

// worstOf gives the target of the host that is judged worst.
func (j *judge) worstOf(hosts []string, at func(host string) target) target {
	var out target
	worst := v1alpha1.VerdictPass
	for i, h := range hosts {
		one := at(h)
		r := j.verdict(&one)
		if i == 0 || r.Verdict == v1alpha1.VerdictFail && worst != v1alpha1.VerdictFail || r.Verdict == v1alpha1.VerdictUnknown && worst == v1alpha1.VerdictPass {
			out, worst = one, r.Verdict
		}
	}
	return out
}

// targetReasons are what a target can be judged to be, for LOC-03 and LOC-04.
func targetReasons(attestation string) []control.ReasonText {
	declare := "Declare it: Platform spec.endpoints[] {name: {name}, country} for the whole cluster, HostedSolution spec.externalEndpoints[] {host, purpose, country} for one solution, or an Attestation of type " + attestation + " with target {name}."
	return []control.ReasonText{
		{Reason: "Inside", Verdict: v1alpha1.VerdictPass, Text: "{what} is in {place}."},
		{Reason: "InCluster", Verdict: v1alpha1.VerdictPass, Text: "{what} is in this cluster, every node of which is in an allowed place."},
		{Reason: "Declared", Verdict: v1alpha1.VerdictPass, Text: "{what} is in {place}, says {by}."},
		{Reason: "Attested", Verdict: v1alpha1.VerdictPass, Text: "{what} is in an allowed place, says Attestation {attestation}."},
		{Reason: "ServiceMissing", Verdict: v1alpha1.VerdictUnknown, Text: "{what} is behind {service}, which does not exist, so nothing shows where the data go.",
			Remediation: "See what there is: kubectl get services -n {serviceNamespace}. Name a Service that exists (name.namespace where it is in another one), or create it. Where the network around the cluster answers to the name, declare what does: Platform spec.endpoints[] {name: {name}, country}."},
		{Reason: "Outside", Verdict: v1alpha1.VerdictFail, Text: "{what} is in {place}; allowed: {allowed}.",
			Remediation: "Move the data to an allowed place; what becomes of the copies outside is the owner's to decide (DPD-02). If the place is right, the owner widens spec.locations.allowed of the HostedSolution."},
		{Reason: "Contradiction", Verdict: v1alpha1.VerdictFail, Text: "{what} is in {place}, but {by} declares {declared}.",
			Remediation: "Correct the declaration of {name} or the object, so that both say where the data are."},
		{Reason: "Unplaced", Verdict: v1alpha1.VerdictUnknown, Text: "{what} is in a place that cannot be seen: {detail}.",
			Remediation: declare},
	}
}
