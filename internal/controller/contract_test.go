package controller

import (
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/publish"
	"github.com/tilsyn-dev/tilsyn/internal/publish/status"
	"github.com/tilsyn-dev/tilsyn/internal/register"
)

// TestEachStepOfADeadlineIsWrittenAndToldOnce reconciles an agreement again and again, also after a restart of the operator.
func TestEachStepOfADeadlineIsWrittenAndToldOnce(t *testing.T) {
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	object := &v1alpha1.ProcessingAgreement{ObjectMeta: metav1.ObjectMeta{Name: "dpa", UID: "u1"}}
	c := fake.NewClientBuilder().WithScheme(scheme).WithObjects(object).WithStatusSubresource(object).Build()
	recorder := events.NewFakeRecorder(10)
	step := func(reason, message, word string) *publish.Snapshot {
		next := v1alpha1.DeadlineStatus{Reminder: "REM-04", Subject: "Renew it", Due: "2027-05-20", Step: word}
		return &publish.Snapshot{
			Evaluation: &evaluate.Evaluation{At: time.Date(2027, 5, 1, 0, 0, 0, 0, time.UTC), Fleet: &evaluate.Fleet{}},
			Register:   &register.Register{Agreements: []*v1alpha1.ProcessingAgreement{object}},
			Due:        map[facts.Ref]publish.Due{register.Ref(agreementKind, "dpa"): {Next: next, Status: metav1.ConditionTrue, Reason: reason, Message: message}},
		}
	}
	near := step(v1alpha1.ReasonDueSoon, "Within 30 days, due 2027-05-20: Renew it (REM-04).", "Due")
	passed := step(v1alpha1.ReasonOverdue, "Overdue, due 2027-05-20: Renew it (REM-04).", "Overdue")
	var now *publish.Snapshot
	operator := func() *plain[v1alpha1.ProcessingAgreementStatus] {
		op := &operator{loop: &loop{}}
		p := op.contracts(c, recorder)[agreementKind].(*plain[v1alpha1.ProcessingAgreementStatus])
		p.snapshot, p.wrote = func() *publish.Snapshot { return now }, func(string, int, error) {}
		p.status = status.NewWriter(c, status.Agreements(), 0)
		return p
	}
	p := operator()
	for _, now = range []*publish.Snapshot{near, near, passed, nil, passed} {
		if now == nil { // a restart
			p = operator()
			continue
		}
		if _, err := p.Reconcile(t.Context(), request("dpa")); err != nil {
			t.Fatal(err)
		}
	}
	close(recorder.Events)
	var got []string
	for e := range recorder.Events {
		got = append(got, e)
	}
	want := []string{
		"Normal DeadlineNear Within 30 days, due 2027-05-20: Renew it (REM-04).",
		"Warning DeadlinePassed Overdue, due 2027-05-20: Renew it (REM-04).",
	}
	if !slices.Equal(got, want) {
		t.Errorf("events are %q, want %q", got, want)
	}
	if err := c.Get(t.Context(), client.ObjectKey{Name: "dpa"}, object); err != nil {
		t.Fatal(err)
	}
	if d := object.Status.NextDeadline; d == nil || *d != (v1alpha1.DeadlineStatus{Reminder: "REM-04", Subject: "Renew it", Due: "2027-05-20", Step: "Overdue"}) {
		t.Errorf("the next deadline is %+v", d)
	}
}
