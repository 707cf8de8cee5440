package api

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	nodev1 "k8s.io/api/node/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	quantity "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	clientscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
)

// odd draws texts that are right and texts that are nearly so.
type odd struct{ *rand.Rand }

func (o odd) one(of ...string) string { return of[o.IntN(len(of))] }

// rarely gives another text than the first in one case of eight, so that many objects have one fault and many have none.
func (o odd) rarely(right string, wrong ...string) string {
	if o.IntN(8) > 0 {
		return right
	}
	return o.one(wrong...)
}

func (o odd) value() string {
	return o.rarely("eu-north-1", "", "eu-north-1 ", " eu-north-1", "EU_North.1", "-eu", "eu/north", "eu\n", "é", strings.Repeat("a", 63), strings.Repeat("a", 64))
}

func (o odd) key() string {
	return o.rarely(corev1.LabelTopologyRegion, "zone", "", " zone", "-zone", "a/b/c", "Example.org/zone", "example.org/", strings.Repeat("a", 64))
}

func (o odd) labels() map[string]string {
	out := map[string]string{"app": "a"}
	for range o.IntN(3) {
		out[o.key()] = o.value()
	}
	return out
}

func (o odd) values(most int) []string {
	var out []string
	for range o.IntN(most + 1) {
		out = append(out, o.value())
	}
	return out
}

func (o odd) expression() corev1.NodeSelectorRequirement {
	e := corev1.NodeSelectorRequirement{Key: o.key(), Operator: corev1.NodeSelectorOperator(o.one("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"))}
	e.Operator = corev1.NodeSelectorOperator(o.rarely(string(e.Operator), "in", "", "Equals"))
	switch {
	case o.IntN(5) == 0:
		e.Values = o.values(2)
	case e.Operator == corev1.NodeSelectorOpGt || e.Operator == corev1.NodeSelectorOpLt:
		e.Values = []string{o.rarely("7", "-7", "seven", "7.5")}
	case e.Operator != corev1.NodeSelectorOpExists && e.Operator != corev1.NodeSelectorOpDoesNotExist:
		e.Values = append(o.values(1), "eu-north-1")
	}
	return e
}

func (o odd) field() corev1.NodeSelectorRequirement {
	e := corev1.NodeSelectorRequirement{Key: o.rarely("metadata.name", "metadata.uid", ""), Operator: corev1.NodeSelectorOperator(o.rarely("In", "NotIn", "Exists", "")),
		Values: []string{o.rarely("node-1", "Node 1", "node_1", "")}}
	if o.IntN(8) == 0 {
		e.Values = o.values(2)
	}
	return e
}

func (o odd) term() (t corev1.NodeSelectorTerm) {
	for range o.IntN(3) {
		t.MatchExpressions = append(t.MatchExpressions, o.expression())
	}
	if o.IntN(4) == 0 {
		t.MatchFields = append(t.MatchFields, o.field())
	}
	return t
}

func (o odd) selector() *corev1.NodeSelector {
	s := &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{}}
	for range o.IntN(3) {
		s.NodeSelectorTerms = append(s.NodeSelectorTerms, o.term())
	}
	return s
}

func (o odd) template() corev1.PodTemplateSpec {
	t := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: o.labels()}, Spec: corev1.PodSpec{
		RestartPolicy: corev1.RestartPolicyAlways, Containers: []corev1.Container{{Name: "a", Image: "registry.example.org/a:1"}}}}
	if o.IntN(2) == 0 {
		t.Spec.NodeSelector = o.labels()
	}
	if o.IntN(2) == 0 {
		t.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{}}
		if o.IntN(4) > 0 {
			t.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution = o.selector()
		}
		if o.IntN(4) == 0 {
			t.Spec.Affinity.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution = []corev1.PreferredSchedulingTerm{
				{Weight: []int32{0, 1, 100, 101}[o.IntN(4)], Preference: o.term()}}
		}
	}
	return t
}

