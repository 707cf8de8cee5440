package journey

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/cli/report/page"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// Markdown writes the report as a page.
func (r *Report) Markdown(p *page.Page) {
	p.Heading(1, p.T("Data journey, as of ", "Datas rejse, opgjort pr. ")+date.Of(r.At).String())
	p.Say(p.T("Declared is what the resources say, observed is what shows of a supplier in what runs. The controls LOC-05, LOC-06 and SUP-01 to SUP-03 judge; this page shows what they judge.",
		"Deklareret er, hvad ressourcerne siger; observeret er, hvad der ses af en leverandør i det, der kører. Kontrollerne LOC-05, LOC-06 og SUP-01 til SUP-03 bedømmer; siden her viser, hvad de bedømmer."))
	if len(r.NotObserved) > 0 {
		p.Say(p.T("Not read, so that a party may be overlooked: {sources}.", "Ikke læst, så en part kan være overset: {sources}."), "sources", strings.Join(r.NotObserved, ", "))
	}
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
	if !s.PersonalData {
		p.Say(p.T("The solution states that it holds no personal data.", "Løsningen oplyser, at den ikke rummer personoplysninger."))
	}
	p.Code("mermaid", s.diagram(p))
	s.faults(p)
	p.Heading(3, p.T("Links", "Led"))
	p.Table([]string{p.T("Link", "Led"), p.T("Supplier", "Leverandør"), p.T("Task", "Opgave"), p.T("Engaged by", "Antaget af"), p.T("Personal data", "Personoplysninger"),
		p.T("Processing in", "Behandling i"), p.T("Access from", "Adgang fra"), p.T("Established in", "Etableret i")}, s.links(p))
	p.Heading(3, p.T("Outside the EEA", "Uden for EØS"))
	s.unrecorded(p)
	p.Table([]string{p.T("Link", "Led"), p.T("Country", "Land"), p.T("How", "Hvordan"), p.T("Stated in", "Oplyst i"), p.T("Transfer basis", "Overførselsgrundlag")}, s.transfers(p))
	p.Heading(3, p.T("Declared against observed", "Deklareret mod observeret"))
	s.places(p)
	p.Table([]string{p.T("Environment", "Miljø"), p.T("Link", "Led"), p.T("What", "Hvad"), p.T("Party", "Part"), p.T("Shown by", "Ses af")}, s.observed(p))
	p.Heading(3, p.T("Instruction at each link", "Instruks i hvert led"))
	p.Table([]string{p.T("Link", "Led"), p.T("Agreement", "Aftale"), p.T("Force", "I kraft"), p.T("Places", "Steder"), p.T("Transfers", "Overførsler"),
		p.T("Deviations", "Fravigelser"), p.T("Further", "Øvrigt")}, s.instructions(p))
	p.Heading(3, p.T("What the controls say", "Hvad kontrollerne siger"))
	p.Judgements(s.Controls)
}

func (s *Solution) faults(p *page.Page) {
	var list []string
	for _, f := range s.Faults {
		words := map[chain.FaultKind]string{
			chain.Circle: p.T("engage each other all round", "antager hinanden i ring"), chain.Orphan: p.T("is engaged by a link that does not exist", "er antaget af et led, der ikke findes"),
			chain.Repeated: p.T("share one name", "har samme navn"), chain.UnknownSupplier: p.T("names a supplier that does not exist", "nævner en leverandør, der ikke findes"),
		}[f.Kind]
		list = append(list, strings.Join(f.Links, ", ")+" "+words)
	}
	for _, u := range s.NotLinked {
		list = append(list, u.Supplier+" "+p.T("is in agreements and not in the chain", "står i aftaler og ikke i kæden")+": "+strings.Join(u.Agreements, ", "))
	}
	for _, a := range s.LooseAgreements {
		list = append(list, a+" "+p.T("is an agreement between two parties that do not follow each other in the chain", "er en aftale mellem to parter, der ikke følger efter hinanden i kæden"))
	}
	if len(list) > 0 {
		p.Say(p.T("The chain does not hang together:", "Kæden hænger ikke sammen:"))
		p.Items(list)
	}
}

// called gives the name of the company; that of the resource where it is not recorded.
func (l *Link) called(p *page.Page) string {
	return cmp.Or(l.LegalName, l.Supplier+" ("+p.T("legal name not recorded", "juridisk navn ikke registreret")+")")
}

func (s *Solution) links(p *page.Page) [][]string {
	var out [][]string
	for _, l := range s.Links {
		personal := l.PersonalData
		if l.Gainsaid {
			personal += " (" + p.T("gainsaid", "modsagt") + ")"
		}
		established := cmp.Or(l.EstablishedIn, p.T("not recorded", "ikke registreret"))
		if l.UltimateParent != "" || l.UltimateParentCountry != "" {
			established += "; " + p.T("parent", "moderselskab") + " " + strings.TrimSpace(l.UltimateParent+" "+l.UltimateParentCountry)
		}
		out = append(out, []string{l.Name, l.called(p), l.Task, cmp.Or(l.EngagedBy, p.T("controller", "dataansvarlig")), personal, l.in(p, chain.Processing), l.in(p, chain.Access), established})
	}
	return out
}

