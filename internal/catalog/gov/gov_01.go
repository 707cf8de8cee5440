package gov

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// GOV01 judges whether everybody knows who does what: the provider registers the solution, and each institution accepts its
// own part.
var GOV01 = control.Define(control.Meta{
	ID: "GOV-01", Title: "The solution is registered with owner, roles and split of responsibility", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyShared,
	MustHold: "The solution has a purpose, a service description, controllers, a processor, contacts for security and data protection that were tried lately, and a split of responsibility; " +
		"each institution has accepted the version in force, confirms that it uses the solution within its purpose, and has contacts of its own.",
	Why:      "Duties that nobody knows to be theirs are not done. In joint solutions each party believes that the other one does it.",
	NotSeen:  "Whether the purpose says anything, whether anybody reads the mailbox, and whether the institution does what it accepted.",
	ISO:      []string{"5.2 Information security roles and responsibilities", "5.9 Inventory of information and other associated assets"},
	GDPR:     []string{"5(2)", "24", "26", "37"},
	Evidence: []string{"HostedSolution spec.purpose, owner, controllers, supplierChain, serviceDescription, responsibilities, contactsConfirmedAt", "Institution spec.contacts, contactsConfirmedAt, uses", "ProcessingAgreement of type JointControllership", "Attestation ContactsConfirmed, UseWithinPurpose"},
	Reasons:  append(gov01Reasons(), institutionReasons()...),
}, control.Parameters[gov01]{
	Defaults: func(control.Levels) gov01 {
		return gov01{ConfirmContacts: "6mo", AcceptWithin: "60d", UseWithinPurpose: "12mo"}
	},
	Validate: func(p gov01, _ control.Levels) error {
		return checkLimits(limit{"confirmContacts", p.ConfirmContacts, "12mo"}, limit{"acceptWithin", p.AcceptWithin, "6mo"}, limit{"useWithinPurpose", p.UseWithinPurpose, "24mo"})
	},
}, control.Rules[gov01]{
	Solution:    &control.SolutionRule[gov01]{Needs: append(chain.Needs(), control.NeedsAll[v1alpha1.Institution]()), Judge: judgeRegistration},
	Institution: &control.InstitutionRule[gov01]{Judge: judgeAcceptance},
})

// gov01 are the parameters of GOV-01.
type gov01 struct {
	// ConfirmContacts is the longest time between trials of the contacts, at most 12mo.
	ConfirmContacts string `json:"confirmContacts"`
	// AcceptWithin is how long an institution has to accept a new version of the split, at most 6mo.
	AcceptWithin string `json:"acceptWithin"`
	// UseWithinPurpose is the longest time between confirmations that a solution is used within its purpose, at most 24mo.
	UseWithinPurpose string `json:"useWithinPurpose"`
}

