package sup

import (
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// denied holds the parts of the year that spec.inProduction leaves out against what others say of them, because whoever
// writes it decides for which years statements are asked: a use by an institution, a statement that was received for a year
// without production, and an environment that still stands after the end. One result for each part, with what speaks first.
func (j *statementJudge) denied() []control.Result {
	object := j.Solution.Object
	var out []control.Result
	for _, idle := range j.idle() {
		at, what := j.speaks(idle)
		if what == "" {
			continue
		}
		out = append(out, control.Fail("ProductionDenied", "from", date.Of(idle.From).String(), "to", lastDay(idle.Until), "what", what, "solution", object.Name).
			At("spec.inProduction").Because(at))
	}
	return out
}

// speaks says what speaks against a time without production, "" if nothing does.
func (j *statementJudge) speaks(idle assurance.Span) (facts.Ref, string) {
	object := j.Solution.Object
	for _, i := range facts.List[v1alpha1.Institution](j.Facts) {
		for _, u := range i.Spec.Uses {
			from, until := assurance.Day(u.From), assurance.Day(u.Until)
			if u.Solution == object.Name && !from.IsZero() && from.First().Before(idle.Until) && (until.IsZero() || idle.From.Before(until.First())) {
				return ours("Institution", i.Name), "institution " + i.Name + " uses the solution since " + string(u.From)
			}
		}
	}
	for _, r := range j.records {
		if assurance.InProduction(object, j.year) == date.No && r.Spec.Year == j.year && r.Spec.Document == v1alpha1.DocumentStatement &&
			r.Received() == date.Yes && slices.Contains(r.Spec.Solutions, object.Name) {
			return r.Ref(), "statement " + r.Name + " about the year was received for it"
		}
	}
	if !j.over(idle.From) {
		return facts.Ref{}, ""
	}
	for _, e := range facts.List[v1alpha1.SolutionEnvironment](j.Facts) {
		if e.Spec.Solution == object.Name && e.Spec.Stage == v1alpha1.StageProduction {
			return ours("SolutionEnvironment", e.Name), "environment " + e.Name + " of stage Production still stands"
		}
	}
	return facts.Ref{}, ""
}

func ours(kind, name string) facts.Ref {
	return facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: kind, Name: name}
}

// over tells whether every period of production had ended by an instant.
func (j *statementJudge) over(at time.Time) bool {
	return !slices.ContainsFunc(j.Solution.Object.Spec.InProduction, func(p v1alpha1.ProductionPeriod) bool {
		until := assurance.Day(p.Until)
		return until.IsZero() || until.First().After(at)
	})
}

// idle gives the parts of the year that no period of production holds.
func (j *statementJudge) idle() []assurance.Span {
	year := assurance.Year(j.year)
	periods := assurance.Production(j.Solution.Object, j.year)
	slices.SortFunc(periods, func(a, b assurance.Span) int { return a.From.Compare(b.From) })
	var out []assurance.Span
	at := year.From
	for _, p := range periods {
		if p.From.After(at) {
			out = append(out, assurance.Span{From: at, Until: p.From})
		}
		if p.Until.After(at) {
			at = p.Until
		}
	}
	if at.Before(year.Until) {
		out = append(out, assurance.Span{From: at, Until: year.Until})
	}
	return out
}
