// Package gather proves against a real API server that facts follow the cluster: objects, kinds that come and go, rights
// that are taken and given, lists that have expired.
package gather

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/go-logr/logr"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/cluster"
	"github.com/tilsyn-dev/tilsyn/test/controlplane"
)

// patience is how long a condition may take to come true; it takes that long only when something is wrong.
const patience = 60 * time.Second

// server is the one API server of the test binary. TestMain sets it once.
var server struct {
	config  *rest.Config
	client  *kubernetes.Clientset
	dynamic *dynamic.DynamicClient
}

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	cp, err := controlplane.Start(context.Background(), controlplane.Options{})
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, cp.Err(), cp.Stop()) }()
	server.config = cp.AdminConfig()
	if server.client, err = kubernetes.NewForConfig(server.config); err != nil {
		return 1, err
	}
	if server.dynamic, err = dynamic.NewForConfig(server.config); err != nil {
		return 1, err
	}
	options := envtest.CRDInstallOptions{Paths: []string{"../../../../config/crd/bases"}, ErrorIfPathMissing: true}
	if _, err := envtest.InstallCRDs(server.config, options); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// watched is a running gatherer.
type watched struct {
	*cluster.Gatherer
	clock *clocktesting.FakeClock
}

// start starts a gatherer with the rights of a configuration and stops it when the test ends.
func start(t *testing.T, config *rest.Config) *watched {
	t.Helper()
	kinds := gather.Kinds()
	clk := clocktesting.NewFakeClock(time.Now())
	g, err := cluster.New(cluster.Options{
		Config: config, Kinds: kinds, Store: gather.NewStore(kinds), Clock: clk, Log: logr.Discard(), RetryCap: 200 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- g.Start(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return &watched{g, clk}
}

// eventually waits until a condition holds of the facts.
func (w *watched) eventually(t *testing.T, what string, holds func(facts.View) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err := wait.PollUntilContextCancel(ctx, 10*time.Millisecond, true, func(context.Context) (ok bool, _ error) {
		w.Store.Read(func(v facts.View) { ok = holds(v) })
		return ok, nil
	})
	if err != nil {
		var states []facts.SourceState
		w.Store.Read(func(v facts.View) { states = v.AllSources() })
		t.Fatalf("%s: not within %s; sources: %+v", what, patience, states)
	}
}

// source gives the state of one source.
func (w *watched) source(id facts.SourceID) (state facts.SourceState) {
	w.Store.Read(func(v facts.View) {
		for _, s := range v.AllSources() {
			if s.ID == id {
				state = s
			}
		}
	})
	return state
}

// becomes waits until a source is in a condition and gives its state.
func (w *watched) becomes(t *testing.T, id facts.SourceID, condition facts.SourceCondition) facts.SourceState {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err := wait.PollUntilContextCancel(ctx, 10*time.Millisecond, true, func(context.Context) (bool, error) {
		return w.source(id).Condition == condition, nil
	})
	if err != nil {
		t.Fatalf("%s does not become %s: %+v", id, condition, w.source(id))
	}
	return w.source(id)
}

// settle waits until every source is read or known not to be readable.
func (w *watched) settle(t *testing.T) {
	t.Helper()
	w.eventually(t, "every source settles", func(v facts.View) bool {
		for _, s := range v.AllSources() {
			if s.Condition == facts.SourcePending {
				return false
			}
		}
		return true
	})
}

// reader makes a user who may list and watch everything but the given resources, and gives their configuration and role.
func reader(t *testing.T, name string, rules []rbacv1.PolicyRule) *rest.Config {
	t.Helper()
	role := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: rules}
	if _, err := server.client.RbacV1().ClusterRoles().Create(t.Context(), role, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name}, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name},
		Subjects: []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: name}},
	}
	if _, err := server.client.RbacV1().ClusterRoleBindings().Create(t.Context(), binding, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	config := rest.CopyConfig(server.config)
	config.Impersonate.UserName = name
	return config
}
