// Package controlplane runs a real Kubernetes control plane on loopback for tests, the demo and the benchmark: etcd and
// kube-apiserver, on request with kube-controller-manager and kube-scheduler, in the versions that hack/controlplane
// pins. TLS, RBAC and service account tokens are as in a real cluster; there are no kubelets (see test/fakenodes).
//
// Several instances may run side by side. Everything an instance starts or writes is gone after Stop, after the end of
// the context it was started with, and, on Linux, after the death of the process that started it.
//
// The processes are not left to controller-runtime's envtest, because its children outlive a test that runs into its
// timeout, their exit goes unnoticed, and its etcd listens on an open port. Its helpers work with AdminConfig as ever:
//
//	envtest.InstallCRDs(cp.AdminConfig(), envtest.CRDInstallOptions{Paths: []string{"../../config/crd/bases"}})
package controlplane

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

const (
	startTimeout = 3 * time.Minute // a busy machine with two cores; a quiet one needs seconds
	pollEvery    = 50 * time.Millisecond

	maxSocketPath = 103 // bytes, the least of what Linux and the BSDs allow
)

// Options says what to run. The zero value runs etcd and kube-apiserver.
type Options struct {
	// ControllerManager runs kube-controller-manager with its default controllers, each with its own service account
	// as in a real cluster. Without it the ServiceAccount admission plugin is off, or no pod could be created.
	ControllerManager bool
	// Scheduler runs kube-scheduler with the default profile.
	Scheduler bool
	// NodeGrace is the time after the last sign of life of a node until it counts as unreachable; zero keeps the
	// default of the controller manager (50 s). Nodes must renew their leases several times within it.
	NodeGrace time.Duration
	// DataDir is where the instance makes the directory that it removes at its end; empty is the system's place for
	// temporary files.
	DataDir string
	// Log receives what the processes write; nil drops it. The last lines of a process that dies are in the error anyway.
	Log io.Writer
	// APIServerFlags and ControllerManagerFlags are added to ours, keyed by name without dashes; they win.
	APIServerFlags         map[string]string
	ControllerManagerFlags map[string]string
}

// ControlPlane is a running control plane.
type ControlPlane struct {
	opts    Options
	assets  string
	dir     string
	janitor func() error
	spawn   *spawner
	tokens  map[string]string // by user
	ca      []byte
	host    string

	mu        sync.Mutex
	processes []*process
	stopped   bool
	err       error

	stopping sync.Once
	stopErr  error
	done     chan struct{} // closed at the end of Stop
}

var errStopped = errors.New("control plane: stopped")

// Start starts a control plane and returns when the API server is ready and the default namespace exists, with the
// controller manager also its default service account. It stops with ctx at the latest.
func Start(ctx context.Context, opts Options) (*ControlPlane, error) {
	assets, err := Assets()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(opts.DataDir, "controlplane-")
	if err != nil {
		return nil, err
	}
	if socket := filepath.Join(dir, socketEtcd); len(socket) > maxSocketPath {
		return nil, errors.Join(fmt.Errorf("control plane: %s is too long for a socket, choose a shorter DataDir", socket), os.Remove(dir))
	}
	janitor, err := startJanitor(dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	log := opts.Log
	if log != nil {
		log = &lock{next: log}
	}
	cp := &ControlPlane{
		opts: opts, assets: assets, dir: dir, janitor: janitor, spawn: newSpawner(log), done: make(chan struct{}),
		tokens: map[string]string{userAdmin: rand.Text(), userControllerManager: rand.Text(), userScheduler: rand.Text()},
	}
	if err := cp.start(ctx); err != nil {
		return nil, errors.Join(err, cp.Stop())
	}
	context.AfterFunc(ctx, func() { _ = cp.Stop() })
	return cp, nil
}

// New is Start for tests: it ends the test on an error, stops the control plane when the test ends, and fails the test
// if a process died on the way.
func New(t testing.TB, opts Options) *ControlPlane {
	t.Helper()
	// Not t.Context() itself, which ends before the clean-ups that may still want the API server.
	cp, err := Start(context.WithoutCancel(t.Context()), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(cp.Err(), cp.Stop()); err != nil {
			t.Error(err)
		}
	})
	return cp
}

func (cp *ControlPlane) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := cp.writeFiles(); err != nil {
		return err
	}
	etcd, err := cp.run("etcd", cp.etcdArgs())
	if err != nil {
		return err
	}
	cp.supervise(etcd)
	if err := cp.startAPIServer(ctx); err != nil {
		return err
	}
	if cp.opts.ControllerManager {
		if err := cp.startClient(userControllerManager, "kube-controller-manager", cp.controllerManagerArgs()); err != nil {
			return err
		}
	}
	if cp.opts.Scheduler {
		if err := cp.startClient(userScheduler, "kube-scheduler", cp.schedulerArgs()); err != nil {
			return err
		}
	}
	return cp.waitForBasics(ctx)
}

