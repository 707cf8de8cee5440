package status

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

var at = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

func someControl() *control.Control {
	return control.Define(control.Meta{
		ID: "LOC-01", Title: "Somewhere", Severity: v1alpha1.SeverityCritical, Party: v1alpha1.PartyProvider,
		Reasons: []control.ReasonText{{Reason: "Outside", Verdict: v1alpha1.VerdictFail, Text: strings.Repeat("{what} ", 4), Remediation: strings.Repeat("{what} ", 4)}},
	}, control.Parameters[control.NoParameters]{Defaults: func(control.Levels) (p control.NoParameters) { return p }}, control.Rules[control.NoParameters]{})
}

func environment(findings int, text string) *decide.Environment {
	object := &v1alpha1.SolutionEnvironment{ObjectMeta: metav1.ObjectMeta{Name: "aula-production", Generation: 3}}
	d := &decide.Environment{
		Subject: &decide.Subject{
			Ref:   facts.Ref{Group: "tilsyn.dev", Kind: "SolutionEnvironment", Name: "aula-production"},
			State: v1alpha1.StateNonCompliant,
		},
		Resolved:  &evaluate.Environment{Environment: &control.Environment{Object: object, Namespaces: []string{"aula"}}},
		Workloads: 1,
	}
	c := someControl()
	for i := range findings {
		d.Findings = append(d.Findings, decide.Finding{
			Control: c, Mode: v1alpha1.ModeRequired, Party: v1alpha1.PartyProvider, Since: at,
			Result: new(control.Fail("Outside", "what", text).On(facts.Ref{Kind: "Pod", Namespace: "aula", Name: fmt.Sprintf("p%03d", i)})),
		})
	}
	return d
}

func common(d *decide.Environment, problems ...evaluate.Problem) Common {
	return Common{Ref: d.Ref, Generation: 3, Fleet: &evaluate.Fleet{Problems: problems}, At: at}
}

func TestAStatusHoldsTheWorstFindingsThatFit(t *testing.T) {
	for name, test := range map[string]struct {
		findings int
		text     string
		shown    func(int) bool
	}{
		"all of a few":              {3, "x", func(n int) bool { return n == 3 }},
		"fifty of many":             {80, "x", func(n int) bool { return n == FindingsMax }},
		"fewer where they are long": {50, strings.Repeat("æ", 2000), func(n int) bool { return n > 10 && n < 50 }},
	} {
		t.Run(name, func(t *testing.T) {
			d := environment(test.findings, test.text)
			s := Environment(common(d), d, nil, v1alpha1.SolutionEnvironmentStatus{})
			raw, err := json.Marshal(s)
			if err != nil || len(raw) > SizeMax {
				t.Errorf("the status has %d bytes, %v", len(raw), err)
			}
			if !test.shown(len(s.Findings)) || len(s.Findings)+int(s.FindingsOmitted) != test.findings {
				t.Errorf("%d findings are shown and %d left out of %d", len(s.Findings), s.FindingsOmitted, test.findings)
			}
			if s.Findings[0].Subject.Name != "p000" {
				t.Errorf("the first finding is about %s", s.Findings[0].Subject.Name)
			}
		})
	}
}

func TestAnEnvironmentIsDeployedWhereSomethingOfItRuns(t *testing.T) {
	forbidden := facts.SourceState{ID: "deployments.apps", Condition: facts.SourceUnreadable, Reason: facts.ReasonForbidden}
	for name, test := range map[string]struct {
		workloads  int
		namespaces []string
		hostedBy   string
		incomplete []facts.SourceState
		want       string
	}{
		"workloads run":                       {workloads: 1, namespaces: []string{"aula"}, want: "True Deployed"},
		"workloads run and others are unseen": {workloads: 1, namespaces: []string{"aula"}, incomplete: []facts.SourceState{forbidden}, want: "True Deployed"},
		"no namespace matches":                {want: "False NotDeployed"},
		"its namespaces are empty":            {namespaces: []string{"aula"}, want: "False NotDeployed"},
		"workloads cannot be read":            {namespaces: []string{"aula"}, incomplete: []facts.SourceState{forbidden}, want: "Unknown PermissionMissing"},
		"a supplier runs it elsewhere":        {hostedBy: "kombit", want: "False HostedElsewhere"},
	} {
		t.Run(name, func(t *testing.T) {
			d := environment(0, "")
			d.Workloads, d.Resolved.Namespaces, d.Resolved.Object.Spec.HostedBy = test.workloads, test.namespaces, test.hostedBy
			c := meta.FindStatusCondition(Environment(common(d), d, test.incomplete, v1alpha1.SolutionEnvironmentStatus{}).Conditions, v1alpha1.ConditionDeployed)
			if got := string(c.Status) + " " + c.Reason; got != test.want {
				t.Errorf("Deployed is %s (%s), want %s", got, c.Message, test.want)
			}
		})
	}
}

