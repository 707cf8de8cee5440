package catalog

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tilsyn-dev/tilsyn/internal/control"
)

func TestTheCatalogueIsComplete(t *testing.T) {
	if err := control.ValidateSet(All()); err != nil {
		t.Error(err)
	}
	if !slices.IsSortedFunc(All(), func(a, b *control.Control) int { return strings.Compare(string(a.ID), string(b.ID)) }) {
		t.Error("the controls are not in the order of their ids")
	}
	version, err := strconv.Atoi(Version)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range All() {
		if since, err := strconv.Atoi(c.Since); err != nil || since < 1 || since > version {
			t.Errorf("%s is there since %q, which is no version up to %s", c.ID, c.Since, Version)
		}
	}
}

// TestNoControlIsForgotten reads the source: whatever control.Define makes in a family is in its Controls, and every family
// is in the catalogue.
func TestNoControlIsForgotten(t *testing.T) {
	imported := importsOf(t, "catalog.go")
	folders, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	families := 0
	for _, folder := range folders {
		if !folder.IsDir() {
			continue
		}
		families++
		defined, listed := controlsOf(t, folder.Name())
		if len(defined) == 0 {
			t.Errorf("family %s defines no control", folder.Name())
		}
		if !slices.Equal(defined, listed) {
			t.Errorf("family %s defines %v and lists %v", folder.Name(), defined, listed)
		}
		if !slices.Contains(imported, "github.com/tilsyn-dev/tilsyn/internal/catalog/"+folder.Name()) {
			t.Errorf("family %s is not in the catalogue", folder.Name())
		}
	}
	if families == 0 {
		t.Error("there is no family")
	}
}

func importsOf(t *testing.T, file string) (paths []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range parsed.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// controlsOf gives the names of the variables that control.Define makes, and of those in Controls, both sorted.
func controlsOf(t *testing.T, folder string) (defined, listed []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		calls := 0
		ast.Inspect(parsed, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && isDefine(call) {
				calls++
			}
			return true
		})
		found := 0
		for _, d := range parsed.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			for _, s := range g.Specs {
				for i, value := range s.(*ast.ValueSpec).Values {
					name := s.(*ast.ValueSpec).Names[i].Name
					if call, ok := value.(*ast.CallExpr); ok && isDefine(call) {
						defined = append(defined, name)
						found++
					}
					if list, ok := value.(*ast.CompositeLit); ok && name == "Controls" {
						listed = append(listed, names(list)...)
					}
				}
			}
		}
		if calls != found {
			t.Errorf("%s calls control.Define %d times outside of the declaration of a variable", file, calls-found)
		}
	}
	slices.Sort(defined)
	slices.Sort(listed)
	return defined, listed
}

// isDefine tells whether a call is control.Define, with or without type arguments.
func isDefine(call *ast.CallExpr) bool {
	fun := call.Fun
	if index, ok := fun.(*ast.IndexExpr); ok {
		fun = index.X
	}
	selector, ok := fun.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != "Define" {
		return false
	}
	pkg, ok := selector.X.(*ast.Ident)
	return ok && pkg.Name == "control"
}

func names(list *ast.CompositeLit) (out []string) {
	for _, e := range list.Elts {
		if id, ok := e.(*ast.Ident); ok {
			out = append(out, id.Name)
		}
	}
	return out
}
