package files

import (
	"bytes"
	"cmp"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// document is a document while it is read.
type document struct {
	outcome
	chunk chunk
	root  *yaml.Node // made when the first error wants a line
}

// fail records errors of an object that stands at a path in the document, each with the line of its field, in the order of
// lines: schemas tell theirs in any order.
func (d *document) fail(at Position, ref facts.Ref, path string, faults ...*Error) {
	for _, f := range faults {
		f.Position, f.Object, f.Field = at, ref, join(path, f.Field)
		if line := d.lineOf(f.Field); line > 0 {
			f.Line = line
		}
	}
	slices.SortFunc(faults, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Message, b.Message))
	})
	d.errors = append(d.errors, faults[:min(len(faults), maxFaults)]...)
}

func (d *document) lineOf(path string) int {
	if path == "" {
		return 0
	}
	if d.root == nil {
		d.root = parse(d.chunk.data)
	}
	if line := locate(d.root, path); line > 0 {
		return d.chunk.start + line - 1
	}
	return 0
}

// undecodable records that an object of a kind could not be understood, so that its source is incomplete.
func (d *document) undecodable(kind *adapter.Kind, ref facts.Ref, at Position) {
	if ref.Name == "" {
		ref.Name = at.String()
	}
	d.objects = append(d.objects, object{Position: at, kind: kind, ref: ref, failed: true})
}

func join(path, field string) string {
	if path == "" || field == "" {
		return path + field
	}
	return path + "." + field
}

// itemLines finds the lines on which the items of a List begin, where the List is written as lists mostly are; else none.
func itemLines(c chunk, items int) []int {
	if c.json {
		return nil
	}
	var lines []int
	indent, inItems, number := -1, false, c.start-1
	for line := range bytes.Lines(c.data) {
		number++
		trimmed := bytes.TrimLeft(line, " ")
		depth := len(line) - len(trimmed)
		switch {
		case !inItems:
			inItems = bytes.HasPrefix(line, []byte("items:"))
		case bytes.HasPrefix(trimmed, []byte("- ")) && (indent < 0 || depth == indent):
			indent = depth
			lines = append(lines, number)
		case depth == 0 && says(line):
			inItems = false
		}
	}
	if len(lines) != items {
		return nil
	}
	return lines
}
