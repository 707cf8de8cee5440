// Package e2e runs the built operator, with the rights that config/ grants it, beside a whole control plane with
// controller manager, scheduler and simulated nodes, and proves on the sample fleet what an administrator relies on.
package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/tilsyn-dev/tilsyn/test/controlplane"
	"github.com/tilsyn-dev/tilsyn/test/crds"
	"github.com/tilsyn-dev/tilsyn/test/fakenodes"
	"github.com/tilsyn-dev/tilsyn/test/fleet"
	"github.com/tilsyn-dev/tilsyn/test/operator"
)

// patience is how long anything may take on a busy machine.
const patience = 2 * time.Minute

const root = "../.."

// cluster is a control plane with the fleet's nodes and the operator.
type cluster struct {
	cp       *controlplane.ControlPlane
	nodes    *fakenodes.Fleet
	operator *operator.Process
	// admin does what administrators and controllers do; account is the operator's own way in.
	admin   client.Client
	account *rest.Config
	tilsyn  client.WithWatch
	program string // bin/tilsyn
}

// start builds the programs and starts everything, without a definition of another project.
func start(t *testing.T) *cluster {
	t.Helper()
	ctrllog.SetLogger(logr.Discard()) // the clients of this test have nothing to say
	dir := t.TempDir()
	build(t, dir)
	cp := controlplane.New(t, controlplane.Options{ControllerManager: true, Scheduler: true})
	nodes, err := fakenodes.Start(t.Context(), cp.AdminConfig(), fleet.Nodes(), fakenodes.Options{})
	must(t, err)
	t.Cleanup(nodes.Stop)
	kubeconfig, account := filepath.Join(dir, "admin.kubeconfig"), filepath.Join(dir, "operator.kubeconfig")
	must(t, cp.Kubeconfig(kubeconfig))
	must(t, fleet.Install(t.Context(), cp, kubeconfig, root, "none"))
	must(t, cp.ServiceAccountKubeconfig(t.Context(), fleet.OperatorNamespace, fleet.OperatorAccount, account))
	c := &cluster{cp: cp, nodes: nodes, program: filepath.Join(dir, "tilsyn")}
	c.admin, err = client.New(cp.AdminConfig(), client.Options{Scheme: clientgoscheme.Scheme})
	must(t, err)
	c.tilsyn, err = fleet.NewClient(cp.AdminConfig())
	must(t, err)
	c.account, err = clientcmd.BuildConfigFromFlags("", account)
	must(t, err)
	log := &strings.Builder{}
	c.operator, err = operator.Start(context.WithoutCancel(t.Context()), operator.Options{Binary: filepath.Join(dir, "manager"), Kubeconfig: account, Log: log})
	must(t, err)
	t.Cleanup(func() {
		if err := c.operator.Err(); err != nil {
			t.Error(err)
		}
		if err := c.operator.Stop(); err != nil {
			t.Errorf("the operator does not stop in order: %v", err)
		}
		if t.Failed() {
			t.Logf("the operator wrote:\n%s", tail(log.String(), 40))
		}
	})
	return c
}

func build(t *testing.T, dir string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", dir+string(os.PathSeparator), "./cmd/manager", "./cmd/tilsyn")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func tail(s string, n int) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// outcome waits until the outcome holds something and fails the test with the last one otherwise.
func (c *cluster) outcome(t *testing.T, what string, holds func(fleet.Outcome) bool) fleet.Outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	got, ok, err := fleet.Await(ctx, c.tilsyn, func(o fleet.Outcome, _ bool) bool { return holds(o) }) // a part of the fleet names what is not there yet
	must(t, err)
	if !ok {
		t.Fatalf("waited in vain until %s; the outcome is\n%s", what, strings.Join(got.Lines(), "\n"))
	}
	return got
}

// has tells whether the outcome has a line.
func has(line string) func(fleet.Outcome) bool {
	return func(o fleet.Outcome) bool { return slices.Contains(o.Lines(), line) }
}

// lacks waits until no line of the outcome begins so.
func lacks(prefix string) func(fleet.Outcome) bool {
	return func(o fleet.Outcome) bool {
		return !slices.ContainsFunc(o.Lines(), func(line string) bool { return strings.HasPrefix(line, prefix) })
	}
}

// foreign tells whether an object is of a kind that another project defines.
func foreign(u *unstructured.Unstructured) bool {
	return slices.Contains([]string{crds.Velero, crds.K8up, crds.CloudNativePG, crds.BarmanCloud}, u.GroupVersionKind().Group)
}

func pods(t *testing.T, c *cluster, namespace string) []corev1.Pod {
	t.Helper()
	var list corev1.PodList
	must(t, c.admin.List(t.Context(), &list, client.InNamespace(namespace)))
	return list.Items
}
