package facts

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
)

// ObjectKey names the object that facts were extracted from.
type ObjectKey struct {
	Source    SourceID
	Namespace string
	Name      string
}

// Change tells which facts changed: a type, in a namespace (empty for cluster-scoped facts).
type Change struct {
	Type      reflect.Type
	Namespace string
}

// Store keeps facts by type and namespace. Writers put and delete whole objects; readers see one consistent moment
// through Read. It is safe for concurrent use.
type Store struct {
	mu      sync.RWMutex
	feeds   map[SourceID][]reflect.Type
	runtime map[SourceID]bool
	index   map[SourceID]uint16 // order of declaration; stands for the source in item keys, of which there are many
	fedBy   map[reflect.Type][]SourceID
	sources map[SourceID]SourceState
	// sourceGeneration counts changes of source states.
	sourceGeneration uint64
	tables           map[reflect.Type]*table
	// derived holds a *derivedTable[K, V] for each pair of types; readings counts calls of Read, by which old ones are told.
	derived  sync.Map
	readings atomic.Uint64
}

type table struct {
	generation uint64
	shards     map[string]*shard   // only those that hold something
	all        atomic.Pointer[any] // a []*T
	names      atomic.Pointer[[]string]
	sources    atomic.Pointer[[]SourceState]
}

type shard struct {
	generation uint64
	items      []item              // in the order of lists; a map would take twice the memory
	sorted     atomic.Pointer[any] // a []*T
}

type item struct {
	name   string
	fact   any
	source uint16
}

// find gives where the fact of an object is or belongs.
func (sh *shard) find(name string, source uint16) (int, bool) {
	return slices.BinarySearchFunc(sh.items, item{name: name, source: source}, func(a, b item) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.source, b.source))
	})
}

// NewStore makes an empty store for the given sources; every source is Pending until SetSource says otherwise. It panics
// on a source declared twice.
func NewStore(sources []Source) *Store {
	s := &Store{
		feeds: map[SourceID][]reflect.Type{}, runtime: map[SourceID]bool{}, index: map[SourceID]uint16{},
		fedBy: map[reflect.Type][]SourceID{}, sources: map[SourceID]SourceState{}, tables: map[reflect.Type]*table{},
	}
	for i, src := range sources {
		if _, twice := s.feeds[src.ID]; twice {
			panic(fmt.Sprintf("facts: source %s is declared twice", src.ID))
		}
		s.feeds[src.ID] = src.Feeds
		s.runtime[src.ID] = src.Runtime
		s.index[src.ID] = uint16(i)
		s.sources[src.ID] = SourceState{ID: src.ID, Condition: SourcePending, Reason: ReasonNotSynced}
		for _, t := range src.Feeds {
			s.fedBy[t] = append(s.fedBy[t], src.ID)
			s.tables[t] = &table{shards: map[string]*shard{}}
		}
	}
	return s
}

// Put replaces what an object gave before by the given facts, at most one of each type, each a pointer to a struct of a
// type that the source feeds. Facts equal to the held ones keep the held pointer and are no change. It panics on facts
// that the source does not feed, because they would be lost.
func (s *Store) Put(key ObjectKey, facts ...any) []Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	types := s.typesOf(key.Source)
	check(key.Source, types, facts)
	source := s.index[key.Source]
	var changes []Change
	for _, t := range types {
		i := slices.IndexFunc(facts, func(f any) bool { return reflect.TypeOf(f).Elem() == t })
		var fact any
		if i >= 0 {
			fact = facts[i]
		}
		if s.tables[t].set(key.Namespace, key.Name, source, fact) {
			changes = append(changes, Change{Type: t, Namespace: key.Namespace})
		}
	}
	return changes
}

func (s *Store) typesOf(source SourceID) []reflect.Type {
	types, known := s.feeds[source]
	if !known {
		panic(fmt.Sprintf("facts: source %s was not declared", source))
	}
	return types
}

