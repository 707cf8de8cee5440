package bck

import (
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/backup"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// group judges the claims of a namespace or one database by what is observed and what is attested. One good test within the
// interval is enough, unless a younger one is attested to have gone wrong.
func (j *judge02) group(g group) control.Result {
	observed := j.observed(g)
	a := attestedFor(j.attestations, g.names()...)
	if a == nil {
		return j.result(&observed).Until(j.changes)
	}
	from, _, _ := control.AttestationSpan(a)
	failedLater := a.Spec.Restore.Result != "Complete" && !from.Before(observed.at)
	if observed.passed() && !failedLater {
		return j.result(&observed).Until(j.changes)
	}
	return j.attested(a, g)
}

// unclaimed judges data that lie in no claim: of them only people can know.
func (j *judge02) unclaimed(p *backup.Covered) control.Result {
	names := partNames(p.Ref)
	if a := attestedFor(j.attestations, append(names, p.Ref.Namespace)...); a != nil {
		return j.attested(a, group{subject: p.Ref, namespace: p.Ref.Namespace})
	}
	return control.Unknown("DataWithoutClaim", "store", p.Detail, "name", names[1]).Until(j.changes)
}

func (g group) names() []string {
	if g.subject.Kind == "Namespace" {
		return []string{g.namespace}
	}
	return partNames(g.subject)
}

// attested judges what a person states about a test.
func (j *judge02) attested(a *v1alpha1.Attestation, g group) control.Result {
	from, _, _ := control.AttestationSpan(a)
	t := a.Spec.Restore
	took, err := date.ParseDuration(string(t.Duration))
	args := []string{"attestation", a.Name, "source", t.Source, "result", t.Result, "took", string(t.Duration), "rto", date.Length(j.rto), "date", string(a.Spec.Date)}
	ends := j.interval.After(from)
	var r control.Result
	switch runs := j.runs(trimProduct(t.Source)); {
	case t.Source == "":
		r = control.Unknown("SourceNotNamed", args...)
	case t.Result != "Complete":
		r = control.Fail("AttestedFailure", args...)
	case len(runs) == 0 && len(facts.Incomplete[facts.BackupRun](j.facts)) > 0:
		return control.Unreadable(facts.Incomplete[facts.BackupRun](j.facts)...).Until(j.changes) // it may be no backup of this solution
	case !j.now.Before(ends):
		r = control.Fail("TestTooOld", append(args, "newest", string(a.Spec.Date), "interval", j.interval.String())...)
	case len(runs) > 0 && !slices.ContainsFunc(runs, func(r *facts.BackupRun) bool { return backup.Concerns(r, g.namespace) }):
		r = control.Fail("OtherBackup", args...).Until(ends)
	case len(runs) > 0 && !slices.ContainsFunc(runs, func(r *facts.BackupRun) bool { return r.Items != 0 }):
		r = control.Fail("SourceEmpty", append(args, "by", "Attestation "+a.Name, "detail", t.Source)...).Until(ends)
	case err != nil || took > j.rto:
		r = control.Fail("TooSlow", append(args, "by", "Attestation "+a.Name)...).Until(ends)
	case j.madeAfter(t.Source, runs, g, from.AddDate(0, 0, 1)):
		r = control.Fail("SourceLater", args...).Until(ends)
	case len(runs) == 0 && !j.plausible(t.Source, g):
		r = control.Unknown("SourceNotKnown", args...).Until(ends)
	default:
		r = control.Pass("RestoreAttested", args...).Until(ends)
	}
	return r.RestingOn(control.Attested).Until(j.changes)
}

// runs of a name, which most namespaces ask for alike.
func (j *judge02) runs(name string) []*facts.BackupRun {
	found, ok := j.named[name]
	if !ok {
		found = backup.RunNamed(j.facts, name)
		j.named[name] = found
	}
	return found
}

// observed judges the restores that the cluster shows: each part needs one that is no older than the interval.
func (j *judge02) observed(g group) fold02 {
	var f fold02
	waiting := make([]*backup.Covered, 0, len(g.parts))
	for _, p := range g.parts {
		t, ok := j.bestTrial(p)
		if !ok {
			waiting = append(waiting, p)
			continue
		}
		f.add(&t)
	}
	for _, p := range waiting {
		// A part younger than the data that were restored of its neighbours waits for the next test.
		if p.Claim == nil || f.sourceAt.IsZero() || !p.Claim.CreatedAt.After(f.sourceAt) {
			f.untested = p // and what holds for it holds for the others
			break
		}
	}
	return f
}

// judged is what is made of one restore.
type judged struct {
	control.Result
	at, sourceAt time.Time
}

// fold02 folds the parts of a group: the worst decides, and a pass holds as long as the first of them.
type fold02 struct {
	worst        control.Result
	untested     *backup.Covered // a part without any restore
	at, sourceAt time.Time       // of the newest
	until        time.Time
}

func (f *fold02) add(t *judged) {
	if f.worst.Verdict == "" || control.Worse(t.Verdict, f.worst.Verdict) {
		f.worst = t.Result
	}
	if t.Verdict != v1alpha1.VerdictPass {
		return
	}
	f.until = control.Earliest(f.until, t.ValidUntil)
	if t.at.After(f.at) {
		f.at, f.sourceAt = t.at, t.sourceAt
	}
}

func (f *fold02) passed() bool { return f.untested == nil && f.worst.Verdict == v1alpha1.VerdictPass }

func (j *judge02) result(f *fold02) control.Result {
	if f.untested != nil {
		f.add(&judged{Result: j.neverTested(f.untested)})
	}
	if f.worst.Verdict == v1alpha1.VerdictPass {
		return f.worst.Until(f.until)
	}
	return f.worst
}

// neverTested judges a part without any restore.
func (j *judge02) neverTested(p *backup.Covered) control.Result {
	groups := volumeGroups
	missing := incompleteIn[facts.RestoreRun](j.facts, groups...)
	if p.Database != nil { // which databases were made from its backups shows by what they were made from
		groups = databaseGroups
		missing = append(evidenceMissing(j.facts, groups[0]), storesMissing(j.facts, groups[0], storeGroup(groups[0]))...)
	}
	switch {
	case len(missing) > 0:
		return control.Unreadable(missing...)
	case p.Database == nil && !recognised[facts.RestoreRun](j.facts, groups...):
		return control.Unknown("NoProductRecognised")
	default:
		return control.Fail("NeverTested", "part", p.Ref.String(), "interval", j.interval.String(), "namespace", p.Ref.Namespace)
	}
}
