package gov

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// GOV03 judges the risk assessments of a solution, and each institution's own of its organisation.
var GOV03 = control.Define(control.Meta{
	ID: "GOV-03", Title: "The risk assessment is current", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyShared,
	MustHold: "A risk assessment for the organisation, and with personal data one for the data subjects, exist, are approved by management, within their interval and renewed in substance after larger changes; " +
		"decided measures are carried out in time. Each institution has one of its own organisation.",
	Why:     "Every choice of measures rests on it. An assessment of last year's system and last year's threats protects neither.",
	NotSeen: "Whether the scenarios are the right ones, new entry points and new technology; changes from before Tilsyn ran.",
	ISO:     []string{"5.7 Threat intelligence", "5.8 Information security in project management"},
	GDPR:    []string{"24", "25", "32(1)-(2)"},
	Evidence: []string{"Attestation RiskAssessment spec.riskAssessment, date, approval, validUntil", "SupervisionRecord status.changes", "ProcessingAgreement spec.appendixB.changes",
		"HostedSolution spec.version", "Institution spec.uses[].from"},
	Reasons: append(gov03Reasons(), institutionReasons()[0]),
}, control.Parameters[gov03]{Defaults: gov03Defaults, Validate: gov03Validate}, control.Rules[gov03]{
	Solution:    &control.SolutionRule[gov03]{Needs: historyNeeds(), Judge: judgeRisk},
	Institution: &control.InstitutionRule[gov03]{Judge: judgeOwnRisk},
})

// gov03 are the parameters of GOV-03.
type gov03 struct {
	// Interval is the longest time between risk assessments, at most 24mo.
	Interval string `json:"interval"`
	// AfterTrigger is how long after a larger change, or a raised threat level, a new assessment may take, at most 6mo.
	AfterTrigger string `json:"afterTrigger"`
	// ChangeCount is how many changes, each of them small, call for a new assessment; at most 50.
	ChangeCount int `json:"changeCount"`
	// ThreatLevel is what the authority states now, for example Very high; empty: not compared.
	ThreatLevel string `json:"threatLevel"`
	// ThreatLevelSince is the day on which the authority stated it, for example 2026-09-01.
	ThreatLevelSince string `json:"threatLevelSince"`
}

func gov03Defaults(l control.Levels) gov03 {
	p := gov03{Interval: "24mo", AfterTrigger: "60d", ChangeCount: 10}
	if control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityInternal) {
		p.Interval = "12mo"
	}
	return p
}

func gov03Validate(p gov03, _ control.Levels) error {
	if p.ChangeCount < 1 || p.ChangeCount > 50 {
		return fmt.Errorf("changeCount: %d is not between 1 and 50", p.ChangeCount)
	}
	if _, err := date.EndOfValidity(p.ThreatLevelSince); p.ThreatLevel != "" && err != nil {
		return fmt.Errorf("threatLevelSince: %w", err)
	}
	return checkLimits(limit{"interval", p.Interval, "24mo"}, limit{"afterTrigger", p.AfterTrigger, "6mo"})
}

