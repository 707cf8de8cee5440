package sup

import (
	"fmt"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
)

// SUP05 judges whether statements reach those who supervise. It is shared: the provider passes them on, and the institution
// has an address for them and asks for what it lacks.
var SUP05 = control.Define(control.Meta{
	ID: "SUP-05", Title: "Statements reach those who supervise", Since: "1", Severity: v1alpha1.SeverityMedium, Party: v1alpha1.PartyShared,
	MustHold: "Each statement and action plan that is received is passed on to every controller, or to the secretariat that supervises for it, and to the other recipients of the solution, within the time allowed; " +
		"self-governing institutions have the management statement; every institution has an address for statements.",
	Why:     "The duty to supervise rests with the controller. A statement that lies with the provider is no supervision, and one line that says \"to all\" hides whoever was left out.",
	NotSeen: "Whether anybody opened what was sent. Statements of earlier years than those counted; `tilsyn report statements --year` lists them, with the days that each delivery took.",
	ISO:     []string{"5.22 Monitoring, review and change management of supplier services", "5.14 Information transfer"}, GDPR: []string{"5(2)", "28(3)(h)"},
	Evidence: []string{"AssuranceStatement spec.receipt, deliveries, document, year", "HostedSolution spec.controllers, statementRecipients", "Institution spec.contacts (role Statements), secretariats, type; its labels",
		"Attestation of type ManagementStatement"},
	Reasons: sup05Reasons(),
}, control.Parameters[sup05]{
	Defaults: func(control.Levels) sup05 {
		return sup05{DeliverWithin: "30d", ManagementStatementDue: "03-31", Years: 2}
	},
	Validate: sup05Validate,
}, control.Rules[sup05]{
	Solution: &control.SolutionRule[sup05]{
		Needs: []control.Need{assurance.Needs(), control.NeedsAll[v1alpha1.Institution]()},
		Judge: judgeDeliveries,
	},
	Institution: &control.InstitutionRule[sup05]{
		Needs: []control.Need{assurance.Needs(), control.NeedsAll[v1alpha1.Institution]()},
		Judge: judgeRecipient,
	},
})

// sup05 are the parameters of SUP-05.
type sup05 struct {
	// DeliverWithin is how long after receipt a statement may take to be passed on, for example 30d.
	DeliverWithin string `json:"deliverWithin"`
	// ManagementStatementDue is the month and day of the next year by which the management statement is there, for example 03-31.
	ManagementStatementDue string `json:"managementStatementDue"`
	// Years that count: the statements of the present year and of so many before it.
	Years int32 `json:"years"`
}

func sup05Validate(p sup05, _ control.Levels) error {
	if _, err := date.ParsePeriod(p.DeliverWithin); err != nil {
		return fmt.Errorf("deliverWithin: %w", err)
	}
	if d, err := date.Parse("2023-" + p.ManagementStatementDue); err != nil || d.Precision() != date.Day {
		return fmt.Errorf("managementStatementDue: %q is not a month and day, for example 03-31", p.ManagementStatementDue)
	}
	if p.Years < 1 || p.Years > 10 {
		return fmt.Errorf("years: %d is not between 1 and 10", p.Years)
	}
	return nil
}

// counted gives the first year whose statements count, and the instant at which that changes.
func (p *sup05) counted(now time.Time) (int32, time.Time) {
	year := int32(now.In(date.Copenhagen()).Year())
	return year - p.Years, assurance.Due(year, date.Period{})
}

