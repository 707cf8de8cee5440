package inc

import (
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/clock"
)

// INC01 judges whether breaches are registered and the authority is told in time.
var INC01 = control.Define(control.Meta{
	ID: "INC-01", Title: "Personal data breaches are registered and notified in time", Since: "1", Severity: v1alpha1.SeverityCritical, Party: v1alpha1.PartyShared,
	MustHold: "Every breach is documented. The authority is told without undue delay and within 72 real hours of the controller's awareness, unless it was assessed and recorded in that time " +
		"that a risk is unlikely; what comes late carries its reason. A significant incident is reported under NIS 2 within 24 hours, 72 hours and one month.",
	Why: "The clock is the law's, it runs over weekends and shifts of summer time, and nobody looks at it in the night in which it matters.",
	NotSeen: "Breaches that nobody recorded; what the authority was told; whether the assessment is right. The earliest awareness that the operator ever saw counts, so moving it later moves nothing; " +
		"what was written before the operator saw it cannot be known. Controllers who found the incident themselves count as aware from then on, unless one of them says within 24 hours of it when it was; " +
		"so who else found it has to be written (spec.detectedBy, spec.processorAwareAt).",
	ISO:  []string{"5.24 Information security incident management planning and preparation", "5.26 Response to information security incidents", "5.5 Contact with authorities"},
	GDPR: []string{"33(1)", "33(3)", "33(4)", "33(5)"},
	Evidence: []string{"SecurityIncident spec.controllerAwareAt, spec.awareness, spec.personalData, spec.breach, spec.riskAssessments, spec.notifications, spec.nis2, spec.relatedIncidents",
		"SupervisionRecord of the incident", "Institution names and labels", "HostedSolution spec.controllers, spec.nis2"},
	Reasons: inc01Reasons(),
}, control.Parameters[inc01]{
	Defaults: func(control.Levels) inc01 {
		return inc01{NotifyWithin: "72h", ContentWithin: "14d", SameEventWithin: "24h"}
	},
	Validate: func(p inc01, _ control.Levels) error {
		return checkLimits(limit{"notifyWithin", p.NotifyWithin, 72 * time.Hour}, limit{"contentWithin", p.ContentWithin, 60 * 24 * time.Hour}, limit{"sameEventWithin", p.SameEventWithin, 0})
	},
}, control.Rules[inc01]{
	Solution: &control.SolutionRule[inc01]{Needs: incidentNeeds(), Judge: func(in control.SolutionInput, p *inc01) []control.Result {
		return newJudge01(newDesk(in.Facts, in.Now), p).solution(in.Solution)
	}},
	Institution: &control.InstitutionRule[inc01]{Needs: incidentNeeds(), Judge: func(in control.InstitutionInput, p *inc01) []control.Result {
		j := newJudge01(newDesk(in.Facts, in.Now), p)
		return j.each(in.Institution, func(i *v1alpha1.SecurityIncident) control.Result {
			return j.remembered(j.authority(i, in.Institution.Object.Name))
		})
	}},
})

// inc01 are the parameters of INC-01.
type inc01 struct {
	// NotifyWithin is how long after awareness the authority may be told; at most 72h, and never more than the law of the day allows.
	NotifyWithin string `json:"notifyWithin"`
	// ContentWithin is when everything that art. 33(3) asks for has to be recorded, counted from the notice; at most 60d.
	ContentWithin string `json:"contentWithin"`
	// SameEventWithin: breaches of one solution found closer together than this may be one event, and are assessed together.
	SameEventWithin string `json:"sameEventWithin"`
}