func gov03Reasons() []control.ReasonText {
	const renew = "Assess anew, have management approve it, and record it: an Attestation of type RiskAssessment, {about}, riskAssessment.kind: {kind}, with a new date."
	return []control.ReasonText{
		{Reason: "NoPersonalData", Verdict: v1alpha1.VerdictNotApplicable, Text: "The solution holds no personal data, so there are no data subjects whose risks are assessed."},
		{Reason: "Current", Verdict: v1alpha1.VerdictPass, Text: "The risk assessment of {whose} from {date} is approved and current."},
		{Reason: "Missing", Verdict: v1alpha1.VerdictFail, Text: "There is no risk assessment of {whose}.",
			Remediation: "Assess the risks, have management approve it, and record it: for each kind ({kind}) an Attestation of type RiskAssessment, {about}, with riskAssessment {kind, scenarios, measures, contentHash} and approval {by, at, reference}."},
		{Reason: "NotApproved", Verdict: v1alpha1.VerdictFail, Text: "The risk assessment of {whose} from {date} ({name}) does not count: {why}.",
			Remediation: "Have management, not the author, approve it: spec.approval {by, at, reference} of Attestation {name}."},
		{Reason: "Incomplete", Verdict: v1alpha1.VerdictFail, Text: "The risk assessment of {whose} from {date} ({name}) lacks: {what}.",
			Remediation: "Add it under spec.riskAssessment of Attestation {name}; contentHash is what `sha256sum FILE` prints of the document."},
		{Reason: "Overdue", Verdict: v1alpha1.VerdictFail, Text: "The latest risk assessment of {whose} is from {date}; {most} is the longest, and it was valid until {until}.", Remediation: renew},
		{Reason: "RenewedUnchanged", Verdict: v1alpha1.VerdictFail, Text: "The risk assessment of {whose} was dated anew on {date}, but its content is that of {first}.",
			Remediation: "Assess anew what changed in threats, system and organisation, and record it with the hash of the new document."},
		{Reason: "TriggerUnanswered", Verdict: v1alpha1.VerdictFail, Text: "The risk assessment of {whose} is from {date}, before {change} changed on {on}.", Remediation: renew},
		{Reason: "EarlierVersion", Verdict: v1alpha1.VerdictFail, Text: "The risk assessment of {whose} is about version {assessed}; version {version} is in production.", Remediation: renew},
		{Reason: "ManyChanges", Verdict: v1alpha1.VerdictFail, Text: "There have been {count} changes since the risk assessment of {whose} from {date}, the last on {on}; {most} together are a larger one.", Remediation: renew},
		{Reason: "ThreatLevelRaised", Verdict: v1alpha1.VerdictFail, Text: "The risk assessment of {whose} rests on threat level {assessed}; the authority has stated {level} since {since}.", Remediation: renew},
		{Reason: "MeasureOverdue", Verdict: v1alpha1.VerdictFail, Text: "Measures of the risk assessment of {whose} ({name}) are past due: {measures}.",
			Remediation: "Carry them out and set doneAt and evidence in spec.riskAssessment.measures of Attestation {name}."},
	}
}

// Kinds of risk assessments.
const (
	riskOrganisation = "Organisation"
	riskDataSubjects = "DataSubjects"
)

// whose risks an assessment of a kind is about, in words.
func whose(kind string) string {
	if kind == riskDataSubjects {
		return "the data subjects"
	}
	return "the organisation"
}

func judgeRisk(in control.SolutionInput, p *gov03) []control.Result {
	s := in.Solution.Object
	kinds := []string{riskOrganisation}
	var out []control.Result
	if personal(in.Facts, s) {
		kinds = append(kinds, riskDataSubjects)
	} else {
		out = newJudge(in.Now).done(control.NotApplicable("NoPersonalData"))
	}
	var missing, words []string
	changes, where := changesOf(in.Facts, s), "about: {solution: "+s.Name+"}"
	wait := newJudge(in.Now)
	for _, kind := range kinds {
		r := newRisk(in.Now, in.Solution.Attestations, kind, where, p)
		if len(r.all) == 0 {
			missing, words = append(missing, kind), append(words, whose(kind))
			wait.changes = control.Earliest(wait.changes, r.changes)
			continue
		}
		otherwise := r.assess(changes, s.Spec.Version)
		r.remembered(in.Facts)
		out = append(out, r.done(otherwise)...)
	}
	if len(missing) > 0 {
		out = append(out, wait.done(control.Fail("Missing", "kind", strings.Join(missing, ", "), "whose", strings.Join(words, " and "), "about", where))...)
	}
	for i := range out {
		out[i] = out[i].For(v1alpha1.PartyProvider)
	}
	return out
}

// judgeOwnRisk judges an institution's assessment of its own organisation. That it began to use a solution is a larger change.
func judgeOwnRisk(in control.InstitutionInput, p *gov03) []control.Result {
	i := in.Institution
	if idle(i) {
		return []control.Result{control.NotApplicable("NoSolutions").RestingOn(control.Declared)}
	}
	var changes []change
	for _, u := range i.Object.Spec.Uses {
		if from := when(u.From); !from.IsZero() {
			changes = append(changes, change{"the use of " + u.Solution, from, true})
		}
	}
	slices.SortStableFunc(changes, func(a, b change) int { return a.at.Compare(b.at) })
	r := newRisk(in.Now, about(i.Attestations, ""), riskOrganisation, "about: {institution: "+i.Object.Name+"}", p)
	if len(r.all) == 0 {
		return r.done(control.Fail("Missing", "kind", r.kind, "whose", whose(r.kind), "about", r.where))
	}
	return r.done(r.assess(changes, ""))
}
