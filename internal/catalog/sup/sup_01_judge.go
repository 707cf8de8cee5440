package sup

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// contractJudge goes through the agreements of a chain and gathers results.
type contractJudge struct {
	in           control.SolutionInput
	chain        *chain.Chain
	now          time.Time
	warn, review date.Period
	reviewText   string
	institutions []*v1alpha1.Institution
	changes      time.Time // when an agreement, or an institution's use, begins or ends next
	results      []control.Result
}

func judgeSUP01(in control.SolutionInput, p *sup01) []control.Result {
	c := chain.Of(in.Facts, in.Solution.Object)
	j := &contractJudge{in: in, chain: c, now: in.Now, reviewText: p.MaxWithoutReview, changes: c.Changes(in.Now), institutions: facts.List[v1alpha1.Institution](in.Facts),
		results: make([]control.Result, 0, len(c.Links)+4)}
	j.warn, _ = date.ParsePeriod(p.WarnBeforeExpiry)
	j.review, _ = date.ParsePeriod(p.MaxWithoutReview)
	if !c.PersonalData && in.Solution.Levels.Confidentiality == v1alpha1.ConfidentialityPublic {
		return []control.Result{control.NotApplicable("NotNeeded").RestingOn(control.Declared)}
	}
	needing := slices.DeleteFunc(slices.Clone(c.Links), func(l *chain.Link) bool { return !needsAgreement(l) })
	switch {
	case len(c.Links) == 0:
		j.noChain()
	case len(needing) > 0 && !slices.ContainsFunc(needing, func(l *chain.Link) bool { return len(l.Agreements)+len(l.Unnamed) > 0 }):
		j.add(control.Fail("NoAgreements", "count", links(len(needing)), "links", listed(needing)).At("spec.supplierChain"))
	default:
		for _, l := range c.Links {
			j.link(l)
		}
		j.controllers()
	}
	for i := range j.results {
		j.results[i] = j.results[i].Until(j.changes).RestingOn(control.Declared)
	}
	return j.results
}

func (j *contractJudge) add(r control.Result) { j.results = append(j.results, r) }

func links(n int) string {
	if n == 1 {
		return "1 link"
	}
	return fmt.Sprintf("%d links", n)
}

// listed names a few links.
func listed(list []*chain.Link) string {
	names := make([]string, len(list))
	for i, l := range list {
		names[i] = l.String()
	}
	return few(names)
}

// few lists a few names and counts the rest.
func few(names []string) string {
	const shown = 3
	if len(names) > shown+1 {
		return strings.Join(names[:shown], ", ") + fmt.Sprintf(" and %d more", len(names)-shown)
	}
	return strings.Join(names, ", ")
}

// noChain judges a solution without links: joint controllers with nobody beside them, or nothing recorded.
func (j *contractJudge) noChain() {
	all := j.in.Solution.Object.Spec.Controllers
	if a := j.arrangement(all); a != nil && len(all) > 1 && len(j.chain.Loose) == 0 {
		j.add(control.NotApplicable("JointControllers", "agreement", a.Name))
		return
	}
	j.add(control.Fail("NoChain").At("spec.supplierChain"))
}

func needsAgreement(l *chain.Link) bool { return l.Touches && !l.Own }

// link judges the agreements of one link.
func (j *contractJudge) link(l *chain.Link) {
	inForce := l.InForce(j.now)
	switch {
	case l.Own:
		j.add(control.NotApplicable("OwnHands", "link", l.String()).On(l.Ref()))
	case !l.Touches:
		j.add(control.NotApplicable("Untouched", "link", l.String()).On(l.Ref()))
	case len(l.Agreements) == 0 && len(l.Unnamed) > 0:
		j.say(control.Fail("NotNamed"), l, l.Unnamed[0], "spec.solutions")
	case len(l.Agreements) == 0:
		j.add(control.Fail("NoAgreement", "customer", l.Customer(), "link", l.String(), "supplier", l.Supplier).At("spec.supplierChain[" + l.Name + "]"))
	case len(inForce) == 0:
		j.notInForce(l)
	default:
		j.ambiguous(l, inForce)
		for _, a := range inForce {
			j.agreement(l, a)
		}
	}
}

// say adds a result about an agreement of a link.
func (j *contractJudge) say(r control.Result, l *chain.Link, a *chain.Agreement, field string) {
	r.Args = append(r.Args, control.Arg{Name: "agreement", Value: a.Name}, control.Arg{Name: "customer", Value: l.Customer()}, control.Arg{Name: "link", Value: l.String()})
	r = r.On(a.Ref())
	if field != "" {
		r = r.At(field)
	}
	j.add(r)
}