func inc01Reasons() []control.ReasonText {
	record := "kubectl edit securityincident {incident}: "
	tell := "Tell the authority now, in parts if need be, and record it. " + record + "spec.notifications [{type: Authority, at: ..., phase: Initial, lateReason: ...}]"
	return []control.ReasonText{
		{Reason: "NoIncidents", Verdict: v1alpha1.VerdictNotApplicable, Text: "No incident is recorded."},
		{Reason: "NoPersonalData", Verdict: v1alpha1.VerdictNotApplicable, Text: "{incident} does not affect personal data."},
		notExplained(),
		{Reason: "Notified", Verdict: v1alpha1.VerdictPass, Text: "{incident}: the authority was told at {sent}, in time (due {due}, aware {aware}){who}."},
		{Reason: "NotifiedLate", Verdict: v1alpha1.VerdictPass, Text: "{incident}: the authority was told at {sent}, after {due}, with the reason for it{who}."},
		{Reason: "RiskUnlikely", Verdict: v1alpha1.VerdictPass, Text: "{incident}: a risk was assessed as unlikely before {due}, and that is recorded{who}."},
		{Reason: "Running", Verdict: v1alpha1.VerdictPass, Text: "{incident}: the authority has to be told before {due}, unless a risk is unlikely (aware {aware}){step}{who}."},
		{Reason: "AwarenessMissing", Verdict: v1alpha1.VerdictUnknown, Text: "{incident} does not say when the controller became aware; the clock runs from {from}, until {due}{who}.",
			Remediation: record + "spec.controllerAwareAt: 2026-11-20T16:00:00+01:00, or for single controllers spec.awareness."},
		datedAhead(),
		{Reason: "AssessedApart", Verdict: v1alpha1.VerdictUnknown, Text: "{incident} was assessed as unlikely to bring a risk without {others}, which may belong to the same event.",
			Remediation: "Assess them together, after the last was found, and link them. " + record + "spec.relatedIncidents, spec.riskAssessments."},
		{Reason: "Overdue", Verdict: v1alpha1.VerdictFail, Text: "{incident}: the authority had to be told before {due} (aware {aware}), and neither a notice nor an assessment that a risk is unlikely is recorded{early}{who}.",
			Remediation: tell},
		{Reason: "LoweredLate", Verdict: v1alpha1.VerdictFail, Text: "{incident}: that a risk is unlikely was assessed at {assessed}, after the notice was due at {due}{who}.", Remediation: tell},
		{Reason: "WithdrawnLate", Verdict: v1alpha1.VerdictFail, Text: "{incident}: that no personal data are affected was written at {assessed}, after the notice was due at {due}{who}.", Remediation: tell},
		{Reason: "SplitUp", Verdict: v1alpha1.VerdictFail, Text: "{incident} is assessed as unlikely to bring a risk, but {others} belongs to the same event and is not; the authority had to be told before {due}{who}.",
			Remediation: tell},
		{Reason: "LateWithoutReason", Verdict: v1alpha1.VerdictFail, Text: "{incident}: the authority was told at {sent}, after {due} (aware {aware}), without a reason for it{who}.",
			Remediation: record + "spec.notifications[].lateReason, and tell the authority the reason."},
		{Reason: "ContentMissing", Verdict: v1alpha1.VerdictFail, Text: "{incident} does not record {what}, which is due since {date}{who}.",
			Remediation: record + "spec.breach {nature, categories, dataSubjects, consequences, measuresTaken, contact}, and give the authority what it lacks (phase: FollowUp)."},
		{Reason: "Deleted", Verdict: v1alpha1.VerdictFail, Text: "{incident} was deleted at {date}; every breach stays documented.",
			Remediation: "Apply it again from the last version in Git or backup; what turned out to be no breach says personalData: NotAffected."},
		{Reason: "NIS2InTime", Verdict: v1alpha1.VerdictPass, Text: "{incident}: the reports under NIS 2 are in time{next}."},
		{Reason: "NIS2Overdue", Verdict: v1alpha1.VerdictFail, Text: "{incident}: {what} under NIS 2 was due at {due} and is not recorded.",
			Remediation: "Report it now at virk.dk and record it. " + record + "spec.notifications [{type: {type}, at: ..., lateReason: ...}]"},
		{Reason: "NIS2Late", Verdict: v1alpha1.VerdictFail, Text: "{incident}: {what} under NIS 2 came at {sent}, after {due}, without a reason for it.", Remediation: record + "spec.notifications[].lateReason."},
		{Reason: "NIS2NotAssessed", Verdict: v1alpha1.VerdictUnknown, Text: "{incident} does not say whether it is significant under NIS 2.",
			Remediation: record + "spec.nis2 {significant: true, awareAt: ..., reason: ...}; if it is, the early warning is due within 24 hours."},
	}
}

// judge01 judges the notices of breaches.
type judge01 struct {
	*desk
	notify, content, sameEvent time.Duration
}

func newJudge01(d *desk, p *inc01) *judge01 {
	return &judge01{desk: d, notify: length(p.NotifyWithin), content: length(p.ContentWithin), sameEvent: length(p.SameEventWithin)}
}

// limit is what the profile asks for, never more than the law.
func (j *judge01) limit(i *v1alpha1.SecurityIncident) time.Duration {
	return min(j.notify, clock.LegalNotice(j.read(i).Aware("", j.notify).At))
}

func (j *judge01) solution(s *control.Solution) []control.Result {
	out := j.deleted(s)
	for _, i := range j.of(s) {
		r := fold(j.controllers(i, s), func(controller string) control.Result { return j.authority(i, controller) })
		out = append(out, j.remembered(r.On(ref(i)).For(v1alpha1.PartyInstitution)))
		if r, ok := j.nis2(i, s); ok {
			out = append(out, j.remembered(r.On(ref(i)).At("spec.nis2")))
		}
	}
	if len(out) == 0 {
		return []control.Result{j.remembered(control.NotApplicable("NoIncidents"))}
	}
	return out
}
