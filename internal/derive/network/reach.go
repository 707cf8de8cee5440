package network

import (
	"net/netip"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Direction of traffic, seen from the pod.
type Direction uint8

// Directions.
const (
	Ingress Direction = iota
	Egress
)

// String gives the word that policyTypes has for it.
func (d Direction) String() string {
	if d == Egress {
		return "Egress"
	}
	return "Ingress"
}

// Isolates tells whether a policy denies, to the pods that it selects, what no rule allows.
func Isolates(p *facts.NetworkPolicy, d Direction) bool {
	if d == Egress {
		return p.IsolatesEgress
	}
	return p.IsolatesIngress
}

// RulesOf gives the rules of a policy that have effect in a direction.
func RulesOf(p *facts.NetworkPolicy, d Direction) []facts.NetworkRule {
	switch {
	case !Isolates(p, d):
		return nil
	case d == Egress:
		return p.Egress
	}
	return p.Ingress
}

// DeniedByDefault tells whether every pod that the policies' namespace could hold, whatever its labels, is denied what no
// rule allows. Where it is not, open has the labels of a pod that is not denied, unless the search was given up (nil).
func DeniedByDefault(policies []*facts.NetworkPolicy, d Direction) (denied bool, open map[string]string) {
	var selectors []*metav1.LabelSelector
	for _, p := range policies {
		if Isolates(p, d) {
			selectors = append(selectors, &p.Pods)
		}
	}
	labels, found, decided := Outside(selectors)
	return !found && decided, labels
}

// Reach is what the policies of its namespace let one pod reach (Egress), or by whom they let it be reached (Ingress).
type Reach struct {
	// Isolated is false where no policy selects the pod: everything is allowed.
	Isolated  bool
	Direction Direction
	// Policies that select the pod.
	Policies []*facts.NetworkPolicy
}

// ReachOf finds the policies that select a pod with some labels, out of those of its namespace.
func ReachOf(policies []*facts.NetworkPolicy, d Direction, labels Lookup) Reach {
	r := Reach{Direction: d}
	for _, p := range policies {
		if Isolates(p, d) && Matches(&p.Pods, labels) {
			r.Policies = append(r.Policies, p)
		}
	}
	r.Isolated = len(r.Policies) > 0
	return r
}

// Peer is the other end of a connection: a pod, or, where Addr is valid, an address outside the cluster.
type Peer struct {
	Namespace       string
	NamespaceLabels Lookup
	Labels          Lookup
	Addr            netip.Addr
}

// Port is a port of the pod that is connected to, with the names that the pod gives it.
type Port struct {
	Protocol string
	Number   int32
	Names    []string
}

// Allows tells whether a connection is let through.
func (r Reach) Allows(peer Peer, port Port) bool {
	if !r.Isolated {
		return true
	}
	for _, p := range r.Policies {
		for _, rule := range RulesOf(p, r.Direction) {
			if matchesPort(rule.Ports, port) && matchesPeer(rule.Peers, p.Namespace, peer) {
				return true
			}
		}
	}
	return false
}

func matchesPort(ports []facts.NetworkPort, port Port) bool {
	return len(ports) == 0 || slices.ContainsFunc(ports, func(p facts.NetworkPort) bool {
		switch {
		case p.Protocol != port.Protocol:
			return false
		case p.Name != "":
			return slices.Contains(port.Names, p.Name)
		case p.Port == 0:
			return true
		}
		return p.Port <= port.Number && port.Number <= max(p.Port, p.EndPort)
	})
}

func matchesPeer(peers []facts.NetworkPeer, own string, peer Peer) bool {
	return len(peers) == 0 || slices.ContainsFunc(peers, func(p facts.NetworkPeer) bool {
		switch {
		case p.Unread != "":
			return true // it may
		case p.Block.IsValid():
			return peer.Addr.IsValid() && BlockOf(p).Contains(peer.Addr)
		case peer.Addr.IsValid():
			return false
		case p.Namespaces == nil && peer.Namespace != own, p.Namespaces != nil && !Matches(p.Namespaces, peer.NamespaceLabels):
			return false
		}
		return p.Pods == nil || Matches(p.Pods, peer.Labels)
	})
}

// BlockOf gives the addresses of a peer that is a range, without its exceptions.
func BlockOf(p facts.NetworkPeer) Addresses {
	return AddressesOf(p.Block).Without(AddressesOf(p.Except...))
}

// Addresses gives the addresses outside the cluster that are let through on some port.
func (r Reach) Addresses() Addresses {
	if !r.Isolated {
		return Everywhere()
	}
	var out Addresses
	for _, p := range r.Policies {
		out = out.And(AddressesOfPolicy(p, r.Direction))
	}
	return out
}

// AddressesOfPolicy gives the addresses that one policy lets through. What cannot be read counts as everything.
func AddressesOfPolicy(p *facts.NetworkPolicy, d Direction) (out Addresses) {
	for _, rule := range RulesOf(p, d) {
		if len(rule.Peers) == 0 {
			return Everywhere()
		}
		for _, peer := range rule.Peers {
			switch {
			case peer.Unread != "":
				return Everywhere()
			case peer.Block.IsValid():
				out = out.And(BlockOf(peer))
			}
		}
	}
	return out
}