func sup05Reasons() []control.ReasonText {
	const pass, fail, unknown, no = v1alpha1.VerdictPass, v1alpha1.VerdictFail, v1alpha1.VerdictUnknown, v1alpha1.VerdictNotApplicable
	return []control.ReasonText{
		{Reason: "Delivered", Verdict: pass, Text: "{statement} has reached all who are entitled to it."},
		{Reason: "DeliveredLate", Verdict: pass, Text: "{statement} has reached all who are entitled to it, {days} days after receipt; {limit} is the time allowed."},
		{Reason: "NotYetDue", Verdict: pass, Text: "{statement} was received and is to be passed on by {due} to {recipients}."},
		{Reason: "ManagementStatementThere", Verdict: pass, Text: "The management statement for {year} is available to the self-governing institutions."},
		{Reason: "HasAddress", Verdict: pass, Text: "Statements reach the institution: {where}."},
		{Reason: "HasStatements", Verdict: pass, Text: "The institution, or who supervises for it, has what was due of the statements of {solution}."},
		{Reason: "NothingReceived", Verdict: no, Text: "No statement of the years that count has been received, so there is none to pass on."},
		{Reason: "NoSolution", Verdict: no, Text: "The institution is controller of no solution here and supervises for nobody."},
		{Reason: "NotDelivered", Verdict: fail, Text: "{statement} was to be passed on by {due}, and no delivery is recorded to {recipients}.",
			Remediation: "Send it, and record a delivery for each recipient: spec.deliveries[] {institution or group or organisation, state: Delivered, date: ...}. Where a secretariat supervises, send it there."},
		{Reason: "PastSecretariat", Verdict: fail, Text: "{statement} was sent to {recipients}, for whom {secretariat} supervises, and not to {secretariat}.",
			Remediation: "Send it to {secretariat} and record that delivery."},
		{Reason: "BeforeReceipt", Verdict: fail, Text: "{statement} cannot be as recorded: {doubt}.", Remediation: "Correct the date of receipt or of the delivery in AssuranceStatement {statement}."},
		{Reason: "Contradicts", Verdict: fail, Text: "{statement} cannot be as recorded: {doubt}.", Remediation: "Correct {field} of AssuranceStatement {statement}."},
		{Reason: "NoManagementStatement", Verdict: fail, Text: "{count} self-governing institutions use the solution, and no management statement for {year} is available to them; it was due by {due}.",
			Remediation: "Make it available, and record it: an Attestation of type ManagementStatement {year, publishedAt}, or an AssuranceStatement with document: ManagementStatement and its deliveries."},
		{Reason: "NoAddress", Verdict: fail, Text: "Nobody has said where statements for the institution are to be sent.",
			Remediation: "Add a contact of role Statements with an e-mail address to spec.contacts, or the secretariat that supervises to spec.secretariats."},
		{Reason: "SecretariatNoAddress", Verdict: fail, Text: "Statements for the institution go through {way}, and nobody has said where {secretariat} wants them sent.",
			Remediation: "Add a contact of role Statements with an e-mail address to spec.contacts of Institution {secretariat}."},
		{Reason: "SecretariatCircle", Verdict: fail, Text: "Statements for the institution go round in a circle ({way}), so they reach nobody.",
			Remediation: "Take the entry out of spec.secretariats of the one that supervises itself, and give it a contact of role Statements."},
		{Reason: "SecretariatUnknown", Verdict: unknown, Text: "{secretariat} is to supervise for the institution, and there is no Institution {secretariat}, so where statements go is not known.",
			Remediation: "Apply an Institution {secretariat} with a contact of role Statements, or correct the name in spec.secretariats."},
		{Reason: "LacksStatements", Verdict: fail, Text: "Of {solution} the institution lacks {statements}, which should have been passed on.",
			Remediation: "Ask the provider of {solution} for them; without them the processor is not supervised. If they came, the provider corrects spec.deliveries."},
		{Reason: "MayLackStatements", Verdict: unknown, Text: "Whether the institution has {statements} of {solution} cannot be told: dates of receipt or delivery are missing, too coarse, or cannot be.",
			Remediation: "Ask the provider of {solution} for them, and for the days in the record."},
		{Reason: "NoControllers", Verdict: unknown, Text: "The solution names no controller, so nobody can say to whom its statements are to go.",
			Remediation: "The owner adds spec.controllers to HostedSolution {solution}."},
		{Reason: "GroupNotKnown", Verdict: unknown, Text: "{statement} was passed on to {group} as a whole, of which {known} are recorded ({expected}); who was left out cannot be seen.",
			Remediation: "Record the members as Institutions and select them in spec.controllers (institutionSelector), or record a delivery for each."},
		{Reason: "DeliveryNotDated", Verdict: unknown, Text: "{statement} is said to have been passed on to {recipients}, and not when.", Remediation: "Add the date to spec.deliveries of AssuranceStatement {statement}."},
		{Reason: "RecipientNotSaid", Verdict: unknown, Text: "{statement} was passed on, and nobody wrote down to whom; {recipients} may lack it.",
			Remediation: "Find out, and record a delivery for each recipient in AssuranceStatement {statement}."},
		{Reason: "ReceiptNotDated", Verdict: unknown, Text: "{statement} was received on a day that nobody wrote down, so the time to pass it on to {recipients} cannot be counted.",
			Remediation: "Add receipt.date to AssuranceStatement {statement}, or pass it on and record that."},
		{Reason: "MembershipUnclear", Verdict: unknown, Text: "{statement} was passed on at a date too coarse to tell who supervised for {recipients} then.",
			Remediation: "Write the day of the delivery."},
	}
}
