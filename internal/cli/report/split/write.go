package split

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/page"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// Markdown writes the report as a page.
func (r *Report) Markdown(p *page.Page) {
	p.Heading(1, p.T("Split of responsibility, as of ", "Ansvarsfordeling, opgjort pr. ")+date.Of(r.At).String())
	p.Say(p.T("What the provider has to do does not count against an institution, nor the reverse. What is for both counts in the state of both.", "Hvad udbyderen skal gøre, tæller ikke mod en institution, og omvendt. Hvad begge skal gøre, tæller i begges status."))
	if len(r.Solutions) == 0 {
		p.Say(p.T("No solution is among what was read.", "Ingen løsning er blandt det læste."))
	}
	for i := range r.Solutions {
		r.Solutions[i].markdown(p)
	}
}

func (s *Solution) markdown(p *page.Page) {
	title := s.Name
	if s.DisplayName != "" {
		title = s.DisplayName + " (" + s.Name + ")"
	}
	p.Heading(2, title)
	missing := p.T("not recorded", "ikke registreret")
	split := [][]string{{missing, missing, missing, missing}}
	if d := s.Responsibilities; d != nil {
		split = [][]string{{document(&d.Document), cmp.Or(strings.Join(d.Provider, "; "), missing), cmp.Or(strings.Join(d.Institution, "; "), missing), cmp.Or(document(d.Guidance), missing)}}
	}
	p.Table([]string{p.T("Split", "Ansvarsfordeling"), p.T("Provider's duties", "Udbyderens opgaver"), p.T("Institution's duties", "Institutionens opgaver"), p.T("Guidance", "Vejledning")}, split)
	for _, part := range []struct {
		title string
		part  *Part
	}{
		{p.T("Provider", "Udbyder"), &s.Provider}, {p.T("Institutions, as far as the solution tells", "Institutioner, så vidt løsningen viser"), &s.Institution}, {p.T("Both", "Begge"), &s.Shared},
	} {
		title := part.title
		if part.part.State != "" {
			title += ": " + string(part.part.State)
		}
		p.Heading(3, title)
		p.Judgements(part.part.Controls)
	}
	p.Heading(3, p.T("Each institution's own part", "Hver institutions egen del"))
	for _, g := range s.Groups {
		expected := p.T("number not recorded", "antal ikke registreret")
		if g.Expected > 0 {
			expected = p.T("expected ", "forventet ") + strconv.Itoa(int(g.Expected))
		}
		p.Say(p.T("{group}: {expected}, declared here {declared}. Nothing is known here of those that are not declared.", "{group}: {expected}, deklareret her {declared}. Om dem, der ikke er deklareret, vides intet her."),
			"group", g.Name, "expected", expected, "declared", strconv.Itoa(g.Declared))
	}
	p.Table([]string{p.T("Institution", "Institution"), p.T("State", "Status"), p.T("Accepted", "Accepteret"), p.T("Within its purpose", "Inden for formålet"),
		p.T("Complementary controls", "Komplementære kontroller"), p.T("Own record", "Egen fortegnelse"), p.T("Fails", "Fejler"), p.T("Unknown", "Ukendt")}, s.each(p))
}

func (s *Solution) each(p *page.Page) [][]string {
	missing := p.T("not recorded", "ikke registreret")
	var out [][]string
	for _, i := range s.Institutions {
		row := []string{i.Name, string(i.State), i.accepted(p)}
		use := v1alpha1.SolutionUse{}
		if i.Use != nil {
			use = *i.Use
		}
		record := missing
		if use.Record != nil {
			record = strings.TrimSpace(use.Record.Reference + " " + string(use.Record.ConfirmedAt))
		}
		out = append(out, append(row, cmp.Or(string(use.WithinPurposeConfirmedAt), missing), cmp.Or(string(use.ComplementaryControlsConfirmedAt), missing), record,
			i.with(v1alpha1.VerdictFail), i.with(v1alpha1.VerdictUnknown)))
	}
	return out
}

func (i *Institution) accepted(p *page.Page) string {
	words := map[string]string{
		current: p.T("yes", "ja"), otherVersion: p.T("another version", "en anden version"), no: p.T("no", "nej"), noSplit: p.T("no version to accept", "ingen version at acceptere"),
	}[i.Accepted]
	if i.Use == nil || i.Use.Acceptance == nil {
		return words
	}
	return words + ": " + i.Use.Acceptance.Version + ", " + string(i.Use.Acceptance.At)
}

// with lists the institution's controls with a verdict.
func (i *Institution) with(v v1alpha1.Verdict) string {
	var list []string
	for _, c := range i.Controls {
		if c.Verdict == v {
			list = append(list, string(c.Control))
		}
	}
	return strings.Join(list, ", ")
}

func document(d *v1alpha1.DocumentReference) string {
	if d == nil {
		return ""
	}
	out := d.Reference
	if d.Version != "" {
		out += ", version " + d.Version
	}
	if d.Date != "" {
		out += ", " + string(d.Date)
	}
	return out
}
