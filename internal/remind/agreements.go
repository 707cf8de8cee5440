package remind

import (
	"fmt"
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// agreements reminds of agreements that end or are to be reviewed and of changes of subprocessors that await a word (REM-04).
func (r *run) agreements() {
	objects := facts.List[v1alpha1.ProcessingAgreement](r.view)
	all := make([]*chain.Agreement, len(objects))
	for i, o := range objects {
		all[i] = chain.Read(o)
	}
	for _, a := range all {
		if a.Spec.EndedAt != "" {
			r.changes(day(a.Spec.EndedAt).First())
			continue // somebody ended it; nothing is to be renewed
		}
		r.expiry(a, all)
		r.review(a)
		if a.Spec.AppendixB != nil {
			for i := range a.Spec.AppendixB.Changes {
				r.appendix(a, &a.Spec.AppendixB.Changes[i])
			}
		}
	}
}

// expiry adds one deadline for each day on which signatures cease to bind.
func (r *run) expiry(a *chain.Agreement, all []*chain.Agreement) {
	signed := map[time.Time]int{}
	for i := range a.Terms {
		if t := &a.Terms[i]; t.Obstacle == "" && !t.Until.IsZero() && !renewed(a, t, all) {
			signed[t.Until]++
		}
	}
	for until, n := range signed {
		what := "Renew agreement " + a.Name + ", or end the processing"
		if len(a.Terms) > 1 {
			what += fmt.Sprintf(" (%s)", plural(n, "signature"))
		}
		for _, solution := range each(a.Spec.Solutions) {
			d := Deadline{Kind: "Agreement", Subject: ref("ProcessingAgreement", a.Name), Solution: solution, What: what, At: until}
			d.notice(a, until)
			r.ends(d, until, 90, 30)
		}
	}
}

// notice adds the marks around the last day on which an agreement can be ended with notice.
func (d *Deadline) notice(a *chain.Agreement, until time.Time) {
	notice, err := date.ParsePeriod(string(a.Spec.Notice))
	if err != nil || notice.IsZero() {
		return
	}
	day := date.Of(notice.Before(until)).First()
	for _, m := range []struct {
		days int
		text string
	}{{30, "Notice can be given for 30 days"}, {0, "The last day to give notice"}, {-1, "The time for notice is over"}} {
		d.mark(date.Of(day.AddDate(0, 0, -m.days)).First(), m.text)
	}
}

// review reminds of the next review of an agreement in force, as SUP-01 asks for it: counted from the last one, else from when
// it was first signed.
func (r *run) review(a *chain.Agreement) {
	var signed, ends time.Time
	open := false
	for i := range a.Terms {
		t := &a.Terms[i]
		if r.changes(t.From); t.At(r.now) {
			signed, open = control.Earliest(signed, t.From), open || t.Until.IsZero()
			ends = latest(ends, t.Until)
		}
	}
	if signed.IsZero() {
		return
	}
	if reviewed, come := r.come(a.Spec.ReviewedAt); come && reviewed.After(signed) {
		signed = reviewed
	}
	for _, solution := range each(a.Spec.Solutions) {
		if most, ok := r.of(solution).period("SUP-01", "maxWithoutReview"); ok && (open || most.After(signed).Before(ends)) {
			r.until(Deadline{Kind: "AgreementReview", Subject: ref("ProcessingAgreement", a.Name), Solution: solution,
				What: fmt.Sprintf("Review agreement %s against what is done", a.Name)}, most.After(signed), 90, 30)
		}
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// renewed tells whether another agreement on the same goes on after a term ends.
func renewed(a *chain.Agreement, t *chain.Term, all []*chain.Agreement) bool {
	return slices.ContainsFunc(all, func(b *chain.Agreement) bool {
		if b == a || b.Spec.Type != a.Spec.Type || b.Spec.Parties.Processor != a.Spec.Parties.Processor || !sameCustomer(a, b) ||
			slices.ContainsFunc(a.Spec.Solutions, func(s string) bool { return !b.Names(s) }) {
			return false
		}
		return slices.ContainsFunc(b.Terms, func(o chain.Term) bool {
			return o.Institution == t.Institution && o.Obstacle == "" && !o.From.After(t.Until) && (o.Until.IsZero() || o.Until.After(t.Until))
		})
	})
}

func sameCustomer(a, b *chain.Agreement) bool {
	x, y := &a.Spec.Parties.Customer, &b.Spec.Parties.Customer
	if (x.Group == nil) != (y.Group == nil) || x.Group != nil && x.Group.Name != y.Group.Name {
		return false
	}
	return x.Supplier == y.Supplier
}

// appendix reminds of a change that was notified and that nobody has authorised or objected to: before the notice is over,
// and before it takes effect.
func (r *run) appendix(a *chain.Agreement, c *v1alpha1.SubProcessorChange) {
	_, authorised := r.come(c.AuthorisedAt)
	_, objected := r.come(c.ObjectedAt)
	notified, told := r.come(c.NotifiedAt)
	if authorised || objected || !told {
		return
	}
	effect := day(c.EffectiveAt).First()
	answer, over := effect, time.Time{}
	if notice, err := date.ParsePeriod(string(a.Spec.AppendixB.Notice)); err == nil && !notice.IsZero() {
		over = notice.After(notified.AddDate(0, 0, 1))
		answer = control.Earliest(answer, over)
	}
	if a.Spec.AppendixB.Authorisation == v1alpha1.AuthorisationGeneral && !over.IsZero() {
		if !r.now.Before(over) {
			return // silence was consent
		}
		r.changes(over)
	}
	for _, solution := range each(a.Spec.Solutions) {
		r.until(Deadline{Kind: "AppendixChange", Subject: ref("ProcessingAgreement", a.Name), Solution: solution,
			What: fmt.Sprintf("Authorise change %s of the subprocessors in %s, or object", c.Name, a.Name)}, answer, 90, 30, 0)
	}
}
