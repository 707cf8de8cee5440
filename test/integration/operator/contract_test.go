package operator

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

// chainYAML is a solution with a processor and a sub-processor, two institutions, and an agreement for each link. It takes
// the last day of the agreement with the processor.
const chainYAML = `
apiVersion: tilsyn.dev/v1alpha1
kind: HostedSolution
metadata: {name: aula}
spec:
  owner: {organisation: KOMBIT A/S}
  controllers: [{name: Danish municipalities, expectedCount: 2, institutionSelector: {matchLabels: {tilsyn.dev/group: municipalities}}}]
  classification: {confidentiality: Confidential, reviewedAt: "2026-06-01"}
  personalData: [Ordinary]
  locations: {allowed: [{country: DK}, {country: SE}, {country: FI}]}
  supplierChain: [{name: processor, supplier: kombit}, {name: infrastructure, supplier: cloud, engagedBy: processor}]
---
apiVersion: tilsyn.dev/v1alpha1
kind: Institution
metadata: {name: aarhus, labels: {tilsyn.dev/group: municipalities}}
spec: {legalName: Aarhus Kommune, uses: [{solution: aula, acceptance: {version: "3", at: "2026-04-01"}}]}
---
apiVersion: tilsyn.dev/v1alpha1
kind: Institution
metadata: {name: odense, labels: {tilsyn.dev/group: municipalities}}
spec: {legalName: Odense Kommune}
---
apiVersion: tilsyn.dev/v1alpha1
kind: Supplier
metadata: {name: kombit}
spec: {legalName: KOMBIT A/S, establishedIn: DK, processingCountries: [DK], accessCountries: [DK]}
---
apiVersion: tilsyn.dev/v1alpha1
kind: Supplier
metadata: {name: cloud}
spec: {legalName: Cloud GmbH, establishedIn: CH, processingCountries: [CH], accessCountries: [CH]}
---
apiVersion: tilsyn.dev/v1alpha1
kind: ProcessingAgreement
metadata: {name: aula-kombit}
spec:
  type: Processing
  parties: {customer: {group: {name: Danish municipalities, signed: 2}}, processor: kombit}
  solutions: [aula]
  signedAt: "2024-01-01"
  validUntil: "%[1]s"
---
apiVersion: tilsyn.dev/v1alpha1
kind: ProcessingAgreement
metadata: {name: kombit-cloud}
spec:
  type: SubProcessing
  parties: {customer: {supplier: kombit}, processor: cloud}
  solutions: [aula]
  signedAt: "2024-01-01"
  openEnded: true
  parentAgreement: aula-kombit
---
apiVersion: tilsyn.dev/v1alpha1
kind: SecurityIncident
metadata: {name: aula-1}
spec: {title: A test, solutions: [aula], detectedAt: "2026-01-01T10:00:00+01:00", personalData: UnderInvestigation}
`

// condition reads one condition of an object.
func (c *cluster) condition(o client.Object, name, typ string, list func() []metav1.Condition) *metav1.Condition {
	c.t.Helper()
	if err := c.Get(c.t.Context(), client.ObjectKey{Name: name}, o); err != nil {
		c.t.Fatal(err)
	}
	return meta.FindStatusCondition(list(), typ)
}

// shows waits until a condition of an object has a status and a reason.
func (c *cluster) shows(o client.Object, name, typ string, status metav1.ConditionStatus, reason string, list func() []metav1.Condition) *metav1.Condition {
	c.t.Helper()
	var found *metav1.Condition
	c.eventually(fmt.Sprintf("%s of %T %s is %s for %s", typ, o, name, status, reason), func() (bool, string) {
		found = c.condition(o, name, typ, list)
		return found != nil && found.Status == status && found.Reason == reason, strings.Join(conditions(list()), "\n")
	})
	return found
}

func (c *cluster) supplierShows(name, typ string, status metav1.ConditionStatus, reason string) *v1alpha1.Supplier {
	c.t.Helper()
	s := &v1alpha1.Supplier{}
	c.shows(s, name, typ, status, reason, func() []metav1.Condition { return s.Status.Conditions })
	return s
}

