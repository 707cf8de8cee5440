package describe

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

// generated holds what hack/gen-docs takes out of the source of the controls: the comments of their parameters, and one
// fixture each that passes and that fails.
//
//go:embed generated
var generated embed.FS

// Parameter is one parameter of a control.
type Parameter struct {
	// Name in a profile.
	Name string
	// Text says what it means.
	Text string
	// Defaults by level.
	Defaults []Default
}

// Default is the value of a parameter at some levels, as JSON. When is empty where it is the same at all.
type Default struct{ When, Value string }

// String gives "24h; Sensitive: 12h".
func (p Parameter) String() string {
	var parts []string
	for _, d := range p.Defaults {
		if d.When == "" {
			parts = append(parts, d.Value)
		} else {
			parts = append(parts, d.When+": "+d.Value)
		}
	}
	return strings.Join(parts, "; ")
}

// Parameters lists the parameters of a control, in the order of their declaration.
func Parameters(c *control.Control) ([]Parameter, error) {
	texts, err := parameterTexts(c.ID)
	if err != nil {
		return nil, err
	}
	var out []Parameter
	for _, name := range control.ParameterNames(c.DefaultParameters(control.HighestLevels())) {
		value := func(l control.Levels) (string, error) { return parameterValue(c, l, name) }
		defaults, err := byLevel(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", c.ID, name, err)
		}
		out = append(out, Parameter{Name: name, Text: texts[name], Defaults: defaults})
	}
	return out, nil
}

func parameterTexts(id v1alpha1.ControlID) (map[string]string, error) {
	raw, err := generated.ReadFile("generated/parameters.json")
	if err != nil {
		return nil, err
	}
	all := map[v1alpha1.ControlID]map[string]string{}
	err = json.Unmarshal(raw, &all)
	return all[id], err
}

func parameterValue(c *control.Control, l control.Levels, name string) (string, error) {
	raw, err := json.Marshal(c.DefaultParameters(l))
	if err != nil {
		return "", err
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &fields); err != nil {
		return "", err
	}
	if fields[name] == nil {
		return "none", nil // left out where it is empty
	}
	return string(fields[name]), nil
}

// dimension is one of the three levels of a solution.
type dimension struct {
	prefix string
	names  []string
	set    func(*control.Levels, int)
}

func dimensions() []dimension {
	confidentialities, grades := control.Confidentialities(), control.Grades()
	words := func(n int, word func(int) string) (out []string) {
		for i := range n {
			out = append(out, word(i))
		}
		return out
	}
	grade := func(i int) string { return string(grades[i]) }
	return []dimension{
		{"", words(len(confidentialities), func(i int) string { return string(confidentialities[i]) }),
			func(l *control.Levels, i int) { l.Confidentiality = confidentialities[i] }},
		{"integrity ", words(len(grades), grade), func(l *control.Levels, i int) { l.Integrity = grades[i] }},
		{"availability ", words(len(grades), grade), func(l *control.Levels, i int) { l.Availability = grades[i] }},
	}
}

// byLevel gives the values of a parameter by the levels that it depends on; neighbours with one value are joined.
func byLevel(value func(control.Levels) (string, error)) ([]Default, error) {
	depends, err := dependsOn(value)
	if err != nil {
		return nil, err
	}
	out := []Default{{}}
	combinations := []control.Levels{control.HighestLevels()}
	for _, d := range depends {
		var nextOut []Default
		var next []control.Levels
		for i := range combinations {
			for j, name := range d.names {
				l := combinations[i]
				d.set(&l, j)
				next = append(next, l)
				nextOut = append(nextOut, Default{When: strings.TrimPrefix(out[i].When+" and "+d.prefix+name, " and ")})
			}
		}
		out, combinations = nextOut, next
	}
	for i := range out {
		if out[i].Value, err = value(combinations[i]); err != nil {
			return nil, err
		}
	}
	return joined(out), nil
}

func joined(list []Default) []Default {
	var out []Default
	for _, d := range list {
		if n := len(out); n > 0 && out[n-1].Value == d.Value {
			out[n-1].When += ", " + d.When
			continue
		}
		out = append(out, d)
	}
	return out
}

// dependsOn lists the dimensions that change the value somewhere.
func dependsOn(value func(control.Levels) (string, error)) ([]dimension, error) {
	all := dimensions()
	var out []dimension
	for k, d := range all {
		changes := false
		for i := range all[(k+1)%3].names {
			for j := range all[(k+2)%3].names {
				l := control.HighestLevels()
				all[(k+1)%3].set(&l, i)
				all[(k+2)%3].set(&l, j)
				d.set(&l, 0)
				first, err := value(l)
				if err != nil {
					return nil, err
				}
				for n := range d.names {
					d.set(&l, n)
					v, err := value(l)
					if err != nil {
						return nil, err
					}
					changes = changes || v != first
				}
			}
		}
		if changes {
			out = append(out, d)
		}
	}
	return out, nil
}

// Example is a fixture as people read it.
type Example struct{ Title, YAML string }

// Examples gives one fixture of a control that passes and one that fails; empty where there is none.
func Examples(id v1alpha1.ControlID) (pass, fail Example) {
	return example(id, "pass"), example(id, "fail")
}

// example reads a file whose first line is the title, as a comment.
func example(id v1alpha1.ControlID, class string) Example {
	raw, err := generated.ReadFile("generated/" + string(id) + "-" + class + ".yaml")
	if err != nil {
		return Example{}
	}
	title, text, _ := strings.Cut(string(raw), "\n")
	return Example{Title: strings.TrimPrefix(title, "# "), YAML: text}
}
