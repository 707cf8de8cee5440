package bck

import (
	"cmp"
	"strconv"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/backup"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// plan judges one plan for one claim, leg by leg, and tells how far it came.
func (j *judge01) plan(c *backup.Covered, pc *backup.PlanCoverage) (control.Result, step) {
	if s := pc.Selection; s.Certain && s.Excluded != backup.NotExcluded {
		return j.leftOut(c, pc), stepSelected
	}
	limit := j.limit(c)
	if r, bad := j.timetable(pc, limit); bad {
		return r, stepPlan
	}
	if s := pc.Selection; s.Certain && s.Method == backup.MethodSnapshot && !movedOut(pc.Proof) && !j.storageSnapshots {
		return control.Fail("SnapshotOnly", with(pc, "what", "snapshots")...).Because(pc.Plan.Ref), stepPlan
	}
	if r, bad := j.destination(pc); bad {
		return r, stepDestination
	}
	proof := pc.Newest(j.storageSnapshots)
	if proof == nil {
		return j.unproven(c, pc), stepEvidence
	}
	if r, bad := j.meant(pc, proof); bad {
		return r, stepEvidence
	}
	until := proof.At.Add(limit + j.margin)
	switch {
	case !j.now.Before(until):
		if missing := evidenceMissing(j.facts, pc.Plan.Ref.Group); len(missing) > 0 {
			return control.Unreadable(missing...), stepAge
		}
		return control.Fail("TooOld", with(pc, "newest", stamp(proof.At), "proof", proof.By.String(), "limit", date.Length(limit))...).Because(pc.Plan.Ref), stepAge
	case expired(proof, j.now):
		return control.Fail("Expired", with(pc, "proof", proof.Run.Ref.String())...).Because(pc.Plan.Ref).Until(until), stepAge
	}
	if proof.Run != nil {
		until = control.Earliest(until, proof.Run.ExpiresAt)
	}
	kept, r, bad := j.retention(c, pc, proof)
	if bad {
		return r.Until(until), stepRetention
	}
	until = control.Earliest(until, kept)
	if r, bad := j.usable(c, pc, proof); bad {
		return r.Until(until), stepDone
	}
	return j.backedUp(pc.Plan, proof.At).Because(pc.Plan.Ref).Until(until), stepDone
}

// movedOut tells whether snapshots of the storage system are themselves copied to a store apart from the volumes.
func movedOut(p *backup.Proof) bool { return p != nil && p.Copy != nil && p.Copy.InPlace }

// futureSlack is how far the clock of who stamps a backup may be ahead.
const futureSlack = 5 * time.Minute

// meant judges whether a copy says something of the copies to come: it was made in the past, under the terms that the plan has
// now, and the plan did not leave the part out since.
func (j *judge01) meant(pc *backup.PlanCoverage, proof *backup.Proof) (control.Result, bool) {
	s := pc.Selection
	switch {
	case proof.Latest.After(j.now.Add(futureSlack)):
		return control.Unknown("DatedInFuture", with(pc, "proof", proof.By.String(), "proofTarget", kubectlTarget(proof.By), "date", stamp(proof.Latest))...).
			Because(proof.By).Until(proof.Latest.Add(-futureSlack)), true
	case !s.Certain && (s.Excluded != backup.NotExcluded || s.Field != "") && !pc.Shows(proof):
		return control.Unknown("PlanMayLeaveOut", with(pc, "proof", proof.By.String(), "object", s.Object.String(),
			"field", cmp.Or(s.Field, "the absence of a running pod"))...).Because(pc.Plan.Ref), true
	}
	newer := pc.LastSuccess
	if proof != pc.Proof || proof.Copy == nil || newer == nil || newer.Product != facts.ProductVelero || s.Excluded == backup.NotMounted ||
		!newer.StartedAt.After(proof.Latest) || newer.Ref == proof.Run.Ref {
		return control.Result{}, false
	}
	if missing := evidenceMissing(j.facts, pc.Plan.Ref.Group); len(missing) > 0 {
		return control.Unreadable(missing...), true
	}
	if r, bad := j.doubtful(pc, proof.Latest); bad {
		return r, true
	}
	return control.Fail("NothingCopied", with(pc, "run", newer.Ref.String())...).Because(pc.Plan.Ref), true
}

// doubtful judges copies made later than an instant that ended well and hold nothing, or not everything, or lie nowhere.
func (j *judge01) doubtful(pc *backup.PlanCoverage, since time.Time) (control.Result, bool) {
	switch {
	case later(pc.Partial, since):
		p := pc.Partial
		return control.Unknown("PartialCopy", with(pc, "copy", p.Ref.String(), "target", kubectlTarget(p.Ref),
			"done", strconv.FormatInt(p.Bytes, 10), "total", strconv.FormatInt(p.TotalBytes, 10))...).Because(pc.Plan.Ref), true
	case later(pc.Lost, since):
		if missing := storesMissing(j.facts, pc.Plan.Ref.Group); len(missing) > 0 {
			return control.Unreadable(missing...), true
		}
		return control.Fail("LocationGone", with(pc, "copy", pc.Lost.Ref.String(), "location", pc.LostAt.String())...).Because(pc.Plan.Ref), true
	case later(pc.Empty, since):
		return control.Unknown("EmptyCopy", with(pc, "copy", pc.Empty.Ref.String())...).Because(pc.Plan.Ref), true
	default:
		return control.Result{}, false
	}
}

// later tells whether there is a copy, made later than an instant; a zero one is earlier than all.
func later(c *facts.VolumeCopy, since time.Time) bool {
	return c != nil && (since.IsZero() || c.CompletedAt.After(since))
}

// copied is a plan and when a copy under it was made, as precisely as it is shown.
type copied struct {
	plan *facts.BackupPlan
	at   time.Time
}

// backedUp passes a part. The copies of one run share what is said of them.
func (j *judge01) backedUp(plan *facts.BackupPlan, at time.Time) control.Result {
	key := copied{plan, at.UTC().Truncate(time.Minute)}
	r, ok := j.passed[key]
	if !ok {
		r = control.Pass("BackedUp", "plan", plan.Ref.String(), "newest", stamp(at))
		j.passed[key] = r
	}
	return r
}

// limit is how old the newest backup of a part may be. A database that archives continuously loses nothing since its newest
// base backup, which only has to be young enough to be brought forward from.
func (j *judge01) limit(c *backup.Covered) time.Duration {
	if c.Database != nil && c.Database.Archiving == facts.Yes {
		return max(j.rpo, j.baseBackup)
	}
	return j.rpo
}

// with names the plan, and more.
func with(pc *backup.PlanCoverage, more ...string) []string {
	return append([]string{"plan", pc.Plan.Ref.String(), "planNamespace", pc.Plan.Ref.Namespace, "planName", pc.Plan.Ref.Name,
		"planTarget", kubectlTarget(pc.Plan.Ref)}, more...)
}

// expired: a backup past its time is removed at any moment.
func expired(p *backup.Proof, now time.Time) bool {
	return p.Run != nil && !p.Run.ExpiresAt.IsZero() && !now.Before(p.Run.ExpiresAt)
}

func (j *judge01) leftOut(c *backup.Covered, pc *backup.PlanCoverage) control.Result {
	s := pc.Selection
	args := with(pc, "object", s.Object.String(), "target", kubectlTarget(s.Object), "field", s.Field)
	var r control.Result
	switch {
	case s.Excluded == backup.ByMark:
		r = control.Fail("LeftOutByMark", args...)
	case s.Excluded == backup.NoMethod && c.Database != nil:
		r = control.Fail("MethodNotSetUp", append(args, "method", pc.Plan.Scope.Method)...)
	case s.Excluded == backup.NoMethod:
		r = control.Fail("TakesNoData", args...)
	default:
		r = control.Fail("LeftOutByFilter", args...)
	}
	if s.Object == c.Ref {
		r = r.At(s.Field)
	}
	return r.Because(s.Object)
}

// timetable judges whether the plan runs, and often enough.
func (j *judge01) timetable(pc *backup.PlanCoverage, limit time.Duration) (control.Result, bool) {
	p := pc.Plan
	switch {
	case p.Invalid != "":
		return control.Fail("PlanInvalid", with(pc, "field", p.InvalidField, "message", p.Invalid)...).Because(p.Ref), true
	case pc.Schedule.Problem != "":
		return control.Fail("PlanInvalid", with(pc, "field", p.ScheduleField, "message", pc.Schedule.Problem)...).Because(p.Ref), true
	case p.Paused:
		return control.Fail("PlanPaused", with(pc, "field", p.PausedField)...).Because(p.Ref), true
	case pc.Schedule.MaxGap > limit+j.margin:
		reason := control.Reason("TooRare")
		if pc.Schedule.FiveFields {
			reason = "FiveFields"
		}
		return control.Fail(reason, with(pc, "schedule", p.Schedule, "gap", date.Length(pc.Schedule.MaxGap), "limit", date.Length(limit))...).Because(p.Ref), true
	default:
		return control.Result{}, false
	}
}

func (j *judge01) destination(pc *backup.PlanCoverage) (control.Result, bool) {
	d := pc.Destination
	if d == nil {
		if missing := storesMissing(j.facts, pc.Plan.Ref.Group, storeGroup(pc.Plan.Ref.Group)); len(missing) > 0 {
			return control.Unreadable(missing...), true
		}
		name := "the product's default location"
		if !pc.DestinationRef.IsZero() {
			name = pc.DestinationRef.String()
		}
		return control.Fail("DestinationMissing", with(pc, "destination", name)...).Because(pc.Plan.Ref), true
	}
	by := func() []string {
		return with(pc, "destination", d.Ref.String(), "target", kubectlTarget(d.Ref), "message", d.AvailableMessage)
	}
	switch {
	case d.ReadOnly:
		return control.Fail("DestinationReadOnly", by()...).Because(d.Ref), true
	case d.Available == facts.No:
		return control.Fail("DestinationUnavailable", by()...).Because(d.Ref), true
	case d.Available == facts.NotKnown && d.Product == facts.ProductVelero && len(unseen(j.facts, pc.Plan.Ref.Group)) == 0:
		return control.Unknown("DestinationUnknown", by()...).Because(d.Ref), true
	default:
		return control.Result{}, false
	}
}
