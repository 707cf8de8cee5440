package remind

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
)

// world is a store of what YAML says.
type world struct {
	*facts.Store
	index  *gather.Index
	engine *evaluate.Engine
}

func newWorld(t testing.TB, documents ...string) *world {
	t.Helper()
	kinds := gather.Kinds()
	w := &world{Store: gather.NewStore(kinds), index: gather.NewIndex(kinds), engine: evaluate.NewEngine(catalog.All(), evaluate.Options{})}
	for _, k := range kinds {
		w.SetSource(facts.SourceState{ID: k.SourceID(), Condition: facts.SourceSynced})
	}
	for _, text := range documents {
		w.apply(t, text)
	}
	return w
}

// apply takes a document of a kind of tilsyn.dev, written as kind, name and spec, or any object in braces.
func (w *world) apply(t testing.TB, text string) {
	t.Helper()
	if strings.HasPrefix(text, "{") {
		w.foreign(t, text)
		return
	}
	head, spec, _ := strings.Cut(text, ":")
	kindName, name, _ := strings.Cut(head, " ")
	k, ok := w.index.Lookup(v1alpha1.GroupVersion.WithKind(kindName))
	if !ok {
		t.Fatalf("no kind %s", kindName)
	}
	object := map[string]any{}
	if err := yaml.UnmarshalStrict(fmt.Appendf(nil, "apiVersion: tilsyn.dev/v1alpha1\nkind: %s\nmetadata: {name: %s}\nspec: {%s}", kindName, name, spec), &object); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	typed := k.New()
	if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(object, typed, true); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	given, err := k.Extract(typed)
	if err != nil {
		t.Fatal(err)
	}
	w.Put(facts.ObjectKey{Source: k.SourceID(), Name: name}, given...)
}

// foreign takes an object of another kind as YAML.
func (w *world) foreign(t testing.TB, text string) {
	t.Helper()
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &u.Object); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	k, ok := w.index.Lookup(u.GroupVersionKind())
	if !ok {
		t.Fatalf("no kind %s", u.GroupVersionKind())
	}
	var object runtime.Object = u
	if k.New != nil {
		object = k.New()
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, object); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	given, err := k.Extract(object)
	if err != nil {
		t.Fatal(err)
	}
	w.Put(facts.ObjectKey{Source: k.SourceID(), Namespace: u.GetNamespace(), Name: u.GetName()}, given...)
}

func (w *world) list(now time.Time) (out []Deadline, next time.Time) {
	w.Read(func(v facts.View) { out, next = List(v, w.engine.Resolve(v, now), now) })
	return out, next
}

// resolved hands on what lists the deadlines of a fleet that is resolved once.
func (w *world) resolved(now time.Time, fn func(list func() []Deadline)) {
	w.Read(func(v facts.View) {
		fleet := w.engine.Resolve(v, now)
		fn(func() []Deadline {
			out, _ := List(v, fleet, now)
			return out
		})
	})
}

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

// told writes a deadline in a line.
func told(d Deadline) string {
	return strings.Join(strings.Fields(fmt.Sprintf("%s %s %s/%s %s %s %s", d.Reminder, d.Kind, d.Subject.Kind, d.Subject.Name, d.DueText(), d.Step, d.Told)), " ")
}

func lines(list []Deadline) []string {
	out := []string{}
	for _, d := range list {
		out = append(out, told(d))
	}
	return out
}
