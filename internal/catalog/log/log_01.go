package log

import (
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/logs"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// LOG01 judges whether what containers write reaches a central store, from every namespace and every node in use.
var LOG01 = control.Define(control.Meta{
	ID: "LOG-01", Title: "Logs of all workloads are collected centrally", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "Standard output and error of every container of the solution, on every node where its pods run, reach a central log store.",
	Why: "Without logs of all parts nobody can see an attack, trace circumvention to a person or say which data were affected by a breach. " +
		"Collection is lost quietly: by an annotation, a tainted node, an output that leads nowhere.",
	NotSeen: "Containers that write only to files, or nothing; records lost in a full buffer or behind the first Service; what parsers of Fluent Bit leave out, if they bear the name of one that comes with it; whether a collector has read its ConfigMap again since it was changed (the written configuration is judged: restart the pods after a change, or run a reloader); whether the store takes what it is sent. " +
		"Evidence of arrival covers these, as far as whoever attests it looked.",
	ISO:  []string{"8.15 Logging", "8.17 Clock synchronization"},
	GDPR: []string{"5(1)(f)", "32"},
	Evidence: []string{"DaemonSet and other workloads with the image of a known collector: mounts, node selector, affinity, tolerations, generation; their pods on each node",
		"ConfigMaps with configuration of Fluent Bit, OpenTelemetry Collector, Vector, Promtail, Filebeat",
		"FluentBit, ClusterFluentBitConfig, ClusterInput, ClusterFilter, ClusterOutput and the namespaced kinds (Fluent Operator)",
		"Logging, FluentbitAgent, Flow, ClusterFlow, Output, ClusterOutput (Logging operator)", "OpenTelemetryCollector spec.config",
		"annotations and labels of pods, templates and namespaces that opt out", "Attestation of type LogArrival, at most 30 days old"},
	Reasons: log01Reasons,
}, control.Parameters[log01]{
	Defaults: func(l control.Levels) log01 {
		return log01{RequireArrivalEvidence: control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential), ArrivalMaxAge: "30d"}
	},
	Validate: func(p log01, _ control.Levels) error { return atMost("arrivalMaxAge", p.ArrivalMaxAge, 30) },
}, control.Rules[log01]{
	Workload: &control.WorkloadRule[log01]{
		Needs: pictureNeeds(control.Sees[facts.Pod](), control.Sees[facts.Owner]()),
		Judge: judgeOptOuts,
	},
	Namespace: &control.NamespaceRule[log01]{
		Needs: pictureNeeds(control.NeedsAlso[facts.Pod](collectorNamespaces), control.NeedsAll[facts.Node](), control.Needs[facts.Workload](), control.Needs[facts.Owner]()),
		Begin: func(in control.EnvironmentInput, p *log01) func(control.NamespaceInput, []control.Result) []control.Result {
			return (&collection{env: in.Environment, arrival: newArrival(in.Environment, in.Now, period(p.ArrivalMaxAge))}).judge
		},
	},
	Environment: &control.EnvironmentRule[log01]{Needs: []control.Need{control.Needs[facts.Pod](), control.Sees[facts.Namespace]()}, Judge: judgeArrival},
})

// log01 are the parameters of LOG-01.
type log01 struct {
	// RequireArrivalEvidence: that a route exists is not enough, somebody attests that records arrive.
	RequireArrivalEvidence bool `json:"requireArrivalEvidence"`
	// ArrivalMaxAge is how old that attestation may be, at most 30d.
	ArrivalMaxAge string `json:"arrivalMaxAge"`
}

// collectorNamespaces are those in which the collectors run that take logs of nodes.
func collectorNamespaces(v facts.View) []string {
	var out []string
	for _, c := range logs.Of(v).Reading() {
		out = append(out, c.Ref().Namespace)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
