package control

import (
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

// MatchesNamespace tells whether a pattern, a name or a prefix with one trailing *, means the namespace.
func MatchesNamespace(pattern v1alpha1.NamespacePattern, namespace string) bool {
	prefix, open := strings.CutSuffix(string(pattern), "*")
	if open {
		return strings.HasPrefix(namespace, prefix)
	}
	return prefix == namespace
}

// OwnsNamespace tells whether a namespace belongs to the platform, so that no environment can claim it: one of Kubernetes'
// own, or one that the Platform lists.
func (p *Platform) OwnsNamespace(namespace string) bool {
	switch namespace {
	case "kube-system", "kube-public", "kube-node-lease":
		return true
	}
	return p.lists(namespace)
}

// RunsIn tells whether workloads in a namespace are the platform's own: in kube-system, where the parts of Kubernetes run,
// and in every namespace that the Platform lists. In kube-public and kube-node-lease Kubernetes keeps data and runs nothing.
func (p *Platform) RunsIn(namespace string) bool {
	return namespace == "kube-system" || p.lists(namespace)
}

func (p *Platform) lists(namespace string) bool {
	if p.Object == nil {
		return false
	}
	for _, n := range p.Object.Spec.Namespaces {
		if MatchesNamespace(n.Name, namespace) {
			return true
		}
	}
	return false
}
