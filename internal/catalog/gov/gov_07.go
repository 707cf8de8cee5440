package gov

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

// GOV07 judges how each institution keeps its own house.
var GOV07 = control.Define(control.Meta{
	ID: "GOV-07", Title: "Policy, guidelines, awareness and yearly reporting are kept", Since: "1", Severity: v1alpha1.SeverityMedium, Party: v1alpha1.PartyInstitution,
	MustHold: "The institution's security policy is approved by management every year, with minutes; each area of ISO/IEC 27002 has a guideline or a reason for having none; " +
		"people complete a round of awareness every year; management receives a report every year.",
	Why:      "Most incidents begin with a person who was never told, or with a rule that nobody has looked at since it was written.",
	NotSeen:  "Whether the guidelines are good and followed, and whether people learnt anything.",
	ISO:      []string{"5.1 Policies for information security", "5.4 Management responsibilities", "6.3 Information security awareness, education and training"},
	GDPR:     []string{"24(2)", "32(4)", "39(1)(b)"},
	Evidence: []string{"Institution spec.policy, guidelines, awareness, yearlyReport", "Attestation Awareness"},
	Reasons: append([]control.ReasonText{
		{Reason: "Kept", Verdict: v1alpha1.VerdictPass, Text: "Policy, guidelines, awareness and yearly report are kept."},
		{Reason: "NotRecorded", Verdict: v1alpha1.VerdictUnknown, Text: "Not recorded: {what}.",
			Remediation: "Write them down: spec.policy, guidelines, awareness {lastRound, people, completed}, yearlyReport ({edit})."},
		{Reason: "PolicyNotApproved", Verdict: v1alpha1.VerdictFail, Text: "The policy lacks: {what}.",
			Remediation: "Have management approve it and record who did, on which day, and the minutes that say so: spec.policy.approvedBy, approvedAt, minutes ({edit})."},
		{Reason: "PolicyOverdue", Verdict: v1alpha1.VerdictFail, Text: "The policy was last approved on {date}; {most} is the longest.",
			Remediation: "Revise it, have management approve it, and set spec.policy.approvedAt and minutes ({edit})."},
		{Reason: "AreasOpen", Verdict: v1alpha1.VerdictFail, Text: "Without a guideline or a reason for having none: {what}.",
			Remediation: "Add {area, reference} to spec.guidelines, or {area, notRelevant} with the reason ({edit})."},
		{Reason: "NoGuideline", Verdict: v1alpha1.VerdictFail, Text: "Every area is said not to be relevant.",
			Remediation: "An institution has people, access and incidents at least: add their guidelines to spec.guidelines ({edit})."},
		{Reason: "AwarenessOverdue", Verdict: v1alpha1.VerdictFail, Text: "The last round of awareness was on {date}; {most} is the longest.",
			Remediation: "Hold one and record it: spec.awareness ({edit})."},
		{Reason: "CoverageLow", Verdict: v1alpha1.VerdictFail, Text: "{completed} of {people} completed the last round of awareness, which is {percent} %; {least} % is the least.",
			Remediation: "Have the others complete it, and set spec.awareness.completed ({edit})."},
		{Reason: "ReportOverdue", Verdict: v1alpha1.VerdictFail, Text: "The last report to management was sent on {date}, about {year}; {most} is the longest between reports, and each is about the year before or its own.",
			Remediation: "Send the report and record it: spec.yearlyReport {year, sentAt, reference} ({edit})."},
	}, institutionReasons()[0]),
}, control.Parameters[gov07]{
	Defaults: func(control.Levels) gov07 {
		return gov07{PolicyReview: "12mo", Awareness: "12mo", Coverage: 90, YearlyReport: "12mo"}
	},
	Validate: func(p gov07, _ control.Levels) error {
		if p.Coverage < 1 || p.Coverage > 100 {
			return fmt.Errorf("coverage: %d is no percentage from 1 to 100", p.Coverage)
		}
		return checkLimits(limit{"policyReview", p.PolicyReview, "12mo"}, limit{"awareness", p.Awareness, "24mo"}, limit{"yearlyReport", p.YearlyReport, "18mo"})
	},
}, control.Rules[gov07]{Institution: &control.InstitutionRule[gov07]{Judge: judgeHouse}})

// gov07 are the parameters of GOV-07.
type gov07 struct {
	// PolicyReview is the longest time between approvals of the policy, at most 12mo.
	PolicyReview string `json:"policyReview"`
	// Awareness is the longest time between rounds of awareness, at most 24mo.
	Awareness string `json:"awareness"`
	// Coverage is how many in a hundred must have completed the last round.
	Coverage int `json:"coverage"`
	// YearlyReport is the longest time between reports to management, at most 18mo.
	YearlyReport string `json:"yearlyReport"`
}

