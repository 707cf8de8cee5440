package gov

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

// GOV02 judges the records of processing: what the provider records of the solution, and each institution's own.
var GOV02 = control.Define(control.Meta{
	ID: "GOV-02", Title: "The processing record is complete and current", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyShared,
	MustHold: "The record of the solution has every field of GDPR art. 30, agrees with the supplier chain, the agreements and the retention, was confirmed within the interval and after each change; " +
		"the provider keeps an auxiliary record, and each institution a record of its own that is adapted to its own use.",
	Why:      "The record is what the authority asks for first. One that was copied and forgotten describes another processing.",
	NotSeen:  "Whether a record that is kept elsewhere says what is referred to; whether the purposes in it are those of the solution, which are words.",
	ISO:      []string{"5.34 Privacy and protection of PII", "5.9 Inventory of information and other associated assets"},
	GDPR:     []string{"30(1)", "30(2)", "5(2)"},
	Evidence: []string{"HostedSolution spec.processing, personalData, retention, supplierChain", "Supplier countries", "ProcessingAgreement spec.appendixA, appendixB, appendixC.retention", "Institution spec.uses[].record", "SupervisionRecord status.changes", "Attestation ProcessingRecord"},
	Reasons:  append(gov02Reasons(), institutionReasons()...),
}, control.Parameters[gov02]{
	Defaults: func(control.Levels) gov02 { return gov02{Confirm: "12mo", ConfirmAfterChange: "30d"} },
	Validate: func(p gov02, _ control.Levels) error {
		return checkLimits(limit{"confirm", p.Confirm, "24mo"}, limit{"confirmAfterChange", p.ConfirmAfterChange, "90d"})
	},
}, control.Rules[gov02]{
	Solution:    &control.SolutionRule[gov02]{Needs: historyNeeds(), Judge: judgeRecord},
	Institution: &control.InstitutionRule[gov02]{Needs: historyNeeds(), Judge: judgeOwnRecords},
})

// gov02 are the parameters of GOV-02.
type gov02 struct {
	// Confirm is the longest time between confirmations of a record, at most 24mo.
	Confirm string `json:"confirm"`
	// ConfirmAfterChange is how long after a change a record must be confirmed again, at most 90d.
	ConfirmAfterChange string `json:"confirmAfterChange"`
}

func gov02Reasons() []control.ReasonText {
	const reconfirm = "Hold the record against what the solution does today, correct it, and set the day: {field} ({edit})."
	return []control.ReasonText{
		{Reason: "NoPersonalData", Verdict: v1alpha1.VerdictNotApplicable, Text: "{solution} holds no personal data."},
		{Reason: "Complete", Verdict: v1alpha1.VerdictPass, Text: "The record is complete, agrees with chain and agreements, and was confirmed on {date}."},
		{Reason: "KeptElsewhere", Verdict: v1alpha1.VerdictPass, Text: "The record is kept elsewhere ({reference}); a person attested on {date} that it is complete."},
		{Reason: "Incomplete", Verdict: v1alpha1.VerdictFail, Text: "The record lacks: {what}.",
			Remediation: "Fill them in: {edit}. What there is none of is said so: noRecipients: true, noTransfers: true. A record kept elsewhere: spec.processing.record and an Attestation of type ProcessingRecord."},
		{Reason: "Differs", Verdict: v1alpha1.VerdictFail, Text: "The record and the rest differ: {what}.",
			Remediation: "Find out which is right and correct the other: {edit}, or the agreement."},
		{Reason: "NotConfirmed", Verdict: v1alpha1.VerdictFail, Text: "The record of {solution} was {when}; {most} is the longest.", Remediation: reconfirm},
		{Reason: "ChangedSince", Verdict: v1alpha1.VerdictFail, Text: "The record of {solution} was last confirmed {when}, before {change} changed on {date}; {most} after a change is the longest.", Remediation: reconfirm},
		{Reason: "ElsewhereUnattested", Verdict: v1alpha1.VerdictUnknown, Text: "The record is kept elsewhere ({reference}), and nobody attests that it holds: {what}.",
			Remediation: "Have somebody who has read it attest it: an Attestation of type ProcessingRecord about the solution; or fill in spec.processing ({edit})."},
		{Reason: "OwnRecord", Verdict: v1alpha1.VerdictPass, Text: "The institution keeps its own record of {solution} and confirmed it on {date}."},
		{Reason: "NoOwnRecord", Verdict: v1alpha1.VerdictFail, Text: "The institution has no record of its own of {solution}.",
			Remediation: "Adapt the provider's auxiliary record to your own use and set spec.uses[{solution}].record {reference, adaptedAt, confirmedAt}: {edit}."},
		{Reason: "ProvidersRecord", Verdict: v1alpha1.VerdictFail, Text: "What the institution calls its record of {solution} ({reference}) is the provider's.",
			Remediation: "A controller keeps a record itself (GDPR art. 30(1)): adapt a copy to your own use and set spec.uses[{solution}].record: {edit}."},
		{Reason: "NotAdapted", Verdict: v1alpha1.VerdictFail, Text: "The institution's record of {solution} is a copy of the auxiliary record that {how}.",
			Remediation: "Add your own systems, recipients and time limits and set spec.uses[{solution}].record.adaptedAt: {edit}."},
	}
}