func check(source SourceID, types []reflect.Type, facts []any) {
	for i, f := range facts {
		v := reflect.ValueOf(f)
		if v.Kind() != reflect.Pointer || v.IsNil() || !slices.Contains(types, v.Type().Elem()) {
			panic(fmt.Sprintf("facts: source %s does not feed %T", source, f))
		}
		if slices.ContainsFunc(facts[:i], func(g any) bool { return reflect.TypeOf(g) == v.Type() }) {
			panic(fmt.Sprintf("facts: source %s gives two %T for one object", source, f))
		}
	}
}

// Delete removes what an object gave.
func (s *Store) Delete(key ObjectKey) []Change { return s.Put(key) }

// Replace makes the given objects the only ones of a source and removes the others, as after a new list.
func (s *Store) Replace(source SourceID, keep map[ObjectKey]bool) []Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	var changes []Change
	index := s.index[source]
	for _, t := range s.typesOf(source) {
		tab := s.tables[t]
		for ns, sh := range tab.shards {
			var gone []string
			for _, it := range sh.items {
				if it.source == index && !keep[ObjectKey{Source: source, Namespace: ns, Name: it.name}] {
					gone = append(gone, it.name)
				}
			}
			for _, name := range gone {
				tab.set(ns, name, index, nil)
			}
			if len(gone) > 0 {
				changes = append(changes, Change{Type: t, Namespace: ns})
			}
		}
	}
	return changes
}

// SetSource records the state of a source and tells whether its condition, reason or completeness changed. It panics on a
// source that was not declared.
func (s *Store) SetSource(state SourceState) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.typesOf(state.ID)
	state.Undecodable = slices.SortedFunc(slices.Values(state.Undecodable), Ref.Compare)
	old := s.sources[state.ID]
	s.sources[state.ID] = state
	for _, t := range s.feeds[state.ID] {
		s.tables[t].sources.Store(nil)
	}
	changed := old.Condition != state.Condition || old.Reason != state.Reason || !slices.Equal(old.Undecodable, state.Undecodable)
	if changed {
		s.sourceGeneration++
	}
	return changed
}

// Feeds lists the fact types of a source.
func (s *Store) Feeds(source SourceID) []reflect.Type { return s.feeds[source] }

// Read calls f with a view of one consistent moment. Writers wait meanwhile, so f computes and does no I/O; it must not
// call methods of the store. Facts may be kept after f returns, the view may not.
func (s *Store) Read(f func(View)) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.readings.Add(1)
	f(View{store: s})
}

// set puts, replaces or (with nil) removes one fact and tells whether anything changed.
func (t *table) set(namespace, name string, source uint16, fact any) bool {
	sh := t.shards[namespace]
	if sh == nil {
		if fact == nil {
			return false
		}
		sh = &shard{}
		t.shards[namespace] = sh
		t.names.Store(nil)
	}
	i, had := sh.find(name, source)
	switch {
	case fact == nil && !had, had && reflect.DeepEqual(sh.items[i].fact, fact):
		return false
	case fact == nil:
		sh.items = slices.Delete(sh.items, i, i+1)
		if len(sh.items) == 0 {
			delete(t.shards, namespace) // or namespaces that come and go would add up
			t.names.Store(nil)
		}
	case had:
		sh.items[i].fact = fact
	default:
		if len(sh.items) == cap(sh.items) { // an eighth more rather than twice as much: most namespaces seldom grow
			sh.items = append(make([]item, 0, len(sh.items)+len(sh.items)/8+2), sh.items...)
		}
		sh.items = slices.Insert(sh.items, i, item{name: name, fact: fact, source: source})
	}
	// Generations never repeat, even when a namespace empties and fills again: they come from the table's counter.
	t.generation++
	sh.generation = t.generation
	sh.sorted.Store(nil)
	t.all.Store(nil)
	return true
}

// typedList gives the shard's facts in a stable order. The list is built once per generation; readers that build it at
// the same time build the same.
func typedList[T any](sh *shard) []*T {
	if sh == nil {
		return nil
	}
	if p := sh.sorted.Load(); p != nil {
		return (*p).([]*T)
	}
	out := make([]*T, len(sh.items))
	for i, it := range sh.items {
		out[i] = it.fact.(*T)
	}
	var boxed any = out
	sh.sorted.Store(&boxed)
	return out
}
