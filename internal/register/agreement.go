package register

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
)

// agreements reads the agreements: what they name, their parents, whether they bind today, and which of them do for the same
// link.
func (r *run) agreements() {
	byName := map[string]*v1alpha1.ProcessingAgreement{}
	for _, a := range r.out.Agreements {
		byName[a.Name] = a
	}
	binding := map[side][]string{}
	terms := make([]*chain.Agreement, len(r.out.Agreements))
	sides := make([][]side, len(r.out.Agreements))
	for i, object := range r.out.Agreements {
		terms[i] = r.agreement(object)
		sides[i] = sidesOf(terms[i], r)
		r.next(terms[i].Changes(r.now))
		for _, s := range sides[i] {
			binding[s] = append(binding[s], object.Name)
		}
	}
	for i, object := range r.out.Agreements {
		p := r.page(agreementKind, object.Name)
		p.parties(object)
		p.parents(object, byName)
		p.appendixB(object)
		p.rivals(object.Name, sides[i], binding)
		p.done()
		p.valid(terms[i])
	}
}

// side is what two agreements may not both be in force for: a processor's work on a solution for one customer.
type side struct{ solution, processor, customer string }

// sidesOf lists what an agreement that processes data for somebody is in force for today.
func sidesOf(a *chain.Agreement, r *run) (out []side) {
	spec := &a.Spec
	if spec.Type != v1alpha1.AgreementProcessing && spec.Type != v1alpha1.AgreementSubProcessing {
		return nil
	}
	seen := make(map[side]bool, len(a.Terms))
	for i := range a.Terms {
		if !a.Terms[i].At(r.now) {
			continue
		}
		customer := "institution " + a.Terms[i].Institution
		switch c := &spec.Parties.Customer; {
		case c.Supplier != "":
			customer = "supplier " + c.Supplier
		case c.Group != nil:
			customer = fmt.Sprintf("group %q", c.Group.Name)
		}
		for _, s := range spec.Solutions {
			if one := (side{s, spec.Parties.Processor, customer}); !seen[one] {
				seen[one] = true
				out = append(out, one)
			}
		}
	}
	return out
}

// rivals says which other agreements are in force for the same.
func (p *page) rivals(own string, sides []side, binding map[side][]string) {
	var others []string
	var first side
	for _, s := range sides {
		for _, name := range binding[s] {
			if name == own || slices.Contains(others, name) {
				continue
			}
			if len(others) == 0 {
				first = s
			}
			others = append(others, name)
		}
	}
	if len(others) > 0 {
		slices.Sort(others)
		p.bad(v1alpha1.ReasonTwoInForce, "%s is in force too for %s's work on %s for %s, so nobody knows which instruction holds. Set spec.endedAt of the one that ended.",
			strings.Join(others, ", "), first.processor, first.solution, first.customer)
	}
}

func (p *page) parties(a *v1alpha1.ProcessingAgreement) {
	parties := &a.Spec.Parties
	p.refer(supplierKind, parties.Processor, "spec.parties.processor")
	p.refer(supplierKind, parties.Customer.Supplier, "spec.parties.customer.supplier")
	for i, s := range parties.Customer.Institutions {
		p.refer(institutionKind, s.Institution, "spec.parties.customer.institutions[%d]", i)
	}
	p.referAll(solutionKind, a.Spec.Solutions, "spec.solutions")
	if g := parties.Customer.Group; g != nil {
		p.group(g.Name, "spec.parties.customer.group.name", a.Spec.Solutions)
	}
}

// group notes a group of controllers that none of some solutions has.
func (p *page) group(name, field string, solutions []string) {
	if name == "" || len(solutions) == 0 {
		return
	}
	var known []string
	for _, s := range solutions {
		solution := p.run.fleet.Solution(s)
		if solution == nil {
			return // which may have it; that it is missing is said already
		}
		if slices.ContainsFunc(solution.Object.Spec.Controllers, func(c v1alpha1.Controller) bool { return c.Name == name }) {
			return
		}
		for _, c := range solution.Object.Spec.Controllers {
			known = append(known, c.Name)
		}
	}
	p.bad(v1alpha1.ReasonUnknownGroup, "%s: no controller of %s is called %q%s Write the name as under spec.controllers of the HostedSolution, letter for letter.",
		field, strings.Join(solutions, ", "), name, evaluate.DidYouMean(name, known))
}