func judgeRecord(in control.SolutionInput, p *gov02) []control.Result {
	s, j := in.Solution.Object, newJudge(in.Now)
	var results []control.Result
	if personal(in.Facts, s) {
		results = j.done(j.record(in, p))
	} else {
		results = j.done(control.NotApplicable("NoPersonalData", "solution", s.Name))
	}
	for i := range results {
		results[i] = results[i].For(v1alpha1.PartyProvider)
	}
	return results
}

// record judges the provider's part: what is recorded of the solution itself.
func (j *judge) record(in control.SolutionInput, p *gov02) control.Result {
	s, processing := in.Solution.Object, in.Solution.Object.Spec.Processing
	if processing == nil {
		processing = &v1alpha1.Processing{}
	}
	attested := j.attested(in.Solution.Attestations, v1alpha1.AttestProcessingRecord)
	days := []v1alpha1.Date{processing.ConfirmedAt}
	for _, a := range attested {
		days = append(days, a.Spec.Date)
	}
	last, confirmed := j.latest(days...)
	missing := lacking(&s.Spec, processing)
	toEdit := edit(in.Solution.Ref())
	switch {
	case len(attested) > 0:
		missing = nil
	case len(missing) > 0 && processing.Record != "":
		j.add(control.Unknown("ElsewhereUnattested", "reference", processing.Record, "what", strings.Join(missing, ", "), "edit", toEdit).At("spec.processing.record"))
		missing = nil
	}
	if processing.AuxiliaryRecord == nil {
		missing = append(missing, "auxiliary record for the institutions (auxiliaryRecord)")
	}
	if !confirmed && len(missing) > 0 {
		missing = append(missing, "when it was confirmed (confirmedAt)")
	}
	if len(missing) > 0 {
		j.add(control.Fail("Incomplete", "what", strings.Join(missing, ", "), "edit", toEdit).At("spec.processing"))
	}
	if what := j.differences(in, processing); len(what) > 0 {
		j.add(control.Fail("Differs", "what", strings.Join(what, "; "), "edit", toEdit).At("spec.processing"))
	}
	if confirmed || len(j.results) == 0 {
		j.confirmed(last, changesOf(in.Facts, s), p, s.Name, "spec.processing.confirmedAt", toEdit)
	}
	j.remembered(in.Facts)
	if len(attested) > 0 {
		j.basis = control.Attested
		return control.Pass("KeptElsewhere", "reference", cmp.Or(processing.Record, attested[0].Spec.Evidence), "date", string(attested[0].Spec.Date))
	}
	return control.Pass("Complete", "date", day(last))
}

// lacking lists the fields of art. 30 that are not filled in.
func lacking(s *v1alpha1.HostedSolutionSpec, r *v1alpha1.Processing) []string {
	var out []string
	for _, field := range []struct {
		there bool
		name  string
	}{
		{len(r.Purposes) > 0, "purposes"},
		{len(r.DataSubjects) > 0, "data subjects (dataSubjects)"},
		{len(r.Categories) > 0, "categories"},
		{len(r.Recipients) > 0 || r.NoRecipients, "recipients"},
		{len(r.Transfers) > 0 || r.NoTransfers, "transfers"},
		{len(s.Retention) > 0, "time limits (spec.retention)"},
		{strings.TrimSpace(r.SecurityMeasures) != "", "security measures (securityMeasures)"},
		{r.ProcessorRecord != nil, "the processor's record (processorRecord)"},
	} {
		if !field.there {
			out = append(out, field.name)
		}
	}
	return out
}

