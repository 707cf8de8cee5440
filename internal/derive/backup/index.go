package backup

import (
	"cmp"
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// index holds the facts of all backup systems, ordered for look-up. It is shared by all environments and never changed.
type index struct {
	plans, removers []*facts.BackupPlan
	runs            map[facts.Ref]*facts.BackupRun
	runNames        map[string][]*facts.BackupRun // Velero runs by name, for copies that do not say the namespace
	byPlan          map[facts.Ref][]*facts.BackupRun
	byHand          map[facts.BackupProduct][]*facts.BackupRun // without a plan
	copies          map[claimKey][]*facts.VolumeCopy
	copiesByUID     map[string][]*facts.VolumeCopy
	copiesByPod     map[podKey][]*facts.VolumeCopy // of those that name no claim
	dumps           map[string][]*facts.VolumeCopy // by namespace
	destinations    map[facts.Ref]*facts.BackupDestination
	extracts        []*facts.BackupDestination            // that hold no backups, but data taken out of them
	names           map[*facts.BackupDestination][]string // under which it can be declared or attested
	defaults        map[string]*facts.BackupDestination   // Velero's default store, by namespace
	windows         map[facts.Ref]*facts.RecoveryWindow
	lying           map[string][]lies // where copies of the claims of a namespace lie, each place once
	counting        bool              // some run says of how many volumes it took snapshots
}

type claimKey struct{ namespace, name string }

type podKey struct{ namespace, name, volume string }

type indexKey struct{}

func indexOf(v facts.View) *index { return facts.Derived(v, indexKey{}, systemDependencies, newIndex) }

func newIndex(v facts.View) *index {
	ix := &index{
		runs: map[facts.Ref]*facts.BackupRun{}, runNames: map[string][]*facts.BackupRun{},
		byPlan: map[facts.Ref][]*facts.BackupRun{}, byHand: map[facts.BackupProduct][]*facts.BackupRun{},
		copies: map[claimKey][]*facts.VolumeCopy{}, copiesByUID: map[string][]*facts.VolumeCopy{},
		copiesByPod: map[podKey][]*facts.VolumeCopy{}, dumps: map[string][]*facts.VolumeCopy{},
		destinations: map[facts.Ref]*facts.BackupDestination{}, names: map[*facts.BackupDestination][]string{}, defaults: map[string]*facts.BackupDestination{},
		windows: map[facts.Ref]*facts.RecoveryWindow{},
	}
	for _, p := range facts.List[facts.BackupPlan](v) {
		if p.RemovesOnly {
			ix.removers = append(ix.removers, p)
		} else {
			ix.plans = append(ix.plans, p)
		}
	}
	ix.addRuns(facts.List[facts.BackupRun](v))
	ix.addCopies(facts.List[facts.VolumeCopy](v))
	for _, d := range facts.List[facts.BackupDestination](v) {
		if d.Extract != "" {
			ix.extracts = append(ix.extracts, d)
			continue
		}
		ix.destinations[d.Ref], ix.names[d] = d, storeNames(d)
		if d.Default && d.Product == facts.ProductVelero && ix.defaults[d.Ref.Namespace] == nil {
			ix.defaults[d.Ref.Namespace] = d
		}
	}
	for _, w := range facts.List[facts.RecoveryWindow](v) {
		ix.windows[w.Ref] = w
	}
	ix.lying = lyingOf(v, ix)
	return ix
}

// addRuns files the runs, newest first.
func (ix *index) addRuns(all []*facts.BackupRun) {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b *facts.BackupRun) int { return endOf(b).Compare(endOf(a)) })
	for _, r := range all {
		ix.runs[r.Ref], ix.counting = r, ix.counting || counts(r)
		if r.Product == facts.ProductVelero {
			ix.runNames[r.Ref.Name] = append(ix.runNames[r.Ref.Name], r)
		}
		if r.Plan.IsZero() {
			ix.byHand[r.Product] = append(ix.byHand[r.Product], r)
		} else {
			ix.byPlan[r.Plan] = append(ix.byPlan[r.Plan], r)
		}
	}
}

