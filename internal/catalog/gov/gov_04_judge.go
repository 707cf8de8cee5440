package gov

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Parts of an impact assessment.
const (
	partContribution = "Contribution"
	partFinal        = "Final"
)

// impact judges the impact assessments of one controller, or of several together, for one solution.
type impact struct {
	*judge
	solution   *control.Solution
	who, about string
	params     *gov04
	// own are the controller's screenings and assessments dated up to now, parts what the provider contributed and what is
	// not said to be final, both latest first.
	own, parts []*v1alpha1.Attestation
	// start of the processing; zero where nobody says when. begun is true where it has, or where nobody can tell that it has
	// not; then startField says where the day is written.
	start      time.Time
	startField string
	begun      bool
	// pilots are environments that run although the processing has not begun.
	pilots []string
}

// begin finds out when the processing starts: for an institution on the first day of its use, else with the solution.
func (i *impact) begin(v facts.View, u *v1alpha1.SolutionUse) {
	i.startField = "spec.inProduction of the HostedSolution"
	for _, period := range i.solution.Object.Spec.InProduction {
		i.start = control.Earliest(i.start, when(period.From))
	}
	if u != nil && u.From != "" {
		i.start, i.startField = when(u.From), "spec.uses of the Institution"
	}
	i.begun = i.start.IsZero() || i.past(i.start)
	for _, e := range facts.List[v1alpha1.SolutionEnvironment](v) {
		if e.Spec.Solution != i.solution.Object.Name {
			continue
		}
		if e.Spec.Stage == v1alpha1.StageProduction {
			i.begun = true
		} else {
			i.pilots = append(i.pilots, e.Name)
		}
	}
}

// read sorts the assessments. Those of a service account, or with dates that cannot be, count for nothing.
func (i *impact) read(list []*v1alpha1.Attestation) {
	for _, a := range list {
		if a.Spec.Type != v1alpha1.AttestImpactAssessment || a.Spec.ImpactAssessment == nil || a.Spec.About.Platform {
			continue
		}
		_, come := i.day(a.Spec.Date)
		if _, _, fault := control.AttestationSpan(a); fault != "" || !come {
			continue
		}
		s := a.Spec.ImpactAssessment
		if s.Part == partFinal || !s.Required && s.Part == "" {
			i.own = append(i.own, a)
		} else {
			i.parts = append(i.parts, a)
		}
	}
	for _, l := range [][]*v1alpha1.Attestation{i.own, i.parts} {
		slices.SortFunc(l, func(a, b *v1alpha1.Attestation) int {
			return cmp.Or(cmp.Compare(b.Spec.Date, a.Spec.Date), cmp.Compare(a.Name, b.Name))
		})
	}
	i.basis = control.Attested
}

func (i *impact) args(a *v1alpha1.Attestation, more ...string) []string {
	args := []string{"solution", i.solution.Object.Name, "about", i.about, "who", i.who}
	if a != nil {
		args = append(args, "name", a.Name, "date", string(a.Spec.Date), "finished", string(a.Spec.ImpactAssessment.FinishedAt))
	}
	if !i.start.IsZero() {
		args = append(args, "start", day(i.start))
	} else {
		args = append(args, "start", "a day that is not recorded")
	}
	return append(args, append([]string{"startField", i.startField}, more...)...)
}

func (i *impact) fail(reason control.Reason, a *v1alpha1.Attestation, more ...string) {
	i.add(control.Fail(reason, i.args(a, more...)...))
}

// assess judges the latest of the controller's own.
func (i *impact) assess(v facts.View) control.Result {
	if len(i.own) == 0 {
		return i.unscreened()
	}
	a := i.own[0]
	s := a.Spec.ImpactAssessment
	if _, screened := i.day(s.ScreenedAt); s.NewTechnology && !screened {
		i.fail("NewTechnologyUnscreened", a)
	}
	otherwise := control.NotApplicable("NotRequired", i.args(a, "why", s.Reason)...)
	concluded := true
	if !s.Required && control.Bare(s.Reason) {
		otherwise = control.Unknown("NotExplained", i.args(a)...)
	}
	if s.Required {
		otherwise, concluded = i.assessment(a)
	}
	if concluded {
		i.reviewed(v, a)
		i.remembered(v)
	}
	return otherwise
}

// unscreened is what there is to say where the controller has not said anything itself.
func (i *impact) unscreened() control.Result {
	for _, a := range i.parts {
		switch {
		case a.Spec.ImpactAssessment.Required:
			return control.Fail("ContributionOnly", i.args(a)...)
		case a.Spec.ImpactAssessment.NewTechnology:
			return control.Fail("NewTechnologyUnscreened", i.args(a)...)
		}
	}
	return control.Unknown("NoScreening", i.args(nil)...)
}

