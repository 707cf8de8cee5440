// Package snapshot makes facts of volume snapshots. A snapshot stays in the storage system of its volume, so by itself it is
// no backup.
package snapshot

import (
	"reflect"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// Group is the API group of volume snapshots.
const Group = "snapshot.storage.k8s.io"

// defaultClass is the annotation of a driver's default class.
const defaultClass = "snapshot.storage.kubernetes.io/is-default-class"

// labelBackup names the Velero Backup that took a snapshot.
const labelBackup = "velero.io/backup-name"

// Kinds lists the resources read. Classes can be in manifests, snapshots are made at run time.
func Kinds() []adapter.Kind {
	return []adapter.Kind{
		{GVK: v1("VolumeSnapshot"), Resource: "volumesnapshots", Namespaced: true, Optional: true, Runtime: true,
			Feeds:   []reflect.Type{facts.TypeOf[facts.VolumeCopy]()},
			Extract: extractSnapshot, Prune: adapter.PruneTo[volumeSnapshot]()},
		{GVK: v1("VolumeSnapshotContent"), Resource: "volumesnapshotcontents", Optional: true, Runtime: true,
			Feeds:   []reflect.Type{facts.TypeOf[facts.SnapshotContent]()},
			Extract: extractContent, Prune: adapter.PruneTo[volumeSnapshotContent]()},
		{GVK: v1("VolumeSnapshotClass"), Resource: "volumesnapshotclasses", Optional: true,
			Feeds:   []reflect.Type{facts.TypeOf[facts.SnapshotClass](), facts.TypeOf[facts.BackupDestination]()},
			Extract: extractClass, Prune: adapter.PruneTo[volumeSnapshotClass](defaultClass)},
	}
}

func v1(kind string) schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: Group, Version: "v1", Kind: kind}
}

type failure struct {
	Message string `json:"message,omitempty"`
}

type volumeSnapshot struct {
	Spec struct {
		Class  string `json:"volumeSnapshotClassName,omitempty"`
		Source struct {
			Claim string `json:"persistentVolumeClaimName,omitempty"`
		} `json:"source"`
	} `json:"spec"`
	Status struct {
		ReadyToUse   bool         `json:"readyToUse,omitempty"`
		CreationTime *metav1.Time `json:"creationTime,omitempty"`
		BoundContent string       `json:"boundVolumeSnapshotContentName,omitempty"`
		Error        *failure     `json:"error,omitempty"`
	} `json:"status"`
}

func extractSnapshot(obj runtime.Object) ([]any, error) {
	var s volumeSnapshot
	u, err := adapter.Decode(obj, &s)
	if err != nil {
		return nil, err
	}
	c := &facts.VolumeCopy{
		Ref:            adapter.RefOf(u),
		Product:        facts.ProductVolumeSnapshot,
		ClaimNamespace: u.GetNamespace(),
		Phase:          s.phase(),
		InPlace:        true,
		SnapshotClass:  s.Spec.Class,
		Bytes:          -1,
	}
	if s.Spec.Source.Claim != "" {
		c.Claims = []string{s.Spec.Source.Claim}
	}
	if s.Status.CreationTime != nil {
		c.CompletedAt = s.Status.CreationTime.Time
	}
	if backup := u.GetLabels()[labelBackup]; backup != "" {
		// The namespace of Velero is not said.
		c.Run = facts.Ref{Group: "velero.io", Kind: "Backup", Name: backup}
	}
	return []any{c}, nil
}

func (s *volumeSnapshot) phase() facts.RunPhase {
	switch {
	case s.Status.Error != nil:
		return facts.RunFailed
	case s.Status.ReadyToUse && s.Status.BoundContent != "":
		return facts.RunSucceeded
	case s.Status.BoundContent != "":
		return facts.RunRunning
	default:
		return facts.RunPending
	}
}

type volumeSnapshotContent struct {
	Spec struct {
		Driver         string `json:"driver,omitempty"`
		DeletionPolicy string `json:"deletionPolicy,omitempty"`
		Class          string `json:"volumeSnapshotClassName,omitempty"`
		Source         struct {
			VolumeHandle   string `json:"volumeHandle,omitempty"`
			SnapshotHandle string `json:"snapshotHandle,omitempty"`
		} `json:"source"`
		Snapshot struct {
			Namespace string `json:"namespace,omitempty"`
			Name      string `json:"name,omitempty"`
		} `json:"volumeSnapshotRef"`
	} `json:"spec"`
	Status struct {
		SnapshotHandle string `json:"snapshotHandle,omitempty"`
		CreationTime   int64  `json:"creationTime,omitempty"` // nanoseconds since 1970, unlike that of a VolumeSnapshot
		ReadyToUse     bool   `json:"readyToUse,omitempty"`
	} `json:"status"`
}

func extractContent(obj runtime.Object) ([]any, error) {
	var c volumeSnapshotContent
	u, err := adapter.Decode(obj, &c)
	if err != nil {
		return nil, err
	}
	out := &facts.SnapshotContent{
		Ref:            adapter.RefOf(u),
		Driver:         c.Spec.Driver,
		DeletionPolicy: c.Spec.DeletionPolicy,
		Class:          c.Spec.Class,
		VolumeHandle:   c.Spec.Source.VolumeHandle,
		SnapshotHandle: c.Spec.Source.SnapshotHandle,
		Ready:          c.Status.ReadyToUse,
	}
	if c.Spec.Snapshot.Name != "" {
		out.Snapshot = facts.Ref{Group: Group, Kind: "VolumeSnapshot", Namespace: c.Spec.Snapshot.Namespace, Name: c.Spec.Snapshot.Name}
	}
	if c.Status.SnapshotHandle != "" {
		out.SnapshotHandle = c.Status.SnapshotHandle
	}
	if c.Status.CreationTime > 0 {
		out.CreatedAt = time.Unix(0, c.Status.CreationTime).UTC()
	}
	return []any{out}, nil
}
