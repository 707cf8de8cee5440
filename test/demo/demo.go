package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/test/controlplane"
	"github.com/tilsyn-dev/tilsyn/test/fakenodes"
	"github.com/tilsyn-dev/tilsyn/test/fleet"
	"github.com/tilsyn-dev/tilsyn/test/operator"
)

// patience is how long the fleet may take to be assessed as expected; a quiet machine needs seconds.
const patience = 3 * time.Minute

var errUnexpected = errors.New("the outcome is not the expected one")

// demo holds what runs.
type demo struct {
	root, dir  string
	kubeconfig string // of the administrator
	kubectl    string
	cp         *controlplane.ControlPlane
	nodes      *fakenodes.Fleet
	operator   *operator.Process
	client     client.WithWatch
	verbose    bool
	out        *printer
}

func run(ctx context.Context, once, verbose bool) (err error) {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "tilsyn-demo-")
	if err != nil {
		return err
	}
	d := &demo{root: root, dir: dir, kubeconfig: filepath.Join(dir, "kubeconfig"), verbose: verbose, out: newPrinter(os.Stdout)}
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		cancel()
		err = errors.Join(err, d.stop())
		if err == nil && !once {
			d.out.paragraph("Stopped; nothing is left behind.")
		}
	}()
	if err := d.start(ctx); err != nil {
		return err
	}
	diff, err := d.assess(ctx)
	if err != nil {
		return err
	}
	if err := d.show(ctx); err != nil {
		return err
	}
	if len(diff) > 0 {
		d.out.paragraph("This is not the outcome that was expected (- expected, + got):")
		d.out.lines(diff)
		if once {
			return errUnexpected
		}
	}
	if once {
		return nil
	}
	return d.stay(ctx)
}

// start starts the control plane, the nodes, Tilsyn's resources, the fleet and the operator, and says how long each took.
func (d *demo) start(ctx context.Context) error {
	d.out.title("Tilsyn: a sample fleet on a local control plane")
	steps := []struct {
		what, detail string
		do           func(context.Context) error
	}{
		{"Control plane", "etcd, API server, controller manager, scheduler", d.startControlPlane},
		{"Nodes", "two each in Sweden, Ireland and Denmark, one in the United States, one virtual", d.startNodes},
		{"Tilsyn", "definitions, roles and profiles from config/", d.install},
		{"Fleet", "solutions with their agreements and statements, workloads, volumes, backups, a log collector", d.applyFleet},
		{"Operator", "bin/manager with a token of " + fleet.OperatorNamespace + "/" + fleet.OperatorAccount, d.startOperator},
	}
	for _, s := range steps {
		if err := d.out.step(s.what, s.detail, func() error { return s.do(ctx) }); err != nil {
			return fmt.Errorf("%s: %w", strings.ToLower(s.what), err)
		}
	}
	return nil
}

// startControlPlane starts it so that ctx interrupts the start but not what runs: the operator is to stop before it.
func (d *demo) startControlPlane(ctx context.Context) (err error) {
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	keep := context.AfterFunc(ctx, end)
	d.cp, err = controlplane.Start(life, controlplane.Options{ControllerManager: true, Scheduler: true})
	if err != nil || !keep() {
		end()
		return errors.Join(err, ctx.Err())
	}
	if d.kubectl, err = d.cp.Binary("kubectl"); err != nil {
		return err
	}
	return d.cp.Kubeconfig(d.kubeconfig)
}

func (d *demo) startNodes(ctx context.Context) (err error) {
	d.nodes, err = fakenodes.Start(ctx, d.cp.AdminConfig(), fleet.Nodes(), fakenodes.Options{})
	return err
}

func (d *demo) install(ctx context.Context) error {
	return fleet.Install(ctx, d.cp, d.kubeconfig, d.root)
}

func (d *demo) applyFleet(ctx context.Context) error {
	return fleet.Apply(ctx, d.cp.AdminConfig(), fleet.Options{})
}

func (d *demo) startOperator(ctx context.Context) (err error) {
	account := filepath.Join(d.dir, "operator.kubeconfig")
	if err := d.cp.ServiceAccountKubeconfig(ctx, fleet.OperatorNamespace, fleet.OperatorAccount, account); err != nil {
		return err
	}
	o := operator.Options{Binary: filepath.Join(d.root, "bin", "manager"), Kubeconfig: account}
	if d.verbose {
		o.Log = os.Stderr
	}
	if d.operator, err = operator.Start(ctx, o); err != nil {
		return err
	}
	d.client, err = fleet.NewClient(d.cp.AdminConfig())
	return err
}

// assess waits until everything is assessed as expected, and gives the difference if it is not in time.
func (d *demo) assess(ctx context.Context) (diff []string, err error) {
	want := fleet.Expected()
	detail := fmt.Sprintf("%d solutions in %d environments", len(want.Solutions), len(want.Environments))
	err = d.out.step("Assessment", detail, func() error {
		waiting, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		defer d.watchOver(waiting, cancel)()
		got, ok, err := fleet.AwaitExpected(waiting, d.client, want)
		if !ok {
			diff = fleet.Diff(want, got)
		}
		return errors.Join(err, d.operator.Err(), d.cp.Err(), ctx.Err())
	})
	return diff, err
}

// watchOver cancels when the control plane or the operator ends by itself.
func (d *demo) watchOver(ctx context.Context, cancel context.CancelFunc) (stop func()) {
	ctx, done := context.WithCancel(ctx)
	go func() {
		select {
		case <-ctx.Done():
		case <-d.cp.Done():
			cancel()
		case <-d.operator.Done():
			cancel()
		}
	}()
	return done
}

// stay says how to look further and waits for Ctrl-C.
func (d *demo) stay(ctx context.Context) error {
	d.out.title("Look further")
	d.out.table([][2]string{
		{"The cluster", "export KUBECONFIG=" + d.kubeconfig},
		{"kubectl", "alias kubectl=" + d.kubectl},
		{"One environment", "kubectl get senv booking-production -o yaml"},
		{"An application team's view", "kubectl -n booking get reports.openreports.io -o yaml"},
		{"Mend something", "kubectl -n library patch deployment search --type json -p '[{\"op\":\"remove\",\"path\":\"/spec/template/metadata/annotations\"}]'"},
		{"Watch it change", "kubectl get senv --watch"},
		{"What is due next", filepath.Join("bin", "tilsyn") + " deadlines --cluster --kubeconfig " + d.kubeconfig},
		{"Metrics", "curl -s " + d.operator.MetricsURL + " | grep ^tilsyn_"},
		{"The same without the operator", filepath.Join("bin", "tilsyn") + " check --cluster --kubeconfig " + d.kubeconfig},
	})
	d.out.paragraph("Running until Ctrl-C.")
	select {
	case <-ctx.Done():
		return nil
	case <-d.operator.Done():
		return d.operator.Err()
	case <-d.cp.Done():
		return d.cp.Err()
	}
}

// stop ends everything in the reverse order and removes what was written.
func (d *demo) stop() error {
	var errs []error
	if d.operator != nil {
		errs = append(errs, d.operator.Stop())
	}
	if d.nodes != nil {
		d.nodes.Stop()
	}
	if d.cp != nil {
		errs = append(errs, d.cp.Stop())
	}
	return errors.Join(append(errs, os.RemoveAll(d.dir))...)
}
