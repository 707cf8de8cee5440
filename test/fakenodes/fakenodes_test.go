package fakenodes_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/util/workqueue"

	"github.com/tilsyn-dev/tilsyn/test/controlplane"
	"github.com/tilsyn-dev/tilsyn/test/fakenodes"
)

const (
	patience = 2 * time.Minute // what takes longer than this on a busy machine is broken
	region   = corev1.LabelTopologyRegion
)

type cluster struct {
	*kubernetes.Clientset
	fleet *fakenodes.Fleet
	ns    string
}

// start runs a control plane with two nodes in Stockholm and one in Frankfurt.
func start(t *testing.T) *cluster {
	t.Helper()
	cp := controlplane.New(t, controlplane.Options{ControllerManager: true, Scheduler: true, NodeGrace: 4 * time.Second})
	client, err := kubernetes.NewForConfig(cp.AdminConfig())
	if err != nil {
		t.Fatal(err)
	}
	fleet, err := fakenodes.Start(t.Context(), cp.AdminConfig(), []fakenodes.Node{
		{Name: "stockholm-0", Region: "eu-north-1", Zone: "eu-north-1a", ProviderID: "aws:///eu-north-1a/i-0", Labels: map[string]string{"pool": "apps"}},
		{Name: "stockholm-1", Region: "eu-north-1", Zone: "eu-north-1b"},
		{Name: "frankfurt-0", Region: "eu-central-1", Zone: "eu-central-1a", Taints: []corev1.Taint{{Key: "pool", Value: "db", Effect: corev1.TaintEffectNoSchedule}}},
	}, fakenodes.Options{Renew: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fleet.Stop)
	return &cluster{Clientset: client, fleet: fleet, ns: metav1.NamespaceDefault}
}

func eventually(t *testing.T, what string, condition func(ctx context.Context) (bool, error)) {
	t.Helper()
	if err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, patience, true, condition); err != nil {
		t.Fatalf("waiting until %s: %v", what, err)
	}
}

func template(name string, annotations map[string]string) corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": name}, Annotations: annotations},
		Spec: corev1.PodSpec{
			InitContainers: []corev1.Container{{Name: "prepare", Image: "registry.example.org/prepare:1"}},
			Containers:     []corev1.Container{{Name: "app", Image: "registry.example.org/app:1"}},
		},
	}
}

func (c *cluster) deploy(t *testing.T, name string, replicas int32, pod corev1.PodTemplateSpec) {
	t.Helper()
	d := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: appsv1.DeploymentSpec{
		Replicas: &replicas, Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": name}}, Template: pod,
	}}
	if _, err := c.AppsV1().Deployments(c.ns).Create(t.Context(), d, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

func (c *cluster) readyReplicas(name string, want int32) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		d, err := c.AppsV1().Deployments(c.ns).Get(ctx, name, metav1.GetOptions{})
		return err == nil && d.Status.ReadyReplicas == want && d.Status.ObservedGeneration == d.Generation, err
	}
}

func (c *cluster) pods(ctx context.Context, app string) ([]corev1.Pod, error) {
	list, err := c.CoreV1().Pods(c.ns).List(ctx, metav1.ListOptions{LabelSelector: "app=" + app})
	return list.Items, err
}

func (c *cluster) annotateNode(t *testing.T, name, value string) {
	t.Helper()
	patch := fmt.Appendf(nil, `{"metadata":{"annotations":{%q:%q}}}`, fakenodes.AnnotationDown, value)
	if _, err := c.CoreV1().Nodes().Patch(t.Context(), name, types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
}

// TestFakeNodes runs its parts on one control plane; each uses names of its own.
func TestFakeNodes(t *testing.T) {
	c := start(t)
	for name, test := range map[string]func(*testing.T, *cluster){
		"the scheduler places pods by region and they become ready": testPlacesByRegion,
		"a DaemonSet runs on every node that it tolerates":          testDaemonSet,
		"annotations steer pods":                                    testAnnotations,
		"a job ends and its end is seen":                            testJob,
		"a node falls silent and comes back":                        testSilentNode,
		"pods of a removed node move away":                          testRemovedNode,
		"a node that exists already is an error":                    testExistingNode,
	} {
		t.Run(name, func(t *testing.T) { test(t, c) })
	}
}

func testPlacesByRegion(t *testing.T, c *cluster) {
	pod := template("app", nil)
	pod.Spec.NodeSelector = map[string]string{region: "eu-north-1"}
	c.deploy(t, "app", 4, pod)
	eventually(t, "four replicas are ready", c.readyReplicas("app", 4))
	pods, err := c.pods(t.Context(), "app")
	if err != nil {
		t.Fatal(err)
	}
	addresses := map[string]bool{}
	for _, p := range pods {
		if p.Spec.NodeName != "stockholm-0" && p.Spec.NodeName != "stockholm-1" {
			t.Errorf("%s runs on %s, want a node in eu-north-1", p.Name, p.Spec.NodeName)
		}
		addresses[p.Status.PodIP] = true
	}
	if len(addresses) != 4 || addresses[""] {
		t.Errorf("pod addresses %v, want four different ones", addresses)
	}
	node, err := c.CoreV1().Nodes().Get(t.Context(), "stockholm-0", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if node.Spec.ProviderID != "aws:///eu-north-1a/i-0" || node.Labels[corev1.LabelTopologyZone] != "eu-north-1a" || node.Labels["pool"] != "apps" {
		t.Errorf("node is %q with labels %v", node.Spec.ProviderID, node.Labels)
	}
	if err := c.AppsV1().Deployments(c.ns).Delete(t.Context(), "app", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the pods of the deleted deployment are gone", func(ctx context.Context) (bool, error) {
		pods, err := c.pods(ctx, "app")
		return len(pods) == 0, err
	})
}

func testDaemonSet(t *testing.T, c *cluster) {
	pod := template("agent", nil)
	pod.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
		NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{
			{Key: region, Operator: corev1.NodeSelectorOpIn, Values: []string{"eu-north-1", "eu-central-1"}},
		}}},
	}}}
	ds := &appsv1.DaemonSet{ObjectMeta: metav1.ObjectMeta{Name: "agent"}, Spec: appsv1.DaemonSetSpec{
		Selector: &metav1.LabelSelector{MatchLabels: pod.Labels}, Template: pod,
	}}
	if _, err := c.AppsV1().DaemonSets(c.ns).Create(t.Context(), ds, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "two of three nodes run the agent", func(ctx context.Context) (bool, error) {
		ds, err := c.AppsV1().DaemonSets(c.ns).Get(ctx, "agent", metav1.GetOptions{})
		return err == nil && ds.Status.DesiredNumberScheduled == 2 && ds.Status.NumberReady == 2, err
	})
}