func (c *cluster) agreementShows(name, typ string, status metav1.ConditionStatus, reason string) *v1alpha1.ProcessingAgreement {
	c.t.Helper()
	a := &v1alpha1.ProcessingAgreement{}
	c.shows(a, name, typ, status, reason, func() []metav1.Condition { return a.Status.Conditions })
	return a
}

func TestContractualResourcesGetAStatus(t *testing.T) {
	c := newCluster(t)
	c.apply(platformYAML)
	c.apply(chainYAML, "2099-01-01")
	c.run(settings{})
	s := c.supplierShows("cloud", v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonEvaluated)
	if s.Status.Solutions != 1 || s.Status.ObservedGeneration != s.Generation || !meta.IsStatusConditionTrue(s.Status.Conditions, v1alpha1.ConditionLocationsLawful) {
		t.Errorf("status of the supplier is %+v", s.Status)
	}
	a := c.agreementShows("aula-kombit", v1alpha1.ConditionValid, metav1.ConditionTrue, v1alpha1.ReasonInForce)
	if !meta.IsStatusConditionTrue(a.Status.Conditions, v1alpha1.ConditionAccepted) {
		t.Errorf("conditions are %v", conditions(a.Status.Conditions))
	}
	incident := &v1alpha1.SecurityIncident{}
	c.shows(incident, "aula-1", v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonEvaluated, func() []metav1.Condition { return incident.Status.Conditions })
	// What refers to nothing is told, and told no longer when it is there.
	c.apply(`
apiVersion: tilsyn.dev/v1alpha1
kind: AssuranceStatement
metadata: {name: late}
spec: {year: 2025, document: Statement, solutions: [aula], supplier: nobody}
`)
	statement := &v1alpha1.AssuranceStatement{}
	of := func() []metav1.Condition { return statement.Status.Conditions }
	found := c.shows(statement, "late", v1alpha1.ConditionAccepted, metav1.ConditionFalse, v1alpha1.ReasonUnknownSupplier, of)
	if !strings.Contains(found.Message, "nobody (spec.supplier)") {
		t.Errorf("the message is %q", found.Message)
	}
	c.apply(`
apiVersion: tilsyn.dev/v1alpha1
kind: Supplier
metadata: {name: nobody}
spec: {legalName: Nobody}
`)
	c.shows(statement, "late", v1alpha1.ConditionAccepted, metav1.ConditionTrue, v1alpha1.ReasonAccepted, of)
	c.apply(`
apiVersion: tilsyn.dev/v1alpha1
kind: ProcessingAgreement
metadata: {name: kombit-cloud-2}
spec:
  {type: SubProcessing, parties: {customer: {supplier: kombit}, processor: cloud}, solutions: [aula], signedAt: "2025-01-01", openEnded: true}
`)
	c.agreementShows("kombit-cloud", v1alpha1.ConditionAccepted, metav1.ConditionFalse, v1alpha1.ReasonTwoInForce)
	c.remove("tilsyn.dev/v1alpha1", "ProcessingAgreement", "", "kombit-cloud-2")
	c.agreementShows("kombit-cloud", v1alpha1.ConditionAccepted, metav1.ConditionTrue, v1alpha1.ReasonAccepted)
}

func TestAnAgreementAndADecisionEndWithNoObjectTouched(t *testing.T) {
	c := newCluster(t)
	now := time.Now()
	day := func(days int) string { return now.AddDate(0, 0, days).Format(time.DateOnly) }
	c.apply(`
apiVersion: tilsyn.dev/v1alpha1
kind: Platform
metadata: {name: cluster}
spec: {adequacy: [{country: CH, status: InForce, validUntil: "%s"}]}
`, day(20))
	c.apply(chainYAML, day(10))
	o := c.run(settings{clock: clocktesting.NewFakeClock(now)})
	c.agreementShows("aula-kombit", v1alpha1.ConditionValid, metav1.ConditionTrue, v1alpha1.ReasonInForce)
	c.supplierShows("cloud", v1alpha1.ConditionLocationsLawful, metav1.ConditionTrue, v1alpha1.ReasonLawful)
	o.clock.Step(10 * 24 * time.Hour)
	c.agreementShows("aula-kombit", v1alpha1.ConditionValid, metav1.ConditionFalse, v1alpha1.ReasonExpired)
	c.supplierShows("cloud", v1alpha1.ConditionLocationsLawful, metav1.ConditionTrue, v1alpha1.ReasonLawful)
	o.clock.Step(10 * 24 * time.Hour)
	s := c.supplierShows("cloud", v1alpha1.ConditionLocationsLawful, metav1.ConditionFalse, v1alpha1.ReasonUnsafeCountry)
	if found := meta.FindStatusCondition(s.Status.Conditions, v1alpha1.ConditionLocationsLawful); !strings.Contains(found.Message, "CH") || !strings.Contains(found.Message, "ended on") {
		t.Errorf("the message is %q", found.Message)
	}
}

