package gov

import (
	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

// GOV05 judges what the provider gives the controllers to do their own part with. It sees what the other controls found: a
// part that describes what is not in order is not complete.
var GOV05 = control.Define(control.Meta{
	ID: "GOV-05", Title: "The compliance package is complete", Since: "1", Severity: v1alpha1.SeverityMedium, Party: v1alpha1.PartyProvider, SecondPass: true,
	MustHold: "With personal data the five parts exist, are dated, recent and about the version in production, have a conclusion and were made available to every controller: " +
		"contribution to the impact assessment, processing record, review of principles, review of data subjects' rights, risk assessment for the data subjects. Each right is supported, planned or does not apply, with a reason.",
	Why:      "Ninety-eight municipalities cannot each find out what a system does with data. What the provider does not tell them, they assess on guesses.",
	NotSeen:  "What the documents say; whether anybody read them.",
	ISO:      []string{"5.31 Legal, statutory, regulatory and contractual requirements", "5.36 Compliance with policies, rules and standards for information security"},
	GDPR:     []string{"5(2)", "12-22", "24", "28(3)(f)", "35"},
	Evidence: []string{"HostedSolution spec.compliancePackage, version, controllers", "SupervisionRecord status.changes", "ProcessingAgreement spec.appendixB.changes", "results of GOV-02 and GOV-03"},
	Reasons:  gov05Reasons(),
}, control.Parameters[gov05]{
	Defaults: func(control.Levels) gov05 { return gov05{Interval: "12mo", DeliverWithin: "30d"} },
	Validate: func(p gov05, _ control.Levels) error {
		return checkLimits(limit{"interval", p.Interval, "24mo"}, limit{"deliverWithin", p.DeliverWithin, "90d"})
	},
}, control.Rules[gov05]{Solution: &control.SolutionRule[gov05]{Needs: historyNeeds(), Judge: judgePackage}})

// gov05 are the parameters of GOV-05.
type gov05 struct {
	// Interval is the longest time between issues of a part, at most 24mo.
	Interval string `json:"interval"`
	// DeliverWithin is how long after its issue a part is made available, and after a larger change a new one is issued; at
	// most 90d.
	DeliverWithin string `json:"deliverWithin"`
}

func gov05Reasons() []control.ReasonText {
	return []control.ReasonText{
		{Reason: "NoPersonalData", Verdict: v1alpha1.VerdictNotApplicable, Text: "The solution holds no personal data."},
		{Reason: "Complete", Verdict: v1alpha1.VerdictPass, Text: "The five parts of the compliance package are current and with the controllers."},
		{Reason: "PartsMissing", Verdict: v1alpha1.VerdictFail, Text: "The compliance package lacks: {parts}.",
			Remediation: "Write them and record each in spec.compliancePackage: kind, document {reference, version}, solutionVersion, issuedAt, conclusion, deliveries."},
		{Reason: "Undated", Verdict: v1alpha1.VerdictFail, Text: "Nothing says when these parts were issued: {parts}.",
			Remediation: "Set issuedAt of each part in spec.compliancePackage. One undated file for all five is no package."},
		{Reason: "Outdated", Verdict: v1alpha1.VerdictFail, Text: "These parts were issued more than {most} ago: {parts}.",
			Remediation: "Go through them, issue them anew and deliver them: spec.compliancePackage[] issuedAt, deliveries."},
		{Reason: "EarlierVersion", Verdict: v1alpha1.VerdictFail, Text: "Version {version} is in production; these parts are about another one or say about none: {parts}.",
			Remediation: "Write them for {version} and set solutionVersion, issuedAt and deliveries in spec.compliancePackage."},
		{Reason: "ChangedSince", Verdict: v1alpha1.VerdictFail, Text: "These parts were issued before {change} changed on {on}: {parts}.",
			Remediation: "Take the change into them, issue them anew and deliver them: spec.compliancePackage[] issuedAt, deliveries."},
		{Reason: "NotDelivered", Verdict: v1alpha1.VerdictFail, Text: "These parts have not been made available to every controller: {parts}.",
			Remediation: "Deliver them and record it: deliveries [{group, institution or organisation as in spec.controllers, state: Delivered, date}] of the part in spec.compliancePackage."},
		{Reason: "RightsOpen", Verdict: v1alpha1.VerdictFail, Text: "The review of data subjects' rights does not answer for: {rights}.",
			Remediation: "Review them and add {right, support, reason} to rights of the part DataSubjectRightsReview in spec.compliancePackage."},
		{Reason: "RightNotSupported", Verdict: v1alpha1.VerdictFail, Text: "The solution does not support, and no plan says when it will: {rights}.",
			Remediation: "Plan the support (support: Planned, and the plan in reason), or support it by a described procedure."},
		{Reason: "RightExcluded", Verdict: v1alpha1.VerdictFail, Text: "These rights are said not to apply, and always do: {rights}.",
			Remediation: "Information, access and rectification hold on any legal basis: describe how the solution supports them."},
		{Reason: "Contradicted", Verdict: v1alpha1.VerdictFail, Text: "The package has the part {part}, and {control} finds what it is about not in order ({reason}).",
			Remediation: "Mend what {control} finds, and issue the part anew."},
		{Reason: "Undecided", Verdict: v1alpha1.VerdictUnknown, Text: "The package has the part {part}, and {control} cannot tell whether what it is about is in order ({reason}).",
			Remediation: "See what {control} lacks: tilsyn explain {control}."},
		{Reason: "VersionNotStated", Verdict: v1alpha1.VerdictUnknown, Text: "Nothing says which version is in production, so nobody can tell whether the package is about it.",
			Remediation: "Set spec.version of the HostedSolution."},
		{Reason: "NoConclusion", Verdict: v1alpha1.VerdictUnknown, Text: "These parts come to no conclusion: {parts}.",
			Remediation: "Write the conclusion in one line: conclusion of the part in spec.compliancePackage."},
	}
}
