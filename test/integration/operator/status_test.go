package operator

import (
	"slices"
	"strings"
	"testing"

	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/controller"
)

func TestAnAppliedSolutionGetsAStatus(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	c.run(settings{})
	e := c.becomes("aula-production", "LOC-02", v1alpha1.VerdictPass)
	if e.Status.State == "" || e.Status.Workloads != 1 || e.Status.ObservedGeneration != e.Generation || e.Status.LastEvaluationTime == nil {
		t.Errorf("status is %+v", e.Status)
	}
	if !meta.IsStatusConditionTrue(e.Status.Conditions, v1alpha1.ConditionReady) {
		t.Errorf("the environment is not ready:\n%s", describe(e))
	}
	s := &v1alpha1.HostedSolution{}
	c.eventually("the solution has a state", func() (bool, string) {
		if err := c.Get(t.Context(), client.ObjectKey{Name: "aula"}, s); err != nil {
			t.Fatal(err)
		}
		return s.Status.State != "", ""
	})
	if s.Status.Resolved == nil || s.Status.Resolved.Confidentiality != v1alpha1.ConfidentialityConfidential || len(s.Status.Environments) != 1 {
		t.Errorf("status is %+v", s.Status)
	}
	p := &v1alpha1.Platform{}
	c.eventually("the platform is evaluated", func() (bool, string) {
		if err := c.Get(t.Context(), client.ObjectKey{Name: "cluster"}, p); err != nil {
			t.Fatal(err)
		}
		return p.Status.LastEvaluationTime != nil, ""
	})
	if !meta.IsStatusConditionTrue(p.Status.Conditions, v1alpha1.ConditionSourcesReadable) || p.Status.Nodes["SE"] != 1 {
		t.Errorf("platform: nodes %v, conditions %+v", p.Status.Nodes, p.Status.Conditions)
	}
	if reports := meta.FindStatusCondition(p.Status.Conditions, v1alpha1.ConditionReportsPublished); reports == nil || reports.Reason != v1alpha1.ReasonNoReportAPI {
		t.Errorf("without a report API the condition is %+v", reports)
	}
}

// events lists the transitions told of an object, oldest first.
func (c *cluster) events(kind, name string) []string {
	c.t.Helper()
	var list eventsv1.EventList
	if err := c.List(c.t.Context(), &list); err != nil {
		c.t.Fatal(err)
	}
	slices.SortFunc(list.Items, func(a, b eventsv1.Event) int { return a.EventTime.Compare(b.EventTime.Time) })
	var out []string
	for _, e := range list.Items {
		if e.Regarding.Kind == kind && e.Regarding.Name == name && e.ReportingController == controller.Name {
			out = append(out, e.Reason+" "+strings.Fields(e.Note)[0])
			if e.Series != nil {
				out = append(out, "repeated")
			}
		}
	}
	return out
}

func TestEventsTellOfTransitionsOnly(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	c.run(settings{})
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictPass)
	c.apply(workloadYAML, "aula", "web", unpinned)
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictFail)
	// Another failing workload changes nothing of the control.
	c.apply(workloadYAML, "aula", "worker", unpinned)
	c.eventually("both workloads are found", func() (bool, string) {
		e := c.environment("aula-production")
		return e.Status.Workloads == 2, describe(e)
	})
	c.remove("apps/v1", "Deployment", "aula", "worker")
	c.apply(workloadYAML, "aula", "web", pinned)
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictPass)
	c.eventually("the last transition is told", func() (bool, string) {
		got := c.events("SolutionEnvironment", "aula-production")
		return slices.Contains(got, "ControlMet LOC-02"), strings.Join(got, ", ")
	})
	got := c.events("SolutionEnvironment", "aula-production")
	failed := slices.DeleteFunc(slices.Clone(got), func(e string) bool { return !strings.HasSuffix(e, "LOC-02") })
	if !slices.Equal(failed, []string{"ControlFailed LOC-02", "ControlMet LOC-02"}) || slices.Contains(got, "repeated") {
		t.Errorf("events are %v", got)
	}
}

func TestWhatMakesNoSenseIsAConditionAndStopsNothingElse(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	c.apply(`
apiVersion: tilsyn.dev/v1alpha1
kind: SolutionEnvironment
metadata: {name: lost}
spec: {solution: nowhere, stage: Test, namespaces: [lost]}
---
apiVersion: tilsyn.dev/v1alpha1
kind: ControlProfile
metadata: {name: wrong}
spec:
  controls:
  - {control: XXX-99, mode: Required}
  - {control: LOC-01, mode: Required, parameters: {historyWindow: 9000h}}
`)
	c.run(settings{})
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictPass)
	c.eventually("the environment of an unknown solution is not accepted", func() (bool, string) {
		e := c.environment("lost")
		accepted := meta.FindStatusCondition(e.Status.Conditions, v1alpha1.ConditionAccepted)
		return accepted != nil && accepted.Status == metav1.ConditionFalse && accepted.Reason == v1alpha1.ReasonUnknownSolution &&
			meta.IsStatusConditionFalse(e.Status.Conditions, v1alpha1.ConditionReady), describe(e)
	})
	profile := &v1alpha1.ControlProfile{}
	c.eventually("the wrong profile is not accepted", func() (bool, string) {
		if err := c.Get(t.Context(), client.ObjectKey{Name: "wrong"}, profile); err != nil {
			t.Fatal(err)
		}
		accepted := meta.FindStatusCondition(profile.Status.Conditions, v1alpha1.ConditionAccepted)
		return accepted != nil && accepted.Status == metav1.ConditionFalse && strings.Contains(accepted.Message, "XXX-99") &&
			strings.Contains(accepted.Message, "historyWindow"), strings.Join(conditions(profile.Status.Conditions), "\n")
	})
}

func conditions(list []metav1.Condition) (out []string) {
	for _, c := range list {
		out = append(out, c.Type+"="+string(c.Status)+" "+c.Reason+": "+c.Message)
	}
	return out
}
