package inc

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/derive/logs"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// INC03 judges whether incidents reach those who must know and are followed up.
var INC03 = control.Define(control.Meta{
	ID: "INC-03", Title: "Incidents travel up the chain and are followed up", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyShared,
	MustHold: "Each party has an incident contact that was tried lately and a procedure, and the handling is exercised. Each link tells the next within the hours of its contract, up to every controller. " +
		"Evidence is held while an incident is open; it is closed with a cause, a decision on the police and measures that are carried out.",
	Why:     "A breach at the last sub-processor is the controller's breach, and its clock is running while the message waits at a reseller.",
	NotSeen: "What was said in a notice; incidents that nobody recorded, except where a control of the cluster fails for days and no incident names it; evidence outside the log stores that are read or attested.",
	ISO: []string{"5.24 Information security incident management planning and preparation", "5.27 Learning from information security incidents",
		"6.8 Information security event reporting", "5.28 Collection of evidence"},
	GDPR: []string{"28(3)(f)", "33(2)", "33(5)"},
	Evidence: []string{"Supplier and Institution spec.contacts, spec.contactsConfirmedAt, spec.incidentProcedure", "HostedSolution spec.owner.contacts, spec.supplierChain",
		"ProcessingAgreement spec.appendixC.breachNoticeHours", "SecurityIncident spec.notices, spec.timeline, spec.policeReport, spec.evidenceHold, spec.rootCause, spec.measures, spec.controls",
		"SupervisionRecord of solution and environments", "retention of log stores, Attestation LogRetention", "Attestations IncidentExercise, IncidentProcedure, ContactsConfirmed"},
	Reasons: inc03Reasons(),
}, control.Parameters[inc03]{Defaults: inc03Defaults, Validate: inc03Validate}, control.Rules[inc03]{
	Solution: &control.SolutionRule[inc03]{
		Needs: incidentNeeds(append(chain.Needs(), control.NeedsAll[v1alpha1.Attestation](), control.SeesAll[facts.StandingFailures]())...),
		Judge: judgeSolution03,
	},
	Institution: &control.InstitutionRule[inc03]{Needs: []control.Need{}, Judge: judgeInstitution03},
	Environment: &control.EnvironmentRule[inc03]{Needs: holdNeeds(), Judge: judgeHold},
})

// inc03 are the parameters of INC-03.
type inc03 struct {
	// ProcessorToController is how long a link may take to tell the next one where the contract says nothing; at most 72h.
	ProcessorToController string `json:"processorToController"`
	// ContactsConfirmed is the longest time since contacts were tried.
	ContactsConfirmed string `json:"contactsConfirmed"`
	// Exercise is the longest time since the handling of an incident was exercised; empty: none is asked for.
	Exercise string `json:"exercise"`
	// CloseHigh is how long measures may take from the detection of an incident of severity High or Critical.
	CloseHigh string `json:"closeHigh"`
	// CloseMedium is the same for other incidents.
	CloseMedium string `json:"closeMedium"`
	// HoldWithin is how long after the detection the evidence has to be held.
	HoldWithin string `json:"holdWithin"`
	// IncidentControls are the controls whose failure needs an incident that names it, once it has lasted.
	IncidentControls []v1alpha1.ControlID `json:"incidentControls"`
	// FailingFor is how long such a control may fail before that.
	FailingFor string `json:"failingFor"`
}

func inc03Defaults(l control.Levels) inc03 {
	p := inc03{ProcessorToController: "24h", ContactsConfirmed: "6mo", CloseHigh: "90d", CloseMedium: "180d", HoldWithin: "72h",
		IncidentControls: []v1alpha1.ControlID{"BCK-01", "LOC-01", "LOC-03", "LOC-04"}, FailingFor: "72h"}
	switch {
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive):
		p.Exercise = "12mo"
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential):
		p.Exercise = "24mo"
	}
	return p
}

func inc03Validate(p inc03, _ control.Levels) error {
	for _, f := range [][2]string{{"contactsConfirmed", p.ContactsConfirmed}, {"exercise", p.Exercise}, {"closeHigh", p.CloseHigh}, {"closeMedium", p.CloseMedium}} {
		if _, err := date.ParsePeriod(f[1]); err != nil && (f[0] != "exercise" || f[1] != "") {
			return fmt.Errorf("%s: %w", f[0], err)
		}
	}
	return checkLimits(limit{"processorToController", p.ProcessorToController, 72 * time.Hour}, limit{"holdWithin", p.HoldWithin, 0}, limit{"failingFor", p.FailingFor, 0})
}

