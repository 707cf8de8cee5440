package workloads

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/yaml"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Decode reads a stream of manifests into typed objects where the kind is built in, else into unstructured ones.
func Decode(manifests []byte) ([]client.Object, error) {
	var out []client.Object
	for decoder := yaml.NewYAMLToJSONDecoder(bytes.NewReader(manifests)); ; {
		u := &unstructured.Unstructured{}
		if err := decoder.Decode(&u.Object); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		if len(u.Object) == 0 {
			continue
		}
		obj, err := typed(u)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", u.GetKind(), u.GetName(), err)
		}
		out = append(out, obj)
	}
}

func typed(u *unstructured.Unstructured) (client.Object, error) {
	obj, err := clientgoscheme.Scheme.New(u.GroupVersionKind())
	if runtime.IsNotRegisteredError(err) {
		return u, nil
	}
	if err != nil {
		return nil, err
	}
	o, ok := obj.(client.Object)
	if !ok {
		return nil, fmt.Errorf("%T is no API object", obj)
	}
	return o, runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(u.Object, o, true)
}

// uid makes the UID of an object out of its number and sort.
func uid(sort, index, part int) types.UID {
	return types.UID(fmt.Sprintf("%08x-%04x-4000-8000-%012x", sort, part, index))
}

// Sorts of objects with UIDs.
const (
	sortWorkload = iota + 1
	sortOwner
	sortPod
	sortClaim
	sortVolume
	sortNode
)

// Running gives the workload with everything that a cluster makes of it: a ReplicaSet for a Deployment, a Job for a
// CronJob, two pods on nodes, claims with volumes, and the copies that the newest backup holds.
func (g *Generator) Running(w Workload) ([]client.Object, error) {
	out, err := Decode(w.YAML())
	if err != nil {
		return nil, err
	}
	root := out[0]
	root.SetUID(uid(sortWorkload, w.Index, 0))
	root.SetCreationTimestamp(metav1.NewTime(w.created))
	root.SetGeneration(1)
	out = out[:1] // the claim is made below, bound
	owner, made := intermediate(root, w.Index)
	if made != nil {
		out = append(out, made)
	}
	for n := range 2 {
		out = append(out, g.pod(&w, template(root), owner, n))
	}
	return append(out, g.storage(&w)...), nil
}

// template gives the pod template of a workload.
func template(root client.Object) corev1.PodTemplateSpec {
	switch o := root.(type) {
	case *appsv1.Deployment:
		return o.Spec.Template
	case *appsv1.StatefulSet:
		return o.Spec.Template
	case *appsv1.DaemonSet:
		return o.Spec.Template
	case *batchv1.Job:
		return o.Spec.Template
	case *batchv1.CronJob:
		return o.Spec.JobTemplate.Spec.Template
	default:
		return corev1.PodTemplateSpec{}
	}
}

// intermediate gives the owner of the pods, and the object between them and the workload where there is one.
func intermediate(root client.Object, index int) (metav1.OwnerReference, client.Object) {
	gvk := root.GetObjectKind().GroupVersionKind()
	byRoot := *metav1.NewControllerRef(root, gvk)
	meta := metav1.ObjectMeta{Namespace: root.GetNamespace(), Labels: root.GetLabels(), UID: uid(sortOwner, index, 0),
		CreationTimestamp: root.GetCreationTimestamp(), OwnerReferences: []metav1.OwnerReference{byRoot}}
	switch o := root.(type) {
	case *appsv1.Deployment:
		meta.Name = o.Name + "-5d59d67564"
		rs := &appsv1.ReplicaSet{TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "ReplicaSet"}, ObjectMeta: meta,
			Spec: appsv1.ReplicaSetSpec{Replicas: o.Spec.Replicas, Selector: o.Spec.Selector, Template: o.Spec.Template}}
		return *metav1.NewControllerRef(rs, rs.GroupVersionKind()), rs
	case *batchv1.CronJob:
		meta.Name = o.Name + "-29000000"
		job := &batchv1.Job{TypeMeta: metav1.TypeMeta{APIVersion: "batch/v1", Kind: "Job"}, ObjectMeta: meta, Spec: o.Spec.JobTemplate.Spec}
		return *metav1.NewControllerRef(job, job.GroupVersionKind()), job
	default:
		return byRoot, nil
	}
}

