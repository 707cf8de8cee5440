package sup

import (
	"fmt"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
)

// SUP01 judges whether everybody in the chain is bound by an agreement.
var SUP01 = control.Define(control.Meta{
	ID: "SUP-01", Title: "A processing agreement is in force", Since: "1", Severity: v1alpha1.SeverityCritical, Party: v1alpha1.PartyProvider,
	MustHold: "Between each controller and the processor, and between each next link and the one that engaged it, one agreement is in force that names the solution; " +
		"it has appendices B and C, all that GDPR art. 28(3) demands and the security measures, belongs to the main agreement where the processor uses one, and was reviewed in time.",
	Why:     "Without an agreement the processing is unlawful, however good the operation is; and an agreement that nobody looks at for years describes another system.",
	NotSeen: "What the documents say; that a signature is somebody's who may sign.",
	ISO:     []string{"5.20 Addressing information security within supplier agreements"},
	GDPR:    []string{"28(3)", "28(9)"},
	Evidence: []string{"HostedSolution spec.supplierChain, spec.controllers", "ProcessingAgreement spec (parties, solutions, dates, content, appendices, mainAgreement)",
		"Institution labels and spec.uses"},
	Reasons: sup01Reasons(),
}, control.Parameters[sup01]{Defaults: sup01Defaults, Validate: sup01Validate}, control.Rules[sup01]{Solution: &control.SolutionRule[sup01]{
	Needs: append(chain.Needs(), control.NeedsAll[v1alpha1.Institution]()),
	Judge: judgeSUP01,
}})

// sup01 are the parameters of SUP-01.
type sup01 struct {
	// WarnBeforeExpiry is how long before its end an agreement is called ending soon; the control passes until the end.
	WarnBeforeExpiry string `json:"warnBeforeExpiry"`
	// MaxWithoutReview is the longest time since an agreement was signed or last reviewed, at most 36mo.
	MaxWithoutReview string `json:"maxWithoutReview"`
}

func sup01Defaults(l control.Levels) sup01 {
	p := sup01{WarnBeforeExpiry: "90d", MaxWithoutReview: "36mo"}
	switch {
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential):
		p.MaxWithoutReview = "12mo"
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityInternal):
		p.MaxWithoutReview = "24mo"
	}
	return p
}

func sup01Validate(p sup01, _ control.Levels) error {
	if _, err := date.ParsePeriod(p.WarnBeforeExpiry); err != nil {
		return fmt.Errorf("warnBeforeExpiry: %w", err)
	}
	review, err := date.ParsePeriod(p.MaxWithoutReview)
	if err != nil {
		return fmt.Errorf("maxWithoutReview: %w", err)
	}
	if start := time.Unix(0, 0).UTC(); review.After(start).After(start.AddDate(3, 0, 0)) {
		return fmt.Errorf("maxWithoutReview: %s is more than 36mo", p.MaxWithoutReview)
	}
	return nil
}

func sup01Reasons() []control.ReasonText {
	return append([]control.ReasonText{
		{Reason: "NotNeeded", Verdict: v1alpha1.VerdictNotApplicable, Text: "The solution holds no personal data and nothing but public information."},
		{Reason: "JointControllers", Verdict: v1alpha1.VerdictNotApplicable, Text: "The controllers are joint controllers under {agreement}, and nobody processes for them."},
		{Reason: "OwnHands", Verdict: v1alpha1.VerdictNotApplicable, Text: "{link} is the controller itself, which makes no agreement with itself."},
		{Reason: "Untouched", Verdict: v1alpha1.VerdictNotApplicable, Text: "{link} is said to have nothing to do with personal data, and no agreement says otherwise; SUP-03 looks at what runs."},
		{Reason: "InForce", Verdict: v1alpha1.VerdictPass, Text: "{agreement} between {customer} and {link} is in force."},
		{Reason: "EndsSoon", Verdict: v1alpha1.VerdictPass, Text: "{agreement} between {customer} and {link} ends on {until}, and no other takes its place: renew it."},
		{Reason: "NoChain", Verdict: v1alpha1.VerdictFail, Text: "The solution names no supplier, so nobody can say with whom there is an agreement.",
			Remediation: "The owner adds spec.supplierChain [{name: processor, supplier: ...}], and the contract owner a Supplier and a ProcessingAgreement for each link. " +
				"A controller that runs the solution itself enters itself."},
		{Reason: "NoAgreements", Verdict: v1alpha1.VerdictFail, Text: "No agreement names the solution; its chain has {count}: {links}.",
			Remediation: "Record a ProcessingAgreement for each link: type, parties {customer, processor}, solutions, signedAt, validFrom, validUntil or openEnded, and the appendices."},
		{Reason: "NoAgreement", Verdict: v1alpha1.VerdictFail, Text: "No agreement between {customer} and {link} names the solution.",
			Remediation: "Make one and record it: a ProcessingAgreement with parties.processor: {supplier} and the solution in spec.solutions."},
		{Reason: "NotNamed", Verdict: v1alpha1.VerdictFail, Text: "{agreement} between {customer} and {link} names no solution, and so covers none.",
			Remediation: "Have the solution named in the agreement or in a list that belongs to it, and record it in spec.solutions."},
	}, sup01Faults()...)
}

