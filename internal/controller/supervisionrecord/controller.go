// Package supervisionrecord keeps the operator's memory true: a record of each environment, solution, institution, incident
// and the platform, and tombstones of those that are gone.
package supervisionrecord

import (
	"context"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"k8s.io/apimachinery/pkg/types"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/derive/clock"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/publish"
	"github.com/tilsyn-dev/tilsyn/internal/publish/record"
)

// Kind written.
const Kind = "SupervisionRecord"

// Reconciler makes the records of a subject hold what is to be remembered of the last snapshot. The namespace of a request
// is the kind of the subject.
type Reconciler struct {
	// Snapshot gives the last one; nil before the first evaluation.
	Snapshot func() *publish.Snapshot
	Keeper   *record.Keeper
	// Wrote is told of requests that write.
	Wrote func(kind string, requests int, err error)
}

// Reconcile is part of reconcile.Reconciler.
func (r *Reconciler) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	s := r.Snapshot()
	if s == nil {
		return reconcile.Result{}, nil
	}
	subject := record.Ref(request.Namespace, request.Name)
	before, _ := r.Keeper.Held(subject)
	after, keep := content(s, subject, before)
	var n int
	var err error
	if keep {
		n, err = r.Keeper.Write(ctx, subject, after)
	} else {
		n, err = r.Keeper.Delete(ctx, subject)
	}
	r.Wrote(Kind, n, err)
	return reconcile.Result{}, err
}

// content gives what is to be remembered of a subject, and whether anything is.
func content(s *publish.Snapshot, subject facts.Ref, before record.Content) (record.Content, bool) {
	results := s.Decisions.Memory.Records(subject)
	at := s.Evaluation.At
	switch subject.Kind {
	case "SolutionEnvironment":
		if d, evaluated := s.Environment(subject.Name); d != nil {
			return record.Environment(before, record.EnvironmentInput{
				Results: results, Namespaces: d.Resolved.Namespaces, Judged: d.Resolved.Judged(), Outside: findings(evaluated, record.LocationControl), Scanned: findings(evaluated, record.VulnerabilityControl), Now: at,
			}), true
		}
	case "HostedSolution":
		if d := s.Solution(subject.Name); d != nil {
			return record.Solution(before, record.SolutionInput{
				Object: d.Resolved.Object, Results: results, Namespaces: namespaces(d), Judged: d.Resolved.Policy.Found, Exceptions: exceptions(s, subject.Name), Now: at,
			}), true
		}
	case "Institution":
		if s.Decisions.Institution(subject.Name) != nil {
			return record.Institution(before, results), len(results) > 0
		}
	case "SecurityIncident":
		if i := incident(s, subject.Name); i != nil {
			return record.Incident(before, record.IncidentInput{Earliest: clock.Awarenesses(i, at), Watched: clock.Watched(i), Now: at}), true
		}
	case "Platform":
		return record.Platform(before, record.PlatformInput{
			Results: results, Nodes: s.Nodes.Known, NodesComplete: s.Nodes.Complete,
			Present: func(uid types.UID) bool { return s.Nodes.Present[uid] }, Now: at,
		}), true
	}
	// Namespaces with workloads that nobody claims: what the subject had and left behind is among them.
	running := slices.ContainsFunc(before.Namespaces, func(ns string) bool { return slices.Contains(s.Evaluation.Fleet.Unclaimed, ns) })
	return record.Deleted(subject.Kind, before, running, at)
}

// findings gives the results of a control that did not pass.
func findings(r *evaluate.Results, id v1alpha1.ControlID) []control.Result {
	for _, c := range r.Controls {
		if c.Control.ID == id {
			return c.Findings
		}
	}
	return nil
}

func incident(s *publish.Snapshot, name string) *v1alpha1.SecurityIncident {
	at := slices.IndexFunc(s.Register.Incidents, func(i *v1alpha1.SecurityIncident) bool { return i.Name == name })
	if at < 0 {
		return nil
	}
	return s.Register.Incidents[at]
}

func namespaces(d *decide.Solution) []string {
	var out []string
	for _, e := range d.Resolved.Environments {
		out = append(out, e.Namespaces...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func exceptions(s *publish.Snapshot, solution string) []decide.ExceptionState {
	var out []decide.ExceptionState
	for _, e := range s.Decisions.Exceptions {
		if e.Exception.Object.Spec.Scope.Solution == solution {
			out = append(out, e)
		}
	}
	return out
}
