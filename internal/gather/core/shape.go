package core

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/placement"
)

// defaultServiceAccount is what the API server fills in for pods that name none.
const defaultServiceAccount = "default"

// templateShape gives the shape of a pod template.
func (in *interner) templateShape(t *corev1.PodTemplateSpec) *facts.PodShape {
	return in.shape(in.judged(shapeOf(&t.ObjectMeta, &t.Spec), &t.ObjectMeta, &t.Spec))
}

// podShape gives the shape of a pod, without what the API server and the pod's controller add to every pod, so that it is
// the shape of the template unless somebody changed the pod.
func (in *interner) podShape(p *corev1.Pod) *facts.PodShape {
	s := in.judged(shapeOf(&p.ObjectMeta, &p.Spec, addedToPods...), &p.ObjectMeta, &p.Spec)
	if p.Status.Phase != "" { // it comes from an API server, so the node is where it was bound to: facts.Pod.Node says so
		s.Scheduling.NodeName = ""
	}
	s.Tolerations = slices.DeleteFunc(s.Tolerations, addedToleration)
	if c := metav1.GetControllerOfNoCopy(p); c != nil && c.Kind == "DaemonSet" && groupOf(c.APIVersion) == "apps" {
		// The controller replaces the required terms by the name of one node, and adds tolerations for its troubles.
		s.Scheduling.Required = nil
		s.Tolerations = slices.DeleteFunc(s.Tolerations, daemonToleration)
	}
	return in.shape(s)
}

// addedToleration recognises the tolerations of 300 s that admission adds to every pod.
func addedToleration(t corev1.Toleration) bool {
	return (t.Key == corev1.TaintNodeNotReady || t.Key == corev1.TaintNodeUnreachable) && t.Operator == corev1.TolerationOpExists &&
		t.Effect == corev1.TaintEffectNoExecute && t.TolerationSeconds != nil && *t.TolerationSeconds == 300
}

// daemonToleration recognises the tolerations that the DaemonSet controller adds.
func daemonToleration(t corev1.Toleration) bool {
	if t.Operator != corev1.TolerationOpExists || t.TolerationSeconds != nil {
		return false
	}
	switch t.Key {
	case corev1.TaintNodeNotReady, corev1.TaintNodeUnreachable:
		return t.Effect == corev1.TaintEffectNoExecute
	case corev1.TaintNodeDiskPressure, corev1.TaintNodeMemoryPressure, corev1.TaintNodePIDPressure,
		corev1.TaintNodeUnschedulable, corev1.TaintNodeNetworkUnavailable:
		return t.Effect == corev1.TaintEffectNoSchedule
	}
	return false
}

// shapeOf refers to parts of the object, which nobody changes; the interner copies what stays. Some labels can be left out.
func shapeOf(meta *metav1.ObjectMeta, spec *corev1.PodSpec, except ...string) *facts.PodShape {
	s := &facts.PodShape{
		Scheduling:     placement.FromPodSpec(spec),
		Tolerations:    slices.Clone(spec.Tolerations),
		Labels:         facts.NewLabels(meta.Labels, except...),
		Annotations:    annotations(meta.Annotations),
		HostNetwork:    spec.HostNetwork,
		ServiceAccount: spec.ServiceAccountName,
		Token:          tokenOf(spec.AutomountServiceAccountToken),
	}
	s.Spread = spreadOf(s.Labels, spec)
	if s.ServiceAccount == "" {
		s.ServiceAccount = defaultServiceAccount
	}
	var left []string
	s.Volumes, left = volumes(spec)
	s.Containers = make([]facts.Container, 0, len(spec.Containers)+len(spec.InitContainers)+len(spec.EphemeralContainers))
	for i := range spec.InitContainers {
		c := &spec.InitContainers[i]
		kind := facts.ContainerInit
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			kind = facts.ContainerSidecar
		}
		s.Containers = append(s.Containers, container(c, kind, left))
	}
	for i := range spec.Containers {
		s.Containers = append(s.Containers, container(&spec.Containers[i], facts.ContainerMain, left))
	}
	for i := range spec.EphemeralContainers {
		c := corev1.Container(spec.EphemeralContainers[i].EphemeralContainerCommon)
		s.Containers = append(s.Containers, container(&c, facts.ContainerEphemeral, left))
	}
	for _, all := range [][]corev1.Container{spec.InitContainers, spec.Containers} {
		for i := range all {
			s.Ports = ports(s.Ports, all[i].Ports)
		}
	}
	if r := requestsOf(spec.Resources); r != 0 {
		for i := range s.Containers {
			s.Containers[i].Requests |= r
		}
	}
	return s
}

