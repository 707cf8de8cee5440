package log

import (
	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

const attestRetention = "Attestation {type: LogRetention, about: {platform: true}, target: {target}, retention: 13mo, by, date, evidence, validUntil}"

var log02Reasons = []control.ReasonText{
	{Reason: "Kept", Verdict: v1alpha1.VerdictPass, Text: "{store} keeps the logs for {kept}; required: {min} to {max}."},
	{Reason: "ShorterCopy", Verdict: v1alpha1.VerdictPass, Text: "{store} keeps the logs for {kept}; another store keeps them for the {min} that are required."},
	{Reason: "HeldAsEvidence", Verdict: v1alpha1.VerdictPass, Text: "{store} keeps the logs for longer than {max}, as evidence for {incident}."},
	fails("KeptTooShort", "{store} keeps the logs for {kept}; required are at least {min}.",
		"Raise {field} of {object} to {least} or more. Records that are deleted by then do not come back."),
	fails("KeptTooLong", "{store} keeps the logs for {kept}; allowed are at most {max}.",
		"Lower {field} of {object} to {most} or less."),
	fails("KeptForever", "{store} keeps the logs without end, because {field} is not set; allowed are at most {max}.",
		"Set {field} of {object}, for Loki: limits_config: {retention_period: {leastHours}h}."),
	fails("EnforcementOff", "{store} never deletes, because {field} is off or missing, whatever retention it states; allowed are at most {max}.",
		"For Loki: compactor: {retention_enabled: true, delete_request_store: s3} in {object}, with the object store that it uses."),
	fails("StoreOnEmptyDir", "{store} keeps the logs in {path}, which is lost with its pod.",
		"Give the store a volume claim template mounted at {path}, or an object store."),
	unknown("OverrideMayApply", "{store} keeps the logs for {kept}, but {override} may hold for some of them: {period}.",
		"Give the override a selector that names the namespace, such as {namespace=\"other\"}, or a period between {min} and {max}."),
	unknown("RetentionNotRead", "How long {store} keeps the logs cannot be read: {detail}.",
		"Keep the store's configuration in a ConfigMap, or let the store's owner attest it: "+attestRetention+"."),
	unknown("RetentionNotAttested", "How long {store} keeps the logs cannot be seen in the cluster, and nobody attests it.",
		"Let whoever sees the store's settings attest it: "+attestRetention+"."),
	unknown("ProtectionNotAttested", "That the solution's own people and service accounts cannot change or delete logs in {store} cannot be seen, and nobody attests it.",
		"Let whoever grants access to the store attest it: Attestation {type: LogProtection, about: {platform: true}, target: {target}, by, date, evidence, validUntil}."),
	unknown("NoStoreKnown", "Where the logs are kept is not known, because no log collector with an output is recognised.",
		"See LOG-01. If logs are collected by other means, attest how long they are kept: Attestation {type: LogRetention, about: {environment: {environment}}, retention: 13mo, by, date, evidence, validUntil}, and LogProtection likewise."),
}
