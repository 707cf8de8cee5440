package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/tilsyn-dev/tilsyn/internal/publish/metrics"
	"github.com/tilsyn-dev/tilsyn/internal/remind"
)

// prometheusRule is the part of the kind that is used.
type prometheusRule struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   map[string]any `json:"metadata"`
	Spec       struct {
		Groups []struct {
			Name  string `json:"name"`
			Rules []struct {
				Alert       string            `json:"alert"`
				Expr        string            `json:"expr"`
				For         string            `json:"for"`
				Labels      map[string]string `json:"labels"`
				Annotations map[string]string `json:"annotations"`
			} `json:"rules"`
		} `json:"groups"`
	} `json:"spec"`
}

func TestAlertsParseAndUseMetricsThatExist(t *testing.T) {
	families := map[string]metrics.Family{}
	for _, f := range metrics.Families() {
		families[f.Name] = f
	}
	rules := one[prometheusRule](t, load(t, "prometheus"), "PrometheusRule", "tilsyn")
	seen := map[string]bool{}
	for _, group := range rules.Spec.Groups {
		for _, rule := range group.Rules {
			if seen[rule.Alert] {
				t.Errorf("%s: there are two", rule.Alert)
			}
			seen[rule.Alert] = true
			expr, err := parser.NewParser(parser.Options{}).ParseExpr(rule.Expr)
			if err != nil {
				t.Errorf("%s: %v", rule.Alert, err)
				continue
			}
			parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
				if selector, is := node.(*parser.VectorSelector); is {
					checkSelector(t, rule.Alert, selector, families)
				}
				return nil
			})
		}
	}
	if len(seen) < 8 {
		t.Errorf("%d alerts, want at least 8", len(seen))
	}
}

// checkSelector checks that a metric exists and has the labels that are matched.
func checkSelector(t *testing.T, alert string, s *parser.VectorSelector, families map[string]metrics.Family) {
	t.Helper()
	f, known := families[s.Name]
	if !known {
		t.Errorf("%s: no metric is called %q", alert, s.Name)
		return
	}
	for _, m := range s.LabelMatchers {
		if m.Name != "__name__" && !slices.Contains(f.Labels, m.Name) {
			t.Errorf("%s: %s has no label %q", alert, s.Name, m.Name)
		}
	}
}

func TestEveryAlertSaysWhatToDo(t *testing.T) {
	runbook, err := os.ReadFile(filepath.Join(root, "docs/alerts.md"))
	if err != nil {
		t.Fatal(err)
	}
	rules := one[prometheusRule](t, load(t, "prometheus"), "PrometheusRule", "tilsyn")
	for _, group := range rules.Spec.Groups {
		for _, rule := range group.Rules {
			if !slices.Contains([]string{"critical", "warning", "info"}, rule.Labels["severity"]) {
				t.Errorf("%s: severity is %q", rule.Alert, rule.Labels["severity"])
			}
			if rule.Annotations["summary"] == "" || rule.Annotations["description"] == "" {
				t.Errorf("%s: summary or description is missing", rule.Alert)
			}
			if !strings.HasSuffix(rule.Annotations["runbook_url"], "/docs/alerts.md#"+strings.ToLower(rule.Alert)) {
				t.Errorf("%s: runbook_url is %q", rule.Alert, rule.Annotations["runbook_url"])
			}
			if !strings.Contains(string(runbook), "\n## "+rule.Alert+"\n") {
				t.Errorf("docs/alerts.md has no section %s", rule.Alert)
			}
		}
	}
}

func TestEveryClockOfEveryIncidentIsCriticalByItself(t *testing.T) {
	rules := one[prometheusRule](t, load(t, "prometheus"), "PrometheusRule", "tilsyn")
	told := map[string][]string{}
	for _, group := range rules.Spec.Groups {
		for _, rule := range group.Rules {
			expr, err := parser.NewParser(parser.Options{}).ParseExpr(rule.Expr)
			if err != nil {
				t.Fatal(err)
			}
			parser.Inspect(expr, func(node parser.Node, path []parser.Node) error {
				selector, is := node.(*parser.VectorSelector)
				if !is || selector.Name != "tilsyn_deadline_timestamp_seconds" {
					return nil
				}
				for _, kind := range remind.ClockKinds() {
					if !slices.ContainsFunc(selector.LabelMatchers, func(m *labels.Matcher) bool { return m.Name == "kind" && !m.Matches(string(kind)) }) {
						told[string(kind)] = append(told[string(kind)], rule.Alert)
						checkClockAlert(t, rule.Alert, rule.Labels["severity"], path)
					}
				}
				return nil
			})
		}
	}
	for _, kind := range remind.ClockKinds() {
		if want := []string{"TilsynBreachClockRuns", "TilsynBreachClockOverdue"}; !slices.Equal(told[string(kind)], want) {
			t.Errorf("%s is told by %v, want %v", kind, told[string(kind)], want)
		}
	}
}

// checkClockAlert checks that an alert is critical and keeps incidents apart.
func checkClockAlert(t *testing.T, alert, severity string, path []parser.Node) {
	t.Helper()
	if severity != "critical" {
		t.Errorf("%s tells of clocks and is %s", alert, severity)
	}
	for _, node := range path {
		if a, is := node.(*parser.AggregateExpr); is && !slices.Contains(a.Grouping, "name") {
			t.Errorf("%s takes the clocks of several incidents for one", alert)
		}
	}
}
