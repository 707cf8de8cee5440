package log

import (
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/logs"
)

// settle is how long an agent may be away from a node before that counts: a restart, an update, a new node.
const settle = 15 * time.Minute

const attestArrival = "Or let somebody who looked in the store attest it: Attestation {type: LogArrival, about: {environment: {environment}}, by, date, evidence, validUntil}, counted for 30 days."

var log01Reasons = []control.ReasonText{
	{Reason: "NothingOptsOut", Verdict: v1alpha1.VerdictPass, Text: "Nothing in the workload keeps its logs from being collected."},
	{Reason: "OptOutWithoutEffect", Verdict: v1alpha1.VerdictPass, Text: "The workload asks not to be collected, and no collector heeds it."},
	{Reason: "OptsOut", Verdict: v1alpha1.VerdictFail, Text: "{key} on {where} keeps the logs of {container} from being collected.",
		Remediation: "Remove {key} from {where}. The platform team can stop heeding it for everybody: K8S-Logging.Exclude Off (Fluent Bit), filterKubernetes.K8S-Logging.Exclude: \"Off\" (Logging operator)."},
	{Reason: "MayOptOut", Verdict: v1alpha1.VerdictUnknown, Text: "{key} on {where} may keep the logs of {container} from being collected: {detail}.",
		Remediation: "Remove {key} from {where}."},

	{Reason: "Collected", Verdict: v1alpha1.VerdictPass, Text: "{collector} takes the logs on every node in use and sends them to {destination}."},
	{Reason: "Attested", Verdict: v1alpha1.VerdictPass, Text: "Logs arrive in the central store, says Attestation {attestation}; what the cluster shows of it: {detail}."},
	{Reason: "ArrivalAttested", Verdict: v1alpha1.VerdictPass, Text: "Logs arrive in the central store, says Attestation {attestation}."},
	{Reason: "NoArrivalEvidence", Verdict: v1alpha1.VerdictUnknown, Text: "Nothing shows that logs of {namespaces} arrive in the central store; at this level a route alone is not enough.",
		Remediation: "Look in the store for records of the last day from every namespace, and attest it: Attestation {type: LogArrival, about: {environment: {environment}}, by, date, evidence, validUntil}. It counts for 30 days, and for namespaces that existed on its date."},
	{Reason: "NoCollectorKnown", Verdict: v1alpha1.VerdictUnknown, Text: "No log collector is recognised in the cluster.",
		Remediation: "Install one, for example Fluent Bit as a DaemonSet with /var/log mounted. " + attestArrival},

	fails("NotRead", "No collector reads the logs of {what}: {detail}.",
		"Let an input read /var/log/containers/*.log. {hint}"),
	fails("PathExcluded", "The logs of {what} are left out by {detail}.",
		"Take the namespace out of the exclusion in {object} {field}."),
	fails("FilteredOut", "The logs of {what} are dropped by {detail}.",
		"Change the filter in {object} {field}, so that it lets the namespace through."),
	fails("NoRoute", "The logs of {what} are read and go nowhere: {detail}.",
		"Add an output whose Match takes them, or a Flow or ClusterFlow that selects them with an output that exists. {hint}"),
	fails("DeadEnd", "The logs of {what} end in {detail}, which keeps nothing.",
		"Send them to a store: change {object} {field}."),
	fails("AgentNotOnNode", "{collector} does not run on node {node}{more}, where pods of {what} run: {detail}.",
		"Let the agent run on every node: kubectl -n {collectorNamespace} edit {collectorKind} {collectorName}, remove the node selector or add tolerations: [{operator: Exists}]."),
	settles("AgentMissing", "{collector} has no pod on node {node}{more}, where pods of {what} run.",
		"See why: kubectl -n {collectorNamespace} describe {collectorKind} {collectorName}"),
	settles("AgentNotReady", "{collector} is not ready on node {node}{more}, where pods of {what} run.",
		"See why: kubectl -n {collectorNamespace} get pods -o wide --field-selector spec.nodeName={node}; kubectl -n {collectorNamespace} logs {collectorKind}/{collectorName}"),
	settles("AgentRollingOut", "The last change of {collector} is not taken up by its controller, so what runs on node {node}{more} is not what is written.",
		"See why: kubectl -n {collectorNamespace} rollout status {collectorKind} {collectorName}"),

	unknown("ConfigurationNotRead", "Whether {collector} takes the logs of {what} cannot be seen: {detail}.",
		"Keep the configuration in a ConfigMap or in the operator's resources. "+attestArrival),
	unknown("MayDrop", "Whether all logs of {what} get through cannot be seen: {detail} may drop records.",
		"Remove it from {object} {field}, or select by namespace, pod or label instead of by content. "+attestArrival),
	unknown("Undecidable", "Whether the logs of {what} get through cannot be decided: {detail}.",
		"Make {object} {field} say it plainly. "+attestArrival),
	unknown("HandedOver", "The logs of {what} are handed over, and what becomes of them cannot be seen: {detail}.",
		"Send them to the store directly, or keep the configuration of the next hop where it can be read. "+attestArrival),
}

func fails(reason control.Reason, text, remediation string) control.ReasonText {
	return control.ReasonText{Reason: reason, Verdict: v1alpha1.VerdictFail, Text: text, Remediation: remediation}
}

func settles(reason control.Reason, text, remediation string) control.ReasonText {
	r := fails(reason, text, remediation)
	r.Settle = settle
	return r
}

func unknown(reason control.Reason, text, remediation string) control.ReasonText {
	return control.ReasonText{Reason: reason, Verdict: v1alpha1.VerdictUnknown, Text: text, Remediation: remediation}
}

// reasonOf names the reason of a cause.
func reasonOf(w logs.Why) control.Reason {
	switch w {
	case logs.NoInput, logs.OptedOut:
		return "NotRead"
	case logs.PathExcluded:
		return "PathExcluded"
	case logs.Dropped:
		return "FilteredOut"
	case logs.NoOutput:
		return "NoRoute"
	case logs.DeadEnd:
		return "DeadEnd"
	case logs.Unread:
		return "ConfigurationNotRead"
	case logs.MayDrop:
		return "MayDrop"
	case logs.HandedOver:
		return "HandedOver"
	}
	return "Undecidable"
}

// reasonOn names the reason of a presence.
func reasonOn(p logs.Presence) control.Reason {
	switch p {
	case logs.Missing:
		return "AgentMissing"
	case logs.NotReady:
		return "AgentNotReady"
	case logs.RollingOut:
		return "AgentRollingOut"
	}
	return "AgentNotOnNode"
}
