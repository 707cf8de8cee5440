package bck

import (
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/backup"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// unproven judges a plan under which no copy of the part is proven.
func (j *judge01) unproven(c *backup.Covered, pc *backup.PlanCoverage) control.Result {
	if missing := evidenceMissing(j.facts, pc.Plan.Ref.Group); len(missing) > 0 {
		return control.Unreadable(missing...)
	}
	if missing := facts.Incomplete[facts.Pod](j.facts); len(missing) > 0 && pc.Selection.Excluded != backup.NotExcluded {
		return control.Unreadable(missing...)
	}
	if kind, absent := noRuns(j.facts, pc.Plan.Ref.Group); absent {
		return control.Fail("KindMissing", with(pc, "kind", kind)...).Because(pc.Plan.Ref)
	}
	if pc.Partial != nil || pc.Lost != nil { // it was copied, so it is not waiting for that
		r, _ := j.doubtful(pc, time.Time{})
		return r
	}
	if ends, ok := j.grace(c, pc); ok {
		return control.NotApplicable("AwaitingFirstBackup", with(pc, "until", stamp(ends))...).Because(pc.Plan.Ref).Until(ends)
	}
	if r, bad := j.doubtful(pc, time.Time{}); bad {
		return r
	}
	return j.uncopied(pc)
}

// uncopied tells why there is no copy at all.
func (j *judge01) uncopied(pc *backup.PlanCoverage) control.Result {
	cause := func(r control.Result) control.Result { return r.Because(pc.Plan.Ref) }
	switch s := pc.Selection; {
	case pc.LastRun == nil && pc.Broken != nil:
		return cause(control.Fail("NothingCopied", with(pc, "run", pc.Broken.Ref.String())...))
	case pc.LastRun == nil && pc.Foreign == nil && pc.Gone():
		return cause(control.Fail("BackupsGone", with(pc, "last", stamp(pc.Plan.LastAsked))...))
	case pc.LastRun == nil && pc.Unpaired != nil:
		return cause(control.Unknown("CopyWithoutRun", with(pc, "copy", pc.Unpaired.Ref.String())...))
	case pc.LastRun == nil && pc.Foreign != nil:
		return cause(control.Fail("ForeignRuns", with(pc, "run", pc.Foreign.Ref.String())...))
	case pc.LastRun == nil:
		return cause(control.Fail("NeverRan", with(pc)...))
	case pc.LastSuccess == nil:
		return j.failing(pc)
	case s.Excluded == backup.NotMounted:
		return cause(control.Fail("NotMounted", with(pc)...))
	case s.Excluded != backup.NotExcluded:
		return cause(control.Fail("LeftOutByFilter", with(pc, "object", s.Object.String(), "field", s.Field)...))
	case s.Method == backup.MethodSnapshot && !j.storageSnapshots:
		return cause(control.Fail("SnapshotOnly", with(pc, "what", "snapshots")...))
	default:
		return cause(control.Fail("NothingCopied", with(pc, "run", pc.LastSuccess.Ref.String())...))
	}
}

func (j *judge01) failing(pc *backup.PlanCoverage) control.Result {
	r := pc.LastRun
	args := with(pc, "run", r.Ref.String(), "runTarget", kubectlTarget(r.Ref), "phase", r.RawPhase, "message", r.Message)
	if r.Phase == facts.RunUnknown {
		return control.Unknown("PhaseUnknown", args...).Because(r.Ref)
	}
	return control.Fail("RunsFail", args...).Because(r.Ref)
}

// noRuns tells whether the cluster lacks the kind of the backups that plans of a product make, so that they can make none.
func noRuns(v facts.View, group string) (kind string, absent bool) {
	for _, s := range facts.Sources[facts.BackupRun](v) {
		if inGroups(s.ID, []string{group}) {
			return string(s.ID), s.Condition == facts.SourceAbsent
		}
	}
	return "", false
}

// askedSlack is how long after a plan says that it asked for a backup the backup itself may be seen.
const askedSlack = 2 * time.Minute

// grace gives a part that is younger than what may be lost time until its plan has run once: no more than the recovery point
// objective can be lost of it. There is none for a plan that has run since and of whose backups nothing is left, nor for one
// that should have run before and never did.
func (j *judge01) grace(c *backup.Covered, pc *backup.PlanCoverage) (until time.Time, ok bool) {
	var created time.Time
	switch {
	case c.Claim != nil:
		created = c.Claim.CreatedAt
	case c.Database != nil:
		created = c.Database.CreatedAt
	}
	if created.IsZero() || created.After(j.now.Add(futureSlack)) {
		return time.Time{}, false
	}
	until = created.Add(min(pc.Schedule.MaxGap, j.limit(c)) + j.margin)
	switch p := pc.Plan; {
	case pc.Running:
	case pc.Gone() && p.LastAsked.After(created):
		until = control.Earliest(until, p.LastAsked.Add(askedSlack))
	case pc.LastRun == nil && pc.Unpaired != nil:
		return time.Time{}, false
	case pc.Started.IsZero() && !p.CreatedAt.IsZero():
		until = control.Earliest(until, p.CreatedAt.Add(pc.Schedule.MaxGap+j.margin))
	}
	return until, j.now.Before(until)
}

// retention judges how long the plan's backups are kept. Another plan that takes the part too, and is up to date by its own
// schedule, may be the one that keeps them: hourly backups for two days and daily ones for a month are one scheme.
// It gives until when that holds; zero: as long as the facts do.
func (j *judge01) retention(c *backup.Covered, pc *backup.PlanCoverage, proof *backup.Proof) (until time.Time, r control.Result, bad bool) {
	if longEnough(pc, proof, j.keep) {
		return time.Time{}, r, false
	}
	for i := range c.Plans {
		o := &c.Plans[i]
		proof := o.Newest(j.storageSnapshots)
		if o == pc || proof == nil || !longEnough(o, proof, j.keep) || proof.Latest.After(j.now.Add(futureSlack)) || o.Plan.Paused || o.Plan.Invalid != "" {
			continue
		}
		if ends := proof.At.Add(o.Schedule.MaxGap + j.margin); j.now.Before(ends) {
			until = ends
			return until, r, false
		}
	}
	args := with(pc, "object", pc.RetentionBy.String(), "field", pc.Retention.Field, "required", date.Length(j.keep))
	switch {
	case pc.Retention.Unclear != "":
		r = control.Unknown("RetentionUnclear", append(args, "why", pc.Retention.Unclear)...).Because(pc.RetentionBy)
	case pc.Retention.Known() && keeps(pc, j.keep): // but the backup that there is was made with less
		made := madeBy(pc, proof).Run
		r = control.Fail("MadeForTooShort", append(args, "proof", made.Ref.String(), "kept", date.Length(backup.KeptFor(made)))...).Because(made.Ref)
	case pc.Retention.Known():
		r = control.Fail("KeptTooShort", append(args, "kept", date.Length(pc.Retention.For))...).Because(pc.RetentionBy)
	case len(evidenceMissing(j.facts, pc.Plan.Ref.Group)) > 0:
		r = control.Unreadable(evidenceMissing(j.facts, pc.Plan.Ref.Group)...)
	default:
		r = control.Unknown("RetentionUnclear", append(args, "why", "nothing says it")...).Because(pc.RetentionBy)
	}
	return until, r, true
}

// longEnough tells whether the plan keeps backups for the time, and the newest one that it made was made so: what a plan says
// changes no backup that exists.
func longEnough(pc *backup.PlanCoverage, proof *backup.Proof, keep time.Duration) bool {
	if !keeps(pc, keep) {
		return false
	}
	made := madeBy(pc, proof).Run
	if made == nil {
		return true
	}
	kept := backup.KeptFor(made)
	return kept == 0 || kept >= keep
}

func keeps(pc *backup.PlanCoverage, keep time.Duration) bool {
	return pc.Retention.Forever || pc.Retention.For >= keep
}

// madeBy gives the proof by a run of the plan itself where there is one: a backup made by hand beside it may go soon.
func madeBy(pc *backup.PlanCoverage, proof *backup.Proof) *backup.Proof {
	if pc.Planned != nil {
		return pc.Planned
	}
	return proof
}

// usable judges whether a copy that is young enough can be relied on: nothing that would have taken the volume out is
// unseen, and a database did not write to its files while they were read.
func (j *judge01) usable(c *backup.Covered, pc *backup.PlanCoverage, proof *backup.Proof) (control.Result, bool) {
	if c.Kind == backup.DatabasePart {
		return control.Result{}, false
	}
	for _, missing := range [][]facts.SourceState{facts.Incomplete[facts.Pod](j.facts), facts.Incomplete[facts.PersistentVolume](j.facts)} {
		if len(missing) > 0 {
			return control.Unreadable(missing...), true
		}
	}
	if proof.Files && c.DatabaseImage != "" && !pc.Quiesced {
		names := partNames(c.Ref)
		if a := attestedFor(j.attestations, names...); a != nil {
			return control.Result{}, false
		}
		return control.Unknown("NotQuiesced", with(pc, "image", c.DatabaseImage, "name", names[0])...).Because(pc.Plan.Ref), true
	}
	return control.Result{}, false
}
