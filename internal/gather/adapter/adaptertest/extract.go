// Package adaptertest tries how adapters make facts of objects.
package adaptertest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// Extract gives the facts of an object that one of the kinds reads. It fails the test where pruning changes the facts, compared
// with the options, or where the object itself is changed.
func Extract(t *testing.T, kinds []adapter.Kind, text string, options ...cmp.Option) ([]any, error) {
	t.Helper()
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &u.Object); err != nil {
		t.Fatal(err)
	}
	kind, ok := adapter.NewIndex(kinds).Lookup(u.GroupVersionKind())
	if !ok {
		t.Fatalf("%s is not read", u.GroupVersionKind())
	}
	before := u.DeepCopy()
	found, err := kind.Extract(u)
	if err != nil {
		return nil, err
	}
	pruned, err := kind.Extract(kind.Prune(u))
	if err != nil {
		t.Fatalf("pruned: %v", err)
	}
	if diff := cmp.Diff(found, pruned, options...); diff != "" {
		t.Errorf("pruning changes the facts (-whole +pruned):\n%s", diff)
	}
	if diff := cmp.Diff(before, u); diff != "" {
		t.Errorf("the object was changed:\n%s", diff)
	}
	return found, nil
}
