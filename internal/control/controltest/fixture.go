package controltest

import (
	"bytes"
	_ "embed" // the default objects
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

//go:embed defaults.yaml
var defaults []byte

// Class of a fixture, the first word of its file name.
type Class string

// Classes.
const (
	Pass          Class = "pass"
	Fail          Class = "fail"
	Unknown       Class = "unknown"
	NotApplicable Class = "notapplicable"
	Bypass        Class = "bypass"
)

// Fixture is one file.
type Fixture struct {
	Path  string
	Class Class
	Header
	// Text is the whole file as written.
	Text string

	objects []*unstructured.Unstructured
}

// Header is the first document of a fixture.
type Header struct {
	APIVersion string             `json:"apiVersion,omitempty"`
	Kind       string             `json:"kind"`
	Control    v1alpha1.ControlID `json:"control"`
	// Title says in one sentence what the fixture shows.
	Title string    `json:"title"`
	Now   time.Time `json:"now"`
	// Unreadable lists sources, such as backups.velero.io, that cannot be read; their objects in the file are not seen.
	Unreadable []string `json:"unreadable,omitempty"`
	// Manifests is true where the objects are manifests of a repository, without a cluster.
	Manifests bool `json:"manifests,omitempty"`
	// Present lists API groups or sources that exist although the file has no object of them.
	Present []string `json:"present,omitempty"`
	// Absent lists sources that do not exist although the file has objects of their group.
	Absent []string `json:"absent,omitempty"`
	// Expect lists every result of the control, in any order.
	Expect []Expectation `json:"expect"`
}

// Expectation is one expected result. What is left out is not compared, apart from verdict, reason and subject.
type Expectation struct {
	Verdict v1alpha1.Verdict `json:"verdict"`
	Reason  control.Reason   `json:"reason"`
	// Subject as people write it: Kind namespace/name, or Kind name.
	Subject    string         `json:"subject"`
	Field      string         `json:"field,omitempty"`
	Party      v1alpha1.Party `json:"party,omitempty"`
	Basis      control.Basis  `json:"basis,omitempty"`
	Cause      string         `json:"cause,omitempty"`
	ValidUntil *time.Time     `json:"validUntil,omitempty"`
	// Message as rendered, whole.
	Message string `json:"message,omitempty"`
}

// Load reads every fixture under a folder, in the order of their paths.
func Load(dir string) ([]Fixture, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*", "*.yaml"))
	if err != nil {
		return nil, err
	}
	slices.Sort(paths)
	var out []Fixture
	for _, path := range paths {
		f, err := read(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		out = append(out, f)
	}
	return out, nil
}

func read(path string) (Fixture, error) {
	f := Fixture{Path: path}
	raw, err := os.ReadFile(path)
	if err != nil {
		return f, err
	}
	f.Text = string(raw)
	class, _, ok := strings.Cut(filepath.Base(path), "-")
	f.Class = Class(class)
	if !ok || !slices.Contains([]Class{Pass, Fail, Unknown, NotApplicable, Bypass}, f.Class) {
		return f, fmt.Errorf("the name is <class>-<slug>.yaml with class pass, fail, unknown, notapplicable or bypass")
	}
	documents := Split(raw)
	if len(documents) == 0 {
		return f, fmt.Errorf("the file is empty")
	}
	if err := yaml.UnmarshalStrict(documents[0], &f.Header); err != nil {
		return f, fmt.Errorf("first document: %w", err)
	}
	if err := f.check(filepath.Base(filepath.Dir(path))); err != nil {
		return f, err
	}
	f.objects, err = Decode(documents[1:], 2)
	if err != nil {
		return f, err
	}
	return f, f.complete()
}

func (f *Fixture) check(folder string) error {
	switch {
	case f.Kind != "Fixture":
		return fmt.Errorf("the first document is of kind %q, not Fixture", f.Kind)
	case string(f.Control) != folder:
		return fmt.Errorf("the fixture of %s lies in the folder of %s", f.Control, folder)
	case !strings.HasSuffix(f.Title, "."):
		return fmt.Errorf("title %q is not a sentence with a full stop", f.Title)
	case f.Now.IsZero():
		return fmt.Errorf("now is missing")
	case len(f.Expect) == 0:
		return fmt.Errorf("nothing is expected")
	}
	return nil
}

// Split cuts a file into its documents; those that hold only comments are left out.
func Split(raw []byte) [][]byte {
	var out [][]byte
	for document := range bytes.SplitSeq(append([]byte("\n"), raw...), []byte("\n---")) {
		if !blank(document) {
			out = append(out, document)
		}
	}
	return out
}

func blank(document []byte) bool {
	for line := range bytes.Lines(document) {
		if text := bytes.TrimSpace(line); len(text) > 0 && text[0] != '#' {
			return false
		}
	}
	return true
}

// Decode reads objects, one in each document; first is the number of the first document in messages.
func Decode(documents [][]byte, first int) ([]*unstructured.Unstructured, error) {
	var out []*unstructured.Unstructured
	for i, d := range documents {
		u := &unstructured.Unstructured{}
		if err := yaml.UnmarshalStrict(d, &u.Object); err != nil {
			return nil, fmt.Errorf("document %d: %w", i+first, err)
		}
		if u.GetKind() == "" || u.GetAPIVersion() == "" || u.GetName() == "" {
			return nil, fmt.Errorf("document %d: apiVersion, kind or metadata.name is missing", i+first)
		}
		out = append(out, u)
	}
	return out, nil
}

// complete adds what every fixture would repeat.
func (f *Fixture) complete() error {
	added, err := Decode(Split(defaults), 2)
	if err != nil {
		return fmt.Errorf("default objects: %w", err)
	}
	for _, d := range added {
		if slices.ContainsFunc(f.objects, func(o *unstructured.Unstructured) bool {
			return o.GroupVersionKind().GroupKind() == d.GroupVersionKind().GroupKind()
		}) {
			continue
		}
		if d.GetKind() == "ControlProfile" {
			required := map[string]any{"control": string(f.Control), "mode": string(v1alpha1.ModeRequired)}
			if err := unstructured.SetNestedSlice(d.Object, []any{required}, "spec", "controls"); err != nil {
				return err
			}
		}
		f.objects = append(f.objects, d)
	}
	f.objects = append(f.objects, namespaces(f.objects, added)...)
	return nil
}

// namespaces makes the Namespace objects that the others need and the file does not have.
func namespaces(objects, defaults []*unstructured.Unstructured) []*unstructured.Unstructured {
	have := map[string]bool{"": true}
	for _, o := range objects {
		if o.GetKind() == "Namespace" && o.GetAPIVersion() == "v1" {
			have[o.GetName()] = true
		}
	}
	var out []*unstructured.Unstructured
	for _, o := range objects {
		ns := o.GetNamespace()
		if slices.Contains(defaults, o) && o.GetKind() == "SolutionEnvironment" {
			ns = "aula" // the default environment has its namespace, also when it is empty
		}
		if !have[ns] {
			have[ns] = true
			out = append(out, &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Namespace",
				"metadata": map[string]any{"name": ns, "creationTimestamp": "2026-01-01T00:00:00Z"}}})
		}
	}
	return out
}
