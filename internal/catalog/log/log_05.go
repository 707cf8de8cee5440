package log

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/alarms"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// LOG05 judges on the Platform whether the demanded alerts are in force and reach somebody; environments inherit that, and
// each asks for detection on its own nodes and for a test of the alarm path at its own level.
var LOG05 = control.Define(control.Meta{
	ID: "LOG-05", Title: "Security events raise alarms that reach people", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "The detections that the Platform lists are in force, their alarms go to a receiver that people watch, an alert that always fires proves the path alive, " +
		"what runs on the nodes is watched, and a test showed how soon somebody acts.",
	Why: "An alarm that nobody gets is no alarm, and alarms stop quietly: by a rule that nobody loads, a route that ends nowhere, an expression that can never be true. " +
		"The 72 hours for telling the authority of a breach begin when it is noticed.",
	NotSeen: "Silences, which Alertmanager keeps to itself: look with amtool silence query for any that covers a demanded alert for more than 24 hours, or 7 days with a reason. " +
		"Configuration in Secrets; local files that switch rules of a detection agent off; whether somebody really looks. The test of the alarm path covers these as of its day.",
	ISO:  []string{"8.16 Monitoring activities", "5.25 Assessment and decision on information security events"},
	GDPR: []string{"32", "33"},
	Evidence: []string{"PrometheusRule spec.groups[].rules[]: alert, expr, for, labels", "Prometheus and ThanosRuler: ruleSelector, ruleNamespaceSelector, alerting or alertmanagersUrl, enforcedNamespaceLabel, replicas, condition Available",
		"Alertmanager alertmanagerConfigSelector, alertmanagerConfigNamespaceSelector, alertmanagerConfiguration, alertmanagerConfigMatcherStrategy, replicas, condition Available",
		"AlertmanagerConfig route, receivers (names and types only), inhibitRules, time intervals", "pods of detection agents on the nodes in use",
		"Platform spec.monitoring", "Attestations AlertTest and SecurityMonitoring"},
	Reasons: log05Reasons,
}, control.Parameters[log05]{Defaults: log05Defaults, Validate: log05Validate}, control.Rules[log05]{
	Platform: &control.PlatformRule[log05]{Needs: alarmNeeds(), Judge: judgeAlarms},
	Environment: &control.EnvironmentRule[log05]{
		Inherits: true,
		Needs:    []control.Need{control.SeesAll[v1alpha1.Platform](), {Type: facts.TypeOf[facts.Pod](), Elsewhere: agentNamespaces}},
		Judge:    judgeAlarmsHere,
	},
})

func alarmNeeds() (needs []control.Need) {
	for _, t := range alarms.Types() {
		needs = append(needs, control.Need{Type: t, ClusterWide: true})
	}
	return needs
}

// log05 are the parameters of LOG-05.
type log05 struct {
	// Required: the solution's level needs alarms; from Internal upwards always.
	Required bool `json:"required"`
	// MaxFor is the longest time that an alert may have to hold before it fires, at most 24h.
	MaxFor string `json:"maxFor"`
	// RequireAgent: something watches what runs on the nodes.
	RequireAgent bool `json:"requireAgent"`
	// MaxResponse is how long it may take until a person acts on an alarm; empty: no test is asked for.
	MaxResponse string `json:"maxResponse,omitempty"`
	// AroundTheClock: somebody watches the receiver at any hour.
	AroundTheClock bool `json:"aroundTheClock"`
	// TestMaxAge is how old the test of the alarm path, or the attestation of monitoring outside the cluster, may be, at most 12mo.
	TestMaxAge string `json:"testMaxAge"`
}

func log05Defaults(l control.Levels) log05 {
	confidential, sensitive := control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential), control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive)
	p := log05{Required: control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityInternal), MaxFor: "1h", RequireAgent: confidential, AroundTheClock: sensitive, TestMaxAge: "12mo"}
	switch {
	case sensitive:
		p.MaxResponse = "1h"
	case confidential:
		p.MaxResponse = "8h"
	}
	return p
}

func log05Validate(p log05, _ control.Levels) error {
	if err := atMost("maxFor", p.MaxFor, 1); err != nil {
		return err
	}
	if err := atMost("testMaxAge", p.TestMaxAge, 366); err != nil {
		return err
	}
	if p.MaxResponse == "" {
		return nil
	}
	if _, err := date.ParseDuration(p.MaxResponse); err != nil {
		return fmt.Errorf("maxResponse: %w", err)
	}
	return nil
}

