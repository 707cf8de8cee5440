package velero

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

type backup struct {
	Spec   backupSpec   `json:"spec"`
	Status backupStatus `json:"status"`
}

type backupStatus struct {
	Phase                       string       `json:"phase,omitempty"`
	StartTimestamp              *metav1.Time `json:"startTimestamp,omitempty"`
	CompletionTimestamp         *metav1.Time `json:"completionTimestamp,omitempty"`
	Expiration                  *metav1.Time `json:"expiration,omitempty"`
	Errors                      int64        `json:"errors,omitempty"`
	Warnings                    int64        `json:"warnings,omitempty"`
	FailureReason               string       `json:"failureReason,omitempty"`
	ValidationErrors            []string     `json:"validationErrors,omitempty"`
	VolumeSnapshotsAttempted    int64        `json:"volumeSnapshotsAttempted,omitempty"`
	VolumeSnapshotsCompleted    int64        `json:"volumeSnapshotsCompleted,omitempty"`
	CSIVolumeSnapshotsAttempted int64        `json:"csiVolumeSnapshotsAttempted,omitempty"`
	CSIVolumeSnapshotsCompleted int64        `json:"csiVolumeSnapshotsCompleted,omitempty"`
	Progress                    *struct {
		TotalItems    int64 `json:"totalItems,omitempty"`
		ItemsBackedUp int64 `json:"itemsBackedUp,omitempty"`
	} `json:"progress,omitempty"`
}

func extractBackup(obj runtime.Object) ([]any, error) {
	var b backup
	u, err := adapter.Decode(obj, &b)
	if err != nil {
		return nil, err
	}
	st := &b.Status
	run := &facts.BackupRun{
		Ref:                adapter.RefOf(u),
		Product:            facts.ProductVelero,
		Plan:               ref("Schedule", u.GetNamespace(), scheduleName(u.GetName(), u.GetLabels()[labelSchedule])),
		Phase:              phaseOf(st.Phase),
		RawPhase:           st.Phase,
		StartedAt:          instant(st.StartTimestamp),
		CompletedAt:        instant(st.CompletionTimestamp),
		ExpiresAt:          instant(st.Expiration),
		Scope:              b.Spec.scope(u.GetNamespace(), "spec"),
		Destination:        ref("BackupStorageLocation", u.GetNamespace(), b.Spec.StorageLocation),
		SnapshotLocations:  snapshotRefs(u.GetNamespace(), b.Spec.VolumeSnapshotLocations),
		Items:              -1,
		SnapshotsAttempted: st.VolumeSnapshotsAttempted + st.CSIVolumeSnapshotsAttempted,
		SnapshotsCompleted: st.VolumeSnapshotsCompleted + st.CSIVolumeSnapshotsCompleted,
		Errors:             st.Errors,
		Warnings:           st.Warnings,
		Message:            strings.Join(append(nonEmpty(st.FailureReason), st.ValidationErrors...), "; "),
	}
	if st.Progress != nil {
		run.Items = st.Progress.ItemsBackedUp
	}
	if run.StartedAt.IsZero() && run.Phase.Ended() { // refused before it began
		run.StartedAt = u.GetCreationTimestamp().Time
	}
	run.Synced = synced(u.GetCreationTimestamp().Time, run)
	return []any{run}, nil
}

// clockSlack is how far the clocks of the API server and of Velero may differ.
const clockSlack = 10 * time.Second

// synced tells whether the object is younger than the whole backup: Velero makes the object first, so this one was read back
// from the bucket.
func synced(created time.Time, r *facts.BackupRun) bool {
	return !r.CompletedAt.IsZero() && created.After(r.CompletedAt) && created.After(r.StartedAt.Add(clockSlack))
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func instant(t *metav1.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.Time
}

// phaseOf maps the phases of backups, restores and copies. Finalizing and waiting are not success.
func phaseOf(phase string) facts.RunPhase {
	switch phase {
	case "", "New", "Queued", "ReadyToStart", "Accepted", "Prepared":
		return facts.RunPending
	case "InProgress", "WaitingForPluginOperations", "Finalizing", "Canceling":
		return facts.RunRunning
	case "Completed":
		return facts.RunSucceeded
	case "PartiallyFailed", "WaitingForPluginOperationsPartiallyFailed", "FinalizingPartiallyFailed":
		return facts.RunPartial
	case "Failed", "FailedValidation", "Canceled", "Deleting":
		return facts.RunFailed
	default:
		return facts.RunUnknown
	}
}

var stamped = regexp.MustCompile(`^(.+)-[0-9]{14}$`)

// scheduleName gives the schedule that made a backup. Labels hold at most 63 characters, so a longer name is shortened
// there; the backup's own name is the schedule's with the time appended.
func scheduleName(backupName, label string) string {
	if m := stamped.FindStringSubmatch(backupName); m != nil && label != "" && labelValue(m[1]) == label {
		return m[1]
	}
	return label
}

// labelValue is the form of a name that Velero writes into labels: above 63 characters, the first 57 and six of the name's
// SHA-256 in hexadecimal.
func labelValue(name string) string {
	if len(name) <= 63 {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return name[:57] + hex.EncodeToString(sum[:])[:6]
}
