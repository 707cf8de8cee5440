package operator

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/test/crds"
)

type family = dto.MetricFamily

func TestABackupSystemAppearsAndVanishesAtRunTime(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	c.apply(claimYAML, "aula", "data")
	uid := c.bind("aula", "data")
	o := c.run(settings{})
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictPass)
	without := verdict(c.environment("aula-production"), "BCK-01")
	if err := crds.Install(t.Context(), c.cp.AdminConfig(), crds.Velero); err != nil {
		t.Fatal(err)
	}
	made := o.clock.Now()
	c.apply(backupYAML, "aula", uid, made.UTC().Format("2006-01-02T15:04:05Z"))
	c.becomes("aula-production", "BCK-01", v1alpha1.VerdictPass)
	definitions, err := crds.Definitions(crds.Velero)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range definitions {
		c.remove("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", d.Name)
	}
	if without == v1alpha1.VerdictPass {
		t.Fatal("BCK-01 passes without any backup system")
	}
	c.becomes("aula-production", "BCK-01", without)
}

func TestAMissingRightIsNamedAndHealsWhenGranted(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	role := &rbacv1.ClusterRole{}
	if err := c.Get(t.Context(), client.ObjectKey{Name: "tilsyn-operator"}, role); err != nil {
		t.Fatal(err)
	}
	reduced := role.DeepCopy()
	for i, rule := range reduced.Rules {
		reduced.Rules[i].Resources = slices.DeleteFunc(slices.Clone(rule.Resources), func(r string) bool { return r == "pods" })
	}
	if err := c.Update(t.Context(), reduced); err != nil {
		t.Fatal(err)
	}
	c.run(settings{})
	e := c.becomes("aula-production", "LOC-01", v1alpha1.VerdictUnknown)
	complete := meta.FindStatusCondition(e.Status.Conditions, v1alpha1.ConditionEvidenceComplete)
	if complete == nil || complete.Reason != v1alpha1.ReasonPermissionMissing || !strings.Contains(complete.Message, "list and watch pods") {
		t.Errorf("conditions are\n%s", describe(e))
	}
	c.eventually("the platform names the right", func() (bool, string) {
		p := &v1alpha1.Platform{}
		if err := c.Get(t.Context(), client.ObjectKey{Name: "cluster"}, p); err != nil {
			t.Fatal(err)
		}
		readable := meta.FindStatusCondition(p.Status.Conditions, v1alpha1.ConditionSourcesReadable)
		return readable != nil && readable.Reason == v1alpha1.ReasonPermissionMissing && strings.Contains(readable.Message, "list and watch pods") &&
				len(p.Status.Sources) > 0 && p.Status.Sources[0].Source == "pods" && p.Status.Sources[0].State == "Unreadable",
			strings.Join(conditions(p.Status.Conditions), "\n")
	})
	reduced.Rules = role.Rules
	if err := c.Update(t.Context(), reduced); err != nil {
		t.Fatal(err)
	}
	c.becomes("aula-production", "LOC-01", v1alpha1.VerdictNotApplicable)
}

// report reads the report of an environment in a namespace.
func (c *cluster) report(namespace, environment string) *unstructured.Unstructured {
	c.t.Helper()
	u := &unstructured.Unstructured{}
	u.SetGroupVersionKind(schema.GroupVersionKind{Group: "openreports.io", Version: "v1alpha1", Kind: "Report"})
	if err := c.Get(c.t.Context(), client.ObjectKey{Namespace: namespace, Name: "tilsyn-" + environment}, u); err != nil {
		return nil
	}
	return u
}

