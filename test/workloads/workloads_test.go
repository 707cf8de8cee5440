package workloads_test

import (
	"bytes"
	"maps"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/internal/placement"
	"github.com/tilsyn-dev/tilsyn/internal/region"
	"github.com/tilsyn-dev/tilsyn/test/workloads"
)

const seed = 7

var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func generator(count int) *workloads.Generator {
	return workloads.New(workloads.Options{Seed: seed, Count: count, Now: now})
}

func decoded(t *testing.T, w workloads.Workload) []client.Object {
	t.Helper()
	objs, err := workloads.Decode(w.YAML())
	if err != nil {
		t.Fatalf("workload %d: %v\n%s", w.Index, err, w.YAML())
	}
	return objs
}

func podSpec(t *testing.T, obj client.Object) *corev1.PodSpec {
	t.Helper()
	switch o := obj.(type) {
	case *appsv1.Deployment:
		return &o.Spec.Template.Spec
	case *appsv1.StatefulSet:
		return &o.Spec.Template.Spec
	case *appsv1.DaemonSet:
		return &o.Spec.Template.Spec
	case *batchv1.Job:
		return &o.Spec.Template.Spec
	case *batchv1.CronJob:
		return &o.Spec.JobTemplate.Spec.Template.Spec
	}
	t.Fatalf("%T has no pod template", obj)
	return nil
}

// TestManifests checks that what is made is what was meant to be made: readable without an unknown field, of the kind,
// name and namespace that the answers speak of, and in a realistic size.
func TestManifests(t *testing.T) {
	g := generator(2000)
	kinds, recipes, optOuts, data, size := map[string]int{}, map[string]int{}, map[string]int{}, map[workloads.Data]int{}, 0
	for i := range g.Count {
		w := g.Workload(i)
		objs := decoded(t, w)
		kind := objs[0].GetObjectKind().GroupVersionKind().Kind
		if kind != w.Kind || objs[0].GetName() != w.Name || objs[0].GetNamespace() != w.Namespace {
			t.Fatalf("workload %d is %s %s/%s, want %s %s/%s", i, kind, objs[0].GetNamespace(), objs[0].GetName(), w.Kind, w.Namespace, w.Name)
		}
		kinds[kind]++
		recipes[w.Placement.Name]++
		optOuts[w.OptOut]++
		data[w.Data]++
		size += len(w.YAML())
	}
	if len(kinds) != 5 || len(recipes) != len(workloads.Recipes()) || len(recipes) < 27 || len(optOuts) != 4 || len(data) != 3 {
		t.Errorf("2,000 workloads have %d kinds, %d ways of %d to say where they run, %d ways with logs and %d with data", len(kinds), len(recipes), len(workloads.Recipes()), len(optOuts), len(data))
	}
	if each := size / g.Count; each < 3500 || each > 4500 {
		t.Errorf("a workload has %d bytes, want about 4,000 as in the field", each)
	}
}

func TestTheSameSeedGivesTheSameWorkloads(t *testing.T) {
	a, b := generator(200), workloads.New(workloads.Options{Seed: seed, Count: 100, Now: now})
	other := workloads.New(workloads.Options{Seed: seed + 1, Count: 100, Now: now})
	differs := false
	for i := range b.Count {
		wa, wb, wo := a.Workload(i), b.Workload(i), other.Workload(i)
		if !bytes.Equal(wa.YAML(), wb.YAML()) {
			t.Fatalf("workload %d depends on more than the seed and its number", i)
		}
		differs = differs || !bytes.Equal(wa.YAML(), wo.YAML())
	}
	if !differs {
		t.Error("another seed gives the same workloads")
	}
}

// TestPlacementAgrees compares the answers of the making with those of the product's placement.
func TestPlacementAgrees(t *testing.T) {
	tables, err := region.Default()
	if err != nil {
		t.Fatal(err)
	}
	tables, err = tables.WithOverlay([]region.OwnRegion{{Provider: "dc", Region: "dk-east-1", Countries: []string{"DK"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	allowed, problems := region.NewAllowed(tables, []region.Location{{Country: "DK"}, {Country: "FI"}, {Country: "IE"}, {Country: "SE"}},
		region.Options{Providers: []string{"aws", "dc"}, At: now})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	g, answers := generator(2000), map[bool]int{}
	for i := range g.Count {
		w := g.Workload(i)
		d := placement.Decide(placement.FromPodSpec(podSpec(t, decoded(t, w)[0])), placement.Env{Allowed: allowed})
		if d.Pinned != w.Placement.Pinned {
			t.Errorf("%s: pinned %v (%s), want %v", w.Placement.Name, d.Pinned, d.Fault, w.Placement.Pinned)
		}
		answers[d.Pinned]++
	}
	if answers[true] < 1000 || answers[false] < 300 {
		t.Errorf("answers %v, want both often", answers)
	}
}

// TestRunning checks the objects that a cluster makes of a workload: owners lead from the pods to it, volumes to claims.
func TestRunning(t *testing.T) {
	g := generator(300)
	for i := range g.Count {
		w := g.Workload(i)
		objs, err := g.Running(w)
		if err != nil {
			t.Fatal(err)
		}
		byUID, pods, claims, volumes, copies := map[string]client.Object{}, 0, 0, 0, 0
		for _, o := range objs {
			byUID[string(o.GetUID())] = o
		}
		for _, o := range objs {
			switch x := o.(type) {
			case *corev1.Pod:
				pods++
				root := client.Object(x)
				for len(root.GetOwnerReferences()) > 0 {
					root = byUID[string(root.GetOwnerReferences()[0].UID)]
				}
				if root.GetName() != w.Name || root.GetObjectKind().GroupVersionKind().Kind != w.Kind {
					t.Errorf("pod %s leads to %s, want %s", x.Name, root.GetName(), w.Name)
				}
			case *corev1.PersistentVolumeClaim:
				claims++
			case *corev1.PersistentVolume:
				volumes++
			}
			if o.GetObjectKind().GroupVersionKind().Kind == "DataUpload" {
				copies++
			}
		}
		want := len(w.Claims())
		if pods != 2 || claims != want || volumes != want || (w.Data == workloads.Claim) != (copies > 0) {
			t.Errorf("workload %d (%s, %s): %d pods, %d claims, %d volumes, %d copies", i, w.Kind, w.Data, pods, claims, volumes, copies)
		}
	}
}

func TestStream(t *testing.T) {
	g := workloads.New(workloads.Options{Seed: seed, Count: 120, Solutions: 2, Now: now})
	var b bytes.Buffer
	if err := g.WriteManifests(&b); err != nil {
		t.Fatal(err)
	}
	objs, err := workloads.Decode(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, o := range objs {
		kinds[o.GetObjectKind().GroupVersionKind().Kind]++
	}
	for kind, want := range map[string]int{"HostedSolution": 2, "SolutionEnvironment": 2, "Platform": 1, "ControlProfile": 1, "Namespace": g.Namespaces() + 2, "Schedule": 1, "ConfigMap": 1} {
		if kinds[kind] != want {
			t.Errorf("%d of kind %s, want %d: %v", kinds[kind], kind, want, maps.Collect(maps.All(kinds)))
		}
	}
}
