package remind

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkList looks at 100 solutions with their statements, attestations and agreements, and at 98 institutions that use
// 18 of them.
func BenchmarkList(b *testing.B) {
	w := newWorld(b)
	var uses []string
	for n := range 100 {
		name := fmt.Sprintf("s%d", n)
		w.apply(b, fmt.Sprintf("HostedSolution %s: owner: {organisation: A}, personalData: [Ordinary], contactsConfirmedAt: 2026-06-01, "+
			"controllers: [{name: M, institutionSelector: {matchLabels: {}}, institutions: [i1, i2, i3]}]", name))
		w.apply(b, fmt.Sprintf("ProcessingAgreement %s: type: Processing, solutions: [%s], signedAt: 2024-01-01, validUntil: 2027-05-20, parties: {customer: {group: {name: M}}, processor: p}", name, name))
		w.apply(b, fmt.Sprintf("AssuranceStatement %s: solutions: [%s], year: 2025, document: Statement, standard: ISAE3000, receipt: {state: Received, date: 2026-06}, "+
			"observations: [{id: O1, description: d, severity: High, dueAt: 2026-11-25}]", name, name))
		for _, typ := range []string{"EncryptionAtRest", "AccessReview", "ContactsConfirmed", "RestoreTest"} {
			w.apply(b, fmt.Sprintf("Attestation %s-%s: type: %s, about: {solution: %s}, by: jane@example.org, evidence: e, date: 2026-06-01, validUntil: 2027-06-01", name, strings.ToLower(typ), typ, name))
		}
		if n < 18 {
			uses = append(uses, fmt.Sprintf("{solution: %s, withinPurposeConfirmedAt: 2026-01-10, record: {reference: r, confirmedAt: 2026-01-10}}", name))
		}
	}
	for n := range 98 {
		w.apply(b, fmt.Sprintf("Institution i%d: legalName: I, type: Municipality, contactsConfirmedAt: 2026-06-01, uses: [%s]", n, strings.Join(uses, ", ")))
	}
	now := at("2026-11-20T10:00:00Z")
	var deadlines int
	w.resolved(now, func(list func() []Deadline) {
		for b.Loop() {
			deadlines = len(list())
		}
	})
	b.ReportMetric(float64(deadlines), "deadlines")
}
