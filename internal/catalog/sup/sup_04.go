package sup

import (
	"fmt"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
)

// SUP04 judges whether the statements of the year that is due were received and are what was required.
var SUP04 = control.Define(control.Meta{
	ID: "SUP-04", Title: "The right assurance statements are received each year", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "For each year in which the solution is in production, every statement that is required has been received from an independent auditor within half a year: of the right standard, " +
		"type, level and scope, about this system, over the whole time in production, with an opinion that one can rely on. Who was left out of it has a statement of its own of that type.",
	Why: "A controller may only use processors that give sufficient guarantees, and the auditor's statement is mostly the only look that it gets. A statement of another kind, year or system looks the same in a list.",
	NotSeen: "What the statement itself says: kind, period, opinion and systems are as recorded. Statements of years before the one that is due; " +
		"`tilsyn report statements --year` lists those.",
	ISO: []string{"5.22 Monitoring, review and change management of supplier services", "5.35 Independent review of information security"}, GDPR: []string{"28(1)", "28(3)(h)", "32(1)(d)"},
	Evidence: []string{"AssuranceStatement spec: document, year, standard, type, level, scope, parts, supplier, namedSolutions, period, auditor, opinion, subSuppliers, carvedOut, receipt, deliveries, state",
		"HostedSolution spec.inProduction, requiredStatements, financialImpact, supplierChain, personalData", "Supplier spec.assuranceRequired",
		"Institution spec.uses and SolutionEnvironment spec.stage, which spec.inProduction is held against"},
	Reasons: sup04Reasons(),
}, control.Parameters[sup04]{Defaults: sup04Defaults, Validate: sup04Validate}, control.Rules[sup04]{Solution: &control.SolutionRule[sup04]{
	Needs: []control.Need{assurance.Needs(), control.NeedsAll[v1alpha1.Supplier](), control.NeedsAll[v1alpha1.Institution](), control.NeedsAll[v1alpha1.SolutionEnvironment]()},
	Judge: judgeSUP04,
}})

// sup04 are the parameters of SUP-04.
type sup04 struct {
	// Required statements of every solution with personal data. What the solution and its suppliers require comes on top.
	Required []v1alpha1.RequiredStatement `json:"required"`
	// Financial statements, for solutions with financialImpact.
	Financial []v1alpha1.RequiredStatement `json:"financial"`
	// DueAfterPeriodEnd is how long after the year its statements may come, for example 6mo.
	DueAfterPeriodEnd string `json:"dueAfterPeriodEnd"`
	// GapDays of the time in production that need not be covered.
	GapDays int32 `json:"gapDays"`
	// LongestPeriod that one statement may be about, for example 18mo.
	LongestPeriod string `json:"longestPeriod"`
	// Clarification is how long a need may be under clarification, for example 90d.
	Clarification string `json:"clarification"`
}

func sup04Defaults(l control.Levels) sup04 {
	p := sup04{DueAfterPeriodEnd: "6mo", LongestPeriod: "18mo", Clarification: "90d"}
	const isae3402, type2 = v1alpha1.StandardISAE3402, v1alpha1.StatementType2
	base := v1alpha1.StatementKind{Standard: v1alpha1.StandardISAE3000, Type: type2, Level: v1alpha1.AssuranceReasonable}
	switch {
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential):
		system, processor := base, base
		system.Scope, system.Parts = v1alpha1.ScopeSpecific, []v1alpha1.StatementPart{v1alpha1.PartGDPRControls}
		processor.Scope, processor.Parts = v1alpha1.ScopeGeneral, []v1alpha1.StatementPart{v1alpha1.PartProcessorAccess}
		p.Required = []v1alpha1.RequiredStatement{{Name: "system", StatementKind: system}, {Name: "processor", StatementKind: processor}}
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityInternal):
		base.Level = v1alpha1.AssuranceLimited // general or specific: a specific one says no less
		p.Required = []v1alpha1.RequiredStatement{{Name: "general", StatementKind: base}}
	}
	p.Financial = []v1alpha1.RequiredStatement{
		{Name: "application-controls", StatementKind: v1alpha1.StatementKind{Standard: isae3402, Type: type2, Scope: v1alpha1.ScopeSpecific, Parts: []v1alpha1.StatementPart{v1alpha1.PartApplicationControls}}},
		{Name: "general-it-controls", StatementKind: v1alpha1.StatementKind{Standard: isae3402, Type: type2, Scope: v1alpha1.ScopeGeneral, Parts: []v1alpha1.StatementPart{v1alpha1.PartGeneralITControls}}},
	}
	return p
}

