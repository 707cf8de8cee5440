package prometheus

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

func ref(kind, name string) facts.Ref {
	return facts.Ref{Group: Group, Kind: kind, Namespace: "monitoring", Name: name}
}

func TestFactsOfThePrometheusOperator(t *testing.T) {
	for sentence, tc := range map[string]struct {
		text string
		want any
	}{
		"the alerts of a rule, without what only records": {`
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {namespace: monitoring, name: security, labels: {release: main}}
spec: {groups: [{name: a, rules: [{record: x, expr: "1"}, {alert: Many, expr: "sum(x) > 1", for: 1d12h, labels: {severity: critical}, annotations: {summary: not kept}}, {alert: One, expr: 1}]}, {name: b, rules: [{alert: Broken, expr: "x >> 1"}, {alert: Late, expr: x, for: soon}]}]}`,
			&facts.AlertRules{Ref: ref("PrometheusRule", "security"), Labels: facts.NewLabels(map[string]string{"release": "main"}), Alerts: []facts.Alert{
				{Name: "Many", Expr: "sum(x) > 1", For: 36 * time.Hour, Labels: facts.NewLabels(map[string]string{"severity": "critical"})}, {Name: "One", Expr: "1"},
				{Name: "Broken", Expr: "x >> 1", Unread: true}, {Name: "Late", Expr: "x", Unread: true}}}},
		"who a Prometheus listens to and tells": {`
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {namespace: monitoring, name: main}
spec: {ruleSelector: {}, ruleNamespaceSelector: {matchLabels: {a: b}}, alerting: {alertmanagers: [{name: alertmanager-operated, port: web}, {namespace: other, name: x, alertRelabelings: [{action: drop}]}]}, additionalAlertManagerConfigs: {name: s, key: k}, enforcedNamespaceLabel: namespace, remoteWrite: [{url: "https://user:pass@metrics.example.org/api"}]}
status: {conditions: [{type: Reconciled, status: "True"}, {type: Available, status: Degraded}]}`,
			&facts.MetricsServer{Ref: ref("Prometheus", "main"), Rules: &metav1.LabelSelector{}, RuleNamespaces: &metav1.LabelSelector{MatchLabels: map[string]string{"a": "b"}},
				AlertManagers: []string{"monitoring/alertmanager-operated", "other/x"}, OtherAlertManagers: true, Relabels: true, NamespaceLabel: "namespace", Replicas: 1,
				Available: facts.Yes, RemoteWrite: []string{"metrics.example.org"}}},
		"a ThanosRuler evaluates rules too, and tells Alertmanagers by their addresses": {`
apiVersion: monitoring.coreos.com/v1
kind: ThanosRuler
metadata: {namespace: monitoring, name: rule}
spec: {replicas: 2, ruleSelector: {}, alertmanagersUrl: ["http://alertmanager.monitoring.svc:9093"], alertRelabelConfigs: {name: s, key: k}}`,
			&facts.MetricsServer{Ref: ref("ThanosRuler", "rule"), Rules: &metav1.LabelSelector{}, OtherAlertManagers: true, Relabels: true, Replicas: 2}},
		"an Alertmanager with its base configuration in a Secret by default": {`
apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
metadata: {namespace: monitoring, name: main}
spec: {replicas: 0, alertmanagerConfigSelector: {}}
status: {conditions: [{type: Available, status: "False"}]}`,
			&facts.AlertManager{Ref: ref("Alertmanager", "main"), Routes: &metav1.LabelSelector{}, ConfigSecret: "alertmanager-main", Available: facts.No, NamespaceMatch: true}},
		"an Alertmanager whose base configuration is a resource": {`
apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
metadata: {namespace: monitoring, name: main}
spec: {alertmanagerConfiguration: {name: base}, alertmanagerConfigMatcherStrategy: {type: OnNamespaceExceptForAlertmanagerNamespace}}`,
			&facts.AlertManager{Ref: ref("Alertmanager", "main"), Base: "base", Replicas: 1, NamespaceMatch: true, OwnRoutesFree: true}},
		"routes, and of receivers only names and types": {`
apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata: {namespace: monitoring, name: base}
spec:
  route:
    receiver: duty
    routes:
    - {receiver: none, matchers: [{name: severity, value: none}, {name: team, value: "a|b", regex: true}], continue: true, activeTimeIntervals: [office]}
    - {routes: [{matchers: [{name: x, value: z, matchType: "!="}]}]}
  receivers:
  - {name: duty, emailConfigs: [{to: jane@example.org}], pagerdutyConfigs: [{routingKey: {name: s, key: k}}], slackConfigs: []}
  - {name: none}
  inhibitRules: [{targetMatch: [{name: severity, value: low, matchType: "="}], sourceMatch: [{name: severity, value: high}], equal: [alertname]}]`,
			&facts.AlertRoute{Ref: ref("AlertmanagerConfig", "base"), Root: facts.RouteNode{Receiver: "duty", Routes: []facts.RouteNode{
				{Receiver: "none", Match: []facts.AlertMatch{{Label: "severity", Operator: "=", Value: "none"}, {Label: "team", Operator: "=~", Value: "a|b"}}, Continue: true, Muted: true},
				{Routes: []facts.RouteNode{{Match: []facts.AlertMatch{{Label: "x", Operator: "!=", Value: "z"}}}}}}},
				Receivers: []facts.AlertReceiver{{Name: "duty", Types: []string{"email", "pagerduty"}}, {Name: "none"}},
				Inhibits:  []facts.Inhibition{{Target: []facts.AlertMatch{{Label: "severity", Operator: "=", Value: "low"}}, Equal: []string{"alertname"}}}}},
	} {
		u := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(tc.text), &u.Object); err != nil {
			t.Fatal(err)
		}
		k, _ := adapter.NewIndex(Kinds()).Lookup(u.GroupVersionKind())
		got, err := k.Extract(u)
		if err != nil {
			t.Fatalf("%s: %v", sentence, err)
		}
		if diff := cmp.Diff([]any{tc.want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", sentence, diff)
		}
		pruned := k.Prune(u)
		if again, err := k.Extract(pruned); err != nil || cmp.Diff(got, again) != "" {
			t.Errorf("%s: pruning changes the fact: %v\n%s", sentence, err, cmp.Diff(got, again))
		}
		if text, _ := yaml.Marshal(pruned); strings.Contains(string(text), "jane@") || strings.Contains(string(text), "pass@") || strings.Contains(string(text), "not kept") {
			t.Errorf("%s: pruning leaves an address, a password or a text:\n%s", sentence, text)
		}
	}
}

func TestAReceiverThatCannotBeReadIsAnError(t *testing.T) {
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(`{apiVersion: monitoring.coreos.com/v1alpha1, kind: AlertmanagerConfig, metadata: {name: x}, spec: {receivers: [duty]}}`), &u.Object); err != nil {
		t.Fatal(err)
	}
	if got, err := extractRoute(u); err == nil {
		t.Errorf("got %v, want an error", got)
	}
}