func inc03Reasons() []control.ReasonText {
	record := "kubectl edit securityincident {incident}: "
	return []control.ReasonText{
		{Reason: "Prepared", Verdict: v1alpha1.VerdictPass, Text: "Everybody concerned has an incident contact that was tried lately and a procedure{exercise}."},
		{Reason: "Handled", Verdict: v1alpha1.VerdictPass, Text: "{incident}: everybody who has to know was told so far, and nothing is overdue."},
		{Reason: "EvidenceKept", Verdict: v1alpha1.VerdictPass, Text: "{incident}: the logs from {from} on are kept while the evidence is held{where}."},
		{Reason: "NoHold", Verdict: v1alpha1.VerdictNotApplicable, Text: "No evidence is held for an incident here."},
		{Reason: "NoSolutions", Verdict: v1alpha1.VerdictNotApplicable, Text: "No solution names or selects the institution as a controller, and it says that it uses none."},
		{Reason: "NotPrepared", Verdict: v1alpha1.VerdictFail, Text: "Not ready for an incident: {what}.",
			Remediation: "Set spec.contacts [{role: Incident, phone: ...}], spec.contactsConfirmedAt and spec.incidentProcedure of the Supplier or Institution, spec.owner.contacts and spec.contactsConfirmedAt of the HostedSolution; " +
				"attest exercises: Attestation of type IncidentExercise."},
		{Reason: "FailureNotAssessed", Verdict: v1alpha1.VerdictFail, Text: "{what} without an incident that names it.",
			Remediation: "Assess whether it is an incident and record it: a SecurityIncident with this solution in spec.solutions and the control in spec.controls; close it with the cause where it is none."},
		{Reason: "NotPassedOn", Verdict: v1alpha1.VerdictFail, Text: "{incident}: {from} had to tell {to} before {due}, and no notice is recorded.",
			Remediation: "Tell them now and record it. " + record + "spec.notices [{supplier: ... or institution: ... or group: ..., by: ..., at: ..., lateReason: ...}]"},
		{Reason: "PassedOnLate", Verdict: v1alpha1.VerdictFail, Text: "{incident}: {from} told {to} at {told}, after {due}, without a reason for it.", Remediation: record + "spec.notices[].lateReason; take it up with {from}."},
		{Reason: "OneControllerOnly", Verdict: v1alpha1.VerdictFail, Text: "{incident} was found at the provider and is recorded for {named} only; the solution is shared, and {others} were not told.",
			Remediation: "Leave spec.institutions out, or tell the others what happened and that it does not concern them. " + record + "spec.notices [{group: ..., at: ...}]"},
		{Reason: "FinderNotInChain", Verdict: v1alpha1.VerdictUnknown, Text: "{incident} was found by {from}, who is not in the supplier chain, so whom they have to tell cannot be known.",
			Remediation: "Correct spec.detectedBy, or add the link to spec.supplierChain of the solution."},
		datedAhead(),
		{Reason: "TimelineMissing", Verdict: v1alpha1.VerdictUnknown, Text: "{incident} has no timeline.", Remediation: record + "spec.timeline [{at: ..., event: ...}]"},
		{Reason: "NoEvidenceHold", Verdict: v1alpha1.VerdictFail, Text: "{incident} is open since {from}, and nothing says that evidence is held.",
			Remediation: "Stop what deletes logs and backups of the time, and record it. " + record + "spec.evidenceHold {since: ..., what: ...}"},
		{Reason: "HoldEnded", Verdict: v1alpha1.VerdictFail, Text: "{incident} is open, and the hold on its evidence ended at {until}.", Remediation: record + "take spec.evidenceHold.until out, or close the incident."},
		{Reason: "EvidenceExpired", Verdict: v1alpha1.VerdictFail, Text: "{incident}: the logs from {from} on are held as evidence, and no store keeps them longer than {until}{where}.",
			Remediation: "Copy what is left to a place that nothing deletes, lengthen the retention of the store, and note in spec.timeline what is lost."},
		{Reason: "RetentionUnknown", Verdict: v1alpha1.VerdictUnknown, Text: "{incident}: whether the logs from {from} on are kept while the evidence is held cannot be seen.",
			Remediation: "Attest how long the store keeps records: Attestation of type LogRetention."},
		{Reason: "MeasuresOverdue", Verdict: v1alpha1.VerdictFail, Text: "{incident}: overdue: {what}.", Remediation: "Carry it out. " + record + "spec.measures[].doneAt and evidence."},
		{Reason: "ClosedWithout", Verdict: v1alpha1.VerdictFail, Text: "{incident} was closed without {what}.", Remediation: record + "spec.rootCause, spec.policeReport {decision, reason}, spec.measures[].doneAt; or take spec.closedAt out."},
	}
}

