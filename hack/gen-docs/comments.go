package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"unicode"

	"github.com/tilsyn-dev/tilsyn/internal/control"
)

// parameterComments gives what the source says of each parameter of a control, by its name in a profile.
func parameterComments(c *control.Control) (map[string]string, error) {
	t := reflect.TypeOf(c.DefaultParameters(control.HighestLevels()))
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	out := map[string]string{}
	if t.NumField() == 0 {
		return out, nil
	}
	module, _, _ := strings.Cut(reflect.TypeFor[control.Control]().PkgPath(), "/internal/")
	fields, err := structFields(strings.TrimPrefix(t.PkgPath(), module+"/"), t.Name())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.ID, err)
	}
	for _, f := range fields {
		if f.Tag == nil || len(f.Names) == 0 {
			continue
		}
		name, _, _ := strings.Cut(reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("json"), ",")
		text := f.Doc.Text()
		if text == "" {
			text = f.Comment.Text()
		}
		if text == "" {
			return nil, fmt.Errorf("%s: parameter %s has no comment", c.ID, name)
		}
		out[name] = sentence(f.Names[0].Name, text)
	}
	return out, nil
}

// sentence turns a comment on a field into one that stands beside the name that the parameter has in a profile.
func sentence(field, comment string) string {
	text := strings.Join(strings.Fields(comment), " ")
	for _, start := range []string{": ", " is "} {
		if rest, ok := strings.CutPrefix(text, field+start); ok {
			return capital(rest)
		}
	}
	if rest, ok := strings.CutPrefix(text, field+" "); ok {
		if verb, _, _ := strings.Cut(rest, " "); verb == "requires" || verb == "accepts" {
			return capital(rest)
		}
		return words(field) + " " + rest
	}
	return text
}

// words writes a name of several words as people do: RecoveryTime as Recovery time.
func words(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte(' ')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

func structFields(folder, name string) ([]*ast.Field, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			decl, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, s := range decl.Specs {
				if spec, ok := s.(*ast.TypeSpec); ok && spec.Name.Name == name {
					if st, ok := spec.Type.(*ast.StructType); ok {
						return st.Fields.List, nil
					}
				}
			}
		}
	}
	return nil, fmt.Errorf("no struct %s in %s", name, folder)
}
