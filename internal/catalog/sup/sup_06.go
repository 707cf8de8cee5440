package sup

import (
	"fmt"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
)

// SUP06 judges what becomes of statements once they are here, and whether supervision is carried out. Whom the controllers
// engaged they supervise themselves, so that part is the institutions'.
var SUP06 = control.Define(control.Meta{
	ID: "SUP-06", Title: "Observations are followed up and supervision is carried out", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyShared,
	MustHold: "Statements are assessed in time; every observation has a severity, an owner, an action and a day, and is closed by it with evidence and does not come again; a qualified opinion, and a statement found insufficient, has an action plan; " +
		"each supplier is supervised as often as the level asks, for the first time within one interval; who coordinates the supervision of a processor that many share is settled.",
	Why:     "A statement that nobody reads is a receipt. What the auditor found stays open in the system until somebody closes it, and next year's statement says the same again.",
	NotSeen: "Whether a closure mends what was found: closing and evidence are as recorded. A conclusion counts as insufficient where it begins with that word. A due day that was moved is not seen either; age counts from the first statement, so that moving it does not help.",
	ISO:     []string{"5.22 Monitoring, review and change management of supplier services", "5.36 Compliance with policies, rules and standards for information security"},
	GDPR:    []string{"5(2)", "24", "28(1)", "32(1)(d)"},
	Evidence: []string{"AssuranceStatement spec.assessment, opinion, observations, noObservations, actionPlan, answers, measures", "Supplier spec.supervision",
		"HostedSolution spec.supplierChain, controllers", "Institution (the coordinator)"},
	Reasons: sup06Reasons(),
}, control.Parameters[sup06]{Defaults: sup06Defaults, Validate: sup06Validate}, control.Rules[sup06]{Solution: &control.SolutionRule[sup06]{
	Needs: append(chain.Needs(), assurance.Needs(), control.NeedsAll[v1alpha1.Institution]()),
	Judge: judgeSUP06,
}})

// sup06 are the parameters of SUP-06.
type sup06 struct {
	// AssessWithin is how long a statement may lie before it is assessed, for example 30d.
	AssessWithin string `json:"assessWithin"`
	// CloseWithin is how long an observation may stay open, by severity; one that is not assessed counts as high.
	CloseWithin closeWithin `json:"closeWithin"`
	// SupervisionInterval is the longest time between two acts of supervision of a supplier, for example 12mo.
	SupervisionInterval string `json:"supervisionInterval"`
	// VisitInterval is the longest time between two visits, for example 36mo; empty: no visit is required.
	VisitInterval string `json:"visitInterval"`
	// Years whose statements must be assessed: the present year's and so many before it. Observations count however old.
	Years int32 `json:"years"`
}

// closeWithin are lengths of time by severity.
type closeWithin struct {
	Critical string `json:"critical"`
	High     string `json:"high"`
	Medium   string `json:"medium"`
	Low      string `json:"low"`
}

// of gives the time for a severity; what nobody has assessed is serious until somebody has.
func (c closeWithin) of(s v1alpha1.Severity) string {
	switch s {
	case v1alpha1.SeverityCritical:
		return c.Critical
	case v1alpha1.SeverityMedium:
		return c.Medium
	case v1alpha1.SeverityLow:
		return c.Low
	default:
		return c.High
	}
}

func sup06Defaults(l control.Levels) sup06 {
	p := sup06{AssessWithin: "30d", CloseWithin: closeWithin{"30d", "90d", "180d", "365d"}, SupervisionInterval: "36mo", Years: 2}
	switch {
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive):
		p.SupervisionInterval, p.VisitInterval = "12mo", "36mo"
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential):
		p.SupervisionInterval = "12mo"
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityInternal):
		p.SupervisionInterval = "24mo"
	}
	return p
}

func sup06Validate(p sup06, _ control.Levels) error {
	for _, f := range []struct{ name, value string }{
		{"assessWithin", p.AssessWithin}, {"closeWithin.critical", p.CloseWithin.Critical}, {"closeWithin.high", p.CloseWithin.High},
		{"closeWithin.medium", p.CloseWithin.Medium}, {"closeWithin.low", p.CloseWithin.Low}, {"supervisionInterval", p.SupervisionInterval}, {"visitInterval", p.VisitInterval},
	} {
		if f.name == "visitInterval" && f.value == "" {
			continue
		}
		if period, err := date.ParsePeriod(f.value); err != nil || period.IsZero() {
			return fmt.Errorf("%s: %q is not a length of time, for example 30d", f.name, f.value)
		}
	}
	if p.Years < 1 || p.Years > 10 {
		return fmt.Errorf("years: %d is not between 1 and 10", p.Years)
	}
	return nil
}

