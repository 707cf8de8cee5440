package net

import (
	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// NET01 judges whether what no policy allows is denied, and whether anything enforces that.
var NET01 = control.Define(control.Meta{
	ID: "NET-01", Title: "Traffic is denied unless allowed", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "Every namespace of the solution denies ingress and egress by default, whatever labels a pod has, allows only what is declared, and the network plugin enforces it.",
	Why: "Without a default, every pod of the cluster reaches every other: whoever breaks into one, of any solution, stands in front of the databases of all. " +
		"Policies that a plugin does not enforce look the same and do nothing.",
	NotSeen: "Whether the plugin really drops packets (a test is attested, type NetworkPolicyEnforcement); traffic between a pod and its own node; plugins that are built into the Kubernetes distribution; " +
		"who may label namespaces; whom an allowed pod talks to on behalf of others.",
	ISO:  []string{"8.22 Segregation of networks", "8.20 Networks security"},
	GDPR: []string{"25", "32"},
	Evidence: []string{"NetworkPolicy spec.podSelector, policyTypes, ingress, egress", "CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy, NetworkPolicy and GlobalNetworkPolicy of Calico, AdminNetworkPolicy, BaselineAdminNetworkPolicy, ClusterNetworkPolicy",
		"DaemonSet of the network plugin in a namespace of the platform, ConfigMap cilium-config", "pod templates spec.hostNetwork, containers[].ports[].hostPort", "labels of namespaces that selectors name",
		"SolutionEnvironment spec.openTraffic, Platform spec.network", "Attestation NetworkPolicyEnforcement"},
	Reasons: net01Reasons,
}, control.Parameters[net01]{Defaults: func(l control.Levels) net01 {
	internal := control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityInternal)
	return net01{EgressDefaultDeny: internal, ForbidHostNetwork: internal}
}}, control.Rules[net01]{
	Environment: &control.EnvironmentRule[net01]{
		Needs: []control.Need{control.Needs[facts.Workload](), control.SeesAll[facts.NetworkPlugin](), control.SeesAll[facts.Node]()},
		Judge: judgeEnforcement,
	},
	Namespace: &control.NamespaceRule[net01]{
		Needs: []control.Need{control.Needs[facts.Workload](), control.Needs[facts.NetworkPolicy](), control.Needs[facts.PluginPolicy](), control.NeedsAll[facts.Namespace](), control.SeesAll[facts.NetworkPlugin]()},
		Begin: func(in control.EnvironmentInput, p *net01) func(control.NamespaceInput, []control.Result) []control.Result {
			return (&isolation{env: in.Environment, p: p}).judge
		},
		None: control.NotApplicable("NoPods"),
	},
})

// net01 are the parameters of NET-01.
type net01 struct {
	// EgressDefaultDeny: egress is denied by default too, not ingress alone.
	EgressDefaultDeny bool `json:"egressDefaultDeny"`
	// ForbidHostNetwork: no pod uses the network or a port of its node, where policies do not reach.
	ForbidHostNetwork bool `json:"forbidHostNetwork"`
}

const denyAll = `kubectl apply -n {namespace} -f - <<< '{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"default-deny"},"spec":{"podSelector":{},"policyTypes":["Ingress","Egress"]}}', ` +
	"after a policy that allows what the pods need (DNS: namespace kube-system, pods k8s-app: kube-dns, port 53)."

var net01Reasons = []control.ReasonText{
	{Reason: "DeniedByDefault", Verdict: v1alpha1.VerdictPass, Text: "Every pod of the namespace, whatever its labels, is denied what no policy allows, and no policy allows everything."},
	{Reason: "Enforced", Verdict: v1alpha1.VerdictPass, Text: "The network plugin enforces policies."},
	{Reason: "DeclaredOpen", Verdict: v1alpha1.VerdictPass, Text: "Every pod of the namespace is denied by default; what is open for more than single peers is declared in spec.openTraffic."},
	{Reason: "NoPods", Verdict: v1alpha1.VerdictNotApplicable, Text: "The namespace has no pods."},
	{Reason: "NotDenied", Verdict: v1alpha1.VerdictFail, Text: "{direction} is not denied by default: no policy selects {who}{ignored}.", Remediation: denyAll},
	{Reason: "OpenToAll", Verdict: v1alpha1.VerdictFail, Text: "{policy} allows {direction} {what}{ports}.",
		Remediation: "Name the peers: kubectl edit -n {namespace} {resource}. Where it has to be open, declare it: kubectl edit solutionenvironment {environment}: spec.openTraffic: [{namespace, direction, policy, reason}]."},
	{Reason: "OtherSolution", Verdict: v1alpha1.VerdictFail, Text: "{policy} allows {direction} {what} namespace {other}, which is neither the solution's nor the platform's{ports}.",
		Remediation: "Select namespaces by their name, kubernetes.io/metadata.name, in {policy}; or declare the exchange in spec.openTraffic of the SolutionEnvironment; or, where {other} is the platform's, list it in the Platform's spec.namespaces."},
	{Reason: "HostNetwork", Verdict: v1alpha1.VerdictFail, Text: "The pods use the network of their node, where no policy reaches them.",
		Remediation: "Remove hostNetwork from the pod template; expose the pods by a Service."},
	{Reason: "HostPort", Verdict: v1alpha1.VerdictFail, Text: "Port {port} of every node leads to the pods, past the policies of many plugins.",
		Remediation: "Remove hostPort {port} from the pod template; expose the pods by a Service."},
	{Reason: "NotEnforced", Verdict: v1alpha1.VerdictFail, Text: "Policies have no effect: {what}.",
		Remediation: "Run a network plugin that enforces policies (Cilium, Calico, Antrea, kube-network-policies beside the present one), or switch enforcement on. Until then nothing in the cluster is separated."},
	{Reason: "PluginNotOnEveryNode", Verdict: v1alpha1.VerdictUnknown, Text: "{plugin} is wanted on {wanted} of {nodes} nodes; on the others nothing is known to enforce policies.",
		Remediation: "Look at its nodeSelector and tolerations: kubectl describe daemonset -n {namespace} {name}. It has to run on every node."},
	{Reason: "PluginNotReady", Verdict: v1alpha1.VerdictUnknown, Text: "{plugin} is ready on no node as far as its status says, so that it enforces nothing yet.",
		Remediation: "kubectl describe daemonset -n {namespace} {name}"},
	{Reason: "EnforcementNotKnown", Verdict: v1alpha1.VerdictUnknown, Text: "Whether policies are enforced is not known: {what}.",
		Remediation: "Try it: apply a policy that denies everything to a test pod and see that it is not reached. Then attest it: Attestation of type NetworkPolicyEnforcement about the platform. Where the plugin is one that is recognised, list its namespace in the Platform's spec.namespaces."},
	{Reason: "PolicyUnread", Verdict: v1alpha1.VerdictUnknown, Text: "{policy} may allow everything: {what}.", Remediation: "Write it in a way that can be read, with plain label selectors and address ranges: kubectl edit {resource}."},
}
