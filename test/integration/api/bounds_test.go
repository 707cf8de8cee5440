package api

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// violation is one value that a bound of the schema refuses, and how the API server says so.
type violation struct {
	name  string
	value any // nil removes the field
	says  []string
	field string // where, relative to the node
}

// violations breaks every bound that n's schema states, one at a time.
func violations(n node, old any) []violation {
	s := n.schema
	var all []violation
	add := func(name string, value any, says ...string) {
		all = append(all, violation{name: name, value: value, says: says})
	}
	if n.required {
		add("left out", nil, "Required value")
	}
	switch s.Type {
	case "string":
		add("a boolean", false, "must be of type "+cmp.Or(s.Format, "string"))
	case "integer", "boolean":
		add("a string", "yes", "must be of type "+s.Type)
	case "array", "object":
		add("a string", "yes", "must be of type "+s.Type)
	}
	if s.Enum != nil {
		add("a value that is not listed", "Bogus", append([]string{"supported values"}, enum(s)...)...)
	}
	if s.MaxLength != nil {
		add("too long", strings.Repeat("x", int(*s.MaxLength)+1), fmt.Sprintf("may not be more than %d", *s.MaxLength))
	}
	if s.MinLength != nil {
		says := fmt.Sprintf("should be at least %d chars long", *s.MinLength)
		add("too short", strings.Repeat("x", int(*s.MinLength)-1), says)
	}
	if s.Minimum != nil {
		add("too small", int64(*s.Minimum)-1, fmt.Sprintf("should be greater than or equal to %d", int64(*s.Minimum)))
	}
	if s.Maximum != nil {
		add("too large", int64(*s.Maximum)+1, fmt.Sprintf("should be less than or equal to %d", int64(*s.Maximum)))
	}
	if s.MaxItems != nil {
		add("too many", slices.Repeat(old.([]any)[:1], int(*s.MaxItems)+1), fmt.Sprintf("must have at most %d items", *s.MaxItems))
	}
	if s.MinItems != nil {
		add("too few", []any{}, fmt.Sprintf("should have at least %d items", *s.MinItems))
	}
	if s.MaxProperties != nil {
		add("too many keys", manyKeys(s, int(*s.MaxProperties)+1), fmt.Sprintf("must have at most %d items", *s.MaxProperties))
	}
	if s.MinProperties != nil {
		add("too few keys", map[string]any{}, fmt.Sprintf("should have at least %d properties", *s.MinProperties))
	}
	if unique := s.XListType; unique != nil && *unique != "atomic" && len(old.([]any)) > 0 {
		all = append(all, duplicate(old.([]any)))
	}
	return all
}

func enum(s *schema) []string {
	var all []string
	for _, v := range s.Enum {
		all = append(all, string(v.Raw))
	}
	return all
}

func manyKeys(s *schema, n int) map[string]any {
	all := map[string]any{}
	for i := range n {
		var value any = "x"
		if p := s.AdditionalProperties; p != nil && p.Schema.Type == "integer" {
			value = int64(i)
		}
		all[fmt.Sprintf("key-%d", i)] = value
	}
	return all
}

func duplicate(old []any) violation {
	return violation{
		name: "a duplicate", value: append(slices.Clone(old), old[0]), says: []string{"Duplicate value"},
		field: fmt.Sprintf("[%d]", len(old)),
	}
}

// try asks the API server whether doc is valid with a change at n. A changed status needs the object to exist; a new
// spec is validated before the API server looks whether the name is taken.
func try(t testing.TB, n node, doc *unstructured.Unstructured) error {
	t.Helper()
	if n.inStatus() {
		return tryUpdate(t, doc, "status")
	}
	err := tryCreate(t, doc)
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

func createExamples(t testing.TB) {
	t.Helper()
	for _, c := range crds(t) {
		for _, doc := range examples(t, c.Spec.Names.Kind) {
			create(t, doc)
		}
	}
}

func TestEveryBoundOfEveryFieldIsEnforced(t *testing.T) {
	createExamples(t)
	tested := 0
	for _, n := range nodes(t) {
		if n.path == "" || n.standard() || n.path == "status" {
			continue
		}
		for _, v := range violations(n, find(t, n.kind, n.path).get()) {
			tested++
			t.Run(fmt.Sprintf("%s %s %s", n.kind, n.path, v.name), func(t *testing.T) {
				t.Parallel()
				at := find(t, n.kind, n.path)
				at.set(v.value)
				mustRefuse(t, try(t, n, at.doc), at.path+v.field, v.says...)
			})
		}
	}
	if tested < 800 {
		t.Errorf("only %d bounds found", tested)
	}
}

func TestUnknownFieldsAreRefusedAndNamedAtEveryLevel(t *testing.T) {
	for _, n := range nodes(t) {
		free := n.schema.XPreserveUnknownFields != nil || n.schema.AdditionalProperties != nil
		if n.schema.Type != "object" || n.path == "" || n.inStatus() || free {
			continue
		}
		t.Run(n.kind+" "+n.path, func(t *testing.T) {
			t.Parallel()
			at := find(t, n.kind, n.path)
			at.get().(map[string]any)["organization"] = "typing error"
			err := tryCreate(t, at.doc)
			want := fmt.Sprintf("unknown field %q", at.path+".organization")
			if err == nil || !apierrors.IsBadRequest(err) || !strings.Contains(err.Error(), want) {
				t.Errorf("want a refusal that says %s, got: %v", want, err)
			}
		})
	}
}

func TestParametersOfAProfileAreKeptAsWritten(t *testing.T) {
	at := find(t, "ControlProfile", "spec.controls[].parameters")
	at.set(map[string]any{"nested": map[string]any{"list": []any{"a", int64(1), true}}})
	live := create(t, at.doc)
	got, err := json.Marshal(live.Object["spec"].(map[string]any)["controls"].([]any)[0].(map[string]any)["parameters"])
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"nested":{"list":["a",1,true]}}`; string(got) != want {
		t.Errorf("stored %s, want %s", got, want)
	}
}