// judgeInstitution03 judges an institution's own readiness.
func judgeInstitution03(in control.InstitutionInput, p *inc03) []control.Result {
	i := in.Institution
	if len(i.Solutions) == 0 && len(i.Object.Spec.Uses) == 0 {
		return []control.Result{control.NotApplicable("NoSolutions").RestingOn(control.Declared)}
	}
	r := readiness{now: in.Now, p: p}
	own := slices.DeleteFunc(slices.Clone(i.Attestations), func(a *v1alpha1.Attestation) bool { return a.Spec.About.Solution != "" })
	spec := i.Object.Spec
	r.party("the institution", spec.Contacts, spec.ContactsConfirmedAt, spec.IncidentProcedure, own)
	return []control.Result{r.result("")}
}

func judgeSolution03(in control.SolutionInput, p *inc03) []control.Result {
	c := chain.Of(in.Facts, in.Solution.Object)
	ready := readySolution(in, p, c)
	if missing := facts.Incomplete[facts.StandingFailures](in.Facts); len(missing) > 0 && ready.Verdict == v1alpha1.VerdictPass {
		ready = control.Unreadable(missing...).Until(ready.ValidUntil) // something may fail for days
	}
	out := []control.Result{ready.For(v1alpha1.PartyProvider)}
	d := newDesk(in.Facts, in.Now)
	incidents := d.of(in.Solution)
	if what, until := standing(in, p, incidents); what != "" {
		out = append(out, control.Fail("FailureNotAssessed", "what", what).For(v1alpha1.PartyProvider).Until(until))
	} else {
		out[0] = out[0].Until(until)
	}
	for _, i := range incidents {
		t := &travel{desk: d, in: in, p: p, chain: c, incident: i, reading: d.read(i), changes: c.Changes(in.Now)}
		out = append(out, t.judge()...)
	}
	return out
}

// standing lists the controls that have failed for too long and that no incident names.
func standing(in control.SolutionInput, p *inc03, incidents []*v1alpha1.SecurityIncident) (what string, until time.Time) {
	var list []string
	for _, f := range facts.List[facts.StandingFailures](in.Facts) {
		here := f.Kind == "HostedSolution" && f.Name == in.Solution.Object.Name || f.Kind == "SolutionEnvironment" && slices.Contains(in.Solution.Environments, f.Name)
		for _, c := range f.Controls {
			if !here || !slices.Contains(p.IncidentControls, c.Control) {
				continue
			}
			if due := c.Since.Add(length(p.FailingFor)); in.Now.Before(due) {
				until = control.Earliest(until, due)
				continue
			}
			named := slices.ContainsFunc(incidents, func(i *v1alpha1.SecurityIncident) bool {
				closed, isClosed := i.Spec.ClosedAt.Time()
				return slices.Contains(i.Spec.Controls, c.Control) && (!isClosed || closed.After(c.Since))
			})
			if !named {
				list = append(list, fmt.Sprintf("%s fails in %s since %s", c.Control, f.Name, stamp(c.Since)))
			}
		}
	}
	return strings.Join(list, "; "), until
}

// holdNeeds: what is gathered of logs does not gate, because most environments have no evidence to hold.
func holdNeeds() []control.Need {
	needs := []control.Need{control.NeedsAll[v1alpha1.SecurityIncident](), control.Sees[facts.Workload](), control.Sees[facts.Pod]()}
	for _, t := range logs.Types() {
		needs = append(needs, control.Need{Type: t, ClusterWide: true})
	}
	return needs
}
