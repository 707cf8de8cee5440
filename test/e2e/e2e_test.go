package e2e

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/test/crds"
	"github.com/tilsyn-dev/tilsyn/test/fleet"
)

// TestFleet is one story on one cluster; each part builds on those before.
func TestFleet(t *testing.T) {
	c := start(t)
	for _, part := range []struct {
		name string
		run  func(*testing.T, *cluster)
	}{
		{"the operator is its service account and may do no more than it needs", testIdentity},
		{"the samples are accepted", testSamples},
		{"without a backup product, backups are unknown", testUnknown},
		{"with the products installed, the fleet is as expected", testExpected},
		{"metrics tell the same", testMetrics},
		{"application teams find reports in their namespaces", testReports},
		{"the command line agrees on a snapshot and on the cluster", testAgreement},
		{"a node that goes changes what is known", testNodeGone},
		{"what is mended is seen", testMended},
	} {
		if !t.Run(part.name, func(t *testing.T) { part.run(t, c) }) {
			return
		}
	}
}

func testIdentity(t *testing.T, c *cluster) {
	kube, err := kubernetes.NewForConfig(c.account)
	must(t, err)
	me, err := kube.AuthenticationV1().SelfSubjectReviews().Create(t.Context(), &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	must(t, err)
	if want := "system:serviceaccount:tilsyn-system:tilsyn-operator"; me.Status.UserInfo.Username != want {
		t.Fatalf("the operator is %s, want %s", me.Status.UserInfo.Username, want)
	}
	for what, test := range map[string]struct {
		attributes authorizationv1.ResourceAttributes
		want       bool
	}{
		"watch pods":                   {authorizationv1.ResourceAttributes{Verb: "watch", Resource: "pods"}, true},
		"write the status of its own":  {authorizationv1.ResourceAttributes{Verb: "patch", Group: "tilsyn.dev", Resource: "solutionenvironments", Subresource: "status"}, true},
		"read Secrets":                 {authorizationv1.ResourceAttributes{Verb: "get", Resource: "secrets"}, false},
		"list Secrets":                 {authorizationv1.ResourceAttributes{Verb: "list", Resource: "secrets"}, false},
		"change workloads":             {authorizationv1.ResourceAttributes{Verb: "patch", Group: "apps", Resource: "deployments"}, false},
		"delete pods":                  {authorizationv1.ResourceAttributes{Verb: "delete", Resource: "pods"}, false},
		"change what is required":      {authorizationv1.ResourceAttributes{Verb: "patch", Group: "tilsyn.dev", Resource: "hostedsolutions"}, false},
		"change exceptions":            {authorizationv1.ResourceAttributes{Verb: "update", Group: "tilsyn.dev", Resource: "controlexceptions"}, false},
		"run programs in pods":         {authorizationv1.ResourceAttributes{Verb: "create", Resource: "pods", Subresource: "exec"}, false},
		"become somebody else":         {authorizationv1.ResourceAttributes{Verb: "impersonate", Resource: "users"}, false},
		"give itself rights":           {authorizationv1.ResourceAttributes{Verb: "bind", Group: "rbac.authorization.k8s.io", Resource: "clusterroles"}, false},
		"take leases of other parties": {authorizationv1.ResourceAttributes{Verb: "update", Group: "coordination.k8s.io", Resource: "leases", Namespace: "kube-system"}, false},
	} {
		review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &test.attributes}}
		answer, err := kube.AuthorizationV1().SelfSubjectAccessReviews().Create(t.Context(), review, metav1.CreateOptions{})
		must(t, err)
		if answer.Status.Allowed != test.want {
			t.Errorf("the operator may %s: %v, want %v", what, answer.Status.Allowed, test.want)
		}
	}
}

func testSamples(t *testing.T, c *cluster) {
	kubectl, err := c.cp.Binary("kubectl")
	must(t, err)
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	must(t, c.cp.Kubeconfig(kubeconfig))
	for dir, want := range map[string]int{"": 11, "fleet": 57} {
		dir = filepath.Join(root, "config", "samples", dir)
		out, err := exec.CommandContext(t.Context(), kubectl, "--kubeconfig", kubeconfig, "apply", "--dry-run=server", "-k", dir).CombinedOutput()
		if err != nil || strings.Count(string(out), "created") != want {
			t.Errorf("kubectl apply -k %s: %v; want %d created\n%s", dir, err, want, out)
		}
	}
}

func testUnknown(t *testing.T, c *cluster) {
	must(t, fleet.Apply(t.Context(), c.cp.AdminConfig(), fleet.Options{Files: []string{"00-", "40-payroll"}, Skip: foreign}))
	c.outcome(t, "the volume's backup is unknown", has("payroll-production: BCK-01 Unknown NoProductRecognised PersistentVolumeClaim payroll/ledger"))
}

