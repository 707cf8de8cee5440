package controller

import (
	"cmp"
	"slices"

	"k8s.io/apimachinery/pkg/types"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/place"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/publish"
)

// unknownCountry counts nodes whose place is not known.
const unknownCountry = "unknown"

// places reads where the nodes are, anew only when a node or the platform changed.
type places struct {
	generation, sources uint64
	platform            *control.Platform
	last                publish.Nodes
}

func (p *places) read(v facts.View, platform *control.Platform) publish.Nodes {
	generation, sources := v.TotalGeneration(facts.TypeOf[facts.Node]()), v.SourceGeneration()
	if p.last.Countries != nil && generation == p.generation && sources == p.sources && platform == p.platform {
		return p.last
	}
	p.generation, p.sources, p.platform = generation, sources, platform
	nodes := publish.Nodes{
		Countries: map[string]int32{}, Known: map[types.UID]string{}, Present: map[types.UID]bool{},
		Complete: len(facts.Incomplete[facts.Node](v)) == 0, Generation: p.last.Generation + 1,
	}
	reader := place.NewReader(platform.Tables, platform.Providers, platform.Object)
	for _, n := range facts.List[facts.Node](v) {
		if !n.DeletedAt.IsZero() {
			continue
		}
		nodes.Present[n.UID] = true
		where := reader.Node(n)
		if where.Fault == "" {
			nodes.Known[n.UID] = where.Known()
		}
		nodes.Countries[country(where)]++
	}
	p.last = nodes
	return nodes
}

// country of a node, the first by name where it may be in several.
func country(n place.Node) string {
	if n.Fault != "" || len(n.Place.Countries) == 0 {
		return unknownCountry
	}
	return cmp.Or(slices.Min(n.Place.Countries), unknownCountry)
}
