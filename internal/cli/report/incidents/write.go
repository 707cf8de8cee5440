package incidents

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/page"
	"github.com/tilsyn-dev/tilsyn/internal/derive/clock"
)

// Markdown writes the register as a page.
func (r *Report) Markdown(p *page.Page) {
	p.Heading(1, p.T("Register of incidents and breaches, as of ", "Register over hændelser og brud, opgjort pr. ")+stamp(r.At))
	p.Say(p.T("Incidents that nobody had to be told of are in the register too. Times are UTC; the clocks run in real hours.",
		"Hændelser, som ingen skulle underrettes om, er også i registret. Tider er UTC; fristerne løber i faktiske timer."))
	if r.NotRemembered {
		p.Say(p.T("The operator's memory was not read: whether something was changed later or deleted cannot be seen here.", "Operatørens hukommelse er ikke læst: om noget siden er ændret eller slettet, kan ikke ses her."))
	}
	var rows [][]string
	for _, i := range r.Incidents {
		rows = append(rows, []string{i.Name, i.Spec.Title, instant(i.Spec.DetectedAt), strings.Join(append(append([]string{}, i.Spec.Solutions...), i.Spec.Environments...), ", "),
			string(i.Spec.PersonalData), i.risk(p), i.authority(p), i.closed(p)})
	}
	p.Table([]string{p.T("Incident", "Hændelse"), p.T("Title", "Titel"), p.T("Detected", "Opdaget"), p.T("Solutions", "Løsninger"), p.T("Personal data", "Personoplysninger"),
		p.T("Risk", "Risiko"), p.T("Notice to the authority", "Anmeldelse"), p.T("Closed", "Lukket")}, rows)
	for _, d := range r.Deleted {
		p.Say(p.T("{name} was deleted at {at}. What it said is not in this register.", "{name} blev slettet {at}. Indholdet er ikke i dette register."), "name", d.Name, "at", stamp(d.At))
	}
	for i := range r.Incidents {
		r.Incidents[i].markdown(p)
	}
}

func (i *Incident) risk(p *page.Page) string {
	if risk := i.Spec.Risk(); risk != nil {
		return string(risk.Level)
	}
	return p.T("not assessed", "ikke vurderet")
}

func (i *Incident) authority(p *page.Page) string {
	return map[string]string{
		notABreach: p.T("no breach of personal data", "intet brud på persondatasikkerheden"), string(clock.NotRequired): p.T("not required, risk unlikely", "ikke påkrævet, risiko usandsynlig"),
		string(clock.Running): p.T("running", "løber"), string(clock.Met): p.T("in time", "rettidig"), string(clock.Late): p.T("late", "for sent"), string(clock.Overdue): p.T("overdue", "overskredet"),
	}[i.Authority]
}

func (i *Incident) closed(p *page.Page) string {
	return cmp.Or(instant(i.Spec.ClosedAt), p.T("open", "åben"))
}

func (i *Incident) markdown(p *page.Page) {
	s := &i.Spec
	p.Heading(2, i.Name+": "+s.Title)
	missing := p.T("not recorded", "ikke registreret")
	aware := stamp(i.Aware)
	if i.AwareMissing {
		aware += " (" + p.T("not recorded; from when it was found or entered", "ikke registreret; fra opdagelse eller oprettelse") + ")"
	}
	if i.AwareMoved {
		aware += " (" + p.T("as first recorded; changed since", "som først registreret; siden ændret") + ")"
	}
	rows := [][]string{
		{p.T("What happened", "Hvad skete"), cmp.Or(s.Description, missing)},
		{p.T("Occurred", "Indtraf"), cmp.Or(strings.Trim(instant(s.OccurredAt)+" - "+instant(s.OccurredUntil), " -"), missing)},
		{p.T("Controllers aware", "Dataansvarlige bekendt"), aware},
		{p.T("Institutions", "Institutioner"), cmp.Or(strings.Join(s.Institutions, ", "), p.T("every controller", "alle dataansvarlige"))},
	}
	for _, a := range s.Awareness {
		rows = append(rows, []string{p.T("Aware: ", "Bekendt: ") + a.Controller, instant(a.At)})
	}
	rows = append(rows, i.breach(p, missing)...)
	for _, a := range s.RiskAssessments {
		rows = append(rows, []string{p.T("Risk assessed", "Risiko vurderet"), instant(a.At) + " " + string(a.Level) + ": " + a.Reason + " (" + a.By + ")"})
	}
	if e := s.DataSubjectNotice; e != nil {
		rows = append(rows, []string{p.T("Data subjects", "Registrerede"), strings.Join(strings.Fields(instant(e.At)+" "+e.Method+" "+e.Exception+" "+e.Reason), " ")})
	}
	if n := s.NIS2; n != nil {
		rows = append(rows, []string{"NIS 2", p.T("significant: ", "væsentlig: ") + strconv.FormatBool(n.Significant) + " " + n.Reason})
	}
	rows = append(rows, i.handling(p)...)
	rows = append(rows, []string{p.T("Root cause", "Årsag"), cmp.Or(s.RootCause, missing)}, []string{p.T("Lessons", "Læring"), cmp.Or(s.Lessons, missing)})
	for _, m := range s.Measures {
		rows = append(rows, []string{p.T("Measure", "Tiltag"), measure(p, m)})
	}
	p.Table([]string{p.T("What", "Hvad"), p.T("Recorded", "Registreret")}, rows)
	p.Heading(3, p.T("Clocks", "Frister"))
	p.Table([]string{p.T("Clock", "Frist"), p.T("From", "Fra"), p.T("Due", "Udløber"), p.T("Stopped", "Standset"), p.T("State", "Status"), p.T("Reason for lateness", "Begrundelse for forsinkelse")}, i.clocks())
	p.Heading(3, p.T("Notices", "Underretninger"))
	p.Table([]string{p.T("When", "Hvornår"), p.T("Notice", "Underretning"), p.T("To or for", "Til eller for"), p.T("By", "Fra"), p.T("Reference", "Reference"), p.T("Reason for lateness", "Begrundelse for forsinkelse")}, i.notices(p))
	p.Heading(3, p.T("What the controls say", "Hvad kontrollerne siger"))
	p.Judgements(i.Controls)
}

