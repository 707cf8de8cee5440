package gather_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
)

func TestKindsAreDeclaredWhollyAndOnce(t *testing.T) {
	sources, resources := map[facts.SourceID]bool{}, map[schema.GroupKind]bool{}
	for _, k := range gather.Kinds() {
		if k.GVK.Kind == "" || k.GVK.Version == "" || k.Resource == "" || k.Extract == nil || len(k.Feeds) == 0 {
			t.Errorf("%s is not declared wholly: %+v", k.SourceID(), k)
		}
		if sources[k.SourceID()] || resources[k.GVK.GroupKind()] {
			t.Errorf("%s is declared twice", k.SourceID())
		}
		sources[k.SourceID()], resources[k.GVK.GroupKind()] = true, true
		if slices.Contains(k.Versions, k.GVK.Version) || k.New != nil && len(k.Versions) > 0 {
			t.Errorf("%s: versions %v beside %s", k.SourceID(), k.Versions, k.GVK.Version)
		}
		for i, f := range k.Feeds {
			if f.Kind() != reflect.Struct || slices.Contains(k.Feeds[:i], f) {
				t.Errorf("%s feeds %s", k.SourceID(), f)
			}
		}
		if k.New != nil && k.New() == k.New() {
			t.Errorf("%s makes one object again and again", k.SourceID())
		}
	}
}

func TestEveryAcceptedVersionIsFound(t *testing.T) {
	kinds := gather.Kinds()
	x := gather.NewIndex(kinds)
	for _, k := range kinds {
		for _, v := range append([]string{k.GVK.Version}, k.Versions...) {
			if found, ok := x.Lookup(k.GVK.GroupKind().WithVersion(v)); !ok || found.SourceID() != k.SourceID() {
				t.Errorf("%s in version %s is not found", k.SourceID(), v)
			}
		}
		if _, ok := x.Lookup(k.GVK.GroupKind().WithVersion("v0")); ok {
			t.Errorf("%s is found in version v0", k.SourceID())
		}
		if found, ok := x.LookupAnyVersion(k.GVK.GroupKind()); !ok || found.SourceID() != k.SourceID() {
			t.Errorf("%s is not found without a version", k.SourceID())
		}
	}
}

// TestEveryFactThatIsLookedAtIsFed reads the code of those who look at facts: a type that no source feeds would be a panic.
func TestEveryFactThatIsLookedAtIsFed(t *testing.T) {
	fed := map[string]bool{}
	for _, k := range gather.Kinds() {
		for _, f := range k.Feeds {
			fed[f.Name()] = true
		}
	}
	looked := map[string]string{}
	for _, dir := range []string{"catalog", "derive", "evaluate", "decide", "control", "controller", "cli"} {
		goFiles(t, filepath.Join("..", dir), func(name string, file *ast.File) {
			ast.Inspect(file, func(n ast.Node) bool {
				if typ := typeLookedAt(n); typ != "" {
					looked[typ] = name
				}
				return true
			})
		})
	}
	if len(looked) < 10 {
		t.Errorf("only %v are looked at: this test does not see the code", looked)
	}
	for typ, name := range looked {
		if !fed[typ] {
			t.Errorf("%s looks at %s, which no source feeds", name, typ)
		}
	}
}

// typeLookedAt gives T of facts.List[facts.T] and its like; empty for anything else.
func typeLookedAt(n ast.Node) string {
	index, ok := n.(*ast.IndexExpr)
	if !ok {
		return ""
	}
	f, ok := index.X.(*ast.SelectorExpr)
	if !ok || !slices.Contains([]string{"List", "ListIn", "Get", "Sources", "Incomplete", "Recognised", "TypeOf", "Needs", "NeedsAll", "Sees", "SeesAll"}, f.Sel.Name) {
		return ""
	}
	typ, ok := index.Index.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if pkg, ok := typ.X.(*ast.Ident); !ok || pkg.Name != "facts" && pkg.Name != "v1alpha1" {
		return ""
	}
	return typ.Sel.Name
}

func goFiles(t *testing.T, dir string, f func(name string, file *ast.File)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case os.IsNotExist(err):
			return nil
		case err != nil:
			return err
		case entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err == nil {
			f(name, file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestEveryFixtureCanBeCheckedAsManifests puts the objects of every fixture of every control into a store as tilsyn check -f
// does. The store panics on facts that their source does not declare. What the API server would refuse proves nothing of a
// verdict, so that only bypasses, and what is unknown, may hold it: there the rule is the second line of defence.
func TestEveryFixtureCanBeCheckedAsManifests(t *testing.T) {
	fixtures, err := filepath.Glob("../catalog/*/testdata/*/*.yaml")
	if err != nil || len(fixtures) == 0 {
		t.Fatal("no fixtures", err)
	}
	read := map[facts.SourceID]int{}
	kinds := gather.Kinds()
	for _, name := range fixtures {
		result, err := files.Load(t.Context(), gather.NewStore(kinds), kinds, []string{name}, files.Options{
			Whole: true, Other: func(_ files.Position, gvk schema.GroupVersionKind, _ []byte) (bool, error) {
				return gvk.Kind == "Fixture", nil
			},
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for key := range result.Positions {
			read[key.Source]++
		}
		if class, _, _ := strings.Cut(filepath.Base(name), "-"); class == "bypass" || class == "unknown" {
			continue
		}
		for _, e := range result.Errors {
			t.Error(e)
		}
		for _, i := range result.Ignored {
			t.Errorf("%s: nothing reads %s of %s", name, i.Kind, i.APIVersion)
		}
	}
	for _, k := range kinds {
		if read[k.SourceID()] == 0 {
			t.Logf("no fixture holds an object of %s", k.SourceID())
		}
	}
}
