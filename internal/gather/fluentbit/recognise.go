package fluentbit

import "strings"

// IsClassic tells whether a text is in the classic format: it has a header of a part of the pipeline or of a group of
// destinations, or nothing but commands that include other files.
func IsClassic(text string) bool {
	includes, others := 0, 0
	for raw := range strings.Lines(text) {
		line := strings.ToLower(strings.TrimRight(raw, "\r\n \t"))
		switch {
		case line == "" || line[0] == '#':
		case line == "[input]" || line == "[filter]" || line == "[output]" || line == "[upstream]":
			return true
		case strings.HasPrefix(line, "@include "):
			includes++
		case line == "[service]" || line[0] == '@' || line[0] == ' ' || line[0] == '\t':
		default:
			others++
		}
	}
	return includes > 0 && others == 0
}

// IsYAML tells whether a decoded file is a configuration in the YAML format.
func IsYAML(root map[string]any) bool {
	p, ok := root["pipeline"].(map[string]any)
	if ok {
		for _, k := range []string{"inputs", "filters", "outputs"} {
			if _, ok := p[k].([]any); ok {
				return true
			}
		}
	}
	if _, ok := root["upstream_servers"].([]any); ok {
		return true
	}
	_, includes := root["includes"].([]any)
	_, service := root["service"].(map[string]any)
	return includes && service
}