// object makes an object of some kind that chooses nodes.
func (o odd) object() runtime.Object {
	m := metav1.ObjectMeta{Name: "a", Namespace: "default", Labels: o.labels()}
	t, selector := o.template(), &metav1.LabelSelector{MatchLabels: map[string]string{"app": "a"}}
	once := *t.DeepCopy()
	once.Spec.RestartPolicy = corev1.RestartPolicyNever
	job := batchv1.JobSpec{Template: once}
	cluster := metav1.ObjectMeta{Name: "a", Labels: m.Labels}
	all := []runtime.Object{
		&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "a", Namespace: "default", Labels: t.Labels}, Spec: t.Spec},
		&appsv1.Deployment{ObjectMeta: m, Spec: appsv1.DeploymentSpec{Selector: selector, Template: t}},
		&appsv1.StatefulSet{ObjectMeta: m, Spec: appsv1.StatefulSetSpec{Selector: selector, Template: t}},
		&appsv1.DaemonSet{ObjectMeta: m, Spec: appsv1.DaemonSetSpec{Selector: selector, Template: t}},
		&appsv1.ReplicaSet{ObjectMeta: m, Spec: appsv1.ReplicaSetSpec{Selector: selector, Template: t}},
		&corev1.ReplicationController{ObjectMeta: m, Spec: corev1.ReplicationControllerSpec{Selector: selector.MatchLabels, Template: &t}},
		&batchv1.Job{ObjectMeta: m, Spec: job},
		&batchv1.CronJob{ObjectMeta: m, Spec: batchv1.CronJobSpec{Schedule: "0 2 * * *", JobTemplate: batchv1.JobTemplateSpec{Spec: job}}},
		&nodev1.RuntimeClass{ObjectMeta: cluster, Handler: "a", Scheduling: &nodev1.Scheduling{NodeSelector: o.labels()}},
		&corev1.PersistentVolume{ObjectMeta: cluster, Spec: corev1.PersistentVolumeSpec{
			Capacity: corev1.ResourceList{corev1.ResourceStorage: quantity.MustParse("1Gi")}, AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			PersistentVolumeSource: corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: "/data"}},
			NodeAffinity:           &corev1.VolumeNodeAffinity{Required: o.selector()}}},
	}
	return all[o.IntN(len(all))]
}

// TestManifestsAreRefusedForTheChoiceOfNodesExactlyWhenTheAPIServerRefusesThem compares what tilsyn check says of manifests
// with what the API server says of the same objects.
func TestManifestsAreRefusedForTheChoiceOfNodesExactlyWhenTheAPIServerRefusesThem(t *testing.T) {
	const seed, count = 7, 600
	o := odd{rand.New(rand.NewPCG(seed, seed))}
	kinds := gather.Kinds()
	refused := map[string][2]int{}
	for i := range count {
		object := o.object()
		gvks, _, err := clientscheme.Scheme.ObjectKinds(object)
		if err != nil {
			t.Fatal(err)
		}
		object.GetObjectKind().SetGroupVersionKind(gvks[0])
		text, err := yaml.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		answer := dryRun(t, parse(t, string(text)))
		read, err := files.LoadReader(t.Context(), gather.NewStore(kinds), kinds, "in.yaml", bytes.NewReader(text), files.Options{})
		if err != nil {
			t.Fatal(err)
		}
		n := refused[gvks[0].Kind]
		if (answer != nil) != (len(read.Errors) > 0) {
			t.Errorf("seed %d, object %d: the API server says %v, tilsyn check says %v of\n%s", seed, i, answer, read.Errors, text)
		}
		for _, e := range read.Errors {
			if e.Line == 0 || e.Field == "" {
				t.Errorf("no place: %v", e)
			}
		}
		if answer != nil {
			n[1]++
		} else {
			n[0]++
		}
		refused[gvks[0].Kind] = n
	}
	for kind, n := range refused {
		if n[0] < 3 || n[1] < 3 {
			t.Errorf("of %s %d are accepted and %d refused: that compares little", kind, n[0], n[1])
		}
	}
}

// dryRun asks the API server about an object of a built-in kind.
func dryRun(t *testing.T, u *unstructured.Unstructured) error {
	t.Helper()
	gvr, _ := meta.UnsafeGuessKindToResource(u.GroupVersionKind())
	var err error
	if u.GetNamespace() == "" {
		_, err = server.client.Resource(gvr).Create(t.Context(), u, dryCreate)
	} else {
		_, err = server.client.Resource(gvr).Namespace(u.GetNamespace()).Create(t.Context(), u, dryCreate)
	}
	return err
}
