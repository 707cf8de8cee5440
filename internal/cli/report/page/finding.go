package page

import (
	"cmp"
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
)

// Judgement is one control folded over the results that a report is about.
type Judgement struct {
	Control v1alpha1.ControlID `json:"control"`
	Verdict v1alpha1.Verdict   `json:"verdict"`
	// Findings are the results that are to be acted on, and those excepted.
	Findings []Finding `json:"findings"`
}

// Finding is one result as reports show it.
type Finding struct {
	Verdict     v1alpha1.Verdict `json:"verdict"`
	Party       v1alpha1.Party   `json:"party"`
	Reason      string           `json:"reason"`
	Solution    string           `json:"solution,omitempty"`
	Environment string           `json:"environment,omitempty"`
	Institution string           `json:"institution,omitempty"`
	Subject     string           `json:"subject"`
	Message     string           `json:"message"`
	Exception   string           `json:"exception,omitempty"`
}

// Judgements folds the results that are kept, by control. A control that gave none is not there.
func Judgements(r *check.Report, keep func(*check.Result) bool) []Judgement {
	out := []Judgement{}
	for res := range r.Results(true) {
		if !keep(&res) {
			continue
		}
		i := slices.IndexFunc(out, func(j Judgement) bool { return j.Control == res.Control })
		if i < 0 {
			i, out = len(out), append(out, Judgement{Control: res.Control, Verdict: res.Verdict, Findings: []Finding{}})
		}
		if Weight(res.Verdict) > Weight(out[i].Verdict) {
			out[i].Verdict = res.Verdict
		}
		if Weight(res.Verdict) >= Weight(v1alpha1.VerdictExcepted) {
			out[i].Findings = append(out[i].Findings, Finding{res.Verdict, res.Party, res.Reason, res.Solution, res.Environment, res.Institution, res.Subject.String(), res.Message, res.Exception})
		}
	}
	slices.SortStableFunc(out, func(a, b Judgement) int { return cmp.Compare(a.Control, b.Control) })
	for _, j := range out {
		slices.SortStableFunc(j.Findings, func(a, b Finding) int { return cmp.Compare(Weight(b.Verdict), Weight(a.Verdict)) })
	}
	return out
}

// Weight orders verdicts, the worst highest.
func Weight(v v1alpha1.Verdict) int {
	return slices.Index([]v1alpha1.Verdict{v1alpha1.VerdictNotApplicable, v1alpha1.VerdictPass, v1alpha1.VerdictExcepted, v1alpha1.VerdictUnknown, v1alpha1.VerdictFail}, v)
}

// about names the institution or solution that a finding is about.
func (f Finding) about() string { return cmp.Or(f.Institution, f.Solution) }

// Judgements writes what the controls say, one line for each finding, and one for a control without any.
func (p *Page) Judgements(list []Judgement) {
	several := false
	first := ""
	for _, j := range list {
		for _, f := range j.Findings {
			several = several || first != "" && f.about() != first
			first = f.about()
		}
	}
	headings := []string{p.T("Control", "Kontrol"), p.T("Result", "Resultat"), p.T("To act", "Ansvarlig"), p.T("Found", "Fundet")}
	var rows [][]string
	add := func(about string, cells ...string) {
		if several {
			cells = slices.Insert(cells, 1, about)
		}
		rows = append(rows, cells)
	}
	if several {
		headings = slices.Insert(headings, 1, p.T("About", "Vedrører"))
	}
	for _, j := range list {
		if len(j.Findings) == 0 {
			add("", string(j.Control), string(j.Verdict), "", "")
		}
		for _, f := range j.Findings {
			message := f.Message
			if f.Exception != "" {
				message += " (" + p.T("exception", "undtagelse") + " " + f.Exception + ")"
			}
			add(f.about(), string(j.Control), string(f.Verdict), string(f.Party), message)
		}
	}
	p.Table(headings, rows)
}
