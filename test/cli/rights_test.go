package cli

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/tilsyn-dev/tilsyn/test/controlplane"
	sample "github.com/tilsyn-dev/tilsyn/test/fleet"
)

// pinnedShop starts an API server with a Deployment that is pinned to Sweden and gives it with the kubeconfig of the
// administrator. User looker has what Kubernetes calls view, user watcher that and Tilsyn's tilsyn-viewer, stranger nothing.
func pinnedShop(t *testing.T) (*controlplane.ControlPlane, string) {
	t.Helper()
	cp := controlplane.New(t, controlplane.Options{})
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := cp.Kubeconfig(path); err != nil {
		t.Fatal(err)
	}
	client, err := kubernetes.NewForConfig(cp.AdminConfig())
	if err != nil {
		t.Fatal(err)
	}
	ctx, ok, none := t.Context(), must(t), metav1.CreateOptions{}
	ok(client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}, none))
	labels := map[string]string{"app": "web"}
	pin := &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
		NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{
			{Key: corev1.LabelTopologyRegion, Operator: corev1.NodeSelectorOpIn, Values: []string{"eu-north-1"}}}}}}}}
	ok(client.AppsV1().Deployments("shop").Create(ctx, &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "web"},
		Spec: appsv1.DeploymentSpec{Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Labels: labels},
			Spec:       corev1.PodSpec{Affinity: pin, Containers: []corev1.Container{{Name: "web", Image: "registry.example.org/web:1.4.2"}}}}}}, none))
	// view is an aggregate that only a controller manager fills; the API server itself makes what goes into it.
	for role, users := range map[string][]string{"system:aggregate-to-view": {"looker", "watcher"}, "tilsyn-viewer": {"watcher"}} {
		for _, user := range users {
			ok(client.RbacV1().ClusterRoleBindings().Create(ctx, &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{GenerateName: user + "-"},
				Subjects: []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: user}},
				RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role}}, none))
		}
	}
	return cp, path
}

func TestFewRightsNeverLookGreen(t *testing.T) {
	cp, kubeconfig := pinnedShop(t)
	check := func(user string, more ...string) outcome {
		return run(t, slices.Concat([]string{"check", "--cluster", "--kubeconfig", kubeconfig, "--as", user, "--fail-on", "critical"}, more)...)
	}
	expect := func(t *testing.T, got outcome, code int, wanted ...string) {
		t.Helper()
		if got.code != code || strings.Contains(got.out+got.errors, "  Compliant  ") || strings.Contains(got.out, "no such object exists") {
			t.Errorf("exit code %d, want %d\n%s%s", got.code, code, got.out, got.errors)
		}
		for _, w := range wanted {
			if !strings.Contains(got.out+got.errors, w) {
				t.Errorf("%q is missing in\n%s%s", w, got.out, got.errors)
			}
		}
	}
	t.Run("without Tilsyn and without any right nothing can be judged", func(t *testing.T) {
		expect(t, check("stranger"), 3, "error: nothing could be judged: ", "ask for it", "Incomplete", "Nodes: not known", "Workloads: not known", "the right to list deployments in API group apps is missing")
	})
	t.Run("without Tilsyn a viewer sees what runs, and what rests on nodes is unknown", func(t *testing.T) {
		expect(t, check("looker"), 0, "shop  Unknown", "the right to list nodes")
	})

	if err := sample.Install(t.Context(), cp, kubeconfig, "../..", "velero.io"); err != nil {
		t.Fatal(err)
	}
	t.Run("a viewer may not read what is required", func(t *testing.T) {
		got := check("looker")
		expect(t, got, 3, "error: what is required could not be read, so nothing is called compliant: hostedsolutions.tilsyn.dev, solutionenvironments.tilsyn.dev, platforms.tilsyn.dev, controlprofiles.tilsyn.dev",
			"tilsyn-viewer", "No SolutionEnvironment is known", "assumed from profile public-sector", "shop  Unknown", "LOC-02")
	})
	t.Run("neither may somebody without rights", func(t *testing.T) {
		expect(t, check("stranger"), 3, "what is required could not be read", "hostedsolutions.tilsyn.dev")
	})
	t.Run("nothing passes by requirements that could not be read", func(t *testing.T) {
		d := parsed(t, check("looker", "-o", "json", "--show", "all").out)
		for i, r := range at(d, "results").([]any) {
			if v := at(r, "verdict"); v != "Unknown" && v != "Fail" {
				t.Errorf("result %d is %v: %v", i, v, r)
			}
		}
		if code := at(d, "outcome", "exitCode"); code != json.Number("3") {
			t.Errorf("exit code %v", code)
		}
		if err := schema(t).Validate(d); err != nil {
			t.Error(err)
		}
	})
	t.Run("with the right to read requirements the pin passes", func(t *testing.T) {
		got := check("watcher", "--show", "all")
		expect(t, got, 0, "Pass           High      LOC-02")
		if strings.Contains(got.errors, "error:") {
			t.Error(got.errors)
		}
	})
	t.Run("a snapshot that holds nothing is no success", func(t *testing.T) {
		expect(t, run(t, "snapshot", "--kubeconfig", kubeconfig, "--as", "stranger", "-o", filepath.Join(t.TempDir(), "stranger.json")), 3, "error: nothing could be read")
	})
	t.Run("a snapshot of a viewer is judged like the cluster", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "looker.json")
		if got := run(t, "snapshot", "--kubeconfig", kubeconfig, "--as", "looker", "-o", path); got.code != 0 {
			t.Fatal(got.errors)
		}
		expect(t, run(t, "check", "--snapshot", path), 3, "what is required could not be read", "shop  Unknown")
	})
}