// agentNamespaces are those of the detection agents that the Platform names.
func agentNamespaces(v facts.View) (out []string) {
	for _, p := range facts.List[v1alpha1.Platform](v) {
		if p.Name == v1alpha1.PlatformName && p.Spec.Monitoring != nil {
			for _, a := range p.Spec.Monitoring.DetectionAgents {
				out = append(out, a.Namespace)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// monitoringOf is what the Platform says of its monitoring; never nil.
func monitoringOf(p *control.Platform) *v1alpha1.PlatformMonitoring {
	if p.Object != nil && p.Object.Spec.Monitoring != nil {
		return p.Object.Spec.Monitoring
	}
	return &v1alpha1.PlatformMonitoring{}
}

// judgeAlarmsHere judges what depends on the environment: its nodes and its level.
func judgeAlarmsHere(in control.EnvironmentInput, p *log05) []control.Result {
	if !p.Required {
		return []control.Result{control.NotApplicable("LevelNeedsNone")}
	}
	out := in.Inherited()
	if out.Verdict != v1alpha1.VerdictPass {
		return []control.Result{out}
	}
	m := monitoringOf(in.Environment.Platform)
	own := []control.Result{watched(in, p, m), tested(in, p, m)}
	for _, r := range own {
		if control.Worse(r.Verdict, out.Verdict) {
			out = r.Until(out.ValidUntil)
		}
	}
	for _, r := range own {
		out = out.Until(r.ValidUntil)
	}
	return []control.Result{out.On(in.Environment.Ref())}
}

// watched judges whether each agent runs on each node that the environment uses.
func watched(in control.EnvironmentInput, p *log05, m *v1alpha1.PlatformMonitoring) control.Result {
	if len(m.DetectionAgents) == 0 {
		if p.RequireAgent && !m.External {
			return control.Fail("NoAgent").Because(in.Environment.Platform.Ref())
		}
		return control.Pass("InForce")
	}
	if missing := facts.Incomplete[facts.Pod](in.Facts); len(missing) > 0 {
		return control.Unreadable(missing...)
	}
	for _, a := range m.DetectionAgents {
		agent := facts.Ref{Group: "apps", Kind: "DaemonSet", Namespace: a.Namespace, Name: a.Name}
		ready := map[string]bool{}
		for _, pod := range facts.ListIn[facts.Pod](in.Facts, agent.Namespace) {
			if pod.Owner() == agent && pod.Ready && inUse(pod) {
				ready[pod.Node] = true
			}
		}
		for _, ns := range in.Environment.Scope() {
			for _, node := range usedNodes(in.Facts, ns) {
				if !ready[node] {
					return control.Fail("AgentMissing", "agent", agent.String(), "node", node, "namespace", agent.Namespace, "name", agent.Name).Because(agent)
				}
			}
		}
	}
	return control.Pass("InForce")
}

// tested judges the newest test of the alarm path.
func tested(in control.EnvironmentInput, p *log05, m *v1alpha1.PlatformMonitoring) control.Result {
	if p.MaxResponse == "" {
		return control.Pass("InForce")
	}
	most, _ := date.ParseDuration(p.MaxResponse)
	all, changes := tests(in.Environment.Attestations, in.Now, p)
	args := []string{"max", p.MaxResponse, "age", p.TestMaxAge, "example", firstAlert(m)}
	for _, a := range all {
		t := a.Spec.AlertTest
		if !demanded(m, t.Alert) && !m.External {
			continue
		}
		args = append(args, "attestation", a.Name, "alert", t.Alert, "receiver", t.Receiver, "took", string(t.ResponseTime))
		took, err := date.ParseDuration(string(t.ResponseTime))
		staffing := staffingOf(m, t.Receiver)
		switch {
		case staffing == "" && !m.External:
			return control.Fail("TestReachedNobody", args...).RestingOn(control.Attested).Until(changes)
		case err != nil || took > most:
			return control.Fail("TooSlow", args...).RestingOn(control.Attested).Until(changes)
		case p.AroundTheClock && staffing == "OfficeHours":
			return control.Fail("OnlyOfficeHours", args...).RestingOn(control.Declared).Until(changes)
		}
		return control.Pass("InForce").Until(changes)
	}
	return control.Unknown("NotTested", args...).Until(changes)
}

func firstAlert(m *v1alpha1.PlatformMonitoring) string {
	for _, d := range m.Detections {
		for _, a := range d.Alerts {
			return a
		}
	}
	return cmp.Or(m.Watchdog, "TooManyFailedLogins")
}

// tests gives the tests of the alarm path that are young enough and say something, newest first.
func tests(all []*v1alpha1.Attestation, now time.Time, p *log05) (out []*v1alpha1.Attestation, changes time.Time) {
	in, changes := control.InForce(all, v1alpha1.AttestAlertTest, now)
	maxAge := period(p.TestMaxAge)
	for _, a := range in {
		from, _, _ := control.AttestationSpan(a)
		if ends := maxAge.After(from); now.Before(ends) && a.Spec.AlertTest != nil {
			out = append(out, a)
			changes = control.Earliest(changes, ends)
		}
	}
	return out, changes
}

func demanded(m *v1alpha1.PlatformMonitoring, alert string) bool {
	return slices.ContainsFunc(m.Detections, func(d v1alpha1.SecurityDetection) bool { return slices.Contains(d.Alerts, alert) })
}

// staffingOf gives when people watch a receiver, by its own name or by the one that the Prometheus operator gives it; empty:
// the Platform does not list it.
func staffingOf(m *v1alpha1.PlatformMonitoring, names ...string) string {
	for _, r := range m.Receivers {
		if slices.Contains(names, r.Name) {
			return r.Staffing
		}
	}
	return ""
}
