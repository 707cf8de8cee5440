package sup

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// SUP02 judges whether the chain is whole and its limits hold to the end.
var SUP02 = control.Define(control.Meta{
	ID: "SUP-02", Title: "The supply chain is complete and the instruction follows it", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "The chain leads from the controller to the last sub-supplier without gap or circle; appendix B of each agreement names every link below it with task and place; " +
		"each agreement carries at least the limits of the one above it; changes were notified and authorised before they took effect.",
	Why:     "Each link may only do what the one above it may. A limit that is lost on the way down is lost for the data, and nobody at the top sees it.",
	NotSeen: "Suppliers that no document and no cluster shows; whether measures that are called the same are the same.",
	ISO:     []string{"5.21 Managing information security in the ICT supply chain", "5.22 Monitoring, review and change management of supplier services"},
	GDPR:    []string{"28(2)", "28(4)"},
	Evidence: []string{"HostedSolution spec.supplierChain", "ProcessingAgreement spec.parentAgreement, spec.appendixB (entries, authorisation, changes), spec.appendixC of every agreement in force that names the solution",
		"Supplier spec.legalName, spec.otherNames, spec.registrationNumber"},
	Reasons: sup02Reasons(),
}, control.Parameters[sup02]{Defaults: sup02Defaults, Validate: sup02Validate}, control.Rules[sup02]{Solution: &control.SolutionRule[sup02]{
	Needs: chain.Needs(),
	Judge: judgeSUP02,
}})

// sup02 are the parameters of SUP-02.
type sup02 struct {
	// NoticeDays is how many days before it takes effect a change is notified at least, where there is a general
	// authorisation; a longer notice in the agreement goes before it.
	NoticeDays int `json:"noticeDays"`
	// MaxDepthUnknown is how many levels at the end of the chain may have an agreement without a list of sub-processors.
	MaxDepthUnknown int `json:"maxDepthUnknown"`
}

func sup02Defaults(l control.Levels) sup02 {
	if control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential) {
		return sup02{NoticeDays: 60}
	}
	return sup02{NoticeDays: 30}
}

func sup02Validate(p sup02, _ control.Levels) error {
	switch {
	case p.NoticeDays < 0 || p.NoticeDays > 366:
		return fmt.Errorf("noticeDays: %d is not between 0 and 366", p.NoticeDays)
	case p.MaxDepthUnknown < 0 || p.MaxDepthUnknown > 3:
		return fmt.Errorf("maxDepthUnknown: %d is not between 0 and 3", p.MaxDepthUnknown)
	}
	return nil
}

func sup02Reasons() []control.ReasonText {
	return append([]control.ReasonText{
		{Reason: "NoSuppliers", Verdict: v1alpha1.VerdictNotApplicable, Text: "The solution names no supplier, and no agreement names the solution."},
		{Reason: "Complete", Verdict: v1alpha1.VerdictPass, Text: "The chain is whole; none of its {count} needs an agreement."},
		{Reason: "Follows", Verdict: v1alpha1.VerdictPass, Text: "{agreement} of {link} lists everybody below it and allows no more than the agreement above."},
		{Reason: "NotRecorded", Verdict: v1alpha1.VerdictUnknown, Text: "No agreement in force with an instruction (appendix C) is recorded for {links}, so whether the limits follow the chain cannot be seen.",
			Remediation: "Record a ProcessingAgreement in force with spec.appendixC for {links}; SUP-01 says what it needs."},
		{Reason: "Circle", Verdict: v1alpha1.VerdictFail, Text: "{links} engage each other in a circle, so the chain leads to no controller.",
			Remediation: "Correct engagedBy in spec.supplierChain: the first link has none, every other names the link that engaged it."},
		{Reason: "Orphan", Verdict: v1alpha1.VerdictFail, Text: "{link} is engaged by {engagedBy}, which is no link.",
			Remediation: "Correct engagedBy of {name} in spec.supplierChain, or enter the link that is missing."},
		{Reason: "Repeated", Verdict: v1alpha1.VerdictFail, Text: "Two links are called {name}, so whom engagedBy means cannot be told.",
			Remediation: "Give each link of spec.supplierChain its own name."},
		{Reason: "UnknownSupplier", Verdict: v1alpha1.VerdictFail, Text: "{where} names supplier {supplier}, and there is no such Supplier.",
			Remediation: "Apply a Supplier {supplier}, or correct the name."},
		{Reason: "OneParty", Verdict: v1alpha1.VerdictFail, Text: "{a} and {b} are one party under two names: both have {common}.",
			Remediation: "Keep one Supplier, with the other's name in spec.otherNames, and use it in chain and agreements."},
		{Reason: "NotInChain", Verdict: v1alpha1.VerdictFail, Text: "Supplier {supplier} is no link of the chain; it is named in {agreements}.",
			Remediation: "Enter it in spec.supplierChain {name, supplier: {supplier}, engagedBy}, or have it taken out of the agreement."},
		{Reason: "Gainsaid", Verdict: v1alpha1.VerdictFail, Text: "{link} is said to have nothing to do with personal data; {what} says otherwise.",
			Remediation: "Correct personalData of the link in spec.supplierChain; or have the agreements corrected, or enter the supplier that does process the data."},
	}, sup02Contract()...)
}

