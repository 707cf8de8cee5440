package files_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
)

var header = files.Header{TakenAt: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC), KubernetesVersion: "v1.36.1", TilsynVersion: "v0.1.0"}

// full gives a header that says that every source was read.
func full(kinds []adapter.Kind) files.Header {
	h := header
	for _, k := range kinds {
		h.Sources = append(h.Sources, files.SourceEntry{Source: k.SourceID(), Condition: facts.SourceSynced})
	}
	return h
}

// typed decodes an object written as YAML for its kind.
func typed(t *testing.T, index *gather.Index, content string) (adapter.Kind, runtime.Object) {
	t.Helper()
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(content), &u.Object); err != nil {
		t.Fatal(err)
	}
	k, ok := index.Lookup(u.GroupVersionKind())
	if !ok || k.New == nil {
		return k, u
	}
	o := k.New()
	if err := yaml.Unmarshal([]byte(content), o); err != nil {
		t.Fatal(err)
	}
	return k, o
}

func write(t *testing.T, kinds []adapter.Kind, h files.Header, packed bool, documents ...string) string {
	t.Helper()
	var out bytes.Buffer
	w := files.NewSnapshotWriter(&out, packed)
	index := gather.NewIndex(kinds)
	for _, d := range documents {
		k, o := typed(t, index, d)
		if err := w.Add(k, o); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(h); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "snapshot.json")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func readBack(t *testing.T, path string) (*files.Header, loaded) {
	t.Helper()
	kinds := gather.Kinds()
	l := loaded{store: gather.NewStore(kinds)}
	var h *files.Header
	h, l.Result, l.err = files.ReadSnapshot(t.Context(), l.store, kinds, path, files.Options{})
	return h, l
}

func TestASnapshotIsReadAsItWasWritten(t *testing.T) {
	for name, packed := range map[string]bool{"plain": false, "compressed": true} {
		t.Run(name, func(t *testing.T) {
			kinds := gather.Kinds()
			path := write(t, kinds, full(kinds), packed, deployment,
				"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s, namespace: a}\n", // gives no facts
				"apiVersion: tilsyn.dev/v1alpha1\nkind: Platform\nmetadata: {name: cluster}\n")
			h, got := readBack(t, path)
			if got.err != nil || len(got.Errors) > 0 {
				t.Fatal(got.err, messages(got.Errors))
			}
			if diff := cmp.Diff(header, *h, cmpopts.IgnoreFields(files.Header{}, "Sources")); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]string{"Deployment shop/web"}, got.workloads()); diff != "" || got.Objects != 2 {
				t.Error(diff, got.Objects)
			}
			got.store.Read(func(v facts.View) {
				for _, s := range v.AllSources() {
					if s.Condition != facts.SourceSynced || !s.Complete() || !s.LastEvent.Equal(header.TakenAt) {
						t.Errorf("source %+v", s)
					}
				}
			})
		})
	}
}

func TestTheSameObjectsGiveTheSameSnapshot(t *testing.T) {
	kinds := gather.Kinds()
	a, errA := os.ReadFile(write(t, kinds, full(kinds), true, deployment))
	b, errB := os.ReadFile(write(t, gather.Kinds(), full(kinds), true, deployment))
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Error("two snapshots of the same differ", errA, errB)
	}
}

