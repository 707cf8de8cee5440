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
	kinds []adapter.Kind
	facts []held
}

// build makes a store of the objects, in their order, as if a cluster had been read.
func (f *Fixture) build(objects []*unstructured.Unstructured) (*scene, error) {
	kinds := gather.Kinds()
	s := &scene{store: gather.NewStore(kinds), kinds: kinds}
	index := gather.NewIndex(kinds)
	undecodable := map[facts.SourceID][]facts.Ref{}
	for _, o := range objects {
		kind, ok := index.Lookup(o.GroupVersionKind())
		if !ok {
			return nil, fmt.Errorf("%s %s: Tilsyn does not read such objects", o.GroupVersionKind(), o.GetName())
		}
		if slices.Contains(f.Unreadable, string(kind.SourceID())) {
			continue
		}
		typed, err := typed(kind, o)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", o.GetKind(), o.GetName(), err)
		}
		extracted, err := kind.Extract(typed)
		key := facts.ObjectKey{Source: kind.SourceID(), Namespace: o.GetNamespace(), Name: o.GetName()}
		if err != nil {
			undecodable[key.Source] = append(undecodable[key.Source],
				facts.Ref{Group: kind.GVK.Group, Kind: kind.GVK.Kind, Namespace: key.Namespace, Name: key.Name})
			continue
		}
		s.store.Put(key, extracted...)
		for _, fact := range extracted {
			s.facts = append(s.facts, held{key, fact})
		}
	}
	for _, kind := range kinds {
		state := f.state(kind, objects)
		state.Undecodable = undecodable[state.ID]
		s.store.SetSource(state)
	}
	return s, f.known(kinds)
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
	present := !kind.Optional || kind.GVK.Group == "tilsyn.dev" ||
		slices.Contains(f.Present, kind.GVK.Group) || slices.Contains(f.Present, string(id)) ||
		slices.ContainsFunc(objects, func(o *unstructured.Unstructured) bool { return o.GroupVersionKind().Group == kind.GVK.Group })
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
	for _, name := range slices.Concat(f.Unreadable, f.Present) {
		if !slices.ContainsFunc(kinds, func(k adapter.Kind) bool { return string(k.SourceID()) == name || k.GVK.Group == name }) {
			return fmt.Errorf("there is no source %s; sources are named like %s", name, strings.Join([]string{"pods", "backups.velero.io"}, " and "))
		}
	}
	return nil
}