func container(c *corev1.Container, kind facts.ContainerType, left []string) facts.Container {
	known := KnownImage(c.Image)
	out := facts.Container{
		Name: c.Name, Type: kind, Image: c.Image, EnvFrom: len(c.EnvFrom) > 0, SecretEnv: secretVariables(c), Pull: pullOf(c.ImagePullPolicy),
		ReadinessProbe: c.ReadinessProbe != nil, LivenessProbe: c.LivenessProbe != nil, Requests: requestsOf(&c.Resources),
	}
	config, stores := environment(c.Env, known)
	out.Stores = facts.NewLabels(stores)
	config.EnvFrom = configMaps(c.EnvFrom)
	if known {
		config.Args = safeArguments(slices.Concat(c.Command, c.Args))
	}
	for _, m := range c.VolumeMounts {
		if !slices.Contains(left, m.Name) {
			out.Mounts = append(out.Mounts, facts.Mount{Volume: m.Name, Path: m.MountPath, ReadOnly: m.ReadOnly})
			if sub := cmp.Or(m.SubPath, m.SubPathExpr); known && sub != "" {
				config.SubPaths = with(config.SubPaths, m.MountPath, sub)
			}
		}
	}
	out.Mounts = slices.Clip(out.Mounts)
	if len(config.Args)+len(config.Settings)+len(config.Telemetry)+len(config.From)+len(config.StoreTLS)+len(config.EnvFrom)+len(config.SubPaths) > 0 {
		out.Config = &config
	}
	return out
}

// mayCollect tells whether a pod may be a log collector or a store, so that the configuration it mounts counts.
func mayCollect(spec *corev1.PodSpec) bool {
	return slices.ContainsFunc(spec.Volumes, func(v corev1.Volume) bool { return v.HostPath != nil }) ||
		slices.ContainsFunc(spec.Containers, func(c corev1.Container) bool { return KnownImage(c.Image) }) ||
		slices.ContainsFunc(spec.InitContainers, func(c corev1.Container) bool { return KnownImage(c.Image) })
}

// volumes gives the volumes of a pod, and the names of those left out: the service account token that admission adds, whose
// name differs from pod to pod, and configuration that says nothing.
func volumes(spec *corev1.PodSpec) (kept []facts.Volume, left []string) {
	configuration, all := mayCollect(spec), spec.Volumes
	for i := range all {
		v := &all[i]
		token := tokenOf(spec.AutomountServiceAccountToken) != facts.TokenNotMounted && addedToken(v)
		if token || !configuration && (v.ConfigMap != nil || v.Secret != nil) {
			left = append(left, v.Name)
			continue
		}
		kept = append(kept, volume(v))
	}
	return slices.Clip(kept), left
}

func volume(v *corev1.Volume) facts.Volume {
	out := facts.Volume{Name: v.Name}
	switch s := &v.VolumeSource; {
	case s.PersistentVolumeClaim != nil:
		out.Claim = s.PersistentVolumeClaim.ClaimName
	case s.Ephemeral != nil:
		out.Ephemeral = &facts.ClaimTemplate{}
		if t := s.Ephemeral.VolumeClaimTemplate; t != nil {
			*out.Ephemeral = claimTemplate("", &t.ObjectMeta, &t.Spec)
		}
	case s.HostPath != nil:
		out.HostPath = s.HostPath.Path
	case s.NFS != nil:
		out.NFSServer = s.NFS.Server
	case s.CSI != nil:
		out.CSI = &facts.CSIVolume{Driver: s.CSI.Driver, Attributes: withoutSecrets(s.CSI.VolumeAttributes)}
	case s.ConfigMap != nil:
		out.ConfigMap = s.ConfigMap.Name
		for _, item := range s.ConfigMap.Items {
			if out.Items == nil {
				out.Items = map[string]string{}
			}
			out.Items[item.Path] = item.Key
		}
	case s.Secret != nil:
		out.Secret = s.Secret.SecretName
	case s.EmptyDir != nil:
		out.EmptyDir = true
	case s.Image != nil:
		out.Image = s.Image.Reference
	case s.Projected != nil:
		out.Token, out.TokenForAPI = tokens(s.Projected)
	case s.DownwardAPI != nil, s.GitRepo != nil:
	default:
		out.Other = sourceName(reflect.ValueOf(*s))
	}
	// A volume without any source is an emptyDir.
	if reflect.ValueOf(v.VolumeSource).IsZero() {
		out.EmptyDir = true
	}
	return out
}

// sourceName gives the JSON name of the one pointer that is set in a struct of volume sources.
func sourceName(sources reflect.Value) string {
	for i := range sources.NumField() {
		if f := sources.Field(i); f.Kind() == reflect.Pointer && !f.IsNil() {
			name, _, _ := strings.Cut(sources.Type().Field(i).Tag.Get("json"), ",")
			return name
		}
	}
	return ""
}

func claimTemplate(name string, meta *metav1.ObjectMeta, spec *corev1.PersistentVolumeClaimSpec) facts.ClaimTemplate {
	return facts.ClaimTemplate{
		Name: name, StorageClass: storageClassOf(meta.Annotations, spec.StorageClassName),
		Labels: facts.NewLabels(meta.Labels), Annotations: annotations(meta.Annotations),
	}
}

// legacyClass is the annotation that came before spec.storageClassName and still wins over it.
const legacyClass = "volume.beta.kubernetes.io/storage-class"

func storageClassOf(annotations map[string]string, named *string) *string {
	if class, ok := annotations[legacyClass]; ok {
		return &class
	}
	return named
}