func testExpected(t *testing.T, c *cluster) {
	must(t, crds.Install(t.Context(), c.cp.AdminConfig()))
	must(t, fleet.Apply(t.Context(), c.cp.AdminConfig(), fleet.Options{}))
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	got, ok, err := fleet.AwaitExpected(ctx, c.tilsyn, fleet.Expected())
	must(t, err)
	if !ok {
		t.Fatalf("the outcome is not the expected one (- expected, + got):\n%s", strings.Join(fleet.Diff(fleet.Expected(), got), "\n"))
	}
	outside := 0
	for _, p := range pods(t, c, "booking") {
		if p.Spec.NodeName == "us-1" && p.Status.Phase == corev1.PodRunning {
			outside++
		}
	}
	if outside != 2 {
		t.Errorf("%d pods of the calendar run on us-1, want the scheduler to have put both there", outside)
	}
}

func testMetrics(t *testing.T, c *cluster) {
	text, err := c.operator.Metrics(t.Context())
	must(t, err)
	for _, sample := range []string{
		`tilsyn_solution_state{solution="health-record",state="Compliant"} 1`,
		`tilsyn_environment_state{environment="payroll-production",solution="payroll",stage="Production",state="NonCompliant"} 1`,
		`tilsyn_environment_state{environment="payroll-production",solution="payroll",stage="Production",state="Compliant"} 0`,
		`tilsyn_environment_party_state{environment="health-record-production",party="Provider",solution="health-record",state="Compliant"} 1`,
		`tilsyn_unclaimed_namespaces 1`,
		`tilsyn_nodes{country="US"} 1`,
		`tilsyn_nodes{country="unknown"} 1`,
		`tilsyn_source_readable{source="backups.velero.io"} 1`,
	} {
		if !strings.Contains(text, "\n"+sample+"\n") {
			t.Errorf("the metrics lack %s", sample)
		}
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "tilsyn_rule_panics_total") && !strings.HasSuffix(strings.TrimSpace(line), " 0") {
			t.Errorf("a rule panicked: %s", line)
		}
	}
	if t.Failed() {
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "tilsyn_") && !strings.Contains(line, "_bucket") {
				t.Log(strings.TrimSpace(line))
			}
		}
	}
}

func testReports(t *testing.T, c *cluster) {
	report := &unstructured.Unstructured{}
	report.SetAPIVersion("openreports.io/v1alpha1")
	report.SetKind("Report")
	must(t, c.admin.Get(t.Context(), client.ObjectKey{Namespace: "booking", Name: "tilsyn-booking-production"}, report))
	results, _, err := unstructured.NestedSlice(report.Object, "results")
	must(t, err)
	found := map[string]bool{}
	for _, r := range results {
		m := r.(map[string]any) //nolint:forcetypeassert // the schema says that it is an object
		found[fmt.Sprint(m["policy"], " ", m["result"])] = true
	}
	if !found["LOC-01 fail"] || !found["LOC-02 fail"] {
		t.Errorf("the report of booking holds %v, want failures of LOC-01 and LOC-02", found)
	}
	other := &unstructured.UnstructuredList{}
	other.SetAPIVersion("wgpolicyk8s.io/v1alpha2")
	other.SetKind("PolicyReportList")
	must(t, c.admin.List(t.Context(), other))
	if len(other.Items) > 0 {
		t.Errorf("%d reports of the other API, want one API only", len(other.Items))
	}
}

func testNodeGone(t *testing.T, c *cluster) {
	must(t, c.nodes.Remove(t.Context(), "burst-1", "us-1"))
	c.outcome(t, "nothing runs in an unknown place any more", lacks("video-archive-production: LOC-01"))
	c.outcome(t, "what ran outside is remembered", has("booking-production: LOC-01 Fail WasOutside Deployment booking/calendar"))
}

func testMended(t *testing.T, c *cluster) {
	patch := func(obj client.Object, kind types.PatchType, data string) {
		t.Helper()
		must(t, c.admin.Patch(t.Context(), obj, client.RawPatch(kind, []byte(data))))
	}
	deployment := &unstructured.Unstructured{}
	deployment.SetAPIVersion("apps/v1")
	deployment.SetKind("Deployment")
	deployment.SetNamespace("library")
	deployment.SetName("search")
	patch(deployment, types.JSONPatchType, `[{"op":"remove","path":"/spec/template/metadata/annotations"}]`)
	c.outcome(t, "the logs of the library are taken again", has("environment library-production is Compliant, provider Compliant, institution -"))

	schedule := &unstructured.Unstructured{}
	schedule.SetAPIVersion("velero.io/v1")
	schedule.SetKind("Schedule")
	schedule.SetNamespace("velero")
	schedule.SetName("payroll")
	patch(schedule, types.MergePatchType, `{"spec":{"paused":false}}`)
	c.outcome(t, "the old backup is seen", has("payroll-production: BCK-01 Fail TooOld PersistentVolumeClaim payroll/ledger"))
	must(t, fleet.Backup(t.Context(), c.cp.AdminConfig(), "payroll", "payroll", "ledger", time.Now().Add(-10*time.Minute)))
	c.outcome(t, "the new backup is seen", has("environment payroll-production is Compliant, provider Compliant, institution -"))
}
