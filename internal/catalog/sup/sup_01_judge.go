package sup

import (
	"fmt"
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
		return strconv.Quote(g.Name)
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
