package loc

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// LOC06 judges what the instructions of the chain let a supplier do when an authority asks.
var LOC06 = control.Define(control.Meta{
	ID: "LOC-06", Title: "The instruction does not open for foreign authorities", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyShared,
	MustHold: "No instruction in the chain lets a supplier depart from the chosen locations or disclose data because of a law or an authority's request, other than EU law or the law of a member state, with notice before.",
	Why: "Whoever agrees that a supplier follows any law and any authority has instructed it to: a disclosure is then an intended transfer, and the controller answers for it. " +
		"The clause is mostly not in the first agreement but in the standard terms of the last supplier.",
	NotSeen: "Whether the texts say what is recorded of them; reservations in documents that nobody has read.",
	ISO:     []string{"5.20 Addressing information security within supplier agreements", "5.31 Legal, statutory, regulatory and contractual requirements"},
	GDPR:    []string{"28(3)(a)", "29", "44", "48"},
	Evidence: []string{"ProcessingAgreement spec.appendixC.deviations, noDeviations and acceptedTerms of every agreement in force that names the solution", "Supplier spec.standardTerms",
		"HostedSolution spec.supplierChain"},
	Exceptions: &control.ExceptionTerms{Plan: true, Longest: "6mo"},
	Reasons:    loc06Reasons(),
}, control.Parameters[loc06]{Validate: loc06Validate}, control.Rules[loc06]{Solution: &control.SolutionRule[loc06]{
	Needs: chain.Needs(),
	Judge: judgeLOC06,
}})

func loc06Reasons() []control.ReasonText {
	return []control.ReasonText{
		{Reason: "NoPersonalData", Verdict: v1alpha1.VerdictNotApplicable, Text: "The solution holds no personal data."},
		{Reason: "Untouched", Verdict: v1alpha1.VerdictNotApplicable, Text: "{link} is said to have nothing to do with personal data, and no agreement says otherwise; SUP-03 looks at what runs."},
		{Reason: "OwnHands", Verdict: v1alpha1.VerdictNotApplicable, Text: "{link} is the controller itself, whom nobody instructs."},
		{Reason: "Bounded", Verdict: v1alpha1.VerdictPass, Text: "{agreement}, by which {link} is instructed, knows no departure but what EU or member state law requires."},
		{Reason: "TooBroad", Verdict: v1alpha1.VerdictFail, Text: "{link}: {agreement} lets it depart from the instruction because of {trigger} under {law} (deviation {deviation}, written in {where}).",
			Remediation: "Have the clause limited to EU law or the law of a member state, with notice before, and third-country requests challenged and refused; record it as lawScope: EUOrMemberState. " +
				"While it is negotiated: a ControlException of type Compensated with an action plan, 6 months at most."},
		{Reason: "NoNotice", Verdict: v1alpha1.VerdictFail, Text: "{link}: {agreement} lets it disclose data without notice before (deviation {deviation}).",
			Remediation: "Have notice before agreed, which only EU or member state law may forbid; record it as noticeBefore: true."},
		{Reason: "NoticeTooShort", Verdict: v1alpha1.VerdictFail, Text: "{link}: {agreement} gives {hours} hours of notice before a disclosure (deviation {deviation}); {least} are required.",
			Remediation: "Have at least {least} hours agreed and record them in noticeHours."},
		{Reason: "DeviationsNotRecorded", Verdict: v1alpha1.VerdictFail, Text: "{link}: {agreement} has an instruction, and nothing says whether it, the standard terms and their addenda hold reservations.",
			Remediation: "Read all three and record each reservation in spec.appendixC.deviations, or that there is none: noDeviations: true."},
		{Reason: "TermsChanged", Verdict: v1alpha1.VerdictFail, Text: "{link}: {agreement} was read with {accepted} of the supplier's terms; {current} is in force.",
			Remediation: "Read the present terms, record their reservations in spec.appendixC.deviations, and then their version in acceptedTerms. A change that was not agreed to is to be objected to."},
		{Reason: "TermsNotCompared", Verdict: v1alpha1.VerdictUnknown, Text: "{link}: the supplier has standard terms, and {agreement} does not say which version of them was read.",
			Remediation: "Record reference and version of the terms that were accepted: spec.appendixC.acceptedTerms."},
		{Reason: "NoAppendixC", Verdict: v1alpha1.VerdictUnknown, Text: "{link}: {agreement} is recorded without its instruction.",
			Remediation: "Record appendix C: spec.appendixC with document, locations and deviations."},
		{Reason: "NoAgreement", Verdict: v1alpha1.VerdictUnknown, Text: "No agreement is in force for {links}, so nobody can say what they are instructed to do.",
			Remediation: "Record a ProcessingAgreement in force for {links}; SUP-01 says what it needs."},
		{Reason: "NoChain", Verdict: v1alpha1.VerdictUnknown, Text: "Nothing says who processes the data: the solution names no supplier, and no agreement names the solution.",
			Remediation: "The owner adds spec.supplierChain, and the contract owner a ProcessingAgreement for each link."},
	}
}

