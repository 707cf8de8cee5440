package files

import (
	"encoding/json"
	"testing"
)

// BenchmarkFirst measures what the first resource of a kind costs; the budget from start to first verdict is 50 ms.
func BenchmarkFirst(b *testing.B) {
	for resource, content := range map[string]string{
		"hostedsolutions":      "apiVersion: tilsyn.dev/v1alpha1\nkind: HostedSolution\nmetadata: {name: a}\nspec:\n  purpose: p\n  owner: {organisation: o}\n  classification: {confidentiality: Sensitive, integrity: High, availability: High}\n  locations: {allowed: [{country: DK}, {country: IE, provider: aws, regions: [eu-west-1]}]}\n  continuity: {recoveryPoint: 1h, recoveryTime: 4h}\n",
		"solutionenvironments": "apiVersion: tilsyn.dev/v1alpha1\nkind: SolutionEnvironment\nmetadata: {name: a}\nspec: {solution: a, stage: Production, namespaces: [a]}\n",
	} {
		b.Run(resource, func(b *testing.B) {
			raw, err := library{}.JSON([]byte(content))
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				d, err := newDefinition(resource)
				if err != nil {
					b.Fatal(err)
				}
				var object map[string]any
				if err := json.Unmarshal(raw, &object); err != nil {
					b.Fatal(err)
				}
				if errs := d.judge(b.Context(), object); len(errs) > 0 {
					b.Fatal(errs)
				}
			}
		})
	}
}
