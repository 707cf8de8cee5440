package metrics

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/publish"
	"github.com/tilsyn-dev/tilsyn/internal/remind"
)

var at = time.Unix(1_790_000_000, 0).UTC()

func someControl(id v1alpha1.ControlID) *control.Control {
	return &control.Control{Meta: control.Meta{ID: id, Severity: v1alpha1.SeverityCritical, Party: v1alpha1.PartyProvider}}
}

func snapshot() *publish.Snapshot {
	c := someControl("LOC-01")
	subject := &decide.Subject{
		State:    v1alpha1.StateNonCompliant,
		Provider: &v1alpha1.PartyStatus{State: v1alpha1.StateNonCompliant}, Institution: &v1alpha1.PartyStatus{State: v1alpha1.StateCompliant},
		Controls: []decide.Control{{Control: c, Party: c.Party, Verdict: v1alpha1.VerdictFail, Mode: v1alpha1.ModeRequired, Since: at.Add(-time.Hour)}},
		Findings: []decide.Finding{
			{Control: c, Mode: v1alpha1.ModeRequired, Party: v1alpha1.PartyProvider, Result: &control.Result{Verdict: v1alpha1.VerdictFail}},
			{Control: c, Mode: v1alpha1.ModeRequired, Party: v1alpha1.PartyProvider, Result: &control.Result{Verdict: v1alpha1.VerdictFail}},
		},
	}
	hs := &v1alpha1.HostedSolution{ObjectMeta: metav1.ObjectMeta{Name: "aula"}, Spec: v1alpha1.HostedSolutionSpec{Owner: v1alpha1.Owner{Organisation: "Example A/S"}}}
	solution := &evaluate.Solution{
		Solution: &control.Solution{Object: hs},
		Resolved: v1alpha1.ResolvedRequirements{Confidentiality: v1alpha1.ConfidentialitySensitive, Profile: "public-sector"},
	}
	senv := &v1alpha1.SolutionEnvironment{
		ObjectMeta: metav1.ObjectMeta{Name: "aula-production"}, Spec: v1alpha1.SolutionEnvironmentSpec{Solution: "aula", Stage: v1alpha1.StageProduction},
	}
	environment := &evaluate.Environment{Environment: &control.Environment{Object: senv}}
	exception := &v1alpha1.ControlException{
		ObjectMeta: metav1.ObjectMeta{Name: "affinity"},
		Spec:       v1alpha1.ControlExceptionSpec{Control: "LOC-02", Scope: v1alpha1.ExceptionScope{Solution: "aula"}},
	}
	refused := &v1alpha1.ControlException{
		ObjectMeta: metav1.ObjectMeta{Name: "refused"},
		Spec:       v1alpha1.ControlExceptionSpec{Control: "LOC-01", Scope: v1alpha1.ExceptionScope{Solution: "aula", Environment: "aula-production"}},
	}
	return &publish.Snapshot{
		Deadlines: []remind.Deadline{
			{Kind: "Agreement", Solution: "aula", Step: remind.Overdue, At: at.Add(-48 * time.Hour)}, {Kind: "Agreement", Solution: "aula", Step: remind.Overdue, At: at.Add(-24 * time.Hour)},
			{Kind: "Agreement", Solution: "aula", At: at.Add(time.Hour)},
			{Reminder: "REM-14", Kind: "AuthorityNotice", Solution: "aula", Subject: facts.Ref{Name: "leak-1"}, Step: remind.Overdue, At: at.Add(-time.Hour)},
			{Reminder: "REM-14", Kind: "AuthorityNotice", Solution: "aula", Subject: facts.Ref{Name: "leak-2"}, At: at.Add(4 * time.Hour)},
			{Reminder: "REM-14", Kind: "AuthorityNotice", Solution: "aula", Subject: facts.Ref{Name: "leak-3"}, At: at.Add(5 * time.Hour)},
			{Kind: "Agreement", Solution: "sygesikring", At: at.Add(24 * time.Hour)}, {Kind: "SecurityPolicy", At: at.Add(48 * time.Hour)},
		},
		Heartbeat: time.Hour, Nodes: publish.Nodes{Countries: map[string]int32{"DK": 2}},
		Evaluation: &evaluate.Evaluation{At: at, Fleet: &evaluate.Fleet{
			Unclaimed: []string{"lost"}, Environments: []*evaluate.Environment{environment},
		}},
		Decisions: &decide.Decisions{
			Solutions:    []*decide.Solution{{Subject: &decide.Subject{}, Resolved: solution, Total: decide.Total{State: v1alpha1.StateNonCompliant}}},
			Environments: []*decide.Environment{{Subject: subject, Resolved: environment, Workloads: 7}},
			Exceptions:   []decide.ExceptionState{{Exception: &evaluate.Exception{Object: exception, From: at.Add(-time.Hour), Until: at.Add(24 * time.Hour)}, Valid: true, Covered: 3}, {Exception: &evaluate.Exception{Object: refused, Fault: "SelfApproved", Until: at.Add(time.Hour)}}},
			Institutions: []*decide.Institution{{Resolved: &evaluate.Institution{Institution: &control.Institution{Object: &v1alpha1.Institution{ObjectMeta: metav1.ObjectMeta{Name: "aarhus"}}}},
				Subject: &decide.Subject{State: v1alpha1.StateNonCompliant, Controls: []decide.Control{{Control: someControl("GOV-07"), Party: someControl("GOV-07").Party, Verdict: v1alpha1.VerdictFail, Mode: v1alpha1.ModeRequired}},
					Findings: []decide.Finding{{Control: someControl("GOV-07"), Mode: v1alpha1.ModeRequired, Party: v1alpha1.PartyInstitution, Result: &control.Result{Verdict: v1alpha1.VerdictFail}}}}}},
			Platform: &decide.Subject{Controls: []decide.Control{{Control: someControl("GOV-08"), Party: someControl("GOV-08").Party, Verdict: v1alpha1.VerdictFail, Mode: v1alpha1.ModeRequired}}},
		},
	}
}

