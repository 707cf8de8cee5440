package fluentbit

import (
	"maps"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/settings"
)

// parts of the YAML format that are lists of plugins.
var parts = []settings.Part{
	{Path: []string{"pipeline", "inputs"}, Kind: KindInput, Shape: settings.Listed, NameKey: "name", Keep: keptSettings},
	{Path: []string{"pipeline", "filters"}, Kind: KindFilter, Shape: settings.Listed, NameKey: "name", Keep: keptSettings},
	{Path: []string{"pipeline", "outputs"}, Kind: KindOutput, Shape: settings.Listed, NameKey: "name", Keep: keptSettings},
}

// ParseYAML reads the YAML format: env, includes, pipeline with inputs, filters and outputs, and upstream_servers.
func ParseYAML(text string) ([]facts.LogSection, error) {
	root, err := settings.Decode(text)
	if err != nil {
		return nil, err
	}
	var out []facts.LogSection
	env := settings.Map(root, "env")
	for _, k := range slices.Sorted(maps.Keys(env)) {
		v, _ := settings.Scalar(env[k])
		out = append(out, variable(k, v)...)
	}
	for _, path := range settings.Strings(root, "includes") {
		out = append(out, facts.LogSection{Kind: KindInclude, Name: path})
	}
	for _, s := range settings.ReadParts(lowerNames(root), parts) {
		s.Name, s.Settings = strings.ToLower(s.Name), Trim(s.Settings)
		out = append(out, s)
	}
	for _, e := range settings.List(root, "upstream_servers") {
		if m, ok := e.(map[string]any); ok {
			out = append(out, upstream(m)...)
		}
	}
	return out, nil
}

func upstream(m map[string]any) []facts.LogSection {
	out := []facts.LogSection{{Kind: KindUpstream, Name: settings.String(m, "name")}}
	for _, n := range settings.List(m, "nodes") {
		if node, ok := n.(map[string]any); ok {
			out = append(out, Section(KindNode, settings.String(node, "name"), node))
		}
	}
	return out
}

// Section makes a section of a decoded mapping.
func Section(kind, name string, m map[string]any) facts.LogSection {
	return facts.LogSection{Kind: kind, Name: name, Settings: Trim(settings.Flatten(m, Keep))}
}

// lowerNames writes the key that names a plugin in lower case, because Fluent Bit does not mind its case.
func lowerNames(root map[string]any) map[string]any {
	for _, l := range settings.Map(root, "pipeline") {
		items, _ := l.([]any)
		for _, e := range items {
			m, _ := e.(map[string]any)
			for k, v := range m {
				if k != "name" && strings.EqualFold(k, "name") {
					delete(m, k)
					m["name"] = v
				}
			}
		}
	}
	return root
}

// WriteYAML writes sections in the YAML format; ParseYAML reads them back.
func WriteYAML(sections []facts.LogSection) string {
	root := settings.WriteParts(sections, parts)
	if root["pipeline"] == nil {
		root["pipeline"] = map[string]any{"inputs": []any{}}
	}
	env := map[string]any{}
	var includes, upstreams []any
	for _, s := range sections {
		switch s.Kind {
		case KindSet:
			env[s.Name] = s.Get("value")
		case KindInclude:
			includes = append(includes, s.Name)
		case KindUpstream:
			upstreams = append(upstreams, map[string]any{"name": s.Name})
		case KindNode:
			if len(upstreams) > 0 {
				u := upstreams[len(upstreams)-1].(map[string]any)
				u["nodes"] = append(settings.List(u, "nodes"), settings.Mapping(s.Name, s.Settings))
			}
		}
	}
	if len(env) > 0 {
		root["env"] = env
	}
	if len(includes) > 0 {
		root["includes"] = includes
	}
	if len(upstreams) > 0 {
		root["upstream_servers"] = upstreams
	}
	return settings.Encode(root)
}

// WriteClassic writes sections in the classic format; ParseClassic reads them back.
func WriteClassic(sections []facts.LogSection) string {
	var b strings.Builder
	for _, s := range sections {
		switch s.Kind {
		case KindInclude:
			b.WriteString("@INCLUDE " + s.Name + "\n")
		case KindSet:
			b.WriteString("@SET " + s.Name + "=" + s.Get("value") + "\n")
		default:
			b.WriteString("[" + strings.ToUpper(s.Kind) + "]\n    Name " + s.Name + "\n")
			for _, set := range s.Settings {
				b.WriteString("    " + set.Key + " " + set.Value + "\n")
			}
		}
	}
	return b.String()
}
