package backup

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Proof is evidence that the data of one volume or database were copied by a run that succeeded.
type Proof struct {
	// At is how old the data are: when the product began to read them, or the run began whose snapshot they are of. However
	// long the copying took, what was written since is not in it. Latest is the latest instant that anything of it is stamped with: what is stamped with a
	// time to come proves nothing.
	At, Latest time.Time
	// Run and Copy that prove it; either may be nil (a database's own status has neither).
	Run  *facts.BackupRun
	Copy *facts.VolumeCopy
	// By is the object that says so.
	By facts.Ref
	// Place is where the copy lies, where its run or itself says so and that is known.
	Place *facts.BackupDestination
	// Files is true where the data were read as files while a program may have been writing them.
	Files bool
	// ByCount is true where not a record of this volume but the counts of the run prove it: as many snapshots as volumes.
	ByCount bool
}

// Evidence is what there is about one volume under one plan.
type Evidence struct {
	// Proof of a copy apart from the volume, the newest; nil: none.
	Proof *Proof
	// Beside is the newest proven snapshot that stays in the storage system of the volume. It is no backup.
	Beside *Proof
	// Planned is the newest proof of those that the plan's own runs give, and not runs made by hand.
	Planned *Proof
	// Empty is the newest copy that ended well but holds nothing, Partial the newest that is called whole and is not.
	Empty, Partial *facts.VolumeCopy
	// Lost is the newest copy that lies in a location that is not known (any more): LostAt.
	Lost   *facts.VolumeCopy
	LostAt facts.Ref
	// Unpaired is the newest copy of which no successful run in this cluster is known.
	Unpaired *facts.VolumeCopy
	// Broken is the newest run of the plan that succeeded while its copy of this volume failed or was cancelled.
	Broken *facts.BackupRun
	// Foreign is the newest run of the plan's name that this cluster did not make.
	Foreign *facts.BackupRun
	// LastRun is the newest run of the plan that ended, LastSuccess the newest that succeeded.
	LastRun, LastSuccess *facts.BackupRun
	// Running is true while a run of the plan has not ended. Started is when the newest one that is known began, whatever came
	// of it; zero: none has.
	Running bool
	Started time.Time
}

// Shows tells whether a proof was made under the terms that the plan has now, so that what they leave open is settled: by a run
// of the plan with the same filters and ways of taking data, and as files, or not so, where that is the doubt.
func (p *PlanCoverage) Shows(proof *Proof) bool {
	chosen := proof.ByCount && p.Plan.Scope.VolumePolicy != "" // nobody knows which ones were counted
	return !chosen && proof.Run != nil && proof.Run.Plan == p.Plan.Ref && sameTerms(&p.Plan.Scope, &proof.Run.Scope) &&
		(!p.Selection.ByFiles || proof.Files) && (!p.Selection.NotFiles || !proof.Files)
}

// sameTerms compares what a plan says with what a run used, where the product filled in what the plan leaves to it.
func sameTerms(plan, run *facts.BackupScope) bool {
	filled := func(plan, run facts.Tristate) bool { return plan == facts.NotKnown || plan == run }
	out := func(a, b string) bool { return (a == "") == (b == "") }
	return plan.VolumePolicy == run.VolumePolicy && plan.Snapshots == run.Snapshots && filled(plan.Files, run.Files) &&
		filled(plan.SnapshotsMoved, run.SnapshotsMoved) && equality.Semantic.DeepEqual(plan.Selectors, run.Selectors) &&
		out(plan.LeavesOut.Pods, run.LeavesOut.Pods) && out(plan.LeavesOut.Claims, run.LeavesOut.Claims) && out(plan.LeavesOut.Volumes, run.LeavesOut.Volumes)
}

// Newest gives the newest instant of a proof; with beside, snapshots that stay in the storage system count too.
func (e *Evidence) Newest(beside bool) *Proof {
	if beside && e.Beside != nil && (e.Proof == nil || e.Beside.At.After(e.Proof.At)) {
		return e.Beside
	}
	return e.Proof
}

