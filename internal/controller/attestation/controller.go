// Package attestation publishes what was found of attestations: the conditions in their status, and events of what is due.
package attestation

import (
	"context"
	"slices"

	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/publish"
	"github.com/tilsyn-dev/tilsyn/internal/publish/event"
	"github.com/tilsyn-dev/tilsyn/internal/publish/status"
)

// Kind reconciled.
const Kind = "Attestation"

// Reconciler makes the status of an attestation that of the last snapshot.
type Reconciler struct {
	// Snapshot gives the last one; nil before the first evaluation.
	Snapshot func() *publish.Snapshot
	Status   *status.Writer[v1alpha1.AttestationStatus]
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
	i := slices.IndexFunc(s.Evaluation.Fleet.Attestations, func(a *evaluate.Attestation) bool { return a.Object.Name == request.Name })
	if i < 0 {
		r.Status.Forget(request.Name)
		return reconcile.Result{}, nil
	}
	a := s.Evaluation.Fleet.Attestations[i]
	object := a.Object
	before, found, err := r.Status.Before(ctx, object.Name, object.UID)
	if err != nil || !found {
		return reconcile.Result{}, err
	}
	common := status.Of(s, facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: Kind, Name: object.Name}, object.Generation)
	after := status.Attestation(common, a, before)
	wrote, err := r.Status.Write(ctx, object.Name, object.UID, after)
	if wrote || err != nil {
		r.Wrote(Kind, 1, err)
	}
	if wrote && err == nil {
		for _, t := range event.Deadlines(before.Conditions, after.Conditions) {
			r.Events.Eventf(object, nil, t.Type, t.Reason, t.Action, "%s", t.Message)
		}
	}
	return reconcile.Result{}, err
}
