package files

import (
	"reflect"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/near"
)

const (
	aText   = "a text"
	maxEdit = 3 // more changes than that are another word
)

// empty gives a new value of the type that v points to.
func empty(v any) any { return reflect.New(reflect.TypeOf(v).Elem()).Interface() }

// inWords names a Go type as people who write YAML know it.
func inWords(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return aText
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "a mapping"
	case reflect.Pointer:
		return inWords(t.Elem())
	case reflect.Int, reflect.Int32, reflect.Int64:
		return "a whole number"
	default:
		return "a number"
	}
}

// article names what JSON calls a value.
func article(value string) string {
	kind, rest, _ := strings.Cut(value, " ")
	switch kind {
	case "object":
		return "a mapping"
	case "array":
		return "a list"
	case "string":
		return aText
	case "bool":
		return "true or false"
	case "number":
		return strings.TrimSpace("the number " + rest)
	default:
		return value
	}
}

// suggestion names the known field nearest to an unknown one, or all of them where they are few and none is near.
func suggestion(object any, path string) string {
	parent, name := "", path
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		parent, name = path[:i], path[i+1:]
	}
	known := fieldsOf(typeAt(reflect.TypeOf(object), parent))
	best, distance := "", maxEdit+1
	for _, k := range known {
		if d := near.Distance(strings.ToLower(k), strings.ToLower(name)); d < distance && d < len(name) {
			best, distance = k, d
		}
	}
	switch {
	case best != "":
		return "; did you mean " + best + "?"
	case len(known) > 0 && len(known) <= 12:
		return "; known are " + strings.Join(known, ", ")
	default:
		return ""
	}
}

// typeAt follows a path of JSON names through a type.
func typeAt(t reflect.Type, path string) reflect.Type {
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		t = stripped(t)
		if t == nil {
			return nil
		}
		switch t.Kind() {
		case reflect.Slice, reflect.Array, reflect.Map:
			t = t.Elem()
		case reflect.Struct:
			t = fieldType(t, step)
		default:
			return nil
		}
	}
	return stripped(t)
}

func stripped(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

func fieldType(t reflect.Type, name string) reflect.Type {
	for f := range t.Fields() {
		tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if tag == name {
			return f.Type
		}
		if strings.Contains(options, "inline") {
			if in := fieldType(stripped(f.Type), name); in != nil {
				return in
			}
		}
	}
	return nil
}

// fieldsOf gives the JSON names of the fields of a struct, sorted.
func fieldsOf(t reflect.Type) []string {
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	var names []string
	for f := range t.Fields() {
		tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case strings.Contains(options, "inline"):
			names = append(names, fieldsOf(stripped(f.Type))...)
		case tag != "" && tag != "-":
			names = append(names, tag)
		}
	}
	slices.Sort(names)
	return names
}
