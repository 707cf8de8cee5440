// Package operator proves against a real API server what the operator does: what it writes when, to whom it listens, and
// what it does when rights, kinds or time go away. The operator runs in the test's process with the rights of its service
// account and a clock that tests set.
package operator

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	"k8s.io/utils/clock"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/controller"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/test/controlplane"
)

const (
	root = "../../.."
	// patience is how long a condition may take to come true; it takes that long only when something is wrong.
	patience = 60 * time.Second
)

// cluster is a control plane of its own with what Tilsyn installs.
type cluster struct {
	t testing.TB
	client.Client
	cp     *controlplane.ControlPlane
	config *rest.Config // of the operator's service account
}

// TestMain drops the logs of libraries: what matters is asserted.
func TestMain(m *testing.M) {
	ctrl.SetLogger(logr.Discard())
	klog.SetLogger(logr.Discard())
	os.Exit(m.Run())
}

func newCluster(t testing.TB) *cluster {
	t.Helper()
	if test, is := t.(*testing.T); is {
		test.Parallel()
	}
	cp := controlplane.New(t, controlplane.Options{})
	types := runtime.NewScheme()
	if err := errors.Join(scheme.AddToScheme(types), v1alpha1.AddToScheme(types)); err != nil {
		t.Fatal(err)
	}
	admin, err := client.New(cp.AdminConfig(), client.Options{Scheme: types})
	if err != nil {
		t.Fatal(err)
	}
	c := &cluster{t: t, Client: admin, cp: cp}
	options := envtest.CRDInstallOptions{Paths: []string{filepath.Join(root, "config/crd/bases")}, ErrorIfPathMissing: true}
	if _, err := envtest.InstallCRDs(cp.AdminConfig(), options); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{
		"namespace/namespace", "rbac/service_account", "rbac/role", "rbac/role_binding", "rbac/leader_election_role", "profiles/public-sector",
	} {
		c.applyFile(filepath.Join(root, "config", file+".yaml"))
	}
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	if err := cp.ServiceAccountKubeconfig(t.Context(), "tilsyn-system", "tilsyn-operator", kubeconfig); err != nil {
		t.Fatal(err)
	}
	if c.config, err = clientcmd.BuildConfigFromFlags("", kubeconfig); err != nil {
		t.Fatal(err)
	}
	c.config.QPS = -1
	return c
}

func (c *cluster) applyFile(path string) {
	c.t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		c.t.Fatal(err)
	}
	c.apply(string(raw))
}

// apply makes objects what YAML says, as kubectl apply --server-side does.
func (c *cluster) apply(text string, args ...any) {
	c.t.Helper()
	if len(args) > 0 {
		text = fmt.Sprintf(text, args...)
	}
	for decoder := utilyaml.NewYAMLToJSONDecoder(bytes.NewBufferString(text)); ; {
		u := &unstructured.Unstructured{}
		switch err := decoder.Decode(u); {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			c.t.Fatal(err)
		case len(u.Object) == 0:
			continue
		}
		err := c.Apply(c.t.Context(), client.ApplyConfigurationFromUnstructured(u), client.FieldOwner("test"), client.ForceOwnership)
		if err != nil {
			c.t.Fatalf("apply %s %s: %v", u.GetKind(), u.GetName(), err)
		}
	}
}

// remove deletes an object.
func (c *cluster) remove(apiVersion, kind, namespace, name string) {
	c.t.Helper()
	u := &unstructured.Unstructured{}
	u.SetAPIVersion(apiVersion)
	u.SetKind(kind)
	u.SetNamespace(namespace)
	u.SetName(name)
	if err := c.Delete(c.t.Context(), u, client.GracePeriodSeconds(0)); err != nil {
		c.t.Fatal(err)
	}
}

// eventually waits until a condition holds; what it says last is told when it does not.
func (c *cluster) eventually(what string, holds func() (bool, string)) {
	c.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		ok, said := holds()
		if ok {
			return
		}
		select {
		case <-deadline.C:
			c.t.Fatalf("%s: not within %s; %s", what, patience, said)
		case <-tick.C:
		}
	}
}

// environment reads an environment.
func (c *cluster) environment(name string) *v1alpha1.SolutionEnvironment {
	c.t.Helper()
	e := &v1alpha1.SolutionEnvironment{}
	if err := c.Get(c.t.Context(), client.ObjectKey{Name: name}, e); err != nil {
		c.t.Fatal(err)
	}
	return e
}

