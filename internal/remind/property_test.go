package remind

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// somewhere writes documents of every family with days around the start, so that time finds them before, within and after
// their leads.
func somewhere(r *rand.Rand, start time.Time) []string {
	date := func() string { return start.AddDate(0, 0, r.IntN(900)-300).Format(time.DateOnly) }
	month := func() string { return date()[:7] }
	later := func(d string, days int) string {
		t, err := time.Parse(time.DateOnly, d)
		if err != nil {
			panic(err)
		}
		return t.AddDate(0, 0, 1+r.IntN(days)).Format(time.DateOnly)
	}
	attestation := func(n int, typ, more string) string {
		day := date()
		return fmt.Sprintf("Attestation a%d: type: %s, about: {solution: aula}, by: jane@example.org, evidence: e, date: %s, validUntil: %s%s", n, typ, day, later(day, 600), more)
	}
	aware := start.Add(time.Duration(r.IntN(400*86400)) * time.Second).UTC().Format(time.RFC3339)
	signed, noticed := date(), date()
	all := []string{
		fmt.Sprintf("HostedSolution aula: owner: {organisation: A}, classification: {confidentiality: Internal, integrity: Low, availability: Low}, personalData: [Ordinary], statementRecipients: [STAR], contactsConfirmedAt: %s, "+
			"inProduction: [{from: %s}], processing: {confirmedAt: %s}, controllers: [{name: Schools, institutions: [school]}], supplierChain: [{name: aws, supplier: aws}], "+
			"continuity: {contingency: {plan: {reference: p}, reviewedAt: %s, nextExercise: %s}}, components: [{name: db, version: '1', supportEnds: %s, source: s}]", date(), date(), date(), date(), date(), date()),
		fmt.Sprintf("ProcessingAgreement dpa: type: Processing, solutions: [aula], signedAt: %s, validUntil: %s, parties: {customer: {group: {name: Schools}}, processor: aws}, "+
			"appendixB: {document: {reference: B}, authorisation: %s, notice: %dd, changes: [{name: c, action: Add, supplier: x, notifiedAt: %s}]}",
			signed, later(signed, 700), []string{"General", "Specific"}[r.IntN(2)], 1+r.IntN(90), noticed),
		fmt.Sprintf("AssuranceStatement s1: solutions: [aula], year: 2026, document: Statement, standard: ISAE3000, receipt: {state: Expected, date: %s}", month()),
		fmt.Sprintf("AssuranceStatement s2: solutions: [aula], year: 2025, document: Statement, standard: ISAE3402, receipt: {state: Received, date: %s}, "+
			"observations: [{id: O1, description: d, severity: Low, dueAt: %s}, {id: O2, description: d, closedAt: %s, evidence: e}]", month(), date(), date()),
		fmt.Sprintf("Supplier aws: legalName: A, contactsConfirmedAt: %s, processingCountries: [GB, US], adequacyRecipient: [{country: US, certifiedUntil: %s}]", date(), date()),
		fmt.Sprintf("Institution school: legalName: S, type: SelfGoverning, contactsConfirmedAt: %s, policy: {document: {reference: p}, approvedAt: %s}, "+
			"uses: [{solution: aula, until: %s, withinPurposeConfirmedAt: %s, record: {reference: r, confirmedAt: %s}}]", date(), date(), date(), date(), date()),
		fmt.Sprintf("SecurityIncident i: title: I, description: d, solutions: [aula], detectedAt: %s, controllerAwareAt: %s, personalData: Affected", aware, aware),
		fmt.Sprintf("ControlException e: control: LOC-06, scope: {solution: aula}, type: Compensated, compensation: c, reason: r, risk: r, requestedBy: jane@example.org, "+
			"approval: {by: john@example.org, at: %s, reference: m}, validUntil: %s, plan: {steps: [{name: clause, description: d, dueAt: %s}], end: %s}", signed, later(signed, 180), date(), date()),
		certificate("ingress", date()+"T12:00:00Z", date()+"T12:00:00Z", ""), node("n1", fmt.Sprintf("v1.%d.0", 34+r.IntN(5))),
		attestation(1, "RiskAssessment", ", riskAssessment: {kind: Organisation}"), attestation(2, "RiskAssessment", ", riskAssessment: {kind: Organisation}"),
		attestation(3, "EncryptionAtRest", ""), attestation(4, "EncryptionAtRest", ""), attestation(5, "AccessReview", ""), attestation(6, "ContingencyExercise", ""),
		attestation(7, "ImpactAssessment", ", impactAssessment: {required: true, finishedAt: "+date()+", priorConsultation: {sentAt: "+date()+"}}"),
		attestation(8, "ManagementStatement", ", managementStatement: {year: 2026, publishedAt: "+date()+"}"), attestation(9, "ContactsConfirmed", ""),
	}
	return slices.DeleteFunc(all, func(string) bool { return r.IntN(5) == 0 })
}

func identity(d Deadline) string {
	return fmt.Sprint(d.Reminder, d.Kind, d.Subject, d.Solution, d.What, d.DueText())
}

func rank(s Step) int { return slices.Index([]Step{Upcoming, Due, Overdue}, s) }

func TestTimeOnlyMovesDeadlinesForwardAndNextIsWhereTheyChange(t *testing.T) {
	const seed = 20261120
	r := rand.New(rand.NewPCG(seed, 1))
	start := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	moved := 0
	for n := range 8 {
		w := newWorld(t, somewhere(r, start)...)
		now := start
		was := map[string]Deadline{}
		for range 200 {
			list, next := w.list(now)
			for _, d := range list {
				key := identity(d)
				if before, known := was[key]; known {
					if rank(d.Step) < rank(before.Step) {
						t.Fatalf("seed %d, case %d, %s: %q went back to %q", seed, n, now, told(before), told(d))
					}
					if rank(d.Step) > rank(before.Step) {
						moved++
					}
					if before.Next.After(now) && (d.Step != before.Step || d.Told != before.Told) {
						t.Fatalf("seed %d, case %d: %q became %q at %s, before %s", seed, n, told(before), told(d), now, before.Next)
					}
					if !before.Next.IsZero() && !before.Next.After(now) && d.Step == before.Step && d.Told == before.Told {
						t.Fatalf("seed %d, case %d: %q did not change at %s", seed, n, told(d), before.Next)
					}
				}
				was[key] = d
			}
			if next.IsZero() || next.After(start.AddDate(3, 0, 0)) {
				break
			}
			if !next.After(now) {
				t.Fatalf("seed %d, case %d: %s is not after %s", seed, n, next, now)
			}
			between := now.Add(time.Duration(r.Int64N(int64(next.Sub(now)))))
			for _, instant := range []time.Time{between, next.Add(-time.Nanosecond)} {
				if same, _ := w.list(instant); !slices.Equal(lines(same), lines(list)) {
					t.Fatalf("seed %d, case %d: nothing was to change from %s to %s, but at %s it is\n%s\nand was\n%s",
						seed, n, now, next, instant, strings.Join(lines(same), "\n"), strings.Join(lines(list), "\n"))
				}
			}
			now = next
		}
	}
	if moved < 100 {
		t.Errorf("seed %d: only %d deadlines moved on", seed, moved)
	}
}
