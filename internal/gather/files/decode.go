package files

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	yamlv3 "go.yaml.in/yaml/v3"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// decoder turns one YAML document into JSON. It is all that is used of a YAML library on the way of what is in order.
type decoder interface {
	// JSON refuses a key that stands twice in a mapping. Errors name the line of the document where they can.
	JSON(document []byte) ([]byte, error)
}

// library decodes with sigs.k8s.io/yaml, as kubectl does.
type library struct{}

func (library) JSON(document []byte) ([]byte, error) {
	if raw, ok := direct(document); ok {
		return raw, nil
	}
	raw, err := yaml.YAMLToJSONStrict(document)
	if err != nil && bytes.Contains(document, []byte("<<")) && plainMerge(document) {
		return yaml.YAMLToJSON(document)
	}
	return raw, err
}

// plainMerge tells whether a document is in order for a reader that knows that a key may stand beside a merge (<<) which
// holds it too. The strict reader takes that for a doubled key.
func plainMerge(document []byte) bool {
	var v any
	return yamlv3.Unmarshal(document, &v) == nil
}

// head is what says how to read an object.
type head struct {
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Items      json.RawMessage `json:"items"`
}

func headOf(raw []byte) (head, error) {
	var h head
	if first := bytes.TrimSpace(raw); len(first) == 0 || first[0] != '{' {
		return h, errors.New("the document is not an object with apiVersion and kind")
	}
	if quick, ok := quickHead(raw); ok {
		return quick, nil
	}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(raw, &h); err != nil {
		return h, errors.New("apiVersion and kind must be texts")
	}
	return h, nil
}

var yamlLine = regexp.MustCompile(`\bline (\d+): `)

// yamlFaults gives the errors of a YAML library, with lines counted from the beginning of the file.
func yamlFaults(c chunk, err error) []*Error {
	text := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "error converting YAML to JSON: "), "yaml: ")
	if strings.Contains(text, "map key") { // what follows is a value of Go
		return []*Error{oddKey(c)}
	}
	var out []*Error
	for part := range strings.SplitSeq(strings.TrimPrefix(text, "unmarshal errors:\n"), "\n") {
		e := &Error{Position: c.Position, Message: strings.TrimSpace(part)}
		if m := yamlLine.FindStringSubmatchIndex(part); m != nil {
			n, _ := strconv.Atoi(part[m[2]:m[3]]) // the expression lets only digits through
			e.Message = strings.TrimSpace(part[:m[0]] + part[m[1]:])
			if slices.Contains(countedFromZero, e.Message) {
				n++
			}
			e.Line = c.start - 1 + min(n, lastLine(c.data))
		}
		out = append(out, e)
	}
	out[0].Message = "YAML cannot be read: " + out[0].Message + hint(c.data)
	return out
}

// countedFromZero are faults of structure, of which the library gives the line before.
var countedFromZero = []string{"did not find expected key", "did not find expected '-' indicator", "did not find expected node content",
	"did not find expected ',' or ']'", "did not find expected ',' or '}'", "did not find expected <document start>"}

// lastLine counts the lines up to the last that says something: what is missing at the end is missing there.
func lastLine(document []byte) int {
	last, number := 1, 0
	for line := range bytes.Lines(document) {
		number++
		if says(line) {
			last = number
		}
	}
	return last
}

// oddKey is a mapping with a key that is no text, as the braces of an unrendered template are read.
func oddKey(c chunk) *Error {
	e := &Error{Position: c.Position, Message: "YAML cannot be read: a key is not a text" + hint(c.data)}
	if before, _, found := bytes.Cut(c.data, []byte("{{")); found {
		e.Line = c.start + bytes.Count(before, []byte("\n"))
	}
	return e
}

// notAManifest recognises files that lie beside manifests.
func notAManifest(raw []byte) string {
	var h struct {
		Name, Version string
		Resources     []any
	}
	if err := json.Unmarshal(raw, &h); err != nil {
		return ""
	}
	switch {
	case h.Name != "" && h.Version != "":
		return "; this looks like a Helm chart: give the outcome of helm template instead"
	case len(h.Resources) > 0:
		return "; this looks like a kustomization: give the outcome of kustomize build instead"
	}
	return ""
}

// hint recognises what people take for manifests.
func hint(document []byte) string {
	if bytes.Contains(document, []byte("{{")) {
		return "; this looks like a template: render it first, for example with helm template"
	}
	return ""
}

// strictly decodes an object. Unknown and doubled fields and values of the wrong type are errors, each with its field.
func strictly(raw []byte, into any) []*Error {
	strict, err := kjson.UnmarshalStrict(raw, into)
	if err != nil {
		return []*Error{wrongValue(raw, into, err)}
	}
	var out []*Error
	for _, s := range strict {
		e := &Error{Message: s.Error()}
		if f, ok := errors.AsType[kjson.FieldError](s); ok {
			e.Field = f.FieldPath()
			e.Message = strings.TrimSpace(strings.TrimSuffix(s.Error(), strconv.Quote(e.Field)))
			if strings.HasPrefix(e.Message, "unknown field") {
				e.Message += suggestion(into, e.Field)
			}
		}
		out = append(out, e)
	}
	return out
}

// wrongValue explains a value of the wrong type in words of YAML. The decoder in use hides where it stands, the one of the
// standard library does not.
func wrongValue(raw []byte, into any, err error) *Error {
	var te *json.UnmarshalTypeError
	if !errors.As(json.Unmarshal(raw, empty(into)), &te) {
		return &Error{Message: err.Error()}
	}
	e := &Error{Field: pathAt(raw, te.Offset), Message: fmt.Sprintf("must be %s and is %s", inWords(te.Type), article(te.Value))}
	if strings.HasPrefix(te.Value, "bool") || strings.HasPrefix(te.Value, "number") {
		if inWords(te.Type) == aText {
			e.Message += `; quote it, because YAML reads a bare NO, yes, on or 1.10 as something else than a text`
		}
	}
	return e
}

// pathAt gives the path of the value that ends at or covers an offset of JSON.
func pathAt(raw []byte, offset int64) string {
	type level struct {
		array bool
		index int
		key   string
		isKey bool // the next string is a key
	}
	var stack []level
	path := func() string {
		var b strings.Builder
		for _, l := range stack {
			switch {
			case l.array:
				fmt.Fprintf(&b, "[%d]", l.index)
			case strings.ContainsAny(l.key, ".[]"):
				b.WriteString("[" + l.key + "]")
			case b.Len() > 0:
				b.WriteString("." + l.key)
			default:
				b.WriteString(l.key)
			}
		}
		return b.String()
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	for {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		top := len(stack) - 1
		key := top >= 0 && !stack[top].array && stack[top].isKey
		if delim, ok := token.(json.Delim); ok && (delim == '}' || delim == ']') {
			stack = stack[:top]
			top--
		} else if key {
			stack[top].key, stack[top].isKey = token.(string), false
			continue
		} else {
			if top >= 0 && stack[top].array {
				stack[top].index++
			}
			if d.InputOffset() >= offset {
				return path()
			}
			if delim, ok := token.(json.Delim); ok {
				stack = append(stack, level{array: delim == '[', index: -1, isKey: true})
				continue
			}
		}
		if top >= 0 {
			stack[top].isKey = true
		}
	}
}
