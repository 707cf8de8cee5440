package loc

import (
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// ground is what makes data in a country lawful for a link, or that nothing does.
type ground struct {
	// result is set where there is something to say: a Fail, an Unknown, or a Pass with a warning.
	result control.Result
	note   string // for a Pass, behind the country
	until  time.Time
}

// standing is what the Commission has decided about a country, as it is today.
type standing struct {
	inForce []region.Decision
	// general is true where one of them covers every recipient and nobody contests it.
	general bool
	// why says, where none is in force, how that is.
	why     string
	changes time.Time
}

func (j *transferJudge) standing(code string) standing {
	s := standing{why: "no adequacy decision covers " + code}
	for _, d := range j.tables.Adequacy(code) {
		for _, edge := range []time.Time{d.From, d.To} {
			if edge.After(j.now) {
				s.changes = control.Earliest(s.changes, edge)
			}
		}
		switch {
		case d.InForce(j.now):
			s.inForce = append(s.inForce, d)
			s.general = s.general || d.Scope == "" && d.Status == region.InForce && !d.Declared
		case d.Status == region.Suspended || d.Status == region.Annulled:
			s.why = "decision " + d.Decision + " is " + map[region.Status]string{region.Suspended: "suspended", region.Annulled: "annulled"}[d.Status]
		case j.now.Before(d.From):
			s.why = "decision " + d.Decision + " begins on " + day(d.From)
		default:
			s.why = "decision " + d.Decision + " ended on " + day(d.To)
		}
	}
	return s
}

func day(t time.Time) string { return t.In(date.Copenhagen()).Format(time.DateOnly) }

// ground finds what a link rests on in a country, the firmest first: a decision that covers everybody or this recipient, a
// ground of art. 46 with an impact assessment, a decision that only the Platform knows, a contested one.
func (j *transferJudge) ground(l *chain.Link, code string) ground {
	if region.InEEA(code) {
		return ground{}
	}
	s := j.standing(code)
	best := coverage{}
	until := s.changes
	for _, d := range s.inForce {
		c := j.covers(d, l)
		until = control.Earliest(until, c.until)
		if best.decision.Decision == "" || c.rank() > best.rank() {
			best = c
		}
	}
	g := ground{until: until}
	basis, gap := j.safeguard(l, code)
	switch {
	case best.is == covered && best.decision.Status == region.InForce && !best.decision.Declared:
		g.note = " (decision " + best.decision.Decision + untilDay(best.decision.To) + ")"
	case basis.NeedsImpactAssessment() && gap == "":
		g.note = " (" + string(basis) + ", assessed)"
	case basis.NeedsImpactAssessment():
		g.result = control.Fail("AssessmentMissing", "basis", string(basis), "gap", gap)
	case best.is == covered:
		g.result = j.doubtful(best.decision)
	case basis == v1alpha1.TransferDerogation:
		g.result = control.Fail("DerogationOnly")
	case best.decision.Decision == "":
		g.result = control.Fail("UnsafeCountry", "why", s.why)
	case best.is == notCovered:
		g.result = control.Fail("NotCovered", "decision", best.decision.Decision, "scope", best.decision.Scope, "why", best.why)
	default:
		g.result = control.Unknown("ScopeUnknown", "decision", best.decision.Decision, "scope", best.decision.Scope, "why", best.why)
	}
	return g
}

// doubtful judges a decision that covers a recipient and is contested, or on the Platform's word alone.
func (j *transferJudge) doubtful(d region.Decision) control.Result {
	switch {
	case d.Status == region.Contested && j.params.ContestedDecision != contestedWarn:
		return control.Fail("ContestedDecision", "decision", d.Decision)
	case d.Declared && j.params.DeclaredDecision != declaredWarn:
		return control.Unknown("DecisionDeclared", "decision", d.Decision)
	case d.Declared:
		return control.Pass("RestsOnDeclared", "decision", d.Decision)
	default:
		return control.Pass("RestsOnContested", "decision", d.Decision)
	}
}

func untilDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " until " + day(t)
}

// covering is the answer to whether a decision covers a recipient.
type covering int

const (
	notCovered covering = iota
	coverUnknown
	covered
)

// coverage is what one decision in force does for one recipient.
type coverage struct {
	decision region.Decision
	is       covering
	why      string
	until    time.Time
}

// rank orders coverages: covered without dispute, covered, not known, not covered; of two alike the one that is not on the
// Platform's word alone.
func (c coverage) rank() int {
	rank := 4 * int(c.is)
	if c.decision.Status == region.InForce {
		rank += 2
	}
	if !c.decision.Declared {
		rank++
	}
	return rank
}

