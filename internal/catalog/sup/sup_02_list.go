package sup

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

// list judges appendix B of an agreement against what hangs below its link.
func (j *chainJudge) list(l *chain.Link, a *chain.Agreement) {
	b := a.Spec.AppendixB
	if b == nil || len(b.Entries) == 0 && !b.NoEntries {
		if height(l) > j.params.MaxDepthUnknown {
			authorises := ""
			if b != nil && b.Authorisation == v1alpha1.AuthorisationGeneral {
				authorises = "gives general leave, "
			}
			j.say(control.Fail("NoList", "authorises", authorises), l, a, "spec.appendixB")
		}
		return
	}
	below := slices.DeleteFunc(l.Below(), func(o *chain.Link) bool { return !o.Touches || o.Supplier == l.Supplier })
	if missing := unlisted(b, below); len(missing) > 0 {
		j.say(control.Fail("NotListed", "missing", strings.Join(missing, ", ")), l, a, "spec.appendixB.entries")
	}
	if differences := differences(j.chain, l, b, below); len(differences) > 0 {
		j.say(control.Fail("EntryDiffers", "differences", strings.Join(differences, "; ")), l, a, "spec.appendixB.entries")
	}
	if missing := incomplete(b); len(missing) > 0 {
		j.say(control.Fail("EntryIncomplete", "missing", strings.Join(missing, "; ")), l, a, "spec.appendixB.entries")
	}
	if what := elsewhere(b); len(what) > 0 {
		j.say(control.Unknown("PlaceUnclear", "what", strings.Join(what, "; ")), l, a, "spec.appendixB.entries")
	}
	if what := j.unauthorised(b); what != "" {
		j.say(control.Fail("NotAuthorised", "what", what), l, a, "spec.appendixB.authorisation")
	}
	for i := range b.Changes {
		j.change(l, a, &b.Changes[i])
	}
}

// height counts the levels from a link to the end of the chain below it.
func height(l *chain.Link) int {
	deepest := 0
	for _, o := range l.Below() {
		steps := 0
		for up := o; up != nil && up != l && steps <= deepest+1; up = up.Parent {
			steps++
		}
		deepest = max(deepest, steps)
	}
	return deepest + 1
}

// unlisted names the links below that appendix B leaves out.
func unlisted(b *v1alpha1.AppendixB, below []*chain.Link) []string {
	var out []string
	for _, o := range below {
		if !slices.ContainsFunc(b.Entries, func(e v1alpha1.SubProcessorEntry) bool { return e.Supplier == o.Supplier }) {
			out = append(out, o.String())
		}
	}
	return out
}

// differences says where appendix B tells another chain: a supplier engaged by somebody else, or one that is not below.
func differences(c *chain.Chain, l *chain.Link, b *v1alpha1.AppendixB, below []*chain.Link) []string {
	var out []string
	for _, e := range b.Entries {
		engagedBy := e.EngagedBy
		if engagedBy == "" {
			engagedBy = l.Supplier
		}
		var found, same bool
		is := ""
		for _, o := range below {
			if o.Supplier == e.Supplier {
				found, is = true, o.Parent.Supplier
				same = same || o.Parent.Supplier == engagedBy
			}
		}
		switch {
		case found && !same:
			out = append(out, e.Supplier+" is engaged by "+is+" there, and by "+engagedBy+" here")
		case !found && slices.ContainsFunc(c.Links, func(o *chain.Link) bool { return o.Supplier == e.Supplier }):
			out = append(out, e.Supplier+" is not below "+l.Name+" there")
		}
	}
	return out
}

// incomplete says which entries lack task or place.
func incomplete(b *v1alpha1.AppendixB) []string {
	var out []string
	for _, e := range b.Entries {
		noPlace := len(e.ProcessingCountries) == 0 && len(e.AccessCountries) == 0 && e.Place == ""
		switch {
		case e.Description == "" && noPlace:
			out = append(out, "what "+e.Supplier+" does, and where")
		case e.Description == "":
			out = append(out, "what "+e.Supplier+" does")
		case noPlace:
			out = append(out, "where "+e.Supplier+" does it")
		}
	}
	return out
}