// Gone tells whether the plan asked for a backup that is not known any more, although nothing of it would be proven by now.
func (p *PlanCoverage) Gone() bool {
	asked := p.Plan.LastAsked
	return !asked.IsZero() && !p.Running && p.Started.Before(asked.Add(-clockSlack))
}

func (e *Evidence) addRuns(runs []*facts.BackupRun) {
	for _, r := range runs { // newest first
		if !r.Synced {
			e.Running = e.Running || !r.Phase.Ended() && r.Phase != facts.RunUnknown
			if r.StartedAt.After(e.Started) {
				e.Started = r.StartedAt
			}
		}
		switch {
		case r.Synced:
			e.Foreign = cmp.Or(e.Foreign, r)
		case r.Phase == facts.RunSucceeded:
			e.LastSuccess = cmp.Or(e.LastSuccess, r)
			e.LastRun = cmp.Or(e.LastRun, r)
		case r.Phase.Ended() || r.Phase == facts.RunUnknown:
			e.LastRun = cmp.Or(e.LastRun, r)
		}
	}
}

// claimEvidence looks for copies of a claim under a plan. Runs made by hand with the same product count: what they copied
// is copied.
func (b *builder) claimEvidence(p *facts.BackupPlan, c *claimContext) Evidence {
	var e Evidence
	e.addRuns(b.ix.byPlan[p.Ref])
	for _, vc := range b.copiesOf(c) {
		switch {
		case vc.Product != p.Product && vc.Product != facts.ProductVolumeSnapshot:
		case !sameClaim(vc, c.claim):
		case vc.Phase != facts.RunSucceeded:
			b.broken(&e, p, vc)
		case vc.Empty:
			e.Empty = cmp.Or(e.Empty, vc)
		case vc.Partial:
			e.Partial = cmp.Or(e.Partial, vc)
		case p.Product == facts.ProductK8up:
			b.k8upProof(&e, p, vc)
		default:
			b.veleroProof(&e, p, vc, c.claim)
		}
	}
	if p.Product == facts.ProductK8up {
		b.dumpProof(&e, p, c)
	}
	if e.Beside == nil && p.Product == facts.ProductVelero {
		e.Beside = b.countProof(p, c)
	}
	return e
}

// copiesOf gives the copies that may be of the claim, by its UID, its name, or the pods that read it.
func (b *builder) copiesOf(c *claimContext) []*facts.VolumeCopy {
	out := b.ix.copies[claimKey{c.claim.Namespace, c.claim.Name}]
	if c.claim.UID != "" {
		out = slices.Concat(out, b.ix.copiesByUID[string(c.claim.UID)])
	}
	for i := range c.mounts {
		m := &c.mounts[i]
		if m.ref.Kind == "Pod" {
			out = slices.Concat(out, b.ix.copiesByPod[podKey{c.claim.Namespace, m.ref.Name, m.volume}])
		}
	}
	return out
}

// sameClaim tells whether a copy is of this claim and not of an earlier one, or another cluster's, of the same name.
func sameClaim(vc *facts.VolumeCopy, claim *facts.Claim) bool {
	if vc.ClaimUID != "" && claim.UID != "" {
		return vc.ClaimUID == string(claim.UID)
	}
	return !began(vc, vc.CompletedAt).Before(claim.CreatedAt)
}

// began gives when the reading of a copy's data began, or otherwise where it does not say.
func began(vc *facts.VolumeCopy, otherwise time.Time) time.Time {
	if vc.StartedAt.IsZero() {
		return otherwise
	}
	return vc.StartedAt
}

// readAt tells how old the data of a copy are. Files are read when their own copy begins; what is copied out of a snapshot is
// as old as that, and it was made after its run began.
func readAt(vc *facts.VolumeCopy, run *facts.BackupRun) time.Time {
	switch {
	case vc.InPlace:
		return earliest(vc.CompletedAt, run.CompletedAt)
	case vc.Files:
		return earliest(began(vc, run.StartedAt), earliest(vc.CompletedAt, run.CompletedAt))
	default:
		return earliest(run.StartedAt, earliest(began(vc, vc.CompletedAt), run.CompletedAt))
	}
}