// nodeFor gives a node in an allowed region, or one outside for a workload that ran out.
func (g *Generator) nodeFor(w *Workload, n int) string {
	region := allowedRegions[(w.Index+n)%len(allowedRegions)]
	if w.Outside {
		region = outsideRegion
	}
	return fmt.Sprintf("%s-%02d", region, w.Index%nodesPerRegion)
}

func (g *Generator) pod(w *Workload, t corev1.PodTemplateSpec, owner metav1.OwnerReference, n int) *corev1.Pod {
	p := &corev1.Pod{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: fmt.Sprintf("%s-%c%04x", owner.Name, 'a'+n, w.Index&0xffff), Labels: t.Labels,
			Annotations: t.Annotations, UID: uid(sortPod, w.Index, n), CreationTimestamp: metav1.NewTime(w.created), OwnerReferences: []metav1.OwnerReference{owner}},
		Spec:   *t.Spec.DeepCopy(),
		Status: running,
	}
	p.Spec.NodeName = g.nodeFor(w, n)
	if w.Kind == StatefulSet {
		p.Name = fmt.Sprintf("%s-%d", w.Name, n)
		if w.Data != NoData {
			p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: "data", VolumeSource: corev1.VolumeSource{
				PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: w.Claims()[n]}}})
		}
	}
	return p
}

// Claims names the claims of the workload: one for each replica of a StatefulSet.
func (w *Workload) Claims() []string {
	switch {
	case w.Data == NoData:
		return nil
	case w.Kind == StatefulSet:
		return []string{"data-" + w.Name + "-0", "data-" + w.Name + "-1"}
	default:
		return []string{w.claimName()}
	}
}

// storage gives the claims with their volumes and the copies in the newest backup.
func (g *Generator) storage(w *Workload) []client.Object {
	var out []client.Object
	for n, name := range w.Claims() {
		claim, volume := g.claim(w, n, name)
		out = append(out, claim, volume)
		if w.Data == Claim {
			out = append(out, g.copyOf(claim))
		}
	}
	return out
}

func (g *Generator) claim(w *Workload, n int, name string) (*corev1.PersistentVolumeClaim, *corev1.PersistentVolume) {
	labels := map[string]string{"app.kubernetes.io/name": w.Name}
	if w.Data == ExcludedClaim {
		labels["velero.io/exclude-from-backup"] = "true"
	}
	class, size := "standard", corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("10Gi")}
	claim := &corev1.PersistentVolumeClaim{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolumeClaim"},
		ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: name, Labels: labels, UID: uid(sortClaim, w.Index, n), CreationTimestamp: metav1.NewTime(w.created)},
		Spec: corev1.PersistentVolumeClaimSpec{AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}, StorageClassName: &class,
			Resources: corev1.VolumeResourceRequirements{Requests: size}, VolumeName: fmt.Sprintf("pvc-%06d-%d", w.Index, n)},
		Status: corev1.PersistentVolumeClaimStatus{Phase: corev1.ClaimBound},
	}
	volume := &corev1.PersistentVolume{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolume"},
		ObjectMeta: metav1.ObjectMeta{Name: claim.Spec.VolumeName, UID: uid(sortVolume, w.Index, n), CreationTimestamp: metav1.NewTime(w.created)},
		Spec: corev1.PersistentVolumeSpec{AccessModes: claim.Spec.AccessModes, StorageClassName: class, Capacity: size,
			ClaimRef:               &corev1.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: w.Namespace, Name: name, UID: claim.UID},
			PersistentVolumeSource: corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "ebs.csi.aws.com", VolumeHandle: fmt.Sprintf("vol-%012x%d", w.Index, n)}},
			NodeAffinity: &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
				MatchExpressions: []corev1.NodeSelectorRequirement{{Key: corev1.LabelTopologyZone, Operator: corev1.NodeSelectorOpIn, Values: []string{"eu-north-1a"}}}}}}},
		},
		Status: corev1.PersistentVolumeStatus{Phase: corev1.VolumeBound},
	}
	return claim, volume
}

func (g *Generator) backupTime() metav1.Time {
	return metav1.NewTime(g.Now.Add(-2 * time.Hour).Truncate(time.Second))
}

func (g *Generator) copyOf(claim *corev1.PersistentVolumeClaim) client.Object {
	return velero("v2alpha1", "DataUpload", claim.Name+"-"+claim.Namespace, map[string]string{"velero.io/backup-name": backupName, "velero.io/pvc-uid": string(claim.UID)}, map[string]any{
		"spec":   map[string]any{"sourceNamespace": claim.Namespace, "sourcePVC": claim.Name, "backupStorageLocation": "default", "snapshotType": "CSI", "operationTimeout": "10m"},
		"status": map[string]any{"phase": "Completed", "snapshotID": "k-" + string(claim.UID), "completionTimestamp": g.backupTime().UTC().Format(time.RFC3339)},
	}, g.backupTime())
}