// endOf is when a run ended, or began where it has not.
func endOf(r *facts.BackupRun) time.Time {
	if r.CompletedAt.IsZero() {
		return r.StartedAt
	}
	return r.CompletedAt
}

// addCopies files the copies, newest first.
func (ix *index) addCopies(all []*facts.VolumeCopy) {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b *facts.VolumeCopy) int { return b.CompletedAt.Compare(a.CompletedAt) })
	for _, c := range all {
		for _, name := range c.Claims {
			key := claimKey{c.ClaimNamespace, name}
			ix.copies[key] = append(ix.copies[key], c)
		}
		if c.ClaimUID != "" {
			ix.copiesByUID[c.ClaimUID] = append(ix.copiesByUID[c.ClaimUID], c)
		}
		if len(c.Claims) == 0 && c.ClaimUID == "" && c.Pod != "" {
			key := podKey{c.ClaimNamespace, c.Pod, c.PodVolume}
			ix.copiesByPod[key] = append(ix.copiesByPod[key], c)
		}
		if len(c.Dumps) > 0 {
			ix.dumps[c.ClaimNamespace] = append(ix.dumps[c.ClaimNamespace], c)
		}
	}
}

// runOf gives the run that a copy belongs to, or nil.
func (ix *index) runOf(c *facts.VolumeCopy) *facts.BackupRun {
	if r := ix.runs[c.Run]; r != nil || c.Run.Namespace != "" || c.Run.Name == "" {
		return r
	}
	if named := ix.runNames[c.Run.Name]; len(named) == 1 {
		return named[0]
	}
	return nil
}

// isPlan tells whether a plan exists here.
func (ix *index) isPlan(ref facts.Ref) bool {
	return slices.ContainsFunc(ix.plans, func(p *facts.BackupPlan) bool { return p.Ref == ref })
}

// isForeign tells whether a run was read back from a store and no plan here made it: another cluster's, by all that is known.
func (ix *index) isForeign(r *facts.BackupRun) bool { return r.Synced && !ix.isPlan(r.Plan) }

// scopeOf is what a plan selects, with what it leaves to the product's configuration as the newest run shows it that was made
// under the terms that the plan has now.
func (ix *index) scopeOf(p *facts.BackupPlan) facts.BackupScope {
	s := p.Scope
	for _, r := range ix.byPlan[p.Ref] {
		if r.Synced || !sameTerms(&p.Scope, &r.Scope) {
			continue
		}
		s.Files = cmp.Or(s.Files, r.Scope.Files)
		s.SnapshotsMoved = cmp.Or(s.SnapshotsMoved, r.Scope.SnapshotsMoved)
		break
	}
	return s
}

// destinationOf resolves where a plan's backups go; a zero reference means the product's default, and that there is none.
func (ix *index) destinationOf(p *facts.BackupPlan, db *facts.Database) (facts.Ref, *facts.BackupDestination) {
	ref := p.Destination
	switch {
	case db != nil:
		ref = db.Destination
	case ref.IsZero():
		var last facts.Ref
		if i := slices.IndexFunc(ix.byPlan[p.Ref], func(r *facts.BackupRun) bool { return !r.Synced && !r.Destination.IsZero() }); i >= 0 {
			last = ix.byPlan[p.Ref][i].Destination
		}
		if d := ix.destinations[last]; d != nil {
			return last, d
		}
		if d := ix.defaults[p.Ref.Namespace]; d != nil {
			return d.Ref, d
		}
		if !last.IsZero() {
			return last, nil
		}
		// What the server uses unless it is told otherwise.
		ref = facts.Ref{Group: p.Ref.Group, Kind: "BackupStorageLocation", Namespace: p.Ref.Namespace, Name: "default"}
		if ix.destinations[ref] == nil {
			return facts.Ref{}, nil
		}
	}
	return ref, ix.destinations[ref]
}