func sup02Contract() []control.ReasonText {
	return []control.ReasonText{
		{Reason: "NoList", Verdict: v1alpha1.VerdictFail, Text: "{agreement} of {link} {authorises}lists no sub-processors, and does not say that there are none.",
			Remediation: "Record spec.appendixB.entries, or spec.appendixB.noEntries: true."},
		{Reason: "NotListed", Verdict: v1alpha1.VerdictFail, Text: "Appendix B of {agreement} of {link} does not list {missing}.",
			Remediation: "Have them authorised and entered in spec.appendixB.entries [{supplier, engagedBy, description, processingCountries}]."},
		{Reason: "EntryDiffers", Verdict: v1alpha1.VerdictFail, Text: "Appendix B of {agreement} of {link} differs from the chain: {differences}.",
			Remediation: "Correct engagedBy in spec.appendixB.entries, or the chain in spec.supplierChain of the solution."},
		{Reason: "EntryIncomplete", Verdict: v1alpha1.VerdictFail, Text: "Appendix B of {agreement} of {link} does not say {missing}.",
			Remediation: "Add description and processingCountries (or accessCountries, or place) to each of spec.appendixB.entries."},
		{Reason: "PlaceUnclear", Verdict: v1alpha1.VerdictUnknown, Text: "Appendix B of {agreement} of {link} says two things of where data are: {what}.",
			Remediation: "Find out where it is, and correct the place or the countries of the entry in spec.appendixB."},
		{Reason: "NotAuthorised", Verdict: v1alpha1.VerdictFail, Text: "Appendix B of {agreement} of {link}: {what}.",
			Remediation: "Set spec.appendixB.authorisation; a specific one has the day on each entry: authorisedAt."},
		{Reason: "ChangeTooEarly", Verdict: v1alpha1.VerdictFail, Text: "Change {change} in {agreement} of {link} took effect on {effective}: {why}.",
			Remediation: "Have the change authorised after all, and record it (authorisedAt); for the next one, notify in time."},
		{Reason: "ChangeAgainstObjection", Verdict: v1alpha1.VerdictFail, Text: "Change {change} in {agreement} of {link} took effect on {effective} although it was objected to on {objected}.",
			Remediation: "Have the change undone, or have the objection withdrawn and record the authorisation (authorisedAt)."},
		{Reason: "Parent", Verdict: v1alpha1.VerdictFail, Text: "{agreement} of {link}: {why}.",
			Remediation: "Name in spec.parentAgreement the agreement by which the supplier above is bound for this solution."},
		{Reason: "Wider", Verdict: v1alpha1.VerdictFail, Text: "{agreement} of {link} allows more than {parent} above it: {what}.",
			Remediation: "Have {agreement} limited to what {parent} allows; or have the agreements above changed first, from the controller down."},
	}
}

// chainJudge goes through a chain and gathers results.
type chainJudge struct {
	in      control.SolutionInput
	chain   *chain.Chain
	params  *sup02
	tables  *region.Tables
	now     time.Time
	changes time.Time
	results []control.Result
}

