package bck

import (
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/backup"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// bestTrial gives the newest restore of a part that counts, or else what is wrong with the newest one; ok is false where
// there is none at all.
func (j *judge02) bestTrial(p *backup.Covered) (best judged, ok bool) {
	for _, t := range backup.Trials(j.facts, p, j.env.Scope()) {
		r := j.trial(p, &t)
		if r.Verdict == v1alpha1.VerdictPass {
			return judged{Result: r, at: t.At, sourceAt: t.SourceAt}, true
		}
		if !ok {
			best, ok = judged{Result: r}, true
		}
	}
	// Another restore, which cannot be read, may count.
	if missing := j.restoresMissing(p); ok && len(missing) > 0 {
		best.Result = control.Unreadable(missing...)
	}
	return best, ok
}

func (j *judge02) restoresMissing(p *backup.Covered) []facts.SourceState {
	if p.Database != nil {
		return nil // databases made from backups are facts of another type
	}
	return incompleteIn[facts.RestoreRun](j.facts, volumeGroups...)
}

func (j *judge02) trial(p *backup.Covered, t *backup.Trial) control.Result {
	args := func() []string {
		return []string{"part", p.Ref.String(), "by", t.By.String(), "target", kubectlTarget(t.By), "detail", t.Detail,
			"newest", stamp(t.At), "took", date.Length(t.Took.Round(time.Minute)), "rto", date.Length(j.rto), "interval", j.interval.String(), "left", t.Left.String(), "leftTarget", kubectlTarget(t.Left)}
	}
	ends := j.interval.After(t.At)
	switch {
	case t.Fault == backup.SourceUnknown, t.Fault == backup.NotInSource, t.Fault == backup.SourceEmpty:
		if missing := j.sourceMissing(); len(missing) > 0 {
			return control.Unreadable(missing...).Because(t.By)
		}
		if t.Fault == backup.SourceUnknown {
			return control.Unknown("SourceUnknown", args()...).Because(t.By)
		}
		return control.Fail(control.Reason(t.Fault), args()...).Because(t.By)
	case t.Fault != backup.NoFault:
		return control.Fail(control.Reason(t.Fault), args()...).Because(t.By)
	case t.At.After(j.now.Add(futureSlack)):
		return control.Unknown("DatedInFuture", args()...).Because(t.By).Until(t.At.Add(-futureSlack))
	case !j.now.Before(ends):
		return control.Fail("TestTooOld", args()...).Because(t.By)
	case t.Took > j.rto && p.Database != nil:
		// A database tells when it last became ready, which need not be the first time.
		return control.Unknown("DurationUnclear", args()...).Because(t.By).Until(ends)
	case t.Took > j.rto:
		return control.Fail("TooSlow", args()...).Because(t.By).Until(ends)
	case !t.Left.IsZero() && !j.now.Before(t.At.Add(j.cleanUp)):
		return control.Fail("TestDataLeft", append(args(), "cleanUp", date.Length(j.cleanUp))...).Because(t.Left).Until(ends)
	}
	r := control.Pass("RestoreTested", "by", t.By.String(), "newest", stamp(t.At), "took", date.Length(t.Took.Round(time.Minute))).Because(t.By).Until(ends)
	if !t.Left.IsZero() {
		r = r.Until(t.At.Add(j.cleanUp))
	}
	return r
}

// sourceMissing gives the sources without which the backup behind a restore, or what is in it, cannot be known.
func (j *judge02) sourceMissing() []facts.SourceState {
	return append(incompleteIn[facts.BackupRun](j.facts, volumeGroups...), incompleteIn[facts.VolumeCopy](j.facts, volumeGroups...)...)
}

// trimProduct takes a product's name off the front of what people write: velero/aula-daily-1 may mean the product or its
// namespace, velero:aula-daily-1 only the product.
func trimProduct(source string) string {
	if _, rest, ok := strings.Cut(source, ":"); ok {
		return strings.TrimSpace(rest)
	}
	return source
}
