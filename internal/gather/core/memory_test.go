package core

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// budget is the live heap in bytes of one Deployment with one ReplicaSet and two pods, all with names, labels and UIDs of
// their own: about 1.75 KB, below the 2 KB of the design. Most of what is left are those strings.
const budget = 1800

// fleet makes the objects of workload i as an API server gives them: with defaults, managed fields and a status.
type fleet struct{ perNamespace int }

func (f fleet) template(i int) corev1.PodTemplateSpec {
	name := fmt.Sprintf("service-%05d", i)
	mounts := []corev1.VolumeMount{{Name: "config", MountPath: "/etc/" + name, ReadOnly: true}, {Name: "tmp", MountPath: "/tmp"}}
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{
			Labels: map[string]string{
				"app.kubernetes.io/name": name, "app.kubernetes.io/instance": name, "app.kubernetes.io/part-of": fmt.Sprintf("solution-%d", i/50),
				"app.kubernetes.io/managed-by": "Helm", "tier": "backend",
			},
			Annotations: map[string]string{"prometheus.io/scrape": "true", "checksum/config": fmt.Sprintf("%064d", i)},
		},
		Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyAlways, SchedulerName: corev1.DefaultSchedulerName, ServiceAccountName: name,
			Affinity: &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
				NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{
					{Key: "topology.kubernetes.io/region", Operator: corev1.NodeSelectorOpIn, Values: []string{"eu-north-1", "eu-west-1"}},
				}}},
			}}},
			Containers: []corev1.Container{{
				Name: "app", Image: fmt.Sprintf("registry.example.org/solution-%d/%s:1.%d.0", i/50, name, i%9), VolumeMounts: mounts,
				Env:            []corev1.EnvVar{{Name: "A", Value: "b"}, {Name: "OTEL_EXPORTER_OTLP_ENDPOINT", Value: "http://collector.observability.svc:4317"}},
				ReadinessProbe: &corev1.Probe{PeriodSeconds: 10}, LivenessProbe: &corev1.Probe{PeriodSeconds: 10},
			}},
			Volumes: []corev1.Volume{
				{Name: "config", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: name}}}},
				{Name: "tmp", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}},
			},
		},
	}
}

func uid(i, j int) string { return fmt.Sprintf("%08x-0000-4000-8000-%012x", i, j) }

func (f fleet) meta(i, j int, name string, owner ...metav1.OwnerReference) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Namespace: fmt.Sprintf("namespace-%d", i/f.perNamespace), Name: name, UID: types.UID(uid(i, j)), OwnerReferences: owner,
		CreationTimestamp: metav1.NewTime(time.Unix(1760000000+int64(i), 0)),
		ManagedFields:     []metav1.ManagedFieldsEntry{{Manager: "kube-controller-manager", FieldsV1: metav1.NewFieldsV1(strings.Repeat("x", 1000))}},
	}
}

// objects gives the Deployment, the ReplicaSet and the pods of workload i.
func (f fleet) objects(i int) map[string][]kruntime.Object {
	template := f.template(i)
	name := template.Spec.ServiceAccountName
	set := name + "-6f7d9c5b8"
	d := &appsv1.Deployment{ObjectMeta: f.meta(i, 0, name), Spec: appsv1.DeploymentSpec{Template: template}}
	d.Labels = template.Labels
	r := &appsv1.ReplicaSet{
		ObjectMeta: f.meta(i, 1, set, metav1.OwnerReference{APIVersion: "apps/v1", Kind: "Deployment", Name: name, UID: d.UID, Controller: new(true)}),
		Spec:       appsv1.ReplicaSetSpec{Template: *template.DeepCopy()},
	}
	r.Spec.Template.Labels["pod-template-hash"] = "6f7d9c5b8"
	out := map[string][]kruntime.Object{"deployments": {d}, "replicasets": {r}}
	for j := range 2 {
		p := &corev1.Pod{
			ObjectMeta: f.meta(i, 2+j, fmt.Sprintf("%s-x%dk2p", set, j), metav1.OwnerReference{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: set, UID: r.UID, Controller: new(true)}),
			Spec:       *template.Spec.DeepCopy(),
			Status: corev1.PodStatus{
				Phase: corev1.PodRunning, Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
				ContainerStatuses: []corev1.ContainerStatus{{
					Name: "app", ImageID: fmt.Sprintf("registry.example.org/solution-%d/%s@sha256:%064x", i/50, name, i),
				}},
			},
		}
		p.Labels = map[string]string{"pod-template-hash": "6f7d9c5b8", "topology.kubernetes.io/region": "eu-north-1"}
		maps.Copy(p.Labels, template.Labels)
		p.Annotations = template.Annotations
		p.Spec.NodeName = fmt.Sprintf("ip-10-0-%d-%d.eu-north-1.compute.internal", i%4, i%250)
		token := "kube-api-access-" + uid(i, j)[:5]
		p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: token, VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{}}})
		p.Spec.Containers[0].VolumeMounts = append(p.Spec.Containers[0].VolumeMounts, corev1.VolumeMount{Name: token, MountPath: "/var/run/secrets/kubernetes.io/serviceaccount"})
		for _, key := range []string{corev1.TaintNodeNotReady, corev1.TaintNodeUnreachable} {
			p.Spec.Tolerations = append(p.Spec.Tolerations, corev1.Toleration{Key: key, Operator: "Exists", Effect: "NoExecute", TolerationSeconds: new(int64(300))})
		}
		out["pods"] = append(out["pods"], p)
	}
	return out
}

