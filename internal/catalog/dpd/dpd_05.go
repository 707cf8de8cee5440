package dpd

import (
	"fmt"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// DPD05 judges whether data that people rely on stay correct and current.
var DPD05 = control.Define(control.Meta{
	ID: "DPD-05", Title: "Critical data stay correct and current", Since: "1", Severity: v1alpha1.SeverityMedium, Party: v1alpha1.PartyShared,
	MustHold: "Where integrity is medium or high: replication of databases is healthy, feeds are watched against their age limit, changes come only through the declared deployment source, and integrity checks run.",
	Why:      "In treatment and in decisions old or wrong data do harm as lost ones do, and a change by hand is seen by nobody.",
	NotSeen: "Whether data are right; values of metrics and whether an alert fires now (LOG-05 judges whether it reaches anybody); what a check went through, beyond what the solution says of it; replication inside databases of other kinds than Cluster of postgresql.cnpg.io. " +
		"Sources of Flux that are themselves suspended or stale. Since when a resource is suspended is not said by it: the time counts from when it was first seen so.",
	ISO:  []string{"8.9 Configuration management", "8.32 Change management", "8.13 Information backup"},
	GDPR: []string{"5(1)(d)", "32(1)(b)"},
	Evidence: []string{"SolutionEnvironment spec.deploymentSources", "Kustomization and HelmRelease spec.suspend, spec.driftDetection, status.conditions, status.inventory", "Application spec.syncPolicy, status.sync, status.operationState, status.resources",
		"annotations by which objects are left as they are", "Cluster (postgresql.cnpg.io) condition Ready, status.readyInstances, spec.postgresql.synchronous", "HostedSolution spec.feeds, spec.integrityChecks",
		"PrometheusRule alerts", "CronJob spec.suspend, status.lastSuccessfulTime", "Attestation DataQuality"},
	Reasons: dpd05Reasons(),
}, control.Parameters[dpd05]{
	Defaults: func(l control.Levels) dpd05 {
		if l.Integrity == v1alpha1.LevelHigh {
			return dpd05{Required: true, High: true, FeedMaxAge: "1h", DriftMax: "1h"}
		}
		return dpd05{Required: l.Integrity != v1alpha1.LevelLow, FeedMaxAge: "24h", DriftMax: "24h"}
	},
	Validate: func(p dpd05, _ control.Levels) error {
		for name, text := range map[string]string{"feedMaxAge": p.FeedMaxAge, "driftMax": p.DriftMax} {
			if _, err := date.ParseDuration(text); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	},
}, control.Rules[dpd05]{Environment: &control.EnvironmentRule[dpd05]{
	Needs: []control.Need{control.SeesAll[facts.Reconciliation](), control.Sees[facts.HandsOff](), control.Sees[facts.Workload](), control.Sees[facts.Database](), control.SeesAll[facts.CronJob](), control.SeesAll[facts.AlertRules]()},
	Judge: judgeIntegrity,
}})

// dpd05 are the parameters of DPD-05.
type dpd05 struct {
	// Required: false for low integrity, where nothing is judged.
	Required bool `json:"required"`
	// High: feeds and checks have to be declared, and standbys have to hold every transaction.
	High bool `json:"high"`
	// FeedMaxAge is the age that data of a feed may have where the feed says none.
	FeedMaxAge string `json:"feedMaxAge"`
	// DriftMax is how long what runs may differ from its source.
	DriftMax string `json:"driftMax"`
}

// suspendMax is how long a deployment source may be suspended before it counts.
const suspendMax = 8 * time.Hour

func dpd05Reasons() []control.ReasonText {
	const pass, fail, unknown, none = v1alpha1.VerdictPass, v1alpha1.VerdictFail, v1alpha1.VerdictUnknown, v1alpha1.VerdictNotApplicable
	const declare = "Name it in the SolutionEnvironment: spec.deploymentSources: [{kind: Kustomization, namespace: flux-system, name: NAME}] (or HelmRelease, Application)."
	const attest = "Attestation of type DataQuality about the solution, target {feed}."
	return []control.ReasonText{
		{Reason: "Reconciled", Verdict: pass, Text: "What runs is kept as {source} says."},
		{Reason: "Replicated", Verdict: pass, Text: "The database and its standbys are ready."},
		{Reason: "FeedWatched", Verdict: pass, Text: "Alert {alert} fires when the data of feed {feed} are too old."},
		{Reason: "FeedAttested", Verdict: pass, Text: "That feed {feed} is current is attested."},
		{Reason: "CheckRuns", Verdict: pass, Text: "Integrity check {check} ended well in time."},
		{Reason: "NotRequired", Verdict: none, Text: "At this level of integrity nothing of it is required."},
		{Reason: "SourceNotDeclared", Verdict: unknown, Text: "Nobody says through what changes come to this environment, so that a change by hand cannot be told.", Remediation: declare},
		{Reason: "SourceMissing", Verdict: fail, Text: "The declared deployment source {source} does not exist.", Remediation: "Apply it, or correct spec.deploymentSources of the SolutionEnvironment."},
		{Reason: "Suspended", Verdict: fail, Settle: suspendMax, Text: "{source} is told not to act, so that changes by hand stay and changes of the source do not come.",
			Remediation: "Let it act again: {resume}"},
		{Reason: "NotReady", Verdict: fail, Text: "{source} has not been able to put its source into the cluster since {since}.", Remediation: "See why: kubectl -n {namespace} describe {kind} {name}, and correct its source."},
		{Reason: "ReadinessNotKnown", Verdict: unknown, Text: "Whether {source} puts its source into the cluster does not show: its controller has not said so of the present version.", Remediation: "See whether its controller runs: kubectl -n {namespace} describe {kind} {name}."},
		{Reason: "Drifted", Verdict: fail, Settle: 15 * time.Minute, Text: "What runs differs from what {source} says.", Remediation: "See the difference (argocd app diff {name}), put it into the source or undo it: argocd app sync {name}. Let it undo such changes itself: spec.syncPolicy.automated.selfHeal: true."},
		{Reason: "DriftNotSeen", Verdict: fail, Text: "{source} looks at no difference between the cluster and its chart, so that changes by hand stay unseen.", Remediation: "kubectl -n {namespace} patch {kind} {name} --type merge --patch '{\"spec\": {\"driftDetection\": {\"mode\": \"enabled\"}}}', and in its manifest."},
		{Reason: "LeftAlone", Verdict: fail, Settle: suspendMax, Text: "Annotation {key} tells the deployment source to leave {object} as it is.", Remediation: "kubectl -n {namespace} annotate {kind} {name} {key}-, and in its manifest."},
		{Reason: "NotFromSource", Verdict: fail, Settle: time.Hour, Text: "{object} comes from none of the declared deployment sources ({source}).", Remediation: "Put it into the source and let it be applied from there, or delete it: kubectl -n {namespace} delete {kind} {name}. Another source: " + declare},
		{Reason: "ReplicationBroken", Verdict: fail, Settle: 15 * time.Minute, Text: "{object} is not whole: {ready} of {wanted} instances are ready.", Remediation: "kubectl -n {namespace} describe cluster {name}; where a standby cannot catch up, make it anew: kubectl cnpg destroy {name} INSTANCE -n {namespace}."},
		{Reason: "StandbysMayLag", Verdict: fail, Text: "{object} confirms transactions that no standby has yet: whatever standby is promoted may lack the last ones.",
			Remediation: "Set spec.postgresql.synchronous: {method: any, number: 1} of cluster {name}; needs at least two instances that are ready."},
		{Reason: "FeedsNotDeclared", Verdict: unknown, Text: "The solution does not say what feeds its data depend on.", Remediation: "List them in spec.feeds of the HostedSolution with metric and alert, or set spec.noFeeds."},
		{Reason: "FeedNotWatched", Verdict: unknown, Text: "Feed {feed} has no metric of freshness, so that nobody learns when its data are older than {limit}.", Remediation: "Name metric and alert in spec.feeds[{feed}] of the HostedSolution. Where people see to it: " + attest},
		{Reason: "AlertMissing", Verdict: fail, Text: "No alert {alert} looks at {metric}, so that nobody learns when the data of feed {feed} are older than {limit}.",
			Remediation: "Add to a PrometheusRule: alert: {alert}, expr: time() - {metric} > the limit of {limit} in seconds, for: 5m."},
		{Reason: "CollectionTime", Verdict: fail, Text: "Alert {alert} of feed {feed} looks at when {metric} was collected, which stays fresh while the data grow old.", Remediation: "Let the program that reads the feed give the time of the newest record as a metric, and compare that: time() - {metric} > the limit in seconds."},
		{Reason: "ChecksNotDeclared", Verdict: unknown, Text: "The solution names no check that its data are correct.", Remediation: "List them in spec.integrityChecks of the HostedSolution: [{name, cronJob: {namespace, name}, interval, covers}]. Where people see to it: Attestation of type DataQuality about the solution."},
		{Reason: "CheckMissing", Verdict: fail, Text: "CronJob {object} of integrity check {check} does not exist.", Remediation: "Apply it, or correct spec.integrityChecks[{check}] of the HostedSolution."},
		{Reason: "CheckSuspended", Verdict: fail, Text: "CronJob {object} of integrity check {check} is suspended.", Remediation: "kubectl -n {namespace} patch cronjob {name} --patch '{\"spec\": {\"suspend\": false}}'"},
		{Reason: "CheckLate", Verdict: fail, Text: "Integrity check {check} last ended well {when}, and has to every {interval}.", Remediation: "See why: kubectl -n {namespace} get jobs, kubectl -n {namespace} logs job/NAME. Then run it: kubectl -n {namespace} create job --from=cronjob/{name} {name}-now."},
		{Reason: "CheckOfNothing", Verdict: unknown, Text: "Integrity check {check} does not say what it goes through, nor that it fails when that is nothing.", Remediation: "Let the job fail when it read nothing or much less than before, and say so in spec.integrityChecks[{check}].covers."},
	}
}
