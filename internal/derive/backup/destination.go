package backup

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Use is one destination that data of an environment are sent to, or lie in.
type Use struct {
	// Ref of the destination; zero where the product's default is meant and there is none.
	Ref facts.Ref
	// Destination is nil where no such object is known.
	Destination *facts.BackupDestination
	// Field is the path in the object that names the place, where it names another one beside its own.
	Field string
	// By is the plan, run, database or snapshot that uses it, the first of them; Others counts the rest.
	By     facts.Ref
	Others int
	// Past is true where only backups that still exist lie there and no plan sends more.
	Past bool
}

// useKey tells uses apart: one object can name two places.
type useKey struct {
	ref   facts.Ref
	field string
}

func (k useKey) compare(o useKey) int {
	return cmp.Or(k.ref.Compare(o.ref), cmp.Compare(k.field, o.field))
}

type usesKey struct {
	namespaces string
	foreign    bool
}

// Destinations lists where backups and snapshots of the namespaces go, ordered by destination. A paused plan counts, as its
// backups stay; so does a plan that takes no volumes, as it takes everything else of the namespace, Secrets too. Snapshots that
// stay beside their volume are not listed: their place is that of the volume. It needs Needs.
func Destinations(v facts.View, namespaces []string) []Use {
	return usesOf(v, namespaces, false)
}

// Foreign lists where else backups lie that take one of the namespaces by its name and were read back from the store: by all
// that is known another cluster made them, or this one before it was rebuilt. It needs Needs.
func Foreign(v facts.View, namespaces []string) []Use {
	return usesOf(v, namespaces, true)
}

func usesOf(v facts.View, namespaces []string, foreign bool) []Use {
	namespaces = slices.Compact(slices.Sorted(slices.Values(namespaces)))
	ix := indexOf(v)
	return facts.Derived(v, usesKey{strings.Join(namespaces, ","), foreign}, systemDependencies, func(v facts.View) []Use {
		u := &users{ix: ix, namespaces: namespaces, found: map[useKey]*Use{}}
		u.plans(v)
		u.runs(v)
		u.copies()
		u.extracts()
		u.snapshots(v)
		if foreign {
			known := u.found
			u.found = map[useKey]*Use{}
			u.foreign(v, known)
		}
		return u.sorted()
	})
}

// users collects who uses which destination.
type users struct {
	ix         *index
	namespaces []string
	found      map[useKey]*Use
}

func (u *users) add(ref facts.Ref, by facts.Ref, past bool) {
	key := useKey{ref: ref}
	if use := u.found[key]; use != nil {
		use.Others++
		if use.Past && !past {
			use.By, use.Past = by, false
		}
		return
	}
	u.found[key] = &Use{Ref: ref, Destination: u.ix.destinations[ref], By: by, Past: past}
}

// concerns tells whether a scope takes something of one of the namespaces.
func (u *users) concerns(s *facts.BackupScope) bool {
	return slices.ContainsFunc(u.namespaces, func(ns string) bool {
		included, _ := includesNamespace(s, ns)
		return included
	})
}

func (u *users) plans(v facts.View) {
	databases := map[facts.Ref]*facts.Database{}
	for _, ns := range u.namespaces {
		for _, db := range facts.ListIn[facts.Database](v, ns) {
			databases[db.Ref] = db
			if !db.Destination.IsZero() { // archives go there with or without a plan
				u.add(db.Destination, db.Ref, false)
			}
		}
	}
	for _, p := range u.ix.plans {
		if !u.concerns(&p.Scope) || !p.Scope.Database.IsZero() {
			continue
		}
		ref, _ := u.ix.destinationOf(p, nil)
		u.add(ref, p.Ref, false)
		scope := u.ix.scopeOf(p)
		u.snapshotLocations(v, &scope, p.SnapshotLocations, p.Ref, false)
	}
}

// snapshotLocations adds where snapshots go that are not made through CSI: the named locations, or else all of Velero's.
func (u *users) snapshotLocations(v facts.View, s *facts.BackupScope, named []facts.Ref, by facts.Ref, past bool) {
	if s.Snapshots == facts.No {
		return
	}
	for _, ref := range named {
		u.add(ref, by, past)
	}
	if len(named) > 0 {
		return
	}
	for _, d := range facts.ListIn[facts.BackupDestination](v, by.Namespace) {
		if d.Product == facts.ProductVelero && d.Kind == "snapshot" && by.Group == d.Ref.Group {
			u.add(d.Ref, by, past)
		}
	}
}

// runs adds where backups lie that still exist. The same store inline in another run is one use.
func (u *users) runs(v facts.View) {
	for _, r := range facts.List[facts.BackupRun](v) {
		if !u.concerns(&r.Scope) || r.Phase == facts.RunPending {
			continue
		}
		if u.ix.isForeign(r) {
			continue
		}
		if !r.Destination.IsZero() && !u.carries(r.Destination) {
			u.add(r.Destination, r.Ref, true)
		}
		if r.Lies != nil {
			u.lies(r.Lies, r.Ref)
		}
		for _, ref := range r.SnapshotLocations {
			u.add(ref, r.Ref, true)
		}
	}
}

