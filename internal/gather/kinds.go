// Package gather lists every kind of resource that is read.
package gather

import (
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
	"github.com/tilsyn-dev/tilsyn/internal/gather/cnpg"
	"github.com/tilsyn-dev/tilsyn/internal/gather/collectors"
	"github.com/tilsyn-dev/tilsyn/internal/gather/core"
	"github.com/tilsyn-dev/tilsyn/internal/gather/fluentoperator"
	"github.com/tilsyn-dev/tilsyn/internal/gather/k8up"
	"github.com/tilsyn-dev/tilsyn/internal/gather/loggingoperator"
	"github.com/tilsyn-dev/tilsyn/internal/gather/otel"
	"github.com/tilsyn-dev/tilsyn/internal/gather/snapshot"
	"github.com/tilsyn-dev/tilsyn/internal/gather/velero"
)

// Kinds gives every kind that is read, in the order in which kinds are listed and written to snapshots. The kinds of one
// call share memory between equal facts: make them once for each store.
func Kinds() []adapter.Kind {
	return slices.Concat(
		core.Kinds(),
		velero.Kinds(), k8up.Kinds(), cnpg.Kinds(), snapshot.Kinds(),
		collectors.Kinds(), fluentoperator.Kinds(), loggingoperator.Kinds(), otel.Kinds(),
	)
}

// NewStore makes an empty store for the facts of the kinds.
func NewStore(kinds []adapter.Kind) *facts.Store {
	sources := make([]facts.Source, len(kinds))
	for i, k := range kinds {
		sources[i] = k.Source()
	}
	return facts.NewStore(sources)
}

// Index finds kinds by what objects say of themselves.
type Index struct {
	byKind map[schema.GroupVersionKind]adapter.Kind
	known  map[schema.GroupKind]adapter.Kind
}

// NewIndex indexes kinds.
func NewIndex(kinds []adapter.Kind) *Index {
	x := &Index{byKind: map[schema.GroupVersionKind]adapter.Kind{}, known: map[schema.GroupKind]adapter.Kind{}}
	for _, k := range kinds {
		x.known[k.GVK.GroupKind()] = k
		for _, version := range slices.Concat([]string{k.GVK.Version}, k.Versions) {
			x.byKind[k.GVK.GroupKind().WithVersion(version)] = k
		}
	}
	return x
}

// Lookup finds the kind of an object in a version that is understood.
func (x *Index) Lookup(gvk schema.GroupVersionKind) (adapter.Kind, bool) {
	k, ok := x.byKind[gvk]
	return k, ok
}

// LookupAnyVersion finds the kind of an object whatever its version.
func (x *Index) LookupAnyVersion(gk schema.GroupKind) (adapter.Kind, bool) {
	k, ok := x.known[gk]
	return k, ok
}