// acceptance judges whether an institution has accepted the split of responsibility, and by a day reported to management.
func acceptance(reportBy time.Time) *control.Control {
	return control.Define(control.Meta{ID: "ZZZ-01", Title: "The split is accepted", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyInstitution,
		Reasons: []control.ReasonText{
			{Reason: "Accepted", Verdict: v1alpha1.VerdictPass, Text: "Accepted."},
			{Reason: "Late", Verdict: v1alpha1.VerdictFail, Text: "Not reported.", Remediation: "Report."},
			{Reason: "NotAccepted", Verdict: v1alpha1.VerdictFail, Text: "Not accepted.", Remediation: "Accept."},
		}}, control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{
		Institution: &control.InstitutionRule[control.NoParameters]{
			Judge: func(in control.InstitutionInput, _ *control.NoParameters) (out []control.Result) {
				for _, s := range in.Institution.Solutions {
					r := control.Fail("NotAccepted")
					if u := in.Institution.Use(s.Object.Name); u != nil && u.Acceptance != nil {
						r = control.Pass("Accepted")
					}
					out = append(out, r.Because(s.Ref()))
				}
				if in.Now.Before(reportBy) {
					return append(out, control.Pass("Accepted").Until(reportBy))
				}
				return append(out, control.Fail("Late"))
			}},
	})
}

// legalName passes every institution.
func legalName() *control.Control {
	return control.Define(control.Meta{ID: "ZZZ-02", Title: "It has a name", Severity: v1alpha1.SeverityLow, Party: v1alpha1.PartyInstitution,
		Reasons: []control.ReasonText{{Reason: "Named", Verdict: v1alpha1.VerdictPass, Text: "Named."}}}, control.Parameters[control.NoParameters]{},
		control.Rules[control.NoParameters]{Institution: &control.InstitutionRule[control.NoParameters]{
			Judge: func(control.InstitutionInput, *control.NoParameters) []control.Result {
				return []control.Result{control.Pass("Named")}
			}}})
}

const profileYAML = `
apiVersion: tilsyn.dev/v1alpha1
kind: ControlProfile
metadata: {name: public-sector}
spec: {controls: [{control: ZZZ-01, mode: Required}, {control: ZZZ-02, mode: Required}, {control: LOC-02, mode: Required}]}
`

// institutionIs waits until an institution has a state.
func (c *cluster) institutionIs(name string, state v1alpha1.ComplianceState) *v1alpha1.Institution {
	c.t.Helper()
	i := &v1alpha1.Institution{}
	c.eventually(fmt.Sprintf("institution %s is %s", name, state), func() (bool, string) {
		if err := c.Get(c.t.Context(), client.ObjectKey{Name: name}, i); err != nil {
			c.t.Fatal(err)
		}
		return i.Status.State == state, fmt.Sprintf("%+v", i.Status)
	})
	return i
}

