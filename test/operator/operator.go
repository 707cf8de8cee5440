// Package operator runs the built operator, bin/manager, as a child process for the demo, the end-to-end test and the
// benchmark: outside the cluster, with a kubeconfig of its service account and plain metrics on loopback.
package operator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// Options say how to run it.
type Options struct {
	// Binary is the path of bin/manager.
	Binary string
	// Kubeconfig of the service account.
	Kubeconfig string
	// Args are added to ours and win.
	Args []string
	// Log receives what it writes; nil drops it. The last lines are in the error if it ends by itself.
	Log io.Writer
}

// Process is a running operator.
type Process struct {
	// MetricsURL and ReadyURL answer on loopback without authentication.
	MetricsURL, ReadyURL string

	cmd  *exec.Cmd
	tail *tail
	done chan struct{}
	err  error // valid once done is closed

	mu      sync.Mutex
	stopped bool
}

// stopGrace is how long the operator may take to end in order.
const stopGrace = 15 * time.Second

// Start starts the operator and returns when it is ready, which is after its first evaluation. It stops with ctx at the
// latest, and on Linux with the death of the process that started it.
func Start(ctx context.Context, o Options) (*Process, error) {
	metrics, err1 := freeAddress()
	health, err2 := freeAddress()
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	args := append([]string{"--kubeconfig", o.Kubeconfig, "--leader-elect=false", "--metrics-secure=false",
		"--metrics-bind-address", metrics, "--health-probe-bind-address", health}, o.Args...)
	p := &Process{MetricsURL: "http://" + metrics + "/metrics", ReadyURL: "http://" + health + "/readyz", tail: &tail{next: o.Log},
		cmd: exec.Command(o.Binary, args...), done: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr, p.cmd.SysProcAttr = p.tail, p.tail, childAttributes()
	// Nothing of the caller's surroundings may decide who the operator is.
	p.cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "KUBECONFIG=") || strings.HasPrefix(v, "KUBERNETES_SERVICE_")
	})
	if err := start(p.cmd, p.done, &p.err); err != nil {
		return nil, fmt.Errorf("operator: %w", err)
	}
	context.AfterFunc(ctx, func() { _ = p.Stop() })
	if err := p.awaitReady(ctx); err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	return p, nil
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func (p *Process) awaitReady(ctx context.Context) error {
	err := wait.PollUntilContextTimeout(ctx, 200*time.Millisecond, 3*time.Minute, true, func(ctx context.Context) (bool, error) {
		select {
		case <-p.done:
			return false, p.Err()
		default:
		}
		code, _, err := get(ctx, p.ReadyURL)
		return err == nil && code == http.StatusOK, nil
	})
	if wait.Interrupted(err) {
		return fmt.Errorf("operator: not ready: %w; its last lines:\n%s", err, p.tail.last())
	}
	return err
}

func get(ctx context.Context, url string) (int, string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = resp.Body.Close() }() // read to its end below
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body), err
}

// Metrics scrapes the operator.
func (p *Process) Metrics(ctx context.Context) (string, error) {
	code, body, err := get(ctx, p.MetricsURL)
	if err == nil && code != http.StatusOK {
		err = fmt.Errorf("operator: %s answers %d: %s", p.MetricsURL, code, body)
	}
	return body, err
}

// PID of the process.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the process has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err says why the process ended by itself; nil while it runs and after Stop.
func (p *Process) Err() error {
	select {
	case <-p.done:
	default:
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		return nil
	}
	return fmt.Errorf("operator: it ended by itself (%v), its last lines:\n%s", p.cmd.ProcessState, p.tail.last())
}

// Stop ends the operator in order, as a kubelet would, and tells whether it went in order. It may be called any number of
// times.
func (p *Process) Stop() error {
	p.mu.Lock()
	first := !p.stopped
	select {
	case <-p.done:
		first = false
	default:
		p.stopped = true
	}
	p.mu.Unlock()
	if !first {
		<-p.done
		return nil
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	timer := time.NewTimer(stopGrace)
	defer timer.Stop()
	select {
	case <-p.done:
	case <-timer.C:
		_ = p.cmd.Process.Kill() // waited for below
		<-p.done
		return fmt.Errorf("operator: it did not end within %s; its last lines:\n%s", stopGrace, p.tail.last())
	}
	if p.err != nil {
		return fmt.Errorf("operator: %w when it was stopped; its last lines:\n%s", p.err, p.tail.last())
	}
	return nil
}

// tail keeps the end of what is written to it and hands everything on to next, if there is one.
type tail struct {
	mu   sync.Mutex
	kept []byte
	next io.Writer
}

const tailBytes = 16 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, b...)
	if extra := len(t.kept) - tailBytes; extra > tailBytes {
		t.kept = append(t.kept[:0], t.kept[extra:]...)
	}
	if t.next != nil {
		return t.next.Write(b)
	}
	return len(b), nil
}

// last gives the last few lines.
func (t *tail) last() string {
	const lines = 15
	t.mu.Lock()
	defer t.mu.Unlock()
	all := strings.Split(strings.TrimRight(string(t.kept), "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
