// Package manifest writes resources as YAML for people who will go on writing: with comments that say what is still to be
// filled in, and nothing that only machines need.
package manifest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/sheet"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
)

// Document is one resource of the API. The zero value is not of use; New makes one.
type Document struct {
	Kind, Name string

	head   []string // comments above
	labels map[string]string
	notes  map[string]string // annotations
	spec   bytes.Buffer
	fields int
	err    error
}

// New begins a document; each line of head becomes a comment above it.
func New(kind, name string, head ...string) *Document {
	return &Document{Kind: kind, Name: name, head: head}
}

// Marks sets labels and annotations.
func (d *Document) Marks(labels, annotations map[string]string) *Document {
	d.labels, d.notes = labels, annotations
	return d
}

// Field adds a field of the spec, with comments above it. Values that are zero are left out.
func (d *Document) Field(key string, value any, comments ...string) *Document {
	text, err := yaml.Marshal(map[string]any{key: value})
	d.err = errors.Join(d.err, err)
	for _, c := range comments {
		d.Comment(c)
	}
	for line := range strings.Lines(string(text)) {
		d.spec.WriteString("  " + line)
	}
	d.fields++
	return d
}

// Comment adds a comment within the spec. Control characters become blanks, so that no name of a cluster ends the comment.
func (d *Document) Comment(text string) *Document {
	fmt.Fprintf(&d.spec, "  # %s\n", sheet.Line(text))
	return d
}

// FillIn adds a comment on a field that only people can fill in.
func (d *Document) FillIn(field, what string) *Document {
	return d.Comment("fill in: " + field + ": " + what)
}

// Bytes gives the document as YAML.
func (d *Document) Bytes() ([]byte, error) {
	var b bytes.Buffer
	for _, h := range d.head {
		fmt.Fprintf(&b, "# %s\n", sheet.Line(h))
	}
	name, err := yaml.Marshal(map[string]any{"name": d.Name})
	fmt.Fprintf(&b, "apiVersion: %s\nkind: %s\nmetadata:\n  %s", v1alpha1.GroupVersion, d.Kind, name)
	err = errors.Join(err, mark(&b, "labels", d.labels), mark(&b, "annotations", d.notes))
	if d.fields == 0 {
		b.WriteString("spec: {}\n")
	} else {
		b.WriteString("spec:\n")
	}
	b.Write(d.spec.Bytes())
	return b.Bytes(), errors.Join(d.err, err)
}

// mark writes labels or annotations as a field of the metadata; none where there are none.
func mark(b *bytes.Buffer, field string, marks map[string]string) error {
	if len(marks) == 0 {
		return nil
	}
	text, err := yaml.Marshal(map[string]any{field: marks})
	for line := range strings.Lines(string(text)) {
		b.WriteString("  " + line)
	}
	return err
}

// Join writes documents one after the other, as one file.
func Join(documents []*Document) ([]byte, error) {
	var b bytes.Buffer
	for i, d := range documents {
		if i > 0 {
			b.WriteString("---\n")
		}
		text, err := d.Bytes()
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", d.Kind, d.Name, err)
		}
		b.Write(text)
	}
	return b.Bytes(), nil
}

// Faults reads documents as tilsyn check -f does, which knows what the API server would refuse. Progress, which may be nil, is
// told how many bytes have been read, out of how many.
func Faults(ctx context.Context, text []byte, progress func(done, total int64)) ([]*files.Error, error) {
	kinds := gather.Kinds()
	var strangers []string
	o := files.Options{
		Other: func(_ files.Position, gvk schema.GroupVersionKind, _ []byte) (bool, error) {
			strangers = append(strangers, gvk.Kind)
			return true, nil
		},
	}
	if progress != nil {
		o.Progress = func(done, _ int64) { progress(done, int64(len(text))) }
	}
	result, err := files.LoadReader(ctx, gather.NewStore(kinds), kinds, "", bytes.NewReader(text), o)
	if err != nil {
		return nil, err
	}
	if len(strangers) > 0 {
		return nil, fmt.Errorf("kind %s is not read", strangers[0])
	}
	return result.Errors, nil
}

// Names lists the resources of the API in a file, as far as it can be read; none where there is no such file.
func Names(ctx context.Context, path string) ([]facts.Ref, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	kinds := gather.Kinds()
	result, err := files.Load(ctx, gather.NewStore(kinds), kinds, []string{path}, files.Options{})
	if err != nil && !errors.Is(err, files.ErrNothing) {
		return nil, err
	}
	var out []facts.Ref
	for key := range result.Positions {
		for _, k := range kinds {
			if k.SourceID() == key.Source {
				out = append(out, facts.Ref{Group: k.GVK.Group, Kind: k.GVK.Kind, Namespace: key.Namespace, Name: key.Name})
			}
		}
	}
	for _, i := range result.Ignored {
		out = append(out, facts.Ref{Kind: i.Kind})
	}
	slices.SortFunc(out, func(a, b facts.Ref) int { return strings.Compare(a.String(), b.String()) })
	return out, nil
}
