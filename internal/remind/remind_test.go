package remind

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	// quiet is a solution of which nothing is due by itself.
	quiet     = "HostedSolution aula: owner: {organisation: A}, personalData: [None]"
	agreement = "ProcessingAgreement aula-dpa: type: Processing, solutions: [aula], signedAt: 2024-01-01, parties: {customer: {group: {name: Municipalities}}, processor: netcompany}"
	assertion = "about: {solution: aula}, by: jane@example.org, evidence: minutes, date: 2026-06-01"
	incident  = "SecurityIncident leak: title: Leak, description: Leak, solutions: [aula], detectedAt: 2026-10-23T09:00:00Z, controllerAwareAt: 2026-10-23T10:00:00Z, personalData: Affected"
)

func node(name, kubelet string) string {
	return fmt.Sprintf(`{apiVersion: v1, kind: Node, metadata: {name: %s}, status: {nodeInfo: {kubeletVersion: %s, osImage: "", kernelVersion: "", containerRuntimeVersion: "", architecture: "", bootID: "", kubeProxyVersion: "", machineID: "", operatingSystem: "", systemUUID: ""}}}`, name, kubelet)
}

func certificate(namespace, notAfter, renewal, spec string) string {
	status := ""
	if notAfter != "" {
		status = fmt.Sprintf("notAfter: %q, conditions: [{type: Ready, status: 'True'}]", notAfter)
	}
	if renewal != "" {
		status += fmt.Sprintf(", renewalTime: %q", renewal)
	}
	return fmt.Sprintf("{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {namespace: %s, name: web}, spec: {secretName: web, %s}, status: {%s}}", namespace, spec, status)
}

