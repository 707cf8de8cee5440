package fakenodes

import (
	"context"
	"encoding/json"
	"maps"
	"net/netip"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// byNode indexes pods by the node they are bound to.
const byNode = "node"

// Node describes one node to register.
type Node struct {
	Name string
	// Region and Zone become the well-known topology labels; empty leaves the label out.
	Region, Zone string
	// ProviderID is spec.providerID, for example aws:///eu-west-1a/i-0abc; empty leaves it out.
	ProviderID string
	// Labels are added to those that every kubelet sets, and win over them.
	Labels map[string]string
	Taints []corev1.Taint
	// Allocatable is also the capacity; nil is 64 CPUs, 256 GiB of memory and 250 pods.
	Allocatable corev1.ResourceList
}

func (f *Fleet) register(ctx context.Context, n Node) error {
	created, err := f.client.CoreV1().Nodes().Create(ctx, n.object(f.nodeNumber.Add(1)), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	lease := &coordinationv1.Lease{
		ObjectMeta: metav1.ObjectMeta{
			Name: n.Name, OwnerReferences: []metav1.OwnerReference{{APIVersion: "v1", Kind: "Node", Name: n.Name, UID: created.UID}},
		},
		Spec: coordinationv1.LeaseSpec{HolderIdentity: &n.Name, LeaseDurationSeconds: new(int32(40)), RenewTime: new(metav1.NowMicro())},
	}
	_, err = f.client.CoordinationV1().Leases(corev1.NamespaceNodeLease).Create(ctx, lease, metav1.CreateOptions{})
	return err
}

func (n Node) object(number uint32) *corev1.Node {
	allocatable := n.Allocatable
	if allocatable == nil {
		allocatable = corev1.ResourceList{
			corev1.ResourceCPU:    resource.MustParse("64"),
			corev1.ResourceMemory: resource.MustParse("256Gi"),
			corev1.ResourcePods:   resource.MustParse("250"),
		}
	}
	labels := map[string]string{
		labelFake: "true", corev1.LabelHostname: n.Name, corev1.LabelOSStable: "linux", corev1.LabelArchStable: "amd64",
	}
	for key, value := range map[string]string{corev1.LabelTopologyRegion: n.Region, corev1.LabelTopologyZone: n.Zone} {
		if value != "" {
			labels[key] = value
		}
	}
	maps.Copy(labels, n.Labels)
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: n.Name, Labels: labels},
		Spec:       corev1.NodeSpec{ProviderID: n.ProviderID, Taints: n.Taints},
		Status: corev1.NodeStatus{
			Capacity: allocatable, Allocatable: allocatable,
			Addresses: []corev1.NodeAddress{
				{Type: corev1.NodeInternalIP, Address: address(100, 64, number)},
				{Type: corev1.NodeHostName, Address: n.Name},
			},
			Conditions: healthy(),
			NodeInfo:   corev1.NodeSystemInfo{OperatingSystem: "linux", Architecture: "amd64", ContainerRuntimeVersion: "fake://1"},
		},
	}
}

// healthy is what a kubelet without worries reports.
func healthy() []corev1.NodeCondition {
	now := metav1.Now()
	conditions := []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "KubeletReady"}}
	for _, t := range []corev1.NodeConditionType{corev1.NodeMemoryPressure, corev1.NodeDiskPressure, corev1.NodePIDPressure} {
		conditions = append(conditions, corev1.NodeCondition{Type: t, Status: corev1.ConditionFalse, Reason: "KubeletHasSufficient"})
	}
	for i := range conditions {
		conditions[i].LastHeartbeatTime, conditions[i].LastTransitionTime = now, now
	}
	return conditions
}

// address numbers hosts in the network a.b.0.0/16 and those that follow it.
func address(a, b byte, number uint32) string {
	return netip.AddrFrom4([4]byte{a, b + byte(number>>16), byte(number >> 8), byte(number)}).String()
}

// up gives the node of that name if it is one of ours and not held down.
func (f *Fleet) up(name string) *corev1.Node {
	if o, ok, _ := f.nodes.GetStore().GetByKey(name); ok && o.(*corev1.Node).Annotations[AnnotationDown] != "true" {
		return o.(*corev1.Node)
	}
	return nil
}

// renewLease gives one sign of life. A node that has gone drops out; one that is down is looked at again each period.
func (f *Fleet) renewLease(ctx context.Context, name string) (time.Duration, error) {
	if _, ok, _ := f.nodes.GetStore().GetByKey(name); !ok {
		return 0, nil
	}
	if f.up(name) == nil {
		return f.renew, nil
	}
	return f.renew, f.signOfLife(ctx, name)
}

func (f *Fleet) signOfLife(ctx context.Context, name string) error {
	patch, err := json.Marshal(map[string]any{"spec": map[string]any{"renewTime": metav1.NowMicro()}})
	if err != nil {
		return err
	}
	_, err = f.client.CoordinationV1().Leases(corev1.NamespaceNodeLease).Patch(ctx, name, types.MergePatchType, patch, metav1.PatchOptions{})
	return err
}

// nodeChanged runs when a node appears, when its down annotation changes, and while it is not ready. A node that comes
// back takes up its pods and reports its health again, which the controller manager has meanwhile set to unknown.
func (f *Fleet) nodeChanged(ctx context.Context, name string) (time.Duration, error) {
	node := f.up(name)
	if node == nil {
		return 0, nil
	}
	if err := f.enqueuePods(name); err != nil || ready(node) {
		return 0, err
	}
	patch, err := json.Marshal(map[string]any{"status": map[string]any{"conditions": healthy()}})
	if err != nil {
		return 0, err
	}
	if err := f.signOfLife(ctx, name); err != nil {
		return 0, err
	}
	_, err = f.client.CoreV1().Nodes().Patch(ctx, name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, "status")
	return 0, err
}

func ready(node *corev1.Node) bool {
	for _, c := range node.Status.Conditions {
		if c.Type == corev1.NodeReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}