// startAPIServer tries again on another port if the one that was free a moment ago has been taken meanwhile.
func (cp *ControlPlane) startAPIServer(ctx context.Context) error {
	for attempt := 1; ; attempt++ {
		port, err := freePort()
		if err != nil {
			return err
		}
		p, err := cp.run("kube-apiserver", cp.apiServerArgs(port))
		if err != nil {
			return err
		}
		cp.host = fmt.Sprintf("https://127.0.0.1:%d", port)
		err = cp.waitReady(ctx, p)
		if err == nil {
			cp.supervise(p)
			return nil
		}
		if attempt == 3 || !portTaken(p) {
			return err
		}
	}
}

func (cp *ControlPlane) startClient(user, name string, args []string) error {
	if err := writeKubeconfig(cp.config(user), user, cp.kubeconfigOf(name)); err != nil {
		return err
	}
	p, err := cp.run(name, args)
	if err != nil {
		return err
	}
	cp.supervise(p)
	return nil
}

func (cp *ControlPlane) run(name string, args []string) (*process, error) {
	path, err := binary(cp.assets, name)
	if err != nil {
		return nil, err
	}
	cp.mu.Lock()
	defer cp.mu.Unlock()
	if cp.stopped { // because another process has died
		return nil, errStopped
	}
	p, err := cp.spawn.start(path, args)
	if err != nil {
		return nil, err
	}
	cp.processes = append(cp.processes, p)
	return p, nil
}

// supervise stops everything when p ends before it was asked to: what follows would only be misleading.
func (cp *ControlPlane) supervise(p *process) {
	go func() {
		select {
		case <-cp.done:
		case <-p.done:
			cp.mu.Lock()
			if !cp.stopped && cp.err == nil {
				cp.err = p.died()
			}
			cp.mu.Unlock()
			_ = cp.Stop()
		}
	}()
}

// waitReady polls the API server until it is ready; its early end is an error.
func (cp *ControlPlane) waitReady(ctx context.Context, p *process) error {
	client, err := kubernetes.NewForConfig(cp.AdminConfig())
	if err != nil {
		return err
	}
	err = wait.PollUntilContextCancel(ctx, pollEvery, true, func(ctx context.Context) (bool, error) {
		select {
		case <-p.done:
			return false, p.died()
		case <-cp.done:
			return false, cmp.Or(cp.Err(), errStopped)
		default:
		}
		_, err := client.RESTClient().Get().AbsPath("/readyz").DoRaw(ctx)
		return err == nil, nil
	})
	if wait.Interrupted(err) {
		return fmt.Errorf("control plane: kube-apiserver is not ready: %w; its last lines:\n%s", err, p.out.lines(15))
	}
	return err
}

// waitForBasics waits for what every test takes for granted and the control plane makes only after it is ready.
func (cp *ControlPlane) waitForBasics(ctx context.Context) error {
	client, err := kubernetes.NewForConfig(cp.AdminConfig())
	if err != nil {
		return err
	}
	get := func(ctx context.Context) error {
		_, err := client.CoreV1().Namespaces().Get(ctx, metav1.NamespaceDefault, metav1.GetOptions{})
		return err
	}
	if cp.opts.ControllerManager {
		get = func(ctx context.Context) error {
			_, err := client.CoreV1().ServiceAccounts(metav1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
			return err
		}
	}
	return wait.PollUntilContextCancel(ctx, pollEvery, true, func(ctx context.Context) (bool, error) {
		select {
		case <-cp.done:
			return false, cmp.Or(cp.Err(), errStopped)
		default:
		}
		err := get(ctx)
		if apierrors.IsNotFound(err) {
			return false, nil
		}
		return err == nil, err
	})
}

// AdminConfig returns a client configuration of a cluster administrator (group system:masters) without rate limit. Other
// users are had through its Impersonate field.
func (cp *ControlPlane) AdminConfig() *rest.Config { return cp.config(userAdmin) }

// Binary returns the path of one of the binaries, for example kubectl.
func (cp *ControlPlane) Binary(name string) (string, error) { return binary(cp.assets, name) }

// Done is closed when the control plane has stopped, for whatever reason.
func (cp *ControlPlane) Done() <-chan struct{} { return cp.done }

// Err says which process ended by itself, with its last lines; nil while everything runs and after an ordered Stop.
func (cp *ControlPlane) Err() error {
	cp.mu.Lock()
	defer cp.mu.Unlock()
	return cp.err
}

// Stop ends every process and removes the directory. It may be called any number of times, from anywhere.
func (cp *ControlPlane) Stop() error {
	cp.stopping.Do(func() {
		cp.mu.Lock()
		cp.stopped = true
		processes := slices.Clone(cp.processes)
		cp.mu.Unlock()
		var errs []error
		for _, p := range slices.Backward(processes) {
			errs = append(errs, p.kill())
		}
		cp.spawn.close()
		errs = append(errs, os.RemoveAll(cp.dir), cp.janitor())
		cp.stopErr = errors.Join(errs...)
		close(cp.done)
	})
	return cp.stopErr
}
