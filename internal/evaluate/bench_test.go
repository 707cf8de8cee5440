package evaluate

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// benchCatalogue is twelve stand-ins: six that judge workloads, four that judge environments, one of solutions, one of the
// platform.
func benchCatalogue() []*control.Control {
	var out []*control.Control
	add := func(n int, id string, c func() *control.Control) {
		for i := range n {
			one := c()
			one.ID = v1alpha1.ControlID(fmt.Sprintf("%s-%02d", id, i+1))
			out = append(out, one)
		}
	}
	add(3, "WRA", labelled)
	add(3, "WRB", present)
	add(4, "ENV", claimed)
	add(1, "SOL", classified)
	add(1, "PLT", supervised)
	return out
}

// present passes workloads of which a pod exists, by one lookup, as controls that look at what runs do.
func present() *control.Control {
	return control.Define(meta("WRK-03"), control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{
		Workload: &control.WorkloadRule[control.NoParameters]{
			Needs: []control.Need{control.Needs[facts.Pod]()},
			Judge: func(in control.WorkloadInput, _ *control.NoParameters) control.Result {
				if facts.Get[facts.Pod](in.Facts, in.Workload.Ref.Namespace, in.Workload.Ref.Name) == nil {
					return control.Fail("NotPresent")
				}
				return control.Pass("Present")
			},
		}})
}

// benchWorld has so many workloads, 25 in each of its environments, all well.
func benchWorld(workloads int) *world {
	w := newWorld()
	const each = 25
	var ids []v1alpha1.ControlID
	for _, c := range benchCatalogue() {
		ids = append(ids, c.ID)
	}
	w.put(profileOf("public-sector", required(ids...)...))
	for i := range workloads / each {
		name := fmt.Sprintf("solution-%04d", i)
		w.put(solution(name), environment(name, name, v1alpha1.NamespacePattern(name)), namespace(name))
		for j := range each {
			one := fmt.Sprintf("workload-%02d", j)
			w.put(workload(name, one), pod(name, one, corev1.PodRunning))
		}
	}
	return w
}

func perWorkload(b *testing.B, workloads int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(workloads), "ns/workload")
}

// BenchmarkCold judges everything with nothing remembered; what is in force is resolved beforehand.
func BenchmarkCold(b *testing.B) {
	for _, n := range []int{1000, 10000, 100000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w, controls := benchWorld(n), benchCatalogue()
			w.Read(func(v facts.View) {
				f := Resolve(v, w.now, controls)
				NewEngine(controls, Options{}).Evaluate(v, f, w.now) // lists of the store are made once
				b.ReportAllocs()
				b.ResetTimer()
				for b.Loop() {
					NewEngine(controls, Options{Workers: 1}).Evaluate(v, f, w.now)
				}
				perWorkload(b, n)
			})
		})
	}
}

// BenchmarkRemembered judges again after a change in every namespace, so that every workload is looked up and none asked.
func BenchmarkRemembered(b *testing.B) {
	const n = 10000
	w, e := benchWorld(n), NewEngine(benchCatalogue(), Options{Workers: 1})
	w.evaluate(e)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		for i := range n / 25 { // another claim in every namespace changes what environments see
			name := fmt.Sprintf("solution-%04d", i)
			w.put(&facts.Workload{Ref: facts.Ref{Group: "apps", Kind: "Deployment", Namespace: name, Name: "workload-00"}, Replicas: int32(b.N)})
			w.put(&facts.Workload{Ref: facts.Ref{Group: "apps", Kind: "Deployment", Namespace: name, Name: "workload-00"}, Replicas: -int32(b.N)})
		}
		b.StartTimer()
		w.evaluate(e)
	}
	perWorkload(b, n)
}

// BenchmarkOneChange judges again after one workload of many changed.
func BenchmarkOneChange(b *testing.B) {
	for _, n := range []int{1000, 10000, 100000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w, e := benchWorld(n), NewEngine(benchCatalogue(), Options{})
			w.evaluate(e)
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				i++
				w.put(&facts.Workload{Ref: facts.Ref{Group: "apps", Kind: "Deployment", Namespace: "solution-0007", Name: "workload-03"}, Replicas: int32(i)})
				w.evaluate(e)
			}
		})
	}
}

// BenchmarkSolutionChange judges again after the requirement of one solution with ten thousand workloads changed.
func BenchmarkSolutionChange(b *testing.B) {
	const n = 10000
	w := newWorld()
	controls := benchCatalogue()
	w.put(profileOf("public-sector"), solution("aula"), environment("aula-production", "aula", "aula"), namespace("aula"))
	for j := range n {
		one := fmt.Sprintf("workload-%05d", j)
		w.put(workload("aula", one), pod("aula", one, corev1.PodRunning))
	}
	e := NewEngine(controls, Options{})
	w.evaluate(e)
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		i++
		w.put(solution("aula", func(s *v1alpha1.HostedSolutionSpec) { s.DisplayName = fmt.Sprint(i) }))
		w.evaluate(e)
	}
	perWorkload(b, n)
}
