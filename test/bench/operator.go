package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/test/controlplane"
	"github.com/tilsyn-dev/tilsyn/test/crds"
	"github.com/tilsyn-dev/tilsyn/test/fleet"
	"github.com/tilsyn-dev/tilsyn/test/operator"
	"github.com/tilsyn-dev/tilsyn/test/workloads"
)

// The workloads of the cluster belong to a few large solutions; the changes are made in the environment of one.
const (
	solutions   = 5
	environment = "solution-00-production"
)

// cluster is a loaded API server with the operator beside it.
type cluster struct {
	b        *bench
	cp       *controlplane.ControlPlane
	operator *operator.Process
	kube     kubernetes.Interface
	client   client.WithWatch
	pinned   []workloads.Workload // of the environment, to be changed
}

// operator measures the operator on a loaded cluster.
func (b *bench) operator(ctx context.Context) (err error) {
	cp, err := controlplane.Start(ctx, controlplane.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cp.Stop()) }()
	c := &cluster{b: b, cp: cp}
	g := workloads.New(workloads.Options{Seed: seed, Count: b.workloads, Solutions: solutions, Now: b.now, OnlyDeployments: true})
	if err := c.prepare(ctx, g); err != nil {
		return err
	}
	if err := c.startOperator(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.operator.Stop()) }()
	for _, step := range []func(context.Context) error{c.memory, c.idle, c.singleChanges, c.burst, c.solutionChange, c.sharedSupplier, c.memoryAfter} {
		if err := step(ctx); err != nil {
			return errors.Join(err, c.operator.Err())
		}
	}
	if err := c.operator.Stop(); err != nil {
		return err
	}
	return b.idleHour(ctx, cp)
}

func (c *cluster) prepare(ctx context.Context, g *workloads.Generator) (err error) {
	kubeconfig := filepath.Join(c.b.dir, "admin.kubeconfig")
	config := c.cp.AdminConfig()
	if err := c.cp.Kubeconfig(kubeconfig); err != nil {
		return err
	}
	if err := fleet.Install(ctx, c.cp, kubeconfig, c.b.root, crds.Velero, crds.OpenReports); err != nil {
		return err
	}
	if c.kube, err = kubernetes.NewForConfig(config); err != nil {
		return err
	}
	if c.client, err = fleet.NewClient(config); err != nil {
		return err
	}
	// Generated declarations have a profile of the same name as a shipped one.
	if err := client.IgnoreNotFound(c.client.Delete(ctx, &v1alpha1.ControlProfile{ObjectMeta: named(v1alpha1.DefaultProfileName)})); err != nil {
		return err
	}
	began := time.Now()
	if err := load(ctx, config, g); err != nil {
		return err
	}
	c.b.table.printf("  (loaded %d workloads with their ReplicaSets and pods in %s)\n", g.Count, seconds(time.Since(began)))
	for i := range g.Count {
		if w := g.Workload(i); w.Placement.Pinned && w.Solution == "solution-00" {
			c.pinned = append(c.pinned, w)
		}
	}
	return nil
}

func (c *cluster) startOperator(ctx context.Context) error {
	account := filepath.Join(c.b.dir, "operator.kubeconfig")
	if err := c.cp.ServiceAccountKubeconfig(ctx, fleet.OperatorNamespace, fleet.OperatorAccount, account); err != nil {
		return err
	}
	began := time.Now()
	var err error
	if c.operator, err = operator.Start(ctx, operator.Options{Binary: filepath.Join(c.b.root, "bin", "manager"), Kubeconfig: account}); err != nil {
		return err
	}
	if err := c.await(ctx, func(e *v1alpha1.SolutionEnvironment) bool { return e.Status.LastEvaluationTime != nil }); err != nil {
		return err
	}
	c.b.table.show(fmt.Sprintf("operator, start to first status at %d", c.b.workloads), seconds(time.Since(began)), "")
	return nil
}

// await waits until the status of the environment holds something.
func (c *cluster) await(ctx context.Context, holds func(*v1alpha1.SolutionEnvironment) bool) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	w, err := c.client.Watch(ctx, &v1alpha1.SolutionEnvironmentList{}, client.MatchingFields{"metadata.name": environment})
	if err != nil {
		return err
	}
	defer w.Stop()
	for {
		select {
		case event, open := <-w.ResultChan():
			if !open {
				return errors.New("the watch on the environment has ended")
			}
			if e, ok := event.Object.(*v1alpha1.SolutionEnvironment); ok && holds(e) {
				return nil
			}
		case <-ctx.Done():
			return fmt.Errorf("the environment is not as expected: %w", context.Cause(ctx))
		}
	}
}

