// Package solutionenvironment publishes what was decided of environments: status, reports for application teams, events.
package solutionenvironment

import (
	"context"
	"errors"

	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/publish"
	"github.com/tilsyn-dev/tilsyn/internal/publish/event"
	"github.com/tilsyn-dev/tilsyn/internal/publish/report"
	"github.com/tilsyn-dev/tilsyn/internal/publish/status"
)

// Kind reconciled.
const Kind = "SolutionEnvironment"

// Reconciler makes the status and the reports of an environment those of the last snapshot.
type Reconciler struct {
	// Snapshot gives the last one; nil before the first evaluation.
	Snapshot func() *publish.Snapshot
	Status   *status.Writer[v1alpha1.SolutionEnvironmentStatus]
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
	decision, results := s.Environment(request.Name)
	if decision == nil {
		r.Status.Forget(request.Name)
		n, err := r.Reports.Remove(ctx, request.Name)
		r.Wrote("Report", n, err)
		return reconcile.Result{}, err
	}
	err := r.status(ctx, s, decision, results)
	n, reportErr := r.Reports.Write(ctx, decision)
	r.Wrote("Report", n, reportErr)
	return reconcile.Result{}, errors.Join(err, reportErr)
}

func (r *Reconciler) status(ctx context.Context, s *publish.Snapshot, d *decide.Environment, results *evaluate.Results) error {
	object := d.Resolved.Object
	before, found, err := r.Status.Before(ctx, object.Name, object.UID)
	if err != nil || !found {
		return err
	}
	common := status.Of(s, d.Ref, object.Generation)
	after := status.Environment(common, d, results.Incomplete, before)
	wrote, err := r.Status.Write(ctx, object.Name, object.UID, after)
	if wrote || err != nil {
		r.Wrote(Kind, 1, err)
	}
	if err != nil || !wrote {
		return err
	}
	for _, e := range event.Transitions(event.Subject{State: before.State, Controls: before.Controls}, event.Subject{State: after.State, Controls: after.Controls}) {
		r.Events.Eventf(object, nil, e.Type, e.Reason, e.Action, "%s", e.Message)
	}
	return nil
}
