package net

import (
	"fmt"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// NET02 judges where connections may go to, and whether each place is declared.
var NET02 = control.Define(control.Meta{
	ID: "NET-02", Title: "Outbound connections go only to declared destinations", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "Every outbound destination outside the cluster is declared with purpose, supplier and country, and the network policies allow no other.",
	Why:      "Data leave by connections. Where nobody lists them nobody knows which supplier gets what, and whoever breaks in has an open way to carry data off.",
	NotSeen: "What really flows; whom a declared destination passes data on to; what a proxy or a resolver lets through beyond what the Platform says of it; ServiceEntry and egress gateways of meshes. " +
		"Where an address lies does not follow from the address: LOC-05 judges the declared country.",
	ISO:      []string{"8.20 Networks security", "8.21 Security of network services", "5.14 Information transfer"},
	GDPR:     []string{"28(3)(a)", "30", "32", "44"},
	Evidence: []string{"NetworkPolicy spec.egress; policies of Cilium, Calico and policy.networking.k8s.io", "Services of type ExternalName, Services without selector and hand-written EndpointSlices", "HostedSolution spec.externalEndpoints", "Platform spec.network.proxies, clusterRanges", "Attestation StorageLocation for distributed endpoints"},
	Reasons:  net02Reasons,
}, control.Parameters[net02]{
	Defaults: func(l control.Levels) net02 {
		switch {
		case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive):
			return net02{Required: true, MaxCIDR: 28, MaxCIDR6: 64}
		case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential):
			return net02{Required: true, MaxCIDR: 24, MaxCIDR6: 56}
		}
		return net02{Required: control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityInternal), MaxCIDR: 8, MaxCIDR6: 32}
	},
	Validate: func(p net02, _ control.Levels) error {
		if p.MaxCIDR < 8 || p.MaxCIDR > 32 || p.MaxCIDR6 < 19 || p.MaxCIDR6 > 128 {
			return fmt.Errorf("maxCIDR, maxCIDR6: /%d and /%d are not between /8 and /32, /19 and /128", p.MaxCIDR, p.MaxCIDR6)
		}
		return nil
	},
}, control.Rules[net02]{
	Environment: &control.EnvironmentRule[net02]{Needs: []control.Need{control.Needs[facts.Workload]()}, Judge: judgeDeclarations},
	Namespace: &control.NamespaceRule[net02]{
		Needs: []control.Need{control.Needs[facts.Workload](), control.Needs[facts.NetworkPolicy](), control.Needs[facts.PluginPolicy](), control.NeedsAll[facts.Namespace](),
			control.NeedsAll[facts.NetworkPlugin](), control.Needs[facts.ExternalService]()},
		Begin: func(in control.EnvironmentInput, p *net02) func(control.NamespaceInput, []control.Result) []control.Result {
			return (&outbound{env: in.Environment, p: p, known: declarationsOf(in.Environment)}).judge
		},
		None: control.NotApplicable("NoPods"),
	},
})

// net02 are the parameters of NET-02.
type net02 struct {
	// Required: false for public data, where nothing is judged.
	Required bool `json:"required"`
	// MaxCIDR is the widest range of IPv4 addresses that an endpoint may declare without a reason, as the length of its prefix.
	MaxCIDR int `json:"maxCIDR"`
	// MaxCIDR6 is the same for IPv6.
	MaxCIDR6 int `json:"maxCIDR6"`
}

const declareEndpoint = "kubectl edit hostedsolution {solution}, spec.externalEndpoints: [{host, purpose, country, supplier, addresses}]."

var net02Reasons = []control.ReasonText{
	{Reason: "DeclaredOnly", Verdict: v1alpha1.VerdictPass, Text: "Policies let the pods out to declared destinations only."},
	{Reason: "NoPods", Verdict: v1alpha1.VerdictNotApplicable, Text: "The namespace has no pods."},
	{Reason: "NotRequired", Verdict: v1alpha1.VerdictNotApplicable, Text: "At this level destinations need not be declared."},
	{Reason: "NotLimited", Verdict: v1alpha1.VerdictFail, Text: "Egress is not denied by default: the pods reach every destination.", Remediation: "See NET-01: a NetworkPolicy with podSelector {} and policyTypes [Egress], and policies that allow single destinations."},
	{Reason: "NotDeclared", Verdict: v1alpha1.VerdictFail, Text: "{object} leads to {what}, which {solution} does not declare.", Remediation: "Declare it: " + declareEndpoint + " Or take it away: kubectl edit {resource}."},
	{Reason: "Everywhere", Verdict: v1alpha1.VerdictFail, Text: "{object} lets out to every destination{ports}.", Remediation: "Name the destinations: kubectl edit {resource}. DNS goes to the resolver of the cluster: namespaceSelector kube-system, podSelector k8s-app: kube-dns."},
	{Reason: "TooWide", Verdict: v1alpha1.VerdictFail, Text: "Endpoint {host} declares {what}, wider than /{limit}, without a reason.", Remediation: "Narrow it, or say why it is needed: " + declareEndpoint + " reason."},
	{Reason: "Incomplete", Verdict: v1alpha1.VerdictFail, Text: "Endpoint {host} is declared without {what}.", Remediation: "Complete it: " + declareEndpoint},
	{Reason: "ProxyUnrestricted", Verdict: v1alpha1.VerdictFail, Text: "Proxy {host} lets everything through: the destinations behind it are hidden.", Remediation: "Give the proxy a list, and say so: kubectl edit platform cluster, spec.network.proxies: [{host, allows}]."},
	{Reason: "ProxyAllowsMore", Verdict: v1alpha1.VerdictFail, Text: "Proxy {host} lets through to {what}, which {solution} does not declare.", Remediation: "Declare it: " + declareEndpoint + " Or have the proxy refuse it."},
	{Reason: "PublicResolver", Verdict: v1alpha1.VerdictFail, Text: "Endpoint {host} is a public resolver: names that pods ask for leave the cluster, and data with them.", Remediation: "Use the resolver of the cluster and one of your own behind it; take {host} out of spec.externalEndpoints of {solution}."},
	{Reason: "ProxyNotKnown", Verdict: v1alpha1.VerdictUnknown, Text: "What proxy {host} lets through is not known.", Remediation: "kubectl edit platform cluster, spec.network.proxies: [{host: {host}, allows: [...]}]."},
	{Reason: "DistributedNotAttested", Verdict: v1alpha1.VerdictUnknown, Text: "Endpoint {host} answers from many places; where, no address tells.", Remediation: "Get the supplier's declaration and attest it: Attestation of type StorageLocation, target {host}, countries."},
	{Reason: "PolicyUnread", Verdict: v1alpha1.VerdictUnknown, Text: "{object} has a destination that cannot be read: {what}.", Remediation: "Write it as plain ranges or host names: kubectl edit {resource}."},
}
