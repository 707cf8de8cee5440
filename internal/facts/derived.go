package facts

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
)

// Dependency names facts that a derived value is made of: a type, in some namespaces or (nil) everywhere.
type Dependency struct {
	Type       reflect.Type
	Namespaces []string
}

// Derived gives what compute makes of the dependencies, and keeps it in the store until one of their facts or the state of
// a source changes. It lets several rules share work, such as which volume which backup covers.
//
// The key's type belongs to the caller alone, so that two callers never meet. compute sees the dependencies and nothing
// else; it has no clock, so whatever depends on the day has the day in its key. The caller's own view must hold the
// dependencies too. The value is shared by everyone: nobody changes it.
func Derived[K comparable, V any](v View, key K, dependencies []Dependency, compute func(View) V) V {
	return derive(v, key, dependencies, func(v View, _ V) V { return compute(v) })
}

// Looks names facts that a value derived for one namespace is made of: types of that namespace, and types everywhere.
type Looks struct{ In, Everywhere []reflect.Type }

// DerivedIn is Derived for one namespace. It allocates nothing where the value is there, for callers that ask about each
// workload or namespace.
func DerivedIn[K comparable, V any](v View, key K, namespace string, at Looks, compute func(View) V) V {
	for _, t := range at.Everywhere {
		v.mustHold(Dependency{Type: t})
	}
	for _, t := range at.In {
		if !v.in(t, namespace) {
			panic(fmt.Sprintf("facts: %s in namespace %q is not a declared need", t, namespace))
		}
	}
	reading := v.store.readings.Load()
	if e := derivedTableOf[K, V](v.store).entry(key, reading); e.fresh(reading) {
		return e.value
	}
	var dependencies []Dependency
	for _, t := range at.Everywhere {
		dependencies = append(dependencies, Dependency{Type: t})
	}
	for _, t := range at.In {
		dependencies = append(dependencies, Dependency{t, []string{namespace}})
	}
	return Derived(v, key, dependencies, compute)
}

var clusterScope = []string{""}

// Each gives what compute makes of each cluster-scoped fact of a type, as Derived does. What was made of a fact stays as long
// as the fact is there, so that one that changes costs no more than itself.
func Each[K comparable, T, V any](v View, key K, compute func(*T) V) map[*T]V {
	return derive(v, key, []Dependency{{TypeOf[T](), clusterScope}}, func(v View, old map[*T]V) map[*T]V {
		list := ListIn[T](v, "")
		out := make(map[*T]V, len(list))
		for _, fact := range list {
			made, ok := old[fact]
			if !ok {
				made = compute(fact)
			}
			out[fact] = made
		}
		return out
	})
}

// derive is Derived for a computation that may take over parts of the value before, the zero value where there is none.
func derive[K comparable, V any](v View, key K, dependencies []Dependency, compute func(v View, old V) V) V {
	for _, d := range dependencies {
		v.mustHold(d)
	}
	reading := v.store.readings.Load()
	e := derivedTableOf[K, V](v.store).entry(key, reading)
	e.mu.Lock()
	defer e.mu.Unlock()
	// No fact changes while anybody reads, so what was right once during this reading still is.
	if e.made && (e.checked == reading || e.current(v, dependencies)) {
		e.checked = reading
		return e.value
	}
	e.made = false // stays so if compute panics
	e.value = compute(v.within(dependencies), e.value)
	e.remember(v, dependencies)
	e.checked = reading
	return e.value
}

func (v View) mustHold(d Dependency) {
	if v.all(d.Type) {
		return
	}
	if d.Namespaces == nil {
		panic(fmt.Sprintf("facts: %s is not a declared need for all namespaces", d.Type))
	}
	for _, ns := range d.Namespaces {
		if !v.in(d.Type, ns) {
			panic(fmt.Sprintf("facts: %s in namespace %q is not a declared need", d.Type, ns))
		}
	}
}

// within limits the view to what a computation declares: types limited to namespaces share one list of namespaces.
func (v View) within(dependencies []Dependency) View {
	a := &Access{}
	var namespaces []string
	for _, d := range dependencies {
		if d.Namespaces == nil {
			a.All = append(a.All, d.Type)
			continue
		}
		a.Scoped = append(a.Scoped, d.Type)
		if namespaces == nil {
			namespaces = d.Namespaces
		} else if !slices.Equal(namespaces, d.Namespaces) {
			panic("facts: dependencies of a derived value are limited to different namespaces")
		}
	}
	return v.Within(a, namespaces...)
}

// derivedEntry is one derived value with the generations it was made of.
type derivedEntry[V any] struct {
	mu          sync.Mutex
	made        bool
	value       V
	generations []uint64
	checked     uint64 // the last reading of the store in which the value was found to be right
	used        uint64 // the last reading of the store that asked for it; guarded by the table
}

// fresh tells whether the value was found to be right in this reading. It then stays so until the reading ends.
func (e *derivedEntry[V]) fresh(reading uint64) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.made && e.checked == reading
}

func (e *derivedEntry[V]) current(v View, dependencies []Dependency) bool {
	i := 0
	return eachGeneration(v, dependencies, func(g uint64) bool {
		i++
		return i <= len(e.generations) && e.generations[i-1] == g
	}) && i == len(e.generations)
}

func (e *derivedEntry[V]) remember(v View, dependencies []Dependency) {
	e.generations = e.generations[:0]
	eachGeneration(v, dependencies, func(g uint64) bool { e.generations = append(e.generations, g); return true })
	e.made = true
}

func eachGeneration(v View, dependencies []Dependency, yield func(uint64) bool) bool {
	if !yield(v.SourceGeneration()) {
		return false
	}
	for _, d := range dependencies {
		if d.Namespaces == nil {
			if !yield(v.TotalGeneration(d.Type)) {
				return false
			}
			continue
		}
		if !yield(v.Generation(d.Type, "")) {
			return false
		}
		for _, ns := range d.Namespaces {
			if !yield(v.Generation(d.Type, ns)) {
				return false
			}
		}
	}
	return true
}

// derivedTable holds the derived values of one pair of types. Values that nobody asked for in a while, such as those of a
// deleted environment, are dropped when new ones come.
type derivedTable[K comparable, V any] struct {
	mu      sync.Mutex
	entries map[K]*derivedEntry[V]
	swept   uint64 // reading at which old values were last dropped
}

// derivedIdle is for how many readings of the store a derived value is kept without being asked for.
const derivedIdle = 64

func derivedTableOf[K comparable, V any](s *Store) *derivedTable[K, V] {
	t := reflect.TypeFor[derivedTable[K, V]]()
	if held, ok := s.derived.Load(t); ok {
		return held.(*derivedTable[K, V])
	}
	held, _ := s.derived.LoadOrStore(t, &derivedTable[K, V]{entries: map[K]*derivedEntry[V]{}})
	return held.(*derivedTable[K, V])
}

func (t *derivedTable[K, V]) entry(key K, reading uint64) *derivedEntry[V] {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := t.entries[key]
	if e == nil {
		t.sweep(reading)
		e = &derivedEntry[V]{}
		t.entries[key] = e
	}
	e.used = reading
	return e
}

func (t *derivedTable[K, V]) sweep(reading uint64) {
	if reading < t.swept+derivedIdle {
		return
	}
	t.swept = reading
	maps.DeleteFunc(t.entries, func(_ K, e *derivedEntry[V]) bool { return e.used+derivedIdle < reading })
}
