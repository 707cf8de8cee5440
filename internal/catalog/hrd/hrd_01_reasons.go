package hrd

import (
	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

func hrd01Reasons() []control.ReasonText {
	const pass, fail, unknown, none = v1alpha1.VerdictPass, v1alpha1.VerdictFail, v1alpha1.VerdictUnknown, v1alpha1.VerdictNotApplicable
	const label = "Label the namespace: kubectl label --overwrite namespace {namespace} pod-security.kubernetes.io/enforce={level} pod-security.kubernetes.io/enforce-version=latest. " +
		"Add --dry-run=server first: it warns of running pods that break the level."
	return []control.ReasonText{
		{Reason: "MeetsLevel", Verdict: pass, Text: "The template and the pods that run meet the level."},
		{Reason: "EnforcedByLabel", Verdict: pass, Text: "The label of namespace {namespace} enforces {level}, and the API server has no configuration that exempts anybody."},
		{Reason: "EnforcedAndAttested", Verdict: pass, Text: "The label of namespace {namespace} enforces {level}; {attestation} attests that the API server exempts nobody."},
		{Reason: "EnforcedByPolicy", Verdict: pass, Text: "{policy} refuses pods of namespace {namespace} that break {level}."},
		{Reason: "PlatformNamespace", Verdict: none, Text: "The namespace belongs to the platform."},
		{Reason: "EnforcementNotRequired", Verdict: none, Text: "At this level it is not required that admission enforces anything."},
		{Reason: "BreaksLevel", Verdict: fail, Text: "The pod template breaks {level}: {violations}.",
			Remediation: "Set in the pod spec: securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, and in every container, init containers too: " +
				"securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}; take away what else is named."},
		{Reason: "PodBreaksLevel", Verdict: fail, Text: "Pod {pod} breaks {level}, although its template does not: {violations}.",
			Remediation: "It is older than the template, somebody attached a debug container, or admission changed it. Let it be made anew: kubectl -n {namespace} delete pod {pod}."},
		{Reason: "NotEnforced", Verdict: fail, Text: "Nothing refuses pods in namespace {namespace} that break {level}.", Remediation: label},
		{Reason: "LabelTooWeak", Verdict: fail, Text: "The label of namespace {namespace} enforces {enforced}, required is {level}.", Remediation: label},
		{Reason: "VersionPinned", Verdict: fail, Text: "The label of namespace {namespace} enforces {level} as of {version}, and checks were added until {newest}.", Remediation: label},
		{Reason: "PluginDisabled", Verdict: fail, Text: "The label of namespace {namespace} has no effect: {server} runs without the admission plugin PodSecurity.",
			Remediation: "Take PodSecurity out of --disable-admission-plugins in the manifest of {server} on its node."},
		{Reason: "FailsOpen", Verdict: fail, Text: "{policy} lets every pod of namespace {namespace} pass while its engine does not answer: {detail}.",
			Remediation: "Set failurePolicy: Fail in the policy and see that the webhook has it too. Or: " + label},
		{Reason: "PolicyNotInForce", Verdict: fail, Text: "No label of namespace {namespace} enforces {level}, and {policy} refuses nothing here: {detail}.",
			Remediation: label},
		{Reason: "PolicyNotRead", Verdict: unknown, Text: "No label of namespace {namespace} enforces {level}; {policy} may refuse pods that break it: {detail}.",
			Remediation: label},
		{Reason: "ExemptionsNotRead", Verdict: unknown, Text: "The label of namespace {namespace} enforces {level}, but the API server may exempt users, runtime classes or namespaces, which cannot be read.",
			Remediation: "Whoever runs the control plane looks at the configuration of the admission plugin PodSecurity, and a named person attests that it exempts nobody: an Attestation of type AdmissionExemptions with evidence, about the Platform."},
	}
}