func sup06Reasons() []control.ReasonText {
	const pass, fail, unknown, no = v1alpha1.VerdictPass, v1alpha1.VerdictFail, v1alpha1.VerdictUnknown, v1alpha1.VerdictNotApplicable
	return []control.ReasonText{
		{Reason: "FollowedUp", Verdict: pass, Text: "{statement}: {closed} observations are closed, {open} are under way and in time."},
		{Reason: "ToBeAssessed", Verdict: pass, Text: "{statement} is here and is to be assessed by {due}."},
		{Reason: "Supervised", Verdict: pass, Text: "{supplier} is supervised as planned; the next is due by {due}."},
		{Reason: "NothingObserved", Verdict: no, Text: "{statement} has no observations and an unmodified opinion."},
		{Reason: "NoSupplier", Verdict: no, Text: "The solution names no supplier but its controllers that has to do with personal data, and no statement is recorded."},
		{Reason: "Overdue", Verdict: fail, Text: "{statement}: {list} should have been closed.",
			Remediation: "Close it and record closedAt and evidence; until then ask for an exception with a plan. A later dueAt does not help: age counts from the first statement that had it."},
		{Reason: "NotPlanned", Verdict: fail, Text: "Not settled in {statement}: {list}.",
			Remediation: "Assess each observation and give it an owner, an action and a day: severity, owner, action and dueAt in spec.observations of AssuranceStatement {statement}."},
		{Reason: "Repeated", Verdict: fail, Text: "{statement} finds again what was marked closed: {list}.",
			Remediation: "Find out why the closure did not hold, and have the next one verified by somebody else: verifiedAt and verifiedBy."},
		{Reason: "ClosedBefore", Verdict: fail, Text: "{statement}: {list} was closed before the audited period began, in which the auditor found it.",
			Remediation: "Close what the auditor found, and correct closedAt in spec.observations of AssuranceStatement {statement}."},
		{Reason: "FoundInsufficient", Verdict: fail, Text: "{statement} was assessed ({conclusion}), and no action plan that answers it has been received.",
			Remediation: "Supervise the supplier by other means, and record what it will do as an AssuranceStatement with document: ActionPlan and answers [{statement}]."},
		{Reason: "NoActionPlan", Verdict: fail, Text: "The opinion of {statement} is not unmodified, and no action plan that answers it has been received.",
			Remediation: "Ask for the plan and record it as an AssuranceStatement with document: ActionPlan and answers [{statement}]."},
		{Reason: "EmptyActionPlan", Verdict: fail, Text: "{statement} is an action plan without a measure.",
			Remediation: "Record its measures, each with an owner and a day: spec.measures. If it has none, send it back."},
		{Reason: "MeasuresOverdue", Verdict: fail, Text: "{statement}: {list} should have been done.", Remediation: "Have it done and record doneAt and evidence."},
		{Reason: "MeasuresNotPlanned", Verdict: fail, Text: "Not settled in {statement}: {list}.", Remediation: "Agree an owner and a day for each measure: owner and dueAt in spec.measures."},
		{Reason: "NoSupervisionPlan", Verdict: fail, Text: "No supervision is planned of {suppliers}.",
			Remediation: "Add spec.supervision to each Supplier, for example {example}."},
		{Reason: "SupervisionOverdue", Verdict: fail, Text: "{supplier}: supervision {since} ({forms}).",
			Remediation: "Carry it out, and record lastAt and report in spec.supervision.activities of Supplier {supplier}."},
		{Reason: "NoVisit", Verdict: fail, Text: "{supplier}: data of this level ask for a visit every {interval}, and none is planned.",
			Remediation: "Add {example} to spec.supervision.activities of Supplier {supplier}."},
		{Reason: "NoCoordinator", Verdict: fail, Text: "Several controllers share {suppliers}, and nobody is named who coordinates its supervision.",
			Remediation: "Agree who does, for example a joint secretariat, and name that Institution in spec.supervision.coordinator."},
		{Reason: "UnknownCoordinator", Verdict: fail, Text: "{supplier}: there is no Institution {coordinator}, which is to coordinate its supervision.",
			Remediation: "Apply the Institution {coordinator}, or correct spec.supervision.coordinator of Supplier {supplier}."},
		{Reason: "NotAssessed", Verdict: unknown, Text: "{statement} was to be assessed by {due}, and nobody has.",
			Remediation: "Read it, and record spec.assessment {at, by, conclusion} and its observations."},
		{Reason: "ObservationsNotRecorded", Verdict: unknown, Text: "Whether {statement} has observations is not recorded.",
			Remediation: "Read it and record spec.observations, or noObservations: true."},
		{Reason: "OpinionNotRecorded", Verdict: unknown, Text: "What the auditor concluded in {statement} is not recorded.",
			Remediation: "Read it and record spec.opinion; one that is not Unmodified needs an action plan."},
		{Reason: "ReceivedAhead", Verdict: unknown, Text: "{statement} is recorded as received {date}, which has not come.",
			Remediation: "Correct spec.receipt of AssuranceStatement {statement}: while it is on its way, {state: Expected} and a date."},
		{Reason: "NotEvidenced", Verdict: unknown, Text: "{supplier}: of {forms} no report is recorded.", Remediation: "Add report to spec.supervision.activities of Supplier {supplier}."},
		{Reason: "SupplierNotRecorded", Verdict: unknown, Text: "There is no Supplier {suppliers}, so how it is supervised is not known.",
			Remediation: "Record {suppliers} as a Supplier with spec.supervision, or correct spec.supplierChain."},
	}
}