func TestSourcesOfASnapshotAreAsCompleteAsItProves(t *testing.T) {
	kinds := gather.Kinds()
	h := files.Header{TakenAt: header.TakenAt, Sources: []files.SourceEntry{
		{Source: "deployments.apps", Condition: facts.SourceSynced}, {Source: "schedules.velero.io", Condition: facts.SourceSynced},
		{Source: "nodes", Condition: facts.SourceUnreadable, Reason: facts.ReasonForbidden, Message: "list nodes"},
		{Source: "pods", Condition: "Sparkling"}, {Source: "schedules.k8up.io", Condition: facts.SourceAbsent},
	}}
	bad := "apiVersion: velero.io/v1\nkind: Schedule\nmetadata: {name: bad, namespace: velero}\nspec: {schedule: [1]}\n"
	_, got := readBack(t, write(t, kinds, h, false, deployment, bad))
	if got.err != nil {
		t.Fatal(got.err)
	}
	if s := got.source("deployments.apps"); !s.Complete() {
		t.Errorf("a source that was read is %+v", s)
	}
	if s := got.source("schedules.velero.io"); s.Complete() || len(s.Undecodable) != 1 || s.Undecodable[0].Name != "bad" || len(got.Errors) != 1 {
		t.Errorf("a source with an object that cannot be understood is %+v, errors %q", s, messages(got.Errors))
	}
	if s := got.source("nodes"); s.Condition != facts.SourceUnreadable || s.Reason != facts.ReasonForbidden || s.Message != "list nodes" {
		t.Errorf("a forbidden source is %+v", s)
	}
	if s := got.source("pods"); s.Condition != facts.SourceUnreadable {
		t.Errorf("a source in an unknown condition is %+v", s)
	}
	if s := got.source("schedules.k8up.io"); s.Condition != facts.SourceAbsent {
		t.Errorf("an absent source is %+v", s)
	}
	if s := got.source("statefulsets.apps"); s.Condition != facts.SourceUnreadable || s.Reason != facts.ReasonNotRead {
		t.Errorf("a source that the header does not name is %+v", s)
	}
}

func TestACutSnapshotIsNoticed(t *testing.T) {
	kinds := gather.Kinds()
	path := write(t, kinds, full(kinds), false, deployment, strings.Replace(deployment, "name: web\n  names", "name: web2\n  names", 1))
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(whole, []byte("\n"))
	if err := os.WriteFile(path, bytes.Join(lines[:2], nil), 0o600); err != nil {
		t.Fatal(err)
	}
	_, got := readBack(t, path)
	if s := got.source("deployments.apps"); s.Condition != facts.SourceUnreadable || s.Reason != facts.ReasonTruncated || !strings.Contains(s.Message, "1 of 2 objects") {
		t.Errorf("source %+v", s)
	}
	if s := got.source("statefulsets.apps"); !s.Complete() {
		t.Errorf("a source of which nothing is missing is %+v", s)
	}
}

