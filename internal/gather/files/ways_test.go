package files_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
)

func TestWaysToWriteObjects(t *testing.T) {
	json := `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","namespace":"shop"},"spec":{"containers":[{"name":"a","image":"b}{"}]}}`
	pod := func(name string) string { return fmt.Sprintf(json, name) }
	tests := map[string]struct {
		content string
		want    []string
		at      map[string]int // line of pods by name
	}{
		"several YAML documents":                     {"# a comment\n---\n" + deployment + "---\n# nothing\n---\n---\n" + pod("a") + "\n...\n" + pod("b"), []string{"Pod shop/a", "Pod shop/b", "Deployment shop/web"}, map[string]int{"a": 20, "b": 22}},
		"a document on the separator's line":         {"--- " + pod("a") + "\n--- # and\n" + pod("b") + "\n", []string{"Pod shop/a", "Pod shop/b"}, map[string]int{"a": 1, "b": 3}},
		"directives":                                 {"%YAML 1.1\n---\n" + deployment, []string{"Deployment shop/web"}, nil},
		"a byte order mark and line ends of Windows": {"\xEF\xBB\xBF" + strings.ReplaceAll(deployment, "\n", "\r\n") + "---\r\n" + pod("a"), []string{"Pod shop/a", "Deployment shop/web"}, nil},
		"JSON values behind each other":              {pod("a") + pod("b") + "\n\n" + pod("c"), []string{"Pod shop/a", "Pod shop/b", "Pod shop/c"}, map[string]int{"a": 1, "b": 1, "c": 3}},
		"JSON with line breaks":                      {strings.ReplaceAll(pod("a"), ",", ",\n") + "\n" + pod("b"), []string{"Pod shop/a", "Pod shop/b"}, nil},
		"a flow mapping that is not JSON":            {"{apiVersion: v1, kind: Pod, metadata: {name: 'a\"', namespace: shop}}\n---\n" + pod("b"), []string{`Pod shop/a"`, "Pod shop/b"}, nil},
		"a List":                                     {"apiVersion: v1\nkind: List\nitems:\n- " + pod("a") + "\n- " + pod("b") + "\n", []string{"Pod shop/a", "Pod shop/b"}, map[string]int{"a": 4, "b": 5}},
		"a typed List without kinds":                 {"apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: a, namespace: shop}\n- metadata: {name: b, namespace: shop}\n", []string{"Pod shop/a", "Pod shop/b"}, nil},
		"a List in a List":                           {"apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items: [" + pod("a") + "]\n", []string{"Pod shop/a"}, map[string]int{"a": 4}},
		"anchors and merges":                         {"apiVersion: v1\nkind: List\nitems:\n- &p\n  apiVersion: v1\n  kind: Pod\n  metadata: {name: a, namespace: shop}\n- <<: *p\n  metadata: {name: b, namespace: shop}\n", []string{"Pod shop/a", "Pod shop/b"}, nil},
		"a generated name":                           {"apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-, namespace: shop}\n", []string{"Pod shop/a-*"}, nil},
		"the same object twice":                      {deployment + "---\n" + deployment, []string{"Deployment shop/web"}, nil},
		"no line end at the end":                     {strings.TrimSuffix(deployment, "\n"), []string{"Deployment shop/web"}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := load(t, tt.content, files.Options{})
			if got.err != nil || len(got.Errors) > 0 {
				t.Fatal(got.err, messages(got.Errors))
			}
			if diff := cmp.Diff(tt.want, got.workloads()); diff != "" {
				t.Error(diff)
			}
			for pod, line := range tt.at {
				if at := got.Positions[facts.ObjectKey{Source: "pods", Namespace: "shop", Name: pod}]; at.Line != line {
					t.Errorf("pod %s stands in line %d, want %d", pod, at.Line, line)
				}
			}
		})
	}
}

func TestFilesAndDirectories(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"b.yaml": deployment, "a/pod.yml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", "a/notes.txt": "no manifest",
		"a/c.json": `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"c"}}`, ".git/x.yaml": "broken: [", "broken.yaml": "a: [\n",
		"kustomization.yaml": "resources: [b.yaml]\n", "odd.manifest": "apiVersion: v1\nkind: Pod\nmetadata: {name: odd}\n",
	} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700), os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Symlink(filepath.Join(dir, "a"), filepath.Join(dir, "loop")), os.Symlink("b.yaml", filepath.Join(dir, "z.yaml"))); err != nil {
		t.Fatal(err)
	}
	kinds := gather.Kinds()
	l := loaded{store: gather.NewStore(kinds)}
	l.Result, l.err = files.Load(t.Context(), l.store, kinds, []string{dir, filepath.Join(dir, "odd.manifest"), filepath.Join(dir, "gone.yaml"), "-", "https://example.org/a.yaml"},
		files.Options{Stdin: strings.NewReader("apiVersion: v1\nkind: Pod\nmetadata: {name: piped}\n")})
	if l.err != nil {
		t.Fatal(l.err)
	}
	want := []string{"Pod default/a", "Pod default/c", "Pod default/odd", "Pod default/piped", "Deployment shop/web"}
	if diff := cmp.Diff(want, l.workloads()); diff != "" {
		t.Error(diff)
	}
	wantErrors := []string{
		filepath.Join(dir, "broken.yaml") + ":1: document 1: YAML cannot be read: did not find expected node content",
		filepath.Join(dir, "gone.yaml") + ": there is no such file or directory",
		"https://example.org/a.yaml: addresses are not read; fetch the file first",
	}
	if diff := cmp.Diff(wantErrors, messages(l.Errors)); diff != "" {
		t.Error(diff)
	}
	notes := ""
	for _, n := range l.Notes {
		notes += n.String() + ": " + n.Message + "\n"
	}
	for _, part := range []string{"kustomization.yaml: this kustomization is not applied", "z.yaml:1: Deployment shop/web also stands in"} {
		if !strings.Contains(notes, part) {
			t.Errorf("notes lack %q:\n%s", part, notes)
		}
	}
}

