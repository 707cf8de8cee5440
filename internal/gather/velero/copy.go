package velero

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

type copyStatus struct {
	Phase               string       `json:"phase,omitempty"`
	SnapshotID          string       `json:"snapshotID,omitempty"`
	StartTimestamp      *metav1.Time `json:"startTimestamp,omitempty"`
	CompletionTimestamp *metav1.Time `json:"completionTimestamp,omitempty"`
	Progress            *struct {
		TotalBytes *int64 `json:"totalBytes,omitempty"`
		BytesDone  *int64 `json:"bytesDone,omitempty"`
	} `json:"progress,omitempty"`
}

type podVolumeBackup struct {
	Spec struct {
		Pod struct {
			Namespace string `json:"namespace,omitempty"`
			Name      string `json:"name,omitempty"`
		} `json:"pod"`
		Volume                string `json:"volume,omitempty"`
		BackupStorageLocation string `json:"backupStorageLocation,omitempty"`
		Tags                  struct {
			ClaimUID string `json:"pvc-uid,omitempty"`
		} `json:"tags"`
	} `json:"spec"`
	Status copyStatus `json:"status"`
}

func extractPodVolume(obj runtime.Object) ([]any, error) {
	var b podVolumeBackup
	u, err := adapter.Decode(obj, &b)
	if err != nil {
		return nil, err
	}
	c := copyOf(u, &b.Status, b.Spec.BackupStorageLocation)
	c.ClaimNamespace = b.Spec.Pod.Namespace
	c.Files = true
	if c.ClaimUID == "" {
		c.ClaimUID = b.Spec.Tags.ClaimUID
	}
	if name := u.GetAnnotations()[claimName]; name != "" {
		c.Claims = []string{name}
	}
	c.Pod, c.PodVolume = b.Spec.Pod.Name, b.Spec.Volume
	return []any{c}, nil
}

type dataUpload struct {
	Spec struct {
		SourceNamespace       string `json:"sourceNamespace,omitempty"`
		SourcePVC             string `json:"sourcePVC,omitempty"`
		BackupStorageLocation string `json:"backupStorageLocation,omitempty"`
	} `json:"spec"`
	Status copyStatus `json:"status"`
}

func extractDataUpload(obj runtime.Object) ([]any, error) {
	var d dataUpload
	u, err := adapter.Decode(obj, &d)
	if err != nil {
		return nil, err
	}
	c := copyOf(u, &d.Status, d.Spec.BackupStorageLocation)
	c.ClaimNamespace = d.Spec.SourceNamespace
	if d.Spec.SourcePVC != "" {
		c.Claims = []string{d.Spec.SourcePVC}
	}
	return []any{c}, nil
}

func copyOf(u *unstructured.Unstructured, st *copyStatus, location string) *facts.VolumeCopy {
	c := &facts.VolumeCopy{
		Ref:         adapter.RefOf(u),
		Product:     facts.ProductVelero,
		ClaimUID:    u.GetLabels()[labelClaimUID],
		Run:         adapter.OwnerOf(u, Group, "Backup"),
		Phase:       phaseOf(st.Phase),
		StartedAt:   instant(st.StartTimestamp),
		CompletedAt: instant(st.CompletionTimestamp),
		Destination: ref("BackupStorageLocation", u.GetNamespace(), location),
		Bytes:       -1,
	}
	if c.Run.IsZero() {
		c.Run = ref("Backup", u.GetNamespace(), u.GetLabels()[labelBackup])
	}
	// Velero leaves out numbers that are zero: a total without bytes done says that none were, and neither says nothing.
	if p := st.Progress; p != nil && (p.BytesDone != nil || p.TotalBytes != nil) {
		c.Bytes = 0
		if p.BytesDone != nil {
			c.Bytes = *p.BytesDone
		}
		if p.TotalBytes != nil {
			c.TotalBytes = *p.TotalBytes
		}
	}
	// Velero completes the copy of an empty volume without making a snapshot.
	c.Empty = c.Phase == facts.RunSucceeded && (st.SnapshotID == "" || c.Bytes == 0)
	// An upload that found most of the data in the store already counts them as done: at its end both numbers are equal.
	c.Partial = c.Phase == facts.RunSucceeded && !c.Empty && c.Bytes >= 0 && c.Bytes < c.TotalBytes
	return c
}
