package evaluate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// lines writes every result of a subject in one line each.
func lines(r *Results) (out []string) {
	for _, c := range r.Controls {
		counted := 0
		for result := range c.All() {
			counted++
			line := fmt.Sprintf("%s %s %s %s", result.Control, result.Verdict, result.Reason, result.Subject)
			for _, a := range result.Args {
				line += " " + a.Name + "=" + a.Value
			}
			if !result.ValidUntil.IsZero() {
				line += " until " + result.ValidUntil.UTC().Format("15:04:05")
			}
			out = append(out, line)
		}
		if counted != c.Subjects() {
			out = append(out, fmt.Sprintf("%s counts %d of %d results", c.Control.ID, c.Subjects(), counted))
		}
	}
	return out
}

func of(ev *Evaluation, environment string) *Results {
	for i, e := range ev.Fleet.Environments {
		if e.Object.Name == environment {
			return ev.Environments[i]
		}
	}
	return nil
}

func want(t *testing.T, r *Results, wanted ...string) {
	t.Helper()
	if diff := cmp.Diff(wanted, lines(r)); diff != "" {
		t.Errorf("results of %s (-want +got):\n%s", r.Subject, diff)
	}
}

func TestEveryControlJudgesItsSubjects(t *testing.T) {
	w := newWorld().aula(standInIDs...)
	w.put(workload("aula", "broken", "bad"), pod("aula", "web", corev1.PodRunning), pod("aula", "worker", corev1.PodPending),
		&facts.Claim{Namespace: "aula", Name: "data"}, namespace("stray"), pod("aula", "broken", corev1.PodRunning))
	ev := w.evaluate(NewEngine(standIns(), Options{}))
	want(t, of(ev, "aula-production"),
		"WRK-01 Fail Bad Deployment aula/broken name=broken most=5",
		"WRK-01 Pass Good Deployment aula/web",
		"WRK-01 Pass Good Deployment aula/worker",
		"WRK-02 Pass Running Deployment aula/broken",
		"WRK-02 Pass Running Deployment aula/web",
		"WRK-02 Pass Starting Deployment aula/worker until 10:05:00",
		"ENV-01 Fail NotBound PersistentVolumeClaim aula/data",
		"SEC-01 Fail NotExplained SolutionEnvironment aula-production failed=2 exceptions=0")
	want(t, ev.Solutions[0],
		"SOL-01 Pass Classified HostedSolution aula",
		"SEC-01 Fail NotExplained HostedSolution aula failed=2 exceptions=0")
	want(t, ev.Platform, "PLT-01 Fail Unclaimed Namespace stray")
	if next := start.Add(5 * time.Minute); !ev.Next.Equal(next) {
		t.Errorf("the evaluation changes by itself at %s, want %s", ev.Next, next)
	}
}

