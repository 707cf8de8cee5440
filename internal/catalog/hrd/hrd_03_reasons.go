package hrd

import (
	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

func hrd03Reasons() []control.ReasonText {
	const pass, fail, unknown = v1alpha1.VerdictPass, v1alpha1.VerdictFail, v1alpha1.VerdictUnknown
	const rescan = "Have it scanned anew: kubectl -n {namespace} delete vulnerabilityreports {report}; the Trivy operator makes a new one."
	return []control.ReasonText{
		{Reason: "FixedInTime", Verdict: pass, Text: "Every image that runs is scanned, and no vulnerability is older than its limit."},
		{Reason: "NodesAttested", Verdict: pass, Text: "{attestation} attests that nodes are scanned and fixed in time."},
		{Reason: "Overdue", Verdict: fail, Text: "{id} ({severity}, in {package}) was first seen on {first} and should have been fixed by {due}. {fix}{others}",
			Remediation: "Build the image with the fixed version and roll it out; kubectl -n {namespace} get vulnerabilityreports -o wide lists the rest. What cannot be fixed in time needs a ControlException with compensation."},
		{Reason: "NoReport", Verdict: unknown, Text: "No report of a scanner is about the image that runs, {digest}.",
			Remediation: "See whether the scanner skips it: annotations of the pods, excludeNamespaces and targetWorkloads of the Trivy operator, and its log. kubectl -n {namespace} get vulnerabilityreports lists what there is."},
		{Reason: "NoScanner", Verdict: unknown, Text: "No scanner whose reports are read is installed.",
			Remediation: "Install the Trivy operator: helm install trivy-operator aqua/trivy-operator --namespace trivy-system --create-namespace."},
		{Reason: "ReportOld", Verdict: unknown, Text: "Report {report} is of {updated}, older than {maxAge}.", Remediation: rescan},
		{Reason: "ReportUndated", Verdict: unknown, Text: "Report {report} does not say when it was made, or says a time to come.", Remediation: rescan},
		{Reason: "ReportCut", Verdict: unknown, Text: "Report {report} counts vulnerabilities that it does not list, or more than are read.",
			Remediation: "Take filters out of the configuration of the scanner. An image with more than 500 vulnerabilities needs a newer base image."},
		{Reason: "NothingAnalysed", Verdict: unknown, Text: "Report {report} found no operating system and no vulnerability in {image}: the scanner may have found nothing to look at.",
			Remediation: "Keep the package data in the image, or build it on a base that the scanner knows, so that an empty report says something."},
		{Reason: "NotReported", Verdict: unknown, Text: "The runtime has not reported which image container {container} of pod {pod} runs.",
			Remediation: "Wait for the pod to start: kubectl -n {namespace} get pod {pod} -o yaml shows status.containerStatuses[].imageID."},
		{Reason: "NotMatched", Verdict: unknown, Text: "The runtime reports for container {container} of pod {pod} a digest that reports cannot be matched with: the image {image} was not pulled from a registry.",
			Remediation: "Let the node pull the image from its registry, and the pod be made anew: kubectl -n {namespace} delete pod {pod}."},
		{Reason: "NotYetRecorded", Verdict: unknown, Text: "It is not written down since when {count} vulnerabilities are known, {first} among them.",
			Remediation: "The operator writes it down when it sees them; this ends by itself while it runs. Without the operator nobody knows how old they are."},
		{Reason: "NodesNotScanned", Verdict: unknown, Text: "Nothing in the cluster shows whether its nodes are scanned for vulnerabilities.",
			Remediation: "Whoever runs the nodes attests it: an Attestation of type NodeVulnerabilityScan about the Platform, with evidence, at most a year old."},
	}
}
