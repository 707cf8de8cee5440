package report

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	clienttesting "k8s.io/client-go/testing"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func someControl() *control.Control {
	return control.Define(control.Meta{
		ID: "LOC-01", Title: "Somewhere", Severity: v1alpha1.SeverityCritical, Party: v1alpha1.PartyProvider,
		Reasons: []control.ReasonText{{
			Reason: "Outside", Verdict: v1alpha1.VerdictFail, Text: strings.Repeat("{what} ", 8), Remediation: strings.Repeat("Move {what} ", 8),
		}},
	}, control.Parameters[control.NoParameters]{Defaults: func(control.Levels) (p control.NoParameters) { return p }}, control.Rules[control.NoParameters]{})
}

func finding(r control.Result, mode v1alpha1.ControlMode) decide.Finding {
	return decide.Finding{Control: someControl(), Result: &r, Mode: mode, Party: v1alpha1.PartyProvider, Since: time.Unix(1000, 0)}
}

func pod(namespace, name string) facts.Ref {
	return facts.Ref{Kind: "Pod", Namespace: namespace, Name: name}
}

func environment(name string, namespaces []string, findings ...decide.Finding) *decide.Environment {
	object := &v1alpha1.SolutionEnvironment{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.SolutionEnvironmentSpec{Solution: "aula"}}
	return &decide.Environment{
		Subject:  &decide.Subject{Findings: findings},
		Resolved: &evaluate.Environment{Environment: &control.Environment{Object: object, Namespaces: namespaces}},
	}
}

func resultsOf(t *testing.T, u *unstructured.Unstructured) []any {
	t.Helper()
	results, _, err := unstructured.NestedSlice(u.Object, "results")
	if err != nil {
		t.Fatal(err)
	}
	return results
}

const required, observe = v1alpha1.ModeRequired, v1alpha1.ModeObserve

func TestAReportHoldsWhatConcernsItsNamespace(t *testing.T) {
	e := environment("aula-production", []string{"aula", "db"},
		finding(control.Fail("Outside").On(pod("aula", "a")), required),
		finding(control.Unknown("Outside").On(pod("aula", "b")), required),
		finding(control.Fail("Outside").On(pod("db", "c")), required),
		finding(control.Fail("Outside").On(facts.Ref{Group: "tilsyn.dev", Kind: "SolutionEnvironment", Name: "aula-production"}), observe),
		finding(control.Unknown("Outside").On(pod("aula", "d")), observe),
	)
	u := Render(apis()[0], e, "aula")
	var got []string
	for _, r := range resultsOf(t, u) {
		m := r.(map[string]any)
		resource := m["resources"].([]any)[0].(map[string]any)
		got = append(got, fmt.Sprint(resource["name"], " ", m["result"], " ", m["scored"]))
	}
	want := []string{"a fail true", "b error true", "aula-production warn false", "d skip false"}
	if !slices.Equal(got, want) {
		t.Errorf("results are %v, want %v", got, want)
	}
	for outcome, n := range map[string]int64{"pass": 0, "fail": 1, "error": 1, "warn": 1, "skip": 1} {
		if counted, _, _ := unstructured.NestedInt64(u.Object, "summary", outcome); counted != n {
			t.Errorf("the summary says %d of %s, want %d", counted, outcome, n)
		}
	}
	if u.GetName() != "tilsyn-aula-production" || u.GetNamespace() != "aula" || u.GetLabels()[ManagedByLabel] != "tilsyn" {
		t.Errorf("the report is %s/%s with labels %v", u.GetNamespace(), u.GetName(), u.GetLabels())
	}
}

func TestAReportIsBoundedAndSaysWhatItLeavesOut(t *testing.T) {
	for name, text := range map[string]string{"many short results": "x", "long ones": strings.Repeat("æ", 3000)} {
		t.Run(name, func(t *testing.T) {
			var findings []decide.Finding
			for i := range 1200 {
				findings = append(findings, finding(control.Fail("Outside", "what", text).On(pod("aula", fmt.Sprint(i))), required))
			}
			u := Render(apis()[1], environment("e", []string{"aula"}, findings...), "aula")
			results := resultsOf(t, u)
			raw, err := json.Marshal(u.Object)
			if err != nil || len(results) > ResultsMax || len(results) == 0 || len(raw) > SizeMax+4096 {
				t.Fatalf("%d results in %d bytes, %v", len(results), len(raw), err)
			}
			last := results[len(results)-1].(map[string]any)["properties"].(map[string]any)
			if last["omittedResults"] != fmt.Sprint(1200-len(results)) {
				t.Errorf("%v results are said to be left out, %d are", last["omittedResults"], 1200-len(results))
			}
		})
	}
}

func TestEqualDecisionsGiveEqualReports(t *testing.T) {
	e := environment("e", []string{"aula"}, finding(control.Fail("Outside", "what", "x").On(pod("aula", "a")), required))
	first, second := Render(apis()[0], e, "aula"), Render(apis()[0], e, "aula")
	if first.GetAnnotations()[hashAnnotation] != second.GetAnnotations()[hashAnnotation] {
		t.Error("the content hash differs")
	}
}

