// Package workload finds which workload a pod belongs to.
package workload

import (
	"reflect"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// maxDepth bounds the chain of owners; Kubernetes' own chains have two links.
const maxDepth = 5

// Roots finds the root owner of the pods of one namespace.
type Roots struct {
	// last holds, by the UID of an owner, the one in the chain above it whose parent is the root.
	last map[facts.UID]*facts.Owner
}

type rootsKey struct{ namespace string }

var rootsLooks = facts.Looks{In: []reflect.Type{facts.TypeOf[facts.Owner]()}}

// RootsIn prepares the owners of a namespace. The caller declares the need for facts.Owner.
func RootsIn(v facts.View, namespace string) Roots {
	return facts.DerivedIn(v, rootsKey{namespace}, namespace, rootsLooks, func(v facts.View) Roots {
		list := facts.ListIn[facts.Owner](v, namespace)
		owners := make(map[facts.UID]*facts.Owner, len(list))
		for _, o := range list {
			if o.ParentName != "" {
				owners[o.UID] = o
			}
		}
		r := Roots{last: make(map[facts.UID]*facts.Owner, len(owners))}
		for uid, o := range owners {
			for range maxDepth - 1 {
				above := owners[o.ParentUID]
				if above == nil {
					break
				}
				o = above
			}
			r.last[uid] = o
		}
		return r
	})
}

// Of names the workload of a pod: the topmost built-in owner, else the foreign owner, else the pod itself. A mirror pod,
// whose reference names its node, is its own workload.
func (r Roots) Of(p *facts.Pod) facts.Ref {
	if alone(p) {
		return facts.Ref{Kind: "Pod", Namespace: p.Namespace, Name: p.Name}
	}
	if o := r.last[p.Controller.UID]; o != nil {
		return o.Parent()
	}
	return p.Controller.Ref
}

func alone(p *facts.Pod) bool {
	return p.Controller == nil || p.Controller.Ref.Kind == "Node" && p.Controller.Ref.Group == ""
}

// Together tells whether two pods have one owner. It need not notice that they have.
func Together(a, b *facts.Pod) bool { return a.Controller == b.Controller && !alone(a) }
