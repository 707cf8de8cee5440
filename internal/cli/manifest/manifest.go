// Package manifest writes resources as YAML for people who will go on writing: with comments that say what is still to be
// filled in, and nothing that only machines need.
package manifest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/sheet"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
)

// Document is one resource of the API. The zero value is not of use; New makes one.
type Document struct {
	Kind, Name string

	head   []string // comments above
	spec   bytes.Buffer
	fields int
	err    error
}

// New begins a document; each line of head becomes a comment above it.
func New(kind, name string, head ...string) *Document {
	return &Document{Kind: kind, Name: name, head: head}
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
	if d.fields == 0 {
		b.WriteString("spec: {}\n")
	} else {
		b.WriteString("spec:\n")
	}
	b.Write(d.spec.Bytes())
	return b.Bytes(), errors.Join(d.err, err)
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

// Faults reads documents as tilsyn check -f does, which knows what the API server would refuse.
func Faults(ctx context.Context, text []byte) ([]*files.Error, error) {
	kinds := gather.Kinds()
	var strangers []string
	result, err := files.LoadReader(ctx, gather.NewStore(kinds), kinds, "", bytes.NewReader(text), files.Options{
		Other: func(_ files.Position, gvk schema.GroupVersionKind, _ []byte) (bool, error) {
			strangers = append(strangers, gvk.Kind)
			return true, nil
		},
	})
	if err != nil {
		return nil, err
	}
	if len(strangers) > 0 {
		return nil, fmt.Errorf("kind %s is not read", strangers[0])
	}
	return result.Errors, nil
}
