package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/controller"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/test/controlplane"
)

var patchOptions = metav1.PatchOptions{FieldManager: "bench"}

func named(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Name: name} }

// calls counts the requests of a client by what they are.
type calls struct {
	mu     sync.Mutex
	counts map[string]int
	last   time.Time
}

func (c *calls) wrap(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		c.mu.Lock()
		c.counts[verb(r)]++
		c.last = time.Now()
		c.mu.Unlock()
		return next.RoundTrip(r)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// verb tells lists and watches from other reads, and writes of status from other writes.
func verb(r *http.Request) string {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case r.Method != http.MethodGet && parts[len(parts)-1] == "status":
		return "status"
	case r.Method != http.MethodGet:
		return "write"
	case r.URL.Query().Get("watch") != "":
		return "watch"
	case r.URL.Query().Has("limit") || r.URL.Query().Has("resourceVersion"):
		return "list"
	default:
		return "get"
	}
}

func (c *calls) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts, c.last = map[string]int{}, time.Now()
}

func (c *calls) read() (counts map[string]int, quiet time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	counts = map[string]int{}
	for k, v := range c.counts {
		counts[k] = v
	}
	return counts, time.Since(c.last)
}

// idleHour runs the operator in this process with a clock of its own and lets an hour pass in which nothing changes.
func (b *bench) idleHour(ctx context.Context, cp *controlplane.ControlPlane) (err error) {
	seen := &calls{counts: map[string]int{}}
	config := rest.CopyConfig(cp.AdminConfig())
	config.Wrap(seen.wrap)
	clock := clocktesting.NewFakeClock(time.Now())
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	m, err := b.inProcess(config, clock)
	if err != nil {
		cancel()
		return err
	}
	go func() { ended <- m.Start(ctx) }()
	defer func() {
		cancel()
		err = errors.Join(err, <-ended)
	}()
	quiet := func(context.Context) (bool, error) {
		_, since := seen.read()
		return since > 3*time.Second, nil
	}
	c, err := client.New(cp.AdminConfig(), client.Options{Scheme: m.GetScheme()})
	if err != nil {
		return err
	}
	if err := poll(ctx, "the operator has evaluated", func(ctx context.Context) (bool, error) {
		var e v1alpha1.SolutionEnvironment
		err := c.Get(ctx, client.ObjectKey{Name: environment}, &e)
		return err == nil && e.Status.LastEvaluationTime != nil && !e.Status.LastEvaluationTime.Time.Before(b.now), err
	}); err != nil {
		return err
	}
	if err := poll(ctx, "the operator is quiet", quiet); err != nil {
		return err
	}
	seen.reset()
	const step = 5 * time.Minute
	for range int(time.Hour / step) {
		clock.Step(step)
		if err := pass(ctx, 200*time.Millisecond); err != nil { // for what the step sets off to begin
			return err
		}
	}
	if err := poll(ctx, "the operator is quiet again", quiet); err != nil {
		return err
	}
	counts, _ := seen.read()
	objects := 3 // environment, solution, Platform
	b.table.judge("an idle hour: writes", fmt.Sprintf("%d of status, %d others", counts["status"], counts["write"]), fmt.Sprintf("%d heartbeats", objects), counts["status"] <= objects && counts["write"] == 0, "clock moved by an hour")
	b.table.judge("  lists", fmt.Sprint(counts["list"]), "0", counts["list"] == 0, fmt.Sprintf("%d watches opened anew", counts["watch"]))
	return nil
}

func (b *bench) inProcess(config *rest.Config, clock *clocktesting.FakeClock) (manager.Manager, error) {
	scheme := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		return nil, err
	}
	ctrl.SetLogger(logr.Discard())
	m, err := ctrl.NewManager(config, manager.Options{Scheme: scheme, Metrics: metricsserver.Options{BindAddress: "0"}, Logger: logr.Discard(),
		NewClient: func(config *rest.Config, options client.Options) (client.Client, error) {
			options.Cache = nil
			return client.New(config, options)
		}})
	if err != nil {
		return nil, err
	}
	kinds := gather.Kinds()
	return m, controller.Register(m, controller.Options{Controls: catalog.All(), Kinds: kinds, Store: gather.NewStore(kinds), Heartbeat: time.Hour,
		Version: "bench", Registry: prometheus.NewRegistry(), Clock: clock})
}
