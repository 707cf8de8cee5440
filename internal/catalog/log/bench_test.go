package log

import (
	"fmt"
	"testing"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/collectors"
)

// fleet makes namespaces of workloads with two pods each on ten nodes, and a Fluent Bit on every node.
func fleet(b *testing.B, namespaces, workloads int) *facts.Store {
	b.Helper()
	kinds := gather.Kinds()
	s := gather.NewStore(kinds)
	for _, k := range kinds {
		s.SetSource(facts.SourceState{ID: k.SourceID(), Condition: facts.SourceSynced})
	}
	put := func(source facts.SourceID, namespace, name string, fact ...any) {
		s.Put(facts.ObjectKey{Source: source, Namespace: namespace, Name: name}, fact...)
	}
	shape := &facts.PodShape{Containers: []facts.Container{{Name: "web", Type: facts.ContainerMain, Image: "example.org/web"}}, Labels: facts.NewLabels(map[string]string{"app": "web"})}
	agentShape := &facts.PodShape{
		Containers: []facts.Container{{Name: "fluent-bit", Type: facts.ContainerMain, Image: "fluent/fluent-bit", Mounts: []facts.Mount{{Volume: "config", Path: "/fluent-bit/etc"}, {Volume: "logs", Path: "/var/log"}}}},
		Volumes:    []facts.Volume{{Name: "config", ConfigMap: "fluent-bit"}, {Name: "logs", HostPath: "/var/log"}},
	}
	agent := &facts.Workload{Ref: facts.Ref{Group: "apps", Kind: "DaemonSet", Namespace: "logging", Name: "fluent-bit"}, Shape: agentShape}
	put("daemonsets.apps", "logging", "fluent-bit", agent, facts.LogAgentOf(agent))
	file, _ := collectors.Read("fluent-bit.conf", "[INPUT]\n Name tail\n Tag kube.*\n Path /var/log/containers/*.log\n[FILTER]\n Name kubernetes\n Match kube.*\n[OUTPUT]\n Name es\n Match kube.*\n Host logs.example.org\n")
	put("configmaps", "logging", "fluent-bit", &facts.LogConfig{Ref: facts.Ref{Kind: "ConfigMap", Namespace: "logging", Name: "fluent-bit"}, Files: []facts.LogFile{file}})
	for n := range 10 {
		node := fmt.Sprintf("n%d", n)
		put("nodes", "", node, &facts.Node{Name: node})
		put("pods", "logging", "fluent-bit-"+node, &facts.Pod{Namespace: "logging", Name: "fluent-bit-" + node, Node: node, Ready: true, Phase: facts.PodRunning, Controller: &facts.PodController{Ref: agent.Ref}, Shape: agentShape})
	}
	for i := range namespaces {
		ns := fmt.Sprintf("ns%d", i)
		put("namespaces", "", ns, &facts.Namespace{Name: ns})
		for j := range workloads {
			name := fmt.Sprintf("w%d", j)
			w := &facts.Workload{Ref: facts.Ref{Group: "apps", Kind: "StatefulSet", Namespace: ns, Name: name}, Shape: shape, TemplatePath: "spec.template.spec"}
			put("statefulsets.apps", ns, name, w)
			for k := range 2 {
				pod := fmt.Sprintf("%s-%d", name, k)
				put("pods", ns, pod, &facts.Pod{Namespace: ns, Name: pod, Node: fmt.Sprintf("n%d", (j+k)%10), Ready: true, Phase: facts.PodRunning, Controller: &facts.PodController{Ref: w.Ref}, Shape: shape})
			}
		}
	}
	return s
}

func environment(namespaces ...string) *control.Environment {
	return &control.Environment{Object: &v1alpha1.SolutionEnvironment{}, Namespaces: namespaces, Solution: &control.Solution{Object: &v1alpha1.HostedSolution{}}, Platform: &control.Platform{}}
}

func bind(b *testing.B, c *control.Control) *control.Bound {
	b.Helper()
	bound, err := c.Bind(control.Levels{Confidentiality: v1alpha1.ConfidentialityInternal})
	if err != nil {
		b.Fatal(err)
	}
	return bound
}

func BenchmarkWorkload(b *testing.B) {
	s, bound := fleet(b, 10, 100), bind(b, LOG01)
	s.Read(func(v facts.View) {
		w := facts.ListIn[facts.Workload](v, "ns3")[5]
		in := control.WorkloadInput{Workload: w, Environment: environment("ns3"), Facts: v}
		b.ReportAllocs()
		for b.Loop() {
			if r := bound.Workload(in); r.Reason != "NothingOptsOut" {
				b.Fatal(r)
			}
		}
	})
}

func BenchmarkEnvironment(b *testing.B) {
	for _, c := range Controls {
		b.Run(string(c.ID), func(b *testing.B) {
			s, bound := fleet(b, 10, 100), bind(b, c)
			s.Read(func(v facts.View) {
				in := control.EnvironmentInput{Environment: environment("ns3"), Facts: v, Now: time.Unix(0, 0)}
				b.ReportAllocs()
				for b.Loop() {
					if r := bound.Environment(in); len(r) != 1 {
						b.Fatal(r)
					}
				}
			})
		})
	}
}

// BenchmarkAnew measures an environment of 100 workloads after a change of the collector's configuration.
func BenchmarkAnew(b *testing.B) {
	s, bound := fleet(b, 10, 100), bind(b, LOG01)
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		i++
		s.Put(facts.ObjectKey{Source: "configmaps", Namespace: "other", Name: "x"}, &facts.LogConfig{Ref: facts.Ref{Name: fmt.Sprint(i)}})
		s.Read(func(v facts.View) {
			bound.Environment(control.EnvironmentInput{Environment: environment("ns3"), Facts: v, Now: time.Unix(0, 0)})
		})
	}
}
