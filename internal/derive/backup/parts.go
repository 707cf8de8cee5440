package backup

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// PartKind says what kind of stateful part something is.
type PartKind string

// Kinds of stateful parts. NodeData lies on a node's disk (hostPath), Inline on storage that a pod reaches without a claim;
// Ephemeral data go with their pod; Unbound claims hold nothing yet; Unclear is a claim whose owner cannot be read, which
// decides what it is; Template is a claim that a StatefulSet in manifests will make; Loose is a database, by its image, whose
// data go with its pod, as no volume of it outlives that.
const (
	ClaimPart     PartKind = "Claim"
	TemplatePart  PartKind = "Template"
	DatabasePart  PartKind = "Database"
	EphemeralPart PartKind = "Ephemeral"
	UnboundPart   PartKind = "Unbound"
	NodeDataPart  PartKind = "NodeData"
	InlinePart    PartKind = "Inline"
	UnclearPart   PartKind = "Unclear"
	LoosePart     PartKind = "Loose"
)

// Part is something of an environment that keeps data.
type Part struct {
	Kind PartKind
	// Ref of the claim, database or workload; Field is where the workload says it.
	Ref      facts.Ref
	Field    string
	Claim    *facts.Claim
	Database *facts.Database
	// Detail is the path or server of NodeData and Inline, the image of Loose.
	Detail string
	// Missing are the sources without which an Unclear part cannot be told.
	Missing []facts.SourceState
}

// databaseGroup is the group whose claims are backed up as a database and not as files.
const databaseGroup = "postgresql.cnpg.io"

// parts lists what keeps data in a namespace, ordered by kind and name.
func (b *builder) parts(namespace string) []Part {
	var out []Part
	databases := facts.ListIn[facts.Database](b.view, namespace)
	for _, db := range databases {
		out = append(out, Part{Kind: DatabasePart, Ref: db.Ref, Database: db})
	}
	claims := facts.ListIn[facts.Claim](b.view, namespace)
	for _, c := range claims {
		if p, ok := b.claimPart(c, databases); ok {
			out = append(out, p)
		}
	}
	for _, w := range facts.ListIn[facts.Workload](b.view, namespace) {
		if !b.podsSeen {
			out = append(out, templateParts(w, claims)...)
		}
		out = append(out, volumeParts(w)...)
		out = append(out, looseParts(w)...)
	}
	return out
}

func (b *builder) claimPart(c *facts.Claim, databases []*facts.Database) (Part, bool) {
	p := Part{Kind: ClaimPart, Ref: ClaimRef(c.Namespace, c.Name), Claim: c}
	switch {
	case c.Owner.Group == databaseGroup && c.Owner.Kind == "Cluster":
		if slices.ContainsFunc(databases, func(db *facts.Database) bool { return db.Ref.Name == c.Owner.Name }) {
			return Part{}, false // judged as the database
		}
		p.Missing = facts.Incomplete[facts.Database](b.view)
	case c.Owner.Group == "" && c.Owner.Kind == "Pod":
		if b.isEphemeral(c) {
			p.Kind = EphemeralPart
			return p, true
		}
		p.Missing = facts.Incomplete[facts.Pod](b.view)
	}
	switch {
	case c.Phase == corev1.ClaimPending:
		p.Kind = UnboundPart
	case len(p.Missing) > 0:
		p.Kind = UnclearPart
	}
	return p, true
}

// ClaimRef names a claim.
func ClaimRef(namespace, name string) facts.Ref {
	return facts.Ref{Kind: "PersistentVolumeClaim", Namespace: namespace, Name: name}
}

// isEphemeral tells whether a claim goes with its pod. An owner reference to a pod is not enough: anybody may write one on
// a claim that outlives its use, so the pod has to have the very volume.
func (b *builder) isEphemeral(c *facts.Claim) bool {
	pod := facts.Get[facts.Pod](b.view, c.Namespace, c.Owner.Name)
	if pod == nil || pod.Shape == nil {
		return false
	}
	return slices.ContainsFunc(pod.Shape.Volumes, func(v facts.Volume) bool {
		return v.Ephemeral != nil && pod.Name+"-"+v.Name == c.Name
	})
}

