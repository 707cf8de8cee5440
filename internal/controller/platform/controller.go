// Package platform publishes what was found of the cluster itself: status and events of the Platform.
package platform

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/publish"
	"github.com/tilsyn-dev/tilsyn/internal/publish/event"
	"github.com/tilsyn-dev/tilsyn/internal/publish/report"
	"github.com/tilsyn-dev/tilsyn/internal/publish/status"
)

// Kind reconciled.
const Kind = "Platform"

// Reconciler makes the status of the Platform that of the last snapshot.
type Reconciler struct {
	// Snapshot gives the last one; nil before the first evaluation.
	Snapshot func() *publish.Snapshot
	Status   *status.Writer[v1alpha1.PlatformStatus]
	Reports  *report.Writer
	Events   events.EventRecorder
	// Wrote is told of requests that write.
	Wrote func(kind string, requests int, err error)
}

// Reconcile is part of reconcile.Reconciler.
func (r *Reconciler) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	s := r.Snapshot()
	if s == nil {
		return reconcile.Result{}, nil
	}
	object := s.Evaluation.Fleet.Platform.Object
	if object == nil || object.Name != request.Name {
		r.Status.Forget(request.Name)
		return reconcile.Result{}, nil
	}
	before, found, err := r.Status.Before(ctx, object.Name, object.UID)
	if err != nil || !found {
		return reconcile.Result{}, err
	}
	d := s.Decisions.Platform
	common := status.Of(s, d.Ref, object.Generation)
	after := status.Platform(common, d, status.PlatformInput{Sources: s.Sources, Nodes: s.Nodes.Countries, Reports: reports(r.Reports)}, before)
	wrote, err := r.Status.Write(ctx, object.Name, object.UID, after)
	if wrote || err != nil {
		r.Wrote(Kind, 1, err)
	}
	if err != nil {
		return reconcile.Result{}, err
	}
	if wrote && before.LastEvaluationTime != nil {
		// A Platform has no state; that it was evaluated before is what makes a change of a control a transition.
		for _, e := range event.Transitions(event.Subject{State: evaluated, Controls: before.Controls}, event.Subject{State: evaluated, Controls: after.Controls}) {
			r.Events.Eventf(object, nil, e.Type, e.Reason, e.Action, "%s", e.Message)
		}
	}
	if wrote {
		for _, e := range event.Deadlines(before.Conditions, after.Conditions) {
			r.Events.Eventf(object, nil, e.Type, e.Reason, e.Action, "%s", e.Message)
		}
	}
	return reconcile.Result{}, nil
}

const evaluated v1alpha1.ComplianceState = "Evaluated"

// reports says whether application teams get their reports.
func reports(w *report.Writer) metav1.Condition {
	api, err := w.State()
	switch {
	case err != nil:
		return metav1.Condition{Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonWriteFailed, Message: "Reports cannot be written: " + err.Error()}
	case api == nil:
		return metav1.Condition{Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonNoReportAPI,
			Message: "The cluster serves neither reports.openreports.io (v1alpha1) nor policyreports.wgpolicyk8s.io (v1alpha2), so application teams see no reports. " +
				"Install the custom resource definitions of one of them."}
	default:
		return metav1.Condition{Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonPublished, Message: "Reports are written as " + api.Resource + "." + api.GVK.Group + "."}
	}
}