func (p *page) parents(a *v1alpha1.ProcessingAgreement, byName map[string]*v1alpha1.ProcessingAgreement) {
	p.refer(agreementKind, a.Spec.MainAgreement, "spec.mainAgreement")
	p.refer(agreementKind, a.Spec.ParentAgreement, "spec.parentAgreement")
	if main := byName[a.Spec.MainAgreement]; main != nil && main.Spec.Type != v1alpha1.AgreementConnection {
		p.bad(v1alpha1.ReasonWrongType, "spec.mainAgreement: %s is of type %s; name one of type Connection.", main.Name, main.Spec.Type)
	}
	parent := byName[a.Spec.ParentAgreement]
	if parent == nil {
		return
	}
	if way := circle(a.Name, func(name string) string {
		if at := byName[name]; at != nil {
			return at.Spec.ParentAgreement
		}
		return ""
	}); way != nil {
		p.bad(v1alpha1.ReasonCircle, "spec.parentAgreement leads round in a circle: %s. Name the agreement one link up; that with the controllers has no parent.", strings.Join(way, " > "))
		return
	}
	switch customer := a.Spec.Parties.Customer.Supplier; {
	case parent.Spec.Type != v1alpha1.AgreementProcessing && parent.Spec.Type != v1alpha1.AgreementSubProcessing:
		p.bad(v1alpha1.ReasonWrongType, "spec.parentAgreement: %s is of type %s; name one of type Processing or SubProcessing.", parent.Name, parent.Spec.Type)
	case customer != "" && parent.Spec.Parties.Processor != customer:
		p.bad(v1alpha1.ReasonWrongType, "spec.parentAgreement: the processor of %s is %s, and the customer of this one is %s. Name the agreement under which %s itself works.",
			parent.Name, parent.Spec.Parties.Processor, customer, customer)
	}
}

func (p *page) appendixB(a *v1alpha1.ProcessingAgreement) {
	b := a.Spec.AppendixB
	if b == nil {
		return
	}
	engagedBy := map[string]string{}
	for i, e := range b.Entries {
		p.refer(supplierKind, e.Supplier, "spec.appendixB.entries[%d]", i)
		engagedBy[e.Supplier] = e.EngagedBy
	}
	for i := range b.Entries {
		e := &b.Entries[i]
		if named := chain.Elsewhere(e); len(named) > 0 {
			p.problem(v1alpha1.ConditionAccepted, metav1.ConditionUnknown, v1alpha1.ReasonPlaceUnclear,
				fmt.Sprintf("spec.appendixB.entries[%d].place: %q names %s, and the countries of %s are %s. Add the country, or correct the place.",
					i, e.Place, strings.Join(named, ", "), e.Supplier, chain.Written(e)))
		}
	}
	var strange []string
	for _, e := range b.Entries {
		if _, listed := engagedBy[e.EngagedBy]; e.EngagedBy != "" && !listed && e.EngagedBy != a.Spec.Parties.Processor {
			strange = append(strange, fmt.Sprintf("%s (of %s)", e.EngagedBy, e.Supplier))
		}
	}
	if len(strange) > 0 {
		p.bad(v1alpha1.ReasonUnknownLink, "spec.appendixB: engagedBy names who is neither the processor nor in the list: %s. Add an entry for each, or correct the name.", strings.Join(strange, ", "))
	}
	for _, e := range b.Entries {
		if way := circle(e.Supplier, func(name string) string { return engagedBy[name] }); way != nil {
			p.bad(v1alpha1.ReasonCircle, "spec.appendixB: the suppliers engage each other in a circle: %s. Leave engagedBy out for those that the processor engages.", strings.Join(way, " > "))
			break
		}
	}
	for i, c := range b.Changes {
		if c.Action != "Remove" {
			p.refer(supplierKind, c.Supplier, "spec.appendixB.changes[%d]", i)
		}
	}
}