func TestNoControlJudgesATemplateThatIsNotRead(t *testing.T) {
	w := newWorld().aula(standInIDs...)
	rollout := workload("aula", "rollout")
	rollout.Ref.Group, rollout.Ref.Kind, rollout.Unread = "argoproj.io", "Rollout", true
	w.put(rollout)
	var got []string
	for _, line := range lines(of(w.evaluate(NewEngine(standIns(), Options{})), "aula-production")) {
		if strings.Contains(line, "rollout") {
			got = append(got, line)
		}
	}
	if diff := cmp.Diff([]string{
		"WRK-01 Unknown TemplateUnread Rollout aula/rollout kind=Rollout group=argoproj.io",
		"WRK-02 Unknown TemplateUnread Rollout aula/rollout kind=Rollout group=argoproj.io"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestATimedResultIsAskedAgainWhenItEnds(t *testing.T) {
	w := newWorld().aula(standInIDs...)
	w.put(pod("aula", "web", corev1.PodPending), pod("aula", "worker", corev1.PodRunning))
	e := NewEngine([]*control.Control{running()}, Options{})
	w.evaluate(e)
	w.now = start.Add(5*time.Minute - time.Second)
	want(t, of(w.evaluate(e), "aula-production"),
		"WRK-02 Pass Starting Deployment aula/web until 10:05:00", "WRK-02 Pass Running Deployment aula/worker")
	w.now = start.Add(5 * time.Minute)
	ev := w.evaluate(e)
	want(t, of(ev, "aula-production"), "WRK-02 Fail NotRunning Deployment aula/web", "WRK-02 Pass Running Deployment aula/worker")
	if !ev.Next.IsZero() {
		t.Errorf("nothing changes by itself any more, yet the next evaluation is at %s", ev.Next)
	}
}

func TestMissingEvidenceIsUnknownAndNeverPass(t *testing.T) {
	tests := map[string]struct {
		change func(*world)
		want   []string
	}{
		"a gated need": {
			change: func(w *world) { w.sources(facts.SourceUnreadable, "pods") },
			want: []string{
				"WRK-01 Pass Good Deployment aula/web", "WRK-01 Pass Good Deployment aula/worker",
				"WRK-02 Unknown EvidenceUnreadable SolutionEnvironment aula-production source=pods message=the right to list pods is missing",
				"ENV-01 NotApplicable NoClaims SolutionEnvironment aula-production"}},
		"a source that manifests never have": {
			change: func(w *world) { w.sources(facts.SourceNotObservable, "pods") },
			want: []string{
				"WRK-01 Pass Good Deployment aula/web", "WRK-01 Pass Good Deployment aula/worker",
				"WRK-02 Unknown NotObservable SolutionEnvironment aula-production source=pods message=NotObservable",
				"ENV-01 NotApplicable NoClaims SolutionEnvironment aula-production"}},
		"a pod of the environment that cannot be understood": {
			change: func(w *world) {
				w.SetSource(facts.SourceState{ID: "pods", Condition: facts.SourceSynced, Undecodable: []facts.Ref{{Kind: "Pod", Namespace: "aula", Name: "x"}}})
			},
			want: []string{
				"WRK-01 Pass Good Deployment aula/web", "WRK-01 Pass Good Deployment aula/worker",
				"WRK-02 Unknown EvidenceUnreadable SolutionEnvironment aula-production source=pods message=Pod aula/x could not be understood",
				"ENV-01 NotApplicable NoClaims SolutionEnvironment aula-production"}},
		"a pod of somebody else that cannot be understood": {
			change: func(w *world) {
				w.SetSource(facts.SourceState{ID: "pods", Condition: facts.SourceSynced, Undecodable: []facts.Ref{{Kind: "Pod", Namespace: "other", Name: "x"}}})
			},
			want: []string{
				"WRK-01 Pass Good Deployment aula/web", "WRK-01 Pass Good Deployment aula/worker",
				"WRK-02 Pass Running Deployment aula/web", "WRK-02 Pass Running Deployment aula/worker",
				"ENV-01 NotApplicable NoClaims SolutionEnvironment aula-production"}},
		"a cluster-scoped object that cannot be understood": {
			change: func(w *world) {
				w.SetSource(facts.SourceState{ID: "pods", Condition: facts.SourceSynced, Undecodable: []facts.Ref{{Kind: "Pod", Name: "x"}}})
			},
			want: []string{
				"WRK-01 Pass Good Deployment aula/web", "WRK-01 Pass Good Deployment aula/worker",
				"WRK-02 Unknown EvidenceUnreadable SolutionEnvironment aula-production source=pods message=Pod x could not be understood",
				"ENV-01 NotApplicable NoClaims SolutionEnvironment aula-production"}},
		"workloads that cannot all be seen": {
			change: func(w *world) { w.sources(facts.SourceUnreadable, "deployments.apps") },
			want: []string{
				"WRK-01 Unknown EvidenceUnreadable SolutionEnvironment aula-production source=deployments.apps message=the right to list deployments.apps is missing",
				"WRK-01 Pass Good Deployment aula/web", "WRK-01 Pass Good Deployment aula/worker",
				"WRK-02 Unknown EvidenceUnreadable SolutionEnvironment aula-production source=deployments.apps message=the right to list deployments.apps is missing",
				"WRK-02 Pass Running Deployment aula/web", "WRK-02 Pass Running Deployment aula/worker",
				"ENV-01 NotApplicable NoClaims SolutionEnvironment aula-production"}},
		"what a rule sees and judges itself": {
			change: func(w *world) {
				w.put(&facts.Claim{Namespace: "aula", Name: "data"})
				w.sources(facts.SourceUnreadable, "persistentvolumeclaims")
			},
			want: []string{
				"WRK-01 Pass Good Deployment aula/web", "WRK-01 Pass Good Deployment aula/worker",
				"WRK-02 Pass Running Deployment aula/web", "WRK-02 Pass Running Deployment aula/worker",
				"ENV-01 Unknown EvidenceUnreadable SolutionEnvironment aula-production source=persistentvolumeclaims message=the right to list persistentvolumeclaims is missing",
				"ENV-01 Fail NotBound PersistentVolumeClaim aula/data"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld().aula("WRK-01", "WRK-02", "ENV-01")
			w.put(pod("aula", "web", corev1.PodRunning), pod("aula", "worker", corev1.PodRunning))
			e := NewEngine([]*control.Control{labelled(), running(), claimed()}, Options{})
			before := lines(of(w.evaluate(e), "aula-production"))
			test.change(w)
			got := of(w.evaluate(e), "aula-production")
			want(t, got, test.want...)
			w.sources(facts.SourceSynced, "pods", "persistentvolumeclaims", "deployments.apps")
			w.Delete(facts.ObjectKey{Source: "persistentvolumeclaims", Namespace: "aula", Name: "data"})
			want(t, of(w.evaluate(e), "aula-production"), before...)
		})
	}
}

func TestIncompleteSourcesAreListedWhereTheyMatter(t *testing.T) {
	w := newWorld().aula("WRK-02")
	w.sources(facts.SourceUnreadable, "pods", "nodes")
	ev := w.evaluate(NewEngine([]*control.Control{running()}, Options{}))
	got := of(ev, "aula-production").Incomplete
	if len(got) != 1 || got[0].ID != "pods" {
		t.Errorf("incomplete are %+v, want pods alone: no control needs nodes", got)
	}
}

func TestAFaultOfARuleCostsItsOwnResultAlone(t *testing.T) {
	w := newWorld().aula("WRK-01", "WRK-02")
	w.put(workload("aula", "explosive", "panic"), workload("aula", "quiet", "silent"), pod("aula", "web", corev1.PodRunning))
	var told []string
	e := NewEngine([]*control.Control{labelled(), prying()}, Options{Workers: 1, OnPanic: func(id v1alpha1.ControlID, subject facts.Ref, err string) {
		told = append(told, fmt.Sprintf("%s %s: %s", id, subject, err))
	}})
	got := of(w.evaluate(e), "aula-production")
	want(t, got,
		"WRK-01 Unknown InternalError Deployment aula/explosive error=out of order",
		"WRK-01 Unknown NoResult Deployment aula/quiet",
		"WRK-01 Pass Good Deployment aula/web",
		"WRK-01 Pass Good Deployment aula/worker",
		"PRY-01 Unknown InternalError SolutionEnvironment aula-production error=facts: facts.Pod is not a declared need for all namespaces")
	if len(told) != 2 || !strings.HasPrefix(told[0], "WRK-01 Deployment aula/explosive: out of order") {
		t.Errorf("told of %q", told)
	}
}

func TestWhereNoControlCanBeAskedAllAreUnknown(t *testing.T) {
	tests := map[string]struct {
		change func(*world)
		reason control.Reason
	}{
		"the solution does not exist": {func(w *world) { w.put(environment("aula-production", "alua", "aula")) }, control.ReasonSolutionMissing},
		"the profile does not exist": {func(w *world) {
			w.put(solution("aula", func(s *v1alpha1.HostedSolutionSpec) { s.Profile = "gone" }))
		}, control.ReasonProfileMissing},
		"a supplier runs it elsewhere": {func(w *world) {
			e := environment("aula-production", "aula")
			e.Spec.HostedBy = "kombit"
			w.put(e)
		}, control.ReasonHostedElsewhere},
		"no namespace matches": {func(w *world) { w.put(environment("aula-production", "aula", "alua")) }, control.ReasonNoNamespace},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld().aula(standInIDs...)
			test.change(w)
			got := of(w.evaluate(NewEngine(standIns(), Options{})), "aula-production")
			if len(got.Controls) != 4 {
				t.Fatalf("%d controls judge the environment, want 4", len(got.Controls))
			}
			for _, c := range got.Controls {
				if c.Verdict() != v1alpha1.VerdictUnknown || c.Findings[0].Reason != test.reason || len(c.Findings) != 1 {
					t.Errorf("%s is %s: %+v", c.Control.ID, c.Verdict(), c.Findings)
				}
			}
		})
	}
}

func TestWrongParametersMakeOneControlUnknown(t *testing.T) {
	w := newWorld().aula()
	p := profileOf("public-sector", required("WRK-01", "WRK-02")...)
	p.Spec.Controls[0].Parameters = raw(`{"most": 0}`)
	w.put(p, pod("aula", "web", corev1.PodRunning), pod("aula", "worker", corev1.PodRunning))
	want(t, of(w.evaluate(NewEngine([]*control.Control{labelled(), running()}, Options{})), "aula-production"),
		"WRK-01 Unknown InvalidParameters SolutionEnvironment aula-production error=most: between 1 and 10, not 0",
		"WRK-02 Pass Running Deployment aula/web", "WRK-02 Pass Running Deployment aula/worker")
	mustContain(t, w.fleet(labelled(), running()), ref("HostedSolution", "aula"), v1alpha1.ConditionAccepted, v1alpha1.ReasonInvalidProfile)
}

func TestWithoutWorkloadsAControlOfWorkloadsDoesNotApply(t *testing.T) {
	w := newWorld()
	w.put(profileOf("public-sector", required("WRK-01")...), solution("aula"), environment("aula-production", "aula", "aula"), namespace("aula"))
	want(t, of(w.evaluate(NewEngine([]*control.Control{labelled()}, Options{})), "aula-production"),
		"WRK-01 NotApplicable NoWorkloads SolutionEnvironment aula-production")
}

// counting counts how often a rule is asked about each workload.
func counting(asked map[string]int) *control.Control {
	return control.Define(meta("CNT-01"), control.Parameters[limit]{}, control.Rules[limit]{
		Workload: &control.WorkloadRule[limit]{Needs: []control.Need{control.Needs[facts.Pod]()},
			Judge: func(in control.WorkloadInput, p *limit) control.Result {
				asked[in.Workload.Ref.String()]++
				return control.Pass("Counted")
			}}})
}

func TestOnlyWhatMayHaveChangedIsAskedAgain(t *testing.T) {
	tests := map[string]struct {
		change func(*world)
		want   []string
	}{
		"nothing": {change: func(*world) {}},
		"a workload": {change: func(w *world) { w.put(workload("aula", "web", "new")) },
			want: []string{"Deployment aula/web"}},
		"a workload more": {change: func(w *world) { w.put(workload("aula", "another")) },
			want: []string{"Deployment aula/another"}},
		"a workload less": {change: func(w *world) { w.Delete(facts.ObjectKey{Source: "deployments.apps", Namespace: "aula", Name: "web"}) }},
		"a pod of one namespace": {change: func(w *world) { w.put(pod("aula", "web", corev1.PodRunning)) },
			want: []string{"Deployment aula/web", "Deployment aula/worker"}},
		"a claim, which the control does not look at": {change: func(w *world) { w.put(&facts.Claim{Namespace: "aula", Name: "data"}) }},
		"the state of a source that it needs": {change: func(w *world) {
			w.SetSource(facts.SourceState{ID: "pods", Condition: facts.SourceSynced, Undecodable: []facts.Ref{{Kind: "Pod", Namespace: "elsewhere", Name: "x"}}})
		}, want: []string{"Deployment aula-db/postgres", "Deployment aula/web", "Deployment aula/worker"}},
		"the state of another source": {change: func(w *world) { w.sources(facts.SourceUnreadable, "nodes") }},
		"the same parameters written differently": {change: func(w *world) {
			p := profileOf("public-sector", required("CNT-01")...)
			p.Spec.Controls[0].Parameters = raw(`{"most":   0}`)
			w.put(p)
		}},
		"other parameters": {change: func(w *world) {
			p := profileOf("public-sector", required("CNT-01")...)
			p.Spec.Controls[0].Parameters = raw(`{"most": 3}`)
			w.put(p)
		}, want: []string{"Deployment aula-db/postgres", "Deployment aula/web", "Deployment aula/worker"}},
		"the mode of a control": {change: func(w *world) {
			w.put(profileOf("public-sector", v1alpha1.ProfileControl{Control: "CNT-01", Mode: v1alpha1.ModeObserve}))
		}},
		"an attestation about it": {change: func(w *world) {
			w.put(&v1alpha1.Attestation{ObjectMeta: named("a"), Spec: v1alpha1.AttestationSpec{About: v1alpha1.AttestationAbout{Solution: "aula"}}})
		}, want: []string{"Deployment aula-db/postgres", "Deployment aula/web", "Deployment aula/worker"}},
		"another solution": {change: func(w *world) {
			w.put(solution("second"), environment("second", "second", "second"), namespace("second"))
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			asked := map[string]int{}
			w := newWorld().aula("CNT-01")
			w.put(environment("aula-production", "aula", "aula", "aula-db"), workload("aula-db", "postgres"))
			e := NewEngine([]*control.Control{counting(asked)}, Options{Workers: 1})
			before := w.evaluate(e)
			if len(asked) != 3 {
				t.Fatalf("asked about %v at first", asked)
			}
			clear(asked)
			test.change(w)
			after := w.evaluate(e)
			var got []string
			for k, n := range asked {
				got = append(got, k)
				if n != 1 {
					t.Errorf("asked %d times about %s", n, k)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, test.want) {
				t.Errorf("asked about %v, want %v", got, test.want)
			}
			if len(test.want) == 0 && name != "a workload less" && of(before, "aula-production") != of(after, "aula-production") {
				t.Error("the results have a new pointer though nothing about them changed")
			}
		})
	}
}

func TestWhatIsGoneIsForgotten(t *testing.T) {
	w := newWorld().aula(standInIDs...)
	e := NewEngine(standIns(), Options{})
	for i := range 20 {
		name := fmt.Sprintf("passing-%d", i)
		w.put(solution(name), environment(name, name, v1alpha1.NamespacePattern(name)), namespace(name), workload(name, "web"))
		w.evaluate(e)
		w.Delete(facts.ObjectKey{Source: "hostedsolutions.tilsyn.dev", Name: name})
		w.Delete(facts.ObjectKey{Source: "solutionenvironments.tilsyn.dev", Name: name})
		w.Delete(facts.ObjectKey{Source: "namespaces", Name: name})
		w.Delete(facts.ObjectKey{Source: "deployments.apps", Namespace: name, Name: "web"})
	}
	w.evaluate(e)
	if len(e.environments) != 1 || len(e.solutions) != 1 || len(e.environments["aula-production"].spaces) != 1 {
		t.Errorf("%d environments and %d solutions are remembered, want one each", len(e.environments), len(e.solutions))
	}
	last := e.resolver.last
	if len(last.solutions) != 1 || len(last.policies) != 2 || len(last.missing) != 0 || len(last.profiles) != 1 {
		t.Errorf("the resolver remembers %d solutions, %d policies, %d missing, %d profiles", len(last.solutions), len(last.policies), len(last.missing), len(last.profiles))
	}
}

func TestARuleThatLooksElsewhereIsAskedWhenSomethingChangesThere(t *testing.T) {
	asked := 0
	c := control.Define(meta("AGT-02"), control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{
		Environment: &control.EnvironmentRule[control.NoParameters]{
			Needs: []control.Need{control.NeedsAll[facts.Namespace](), control.NeedsAlso[facts.Pod](agentNamespaces)},
			Judge: func(in control.EnvironmentInput, _ *control.NoParameters) []control.Result {
				asked++
				for _, ns := range append(agentNamespaces(in.Facts), in.Environment.Scope()...) {
					facts.ListIn[facts.Pod](in.Facts, ns)
				}
				return []control.Result{control.Pass("Seen")}
			},
		}})
	w := newWorld().aula("AGT-02")
	w.put(&facts.Namespace{Name: "logging", Labels: map[string]string{"agents": "yes"}}, namespace("other"))
	e := NewEngine([]*control.Control{c}, Options{Workers: 1})
	steps := []struct {
		name   string
		change any
		want   int
	}{
		{"at first", nil, 1},
		{"a pod of somebody else", pod("other", "web", corev1.PodRunning), 0},
		{"a pod of an agent", pod("logging", "agent", corev1.PodRunning), 1},
		{"a pod of its own", pod("aula", "web", corev1.PodRunning), 1},
		{"another place of agents", &facts.Namespace{Name: "other", Labels: map[string]string{"agents": "yes"}}, 1},
		{"a pod there", pod("other", "web", corev1.PodFailed), 1},
	}
	for _, step := range steps {
		if step.change != nil {
			w.put(step.change)
		}
		asked = 0
		if got := of(w.evaluate(e), "aula-production"); asked != step.want || got.Controls[0].Passed != 1 {
			t.Errorf("%s: asked %d times, want %d; %+v", step.name, asked, step.want, got.Controls[0].Findings)
		}
	}
	w.SetSource(facts.SourceState{ID: "pods", Condition: facts.SourceSynced, Undecodable: []facts.Ref{{Kind: "Pod", Namespace: "logging", Name: "odd"}}})
	if got := of(w.evaluate(e), "aula-production").Controls[0].Verdict(); got != v1alpha1.VerdictUnknown {
		t.Errorf("an agent's pod that cannot be understood gives %s", got)
	}
}

// TestTheSecondPassSeesTheFirst names what a control of the second pass is given.
func TestTheSecondPassSeesTheFirst(t *testing.T) {
	var got []string
	m := meta("SEC-02")
	m.SecondPass = true
	listening := control.Define(m, control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{
		Solution: &control.SolutionRule[control.NoParameters]{Judge: func(in control.SolutionInput, _ *control.NoParameters) []control.Result {
			got = nil
			for _, r := range in.First {
				got = append(got, fmt.Sprintf("%q %s %s %s", r.Environment, r.Control, r.Verdict, r.Subject))
			}
			return []control.Result{control.Pass("Heard")}
		}}})
	w := newWorld().aula(standInIDs...)
	w.put(environment("aula-test", "aula", "aula-test"), namespace("aula-test"), workload("aula-test", "web", "bad"), workload("aula-test", "db", "bad"),
		environment("aula-empty", "aula", "none"))
	e := NewEngine([]*control.Control{labelled(), classified(), explained(), listening}, Options{})
	w.evaluate(e)
	wanted := []string{
		`"" SOL-01 Pass HostedSolution aula`,
		`"aula-empty" WRK-01 Unknown SolutionEnvironment aula-empty`,
		`"aula-production" WRK-01 Pass SolutionEnvironment aula-production`,
		`"aula-test" WRK-01 Fail Deployment aula-test/db`,
		`"aula-test" WRK-01 Fail Deployment aula-test/web`,
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("first pass (-want +got):\n%s", diff)
	}
}
