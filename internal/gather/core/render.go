package core

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/tilsyn-dev/tilsyn/internal/envvar"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// renderTemplate writes a shape back as a pod template that gives the same shape.
func renderTemplate(t *corev1.PodTemplateSpec) corev1.PodTemplateSpec {
	s := shapeOf(&t.ObjectMeta, &t.Spec)
	out := corev1.PodTemplateSpec{Spec: renderSpec(s)}
	out.Labels, out.Annotations = s.Labels.Map(), appArmor(s.Annotations, t.Annotations)
	alike(&out.Spec, &t.Spec)
	return out
}

func renderSpec(s *facts.PodShape) corev1.PodSpec {
	spec := corev1.PodSpec{
		NodeName: s.Scheduling.NodeName, SchedulerName: s.Scheduling.SchedulerName, NodeSelector: s.Scheduling.NodeSelector,
		Tolerations: s.Tolerations, HostNetwork: s.HostNetwork, ServiceAccountName: s.ServiceAccount,
	}
	if s.Scheduling.RuntimeClass != "" {
		spec.RuntimeClassName = new(s.Scheduling.RuntimeClass)
	}
	if s.Scheduling.Required != nil || s.Scheduling.Preferred {
		affinity := &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: s.Scheduling.Required}
		if s.Scheduling.Preferred { // that there is a preference is all that is known of it
			affinity.PreferredDuringSchedulingIgnoredDuringExecution = []corev1.PreferredSchedulingTerm{{Weight: 1}}
		}
		spec.Affinity = &corev1.Affinity{NodeAffinity: affinity}
	}
	for _, v := range s.Volumes {
		spec.Volumes = append(spec.Volumes, renderVolume(v))
	}
	for _, c := range s.Containers {
		r := renderContainer(c)
		switch c.Type {
		case facts.ContainerInit, facts.ContainerSidecar:
			spec.InitContainers = append(spec.InitContainers, r)
		case facts.ContainerEphemeral:
			spec.EphemeralContainers = append(spec.EphemeralContainers,
				corev1.EphemeralContainer{EphemeralContainerCommon: corev1.EphemeralContainerCommon(r)})
		default:
			spec.Containers = append(spec.Containers, r)
		}
	}
	return spec
}

func renderContainer(c facts.Container) corev1.Container {
	config := c.Configuration()
	out := corev1.Container{Name: c.Name, Image: c.Image, Args: config.Args, Env: renderEnvironment(config, c.Stores)}
	if c.Type == facts.ContainerSidecar {
		out.RestartPolicy = ptr.To(corev1.ContainerRestartPolicyAlways)
	}
	if c.EnvFrom {
		out.EnvFrom = []corev1.EnvFromSource{{}} // that there is something is what is left of a Secret
	}
	for _, source := range config.EnvFrom {
		prefix, name, _ := strings.Cut(source, "/")
		out.EnvFrom = append(out.EnvFrom, corev1.EnvFromSource{Prefix: prefix,
			ConfigMapRef: &corev1.ConfigMapEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: name}}})
	}
	for _, m := range c.Mounts {
		out.VolumeMounts = append(out.VolumeMounts, corev1.VolumeMount{
			Name: m.Volume, MountPath: m.Path, ReadOnly: m.ReadOnly, SubPath: config.SubPaths[m.Path],
		})
	}
	return out
}

// renderEnvironment writes known settings, and hosts in place of what the variables held. A value that was not readable
// stays so: valueFrom without a source.
func renderEnvironment(c facts.ContainerConfig, stores *facts.Labels) []corev1.EnvVar {
	var vars []corev1.EnvVar
	for _, name := range slices.Sorted(maps.Keys(c.Settings)) {
		vars = append(vars, corev1.EnvVar{Name: name, Value: c.Settings[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Telemetry)) {
		if _, said := c.Settings[name]; said {
			continue
		}
		v := corev1.EnvVar{Name: name, Value: c.Telemetry[name]}
		if v.Value == "" {
			v.ValueFrom = renderSource(c, name)
		}
		vars = append(vars, v)
	}
	for name, hosts := range stores.All() {
		v := corev1.EnvVar{Name: name, Value: envvar.WriteStoreTLS(hosts, c.StoreTLS[name])}
		if v.Value == "" {
			v.ValueFrom = renderSource(c, name)
		}
		vars = append(vars, v)
	}
	return vars
}

func renderSource(c facts.ContainerConfig, variable string) *corev1.EnvVarSource {
	out := &corev1.EnvVarSource{}
	if name, key, ok := strings.Cut(c.From[variable], "/"); ok {
		out.ConfigMapKeyRef = &corev1.ConfigMapKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: name}, Key: key}
	}
	return out
}

func renderVolume(v facts.Volume) corev1.Volume {
	out := corev1.Volume{Name: v.Name}
	s := &out.VolumeSource
	switch {
	case v.Claim != "":
		s.PersistentVolumeClaim = &corev1.PersistentVolumeClaimVolumeSource{ClaimName: v.Claim}
	case v.Ephemeral != nil:
		meta, spec := renderClaimTemplate(*v.Ephemeral)
		s.Ephemeral = &corev1.EphemeralVolumeSource{VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{ObjectMeta: meta, Spec: spec}}
	case v.HostPath != "":
		s.HostPath = &corev1.HostPathVolumeSource{Path: v.HostPath}
	case v.NFSServer != "":
		s.NFS = &corev1.NFSVolumeSource{Server: v.NFSServer}
	case v.CSI != nil:
		s.CSI = &corev1.CSIVolumeSource{Driver: v.CSI.Driver, VolumeAttributes: v.CSI.Attributes}
	case v.ConfigMap != "":
		s.ConfigMap = &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: v.ConfigMap}}
		for _, path := range slices.Sorted(maps.Keys(v.Items)) {
			s.ConfigMap.Items = append(s.ConfigMap.Items, corev1.KeyToPath{Key: v.Items[path], Path: path})
		}
	case v.Secret != "":
		s.Secret = &corev1.SecretVolumeSource{SecretName: v.Secret}
	case v.EmptyDir:
		s.EmptyDir = &corev1.EmptyDirVolumeSource{}
	case v.Image != "":
		s.Image = &corev1.ImageVolumeSource{Reference: v.Image}
	case v.Token > 0:
		s.Projected = renderToken(&v)
	case v.Other != "":
		setSource(reflect.ValueOf(s).Elem(), v.Other)
	default:
		s.DownwardAPI = &corev1.DownwardAPIVolumeSource{}
	}
	return out
}

// setSource makes an empty source of the given JSON name.
func setSource(sources reflect.Value, name string) {
	for i := range sources.NumField() {
		if tag, _, _ := strings.Cut(sources.Type().Field(i).Tag.Get("json"), ","); tag == name {
			sources.Field(i).Set(reflect.New(sources.Field(i).Type().Elem()))
		}
	}
}

func renderClaimTemplate(t facts.ClaimTemplate) (metav1.ObjectMeta, corev1.PersistentVolumeClaimSpec) {
	return metav1.ObjectMeta{Name: t.Name, Labels: t.Labels.Map(), Annotations: t.Annotations},
		corev1.PersistentVolumeClaimSpec{StorageClassName: t.StorageClass}
}
