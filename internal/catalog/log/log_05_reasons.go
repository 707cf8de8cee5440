package log

import (
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

const attestTest = "Attestation {type: AlertTest, about: {platform: true}, alertTest: {alert: {alert}, receiver: duty-officer, responseTime: 20m}, by, date, evidence, validUntil}"

var log05Reasons = []control.ReasonText{
	{Reason: "InForce", Verdict: v1alpha1.VerdictPass, Text: "{detections}, and the watchdog proves the path alive."},
	{Reason: "AttestedOutside", Verdict: v1alpha1.VerdictPass, Text: "Monitoring outside the cluster raises the demanded alarms, attests {attestation}."},
	{Reason: "LevelNeedsNone", Verdict: v1alpha1.VerdictNotApplicable, Text: "Nothing here is above level Public, where no alarms are demanded."},
	fails("NoDetections", "The Platform does not say which security events must raise an alarm.",
		"kubectl edit platform cluster: spec.monitoring: {detections: [{name: failed-logins, alerts: [TooManyFailedLogins]}], receivers: [{name: duty-officer, staffing: AroundTheClock}], watchdog: Watchdog}."),
	fails("NoWatchdog", "No alert that always fires proves that alarms still get through.",
		"Add a rule {alert: Watchdog, expr: vector(1)}, send it to something that raises the alarm when it stays away, and name it: Platform spec.monitoring.watchdog: Watchdog."),
	fails("WatchdogSilent", "The watchdog {alert} of {rule} does not always fire: {expr}.", "Give it an expression that is always true, expr: vector(1), or name another alert in spec.monitoring.watchdog."),
	fails("AlertMissing", "No PrometheusRule has the alert {alert} of {detection}.", "Apply a PrometheusRule with alert {alert}, or correct spec.monitoring of the Platform."),
	fails("RuleBroken", "{rule} holds a rule that Prometheus cannot read, so that the alert {alert} of {detection} is not loaded.", "Correct it: promtool check rules."),
	fails("NeverFires", "The alert {alert} of {detection} can never fire, whatever happens: {expr} ({rule}).", "Give it an expression that is true when the event happens; promtool test rules shows it."),
	fails("WaitsTooLong", "The alert {alert} of {detection} waits for {for} before it fires; allowed are {max} ({rule}).", "Set for: {max} or less on {alert} in {rule}."),
	fails("RuleNotLoaded", "{rule} holds the alert {alert} of {detection}, and no Prometheus or ThanosRuler selects it.",
		"Give {rule} the labels that spec.ruleSelector of the Prometheus asks for, and its namespace those of spec.ruleNamespaceSelector: kubectl get prometheus -A -o yaml."),
	{Reason: "ServerDown", Verdict: v1alpha1.VerdictFail, Text: "{server}, which evaluates the alert {alert} of {detection}, does not run.",
		Remediation: "kubectl -n {namespace} describe {kind} {name} says why; spec.replicas must be 1 or more.", Settle: 15 * time.Minute},
	fails("NoAlertmanager", "{server} evaluates the alert {alert} of {detection} and sends it to no Alertmanager.", "Name one in {server}: spec.alerting.alertmanagers: [{namespace: monitoring, name: alertmanager-operated, port: web}]."),
	{Reason: "AlertmanagerDown", Verdict: v1alpha1.VerdictFail, Text: "{manager}, which gets the alert {alert} of {detection}, does not run.",
		Remediation: "kubectl -n {at} describe alertmanager {managerName} says why; spec.replicas must be 1 or more.", Settle: 15 * time.Minute},
	fails("DeadEnd", "The alert {alert} of {detection} ends in receiver {receiver}, which tells nobody ({by}).", "Give the receiver an integration in {by}, such as pagerdutyConfigs or emailConfigs, or send the alert to another one."),
	fails("Muted", "The route of the alert {alert} of {detection} is mute again and again ({by}).", "Remove muteTimeIntervals and activeTimeIntervals from the route in {by}, or give the alert a route of its own. A single silence with a reason lasts 7 days at most."),
	fails("ReceiverNotStaffed", "The alert {alert} of {detection} goes to receiver {receiver} ({types}), which the Platform does not list as one that people watch ({by}).",
		"If people watch it, say so: Platform spec.monitoring.receivers[] {name: {receiver}, staffing: AroundTheClock or OfficeHours}. Otherwise send the alert to one that they watch."),
	fails("Inhibited", "The alert {alert} of {detection} is silenced while another alert fires ({by}), so whoever raises that one stays unseen.",
		"Leave the alert out of targetMatch of the inhibition in {by}, or add alertname to its equal."),
	fails("NoAgent", "The Platform names nothing that watches what runs on the nodes.", "Run a detection agent as DaemonSet (such as Falco or Tetragon) and name it: Platform spec.monitoring.detectionAgents: [{namespace: falco, name: falco}]."),
	{Reason: "AgentMissing", Verdict: v1alpha1.VerdictFail, Text: "{agent} has no ready pod on node {node}, which the environment uses.",
		Remediation: "kubectl -n {namespace} describe daemonset {name}; let it tolerate the taints of {node}, and let no node selector leave the node out.", Settle: 15 * time.Minute},
	fails("TooSlow", "In the test {attestation} it took {took} until somebody acted on {alert}; allowed are {max}.", "Find out why, mend it, and test anew: "+attestTest+"."),
	fails("TestReachedNobody", "The test {attestation} reached {receiver}, which the Platform does not list as a receiver that people watch.", "Correct spec.monitoring.receivers of the Platform, or test anew: "+attestTest+"."),
	fails("OnlyOfficeHours", "The alarm of {alert} reaches {receiver}, which people watch in office hours only; at this level somebody watches around the clock.",
		"Send the alert to a receiver that is watched around the clock, list it in Platform spec.monitoring.receivers, and test anew: "+attestTest+"."),
	unknown("NotAttestedOutside", "What raises alarms cannot be seen, and nobody attests it: {why}.",
		"Let whoever runs the monitoring attest it: Attestation {type: SecurityMonitoring, about: {platform: true}, by, date, evidence, validUntil}."),
	unknown("ServerNotReported", "Nothing says whether {server}, which evaluates the alert {alert} of {detection}, runs.", "kubectl -n {namespace} describe {kind} {name}: the Prometheus operator reports the condition Available."),
	unknown("MayBeInhibited", "The alert {alert} of {detection} may be silenced while another alert fires: its rule does not decide the labels that {by} asks for.",
		"Give the rule the labels that targetMatch of the inhibition looks at, such as severity: critical. Or prove the path by a test: "+attestTest+"."),
	unknown("RouteNotSeen", "Where the alert {alert} of {detection} goes cannot be seen: its route stands in a Secret, outside the cluster, or depends on labels that its rule does not decide.",
		"Prove it by a test: "+attestTest+". Or let an AlertmanagerConfig be the base configuration: Alertmanager spec.alertmanagerConfiguration.name."),
	unknown("NotTested", "No test of the last {age} shows that an alarm reaches somebody who acts on it within {max}.",
		"Raise one of the demanded alerts, note when somebody acts, and attest it: Attestation {type: AlertTest, about: {platform: true}, alertTest: {alert: {example}, receiver: duty-officer, responseTime: 20m}, by, date, evidence, validUntil}."),
}
