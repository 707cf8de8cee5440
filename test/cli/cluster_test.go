package cli

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/test/controlplane"
)

const secret = "correct-horse-battery-staple"

func must(t *testing.T) func(any, error) {
	return func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
}

// cluster starts an API server in which nothing of Tilsyn is installed, with a Deployment whose pods run in Sweden and in
// the United States, a volume, and secrets. It gives the kubeconfig of the administrator.
func cluster(t *testing.T) string {
	t.Helper()
	cp := controlplane.New(t, controlplane.Options{})
	client, err := kubernetes.NewForConfig(cp.AdminConfig())
	if err != nil {
		t.Fatal(err)
	}
	ctx, ok, none := t.Context(), must(t), metav1.CreateOptions{}
	for name, zone := range map[string]string{"se": "eu-north-1a", "us": "us-east-1a"} {
		ok(client.CoreV1().Nodes().Create(ctx, &corev1.Node{
			ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelTopologyRegion: strings.TrimSuffix(zone, "a"), corev1.LabelTopologyZone: zone}},
			Spec:       corev1.NodeSpec{ProviderID: "aws:///" + zone + "/i-" + name},
		}, none))
	}
	ok(client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}, none))
	template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": "web"}}, Spec: corev1.PodSpec{
		Containers: []corev1.Container{{Name: "web", Image: "registry.example.org/web:1.4.2",
			Env: []corev1.EnvVar{{Name: "DATABASE_PASSWORD", Value: secret}}, VolumeMounts: []corev1.VolumeMount{{Name: "data", MountPath: "/data"}}}},
		Volumes: []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "data"}}}},
	}}
	selector := &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}
	d, err := client.AppsV1().Deployments("shop").Create(ctx, &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "web", Annotations: map[string]string{"example.org/token": secret}},
		Spec:       appsv1.DeploymentSpec{Selector: selector, Template: template}}, none)
	ok(d, err)
	owner := *metav1.NewControllerRef(d, appsv1.SchemeGroupVersion.WithKind("Deployment"))
	rs, err := client.AppsV1().ReplicaSets("shop").Create(ctx, &appsv1.ReplicaSet{
		ObjectMeta: metav1.ObjectMeta{Name: "web-1", OwnerReferences: []metav1.OwnerReference{owner}},
		Spec:       appsv1.ReplicaSetSpec{Selector: selector, Template: template}}, none)
	ok(rs, err)
	owner = *metav1.NewControllerRef(rs, appsv1.SchemeGroupVersion.WithKind("ReplicaSet"))
	for i, node := range []string{"se", "us", ""} {
		pod := &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: *template.Spec.DeepCopy()}
		pod.Name, pod.OwnerReferences, pod.Spec.NodeName = fmt.Sprintf("web-1-%d", i), []metav1.OwnerReference{owner}, node
		ok(client.CoreV1().Pods("shop").Create(ctx, pod, none))
	}
	volume(t, client)
	ok(client.CoreV1().Secrets("shop").Create(ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "web"}, StringData: map[string]string{"password": secret}}, none))
	for user, rule := range map[string]rbacv1.PolicyRule{
		"auditor": {APIGroups: []string{"apps"}, Resources: []string{"deployments"}, Verbs: []string{"list"}},
		"clerk":   {APIGroups: []string{""}, Resources: []string{"services"}, Verbs: []string{"list"}},
	} {
		ok(client.RbacV1().ClusterRoles().Create(ctx, &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: user}, Rules: []rbacv1.PolicyRule{rule}}, none))
		ok(client.RbacV1().ClusterRoleBindings().Create(ctx, &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: user},
			Subjects: []rbacv1.Subject{{Kind: "User", APIGroup: "rbac.authorization.k8s.io", Name: user}},
			RoleRef:  rbacv1.RoleRef{APIGroup: "rbac.authorization.k8s.io", Kind: "ClusterRole", Name: user}}, none))
	}
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := cp.Kubeconfig(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// volume makes a claim that is bound to a volume in Sweden.
func volume(t *testing.T, client *kubernetes.Clientset) {
	t.Helper()
	ctx, ok, none := t.Context(), must(t), metav1.CreateOptions{}
	size := corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}
	modes := []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}
	ok(client.CoreV1().PersistentVolumes().Create(ctx, &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: "vol-1"},
		Spec: corev1.PersistentVolumeSpec{Capacity: size, AccessModes: modes,
			PersistentVolumeSource: corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "ebs.csi.aws.com", VolumeHandle: "vol-1"}},
			NodeAffinity: &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
				MatchExpressions: []corev1.NodeSelectorRequirement{{Key: corev1.LabelTopologyZone, Operator: corev1.NodeSelectorOpIn, Values: []string{"eu-north-1a"}}}}}}}}}, none))
	claim, err := client.CoreV1().PersistentVolumeClaims("shop").Create(ctx, &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: "data"},
		Spec: corev1.PersistentVolumeClaimSpec{AccessModes: modes, VolumeName: "vol-1", Resources: corev1.VolumeResourceRequirements{Requests: size}}}, none)
	ok(claim, err)
	claim.Status.Phase = corev1.ClaimBound
	ok(client.CoreV1().PersistentVolumeClaims("shop").UpdateStatus(ctx, claim, metav1.UpdateOptions{}))
}