func TestWhatIsDue(t *testing.T) {
	for name, test := range map[string]struct {
		now       string
		documents []string
		want      []string
	}{
		"nothing where nothing has a date": {"2026-11-20T10:00:00Z", []string{quiet, agreement}, nil},
		"an agreement half a year ahead is upcoming": {"2026-11-20T10:00:00Z", []string{quiet, agreement + ", validUntil: 2027-05-20"},
			[]string{"REM-04 Agreement ProcessingAgreement/aula-dpa 2027-05-20 Upcoming"}},
		"an agreement that ends in 90 days is due": {"2027-02-18T23:00:00Z", []string{quiet, agreement + ", validUntil: 2027-05-20"},
			[]string{"REM-04 Agreement ProcessingAgreement/aula-dpa 2027-05-20 Due Within 90 days"}},
		"a day before that it is not": {"2027-02-18T22:59:59Z", []string{quiet, agreement + ", validUntil: 2027-05-20"},
			[]string{"REM-04 Agreement ProcessingAgreement/aula-dpa 2027-05-20 Upcoming"}},
		"an agreement has ended at midnight in Copenhagen": {"2027-05-19T22:00:00Z", []string{quiet, agreement + ", validUntil: 2027-05-20"},
			[]string{"REM-04 Agreement ProcessingAgreement/aula-dpa 2027-05-20 Overdue"}},
		"an agreement that another one takes up needs nothing": {"2027-06-01T10:00:00Z",
			[]string{quiet, agreement + ", validUntil: 2027-05-20", strings.Replace(agreement, "aula-dpa", "aula-dpa-2", 1) + ", validFrom: 2027-05-01, openEnded: true"}, nil},
		"an agreement that leaves a gap before the next is due": {"2027-06-01T10:00:00Z",
			[]string{quiet, agreement + ", validUntil: 2027-05-20", strings.Replace(agreement, "aula-dpa", "aula-dpa-2", 1) + ", validFrom: 2027-05-21, openEnded: true"},
			[]string{"REM-04 Agreement ProcessingAgreement/aula-dpa 2027-05-20 Overdue"}},
		"notice of an agreement can be given until the time for it before the end": {"2026-11-20T10:00:00Z", []string{quiet, agreement + ", validUntil: 2027-05-20, notice: 6mo"},
			[]string{"REM-04 Agreement ProcessingAgreement/aula-dpa 2027-05-20 Due The last day to give notice"}},
		"a month before that it is told": {"2026-10-21T10:00:00Z", []string{quiet, agreement + ", validUntil: 2027-05-20, notice: 6mo"},
			[]string{"REM-04 Agreement ProcessingAgreement/aula-dpa 2027-05-20 Due Notice can be given for 30 days"}},
		"and then it is over": {"2026-11-21T10:00:00Z", []string{quiet, agreement + ", validUntil: 2027-05-20, notice: 6mo"},
			[]string{"REM-04 Agreement ProcessingAgreement/aula-dpa 2027-05-20 Due The time for notice is over"}},
		"an agreement in force is reviewed again": {"2026-11-20T10:00:00Z", []string{quiet, agreement + ", openEnded: true, reviewedAt: 2025-12-01"},
			[]string{"REM-04 AgreementReview ProcessingAgreement/aula-dpa 2026-11-30 Due Within 30 days"}},
		"one that nobody reviewed is, counted from its signature": {"2026-11-20T10:00:00Z", []string{quiet, agreement + ", openEnded: true"},
			[]string{"REM-04 AgreementReview ProcessingAgreement/aula-dpa 2024-12-31 Overdue"}},
		"a supplier is supervised as planned": {"2026-11-20T10:00:00Z", []string{quiet, "Supplier aws: legalName: A, supervision: {activities: [{form: Meeting, nextAt: 2026-11-25}]}"},
			[]string{"REM-03 Supervision Supplier/aws 2026-11-25 Due Within 7 days"}},
		"and again after the interval, whatever is planned": {"2026-11-20T10:00:00Z", []string{quiet, "Supplier aws: legalName: A, supervision: {activities: [{form: Meeting, lastAt: 2025-12-01, nextAt: 2035-01-01, report: r}]}"},
			[]string{"REM-03 Supervision Supplier/aws 2026-11-30 Due Within 30 days"}},
		"a notified change of subprocessors awaits an answer until the notice is over": {"2026-11-20T10:00:00Z",
			[]string{quiet, agreement + ", appendixB: {document: {reference: B}, authorisation: Specific, notice: 60d, changes: [{name: add-x, action: Add, supplier: x, notifiedAt: 2026-11-01}]}"},
			[]string{"REM-04 AppendixChange ProcessingAgreement/aula-dpa 2026-12-31 Due Within 90 days"}},
		"silence is consent where the authorisation is general": {"2027-01-01T10:00:00Z",
			[]string{quiet, agreement + ", appendixB: {document: {reference: B}, authorisation: General, notice: 60d, changes: [{name: add-x, action: Add, supplier: x, notifiedAt: 2026-11-01}]}"}, nil},
		"whether a statement is needed has to be clear in time": {"2026-11-20T10:00:00Z",
			[]string{quiet, "AssuranceStatement s: solutions: [aula], year: 2022, document: Statement, standard: ISAE3402, state: NeedUnderClarification"},
			[]string{"REM-01 Statement AssuranceStatement/s 2023-03-31 Overdue 1323 days"}},
		"an old statement that is still to be passed on is not forgotten": {"2026-11-20T10:00:00Z",
			[]string{quiet, "AssuranceStatement s: solutions: [aula], year: 2022, document: Statement, standard: ISAE3000, receipt: {state: Delivered, date: 2023-12}, deliveries: [{group: G, state: Expected, date: 2024-01}]"},
			[]string{"REM-02 Delivery AssuranceStatement/s 2024-01 Overdue"}},
		"an expected statement is due when its month is over": {"2023-03-31T21:59:59Z",
			[]string{quiet, "AssuranceStatement s: solutions: [aula], year: 2022, document: Statement, standard: ISAE3000, receipt: {state: Expected, date: 2023-03}"},
			[]string{"REM-01 Statement AssuranceStatement/s 2023-03 Due The last day"}},
		"and from then on every week": {"2023-04-15T00:00:00Z",
			[]string{quiet, "AssuranceStatement s: solutions: [aula], year: 2022, document: Statement, standard: ISAE3000, receipt: {state: Expected, date: 2023-03}"},
			[]string{"REM-01 Statement AssuranceStatement/s 2023-03 Overdue 14 days"}},
		"a statement that is not relevant is not": {"2023-04-15T00:00:00Z",
			[]string{quiet, "AssuranceStatement s: solutions: [aula], year: 2022, document: Statement, standard: ISAE3000, state: NotRelevant, reason: closed"}, nil},
		"a received statement is passed on within a month": {"2026-11-20T10:00:00Z",
			[]string{quiet + ", statementRecipients: [STAR]", "AssuranceStatement s: solutions: [aula], year: 2025, document: Statement, standard: ISAE3000, receipt: {state: Received, date: 2026-11-01}"},
			[]string{"REM-02 Delivery AssuranceStatement/s 2026-12-01 Due Within 14 days"}},
		"one that was passed on is done": {"2026-11-20T10:00:00Z",
			[]string{quiet + ", statementRecipients: [STAR]", "AssuranceStatement s: solutions: [aula], year: 2025, document: Statement, standard: ISAE3000, receipt: {state: Received, date: 2026-11-01}, deliveries: [{organisation: STAR, state: Delivered, date: 2026-11-02}]"}, nil},
		"an observation is closed by its day": {"2026-11-20T10:00:00Z",
			[]string{quiet, "AssuranceStatement s: solutions: [aula], year: 2025, document: Statement, standard: ISAE3000, receipt: {state: Received, date: 2026-11-01}, observations: [{id: O1, description: d, severity: High, dueAt: 2026-11-25}, {id: O2, description: d, dueAt: 2026-11-25, closedAt: 2026-11-10, evidence: ticket}]"},
			[]string{"REM-03 Observation AssuranceStatement/s 2026-11-25 Due Within 7 days"}},
		"a certification lapses": {"2026-11-20T10:00:00Z", []string{quiet, "Supplier aws: legalName: A, adequacyRecipient: [{country: US, certifiedUntil: 2027-01-15}]"},
			[]string{"REM-05 Certification Supplier/aws 2027-01-15 Due Within 90 days"}},
		"a risk assessment is made anew within the interval of the level, whatever end it states": {"2027-04-10T10:00:00Z",
			[]string{quiet + ", classification: {confidentiality: Internal, integrity: Low, availability: Low}", "Attestation risk: type: RiskAssessment, " + assertion + ", validUntil: 2028-06-01, riskAssessment: {kind: Organisation}"},
			[]string{"REM-06 RiskAssessment Attestation/risk 2027-06-01 Due Within 60 days"}},
		"one that a later one takes up needs nothing": {"2027-04-10T10:00:00Z",
			[]string{quiet + ", classification: {confidentiality: Internal, integrity: Low, availability: Low}", "Attestation risk: type: RiskAssessment, " + assertion + ", validUntil: 2027-06-01, riskAssessment: {kind: Organisation}",
				"Attestation risk-2: type: RiskAssessment, " + strings.Replace(assertion, "2026-06-01", "2027-04-01", 1) + ", validUntil: 2028-04-01, riskAssessment: {kind: Organisation}"},
			[]string{"REM-06 RiskAssessment Attestation/risk-2 2028-04-01 Upcoming"}},
		"an impact assessment comes before production": {"2026-11-20T10:00:00Z", []string{quiet + ", inProduction: [{from: 2026-12-01}]"},
			[]string{"REM-07 ImpactAssessment HostedSolution/aula 2026-11-30 Due Within 30 days"}},
		"the authority answers a prior consultation within eight weeks": {"2026-07-20T10:00:00Z",
			[]string{quiet, "Attestation dpia: type: ImpactAssessment, " + assertion + ", validUntil: 2028-06-01, impactAssessment: {required: true, priorConsultation: {sentAt: 2026-06-01}}"},
			[]string{"REM-07 PriorConsultation Attestation/dpia 2026-07-27 Due Within 30 days", "REM-07 ImpactAssessment Attestation/dpia 2027-06-01 Upcoming"}},
		"a processing record is confirmed every year": {"2027-05-31T10:00:00Z", []string{quiet + ", processing: {confirmedAt: 2026-06-01}"},
			[]string{"REM-08 ProcessingRecord HostedSolution/aula 2027-05-31 Due The last day"}},
		"policy, awareness and report come every year": {"2026-11-20T10:00:00Z",
			[]string{"Institution aarhus: legalName: A, type: Municipality, policy: {document: {reference: p}, approvedAt: 2025-12-01}, awareness: {lastRound: 2026-01-10, people: 1, completed: 1}, yearlyReport: {year: 2025, sentAt: 2026-02-01}"},
			[]string{"REM-09 SecurityPolicy Institution/aarhus 2026-11-30 Due Within 30 days", "REM-09 Awareness Institution/aarhus 2027-01-09 Due Within 60 days",
				"REM-09 YearlyReport Institution/aarhus 2027-01-31 Upcoming"}},
		"the planned exercise is held": {"2026-11-20T10:00:00Z", []string{quiet + ", continuity: {contingency: {plan: {reference: p}, nextExercise: 2026-11-24}}"},
			[]string{"REM-10 Exercise HostedSolution/aula 2026-11-24 Due Within 7 days"}},
		"access is reviewed again": {"2026-12-01T10:00:00Z", []string{quiet, "Attestation review: type: AccessReview, " + assertion + ", validUntil: 2026-12-10"},
			[]string{"REM-11 AccessReview Attestation/review 2026-12-10 Due Within 14 days"}},
		"support of a component ends": {"2028-10-15T10:00:00Z", []string{quiet + ", components: [{name: postgresql, version: '16.4', supportEnds: 2028-11-09, source: s}, {name: redis, version: '8'}]"},
			[]string{"REM-12 ComponentSupport HostedSolution/aula 2028-11-09 Due Within 30 days"}},
		"and has ended when its last day is over": {"2028-11-09T23:00:00Z", []string{quiet + ", components: [{name: postgresql, version: '16.4', supportEnds: 2028-11-09, source: s}]"},
			[]string{"REM-12 ComponentSupport HostedSolution/aula 2028-11-09 Overdue"}},
		"support of the version of the cluster ends": {"2027-06-22T10:00:00Z", []string{quiet, node("n1", "v1.36.1"), node("n2", "v1.37.1")},
			[]string{"REM-12 ClusterSupport Platform/cluster 2027-06-28 Due Within 7 days"}},
		"that of a node pool that was left behind first": {"2026-11-20T10:00:00Z", []string{quiet, node("n1", "v1.36.1"), node("old", "v1.34.1-eks-abc")},
			[]string{"REM-12 ClusterSupport Platform/cluster 2026-10-27 Overdue"}},
		"a distribution supports its version for longer": {"2026-11-20T10:00:00Z", []string{quiet, node("n1", "v1.34.1-eks-abc"), "Platform cluster: supportDates: [{product: eks, version: '1.34', ends: 2027-12-02, source: s}]"},
			[]string{"REM-12 ClusterSupport Platform/cluster 2027-12-02 Upcoming"}},
		"a version that nobody knows has no date": {"2026-11-20T10:00:00Z", []string{quiet, node("n1", "v1.49.0")}, nil},
		"a certificate that nothing renews ends": {"2026-11-20T10:00:00Z", []string{quiet, "SolutionEnvironment aula-production: solution: aula, stage: Production, namespaces: [aula]", "{apiVersion: v1, kind: Namespace, metadata: {name: aula}}", certificate("aula", "2026-12-10T12:00:00Z", "", "renewal: {policy: Disabled}")},
			[]string{"REM-12 Certificate HostedSolution/aula 2026-12-10 Due Within 30 days"}},
		"one of nobody's namespace is the platform's": {"2026-12-10T12:00:00Z", []string{quiet, certificate("ingress", "2026-12-10T12:00:00Z", "", "")},
			[]string{"REM-12 Certificate Platform/cluster 2026-12-10 Overdue"}},
		"one whose renewal is planned is taken care of": {"2026-11-20T10:00:00Z", []string{quiet, certificate("ingress", "2026-12-10T12:00:00Z", "2026-11-19T11:00:00Z", "")}, nil},
		"one whose renewal is a day late is not": {"2026-11-20T11:00:00Z", []string{quiet, certificate("ingress", "2026-12-10T12:00:00Z", "2026-11-19T11:00:00Z", "")},
			[]string{"REM-12 Certificate Platform/cluster 2026-12-10 Due Within 30 days"}},
		"one that was never issued has no end": {"2026-11-20T10:00:00Z", []string{quiet, certificate("ingress", "", "", "")}, nil},
		"an attestation ends": {"2026-12-01T10:00:00Z", []string{quiet, "Attestation encryption: type: EncryptionAtRest, " + assertion + ", validUntil: 2026-12-10"},
			[]string{"REM-13 Attestation Attestation/encryption 2026-12-10 Due Within 30 days"}},
		"an attestation that never counts has no end": {"2026-12-01T10:00:00Z", []string{quiet, "Attestation encryption: type: EncryptionAtRest, " + strings.Replace(assertion, "jane@example.org", "system:serviceaccount:a:b", 1) + ", validUntil: 2026-12-10"}, nil},
		"use within purpose is confirmed": {"2026-11-20T10:00:00Z", []string{"Institution aarhus: legalName: A, type: Municipality, uses: [{solution: aula, withinPurposeConfirmedAt: 2025-12-01}]"},
			[]string{"REM-13 UseWithinPurpose Institution/aarhus 2026-11-30 Due Within 30 days"}},
		"a use that is over is not": {"2026-11-20T10:00:00Z", []string{"Institution aarhus: legalName: A, type: Municipality, uses: [{solution: aula, until: 2026-06-01, withinPurposeConfirmedAt: 2025-12-01}]"}, nil},
		"hours of a breach are real hours when summer time ends": {"2026-10-26T09:59:59Z", []string{quiet, incident + ", riskAssessments: [{at: 2026-10-23T11:00:00Z, level: Risk, reason: r, by: jane@example.org}]"},
			[]string{"REM-14 AuthorityNotice SecurityIncident/leak 2026-10-26T10:00:00Z Due 66 hours have passed"}},
		"and then it is overdue": {"2026-10-26T10:00:00Z", []string{quiet, incident + ", riskAssessments: [{at: 2026-10-23T11:00:00Z, level: Risk, reason: r, by: jane@example.org}]"},
			[]string{"REM-14 AuthorityNotice SecurityIncident/leak 2026-10-26T10:00:00Z Overdue"}},
		"contacts are tried": {"2026-11-20T10:00:00Z", []string{quiet + ", contactsConfirmedAt: 2026-06-01"},
			[]string{"REM-15 Contacts HostedSolution/aula 2026-11-30 Due Within 30 days"}},
		"self-governing institutions get the management statement": {"2027-03-05T10:00:00Z",
			[]string{quiet + ", inProduction: [{from: 2026-01-01}], controllers: [{name: Schools, institutions: [school]}]", "Institution school: legalName: S, type: SelfGoverning"},
			[]string{"REM-16 ManagementStatement HostedSolution/aula 2027-03-31 Due Within 30 days", "REM-16 ManagementStatement HostedSolution/aula 2028-03-31 Upcoming"}},
		"also where the plan is in words": {"2027-01-19T10:00:00Z",
			[]string{quiet + ", classification: {confidentiality: Internal, integrity: Low, availability: Low}", "ControlException aws: control: LOC-06, scope: {solution: aula}, type: Compensated, compensation: c, reason: r, risk: r, requestedBy: jane@example.org, approval: {by: john@example.org, at: 2026-11-20, reference: m}, validUntil: 2027-05-20, actionPlan: A clause by April."},
			[]string{"REM-17 Renegotiation ControlException/aws 2027-01-20 Due Within 7 days", "REM-13 ControlException ControlException/aws 2027-05-20 Upcoming"}},
		"controllers hear of a renegotiation each month": {"2027-01-19T10:00:00Z",
			[]string{quiet + ", classification: {confidentiality: Internal, integrity: Low, availability: Low}", "ControlException aws: control: LOC-06, scope: {solution: aula}, type: Compensated, compensation: c, reason: r, risk: r, requestedBy: jane@example.org, approval: {by: john@example.org, at: 2026-11-20, reference: m}, validUntil: 2027-05-20, plan: {steps: [{name: clause, description: d, dueAt: 2027-04-01}], end: 2027-05-01}"},
			[]string{"REM-17 Renegotiation ControlException/aws 2027-01-20 Due Within 7 days", "REM-03 Measure ControlException/aws 2027-04-01 Upcoming",
				"REM-13 ControlException ControlException/aws 2027-05-20 Upcoming"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := newWorld(t, test.documents...).list(at(test.now))
			if !strings.Contains(strings.Join(test.want, ""), "AgreementReview") {
				got = withoutReviews(got) // any agreement in force is to be reviewed
			}
			if diff := cmp.Diff(append([]string{}, test.want...), lines(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestASolutionWithoutAnyStatementHasOneDeadlineForTheYear(t *testing.T) {
	w := newWorld(t, "HostedSolution aula: owner: {organisation: A}, classification: {confidentiality: Confidential, integrity: Low, availability: Low}, personalData: [Ordinary], inProduction: [{from: 2025-01-01}]")
	got, _ := w.list(at("2026-11-20T10:00:00Z"))
	got = slices.DeleteFunc(got, func(d Deadline) bool { return d.Reminder != "REM-01" })
	want := []string{"REM-01 Statement HostedSolution/aula 2026-06-30 Overdue 140 days", "REM-01 Statement HostedSolution/aula 2027-06-30 Upcoming"}
	if diff := cmp.Diff(want, lines(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestALineStaysFromOneStepToTheNext(t *testing.T) {
	w := newWorld(t, quiet, agreement+", validUntil: 2027-05-20")
	var got []string
	for _, now := range []string{"2027-02-20T10:00:00Z", "2027-04-01T10:00:00Z", "2027-04-25T10:00:00Z", "2027-05-21T10:00:00Z", "2028-01-01T00:00:00Z"} {
		list, _ := w.list(at(now))
		list = withoutReviews(list)
		if line := list[0].Line(); !slices.Contains(got, line) {
			got = append(got, line)
		}
	}
	want := []string{
		"Within 90 days, due 2027-05-20: Renew agreement aula-dpa, or end the processing (REM-04).",
		"Within 30 days, due 2027-05-20: Renew agreement aula-dpa, or end the processing (REM-04).",
		"Overdue, due 2027-05-20: Renew agreement aula-dpa, or end the processing (REM-04).",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func withoutReviews(list []Deadline) []Deadline {
	return slices.DeleteFunc(list, func(d Deadline) bool { return d.Kind == "AgreementReview" })
}
