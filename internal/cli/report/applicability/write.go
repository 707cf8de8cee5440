package applicability

import (
	"strconv"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/page"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// Markdown writes the report as a page.
func (r *Report) Markdown(p *page.Page) {
	p.Heading(1, p.T("Applicability and deviations, as of ", "Anvendelighed og afvigelser, opgjort pr. ")+date.Of(r.At).String())
	judged := 0
	for _, a := range r.Annex {
		if a.Result != notJudged {
			judged++
		}
	}
	p.Say(p.T("Numbers are those of Annex A of ISO/IEC 27001:2022, words are our own. A control of the catalogue bears on a part of what a number demands; {judged} of {all} numbers have a result here. The others, and the rest of these, are to be stated elsewhere.",
		"Numre er dem i anneks A til ISO/IEC 27001:2022, ordene er vores egne. En kontrol i kataloget vedrører en del af det, et nummer kræver; {judged} af {all} numre har et resultat her. De andre, og resten af disse, skal oplyses et andet sted."),
		"judged", strconv.Itoa(judged), "all", strconv.Itoa(len(r.Annex)))
	var rows [][]string
	for _, a := range r.Annex {
		var controls []string
		for _, c := range a.Controls {
			controls = append(controls, string(c))
		}
		rows = append(rows, []string{a.Number, a.About, strings.Join(controls, ", "), a.result(p)})
	}
	p.Heading(2, p.T("Annex A", "Anneks A"))
	p.Table([]string{p.T("Number", "Nummer"), p.T("About", "Vedrører"), p.T("Controls", "Kontroller"), p.T("Worst result", "Værste resultat")}, rows)

	p.Heading(2, p.T("Controls and reasons for not applying", "Kontroller og grunde til ikke at gælde"))
	rows = nil
	for i := range r.Controls {
		c := &r.Controls[i]
		row := []string{string(c.Control), c.Title, strings.Join(c.Annex, ", "), result(p, c.Result)}
		for _, v := range []v1alpha1.Verdict{v1alpha1.VerdictFail, v1alpha1.VerdictUnknown, v1alpha1.VerdictExcepted, v1alpha1.VerdictPass, v1alpha1.VerdictNotApplicable} {
			row = append(row, strconv.Itoa(c.Counts[v]))
		}
		rows = append(rows, append(row, c.reasons()))
	}
	p.Table([]string{p.T("Control", "Kontrol"), p.T("Title", "Titel"), "ISO", p.T("Worst result", "Værste resultat"), "Fail", "Unknown", "Excepted", "Pass", "NotApplicable",
		p.T("Does not apply because", "Gælder ikke, fordi")}, rows)

	p.Heading(2, p.T("Deviations", "Afvigelser"))
	rows = nil
	for _, e := range r.Exceptions {
		age := p.T("not known", "ikke kendt")
		if e.AgeDays != nil {
			age = strconv.Itoa(*e.AgeDays)
		}
		rows = append(rows, []string{e.Name, string(e.Control), strings.TrimSpace(e.Solution + " " + e.Environment), e.Type, e.State, string(e.ApprovedAt), e.ApprovedBy + " (" + e.Approval + ")", age,
			string(e.ValidUntil), strconv.Itoa(e.Covered), e.Reason})
	}
	p.Table([]string{p.T("Exception", "Undtagelse"), p.T("Control", "Kontrol"), p.T("Of", "Af"), p.T("Type", "Type"), p.T("State", "Status"), p.T("Approved", "Godkendt"), p.T("By", "Af hvem"),
		p.T("Age in days", "Alder i dage"), p.T("Until", "Til"), p.T("Covers", "Dækker"), p.T("Reason", "Begrundelse")}, rows)
}

// result is the worst one, with the controls that gave none.
func (a *Annex) result(p *page.Page) string {
	if a.Result == notJudged || len(a.NotJudged) == 0 {
		return result(p, a.Result)
	}
	var list []string
	for _, c := range a.NotJudged {
		list = append(list, string(c))
	}
	return a.Result + "; " + result(p, notJudged) + ": " + strings.Join(list, ", ")
}

func result(p *page.Page, r string) string {
	if r == notJudged {
		return p.T("not judged here", "ikke bedømt her")
	}
	return r
}