// verdict gives the verdict of a control in an environment's status.
func verdict(e *v1alpha1.SolutionEnvironment, id v1alpha1.ControlID) v1alpha1.Verdict {
	for _, s := range e.Status.Controls {
		if s.Control == id {
			return s.Verdict
		}
	}
	return ""
}

// becomes waits until a control of an environment has a verdict.
func (c *cluster) becomes(environment string, id v1alpha1.ControlID, want v1alpha1.Verdict) *v1alpha1.SolutionEnvironment {
	c.t.Helper()
	var e *v1alpha1.SolutionEnvironment
	c.eventually(fmt.Sprintf("%s of %s is %s", id, environment, want), func() (bool, string) {
		e = c.environment(environment)
		return verdict(e, id) == want, describe(e)
	})
	return e
}

func describe(e *v1alpha1.SolutionEnvironment) string {
	var parts []string
	for _, s := range e.Status.Controls {
		parts = append(parts, fmt.Sprintf("%s %s %s", s.Control, s.Verdict, s.Reason))
	}
	for _, cond := range e.Status.Conditions {
		parts = append(parts, fmt.Sprintf("%s=%s %s: %s", cond.Type, cond.Status, cond.Reason, cond.Message))
	}
	return strings.Join(parts, "\n")
}

// writes counts requests that write, by method and resource path.
type writes struct {
	next http.RoundTripper

	mu    sync.Mutex
	paths []string
}

func (w *writes) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodGet && !strings.Contains(r.URL.Path, "/leases") && !strings.Contains(r.URL.Path, "/events") {
		w.mu.Lock()
		w.paths = append(w.paths, r.Method+" "+r.URL.Path)
		w.mu.Unlock()
	}
	return w.next.RoundTrip(r)
}

// take gives what was written since the last call.
func (w *writes) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := w.paths
	w.paths = nil
	return out
}

// operator is a running operator.
type operator struct {
	*cluster
	clock    *clocktesting.FakeClock
	writes   *writes
	registry *prometheus.Registry
	manager  manager.Manager
	probes   string // address of the health probes
	stop     func()
}

// settings of an operator that differ from the usual.
type settings struct {
	clock    *clocktesting.FakeClock
	extra    []*control.Control
	elect    bool
	probes   string
	realTime bool
}

// run runs the operator until stop, or until the test ends.
func (c *cluster) run(s settings) *operator {
	c.t.Helper()
	if s.clock == nil && !s.realTime {
		s.clock = clocktesting.NewFakeClock(time.Now())
	}
	o := &operator{cluster: c, clock: s.clock, writes: &writes{}, registry: prometheus.NewRegistry(), probes: cmp.Or(s.probes, "0")}
	config := rest.CopyConfig(c.config)
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { o.writes.next = next; return o.writes })
	m, err := manager.New(config, manager.Options{
		Scheme: c.Scheme(), Metrics: metricsserver.Options{BindAddress: "0"}, HealthProbeBindAddress: o.probes, Logger: logr.Discard(),
		NewClient: func(config *rest.Config, options client.Options) (client.Client, error) {
			options.Cache = nil
			return client.New(config, options)
		},
		LeaderElection: s.elect, LeaderElectionID: controller.Name, LeaderElectionNamespace: "tilsyn-system", LeaderElectionReleaseOnCancel: true,
	})
	if err != nil {
		c.t.Fatal(err)
	}
	o.manager = m
	kinds := gather.Kinds()
	var clk clock.WithDelayedExecution = clock.RealClock{}
	if s.clock != nil {
		clk = s.clock
	}
	err = controller.Register(m, controller.Options{
		Controls: slices.Concat(catalog.All(), s.extra), Kinds: kinds, Store: gather.NewStore(kinds), Heartbeat: time.Hour, ReportAPI: "openreports",
		Version: "test", Registry: o.registry, Clock: clk, RetryCap: 200 * time.Millisecond,
	})
	if err != nil {
		c.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- m.Start(ctx) }()
	o.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			c.t.Errorf("operator: %v", err)
		}
	})
	c.t.Cleanup(o.stop)
	return o
}

// gone tells whether an object does not exist.
func (c *cluster) gone(o client.Object, namespace, name string) bool {
	c.t.Helper()
	err := c.Get(c.t.Context(), client.ObjectKey{Namespace: namespace, Name: name}, o)
	if err != nil && !apierrors.IsNotFound(err) {
		c.t.Fatal(err)
	}
	return err != nil
}
