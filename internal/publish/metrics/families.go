package metrics

import (
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
)

// Family documents one metric.
type Family struct {
	Name string
	// Type is gauge, counter or histogram.
	Type   string
	Help   string
	Labels []string
}

// Names of the metrics of decisions.
const (
	solutionInfo        = "tilsyn_solution_info"
	solutionState       = "tilsyn_solution_state"
	environmentState    = "tilsyn_environment_state"
	partyState          = "tilsyn_environment_party_state"
	controlResult       = "tilsyn_control_result"
	controlSince        = "tilsyn_control_result_since_timestamp_seconds"
	platformResult      = "tilsyn_platform_control_result"
	institutionState    = "tilsyn_institution_state"
	institutionResult   = "tilsyn_institution_control_result"
	institutionFindings = "tilsyn_institution_findings"
	findings            = "tilsyn_findings"
	workloads           = "tilsyn_workloads"
	lastEvaluation      = "tilsyn_last_evaluation_timestamp_seconds"
	heartbeat           = "tilsyn_heartbeat_seconds"
	exceptionLeft       = "tilsyn_exception_remaining_seconds"
	exceptionCovers     = "tilsyn_exception_covered_results"
	deadline            = "tilsyn_deadline_timestamp_seconds"
	sourceReadable      = "tilsyn_source_readable"
	sourceEvent         = "tilsyn_source_last_event_timestamp_seconds"
	sourceBad           = "tilsyn_source_undecodable_objects"
	unclaimed           = "tilsyn_unclaimed_namespaces"
	nodes               = "tilsyn_nodes"

	evaluationTime = "tilsyn_evaluation_duration_seconds"
	publishDelay   = "tilsyn_publish_delay_seconds"
	rulePanics     = "tilsyn_rule_panics_total"
	writes         = "tilsyn_writes_total"
	buildInfo      = "tilsyn_build_info"
)

// States of a deadline.
const (
	deadlineAhead   = "Ahead"
	deadlineOverdue = "Overdue"
)

// decisionFamilies are gauges made of the last decisions, operationFamilies tell of the operator's own work.
func decisionFamilies() []Family {
	gauge := func(name, help string, labels ...string) Family {
		return Family{Name: name, Type: "gauge", Help: help, Labels: labels}
	}
	return []Family{
		gauge(solutionInfo, "A hosted solution, always 1. Confidentiality is the level in force.", "solution", "owner", "confidentiality", "profile"),
		gauge(solutionState, "1 for the state of a solution, 0 for the others. Production environments and the solution itself decide it.", "solution", "state"),
		gauge(environmentState, "1 for the state of an environment, 0 for the others.", "solution", "environment", "stage", "state"),
		gauge(partyState, "1 for the state of an environment as far as one party has to act, 0 for the others.", "solution", "environment", "party", "state"),
		gauge(controlResult, "1 for the verdict of a control on an environment, or on the solution itself where environment is empty. Only the present verdict has a series.",
			"solution", "environment", "control", "severity", "party", "mode", "verdict"),
		gauge(controlSince, "Since when the verdict of a control is what it is.", "solution", "environment", "control"),
		gauge(platformResult, "1 for the verdict of a control on the platform. Only the present verdict has a series.", "control", "severity", "party", "mode", "verdict"),
		gauge(institutionState, "1 for the state of what an institution has to do itself, 0 for the others. It is part of no solution's state.", "institution", "state"),
		gauge(institutionResult, "1 for the verdict of a control on an institution. Only the present verdict has a series.", "institution", "control", "severity", "mode", "verdict"),
		gauge(institutionFindings, "Findings on institutions, one for each failing or undecided result.", "institution", "severity", "mode", "verdict"),
		gauge(findings, "Findings, one for each failing or undecided subject of a control.", "solution", "environment", "severity", "party", "mode", "verdict"),
		gauge(workloads, "Workloads evaluated in an environment.", "solution", "environment"),
		gauge(lastEvaluation, "When an environment was last evaluated.", "solution", "environment"),
		gauge(heartbeat, "Longest time between two evaluations of an operator that works.", []string{}...),
		gauge(deadline, "When the first deadline of a kind that is Ahead, and the first that is Overdue, is over, for a solution or, where solution is empty, for what is about none. "+
			"Clocks in incidents have a series for each incident, its name. The verb deadlines lists them all.", "kind", "name", "solution", "state"),
		gauge(exceptionLeft, "Time until an exception ends, negative when it has ended; 0 for one that never has effect.", "name", "solution", "environment", "control", "state"),
		gauge(exceptionCovers, "Failing results that an exception covers. One that covers none can be deleted.", "name", "solution", "environment", "control"),
		gauge(sourceReadable, "1 for a source of evidence that is readable or confirmed absent, 0 for one that is not.", "source"),
		gauge(sourceEvent, "When a source of evidence was last heard of.", "source"),
		gauge(sourceBad, "Objects of a source that could not be understood.", "source"),
		gauge(unclaimed, "Namespaces with workloads that belong to no environment and not to the platform."),
		gauge(nodes, "Nodes by country; the country is unknown where the place of a node is.", "country"),
	}
}

func operationFamilies() []Family {
	return []Family{
		{evaluationTime, "histogram", "Time that one evaluation of everything took.", nil},
		{publishDelay, "histogram", "Time from the first event that changed something to the status that shows it.", nil},
		{rulePanics, "counter", "Rules that failed inside; their results are Unknown.", []string{"control"}},
		{writes, "counter", "Requests that write, by kind of the object and outcome.", []string{"kind", "outcome"}},
		{buildInfo, "gauge", "The version that runs, always 1.", []string{"version"}},
	}
}

// Families documents every metric of Tilsyn, by name.
func Families() []Family {
	all := slices.Concat(decisionFamilies(), operationFamilies())
	slices.SortFunc(all, func(a, b Family) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func (f Family) desc() *prometheus.Desc { return prometheus.NewDesc(f.Name, f.Help, f.Labels, nil) }