func gov01Reasons() []control.ReasonText {
	return []control.ReasonText{
		{Reason: "Registered", Verdict: v1alpha1.VerdictPass, Text: "The solution is registered, with version {version} of the split of responsibility."},
		{Reason: "Incomplete", Verdict: v1alpha1.VerdictFail, Text: "Not recorded: {what}.",
			Remediation: "Write it down: {edit}."},
		{Reason: "ContactsOverdue", Verdict: v1alpha1.VerdictFail, Text: "The contacts were last tried on {date}; {most} is the longest.",
			Remediation: "Write to each address and ask for an answer, replace those that are gone, and set spec.contactsConfirmedAt ({edit}), or attest it: Attestation of type ContactsConfirmed."},
		{Reason: "NoArrangement", Verdict: v1alpha1.VerdictFail, Text: "{controllers} are joint controllers, and no arrangement between them is in force.",
			Remediation: "Make the arrangement of GDPR art. 26 and record it as a ProcessingAgreement of type JointControllership that names the solution and them."},
		{Reason: "ControllersUnregistered", Verdict: v1alpha1.VerdictFail, Text: "Nobody knows whether these controllers have accepted their part, because no Institution stands for them: {who}.",
			Remediation: "Apply an Institution for each, and let spec.controllers of the solution choose them: institutions: [name], or institutionSelector: {matchLabels: ...}."},
		{Reason: "ContactsKept", Verdict: v1alpha1.VerdictPass, Text: "The institution has contacts for security and data protection, which were tried on {date}."},
		{Reason: "Accepted", Verdict: v1alpha1.VerdictPass, Text: "The institution has accepted version {version} of the split for {solution} and uses it within its purpose."},
		{Reason: "AcceptanceDue", Verdict: v1alpha1.VerdictPass, Text: "The institution has until {until} to say of {solution}: {what}."},
		{Reason: "NothingToAccept", Verdict: v1alpha1.VerdictNotApplicable, Text: "{solution} has no version of the split that the institution could accept; its provider has to give one. It is used within its purpose."},
		{Reason: "NotAccepted", Verdict: v1alpha1.VerdictFail, Text: "Of {solution} the institution does not say: {what}.",
			Remediation: "Read the service description, and set spec.uses[{solution}] acceptance {version: {version}, at, by} and withinPurposeConfirmedAt: {edit}. " +
				"If the solution is used for something else, agree on the purpose with its owner first."},
	}
}

func judgeRegistration(in control.SolutionInput, p *gov01) []control.Result {
	spec, j := &in.Solution.Object.Spec, newJudge(in.Now)
	missing := unrecorded(spec, personal(in.Facts, in.Solution.Object))
	tried, ok := j.latest(append(j.attestedDays(in.Solution.Attestations, v1alpha1.AttestContactsConfirmed), spec.ContactsConfirmedAt)...)
	if !ok {
		missing = append(missing, "when the contacts were tried (contactsConfirmedAt)")
	}
	if len(missing) > 0 {
		j.add(control.Fail("Incomplete", "what", strings.Join(missing, "; "), "edit", edit(in.Solution.Ref())).At("spec"))
	}
	if ok && !j.within(tried, p.ConfirmContacts) {
		j.add(control.Fail("ContactsOverdue", "date", day(tried), "most", p.ConfirmContacts, "edit", edit(in.Solution.Ref())).At("spec.contactsConfirmedAt"))
	}
	j.jointControllers(in, spec.Controllers)
	j.registered(in, spec.Controllers)
	version := ""
	if spec.Responsibilities != nil {
		version = spec.Responsibilities.Document.Version
	}
	results := j.done(control.Pass("Registered", "version", version))
	for i := range results {
		results[i] = results[i].For(v1alpha1.PartyProvider)
	}
	return results
}

// unrecorded lists what the solution does not say.
func unrecorded(s *v1alpha1.HostedSolutionSpec, personal bool) []string {
	var out []string
	lacks := func(missing bool, what string) {
		if missing {
			out = append(out, what)
		}
	}
	lacks(strings.TrimSpace(s.Purpose) == "" || v1alpha1.IsToBeFilledIn(s.Purpose), "purpose")
	lacks(v1alpha1.IsToBeFilledIn(s.Owner.Organisation), "the owner (owner.organisation)")
	lacks(s.ServiceDescription == nil || s.ServiceDescription.Version == "", "serviceDescription with its version")
	lacks(!hasRole(s.Owner.Contacts, "Security"), "the owner's contact for security (owner.contacts, role Security)")
	lacks(personal && !hasRole(s.Owner.Contacts, "DPO"), "the owner's data protection officer (owner.contacts, role DPO)")
	lacks(personal && len(s.Controllers) == 0, "controllers")
	lacks(personal && len(s.SupplierChain) == 0, "the processor (supplierChain)")
	lacks(s.Responsibilities == nil || s.Responsibilities.Document.Version == "", "responsibilities with the version of the document")
	return out
}

