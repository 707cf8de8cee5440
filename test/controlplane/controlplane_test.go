package controlplane

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

const patience = time.Minute // what takes longer than this on a busy machine is broken

func clientFor(t *testing.T, cp *ControlPlane) *kubernetes.Clientset {
	t.Helper()
	client, err := kubernetes.NewForConfig(cp.AdminConfig())
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// eventually polls another program's state; what it waits for is said in the failure.
func eventually(t *testing.T, what string, condition func(ctx context.Context) (bool, error)) {
	t.Helper()
	if err := wait.PollUntilContextTimeout(t.Context(), pollEvery, patience, true, condition); err != nil {
		t.Fatalf("waiting until %s: %v", what, err)
	}
}

func gone(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, os.ErrNotExist)
}

func deployment(name string) *appsv1.Deployment {
	labels := map[string]string{"app": name}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: metav1.NamespaceDefault},
		Spec: appsv1.DeploymentSpec{
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "app", Image: "registry.example.org/app:1"}}},
			},
		},
	}
}

func TestTheWholeControlPlaneMakesAndSchedulesPods(t *testing.T) {
	cp := New(t, Options{ControllerManager: true, Scheduler: true})
	client := clientFor(t, cp)
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "node"}, Status: corev1.NodeStatus{
		Allocatable: corev1.ResourceList{corev1.ResourcePods: resource.MustParse("10")},
		Conditions:  []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue, LastHeartbeatTime: metav1.Now()}},
	}}
	if _, err := client.CoreV1().Nodes().Create(t.Context(), node, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.AppsV1().Deployments("default").Create(t.Context(), deployment("app"), metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a pod of the deployment is bound to the node", func(ctx context.Context) (bool, error) {
		pods, err := client.CoreV1().Pods("default").List(ctx, metav1.ListOptions{LabelSelector: "app=app"})
		return err == nil && len(pods.Items) == 1 && pods.Items[0].Spec.NodeName == "node", err
	})
}

func TestServiceAccountKubeconfigActsAsThatAccountOnly(t *testing.T) {
	cp := New(t, Options{})
	admin := clientFor(t, cp)
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "operator", Namespace: "default"}}
	if _, err := admin.CoreV1().ServiceAccounts("default").Create(t.Context(), account, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := cp.ServiceAccountKubeconfig(t.Context(), "default", "operator", path); err != nil {
		t.Fatal(err)
	}
	config, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		t.Fatal(err)
	}
	if len(config.CertData) != 0 || config.CertFile != "" {
		t.Error("the kubeconfig holds a client certificate; want a token only")
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	review, err := client.AuthenticationV1().SelfSubjectReviews().Create(t.Context(), &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := review.Status.UserInfo.Username, "system:serviceaccount:default:operator"; got != want {
		t.Errorf("user is %q, want %q", got, want)
	}
	if _, err := client.CoreV1().Secrets("").List(t.Context(), metav1.ListOptions{}); !apierrors.IsForbidden(err) {
		t.Errorf("listing secrets without a role: %v, want Forbidden", err)
	}
}

func TestServiceAccountKubeconfigOfAnUnknownAccountFails(t *testing.T) {
	cp := New(t, Options{})
	err := cp.ServiceAccountKubeconfig(t.Context(), "default", "nobody", filepath.Join(t.TempDir(), "kubeconfig"))
	if !apierrors.IsNotFound(err) {
		t.Errorf("got %v, want NotFound", err)
	}
}

func TestInstancesRunSideBySideAndLeaveNothing(t *testing.T) {
	parent := t.TempDir()
	one, two := New(t, Options{DataDir: parent}), New(t, Options{DataDir: parent})
	if one.AdminConfig().Host == two.AdminConfig().Host {
		t.Fatalf("both serve on %s", one.AdminConfig().Host)
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "only-in-one"}}
	if _, err := clientFor(t, one).CoreV1().Namespaces().Create(t.Context(), namespace, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := clientFor(t, two).CoreV1().Namespaces().Get(t.Context(), "only-in-one", metav1.GetOptions{}); !apierrors.IsNotFound(err) {
		t.Errorf("reading the other instance's namespace: %v, want NotFound", err)
	}
	for _, cp := range []*ControlPlane{one, two, one} { // a second Stop is harmless
		if err := cp.Stop(); err != nil {
			t.Error(err)
		}
	}
	for _, p := range slices.Concat(one.processes, two.processes) {
		if p.cmd.ProcessState == nil {
			t.Errorf("%s still runs", p.name)
		}
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if err := one.Err(); err != nil {
		t.Errorf("an ordered stop is reported as %v", err)
	}
}

func TestTheEndOfTheContextStopsEverything(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cp, err := Start(ctx, Options{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	<-cp.Done()
	if !gone(cp.dir) {
		t.Errorf("%s is still there", cp.dir)
	}
}

func TestADeadProcessStopsEverythingAndIsNamed(t *testing.T) {
	cp, err := Start(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := cp.processes[0].cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-cp.Done()
	if err := cp.Err(); err == nil || !strings.Contains(err.Error(), "etcd ended by itself") {
		t.Errorf("got %v, want the end of etcd", err)
	}
}

func TestABadFlagIsReportedWithWhatTheProcessSaid(t *testing.T) {
	parent := t.TempDir()
	_, err := Start(t.Context(), Options{DataDir: parent, APIServerFlags: map[string]string{"no-such-flag": "x"}})
	if err == nil || !strings.Contains(err.Error(), "unknown flag: --no-such-flag") {
		t.Errorf("got %v, want the API server's own words", err)
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestADirectoryTooDeepForASocketIsRefused(t *testing.T) {
	deep := filepath.Join(t.TempDir(), strings.Repeat("d", maxSocketPath))
	if err := os.Mkdir(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), Options{DataDir: deep}); err == nil || !strings.Contains(err.Error(), "DataDir") {
		t.Errorf("got %v, want a hint at DataDir", err)
	}
}

func TestMissingBinariesNameTheMend(t *testing.T) {
	t.Setenv("KUBEBUILDER_ASSETS", t.TempDir())
	if _, err := Start(t.Context(), Options{}); err == nil || !strings.Contains(err.Error(), "make controlplane") {
		t.Errorf("got %v, want a hint at make controlplane", err)
	}
}

func TestTheBinariesAreOfThePinnedVersion(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	want, err := pinnedVersion(root)
	if err != nil {
		t.Fatal(err)
	}
	got, err := clientFor(t, New(t, Options{})).Discovery().ServerVersion()
	if err != nil {
		t.Fatal(err)
	}
	if overridden := os.Getenv("KUBEBUILDER_ASSETS") != ""; got.GitVersion != want && !overridden {
		t.Errorf("the API server says %s, hack/controlplane/go.mod %s", got.GitVersion, want)
	}
}