func TestConditionsOfAnEnvironment(t *testing.T) {
	accepted := evaluate.Problem{
		Object: environment(0, "").Ref, Type: v1alpha1.ConditionAccepted, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonUnknownSolution, Message: "No such solution.",
	}
	forbidden := facts.SourceState{ID: "pods", Condition: facts.SourceUnreadable, Reason: facts.ReasonForbidden, Message: "the right to list and watch pods is missing"}
	pending := facts.SourceState{ID: "jobs.batch", Condition: facts.SourcePending, Reason: facts.ReasonNotSynced}
	bad := facts.SourceState{ID: "nodes", Condition: facts.SourceSynced, Undecodable: []facts.Ref{{Kind: "Node", Name: "n1"}}}
	for name, test := range map[string]struct {
		problems   []evaluate.Problem
		incomplete []facts.SourceState
		want       map[string]string // type to status and reason
	}{
		"all is well": {nil, nil, map[string]string{
			"Accepted": "True Accepted", "Ready": "True Evaluated", "Deployed": "True Deployed", "EvidenceComplete": "True AllReadable"}},
		"what is not accepted is not ready": {[]evaluate.Problem{accepted}, nil, map[string]string{
			"Accepted": "False UnknownSolution", "Ready": "False NotAccepted"}},
		"a missing right is the reason before all others": {nil, []facts.SourceState{pending, bad, forbidden}, map[string]string{
			"EvidenceComplete": "False PermissionMissing", "Ready": "True Evaluated"}},
		"objects that cannot be read make evidence incomplete":  {nil, []facts.SourceState{bad}, map[string]string{"EvidenceComplete": "False DecodeFailed"}},
		"a source that is being read makes evidence incomplete": {nil, []facts.SourceState{pending}, map[string]string{"EvidenceComplete": "False SourcesPending"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := environment(0, "")
			s := Environment(common(d, test.problems...), d, test.incomplete, v1alpha1.SolutionEnvironmentStatus{})
			for typ, want := range test.want {
				c := meta.FindStatusCondition(s.Conditions, typ)
				if c == nil || string(c.Status)+" "+c.Reason != want || c.ObservedGeneration != 3 || c.Message == "" {
					t.Errorf("%s is %+v, want %s", typ, c, want)
				}
			}
		})
	}
}

func TestATransitionKeepsItsTime(t *testing.T) {
	d := environment(0, "")
	first := Environment(common(d), d, nil, v1alpha1.SolutionEnvironmentStatus{})
	later := common(d)
	later.At = at.Add(time.Hour)
	second := Environment(later, d, nil, first)
	for i, c := range second.Conditions {
		if !c.LastTransitionTime.Equal(&first.Conditions[i].LastTransitionTime) {
			t.Errorf("%s changed at %s although it did not", c.Type, c.LastTransitionTime)
		}
	}
	if !second.LastEvaluationTime.Time.Equal(at.Add(time.Hour)) {
		t.Errorf("evaluated at %s", second.LastEvaluationTime)
	}
}

func TestTheStatusOfAnExceptionSaysWhyItHasNoEffect(t *testing.T) {
	gov := control.Define(control.Meta{ID: "GOV-06", Reasons: []control.ReasonText{
		{Reason: "TooLong", Verdict: v1alpha1.VerdictFail, Text: "It is too long.", Remediation: "Shorten it."},
	}}, control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{})
	object := &v1alpha1.ControlException{ObjectMeta: metav1.ObjectMeta{Name: "e"}}
	common := Common{Ref: facts.Ref{Group: "tilsyn.dev", Kind: "ControlException", Name: "e"}, Generation: 3, Fleet: &evaluate.Fleet{}, At: at}
	good := decide.ExceptionState{Exception: &evaluate.Exception{Object: object}, Valid: true, Covered: 1}
	bad := decide.ExceptionState{Exception: good.Exception, Refused: &decide.Finding{Control: gov, Result: new(control.Fail("TooLong"))}}
	status := v1alpha1.ControlExceptionStatus{}
	for _, step := range []struct {
		what  string
		state decide.ExceptionState
		want  map[string]string
	}{
		{"in force", good, map[string]string{"Accepted": "True Accepted", "Ready": "True Evaluated", "Valid": "True InForce", "InUse": "True CoversResults"}},
		{"refused", bad, map[string]string{"Accepted": "False TooLong", "Ready": "False NotAccepted", "Valid": "False TooLong", "InUse": "False NotValid"}},
		{"refused as before", bad, map[string]string{"Accepted": "False TooLong", "Ready": "False NotAccepted", "Valid": "False TooLong", "InUse": "False NotValid"}},
	} {
		before := status
		status = Exception(common, step.state, before)
		for typ, want := range step.want {
			if c := meta.FindStatusCondition(status.Conditions, typ); c == nil || string(c.Status)+" "+c.Reason != want {
				t.Errorf("%s: %s is %+v, want %s", step.what, typ, c, want)
			}
		}
		common.At = common.At.Add(time.Hour)
		if step.what == "refused as before" && !cmp.Equal(before, status) {
			t.Errorf("the status changes although nothing did: %s", cmp.Diff(before, status))
		}
	}
	if c := meta.FindStatusCondition(status.Conditions, "Accepted"); c.Message != "GOV-06: It is too long. Shorten it." {
		t.Errorf("the message is %q", c.Message)
	}
}

