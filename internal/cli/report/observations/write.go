package observations

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/cli/report/page"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// Markdown writes the report as a page.
func (r *Report) Markdown(p *page.Page) {
	p.Heading(1, p.T("Observations and action plans, as of ", "Observationer og handlingsplaner, opgjort pr. ")+date.Of(r.At).String())
	counts := map[string]int{}
	again := 0
	for _, o := range r.Observations {
		counts[o.State]++
		if o.FirstStatement != "" {
			again++
		}
	}
	number := strconv.Itoa
	p.Say(p.T("{all} observations: {overdue} overdue, {open} open, {closed} closed; {again} came again. Age is counted in days from the first statement with the observation.",
		"{all} observationer: {overdue} overskredet, {open} åbne, {closed} lukket; {again} er kommet igen. Alder tælles i dage fra den første erklæring med observationen."),
		"all", number(len(r.Observations)), "overdue", number(counts[overdue]), "open", number(counts[open]), "closed", number(counts[closed]), "again", number(again))
	p.Heading(2, p.T("Observations", "Observationer"))
	p.Table([]string{p.T("State", "Status"), p.T("Severity", "Alvor"), p.T("Age", "Alder"), p.T("Due", "Frist"), p.T("Owner", "Ansvarlig"), p.T("About", "Vedrører"),
		p.T("Observation", "Observation"), p.T("Action", "Handling"), p.T("Repeats", "Gentagelser")}, r.observations(p))
	if len(r.NotRecorded) > 0 {
		p.Say(p.T("Whether these statements hold observations is not recorded:", "Om disse erklæringer rummer observationer, er ikke registreret:"))
		p.Items(r.NotRecorded)
	}
	p.Heading(2, p.T("Action plans", "Handlingsplaner"))
	p.Table([]string{p.T("Action plan", "Handlingsplan"), p.T("About", "Vedrører"), p.T("Year", "År"), p.T("Answers", "Besvarer"), p.T("Measure", "Tiltag"), p.T("Owner", "Ansvarlig"),
		p.T("Due", "Frist"), p.T("State", "Status")}, r.plans(p))
	p.Heading(2, p.T("What the controls say", "Hvad kontrollerne siger"))
	p.Judgements(r.Controls)
}

func (r *Report) observations(p *page.Page) [][]string {
	var out [][]string
	for _, o := range r.Observations {
		state := word(p, o.State)
		if o.ClosedAt != "" {
			state += " " + string(o.ClosedAt)
		}
		if o.VerifiedAt != "" {
			state += ", " + p.T("verified ", "verificeret ") + string(o.VerifiedAt)
		}
		age := p.T("not known", "ikke kendt")
		if o.Known != "" {
			age = strconv.Itoa(o.AgeDays)
		}
		what := o.Statement + " " + o.ID
		if o.Objective != "" {
			what += " (" + o.Objective + ")"
		}
		var repeats []string
		if o.FirstStatement != "" {
			repeats = append(repeats, p.T("first in ", "først i ")+o.FirstStatement)
		}
		if o.ClosedBefore != "" {
			repeats = append(repeats, p.T("closed in ", "lukket i ")+o.ClosedBefore)
		}
		action := o.Action
		if o.ActionPlan != "" {
			action = strings.TrimSpace(action + " (" + o.ActionPlan + ")")
		}
		out = append(out, []string{state, cmp.Or(string(o.Severity), p.T("not assessed", "ikke vurderet")), age, cmp.Or(string(o.DueAt), p.T("not recorded", "ikke registreret")),
			cmp.Or(o.Owner, p.T("not recorded", "ikke registreret")), about(o.Solutions, o.Supplier), what + ": " + o.Description, action, strings.Join(repeats, ", ")})
	}
	return out
}

func (r *Report) plans(p *page.Page) [][]string {
	var out [][]string
	for _, one := range r.Plans {
		row := []string{one.Name, about(one.Solutions, one.Supplier), strconv.Itoa(int(one.Year)), cmp.Or(strings.Join(one.Answers, ", "), p.T("not recorded", "ikke registreret"))}
		if len(one.Measures) == 0 {
			out = append(out, append(row, p.T("none recorded", "ingen registreret"), "", "", one.State))
		}
		for i, m := range one.Measures {
			if i > 0 {
				row = []string{one.Name, "", "", ""}
			}
			out = append(out, append(row, m.Description, m.Owner, string(m.DueAt), strings.TrimSpace(word(p, m.State)+" "+string(m.DoneAt))))
		}
	}
	return out
}

func about(solutions []string, supplier string) string {
	if supplier == "" {
		return strings.Join(solutions, ", ")
	}
	return strings.TrimSpace(strings.Join(solutions, ", ") + " (" + supplier + ")")
}

func word(p *page.Page, state string) string {
	return map[string]string{
		open: p.T("Open", "Åben"), overdue: p.T("Overdue", "Overskredet"), closed: p.T("Closed", "Lukket"), done: p.T("Done", "Udført"),
	}[state]
}