func hasRole(contacts []v1alpha1.Contact, role string) bool {
	return slices.ContainsFunc(contacts, func(c v1alpha1.Contact) bool {
		return strings.EqualFold(strings.TrimSpace(c.Role), role) && (c.Email != "" || c.Phone != "")
	})
}

// jointControllers judges controllers who decide together: an arrangement that binds all of them must be in force.
func (j *judge) jointControllers(in control.SolutionInput, all []v1alpha1.Controller) {
	c := chain.Of(in.Facts, in.Solution.Object)
	var open []string
	for i := range all {
		if len(all[i].JointWith) == 0 {
			continue
		}
		j.changes = control.Earliest(j.changes, c.Changes(j.now))
		group := append([]string{all[i].Name}, all[i].JointWith...)
		slices.Sort(group)
		arranged := slices.ContainsFunc(c.Agreements, func(a *chain.Agreement) bool {
			return a.Spec.Type == v1alpha1.AgreementJointControllership && a.InForce(j.now) &&
				!slices.ContainsFunc(group, func(name string) bool { return !j.binds(in.Facts, a, all, name) })
		})
		if names := strings.Join(group, " and "); !arranged && !slices.Contains(open, names) {
			open = append(open, names)
		}
	}
	if len(open) > 0 {
		j.add(control.Fail("NoArrangement", "controllers", strings.Join(open, "; ")).At("spec.controllers"))
	}
}

// binds tells whether a controller, as a group or by one of its institutions, is a party of an agreement now.
func (j *judge) binds(v facts.View, a *chain.Agreement, all []v1alpha1.Controller, name string) bool {
	if g := a.Spec.Parties.Customer.Group; g != nil && strings.EqualFold(g.Name, name) {
		return true
	}
	at := slices.IndexFunc(all, func(c v1alpha1.Controller) bool { return c.Name == name })
	return slices.ContainsFunc(a.Terms, func(t chain.Term) bool {
		i := facts.Get[v1alpha1.Institution](v, "", t.Institution)
		return t.At(j.now) && i != nil && (t.Institution == name || strings.EqualFold(i.Spec.LegalName, name) || at >= 0 && control.Belongs(&all[at], i))
	})
}

// registered judges whether an Institution stands for each controller: only those can say that they accept anything.
func (j *judge) registered(in control.SolutionInput, all []v1alpha1.Controller) {
	if gaps := unregistered(facts.List[v1alpha1.Institution](in.Facts), all); len(gaps) > 0 {
		j.add(control.Fail("ControllersUnregistered", "who", some(gaps)).At("spec.controllers"))
	}
}

// unregistered lists the controllers for whom no Institution stands, in words.
func unregistered(institutions []*v1alpha1.Institution, all []v1alpha1.Controller) []string {
	var gaps []string
	for i := range all {
		c, there := &all[i], 0
		for _, institution := range institutions {
			if control.Belongs(c, institution) {
				there++
			}
		}
		expected := max(1, len(c.Institutions))
		if c.ExpectedCount != nil {
			expected = max(expected, int(*c.ExpectedCount))
		}
		switch {
		case there >= expected:
		case expected == 1:
			gaps = append(gaps, c.Name)
		default:
			gaps = append(gaps, strconv.Itoa(expected-there)+" of the "+strconv.Itoa(expected)+" "+c.Name)
		}
	}
	return gaps
}

func judgeAcceptance(in control.InstitutionInput, p *gov01) []control.Result {
	if idle(in.Institution) {
		return []control.Result{control.NotApplicable("NoSolutions").RestingOn(control.Declared)}
	}
	out := judgeContacts(in, p)
	if len(in.Institution.Solutions) == 0 {
		return out
	}
	return append(out, inEach(in, func(j *judge, s *control.Solution, u *v1alpha1.SolutionUse) control.Result {
		return j.acceptance(in.Institution, s, u, p)
	})...)
}