// templateParts stands in, where only manifests are seen, for the claims that a StatefulSet will make.
func templateParts(w *facts.Workload, claims []*facts.Claim) []Part {
	var out []Part
	for _, t := range w.ClaimTemplates {
		prefix := t.Name + "-" + w.Ref.Name + "-"
		if slices.ContainsFunc(claims, func(c *facts.Claim) bool { return strings.HasPrefix(c.Name, prefix) }) {
			continue
		}
		out = append(out, Part{Kind: TemplatePart, Ref: w.Ref, Field: "spec.volumeClaimTemplates[" + t.Name + "]",
			Claim: &facts.Claim{Namespace: w.Ref.Namespace, Name: prefix + "0", Labels: t.Labels, Annotations: t.Annotations,
				AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}, CreatedAt: w.CreatedAt.Time()}})
	}
	return out
}

// volumeParts finds data that a workload keeps without a claim. Inline CSI volumes are not among them: they live and die
// with their pod by definition.
func volumeParts(w *facts.Workload) []Part {
	if w.Shape == nil {
		return nil
	}
	var out []Part
	for i := range w.Shape.Volumes {
		v := &w.Shape.Volumes[i]
		p := Part{Ref: w.Ref, Field: strings.TrimPrefix(w.TemplatePath+".volumes["+v.Name+"]", ".")}
		switch {
		case v.HostPath != "" && !systemPath(v.HostPath):
			p.Kind, p.Detail = NodeDataPart, v.HostPath
		case v.NFSServer != "" || v.Other != "":
			p.Kind, p.Detail = InlinePart, cmp.Or(v.NFSServer, v.Other)
		default:
			continue
		}
		if writes(w.Shape, v.Name) {
			out = append(out, p)
		}
	}
	return out
}

// looseParts finds databases that keep their data in an emptyDir, an ephemeral volume or the container itself. Jobs use the
// images of databases as clients.
func looseParts(w *facts.Workload) []Part {
	if w.Shape == nil || w.Replicas == 0 || w.Ref.Kind == "Job" || w.Ref.Kind == "CronJob" {
		return nil
	}
	var out []Part
	for i := range w.Shape.Containers {
		c := &w.Shape.Containers[i]
		if c.Type == facts.ContainerMain && isDatabase(c.Image) && !keepsData(w, c) {
			out = append(out, Part{Kind: LoosePart, Ref: w.Ref, Detail: c.Image, Field: strings.TrimPrefix(w.TemplatePath+".containers["+c.Name+"]", ".")})
		}
	}
	return out
}

// keepsData tells whether a container writes to a volume that outlives its pod.
func keepsData(w *facts.Workload, c *facts.Container) bool {
	return slices.ContainsFunc(c.Mounts, func(m facts.Mount) bool {
		return !m.ReadOnly && (slices.ContainsFunc(w.ClaimTemplates, func(t facts.ClaimTemplate) bool { return t.Name == m.Volume }) ||
			slices.ContainsFunc(w.Shape.Volumes, func(v facts.Volume) bool {
				return v.Name == m.Volume && (v.Claim != "" || v.HostPath != "" || v.NFSServer != "" || v.Other != "" || v.CSI != nil)
			}))
	})
}

func writes(shape *facts.PodShape, volume string) bool {
	return slices.ContainsFunc(shape.Containers, func(c facts.Container) bool {
		return slices.ContainsFunc(c.Mounts, func(m facts.Mount) bool { return m.Volume == volume && !m.ReadOnly })
	})
}

// systemPaths belong to the node itself: what agents read there is not the solution's data.
var systemPaths = []string{"/proc", "/sys", "/dev", "/run", "/var/run", "/var/log", "/var/lib/kubelet", "/var/lib/docker",
	"/var/lib/containerd", "/etc", "/lib", "/usr", "/boot"}

func systemPath(p string) bool {
	p = strings.TrimRight(p, "/")
	return p == "" || slices.ContainsFunc(systemPaths, func(s string) bool { return p == s || strings.HasPrefix(p, s+"/") })
}
