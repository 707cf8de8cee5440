package core

import (
	corev1 "k8s.io/api/core/v1"
)

// alike gives a rendered pod spec those fields of the whole one that verdicts were reached on when it was read: Pod Security,
// spread, probes, requests and ports. Nothing of them holds secrets.
func alike(out, from *corev1.PodSpec) {
	out.AutomountServiceAccountToken = from.AutomountServiceAccountToken
	out.HostPID, out.HostIPC, out.HostUsers, out.OS = from.HostPID, from.HostIPC, from.HostUsers, from.OS
	out.SecurityContext = from.SecurityContext
	out.TopologySpreadConstraints = from.TopologySpreadConstraints
	out.Resources = from.Resources
	if from.Affinity != nil && from.Affinity.PodAntiAffinity != nil {
		if out.Affinity == nil {
			out.Affinity = &corev1.Affinity{}
		}
		out.Affinity.PodAntiAffinity = from.Affinity.PodAntiAffinity
	}
	for i := range out.InitContainers {
		alikeContainer(&out.InitContainers[i], &from.InitContainers[i])
	}
	for i := range out.Containers {
		alikeContainer(&out.Containers[i], &from.Containers[i])
	}
	for i := range out.EphemeralContainers {
		a, b := corev1.Container(out.EphemeralContainers[i].EphemeralContainerCommon), corev1.Container(from.EphemeralContainers[i].EphemeralContainerCommon)
		alikeContainer(&a, &b)
		out.EphemeralContainers[i].EphemeralContainerCommon = corev1.EphemeralContainerCommon(a)
	}
	for i := range out.Volumes { // a volume type that no field of a shape tells
		for j := range from.Volumes {
			if v := &from.Volumes[j]; v.Name == out.Volumes[i].Name && v.GitRepo != nil {
				out.Volumes[i].VolumeSource = corev1.VolumeSource{GitRepo: &corev1.GitRepoVolumeSource{}}
			}
		}
	}
}

func alikeContainer(out, from *corev1.Container) {
	out.SecurityContext, out.Ports, out.ImagePullPolicy = from.SecurityContext, from.Ports, from.ImagePullPolicy
	out.Resources = corev1.ResourceRequirements{Requests: from.Resources.Requests, Limits: from.Resources.Limits}
	out.LivenessProbe, out.ReadinessProbe, out.StartupProbe = probe(from.LivenessProbe), probe(from.ReadinessProbe), probe(from.StartupProbe)
	if l := from.Lifecycle; l != nil {
		out.Lifecycle = &corev1.Lifecycle{PostStart: hook(l.PostStart), PreStop: hook(l.PreStop)}
	}
	if secretVariables(from) {
		out.Env = append(out.Env, corev1.EnvVar{Name: "_", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{}}})
	}
}

// probe keeps that there is one and which hosts it asks: commands and headers may hold secrets.
func probe(p *corev1.Probe) *corev1.Probe {
	if p == nil {
		return nil
	}
	out := &corev1.Probe{}
	if g := p.HTTPGet; g != nil && g.Host != "" {
		out.HTTPGet = &corev1.HTTPGetAction{Host: g.Host}
	}
	if s := p.TCPSocket; s != nil && s.Host != "" {
		out.TCPSocket = &corev1.TCPSocketAction{Host: s.Host}
	}
	return out
}

func hook(h *corev1.LifecycleHandler) *corev1.LifecycleHandler {
	if h == nil {
		return nil
	}
	out := &corev1.LifecycleHandler{}
	if g := h.HTTPGet; g != nil && g.Host != "" {
		out.HTTPGet = &corev1.HTTPGetAction{Host: g.Host}
	}
	if s := h.TCPSocket; s != nil && s.Host != "" {
		out.TCPSocket = &corev1.TCPSocketAction{Host: s.Host}
	}
	return out
}

// appArmor keeps the annotations that Pod Security looks at.
func appArmor(into, all map[string]string) map[string]string {
	for key, value := range all {
		if len(key) > len(corev1.DeprecatedAppArmorBetaContainerAnnotationKeyPrefix) &&
			key[:len(corev1.DeprecatedAppArmorBetaContainerAnnotationKeyPrefix)] == corev1.DeprecatedAppArmorBetaContainerAnnotationKeyPrefix {
			into = with(into, key, value)
		}
	}
	return into
}
