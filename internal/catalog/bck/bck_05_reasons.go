package bck

import (
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

// lossSettle is how long pods may be away or together, as they are while they are replaced.
const lossSettle = 15 * time.Minute

func bck05Reasons() []control.ReasonText {
	const pass, fail, unknown, none = v1alpha1.VerdictPass, v1alpha1.VerdictFail, v1alpha1.VerdictUnknown, v1alpha1.VerdictNotApplicable
	const single = " If a second one is impossible or unneeded, say so with a reason in spec.singleInstances of the SolutionEnvironment."
	const apart = "add to the pod template: topologySpreadConstraints: [{maxSkew: 1, topologyKey: KEY, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {...}}}], and start the pods anew: kubectl -n {namespace} delete pod one at a time."
	return []control.ReasonText{
		{Reason: "Withstands", Verdict: pass, Text: "Enough ready replicas run apart from each other, and a budget protects them."},
		{Reason: "NotRequired", Verdict: none, Text: "At this level of availability one replica is enough."},
		{Reason: "PlatformNamespace", Verdict: none, Text: "The namespace belongs to the platform."},
		{Reason: "RunsToTheEnd", Verdict: none, Text: "A job runs to its end and is made again."},
		{Reason: "EveryNode", Verdict: none, Text: "A DaemonSet runs on every node that it is for."},
		{Reason: "SwitchedOff", Verdict: none, Text: "No replica is asked for, and none runs."},
		{Reason: "SingleInstance", Verdict: none, Text: "It runs once by design: {reason}"},
		{Reason: "TooFewReplicas", Verdict: fail, Text: "{wanted} replicas are asked for, {required} are required.",
			Remediation: "Set spec.replicas to {required}: kubectl -n {namespace} scale {kind} {name} --replicas={required}, and in the manifests. A bare pod: make it a Deployment." + single},
		{Reason: "AutoscalerTooLow", Verdict: fail, Text: "HorizontalPodAutoscaler {autoscaler} may go down to {wanted} replicas, {required} are required.",
			Remediation: "Set spec.minReplicas of {autoscaler} to {required}: kubectl -n {namespace} patch hpa {autoscaler} --patch '{\"spec\": {\"minReplicas\": {required}}}'." + single},
		{Reason: "TooFewReady", Verdict: fail, Settle: lossSettle, Text: "{ready} pods are ready, {required} are required.",
			Remediation: "See what keeps the others: kubectl -n {namespace} describe {kind} {name}, and kubectl -n {namespace} get events."},
		{Reason: "OneNode", Verdict: fail, Settle: lossSettle, Text: "All ready pods are on node {node}.",
			Remediation: "With KEY kubernetes.io/hostname, " + apart},
		{Reason: "TooFewZones", Verdict: fail, Settle: lossSettle, Text: "The ready pods are in {zones} zones inside the allowed locations, {needed} are required.{hint}",
			Remediation: "With KEY topology.kubernetes.io/zone, " + apart},
		{Reason: "NoBudget", Verdict: fail, Text: "No PodDisruptionBudget selects the pods, so that a drain may take them all at once.{hint}",
			Remediation: "Create one: kubectl -n {namespace} create pdb {name} --max-unavailable=1 --selector=LABELS, with the labels of the pod template."},
		{Reason: "BudgetBlocks", Verdict: fail, Text: "PodDisruptionBudget {budget} never lets a pod go, so that nodes cannot be drained for updates.",
			Remediation: "Set spec.maxUnavailable: 1 in {budget}, without minAvailable."},
		{Reason: "BudgetProtectsNothing", Verdict: fail, Text: "PodDisruptionBudget {budget} lets all {wanted} pods go at once.",
			Remediation: "Set spec.maxUnavailable: 1 in {budget}, without minAvailable."},
		{Reason: "BudgetsOverlap", Verdict: fail, Text: "PodDisruptionBudgets {budget} and {other} select the same pods; the API server then evicts none of them.",
			Remediation: "Delete one of the two: kubectl -n {namespace} delete pdb {other}."},
		{Reason: "NoReadinessProbe", Verdict: fail, Text: "No container has a readiness probe, so that a pod counts as ready before it is.",
			Remediation: "Add to the container that serves: readinessProbe: {httpGet: {path: /ready, port: PORT}}."},
		{Reason: "NoRequests", Verdict: fail, Text: "Container {container} asks for no CPU or no memory, so that the scheduler keeps no room for it and it goes first when a node is full.",
			Remediation: "Set resources.requests.cpu and resources.requests.memory of container {container}."},
		{Reason: "ZoneNotKnown", Verdict: unknown, Text: "{needed} zones are required; the zone of node {unplaced} is not known.",
			Remediation: "Label node {unplaced} with topology.kubernetes.io/zone and region, or describe its region in the Platform."},
	}
}
