package gov

import (
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// GOV04 judges the impact assessments of the controllers: of each institution, and of controllers for whom no institution
// stands together.
var GOV04 = control.Define(control.Meta{
	ID: "GOV-04", Title: "Impact assessment and prior consultation are done where required", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyInstitution,
	MustHold: "Every processing of personal data is screened. Where an impact assessment is required, the controller's own is finished before the processing starts, the data protection officer has been consulted, " +
		"a remaining high risk has gone to prior consultation and waits for the answer, and the assessment is reviewed in time and after larger changes.",
	Why:     "It is the only control that asks, before anything runs, whether it should run at all.",
	NotSeen: "Whether the screening and the risks in it are right; that a test environment holds no real data is attested.",
	ISO:     []string{"5.34 Privacy and protection of PII", "5.8 Information security in project management"},
	GDPR:    []string{"35", "36", "39(1)(c)"},
	Evidence: []string{"Attestation ImpactAssessment spec.impactAssessment, date, validUntil", "Attestation TestDataReview", "HostedSolution spec.inProduction, controllers", "Institution spec.uses[].from",
		"SolutionEnvironment spec.stage", "SupervisionRecord status.changes", "ProcessingAgreement spec.appendixB.changes"},
	Reasons: append(gov04Reasons(), institutionReasons()...),
}, control.Parameters[gov04]{
	Defaults: gov04Defaults,
	Validate: func(p gov04, l control.Levels) error {
		return checkLimits(limit{"review", p.Review, gov04Defaults(l).Review}, limit{"afterChange", p.AfterChange, "6mo"})
	},
}, control.Rules[gov04]{
	Solution:    &control.SolutionRule[gov04]{Needs: append(gov04Needs(), control.NeedsAll[v1alpha1.Institution]()), Judge: judgeImpact},
	Institution: &control.InstitutionRule[gov04]{Needs: gov04Needs(), Judge: judgeOwnImpact},
})

// gov04 are the parameters of GOV-04.
type gov04 struct {
	// Review is the longest time between reviews of a screening or assessment; the default of the level is the most.
	Review string `json:"review"`
	// AfterChange is how long after a larger change the review may take, at most 6mo.
	AfterChange string `json:"afterChange"`
}

func gov04Defaults(l control.Levels) gov04 {
	p := gov04{Review: "36mo", AfterChange: "60d"}
	switch {
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive):
		p.Review = "12mo"
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential):
		p.Review = "24mo"
	}
	return p
}

func gov04Needs() []control.Need {
	return append(historyNeeds(), control.NeedsAll[v1alpha1.SolutionEnvironment]())
}