// earliest gives the earlier of two instants; zero ones do not count.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// broken notes the run of the plan that succeeded although its copy of the claim did not.
func (b *builder) broken(e *Evidence, p *facts.BackupPlan, vc *facts.VolumeCopy) {
	if run := b.ix.runOf(vc); vc.Phase.Ended() && run != nil && run.Plan == p.Ref && run.Phase == facts.RunSucceeded {
		e.Broken = cmp.Or(e.Broken, run)
	}
}

func (b *builder) veleroProof(e *Evidence, p *facts.BackupPlan, vc *facts.VolumeCopy, claim *facts.Claim) {
	run := b.ix.runOf(vc)
	byUID := vc.ClaimUID != "" && vc.ClaimUID == string(claim.UID)
	switch {
	case run == nil:
		e.Unpaired = cmp.Or(e.Unpaired, vc)
	case run.Ref.Namespace != p.Ref.Namespace || !run.Plan.IsZero() && run.Plan != p.Ref:
	case run.Phase != facts.RunSucceeded:
	case run.Synced && !byUID:
		e.Foreign = cmp.Or(e.Foreign, run)
	default:
		b.addProof(e, p, vc, run)
	}
}

// addProof adds what a copy of a successful run proves. A copy in a location that is gone cannot be restored from.
func (b *builder) addProof(e *Evidence, p *facts.BackupPlan, vc *facts.VolumeCopy, run *facts.BackupRun) {
	proof := &Proof{At: readAt(vc, run), Latest: latest(vc.CompletedAt, run.CompletedAt), Run: run, Copy: vc, By: vc.Ref, Files: vc.Files}
	at := cmp.Or(vc.Destination, run.Destination)
	switch proof.Place = b.ix.destinations[at]; {
	case vc.InPlace && !b.movesOut(vc.SnapshotClass):
		e.Beside = newest(e.Beside, proof)
	case proof.Place == nil && !at.IsZero():
		if e.Lost == nil {
			e.Lost, e.LostAt = vc, at
		}
	default:
		e.add(p, proof)
	}
}

// add takes a proof of a copy apart from the volume.
func (e *Evidence) add(p *facts.BackupPlan, proof *Proof) {
	e.Proof = newest(e.Proof, proof)
	if proof.Run != nil && proof.Run.Plan == p.Ref {
		e.Planned = newest(e.Planned, proof)
	}
}

// movesOut tells whether snapshots of a class are copied to a store apart from the volumes.
func (b *builder) movesOut(class string) bool {
	d := b.ix.destinations[classRef(class)]
	return d != nil && d.Bucket != ""
}

