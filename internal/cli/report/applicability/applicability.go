// Package applicability makes the report on which controls of Annex A of ISO/IEC 27001:2022 Tilsyn judges, with which result,
// why some do not apply, and which exceptions stand.
package applicability

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/page"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/sheet"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Report holds Annex A by number, the controls of the catalogue that bear on it, and the exceptions.
type Report struct {
	At         time.Time   `json:"at"`
	Annex      []Annex     `json:"annexA"`
	Controls   []Control   `json:"controls"`
	Exceptions []Exception `json:"exceptions"`
}

// Annex is one control of Annex A.
type Annex struct {
	Number string `json:"number"`
	// About says in words of our own what it is about.
	About string `json:"about"`
	// Controls of the catalogue that bear on it, each on a part of it.
	Controls []v1alpha1.ControlID `json:"controls"`
	// Result is the worst of their results; NotJudged where no control bears on it, which has to be stated elsewhere.
	Result string `json:"result"`
	// NotJudged are those of the controls that gave no result, so that Result says nothing of their part.
	NotJudged []v1alpha1.ControlID `json:"notJudged"`
}

// Control of the catalogue with its results over everything that was judged.
type Control struct {
	Control v1alpha1.ControlID `json:"control"`
	Title   string             `json:"title"`
	Annex   []string           `json:"annexA"`
	// Result is the worst of the results; NotJudged where there is none.
	Result string                   `json:"result"`
	Counts map[v1alpha1.Verdict]int `json:"counts"`
	// NotApplying are the reasons for which the control does not apply somewhere.
	NotApplying []Reason `json:"notApplying"`
}

// Reason for which a control does not apply.
type Reason struct {
	Reason string `json:"reason"`
	// Message of the first of Count results with the reason.
	Message string `json:"message"`
	Count   int    `json:"count"`
}

// Exception is a deviation with its age.
type Exception struct {
	check.Exception `json:",inline"`
	Type            v1alpha1.ExceptionType `json:"type"`
	Reason          string                 `json:"reason"`
	ApprovedBy      string                 `json:"approvedBy"`
	ApprovedAt      v1alpha1.Date          `json:"approvedAt"`
	// AgeDays since the approval; left out where its date cannot be read.
	AgeDays *int `json:"ageDays,omitempty"`
}

// notJudged: nothing here says anything about it.
const notJudged = "NotJudged"

// Make makes the report for a catalogue, of the solutions named or of everything, the platform included.
func Make(v facts.View, outcome *check.Report, controls []*control.Control, names []string, l sheet.Language) *Report {
	r := &Report{At: outcome.At.UTC(), Annex: []Annex{}, Controls: []Control{}, Exceptions: []Exception{}}
	wanted := func(solution string) bool { return len(names) == 0 || slices.Contains(names, solution) }
	results := map[v1alpha1.ControlID]*Control{}
	for _, c := range controls {
		one := Control{Control: c.ID, Title: c.Title, Annex: []string{}, Result: notJudged, Counts: map[v1alpha1.Verdict]int{}, NotApplying: []Reason{}}
		for _, iso := range c.ISO {
			number, _, _ := strings.Cut(iso, " ")
			one.Annex = append(one.Annex, number)
		}
		r.Controls = append(r.Controls, one)
	}
	for i := range r.Controls {
		results[r.Controls[i].Control] = &r.Controls[i]
	}
	for res := range outcome.Results(true) {
		if c := results[res.Control]; c != nil && wanted(res.Solution) {
			c.count(&res)
		}
	}
	for _, a := range annex() {
		r.Annex = append(r.Annex, bearing(a, r.Controls, l))
	}
	for _, e := range outcome.Exceptions() {
		if wanted(e.Solution) {
			r.Exceptions = append(r.Exceptions, exception(v, e, outcome.At))
		}
	}
	return r
}

func (c *Control) count(res *check.Result) {
	c.Counts[res.Verdict]++
	c.Result = worse(c.Result, string(res.Verdict))
	if res.Verdict != v1alpha1.VerdictNotApplicable {
		return
	}
	i := slices.IndexFunc(c.NotApplying, func(r Reason) bool { return r.Reason == res.Reason })
	if i < 0 {
		i, c.NotApplying = len(c.NotApplying), append(c.NotApplying, Reason{Reason: res.Reason, Message: res.Message})
	}
	c.NotApplying[i].Count++
}

// bearing finds the controls of the catalogue that bear on one of Annex A.
func bearing(a subject, controls []Control, l sheet.Language) Annex {
	out := Annex{Number: a.number, About: a.words.In(l), Controls: []v1alpha1.ControlID{}, Result: notJudged, NotJudged: []v1alpha1.ControlID{}}
	for _, c := range controls {
		if slices.Contains(c.Annex, a.number) {
			out.Controls = append(out.Controls, c.Control)
			if c.Result == notJudged {
				out.NotJudged = append(out.NotJudged, c.Control)
			}
			out.Result = worse(out.Result, c.Result)
		}
	}
	return out
}

// worse gives the result that weighs more; whatever was judged weighs more than nothing.
func worse(a, b string) string {
	if page.Weight(v1alpha1.Verdict(b)) > page.Weight(v1alpha1.Verdict(a)) { // of none it is -1
		return b
	}
	return a
}

func exception(v facts.View, e check.Exception, now time.Time) Exception {
	out := Exception{Exception: e}
	object := facts.Get[v1alpha1.ControlException](v, "", e.Name)
	if object == nil {
		return out
	}
	s := &object.Spec
	out.Type, out.Reason, out.ApprovedBy, out.ApprovedAt = s.Type, s.Reason, s.Approval.By, s.Approval.At
	if at, err := date.EndOfValidity(string(s.Approval.At)); err == nil { // 00:00 of the day
		days := int(now.Sub(at).Hours() / 24)
		out.AgeDays = &days
	}
	return out
}

// reasons joins why a control does not apply.
func (c *Control) reasons() string {
	var list []string
	for _, r := range c.NotApplying {
		list = append(list, cmp.Or(r.Message, r.Reason))
	}
	return strings.Join(list, " ")
}