// loc06 are the parameters of LOC-06.
type loc06 struct {
	// NoticeBeforeHours that the controller must have before data are disclosed; 0: any time before.
	NoticeBeforeHours int32 `json:"noticeBeforeHours"`
}

func loc06Validate(p loc06, _ control.Levels) error {
	if p.NoticeBeforeHours < 0 || p.NoticeBeforeHours > 8784 {
		return fmt.Errorf("noticeBeforeHours: %d is not between 0 and 8784", p.NoticeBeforeHours)
	}
	return nil
}

// instructionJudge goes through the instructions of a chain and gathers results.
type instructionJudge struct {
	params  *loc06
	now     time.Time
	results []control.Result
	judged  map[*chain.Agreement]bool
}

func judgeLOC06(in control.SolutionInput, p *loc06) []control.Result {
	c := chain.Of(in.Facts, in.Solution.Object)
	if !c.PersonalData {
		return []control.Result{control.NotApplicable("NoPersonalData").RestingOn(control.Declared)}
	}
	j := &instructionJudge{params: p, now: in.Now, results: make([]control.Result, 0, len(c.Links)+4), judged: make(map[*chain.Agreement]bool, len(c.Agreements))}
	var without []string
	for _, l := range c.Links {
		agreements := l.InForce(in.Now)
		switch {
		case !l.Touches:
			j.results = append(j.results, control.NotApplicable("Untouched", "link", l.String()).On(l.Ref()).RestingOn(control.Declared))
		case l.Own:
			j.results = append(j.results, control.NotApplicable("OwnHands", "link", l.String()).On(l.Ref()).RestingOn(control.Declared))
		case len(agreements) == 0:
			without = append(without, l.String())
		}
		for _, a := range agreements {
			j.agreement(l, a)
		}
	}
	for _, u := range c.Unlinked {
		for _, a := range u.InForce(in.Now) {
			j.agreement(u.Link, a)
		}
	}
	nobody := len(j.results) == 0 && len(without) == 0
	j.others(c)
	if len(without) > 0 {
		j.results = append(j.results, control.Unknown("NoAgreement", "links", strings.Join(without, ", ")).At("spec.supplierChain"))
	}
	if nobody {
		j.results = append(j.results, control.Unknown("NoChain").At("spec.supplierChain"))
	}
	next := c.Changes(in.Now)
	for i := range j.results {
		j.results[i] = j.results[i].Until(next)
	}
	return j.results
}

// others judges the agreements in force that are not of a link and the one that engaged it: a connection agreement binds as
// well, and so does one that was made past the chain. One that is not about processing needs no instruction, but what it has
// of one counts.
func (j *instructionJudge) others(c *chain.Chain) {
	for _, a := range c.Agreements {
		processing := a.Spec.Type == v1alpha1.AgreementProcessing || a.Spec.Type == v1alpha1.AgreementSubProcessing
		if j.judged[a] || !a.InForce(j.now) || !processing && a.Spec.AppendixC == nil {
			continue
		}
		at := slices.IndexFunc(c.Links, func(l *chain.Link) bool { return l.Supplier == a.Spec.Parties.Processor })
		l := &chain.Link{SupplierLink: &v1alpha1.SupplierLink{Supplier: a.Spec.Parties.Processor}}
		if at >= 0 {
			l = c.Links[at]
		}
		j.agreement(l, a)
	}
}