func gov04Reasons() []control.ReasonText {
	const record = "Attestation {name}, spec.impactAssessment"
	return []control.ReasonText{
		{Reason: "NoPersonalData", Verdict: v1alpha1.VerdictNotApplicable, Text: "{solution} holds no personal data."},
		{Reason: "ByInstitution", Verdict: v1alpha1.VerdictNotApplicable, Text: "Each of the {count} answers for its own assessment; `kubectl get institutions` shows how they stand."},
		{Reason: "NotRequired", Verdict: v1alpha1.VerdictNotApplicable, Text: "{solution} was screened on {date}; no impact assessment is required: {why}"},
		{Reason: "Finished", Verdict: v1alpha1.VerdictPass, Text: "The impact assessment of {solution} was finished on {finished}, before the processing, and reviewed on {date}."},
		{Reason: "BeforeStart", Verdict: v1alpha1.VerdictPass, Text: "The impact assessment of {solution} is not concluded yet; the processing begins on {start}."},
		{Reason: "NoScreening", Verdict: v1alpha1.VerdictUnknown, Text: "Nobody has recorded for {who} whether {solution} needs an impact assessment.",
			Remediation: "Screen it with the data protection officer and record it: an Attestation of type ImpactAssessment, {about}, impactAssessment {required, reason, screenedAt, part: Final}. Controllers who each decide for themselves each have an Institution."},
		{Reason: "NotExplained", Verdict: v1alpha1.VerdictUnknown, Text: "{solution} was screened on {date}; no impact assessment is said to be required, and nothing says why.",
			Remediation: "Write the reason in spec.impactAssessment.reason of Attestation {name}: what is processed, of whom, and which of the criteria for a high risk do not apply."},
		{Reason: "ContributionOnly", Verdict: v1alpha1.VerdictFail, Text: "{solution} needs an impact assessment, and there is only the provider's contribution to it ({name}); the controller has not made its own.",
			Remediation: "Finish your own on the basis of the contribution and record it: an Attestation of type ImpactAssessment, {about}, impactAssessment.part: Final."},
		{Reason: "NotFinished", Verdict: v1alpha1.VerdictFail, Text: "The impact assessment of {solution} is not finished, and data are processed; it lacks: {what}.",
			Remediation: "Finish it and record the days in " + record + "; until then stop the processing, or have an exception decided."},
		{Reason: "FinishedLate", Verdict: v1alpha1.VerdictFail, Text: "The impact assessment of {solution} was finished on {finished}, after the processing began on {start}.",
			Remediation: "It cannot be undone: have management decide on a ControlException that says why it happened and what prevents it next time. A wrong day is corrected in {startField}."},
		{Reason: "DPONotConsulted", Verdict: v1alpha1.VerdictFail, Text: "The data protection officer was not consulted on the impact assessment of {solution} before it was finished on {finished}.",
			Remediation: "Ask for advice, take it into a new version of the assessment, and record the day: dpoConsultedAt in " + record + "."},
		{Reason: "NoPriorConsultation", Verdict: v1alpha1.VerdictFail, Text: "The impact assessment of {solution} leaves a high risk, and the authority has not been consulted.",
			Remediation: "Lower the risk with further measures, or ask the authority (GDPR art. 36) and record priorConsultation.sentAt in " + record + "."},
		{Reason: "BeforeAnswer", Verdict: v1alpha1.VerdictFail, Text: "{solution} leaves a high risk and has been in use since {start}; the authority, asked on {sent}, answered {answered}.",
			Remediation: "Stop the processing until the authority has answered (8 weeks, or 14), and record answeredAt and outcome in " + record + "."},
		{Reason: "MayNotProceed", Verdict: v1alpha1.VerdictFail, Text: "The authority answered that the processing in {solution} may not proceed, and it does.",
			Remediation: "Stop the processing; begin again with a new assessment once the risk is lower."},
		{Reason: "OutcomeMissing", Verdict: v1alpha1.VerdictUnknown, Text: "The authority has answered on {solution}, and nothing says what.",
			Remediation: "Record priorConsultation.outcome (MayProceed, MayProceedWithConditions, MayNotProceed) in " + record + "."},
		{Reason: "NewTechnologyUnscreened", Verdict: v1alpha1.VerdictFail, Text: "{solution} uses technology that is new to the institution, and no day of a screening is recorded ({name}).",
			Remediation: "Screen it with the data protection officer and record the day: screenedAt in " + record + "."},
		{Reason: "ScoredDown", Verdict: v1alpha1.VerdictFail, Text: "The residual risk of {solution} went from {from} to {to} without a new measure ({name}).",
			Remediation: "Record the measures that lowered it (measures in " + record + "), or the risk as it was."},
		{Reason: "ReviewOverdue", Verdict: v1alpha1.VerdictFail, Text: "The screening or impact assessment of {solution} is from {date}; {most} is the longest, and it was valid until {until}.",
			Remediation: "Review it and record that as a new Attestation of type ImpactAssessment, {about}."},
		{Reason: "ChangedSince", Verdict: v1alpha1.VerdictFail, Text: "The screening or impact assessment of {solution} is from {date}, before {change} changed on {on}.",
			Remediation: "Review it and record that as a new Attestation of type ImpactAssessment, {about}."},
		{Reason: "StartNotRecorded", Verdict: v1alpha1.VerdictUnknown, Text: "The impact assessment of {solution} was finished on {finished}, and nothing says when the processing began.",
			Remediation: "Set spec.inProduction[].from of the HostedSolution, or spec.uses[{solution}].from of the Institution."},
		{Reason: "PilotUnproven", Verdict: v1alpha1.VerdictUnknown, Text: "{solution} is not in production, but runs in {environments}; nobody attests that no real data are in it, so the processing may have begun.",
			Remediation: "Have it checked and attested: an Attestation of type TestDataReview about the solution. A pilot with real data is processing: finish the assessment first."},
	}
}

func judgeImpact(in control.SolutionInput, p *gov04) []control.Result {
	s, j := in.Solution, newJudge(in.Now)
	if !personal(in.Facts, s.Object) {
		return j.done(control.NotApplicable("NoPersonalData", "solution", s.Object.Name))
	}
	institutions := facts.List[v1alpha1.Institution](in.Facts)
	who := unregistered(institutions, s.Object.Spec.Controllers)
	if there := len(control.ControllersOf(s.Object, institutions)); len(who) == 0 && there > 0 {
		return j.done(control.NotApplicable("ByInstitution", "count", plural(there, "institution", "institutions")))
	}
	if len(who) == 0 {
		who = []string{"the controllers"}
	}
	i := &impact{judge: j, solution: s, who: some(who), about: "about: {solution: " + s.Object.Name + "}", params: p}
	i.begin(in.Facts, nil)
	i.read(s.Attestations)
	return j.done(i.assess(in.Facts))
}

func judgeOwnImpact(in control.InstitutionInput, p *gov04) []control.Result {
	return inEach(in, func(j *judge, s *control.Solution, u *v1alpha1.SolutionUse) control.Result {
		if !personal(in.Facts, s.Object) {
			return control.NotApplicable("NoPersonalData", "solution", s.Object.Name)
		}
		name := in.Institution.Object.Name
		i := &impact{judge: j, solution: s, who: name, about: "about: {institution: " + name + ", solution: " + s.Object.Name + "}", params: p}
		i.begin(in.Facts, u)
		i.read(slices.Concat(about(in.Institution.Attestations, s.Object.Name), contributions(s.Attestations)))
		return i.assess(in.Facts)
	})
}

// contributions keeps the provider's parts of an assessment: what is attested of the solution is nobody's own.
func contributions(list []*v1alpha1.Attestation) (out []*v1alpha1.Attestation) {
	for _, a := range list {
		if a.Spec.ImpactAssessment != nil && a.Spec.ImpactAssessment.Part == partContribution {
			out = append(out, a)
		}
	}
	return out
}

func gradeRank(l v1alpha1.Level) int { return slices.Index(control.Grades(), l) }
