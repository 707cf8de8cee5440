package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
)

const schemaPath = "../../docs/reference/check-result.schema.json"

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	s, err := c.Compile(schemaPath)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func parsed(t *testing.T, text string) map[string]any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return v.(map[string]any)
}

func TestJSONOutputKeepsToItsSchema(t *testing.T) {
	s := schema(t)
	for name, args := range map[string][]string{
		"plain manifests":        {"-f", "testdata/plain"},
		"a declared solution":    {"-f", "testdata/declared"},
		"every result":           {"-f", "testdata/declared", "--show", "all"},
		"an unknown solution":    {"-f", "testdata/stray", "--strict"},
		"bad input":              {"-f", "testdata/bad"},
		"nothing but bad input":  {"-f", "testdata/nowhere.yaml"},
		"a directory of nothing": {"-f", t.TempDir()},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, append([]string{"check", "-o", "json"}, args...)...)
			if err := s.Validate(parsed(t, got.out)); err != nil {
				t.Error(err)
			}
		})
	}
}

// at gives the part of a document at a path of keys and indexes.
func at(document any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			document = document.(map[string]any)[step]
		case int:
			document = document.([]any)[step]
		}
	}
	return document
}

func TestTheSchemaRefusesWhatIsWrong(t *testing.T) {
	s := schema(t)
	text := run(t, "check", "-o", "json", "-f", "testdata/declared", "-f", "testdata/bad/broken.yaml").out
	for name, change := range map[string]func(d map[string]any){
		"no results":                 func(d map[string]any) { delete(d, "results") },
		"an unknown member":          func(d map[string]any) { d["extra"] = true },
		"an unknown member below":    func(d map[string]any) { at(d, "results", 0).(map[string]any)["extra"] = true },
		"an unknown verdict":         func(d map[string]any) { at(d, "results", 0).(map[string]any)["verdict"] = "Passed" },
		"an unknown state":           func(d map[string]any) { at(d, "environments", 0).(map[string]any)["state"] = "Green" },
		"no message":                 func(d map[string]any) { delete(at(d, "results", 0).(map[string]any), "message") },
		"a subject without a kind":   func(d map[string]any) { at(d, "results", 0, "subject").(map[string]any)["kind"] = "" },
		"a party that is no state":   func(d map[string]any) { at(d, "environments", 0).(map[string]any)["provider"] = "" },
		"a time that is none":        func(d map[string]any) { d["at"] = "yesterday" },
		"a list that is null":        func(d map[string]any) { d["errors"] = nil },
		"an error without a message": func(d map[string]any) { delete(at(d, "errors", 0).(map[string]any), "message") },
		"an exit code of its own":    func(d map[string]any) { d["outcome"].(map[string]any)["exitCode"] = json.Number("7") },
	} {
		t.Run(name, func(t *testing.T) {
			d := parsed(t, text)
			if err := s.Validate(d); err != nil {
				t.Fatal(err)
			}
			change(d)
			if err := s.Validate(d); err == nil {
				t.Error("accepted")
			}
		})
	}
}

// TestTheSchemaDescribesEveryField compares the fields of the Go types with the properties of the schema, so that neither
// grows without the other.
func TestTheSchemaDescribesEveryField(t *testing.T) {
	definitions := at(raw(t, schemaPath), "$defs").(map[string]any)
	for name, value := range map[string]any{
		"environment": check.Environment{}, "solution": check.Solution{}, "institution": check.Institution{}, "exception": check.Exception{}, "result": check.Result{}, "object": check.Object{},
		"unobservable": check.Unobservable{}, "problem": check.Problem{}, "fault": check.Fault{}, "namespace": check.NamespaceInventory{},
		"placeCount": check.PodsAt{},
	} {
		fields := map[string]bool{} // required or not
		for _, f := range reflect.VisibleFields(reflect.TypeOf(value)) {
			if key, options, _ := strings.Cut(f.Tag.Get("json"), ","); key != "" {
				fields[key] = options != "omitempty"
			}
		}
		definition := definitions[name].(map[string]any)
		properties := slices.Sorted(maps.Keys(definition["properties"].(map[string]any)))
		if want := slices.Sorted(maps.Keys(fields)); !slices.Equal(properties, want) {
			t.Errorf("%s: the schema has %v, the type %v", name, properties, want)
		}
		for key, required := range fields {
			if listed := slices.Contains(definition["required"].([]any), any(key)); listed != required {
				t.Errorf("%s.%s: required by the schema: %t, always written: %t", name, key, listed, required)
			}
		}
	}
}

func raw(t *testing.T, path string) any {
	t.Helper()
	return parsed(t, string(read(t, path)))
}

func TestJSONResultsAndTableTellTheSame(t *testing.T) {
	table := run(t, "check", "-f", "testdata/declared", "--show", "all").out
	results := at(parsed(t, run(t, "check", "-f", "testdata/declared", "--show", "all", "-o", "json").out), "results").([]any)
	if len(results) == 0 {
		t.Fatal("no results")
	}
	for _, r := range results {
		for _, part := range []string{"control", "message"} {
			if text := fmt.Sprint(at(r, part)); !strings.Contains(table, text) {
				t.Errorf("the table does not say %q", text)
			}
		}
	}
}