func velero(version, kind, name string, labels map[string]string, content map[string]any, created metav1.Time) client.Object {
	u := &unstructured.Unstructured{Object: content}
	u.SetGroupVersionKind(schema.GroupVersionKind{Group: "velero.io", Version: version, Kind: kind})
	u.SetNamespace(backupNamespace)
	u.SetName(name)
	u.SetLabels(labels)
	u.SetCreationTimestamp(created)
	return u
}

// Surroundings gives what the cluster has beside the workloads: nodes and the newest backup.
func (g *Generator) Surroundings() []client.Object {
	at := g.backupTime()
	out := []client.Object{velero("v1", "Backup", backupName, map[string]string{"velero.io/schedule-name": "all"}, map[string]any{
		"spec": map[string]any{"includedNamespaces": []any{"*"}, "snapshotMoveData": true, "storageLocation": "default", "ttl": "2160h0m0s"},
		"status": map[string]any{"phase": "Completed", "startTimestamp": at.UTC().Format(time.RFC3339), "completionTimestamp": at.Add(10 * time.Minute).UTC().Format(time.RFC3339),
			"expiration": at.AddDate(0, 3, 0).UTC().Format(time.RFC3339), "progress": map[string]any{"totalItems": int64(g.Count), "itemsBackedUp": int64(g.Count)}},
	}, at)}
	for r, region := range append(allowedRegions, outsideRegion) {
		for n := range nodesPerRegion {
			out = append(out, g.node(region, r, n))
		}
	}
	return out
}

// Collecting gives the log collector among the shared objects the status of one that runs on every node, and its pods. The
// pods name the UID that the collector has; where it has none it gets one.
func (g *Generator) Collecting(collector *appsv1.DaemonSet) []client.Object {
	if collector.UID == "" {
		collector.UID = uid(sortOwner, 0, 1)
		collector.CreationTimestamp = metav1.NewTime(g.Now.AddDate(0, -6, 0))
		collector.Generation = 1
	}
	collector.Status = appsv1.DaemonSetStatus{ObservedGeneration: collector.Generation, DesiredNumberScheduled: Nodes, CurrentNumberScheduled: Nodes,
		NumberReady: Nodes, NumberAvailable: Nodes, UpdatedNumberScheduled: Nodes}
	owner := *metav1.NewControllerRef(collector, appsv1.SchemeGroupVersion.WithKind(DaemonSet))
	var out []client.Object
	for _, obj := range g.Surroundings() {
		node, ok := obj.(*corev1.Node)
		if !ok {
			continue
		}
		p := &corev1.Pod{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
			ObjectMeta: metav1.ObjectMeta{Namespace: collector.Namespace, Name: collector.Name + "-" + node.Name, Labels: collector.Spec.Template.Labels,
				UID: uid(sortPod, len(out), 2), CreationTimestamp: metav1.NewTime(g.Now.AddDate(0, -6, 0)), OwnerReferences: []metav1.OwnerReference{owner}},
			Spec:   *collector.Spec.Template.Spec.DeepCopy(),
			Status: running,
		}
		p.Spec.NodeName = node.Name
		out = append(out, p)
	}
	return out
}

var running = corev1.PodStatus{Phase: corev1.PodRunning, Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}}

func (g *Generator) node(region string, r, n int) *corev1.Node {
	zone := region + string(rune('a'+n%3))
	id := fmt.Sprintf("aws:///%s/i-%012x", zone, n)
	if region == "dk-east-1" {
		id = fmt.Sprintf("dc://%s/%d", zone, n)
	}
	return &corev1.Node{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Node"},
		ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s-%02d", region, n), UID: uid(sortNode, n, r), CreationTimestamp: metav1.NewTime(g.Now.AddDate(0, -6, 0)),
			Labels: map[string]string{corev1.LabelTopologyRegion: region, corev1.LabelTopologyZone: zone, corev1.LabelArchStable: "amd64", corev1.LabelOSStable: "linux"}},
		Spec:   corev1.NodeSpec{ProviderID: id},
		Status: corev1.NodeStatus{Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}}},
	}
}
