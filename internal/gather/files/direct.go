package files

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	yamlv2 "go.yaml.in/yaml/v2"
)

// direct gives the same JSON as YAMLToJSONStrict, by the same parser, without the two trees of maps that it makes on the way.
// It declines whatever is not plain, wrong or empty: for that the library is asked, which also words the errors.
func direct(document []byte) (raw []byte, ok bool) {
	if bytes.Contains(document, []byte("<<")) {
		return nil, false
	}
	var fields yamlv2.MapSlice
	if err := yamlv2.Unmarshal(document, &fields); err != nil || len(fields) == 0 {
		return nil, false
	}
	return appendMapping(make([]byte, 0, len(document)), fields)
}

// appendMapping writes fields in the order of their names. It declines names that are no texts or stand twice.
func appendMapping(b []byte, fields yamlv2.MapSlice) (_ []byte, ok bool) {
	for i := range fields {
		if _, ok := fields[i].Key.(string); !ok {
			return nil, false
		}
	}
	slices.SortFunc(fields, func(x, y yamlv2.MapItem) int { return strings.Compare(x.Key.(string), y.Key.(string)) })
	b = append(b, '{')
	for i := range fields {
		if i > 0 {
			if fields[i].Key == fields[i-1].Key {
				return nil, false
			}
			b = append(b, ',')
		}
		if b, ok = appendJSON(b, fields[i].Key); !ok {
			return nil, false
		}
		b = append(b, ':')
		if b, ok = appendJSON(b, fields[i].Value); !ok {
			return nil, false
		}
	}
	return append(b, '}'), true
}

func appendJSON(b []byte, value any) (_ []byte, ok bool) {
	switch v := value.(type) {
	case string:
		if !unescaped(v) {
			break
		}
		b = append(b, '"')
		b = append(b, v...)
		return append(b, '"'), true
	case int:
		return strconv.AppendInt(b, int64(v), 10), true
	case bool:
		return strconv.AppendBool(b, v), true
	case nil:
		return append(b, "null"...), true
	case yamlv2.MapSlice:
		return appendMapping(b, v)
	case []any:
		b = append(b, '[')
		for i := range v {
			if i > 0 {
				b = append(b, ',')
			}
			if b, ok = appendJSON(b, v[i]); !ok {
				return nil, false
			}
		}
		return append(b, ']'), true
	case int64, uint64, float64:
	default:
		return nil, false
	}
	raw, err := json.Marshal(value)
	return append(b, raw...), err == nil
}

// unescaped tells whether a text stands in JSON as it is.
func unescaped(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return false
		}
	}
	return true
}

// quickHead is headOf for JSON that is known to be valid. It declines where there is more to say.
func quickHead(raw []byte) (head, bool) {
	var s headScan
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '"':
			end, plain := textEnd(raw, i)
			if s.depth == 1 && !s.text(raw[i+1:end], plain) {
				return head{}, false
			}
			i = end
		case ':':
			if s.depth == 1 {
				s.colon()
			}
		case ',':
			s.isValue = s.isValue && s.depth != 1
		case '{', '[':
			if s.depth == 1 {
				s.open = i
			}
			s.depth++
		case '}', ']':
			s.depth--
			if s.depth == 1 && string(s.key) == "items" {
				s.found.Items, s.lists = raw[s.open:i+1], s.lists-1
			}
		}
	}
	return s.found, s.keys == 2 && s.texts == 2 && s.lists == 0 && s.found.APIVersion != "" && s.found.Kind != ""
}

// headScan finds the head of an object among the fields of its outermost mapping.
type headScan struct {
	found   head
	depth   int
	open    int    // where the value of a field begins
	key     []byte // of the field that is being read
	isValue bool   // behind the colon of that field
	// keys counts apiVersion and kind, texts those of them that are texts, lists the items that have not ended.
	keys, texts, lists int
}

// text takes a name or a text of the outermost mapping; it gives false where it cannot.
func (s *headScan) text(text []byte, plain bool) bool {
	switch {
	case !s.isValue:
		s.key = text
		return plain
	case !plain:
	case string(s.key) == "apiVersion":
		s.found.APIVersion, s.texts = string(text), s.texts+1
	case string(s.key) == "kind":
		s.found.Kind, s.texts = string(text), s.texts+1
	}
	return true
}

func (s *headScan) colon() {
	s.isValue = true
	switch string(s.key) {
	case "apiVersion", "kind":
		s.keys++
	case "items":
		s.lists++
	}
}

// textEnd gives where the text that begins at i ends, and whether it holds no escapes.
func textEnd(raw []byte, i int) (end int, plain bool) {
	plain = true
	for end = i + 1; end < len(raw) && raw[end] != '"'; end++ {
		if raw[end] == '\\' {
			end++
			plain = false
		}
	}
	return end, plain
}
