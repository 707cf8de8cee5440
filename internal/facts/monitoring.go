package facts

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// AlertRules is a PrometheusRule, or a rule file of its like, with its alerts.
type AlertRules struct {
	Ref    Ref
	Labels *Labels // a Prometheus selects by them
	Alerts []Alert
}

// Alert is one alerting rule.
type Alert struct {
	Name string
	// Expr in the query language of Prometheus. Texts in quotes may hold anything and stay only in label matchers.
	Expr   string
	For    time.Duration
	Labels *Labels
	// Unread is true where expr or for cannot be parsed.
	Unread bool
}

// MetricsServer is a Prometheus or PrometheusAgent of the Prometheus operator, or a ThanosRuler.
type MetricsServer struct {
	Ref Ref
	// Rules and RuleNamespaces select AlertRules; nil selects none, an empty selector all; nil RuleNamespaces is its own.
	Rules, RuleNamespaces *metav1.LabelSelector
	// Monitors and MonitorNamespaces select ServiceMonitors likewise.
	Monitors, MonitorNamespaces *metav1.LabelSelector
	// AlertManagers that it sends to, as namespace/name of Services.
	AlertManagers []string
	// OtherAlertManagers is true where a Secret, which is not read, names further ones.
	OtherAlertManagers bool
	// NamespaceLabel is the label that every alert carries with the namespace of its rule; empty: none is enforced.
	NamespaceLabel string
	// Alerts leave with these labels dropped or changed (alert relabelling that cannot be seen is true).
	Relabels  bool
	Replicas  int32
	Available Tristate
	Paused    bool
	// RemoteWrite are the hosts that metrics are sent to.
	RemoteWrite []string
}

// AlertManager is an Alertmanager of the Prometheus operator.
type AlertManager struct {
	Ref Ref
	// Routes selects AlertRoutes; nil: none.
	Routes, RouteNamespaces *metav1.LabelSelector
	// ConfigSecret names the Secret with the base configuration, which is not read.
	ConfigSecret string
	// Base names the AlertRoute that is the base configuration instead (alertmanagerConfiguration), empty: none.
	Base      string
	Replicas  int32
	Available Tristate
	Paused    bool
	// NamespaceMatch is true where a route counts only for alerts of its own namespace (the default), OwnRoutesFree where
	// that does not hold for routes in the namespace of the Alertmanager itself.
	NamespaceMatch, OwnRoutesFree bool
}

// AlertRoute is an AlertmanagerConfig. Addresses and keys of receivers are not kept.
type AlertRoute struct {
	Ref       Ref
	Labels    *Labels
	Root      RouteNode
	Receivers []AlertReceiver
	// Inhibits are rules that silence alerts while others fire.
	Inhibits []Inhibition
}

// Inhibition silences the alerts that it targets while others fire.
type Inhibition struct {
	Target []AlertMatch
	// Equal labels that both have, so that with alertname only an alert of the same name silences.
	Equal []string
}

// RouteNode is one node of a tree of routes.
type RouteNode struct {
	Receiver string // empty: that of the parent
	Match    []AlertMatch
	Continue bool
	Muted    bool // named time intervals mute it
	Routes   []RouteNode
}

// AlertMatch is one matcher on labels of alerts.
type AlertMatch struct {
	Label, Operator, Value string // operator: =, !=, =~ or !~
}

// AlertReceiver is where alarms go.
type AlertReceiver struct {
	Name string
	// Types of its integrations, for example pagerduty, email, webhook; none: it is a dead end.
	Types []string
}

// MetricsTarget is a ServiceMonitor or PodMonitor: what is scraped.
type MetricsTarget struct {
	Ref        Ref
	Labels     *Labels
	Selector   metav1.LabelSelector
	Namespaces []string // names; AnyNamespace for all
	Any        bool
	Ports      []string
}
