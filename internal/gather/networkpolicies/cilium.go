package networkpolicies

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

type ciliumPolicy struct {
	Spec  *ciliumSpec  `json:"spec,omitempty"`
	Specs []ciliumSpec `json:"specs,omitempty"`
}

type ciliumSpec struct {
	EndpointSelector  *metav1.LabelSelector `json:"endpointSelector,omitempty"`
	NodeSelector      *metav1.LabelSelector `json:"nodeSelector,omitempty"`
	EnableDefaultDeny struct {
		Ingress *bool `json:"ingress,omitempty"`
		Egress  *bool `json:"egress,omitempty"`
	} `json:"enableDefaultDeny,omitzero"`
	Ingress     []ciliumRule `json:"ingress,omitempty"`
	IngressDeny []ciliumRule `json:"ingressDeny,omitempty"`
	Egress      []ciliumRule `json:"egress,omitempty"`
	EgressDeny  []ciliumRule `json:"egressDeny,omitempty"`
}

type ciliumRule struct {
	FromEndpoints []metav1.LabelSelector `json:"fromEndpoints,omitempty"`
	FromCIDR      []string               `json:"fromCIDR,omitempty"`
	FromCIDRSet   []ciliumCIDR           `json:"fromCIDRSet,omitempty"`
	FromEntities  []string               `json:"fromEntities,omitempty"`
	FromGroups    []struct{}             `json:"fromGroups,omitempty"`
	FromNodes     []struct{}             `json:"fromNodes,omitempty"`
	ToEndpoints   []metav1.LabelSelector `json:"toEndpoints,omitempty"`
	ToCIDR        []string               `json:"toCIDR,omitempty"`
	ToCIDRSet     []ciliumCIDR           `json:"toCIDRSet,omitempty"`
	ToEntities    []string               `json:"toEntities,omitempty"`
	ToServices    []struct{}             `json:"toServices,omitempty"`
	ToGroups      []struct{}             `json:"toGroups,omitempty"`
	ToNodes       []struct{}             `json:"toNodes,omitempty"`
	ToFQDNs       []struct {
		MatchName    string `json:"matchName,omitempty"`
		MatchPattern string `json:"matchPattern,omitempty"`
	} `json:"toFQDNs,omitempty"`
	ToPorts []struct {
		Ports []struct {
			Port     string `json:"port,omitempty"`
			EndPort  int32  `json:"endPort,omitempty"`
			Protocol string `json:"protocol,omitempty"`
		} `json:"ports,omitempty"`
	} `json:"toPorts,omitempty"`
	ICMPs []struct{} `json:"icmps,omitempty"`
}

type ciliumCIDR struct {
	CIDR         string   `json:"cidr,omitempty"`
	CIDRGroupRef string   `json:"cidrGroupRef,omitempty"`
	Except       []string `json:"except,omitempty"`
}

// extractCilium gives one fact for each object. Where specs hold several policies that select different pods, nothing is said
// of whom they apply to, and nobody counts as denied by them.
func extractCilium(obj runtime.Object) ([]any, error) {
	var p ciliumPolicy
	u, err := adapter.Decode(obj, &p)
	if err != nil {
		return nil, err
	}
	specs := p.Specs
	if p.Spec != nil {
		specs = append([]ciliumSpec{*p.Spec}, specs...)
	}
	out := &facts.PluginPolicy{Ref: adapter.RefOf(u), Dialect: facts.DialectCilium}
	cluster := u.GetNamespace() == ""
	if cluster {
		out.Dialect = facts.DialectCiliumCluster
	}
	pods := false
	for i := range specs {
		s := &specs[i]
		if s.NodeSelector != nil && s.EndpointSelector == nil {
			continue // about nodes, not pods
		}
		if pods = true; len(specs) == 1 {
			out.Selects = ciliumSelection(u.GetNamespace(), s.EndpointSelector)
			out.DeniesIngress = denies(s.EnableDefaultDeny.Ingress, len(s.Ingress)+len(s.IngressDeny))
			out.DeniesEgress = denies(s.EnableDefaultDeny.Egress, len(s.Egress)+len(s.EgressDeny))
		}
		for _, rules := range []struct {
			list   []ciliumRule
			egress bool
			action facts.PolicyAction
		}{{s.IngressDeny, false, facts.PolicyDeny}, {s.EgressDeny, true, facts.PolicyDeny}, {s.Ingress, false, facts.PolicyAllow}, {s.Egress, true, facts.PolicyAllow}} {
			for n := range rules.list {
				if r, ok := rules.list[n].fact(cluster); ok {
					r.Egress, r.Action = rules.egress, rules.action
					out.Rules = append(out.Rules, r)
				}
			}
		}
	}
	if !pods {
		return nil, nil
	}
	return []any{out}, nil
}

// denies follows what Cilium does: a section with rules denies the rest unless the policy says otherwise.
func denies(says *bool, rules int) bool {
	if says != nil {
		return *says
	}
	return rules > 0
}