func TestChoose(t *testing.T) {
	open, policy := apis()[0], apis()[1]
	for name, test := range map[string]struct {
		preferred string
		served    map[string][]string
		want      string
	}{
		"the only one there is":              {"openreports", map[string][]string{policy.GVK.Group: {"v1alpha2"}}, policy.Name},
		"the preferred one of both":          {"policyreport", map[string][]string{open.GVK.Group: {"v1alpha1"}, policy.GVK.Group: {"v1alpha2"}}, policy.Name},
		"the default one of both":            {"openreports", map[string][]string{open.GVK.Group: {"v1alpha1"}, policy.GVK.Group: {"v1alpha2"}}, open.Name},
		"not one in a version nobody writes": {"openreports", map[string][]string{policy.GVK.Group: {"v1alpha1"}}, ""},
		"none where there is none":           {"openreports", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, found := Choose(test.preferred, func(r schema.GroupResource) []string { return test.served[r.Group] })
			if got.Name != test.want || found != (test.want != "") {
				t.Errorf("chosen %q, want %q", got.Name, test.want)
			}
		})
	}
}

// server is an API server of reports that tells which requests wrote.
func server(t *testing.T, objects ...runtime.Object) (*dynamicfake.FakeDynamicClient, func() (writes []string)) {
	t.Helper()
	kinds := map[schema.GroupVersionResource]string{}
	for _, a := range apis() {
		kinds[a.GVK.GroupVersion().WithResource(a.Resource)] = a.GVK.Kind + "List"
	}
	client := dynamicfake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), kinds, objects...)
	var writes []string
	client.PrependReactor("*", "*", func(action clienttesting.Action) (bool, runtime.Object, error) {
		switch a := action.(type) {
		case clienttesting.PatchAction:
			writes = append(writes, "apply "+a.GetNamespace()+"/"+a.GetName())
			return true, &unstructured.Unstructured{Object: map[string]any{}}, nil
		case clienttesting.DeleteAction:
			writes = append(writes, "delete "+a.GetNamespace()+"/"+a.GetName())
		}
		return false, nil, nil
	})
	return client, func() []string {
		out := writes
		writes = nil
		return out
	}
}

func none(API) bool { return false }

func TestWritingFollowsTheDecision(t *testing.T) {
	client, writes := server(t)
	w := NewWriter(client)
	e := environment("e", []string{"a", "b"}, finding(control.Fail("Outside").On(pod("a", "p")), required))
	step := func(what string, do func() error, want ...string) {
		t.Helper()
		if err := do(); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		got := writes()
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	write := func(e *decide.Environment) func() error {
		return func() error { _, err := w.Write(t.Context(), e); return err }
	}
	remove := func() error { _, err := w.Remove(t.Context(), "e"); return err }
	for _, object := range []string{"a", "b"} { // what Apply would have made, for Delete to find
		if err := client.Tracker().Add(Render(apis()[0], e, object)); err != nil {
			t.Fatal(err)
		}
	}
	step("without an API nothing is written", write(e))
	step("an API is taken, with what it holds", func() error { return w.Use(t.Context(), &apis()[0], none) })
	step("what is there already is not written", write(e))
	step("a change is written where it is", write(environment("e", []string{"a", "b"})), "apply a/tilsyn-e")
	step("another namespace gets a report", write(environment("e", []string{"a", "b", "c"})), "apply c/tilsyn-e")
	step("nothing new is not written", write(environment("e", []string{"a", "b", "c"})))
	step("a namespace that is no longer claimed loses its report", write(environment("e", []string{"a"})), "delete b/tilsyn-e", "delete c/tilsyn-e")
	step("an environment that is gone takes its reports along", remove, "delete a/tilsyn-e")
	step("once", remove)
}

func TestAReportThatSomebodyRemovesIsWrittenAnew(t *testing.T) {
	client, writes := server(t)
	w := NewWriter(client)
	e := environment("e", []string{"a", "b"}, finding(control.Fail("Outside").On(pod("a", "p")), required))
	write := func(what string, want ...string) {
		t.Helper()
		if _, err := w.Write(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		got := writes()
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	if err := w.Use(t.Context(), &apis()[0], none); err != nil {
		t.Fatal(err)
	}
	write("at first", "apply a/tilsyn-e", "apply b/tilsyn-e")
	var lost []string
	seen := func(namespace string) *metav1.PartialObjectMetadata {
		return &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Labels: map[string]string{EnvironmentLabel: "e"}}}
	}
	f := follower{w, apis()[0], func(environment string) { lost = append(lost, environment) }}
	for _, step := range []struct {
		what  string
		do    func() error
		lost  []string
		write []string
	}{
		{"all are there", func() error { return f.Replace([]any{seen("a"), seen("b")}, "1") }, nil, nil},
		{"one is removed", func() error { return f.Delete(seen("a")) }, []string{"e"}, []string{"apply a/tilsyn-e"}},
		{"one is missing after the watch was away", func() error { return f.Replace([]any{seen("a")}, "2") }, []string{"e"}, []string{"apply b/tilsyn-e"}},
		{"one that is not known is removed", func() error { return f.Delete(seen("c")) }, nil, nil},
		{"one is removed through another API", func() error { return follower{w, apis()[1], f.lost}.Delete(seen("a")) }, nil, nil},
	} {
		lost = nil
		if err := step.do(); err != nil || !slices.Equal(lost, step.lost) {
			t.Errorf("%s: %v, lost %v, want %v", step.what, err, lost, step.lost)
		}
		write(step.what, step.write...)
	}
}

func TestAnotherAPITakesOver(t *testing.T) {
	open, policy := apis()[0], apis()[1]
	old := Render(policy, environment("e", []string{"a"}), "a")
	foreign := old.DeepCopy()
	foreign.SetName("foreign")
	foreign.SetLabels(nil)
	client, writes := server(t, old, foreign)
	w := NewWriter(client)
	if err := w.Use(t.Context(), &open, func(a API) bool { return a.Name == policy.Name }); err != nil {
		t.Fatal(err)
	}
	if got := writes(); !slices.Equal(got, []string{"delete a/tilsyn-e"}) {
		t.Errorf("%v, want only the own report of the other API deleted", got)
	}
}
