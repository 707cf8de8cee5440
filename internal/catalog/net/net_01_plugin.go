package net

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// plugins gives those that the platform runs: a DaemonSet in a solution's own namespace, with whatever image, is no proof.
func plugins(v facts.View, p *control.Platform) []*facts.NetworkPlugin {
	return slices.DeleteFunc(slices.Clone(facts.List[facts.NetworkPlugin](v)), func(n *facts.NetworkPlugin) bool { return !p.RunsIn(n.Ref.Namespace) })
}

// judgeEnforcement judges whether anything enforces policies at all, once for the environment.
func judgeEnforcement(in control.EnvironmentInput, _ *net01) []control.Result {
	if !slices.ContainsFunc(in.Environment.Scope(), func(ns string) bool { return len(facts.ListIn[facts.Workload](in.Facts, ns)) > 0 }) {
		return nil // the namespaces say so
	}
	return []control.Result{enforcement(in)}
}

func enforcement(in control.EnvironmentInput) control.Result {
	platform := in.Environment.Platform
	seen := plugins(in.Facts, platform)
	if i := slices.IndexFunc(seen, func(p *facts.NetworkPlugin) bool { return p.Ref.Kind == "ConfigMap" && p.Enforces == facts.No }); i >= 0 {
		return control.Fail("NotEnforced", "what", seen[i].Ref.String()+" switches them off").Because(seen[i].Ref)
	}
	if networkOf(platform).PolicyEnforcement == "NotEnforced" {
		return control.Fail("NotEnforced", "what", "the Platform says so itself, spec.network.policyEnforcement").Because(platform.Ref()).RestingOn(control.Declared)
	}
	enforcing, open, off := best(seen, facts.Yes), best(seen, facts.NotKnown), best(seen, facts.No)
	if enforcing != nil && enforcing.Ready > 0 {
		return onEveryNode(in, enforcing)
	}
	missing := facts.Incomplete[facts.NetworkPlugin](in.Facts)
	if off != nil && enforcing == nil && open == nil && len(missing) == 0 {
		return control.Fail("NotEnforced", "what", off.Ref.String()+" is "+off.Plugin+", which does not enforce them, and nothing else is seen to").Because(off.Ref)
	}
	attested, changes := control.InForce(in.Environment.Attestations, v1alpha1.AttestNetworkPolicyEnforcement, in.Now)
	switch {
	case len(attested) > 0:
		return control.Pass("Enforced").RestingOn(control.Attested).Until(changes)
	case enforcing != nil:
		return control.Unknown("PluginNotReady", about(enforcing)...).Because(enforcing.Ref).Until(changes)
	case len(missing) > 0:
		return control.Unreadable(missing...).Until(changes)
	case open != nil:
		return control.Unknown("EnforcementNotKnown", "what", open.Ref.String()+" is "+open.Plugin+", which enforces them only where that is switched on").Because(open.Ref).Until(changes)
	}
	return control.Unknown("EnforcementNotKnown", "what", "no network plugin that is known runs in a namespace of the platform").Until(changes)
}

// best gives the DaemonSet that is ready on most nodes, of those that enforce policies or not.
func best(seen []*facts.NetworkPlugin, enforces facts.Tristate) (out *facts.NetworkPlugin) {
	for _, p := range seen {
		if p.Ref.Kind == "DaemonSet" && p.Enforces == enforces && (out == nil || p.Ready > out.Ready) {
			out = p
		}
	}
	return out
}

func about(p *facts.NetworkPlugin) []string {
	return []string{"plugin", p.Plugin, "namespace", p.Ref.Namespace, "name", p.Ref.Name}
}

// onEveryNode compares the nodes that the plugin is wanted on with those that there are.
func onEveryNode(in control.EnvironmentInput, p *facts.NetworkPlugin) control.Result {
	if missing := facts.Incomplete[facts.NetworkPlugin](in.Facts); len(missing) > 0 && understood(facts.DialectCilium, []*facts.NetworkPlugin{p}) {
		return control.Unreadable(missing...) // its configuration may switch enforcement off
	}
	if missing := facts.Incomplete[facts.Node](in.Facts); len(missing) > 0 {
		return control.Unreadable(missing...)
	}
	nodes := 0
	for _, n := range facts.List[facts.Node](in.Facts) {
		if n.DeletedAt.IsZero() {
			nodes++
		}
	}
	if int(p.Nodes) < nodes {
		return control.Unknown("PluginNotOnEveryNode", append(about(p), "wanted", strconv.Itoa(int(p.Nodes)), "nodes", strconv.Itoa(nodes))...).Because(p.Ref)
	}
	return control.Pass("Enforced").Because(p.Ref)
}

// networkOf is what the Platform says of the network, empty where it says nothing.
func networkOf(p *control.Platform) v1alpha1.PlatformNetwork {
	if p.Object == nil || p.Object.Spec.Network == nil {
		return v1alpha1.PlatformNetwork{}
	}
	return *p.Object.Spec.Network
}

// understood tells whether a plugin that is seen has effect of a dialect's policies; the others are objects without effect.
func understood(d facts.PolicyDialect, seen []*facts.NetworkPlugin) bool {
	return slices.ContainsFunc(seen, func(p *facts.NetworkPlugin) bool {
		switch d {
		case facts.DialectCilium, facts.DialectCiliumCluster:
			return p.Plugin == "cilium" || p.Plugin == "gke"
		case facts.DialectCalico, facts.DialectCalicoGlobal:
			return p.Plugin == "calico"
		}
		return p.Enforces == facts.Yes && slices.Contains([]string{"cilium", "calico", "antrea", "ovn-kubernetes", "kube-network-policies"}, p.Plugin)
	})
}

// lower begins with a small letter what stands within a sentence.
func lower(s string) string { return strings.ToLower(s[:1]) + s[1:] }
