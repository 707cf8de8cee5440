package files

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"

	"github.com/tilsyn-dev/tilsyn/config/crd"
)

// texts that the rules of the kinds take or refuse, as values of every field.
var texts = []string{
	"", "a", "aula", "Aula", "cluster", "None", "Health", "DK", "NO", "XX", "eu-west-1", "aws", "s00-*", "a*", "*", "a b", " a", "2026-02-30", "2026-02-29", "2024-02-29",
	"2100-02-29", "2026-11-22", "2027-01-01", "13mo", "90d", "0d", "1h", "Observe", "Required", "LOC-01", "LogRetention", "RestoreTest", "StorageLocation", "Compensated", "Waived",
	"Ærø Å", "ærø å", "x:Ærø", "/x#ærø", "person@example.org", "PERSON@example.org", "person", "system:admin", "mailto: system:x", "system:serviceaccount:a:b", "a@b.gserviceaccount.com",
	"+45 12 34", "a\u202eb", "a\nb", "https://example.org", "dc://", "::1", "example.org/path", "topology.kubernetes.io/region", strings.Repeat("æ", 63), strings.Repeat("a", 64),
}

// random makes a value of a schema, mostly one that the API server would let the rules see.
func random(r *rand.Rand, s *schema.Structural) any {
	switch {
	case len(s.Properties) > 0:
		out := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			if r.IntN(5) > 1 {
				prop := s.Properties[name]
				out[name] = random(r, &prop)
			}
		}
		return out
	case s.Items != nil:
		out := []any{}
		for range r.IntN(3) {
			out = append(out, random(r, s.Items))
		}
		return out
	case s.Type == "boolean":
		return r.IntN(2) == 0
	case s.Type == "integer":
		return int64(r.IntN(100))
	case s.Type == "string" && s.ValueValidation != nil && len(s.ValueValidation.Enum) > 0 && r.IntN(4) > 0:
		return s.ValueValidation.Enum[r.IntN(len(s.ValueValidation.Enum))].Object
	case s.Type == "string":
		return texts[r.IntN(len(texts))]
	default:
		return map[string]any{"name": texts[r.IntN(len(texts))]}
	}
}

