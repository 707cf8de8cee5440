package once

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
)

// odd are values that somebody might write by mistake.
var odd = []any{
	"", " ", "A_B", "NO", "dk", "EL", "x x", "2026-13-01", "2026-02-30", "30 days", "13mo", "24h", "0d", "-1", strings.Repeat("x", 300), "system:serviceaccount:a:b",
	int64(0), int64(-1), int64(1) << 40, 1.5, true, false, nil, []any{}, map[string]any{}, []any{"a", "a"}, "Production", "Sensitive", "LOC-1", "LOC-02", "*", "a*", "cluster",
}

// mutate changes one place of an object at random and says what it did.
func mutate(r *rand.Rand, object map[string]any) string {
	path := "spec"
	node := object["spec"]
	for {
		switch v := node.(type) {
		case map[string]any:
			keys := slices.Sorted(maps.Keys(v))
			if len(keys) == 0 || r.IntN(12) == 0 {
				v["unknownField"] = "x"
				return path + " got an unknown field"
			}
			k := keys[r.IntN(len(keys))]
			if next := v[k]; r.IntN(3) > 0 && (isMap(next) || isList(next)) {
				node, path = next, path+"."+k
				continue
			}
			if r.IntN(4) == 0 {
				delete(v, k)
				return path + "." + k + " went"
			}
			v[k] = odd[r.IntN(len(odd))]
			return fmt.Sprintf("%s.%s became %#v", path, k, v[k])
		case []any:
			if len(v) == 0 {
				return "nothing"
			}
			i := r.IntN(len(v))
			if isMap(v[i]) && r.IntN(3) > 0 {
				node, path = v[i], fmt.Sprintf("%s[%d]", path, i)
				continue
			}
			v[i] = odd[r.IntN(len(odd))]
			return fmt.Sprintf("%s[%d] became %#v", path, i, v[i])
		default:
			return "nothing"
		}
	}
}

func isMap(v any) bool  { _, ok := v.(map[string]any); return ok }
func isList(v any) bool { _, ok := v.([]any); return ok }

// samples gives one resource of each kind of ours.
func samples(t *testing.T) []map[string]any {
	t.Helper()
	names, err := filepath.Glob("../../../config/samples/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]any
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for d := range strings.SplitSeq(string(raw), "\n---") {
			var o map[string]any
			if err := yaml.Unmarshal([]byte(d), &o); err != nil {
				t.Fatal(err)
			}
			if v, _ := o["apiVersion"].(string); strings.HasPrefix(v, "tilsyn.dev/") {
				out = append(out, o)
			}
		}
	}
	return out
}

// byServer gives the fields that the API server refuses, with strict field validation as kubectl asks for it.
func byServer(t *testing.T, object map[string]any) []string {
	t.Helper()
	u := &unstructured.Unstructured{Object: object}
	u = u.DeepCopy()
	err := server.client.Create(t.Context(), u, client.DryRunAll, client.FieldValidation(metav1.FieldValidationStrict))
	var status apierrors.APIStatus
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &status) || apierrors.IsAlreadyExists(err):
		t.Fatal(err)
	}
	var fields []string
	if d := status.Status().Details; d != nil {
		for _, c := range d.Causes {
			if !strings.HasPrefix(c.Message, `Invalid value: null: some validation rules were not checked`) && c.Message != `Invalid value: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation` {
				fields = append(fields, strings.TrimPrefix(c.Field, "<nil>"))
			}
		}
	}
	if len(fields) == 0 {
		fields = []string{"?"} // refused before validation
	}
	return fields
}

// offline gives the fields that the reader of manifests refuses; decoding tells whether it came no further than that.
func offline(t *testing.T, object map[string]any) (fields []string, decoding bool) {
	t.Helper()
	raw, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	kinds := gather.Kinds()
	result, err := files.LoadReader(t.Context(), gather.NewStore(kinds), kinds, "x", strings.NewReader(string(raw)), files.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range result.Errors {
		fields = append(fields, e.Field)
		decoding = decoding || strings.HasPrefix(e.Message, "unknown field") || strings.HasPrefix(e.Message, "must be ") || strings.HasPrefix(e.Message, "json: ")
	}
	return fields, decoding
}

// TestOfflineJudgesAsTheAPIServerDoes changes samples at random and compares what is refused, field by field.
func TestOfflineJudgesAsTheAPIServerDoes(t *testing.T) {
	const seed, cases = 11, 800
	r := rand.New(rand.NewPCG(seed, 0))
	all := samples(t)
	if len(all) < 6 {
		t.Fatalf("%d samples", len(all))
	}
	refused := 0
	for i := range cases {
		u := (&unstructured.Unstructured{Object: all[i%len(all)]}).DeepCopy()
		if u.GetKind() != "Platform" {
			u.SetName(fmt.Sprintf("parity-%d", i))
		}
		var what []string
		for range r.IntN(3) {
			what = append(what, mutate(r, u.Object))
		}
		want := byServer(t, u.Object)
		got, decoding := offline(t, u.Object)
		if len(want) > 0 {
			refused++
		}
		slices.Sort(want)
		slices.Sort(got)
		same := slices.Equal(slices.Compact(want), slices.Compact(got))
		if (len(want) > 0) != (len(got) > 0) || len(want) > 0 && want[0] != "?" && !decoding && !same {
			t.Errorf("seed %d, case %d, %s: %s: the API server refuses %q, offline %q", seed, i, u.GetKind(), strings.Join(what, "; "), want, got)
		}
	}
	if refused < cases/4 || refused > cases*9/10 {
		t.Errorf("%d of %d were refused: the changes are too tame or too wild", refused, cases)
	}
	t.Logf("%d of %d were refused by both", refused, cases)
}
