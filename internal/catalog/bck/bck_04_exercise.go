package bck

import (
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// notCritical tells whether the business can do without the solution, with a reason.
func (j *judge04) notCritical() bool {
	return j.plan.NotCritical != "" && !control.Bare(j.plan.NotCritical)
}

// exercised judges the exercises that are attested: the newest of a kind that counts.
func (j *judge04) exercised() {
	low := j.in.Solution.Levels.Availability == v1alpha1.LevelLow
	if low && j.notCritical() {
		j.exercise = "needs no exercise"
		j.add(control.NotApplicable("NotCritical", "why", j.plan.NotCritical).At("spec.continuity.contingency.notCritical"))
		return
	}
	all := slices.DeleteFunc(j.inForce(v1alpha1.AttestContingencyExercise), func(a *v1alpha1.Attestation) bool { return a.Spec.Exercise == nil })
	least := slices.Index(exerciseKinds[:], j.p.ExerciseKind)
	counts := slices.DeleteFunc(slices.Clone(all), func(a *v1alpha1.Attestation) bool {
		return slices.Index(exerciseKinds[:], a.Spec.Exercise.Kind) < least
	})
	most, _ := date.ParsePeriod(j.p.Exercise)
	switch {
	case len(counts) == 0 && len(all) > 0:
		j.add(control.Fail("OnlyAMeeting", "kind", all[0].Spec.Exercise.Kind, "attestation", all[0].Name, "least", j.p.ExerciseKind))
	case len(counts) == 0:
		j.add(control.Fail("NotExercised", "most", j.p.Exercise, "last", ""))
	default:
		a := counts[0]
		from, _, _ := control.AttestationSpan(a)
		switch {
		case j.past(most.After(from)):
			j.add(control.Fail("NotExercised", "most", j.p.Exercise, "last", "; the last time was on "+string(a.Spec.Date)))
		case a.Spec.Exercise.Result == "NotMet":
			j.add(control.Fail("ExerciseFailed", "attestation", a.Name))
		case a.Spec.Exercise.Result != "Met" && len(a.Spec.Exercise.Measures) == 0:
			j.add(control.Fail("NothingDecided", "attestation", a.Name))
		case len(j.open(a.Spec.Exercise.Measures)) > 0:
			j.add(control.Fail("MeasuresOverdue", "attestation", a.Name, "measures", strings.Join(j.open(a.Spec.Exercise.Measures), ", ")))
		case j.missed(from):
			j.add(control.Fail("PlannedExerciseMissed", "next", string(j.plan.NextExercise)).At("spec.continuity.contingency.nextExercise"))
		}
		j.exercise = "was exercised on " + string(a.Spec.Date)
	}
}

// open names the measures that were to be done by a day that is over, and those without a day.
func (j *judge04) open(measures []v1alpha1.Measure) (out []string) {
	for _, m := range measures {
		if _, done := j.come(m.DoneAt); done {
			continue
		}
		due, err := date.EndOfValidity(string(m.DueAt))
		switch {
		case err != nil:
			out = append(out, m.Name+" (without a day)")
		case j.past(due.In(date.Copenhagen()).AddDate(0, 0, 1)):
			out = append(out, m.Name+" (by "+string(m.DueAt)+")")
		}
	}
	return out
}

// missed tells whether the day of the next exercise is over and the last one was before it.
func (j *judge04) missed(last time.Time) bool {
	next, err := date.EndOfValidity(string(j.plan.NextExercise))
	return err == nil && last.Before(next) && j.past(next.In(date.Copenhagen()).AddDate(0, 0, 1))
}

// measured compares the declared recovery time with what exercises and tests of restoring took.
func (j *judge04) measured() {
	declared := j.in.Solution.RecoveryTime
	if declared <= 0 {
		return
	}
	times := map[v1alpha1.AttestationType]func(*v1alpha1.Attestation) v1alpha1.Duration{
		v1alpha1.AttestContingencyExercise: func(a *v1alpha1.Attestation) v1alpha1.Duration {
			if a.Spec.Exercise == nil {
				return ""
			}
			return a.Spec.Exercise.RecoveryTime
		},
		v1alpha1.AttestRestoreTest: func(a *v1alpha1.Attestation) v1alpha1.Duration {
			if a.Spec.Restore == nil {
				return ""
			}
			return a.Spec.Restore.Duration
		},
	}
	for _, typ := range []v1alpha1.AttestationType{v1alpha1.AttestContingencyExercise, v1alpha1.AttestRestoreTest} {
		for _, a := range j.inForce(typ) {
			took, err := date.ParseDuration(string(times[typ](a)))
			if err != nil {
				continue // the newest that tells counts
			}
			if took > declared {
				j.add(control.Fail("SlowerThanDeclared", "solution", j.in.Solution.Object.Name, "rto", date.Length(declared), "by", "Attestation "+a.Name, "took", string(times[typ](a))).
					At("spec.continuity.recoveryTime").For(v1alpha1.PartyProvider))
			}
			break
		}
	}
}