func (c *cluster) memory(context.Context) error {
	now, peak, err := resident(c.operator.PID())
	if err != nil {
		return err
	}
	c.b.table.judge(fmt.Sprintf("operator, resident memory at %d", c.b.workloads), mebibytes(now), "100 MiB", now <= 100<<20, "peak while reading "+mebibytes(peak))
	return nil
}

func (c *cluster) memoryAfter(context.Context) error {
	now, peak, err := resident(c.operator.PID())
	if err != nil {
		return err
	}
	c.b.table.show("operator, resident memory after all that", mebibytes(now), "peak "+mebibytes(peak))
	return nil
}

// idle measures what the operator uses while nothing changes.
func (c *cluster) idle(ctx context.Context) error {
	const span = 20 * time.Second
	if err := pass(ctx, 5*time.Second); err != nil { // what reading everything left behind is collected
		return err
	}
	before, err := processCPU(c.operator.PID())
	if err != nil {
		return err
	}
	if err := pass(ctx, span); err != nil {
		return err
	}
	after, err := processCPU(c.operator.PID())
	if err != nil {
		return err
	}
	share := float64(after-before) / float64(span) * 100
	c.b.table.judge("operator, idle", fmt.Sprintf("%.1f %% of a core", share), "1 %", share <= 1, span.String()+" without changes")
	return nil
}

