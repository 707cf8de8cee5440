// Package workload finds which workload a pod belongs to.
package workload

import (
	"k8s.io/apimachinery/pkg/types"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// maxDepth bounds the chain of owners; Kubernetes' own chains have two links.
const maxDepth = 5

// Roots finds the root owner of the pods of one namespace.
type Roots struct {
	owners map[types.UID]*facts.Owner
}

type rootsKey struct{ namespace string }

// RootsIn prepares the owners of a namespace. The caller declares the need for facts.Owner.
func RootsIn(v facts.View, namespace string) Roots {
	deps := []facts.Dependency{{Type: facts.TypeOf[facts.Owner](), Namespaces: []string{namespace}}}
	return facts.Derived(v, rootsKey{namespace}, deps, func(v facts.View) Roots {
		list := facts.ListIn[facts.Owner](v, namespace)
		r := Roots{owners: make(map[types.UID]*facts.Owner, len(list))}
		for _, o := range list {
			r.owners[o.UID] = o
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
	ref, uid := p.Controller.Ref, p.Controller.UID
	for range maxDepth {
		o, ok := r.owners[uid]
		if !ok || o.Parent.IsZero() {
			break
		}
		ref, uid = o.Parent, o.ParentUID
	}
	return ref
}

func alone(p *facts.Pod) bool {
	return p.Controller == nil || p.Controller.Ref.Kind == "Node" && p.Controller.Ref.Group == ""
}

// Each is Of for pods in the order of a list, in which those of one owner mostly come one after the other.
func (r Roots) Each() func(*facts.Pod) facts.Ref {
	var last *facts.PodController
	var root facts.Ref
	return func(p *facts.Pod) facts.Ref {
		if alone(p) {
			return r.Of(p)
		}
		if p.Controller != last {
			last, root = p.Controller, r.Of(p)
		}
		return root
	}
}
