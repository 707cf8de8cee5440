package settings

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func TestClean(t *testing.T) {
	for name, c := range map[string]struct{ key, value, want string }{
		"plain text stays":                          {"host", "logs.example.org", "logs.example.org"},
		"user and password go":                      {"url", "https://u:p@logs.example.org/x", "https://logs.example.org/x"},
		"a password with an @ goes":                 {"url", "https://u:p@q@logs.example.org", "https://logs.example.org"},
		"query and fragment go":                     {"url", "https://logs.example.org/x?key=1#2", "https://logs.example.org/x"},
		"every address of a list is cleaned":        {"urls", "http://a:b@x,http://c:d@y", "http://x,http://y"},
		"of a connection string the endpoint stays": {"connection_string", "InstrumentationKey=k; ingestionendpoint=https://u:p@x/ ;A=b", "IngestionEndpoint=https://x/"},
		"a connection string without one goes":      {"connection_string", "InstrumentationKey=k", ""},
	} {
		if got := Clean(c.key, c.value); got != c.want {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestFlatten(t *testing.T) {
	root, err := Decode("{B: {c: [1, two, {d: true}], secret: x}, a: 1.5, n: null, e: {}}")
	if err != nil {
		t.Fatal(err)
	}
	got := Flatten(root, func(key string) bool { return !strings.Contains(key, "secret") })
	want := []facts.LogSetting{{Key: "a", Value: "1.5"}, {Key: "b.c", Value: "1"}, {Key: "b.c", Value: "two"}, {Key: "b.c.d", Value: "true"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestFlattenIsBounded(t *testing.T) {
	var deep any = "x"
	for range 200 {
		deep = map[string]any{"k": deep}
	}
	if got := Flatten(deep, func(string) bool { return true }); got != nil {
		t.Errorf("a value 200 levels down is kept: %v", got)
	}
	many := make([]any, 20_000)
	for i := range many {
		many[i] = "x"
	}
	if got := len(Flatten(map[string]any{"k": many}, func(string) bool { return true })); got > maxSettings {
		t.Errorf("kept %d settings", got)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for name, text := range map[string]string{"broken YAML": "a: [", "a list": "- a", "too much": strings.Repeat("#", MaxBytes+1)} {
		if root, err := Decode(text); err == nil {
			t.Errorf("%s: read %v", name, root)
		}
	}
}

func TestPruneResource(t *testing.T) {
	u := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "a/v1", "kind": "B",
		"metadata": map[string]any{"name": "n", "annotations": map[string]any{"password": "hunter2"}},
		"spec":     map[string]any{"keep": "x", "password": "hunter2"},
		"status":   map[string]any{"active": true, "token": "hunter2"},
	}}
	got := PruneResource(u, func(spec map[string]any) map[string]any { return Pick(spec, "keep") }, "active").(*unstructured.Unstructured)
	want := map[string]any{"keep": "x"}
	if d := cmp.Diff(want, got.Object["spec"]); d != "" || got.GetName() != "n" || got.GetKind() != "B" || got.GetAnnotations() != nil {
		t.Errorf("%v (-want +got)\n%s", got, d)
	}
	if d := cmp.Diff(map[string]any{"active": true}, got.Object["status"]); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}
