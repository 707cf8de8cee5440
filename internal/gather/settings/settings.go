// Package settings turns the configuration of log collectors and stores into flat lists of settings, without anything that
// may be secret. What products call the settings stays; what they mean is decided in derive/logs.
package settings

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Limits keep a hostile or broken configuration from costing more than its size: bytes of one file, levels of nesting and
// settings of one section.
const (
	MaxBytes    = 1 << 20
	maxDepth    = 40
	maxSettings = 10_000
)

// ErrTooLarge is returned for files above MaxBytes.
var ErrTooLarge = errors.New("it is larger than 1 MiB")

// Decode reads a YAML or JSON mapping. An empty text is an empty mapping.
func Decode(text string) (map[string]any, error) {
	if len(text) > MaxBytes {
		return nil, ErrTooLarge
	}
	var root map[string]any
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		return nil, fmt.Errorf("it is not valid YAML: %s", FirstLine(err.Error()))
	}
	return root, nil
}

// FirstLine cuts a message after its first line.
func FirstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

// Flatten gives the scalars of a decoded value that keep accepts, keys in lower case joined by dots and sorted, values
// without credentials. The elements of a list share the key of the list.
func Flatten(v any, keep func(key string) bool) []facts.LogSetting {
	f := flattener{keep: keep}
	f.walk("", v, 0)
	slices.SortStableFunc(f.out, func(a, b facts.LogSetting) int { return strings.Compare(a.Key, b.Key) })
	return f.out
}

type flattener struct {
	keep func(string) bool
	out  []facts.LogSetting
}

func (f *flattener) walk(key string, v any, depth int) {
	if depth > maxDepth || len(f.out) >= maxSettings {
		return
	}
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			f.walk(join(key, strings.ToLower(k)), v[k], depth+1)
		}
	case []any:
		for _, e := range v {
			f.walk(key, e, depth+1)
		}
	default:
		if s, ok := Scalar(v); ok && f.keep(key) {
			f.out = append(f.out, facts.LogSetting{Key: key, Value: Clean(key, s)})
		}
	}
}

func join(prefix, key string) string {
	if prefix == "" {
		return key
	}
	return prefix + "." + key
}

// Scalar gives a string, number or boolean as text; ok is false for anything else.
func Scalar(v any) (text string, ok bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case int64:
		return strconv.FormatInt(v, 10), true
	}
	return "", false
}

// Clean takes user, password, query and fragment out of every URL in a value, and everything but the endpoint out of an
// Azure connection string; other values stay as they are.
func Clean(key, value string) string {
	if strings.HasSuffix(key, "connection_string") {
		return ingestionEndpoint(value)
	}
	if !strings.Contains(value, "://") {
		return value
	}
	parts := strings.Split(value, ",")
	for i, p := range parts {
		parts[i] = cleanURL(p)
	}
	return strings.Join(parts, ",")
}

func ingestionEndpoint(connection string) string {
	for part := range strings.SplitSeq(connection, ";") {
		if k, v, _ := strings.Cut(part, "="); strings.EqualFold(strings.TrimSpace(k), "IngestionEndpoint") {
			return "IngestionEndpoint=" + cleanURL(strings.TrimSpace(v))
		}
	}
	return ""
}

func cleanURL(s string) string {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		return s
	}
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i]
	}
	authority, path, slash := strings.Cut(rest, "/")
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		authority = authority[i+1:]
	}
	if slash {
		authority += "/" + path
	}
	return scheme + "://" + authority
}

// Map gives a nested mapping, nil where there is none.
func Map(m map[string]any, keys ...string) map[string]any {
	for _, k := range keys {
		m, _ = m[k].(map[string]any)
	}
	return m
}

// List gives a list, nil where there is none.
func List(m map[string]any, key string) []any {
	l, _ := m[key].([]any)
	return l
}

// String gives a scalar of a mapping as text, empty where there is none.
func String(m map[string]any, key string) string {
	s, _ := Scalar(m[key])
	return s
}

// Strings gives the scalars of a list, or a single scalar as a list of one.
func Strings(m map[string]any, key string) []string {
	if s, ok := Scalar(m[key]); ok {
		return []string{s}
	}
	var out []string
	for _, e := range List(m, key) {
		if s, ok := Scalar(e); ok {
			out = append(out, s)
		}
	}
	return out
}

// Labels gives a mapping of strings, nil where there is none or it is empty.
func Labels(m map[string]any, keys ...string) map[string]string {
	m = Map(m, keys...)
	if len(m) == 0 {
		return nil
	}
	out := make(map[string]string, len(m))
	for k, v := range m {
		out[k], _ = Scalar(v)
	}
	return out
}
