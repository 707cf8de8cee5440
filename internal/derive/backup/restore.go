package backup

import (
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// RestoreNeeds declares what Trials and Of look at.
func RestoreNeeds() []control.Need {
	return append(CoverageNeeds(), control.SeesAll[facts.RestoreRun]())
}

// Fault says why a restore is no test of a part; empty: it is one.
type Fault string

// Faults of restores.
const (
	NoFault         Fault = ""
	RestoreFailed   Fault = "RestoreFailed"
	RestoreWarnings Fault = "RestoreWarnings"
	RestoredInPlace Fault = "RestoredInPlace" // over what runs
	ManifestsOnly   Fault = "ManifestsOnly"
	PartRestored    Fault = "PartRestored"
	SourceUnknown   Fault = "SourceUnknown" // the backup that was restored is not known (any more)
	SourceEmpty     Fault = "SourceEmpty"
	NotInSource     Fault = "NotInSource" // the backup holds no copy of this part
)

// Trial is a restore that concerns a part.
type Trial struct {
	// By is the Restore, or the database that was made from the backup.
	By facts.Ref
	// At is when it was done; zero: not yet. Took is how long it took; zero: not known.
	At   time.Time
	Took time.Duration
	// Source is the backup that was restored, as far as it is known.
	Source facts.Ref
	// SourceAt is when the data were taken.
	SourceAt time.Time
	Fault    Fault
	// Detail is the phase or the field behind the fault.
	Detail string
	// Left names what the restore made and what is still there.
	Left facts.Ref
}

// Trials lists the restores that concern a part, newest first. The namespaces are those of its environment: what is restored
// into one of them is not apart from what runs. It needs RestoreNeeds.
func Trials(v facts.View, part *Covered, namespaces []string) []Trial {
	restores := facts.List[facts.RestoreRun](v)
	if part.Database == nil && len(restores) == 0 {
		return nil
	}
	t := &trials{view: v, ix: indexOf(v), namespaces: namespaces}
	var out []Trial
	if part.Database != nil {
		out = t.ofDatabase(part.Database)
	} else {
		for _, r := range restores {
			found, ok := Trial{}, false
			switch r.Product {
			case facts.ProductVelero:
				found, ok = t.velero(r, part)
			case facts.ProductK8up:
				found, ok = t.k8up(r, part)
			}
			if ok {
				out = append(out, found)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Trial) int { return b.At.Compare(a.At) })
	return out
}

type trials struct {
	view       facts.View
	ix         *index
	namespaces []string
}

func (t *trials) velero(r *facts.RestoreRun, part *Covered) (Trial, bool) {
	ns := part.Claim.Namespace
	scope := facts.BackupScope{IncludedNamespaces: r.IncludedNamespaces, ExcludedNamespaces: r.ExcludedNamespaces}
	included, _ := includesNamespace(&scope, ns)
	run := t.ix.runs[r.Backup]
	_, mapped := r.NamespaceMapping[ns]
	named := mapped || slices.Contains(r.IncludedNamespaces, ns)
	if !included || run == nil && !named {
		return Trial{}, false
	}
	out := Trial{By: r.Ref, At: r.CompletedAt, Took: r.CompletedAt.Sub(r.StartedAt), Source: r.Backup}
	if r.StartedAt.IsZero() || r.CompletedAt.IsZero() {
		out.Took = 0
	}
	if run != nil {
		inSource, _ := includesNamespace(&run.Scope, ns)
		if !inSource {
			return Trial{}, false
		}
		out.SourceAt = run.StartedAt
	}
	target := ns
	if mapped {
		target = r.NamespaceMapping[ns]
	}
	out.Fault, out.Detail = t.veleroFault(r, run, part, target)
	if left := facts.Get[facts.Claim](t.view, target, part.Claim.Name); left != nil && out.Fault == NoFault && !left.CreatedAt.Before(r.StartedAt) {
		out.Left = ClaimRef(target, left.Name)
	}
	return out, true
}

func (t *trials) veleroFault(r *facts.RestoreRun, run *facts.BackupRun, part *Covered, target string) (Fault, string) {
	switch {
	case r.Phase != facts.RunSucceeded:
		return RestoreFailed, r.RawPhase
	case r.Errors > 0 || r.Warnings > 0:
		return RestoreWarnings, r.Ref.Name
	case slices.Contains(t.namespaces, target):
		return RestoredInPlace, target
	case r.ManifestsOnly != "":
		return ManifestsOnly, r.ManifestsOnly
	case r.PartOf != "":
		return PartRestored, r.PartOf
	case run == nil:
		return SourceUnknown, r.Backup.String()
	case run.Items == 0:
		return SourceEmpty, run.Ref.String()
	case !t.holds(run, part.Claim):
		return NotInSource, run.Ref.String()
	default:
		return NoFault, ""
	}
}

// holds tells whether a run has the data of a claim.
func (t *trials) holds(run *facts.BackupRun, claim *facts.Claim) bool {
	b := newBuilder(t.view, t.ix)
	c := &claimContext{claim: claim}
	for _, vc := range b.copiesOf(c) {
		if t.ix.runOf(vc) == run && vc.Phase == facts.RunSucceeded && !vc.Empty && !vc.Partial && sameClaim(vc, claim) {
			return true
		}
	}
	return !run.StartedAt.Before(claim.CreatedAt) && run.SnapshotsCompleted > 0 &&
		run.SnapshotsCompleted == run.SnapshotsAttempted && run.SnapshotsCompleted >= claimsIn(t.view, run)
}

func (t *trials) k8up(r *facts.RestoreRun, part *Covered) (Trial, bool) {
	ns := part.Claim.Namespace
	if r.Ref.Namespace != ns {
		return Trial{}, false
	}
	source := t.snapshot(ns, r.Snapshot)
	if source != nil && !concerns(source, part) {
		return Trial{}, false
	}
	out := Trial{By: r.Ref, At: r.CompletedAt, Took: r.CompletedAt.Sub(r.StartedAt)}
	if r.CompletedAt.IsZero() {
		out.Took = 0
	}
	if source != nil {
		out.Source, out.SourceAt = source.Ref, source.CompletedAt
	}
	switch {
	case r.Phase != facts.RunSucceeded:
		out.Fault, out.Detail = RestoreFailed, r.RawPhase
	case r.TargetClaim == part.Claim.Name:
		out.Fault, out.Detail = RestoredInPlace, "spec.restoreMethod.folder.claimName"
	case r.PartOf != "":
		out.Fault, out.Detail = PartRestored, r.PartOf
	case source == nil:
		out.Fault, out.Detail = SourceUnknown, "snapshot "+r.Snapshot
	}
	if left := facts.Get[facts.Claim](t.view, ns, r.TargetClaim); left != nil && out.Fault == NoFault {
		out.Left = ClaimRef(ns, left.Name)
	}
	return out, true
}

// snapshot finds a K8up snapshot by its id; the object is named after the first eight characters.
func (t *trials) snapshot(namespace, id string) *facts.VolumeCopy {
	if len(id) < 8 {
		return nil
	}
	c := facts.Get[facts.VolumeCopy](t.view, namespace, id[:8])
	if c == nil || c.Product != facts.ProductK8up {
		return nil
	}
	return c
}

// concerns tells whether a K8up snapshot holds a claim, or the dump that the claim's backups consist of.
func concerns(source *facts.VolumeCopy, part *Covered) bool {
	if slices.Contains(source.Claims, part.Claim.Name) {
		return true
	}
	return slices.ContainsFunc(part.Plans, func(pc PlanCoverage) bool {
		return pc.Proof != nil && pc.Proof.Copy != nil && len(source.Dumps) > 0 && slices.Equal(pc.Proof.Copy.Dumps, source.Dumps)
	})
}

// ofDatabase finds other databases that were made from backups of this one.
func (t *trials) ofDatabase(db *facts.Database) []Trial {
	var out []Trial
	for _, other := range facts.List[facts.Database](t.view) {
		if other.Ref == db.Ref || other.Recovery == nil || !t.recovers(other.Recovery, db) {
			continue
		}
		trial := Trial{By: other.Ref, At: other.ReadyAt, Took: other.ReadyAt.Sub(other.CreatedAt), Source: other.Recovery.Backup,
			SourceAt: other.CreatedAt, Left: other.Ref}
		if !other.Ready {
			trial = Trial{By: other.Ref, Fault: RestoreFailed, Detail: "not ready", Source: other.Recovery.Backup}
		}
		out = append(out, trial)
	}
	return out
}

func (t *trials) recovers(r *facts.Recovery, db *facts.Database) bool {
	if !r.Backup.IsZero() {
		run := t.ix.runs[r.Backup]
		return run != nil && run.Scope.Database == db.Ref
	}
	if r.Server != db.ServerName {
		return false
	}
	own := t.ix.destinations[db.Destination]
	from := t.ix.destinations[r.Destination]
	switch {
	case own == nil:
		return false
	case from != nil:
		return samePlace(own, from) && own.Prefix == from.Prefix
	case r.Repository != "":
		_, path, _ := strings.Cut(r.Repository, "://")
		return strings.Trim(path, "/") == strings.Trim(own.Bucket+"/"+own.Prefix, "/")
	default:
		return false
	}
}

// RunNamed finds the backups that somebody may mean by a name: namespace/name or name.
func RunNamed(v facts.View, name string) []*facts.BackupRun {
	namespace, short, qualified := strings.Cut(name, "/")
	if !qualified {
		namespace, short = "", name
	}
	var out []*facts.BackupRun
	for ref, r := range indexOf(v).runs {
		if ref.Name == short && (!qualified || ref.Namespace == namespace) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b *facts.BackupRun) int { return a.Ref.Compare(b.Ref) })
	return out
}

// Concerns tells whether a run takes something of a namespace.
func Concerns(r *facts.BackupRun, namespace string) bool {
	included, _ := includesNamespace(&r.Scope, namespace)
	return included
}
