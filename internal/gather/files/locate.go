package files

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// parse reads a document anew with its lines, which is only done for errors; an empty node where it cannot be read.
func parse(data []byte) *yaml.Node {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil || len(root.Content) == 0 {
		return &yaml.Node{}
	}
	return root.Content[0]
}

// locate gives the line of a field in a document, counted from the beginning of the document, or 0. Of a path that is not
// there wholly the line of the last step that is there counts.
func locate(n *yaml.Node, path string) int {
	line := 0
	for _, step := range steps(path) {
		var at int
		if n, at = child(n, step); n == nil {
			break
		}
		line = at
	}
	return line
}

// steps splits a.b[0].c into a, b, 0, c. What stands in brackets may hold dots, as keys of labels do.
func steps(path string) []string {
	var out []string
	for path != "" {
		var step string
		if key, ok := strings.CutPrefix(path, "["); ok {
			step, path, _ = strings.Cut(key, "]")
		} else if i := strings.IndexAny(path, ".["); i >= 0 {
			step, path = path[:i], path[i:]
		} else {
			step, path = path, ""
		}
		path = strings.TrimPrefix(path, ".")
		if step != "" {
			out = append(out, step)
		}
	}
	return out
}

func child(n *yaml.Node, step string) (*yaml.Node, int) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == step {
				return n.Content[i+1], n.Content[i].Line
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(n.Content) {
			return n.Content[i], n.Content[i].Line
		}
	}
	return nil, 0
}
