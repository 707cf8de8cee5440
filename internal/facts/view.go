package facts

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"
)

// View is the store at one moment, optionally limited to declared fact types. Lists are shared: read them, never change them.
type View struct {
	store  *Store
	access *Access // nil: everything
	// namespaces in which scoped types may be seen.
	namespaces []string
}

// Access is what a rule declares that it looks at.
type Access struct {
	// All lists types of which every fact may be seen.
	All []reflect.Type
	// Scoped lists types of which only facts in some namespaces, and cluster-scoped facts, may be seen.
	Scoped []reflect.Type
	// Also lists types of which facts in some further namespaces may be seen.
	Also []Dependency
}

// Only limits the view to the given types; looking at another one panics, so that a rule cannot rest on a fact that it
// does not declare.
func (v View) Only(types ...reflect.Type) View { return v.Within(&Access{All: types}) }

// Within limits the view to what is declared, scoped types to the namespaces; looking at anything else panics, because
// whoever keeps the outcome until a declared fact changes would keep it for too long.
func (v View) Within(a *Access, namespaces ...string) View {
	return View{store: v.store, access: a, namespaces: namespaces}
}

func (v View) all(t reflect.Type) bool { return v.access == nil || slices.Contains(v.access.All, t) }

func (v View) in(t reflect.Type, namespace string) bool {
	if v.all(t) || slices.Contains(v.access.Scoped, t) && (namespace == "" || slices.Contains(v.namespaces, namespace)) {
		return true
	}
	for i := range v.access.Also {
		if v.access.Also[i].Type == t && slices.Contains(v.access.Also[i].Namespaces, namespace) {
			return true
		}
	}
	return false
}

// table gives the facts of a type, all of them.
func (v View) table(t reflect.Type) *table {
	if !v.all(t) {
		panic(fmt.Sprintf("facts: %s is not a declared need for all namespaces", t))
	}
	return v.tableOf(t)
}

// shard gives the facts of a type in one namespace; nil where there are none.
func (v View) shard(t reflect.Type, namespace string) *shard {
	if !v.in(t, namespace) {
		panic(fmt.Sprintf("facts: %s in namespace %q is not a declared need", t, namespace))
	}
	return v.tableOf(t).shards[namespace]
}

func (v View) tableOf(t reflect.Type) *table {
	tab, ok := v.store.tables[t]
	if !ok {
		panic(fmt.Sprintf("facts: no source feeds %s", t))
	}
	return tab
}

// List gives all facts of a type, ordered by namespace, name and, for objects of one name, declaration of their sources.
func List[T any](v View) []*T {
	tab := v.table(TypeOf[T]())
	if p := tab.all.Load(); p != nil {
		return (*p).([]*T)
	}
	var all []*T
	for _, ns := range slices.Sorted(maps.Keys(tab.shards)) {
		all = append(all, typedList[T](tab.shards[ns])...)
	}
	var boxed any = all
	tab.all.Store(&boxed)
	return all
}

// ListIn gives the facts of a type in one namespace (empty for cluster-scoped facts), ordered by name.
func ListIn[T any](v View, namespace string) []*T {
	return typedList[T](v.shard(TypeOf[T](), namespace))
}

// Get gives the fact of that type, namespace and name, or nil. Where several sources feed the type, the one declared
// first wins.
func Get[T any](v View, namespace, name string) *T {
	t := TypeOf[T]()
	sh := v.shard(t, namespace)
	if sh == nil {
		return nil
	}
	for _, src := range v.store.fedBy[t] {
		if i, ok := sh.find(name, v.store.index[src]); ok {
			return sh.items[i].fact.(*T)
		}
	}
	return nil
}

// Generation counts the changes of a type in a namespace; equal generations mean equal lists, down to the pointers. It is
// 0 while the namespace holds no such fact.
func (v View) Generation(t reflect.Type, namespace string) uint64 {
	if sh := v.shard(t, namespace); sh != nil {
		return sh.generation
	}
	return 0
}

// TotalGeneration counts the changes of a type in all namespaces.
func (v View) TotalGeneration(t reflect.Type) uint64 { return v.table(t).generation }

// SourceGeneration counts the changes of source states.
func (v View) SourceGeneration() uint64 { return v.store.sourceGeneration }

// Sources gives the states of the sources that feed a type, ordered as declared.
func Sources[T any](v View) []SourceState { return v.SourcesOf(TypeOf[T]()) }

// Known tells whether any source of the store feeds a type; every other method panics on a type that none feeds.
func (v View) Known(t reflect.Type) bool { return v.store.tables[t] != nil }

// Namespaces that hold facts of a type, sorted, without the empty name of cluster-scoped facts. The list is shared, and the
// same one while no namespace gets its first or loses its last such fact.
func (v View) Namespaces(t reflect.Type) []string {
	tab := v.table(t)
	if p := tab.names.Load(); p != nil {
		return *p
	}
	names := make([]string, 0, len(tab.shards))
	for ns := range tab.shards {
		if ns != "" {
			names = append(names, ns)
		}
	}
	slices.Sort(names)
	tab.names.Store(&names)
	return names
}

// SourcesOf is Sources for a type known at run time. The list is shared.
func (v View) SourcesOf(t reflect.Type) []SourceState {
	if !v.in(t, "") {
		panic(fmt.Sprintf("facts: %s is not a declared need", t))
	}
	tab := v.tableOf(t)
	if p := tab.sources.Load(); p != nil {
		return *p
	}
	out := make([]SourceState, 0, len(v.store.fedBy[t]))
	for _, id := range v.store.fedBy[t] {
		out = append(out, v.store.sources[id])
	}
	tab.sources.Store(&out)
	return out
}

// Incomplete gives the states of the sources of a type whose facts may not be all there are.
func Incomplete[T any](v View) []SourceState {
	var out []SourceState
	for _, s := range Sources[T](v) {
		if !s.Complete() {
			out = append(out, s)
		}
	}
	return out
}

// Recognised tells whether at least one source of the type exists in the cluster and is read.
func Recognised[T any](v View) bool {
	return slices.ContainsFunc(Sources[T](v), func(s SourceState) bool { return s.Condition == SourceSynced })
}

// AllSources gives the states of every source, ordered by id.
func (v View) AllSources() []SourceState {
	out := make([]SourceState, 0, len(v.store.sources))
	for _, id := range slices.Sorted(maps.Keys(v.store.sources)) {
		out = append(out, v.store.sources[id])
	}
	return out
}

// Runtime tells whether only a cluster or a snapshot has the source.
func (v View) Runtime(id SourceID) bool { return v.store.runtime[id] }

// LastEvent is the oldest last event over the sources of a type that are Synced; zero when none is.
func (v View) LastEvent(t reflect.Type) time.Time {
	var oldest time.Time
	for _, s := range v.SourcesOf(t) {
		if s.Condition == SourceSynced && (oldest.IsZero() || s.LastEvent.Before(oldest)) {
			oldest = s.LastEvent
		}
	}
	return oldest
}
