package settings

import (
	"cmp"
	"maps"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Shape says how a part of a configuration holds its sections.
type Shape int

// Shapes: one mapping, a mapping of named mappings, a list of mappings, and for each name of a mapping a list below Sub.
const (
	Single Shape = iota
	Named
	Listed
	NamedLists
)

// Part describes where a configuration holds sections of one kind. The same description reads a file and writes it anew
// for a snapshot.
type Part struct {
	Path  []string
	Kind  string
	Shape Shape
	// NameKey is the setting that names a section of a list.
	NameKey string
	// Sub is the list below each name, for NamedLists.
	Sub string
	// Keep lists the settings that are kept.
	Keep map[string]bool
}

// ReadParts gives the sections of a decoded configuration, part by part; names in a mapping are sorted.
func ReadParts(root map[string]any, parts []Part) []facts.LogSection {
	var out []facts.LogSection
	for _, p := range parts {
		parent := Map(root, p.Path[:len(p.Path)-1]...)
		held := parent[p.Path[len(p.Path)-1]]
		switch p.Shape {
		case Single:
			if m, ok := held.(map[string]any); ok {
				out = append(out, p.section("", m))
			}
		case Named:
			out = append(out, p.named(held)...)
		case Listed:
			out = append(out, p.listed("", held)...)
		case NamedLists:
			m, _ := held.(map[string]any)
			for _, name := range slices.Sorted(maps.Keys(m)) {
				below, _ := m[name].(map[string]any)
				out = append(out, p.listed(name, below[p.Sub])...)
			}
		}
	}
	return out
}

func (p Part) named(held any) []facts.LogSection {
	m, _ := held.(map[string]any)
	var out []facts.LogSection
	for _, name := range slices.Sorted(maps.Keys(m)) {
		out = append(out, p.section(name, m[name]))
	}
	return out
}

func (p Part) listed(name string, held any) []facts.LogSection {
	l, _ := held.([]any)
	var out []facts.LogSection
	for _, e := range l {
		if m, ok := e.(map[string]any); ok {
			out = append(out, p.section(cmp.Or(name, String(m, p.NameKey)), m))
		}
	}
	return out
}

func (p Part) section(name string, v any) facts.LogSection {
	return facts.LogSection{Kind: p.Kind, Name: name, Settings: Flatten(v, func(key string) bool { return p.Keep[key] })}
}

// WriteParts makes a configuration that ReadParts reads into the same sections and that holds nothing else.
func WriteParts(sections []facts.LogSection, parts []Part) map[string]any {
	root := map[string]any{}
	for _, p := range parts {
		last := p.Path[len(p.Path)-1]
		for _, s := range sections {
			if s.Kind != p.Kind {
				continue
			}
			parent := root
			for _, k := range p.Path[:len(p.Path)-1] {
				parent = child(parent, k)
			}
			m := mapping(s.Settings)
			switch p.Shape {
			case Single:
				maps.Copy(child(parent, last), m)
			case Named:
				maps.Copy(child(child(parent, last), s.Name), m)
			case Listed:
				if p.NameKey != "" {
					m[p.NameKey] = s.Name
				}
				parent[last] = append(List(parent, last), m)
			case NamedLists:
				of := child(child(parent, last), s.Name)
				of[p.Sub] = append(List(of, p.Sub), m)
			}
		}
	}
	return root
}

func child(m map[string]any, key string) map[string]any {
	c, ok := m[key].(map[string]any)
	if !ok {
		c = map[string]any{}
		m[key] = c
	}
	return c
}

// mapping gives settings as a mapping of dotted keys; several values of one key are a list.
func mapping(all []facts.LogSetting) map[string]any {
	m := map[string]any{}
	for _, s := range all {
		switch held := m[s.Key].(type) {
		case nil:
			m[s.Key] = s.Value
		case []any:
			m[s.Key] = append(held, s.Value)
		default:
			m[s.Key] = []any{held, s.Value}
		}
	}
	return m
}

// Mapping gives named settings as WriteParts writes an element of a list.
func Mapping(name string, all []facts.LogSetting) map[string]any {
	m := mapping(all)
	m["name"] = name
	return m
}

// Encode writes a mapping as YAML.
func Encode(root map[string]any) string {
	text, err := yaml.Marshal(root)
	if err != nil {
		panic(err) // mappings of strings, lists and mappings can always be written
	}
	return string(text)
}

// Set makes a set of keys.
func Set(keys ...string) map[string]bool {
	m := make(map[string]bool, len(keys))
	for _, k := range keys {
		m[k] = true
	}
	return m
}