// notInForce says why none of a link's agreements binds, by the one that comes nearest: it begins later, has ended, has
// wrong dates, or was never signed.
func (j *contractJudge) notInForce(l *chain.Link) {
	var best *chain.Agreement
	var r control.Result
	rank := 0
	for _, a := range l.Agreements {
		for i := range a.Terms {
			t := &a.Terms[i]
			now, said := 1, control.Fail("NotSigned").At("spec.signedAt")
			switch {
			case t.Obstacle == chain.NotSigned:
			case t.Obstacle == chain.DatesWrong:
				now, said = 2, control.Fail("DatesWrong").At("spec.validFrom")
			case j.now.Before(t.From):
				now, said = 4, control.Fail("NotYetInForce", "from", day(t.From)).At("spec.validFrom")
			default:
				now, said = 3, control.Fail("Ended", "until", day(t.Until)).At("spec.validUntil")
			}
			if now > rank {
				best, r, rank = a, said, now
			}
		}
	}
	j.say(r, l, best, r.Field)
}

func day(t time.Time) string { return t.In(date.Copenhagen()).Format(time.DateOnly) }

// ambiguous reports two agreements in force between the same two sides. The controllers may each have their own.
func (j *contractJudge) ambiguous(l *chain.Link, inForce []*chain.Agreement) {
	if !l.Direct {
		if len(inForce) > 1 {
			j.two(l, inForce, "")
		}
		return
	}
	for i, a := range inForce {
		for _, b := range inForce[:i] {
			if whom := j.shared(a, b); whom != "" {
				j.two(l, []*chain.Agreement{b, a}, " for "+whom)
			}
		}
	}
}

func (j *contractJudge) two(l *chain.Link, both []*chain.Agreement, whom string) {
	names := make([]string, len(both))
	for i, a := range both {
		names[i] = a.Name
	}
	j.add(control.Fail("TwoInForce", "agreements", strings.Join(names, " and "), "customer", l.Customer(), "link", l.String(), "whom", whom).
		On(both[len(both)-1].Ref()).At("spec.endedAt"))
}

// shared names a controller that is bound by both agreements now, "" if there is none.
func (j *contractJudge) shared(a, b *chain.Agreement) string {
	if g, h := a.Spec.Parties.Customer.Group, b.Spec.Parties.Customer.Group; g != nil && h != nil && sameName(g.Name, h.Name) {
		return g.Name
	}
	bound := map[string]bool{}
	for i := range a.Terms {
		if t := &a.Terms[i]; t.Institution != "" && t.At(j.now) {
			bound[t.Institution] = true
		}
	}
	for i := range b.Terms {
		if t := &b.Terms[i]; bound[t.Institution] && t.At(j.now) {
			return t.Institution
		}
	}
	return ""
}

func sameName(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) }

// agreement judges one agreement in force: one result for each fault, or one that says how it stands.
func (j *contractJudge) agreement(l *chain.Link, a *chain.Agreement) {
	begin := len(j.results)
	if what := lacks(a); what != "" {
		j.say(control.Fail("Incomplete", "what", what), l, a, "spec")
	}
	if why := j.mainAgreement(l, a); why != "" {
		j.say(control.Fail("MainAgreement", "why", why), l, a, "spec.mainAgreement")
	}
	until, recorded := j.end(a)
	if !recorded {
		j.say(control.Fail("EndNotRecorded"), l, a, "spec.validUntil")
	}
	j.reviewed(l, a)
	if len(j.results) > begin {
		return
	}
	if warn := j.warn.Before(until); !until.IsZero() && !j.followed(l, a, until) {
		if !j.now.Before(warn) {
			j.say(control.Pass("EndsSoon", "until", day(until)), l, a, "")
			return
		}
		j.changes = control.Earliest(j.changes, warn)
	}
	j.say(control.Pass("InForce"), l, a, "")
}

// end gives the earliest end of the terms that bind now, zero if there is none, and whether each of them says how it ends.
func (j *contractJudge) end(a *chain.Agreement) (until time.Time, recorded bool) {
	recorded = true
	for i := range a.Terms {
		if t := &a.Terms[i]; t.At(j.now) {
			until = control.Earliest(until, t.Until)
			recorded = recorded && (t.Open || !t.Until.IsZero())
		}
	}
	return until, recorded
}

// followed tells whether another agreement of the link binds when this one ends.
func (j *contractJudge) followed(l *chain.Link, a *chain.Agreement, until time.Time) bool {
	return slices.ContainsFunc(l.Agreements, func(o *chain.Agreement) bool { return o != a && o.InForce(until) })
}

