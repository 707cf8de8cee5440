package iam

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/network"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// metadata are the addresses at which clouds tell a node who it is, never changed.
var metadata = []netip.Addr{netip.MustParseAddr("169.254.169.254"), netip.MustParseAddr("fd00:ec2::254")}

// clouds begin the provider ids of nodes that have such an address.
var clouds = []string{"aws:", "azure:", "gce:", "openstack:", "oci:", "digitalocean:", "hcloud:", "ibm:", "alicloud:", "scaleway:", "exoscale:"}

// node judges whether pods of the namespace reach the credentials of their node; false where there are none.
func (h *household) node() (control.Result, bool) {
	said := ""
	if p := h.Environment.Platform.Object; p != nil && p.Spec.Network != nil {
		said = p.Spec.Network.MetadataAddress
	}
	reaches, why, pods := h.reaching(said == "Blocked")
	switch {
	case !pods:
		return control.Result{}, false
	case said == "None":
		return h.none(), true
	case reaches.IsZero() && said == "Blocked":
		return control.Pass("NodeOutOfReach").RestingOn(control.Declared), true
	case reaches.IsZero():
		return control.Pass("NodeOutOfReach"), true
	case said == "":
		return control.Unknown("MetadataNotKnown", "workload", reaches.String()).Because(reaches), true
	}
	return control.Fail("NodeCredentials", "workload", reaches.String(), "why", why).Because(reaches), true
}

// none judges a Platform that says that there is no such address.
func (h *household) none() control.Result {
	for _, n := range facts.List[facts.Node](h.in.Facts) {
		if slices.ContainsFunc(clouds, func(c string) bool { return strings.HasPrefix(n.ProviderID, c) }) && n.DeletedAt.IsZero() {
			return control.Fail("MetadataContradicted", "node", n.Name, "provider", n.ProviderID).Because(facts.Ref{Kind: "Node", Name: n.Name})
		}
	}
	if missing := facts.Incomplete[facts.Node](h.in.Facts); len(missing) > 0 {
		return control.Unreadable(missing...)
	}
	return control.Pass("NodeOutOfReach").RestingOn(control.Declared)
}

// reaching names a workload that reaches the address, zero for none, and tells whether there are pods at all. Where it is
// blocked at the node, pods that are on the network of the node reach it all the same.
func (h *household) reaching(blocked bool) (facts.Ref, string, bool) {
	policies := facts.ListIn[facts.NetworkPolicy](h.in.Facts, h.in.Namespace)
	pods := false
	for _, w := range facts.ListIn[facts.Workload](h.in.Facts, h.in.Namespace) {
		if w.Shape == nil || w.Finished || w.Unread {
			continue
		}
		pods = true
		if w.Shape.HostNetwork {
			return w.Ref, "it is on the network of the node, where neither network policies nor a hop limit hold", true
		}
		if blocked {
			continue
		}
		open := network.ReachOf(policies, network.Egress, w.Shape.Labels.Lookup).Addresses()
		if slices.ContainsFunc(metadata, open.Contains) {
			return w.Ref, "no network policy denies it", true
		}
	}
	return facts.Ref{}, "", pods
}
