package api

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// loadExamples reads testdata/<kind>.yaml; the documents of a file set every field of its kind between them.
var loadExamples = sync.OnceValues(func() (map[string][]*unstructured.Unstructured, error) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.yaml"))
	if err != nil {
		return nil, err
	}
	all := map[string][]*unstructured.Unstructured{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for text := range strings.SplitSeq(string(data), "\n---\n") {
			doc, err := decode(text)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			all[doc.GetKind()] = append(all[doc.GetKind()], doc)
		}
	}
	return all, nil
})

// examples returns copies of the examples of a kind.
func examples(t testing.TB, kind string) []*unstructured.Unstructured {
	t.Helper()
	all, err := loadExamples()
	if err != nil {
		t.Fatal(err)
	}
	var docs []*unstructured.Unstructured
	for _, doc := range all[kind] {
		docs = append(docs, doc.DeepCopy())
	}
	if docs == nil {
		t.Fatalf("no example of kind %s", kind)
	}
	return docs
}

// place is a field of one document: the map or list that holds it, the key in it, and its path as the API server says
// it, for example spec.locations.allowed[0].country.
type place struct {
	doc    *unstructured.Unstructured
	holder any
	key    any
	path   string
}

func (p place) set(value any) {
	switch holder := p.holder.(type) {
	case map[string]any:
		if value == nil {
			delete(holder, p.key.(string))
			return
		}
		holder[p.key.(string)] = value
	case []any:
		holder[p.key.(int)] = value
	}
}

func (p place) get() any {
	switch holder := p.holder.(type) {
	case map[string]any:
		return holder[p.key.(string)]
	case []any:
		return holder[p.key.(int)]
	}
	return nil
}

// find returns where path (as in node) has a value in a fresh copy of the kind's examples; the first one wins.
func find(t testing.TB, kind, path string) place {
	t.Helper()
	for _, doc := range examples(t, kind) {
		if p, ok := descend(place{doc: doc, holder: doc.Object}, strings.Split(path, ".")); ok {
			return p
		}
	}
	t.Fatalf("the examples of %s have no %s", kind, path)
	return place{}
}

func descend(at place, steps []string) (place, bool) {
	name, lists := steps[0], 0
	for strings.HasSuffix(name, "[]") {
		name, lists = strings.TrimSuffix(name, "[]"), lists+1
	}
	holder, _ := at.holder.(map[string]any)
	value, ok := holder[name]
	if !ok {
		return place{}, false
	}
	at.key, at.path = name, strings.TrimPrefix(at.path+"."+name, ".")
	if lists == 0 {
		if len(steps) == 1 {
			return at, true
		}
		at.holder = value
		return descend(at, steps[1:])
	}
	list, _ := value.([]any)
	for i := range list {
		in := place{doc: at.doc, holder: list, key: i, path: fmt.Sprintf("%s[%d]", at.path, i)}
		if len(steps) == 1 {
			return in, true
		}
		in.holder = list[i]
		if found, ok := descend(in, steps[1:]); ok {
			return found, true
		}
	}
	return place{}, false
}

func TestExamplesSetEveryField(t *testing.T) {
	for _, n := range nodes(t) {
		if n.path != "" && !n.standard() {
			find(t, n.kind, n.path)
		}
	}
}

func TestWhatIsStoredIsWhatWasSent(t *testing.T) {
	for _, c := range crds(t) {
		for _, doc := range examples(t, c.Spec.Names.Kind) {
			create(t, doc)
			got, err := resource(t, doc).Get(t.Context(), doc.GetName(), metav1.GetOptions{})
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range []string{"spec", "status"} {
				if diff := cmp.Diff(doc.Object[part], got.Object[part]); diff != "" {
					t.Errorf("%s %s: the API server changed the %s (-sent +stored):\n%s", doc.GetKind(), doc.GetName(), part, diff)
				}
			}
		}
	}
}
