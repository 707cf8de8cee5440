package fluentbit

import "strings"

// IsClassic tells whether a text is in the classic format: it has a header of a part of the pipeline or of a group of
// destinations, or nothing but commands that include other files.
func IsClassic(text string) bool {
	includes, others := 0, 0
	for raw := range strings.Lines(text) {
		line := strings.TrimRight(raw, "\r\n \t")
		if line == "" {
			continue
		}
		switch line[0] {
		case '#', ' ', '\t':
		case '[':
			if header(line, "[input]") || header(line, "[filter]") || header(line, "[output]") || header(line, "[upstream]") {
				return true
			}
			if !header(line, "[service]") {
				others++
			}
		case '@':
			if len(line) > len(include) && strings.EqualFold(line[:len(include)], include) {
				includes++
			}
		default:
			others++
		}
	}
	return includes > 0 && others == 0
}

const include = "@include "

func header(line, want string) bool { return len(line) == len(want) && strings.EqualFold(line, want) }

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
