package core

import (
	"reflect"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/utils/ptr"

	"github.com/tilsyn-dev/tilsyn/internal/envvar"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

const (
	defaultClass     = "storageclass.kubernetes.io/is-default-class"
	defaultClassBeta = "storageclass.beta.kubernetes.io/is-default-class"
)

func (in *interner) storageClass(c *storagev1.StorageClass) []any {
	return []any{&facts.StorageClass{
		Name: in.str(c.Name), Provisioner: in.str(c.Provisioner), Parameters: withoutSecrets(c.Parameters),
		AllowedTopologies: slices.Clone(c.AllowedTopologies), MountOptions: mountOptions(c.MountOptions),
		Default:   c.Annotations[defaultClass] == "true" || c.Annotations[defaultClassBeta] == "true",
		CreatedAt: facts.InstantOf(c.CreationTimestamp.Time),
	}}
}

func (in *interner) claim(c *corev1.PersistentVolumeClaim) []any {
	out := &facts.Claim{
		Namespace: in.str(c.Namespace), Name: c.Name, UID: c.UID,
		Labels: in.named(c.Labels), Annotations: in.labels(annotations(c.Annotations)),
		Volume: c.Spec.VolumeName, Phase: corev1.PersistentVolumeClaimPhase(in.str(string(c.Status.Phase))),
		AccessModes: slices.Clone(c.Spec.AccessModes), Owner: in.controllerOf(c).Ref, CreatedAt: c.CreationTimestamp.UTC(),
	}
	out.Source = in.ref(dataSource(&c.Spec, c.Namespace))
	class := storageClassOf(c.Annotations, c.Spec.StorageClassName)
	if out.DefaultClass = class == nil; class != nil {
		out.StorageClass = in.str(*class)
	}
	return []any{out}
}

func (in *interner) persistentVolume(v *corev1.PersistentVolume) []any {
	out := &facts.PersistentVolume{
		Name: v.Name, Labels: in.labels(v.Labels), StorageClass: in.str(v.Spec.StorageClassName),
		Phase: corev1.PersistentVolumePhase(in.str(string(v.Status.Phase))), MountOptions: mountOptions(v.Spec.MountOptions),
	}
	if class, ok := v.Annotations[legacyClass]; ok {
		out.StorageClass = in.str(class)
	}
	out.Retained = v.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimRetain
	if t := v.Status.LastPhaseTransitionTime; t != nil && v.Status.Phase == corev1.VolumeReleased {
		out.PhaseSince = t.UTC()
	}
	if r := v.Spec.ClaimRef; r != nil {
		out.ClaimRef = in.ref(facts.Ref{Kind: "PersistentVolumeClaim", Namespace: r.Namespace, Name: r.Name})
		out.ClaimUID = r.UID
	}
	if v.Spec.NodeAffinity != nil {
		out.NodeAffinity = in.selector(v.Spec.NodeAffinity.Required)
	}
	switch s := &v.Spec.PersistentVolumeSource; {
	case s.CSI != nil:
		out.CSI = &facts.CSIVolume{
			Driver: in.str(s.CSI.Driver), Handle: s.CSI.VolumeHandle, Attributes: withoutSecrets(s.CSI.VolumeAttributes),
		}
	case s.NFS != nil:
		out.NFSServer = s.NFS.Server
	case s.HostPath != nil:
		out.HostPath = s.HostPath.Path
	case s.Local != nil:
		out.Local = s.Local.Path
	default:
		out.Other, out.Servers = sourceName(reflect.ValueOf(*s)), serversOf(s)
	}
	return []any{out}
}

// serversOf gives the servers that an in-tree type of network storage names, joined by commas.
func serversOf(s *corev1.PersistentVolumeSource) string {
	var all []string
	switch sourceName(reflect.ValueOf(*s)) {
	case "iscsi":
		all = append([]string{s.ISCSI.TargetPortal}, s.ISCSI.Portals...)
	case "cephfs":
		all = s.CephFS.Monitors
	case "rbd":
		all = s.RBD.CephMonitors
	case "quobyte":
		all = []string{s.Quobyte.Registry}
	case "scaleIO":
		all = []string{s.ScaleIO.Gateway}
	}
	return envvar.HostsOf(strings.Join(all, ","))
}

// pruneServers keeps of a volume that is none of the common types its type and its servers.
func pruneServers(to, from *corev1.PersistentVolumeSource) {
	setSource(reflect.ValueOf(to).Elem(), sourceName(reflect.ValueOf(*from)))
	hosts := serversOf(from)
	switch {
	case to.ISCSI != nil:
		to.ISCSI.TargetPortal = hosts // joined, and read again as if it were several
	case to.CephFS != nil:
		to.CephFS.Monitors = []string{hosts}
	case to.RBD != nil:
		to.RBD.CephMonitors = []string{hosts}
	case to.Quobyte != nil:
		to.Quobyte.Registry = hosts
	case to.ScaleIO != nil:
		to.ScaleIO.Gateway = hosts
	}
}

// dataSource names what a claim is filled from, zero for nothing.
func dataSource(spec *corev1.PersistentVolumeClaimSpec, namespace string) facts.Ref {
	switch {
	case spec.DataSourceRef != nil:
		r := spec.DataSourceRef
		return facts.Ref{Group: ptr.Deref(r.APIGroup, ""), Kind: r.Kind, Namespace: ptr.Deref(r.Namespace, namespace), Name: r.Name}
	case spec.DataSource != nil:
		r := spec.DataSource
		return facts.Ref{Group: ptr.Deref(r.APIGroup, ""), Kind: r.Kind, Namespace: namespace, Name: r.Name}
	}
	return facts.Ref{}
}