func classRef(name string) facts.Ref {
	return facts.Ref{Group: "snapshot.storage.k8s.io", Kind: "VolumeSnapshotClass", Name: name}
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func newest(a, b *Proof) *Proof {
	if a == nil || b != nil && b.At.After(a.At) {
		return b
	}
	return a
}

// k8upProof pairs a snapshot in the repository with the run that made it. The snapshot alone does not say that the run
// succeeded, nor that this cluster made it: the repository may be shared with a namespace of the same name elsewhere.
func (b *builder) k8upProof(e *Evidence, p *facts.BackupPlan, vc *facts.VolumeCopy) {
	_, d := b.ix.destinationOf(p, nil)
	if d != nil && d.Repository != "" && vc.Repository != "" && !sameRepository(d.Repository, vc.Repository) {
		return
	}
	run := b.k8upRun(p, vc)
	if run == nil {
		e.Unpaired = cmp.Or(e.Unpaired, vc)
		return
	}
	e.add(p, &Proof{At: vc.CompletedAt, Latest: latest(vc.CompletedAt, run.CompletedAt), Run: run, Copy: vc, By: vc.Ref, Files: true})
}

// sameRepository compares two names of a repository, with and without a closing slash.
func sameRepository(a, b string) bool {
	return strings.TrimRight(a, "/") == strings.TrimRight(b, "/")
}

// clockSlack is how far the clocks of the machines that stamp one backup may differ.
const clockSlack = time.Minute

// k8upRun finds the successful run of the plan, or one made by hand in the namespace, during which a snapshot was made.
func (b *builder) k8upRun(p *facts.BackupPlan, vc *facts.VolumeCopy) *facts.BackupRun {
	during := func(r *facts.BackupRun) bool {
		return r.Ref.Namespace == vc.ClaimNamespace && r.Phase == facts.RunSucceeded &&
			!vc.CompletedAt.Before(r.StartedAt.Add(-clockSlack)) && !vc.CompletedAt.After(r.CompletedAt.Add(clockSlack))
	}
	for _, list := range [][]*facts.BackupRun{b.ix.byPlan[p.Ref], b.ix.byHand[p.Product]} {
		if i := slices.IndexFunc(list, during); i >= 0 {
			return list[i]
		}
	}
	return nil
}

// dumpProof accepts what a backup command in a pod of the claim wrote: /<namespace>-<container> with some extension.
func (b *builder) dumpProof(e *Evidence, p *facts.BackupPlan, c *claimContext) {
	container := c.dumpContainer()
	if container == "" {
		return
	}
	want := c.claim.Namespace + "-" + container
	for _, vc := range b.ix.dumps[c.claim.Namespace] {
		named := slices.ContainsFunc(vc.Dumps, func(d string) bool { return d == want || strings.HasPrefix(d, want+".") })
		if !named || vc.Phase != facts.RunSucceeded || vc.CompletedAt.Before(c.claim.CreatedAt) {
			continue
		}
		if run := b.k8upRun(p, vc); run != nil {
			e.add(p, &Proof{At: vc.CompletedAt, Latest: latest(vc.CompletedAt, run.CompletedAt), Run: run, Copy: vc, By: vc.Ref})
		} else {
			e.Unpaired = cmp.Or(e.Unpaired, vc)
		}
	}
}

// countProof accepts a run that says how many snapshots it took, where there are no records of each: it took all it tried,
// and no fewer than there were volumes to take, so this one is among them. Where a resource policy chose, a volume that is gone
// by now may be among them instead: Shows says so of a plan that has one still.
func (b *builder) countProof(p *facts.BackupPlan, c *claimContext) *Proof {
	for _, r := range b.ix.byPlan[p.Ref] {
		if !counts(r) || r.StartedAt.Before(c.claim.CreatedAt) || r.Scope.VolumePolicy != "" && p.Scope.VolumePolicy == "" {
			continue
		}
		if r.SnapshotsCompleted < claimsIn(b.view, r) {
			return nil
		}
		return &Proof{At: r.StartedAt, Latest: endOf(r), Run: r, By: r.Ref, ByCount: true}
	}
	return nil
}

// counts tells whether a run says of how many volumes it took snapshots.
func counts(r *facts.BackupRun) bool {
	return !r.Synced && r.Phase == facts.RunSucceeded && r.Items != 0 && r.SnapshotsCompleted > 0 && r.SnapshotsCompleted == r.SnapshotsAttempted
}

type countedKey struct{ run *facts.BackupRun }

var countedDependencies = []facts.Dependency{{Type: facts.TypeOf[facts.Claim]()}}

// claimsIn counts the claims of the whole cluster that a run could have taken: those of its namespaces, with its labels,
// that existed when it began.
func claimsIn(v facts.View, r *facts.BackupRun) int64 {
	return facts.Derived(v, countedKey{r}, countedDependencies, func(v facts.View) int64 {
		var n int64
		for _, c := range facts.List[facts.Claim](v) {
			included, _ := includesNamespace(&r.Scope, c.Namespace)
			if included && c.CreatedAt.Before(r.StartedAt) && c.Labels.Get(excludeLabel) != "true" && matchesLabels(r.Scope.Selectors, c.Labels) {
				n++
			}
		}
		return n
	})
}