// lacks lists what an agreement does not have.
func lacks(a *chain.Agreement) string {
	var what []string
	if b := a.Spec.AppendixB; b == nil || len(b.Entries) == 0 && !b.NoEntries {
		what = append(what, "appendix B (sub-processors)")
	}
	if a.Spec.AppendixC == nil {
		what = append(what, "appendix C (instruction)")
	} else if len(a.Spec.AppendixC.SecurityMeasures) == 0 {
		what = append(what, "security measures")
	}
	var content []string
	mandatory := v1alpha1.MandatoryContent()
	for _, c := range mandatory {
		if !slices.Contains(a.Spec.Content, c) {
			content = append(content, string(c))
		}
	}
	switch {
	case len(content) == len(mandatory):
		what = append(what, "everything that GDPR art. 28(3) demands (nothing is ticked off)")
	case len(content) > 0:
		what = append(what, "of GDPR art. 28(3): "+strings.Join(content, ", "))
	}
	return strings.Join(what, "; ")
}

// mainAgreement says what is wrong with the agreement that this one belongs to.
func (j *contractJudge) mainAgreement(l *chain.Link, a *chain.Agreement) string {
	name := a.Spec.MainAgreement
	if name == "" {
		if l.Direct && l.Connects {
			return "it names no main agreement, although " + l.Supplier + " uses connection agreements"
		}
		return ""
	}
	main := j.chain.Agreement(name)
	switch {
	case main == nil && facts.Get[v1alpha1.ProcessingAgreement](j.in.Facts, "", name) == nil:
		return "its main agreement " + name + " does not exist"
	case main == nil:
		return "its main agreement " + name + " does not name the solution"
	case main.Spec.Type != v1alpha1.AgreementConnection:
		return "its main agreement " + name + " is of type " + string(main.Spec.Type) + ", not Connection"
	case !main.InForce(j.now):
		return "its main agreement " + name + " is not in force"
	}
	return ""
}

// reviewed judges when an agreement was last looked at: at a review, else when it was first signed.
func (j *contractJudge) reviewed(l *chain.Link, a *chain.Agreement) {
	var last time.Time
	for i := range a.Terms {
		if t := &a.Terms[i]; t.At(j.now) {
			last = control.Earliest(last, t.From)
		}
	}
	if t, err := date.EndOfValidity(string(a.Spec.ReviewedAt)); err == nil {
		if j.now.Before(t) {
			j.changes = control.Earliest(j.changes, t) // a review ahead counts from its day on
		} else if t.After(last) {
			last = t
		}
	}
	due := j.review.After(last)
	if j.now.Before(due) {
		j.changes = control.Earliest(j.changes, due)
		return
	}
	j.say(control.Fail("NotReviewed", "date", day(last), "most", j.reviewText), l, a, "spec.reviewedAt")
}

// arrangement finds the arrangement in force under which all of some controllers are joint controllers; nil if there is none.
func (j *contractJudge) arrangement(of []v1alpha1.Controller) *chain.Agreement {
	i := slices.IndexFunc(j.chain.Agreements, func(a *chain.Agreement) bool {
		return a.Spec.Type == v1alpha1.AgreementJointControllership && a.InForce(j.now) &&
			!slices.ContainsFunc(of, func(c v1alpha1.Controller) bool { return !j.party(a, &c) })
	})
	if i < 0 {
		return nil
	}
	return j.chain.Agreements[i]
}

// party tells whether a controller, or any institution of a group, is bound by an agreement now.
func (j *contractJudge) party(a *chain.Agreement, c *v1alpha1.Controller) bool {
	if g := a.Spec.Parties.Customer.Group; g != nil && sameName(g.Name, c.Name) {
		return true
	}
	members := j.members(c)
	return len(members) > 0 && !slices.ContainsFunc(members, func(m string) bool { return !j.signed(a, m) })
}

func (j *contractJudge) signed(a *chain.Agreement, institution string) bool {
	return slices.ContainsFunc(a.Terms, func(t chain.Term) bool { return t.Institution == institution && t.At(j.now) })
}

// members lists the institutions of a controller or group that use the solution now, sorted.
func (j *contractJudge) members(c *v1alpha1.Controller) []string {
	byName := c.InstitutionSelector == nil && len(c.Institutions) == 0
	var members []string
	for _, i := range j.institutions { // in the order of their names
		if control.Belongs(c, i) || byName && (i.Name == c.Name || sameName(i.Spec.LegalName, c.Name)) {
			if use, stated := j.stated(i); use || !stated { // one that says nothing uses it, because it is its controller
				members = append(members, i.Name)
			}
		}
	}
	for _, name := range c.Institutions {
		_, known := slices.BinarySearchFunc(j.institutions, name, func(i *v1alpha1.Institution, name string) int { return cmp.Compare(i.Name, name) })
		if !known {
			members = append(members, name)
		}
	}
	slices.Sort(members)
	return slices.Compact(members)
}