// eachRule calls do with every rule of a schema and a schema of the place where it stands that has this rule alone.
func eachRule(s *schema.Structural, path string, do func(path string, alone *schema.Structural)) {
	nothing := (&demand{}).keep(s)
	for i := range s.XValidations {
		alone := *nothing
		alone.XValidations = s.XValidations[i : i+1]
		do(path, &alone)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		prop := s.Properties[name]
		eachRule(&prop, path+"."+name, do)
	}
	if s.Items != nil {
		eachRule(s.Items, path+"[]", do)
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Structural != nil {
		eachRule(s.AdditionalProperties.Structural, path+"{}", do)
	}
}

func resources(t *testing.T) map[string]*definition {
	t.Helper()
	entries, err := crd.Schemas.ReadDir("schemas")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*definition{}
	for _, e := range entries {
		resource := strings.TrimSuffix(e.Name(), ".json")
		if out[resource], err = newDefinition(resource); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestWhatIsSureHolds asks CEL about random values of every rule that there is.
func TestWhatIsSureHolds(t *testing.T) {
	const seed, values = 1, 300
	r := rand.New(rand.NewPCG(seed, 0))
	rules, told, holds := 0, 0, 0
	all := resources(t)
	for _, resource := range slices.Sorted(maps.Keys(all)) {
		def := all[resource]
		eachRule(def.structural, "", func(path string, alone *schema.Structural) {
			rule, sure, ever := &alone.XValidations[0], newSureness(), false
			judge := cel.NewValidator(alone, path == "", celconfig.PerCallLimit)
			for range values {
				value := random(r, alone)
				if object, ok := value.(map[string]any); ok && path == "" {
					object["metadata"] = map[string]any{"name": texts[r.IntN(len(texts))]}
				}
				errs, _ := judge.Validate(t.Context(), nil, alone, value, nil, celconfig.RuntimeCELCostBudget)
				plain := sure.of(rule, value)
				if plain && len(errs) > 0 {
					t.Errorf("seed %d: %s%s: %v is taken to keep %s, CEL says %v", seed, resource, path, value, rule.Rule, errs)
				}
				if len(errs) == 0 {
					holds++
				}
				if plain {
					told++
				}
				ever = ever || plain
			}
			if !ever {
				t.Logf("%s%s is always asked: %s", resource, path, rule.Rule)
			}
			rules++
		})
	}
	t.Logf("%d rules; of %d values that keep them %d are told", rules, holds, told)
	if rules < 100 || told*10 < holds*9 {
		t.Error("rules that are kept have to be asked far too often")
	}
}

func TestFieldsOfRulesAreTextsWhereTheySeemToBe(t *testing.T) {
	var walk func(path string, s *schema.Structural)
	walk = func(path string, s *schema.Structural) {
		if v := s.ValueValidation; v != nil && s.Type == "string" && v.Format != "" {
			t.Errorf("%s has format %s, so that CEL takes it for something else than a text; sureness must know that", path, v.Format)
		}
		for name, prop := range s.Properties {
			walk(path+"."+name, &prop)
		}
		if s.Items != nil {
			walk(path+"[]", s.Items)
		}
	}
	for resource, def := range resources(t) {
		walk(resource, def.structural)
	}
}

func TestSureness(t *testing.T) {
	self := map[string]any{"a": "x", "b": true, "list": []any{"x", "y"}, "null": nil, "n": int64(1), "in": map[string]any{"deep": "z"}}
	for rule, want := range map[string]bool{
		`has(self.a)`:    true,
		`has(self.c)`:    false,
		`has(self.null)`: false,
		`has(self.in.deep) && self.in.deep == 'z'`:          true,
		`has(self.c.deep) || has(self.a)`:                   false,
		`!has(self.c) || self.c.all(x, x ? true : false)`:   true,
		`has(self.a) || has(self.b) ? has(self.c) : self.b`: false,
		`has(self.c) && has(self.b) ? has(self.c) : self.b`: false,
		`has(self.a) || self.unknown(1) == 2`:               true,
		`has(self.c) || self.unknown(1) == 2`:               false,
		`self.unknown(1) == 2 || has(self.a)`:               false,
		`!(has(self.c) && self.x.y(z)) && self.a == "x"`:    true,
		`self.n == 1`:           false,
		`self.list.size() == 2`: true,
		`self.list.size() < 2 || self.a.size() >= 1`:      true,
		`'x' in self.list`:                                true,
		`self.a in ['y', 'z']`:                            false,
		`self.a.matches(r'^[x-z]$')`:                      true,
		`self.a.matches('[')`:                             false,
		`self.a == 'x\n'`:                                 false,
		`self.a == b'x'`:                                  false,
		`self.a == '''x'''`:                               false,
		`self.a > 'w' && 'w' < self.a`:                    true,
		`self.b == true`:                                  false,
		`(self.a == 'x') == self.b`:                       true,
		`(self.a == 'y') != self.b`:                       true,
		`self.b > has(self.c)`:                            false,
		`self.a == 'x' == self.b`:                         false,
		`[self.b, has(self.c)].filter(x, x).size() == 1`:  true,
		`[self.b, has(self.c)].filter(x, !x).size() == 1`: false,
		`self.a + 'y' == 'xy'`:                            true,
		`!(self.a + 'y').startsWith('y')`:                 true,
		`!self.a.startsWith('x')`:                         false,
		`self.a != oldSelf.a`:                             true,
		`self.a != 'oldSelf' && has(self.c)`:              false,
		`self.a.size() - 1 == 0`:                          false,
		``:                                                false,
	} {
		if got := newSureness().of(&apiextensionsv1.ValidationRule{Rule: rule}, self); got != want {
			t.Errorf("%s: got %v, want %v", rule, got, want)
		}
	}
	optional := true
	if newSureness().of(&apiextensionsv1.ValidationRule{Rule: "has(self.a)", OptionalOldSelf: &optional}, self) {
		t.Error("a rule that may look at an old value must be asked")
	}
}
