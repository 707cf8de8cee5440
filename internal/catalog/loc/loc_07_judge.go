package loc

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/place"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

func judgeLOC07(in control.EnvironmentInput, p *loc07) []control.Result {
	j := &governing{in: in, env: in.Environment, params: p, reader: reader(in.Environment)}
	out, ownControlPlane := j.controlPlane()
	missing := incompleteGoverning(in.Facts)
	parts, open := j.parts(ownControlPlane)
	out = slices.Concat(out, parts, j.classKeys(), j.backupKeys())
	if len(missing) > 0 {
		return append(out, control.Unreadable(missing...).On(j.env.Ref()))
	}
	if len(open) > 0 {
		out = append(out, j.notAttested(open))
	}
	return out
}

// incompleteGoverning gives the sources without which a node, class or destination could be overlooked, each once.
func incompleteGoverning(v facts.View) []facts.SourceState {
	var out []facts.SourceState
	for _, n := range loc07Needs() {
		for _, s := range v.SourcesOf(n.Type) {
			if !s.Complete() && !slices.ContainsFunc(out, func(o facts.SourceState) bool { return o.ID == s.ID }) {
				out = append(out, s)
			}
		}
	}
	return out
}

// governing judges what governs one environment.
type governing struct {
	in     control.EnvironmentInput
	env    *control.Environment
	params *loc07
	reader place.Reader
	// changes is when an attestation begins or ceases to count.
	changes time.Time
}

// controlPlane judges the nodes of a control plane that shows as nodes. own is true where it is all there is to judge: the
// nodes of a managed cluster can be labelled by anybody, and its control plane is elsewhere.
func (j *governing) controlPlane() (out []control.Result, own bool) {
	var places []string
	found, managed := false, false
	for _, n := range facts.ListIn[facts.Node](j.in.Facts, "") {
		if !n.DeletedAt.IsZero() {
			continue
		}
		managed = managed || isManaged(n)
		if !isControlPlane(n) {
			continue
		}
		found = true
		where := j.reader.Node(n)
		if r, bad := j.controlPlaneNode(n.Name, where); bad {
			out = append(out, r.On(j.env.Ref()).Because(facts.Ref{Kind: "Node", Name: n.Name}))
		} else if text := where.Place.String(); !slices.Contains(places, text) {
			places = append(places, text)
		}
	}
	if len(out) == 0 && found && !managed {
		out = append(out, control.Pass("ControlPlaneInside", "places", strings.Join(places, ", ")))
	}
	return out, found && !managed
}

func (j *governing) controlPlaneNode(name string, n place.Node) (r control.Result, bad bool) {
	switch standing := j.reader.Judge(n, j.env.Allowed); {
	case n.Contradictory():
		return control.Fail("ControlPlaneContradictory", "node", name, "detail", n.Detail), true
	case standing == place.Outside:
		return control.Fail("ControlPlaneOutside", "node", name, "place", n.Place.String(), "allowed", j.env.Allowed.String()), true
	case standing == place.Unplaced:
		return control.Unknown("ControlPlaneUnplaced", "node", name, "detail", n.Describe()), true
	}
	return control.Result{}, false
}

// roles of nodes that run the control plane, as labels and as taints.
var roles = []string{"node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master", "node-role.kubernetes.io/etcd"}

func isControlPlane(n *facts.Node) bool {
	return slices.ContainsFunc(roles, func(role string) bool {
		_, labelled := n.Labels[role]
		return labelled || slices.ContainsFunc(n.Taints, func(t corev1.Taint) bool { return t.Key == role })
	})
}

// managedLabels are beginnings of labels that providers put on the nodes of clusters whose control plane they run.
var managedLabels = []string{
	"eks.amazonaws.com/", "kubernetes.azure.com/", "cloud.google.com/gke-", "doks.digitalocean.com/", "lke.linode.com/", "k8s.scaleway.com/",
	"node.exoscale.net/nodepool", "oke.oraclecloud.com/", "ibm-cloud.kubernetes.io/", "alibabacloud.com/nodepool-id", "nodepool.k8s.ovhcloud.com/",
}

func isManaged(n *facts.Node) bool {
	for key := range n.Labels {
		if slices.ContainsFunc(managedLabels, func(prefix string) bool { return strings.HasPrefix(key, prefix) }) {
			return true
		}
	}
	return false
}

// administration is one part of what governs, with the attestation that tells where it is.
type administration struct {
	part v1alpha1.AdministrationPart
	typ  v1alpha1.AttestationType
	name string
}

func administrations() []administration {
	return []administration{
		{v1alpha1.AdministrationControlPlane, v1alpha1.AttestControlPlaneLocation, "the control plane"},
		{v1alpha1.AdministrationKeyManagement, v1alpha1.AttestKeyLocation, "key management"},
		{v1alpha1.AdministrationIdentityProvider, v1alpha1.AttestIdentityProviderLocation, "the identity provider"},
		{v1alpha1.AdministrationManagement, v1alpha1.AttestManagementLocation, "the management (console, fleet manager, GitOps hub)"},
	}
}

// parts judges what is declared and attested, and lists the parts that somebody has to attest.
func (j *governing) parts(ownControlPlane bool) (out []control.Result, open []administration) {
	for _, a := range administrations() {
		declared := j.declared(a.part)
		attested := j.attested(a.typ)
		if a.part == v1alpha1.AdministrationKeyManagement { // what is attested of one key is judged with that key
			attested = slices.DeleteFunc(attested, func(o *v1alpha1.Attestation) bool { return o.Spec.Target != "" })
		}
		results := slices.Concat(j.declaredOutside(a, declared), j.attestedOutside(a, attested), j.contradictions(a, declared, attested))
		for i := range results {
			results[i] = results[i].Until(j.changes)
		}
		out = append(out, results...)
		switch {
		case len(results) > 0:
		case len(attested) > 0:
			out = append(out, control.Pass("AttestedInside", "part", capital(a.name), "places", countries(attested[0]), "attestation", attested[0].Name).
				RestingOn(control.Attested).Until(j.changes))
		case j.mustBeAttested(a.part, len(declared) > 0, ownControlPlane):
			open = append(open, a)
		}
	}
	return out, open
}