// common is the report of a run without what a cluster and a snapshot of it cannot have in common.
func common(t *testing.T, o outcome) map[string]any {
	t.Helper()
	if o.errors != "" {
		t.Errorf("standard error: %s", o.errors)
	}
	d := parsed(t, o.out)
	delete(d, "evidence")
	return d
}

func TestAClusterInWhichNothingIsInstalledAndItsSnapshot(t *testing.T) {
	kubeconfig := cluster(t)
	flags := []string{"--kubeconfig", kubeconfig}
	with := func(args ...string) []string { return append(args, flags...) }
	// Some days after the volume was made, when it should have a backup.
	later := time.Now().Add(72 * time.Hour).UTC().Truncate(time.Second)
	run := func(t *testing.T, args ...string) outcome {
		return invocation{args: args, now: func() time.Time { return later }}.run(t.Context())
	}

	t.Run("the table says what runs where and what is wrong with it", func(t *testing.T) {
		got := run(t, with("check", "--cluster", "-n", "shop")...)
		if got.code != 1 {
			t.Errorf("exit code %d: %s", got.code, got.errors)
		}
		for _, want := range []string{
			"1 in SE (aws eu-north-1), 1 in US (aws us-east-1)",             // nodes
			"SE (aws eu-north-1) ×1, US (aws us-east-1) ×1, no node yet ×1", // pods
			"shop  NonCompliant", "Sensitive (assumed)",
			"LOC-01", "LOC-02", "Deployment shop/web", "PersistentVolumeClaim shop/data",
		} {
			if !strings.Contains(got.out, want) {
				t.Errorf("%q is missing in\n%s", want, got.out)
			}
		}
	})

	snapshot := filepath.Join(t.TempDir(), "shop.json.gz")
	t.Run("the snapshot is written and holds no secret", func(t *testing.T) {
		got := run(t, with("snapshot", "-o", snapshot)...)
		if got.code != 0 || got.out != "" || !strings.Contains(got.errors, "Wrote ") || strings.Contains(got.errors, "could not be read") {
			t.Fatalf("exit code %d: %s%s", got.code, got.out, got.errors)
		}
		packed, err := gzip.NewReader(bytes.NewReader(read(t, snapshot)))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(packed)
		if err != nil {
			t.Fatal(err)
		}
		// The first line is the header; what gives no facts is not in the file and does not count.
		if says := fmt.Sprintf("Wrote %d objects to ", bytes.Count(text, []byte("\n"))-1); !strings.HasPrefix(got.errors, says) {
			t.Errorf("%q, want %q", got.errors, says)
		}
		if !bytes.Contains(text, []byte("registry.example.org/web")) || bytes.Contains(text, []byte(secret)) {
			t.Errorf("the workload is missing, or a secret is not:\n%s", text)
		}
	})

	t.Run("cluster and snapshot are judged alike", func(t *testing.T) {
		live := common(t, run(t, with("check", "--cluster", "--show", "all", "-o", "json")...))
		kept := common(t, run(t, "check", "--snapshot", snapshot, "--show", "all", "-o", "json"))
		if diff := cmp.Diff(live, kept); diff != "" {
			t.Errorf("-cluster +snapshot:\n%s", diff)
		}
		if err := schema(t).Validate(live); err == nil {
			t.Error("the schema does not miss the evidence")
		}
		if err := schema(t).Validate(parsed(t, run(t, "check", "--snapshot", snapshot, "-o", "json").out)); err != nil {
			t.Error(err)
		}
	})

	t.Run("what may not be read is named and undecided", func(t *testing.T) {
		got := run(t, with("check", "--cluster", "--as", "clerk", "--strict", "--fail-on", "critical")...)
		if got.code != 3 || !strings.Contains(got.errors, "nothing could be judged") || !strings.Contains(got.out, "Evidence that could not be read") || !strings.Contains(got.out, "pods") {
			t.Errorf("exit code %d\n%s\n%s", got.code, got.out, got.errors)
		}
		written := run(t, with("snapshot", "--as", "auditor", "-o", filepath.Join(t.TempDir(), "auditor.json"))...)
		if written.code != 0 || !strings.Contains(written.errors, "Not in it, because it could not be read:") {
			t.Errorf("exit code %d: %s", written.code, written.errors)
		}
	})

	t.Run("a snapshot that cannot be written leaves nothing", func(t *testing.T) {
		folder := t.TempDir()
		got := run(t, with("snapshot", "-o", filepath.Join(folder, "missing", "shop.json"))...)
		left, err := filepath.Glob(filepath.Join(folder, "*"))
		if got.code != 3 || err != nil || len(left) > 0 {
			t.Errorf("exit code %d, left %v, %v", got.code, left, err)
		}
	})
}
