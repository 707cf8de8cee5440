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

// OwnsNamespace tells whether a namespace belongs to the platform: one of Kubernetes' own, or one that the Platform lists.
func (p *Platform) OwnsNamespace(namespace string) bool {
	switch namespace {
	case "kube-system", "kube-public", "kube-node-lease":
		return true
	}
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