func TestSourcesThatAreNotReadableComeFirst(t *testing.T) {
	d := &decide.Subject{Ref: facts.Ref{Group: "tilsyn.dev", Kind: "Platform", Name: "cluster"}}
	s := Platform(Common{Ref: d.Ref, Fleet: &evaluate.Fleet{}, At: at}, d, PlatformInput{
		Sources: []facts.SourceState{
			{ID: "backups.velero.io", Condition: facts.SourceAbsent}, {ID: "nodes", Condition: facts.SourceSynced},
			{ID: "pods", Condition: facts.SourceUnreadable, Reason: facts.ReasonForbidden, Message: "no"},
		},
		Reports: metav1.Condition{Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonPublished, Message: "Yes."},
	}, v1alpha1.PlatformStatus{})
	var order []string
	for _, source := range s.Sources {
		order = append(order, source.Source+" "+source.State)
	}
	if want := []string{"pods Unreadable", "nodes Synced", "backups.velero.io Absent"}; !slices.Equal(order, want) {
		t.Errorf("sources are %v, want %v", order, want)
	}
}

// world is an API server of one environment that counts writes.
type world struct {
	client          client.Client
	writes, updates int
	fail            error
}

func newWorld(t *testing.T, objects ...client.Object) *world {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	w := &world{}
	w.client = fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).WithStatusSubresource(&v1alpha1.SolutionEnvironment{}).
		WithInterceptorFuncs(interceptor.Funcs{
			SubResourcePatch: func(ctx context.Context, c client.Client, sub string, o client.Object, p client.Patch, opts ...client.SubResourcePatchOption) error {
				w.writes++
				if w.fail != nil {
					return w.fail
				}
				return c.SubResource(sub).Patch(ctx, o, p, opts...)
			},
			SubResourceUpdate: func(ctx context.Context, c client.Client, sub string, o client.Object, opts ...client.SubResourceUpdateOption) error {
				err := c.SubResource(sub).Update(ctx, o, opts...)
				if !apierrors.IsConflict(err) {
					w.writes++
					w.updates++
				}
				return err
			},
		}).Build()
	return w
}

func object(uid string) *v1alpha1.SolutionEnvironment {
	return &v1alpha1.SolutionEnvironment{ObjectMeta: metav1.ObjectMeta{Name: "aula-production", UID: types.UID("u1" + uid)}}
}

func TestWriting(t *testing.T) {
	status := func(state v1alpha1.ComplianceState, evaluated time.Duration) v1alpha1.SolutionEnvironmentStatus {
		when := stamp(at.Add(evaluated))
		return v1alpha1.SolutionEnvironmentStatus{State: state, LastEvaluationTime: &when}
	}
	compliant, unknown := v1alpha1.StateCompliant, v1alpha1.StateUnknown
	for name, test := range map[string]struct {
		then   v1alpha1.SolutionEnvironmentStatus
		writes int
	}{
		"the same status is not written again":    {status(compliant, 0), 1},
		"a later evaluation alone is not written": {status(compliant, 59*time.Minute), 1},
		"a heartbeat is":                          {status(compliant, time.Hour), 2},
		"a change is, whenever":                   {status(unknown, time.Second), 2},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, object(""))
			writer := NewWriter(w.client, Environments(), time.Hour)
			for _, s := range []v1alpha1.SolutionEnvironmentStatus{status(compliant, 0), test.then} {
				if _, err := writer.Write(t.Context(), "aula-production", object("").UID, s); err != nil {
					t.Fatal(err)
				}
			}
			if w.writes != test.writes {
				t.Errorf("%d writes, want %d", w.writes, test.writes)
			}
		})
	}
}