func TestReportsFollowEnvironments(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	c.apply(workloadYAML, "aula", "web", unpinned)
	c.run(settings{})
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictFail)
	if err := crds.Install(t.Context(), c.cp.AdminConfig(), crds.OpenReports); err != nil {
		t.Fatal(err)
	}
	var r *unstructured.Unstructured
	c.eventually("a report appears with its API", func() (bool, string) {
		r = c.report("aula", "aula-production")
		return r != nil, ""
	})
	results, _, err := unstructured.NestedSlice(r.Object, "results")
	if err != nil || len(results) == 0 || r.GetLabels()["app.kubernetes.io/managed-by"] != "tilsyn" {
		t.Fatalf("the report is %v, %v", r.Object, err)
	}
	counted := map[string]int64{}
	for _, result := range results {
		counted[result.(map[string]any)["result"].(string)]++
	}
	summary, _, _ := unstructured.NestedMap(r.Object, "summary")
	for _, outcome := range []string{"pass", "fail", "warn", "error", "skip"} {
		if summary[outcome] != counted[outcome] {
			t.Errorf("the summary says %v of %s, the results %d", summary[outcome], outcome, counted[outcome])
		}
	}
	for name, spoil := range map[string]func(*unstructured.Unstructured) error{
		"one that somebody deleted": func(r *unstructured.Unstructured) error { return c.Delete(t.Context(), r) },
		"one that somebody took the label from": func(r *unstructured.Unstructured) error {
			r.SetLabels(map[string]string{"app.kubernetes.io/managed-by": "hand"})
			return c.Update(t.Context(), r)
		},
	} {
		if err := spoil(r); err != nil {
			t.Fatal(name, err)
		}
		c.eventually(name+" comes back", func() (bool, string) {
			r = c.report("aula", "aula-production")
			return r != nil && r.GetLabels()["app.kubernetes.io/managed-by"] == "tilsyn", ""
		})
	}
	c.apply(workloadYAML, "aula", "web", pinned)
	c.eventually("the finding goes from the report", func() (bool, string) {
		text := fmt.Sprint(c.report("aula", "aula-production").Object)
		return !strings.Contains(text, "LOC-02"), text
	})
	c.apply(`
apiVersion: v1
kind: Namespace
metadata: {name: aula-db}
---
apiVersion: tilsyn.dev/v1alpha1
kind: SolutionEnvironment
metadata: {name: aula-production}
spec: {solution: aula, stage: Production, namespaces: [aula-db]}
`)
	c.eventually("the report follows the namespaces", func() (bool, string) {
		return c.report("aula", "aula-production") == nil && c.report("aula-db", "aula-production") != nil, ""
	})
	c.remove("tilsyn.dev/v1alpha1", "SolutionEnvironment", "", "aula-production")
	c.eventually("the report goes with its environment", func() (bool, string) {
		return c.report("aula-db", "aula-production") == nil, ""
	})
}

// broken is a control that fails inside for one workload.
func broken() *control.Control {
	return control.Define(control.Meta{
		ID: "TST-01", Title: "Fails inside", MustHold: "Nothing.", Why: "For the test.", Severity: v1alpha1.SeverityLow, Party: v1alpha1.PartyProvider, Since: "1",
		Reasons: []control.ReasonText{{Reason: "Fine", Verdict: v1alpha1.VerdictPass, Text: "Fine."}},
	}, control.Parameters[control.NoParameters]{Defaults: func(control.Levels) (p control.NoParameters) { return p }}, control.Rules[control.NoParameters]{
		Workload: &control.WorkloadRule[control.NoParameters]{Judge: func(in control.WorkloadInput, _ *control.NoParameters) control.Result {
			if in.Workload.Ref.Name == "web" {
				panic("inside")
			}
			return control.Pass("Fine")
		}},
	})
}

func TestARuleThatFailsInsideIsUnknownAndCounted(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	o := c.run(settings{extra: []*control.Control{broken()}})
	e := c.becomes("aula-production", "TST-01", v1alpha1.VerdictUnknown)
	if verdict(e, "LOC-02") != v1alpha1.VerdictPass {
		t.Errorf("another control suffers:\n%s", describe(e))
	}
	if n := o.value("tilsyn_rule_panics_total", "control", "TST-01"); n < 1 {
		t.Errorf("%v panics are counted", n)
	}
}

// value gives the sum of the values of a metric with a label.
func (o *operator) value(name, label, is string) (sum float64) {
	o.t.Helper()
	families, err := o.registry.Gather()
	if err != nil {
		o.t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			has := slices.ContainsFunc(m.GetLabel(), func(l *dto.LabelPair) bool { return l.GetName() == label && l.GetValue() == is })
			if f.GetName() == name && has {
				sum += m.GetGauge().GetValue() + m.GetCounter().GetValue()
			}
		}
	}
	return sum
}

func TestMetricsFollowDecisionsAndLeaveNothingBehind(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	o := c.run(settings{})
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictPass)
	state := string(c.environment("aula-production").Status.State)
	if o.value("tilsyn_environment_state", "state", state) != 1 {
		t.Errorf("tilsyn_environment_state of %s is not 1", state)
	}
	if o.value("tilsyn_source_readable", "source", "pods") != 1 {
		t.Error("pods are not shown as readable")
	}
	families, err := o.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("promlint: %v, %v", problems, err)
	}
	c.remove("tilsyn.dev/v1alpha1", "SolutionEnvironment", "", "aula-production")
	c.eventually("no series names the environment", func() (bool, string) {
		families, err := o.registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprint(families)
		return !strings.Contains(text, "aula-production"), ""
	})
}