// elsewhere says which entries write a place in words that lies elsewhere than their countries.
func elsewhere(b *v1alpha1.AppendixB) []string {
	var out []string
	for i := range b.Entries {
		e := &b.Entries[i]
		if named := chain.Elsewhere(e); len(named) > 0 {
			out = append(out, "\""+e.Place+"\" of "+e.Supplier+" names "+strings.Join(named, ", ")+", and its countries are "+chain.Written(e))
		}
	}
	return out
}

// unauthorised says what is missing of the leave to engage the suppliers of the list.
func (j *chainJudge) unauthorised(b *v1alpha1.AppendixB) string {
	var open, without []string
	for _, e := range b.Entries {
		switch authorisation(b, &e) {
		case v1alpha1.AuthorisationGeneral:
		case v1alpha1.AuthorisationSpecific:
			at, ok := instant(e.AuthorisedAt)
			if ok && j.now.Before(at) {
				j.changes = control.Earliest(j.changes, at)
			}
			if !ok || j.now.Before(at) {
				without = append(without, e.Supplier)
			}
		default:
			open = append(open, e.Supplier)
		}
	}
	switch {
	case len(open) > 0:
		return "whether the leave is general or specific is not said for " + strings.Join(open, ", ")
	case len(without) > 0:
		return "the specific leave for " + strings.Join(without, ", ") + " is not dated, or dated ahead"
	}
	return ""
}

func authorisation(b *v1alpha1.AppendixB, e *v1alpha1.SubProcessorEntry) v1alpha1.Authorisation {
	if e != nil && e.Authorisation != "" {
		return e.Authorisation
	}
	return b.Authorisation
}

// change judges a change that has taken effect. A removal takes nothing from anybody's rights.
func (j *chainJudge) change(l *chain.Link, a *chain.Agreement, c *v1alpha1.SubProcessorChange) {
	field := "spec.appendixB.changes[" + c.Name + "]"
	if facts.Get[v1alpha1.Supplier](j.in.Facts, "", c.Supplier) == nil {
		j.add(control.Fail("UnknownSupplier", "where", "Change "+c.Name+" of "+a.Name, "supplier", c.Supplier).On(a.Ref()).At(field + ".supplier"))
	}
	effective, ok := instant(c.EffectiveAt)
	switch {
	case !ok || c.Action == "Remove":
		return
	case j.now.Before(effective):
		j.changes = control.Earliest(j.changes, effective)
		return
	}
	authorised, isAuthorised := instant(c.AuthorisedAt)
	objected, isObjected := instant(c.ObjectedAt)
	if isObjected && (!isAuthorised || authorised.Before(objected)) {
		j.say(control.Fail("ChangeAgainstObjection", "change", c.Name, "effective", day(effective), "objected", day(objected)), l, a, field)
		return
	}
	if isAuthorised && !effective.Before(authorised) {
		return
	}
	if why := j.tooEarly(a.Spec.AppendixB, c, effective); why != "" {
		j.say(control.Fail("ChangeTooEarly", "change", c.Name, "effective", day(effective), "why", why), l, a, field)
	}
}

// tooEarly says why a change that nobody authorised before had no leave when it took effect, "" if it had.
func (j *chainJudge) tooEarly(b *v1alpha1.AppendixB, c *v1alpha1.SubProcessorChange, effective time.Time) string {
	var listed *v1alpha1.SubProcessorEntry
	if i := slices.IndexFunc(b.Entries, func(e v1alpha1.SubProcessorEntry) bool { return e.Supplier == c.Supplier }); i >= 0 {
		listed = &b.Entries[i]
	}
	if authorisation(b, listed) != v1alpha1.AuthorisationGeneral {
		return "it was not authorised before"
	}
	notified, ok := instant(c.NotifiedAt)
	if !ok {
		return "nobody was notified"
	}
	due := notified.In(date.Copenhagen()).AddDate(0, 0, j.params.NoticeDays)
	text := strconv.Itoa(j.params.NoticeDays) + " days"
	if agreed, err := date.ParsePeriod(string(b.Notice)); err == nil && agreed.After(notified).After(due) {
		due, text = agreed.After(notified), string(b.Notice)
	}
	if effective.Before(due) {
		return "notified on " + day(notified) + ", it had to wait " + text + ", until " + day(due)
	}
	return ""
}