// handling tells what was done beside the notices.
func (i *Incident) handling(p *page.Page) [][]string {
	s := &i.Spec
	var out [][]string
	if r := s.PoliceReport; r != nil {
		out = append(out, []string{p.T("Police", "Politi"), strings.Join(strings.Fields(r.Decision+" "+instant(r.At)+" "+r.Reason+" "+r.Reference), " ")})
	}
	if h := s.EvidenceHold; h != nil {
		out = append(out, []string{p.T("Evidence held", "Beviser sikret"), instant(h.Since) + " - " + instant(h.Until) + " " + h.What})
	}
	for _, e := range s.Timeline {
		out = append(out, []string{p.T("Timeline", "Tidslinje"), instant(e.At) + " " + e.Event})
	}
	if len(s.RelatedIncidents) > 0 {
		out = append(out, []string{p.T("Related incidents", "Beslægtede hændelser"), strings.Join(s.RelatedIncidents, ", ")})
	}
	return out
}

func (i *Incident) breach(p *page.Page, missing string) [][]string {
	if !i.Breach {
		return nil
	}
	b := i.Spec.Breach
	if b == nil {
		return [][]string{{p.T("Breach", "Brud"), missing}}
	}
	count := missing
	if b.DataSubjectCount != nil {
		count = strconv.Itoa(int(*b.DataSubjectCount))
	}
	var categories []string
	for _, c := range b.Categories {
		categories = append(categories, string(c))
	}
	return [][]string{
		{p.T("Nature of the breach", "Bruddets karakter"), cmp.Or(strings.Join(b.Nature, ", "), missing)},
		{p.T("Categories of data", "Kategorier af oplysninger"), cmp.Or(strings.Join(categories, ", "), missing)},
		{p.T("Data subjects", "Registrerede"), cmp.Or(strings.Join(b.DataSubjects, ", "), missing) + "; " + p.T("number: ", "antal: ") + count},
		{p.T("Likely consequences", "Sandsynlige konsekvenser"), cmp.Or(b.Consequences, missing)},
		{p.T("Measures taken", "Trufne foranstaltninger"), cmp.Or(b.MeasuresTaken, missing)},
	}
}

func measure(p *page.Page, m v1alpha1.Measure) string {
	parts := []string{m.Description}
	if m.Owner != "" {
		parts = append(parts, m.Owner)
	}
	if m.DueAt != "" {
		parts = append(parts, p.T("due ", "frist ")+string(m.DueAt))
	}
	if m.DoneAt != "" {
		parts = append(parts, p.T("done ", "udført ")+string(m.DoneAt))
	}
	return strings.Join(parts, "; ")
}

func (i *Incident) clocks() [][]string {
	var out [][]string
	for _, c := range i.Clocks {
		stopped := ""
		if c.StoppedAt != nil {
			stopped = stamp(*c.StoppedAt)
		}
		out = append(out, []string{strings.TrimSpace(string(c.Clock) + " " + c.Controller), stamp(c.StartedAt), stamp(c.DueAt), stopped, string(c.State), c.LateReason})
	}
	return out
}

func (i *Incident) notices(p *page.Page) [][]string {
	var out [][]string
	for _, n := range i.Spec.Notifications {
		out = append(out, []string{instant(n.At), strings.TrimSpace(string(n.Type) + " " + n.Phase), n.Controller, "", n.Reference, n.LateReason})
	}
	for _, n := range i.Spec.Notices {
		out = append(out, []string{instant(n.At), p.T("Along the chain", "I kæden"), strings.TrimSpace(n.Supplier + n.Institution + n.Group + n.Organisation), n.By, n.Reference, n.LateReason})
	}
	return out
}

// instant writes an instant of a resource in UTC, as it is where it cannot be read.
func instant(i v1alpha1.Instant) string {
	t, ok := i.Time()
	if !ok {
		return string(i)
	}
	return stamp(t)
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }
