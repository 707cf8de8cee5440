package cluster

import (
	"context"
	"fmt"
	"slices"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// discovered takes the state of the watch on custom resource definitions.
func (g *Gatherer) discovered(state facts.SourceState) {
	g.mu.Lock()
	was := g.found.Condition
	g.found = state
	g.mu.Unlock()
	if was != state.Condition {
		g.apply()
	}
}

// apply makes the running watches of optional kinds those that the definitions call for.
func (g *Gatherer) apply() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.changes.addSource(g.Clock.Now(), APIs)
	for _, k := range g.Kinds {
		if !k.Optional {
			continue
		}
		switch g.found.Condition {
		case facts.SourceSynced:
			g.serve(k)
		case facts.SourceUnreadable:
			g.undiscovered(k)
		}
	}
}

// serve starts, restarts, keeps or stops the watch of one kind; the caller holds the lock.
func (g *Gatherer) serve(k adapter.Kind) {
	id, resource := k.SourceID(), k.GVR().GroupResource()
	versions := g.definitions.of(resource)
	version := understood(k, versions)
	if now := g.running[id]; now != nil {
		if now.version == version {
			return
		}
		g.stop(id)
	}
	switch {
	case version != "":
		g.start(k, version)
	case len(versions) > 0:
		g.track[id].fix(facts.SourceUnreadable, facts.ReasonVersion,
			fmt.Sprintf("%s is served as %v, of which Tilsyn understands none", resource, versions))
	default:
		g.track[id].fix(facts.SourceAbsent, "", "")
	}
}

// understood picks the best version of a kind that is served, or none.
func understood(k adapter.Kind, versions []string) string {
	for _, v := range append([]string{k.GVK.Version}, k.Versions...) {
		if slices.Contains(versions, v) {
			return v
		}
	}
	return ""
}

// undiscovered marks an optional kind that is not being watched while nobody can know whether it exists; the caller holds
// the lock.
func (g *Gatherer) undiscovered(k adapter.Kind) {
	if id := k.SourceID(); g.running[id] == nil {
		g.track[id].fix(facts.SourceUnreadable, facts.ReasonDiscoveryFailed, g.found.Message)
	}
}

func (g *Gatherer) start(k adapter.Kind, version string) {
	id := k.SourceID()
	t, err := g.target(k, version)
	if err != nil {
		g.track[id].fix(facts.SourceUnreadable, facts.ReasonListFailed, err.Error())
		return
	}
	ctx, cancel := context.WithCancel(g.ctx)
	r := &running{version: version, stop: cancel, done: make(chan struct{})}
	g.running[id] = r
	g.track[id].begin()
	g.group.Go(func() {
		defer close(r.done)
		g.follow(ctx, k, t)
	})
}

// stop ends a watch and removes its facts.
func (g *Gatherer) stop(id facts.SourceID) {
	r := g.running[id]
	r.stop()
	<-r.done
	delete(g.running, id)
	g.changes.add(g.Clock.Now(), g.Store.Replace(id, nil))
}