func judgeHouse(in control.InstitutionInput, p *gov07) []control.Result {
	j, spec := newJudge(in.Now), &in.Institution.Object.Spec
	if idle(in.Institution) {
		return j.done(control.NotApplicable("NoSolutions"))
	}
	h := &house{judge: j, edit: edit(in.Institution.Ref())}
	h.policy(spec.Policy, p)
	h.guidelines(spec.Guidelines)
	rounds := j.attested(about(in.Institution.Attestations, ""), v1alpha1.AttestAwareness)
	h.awareness(spec.Awareness, len(rounds) > 0, p)
	h.report(spec.YearlyReport, p)
	if len(h.open) > 0 {
		j.add(control.Unknown("NotRecorded", "what", strings.Join(h.open, ", "), "edit", h.edit).At("spec"))
	}
	return j.done(control.Pass("Kept"))
}

// house gathers what is found of an institution, and what it does not say.
type house struct {
	*judge
	edit string
	open []string
}

func (h *house) fail(reason control.Reason, field string, args ...string) {
	h.add(control.Fail(reason, append(args, "edit", h.edit)...).At(field))
}

// policy judges the approval. One without minutes is a date that somebody wrote.
func (h *house) policy(s *v1alpha1.SecurityPolicy, p *gov07) {
	if s == nil {
		h.open = append(h.open, "policy")
		return
	}
	at, approved := h.day(s.ApprovedAt)
	var lacks []string
	if !approved {
		lacks = append(lacks, "the day of its approval (approvedAt)")
	}
	if s.ApprovedBy == "" {
		lacks = append(lacks, "who approved it (approvedBy)")
	}
	if s.Minutes == "" {
		lacks = append(lacks, "the minutes of the approval (minutes)")
	}
	if len(lacks) > 0 {
		h.fail("PolicyNotApproved", "spec.policy", "what", strings.Join(lacks, ", "))
	}
	if approved && !h.within(at, p.PolicyReview) {
		h.fail("PolicyOverdue", "spec.policy.approvedAt", "date", day(at), "most", p.PolicyReview)
	}
}

func (h *house) guidelines(list []v1alpha1.Guideline) {
	if len(list) == 0 {
		h.open = append(h.open, "guidelines")
		return
	}
	var lacks []string
	for _, area := range v1alpha1.GuidelineAreas() {
		at := slices.IndexFunc(list, func(g v1alpha1.Guideline) bool { return g.Area == area })
		if at < 0 || list[at].Reference == "" && control.Bare(list[at].NotRelevant) {
			lacks = append(lacks, string(area))
		}
	}
	switch {
	case len(lacks) > 0:
		h.fail("AreasOpen", "spec.guidelines", "what", strings.Join(lacks, ", "))
	case !slices.ContainsFunc(list, func(g v1alpha1.Guideline) bool { return g.Reference != "" }):
		h.fail("NoGuideline", "spec.guidelines")
	}
}

// awareness judges the last round. An attestation says that one was held, not how many completed it.
func (h *house) awareness(a *v1alpha1.Awareness, attested bool, p *gov07) {
	if a == nil {
		what := "awareness"
		if attested {
			what += " (a round is attested, and not how many completed it)"
		}
		h.open = append(h.open, what)
		return
	}
	at, held := h.day(a.LastRound)
	switch {
	case !held:
		h.open = append(h.open, "a round of awareness that has been held")
		return
	case !h.within(at, p.Awareness):
		h.fail("AwarenessOverdue", "spec.awareness.lastRound", "date", day(at), "most", p.Awareness)
		return
	}
	people, completed := int64(a.People), int64(a.Completed)
	if people <= 0 || completed*100 < people*int64(p.Coverage) {
		h.fail("CoverageLow", "spec.awareness.completed", "completed", strconv.FormatInt(completed, 10), "people", strconv.FormatInt(people, 10),
			"percent", strconv.FormatInt(completed*100/max(people, 1), 10), "least", strconv.Itoa(p.Coverage))
	}
}

func (h *house) report(r *v1alpha1.YearlyReport, p *gov07) {
	if r == nil {
		h.open = append(h.open, "yearly report (yearlyReport)")
		return
	}
	at, sent := h.day(r.SentAt)
	old := int(r.Year) < at.Year()-1
	switch {
	case !sent:
		h.open = append(h.open, "a yearly report that has been sent")
	case int(r.Year) > at.Year():
		h.open = append(h.open, "a yearly report about a year that had begun when it was sent (yearlyReport)")
	case old || !h.within(at, p.YearlyReport):
		h.fail("ReportOverdue", "spec.yearlyReport", "date", day(at), "year", strconv.Itoa(int(r.Year)), "most", p.YearlyReport)
	}
}