func sup04Validate(p sup04, _ control.Levels) error {
	for name, value := range map[string]string{"dueAfterPeriodEnd": p.DueAfterPeriodEnd, "longestPeriod": p.LongestPeriod, "clarification": p.Clarification} {
		if _, err := date.ParsePeriod(value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, list := range [][]v1alpha1.RequiredStatement{p.Required, p.Financial} {
		for _, r := range list {
			if r.Name == "" || r.Standard == "" {
				return fmt.Errorf("required: each entry needs a name and a standard, for example {name: system, standard: ISAE3000}")
			}
			if r.Link != "" {
				return fmt.Errorf("required: %s names the link %s; a profile does not know the chain of a solution, write it there", r.Name, r.Link)
			}
		}
	}
	if p.GapDays < 0 || p.GapDays > 366 {
		return fmt.Errorf("gapDays: %d is not between 0 and 366", p.GapDays)
	}
	return nil
}

func sup04Reasons() []control.ReasonText {
	const pass, fail, unknown, no = v1alpha1.VerdictPass, v1alpha1.VerdictFail, v1alpha1.VerdictUnknown, v1alpha1.VerdictNotApplicable
	return []control.ReasonText{
		{Reason: "Received", Verdict: pass, Text: "{year}, {requirement}: {statement} is what is required ({kind})."},
		{Reason: "NotRequired", Verdict: no, Text: "No statement is required of a solution of this kind."},
		{Reason: "NotInProduction", Verdict: no, Text: "The solution was not in production in {year}."},
		{Reason: "ProductionDenied", Verdict: fail, Text: "spec.inProduction leaves {from} to {to} out, and {what}.",
			Remediation: "Correct spec.inProduction of HostedSolution {solution}, so that it holds every day on which the solution was in use; or correct what speaks against it."},
		{Reason: "NothingReceived", Verdict: fail, Text: "Nothing is recorded of the statements for {year}, which were due by {due}: {kinds}.",
			Remediation: "Ask the suppliers for them and record each as an AssuranceStatement with spec.solutions [{solution}] and year {year}. If the solution was not in production then, say so in spec.inProduction."},
		{Reason: "Missing", Verdict: fail, Text: "{year}, {requirement}: no statement of that kind is recorded, and it was due by {due} ({kind}){beside}.",
			Remediation: "Ask for it and record it as an AssuranceStatement; while it is on its way, with receipt {state: Expected} and a date."},
		{Reason: "NotAStatement", Verdict: fail, Text: "{year}, {requirement}: there is only {statement}, and a {document} is no statement of an independent auditor ({kind}).",
			Remediation: "Ask for the statement itself. A certificate says that a management system exists, a management statement or self-assessment is the supplier's own word."},
		{Reason: "NotReceived", Verdict: fail, Text: "{year}, {requirement}: {statement} is {state} and was due by {due}.",
			Remediation: "Ask where it stays. When it is here, record receipt {state: Received, date: ...}."},
		{Reason: "ReceiptUnclear", Verdict: unknown, Text: "{year}, {requirement}: the record does not say whether {statement} was received.",
			Remediation: "Look, and record receipt {state: Received, date: ...} in AssuranceStatement {statement}."},
		{Reason: "UnderClarification", Verdict: unknown, Text: "{year}, {requirement}: whether {statement} is needed is being clarified, until {until} at most.",
			Remediation: "Decide it. Needed: order it. Not needed: take the requirement away, or state: NotRelevant with a reason and an exception."},
		{Reason: "ClarifiedTooLong", Verdict: fail, Text: "{year}, {requirement}: whether {statement} is needed has been under clarification for longer than {limit}.",
			Remediation: "Decide it. Needed: order it. Not needed: correct spec.financialImpact or spec.requiredStatements of the solution, or ask for an exception."},
		{Reason: "ClaimedNotRelevant", Verdict: fail, Text: "{year}, {requirement}: {statement} is called not relevant ({why}), and the solution was in production.",
			Remediation: "Order the statement; or, if the solution was not in production, correct spec.inProduction; or ask for an exception."},
		{Reason: "Contradicts", Verdict: fail, Text: "{year}, {requirement}: {statement} cannot be as recorded: {doubt}.",
			Remediation: "Correct {field} of AssuranceStatement {statement}."},
		{Reason: "WrongKind", Verdict: fail, Text: "{year}, {requirement}: {statement} is not the kind required: {differences}.",
			Remediation: "Ask for a statement of the kind required: {kind}. If the record is wrong, correct spec.standard, type, level, scope or parts."},
		{Reason: "WrongSupplier", Verdict: fail, Text: "{year}, {requirement}: {statement} is about {supplier}, and required is one about {wanted}.",
			Remediation: "Ask {wanted} for a statement of its own: one about a parent company or another supplier says nothing of it."},
		{Reason: "OtherSystem", Verdict: fail, Text: "{year}, {requirement}: {statement} names {named}, and not this solution.",
			Remediation: "Ask for a statement that covers {solution}. If the text does name it, add it to spec.namedSolutions."},
		{Reason: "PeriodGap", Verdict: fail, Text: "{year}, {requirement}: {statement} leaves {from} to {to} uncovered.",
			Remediation: "Ask for a statement over the whole time in production. Last year's statement under a new date covers nothing of this year."},
		{Reason: "PeriodTooLong", Verdict: fail, Text: "{year}, {requirement}: {statement} is about {from} to {to}, and one statement may be about {most}.",
			Remediation: "Ask for the statement of the year. If the record is wrong, correct spec.period of AssuranceStatement {statement}."},
		{Reason: "ReceivedLate", Verdict: fail, Text: "{year}, {requirement}: {statement} was received {received}, and was due by {due}.",
			Remediation: "It stays late: agree the day of the next one with the supplier, and ask for an exception until the next year is due."},
		{Reason: "BadOpinion", Verdict: fail, Text: "{year}, {requirement}: the opinion of {statement} is {opinion}.",
			Remediation: "Treat it as no assurance: supervise the supplier by other means now, and decide whether it can still be used."},
		{Reason: "NotIndependent", Verdict: fail, Text: "{year}, {requirement}: {auditor}, who made {statement}, is not independent of whom it is about.",
			Remediation: "Ask for a statement by an independent auditor."},
		{Reason: "CarvedOut", Verdict: fail, Text: "{year}, {requirement}: {statement} leaves out {supplier}, and there is no statement of its own that one can rely on{why}.",
			Remediation: "Ask for the statement of {supplier} and record it with spec.supplier {supplier} and year {year}."},
		{Reason: "NotRecorded", Verdict: unknown, Text: "{year}, {requirement}: of {statement} is not recorded: {fields}.",
			Remediation: "Read the statement and add {fields} to AssuranceStatement {statement}."},
	}
}
