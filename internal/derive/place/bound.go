package place

import (
	"slices"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// Bound says whether every node of the cluster is in an allowed place.
type Bound struct {
	// Nodes counts the nodes; a cluster without nodes is bound to nothing.
	Nodes int
	// Outside and Unknown name the first node that is outside or whose place is not known, empty where there is none.
	Outside, Unknown string
	// Countries of all nodes, sorted.
	Countries []string
}

// All tells whether there are nodes and every one is in an allowed place.
func (b Bound) All() bool { return b.Nodes > 0 && b.Outside == "" && b.Unknown == "" }

type boundKey struct {
	allowed  string
	settings settings
}

// BoundTo judges all nodes of the cluster. The caller declares the need for facts.Node.
func (r Reader) BoundTo(v facts.View, allowed *region.Allowed) Bound {
	deps := []facts.Dependency{{Type: facts.TypeOf[facts.Node](), Namespaces: []string{""}}}
	return facts.Derived(v, boundKey{allowed.Key(), r.settings}, deps, func(v facts.View) Bound {
		nodes := r.Nodes(v)
		return r.bound(facts.ListIn[facts.Node](v, ""), allowed, func(n *facts.Node) Node { return nodes[n] })
	})
}

func (r Reader) bound(nodes []*facts.Node, allowed *region.Allowed, at func(*facts.Node) Node) Bound {
	var b Bound
	for _, n := range nodes {
		if !n.DeletedAt.IsZero() {
			continue
		}
		b.Nodes++
		where := at(n)
		switch r.Judge(where, allowed) {
		case Outside:
			if b.Outside == "" {
				b.Outside = n.Name
			}
		case Unplaced:
			if b.Unknown == "" {
				b.Unknown = n.Name
			}
		}
		b.Countries = append(b.Countries, where.Place.Countries...)
	}
	slices.Sort(b.Countries)
	b.Countries = slices.Compact(b.Countries)
	return b
}

// Standing is how a place stands to the allowed set.
type Standing int

// Standings. Unplaced is a place that is not known.
const (
	Unplaced Standing = iota
	Inside
	Outside
)

// Judge compares a node's place with the allowed set. A node whose data contradict each other is outside.
func (r Reader) Judge(n Node, allowed *region.Allowed) Standing {
	switch {
	case n.Contradictory():
		return Outside
	case n.Fault != "":
		return Unplaced
	case allowed.Place(n.Place):
		return Inside
	default:
		return Outside
	}
}