// frameworkCountry is the one whose decision covers those who are certified, for as long as they are.
const frameworkCountry = "US"

// covers tells whether a decision covers the supplier of a link.
func (j *transferJudge) covers(d region.Decision, l *chain.Link) coverage {
	c := coverage{decision: d, is: covered}
	if d.Scope == "" {
		return c
	}
	var recipient *v1alpha1.AdequacyRecipient
	if l.Party != nil {
		list := l.Party.Spec.AdequacyRecipient
		if i := slices.IndexFunc(list, func(r v1alpha1.AdequacyRecipient) bool { return string(r.Country) == d.Country }); i >= 0 {
			recipient = &list[i]
		}
	}
	switch {
	case d.Country == frameworkCountry:
		return j.certified(c, recipient)
	case recipient == nil || recipient.Covered == nil:
		c.is, c.why = coverUnknown, "whether "+l.Supplier+" is among them is not recorded"
	case !*recipient.Covered:
		c.is, c.why = notCovered, l.Supplier+" is recorded as not covered"
	}
	return c
}

// certified judges a certification by its days.
func (j *transferJudge) certified(c coverage, r *v1alpha1.AdequacyRecipient) coverage {
	if r == nil || r.CertifiedFrom == "" && r.CertifiedUntil == "" {
		c.is, c.why = notCovered, "no certification is recorded"
		return c
	}
	from, until, ok := days(r.CertifiedFrom, r.CertifiedUntil)
	switch {
	case !ok || until.IsZero():
		c.is, c.why = coverUnknown, "when its certification lapses is not recorded"
	case !j.now.Before(until):
		c.is, c.why = notCovered, "the certification lapsed on "+day(until)
	case j.now.Before(from):
		c.is, c.why, c.until = notCovered, "the certification begins on "+day(from), from
	default:
		c.until = until
	}
	return c
}

// days reads two days that may be left out.
func days(a, b v1alpha1.Date) (from, until time.Time, ok bool) {
	ok = true
	for _, d := range []struct {
		text v1alpha1.Date
		into *time.Time
	}{{a, &from}, {b, &until}} {
		if d.text == "" {
			continue
		}
		t, err := date.EndOfValidity(string(d.text))
		*d.into, ok = t, ok && err == nil
	}
	return from, until, ok
}

// noAssessment is what is wrong where a transfer refers to no impact assessment.
const noAssessment = "none is recorded"

// safeguard finds the ground that is stated for a link in a country: by its supplier, else by the agreements from the link
// up. Of a ground of art. 46 gap says what is wrong with its impact assessment, "" if one was made in time.
func (j *transferJudge) safeguard(l *chain.Link, code string) (basis v1alpha1.TransferBasis, gap string) {
	gap = noAssessment
	note := func(list []v1alpha1.Transfer) {
		for _, t := range list {
			if string(t.Country) != code {
				continue
			}
			if !basis.NeedsImpactAssessment() && (basis == "" || t.Basis.NeedsImpactAssessment()) {
				basis = t.Basis
			}
			if t.Basis.NeedsImpactAssessment() {
				gap = lesserGap(gap, j.gap(t))
			}
		}
	}
	if l.Party != nil {
		note(l.Party.Spec.Transfers)
	}
	for _, up := range slices.Backward(l.Path()) {
		for _, a := range up.InForce(j.now) {
			if c := a.Spec.AppendixC; c != nil {
				note(c.Transfers)
			}
		}
	}
	return basis, gap
}

// lesserGap is nothing where one of two assessments has no gap, else the first that says more than that there is none.
func lesserGap(a, b string) string {
	if a == "" || a != noAssessment && b != "" {
		return a
	}
	return b
}

// gap says what is wrong with the impact assessment of a transfer, "" if nothing is. One without a day may be older than the
// law that it is held against, one that is dated ahead was not made, and what a country's authorities may demand changes.
func (j *transferJudge) gap(t v1alpha1.Transfer) string {
	if t.ImpactAssessment == nil || t.ImpactAssessment.Reference == "" {
		return noAssessment
	}
	at, _, ok := days(t.ImpactAssessment.Date, "")
	switch {
	case !ok || at.IsZero():
		return "nothing says when " + t.ImpactAssessment.Reference + " was made"
	case j.now.Before(at):
		j.changes = control.Earliest(j.changes, at)
		return t.ImpactAssessment.Reference + " is dated ahead, " + day(at)
	}
	ends := j.assessmentAge.After(at)
	if !j.now.Before(ends) {
		return t.ImpactAssessment.Reference + " is of " + day(at) + ", and " + j.params.AssessmentMaxAge + " is the longest that one holds"
	}
	j.changes = control.Earliest(j.changes, ends)
	return ""
}
