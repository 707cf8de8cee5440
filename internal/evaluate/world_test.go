package evaluate

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// start is the first instant of every test.
var start = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

// world is a store with everything that the tests look at, and a clock.
type world struct {
	*facts.Store
	now time.Time
}

func newWorld() *world {
	kind := func(id facts.SourceID, s facts.Source) facts.Source { s.ID = id; return s }
	w := &world{now: start, Store: facts.NewStore([]facts.Source{
		kind("deployments.apps", feeding[facts.Workload]()), kind("pods", feeding[facts.Pod]()), kind("persistentvolumeclaims", feeding[facts.Claim]()),
		kind("replicasets.apps", feeding[facts.Owner]()), kind("namespaces", feeding[facts.Namespace]()), kind("nodes", feeding[facts.Node]()),
		kind("hostedsolutions.tilsyn.dev", feeding[v1alpha1.HostedSolution]()), kind("solutionenvironments.tilsyn.dev", feeding[v1alpha1.SolutionEnvironment]()),
		kind("platforms.tilsyn.dev", feeding[v1alpha1.Platform]()), kind("controlprofiles.tilsyn.dev", feeding[v1alpha1.ControlProfile]()),
		kind("controlexceptions.tilsyn.dev", feeding[v1alpha1.ControlException]()), kind("attestations.tilsyn.dev", feeding[v1alpha1.Attestation]()),
		kind("institutions.tilsyn.dev", feeding[v1alpha1.Institution]()), kind("suppliers.tilsyn.dev", feeding[v1alpha1.Supplier]()),
		kind("policies", feeding[facts.AdmissionPolicy]()), kind("bindings", feeding[facts.AdmissionBinding]()),
	})}
	w.sources(facts.SourceSynced, "deployments.apps", "replicasets.apps", "pods", "persistentvolumeclaims", "namespaces", "nodes", "hostedsolutions.tilsyn.dev",
		"solutionenvironments.tilsyn.dev", "platforms.tilsyn.dev", "controlprofiles.tilsyn.dev", "controlexceptions.tilsyn.dev", "attestations.tilsyn.dev",
		"institutions.tilsyn.dev", "suppliers.tilsyn.dev", "policies", "bindings")
	return w
}

func feeding[T any]() facts.Source {
	return facts.Source{Feeds: []reflect.Type{facts.TypeOf[T]()}}
}

func (w *world) sources(c facts.SourceCondition, ids ...facts.SourceID) {
	for _, id := range ids {
		s := facts.SourceState{ID: id, Condition: c}
		if c == facts.SourceUnreadable {
			s.Reason, s.Message = "Forbidden", "the right to list "+string(id)+" is missing"
		}
		w.SetSource(s)
	}
}

func (w *world) put(objects ...any) {
	for _, o := range objects {
		switch f := o.(type) {
		case *facts.Workload:
			w.Put(facts.ObjectKey{Source: "deployments.apps", Namespace: f.Ref.Namespace, Name: f.Ref.Name}, f)
		case *facts.Owner:
			w.Put(facts.ObjectKey{Source: "replicasets.apps", Namespace: f.Namespace, Name: f.Name}, f)
		case *facts.Pod:
			w.Put(facts.ObjectKey{Source: "pods", Namespace: f.Namespace, Name: f.Name}, f)
		case *facts.Claim:
			w.Put(facts.ObjectKey{Source: "persistentvolumeclaims", Namespace: f.Namespace, Name: f.Name}, f)
		case *facts.Namespace:
			w.Put(facts.ObjectKey{Source: "namespaces", Name: f.Name}, f)
		case *facts.AdmissionPolicy:
			w.Put(facts.ObjectKey{Source: "policies", Name: f.Name}, f)
		case *facts.AdmissionBinding:
			w.Put(facts.ObjectKey{Source: "bindings", Name: f.Name}, f)
		case *facts.Node:
			w.Put(facts.ObjectKey{Source: "nodes", Name: f.Name}, f)
		default:
			id, name := tilsynKey(o)
			w.Put(facts.ObjectKey{Source: id, Name: name}, o)
		}
	}
}

