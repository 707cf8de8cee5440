package loc

import (
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// instruction notes whether the link's own agreements say what they must for this control, and gives what may be said of the
// instruction where the link is lawful. Of a party outside the chain, which no agreement is of, that is who named it; nobody
// instructs themselves.
func (j *transferJudge) instruction(l *chain.Link, above []*chain.Agreement) string {
	const allows, none = ", and the instruction allows it", "; no instruction on places is recorded for it"
	switch {
	case l.Own && len(above) == 0:
		return ""
	case l.Own, l.Name == "" && len(above) > 0:
		return allows
	case l.Name == "":
		j.unread = append(j.unread, l.String())
		return none
	}
	agreements := l.InForce(j.now)
	instructed := slices.ContainsFunc(agreements, func(a *chain.Agreement) bool { return a.Spec.AppendixC != nil && len(a.Spec.AppendixC.Locations) > 0 })
	if !instructed {
		j.unread = append(j.unread, l.String())
	}
	open := slices.ContainsFunc(agreements, func(a *chain.Agreement) bool {
		b := a.Spec.AppendixB
		return b == nil || len(b.Entries) == 0 && !b.NoEntries
	})
	if open {
		j.open = append(j.open, l.String())
	}
	if !instructed {
		return none
	}
	return allows
}

// instructions lists the agreements in force, from the controller down to a link, that instruct where data may be.
func (j *transferJudge) instructions(l *chain.Link) []*chain.Agreement {
	var out []*chain.Agreement
	for _, up := range l.Path() {
		for _, a := range up.InForce(j.now) {
			if c := a.Spec.AppendixC; c != nil && len(c.Locations) > 0 {
				out = append(out, a)
			}
		}
	}
	return out
}

// forbidden finds the first of some agreements whose instruction does not allow a country; nil where all do. Every one of
// them must: nobody may hand on more than they got.
func forbidden(l *chain.Link, p *spot, g ground, above []*chain.Agreement) *chain.Agreement {
	if g.result.Verdict == v1alpha1.VerdictFail {
		return nil // unlawful anyway; that one finding says what to do
	}
	for _, a := range above {
		if !instructs(a.Spec.AppendixC, p.code, l) {
			return a
		}
	}
	return nil
}

// instructs tells whether an instruction allows a link to be in a country. A third country must stand among the transfers:
// a place of processing alone is no permission to transfer.
func instructs(c *v1alpha1.AppendixC, code string, l *chain.Link) bool {
	if !region.InEEA(code) {
		return slices.ContainsFunc(c.Transfers, func(t v1alpha1.Transfer) bool { return string(t.Country) == code })
	}
	return slices.ContainsFunc(c.Locations, func(o v1alpha1.Location) bool {
		inside := string(o.Country) == code || o.Group == string(region.GroupEEA) || o.Group == string(region.GroupEU) && region.InEU(code)
		return inside && (o.Provider == "" || isProvider(l, o.Provider))
	})
}

// isProvider tells whether a link's supplier is an infrastructure provider: a place that is allowed at one provider only is
// allowed to nobody else.
func isProvider(l *chain.Link, provider string) bool {
	provider = region.CanonicalProvider(provider)
	if region.CanonicalProvider(l.Supplier) == provider {
		return true
	}
	return l.Party != nil && l.Party.Spec.Fingerprints != nil && slices.ContainsFunc(l.Party.Spec.Fingerprints.Providers, func(p string) bool {
		return region.CanonicalProvider(p) == provider
	})
}

// allowedBy says in words what an instruction allows.
func allowedBy(c *v1alpha1.AppendixC) string {
	var parts []string
	for _, o := range c.Locations {
		where := string(o.Country) + o.Group
		if o.Provider != "" {
			where += " at " + o.Provider
		}
		parts = append(parts, where)
	}
	text := "processing in " + strings.Join(parts, ", ")
	if len(c.Transfers) == 0 {
		return text + " and no transfer"
	}
	parts = parts[:0]
	for _, t := range c.Transfers {
		parts = append(parts, string(t.Country))
	}
	return text + " and transfers to " + strings.Join(parts, ", ")
}

// allowed judges what an instruction permits, whether or not anybody makes use of it: without transfers no impact assessment
// is needed, and where they are permitted one is.
func (j *transferJudge) allowed(a *chain.Agreement) {
	if a.Spec.AppendixC == nil {
		return
	}
	for _, t := range a.Spec.AppendixC.Transfers {
		code := string(t.Country)
		field := "spec.appendixC.transfers[" + code + "]"
		if problem := unreadable(code); problem != "" {
			j.add(control.Unknown("CountryUnreadable", "link", a.Name, "problem", problem).On(a.Ref()).At(field).Until(j.changes))
			continue
		}
		s := j.standing(code)
		var r control.Result
		gap := j.assessed(code)
		switch {
		case region.InEEA(code) || s.general:
		case t.Basis == v1alpha1.TransferAdequacy && len(s.inForce) == 0:
			r = control.Fail("AllowedUnsafe", "why", s.why)
		case t.Basis.NeedsImpactAssessment() && gap != "":
			r = control.Fail("AllowedUnassessed", "basis", string(t.Basis), "gap", gap)
		}
		if r.Verdict == "" {
			continue
		}
		r.Args = append(r.Args, control.Arg{Name: "agreement", Value: a.Name}, control.Arg{Name: "country", Value: code})
		j.add(r.On(a.Ref()).At(field).RestingOn(control.Declared).Until(j.changes).Until(s.changes))
	}
}

// assessed looks for an impact assessment of transfers to a country in every record of the chain: "" if one was made in time,
// else what is wrong.
func (j *transferJudge) assessed(code string) string {
	gap := noAssessment
	note := func(list []v1alpha1.Transfer) {
		for _, t := range list {
			if string(t.Country) == code {
				gap = lesserGap(gap, j.gap(t))
			}
		}
	}
	for _, a := range j.chain.Agreements {
		if c := a.Spec.AppendixC; c != nil && a.InForce(j.now) {
			note(c.Transfers)
		}
	}
	for _, l := range j.chain.Links {
		if l.Party != nil {
			note(l.Party.Spec.Transfers)
		}
	}
	return gap
}
