package core

import (
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	nodev1 "k8s.io/api/node/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/internal/envvar"
)

func pruneNamespace(n *corev1.Namespace) *corev1.Namespace {
	out := &corev1.Namespace{ObjectMeta: meta(&n.ObjectMeta)}
	out.Annotations = annotations(n.Annotations)
	out.DeletionTimestamp = n.DeletionTimestamp
	out.Status.Phase = n.Status.Phase
	return out
}

func pruneNode(n *corev1.Node) *corev1.Node {
	out := &corev1.Node{ObjectMeta: meta(&n.ObjectMeta)}
	out.Spec.ProviderID = n.Spec.ProviderID
	out.Spec.Taints = taints(n.Spec.Taints)
	out.Status.NodeInfo = corev1.NodeSystemInfo{
		KubeletVersion: n.Status.NodeInfo.KubeletVersion, OSImage: n.Status.NodeInfo.OSImage,
		KernelVersion: n.Status.NodeInfo.KernelVersion, ContainerRuntimeVersion: n.Status.NodeInfo.ContainerRuntimeVersion,
	}
	for _, c := range n.Status.Conditions {
		if c.Type == corev1.NodeReady {
			out.Status.Conditions = []corev1.NodeCondition{{Type: c.Type, Status: c.Status}}
		}
	}
	return out
}

func pruneStorageClass(c *storagev1.StorageClass) *storagev1.StorageClass {
	out := &storagev1.StorageClass{
		ObjectMeta: metav1.ObjectMeta{Name: c.Name, CreationTimestamp: c.CreationTimestamp}, Provisioner: c.Provisioner, Parameters: withoutSecrets(c.Parameters),
		AllowedTopologies: c.AllowedTopologies, MountOptions: mountOptions(c.MountOptions),
	}
	for _, key := range []string{defaultClass, defaultClassBeta} {
		if v, there := c.Annotations[key]; there {
			out.Annotations = with(out.Annotations, key, v)
		}
	}
	return out
}

func pruneRuntimeClass(r *nodev1.RuntimeClass) *nodev1.RuntimeClass {
	out := &nodev1.RuntimeClass{ObjectMeta: metav1.ObjectMeta{Name: r.Name}, Handler: r.Handler}
	if r.Scheduling != nil {
		out.Scheduling = &nodev1.Scheduling{NodeSelector: r.Scheduling.NodeSelector}
	}
	return out
}

func prunePersistentVolume(v *corev1.PersistentVolume) *corev1.PersistentVolume {
	out := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: v.Name, Labels: v.Labels}}
	out.Spec.StorageClassName = v.Spec.StorageClassName
	if class, ok := v.Annotations[legacyClass]; ok {
		out.Spec.StorageClassName = class
	}
	out.Status.Phase, out.Status.LastPhaseTransitionTime = v.Status.Phase, v.Status.LastPhaseTransitionTime
	out.Spec.PersistentVolumeReclaimPolicy = v.Spec.PersistentVolumeReclaimPolicy
	out.Spec.MountOptions = mountOptions(v.Spec.MountOptions)
	out.Spec.NodeAffinity = v.Spec.NodeAffinity
	if r := v.Spec.ClaimRef; r != nil {
		out.Spec.ClaimRef = &corev1.ObjectReference{Namespace: r.Namespace, Name: r.Name, UID: r.UID}
	}
	s := &out.Spec.PersistentVolumeSource
	switch from := &v.Spec.PersistentVolumeSource; {
	case from.CSI != nil:
		s.CSI = &corev1.CSIPersistentVolumeSource{
			Driver: from.CSI.Driver, VolumeHandle: from.CSI.VolumeHandle, VolumeAttributes: withoutSecrets(from.CSI.VolumeAttributes),
		}
	case from.NFS != nil:
		s.NFS = &corev1.NFSVolumeSource{Server: from.NFS.Server}
	case from.HostPath != nil:
		s.HostPath = &corev1.HostPathVolumeSource{Path: from.HostPath.Path}
	case from.Local != nil:
		s.Local = &corev1.LocalVolumeSource{Path: from.Local.Path}
	default:
		pruneServers(s, from)
	}
	return out
}

func pruneClaim(c *corev1.PersistentVolumeClaim) *corev1.PersistentVolumeClaim {
	out := &corev1.PersistentVolumeClaim{ObjectMeta: meta(&c.ObjectMeta)}
	out.Annotations = annotations(c.Annotations)
	out.Spec.StorageClassName = storageClassOf(c.Annotations, c.Spec.StorageClassName)
	out.Spec.VolumeName = c.Spec.VolumeName
	out.Spec.DataSource, out.Spec.DataSourceRef = c.Spec.DataSource, c.Spec.DataSourceRef
	out.Spec.AccessModes = c.Spec.AccessModes
	out.Status.Phase = c.Status.Phase
	return out
}

func pruneService(s *corev1.Service) *corev1.Service {
	out := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: s.Namespace, Name: s.Name}}
	out.Spec.Type = s.Spec.Type
	out.Spec.Selector = s.Spec.Selector
	out.Spec.ExternalName = envvar.HostOf(s.Spec.ExternalName)
	out.Annotations = internalOf(s.Annotations)
	out.Spec.ExternalIPs, out.Spec.LoadBalancerSourceRanges = s.Spec.ExternalIPs, s.Spec.LoadBalancerSourceRanges
	for _, p := range s.Spec.Ports {
		out.Spec.Ports = append(out.Spec.Ports, corev1.ServicePort{
			Name: p.Name, Protocol: p.Protocol, Port: p.Port, NodePort: p.NodePort, TargetPort: p.TargetPort,
		})
	}
	for _, l := range s.Status.LoadBalancer.Ingress {
		out.Status.LoadBalancer.Ingress = append(out.Status.LoadBalancer.Ingress, corev1.LoadBalancerIngress{IP: l.IP, Hostname: l.Hostname})
	}
	return out
}

func pruneEndpointSlice(s *discoveryv1.EndpointSlice) *discoveryv1.EndpointSlice {
	out := &discoveryv1.EndpointSlice{ObjectMeta: metav1.ObjectMeta{Namespace: s.Namespace, Name: s.Name}, AddressType: s.AddressType}
	for _, key := range []string{discoveryv1.LabelServiceName, discoveryv1.LabelManagedBy} {
		if v, there := s.Labels[key]; there {
			out.Labels = with(out.Labels, key, v)
		}
	}
	for _, e := range s.Endpoints {
		if e.TargetRef == nil || e.TargetRef.Kind != "Pod" {
			out.Endpoints = append(out.Endpoints, discoveryv1.Endpoint{Addresses: e.Addresses})
		}
	}
	for _, p := range s.Ports {
		if p.Port != nil {
			out.Ports = append(out.Ports, discoveryv1.EndpointPort{Port: p.Port})
		}
	}
	return out
}