func sources() []facts.SourceState {
	return []facts.SourceState{
		{ID: "pods", Condition: facts.SourceSynced, LastEvent: at, Undecodable: []facts.Ref{{Kind: "Pod", Name: "p"}}},
		{ID: "nodes", Condition: facts.SourceSynced, LastEvent: at}, {ID: "backups.velero.io", Condition: facts.SourceAbsent, LastEvent: at},
		{ID: "jobs.batch", Condition: facts.SourceUnreadable},
	}
}

const want = `
# HELP tilsyn_control_result 1 for the verdict of a control on an environment, or on the solution itself where environment is empty. Only the present verdict has a series.
# TYPE tilsyn_control_result gauge
tilsyn_control_result{control="LOC-01",environment="aula-production",mode="Required",party="Provider",severity="Critical",solution="aula",verdict="Fail"} 1
# HELP tilsyn_control_result_since_timestamp_seconds Since when the verdict of a control is what it is.
# TYPE tilsyn_control_result_since_timestamp_seconds gauge
tilsyn_control_result_since_timestamp_seconds{control="LOC-01",environment="aula-production",solution="aula"} 1.7899964e+09
# HELP tilsyn_deadline_timestamp_seconds When the first deadline of a kind that is Ahead, and the first that is Overdue, is over, for a solution or, where solution is empty, for what is about none. Clocks in incidents have a series for each incident, its name. The verb deadlines lists them all.
# TYPE tilsyn_deadline_timestamp_seconds gauge
tilsyn_deadline_timestamp_seconds{kind="Agreement",name="",solution="aula",state="Ahead"} 1.7900036e+09
tilsyn_deadline_timestamp_seconds{kind="Agreement",name="",solution="aula",state="Overdue"} 1.7898272e+09
tilsyn_deadline_timestamp_seconds{kind="Agreement",name="",solution="sygesikring",state="Ahead"} 1.7900864e+09
tilsyn_deadline_timestamp_seconds{kind="AuthorityNotice",name="leak-1",solution="aula",state="Overdue"} 1.7899964e+09
tilsyn_deadline_timestamp_seconds{kind="AuthorityNotice",name="leak-2",solution="aula",state="Ahead"} 1.7900144e+09
tilsyn_deadline_timestamp_seconds{kind="AuthorityNotice",name="leak-3",solution="aula",state="Ahead"} 1.790018e+09
tilsyn_deadline_timestamp_seconds{kind="SecurityPolicy",name="",solution="",state="Ahead"} 1.7901728e+09
# HELP tilsyn_environment_state 1 for the state of an environment, 0 for the others.
# TYPE tilsyn_environment_state gauge
tilsyn_environment_state{environment="aula-production",solution="aula",stage="Production",state="Compliant"} 0
tilsyn_environment_state{environment="aula-production",solution="aula",stage="Production",state="CompliantWithRemarks"} 0
tilsyn_environment_state{environment="aula-production",solution="aula",stage="Production",state="NonCompliant"} 1
tilsyn_environment_state{environment="aula-production",solution="aula",stage="Production",state="Unknown"} 0
# HELP tilsyn_exception_covered_results Failing results that an exception covers. One that covers none can be deleted.
# TYPE tilsyn_exception_covered_results gauge
tilsyn_exception_covered_results{control="LOC-01",environment="aula-production",name="refused",solution="aula"} 0
tilsyn_exception_covered_results{control="LOC-02",environment="",name="affinity",solution="aula"} 3
# HELP tilsyn_exception_remaining_seconds Time until an exception ends, negative when it has ended; 0 for one that never has effect.
# TYPE tilsyn_exception_remaining_seconds gauge
tilsyn_exception_remaining_seconds{control="LOC-01",environment="aula-production",name="refused",solution="aula",state="NotAccepted"} 0
tilsyn_exception_remaining_seconds{control="LOC-02",environment="",name="affinity",solution="aula",state="InUse"} 86400
# HELP tilsyn_findings Findings, one for each failing or undecided subject of a control.
# TYPE tilsyn_findings gauge
tilsyn_findings{environment="aula-production",mode="Required",party="Provider",severity="Critical",solution="aula",verdict="Fail"} 2
# HELP tilsyn_institution_control_result 1 for the verdict of a control on an institution. Only the present verdict has a series.
# TYPE tilsyn_institution_control_result gauge
tilsyn_institution_control_result{control="GOV-07",institution="aarhus",mode="Required",severity="Critical",verdict="Fail"} 1
# HELP tilsyn_institution_findings Findings on institutions, one for each failing or undecided result.
# TYPE tilsyn_institution_findings gauge
tilsyn_institution_findings{institution="aarhus",mode="Required",severity="Critical",verdict="Fail"} 1
# HELP tilsyn_institution_state 1 for the state of what an institution has to do itself, 0 for the others. It is part of no solution's state.
# TYPE tilsyn_institution_state gauge
tilsyn_institution_state{institution="aarhus",state="Compliant"} 0
tilsyn_institution_state{institution="aarhus",state="CompliantWithRemarks"} 0
tilsyn_institution_state{institution="aarhus",state="NonCompliant"} 1
tilsyn_institution_state{institution="aarhus",state="Unknown"} 0
# HELP tilsyn_last_evaluation_timestamp_seconds When an environment was last evaluated.
# TYPE tilsyn_last_evaluation_timestamp_seconds gauge
tilsyn_last_evaluation_timestamp_seconds{environment="aula-production",solution="aula"} 1.79e+09
# HELP tilsyn_nodes Nodes by country; the country is unknown where the place of a node is.
# TYPE tilsyn_nodes gauge
tilsyn_nodes{country="DK"} 2
# HELP tilsyn_platform_control_result 1 for the verdict of a control on the platform. Only the present verdict has a series.
# TYPE tilsyn_platform_control_result gauge
tilsyn_platform_control_result{control="GOV-08",mode="Required",party="Provider",severity="Critical",verdict="Fail"} 1
# HELP tilsyn_solution_info A hosted solution, always 1. Confidentiality is the level in force.
# TYPE tilsyn_solution_info gauge
tilsyn_solution_info{confidentiality="Sensitive",owner="Example A/S",profile="public-sector",solution="aula"} 1
# HELP tilsyn_source_readable 1 for a source of evidence that is readable or confirmed absent, 0 for one that is not.
# TYPE tilsyn_source_readable gauge
tilsyn_source_readable{source="backups.velero.io"} 1
tilsyn_source_readable{source="jobs.batch"} 0
tilsyn_source_readable{source="nodes"} 1
tilsyn_source_readable{source="pods"} 0
# HELP tilsyn_unclaimed_namespaces Namespaces with workloads that belong to no environment and not to the platform.
# TYPE tilsyn_unclaimed_namespaces gauge
tilsyn_unclaimed_namespaces 1
# HELP tilsyn_workloads Workloads evaluated in an environment.
# TYPE tilsyn_workloads gauge
tilsyn_workloads{environment="aula-production",solution="aula"} 7
`

