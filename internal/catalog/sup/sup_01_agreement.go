package sup

import (
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

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