func tilsynKey(o any) (facts.SourceID, string) {
	switch f := o.(type) {
	case *v1alpha1.HostedSolution:
		return "hostedsolutions.tilsyn.dev", f.Name
	case *v1alpha1.SolutionEnvironment:
		return "solutionenvironments.tilsyn.dev", f.Name
	case *v1alpha1.Platform:
		return "platforms.tilsyn.dev", f.Name
	case *v1alpha1.ControlProfile:
		return "controlprofiles.tilsyn.dev", f.Name
	case *v1alpha1.ControlException:
		return "controlexceptions.tilsyn.dev", f.Name
	case *v1alpha1.Attestation:
		return "attestations.tilsyn.dev", f.Name
	case *v1alpha1.Supplier:
		return "suppliers.tilsyn.dev", f.Name
	case *v1alpha1.Institution:
		return "institutions.tilsyn.dev", f.Name
	}
	panic(fmt.Sprintf("no source for %T", o))
}

func (w *world) fleet(controls ...*control.Control) (f *Fleet) {
	w.Read(func(v facts.View) { f = Resolve(v, w.now, controls) })
	return f
}

func (w *world) evaluate(e *Engine) (ev *Evaluation) {
	w.Read(func(v facts.View) { ev = e.Evaluate(v, e.Resolve(v, w.now), w.now) })
	return ev
}

func named(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Name: name} }

func solution(name string, change ...func(*v1alpha1.HostedSolutionSpec)) *v1alpha1.HostedSolution {
	s := &v1alpha1.HostedSolution{ObjectMeta: named(name), Spec: v1alpha1.HostedSolutionSpec{
		Owner:          v1alpha1.Owner{Organisation: "KOMBIT A/S"},
		Classification: &v1alpha1.Classification{Confidentiality: v1alpha1.ConfidentialityConfidential},
	}}
	for _, c := range change {
		c(&s.Spec)
	}
	return s
}

func environment(name, solution string, namespaces ...v1alpha1.NamespacePattern) *v1alpha1.SolutionEnvironment {
	return &v1alpha1.SolutionEnvironment{ObjectMeta: named(name), Spec: v1alpha1.SolutionEnvironmentSpec{
		Solution: solution, Stage: v1alpha1.StageProduction, Namespaces: namespaces}}
}

func profileOf(name string, controls ...v1alpha1.ProfileControl) *v1alpha1.ControlProfile {
	return &v1alpha1.ControlProfile{ObjectMeta: named(name), Spec: v1alpha1.ControlProfileSpec{Controls: controls}}
}

func required(ids ...v1alpha1.ControlID) (out []v1alpha1.ProfileControl) {
	for _, id := range ids {
		out = append(out, v1alpha1.ProfileControl{Control: id, Mode: v1alpha1.ModeRequired})
	}
	return out
}

func namespace(name string) *facts.Namespace { return &facts.Namespace{Name: name} }

func workload(ns, name string, labels ...string) *facts.Workload {
	all := map[string]string{}
	for _, l := range labels {
		all[l] = "yes"
	}
	return &facts.Workload{Ref: facts.Ref{Group: "apps", Kind: "Deployment", Namespace: ns, Name: name}, Labels: facts.NewLabels(all)}
}

func pod(ns, name string, phase corev1.PodPhase) *facts.Pod {
	return &facts.Pod{Namespace: ns, Name: name, Phase: facts.PhaseOf(phase)}
}

// aula puts one solution with one environment, its profile and some workloads.
func (w *world) aula(profileControls ...v1alpha1.ControlID) *world {
	w.put(profileOf("public-sector", required(profileControls...)...), solution("aula"), environment("aula-production", "aula", "aula"),
		namespace("aula"), workload("aula", "web"), workload("aula", "worker"))
	return w
}

// problem gives the message of the first problem of a kind, empty where there is none.
func problem(f *Fleet, object facts.Ref, typ, reason string) string {
	for _, p := range f.ProblemsOf(object) {
		if p.Type == typ && p.Reason == reason {
			return p.Message
		}
	}
	return ""
}

func mustContain(t *testing.T, f *Fleet, object facts.Ref, typ, reason string) {
	t.Helper()
	if problem(f, object, typ, reason) == "" {
		t.Errorf("%s shows no %s %s; problems: %+v", object, typ, reason, f.Problems)
	}
}
