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
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// parent judges what an agreement says of the one above it.
func (j *chainJudge) parent(l *chain.Link, a *chain.Agreement) {
	name := a.Spec.ParentAgreement
	if name == "" {
		return // the chain says which
	}
	why := ""
	above := j.chain.Agreement(name)
	switch {
	case j.leadsBack(a):
		why = "its parent agreements lead round in a circle"
	case facts.Get[v1alpha1.ProcessingAgreement](j.in.Facts, "", name) == nil:
		why = "its parent agreement " + name + " does not exist"
	case above == nil:
		why = "its parent agreement " + name + " does not name the solution"
	case l.Parent == nil || !slices.Contains(l.Parent.Agreements, above):
		why = "its parent agreement " + name + " is not that of " + l.Customer()
	case !above.InForce(j.now):
		why = "its parent agreement " + name + " is not in force"
	}
	if why != "" {
		j.say(control.Fail("Parent", "why", why), l, a, "spec.parentAgreement")
	}
}

// leadsBack tells whether the parents of an agreement never come to an end.
func (j *chainJudge) leadsBack(a *chain.Agreement) bool {
	seen := []string{a.Name}
	for name := a.Spec.ParentAgreement; name != ""; {
		if slices.Contains(seen, name) {
			return true
		}
		seen = append(seen, name)
		next := facts.Get[v1alpha1.ProcessingAgreement](j.in.Facts, "", name)
		if next == nil {
			return false
		}
		name = next.Spec.ParentAgreement
	}
	return false
}

// limits compares an agreement with those of the nearest link above that has an instruction. Each link is compared with the
// one above it, so a limit that is lost further up is found there.
func (j *chainJudge) limits(l *chain.Link, a *chain.Agreement) {
	if a.Spec.AppendixC == nil {
		return
	}
	path := l.Path()
	for _, up := range slices.Backward(path[:len(path)-1]) {
		compared := false
		for _, above := range up.InForce(j.now) {
			if above.Spec.AppendixC == nil {
				continue
			}
			compared = true
			if what := j.wider(above.Spec.AppendixC, a.Spec.AppendixC); len(what) > 0 {
				j.say(control.Fail("Wider", "parent", above.Name, "what", strings.Join(what, "; ")), l, a, "spec.appendixC")
				return
			}
		}
		if compared {
			return
		}
	}
}

// wider lists what an instruction allows and the one above it does not.
func (j *chainJudge) wider(above, below *v1alpha1.AppendixC) []string {
	what := j.places(above, below)
	for _, t := range below.Transfers {
		if !slices.ContainsFunc(above.Transfers, func(o v1alpha1.Transfer) bool { return o.Country == t.Country }) {
			what = append(what, "transfers to "+string(t.Country))
		}
	}
	what = append(what, longer("retention", above.Retention, below.Retention)...)
	what = append(what, longer("deletion", above.DeletionWithin, below.DeletionWithin)...)
	if b := above.BreachNoticeHours; b != nil && (below.BreachNoticeHours == nil || *below.BreachNoticeHours > *b) {
		what = append(what, "notice of breaches later than "+strconv.Itoa(int(*b))+" hours")
	}
	for _, m := range above.SecurityMeasures {
		if !slices.ContainsFunc(below.SecurityMeasures, func(o string) bool { return sameName(o, m) }) {
			what = append(what, "it does not demand "+m)
		}
	}
	for i := range below.Deviations {
		if d := &below.Deviations[i]; !lawful(d) && !slices.ContainsFunc(above.Deviations, func(o v1alpha1.InstructionDeviation) bool { return permits(&o, d) }) {
			what = append(what, "deviation "+d.Name)
		}
	}
	return what
}

