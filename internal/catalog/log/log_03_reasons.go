package log

import (
	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

const attestAudit = "Attestation {type: APIAuditLogging, about: {platform: true}, apiAudit: {level: Metadata, endpoint: logs.example.org}, by, date, evidence, validUntil}"

var log03Reasons = []control.ReasonText{
	{Reason: "Audited", Verdict: v1alpha1.VerdictPass, Text: "Use of the cluster API is recorded at level {level} and goes to {where}, attests {attestation}; {servers}."},
	{Reason: "LevelNeedsNone", Verdict: v1alpha1.VerdictNotApplicable, Text: "Nothing here is above level Public, where no audit of the cluster API is demanded."},
	fails("HostingContradicts", "The Platform calls the control plane Managed, but {server} runs in the cluster.",
		"Set spec.controlPlane.hosting of the Platform to SelfManaged if the platform team runs the control plane: kubectl edit platform cluster."),
	fails("NoPolicy", "{server} has no --audit-policy-file, so it records nothing.",
		"On node {node} write an audit policy, and name it in /etc/kubernetes/manifests/kube-apiserver.yaml: --audit-policy-file=/etc/kubernetes/audit-policy.yaml, with --audit-webhook-config-file or --audit-log-path."),
	fails("NoBackend", "{server} has an audit policy, but neither --audit-log-path nor --audit-webhook-config-file, so its records go nowhere.",
		"On node {node} add --audit-webhook-config-file, or --audit-log-path=/var/log/kubernetes/audit.log and a collector that reads it, to /etc/kubernetes/manifests/kube-apiserver.yaml."),
	fails("TooLittle", "Use of the cluster API is recorded at level {level}, says {by}; required is {min} for changes and for access to Secrets.",
		"Raise the level in the audit policy: {level: Metadata} for everything, RequestResponse for group rbac.authorization.k8s.io. Then correct {by}."),
	fails("SecretsRecorded", "The audit records hold the content of Secrets or tokens, says {by}.",
		"Put first in the audit policy: {level: Metadata, resources: [{group: \"\", resources: [secrets, serviceaccounts/token]}, {group: authentication.k8s.io, resources: [tokenreviews]}]}. Remove the records there are, change the Secrets in them, and correct {by}."),
	fails("LeftOut", "The audit leaves out {omits}, says {by}, so what they do leaves no trace.",
		"Remove the rule of level None from the audit policy: the first rule that matches wins. A rule that leaves out reads of harmless kinds only, such as watches of endpoints, need not be listed. Then correct {by}."),
	fails("Contradiction", "The Platform says {said} of the audit, but {attestation} attests {attested}.",
		"Find out which is right, and correct spec.controlPlane.audit of the Platform or let it be attested anew."),
	fails("RecordsStayOnNode", "{server} writes its audit records to {path} on node {node}, and no collector sees that file: whoever takes the node takes the records.",
		"Let a collector on the control plane nodes mount the directory of {path} and read it, and name it: Platform spec.controlPlane.audit.collector: {namespace: logging, name: fluent-bit}. Or send the records away with --audit-webhook-config-file."),
	fails("CollectorCannotRead", "{collector} is to read the audit records of {server} in {path}, but {detail}.",
		"Mount the directory of {path} as hostPath volume in {collector}, and let it tolerate the taints of control plane nodes: tolerations: [{key: node-role.kubernetes.io/control-plane, operator: Exists}]."),
	fails("UnauditedWay", "{subject} reaches kubelets through nodes/proxy by {binding}: what it does there, such as running commands in pods, the audit does not show.",
		"Remove nodes/proxy from the role (metrics need nodes/metrics and nodes/stats only). If it must stay, give the reason: Platform spec.access.privileged[] {subject: {kind: {kind}, name: {name}}, rights: [NodeProxy], reason}."),
	fails("KeptTooShort", "The audit records in {where} are kept for {kept}, attests {attestation}; required are at least {min}.",
		"Raise the retention in {where}, and let it be attested anew."),
	unknown("NotAttested", "What is recorded of the use of the cluster API cannot be seen, and nobody attests it: {servers}.",
		"Let whoever sees the audit policy attest it, having looked for rules of level None, omitted stages and content of Secrets: "+attestAudit+"."),
	unknown("AttestationSilent", "{attestation} attests an audit, but not what it records.",
		"Attest it with its level and destination: "+attestAudit+"."),
	unknown("DestinationNotAttested", "{attestation} attests an audit, but not where the records go.",
		"Add apiAudit.endpoint or apiAudit.collector to a new attestation: "+attestAudit+"."),
	unknown("CollectorNotKnown", "The audit records are to be read by {collector}, which is not there or no log collector that is known.",
		"Name the DaemonSet that reads them: apiAudit.collector: {namespace: logging, name: fluent-bit}. Where something outside the cluster reads them, attest apiAudit.endpoint instead."),
	unknown("RetentionNotAttested", "How long the audit records in {where} are kept cannot be seen, and nobody attests it.",
		"Let whoever sees the store's settings attest it: Attestation {type: LogRetention, about: {platform: true}, target: {target}, retention: {min}, by, date, evidence, validUntil}."),
	unknown("ProtectionNotAttested", "That administrators of the cluster cannot change or delete the audit records in {where} cannot be seen, and nobody attests it.",
		"Let whoever grants access to the store attest it: Attestation {type: LogProtection, about: {platform: true}, target: {target}, by, date, evidence, validUntil}."),
}
