package cluster

import (
	"fmt"
	"reflect"
	"runtime/debug"
	"slices"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/cache"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// sink is the store of a reflector that keeps facts instead of objects.
type sink struct {
	kind    adapter.Kind
	source  facts.SourceID
	store   *facts.Store
	track   *tracker
	changes *Changes
	history *history
	log     logr.Logger
}

var (
	_ cache.ReflectorStore         = (*sink)(nil)
	_ cache.ReflectorBookmarkStore = (*sink)(nil)
	_ cache.TransformingStore      = (*sink)(nil)
)

// extracted is what is left of an object.
type extracted struct {
	key   facts.ObjectKey
	facts []any
	bad   facts.Ref // the object, where it could not be understood
}

// Transformer lets a reflector that streams its list hold facts, not objects, until the list is complete.
func (s *sink) Transformer() cache.TransformFunc {
	return func(obj any) (any, error) { return s.extract(obj) }
}

func (s *sink) extract(obj any) (extracted, error) {
	if x, done := obj.(extracted); done {
		return x, nil
	}
	o, ok := obj.(runtime.Object)
	if !ok {
		return extracted{}, fmt.Errorf("cluster: %T is not an API object", obj)
	}
	m, err := meta.Accessor(o)
	if err != nil {
		return extracted{}, err
	}
	x := extracted{key: facts.ObjectKey{Source: s.source, Namespace: m.GetNamespace(), Name: m.GetName()}}
	x.facts, err = s.understand(o)
	if err != nil {
		s.log.Error(err, "Object cannot be understood", "source", s.source, "namespace", x.key.Namespace, "name", x.key.Name)
		x.facts, x.bad = nil, facts.Ref{Group: s.kind.GVK.Group, Kind: s.kind.GVK.Kind, Namespace: x.key.Namespace, Name: x.key.Name}
	}
	return x, nil
}

// understand calls the adapter. A panic concerns one object only, like an error.
func (s *sink) understand(o runtime.Object) (list []any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	list, err = s.kind.Extract(o)
	for _, f := range list {
		if t := reflect.TypeOf(f); err == nil && (t.Kind() != reflect.Pointer || !slices.Contains(s.kind.Feeds, t.Elem())) {
			err = fmt.Errorf("%s gives %T, which it does not declare", s.source, f)
		}
	}
	return list, err
}

// Add puts the facts of an object that is new.
func (s *sink) Add(obj any) error { return s.Update(obj) }

// Update puts the facts of an object that changed.
func (s *sink) Update(obj any) error {
	x, err := s.extract(obj)
	if err != nil {
		return err
	}
	s.put(x)
	s.track.event(x.key, x.bad)
	return nil
}

func (s *sink) put(x extracted) {
	kept := s.history.put(x)
	s.changes.add(s.track.clock.Now(), s.store.Put(x.key, x.facts...))
	s.changes.add(s.track.clock.Now(), kept)
}

// Delete removes the facts of an object that is gone.
func (s *sink) Delete(obj any) error {
	m, err := meta.Accessor(obj)
	if err != nil {
		return err
	}
	x := extracted{key: facts.ObjectKey{Source: s.source, Namespace: m.GetNamespace(), Name: m.GetName()}}
	s.remove(x.key)
	s.track.event(x.key, facts.Ref{})
	return nil
}

func (s *sink) remove(key facts.ObjectKey) {
	now := s.track.clock.Now()
	changed, kept := s.history.remove(key)
	if !kept {
		changed = append(changed, s.store.Delete(key)...)
	}
	s.changes.add(now, changed)
}

// Replace makes the listed objects the only ones.
func (s *sink) Replace(list []any, _ string) error {
	keep := make(map[facts.ObjectKey]bool, len(list))
	bad := map[facts.ObjectKey]facts.Ref{}
	for _, obj := range list {
		x, err := s.extract(obj)
		if err != nil {
			return err
		}
		s.put(x)
		keep[x.key] = true
		if !x.bad.IsZero() {
			bad[x.key] = x.bad
		}
	}
	for _, key := range s.history.gone(s.source, keep) {
		s.remove(key)
	}
	s.history.keep(s.source, keep)
	s.changes.add(s.track.clock.Now(), s.store.Replace(s.source, keep))
	s.track.replaced(bad)
	return nil
}

// Bookmark records that the watch is alive.
func (s *sink) Bookmark(string) error {
	s.track.event(facts.ObjectKey{}, facts.Ref{})
	return nil
}

// Resync does nothing: facts do not go stale in the store.
func (s *sink) Resync() error { return nil }