func judgeSUP02(in control.SolutionInput, p *sup02) []control.Result {
	c := chain.Of(in.Facts, in.Solution.Object)
	if len(c.Links) == 0 && len(c.Unlinked) == 0 {
		return []control.Result{control.NotApplicable("NoSuppliers").RestingOn(control.Declared)}
	}
	j := &chainJudge{in: in, chain: c, params: p, tables: in.Solution.Platform.Tables, now: in.Now, changes: c.Changes(in.Now),
		results: make([]control.Result, 0, len(c.Links)+4)}
	j.faults()
	var without []string
	for _, l := range c.Links {
		if !needsAgreement(l) {
			continue
		}
		agreements := l.InForce(j.now)
		if !slices.ContainsFunc(agreements, func(a *chain.Agreement) bool { return a.Spec.AppendixC != nil }) {
			without = append(without, l.String())
		}
		for _, a := range agreements {
			j.agreement(l, a)
		}
	}
	if len(without) > 0 {
		j.add(control.Unknown("NotRecorded", "links", strings.Join(without, ", ")).At("spec.supplierChain"))
	}
	if len(j.results) == 0 {
		j.add(control.Pass("Complete", "count", links(len(c.Links))))
	}
	for i := range j.results {
		j.results[i] = j.results[i].RestingOn(control.Declared).Until(j.changes)
	}
	return j.results
}

func (j *chainJudge) add(r control.Result) { j.results = append(j.results, r) }

// say adds a result about an agreement of a link.
func (j *chainJudge) say(r control.Result, l *chain.Link, a *chain.Agreement, field string) {
	r.Args = append(r.Args, control.Arg{Name: "agreement", Value: a.Name}, control.Arg{Name: "link", Value: l.String()})
	r = r.On(a.Ref())
	if field != "" {
		r = r.At(field)
	}
	j.add(r)
}

// faults reports what is wrong with the chain itself.
func (j *chainJudge) faults() {
	for _, f := range j.chain.Faults {
		l := f.Links[len(f.Links)-1]
		field := "spec.supplierChain[" + l.Name + "]"
		switch f.Kind {
		case chain.Circle:
			names := make([]string, len(f.Links))
			for i, l := range f.Links {
				names[i] = l.String()
			}
			j.add(control.Fail("Circle", "links", strings.Join(names, ", ")).At("spec.supplierChain"))
		case chain.Orphan:
			j.add(control.Fail("Orphan", "link", l.String(), "name", l.Name, "engagedBy", l.EngagedBy).At(field + ".engagedBy"))
		case chain.Repeated:
			j.add(control.Fail("Repeated", "name", l.Name).At(field))
		case chain.UnknownSupplier:
			j.add(control.Fail("UnknownSupplier", "where", "Link "+l.Name, "supplier", l.Supplier).At(field + ".supplier"))
		}
	}
	for _, t := range j.chain.Twins {
		j.add(control.Fail("OneParty", "a", t.A.Supplier, "b", t.B.Name, "common", t.Common).On(t.Ref()))
	}
	for _, u := range j.chain.Unlinked {
		j.unlinked(u)
	}
	for _, l := range j.chain.Links {
		if l.Gainsaid() {
			j.add(control.Fail("Gainsaid", "link", l.String(), "what", gainsayer(l)).At("spec.supplierChain[" + l.Name + "].personalData"))
		}
	}
}

// gainsayer says what speaks against a link's word that its supplier has nothing to do with personal data.
func gainsayer(l *chain.Link) string {
	if l.Alone {
		return "that the solution holds some, and that nobody in the chain is said to process them,"
	}
	return "an agreement, its appendix B or a link below"
}

// unlinked reports a supplier that an agreement in force names and the chain does not.
func (j *chainJudge) unlinked(u *chain.Unlinked) {
	by := slices.DeleteFunc(slices.Clone(u.By), func(a *chain.Agreement) bool { return !a.InForce(j.now) })
	if len(by) == 0 {
		return
	}
	names := make([]string, len(by))
	for i, a := range by {
		names[i] = a.Name
	}
	where := few(names)
	if u.Party == nil {
		j.add(control.Fail("UnknownSupplier", "where", where, "supplier", u.Supplier).On(by[0].Ref()).At("spec.appendixB.entries[" + u.Supplier + "]"))
		return
	}
	j.add(control.Fail("NotInChain", "agreements", where, "supplier", u.Supplier).At("spec.supplierChain"))
}

// agreement judges one agreement in force: one result for each fault, or one that says that there is none.
func (j *chainJudge) agreement(l *chain.Link, a *chain.Agreement) {
	begin := len(j.results)
	j.list(l, a)
	j.parent(l, a)
	j.limits(l, a)
	if len(j.results) == begin && a.Spec.AppendixC != nil {
		j.say(control.Pass("Follows"), l, a, "")
	}
}

// instant reads a day; ok is false where nothing readable is written.
func instant(d v1alpha1.Date) (t time.Time, ok bool) {
	t, err := date.EndOfValidity(string(d))
	return t, err == nil
}
