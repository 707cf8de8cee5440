package loc

import (
	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/placement"
)

// faultReasons maps what placement found to the reason that is shown.
var faultReasons = map[placement.Fault]control.Reason{
	placement.NoConstraint: "NotPinned", placement.KeyNotCounted: "NotPinned",
	placement.PreferredOnly: "PreferredOnly",
	placement.TermUnpinned:  "TermUnpinned",
	placement.OperatorNotIn: "OperatorNotIn",
	placement.ValueOutside:  "ValueOutside", placement.ZoneElsewhere: "ZoneElsewhere",
	placement.ValueUnknown: "ValueUnknown", placement.ProvidersDisagree: "ProvidersDisagree",
	placement.NodeNameSet: "NodeNameSet", placement.SchedulerNotListed: "SchedulerNotListed",
}

const pinIt = "Add to the pod template: affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: " +
	"[{matchExpressions: [{key: topology.kubernetes.io/region, operator: In, values: [REGION, ...]}]}], with REGIONs out of {regions}."

var loc02Reasons = []control.ReasonText{
	{Reason: "Pinned", Verdict: v1alpha1.VerdictPass, Text: "No node outside the allowed locations can satisfy the scheduling constraints."},
	{Reason: "NowhereToRun", Verdict: v1alpha1.VerdictPass, Text: "The scheduling constraints contradict each other: no node at all can satisfy them."},
	{Reason: "VirtualNodeAsked", Verdict: v1alpha1.VerdictUnknown, Text: "The scheduling constraints ask for a virtual node, whose pods run somewhere else, whatever its region label says.",
		Remediation: "Take the requirement for virtual nodes out of nodeSelector or node affinity, and the toleration that belongs to it."},
	{Reason: "ClusterBound", Verdict: v1alpha1.VerdictPass, Text: "The workload has no pin of its own; every node of the cluster is in an allowed location."},
	{Reason: "DaemonSetOfBoundCluster", Verdict: v1alpha1.VerdictNotApplicable, Text: "A DaemonSet runs on every node, and every node of the cluster is in an allowed location."},
	{Reason: "NotPinned", Verdict: v1alpha1.VerdictFail, Text: "Nothing keeps the pods in {allowed}: {witness} would take them.",
		Remediation: pinIt},
	{Reason: "PreferredOnly", Verdict: v1alpha1.VerdictFail, Text: "A preference is not a pin: {witness} would take the pods when the preferred ones are full; allowed: {allowed}.",
		Remediation: "Move the terms from preferredDuringSchedulingIgnoredDuringExecution to requiredDuringSchedulingIgnoredDuringExecution. " + pinIt},
	{Reason: "TermUnpinned", Verdict: v1alpha1.VerdictFail, Text: "nodeSelectorTerms are ORed and this one names no region: {witness} would take the pods; allowed: {allowed}.",
		Remediation: "Put the region into every term, or make one term of them."},
	{Reason: "OperatorNotIn", Verdict: v1alpha1.VerdictFail, Text: "Only In pins: with {value}, {witness} would take the pods; allowed: {allowed}.",
		Remediation: "List what is allowed instead of what is not: operator In with values out of {regions}."},
	{Reason: "ValueOutside", Verdict: v1alpha1.VerdictFail, Text: "{value} lies outside {allowed}: {witness} would take the pods.",
		Remediation: "Remove {value}; allowed are {regions}. If {value} is right, the owner widens spec.locations.allowed of the HostedSolution."},
	{Reason: "ZoneElsewhere", Verdict: v1alpha1.VerdictFail, Text: "The region is allowed, but its zone {value} lies outside {allowed}: {witness} would take the pods.",
		Remediation: "Name the zones as well, in the same term: {key: topology.kubernetes.io/zone, operator: In, values: [ZONE, ...]} with zones in {allowed}. Or the owner also allows the country of {value}."},
	{Reason: "ValueUnknown", Verdict: v1alpha1.VerdictFail, Text: "{value} is not known to lie in {allowed}{hint}: {witness} would take the pods.",
		Remediation: "Correct the name (allowed are {regions}), or describe the region in the Platform: spec.regions[] {name, provider, country}."},
	{Reason: "ProvidersDisagree", Verdict: v1alpha1.VerdictFail, Text: "{value} lies in {allowed} at one provider ({inside}) and outside at another ({outside}), and {witness} may be at either.",
		Remediation: "Name the providers of the cluster's nodes in the Platform, spec.providers: [{name: {provider}}], and none that it has no nodes of. Where it has nodes of both, name another region: {regions}."},
	{Reason: "NodeNameSet", Verdict: v1alpha1.VerdictFail, Text: "nodeName {value} goes past the scheduler and its constraints.",
		Remediation: "Remove nodeName from the template of {kind} {namespace}/{name} and pin the region by node affinity."},
	{Reason: "SchedulerNotListed", Verdict: v1alpha1.VerdictFail, Text: "Scheduler {value} is not known to obey node affinity.",
		Remediation: "Use default-scheduler, or let the platform team list {value} in the Platform's spec.schedulers once it is known to obey node affinity."},
	{Reason: "NotAsItsOwner", Verdict: v1alpha1.VerdictFail, Text: "It names {owner} as its owner, but is not what that makes, and its own template lets the pods out: {witness} would take them; allowed: {allowed}.",
		Remediation: "After a rollout that changes the constraints it goes by itself (kubectl -n {namespace} rollout status). Otherwise delete it, kubectl -n {namespace} delete {kind} {name}, or pin its own template to regions out of {regions}."},
	{Reason: "RuntimeClassUnread", Verdict: v1alpha1.VerdictUnknown, Text: "RuntimeClass {name} may pin the pods and cannot be read.",
		Remediation: "Let the operator read runtimeclasses (get, list, watch on runtimeclasses.node.k8s.io), or pin the template itself."},
	{Reason: "NodeUnplaced", Verdict: v1alpha1.VerdictUnknown, Text: "The workload has no pin, and the place of node {node} is not known.",
		Remediation: "Pin the workload, or label node {node} with topology.kubernetes.io/region."},
}
