package bck

import (
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/backup"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// part judges one thing that keeps data.
func (j *judge01) part(c *backup.Covered) control.Result {
	switch c.Kind {
	case backup.EphemeralPart:
		return control.NotApplicable("EphemeralVolume")
	case backup.UnboundPart:
		return control.NotApplicable("NotBound")
	case backup.UnclearPart:
		return control.Unreadable(c.Missing...)
	case backup.NodeDataPart:
		return j.orAttested(control.Unknown("NodeData", "path", c.Detail, "name", partNames(c.Ref)[1]), partNames(c.Ref))
	case backup.InlinePart:
		return j.orAttested(control.Unknown("InlineVolume", "store", c.Detail, "name", partNames(c.Ref)[1]), partNames(c.Ref))
	case backup.LoosePart:
		return j.orAttested(control.Unknown("DatabaseWithoutVolume", "image", c.Detail, "name", partNames(c.Ref)[1]), partNames(c.Ref))
	case backup.DatabasePart:
		return j.database(c)
	default:
		return j.claim(c)
	}
}

func (j *judge01) claim(c *backup.Covered) control.Result {
	s := scratchOf(j.env.Object, c.Claim, j.now)
	if s.counts {
		return control.NotApplicable("ScratchData", "why", s.reason).Until(s.changes)
	}
	r := j.saved(c)
	if s.declared && r.Verdict == v1alpha1.VerdictFail {
		r = control.Fail("ScratchNotApproved", "field", s.field, "why", s.why, "environment", j.env.Object.Name).Because(j.env.Ref()).Until(r.ValidUntil)
	}
	return r.Until(s.changes)
}

// saved judges whether a claim is backed up.
func (j *judge01) saved(c *backup.Covered) control.Result {
	if len(c.Plans) == 0 {
		return j.noPlan(c, volumeGroups...)
	}
	return j.best(c, volumeGroups)
}

// noPlan judges a part that no plan concerns: it is a finding only where whoever could have a plan is known and read.
func (j *judge01) noPlan(c *backup.Covered, groups ...string) control.Result {
	names := partNames(c.Ref)
	missing := incompleteIn[facts.BackupPlan](j.facts, groups...)
	switch {
	case len(missing) > 0:
		return control.Unreadable(missing...)
	case len(unseen(j.facts, groups...)) > 0: // what the cluster has beside these manifests may be a plan
		return j.orAttested(control.Unreadable(unseen(j.facts, groups...)...), names)
	case !recognised[facts.BackupPlan](j.facts, groups...):
		return j.orAttested(control.Unknown("NoProductRecognised", "name", names[0]), names)
	case c.Snapshots != nil:
		return control.Fail("SnapshotOnly", "plan", "no plan", "what", c.Snapshots.Ref.String())
	default:
		return control.Fail("NoPlan", "namespace", c.Ref.Namespace)
	}
}

// orAttested lets an attestation decide what cannot be observed. It never overrides what can.
func (j *judge01) orAttested(r control.Result, names []string) control.Result {
	if a := attestedFor(j.attestations, names...); a != nil {
		return control.Pass("Attested", "attestation", a.Name).RestingOn(control.Attested).Until(j.changes)
	}
	return r.Until(j.changes)
}

// step tells how far a plan came before something was found; the plan that came furthest is the one to mend.
type step int

const (
	stepSelected step = iota
	stepPlan
	stepDestination
	stepEvidence
	stepAge
	stepRetention
	stepDone
)

// best judges every plan of a part and gives the result of the best one: one plan that holds is enough.
func (j *judge01) best(c *backup.Covered, groups []string) control.Result {
	var best control.Result
	bestRank := -1
	for i := range c.Plans {
		r, reached := j.plan(c, &c.Plans[i])
		if r.Verdict == v1alpha1.VerdictPass {
			return r
		}
		rank := int(reached)
		switch r.Verdict {
		case v1alpha1.VerdictNotApplicable:
			rank += 200
		case v1alpha1.VerdictUnknown:
			rank += 100
		}
		if rank > bestRank {
			best, bestRank = r, rank
		}
	}
	// Another plan, which cannot be read, may hold.
	if missing := incompleteIn[facts.BackupPlan](j.facts, groups...); len(missing) > 0 && best.Verdict == v1alpha1.VerdictFail {
		return control.Unreadable(missing...)
	}
	return best
}

// stores judges the stores outside the cluster that the solution declares; nothing of them can be observed.
func (j *judge01) stores() []control.Result {
	declared := false
	subject := j.env.Solution.Ref()
	for _, e := range j.env.Solution.Object.Spec.ExternalEndpoints {
		if !slices.Contains([]string{"Database", "ObjectStore", "FileStore"}, e.Purpose) {
			continue
		}
		declared = true
		if attestedFor(j.attestations, e.Host) == nil {
			return []control.Result{control.Unknown("StoreNotAttested", "host", e.Host).On(subject).At("spec.externalEndpoints[" + e.Host + "]").Until(j.changes)}
		}
	}
	if !declared {
		return nil
	}
	return []control.Result{control.Pass("StoresAttested").On(subject).At("spec.externalEndpoints").RestingOn(control.Attested).Until(j.changes)}
}