func sup01Faults() []control.ReasonText {
	return []control.ReasonText{
		{Reason: "NotSigned", Verdict: v1alpha1.VerdictFail, Text: "{agreement} between {customer} and {link} is not signed.",
			Remediation: "Have it signed, and record the day: spec.signedAt, or for institutions spec.parties.customer.institutions[].signedAt."},
		{Reason: "NotYetInForce", Verdict: v1alpha1.VerdictFail, Text: "{agreement} between {customer} and {link} begins on {from}.",
			Remediation: "Have an agreement in force before data are processed, or stop the processing until {from}."},
		{Reason: "Ended", Verdict: v1alpha1.VerdictFail, Text: "{agreement} between {customer} and {link} ended on {until}.",
			Remediation: "Renew it, or have the data deleted or returned and take the link out of the chain."},
		{Reason: "DatesWrong", Verdict: v1alpha1.VerdictFail, Text: "{agreement} between {customer} and {link} has dates that cannot be: one is not a day, or it ends before it begins.",
			Remediation: "Correct signedAt, validFrom and validUntil; days are written 2026-12-31."},
		{Reason: "TwoInForce", Verdict: v1alpha1.VerdictFail, Text: "{agreements} are both in force between {customer} and {link}{whom}, so which instruction counts cannot be told.",
			Remediation: "End one of them: spec.endedAt, or spec.validUntil."},
		{Reason: "EndNotRecorded", Verdict: v1alpha1.VerdictFail, Text: "{agreement} between {customer} and {link} says neither when it ends nor that it has no end.",
			Remediation: "Look it up and set spec.validUntil, or spec.openEnded: true."},
		{Reason: "NotReviewed", Verdict: v1alpha1.VerdictFail, Text: "{agreement} between {customer} and {link} was last looked at on {date}; {most} is the longest.",
			Remediation: "Hold it against what the solution does today, and set spec.reviewedAt."},
		{Reason: "Incomplete", Verdict: v1alpha1.VerdictFail, Text: "{agreement} between {customer} and {link} lacks {what}.",
			Remediation: "Have it added to the agreement, or tick off what it does hold: spec.content, spec.appendixB (entries or noEntries), spec.appendixC (securityMeasures)."},
		{Reason: "MainAgreement", Verdict: v1alpha1.VerdictFail, Text: "{agreement} between {customer} and {link}: {why}.",
			Remediation: "Record the connection agreement as a ProcessingAgreement of type Connection that names the solution, and name it in spec.mainAgreement."},
		{Reason: "NoControllers", Verdict: v1alpha1.VerdictFail, Text: "The solution names no controllers, so nobody can say whether all of them have signed.",
			Remediation: "Add spec.controllers: by name, by institutions, or by institutionSelector and expectedCount."},
		{Reason: "ControllersUnsigned", Verdict: v1alpha1.VerdictFail, Text: "{count} of {whom} have no agreement in force with {link}{examples}.",
			Remediation: "Have them sign before they use the solution, and record it in spec.parties.customer: institutions[] {institution, signedAt}, or group {name, signed}."},
		{Reason: "ControllersNotCounted", Verdict: v1alpha1.VerdictUnknown, Text: "{agreement} between {customer} and {link} says that {signed} of {whom} have signed, and nothing says how many there are.",
			Remediation: "Say who {whom} are in spec.controllers of the HostedSolution: institutionSelector, institutions, or expectedCount (1 for a single controller)."},
		{Reason: "SignaturesTooMany", Verdict: v1alpha1.VerdictUnknown, Text: "{agreement} between {customer} and {link} says that {signed} of {whom} have signed, and there are {count}: one of the numbers is wrong.",
			Remediation: "Count again, and correct parties.customer.group.signed of the agreement, or spec.controllers of the HostedSolution."},
		{Reason: "NoArrangement", Verdict: v1alpha1.VerdictFail, Text: "{controllers} are joint controllers, and no arrangement between them is in force.",
			Remediation: "Record it as a ProcessingAgreement of type JointControllership that names the solution and them."},
	}
}
