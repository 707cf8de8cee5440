package core

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	nodev1 "k8s.io/api/node/v1"

	"github.com/tilsyn-dev/tilsyn/internal/envvar"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func (in *interner) namespace(n *corev1.Namespace) []any {
	return []any{&facts.Namespace{
		Name: in.str(n.Name), Labels: in.labels(n.Labels), Annotations: in.labels(annotations(n.Annotations)),
		CreatedAt: n.CreationTimestamp.UTC(), Terminating: n.DeletionTimestamp != nil || n.Status.Phase == corev1.NamespaceTerminating,
	}}
}

func (in *interner) node(n *corev1.Node) []any {
	return []any{&facts.Node{
		Name: in.str(n.Name), UID: n.UID, ProviderID: n.Spec.ProviderID, Labels: in.labels(n.Labels),
		Taints: taints(n.Spec.Taints), Ready: nodeReady(n.Status.Conditions), CreatedAt: n.CreationTimestamp.UTC(),
		Kubelet: in.str(n.Status.NodeInfo.KubeletVersion), OSImage: in.str(n.Status.NodeInfo.OSImage),
		Kernel: in.str(n.Status.NodeInfo.KernelVersion), Runtime: in.str(n.Status.NodeInfo.ContainerRuntimeVersion),
	}}
}

// taints leaves out when a taint was added, which no control looks at.
func taints(all []corev1.Taint) []corev1.Taint {
	out := slices.Clone(all)
	for i := range out {
		out[i].TimeAdded = nil
	}
	return out
}

func nodeReady(conditions []corev1.NodeCondition) bool {
	for _, c := range conditions {
		if c.Type == corev1.NodeReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}

func (in *interner) runtimeClass(r *nodev1.RuntimeClass) []any {
	c := &facts.RuntimeClass{Name: r.Name}
	if r.Scheduling != nil {
		c.NodeSelector = in.labels(r.Scheduling.NodeSelector)
	}
	return []any{c}
}

// apiService is the Service of the API server itself, which has no selector.
func apiService(namespace, name string) bool { return namespace == "default" && name == "kubernetes" }

// service gives the fact that a Service exists, and facts of one that may lead out of the cluster or is reached from outside.
func (in *interner) service(s *corev1.Service) []any {
	found := []any{&facts.ServiceName{}}
	if out := in.reachable(s); out != nil {
		found = append(found, out)
	}
	external := s.Spec.Type == corev1.ServiceTypeExternalName
	if !external && len(s.Spec.Selector) > 0 || apiService(s.Namespace, s.Name) {
		return found
	}
	out := &facts.ExternalService{Namespace: in.str(s.Namespace), Name: s.Name}
	if external {
		out.Host = envvar.HostOf(s.Spec.ExternalName)
	}
	for _, p := range s.Spec.Ports {
		out.Ports = append(out.Ports, p.Port)
	}
	return append(found, out)
}

// sliceController makes EndpointSlices of the pods that a selector finds.
const sliceController = "endpointslice-controller.k8s.io"

// handWritten selects the EndpointSlices that lead somewhere else than to the pods of a selector, those mirrored from
// hand-written Endpoints among them.
const handWritten = discoveryv1.LabelManagedBy + "!=" + sliceController

func (in *interner) endpointSlice(s *discoveryv1.EndpointSlice) []any {
	service := s.Labels[discoveryv1.LabelServiceName]
	if service == "" || s.Labels[discoveryv1.LabelManagedBy] == sliceController || apiService(s.Namespace, service) {
		return nil
	}
	out := &facts.ExternalService{Namespace: in.str(s.Namespace), Name: service}
	for _, e := range s.Endpoints {
		if e.TargetRef == nil || e.TargetRef.Kind != "Pod" {
			out.Addresses = append(out.Addresses, e.Addresses...)
		}
	}
	if len(out.Addresses) == 0 {
		return nil
	}
	slices.Sort(out.Addresses)
	for _, p := range s.Ports {
		if p.Port != nil {
			out.Ports = append(out.Ports, *p.Port)
		}
	}
	return []any{out}
}