func TestWhatIsWrittenReplacesTheWholeStatus(t *testing.T) {
	w := newWorld(t, object(""))
	writer := NewWriter(w.client, Environments(), time.Hour)
	for _, s := range []v1alpha1.SolutionEnvironmentStatus{{State: v1alpha1.StateUnknown, WorstControl: "LOC-01"}, {State: v1alpha1.StateCompliant}} {
		if _, err := writer.Write(t.Context(), "aula-production", object("").UID, s); err != nil {
			t.Fatal(err)
		}
	}
	got := &v1alpha1.SolutionEnvironment{}
	if err := w.client.Get(t.Context(), client.ObjectKey{Name: "aula-production"}, got); err != nil {
		t.Fatal(err)
	}
	if got.Status.State != v1alpha1.StateCompliant || got.Status.WorstControl != "" {
		t.Errorf("the status is %+v", got.Status)
	}
}

func TestAStatusIsUpdatedUntilSomebodyElseWritesTheObject(t *testing.T) {
	o := object("")
	w := newWorld(t, o)
	writer := NewWriter(w.client, Environments(), time.Hour)
	write := func(state v1alpha1.ComplianceState) {
		t.Helper()
		s := v1alpha1.SolutionEnvironmentStatus{State: state, Conditions: []metav1.Condition{{Type: "Ready", Message: string(state)}}}
		if wrote, err := writer.Write(t.Context(), o.Name, o.UID, s); err != nil || !wrote {
			t.Fatalf("wrote %v, %v", wrote, err)
		}
		got := &v1alpha1.SolutionEnvironment{}
		if err := w.client.Get(t.Context(), client.ObjectKey{Name: o.Name}, got); err != nil {
			t.Fatal(err)
		}
		if got.Status.State != state || got.Status.Conditions[0].Message != string(state) {
			t.Errorf("the status is %+v, want that of %s", got.Status, state)
		}
		if known := writer.last[o.Name].status; known.State != state || known.Conditions[0].Message != string(state) {
			t.Errorf("it remembers %+v, want that of %s", known, state)
		}
	}
	write(v1alpha1.StateUnknown)
	write(v1alpha1.StateCompliant)
	if w.writes != 2 || w.updates != 1 {
		t.Errorf("%d writes, %d of them updates; want a patch and an update", w.writes, w.updates)
	}
	if err := w.client.Patch(t.Context(), o, client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"labels":{"team":"a"}}}`))); err != nil {
		t.Fatal(err)
	}
	write(v1alpha1.StateUnknown)
	write(v1alpha1.StateCompliant)
	if w.writes != 4 || w.updates != 2 {
		t.Errorf("%d writes, %d of them updates; want a patch after somebody else wrote, then updates again", w.writes, w.updates)
	}
	got := &v1alpha1.SolutionEnvironment{}
	if err := w.client.Get(t.Context(), client.ObjectKey{Name: o.Name}, got); err != nil || got.Labels["team"] != "a" {
		t.Errorf("labels %v are not what somebody else wrote, %v", got.Labels, err)
	}
}

func TestAnObjectThatIsGoneOrAnotherIsNoError(t *testing.T) {
	gone := apierrors.NewNotFound(schema.GroupResource{Resource: "solutionenvironments"}, "aula-production")
	another := apierrors.NewInvalid(schema.GroupKind{Kind: "SolutionEnvironment"}, "aula-production", nil)
	for name, test := range map[string]struct {
		fail    error
		uid     string
		wantErr bool
	}{
		"gone":                                 {gone, "", false},
		"another object by the same name":      {another, "other", false},
		"a status that the API server refuses": {another, "", true},
		"an API server that does not answer":   {errors.New("no"), "", true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, object(""))
			w.fail = test.fail
			_, err := NewWriter(w.client, Environments(), time.Hour).Write(t.Context(), "aula-production", object(test.uid).UID, v1alpha1.SolutionEnvironmentStatus{})
			if (err != nil) != test.wantErr {
				t.Errorf("error is %v, want one: %v", err, test.wantErr)
			}
		})
	}
}

func TestTheStatusBeforeIsReadOnce(t *testing.T) {
	o := object("")
	o.Status.State = v1alpha1.StateCompliant
	w := newWorld(t, o)
	writer := NewWriter(w.client, Environments(), time.Hour)
	s, found, err := writer.Before(t.Context(), o.Name, o.UID)
	if err != nil || !found || s.State != v1alpha1.StateCompliant {
		t.Fatalf("status is %+v, found %v, %v", s, found, err)
	}
	if err := w.client.Delete(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if _, found, err = writer.Before(t.Context(), o.Name, o.UID); err != nil || !found {
		t.Errorf("asked the API server again: found %v, %v", found, err)
	}
	if _, found, err = writer.Before(t.Context(), o.Name, "another"); err != nil || found {
		t.Errorf("an object that is gone is found %v, %v", found, err)
	}
}
