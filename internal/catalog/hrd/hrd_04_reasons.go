package hrd

import (
	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

func hrd04Reasons() []control.ReasonText {
	const pass, fail, unknown = v1alpha1.VerdictPass, v1alpha1.VerdictFail, v1alpha1.VerdictUnknown
	const dates = "Look it up with the vendor; then kubectl edit platform cluster: spec.supportDates: [{product: {product}, version: \"{version}\", ends: <day>, source: <where it says so>}]. Or move to a version that is supported."
	const component = "kubectl edit hostedsolution {solution}: spec.components[name={component}]: "
	return []control.ReasonText{
		{Reason: "Supported", Verdict: pass, Text: "Cluster, nodes and known add-ons run supported versions, and nodes are renewed within the window."},
		{Reason: "EndsSoon", Verdict: pass, Text: "{what} is version {version}, whose support ends on {ends}."},
		{Reason: "ComponentSupported", Verdict: pass, Text: "Component {component} {version} is supported until {ends}, as declared."},
		{Reason: "NoComponents", Verdict: pass, Text: "No component with an end of support is declared, and at this level none need be."},
		{Reason: "VersionEnded", Verdict: fail, Text: "{what} is version {version}; support of it ended with {ends} ({source}).{others}",
			Remediation: "Upgrade {object}: one minor version after the other for Kubernetes, the API server before its nodes. For nodes: kubectl drain <node> --ignore-daemonsets, then replace it from a current image."},
		{Reason: "VersionSkew", Verdict: fail, Text: "{what} is version {version} and the API server {server}: {rule}.{others}",
			Remediation: "Bring {object} to the version of the API server, or at most three minor versions behind it: kubectl get nodes -o wide shows those left behind; replace them, whole pools at a time."},
		{Reason: "NodeNotRenewed", Verdict: fail, Text: "{what} was last made or patched on {since}; {days} days are allowed.{others}",
			Remediation: "Replace the node from a current image, or patch it in place and let a person attest it: Attestation of type NodePatching about the platform, target: the node or its pool, date: the day of the patch."},
		{Reason: "ComponentEnded", Verdict: fail, Text: "Support of component {component} {version} ended with {ends} ({source}).",
			Remediation: "Upgrade {component}, then " + component + "version, supportEnds and source of the new one."},
		{Reason: "ComponentEndMissing", Verdict: fail, Text: "Component {component} {version} has no end of support with a source that says it.",
			Remediation: component + "supportEnds: <day>, source: <where the vendor says so>."},
		{Reason: "ComponentEndMoved", Verdict: fail, Text: "Component {component} {version} is declared as supported until {declared}, but its support ends with {ends} ({source}).",
			Remediation: component + "supportEnds: {ends}. What support is bought beyond that is an exception with its contract as reference."},
		{Reason: "ComponentDiffers", Verdict: fail, Text: "Component {component} is declared in version {version} and runs in {runs}.",
			Remediation: component + "version: {runs}, with the end of its support; or roll out {version}."},
		{Reason: "VersionNotKnown", Verdict: unknown, Text: "{what} is version {version}: {why}.{others}", Remediation: dates},
		{Reason: "ServerNotSeen", Verdict: unknown, Text: "Which version of Kubernetes the cluster runs is not seen: there is no node and no pod of an API server.",
			Remediation: "kubectl version; kubectl get nodes. See that the operator may list nodes and pods."},
		{Reason: "ComponentsNotDeclared", Verdict: unknown, Text: "No component is declared, so that nobody knows what the solution relies on and until when that is supported.",
			Remediation: "kubectl edit hostedsolution {solution}: spec.components: [{name: postgresql, version: \"16.4\", supportEnds: 2028-11-09, source: https://www.postgresql.org/support/versioning/}]"},
		{Reason: "ComponentEndNotKnown", Verdict: unknown, Text: "Support of component {component} {version} ends some day in {ends}.",
			Remediation: component + "supportEnds with its day, as the vendor says it."},
	}
}
