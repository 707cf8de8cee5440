package importer

import (
	"os"
	"slices"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

func TestWordsAreThoseOfTheSchema(t *testing.T) {
	text, err := os.ReadFile("../../../config/crd/bases/tilsyn.dev_assurancestatements.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var crd apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(text, &crd); err != nil {
		t.Fatal(err)
	}
	spec := crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"].Properties
	receipt, delivery := spec["receipt"].Properties, spec["deliveries"].Items.Schema.Properties
	for name, c := range map[string]struct {
		schema apiextensionsv1.JSONSchemaProps
		words  []string
	}{
		"document": {spec["document"], documents()}, "standard": {spec["standard"], standards()}, "type": {spec["type"], types()}, "level": {spec["level"], levels()},
		"scope": {spec["scope"], scopes()}, "parts": {*spec["parts"].Items.Schema, parts()}, "state": {spec["state"], states()},
		"receipt": {receipt["state"], receipts()}, "delivery": {delivery["state"], deliveries()},
	} {
		var want []string
		for _, w := range c.schema.Enum {
			var word string
			if err := yaml.Unmarshal(w.Raw, &word); err != nil {
				t.Fatal(err)
			}
			want = append(want, word)
		}
		slices.Sort(want)
		got := slices.Sorted(slices.Values(c.words))
		if len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("%s: %v, the schema has %v", name, got, want)
		}
	}
}