// judgeContacts judges the institution's own contacts.
func judgeContacts(in control.InstitutionInput, p *gov01) []control.Result {
	i, j := in.Institution, newJudge(in.Now)
	var missing []string
	for _, role := range []string{"Security", "DPO"} {
		if !hasRole(i.Object.Spec.Contacts, role) {
			missing = append(missing, "contact with role "+role)
		}
	}
	tried, ok := j.latest(append(j.attestedDays(about(i.Attestations, ""), v1alpha1.AttestContactsConfirmed), i.Object.Spec.ContactsConfirmedAt)...)
	if !ok {
		missing = append(missing, "when the contacts were tried (contactsConfirmedAt)")
	}
	switch {
	case len(missing) > 0:
		j.add(control.Fail("Incomplete", "what", strings.Join(missing, "; "), "edit", edit(i.Ref())).At("spec.contacts"))
	case !j.within(tried, p.ConfirmContacts):
		j.add(control.Fail("ContactsOverdue", "date", day(tried), "most", p.ConfirmContacts, "edit", edit(i.Ref())).At("spec.contactsConfirmedAt"))
	}
	return j.done(control.Pass("ContactsKept", "date", day(tried)))
}

// acceptance judges what an institution says of its use of one solution.
func (j *judge) acceptance(i *control.Institution, s *control.Solution, u *v1alpha1.SolutionUse, p *gov01) control.Result {
	if u == nil {
		u = &v1alpha1.SolutionUse{}
	}
	name, split := s.Object.Name, v1alpha1.DocumentReference{}
	if s.Object.Spec.Responsibilities != nil {
		split = s.Object.Spec.Responsibilities.Document
	}
	var due, over []string
	var until time.Time
	sort := func(what string, since time.Time) { // an instant from which there is time to say it; zero: none
		if since.IsZero() || !j.within(since, p.AcceptWithin) {
			over = append(over, what)
			return
		}
		due = append(due, what)
		grace, _ := date.ParsePeriod(p.AcceptWithin)
		until = control.Earliest(until, grace.After(since))
	}
	began, issued := when(u.From), when(split.Date)
	if why := j.unaccepted(u.Acceptance, split); why != "" && split.Version != "" {
		if !issued.IsZero() && began.After(issued) {
			issued = began
		}
		sort(why, issued)
	}
	days := append(j.attestedDays(about(i.Attestations, name), v1alpha1.AttestUseWithinPurpose), u.WithinPurposeConfirmedAt)
	if last, ok := j.latest(days...); !ok {
		sort("that it is used within its purpose", began)
	} else if !j.within(last, p.UseWithinPurpose) {
		over = append(over, "that it is used within its purpose, which was last confirmed on "+day(last))
	}
	args := []string{"solution", name, "version", split.Version, "edit", edit(i.Ref())}
	switch {
	case len(over) > 0:
		return control.Fail("NotAccepted", append(args, "what", strings.Join(append(over, due...), "; "))...).At("spec.uses[" + name + "]")
	case len(due) > 0:
		return control.Pass("AcceptanceDue", append(args, "what", strings.Join(due, "; "), "until", day(until))...)
	case split.Version == "":
		return control.NotApplicable("NothingToAccept", args...)
	}
	return control.Pass("Accepted", args...)
}

// unaccepted says what of the split is not accepted; empty: nothing.
func (j *judge) unaccepted(a *v1alpha1.ResponsibilityAcceptance, split v1alpha1.DocumentReference) string {
	what := "that it accepts version " + split.Version + " of the split"
	if a == nil {
		return what
	}
	at, come := j.day(a.At)
	switch {
	case a.Version != split.Version:
		return what + ", it accepted version " + a.Version
	case !come:
		return what + ", the acceptance is dated ahead"
	case v1alpha1.IsServiceIdentity(a.By):
		return what + ", a service account cannot"
	case at.Before(when(split.Date)):
		return what + ", which was issued after the acceptance"
	}
	return ""
}