// agreement judges one instruction: one result for each fault, or one that says that there is none.
func (j *instructionJudge) agreement(l *chain.Link, a *chain.Agreement) {
	j.judged[a] = true
	begin := len(j.results)
	c := a.Spec.AppendixC
	if c == nil {
		j.add(control.Unknown("NoAppendixC"), l, a, "spec.appendixC")
		return
	}
	if len(c.Deviations) == 0 && !c.NoDeviations {
		j.add(control.Fail("DeviationsNotRecorded"), l, a, "spec.appendixC.deviations")
	}
	for i := range c.Deviations {
		j.deviation(l, a, &c.Deviations[i])
	}
	j.terms(l, a)
	if len(j.results) == begin {
		j.add(control.Pass("Bounded"), l, a, "")
	}
}

func (j *instructionJudge) add(r control.Result, l *chain.Link, a *chain.Agreement, field string) {
	r.Args = append(r.Args, control.Arg{Name: "link", Value: l.String()}, control.Arg{Name: "agreement", Value: a.Name})
	r = r.On(a.Ref()).RestingOn(control.Declared)
	if field != "" {
		r = r.At(field)
	}
	j.results = append(j.results, r)
}

func (j *instructionJudge) deviation(l *chain.Link, a *chain.Agreement, d *v1alpha1.InstructionDeviation) {
	field := "spec.appendixC.deviations[" + d.Name + "]."
	switch law := beyondTheUnion(d); {
	case law != "":
		where := d.WrittenIn
		if where == "" {
			where = "a document that is not named"
		}
		j.add(control.Fail("TooBroad", "deviation", d.Name, "trigger", trigger(d.Trigger), "law", law, "where", where), l, a, field+"lawScope")
	case !d.NoticeBefore && !d.UnlessLawForbidsNotice:
		j.add(control.Fail("NoNotice", "deviation", d.Name), l, a, field+"noticeBefore")
	case j.params.NoticeBeforeHours > 0 && (d.NoticeHours == nil || *d.NoticeHours < j.params.NoticeBeforeHours):
		hours := "no"
		if d.NoticeHours != nil {
			hours = strconv.Itoa(int(*d.NoticeHours))
		}
		j.add(control.Fail("NoticeTooShort", "deviation", d.Name, "hours", hours, "least", strconv.Itoa(int(j.params.NoticeBeforeHours))), l, a, field+"noticeHours")
	}
}

func trigger(t v1alpha1.DeviationTrigger) string {
	switch t {
	case v1alpha1.DeviationLaw:
		return "a law"
	case v1alpha1.DeviationAuthorityRequest:
		return "an authority's request"
	default:
		return "another reason"
	}
}

// beyondTheUnion says whose law counts for a deviation, "" if only that of the EU, or of EEA states, does. What is not said
// counts as any: "as required by law" means every law.
func beyondTheUnion(d *v1alpha1.InstructionDeviation) string {
	switch d.LawScope {
	case v1alpha1.LawEUOrMemberState:
		return ""
	case v1alpha1.LawNamedCountries:
		var others []string
		for _, c := range d.Countries {
			if !region.InEEA(string(c)) {
				others = append(others, string(c))
			}
		}
		if len(d.Countries) > 0 {
			if len(others) == 0 {
				return ""
			}
			return "the law of " + strings.Join(others, ", ")
		}
	}
	return "any law"
}

// terms compares the standard terms that were read with those in force at the supplier.
func (j *instructionJudge) terms(l *chain.Link, a *chain.Agreement) {
	if l.Party == nil || l.Party.Spec.StandardTerms == nil {
		return
	}
	current, accepted := l.Party.Spec.StandardTerms, a.Spec.AppendixC.AcceptedTerms
	if accepted == nil && a.Spec.Type == v1alpha1.AgreementConnection {
		return // they are accepted with the processing agreements that belong to it
	}
	known := accepted != nil && (current.Version != "" && accepted.Version != "" || current.Date != "" && accepted.Date != "")
	switch {
	case !known:
		j.add(control.Unknown("TermsNotCompared"), l, a, "spec.appendixC.acceptedTerms")
	case differ(current.Version, accepted.Version) || differ(string(current.Date), string(accepted.Date)) || differ(current.Reference, accepted.Reference):
		j.add(control.Fail("TermsChanged", "accepted", version(accepted), "current", version(current)), l, a, "spec.appendixC.acceptedTerms")
	}
}

// differ compares what both sides say.
func differ(a, b string) bool {
	return a != "" && b != "" && !strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
}

func version(d *v1alpha1.DocumentReference) string {
	text := d.Reference
	if d.Version != "" {
		text += ", version " + d.Version
	}
	if d.Date != "" {
		text += " of " + string(d.Date)
	}
	return text
}