// fact gives what a rule is about; not ok for a rule that allows nothing.
func (r *ciliumRule) fact(cluster bool) (out facts.PluginRule, ok bool) {
	endpoints := append(append([]metav1.LabelSelector(nil), r.FromEndpoints...), r.ToEndpoints...)
	for i := range endpoints {
		out.InCluster = true
		r.endpoint(&out, &endpoints[i], cluster)
	}
	for _, cidr := range append(append([]string(nil), r.FromCIDR...), r.ToCIDR...) {
		block(&out, cidr, nil)
	}
	for _, c := range append(append([]ciliumCIDR(nil), r.FromCIDRSet...), r.ToCIDRSet...) {
		if c.CIDR == "" {
			out.Unread = true // a group of addresses kept elsewhere
			continue
		}
		block(&out, c.CIDR, c.Except)
	}
	for _, e := range append(append([]string(nil), r.FromEntities...), r.ToEntities...) {
		out.Entities = append(out.Entities, e)
		out.Everything = out.Everything || strings.HasPrefix(e, "world") || e == "all"
	}
	for _, n := range r.ToFQDNs {
		if n.MatchName != "" {
			out.Names = append(out.Names, n.MatchName)
		}
		if n.MatchPattern != "" {
			out.Names = append(out.Names, n.MatchPattern)
			out.Everything = out.Everything || strings.Trim(n.MatchPattern, "*.") == ""
		}
	}
	out.InCluster = out.InCluster || len(r.ToServices) > 0
	out.Unread = out.Unread || len(r.FromGroups)+len(r.ToGroups)+len(r.FromNodes)+len(r.ToNodes) > 0
	r.ports(&out)
	peers := out.InCluster || out.Everything || out.Unread || len(out.Blocks)+len(out.Names)+len(out.Entities) > 0
	if !peers && len(r.ToPorts)+len(r.ICMPs) > 0 {
		out.Everything, peers = true, true // ports and no peers: everybody
	}
	return out, peers
}

// endpoint notes a selector of pods that reaches beyond the pods of single namespaces.
func (r *ciliumRule) endpoint(out *facts.PluginRule, s *metav1.LabelSelector, cluster bool) {
	all := cluster
	for k, v := range s.MatchLabels {
		switch {
		case strings.HasPrefix(k, "reserved:"), strings.HasPrefix(k, "reserved."):
			out.Entities = append(out.Entities, k[len("reserved:"):])
			out.Everything = out.Everything || strings.Contains(k, "world") || strings.Contains(k, "all")
			all = false
		case plainKey(k) == "io.kubernetes.pod.namespace" && v != "", strings.HasPrefix(plainKey(k), "io.cilium.k8s.namespace.labels."):
			all = false
		}
	}
	for _, e := range s.MatchExpressions {
		if plainKey(e.Key) == "io.kubernetes.pod.namespace" {
			all = e.Operator != metav1.LabelSelectorOpIn
		}
	}
	if all {
		out.Entities = append(out.Entities, entityCluster)
	}
}

func plainKey(key string) string {
	return strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(key, "k8s:"), "any:"), "k8s.")
}

func (r *ciliumRule) ports(out *facts.PluginRule) {
	for _, to := range r.ToPorts {
		for _, p := range to.Ports {
			out.Ports = append(out.Ports, portOf(p.Protocol, p.Port, p.EndPort))
		}
	}
}

// ciliumSelection reads an endpoint selector, nil where it names what is not a label of pods or namespaces.
func ciliumSelection(namespace string, s *metav1.LabelSelector) *facts.PodSelection {
	if s == nil {
		return nil
	}
	out := &facts.PodSelection{Namespace: namespace}
	pods, namespaces := metav1.LabelSelector{}, metav1.LabelSelector{}
	side := func(key string) (*metav1.LabelSelector, string, bool) {
		key = plainKey(key)
		switch rest, ok := strings.CutPrefix(key, "io.cilium.k8s.namespace.labels."); {
		case ok:
			return &namespaces, rest, true
		case key == "io.kubernetes.pod.namespace":
			return &namespaces, labelNamespace, true
		case strings.Contains(key, ":") || strings.HasPrefix(key, "io.cilium."):
			return nil, "", false
		}
		return &pods, key, true
	}
	for k, v := range s.MatchLabels {
		to, key, ok := side(k)
		if !ok {
			return nil
		}
		if to.MatchLabels == nil {
			to.MatchLabels = map[string]string{}
		}
		to.MatchLabels[key] = v
	}
	for _, e := range s.MatchExpressions {
		to, key, ok := side(e.Key)
		if !ok {
			return nil
		}
		to.MatchExpressions = append(to.MatchExpressions, metav1.LabelSelectorRequirement{Key: key, Operator: e.Operator, Values: e.Values})
	}
	if len(pods.MatchLabels)+len(pods.MatchExpressions) > 0 {
		out.Pods = &pods
	}
	if len(namespaces.MatchLabels)+len(namespaces.MatchExpressions) > 0 {
		out.Namespaces = &namespaces
	}
	return out
}
