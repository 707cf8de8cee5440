package network

import (
	"encoding/json"
	"net/netip"
	"slices"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// block writes a rule to a range, as foreign input would bring it.
func block(cidr string) facts.NetworkPeer {
	p, err := netip.ParsePrefix(cidr)
	if err != nil {
		return facts.NetworkPeer{Unread: "the range cannot be read"}
	}
	return facts.NetworkPeer{Block: p}
}

// FuzzReach reads the specs of two NetworkPolicies from JSON and asks about one pod: what an address may is the same in every
// order of the policies, an address that the set of addresses lacks is refused on every port, and a policy more never takes
// anything away from a pod that was isolated before.
func FuzzReach(f *testing.F) {
	for _, s := range [][2]string{
		{`{"podSelector":{},"policyTypes":["Ingress","Egress"]}`, `{"podSelector":{},"policyTypes":["Egress"],"egress":[{}]}`},
		{`{"podSelector":{"matchLabels":{"app":"web"}},"egress":[{"to":[{"ipBlock":{"cidr":"0.0.0.0/0","except":["10.0.0.0/8"]}}],"ports":[{"port":443,"endPort":500}]}]}`, `{}`},
		{`{"podSelector":{"matchExpressions":[{"key":"app","operator":"NotIn","values":["web"]}]},"policyTypes":["Egress"]}`, `{"podSelector":{},"egress":[{"to":[{"ipBlock":{"cidr":"not a range"}}]}]}`},
		{`{"podSelector":{"matchExpressions":[{"key":"app","operator":"Exists"}]},"egress":[{"to":[{"ipBlock":{"cidr":"::/0","except":["2001:db8::/32"]}}]}]}`, `{"podSelector":{}}`},
	} {
		f.Add(s[0], s[1], "192.0.2.7", int32(443))
	}
	f.Fuzz(func(t *testing.T, one, two, address string, number int32) {
		a, ok1 := policy(one)
		b, ok2 := policy(two)
		addr, err := netip.ParseAddr(address)
		if !ok1 || !ok2 || err != nil || addr.Zone() != "" || number < 1 || number > 65535 {
			return
		}
		labels := LookupIn(map[string]string{"app": "web"})
		peer, port := Peer{Addr: addr}, Port{Protocol: "TCP", Number: number}
		for _, d := range []Direction{Ingress, Egress} {
			forward, back := ReachOf([]*facts.NetworkPolicy{a, b}, d, labels), ReachOf([]*facts.NetworkPolicy{b, a}, d, labels)
			allowed := forward.Allows(peer, port)
			if allowed != back.Allows(peer, port) || forward.Isolated != back.Isolated || !slices.Equal(forward.Addresses().Ranges(), back.Addresses().Ranges()) {
				t.Fatalf("%v: the order of the policies counts: %s %s", d, one, two)
			}
			if allowed && !forward.Addresses().Contains(addr) {
				t.Fatalf("%v: %s is let through and in no range: %v, %s %s", d, addr, forward.Addresses().Ranges(), one, two)
			}
			alone := ReachOf([]*facts.NetworkPolicy{a}, d, labels)
			if alone.Isolated && alone.Allows(peer, port) && !allowed {
				t.Fatalf("%v: one policy more takes %s away: %s %s", d, addr, one, two)
			}
			if denied, _ := DeniedByDefault([]*facts.NetworkPolicy{a, b}, d); denied && !forward.Isolated {
				t.Fatalf("%v: denied by default whatever the labels, and not with app=web: %s %s", d, one, two)
			}
		}
	})
}

// policy reads a spec as far as the brute-force evaluator of this package understands one.
func policy(text string) (*facts.NetworkPolicy, bool) {
	var spec networkingv1.NetworkPolicySpec
	if json.Unmarshal([]byte(text), &spec) != nil {
		return nil, false
	}
	if _, err := metav1.LabelSelectorAsSelector(&spec.PodSelector); err != nil {
		return nil, false // the API server refuses it
	}
	p := &facts.NetworkPolicy{Namespace: "aula", Name: "p", Pods: spec.PodSelector, IsolatesIngress: true}
	if len(spec.PolicyTypes) > 0 {
		p.IsolatesIngress = slices.Contains(spec.PolicyTypes, networkingv1.PolicyTypeIngress)
	}
	p.IsolatesEgress = slices.Contains(spec.PolicyTypes, networkingv1.PolicyTypeEgress) || len(spec.PolicyTypes) == 0 && len(spec.Egress) > 0
	for _, r := range spec.Egress {
		p.Egress = append(p.Egress, facts.NetworkRule{Peers: peers(r.To), Ports: ports(r.Ports)})
	}
	for _, r := range spec.Ingress {
		p.Ingress = append(p.Ingress, facts.NetworkRule{Peers: peers(r.From), Ports: ports(r.Ports)})
	}
	return p, true
}

func peers(all []networkingv1.NetworkPolicyPeer) []facts.NetworkPeer {
	var out []facts.NetworkPeer
	for _, p := range all {
		to := facts.NetworkPeer{Pods: p.PodSelector, Namespaces: p.NamespaceSelector}
		if p.IPBlock != nil {
			to = block(p.IPBlock.CIDR)
			for _, e := range p.IPBlock.Except {
				if x := block(e); x.Block.IsValid() {
					to.Except = append(to.Except, x.Block)
				}
			}
		}
		out = append(out, to)
	}
	return out
}

func ports(all []networkingv1.NetworkPolicyPort) []facts.NetworkPort {
	var out []facts.NetworkPort
	for _, p := range all {
		port := facts.NetworkPort{Protocol: "TCP"}
		if p.Protocol != nil {
			port.Protocol = string(*p.Protocol)
		}
		if p.Port != nil {
			if port.Port = p.Port.IntVal; p.Port.StrVal != "" {
				port.Name = p.Port.StrVal
			}
		}
		if p.EndPort != nil {
			port.EndPort = *p.EndPort
		}
		out = append(out, port)
	}
	return out
}
