package controller

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/controller/attestation"
	"github.com/tilsyn-dev/tilsyn/internal/controller/controlexception"
	"github.com/tilsyn-dev/tilsyn/internal/controller/controlprofile"
	"github.com/tilsyn-dev/tilsyn/internal/controller/hostedsolution"
	"github.com/tilsyn-dev/tilsyn/internal/controller/institution"
	"github.com/tilsyn-dev/tilsyn/internal/controller/platform"
	"github.com/tilsyn-dev/tilsyn/internal/controller/solutionenvironment"
	"github.com/tilsyn-dev/tilsyn/internal/controller/supervisionrecord"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
	"github.com/tilsyn-dev/tilsyn/internal/gather/cluster"
	"github.com/tilsyn-dev/tilsyn/internal/publish/metrics"
	"github.com/tilsyn-dev/tilsyn/internal/publish/record"
	"github.com/tilsyn-dev/tilsyn/internal/publish/report"
	"github.com/tilsyn-dev/tilsyn/internal/publish/status"
)

// Name under which the operator reports events.
const Name = "tilsyn-operator"

// Options of the operator.
type Options struct {
	// Controls of the catalogue, Kinds to read, and the Store made for them.
	Controls []*control.Control
	Kinds    []adapter.Kind
	Store    *facts.Store
	// Heartbeat is the longest time between two evaluations, and after which a status is written anew.
	Heartbeat time.Duration
	// ReportAPI is preferred where the cluster serves both.
	ReportAPI string
	Version   string
	Registry  prometheus.Registerer
	// Clock that verdicts depend on; nil is the real one.
	Clock clock.WithDelayedExecution
	// RetryCap of watches that fail, see cluster.Options.
	RetryCap time.Duration
	// SyncTimeout of sources, see cluster.Options.
	SyncTimeout time.Duration
}

// operator is everything that Register wires together.
type operator struct {
	Options
	manager  manager.Manager
	gatherer *cluster.Gatherer
	loop     *loop
	fanout   *fanout
	keeper   *record.Keeper
	reports  *report.Writer
	metadata metadata.Interface
	work     *metrics.Operation

	environments *status.Writer[v1alpha1.SolutionEnvironmentStatus]
	solutions    *status.Writer[v1alpha1.HostedSolutionStatus]
	platforms    *status.Writer[v1alpha1.PlatformStatus]
	institutions *status.Writer[v1alpha1.InstitutionStatus]
}

