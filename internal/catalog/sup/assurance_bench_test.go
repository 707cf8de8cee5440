package sup

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
)

// BenchmarkAssurance judges a solution with 98 controllers, 12 suppliers and 30 statements of ten observations each: the
// statements read anew, as when one of them changed, and as they are when something else did.
func BenchmarkAssurance(b *testing.B) {
	text := assuranceWorld()
	kinds := gather.Kinds()
	store := gather.NewStore(kinds)
	if r, err := files.LoadReader(b.Context(), store, kinds, "bench", strings.NewReader(text), files.Options{Whole: true}); err != nil || len(r.Errors) > 0 {
		b.Fatal(err, r.Errors)
	}
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	for _, c := range []*control.Control{SUP04, SUP05, SUP06} {
		b.Run(string(c.ID), func(b *testing.B) {
			b.ReportAllocs()
			store.Read(func(v facts.View) {
				solution := evaluate.Resolve(v, now, Controls).Solution("aula")
				bound, err := c.Bind(solution.Levels)
				if err != nil {
					b.Fatal(err)
				}
				results := 0
				for b.Loop() {
					results = len(bound.Solution(control.SolutionInput{Solution: solution.Solution, Facts: v, Now: now}))
				}
				if results == 0 {
					b.Fatal("no result")
				}
			})
		})
	}
}

func assuranceWorld() string {
	var b strings.Builder
	put := func(format string, args ...any) {
		fmt.Fprintf(&b, "---\napiVersion: tilsyn.dev/v1alpha1\n"+format, args...)
	}
	put("kind: ControlProfile\nmetadata: {name: public-sector}\nspec: {controls: [{control: SUP-04, mode: Required}]}\n")
	put("kind: HostedSolution\nmetadata: {name: aula}\nspec:\n  owner: {organisation: Example}\n  classification: {confidentiality: Sensitive, integrity: High, availability: High, reviewedAt: \"2026-06-01\"}\n" +
		"  personalData: [Ordinary]\n  controllers: [{name: Danish municipalities, expectedCount: 98, institutionSelector: {matchLabels: {group: municipalities}}}]\n  supplierChain:\n")
	for i := range 12 {
		by := ""
		if i > 0 {
			by = fmt.Sprintf(", engagedBy: link-%d", i-1)
		}
		fmt.Fprintf(&b, "  - {name: link-%d, supplier: supplier-%d%s}\n", i, i, by)
	}
	for i := range 12 {
		put("kind: Supplier\nmetadata: {name: supplier-%d}\nspec: {legalName: Supplier, supervision: {activities: [{form: Visit, lastAt: \"2025-03-01\", report: Case 1}, {form: Meeting, lastAt: \"2026-03-01\", report: Case 2}]}}\n", i)
	}
	for i := range 98 {
		put("kind: Institution\nmetadata: {name: institution-%d, labels: {group: municipalities}}\nspec: {legalName: Institution, type: Municipality}\n", i)
	}
	for i := range 30 {
		year := 2021 + i%5
		put("kind: AssuranceStatement\nmetadata: {name: statement-%d}\nspec:\n  solutions: [aula]\n  supplier: supplier-%d\n  year: %d\n  document: Statement\n  standard: ISAE3000\n  type: Type2\n  level: Reasonable\n"+
			"  scope: Specific\n  parts: [GDPRControls]\n  period: {from: \"%d-01-01\", to: \"%d-12-31\"}\n  opinion: Unmodified\n  auditor: {name: Auditors, independence: Independent}\n  subSuppliers: Inclusive\n"+
			"  receipt: {state: Received, date: \"%d-03-01\"}\n  assessment: {at: \"%d-03-20\", by: jane@example.org, conclusion: Sufficient}\n  deliveries: [{group: Danish municipalities, state: Delivered, date: \"%d-03-20\"}]\n  observations:\n",
			i, i/5, year, year, year, year+1, year+1, year+1)
		for o := range 10 {
			fmt.Fprintf(&b, "  - {id: B.%d-%d, controlObjective: B.%d, severity: Medium, description: Text, owner: Operations, action: Text, dueAt: \"2027-01-01\"}\n", o, i, o)
		}
	}
	return b.String()
}