// mustBeAttested tells whether somebody has to say where a part is. Keys are judged one by one, unless a place is declared.
func (j *governing) mustBeAttested(part v1alpha1.AdministrationPart, declared, ownControlPlane bool) bool {
	switch part {
	case v1alpha1.AdministrationControlPlane:
		return !ownControlPlane
	case v1alpha1.AdministrationKeyManagement:
		return declared
	default:
		return declared || j.params.RequireAdministration
	}
}

// entry is a declared place with the object that declares it.
type entry struct {
	v1alpha1.AdministrationPlace
	by facts.Ref
}

func (e entry) place() region.Place {
	return region.Place{Provider: e.Provider, Region: e.Region, Countries: []string{string(e.Country)}}
}

func (e entry) field() string { return "spec.administration[" + string(e.Part) + "]" }

// declared gives the entries of a part, of the solution and of the Platform.
func (j *governing) declared(part v1alpha1.AdministrationPart) []entry {
	var out []entry
	add := func(list []v1alpha1.AdministrationPlace, by facts.Ref) {
		for _, p := range list {
			if p.Part == part {
				out = append(out, entry{p, by})
			}
		}
	}
	add(j.env.Solution.Object.Spec.Administration, j.env.Solution.Ref())
	if j.env.Platform.Object != nil {
		add(j.env.Platform.Object.Spec.Administration, j.env.Platform.Ref())
	}
	return out
}

// attested gives the attestations of a type that count, for each target the newest, and none that is too old.
func (j *governing) attested(typ v1alpha1.AttestationType) []*v1alpha1.Attestation {
	list, changes := control.InForce(j.env.Attestations, typ, j.in.Now)
	j.changes = control.Earliest(j.changes, changes)
	age, _ := date.ParsePeriod(j.params.AttestationMaxAge)
	var out []*v1alpha1.Attestation
	for _, a := range list {
		from, _, _ := control.AttestationSpan(a)
		ends := age.After(from)
		if placeless(a) || !j.in.Now.Before(ends) || slices.ContainsFunc(out, func(o *v1alpha1.Attestation) bool {
			return o.Spec.Target == a.Spec.Target && o.Spec.About == a.Spec.About
		}) {
			continue
		}
		j.changes = control.Earliest(j.changes, ends)
		out = append(out, a)
	}
	return out
}

// declaredOutside are declared places that are not allowed. What a region table knows of an entry's region counts, and not its
// country.
func (j *governing) declaredOutside(a administration, declared []entry) []control.Result {
	var out []control.Result
	for _, e := range declared {
		p := e.place()
		if known, ok := j.env.Platform.Tables.Lookup(e.Provider, e.Region, ""); ok && e.Region != "" {
			p = known
		}
		if !j.env.Allowed.Place(p) {
			out = append(out, control.Fail("Outside", "part", capital(a.name), "place", where(p), "by", e.by.String(), "allowed", j.env.Allowed.String()).
				On(e.by).At(e.field()).RestingOn(control.Declared))
		}
	}
	return out
}

// attestedOutside are attestations that name a country that is not allowed.
func (j *governing) attestedOutside(a administration, attested []*v1alpha1.Attestation) []control.Result {
	var out []control.Result
	for _, at := range attested {
		if c := j.outside(at); c != "" {
			ref := facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: "Attestation", Name: at.Name}
			out = append(out, control.Fail("Outside", "part", capital(a.name), "place", c, "by", ref.String(), "allowed", j.env.Allowed.String()).
				On(ref).At("spec.countries").RestingOn(control.Attested))
		}
	}
	return out
}

// outside gives the first attested country that is not allowed, or nothing.
func (j *governing) outside(a *v1alpha1.Attestation) string {
	for _, c := range a.Spec.Countries {
		if !j.env.Allowed.Place(region.Place{Countries: []string{string(c)}}) {
			return string(c)
		}
	}
	return ""
}

// contradictions are declared countries that no attestation names.
func (j *governing) contradictions(a administration, declared []entry, attested []*v1alpha1.Attestation) []control.Result {
	var out []control.Result
	for _, e := range declared {
		if len(attested) == 0 || slices.ContainsFunc(attested, func(at *v1alpha1.Attestation) bool { return slices.Contains(at.Spec.Countries, e.Country) }) {
			continue
		}
		out = append(out, control.Fail("Contradiction", "part", capital(a.name), "place", string(e.Country), "by", e.by.String(),
			"attestation", attested[0].Name, "places", countries(attested[0])).On(e.by).At(e.field()))
	}
	return out
}

func (j *governing) notAttested(open []administration) control.Result {
	var parts, types []string
	for _, a := range open {
		parts, types = append(parts, a.name), append(types, string(a.typ))
	}
	return control.Unknown("NotAttested", "parts", strings.Join(parts, ", "), "types", strings.Join(types, ", ")).
		On(j.env.Ref()).Because(j.env.Platform.Ref()).Until(j.changes)
}

func countries(a *v1alpha1.Attestation) string {
	var out []string
	for _, c := range a.Spec.Countries {
		out = append(out, string(c))
	}
	return strings.Join(out, ", ")
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
