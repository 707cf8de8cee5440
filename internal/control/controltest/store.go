package controltest

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// held is one fact and the object it comes from.
type held struct {
	key  facts.ObjectKey
	fact any
}

// scene is a store made of a fixture.
type scene struct {
	store *facts.Store
	facts []held
}

// maker makes stores of a fixture's objects. Facts are extracted once and shared, as facts are.
type maker struct {
	f     *Fixture
	kinds []adapter.Kind
	index *gather.Index
	read  map[*unstructured.Unstructured]extracted
}

// extracted is what one object gives.
type extracted struct {
	kind  adapter.Kind
	facts []any
	// undecodable is true where the adapter does not understand the object.
	undecodable bool
}

func newMaker(f *Fixture) *maker {
	kinds := gather.Kinds()
	return &maker{f: f, kinds: kinds, index: gather.NewIndex(kinds), read: map[*unstructured.Unstructured]extracted{}}
}

// build makes a store of the objects, in their order, as if a cluster had been read.
func (m *maker) build(objects []*unstructured.Unstructured) (*scene, error) {
	s := &scene{store: gather.NewStore(m.kinds)}
	undecodable := map[facts.SourceID][]facts.Ref{}
	for _, o := range objects {
		x, err := m.extract(o)
		if err != nil {
			return nil, err
		}
		key := facts.ObjectKey{Source: x.kind.SourceID(), Namespace: o.GetNamespace(), Name: o.GetName()}
		switch {
		case slices.Contains(m.f.Unreadable, string(key.Source)):
		case x.undecodable:
			undecodable[key.Source] = append(undecodable[key.Source],
				facts.Ref{Group: x.kind.GVK.Group, Kind: x.kind.GVK.Kind, Namespace: key.Namespace, Name: key.Name})
		default:
			s.store.Put(key, x.facts...)
			for _, fact := range x.facts {
				s.facts = append(s.facts, held{key, fact})
			}
		}
	}
	for _, kind := range m.kinds {
		state := m.f.state(kind, objects)
		state.Undecodable = undecodable[state.ID]
		s.store.SetSource(state)
	}
	return s, m.f.known(m.kinds)
}

func (m *maker) extract(o *unstructured.Unstructured) (extracted, error) {
	if x, ok := m.read[o]; ok {
		return x, nil
	}
	kind, ok := m.index.Lookup(o.GroupVersionKind())
	if !ok {
		return extracted{}, fmt.Errorf("%s %s: Tilsyn does not read such objects", o.GroupVersionKind(), o.GetName())
	}
	decoded, err := typed(kind, o)
	if err != nil {
		return extracted{}, fmt.Errorf("%s %s: %w", o.GetKind(), o.GetName(), err)
	}
	given, err := kind.Extract(decoded)
	m.read[o] = extracted{kind: kind, facts: given, undecodable: err != nil}
	return m.read[o], nil
}

// typed decodes an object as gathering does, and strictly, because a misspelt field would test nothing.
func typed(kind adapter.Kind, o *unstructured.Unstructured) (runtime.Object, error) {
	if kind.New == nil {
		return o.DeepCopy(), nil
	}
	out := kind.New()
	err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(o.DeepCopy().Object, out, true)
	return out, err
}

// state gives the state of a source: kinds that clusters may lack are absent unless the file has objects of their group.
func (f *Fixture) state(kind adapter.Kind, objects []*unstructured.Unstructured) facts.SourceState {
	id := kind.SourceID()
	state := facts.SourceState{ID: id, Condition: facts.SourceSynced, LastEvent: f.Now}
	present := !slices.Contains(f.Absent, string(id)) && (!kind.Optional || kind.GVK.Group == "tilsyn.dev" ||
		slices.Contains(f.Present, kind.GVK.Group) || slices.Contains(f.Present, string(id)) ||
		slices.ContainsFunc(objects, func(o *unstructured.Unstructured) bool { return o.GroupVersionKind().Group == kind.GVK.Group }))
	switch {
	case slices.Contains(f.Unreadable, string(id)):
		state = unreadable(id)
	case f.Manifests && kind.Runtime:
		state.Condition = facts.SourceNotObservable
	case !present:
		state.Condition = facts.SourceAbsent
	}
	return state
}

func unreadable(id facts.SourceID) facts.SourceState {
	return facts.SourceState{ID: id, Condition: facts.SourceUnreadable, Reason: facts.ReasonForbidden,
		Message: "the right to list " + string(id) + " is missing"}
}

// known refuses names of sources and groups that do not exist, which would test nothing.
func (f *Fixture) known(kinds []adapter.Kind) error {
	for _, name := range slices.Concat(f.Unreadable, f.Present, f.Absent) {
		if !slices.ContainsFunc(kinds, func(k adapter.Kind) bool { return string(k.SourceID()) == name || k.GVK.Group == name }) {
			return fmt.Errorf("there is no source %s; sources are named like %s", name, strings.Join([]string{"pods", "backups.velero.io"}, " and "))
		}
	}
	return nil
}