func TestWhatTheCollectorShows(t *testing.T) {
	c := NewCollector(sources)
	c.Set(snapshot())
	var names []string
	for _, m := range regexp.MustCompile(`# TYPE (\S+)`).FindAllStringSubmatch(want, -1) {
		names = append(names, m[1])
	}
	if err := testutil.CollectAndCompare(c, strings.NewReader(want), names...); err != nil {
		t.Error(err)
	}
}

func TestAStandbyShowsSourcesOnly(t *testing.T) {
	got := map[string]bool{}
	for _, f := range gathered(t, NewCollector(sources)) {
		got[f] = true
	}
	if want := []string{sourceEvent, sourceReadable, sourceBad}; !maps.Equal(got, map[string]bool{want[0]: true, want[1]: true, want[2]: true}) {
		t.Errorf("a standby shows %v", got)
	}
}

func gathered(t *testing.T, c ...prometheus.Collector) (names []string) {
	t.Helper()
	r := prometheus.NewPedanticRegistry()
	for _, collector := range c {
		if err := r.Register(collector); err != nil {
			t.Fatal(err)
		}
	}
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		names = append(names, f.GetName())
	}
	return names
}

func TestEverythingRegisteredIsDocumentedAndWellNamed(t *testing.T) {
	r := prometheus.NewPedanticRegistry()
	c := NewCollector(sources)
	c.Set(snapshot())
	if err := r.Register(c); err != nil {
		t.Fatal(err)
	}
	work, err := NewOperation(r, "v1")
	if err != nil {
		t.Fatal(err)
	}
	work.Evaluated(time.Millisecond)
	work.Published(time.Second)
	work.Panicked("LOC-01")
	work.Wrote("Report", 3, errors.New("the last in vain"))
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]Family{}
	for _, f := range Families() {
		documented[f.Name] = f
	}
	for _, f := range families {
		d, known := documented[f.GetName()]
		if !known || d.Help != f.GetHelp() || !strings.EqualFold(d.Type, f.GetType().String()) {
			t.Errorf("%s is a %s: %q; documented as %+v", f.GetName(), f.GetType(), f.GetHelp(), d)
		}
		var labels []string
		for _, l := range f.GetMetric()[0].GetLabel() {
			labels = append(labels, l.GetName())
		}
		if diff := cmp.Diff(slices.Sorted(slices.Values(d.Labels)), labels); diff != "" {
			t.Errorf("labels of %s (-documented +shown):\n%s", f.GetName(), diff)
		}
		delete(documented, f.GetName())
	}
	for name := range documented {
		t.Errorf("%s is documented and not shown", name)
	}
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("promlint: %v, %v", problems, err)
	}
}

func TestWritesAreCountedByOutcome(t *testing.T) {
	r := prometheus.NewPedanticRegistry()
	work, err := NewOperation(r, "v1")
	if err != nil {
		t.Fatal(err)
	}
	work.Wrote("Report", 3, errors.New("the last in vain"))
	work.Wrote("Report", 0, nil)
	if ok, failed := testutil.ToFloat64(work.writes.WithLabelValues("Report", "success")), testutil.ToFloat64(work.writes.WithLabelValues("Report", "error")); ok != 2 || failed != 1 {
		t.Errorf("%v succeeded and %v failed, want 2 and 1", ok, failed)
	}
}