// fill puts workloads into a store as a watch over protobuf does: every object is decoded from bytes of its own.
func (f fleet) fill(t testing.TB, kinds []adapter.Kind, store *facts.Store, workloads int) {
	scheme := kruntime.NewScheme()
	for _, add := range []func(*kruntime.Scheme) error{appsv1.AddToScheme, corev1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	codec := protobuf.NewRawSerializer(scheme, scheme)
	for i := range workloads {
		objects := f.objects(i)
		for _, k := range kinds {
			for _, o := range objects[k.Resource] {
				raw, err := kruntime.Encode(codec, o)
				if err != nil {
					t.Fatal(err)
				}
				decoded := k.New()
				if _, _, err := codec.Decode(raw, &k.GVK, decoded); err != nil {
					t.Fatal(err)
				}
				found, err := k.Extract(decoded)
				if err != nil {
					t.Fatal(err)
				}
				m := decoded.(metav1.Object)
				store.Put(facts.ObjectKey{Source: k.SourceID(), Namespace: m.GetNamespace(), Name: m.GetName()}, found...)
			}
		}
	}
}

func storeOf(kinds []adapter.Kind) *facts.Store {
	var sources []facts.Source
	for _, k := range kinds {
		sources = append(sources, k.Source())
	}
	return facts.NewStore(sources)
}

func liveHeap() uint64 {
	runtime.GC()
	runtime.GC() // the first one queues what is to be cleaned up
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestAWorkloadWithItsReplicaSetAndTwoPodsTakesLessThan2KB(t *testing.T) {
	const workloads, perNamespace = 5_000, 20
	before := liveHeap()
	kinds := Kinds()
	store := storeOf(kinds)
	fleet{perNamespace}.fill(t, kinds, store, workloads)
	store.Read(func(v facts.View) {
		if n, m := len(facts.List[facts.Workload](v)), len(facts.List[facts.Pod](v)); n != workloads || m != 2*workloads {
			t.Errorf("%d workloads and %d pods, want %d and twice as many", n, m, workloads)
		}
		facts.List[facts.Owner](v)
		for _, p := range facts.List[facts.Pod](v) {
			w := facts.Get[facts.Workload](v, p.Namespace, p.Owner().Name[:len("service-00000")])
			if w.Shape != p.Shape {
				t.Fatalf("pod %s does not share the shape of its workload: %+v and %+v", p.Name, w.Shape, p.Shape)
			}
		}
	})
	each := (liveHeap() - before) / workloads
	t.Logf("%d B of live heap per workload, lists included", each)
	if each > budget {
		t.Errorf("%d B of live heap per workload, the budget is %d", each, budget)
	}
	runtime.KeepAlive(store)
	runtime.KeepAlive(kinds)
}

func TestTenThousandServicesTakeLessThan1MB(t *testing.T) {
	const services, perNamespace = 10_000, 20
	before := liveHeap()
	kinds := Kinds()
	store := storeOf(kinds)
	at := slices.IndexFunc(kinds, func(k adapter.Kind) bool { return k.Resource == "services" })
	for i := range services {
		s := &corev1.Service{ObjectMeta: fleet{perNamespace}.meta(i, 0, fmt.Sprintf("service-%05d", i)), Spec: corev1.ServiceSpec{
			Selector: map[string]string{"app": "x"}, ClusterIP: "10.0.0.1", Ports: []corev1.ServicePort{{Name: "http", Port: 80}}}}
		out, err := kinds[at].Extract(s)
		if err != nil {
			t.Fatal(err)
		}
		store.Put(facts.ObjectKey{Source: kinds[at].Source().ID, Namespace: s.Namespace, Name: s.Name}, out...)
	}
	store.Read(func(v facts.View) {
		if facts.Get[facts.ServiceName](v, "namespace-0", "service-00007") == nil || facts.Get[facts.ServiceName](v, "namespace-1", "service-00007") != nil {
			t.Error("a Service is not found where it is, or found where it is not")
		}
	})
	bytes := float64(liveHeap()-before) / services
	t.Logf("%.0f bytes for each Service", bytes)
	if bytes > 100 {
		t.Errorf("a Service takes %.0f bytes, at most 100", bytes)
	}
	runtime.KeepAlive(store)
}

func TestAPodFactIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(facts.Pod{}); size > 80 {
		t.Errorf("a pod takes %d B, want at most 80", size)
	}
}

func BenchmarkExtract(b *testing.B) {
	objects := fleet{20}.objects(1)
	for _, k := range Kinds() {
		for _, o := range objects[k.Resource] {
			b.Run(k.Resource, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := k.Extract(o); err != nil {
						b.Fatal(err)
					}
				}
			})
			break
		}
	}
}