func testAnnotations(t *testing.T, c *cluster) {
	for name, want := range map[string]struct {
		annotations map[string]string
		phase       corev1.PodPhase
		reason      string // of waiting or of the end
		ready       bool
	}{
		"plain":            {nil, corev1.PodRunning, "", true},
		"cannot-pull":      {map[string]string{fakenodes.AnnotationWaiting: "ImagePullBackOff"}, corev1.PodPending, "ImagePullBackOff", false},
		"fails-its-probe":  {map[string]string{fakenodes.AnnotationReady: "false"}, corev1.PodRunning, "", false},
		"done":             {map[string]string{fakenodes.AnnotationExitAfter: "0s"}, corev1.PodSucceeded, "Completed", false},
		"done-later":       {map[string]string{fakenodes.AnnotationExitAfter: "1s"}, corev1.PodSucceeded, "Completed", false},
		"failed":           {map[string]string{fakenodes.AnnotationExitAfter: "0s", fakenodes.AnnotationExitCode: "3"}, corev1.PodFailed, "Error", false},
		"unreadable-time":  {map[string]string{fakenodes.AnnotationExitAfter: "soon"}, corev1.PodPending, "BadAnnotation", false},
		"unreadable-code":  {map[string]string{fakenodes.AnnotationExitAfter: "0s", fakenodes.AnnotationExitCode: "x"}, corev1.PodPending, "BadAnnotation", false},
		"waits-until-ends": {map[string]string{fakenodes.AnnotationWaiting: "ErrImagePull", fakenodes.AnnotationExitAfter: "0s"}, corev1.PodPending, "ErrImagePull", false},
	} {
		t.Run(name, func(t *testing.T) {
			spec := template(name, want.annotations)
			spec.Spec.RestartPolicy = corev1.RestartPolicyNever
			pod := &corev1.Pod{ObjectMeta: spec.ObjectMeta, Spec: spec.Spec}
			pod.Name = name
			if _, err := c.CoreV1().Pods(c.ns).Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
				t.Fatal(err)
			}
			var last corev1.PodStatus
			t.Cleanup(func() {
				if t.Failed() {
					t.Logf("last status: %+v", last)
				}
			})
			eventually(t, "the pod has the status asked for", func(ctx context.Context) (bool, error) {
				p, err := c.CoreV1().Pods(c.ns).Get(ctx, name, metav1.GetOptions{})
				if err != nil || len(p.Status.ContainerStatuses) != 1 {
					return false, err
				}
				last = p.Status
				status, reason := last.ContainerStatuses[0], ""
				switch {
				case status.State.Waiting != nil:
					reason = status.State.Waiting.Reason
				case status.State.Terminated != nil:
					reason = status.State.Terminated.Reason
				}
				return last.Phase == want.phase && status.Ready == want.ready && reason == want.reason, nil
			})
		})
	}
}

func testJob(t *testing.T, c *cluster) {
	pod := template("backup", map[string]string{fakenodes.AnnotationExitAfter: "500ms"})
	pod.Spec.RestartPolicy = corev1.RestartPolicyNever
	job := &batchv1.Job{ObjectMeta: metav1.ObjectMeta{Name: "backup"}, Spec: batchv1.JobSpec{Template: pod}}
	if _, err := c.BatchV1().Jobs(c.ns).Create(t.Context(), job, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the job is complete", func(ctx context.Context) (bool, error) {
		job, err := c.BatchV1().Jobs(c.ns).Get(ctx, "backup", metav1.GetOptions{})
		return err == nil && job.Status.Succeeded == 1 && job.Status.CompletionTime != nil, err
	})
}

