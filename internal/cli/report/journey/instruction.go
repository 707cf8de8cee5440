package journey

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/page"
)

// instructions are the lines on the agreements of each link.
func (s *Solution) instructions(p *page.Page) [][]string {
	var out [][]string
	for _, l := range s.Links {
		if l.Own {
			out = append(out, []string{l.Name, p.T("none needed: the controller itself", "ikke nødvendig: den dataansvarlige selv"), "", "", "", "", ""})
			continue
		}
		if len(l.Agreements) == 0 {
			out = append(out, []string{l.Name, p.T("none recorded", "ingen registreret"), "", "", "", "", ""})
		}
		for _, a := range l.Agreements {
			row := []string{l.Name, a.Name + " (" + string(a.Type) + ")", a.force(p)}
			if a.Instruction == nil {
				missing := p.T("not recorded", "ikke registreret")
				out = append(out, append(row, missing, missing, missing, ""))
				continue
			}
			out = append(out, append(row, places(p, a.Instruction), transfers(p, a.Instruction), deviations(p, a.Instruction), further(p, a.Instruction)))
		}
	}
	return out
}

func (a *Agreement) force(p *page.Page) string {
	words := p.T("no", "nej")
	if a.InForce {
		words = p.T("yes", "ja")
	}
	if a.Signatures > 1 {
		words += " (" + strconv.Itoa(a.Binding) + p.T(" of ", " af ") + strconv.Itoa(a.Signatures) + ")"
	}
	if a.Obstacle != "" {
		words += ", " + string(a.Obstacle)
	}
	if a.From != "" {
		words += ", " + p.T("from ", "fra ") + a.From
	}
	switch {
	case a.Until != "":
		words += ", " + p.T("until ", "til ") + a.Until
	case a.OpenEnded:
		words += ", " + p.T("open-ended", "uden udløb")
	case a.From != "":
		words += ", " + p.T("end not recorded", "udløb ikke registreret")
	}
	return words
}

func places(p *page.Page, c *v1alpha1.AppendixC) string {
	var list []string
	for _, l := range c.Locations {
		text := cmp.Or(string(l.Country), l.Group)
		if l.Provider != "" {
			text = strings.TrimSpace(text + " (" + l.Provider + ": " + strings.Join(l.Regions, ", ") + ")")
		}
		list = append(list, text)
	}
	return cmp.Or(strings.Join(list, ", "), p.T("not recorded", "ikke registreret"))
}

func transfers(p *page.Page, c *v1alpha1.AppendixC) string {
	var list []string
	for _, t := range c.Transfers {
		list = append(list, string(t.Country)+" "+string(t.Basis))
	}
	return cmp.Or(strings.Join(list, ", "), p.T("none allowed", "ingen tilladt"))
}

func deviations(p *page.Page, c *v1alpha1.AppendixC) string {
	var list []string
	for _, d := range c.Deviations {
		law := []string{cmp.Or(string(d.LawScope), string(v1alpha1.LawAny))}
		for _, country := range d.Countries {
			law = append(law, string(country))
		}
		parts := []string{d.Name + ": " + string(d.Trigger), p.T("law ", "lov ") + strings.Join(law, " "), d.WrittenIn, d.Reference}
		notice := p.T("without notice before", "uden varsel")
		if d.NoticeBefore {
			notice = p.T("with notice before", "med varsel")
		}
		parts = slices.DeleteFunc(append(parts, notice), func(s string) bool { return s == "" })
		list = append(list, strings.Join(parts, ", "))
	}
	switch {
	case len(list) > 0:
		return strings.Join(list, "; ")
	case c.NoDeviations:
		return p.T("none", "ingen")
	default:
		return p.T("not recorded", "ikke registreret")
	}
}

func further(p *page.Page, c *v1alpha1.AppendixC) string {
	var list []string
	add := func(name, value string) {
		if value != "" {
			list = append(list, name+" "+value)
		}
	}
	add(p.T("document", "dokument"), document(&c.Document))
	add(p.T("accepted terms", "accepterede vilkår"), document(c.AcceptedTerms))
	add(p.T("kept for", "opbevaring"), string(c.Retention))
	add(p.T("deleted within", "slettes inden"), string(c.DeletionWithin))
	if c.BreachNoticeHours != nil {
		add(p.T("breach notice within hours:", "underretning om brud inden timer:"), strconv.Itoa(int(*c.BreachNoticeHours)))
	}
	add(p.T("security:", "sikkerhed:"), strings.Join(c.SecurityMeasures, ", "))
	return strings.Join(list, "; ")
}