// valid says whether the agreement binds today, for everybody who is party to it.
func (p *page) valid(a *chain.Agreement) {
	var out []string
	reason := ""
	worst := len(notBinding())
	for i := range a.Terms {
		t := &a.Terms[i]
		why := p.whyNot(a, t)
		if why == "" {
			continue
		}
		if rank := slices.Index(notBinding(), why); rank < worst {
			worst, reason = rank, why
		}
		out = append(out, cmp.Or(t.Institution, "the agreement"))
	}
	switch {
	case reason == v1alpha1.ReasonEndUnknown:
		p.problem(v1alpha1.ConditionValid, metav1.ConditionUnknown, reason,
			"In force today; until when is not recorded. Set spec.validUntil, or spec.openEnded where it runs until somebody ends it.")
	case reason != "" && len(a.Terms) > 1:
		p.problem(v1alpha1.ConditionValid, metav1.ConditionFalse, reason,
			fmt.Sprintf("In force for %d of %d institutions, and not for %s.", len(a.Terms)-len(out), len(a.Terms), some(out)))
	case reason != "":
		p.problem(v1alpha1.ConditionValid, metav1.ConditionFalse, reason, p.sentenceOf(reason, a))
	default:
		p.groupSigned(a)
	}
}

// notBinding lists the reasons, worst first.
func notBinding() []string {
	return []string{v1alpha1.ReasonInvalidDate, v1alpha1.ReasonNotSigned, v1alpha1.ReasonEnded, v1alpha1.ReasonExpired, v1alpha1.ReasonNotYetValid, v1alpha1.ReasonEndUnknown}
}

func (p *page) whyNot(a *chain.Agreement, t *chain.Term) string {
	now := p.run.now
	switch {
	case t.Obstacle == chain.NotSigned:
		return v1alpha1.ReasonNotSigned
	case t.Obstacle != "":
		return v1alpha1.ReasonInvalidDate
	case now.Before(t.From):
		return v1alpha1.ReasonNotYetValid
	case !t.Until.IsZero() && !now.Before(t.Until):
		if a.Spec.EndedAt != "" && (a.Spec.ValidUntil == "" || a.Spec.EndedAt < a.Spec.ValidUntil) {
			return v1alpha1.ReasonEnded
		}
		return v1alpha1.ReasonExpired
	case t.Until.IsZero() && !t.Open:
		return v1alpha1.ReasonEndUnknown
	}
	return ""
}

func (p *page) sentenceOf(reason string, a *chain.Agreement) string {
	s := &a.Spec
	switch reason {
	case v1alpha1.ReasonNotSigned:
		return "Nothing says that it was signed: set spec.signedAt when it is."
	case v1alpha1.ReasonEnded:
		return fmt.Sprintf("It was ended on %s.", s.EndedAt)
	case v1alpha1.ReasonExpired:
		return fmt.Sprintf("It ended on %s; renew it where data are still processed under it.", s.ValidUntil)
	case v1alpha1.ReasonNotYetValid:
		return fmt.Sprintf("It begins on %s.", max(s.ValidFrom, s.SignedAt))
	default:
		return "Its dates cannot be read, or it ends before it begins; write days such as 2026-12-31."
	}
}

// groupSigned counts the signatures of a group against the controllers that a solution expects.
func (p *page) groupSigned(a *chain.Agreement) {
	g := a.Spec.Parties.Customer.Group
	if g == nil {
		return
	}
	for _, name := range a.Spec.Solutions {
		s := p.run.fleet.Solution(name)
		if s == nil {
			continue
		}
		for _, c := range s.Object.Spec.Controllers {
			if c.Name == g.Name && c.ExpectedCount != nil && g.Signed < *c.ExpectedCount {
				p.problem(v1alpha1.ConditionValid, metav1.ConditionFalse, v1alpha1.ReasonNotSigned,
					fmt.Sprintf("%d of the %d %s of %s have signed.", g.Signed, *c.ExpectedCount, g.Name, name))
				return
			}
		}
	}
}

// some joins the first names of a list.
func some(list []string) string {
	const shown = 10
	if len(list) <= shown {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:shown], ", "), len(list)-shown)
}
