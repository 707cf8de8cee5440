package workloads_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
	"github.com/tilsyn-dev/tilsyn/test/workloads"
)

const answered = 2000

// answers of one product run: reason by control and subject.
type answers map[string]string

func key(control, kind, namespace, name string) string {
	return control + " " + kind + " " + namespace + "/" + name
}

// ask runs the command line's library over some input and collects every result.
func ask(t *testing.T, o check.Options) answers {
	t.Helper()
	o.Controls, o.Now, o.At = catalog.All(), func() time.Time { return now }, now
	report, err := check.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range report.Errors {
		t.Error(e)
	}
	got := answers{}
	for r := range report.Results(true) {
		got[key(string(r.Control), r.Subject.Kind, r.Subject.Namespace, r.Subject.Name)] = fmt.Sprintf("%s %s", r.Verdict, r.Reason)
	}
	return got
}

func (a answers) expect(t *testing.T, control, kind, namespace, name, want, why string) {
	t.Helper()
	if got := a[key(control, kind, namespace, name)]; got != want {
		t.Errorf("%s of %s %s/%s: %q, want %q: %s", control, kind, namespace, name, got, want, why)
	}
}

// TestAnswersOnASnapshot compares what the product finds in a whole cluster with how its workloads were put together.
func TestAnswersOnASnapshot(t *testing.T) {
	g := generator(answered)
	got := ask(t, check.Options{Snapshot: snapshot(t, g)})
	counts := map[string]int{}
	for i := range g.Count {
		w := g.Workload(i)
		expectPlacement(t, got, &w)
		where := "Pass Inside"
		if w.Outside {
			where = "Fail Outside"
		}
		got.expect(t, "LOC-01", w.Kind, w.Namespace, w.Name, where, "where its pods are")
		expectLogs(t, got, &w)
		for _, claim := range w.Claims() {
			backup := "Pass BackedUp"
			if w.Data == workloads.ExcludedClaim {
				backup = "Fail LeftOutByMark"
			}
			got.expect(t, "BCK-01", "PersistentVolumeClaim", w.Namespace, claim, backup, string(w.Data))
			got.expect(t, "LOC-03", "PersistentVolumeClaim", w.Namespace, claim, "Pass Inside", "a volume in Stockholm")
			counts[backup]++
		}
		counts[where]++
	}
	for _, some := range []string{"Pass Inside", "Fail Outside", "Pass BackedUp", "Fail LeftOutByMark"} {
		if counts[some] < 10 {
			t.Errorf("%d of %d workloads are %q, which proves little", counts[some], g.Count, some)
		}
	}
}

// TestAnswersOnManifests compares what the product finds in manifests alone.
func TestAnswersOnManifests(t *testing.T) {
	g := generator(answered)
	var b bytes.Buffer
	if err := g.WriteManifests(&b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "manifests.yaml")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	got := ask(t, check.Options{Files: []string{path}})
	for i := range g.Count {
		w := g.Workload(i)
		expectPlacement(t, got, &w)
		expectLogs(t, got, &w)
	}
}

// TestSound checks that workloads in which there is nothing to find, and what surrounds them, are in order as a whole.
func TestSound(t *testing.T) {
	g := workloads.New(workloads.Options{Seed: seed, Count: 500, Solutions: 3, Now: now, Sound: true})
	report, err := check.Run(t.Context(), check.Options{Controls: catalog.All(), Now: func() time.Time { return now }, Snapshot: snapshot(t, g)})
	if err != nil {
		t.Fatal(err)
	}
	for r := range report.Results(false) {
		if r.Mode == v1alpha1.ModeObserve {
			continue // what contracts and records say is not made by the generator
		}
		t.Errorf("%s %s %s %v: %s", r.Control, r.Verdict, r.Reason, r.Subject, r.Message)
	}
	for _, e := range report.Environments() {
		if e.State != v1alpha1.StateCompliant {
			t.Errorf("%s is %s", e.Name, e.State)
		}
	}
}

func expectPlacement(t *testing.T, got answers, w *workloads.Workload) {
	t.Helper()
	verdict := "Fail "
	if w.Placement.Pinned {
		verdict = "Pass "
	}
	got.expect(t, "LOC-02", w.Kind, w.Namespace, w.Name, verdict+w.Placement.Reason, w.Placement.Name)
}

func expectLogs(t *testing.T, got answers, w *workloads.Workload) {
	t.Helper()
	if w.OptOut != "" {
		got.expect(t, "LOG-01", w.Kind, w.Namespace, w.Name, "Fail OptsOut", w.OptOut)
	} else if r := got[key("LOG-01", w.Kind, w.Namespace, w.Name)]; r == "Fail OptsOut" {
		t.Errorf("LOG-01 of %s/%s: %s, but it opts out of nothing", w.Namespace, w.Name, r)
	}
}

// snapshot writes a snapshot of the whole generated cluster.
func snapshot(t *testing.T, g *workloads.Generator) string {
	t.Helper()
	kinds := gather.Kinds()
	index := gather.NewIndex(kinds)
	path := filepath.Join(t.TempDir(), "snapshot.json")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := files.NewSnapshotWriter(f, false)
	add := func(objs []client.Object, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		for _, obj := range objs {
			if kind, known := index.Lookup(obj.GetObjectKind().GroupVersionKind()); known {
				if err := w.Add(kind, asRead(t, kind, obj)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	add(workloads.Decode(g.Declarations()))
	shared, err := workloads.Decode(g.Shared())
	if err != nil {
		t.Fatal(err)
	}
	for _, obj := range shared {
		if collector, ok := obj.(*appsv1.DaemonSet); ok {
			add(g.Collecting(collector), nil)
		}
	}
	add(shared, nil)
	add(g.Surroundings(), nil)
	for i := range g.Count {
		add(g.Running(g.Workload(i)))
	}
	header := files.Header{TakenAt: now}
	for _, k := range kinds {
		header.Sources = append(header.Sources, files.SourceEntry{Source: k.SourceID(), Condition: facts.SourceSynced})
	}
	if err := w.Close(header); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// asRead gives an object in the type that its kind is read in.
func asRead(t *testing.T, kind adapter.Kind, obj client.Object) runtime.Object {
	t.Helper()
	u, isUnstructured := obj.(*unstructured.Unstructured)
	if kind.New == nil || !isUnstructured {
		return obj
	}
	typed := kind.New()
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, typed); err != nil {
		t.Fatal(err)
	}
	return typed
}