// copies adds where copies of claims lie, whatever became of the runs that made them.
func (u *users) copies() {
	for _, ns := range u.namespaces {
		for _, c := range u.ix.lying[ns] {
			if run := u.ix.runOf(c.copy); run != nil && u.ix.isForeign(run) {
				continue
			}
			if c.destination != nil {
				u.lies(c.destination, c.copy.Ref)
			} else if !u.carries(c.copy.Destination) {
				u.add(c.copy.Destination, c.copy.Ref, true)
			}
		}
	}
}

// extracts adds where data go that are taken out of backups: archives by plan, and archives and restores that were made.
func (u *users) extracts() {
	for _, list := range [][]*facts.BackupPlan{u.ix.plans, u.ix.removers} {
		for _, p := range list {
			if p.Archive != nil && slices.Contains(u.namespaces, p.Ref.Namespace) {
				u.lies(p.Archive, p.Ref)
			}
		}
	}
	for _, d := range u.ix.extracts {
		if slices.Contains(u.namespaces, d.Ref.Namespace) {
			u.lies(d, d.Ref)
		}
	}
}

// lies adds a place that only a backup that lies there tells of.
func (u *users) lies(d *facts.BackupDestination, by facts.Ref) {
	if !u.carriesPlace(d) {
		u.found[useKey{d.Ref, d.Extract}] = &Use{Ref: d.Ref, Destination: d, Field: d.Extract, By: by, Past: true}
	}
}

// foreign adds where backups lie that this cluster did not make and that name one of the namespaces.
func (u *users) foreign(v facts.View, known map[useKey]*Use) {
	for _, r := range facts.List[facts.BackupRun](v) {
		named := slices.ContainsFunc(u.namespaces, func(ns string) bool { return slices.Contains(r.Scope.IncludedNamespaces, ns) })
		if !named || !u.ix.isForeign(r) || r.Phase == facts.RunPending || r.Destination.IsZero() || known[useKey{ref: r.Destination}] != nil {
			continue
		}
		u.add(r.Destination, r.Ref, true)
	}
}

// carries tells whether a store that is written inline is one already found.
func (u *users) carries(ref facts.Ref) bool {
	d := u.ix.destinations[ref]
	if d == nil || d.Product != facts.ProductK8up && d.Product != facts.ProductCloudNativePG || u.found[useKey{ref: ref}] != nil {
		return false
	}
	return u.carriesPlace(d)
}

func (u *users) carriesPlace(d *facts.BackupDestination) bool {
	for _, other := range slices.SortedFunc(maps.Keys(u.found), useKey.compare) {
		if use := u.found[other]; use.Destination != nil && use.Destination != d && samePlace(use.Destination, d) {
			use.Others++
			return true
		}
	}
	return false
}

// samePlace tells whether two destinations are one store.
func samePlace(a, b *facts.BackupDestination) bool {
	return a.Kind == b.Kind && a.Endpoint == b.Endpoint && a.Bucket == b.Bucket && a.Account == b.Account &&
		a.Provider == b.Provider && a.Region == b.Region && a.ConfigInSecret == b.ConfigInSecret && (a.Bucket != "" || a.Prefix == b.Prefix)
}

// snapshots adds the classes whose snapshots are stored elsewhere than the volume.
func (u *users) snapshots(v facts.View) {
	for _, ns := range u.namespaces {
		for _, c := range facts.ListIn[facts.VolumeCopy](v, ns) {
			if c.Product != facts.ProductVolumeSnapshot || c.SnapshotClass == "" {
				continue
			}
			if ref := classRef(c.SnapshotClass); u.ix.destinations[ref] != nil {
				u.add(ref, c.Ref, false)
			}
		}
	}
}

func (u *users) sorted() []Use {
	out := make([]Use, 0, len(u.found))
	for _, use := range u.found {
		out = append(out, *use)
	}
	slices.SortFunc(out, func(a, b Use) int { return useKey{a.Ref, a.Field}.compare(useKey{b.Ref, b.Field}) })
	return out
}

// EndpointNames gives the names under which a destination can be declared in Platform.spec.endpoints or named as the target
// of an attestation: the host, provider/bucket and provider/account, all in lower case. A bucket behind a host of its own is
// named host/bucket too.
func EndpointNames(d *facts.BackupDestination) []string {
	var out []string
	add := func(parts ...string) {
		if !slices.Contains(parts, "") {
			if name := strings.ToLower(strings.Join(parts, "/")); !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	provider := cmp.Or(d.Provider, d.Kind)
	if d.Endpoint != "" {
		add(d.Endpoint, d.Bucket)
		add(d.Endpoint)
		provider = d.Provider
	}
	add(provider, d.Bucket)
	add(provider, d.Account)
	return out
}

// InCluster tells whether a destination's host is a Service of this cluster: a name of the cluster's own DNS, or name.namespace
// with a namespace that exists.
func InCluster(v facts.View, d *facts.BackupDestination) bool {
	if d.InCluster {
		return true
	}
	_, namespace, ok := strings.Cut(d.Endpoint, ".")
	return ok && !strings.Contains(namespace, ".") && facts.Get[facts.Namespace](v, "", namespace) != nil
}