// pass lets time pass: what is measured is what happens meanwhile.
func pass(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// sum adds the samples of a metric whose labels hold all the given texts.
func sum(metrics, name string, labels ...string) float64 {
	var total float64
	for line := range strings.Lines(metrics) {
		rest, ok := strings.CutPrefix(line, name)
		if !ok || rest == "" || rest[0] != '{' && rest[0] != ' ' {
			continue
		}
		matches := true
		for _, l := range labels {
			matches = matches && strings.Contains(rest, l)
		}
		fields := strings.Fields(rest[strings.LastIndexByte(rest, '}')+1:])
		if !matches || len(fields) == 0 {
			continue
		}
		if v, err := strconv.ParseFloat(fields[0], 64); err == nil {
			total += v
		}
	}
	return total
}

// change hands a workload to a scheduler that nobody knows to obey pins, or takes it back.
func (c *cluster) change(ctx context.Context, w *workloads.Workload, off bool) error {
	scheduler := corev1.DefaultSchedulerName
	if off {
		scheduler = "fast-scheduler"
	}
	patch := fmt.Appendf(nil, `{"spec":{"template":{"spec":{"schedulerName":%q}}}}`, scheduler)
	_, err := c.kube.AppsV1().Deployments(w.Namespace).Patch(ctx, w.Name, types.StrategicMergePatchType, patch, metav1.PatchOptions{FieldManager: "bench"})
	return err
}

// singleChanges measures one change at a time, a second and a bit apart: from the call that makes it until the watch shows
// a status that is another one.
func (c *cluster) singleChanges(ctx context.Context) error {
	changes, err := c.client.Watch(ctx, &v1alpha1.SolutionEnvironmentList{}, client.MatchingFields{"metadata.name": environment})
	if err != nil {
		return err
	}
	defer changes.Stop()
	var fromCall, fromAnswer []time.Duration
	if err := c.change(ctx, &c.pinned[0], true); err != nil { // so that each change of the loop below is one
		return err
	}
	before := 0.0
	for i := range c.b.changes {
		if err := pass(ctx, 1300*time.Millisecond); err != nil {
			return err
		}
		if i == 0 {
			if before, err = c.writes(ctx); err != nil {
				return err
			}
		}
		drain(changes)
		began := time.Now()
		if err := c.change(ctx, &c.pinned[0], i%2 == 1); err != nil {
			return err
		}
		answered := time.Now()
		if err := next(ctx, changes); err != nil {
			return err
		}
		fromCall, fromAnswer = append(fromCall, time.Since(began)), append(fromAnswer, time.Since(answered))
	}
	if err := pass(ctx, 1300*time.Millisecond); err != nil { // for the writes that come after the status
		return err
	}
	after, err := c.writes(ctx)
	if err != nil {
		return err
	}
	p50, p99 := percentile(fromCall, 0.5), percentile(fromCall, 0.99)
	c.b.table.judge("event to status written, median", millis(p50), "15 ms", p50 <= 15*time.Millisecond,
		fmt.Sprintf("%d changes, from the start of the call that makes it; from its answer %s", c.b.changes, millis(percentile(fromAnswer, 0.5))))
	c.b.table.judge("  99 of 100", millis(p99), "250 ms", p99 <= 250*time.Millisecond, "")
	c.b.table.show("  writes per change", fmt.Sprintf("%.1f", (after-before)/float64(c.b.changes)), "status of environment and solution, report, record")
	return nil
}

// drain takes what a watch has to say already.
func drain(w watch.Interface) {
	for {
		select {
		case <-w.ResultChan():
		default:
			return
		}
	}
}

// next waits for the next event of a watch.
func next(ctx context.Context, w watch.Interface) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	select {
	case _, open := <-w.ResultChan():
		if !open {
			return errors.New("the watch on the environment has ended")
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("a change of a workload does not change the status: %w", context.Cause(ctx))
	}
}

// burst changes many workloads at once and waits until the status counts them all.
func (c *cluster) burst(ctx context.Context) error {
	n := min(c.b.burst, len(c.pinned)-1)
	current, err := c.current(ctx)
	if err != nil {
		return err
	}
	writesBefore, err := c.writes(ctx)
	if err != nil {
		return err
	}
	want := findings(current) + int32(n)
	written, failed := make(chan time.Time, 1), make(chan error, 1)
	go func() { // it watches before the first change, so that nothing is missed
		err := c.await(ctx, func(e *v1alpha1.SolutionEnvironment) bool { return findings(e) >= want })
		written <- time.Now()
		failed <- err
	}()
	began := time.Now()
	if err := concurrently(ctx, n, func(ctx context.Context, i int) error { return c.change(ctx, &c.pinned[1+i], true) }); err != nil {
		return err
	}
	changed := time.Now()
	if err := <-failed; err != nil {
		return err
	}
	lag := max((<-written).Sub(changed), 0)
	writes, err := c.writes(ctx)
	if err != nil {
		return err
	}
	c.b.table.judge(fmt.Sprintf("burst of %d changes, until the status is right", n), seconds(lag), "2 s", lag <= 2*time.Second,
		fmt.Sprintf("after the last of the calls, which took %s; %.0f writes", seconds(changed.Sub(began)), writes-writesBefore))
	return nil
}

// writes counts what the operator has written so far.
func (c *cluster) writes(ctx context.Context) (float64, error) {
	metrics, err := c.operator.Metrics(ctx)
	return sum(metrics, "tilsyn_writes_total"), err
}

func (c *cluster) current(ctx context.Context) (*v1alpha1.SolutionEnvironment, error) {
	var e v1alpha1.SolutionEnvironment
	err := c.client.Get(ctx, client.ObjectKey{Name: environment}, &e)
	return &e, err
}

// findings counts those that the status shows or leaves out.
func findings(e *v1alpha1.SolutionEnvironment) int32 {
	return int32(len(e.Status.Findings)) + e.Status.FindingsOmitted
}

// solutionChange widens and narrows the allowed locations and waits for the status.
func (c *cluster) solutionChange(ctx context.Context) error {
	e, err := c.current(ctx)
	if err != nil {
		return err
	}
	before := findings(e)
	patch := client.RawPatch(types.MergePatchType, []byte(`{"spec":{"locations":{"allowed":[{"country":"DK"}]}}}`))
	began := time.Now()
	if err := c.client.Patch(ctx, &v1alpha1.HostedSolution{ObjectMeta: named("solution-00")}, patch); err != nil {
		return err
	}
	if err := c.await(ctx, func(e *v1alpha1.SolutionEnvironment) bool { return findings(e) > before }); err != nil {
		return err
	}
	c.b.table.show(fmt.Sprintf("solution change to status, %d workloads", c.b.workloads/solutions), millis(time.Since(began)), "from the start of the call that makes it")
	return nil
}

// poll waits until something holds.
func poll(ctx context.Context, what string, holds func(context.Context) (bool, error)) error {
	if err := wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, 2*time.Minute, true, holds); err != nil {
		return fmt.Errorf("waiting until %s: %w", what, err)
	}
	return nil
}
