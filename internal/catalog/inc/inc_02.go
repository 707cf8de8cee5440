package inc

import (
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/clock"
)

// INC02 judges whether the persons concerned are told where the risk for them is high.
var INC02 = control.Define(control.Meta{
	ID: "INC-02", Title: "Data subjects are told when risk is high", Since: "1", Severity: v1alpha1.SeverityCritical, Party: v1alpha1.PartyInstitution,
	MustHold: "The risk of every breach is assessed in time. Where it is high, the persons concerned are told without undue delay, whatever the authority answers, or an exception of GDPR art. 34(3) is recorded with its reason.",
	Why:      "Only those who know can change a password, watch their account or warn their family; and each day counts.",
	NotSeen:  "What the persons were told and whether it reached them; whether the assessment and the exception are right.",
	ISO:      []string{"5.26 Response to information security incidents", "5.34 Privacy and protection of PII"},
	GDPR:     []string{"34"},
	Evidence: []string{"SecurityIncident spec.riskAssessments, spec.dataSubjectNotice, spec.controllerAwareAt", "SupervisionRecord of the incident", "Institution names and labels"},
	Reasons:  inc02Reasons(),
}, control.Parameters[inc02]{
	Defaults: func(control.Levels) inc02 { return inc02{AssessWithin: "24h", NotifyWithin: "72h"} },
	Validate: func(p inc02, _ control.Levels) error {
		return checkLimits(limit{"assessWithin", p.AssessWithin, 72 * time.Hour}, limit{"notifyWithin", p.NotifyWithin, 14 * 24 * time.Hour})
	},
}, control.Rules[inc02]{
	Solution: &control.SolutionRule[inc02]{Needs: incidentNeeds(), Judge: func(in control.SolutionInput, p *inc02) []control.Result {
		j := newJudge02(newDesk(in.Facts, in.Now), p)
		var out []control.Result
		for _, i := range j.of(in.Solution) {
			out = append(out, j.remembered(j.told(i).On(ref(i))))
		}
		if len(out) == 0 {
			out = append(out, control.NotApplicable("NoIncidents").RestingOn(control.Declared))
		}
		return out
	}},
	Institution: &control.InstitutionRule[inc02]{Needs: incidentNeeds(), Judge: func(in control.InstitutionInput, p *inc02) []control.Result {
		j := newJudge02(newDesk(in.Facts, in.Now), p)
		return j.each(in.Institution, func(i *v1alpha1.SecurityIncident) control.Result { return j.remembered(j.told(i)) })
	}},
})

// inc02 are the parameters of INC-02.
type inc02 struct {
	// AssessWithin is how long after awareness the risk may be assessed; at most 72h.
	AssessWithin string `json:"assessWithin"`
	// NotifyWithin is how long after the assessment that the risk is high the persons may be told; at most 14d. The law says
	// without undue delay.
	NotifyWithin string `json:"notifyWithin"`
}

