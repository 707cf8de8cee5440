package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
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

func named(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Name: name} }

// calls counts the requests of a client by what they are.
type calls struct {
	mu     sync.Mutex
	counts map[string]int
	wrote  []string // what was written
	last   time.Time
}

func (c *calls) wrap(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		c.mu.Lock()
		v := verb(r)
		c.counts[v]++
		if v == "status" || v == "write" {
			c.wrote = append(c.wrote, resource(r.URL.Path))
		}
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

// resource gives the last but one part of a path that names an object, or the last of one that names a list.
func resource(path string) string {
	parts := strings.Split(strings.TrimSuffix(strings.Trim(path, "/"), "/status"), "/")
	for _, known := range []string{"solutionenvironments", "hostedsolutions", "platforms", "supervisionrecords", "reports", "events"} {
		if slices.Contains(parts, known) {
			return known
		}
	}
	return path
}

func (c *calls) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts, c.wrote, c.last = map[string]int{}, nil, time.Now()
}

func (c *calls) read() (counts map[string]int, wrote []string, quiet time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.counts), slices.Clone(c.wrote), time.Since(c.last)
}

// idleHour runs the operator in this process with a clock of its own and lets an hour pass in which nothing changes.
func (b *bench) idleHour(ctx context.Context, cp *controlplane.ControlPlane) (err error) {
	seen := &calls{counts: map[string]int{}}
	config := rest.CopyConfig(cp.AdminConfig())
	config.Wrap(seen.wrap)
	clock := clocktesting.NewFakeClock(time.Now())
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	registry := prometheus.NewRegistry()
	m, err := b.inProcess(config, clock, registry)
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
		_, _, since := seen.read()
		return since > 3*time.Second, nil
	}
	if err := poll(ctx, "the operator has evaluated", func(context.Context) (bool, error) { return evaluations(registry) > 0, nil }); err != nil {
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
	counts, wrote, _ := seen.read()
	each := map[string]int{}
	for _, w := range wrote {
		each[w]++
	}
	const objects = 3*solutions + 1 // environments, solutions, the Platform, records of environments with pods outside
	b.table.judge("an idle hour: writes", fmt.Sprintf("%d of status, %d others", counts["status"], counts["write"]), fmt.Sprintf("%d, one for each object", objects),
		counts["status"] <= objects && counts["write"] == 0, fmt.Sprintf("clock moved by an hour; %v", each))
	b.table.judge("  lists", fmt.Sprint(counts["list"]), "0", counts["list"] == 0, fmt.Sprintf("%d watches opened anew", counts["watch"]))
	return nil
}

// evaluations counts those that the operator in this process has made.
func evaluations(registry *prometheus.Registry) (n uint64) {
	families, err := registry.Gather()
	if err != nil {
		return 0
	}
	for _, f := range families {
		if f.GetName() != "tilsyn_evaluation_duration_seconds" {
			continue
		}
		for _, m := range f.GetMetric() {
			n += m.GetHistogram().GetSampleCount()
		}
	}
	return n
}

func (b *bench) inProcess(config *rest.Config, clock *clocktesting.FakeClock, registry *prometheus.Registry) (manager.Manager, error) {
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
		Version: "bench", Registry: registry, Clock: clock})
}
