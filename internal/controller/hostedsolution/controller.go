// Package hostedsolution publishes what was decided of solutions: status and events.
package hostedsolution

import (
	"context"

	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/publish"
	"github.com/tilsyn-dev/tilsyn/internal/publish/event"
	"github.com/tilsyn-dev/tilsyn/internal/publish/status"
)

// Kind reconciled.
const Kind = "HostedSolution"

// Reconciler makes the status of a solution that of the last snapshot.
type Reconciler struct {
	// Snapshot gives the last one; nil before the first evaluation.
	Snapshot func() *publish.Snapshot
	Status   *status.Writer[v1alpha1.HostedSolutionStatus]
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
	d := s.Solution(request.Name)
	if d == nil {
		r.Status.Forget(request.Name)
		return reconcile.Result{}, nil
	}
	object := d.Resolved.Object
	before, found, err := r.Status.Before(ctx, object.Name, object.UID)
	if err != nil || !found {
		return reconcile.Result{}, err
	}
	common := status.Of(s, d.Ref, object.Generation)
	after := status.Solution(common, d, before)
	wrote, err := r.Status.Write(ctx, object.Name, object.UID, after)
	if wrote || err != nil {
		r.Wrote(Kind, 1, err)
	}
	if err != nil {
		return reconcile.Result{}, err
	}
	if wrote {
		for _, e := range event.Transitions(event.Subject{State: before.State, Controls: before.Controls}, event.Subject{State: after.State, Controls: after.Controls}) {
			r.Events.Eventf(object, nil, e.Type, e.Reason, e.Action, "%s", e.Message)
		}
		for _, e := range event.Deadlines(before.Conditions, after.Conditions) {
			r.Events.Eventf(object, nil, e.Type, e.Reason, e.Action, "%s", e.Message)
		}
	}
	return reconcile.Result{}, nil
}