func inc02Reasons() []control.ReasonText {
	record := "kubectl edit securityincident {incident}: "
	tell := "Tell the persons concerned now, in plain language, and record it. " + record + "spec.dataSubjectNotice {at: ..., method: Direct, count: ...}"
	return []control.ReasonText{
		{Reason: "NoIncidents", Verdict: v1alpha1.VerdictNotApplicable, Text: "No incident is recorded."},
		{Reason: "NoPersonalData", Verdict: v1alpha1.VerdictNotApplicable, Text: "{incident} does not affect personal data."},
		notExplained(),
		{Reason: "NotHigh", Verdict: v1alpha1.VerdictNotApplicable, Text: "{incident}: the risk was assessed as {level}."},
		datedAhead(),
		{Reason: "AssessmentDue", Verdict: v1alpha1.VerdictPass, Text: "{incident}: the risk has to be assessed before {due}."},
		{Reason: "NoticeDue", Verdict: v1alpha1.VerdictPass, Text: "{incident}: the risk is high since {high}; the persons concerned have to be told before {due}{step}."},
		{Reason: "Told", Verdict: v1alpha1.VerdictPass, Text: "{incident}: the persons concerned were told at {sent}."},
		{Reason: "ToldLateWithReason", Verdict: v1alpha1.VerdictPass, Text: "{incident}: the persons concerned were told at {sent}, after {due}, with the reason for it."},
		{Reason: "Excepted", Verdict: v1alpha1.VerdictPass, Text: "{incident}: the persons concerned need not be told ({exception}), and the reason is recorded."},
		{Reason: "NotAssessed", Verdict: v1alpha1.VerdictUnknown, Text: "{incident}: the risk for the persons concerned had to be assessed before {due}{early}.",
			Remediation: "Assess it now. " + record + "spec.riskAssessments [{at: ..., level: Unlikely, Risk or High, reason: ..., by: ...}]"},
		{Reason: "NotTold", Verdict: v1alpha1.VerdictFail, Text: "{incident}: the risk is high since {high}; the persons concerned had to be told before {due} and were not{early}.", Remediation: tell},
		{Reason: "LoweredLate", Verdict: v1alpha1.VerdictFail, Text: "{incident}: the risk was high since {high} and was lowered to {level} at {assessed}, after the persons concerned had to be told ({due}).", Remediation: tell},
		{Reason: "ToldLate", Verdict: v1alpha1.VerdictFail, Text: "{incident}: the persons concerned were told at {sent}, after {due}, without a reason for it.", Remediation: record + "spec.dataSubjectNotice.reason."},
		{Reason: "NobodyTold", Verdict: v1alpha1.VerdictFail, Text: "{incident}: the notice reached nobody (count 0).", Remediation: tell},
		{Reason: "PublicNotice", Verdict: v1alpha1.VerdictFail, Text: "{incident}: a public notice was used, and nothing says why telling each person would be disproportionate.",
			Remediation: "Tell each person whose address is known, or say why that is disproportionate. " + record + "spec.dataSubjectNotice.reason."},
		{Reason: "ExceptionWithoutReason", Verdict: v1alpha1.VerdictFail, Text: "{incident}: the exception {exception} carries no reason.", Remediation: record + "spec.dataSubjectNotice.reason."},
		{Reason: "KeyTaken", Verdict: v1alpha1.VerdictFail, Text: "{incident}: the data are called unintelligible, but the key was taken too.", Remediation: tell},
		{Reason: "WaitsForAuthority", Verdict: v1alpha1.VerdictFail, Text: "{incident}: the reason is that the authority has not answered; the persons concerned are told whatever it answers.", Remediation: tell},
		{Reason: "NoPublicNotice", Verdict: v1alpha1.VerdictFail, Text: "{incident}: telling each person is called disproportionate, and no public notice took its place.",
			Remediation: "Publish a notice that informs them as well. " + record + "spec.dataSubjectNotice {at: ..., method: Public, reason: ...}"},
	}
}

// judge02 judges the notices to data subjects.
type judge02 struct {
	*desk
	assess, notify time.Duration
}

func newJudge02(d *desk, p *inc02) *judge02 {
	return &judge02{desk: d, assess: length(p.AssessWithin), notify: length(p.NotifyWithin)}
}

// told judges one incident. An assessment and a notice are the same for every controller; who has to act is each of them.
func (j *judge02) told(i *v1alpha1.SecurityIncident) control.Result {
	r := j.read(i)
	c, high := r.DataSubjects(j.notify)
	out := j.unassessed(r)
	switch {
	case high:
		out = j.high(r, c)
	case !r.Breach() && !explained(i):
		out = control.Unknown("NotExplained", "incident", i.Name).At("spec.personalData")
	case !r.Breach():
		out = control.NotApplicable("NoPersonalData", "incident", i.Name).At("spec.personalData")
	case r.Risk() != nil:
		out = control.NotApplicable("NotHigh", "incident", i.Name, "level", string(r.Risk().Level)).At("spec.riskAssessments")
	}
	if out.Verdict == v1alpha1.VerdictPass && len(r.Ahead()) > 0 {
		out = ahead(r)
	}
	return out.Until(r.Changes())
}

func (j *judge02) unassessed(r *clock.Reading) control.Result {
	c := r.Assessment(j.assess, clock.LegalNotice(j.now))
	args := []string{"incident", r.Incident.Name, "due", stamp(c.DueAt), "early", early(r)}
	if j.now.Before(c.DueAt) {
		return control.Pass("AssessmentDue", args...).Until(c.DueAt)
	}
	return control.Unknown("NotAssessed", args...).At("spec.riskAssessments")
}
