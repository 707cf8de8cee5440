package controller

import (
	"context"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
	"github.com/tilsyn-dev/tilsyn/internal/derive/clock"
	"github.com/tilsyn-dev/tilsyn/internal/publish"
	"github.com/tilsyn-dev/tilsyn/internal/publish/event"
	"github.com/tilsyn-dev/tilsyn/internal/publish/record"
	"github.com/tilsyn-dev/tilsyn/internal/publish/status"
	"github.com/tilsyn-dev/tilsyn/internal/register"
)

// Kinds of the contractual side that have a status and nothing else: no results of their own, no record, no report.
const (
	supplierKind  = "Supplier"
	agreementKind = "ProcessingAgreement"
	statementKind = "AssuranceStatement"
	incidentKind  = "SecurityIncident"
)

// plain makes the status of objects of one kind that of the last snapshot.
type plain[S any] struct {
	kind     string
	snapshot func() *publish.Snapshot
	status   *status.Writer[S]
	// find gives an object by name; false where there is none.
	find func(s *publish.Snapshot, name string) (metav1.Object, bool)
	// render gives its status.
	render func(s *publish.Snapshot, c status.Common, object metav1.Object, before S) S
	// conditions of a status, whose differences are told as events.
	conditions func(S) []metav1.Condition
	events     events.EventRecorder
	wrote      func(kind string, requests int, err error)
}

// Reconcile is part of reconcile.Reconciler.
func (p *plain[S]) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	s := p.snapshot()
	if s == nil {
		return reconcile.Result{}, nil
	}
	object, there := p.find(s, request.Name)
	if !there {
		p.status.Forget(request.Name)
		return reconcile.Result{}, nil
	}
	before, found, err := p.status.Before(ctx, request.Name, object.GetUID())
	if err != nil || !found {
		return reconcile.Result{}, err
	}
	common := status.Of(s, register.Ref(p.kind, request.Name), object.GetGeneration())
	after := p.render(s, common, object, before)
	wrote, err := p.status.Write(ctx, request.Name, object.GetUID(), after)
	if wrote || err != nil {
		p.wrote(p.kind, 1, err)
	}
	if wrote && err == nil {
		for _, e := range event.Deadlines(p.conditions(before), p.conditions(after)) {
			p.events.Eventf(object.(runtime.Object), nil, e.Type, e.Reason, e.Action, "%s", e.Message)
		}
	}
	return reconcile.Result{}, err
}

// named finds an object in a list that is ordered by name.
func named[T metav1.Object](list []T, name string) (metav1.Object, bool) {
	i, ok := slices.BinarySearchFunc(list, name, func(o T, n string) int { return strings.Compare(o.GetName(), n) })
	if !ok {
		return nil, false
	}
	return list[i], true
}

// contracts makes the reconcilers of the contractual side, by kind.
func (op *operator) contracts(c client.Client, recorder events.EventRecorder) map[string]reconcile.Reconciler {
	snapshot, wrote := op.loop.snapshot, op.work.Wrote
	return map[string]reconcile.Reconciler{
		supplierKind: &plain[v1alpha1.SupplierStatus]{
			events: recorder, conditions: func(s v1alpha1.SupplierStatus) []metav1.Condition { return s.Conditions },
			kind: supplierKind, snapshot: snapshot, wrote: wrote, status: status.NewWriter(c, status.Suppliers(), 0),
			find: func(s *publish.Snapshot, name string) (metav1.Object, bool) {
				if x := s.Register.Supplier(name); x != nil {
					return x.Object, true
				}
				return nil, false
			},
			render: func(s *publish.Snapshot, c status.Common, o metav1.Object, before v1alpha1.SupplierStatus) v1alpha1.SupplierStatus {
				return status.Supplier(c, s.Register.Supplier(o.GetName()).Solutions, before)
			},
		},
		agreementKind: &plain[v1alpha1.ProcessingAgreementStatus]{
			events: recorder, conditions: func(s v1alpha1.ProcessingAgreementStatus) []metav1.Condition { return s.Conditions },
			kind: agreementKind, snapshot: snapshot, wrote: wrote, status: status.NewWriter(c, status.Agreements(), 0),
			find: func(s *publish.Snapshot, name string) (metav1.Object, bool) {
				return named(s.Register.Agreements, name)
			},
			render: func(_ *publish.Snapshot, c status.Common, _ metav1.Object, before v1alpha1.ProcessingAgreementStatus) v1alpha1.ProcessingAgreementStatus {
				return status.Agreement(c, before)
			},
		},
		statementKind: &plain[v1alpha1.AssuranceStatementStatus]{
			events: recorder, conditions: func(s v1alpha1.AssuranceStatementStatus) []metav1.Condition { return s.Conditions },
			kind: statementKind, snapshot: snapshot, wrote: wrote, status: status.NewWriter(c, status.Statements(), 0),
			find: func(s *publish.Snapshot, name string) (metav1.Object, bool) {
				return named(s.Register.Statements, name)
			},
			render: func(_ *publish.Snapshot, c status.Common, o metav1.Object, before v1alpha1.AssuranceStatementStatus) v1alpha1.AssuranceStatementStatus {
				return status.Statement(c, statementDetails(o.(*v1alpha1.AssuranceStatement)), before)
			},
		},
		incidentKind: &plain[v1alpha1.SecurityIncidentStatus]{
			events: recorder, conditions: func(s v1alpha1.SecurityIncidentStatus) []metav1.Condition { return s.Conditions },
			kind: incidentKind, snapshot: snapshot, wrote: wrote, status: status.NewWriter(c, status.Incidents(), 0),
			find: func(s *publish.Snapshot, name string) (metav1.Object, bool) { return named(s.Register.Incidents, name) },
			render: func(_ *publish.Snapshot, c status.Common, o metav1.Object, before v1alpha1.SecurityIncidentStatus) v1alpha1.SecurityIncidentStatus {
				return status.Incident(c, op.incidentDetails(o.(*v1alpha1.SecurityIncident), c.At), before)
			},
		},
	}
}