// confirmed judges when a record was last confirmed, and whether anything changed since.
func (j *judge) confirmed(last time.Time, changes []change, p *gov02, solution, field, toEdit string) {
	if last.IsZero() {
		j.add(control.Fail("NotConfirmed", "solution", solution, "when", "never confirmed", "most", p.Confirm, "field", field, "edit", toEdit).At(field))
		return
	}
	if !j.within(last, p.Confirm) {
		j.add(control.Fail("NotConfirmed", "solution", solution, "when", "last confirmed on "+day(last), "most", p.Confirm, "field", field, "edit", toEdit).At(field))
		return
	}
	if c := j.unanswered(changes, last, p.ConfirmAfterChange); c != nil {
		j.add(control.Fail("ChangedSince", "solution", solution, "when", "on "+day(last), "change", c.what, "date", day(c.at), "most", p.ConfirmAfterChange,
			"field", field, "edit", toEdit).At(field))
	}
}

func judgeOwnRecords(in control.InstitutionInput, p *gov02) []control.Result {
	return inEach(in, func(j *judge, s *control.Solution, u *v1alpha1.SolutionUse) control.Result {
		if !personal(in.Facts, s.Object) {
			return control.NotApplicable("NoPersonalData", "solution", s.Object.Name)
		}
		return j.ownRecord(in, s, u, p)
	})
}

// ownRecord judges an institution's own record of one solution.
func (j *judge) ownRecord(in control.InstitutionInput, s *control.Solution, u *v1alpha1.SolutionUse, p *gov02) control.Result {
	name, toEdit := s.Object.Name, edit(in.Institution.Ref())
	own := v1alpha1.InstitutionRecord{}
	if u != nil && u.Record != nil {
		own = *u.Record
	}
	attested := j.attested(about(in.Institution.Attestations, name), v1alpha1.AttestProcessingRecord)
	days := []v1alpha1.Date{own.ConfirmedAt}
	for _, a := range attested {
		days, own.Reference = append(days, a.Spec.Date), cmp.Or(own.Reference, a.Spec.Evidence)
	}
	field := "spec.uses[" + name + "].record"
	args := []string{"solution", name, "reference", own.Reference, "edit", toEdit}
	switch {
	case own.Reference == "":
		return control.Fail("NoOwnRecord", args...).At(field)
	case isProviders(own.Reference, s.Object.Spec.Processing):
		return control.Fail("ProvidersRecord", args...).At(field + ".reference")
	}
	if how := j.unadapted(own, s.Object.Spec.Processing, p); how != "" && len(attested) == 0 {
		j.add(control.Fail("NotAdapted", append(args, "how", how)...).At(field + ".adaptedAt"))
	}
	last, _ := j.latest(days...)
	j.confirmed(last, changesOf(in.Facts, s.Object), p, name, field+".confirmedAt", toEdit)
	j.remembered(in.Facts)
	return control.Pass("OwnRecord", append(args, "date", day(last))...)
}

// isProviders tells a reference to one of the provider's records from one to the institution's own.
func isProviders(reference string, r *v1alpha1.Processing) bool {
	if r == nil {
		return false
	}
	theirs := []string{r.Record}
	for _, d := range []*v1alpha1.DocumentReference{r.AuxiliaryRecord, r.ProcessorRecord} {
		if d != nil {
			theirs = append(theirs, d.Reference)
		}
	}
	return slices.ContainsFunc(theirs, func(t string) bool { return strings.EqualFold(strings.TrimSpace(t), strings.TrimSpace(reference)) })
}

// unadapted says why a copy of the auxiliary record is not the institution's own; empty: it is.
func (j *judge) unadapted(own v1alpha1.InstitutionRecord, r *v1alpha1.Processing, p *gov02) string {
	if r == nil || r.AuxiliaryRecord == nil {
		return ""
	}
	at, adapted := j.day(own.AdaptedAt)
	issued, _ := j.day(r.AuxiliaryRecord.Date)
	switch {
	case !adapted:
		return "was never adapted to its own use"
	case at.Before(issued) && !j.within(issued, p.ConfirmAfterChange):
		return "was adapted on " + day(at) + ", before the auxiliary record's present version of " + day(issued)
	}
	return ""
}