func TestAnInstitutionHasAStateOfItsOwn(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	c.apply(chainYAML, "2099-01-01")
	c.apply(profileYAML)
	now := time.Now().Truncate(time.Second)
	late := now.Add(30 * 24 * time.Hour)
	o := c.run(settings{clock: clocktesting.NewFakeClock(now), extra: []*control.Control{acceptance(late), legalName()}})
	c.institutionIs("aarhus", v1alpha1.StateCompliant)
	odense := c.institutionIs("odense", v1alpha1.StateNonCompliant)
	if len(odense.Status.Solutions) != 1 || odense.Status.Solutions[0].Solution != "aula" || odense.Status.Solutions[0].WorstControl != "ZZZ-01" ||
		odense.Status.Failed != 1 || odense.Status.LastEvaluationTime == nil {
		t.Errorf("status is %+v", odense.Status)
	}
	if f := odense.Status.Findings[0]; f.Control != "ZZZ-01" || f.Party != v1alpha1.PartyInstitution || f.Cause == nil || f.Cause.Name != "aula" {
		t.Errorf("the worst finding is %+v", f)
	}
	// What an institution has not done reddens nobody else.
	e := c.becomes("aula-production", "LOC-02", v1alpha1.VerdictPass)
	s := &v1alpha1.HostedSolution{}
	c.eventually("the solution has a state", func() (bool, string) {
		if err := c.Get(t.Context(), client.ObjectKey{Name: "aula"}, s); err != nil {
			t.Fatal(err)
		}
		return s.Status.State != "", ""
	})
	if e.Status.State != v1alpha1.StateCompliant || s.Status.State != v1alpha1.StateCompliant || s.Status.Failed != 0 {
		t.Errorf("the environment is %s and the solution %s with %d failed", e.Status.State, s.Status.State, s.Status.Failed)
	}
	// An exception that names the institution, and time.
	c.apply(`
apiVersion: tilsyn.dev/v1alpha1
kind: ControlException
metadata: {name: odense-split}
spec:
  control: ZZZ-01
  scope: {solution: aula, subjects: [{apiGroup: tilsyn.dev, kind: Institution, name: odense}]}
  type: Waived
  reason: The council decides on it in spring.
  risk: Tasks may be left undone meanwhile.
  requestedBy: lead@example.org
  approval: {by: dpo@example.org, at: "%s", reference: case 2026-301}
  validUntil: "%s"
`, now.AddDate(0, 0, -1).Format(time.DateOnly), now.AddDate(0, 0, 10).Format(time.DateOnly))
	c.institutionIs("odense", v1alpha1.StateCompliantWithRemarks)
	o.clock.Step(10 * 24 * time.Hour)
	c.institutionIs("odense", v1alpha1.StateNonCompliant)
	c.institutionIs("aarhus", v1alpha1.StateCompliant)
	o.clock.Step(20 * 24 * time.Hour)
	c.institutionIs("aarhus", v1alpha1.StateNonCompliant)
	c.eventually("the transition is told", func() (bool, string) {
		got := c.events("Institution", "aarhus")
		return slices.Contains(got, "ControlFailed ZZZ-01"), strings.Join(got, ", ")
	})
	// The memory outlives a restart.
	record := &v1alpha1.SupervisionRecord{}
	c.eventually("the record is written", func() (bool, string) {
		err := c.Get(t.Context(), client.ObjectKey{Name: "institution-aarhus"}, record)
		return err == nil && slices.ContainsFunc(record.Status.Results, func(r v1alpha1.RecordedResult) bool {
			return r.Verdict == v1alpha1.VerdictFail
		}), fmt.Sprint(err, record.Status.Results)
	})
	c.remove("tilsyn.dev/v1alpha1", "Institution", "", "aarhus")
	c.eventually("the record of an institution that is gone goes", func() (bool, string) {
		return c.gone(&v1alpha1.SupervisionRecord{}, "", "institution-aarhus"), ""
	})
}

const statementsYAML = `
apiVersion: tilsyn.dev/v1alpha1
kind: HostedSolution
metadata: {name: aula}
spec:
  owner: {organisation: KOMBIT A/S}
  classification: {confidentiality: Confidential, integrity: Medium, availability: Medium, reviewedAt: "2026-06-01"}
  personalData: [Ordinary]
  supplierChain: [{name: processor, supplier: kombit}, {name: development, supplier: netcompany, engagedBy: processor}]
---
apiVersion: tilsyn.dev/v1alpha1
kind: Supplier
metadata: {name: kombit}
spec: {legalName: Kombit A/S}
---
apiVersion: tilsyn.dev/v1alpha1
kind: Supplier
metadata: {name: netcompany}
spec: {legalName: Netcompany A/S}
---
apiVersion: tilsyn.dev/v1alpha1
kind: AssuranceStatement
metadata: {name: aula-2024}
spec:
  {solutions: [aula], supplier: netcompany, year: 2024, document: Statement, standard: ISAE3000, type: Type2, level: Reasonable, scope: Specific,
   parts: [GDPRControls], period: {from: "2024-01-01", to: "2024-12-31"}, auditor: {name: Example Auditors, independence: Independent},
   opinion: Unmodified, subSuppliers: Inclusive, receipt: {state: Received, date: "2025-03-01"}}
---
apiVersion: tilsyn.dev/v1alpha1
kind: AssuranceStatement
metadata: {name: kombit-2024}
spec:
  {supplier: kombit, year: 2024, document: Statement, standard: ISAE3000, type: Type2, level: Reasonable, scope: General,
   parts: [ProcessorAccess], period: {from: "2024-01-01", to: "2024-12-31"}, auditor: {name: Example Auditors, independence: Independent},
   opinion: Unmodified, subSuppliers: Inclusive, receipt: {state: Received, date: "2025-03-01"}}
---
apiVersion: tilsyn.dev/v1alpha1
kind: AssuranceStatement
metadata: {name: aula-2025}
spec: {solutions: [aula], supplier: netcompany, year: 2025, document: Statement, receipt: {state: Expected, date: 2026-Q2}}
`