// Register adds everything that the operator runs to a manager: the gatherer, the loop, a controller for each kind, the
// metrics, and the check that tells whether it is ready.
func Register(m manager.Manager, o Options) error {
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	op := &operator{Options: o, manager: m, keeper: record.NewKeeper(m.GetClient())}
	for _, step := range []func() error{op.gather, op.write, op.evaluate, op.controllers, op.ready} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (op *operator) gather() (err error) {
	op.gatherer, err = cluster.New(cluster.Options{
		Config: op.manager.GetConfig(), Kinds: op.Kinds, Store: op.Store, Clock: op.Clock, Log: op.manager.GetLogger().WithName("gather"),
		RetryCap: op.RetryCap, SyncTimeout: op.SyncTimeout,
	})
	if err != nil {
		return err
	}
	return op.manager.Add(op.gatherer)
}

func (op *operator) write() error {
	client := op.manager.GetClient()
	op.environments = status.NewWriter(client, status.Environments(), op.Heartbeat)
	op.solutions = status.NewWriter(client, status.Solutions(), op.Heartbeat)
	op.platforms = status.NewWriter(client, status.Platforms(), op.Heartbeat)
	op.institutions = status.NewWriter(client, status.Institutions(), op.Heartbeat)
	objects, err := dynamic.NewForConfigAndClient(op.manager.GetConfig(), op.manager.GetHTTPClient())
	if err != nil {
		return err
	}
	op.reports = report.NewWriter(objects)
	op.metadata, err = metadata.NewForConfigAndClient(op.manager.GetConfig(), op.manager.GetHTTPClient())
	if err != nil {
		return err
	}
	op.work, err = metrics.NewOperation(op.Registry, op.Version)
	return err
}

func (op *operator) evaluate() error {
	collector := metrics.NewCollector(func() (states []facts.SourceState) {
		op.Store.Read(func(v facts.View) { states = v.AllSources() })
		return states
	})
	if err := op.Registry.Register(collector); err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	op.fanout = &fanout{
		pacers: map[string]*pacer{}, metrics: collector, reports: op.reports, metadata: op.metadata, keeper: op.keeper, served: op.gatherer.Served,
		reportAPI: op.ReportAPI, log: op.manager.GetLogger().WithName("reports"), seen: map[subject]ingredients{},
	}
	op.loop = &loop{
		gatherer: op.gatherer, load: op.load, publish: op.fanout.publish, evaluated: op.work.Evaluated,
		panicked: func() { op.work.Panicked("") }, heartbeatDue: op.heartbeatDue, heartbeat: op.Heartbeat,
		clock: op.Clock, pace: clock.RealClock{}, log: op.manager.GetLogger().WithName("evaluate"),
		engine: evaluate.NewEngine(op.Controls, evaluate.Options{
			OnPanic: func(id v1alpha1.ControlID, _ facts.Ref, _ string) { op.work.Panicked(string(id)) },
		}),
	}
	return op.manager.Add(op.loop)
}

func (op *operator) load(ctx context.Context) (decide.Memory, error) {
	if err := op.keeper.Load(ctx); err != nil {
		return decide.Memory{}, err
	}
	return op.keeper.Memory(), nil
}

func (op *operator) heartbeatDue() time.Time {
	var due time.Time
	for _, oldest := range []time.Time{op.environments.Oldest(), op.solutions.Oldest(), op.platforms.Oldest(), op.institutions.Oldest()} {
		if !oldest.IsZero() {
			due = control.Earliest(due, oldest.Add(op.Heartbeat))
		}
	}
	return due
}

// controllers is the one list of controllers.
func (op *operator) controllers() error {
	events, snapshot, wrote, client := op.manager.GetEventRecorder(Name), op.loop.snapshot, op.work.Wrote, op.manager.GetClient()
	var errs []error
	for kind, reconciler := range op.contracts(client, events) {
		errs = append(errs, op.add(kind, reconciler))
	}
	return errors.Join(append(errs,
		op.add(solutionenvironment.Kind, &solutionenvironment.Reconciler{Snapshot: snapshot, Status: op.environments, Reports: op.reports, Events: events, Wrote: wrote}),
		op.add(hostedsolution.Kind, &hostedsolution.Reconciler{Snapshot: snapshot, Status: op.solutions, Events: events, Wrote: wrote}),
		op.add(platform.Kind, &platform.Reconciler{Snapshot: snapshot, Status: op.platforms, Reports: op.reports, Events: events, Wrote: wrote}),
		op.add(controlprofile.Kind, &controlprofile.Reconciler{Snapshot: snapshot, Status: status.NewWriter(client, status.Profiles(), 0), Wrote: wrote}),
		op.add(controlexception.Kind, &controlexception.Reconciler{Snapshot: snapshot, Status: status.NewWriter(client, status.Exceptions(), 0), Events: events, Wrote: wrote}),
		op.add(attestation.Kind, &attestation.Reconciler{Snapshot: snapshot, Status: status.NewWriter(client, status.Attestations(), 0), Events: events, Wrote: wrote}),
		op.add(institution.Kind, &institution.Reconciler{Snapshot: snapshot, Status: op.institutions, Events: events, Wrote: wrote}),
		op.add(supervisionrecord.Kind, &supervisionrecord.Reconciler{Snapshot: snapshot, Keeper: op.keeper, Wrote: wrote}),
	)...)
}

// add adds the controller of a kind, whose queue the loop fills.
func (op *operator) add(kind string, reconciler reconcile.Reconciler) error {
	p := newPacer(clock.RealClock{}, op.work.Published)
	if kind == supervisionrecord.Kind { // people wait for the status; memory can follow
		p.lead, p.shown = pace, func(time.Duration) {}
	}
	op.fanout.pacers[kind] = p
	c, err := controller.New(kind, op.manager, controller.Options{
		MaxConcurrentReconciles: 4, ReconciliationTimeout: time.Minute, SkipNameValidation: new(true),
		Reconciler: reconcile.Func(func(ctx context.Context, r reconcile.Request) (reconcile.Result, error) {
			result, err := reconciler.Reconcile(ctx, r)
			if err == nil {
				p.done(r)
			}
			return result, err
		}),
	})
	if err != nil {
		return err
	}
	return c.Watch(source.Func(func(_ context.Context, queue workqueue.TypedRateLimitingInterface[reconcile.Request]) error {
		p.start(queue)
		return nil
	}))
}
