// Package velero makes facts of the resources of Velero: schedules, backups and the copies in them, restores, and the
// places that backups go to.
package velero

import (
	"reflect"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// Group is the API group of Velero.
const Group = "velero.io"

// Labels and annotations that Velero itself writes.
const (
	labelSchedule = "velero.io/schedule-name"
	labelBackup   = "velero.io/backup-name"
	labelClaimUID = "velero.io/pvc-uid"
	claimName     = "velero.io/pvc-name"
)

// Kinds lists the resources read. Schedules and locations can be in manifests, the rest is made at run time.
func Kinds() []adapter.Kind {
	plan, run := facts.TypeOf[facts.BackupPlan](), facts.TypeOf[facts.BackupRun]()
	place, copied := facts.TypeOf[facts.BackupDestination](), facts.TypeOf[facts.VolumeCopy]()
	restored := facts.TypeOf[facts.RestoreRun]()
	return []adapter.Kind{
		{GVK: v1("Schedule"), Resource: "schedules", Namespaced: true, Optional: true,
			Feeds: []reflect.Type{plan}, Extract: extractSchedule, Prune: adapter.PruneTo[schedule]()},
		{GVK: v1("Backup"), Resource: "backups", Namespaced: true, Optional: true, Runtime: true,
			Feeds: []reflect.Type{run}, Extract: extractBackup, Prune: adapter.PruneTo[backup]()},
		{GVK: v1("BackupStorageLocation"), Resource: "backupstoragelocations", Namespaced: true, Optional: true,
			Feeds: []reflect.Type{place}, Extract: extractStorage, Prune: adapter.PruneTo[storageLocation]()},
		{GVK: v1("VolumeSnapshotLocation"), Resource: "volumesnapshotlocations", Namespaced: true, Optional: true,
			Feeds: []reflect.Type{place}, Extract: extractSnapshotLocation, Prune: adapter.PruneTo[snapshotLocation]()},
		{GVK: v1("PodVolumeBackup"), Resource: "podvolumebackups", Namespaced: true, Optional: true, Runtime: true,
			Feeds: []reflect.Type{copied}, Extract: extractPodVolume, Prune: adapter.PruneTo[podVolumeBackup](claimName)},
		{GVK: schema.GroupVersionKind{Group: Group, Version: "v2alpha1", Kind: "DataUpload"}, Resource: "datauploads",
			Namespaced: true, Optional: true, Runtime: true,
			Feeds: []reflect.Type{copied}, Extract: extractDataUpload, Prune: adapter.PruneTo[dataUpload]()},
		{GVK: v1("Restore"), Resource: "restores", Namespaced: true, Optional: true, Runtime: true,
			Feeds: []reflect.Type{restored}, Extract: extractRestore, Prune: adapter.PruneTo[restore]()},
	}
}

func v1(kind string) schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: Group, Version: "v1", Kind: kind}
}

func ref(kind, namespace, name string) facts.Ref {
	if name == "" {
		return facts.Ref{}
	}
	return facts.Ref{Group: Group, Kind: kind, Namespace: namespace, Name: name}
}
