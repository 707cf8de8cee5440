package evaluate_test

import (
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/placement"
)

var start = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

// each is how many workloads an environment has.
const each = 25

// cluster is a store of the whole catalogue's facts with so many pinned workloads, each with a ReplicaSet and two pods on
// nodes in allowed places. It has no backups and no log agents, so that those controls say Unknown once per environment.
func cluster(workloads int) *facts.Store {
	s := gather.NewStore(gather.Kinds())
	for _, k := range gather.Kinds() {
		condition := facts.SourceSynced
		if k.Optional && k.GVK.Group != v1alpha1.GroupVersion.Group {
			condition = facts.SourceAbsent
		}
		s.SetSource(facts.SourceState{ID: k.SourceID(), Condition: condition, LastEvent: start})
	}
	profile := &v1alpha1.ControlProfile{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.DefaultProfileName}}
	for _, c := range catalog.All() {
		profile.Spec.Controls = append(profile.Spec.Controls, v1alpha1.ProfileControl{Control: c.ID, Mode: v1alpha1.ModeRequired})
	}
	s.Put(facts.ObjectKey{Source: "controlprofiles.tilsyn.dev", Name: profile.Name}, profile)
	for i := range 6 {
		name := fmt.Sprintf("node-%d", i)
		s.Put(facts.ObjectKey{Source: "nodes", Name: name}, &facts.Node{Name: name, UID: types.UID(name), Ready: true, ProviderID: "aws:///eu-north-1a/i-" + name,
			Labels: map[string]string{corev1.LabelTopologyRegion: "eu-north-1", corev1.LabelTopologyZone: "eu-north-1a"}})
	}
	shape := &facts.PodShape{Scheduling: placement.Constraints{NodeSelector: map[string]string{corev1.LabelTopologyRegion: "eu-north-1"}},
		Containers: []facts.Container{{Name: "main", Type: facts.ContainerMain, Image: "registry.example.org/app:1"}}}
	for i := range workloads / each {
		environment(s, fmt.Sprintf("solution-%05d", i), shape)
	}
	return s
}

func environment(s *facts.Store, name string, shape *facts.PodShape) {
	sol := &v1alpha1.HostedSolution{ObjectMeta: metav1.ObjectMeta{Name: name}}
	sol.Spec.Classification = &v1alpha1.Classification{Confidentiality: v1alpha1.ConfidentialityConfidential, ReviewedAt: "2026-06-01"}
	sol.Spec.PersonalData = []v1alpha1.DataCategory{v1alpha1.DataOrdinary}
	env := &v1alpha1.SolutionEnvironment{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.SolutionEnvironmentSpec{
		Solution: name, Stage: v1alpha1.StageProduction, Namespaces: []v1alpha1.NamespacePattern{v1alpha1.NamespacePattern(name)}}}
	s.Put(facts.ObjectKey{Source: "hostedsolutions.tilsyn.dev", Name: name}, sol)
	s.Put(facts.ObjectKey{Source: "solutionenvironments.tilsyn.dev", Name: name}, env)
	s.Put(facts.ObjectKey{Source: "namespaces", Name: name}, &facts.Namespace{Name: name, CreatedAt: start.AddDate(0, -1, 0)})
	for j := range each {
		app := fmt.Sprintf("app-%02d", j)
		deployment := facts.Ref{Group: "apps", Kind: "Deployment", Namespace: name, Name: app}
		set := facts.Ref{Group: "apps", Kind: "ReplicaSet", Namespace: name, Name: app + "-1"}
		s.Put(facts.ObjectKey{Source: "deployments.apps", Namespace: name, Name: app}, &facts.Workload{Ref: deployment, UID: facts.UIDOf(types.UID(name + app)),
			TemplatePath: "spec.template.spec", Shape: shape, Replicas: 2})
		s.Put(facts.ObjectKey{Source: "replicasets.apps", Namespace: name, Name: set.Name}, &facts.Owner{UID: facts.UIDOf(types.UID(name + set.Name)), Namespace: name,
			Name: set.Name, ParentName: app, ParentUID: facts.UIDOf(types.UID(name + app))})
		for k := range 2 {
			pod := fmt.Sprintf("%s-%d", set.Name, k)
			s.Put(facts.ObjectKey{Source: "pods", Namespace: name, Name: pod}, &facts.Pod{Namespace: name, Name: pod, Node: fmt.Sprintf("node-%d", (j+k)%6),
				Phase: facts.PodRunning, Ready: true, Shape: shape, Controller: &facts.PodController{Ref: set, UID: facts.UIDOf(types.UID(name + set.Name))}})
		}
	}
}

func perWorkload(b *testing.B, workloads int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(workloads), "ns/workload")
}

// BenchmarkCatalogueCold judges everything by the whole catalogue with nothing remembered, derived values apart.
func BenchmarkCatalogueCold(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			cluster(n).Read(func(v facts.View) {
				f := evaluate.Resolve(v, start, catalog.All())
				evaluate.NewEngine(catalog.All(), evaluate.Options{Workers: 1}).Evaluate(v, f, start)
				b.ReportAllocs()
				b.ResetTimer()
				for b.Loop() {
					evaluate.NewEngine(catalog.All(), evaluate.Options{Workers: 1}).Evaluate(v, f, start)
				}
				perWorkload(b, n)
			})
		})
	}
}

// BenchmarkCatalogueOnePod judges again after one pod of many changed.
func BenchmarkCatalogueOnePod(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s, e := cluster(n), evaluate.NewEngine(catalog.All(), evaluate.Options{})
			ready := false
			b.ReportAllocs()
			for b.Loop() {
				ready = !ready
				s.Put(facts.ObjectKey{Source: "pods", Namespace: "solution-00007", Name: "app-03-1-0"},
					&facts.Pod{Namespace: "solution-00007", Name: "app-03-1-0", Node: "node-3", Phase: facts.PodRunning, Ready: ready})
				s.Read(func(v facts.View) { e.Evaluate(v, e.Resolve(v, start), start) })
			}
		})
	}
}

// BenchmarkDecide decides on the results of the whole catalogue: with nothing remembered, and again after nothing changed.
func BenchmarkDecide(b *testing.B) {
	const n = 10000
	var ev *evaluate.Evaluation
	cluster(n).Read(func(v facts.View) {
		e := evaluate.NewEngine(catalog.All(), evaluate.Options{})
		ev = e.Evaluate(v, e.Resolve(v, start), start)
	})
	b.Run("cold", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			decide.Decide(ev, decide.Memory{}, start)
		}
		perWorkload(b, n)
	})
	b.Run("unchanged", func(b *testing.B) {
		m := decide.Decide(ev, decide.Memory{}, start).Memory
		b.ReportAllocs()
		for b.Loop() {
			m = decide.Decide(ev, m, start).Memory
		}
		perWorkload(b, n)
	})
}
