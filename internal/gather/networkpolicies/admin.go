package networkpolicies

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// adminPolicy is an AdminNetworkPolicy, a BaselineAdminNetworkPolicy or a ClusterNetworkPolicy.
type adminPolicy struct {
	Spec struct {
		Tier     string      `json:"tier,omitempty"`
		Priority int32       `json:"priority,omitempty"`
		Subject  adminPods   `json:"subject,omitzero"`
		Ingress  []adminRule `json:"ingress,omitempty"`
		Egress   []adminRule `json:"egress,omitempty"`
	} `json:"spec"`
}

type adminPods struct {
	Namespaces *metav1.LabelSelector `json:"namespaces,omitempty"`
	Pods       *struct {
		NamespaceSelector metav1.LabelSelector `json:"namespaceSelector,omitzero"`
		PodSelector       metav1.LabelSelector `json:"podSelector,omitzero"`
	} `json:"pods,omitempty"`
}

type adminPeer struct {
	adminPods   `json:",inline"`
	Nodes       *metav1.LabelSelector `json:"nodes,omitempty"`
	Networks    []string              `json:"networks,omitempty"`
	DomainNames []string              `json:"domainNames,omitempty"`
}

type adminRule struct {
	Action string      `json:"action,omitempty"`
	From   []adminPeer `json:"from,omitempty"`
	To     []adminPeer `json:"to,omitempty"`
	Ports  []adminPort `json:"ports,omitempty"`
	// Protocols took the place of ports in ClusterNetworkPolicy; that there are some is all that is kept.
	Protocols []struct{} `json:"protocols,omitempty"`
}

type adminPort struct {
	PortNumber *struct {
		Protocol string `json:"protocol,omitempty"`
		Port     int32  `json:"port,omitempty"`
	} `json:"portNumber,omitempty"`
	PortRange *struct {
		Protocol string `json:"protocol,omitempty"`
		Start    int32  `json:"start,omitempty"`
		End      int32  `json:"end,omitempty"`
	} `json:"portRange,omitempty"`
	NamedPort string `json:"namedPort,omitempty"`
}

// extractAdmin gives what a policy of the cluster's administrator does. Those of the tier before the policies of Kubernetes
// can allow what nobody below can deny; the baseline counts only for pods that no NetworkPolicy selects.
func extractAdmin(obj runtime.Object) ([]any, error) {
	var p adminPolicy
	u, err := adapter.Decode(obj, &p)
	if err != nil {
		return nil, err
	}
	out := &facts.PluginPolicy{Ref: adapter.RefOf(u), Order: float64(p.Spec.Priority), First: true, Selects: &facts.PodSelection{}}
	switch {
	case u.GetKind() == "AdminNetworkPolicy":
		out.Dialect = facts.DialectAdmin
	case u.GetKind() == "BaselineAdminNetworkPolicy":
		out.Dialect, out.First = facts.DialectBaselineAdmin, false
	default:
		out.Dialect, out.First = facts.DialectCluster, p.Spec.Tier != "Baseline"
	}
	switch s := p.Spec.Subject; {
	case s.Namespaces != nil:
		out.Selects.Namespaces = s.Namespaces
	case s.Pods != nil:
		out.Selects.Namespaces, out.Selects.Pods = &s.Pods.NamespaceSelector, &s.Pods.PodSelector
	default:
		out.Selects = nil
	}
	out.Rules = append(adminRules(p.Spec.Ingress, false), adminRules(p.Spec.Egress, true)...)
	out.DeniesIngress, out.DeniesEgress = deniesRest(out.Rules, false), deniesRest(out.Rules, true)
	return []any{out}, nil
}

// deniesRest tells whether some rule denies everything.
func deniesRest(rules []facts.PluginRule, egress bool) bool {
	for i := range rules {
		r := &rules[i]
		if r.Egress == egress && r.Action == facts.PolicyDeny && r.Everything && !r.Unread && len(r.Ports) == 0 && r.InCluster {
			return true
		}
	}
	return false
}

func adminRules(rules []adminRule, egress bool) (out []facts.PluginRule) {
	for i := range rules {
		r := &rules[i]
		f := facts.PluginRule{Egress: egress, Action: facts.PolicyAction(r.Action), Unread: len(r.Protocols) > 0 && r.Action != string(facts.PolicyAllow)}
		if f.Action == "Accept" {
			f.Action = facts.PolicyAllow
		}
		peers := r.From
		if egress {
			peers = r.To
		}
		var v4, v6 bool
		for n := range peers {
			p := &peers[n]
			switch {
			case p.Namespaces != nil:
				f.InCluster = true
				if emptySelector(p.Namespaces) {
					f.Entities = append(f.Entities, entityCluster)
				}
			case p.Pods != nil:
				f.InCluster = true
				if emptySelector(&p.Pods.NamespaceSelector) {
					f.Entities = append(f.Entities, entityCluster)
				}
			case p.Nodes != nil:
				f.Unread = true
			}
			for _, cidr := range p.Networks {
				block(&f, cidr, nil)
				v4, v6 = v4 || cidr == "0.0.0.0/0", v6 || cidr == "::/0"
			}
			f.Names = append(f.Names, p.DomainNames...)
		}
		// A denial of one family, or of the outside alone, leaves the rest open.
		if f.Action == facts.PolicyDeny {
			all := len(f.Entities) > 0 && (!egress || v4 && v6)
			f.Everything, f.InCluster = all, f.InCluster || all
		}
		f.Ports = adminPorts(r.Ports)
		out = append(out, f)
	}
	return out
}

func emptySelector(s *metav1.LabelSelector) bool {
	return len(s.MatchLabels)+len(s.MatchExpressions) == 0
}

func adminPorts(ports []adminPort) (out []facts.NetworkPort) {
	for _, p := range ports {
		switch {
		case p.PortNumber != nil:
			out = append(out, facts.NetworkPort{Protocol: p.PortNumber.Protocol, Port: p.PortNumber.Port})
		case p.PortRange != nil:
			out = append(out, facts.NetworkPort{Protocol: p.PortRange.Protocol, Port: p.PortRange.Start, EndPort: p.PortRange.End})
		case p.NamedPort != "":
			out = append(out, facts.NetworkPort{Name: p.NamedPort})
		}
	}
	return out
}