func TestAStatementFallsDueWithNoObjectTouched(t *testing.T) {
	c := newCluster(t)
	c.apply(platformYAML)
	c.apply(statementsYAML)
	c.apply(`
apiVersion: tilsyn.dev/v1alpha1
kind: ControlProfile
metadata: {name: public-sector}
spec: {controls: [{control: SUP-04, mode: Required}]}
`)
	o := c.run(settings{clock: clocktesting.NewFakeClock(time.Date(2026, 6, 30, 10, 0, 0, 0, time.UTC))})
	is := func(want v1alpha1.Verdict) {
		t.Helper()
		c.eventually("SUP-04 of aula is "+string(want), func() (bool, string) {
			s := &v1alpha1.HostedSolution{}
			if err := c.Get(t.Context(), client.ObjectKey{Name: "aula"}, s); err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(s.Status.Controls, func(r v1alpha1.ControlStatus) bool { return r.Control == "SUP-04" })
			return i >= 0 && s.Status.Controls[i].Verdict == want, fmt.Sprintf("%+v", s.Status.Controls)
		})
	}
	is(v1alpha1.VerdictPass)
	statement := &v1alpha1.AssuranceStatement{}
	c.shows(statement, "aula-2024", v1alpha1.ConditionConsistent, metav1.ConditionTrue, v1alpha1.ReasonConsistent, func() []metav1.Condition { return statement.Status.Conditions })
	if statement.Status.State != v1alpha1.StatementReceived || !strings.Contains(statement.Status.Received, "2025-03-01") {
		t.Errorf("status is %+v", statement.Status)
	}
	o.clock.Step(24 * time.Hour)
	is(v1alpha1.VerdictFail)
}

func TestExceptionsThatDoNothingAreTold(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	c.apply(workloadYAML, "aula", "web", unpinned)
	c.apply(`
apiVersion: tilsyn.dev/v1alpha1
kind: ControlProfile
metadata: {name: public-sector}
spec: {controls: [{control: LOC-02, mode: Required}, {control: GOV-08, mode: Required}, {control: LOC-01, mode: Required, mandatory: true}, {control: LOG-01, mode: Required}]}
`)
	for name, id := range map[string]string{"used": "LOC-02", "unused": "GOV-08", "mandatory": "LOC-01", "undecided": "LOG-01"} {
		c.may(flux, approvalYAML, name, id, "", john)
	}
	c.run(settings{})
	for name, want := range map[string][3]string{
		"used":      {v1alpha1.ConditionInUse, "True", v1alpha1.ReasonCoversResults},
		"unused":    {v1alpha1.ConditionInUse, "False", v1alpha1.ReasonUnused},
		"undecided": {v1alpha1.ConditionInUse, "Unknown", v1alpha1.ReasonUndecided},
		"mandatory": {v1alpha1.ConditionAccepted, "False", v1alpha1.ReasonMandatoryControl},
	} {
		e := &v1alpha1.ControlException{}
		found := c.shows(e, name, want[0], metav1.ConditionStatus(want[1]), want[2], func() []metav1.Condition { return e.Status.Conditions })
		if name == "used" && !strings.Contains(found.Message, "Without it LOC-02 would fail: Deployment aula/web") {
			t.Errorf("the message is %q", found.Message)
		}
	}
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictExcepted)
}
