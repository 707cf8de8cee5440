package files_test

import (
	"slices"
	"testing"

	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
)

func TestErrorsOfOneObjectComeByLine(t *testing.T) {
	const bad = `apiVersion: tilsyn.dev/v1alpha1
kind: SecurityIncident
metadata: {name: i}
spec:
  title: ""
  solutions: [aula]
  detectedAt: "2026-01-01T00:00:00Z"
  severity: Huge
  personalData: Maybe
  notifications: [{type: X, at: "2026-01-01T00:00:00Z"}]
`
	for range 20 { // the schema tells them in another order each time
		var lines []int
		for _, e := range load(t, bad, files.Options{}).Errors {
			lines = append(lines, e.Line)
		}
		if !slices.Equal(lines, []int{5, 8, 9, 10}) {
			t.Fatalf("errors are in lines %v", lines)
		}
	}
}
