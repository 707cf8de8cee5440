package net

import (
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/workload"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// transit judges the traffic of the workloads of one environment.
type transit struct {
	control.EnvironmentInput
	p *net04
}

// meshed is one namespace with what is seen of meshes in it.
type meshed struct {
	*transit
	name        string
	facts       facts.View
	labels      map[string]string
	annotations map[string]string
	// wanted is true where the namespace, or some pod in it, is in a mesh.
	wanted bool
	// unread are sources of what is asked of meshes that are not complete, missing those of pods.
	unread, missing []facts.SourceState
}

func (t *transit) namespace(in control.NamespaceInput, out []control.Result) []control.Result {
	if !t.p.Required || t.Environment.Platform.OwnsNamespace(in.Namespace) {
		return out
	}
	m := &meshed{transit: t, name: in.Namespace, facts: in.Facts, unread: slices.Concat(facts.Incomplete[facts.Mesh](in.Facts), facts.Incomplete[facts.Namespace](in.Facts)),
		missing: slices.Concat(facts.Incomplete[facts.Workload](in.Facts), facts.Incomplete[facts.Pod](in.Facts), facts.Incomplete[facts.Owner](in.Facts))}
	if ns := facts.Get[facts.Namespace](in.Facts, "", in.Namespace); ns != nil {
		m.labels, m.annotations = ns.Labels, ns.Annotations
	}
	shapes, roots := map[facts.Ref][]*facts.PodShape{}, workload.RootsIn(in.Facts, in.Namespace)
	m.wanted = m.labels["istio-injection"] == "enabled" || m.labels["istio.io/rev"] != "" || m.labels[ambientMode] == "ambient" || enabled(m.annotations[linkerdInject])
	for _, pod := range facts.ListIn[facts.Pod](in.Facts, in.Namespace) {
		if pod.Phase.Ended() {
			continue
		}
		ref := roots.Of(pod)
		if !slices.Contains(shapes[ref], pod.Shape) {
			shapes[ref] = append(shapes[ref], pod.Shape)
		}
		m.wanted = m.wanted || proxyOf(pod.Shape) != ""
	}
	judged := map[facts.Ref]bool{}
	for _, w := range facts.ListIn[facts.Workload](in.Facts, in.Namespace) {
		if w.Finished || judged[w.Ref] {
			continue
		}
		judged[w.Ref] = true
		r := m.workload(w, shapes[w.Ref])
		if len(m.missing) > 0 && r.Verdict != v1alpha1.VerdictFail {
			continue // what is missing says it
		}
		out = append(out, r.On(w.Ref))
	}
	if len(m.missing) > 0 {
		out = append(out, control.Unreadable(m.missing...).On(facts.Ref{Kind: "Namespace", Name: in.Namespace}))
	}
	return out
}

// workload judges the pods of a workload, or where it has none, what its template would make.
func (m *meshed) workload(w *facts.Workload, running []*facts.PodShape) control.Result {
	if w.Unread || w.Shape == nil {
		return control.Unknown(control.ReasonTemplateUnread, "kind", w.Ref.Kind, "group", w.Ref.Group)
	}
	observed := len(running) > 0
	if !observed {
		running = []*facts.PodShape{w.Shape}
	}
	worst := control.Result{}
	for _, s := range running {
		r := m.shape(w, s, observed)
		if r.Verdict != v1alpha1.VerdictFail {
			open := r.Reason == "NoEvidence" || r.Reason == "NodesOnly" || r.Reason == "Attested"
			if c, found := m.clients(s, !open); found {
				r = c.At(w.TemplatePath + ".containers")
			}
		}
		if worst.Reason == "" || control.Worse(r.Verdict, worst.Verdict) {
			worst = r
		}
	}
	if off := switchedOff(w.Shape); m.wanted && off != "" && worst.Verdict != v1alpha1.VerdictFail { // the next pods
		return control.Fail("InjectionOff", "what", off, "namespace", m.name, "workload", command(w.Ref))
	}
	return worst
}

// shape judges one kind of pod.
func (m *meshed) shape(w *facts.Workload, s *facts.PodShape, running bool) control.Result {
	proxy := proxyOf(s)
	off := switchedOff(s)
	if m.wanted && off != "" && (proxy == "" || !running) {
		return control.Fail("InjectionOff", "what", off, "namespace", m.name, "workload", command(w.Ref))
	}
	if proxy == "" && !running && off == "" && !s.HostNetwork {
		proxy = m.expected(s)
	}
	if proxy == "" {
		if m.wanted {
			why := ""
			if s.HostNetwork {
				why = ": they use the network of their node"
			}
			return control.Fail("NotInMesh", "why", why, "namespace", m.name, "workload", command(w.Ref))
		}
		return m.withoutMesh(w)
	}
	if annotation, value := m.past(s); annotation != "" {
		return control.Fail("PastTheProxy", "annotation", annotation, "value", value, "namespace", m.name, "workload", command(w.Ref))
	}
	if len(m.unread) > 0 {
		return control.Unreadable(m.unread...)
	}
	judge := m.istio
	if proxy == facts.MeshLinkerd {
		judge = m.linkerd
	}
	r := judge(s)
	if !running && len(m.missing) > 0 && r.Cause.IsZero() {
		return control.Unreadable(m.missing...) // a proxy may say otherwise; what a policy says stands
	}
	return r
}

// expected names the mesh whose proxy a pod gets that is not there yet, because its namespace or its template asks for it.
func (m *meshed) expected(s *facts.PodShape) string {
	inject, _ := s.Labels.Lookup(injectKey)
	switch {
	case enabled(m.annotations[linkerdInject]) || enabled(s.Annotations[linkerdInject]):
		return facts.MeshLinkerd
	case m.wanted || inject == "true":
		return facts.MeshIstio
	}
	return ""
}

// withoutMesh asks attestations, and says what encryption between nodes is worth.
func (m *meshed) withoutMesh(w *facts.Workload) control.Result {
	target := m.name + "/" + w.Ref.Name
	attested, changes := m.attested("", m.name, w.Ref.Name, target)
	if attested {
		return control.Pass("Attested").RestingOn(control.Attested).Until(changes)
	}
	for _, p := range facts.List[facts.NetworkPlugin](m.facts) {
		if p.Encrypts == facts.Yes && (p.Ref.Namespace == "" || m.Environment.Platform.RunsIn(p.Ref.Namespace)) {
			return control.Unknown("NodesOnly", "what", p.Ref.String(), "target", target, "namespace", m.name).Because(p.Ref).Until(changes)
		}
	}
	if e := networkOf(m.Environment.Platform).Encryption; e != "" && e != "None" {
		return control.Unknown("NodesOnly", "what", "The network, as the Platform says ("+e+"),", "target", target, "namespace", m.name).RestingOn(control.Declared).Until(changes)
	}
	return control.Unknown("NoEvidence", "target", target).Until(changes)
}

// attested tells whether a person attests one of the targets; the empty one is everything.
func (t *transit) attested(targets ...string) (bool, time.Time) {
	in, changes := control.InForce(t.Environment.Attestations, v1alpha1.AttestEncryptionInTransit, t.Now)
	return slices.ContainsFunc(in, func(a *v1alpha1.Attestation) bool {
		return slices.ContainsFunc(targets, func(name string) bool { return strings.EqualFold(name, a.Spec.Target) })
	}), changes
}

// command names a workload as kubectl does.
func command(r facts.Ref) string {
	return strings.ToLower(r.Kind) + "/" + r.Name
}