// assessment judges an assessment that is required, and tells whether it is concluded.
func (i *impact) assessment(a *v1alpha1.Attestation) (otherwise control.Result, concluded bool) {
	s := a.Spec.ImpactAssessment
	finished, done := i.day(s.FinishedAt)
	consulted, asked := i.day(s.DPOConsultedAt)
	var lacks []string
	for _, field := range []struct {
		there bool
		name  string
	}{{done, "finishedAt"}, {asked, "dpoConsultedAt"}, {s.ResidualRisk != "", "residualRisk"}} {
		if !field.there {
			lacks = append(lacks, field.name)
		}
	}
	switch {
	case (!done || s.ResidualRisk == "") && i.begun:
		i.fail("NotFinished", a, "what", strings.Join(lacks, ", "))
		return control.Result{}, false
	case !done || s.ResidualRisk == "":
		return i.waiting(a), false
	case !asked || consulted.After(finished):
		i.fail("DPONotConsulted", a)
	}
	switch {
	case i.start.IsZero():
		i.add(control.Unknown("StartNotRecorded", i.args(a)...))
	case i.first(finished).After(i.start) && i.bound():
		i.fail("FinishedLate", a)
	}
	i.scoredDown(a)
	if s.ResidualRisk == v1alpha1.LevelHigh && !i.consultation(a) {
		return i.waiting(a), true
	}
	return control.Pass("Finished", i.args(a)...), true
}

// first gives when the first of the assessments was finished: a later one renews it.
func (i *impact) first(finished time.Time) time.Time {
	for _, o := range i.own {
		if at, done := i.day(o.Spec.ImpactAssessment.FinishedAt); done && at.Before(finished) {
			finished = at
		}
	}
	return finished
}

// renews tells whether an assessment takes up an earlier one that was finished before the processing began.
func (i *impact) renews(a *v1alpha1.Attestation) bool {
	return slices.ContainsFunc(i.own, func(o *v1alpha1.Attestation) bool {
		at, done := i.day(o.Spec.ImpactAssessment.FinishedAt)
		return o != a && done && !at.After(i.start)
	})
}

// bound tells whether the processing began under the law that demands an assessment before it.
func (i *impact) bound() bool {
	return !i.start.Before(time.Date(2018, time.May, 25, 0, 0, 0, 0, date.Copenhagen()))
}

// waiting is how it stands while the processing has not begun.
func (i *impact) waiting(a *v1alpha1.Attestation) control.Result {
	if len(i.pilots) > 0 && len(i.attested(i.solution.Attestations, v1alpha1.AttestTestDataReview)) == 0 {
		return control.Unknown("PilotUnproven", i.args(a, "environments", some(i.pilots))...)
	}
	return control.Pass("BeforeStart", i.args(a)...)
}

// consultation judges what becomes of a high risk that remains, and tells whether that is settled.
func (i *impact) consultation(a *v1alpha1.Attestation) bool {
	c := a.Spec.ImpactAssessment.PriorConsultation
	if c == nil {
		i.fail("NoPriorConsultation", a)
		return true
	}
	_, sent := i.day(c.SentAt)
	answered, come := i.day(c.AnsweredAt)
	switch {
	case !sent:
		i.fail("NoPriorConsultation", a)
	case !come && i.begun:
		i.fail("BeforeAnswer", a, "sent", string(c.SentAt), "answered", "nothing yet")
	case !come:
		return false
	case c.Outcome == "":
		i.add(control.Unknown("OutcomeMissing", i.args(a)...))
	case c.Outcome == "MayNotProceed" && i.begun:
		i.fail("MayNotProceed", a)
	case c.Outcome != "MayNotProceed" && !i.start.IsZero() && i.start.Before(answered) && !i.renews(a) && i.bound():
		i.fail("BeforeAnswer", a, "sent", string(c.SentAt), "answered", "on "+day(answered))
	}
	return true
}

// scoredDown compares with the assessment before: a risk does not fall by itself.
func (i *impact) scoredDown(a *v1alpha1.Attestation) {
	at := slices.IndexFunc(i.own, func(o *v1alpha1.Attestation) bool {
		return o != a && o.Spec.ImpactAssessment.Required && o.Spec.ImpactAssessment.ResidualRisk != ""
	})
	if at < 0 {
		return
	}
	before, now := i.own[at].Spec.ImpactAssessment, a.Spec.ImpactAssessment
	fresh := slices.ContainsFunc(now.Measures, func(m v1alpha1.Measure) bool {
		return !slices.ContainsFunc(before.Measures, func(o v1alpha1.Measure) bool { return o.Name == m.Name })
	})
	if gradeRank(now.ResidualRisk) < gradeRank(before.ResidualRisk) && !fresh {
		i.fail("ScoredDown", a, "from", string(before.ResidualRisk), "to", string(now.ResidualRisk))
	}
}

// reviewed judges the age of a screening or assessment, and what changed since.
func (i *impact) reviewed(v facts.View, a *v1alpha1.Attestation) {
	from, until, _ := control.AttestationSpan(a)
	if i.past(until) || !i.within(from, i.params.Review) {
		i.fail("ReviewOverdue", a, "most", i.params.Review, "until", string(a.Spec.ValidUntil))
		return
	}
	var larger []change
	for _, c := range changesOf(v, i.solution.Object) {
		if c.large {
			larger = append(larger, c)
		}
	}
	if c := i.unanswered(larger, from, i.params.AfterChange); c != nil {
		i.fail("ChangedSince", a, "change", c.what, "on", day(c.at))
	}
}
