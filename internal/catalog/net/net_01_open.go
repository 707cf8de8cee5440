package net

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/network"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// opening is something that a policy allows for more than single peers.
type opening struct {
	policy facts.Ref
	reason control.Reason
	what   string
	other  string // namespace of somebody else
	ports  []facts.NetworkPort
}

// openings finds the first opening in a direction that is not declared; permitted tells whether some are declared. Every
// policy counts, whether it selects pods today or not: a pod can choose the labels of any.
func (s *space) openings(d network.Direction) (r control.Result, open, permitted bool) {
	var all []opening
	for _, p := range s.policies {
		all = append(all, s.ofPolicy(p, d)...)
	}
	for _, p := range s.foreign {
		all = append(all, ofPlugin(p, d)...)
	}
	all = append(all, s.together(d)...)
	slices.SortStableFunc(all, func(a, b opening) int {
		return cmp.Or(cmp.Compare(gravity(a.reason), gravity(b.reason)), a.policy.Compare(b.policy), cmp.Compare(a.other, b.other))
	})
	for _, o := range all {
		if s.declared(o.policy.Name, d) {
			permitted = true
			continue
		}
		return s.result(o, d), true, permitted
	}
	return control.Result{}, false, permitted
}

func gravity(r control.Reason) int {
	return slices.Index([]control.Reason{"OpenToAll", "OtherSolution", "PolicyUnread"}, r)
}

func (s *space) result(o opening, d network.Direction) control.Result {
	where := []string{"policy", o.policy.String(), "direction", lower(d.String()), "what", o.what, "ports", portText(o.ports), "namespace", s.name,
		"resource", resource(o.policy), "environment", s.env.Object.Name, "other", o.other}
	if o.reason == "PolicyUnread" {
		return control.Unknown(o.reason, where...).Because(o.policy)
	}
	return control.Fail(o.reason, where...).Because(o.policy)
}

func resource(r facts.Ref) string {
	name := strings.ToLower(r.Kind)
	if r.Group != "" {
		name += "." + r.Group
	}
	return name + " " + r.Name
}

func (s *space) declared(policy string, d network.Direction) bool {
	for _, o := range s.env.Object.Spec.OpenTraffic {
		if o.Namespace == s.name && o.Direction == d.String() && (o.Policy == "" || o.Policy == policy) {
			return true
		}
	}
	return false
}

func policyRef(p *facts.NetworkPolicy) facts.Ref {
	return facts.Ref{Group: "networking.k8s.io", Kind: "NetworkPolicy", Namespace: p.Namespace, Name: p.Name}
}

func side(d network.Direction, from, to string) string {
	if d == network.Egress {
		return to
	}
	return from
}

// ofPolicy looks at each peer of a NetworkPolicy.
func (s *space) ofPolicy(p *facts.NetworkPolicy, d network.Direction) (out []opening) {
	ref := policyRef(p)
	for _, rule := range network.RulesOf(p, d) {
		if len(rule.Peers) == 0 {
			out = append(out, opening{ref, "OpenToAll", side(d, "from everybody", "to everywhere"), "", rule.Ports})
		}
		for _, peer := range rule.Peers {
			o, ok := s.ofPeer(&peer, d)
			if ok {
				o.policy, o.ports = ref, rule.Ports
				out = append(out, o)
			}
		}
	}
	if network.AddressesOfPolicy(p, d).Wide() && !slices.ContainsFunc(out, func(o opening) bool { return o.reason == "OpenToAll" || o.reason == "PolicyUnread" }) {
		out = append(out, opening{ref, "OpenToAll", side(d, "from", "to") + " half of all addresses or more, its ranges taken together", "", nil})
	}
	return out
}

func (s *space) ofPeer(peer *facts.NetworkPeer, d network.Direction) (opening, bool) {
	switch {
	case peer.Unread != "":
		return opening{reason: "PolicyUnread", what: strconv.Quote(peer.Unread) + " is no range of addresses"}, true
	case peer.Block.IsValid() && network.BlockOf(*peer).Wide():
		return opening{reason: "OpenToAll", what: side(d, "from ", "to ") + peer.Block.String() + without(peer)}, true
	case peer.Block.IsValid(), peer.Namespaces == nil:
		return opening{}, false
	}
	// What a namespace that nobody knows yet would have: its name, and no label.
	if network.Matches(peer.Namespaces, lookup(nil, "a-new-namespace")) {
		what := side(d, "from", "to") + " all namespaces"
		if peer.Pods != nil && !network.IsEmpty(peer.Pods) {
			what += ", for whatever pod chooses the label"
		}
		return opening{reason: "OpenToAll", what: what}, true
	}
	for _, ns := range facts.List[facts.Namespace](s.facts) {
		if network.Matches(peer.Namespaces, lookup(ns.Labels, ns.Name)) && !slices.Contains(s.env.Scope(), ns.Name) && !s.env.Platform.OwnsNamespace(ns.Name) {
			return opening{reason: "OtherSolution", what: side(d, "from", "to"), other: ns.Name}, true
		}
	}
	return opening{}, false
}

func without(p *facts.NetworkPeer) string {
	if len(p.Except) == 0 {
		return ""
	}
	return ", whatever it excepts"
}

// together finds workloads whose policies, each harmless, open half of the world in sum.
func (s *space) together(d network.Direction) (out []opening) {
	for _, w := range s.workloads {
		r := network.ReachOf(s.policies, d, w.Shape.Labels.Lookup)
		if !r.Isolated || len(r.Policies) < 2 || slices.ContainsFunc(r.Policies, func(p *facts.NetworkPolicy) bool { return network.AddressesOfPolicy(p, d).Wide() }) {
			continue
		}
		if r.Addresses().Wide() {
			out = append(out, opening{policyRef(r.Policies[0]), "OpenToAll", side(d, "from", "to") + " half of all addresses or more, together with the other policies of " + w.Ref.String(), "", nil})
		}
	}
	return out
}

// ofPlugin looks at the rules of a policy of the plugin.
func ofPlugin(p *facts.PluginPolicy, d network.Direction) (out []opening) {
	for i := range p.Rules {
		r := &p.Rules[i]
		if r.Egress != (d == network.Egress) || r.Action != facts.PolicyAllow {
			continue
		}
		blocks := network.AddressesOf(r.Blocks...)
		switch {
		case r.Everything || blocks.Wide():
			first := ""
			if p.First {
				first = ", before any policy of the namespace is asked"
			}
			out = append(out, opening{p.Ref, "OpenToAll", side(d, "from everybody", "to everywhere") + first, "", r.Ports})
		case slices.Contains(r.Entities, "cluster"):
			out = append(out, opening{p.Ref, "OpenToAll", side(d, "from", "to") + " all namespaces", "", r.Ports})
		case r.Unread:
			out = append(out, opening{p.Ref, "PolicyUnread", "a peer of it is kept elsewhere or written in a way that is not read", "", r.Ports})
		}
	}
	return out
}

func portText(ports []facts.NetworkPort) string {
	if len(ports) == 0 {
		return ""
	}
	var parts []string
	for _, p := range ports {
		text := p.Protocol
		switch {
		case p.Name != "":
			text += " " + p.Name
		case p.EndPort != 0:
			text += " " + strconv.Itoa(int(p.Port)) + "-" + strconv.Itoa(int(p.EndPort))
		case p.Port != 0:
			text += " " + strconv.Itoa(int(p.Port))
		}
		parts = append(parts, strings.TrimSpace(text))
	}
	return " on " + strings.Join(parts, ", ")
}