// longer compares two lengths of time, the longest that is allowed.
func longer(name string, above, below v1alpha1.Duration) []string {
	if above == "" {
		return nil
	}
	if below == "" {
		return []string{name + " without limit (above: " + string(above) + ")"}
	}
	a, err1 := date.ParsePeriod(string(above))
	b, err2 := date.ParsePeriod(string(below))
	start := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	if err1 != nil || err2 != nil || b.After(start).After(a.After(start)) {
		return []string{name + " " + string(below) + " (above: " + string(above) + ")"}
	}
	return nil
}

// lawful tells whether a deviation is no more than what the law gives every processor: EU or member state law, with notice.
func lawful(d *v1alpha1.InstructionDeviation) bool {
	return d.LawScope == v1alpha1.LawEUOrMemberState && (d.NoticeBefore || d.UnlessLawForbidsNotice)
}

// permits tells whether one deviation is at least as wide as another.
func permits(above, below *v1alpha1.InstructionDeviation) bool {
	if above.Trigger != below.Trigger || (above.NoticeBefore || above.UnlessLawForbidsNotice) && !below.NoticeBefore && !below.UnlessLawForbidsNotice {
		return false
	}
	switch above.LawScope {
	case v1alpha1.LawEUOrMemberState:
		return below.LawScope == v1alpha1.LawEUOrMemberState
	case v1alpha1.LawNamedCountries:
		return below.LawScope == v1alpha1.LawNamedCountries && !slices.ContainsFunc(below.Countries, func(c v1alpha1.CountryCode) bool { return !slices.Contains(above.Countries, c) })
	default:
		return true // any law, or not said
	}
}

// places lists the places that an instruction allows and the one above it does not.
func (j *chainJudge) places(above, below *v1alpha1.AppendixC) []string {
	switch {
	case len(above.Locations) == 0:
		return nil
	case len(below.Locations) == 0:
		return []string{"processing anywhere"}
	}
	var out []string
	for _, b := range below.Locations {
		if !j.inside(above.Locations, b) {
			out = append(out, "processing in "+placeText(b))
		}
	}
	return out
}

func placeText(l v1alpha1.Location) string {
	text := string(l.Country) + l.Group
	if l.Provider != "" {
		text += " at " + strings.TrimSpace(l.Provider+" "+strings.Join(l.Regions, ", "))
	}
	return text
}

// inside tells whether a place lies within some others; one of several regions, where each does.
func (j *chainJudge) inside(above []v1alpha1.Location, b v1alpha1.Location) bool {
	if len(b.Regions) > 1 {
		return !slices.ContainsFunc(b.Regions, func(r string) bool {
			one := b
			one.Regions = []string{r}
			return !j.inside(above, one)
		})
	}
	return slices.ContainsFunc(above, func(a v1alpha1.Location) bool {
		if !j.withinArea(a, b) {
			return false
		}
		sameProvider := region.CanonicalProvider(a.Provider) == region.CanonicalProvider(b.Provider)
		return a.Provider == "" || sameProvider && (len(a.Regions) == 0 || len(b.Regions) == 1 && slices.Contains(a.Regions, b.Regions[0]))
	})
}

// withinArea compares countries and groups.
func (j *chainJudge) withinArea(a, b v1alpha1.Location) bool {
	if a.Country != "" {
		return a.Country == b.Country
	}
	if b.Country == "" {
		return a.Group == b.Group || a.Group == string(region.GroupEEA) && b.Group == string(region.GroupEU)
	}
	code := string(b.Country)
	switch a.Group {
	case string(region.GroupEU):
		return region.InEU(code)
	case string(region.GroupEEA):
		return region.InEEA(code)
	default:
		return j.adequate(code)
	}
}

// adequate tells whether a country belongs to the group Adequate today, and notes when that may change.
func (j *chainJudge) adequate(code string) bool {
	yes := false
	for _, d := range j.tables.Adequacy(code) {
		for _, edge := range []time.Time{d.From, d.To} {
			if edge.After(j.now) {
				j.changes = control.Earliest(j.changes, edge)
			}
		}
		yes = yes || d.Scope == "" && d.Status == region.InForce && !d.Declared && d.InForce(j.now)
	}
	return yes
}