func statementDetails(s *v1alpha1.AssuranceStatement) status.StatementDetails {
	r := assurance.Read(s)
	return status.StatementDetails{
		State: r.State(), Received: r.ReceivedWords(), Delivered: r.DeliveredWords(), Open: r.Open(), KindRequired: s.Spec.Required != nil,
	}
}

// incidentDetails reads the clocks of an incident, for all controllers together; each institution has its own in its results.
func (op *operator) incidentDetails(i *v1alpha1.SecurityIncident, now time.Time) status.IncidentDetails {
	held, _ := op.keeper.Held(record.Ref(incidentKind, i.Name))
	reading := clock.Read(i, clock.Memory{First: held.FirstSeen, Changes: held.Changes}, now)
	var d status.IncidentDetails
	if risk := reading.Risk(); risk != nil {
		d.Risk = risk.Level
	}
	for _, c := range reading.Clocks(clock.DefaultLimits(now)) {
		if c.Name == clock.AuthorityNotice {
			d.AuthorityNotice = noticeInWords(c, now)
		}
		shown := v1alpha1.ClockStatus{
			Clock: string(c.Name), StartedAt: metav1.NewTime(c.StartedAt), DueAt: metav1.NewTime(c.DueAt), State: string(c.State(now)), HoursStep: c.Step(now),
		}
		if !c.StoppedAt.IsZero() {
			stopped := metav1.NewTime(c.StoppedAt)
			shown.StoppedAt = &stopped
		}
		d.Clocks = append(d.Clocks, shown)
	}
	return d
}

func noticeInWords(c clock.Clock, now time.Time) string {
	at := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	switch c.State(now) {
	case clock.Met:
		return "sent " + at(c.StoppedAt)
	case clock.Late:
		return "sent " + at(c.StoppedAt) + ", late"
	case clock.NotRequired:
		return "not required"
	case clock.Overdue:
		return "overdue since " + at(c.DueAt)
	default:
		return "due " + at(c.DueAt)
	}
}

// contracts names the objects of the contractual side, with what their status is made of.
func contracts(r *register.Register, now time.Time, add func(kind, name string, i ingredients)) {
	for _, s := range r.Suppliers {
		add(supplierKind, s.Object.Name, ingredients{object: s})
	}
	for _, a := range r.Agreements {
		add(agreementKind, a.Name, ingredients{object: a})
	}
	for _, s := range r.Statements {
		add(statementKind, s.Name, ingredients{object: s})
	}
	for _, i := range r.Incidents {
		add(incidentKind, i.Name, ingredients{object: i, covered: steps(i, now)})
	}
}

// steps changes whenever a clock of an incident reaches a step or its end, so that its status is written anew.
func steps(i *v1alpha1.SecurityIncident, now time.Time) (sum int) {
	for _, c := range clock.Read(i, clock.Memory{}, now).Clocks(clock.DefaultLimits(now)) {
		sum += int(c.Step(now))
		if c.State(now) != clock.Running {
			sum++
		}
	}
	return sum
}