func TestWhatIsNoSnapshotIsRefusedWithTheMend(t *testing.T) {
	tests := map[string]struct{ content, want string }{
		"manifests":           {deployment, "this is no snapshot: it does not begin with kind Snapshot; manifests are given with -f"},
		"nothing":             {"", "this is no snapshot"},
		"a newer version":     {`{"apiVersion":"tilsyn.dev/v2","kind":"Snapshot","tilsynVersion":"v9.1.0"}`, "of version tilsyn.dev/v2, written by tilsyn v9.1.0; this program reads tilsyn.dev/v1alpha1"},
		"a broken header":     {`{"apiVersion":"tilsyn.dev/v1alpha1","kind":"Snapshot","sources":7}`, "the header of the snapshot cannot be read"},
		"a damaged file":      {"\x1f\x8b\x08garbage", "is damaged"},
		"a file cut short":    {packed(t, strings.Repeat("long enough to be cut ", 100))[:40], "the file is cut short: write or copy it anew"},
		"a header cut short":  {`{"apiVersion":"tilsyn.dev/v1alpha1","kind":"Snapshot","takenAt":"2026-11-22T17:41:34Z","sources":[{"source":"name`, "the snapshot is cut short inside its header: write or copy it anew"},
		"a binary":            {"\x00\x01", "binary"},
		"broken YAML":         {"a: [", "this is no snapshot"},
		"a header that comes": {deployment + "---\n" + `{"apiVersion":"tilsyn.dev/v1alpha1","kind":"Snapshot"}`, "this is no snapshot"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x")
			if err := os.WriteFile(path, []byte(tt.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, got := readBack(t, path); got.err == nil || !strings.Contains(got.err.Error(), tt.want) {
				t.Errorf("error %v, want %q", got.err, tt.want)
			}
		})
	}
	if _, got := readBack(t, filepath.Join(t.TempDir(), "gone")); got.err == nil || !strings.Contains(got.err.Error(), "there is no such file") {
		t.Errorf("error %v of a file that is not there", got.err)
	}
}

func TestASnapshotMayBeYAML(t *testing.T) {
	kinds := gather.Kinds()
	raw, err := os.ReadFile(write(t, kinds, full(kinds), false, deployment))
	if err != nil {
		t.Fatal(err)
	}
	var documents []string
	for line := range bytes.Lines(raw) {
		y, err := yaml.JSONToYAML(line)
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, string(y))
	}
	path := filepath.Join(t.TempDir(), "x.yaml")
	if err := os.WriteFile(path, []byte(strings.Join(documents, "---\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, got := readBack(t, path); got.err != nil || !got.source("deployments.apps").Complete() || len(got.workloads()) != 1 {
		t.Error(got.err, got.source("deployments.apps"))
	}
}

func TestAFieldThatIsNotKnownDoesNotSpoilASnapshot(t *testing.T) {
	kinds := gather.Kinds()
	raw, err := os.ReadFile(write(t, kinds, full(kinds), false, deployment))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.json.gz")
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err = io.WriteString(w, strings.Replace(string(raw), `"containers":[{`, `"containers":[{"newField":1,`, 1))
	if err := errors.Join(err, w.Close(), os.WriteFile(path, packed.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, got := readBack(t, path); got.err != nil || len(got.Errors) > 0 || len(got.workloads()) != 1 {
		t.Error(got.err, messages(got.Errors))
	}
}

// TestSnapshotsLoseNoFact writes the objects of every fixture of every control and compares what is extracted of each
// object before and after.
func TestSnapshotsLoseNoFact(t *testing.T) {
	fixtures, err := filepath.Glob("../../catalog/*/testdata/*/*.yaml")
	if err != nil || len(fixtures) == 0 {
		t.Fatal("no fixtures", err)
	}
	seen := map[facts.SourceID]int{}
	for _, name := range fixtures {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		kinds := gather.Kinds()
		index := gather.NewIndex(kinds)
		want := map[facts.ObjectKey][]any{}
		var documents []string
		for d := range strings.SplitSeq(string(raw), "\n---") {
			k, o := typed(t, index, d)
			m, ok := o.(metav1.Object)
			if !ok || k.Extract == nil {
				continue
			}
			found, err := k.Extract(o)
			if err != nil || len(found) == 0 {
				continue
			}
			documents = append(documents, d)
			want[facts.ObjectKey{Source: k.SourceID(), Namespace: m.GetNamespace(), Name: m.GetName()}] = found
			seen[k.SourceID()]++
		}
		path := write(t, kinds, full(kinds), true, documents...)
		got := recorded(t, path)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
			t.Errorf("%s: facts before and after the snapshot differ (-before +after):\n%s", name, diff)
		}
	}
	t.Logf("objects of %d kinds", len(seen))
}

// recorded reads a snapshot and gives what was extracted of each object.
func recorded(t *testing.T, path string) map[facts.ObjectKey][]any {
	t.Helper()
	got := map[facts.ObjectKey][]any{}
	kinds := gather.Kinds()
	found := make(chan func(), 10_000)
	for i := range kinds {
		k := kinds[i]
		kinds[i].Extract = func(o runtime.Object) ([]any, error) {
			out, err := k.Extract(o)
			m := o.(metav1.Object)
			found <- func() {
				got[facts.ObjectKey{Source: k.SourceID(), Namespace: m.GetNamespace(), Name: m.GetName()}] = out
			}
			return out, err
		}
	}
	_, result, err := files.ReadSnapshot(t.Context(), gather.NewStore(kinds), kinds, path, files.Options{})
	if err != nil || len(result.Errors) > 0 {
		t.Fatalf("%s: %v %q", path, err, messages(result.Errors))
	}
	close(found)
	for f := range found {
		f()
	}
	return got
}

// packed is a text as gzip writes it.
func packed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