func testSilentNode(t *testing.T, c *cluster) {
	pod := template("silent", nil)
	pod.Spec.NodeSelector = map[string]string{corev1.LabelHostname: "stockholm-1"}
	c.deploy(t, "silent", 1, pod)
	eventually(t, "the replica is ready", c.readyReplicas("silent", 1))

	c.annotateNode(t, "stockholm-1", "true")
	nodeReady := func(want corev1.ConditionStatus) func(context.Context) (bool, error) {
		return func(ctx context.Context) (bool, error) {
			n, err := c.CoreV1().Nodes().Get(ctx, "stockholm-1", metav1.GetOptions{})
			if err != nil {
				return false, err
			}
			for _, cond := range n.Status.Conditions {
				if cond.Type == corev1.NodeReady {
					return cond.Status == want, nil
				}
			}
			return false, nil
		}
	}
	eventually(t, "the silent node is unknown", nodeReady(corev1.ConditionUnknown))
	eventually(t, "its replica is not ready", c.readyReplicas("silent", 0))

	c.annotateNode(t, "stockholm-1", "false")
	eventually(t, "the node is ready again", nodeReady(corev1.ConditionTrue))
	eventually(t, "its replica is ready again", c.readyReplicas("silent", 1))
}

func testRemovedNode(t *testing.T, c *cluster) {
	if err := c.fleet.Add(t.Context(), fakenodes.Node{Name: "dublin-0", Region: "eu-west-1"}, fakenodes.Node{Name: "dublin-1", Region: "eu-west-1"}); err != nil {
		t.Fatal(err)
	}
	pod := template("moved", nil)
	pod.Spec.NodeSelector = map[string]string{region: "eu-west-1"}
	c.deploy(t, "moved", 2, pod)
	eventually(t, "both replicas are ready", c.readyReplicas("moved", 2))
	if err := c.fleet.Remove(t.Context(), "dublin-1"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "both replicas run on the node that is left", func(ctx context.Context) (bool, error) {
		pods, err := c.pods(ctx, "moved")
		if err != nil || len(pods) != 2 {
			return false, err
		}
		for _, p := range pods {
			if p.Spec.NodeName != "dublin-0" || p.Status.Phase != corev1.PodRunning {
				return false, nil
			}
		}
		return true, nil
	})
}

func testExistingNode(t *testing.T, c *cluster) {
	err := c.fleet.Add(t.Context(), fakenodes.Node{Name: "stockholm-0"})
	if !apierrors.IsAlreadyExists(err) {
		t.Errorf("got %v, want AlreadyExists", err)
	}
}

// TestALargeFleetComesUp binds the pods itself: the scheduler's speed is not what is tested. TILSYN_LONG makes it as
// large as the benchmark's.
func TestALargeFleetComesUp(t *testing.T) {
	nodes, podsPerNode := 60, 20
	if os.Getenv("TILSYN_LONG") != "" {
		nodes, podsPerNode = 300, 67
	}
	cp := controlplane.New(t, controlplane.Options{})
	config := cp.AdminConfig()
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	fleet := make([]fakenodes.Node, nodes)
	for i := range fleet {
		fleet[i] = fakenodes.Node{Name: fmt.Sprintf("node-%03d", i), Region: "eu-north-1", Allocatable: corev1.ResourceList{corev1.ResourcePods: resource.MustParse("250")}}
	}
	began := time.Now()
	f, err := fakenodes.Start(t.Context(), config, fleet, fakenodes.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Stop)
	t.Logf("%d nodes in %v", nodes, time.Since(began).Round(time.Millisecond))

	began = time.Now()
	errs := make(chan error, nodes*podsPerNode)
	workqueue.ParallelizeUntil(t.Context(), 16, nodes*podsPerNode, func(i int) {
		spec := template("app", nil)
		pod := &corev1.Pod{ObjectMeta: spec.ObjectMeta, Spec: spec.Spec}
		pod.Name, pod.Spec.NodeName = fmt.Sprintf("app-%05d", i), fleet[i%nodes].Name
		if _, err := client.CoreV1().Pods(metav1.NamespaceDefault).Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
			errs <- err
		}
	})
	close(errs)
	for err := range errs {
		t.Fatal(err)
	}
	eventually(t, "every pod runs", func(ctx context.Context) (bool, error) {
		list, err := client.CoreV1().Pods(metav1.NamespaceDefault).List(ctx, metav1.ListOptions{FieldSelector: "status.phase!=Running", ResourceVersion: "0", Limit: 1})
		return err == nil && len(list.Items) == 0, err
	})
	t.Logf("%d pods in %v", nodes*podsPerNode, time.Since(began).Round(time.Millisecond))
}
