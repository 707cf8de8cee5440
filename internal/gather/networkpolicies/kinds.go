// Package networkpolicies reads network policies beyond those of Kubernetes itself: of Cilium, of Calico, and the cluster
// policies of policy.networking.k8s.io.
package networkpolicies

import (
	"net/netip"
	"reflect"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// Groups of the policies.
const (
	CiliumGroup = "cilium.io"
	CalicoGroup = "projectcalico.org"
	// CalicoStore is where Calico keeps its policies when its API server is not there.
	CalicoStore = "crd.projectcalico.org"
	AdminGroup  = "policy.networking.k8s.io"
)

// Kinds lists the resources read.
func Kinds() []adapter.Kind {
	feeds := []reflect.Type{facts.TypeOf[facts.PluginPolicy]()}
	kind := func(group, version, name, resource string, namespaced bool, k adapter.Kind) adapter.Kind {
		k.GVK = schema.GroupVersionKind{Group: group, Version: version, Kind: name}
		k.Resource, k.Namespaced, k.Optional, k.Feeds = resource, namespaced, true, feeds
		return k
	}
	cilium := adapter.Kind{Extract: extractCilium, Prune: adapter.PruneTo[ciliumPolicy]()}
	calico := adapter.Kind{Extract: extractCalico, Prune: adapter.PruneTo[calicoPolicy]()}
	admin := adapter.Kind{Extract: extractAdmin, Prune: adapter.PruneTo[adminPolicy]()}
	out := []adapter.Kind{
		kind(CiliumGroup, "v2", "CiliumNetworkPolicy", "ciliumnetworkpolicies", true, cilium),
		kind(CiliumGroup, "v2", "CiliumClusterwideNetworkPolicy", "ciliumclusterwidenetworkpolicies", false, cilium),
	}
	for _, in := range []schema.GroupVersion{{Group: CalicoGroup, Version: "v3"}, {Group: CalicoStore, Version: "v1"}} {
		out = append(out, kind(in.Group, in.Version, "NetworkPolicy", "networkpolicies", true, calico),
			kind(in.Group, in.Version, "GlobalNetworkPolicy", "globalnetworkpolicies", false, calico))
		felix := kind(in.Group, in.Version, "FelixConfiguration", "felixconfigurations", false, adapter.Kind{Extract: extractFelix, Prune: adapter.PruneTo[felixConfiguration]()})
		felix.Feeds = []reflect.Type{facts.TypeOf[facts.NetworkPlugin]()}
		out = append(out, felix)
	}
	return append(out,
		kind(AdminGroup, "v1alpha1", "AdminNetworkPolicy", "adminnetworkpolicies", false, admin),
		kind(AdminGroup, "v1alpha1", "BaselineAdminNetworkPolicy", "baselineadminnetworkpolicies", false, admin),
		kind(AdminGroup, "v1alpha2", "ClusterNetworkPolicy", "clusternetworkpolicies", false, admin))
}

// entityCluster is the word for all pods of the cluster, whatever the dialect.
const entityCluster = "cluster"

// block notes a range of addresses, less its exceptions, in a rule.
func block(r *facts.PluginRule, cidr string, except []string) {
	p, err := netip.ParsePrefix(cidr)
	if err != nil {
		if a, addrErr := netip.ParseAddr(cidr); addrErr == nil {
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
	}
	switch {
	case err != nil:
		r.Unread = true
		return
	case p.Bits() == 0:
		r.Everything = true // whatever the exceptions leave out, it is no single destination
	}
	if len(except) > 0 {
		r.Except = append(r.Except, except...)
	}
	r.Blocks = append(r.Blocks, p.Masked())
}

// labelNamespace is the label by which the API server names a namespace.
const labelNamespace = "kubernetes.io/metadata.name"
