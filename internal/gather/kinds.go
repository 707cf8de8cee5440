// Package gather lists every kind of resource that is read.
package gather

import (
	"slices"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
	"github.com/tilsyn-dev/tilsyn/internal/gather/argocd"
	"github.com/tilsyn-dev/tilsyn/internal/gather/certmanager"
	"github.com/tilsyn-dev/tilsyn/internal/gather/cnpg"
	"github.com/tilsyn-dev/tilsyn/internal/gather/collectors"
	"github.com/tilsyn-dev/tilsyn/internal/gather/core"
	"github.com/tilsyn-dev/tilsyn/internal/gather/exposure"
	"github.com/tilsyn-dev/tilsyn/internal/gather/fluentoperator"
	"github.com/tilsyn-dev/tilsyn/internal/gather/flux"
	"github.com/tilsyn-dev/tilsyn/internal/gather/gateway"
	"github.com/tilsyn-dev/tilsyn/internal/gather/handsoff"
	"github.com/tilsyn-dev/tilsyn/internal/gather/k8up"
	"github.com/tilsyn-dev/tilsyn/internal/gather/loggingoperator"
	"github.com/tilsyn-dev/tilsyn/internal/gather/mesh"
	"github.com/tilsyn-dev/tilsyn/internal/gather/networkpolicies"
	"github.com/tilsyn-dev/tilsyn/internal/gather/otel"
	"github.com/tilsyn-dev/tilsyn/internal/gather/policies"
	"github.com/tilsyn-dev/tilsyn/internal/gather/prometheus"
	"github.com/tilsyn-dev/tilsyn/internal/gather/snapshot"
	"github.com/tilsyn-dev/tilsyn/internal/gather/trivy"
	"github.com/tilsyn-dev/tilsyn/internal/gather/velero"
)

// Kinds gives every kind that is read, in the order in which kinds are listed and written to snapshots. The kinds of one
// call share memory between equal facts: make them once for each store.
func Kinds() []adapter.Kind {
	return exposure.Scanning(handsoff.Finding(slices.Concat(
		core.Kinds(),
		velero.Kinds(), k8up.Kinds(), cnpg.Kinds(), snapshot.Kinds(),
		certmanager.Kinds(), gateway.Kinds(), networkpolicies.Kinds(), mesh.Kinds(),
		policies.Kinds(), trivy.Kinds(), prometheus.Kinds(),
		collectors.Kinds(), fluentoperator.Kinds(), loggingoperator.Kinds(), otel.Kinds(),
		flux.Kinds(), argocd.Kinds(), exposure.Events(),
	)))
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
type Index = adapter.Index

// NewIndex indexes kinds, which must not change afterwards.
func NewIndex(kinds []adapter.Kind) *Index { return adapter.NewIndex(kinds) }