// in lists the countries of one way.
func (l *Link) in(p *page.Page, how chain.How) string {
	var list []string
	for _, c := range l.Countries {
		if c.How == how && !slices.Contains(list, c.Country) {
			list = append(list, c.Country)
		}
	}
	if len(list) == 0 {
		return p.T("not recorded", "ikke registreret")
	}
	return strings.Join(list, ", ")
}

func (s *Solution) transfers(p *page.Page) [][]string {
	var out [][]string
	for _, l := range s.Links {
		for _, c := range l.Countries {
			if c.EEA {
				continue
			}
			var grounds []string
			for _, g := range c.Grounds {
				text := strings.TrimSpace(string(g.Basis) + " " + g.Reference)
				if g.Limit != "" {
					text += " (" + g.Limit + ")"
				}
				if g.Basis.NeedsImpactAssessment() {
					text += ", " + p.T("impact assessment ", "konsekvensanalyse ") + cmp.Or(g.ImpactAssessment, p.T("not recorded", "ikke registreret"))
				}
				if g.Object != "" {
					text += " [" + g.Object + "]"
				}
				grounds = append(grounds, text)
			}
			out = append(out, []string{l.Name, c.Country, string(c.How), c.Object + " " + c.Field, cmp.Or(strings.Join(grounds, "; "), p.T("none stated", "intet oplyst"))})
		}
	}
	return out
}

// unrecorded names the links whose countries nobody wrote down, so that an empty table is not taken for a good one.
func (s *Solution) unrecorded(p *page.Page) {
	for _, how := range []struct {
		how   chain.How
		words string
	}{
		{chain.Processing, p.T("Where these process the data is not recorded: {links}.", "Hvor disse behandler data, er ikke registreret: {links}.")},
		{chain.Access, p.T("From where these can reach the data is not recorded: {links}.", "Hvorfra disse kan tilgå data, er ikke registreret: {links}.")},
		{chain.Establishment, p.T("Where these are established is not recorded: {links}.", "Hvor disse er etableret, er ikke registreret: {links}.")},
	} {
		var links []string
		for _, l := range s.Links {
			if !slices.ContainsFunc(l.Countries, func(c Country) bool { return c.How == how.how }) {
				links = append(links, l.Name)
			}
		}
		if len(links) > 0 {
			p.Say(how.words, "links", strings.Join(links, ", "))
		}
	}
	for _, l := range s.Links {
		if l.UltimateParentCountry != "" && !region.InEEA(l.UltimateParentCountry) {
			p.Say(p.T("The ultimate parent of {link} is in {country}.", "Det øverste moderselskab til {link} er i {country}."), "link", l.Name, "country", l.UltimateParentCountry)
		}
	}
}

func (s *Solution) places(p *page.Page) {
	for _, e := range s.Environments {
		var list []string
		for _, place := range e.Places {
			list = append(list, place.String()+": "+strconv.Itoa(place.Count))
		}
		where := strings.Join(list, ", ")
		switch {
		case e.Places == nil:
			where = p.T("not observed in manifests", "ikke observeret i manifester")
		case where == "":
			where = p.T("none", "ingen")
		}
		p.Say(p.T("Pods of {environment} by place: {where}.", "Pods i {environment} efter sted: {where}."), "environment", e.Name, "where", where)
	}
	if len(s.Environments) == 0 {
		p.Say(p.T("No environment is declared here, so nothing is observed.", "Intet miljø er deklareret her, så intet er observeret."))
	}
}

func (s *Solution) observed(p *page.Page) [][]string {
	var out [][]string
	row := func(link string, o Seen) {
		shown := o.Object
		if o.Count > 1 {
			shown += p.T(" and ", " og ") + strconv.Itoa(o.Count-1) + p.T(" more", " til")
		}
		name := o.Party
		if o.Declared {
			name += " (" + p.T("by the solution's word", "efter løsningens ord") + ")"
		}
		if o.Unread != "" {
			name = p.T("cannot be told, because ", "kan ikke afgøres: ") + o.Unread
		}
		out = append(out, []string{o.Environment, link, string(o.Kind), name, strings.TrimSpace(shown)})
	}
	for _, l := range s.Links {
		for _, o := range l.Observed {
			row(l.Name, o)
		}
		if len(l.Observed) == 0 {
			note := p.T("nothing of it shows", "intet ses af det")
			switch {
			case len(s.Environments) == 0:
				note = p.T("not observed", "ikke observeret")
			case l.Observable:
				note = p.T("must show, and nothing of it does", "skal kunne ses, og intet ses af det")
			}
			out = append(out, []string{"", l.Name, note, "", ""})
		}
	}
	for _, o := range s.NotInChain {
		link := p.T("not in the chain", "ikke i kæden")
		switch {
		case o.Unread != "":
			link = p.T("unknown", "ukendt")
		case len(o.Suppliers) == 0:
			link = p.T("nobody's fingerprint", "ingens kendetegn")
		default:
			link += ": " + strings.Join(o.Suppliers, ", ")
		}
		row(link, o)
	}
	return out
}