func TestTheOutcomeDoesNotDependOnTheOrderOfWork(t *testing.T) {
	var b strings.Builder
	for i := range 200 {
		switch i % 10 {
		case 3:
			fmt.Fprintf(&b, "---\na: [ # %d\n", i)
		case 7:
			fmt.Fprintf(&b, "---\napiVersion: v1\nkind: Pod\nmetadata: {name: pod-%d}\nspec: {nodeNam: x}\n", i)
		default:
			fmt.Fprintf(&b, "---\n%s", strings.Replace(deployment, "name: web", fmt.Sprintf("name: web-%d", i%50), 1))
		}
	}
	first := load(t, b.String(), files.Options{})
	for range 5 {
		again := load(t, b.String(), files.Options{})
		if diff := cmp.Diff(first.Result, again.Result); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(first.workloads(), again.workloads()); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestProgressGrowsToTheTotal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	content := strings.Repeat("---\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\n", 5000)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	kinds := gather.Kinds()
	var told [][2]int64
	_, err := files.Load(t.Context(), gather.NewStore(kinds), kinds, []string{path}, files.Options{
		Progress: func(done, total int64) { told = append(told, [2]int64{done, total}) },
	})
	if err != nil {
		t.Fatal(err)
	}
	size := int64(len(content))
	if n := len(told); n < 3 || int64(n) > size/(64<<10)+2 || told[n-1] != [2]int64{size, size} {
		t.Errorf("progress %v of %d bytes", told, size)
	}
}

func TestTheContextEndsReading(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	kinds := gather.Kinds()
	_, err := files.LoadReader(ctx, gather.NewStore(kinds), kinds, "in.yaml", strings.NewReader(strings.Repeat("---\n"+deployment, 100)), files.Options{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestTenMegabytesInOneDocumentAreRead(t *testing.T) {
	var b strings.Builder
	b.WriteString("apiVersion: v1\nkind: List\nitems:\n")
	item := "- " + strings.ReplaceAll(strings.TrimSuffix(deployment, "\n"), "\n", "\n  ") + "\n"
	for i := range 1000 {
		b.WriteString(strings.Replace(item, "name: web", fmt.Sprintf("name: web-%04d", i), 1))
	}
	b.WriteString("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: big, namespace: shop}\ndata:\n  text: |\n")
	for b.Len() < 10<<20 {
		b.WriteString("    --- a line of a text that is long\n")
	}
	got := load(t, b.String(), files.Options{})
	if got.err != nil || len(got.Errors) > 0 || len(got.workloads()) != 1000 {
		t.Errorf("%v %q: %d workloads", got.err, messages(got.Errors), len(got.workloads()))
	}
	if at := got.Positions[facts.ObjectKey{Source: "deployments.apps", Namespace: "shop", Name: "web-0001"}]; at.Line != 4+13 {
		t.Errorf("the second item stands in %s", at)
	}
}

func FuzzInput(f *testing.F) {
	for _, seed := range []string{
		deployment, "---\n...\n%YAML 1.1\n---\na: b", `{"a":{"b":"}"}}{"c":1}` + "\n---\n- x", "\xEF\xBB\xBFa: b\r\n--- # c\r\n", "a: &x [*x]", "? {a: b}\n: c",
		"apiVersion: v1\nkind: List\nitems: [{}, 1, null, {apiVersion: v1, kind: List, items: [[]]}]", "apiVersion: tilsyn.dev/v1alpha1\nkind: Platform\nmetadata: {name: cluster}\nspec: {regions: [{}]}",
		"apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{env: [{name: LOKI_URL, value: $(A)}, {name: A, value: $(A)}]}]}",
	} {
		f.Add(seed)
	}
	kinds := gather.Kinds()
	f.Fuzz(func(t *testing.T, content string) {
		read := func() *files.Result {
			result, err := files.LoadReader(t.Context(), gather.NewStore(kinds), kinds, "in", strings.NewReader(content), files.Options{MaxDocument: 1 << 20})
			if err != nil && !errors.Is(err, files.ErrNothing) {
				t.Fatal(err)
			}
			return result
		}
		if diff := cmp.Diff(read(), read()); diff != "" {
			t.Errorf("two readings differ: %s", diff)
		}
	})
}
