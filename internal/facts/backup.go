package facts

import (
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// BackupProduct names a backup system.
type BackupProduct string

// Backup systems that are read.
const (
	ProductVelero         BackupProduct = "Velero"
	ProductK8up           BackupProduct = "K8up"
	ProductCloudNativePG  BackupProduct = "CloudNativePG"
	ProductVolumeSnapshot BackupProduct = "VolumeSnapshot"
)

// BackupPlan is an intent to back up: a Velero Schedule, a K8up Schedule, a CloudNativePG ScheduledBackup.
type BackupPlan struct {
	Ref     Ref
	Product BackupProduct
	// Scope says what the plan selects.
	Scope BackupScope
	// Schedule is the cron expression as written, in the dialect of the product.
	Schedule string
	Dialect  date.Dialect
	// Paused is true for a suspended plan; PausedField names the field.
	Paused      bool
	PausedField string
	// Invalid holds why the product itself refuses the plan.
	Invalid string
	// Destination names the BackupDestination; zero: the product's default one.
	Destination Ref
	// RetainsFor is how long a backup made by the plan is kept; zero: the product's default or unlimited (see RetainsForever).
	RetainsFor     time.Duration
	RetainsForever bool
	// RetentionUnknown is true where retention depends on something that cannot be read from the plan (counts, defaults).
	RetentionUnknown bool
	CreatedAt        time.Time
}

// BackupScope says which objects a plan or run selects.
type BackupScope struct {
	// IncludedNamespaces; empty or * means every namespace. Patterns as the product reads them (globs for Velero).
	IncludedNamespaces []string
	ExcludedNamespaces []string
	// IncludedResources and ExcludedResources as written; empty means all.
	IncludedResources []string
	ExcludedResources []string
	// Selectors over object labels, ORed; empty means all objects.
	Selectors []metav1.LabelSelector
	// Database is set for a plan of one database cluster.
	Database Ref
	// Volumes says how volume data are taken.
	Volumes VolumeMethod
	// OptIn is true where only claims with the product's annotation are taken.
	OptIn bool
	// VolumePolicy names a resource policy that could not be read, or is empty.
	VolumePolicy string
	// ClusterResourcesExcluded is true where PersistentVolumes are left out.
	ClusterResourcesExcluded bool
}

// VolumeMethod says how a backup takes the data of volumes.
type VolumeMethod string

// Volume methods. None takes no data. Snapshot leaves the copy in the storage system; SnapshotMoved and FileSystem copy it
// to the destination; FileSystemOptIn takes only the volumes that pods name in an annotation.
const (
	VolumesNone            VolumeMethod = "None"
	VolumesSnapshot        VolumeMethod = "Snapshot"
	VolumesSnapshotMoved   VolumeMethod = "SnapshotMoved"
	VolumesFileSystem      VolumeMethod = "FileSystem"
	VolumesFileSystemOptIn VolumeMethod = "FileSystemOptIn"
	VolumesDatabase        VolumeMethod = "Database"
)

// RunPhase is the normalised phase of a backup or restore.
type RunPhase string

// Phases. Only Succeeded proves anything; a phase that is not known is RunUnknown, never success.
const (
	RunPending   RunPhase = "Pending"
	RunRunning   RunPhase = "Running"
	RunSucceeded RunPhase = "Succeeded"
	RunPartial   RunPhase = "PartiallyFailed"
	RunFailed    RunPhase = "Failed"
	RunUnknown   RunPhase = "Unknown"
)

// BackupRun is one backup that was made or tried.
type BackupRun struct {
	Ref     Ref
	Product BackupProduct
	// Plan that made it, zero for one made by hand.
	Plan  Ref
	Phase RunPhase
	// RawPhase as the product writes it.
	RawPhase    string
	StartedAt   time.Time
	CompletedAt time.Time
	ExpiresAt   time.Time
	// Scope as the run used it, with the product's defaults filled in.
	Scope       BackupScope
	Destination Ref
	// Items backed up; -1 where the product does not say.
	Items int64
	// SnapshotsAttempted and SnapshotsCompleted count volume snapshots, CSI or not; -1 where not said.
	SnapshotsAttempted, SnapshotsCompleted int64
	Errors, Warnings                       int64
	// ForeignCluster is true where the run was synced from a bucket and made by another cluster.
	ForeignCluster bool
	// Message is the product's failure reason.
	Message string
}

// VolumeCopy is evidence that the data of one claim were copied: a PodVolumeBackup, a DataUpload, a K8up Snapshot path, a
// VolumeSnapshot.
type VolumeCopy struct {
	Ref            Ref
	Product        BackupProduct
	ClaimNamespace string
	// Claims by name; a K8up snapshot can hold several paths.
	Claims []string
	// ClaimUID where the product says it.
	ClaimUID string
	// Run that the copy belongs to, where known.
	Run         Ref
	Phase       RunPhase
	CompletedAt time.Time
	Destination Ref
	// InPlace is true for a snapshot that stays in the storage system of the volume.
	InPlace bool
	// SnapshotClass of a VolumeSnapshot.
	SnapshotClass string
	Bytes         int64 // -1 where not said
}

// BackupDestination is where backups are kept.
type BackupDestination struct {
	Ref     Ref
	Product BackupProduct
	// Owner is the plan or database that carries the destination inline.
	Default bool
	// Kind of store: s3, azure, gcs, swift, b2, rest, local, ...
	Kind string
	// Provider in the region table where it follows from the kind or endpoint: aws, azure, gcp, ...
	Provider string
	Region   string
	// Endpoint host, without user, path or port.
	Endpoint string
	Bucket   string
	Prefix   string
	// ConfigInSecret is true where the deciding values are in a Secret or in the product's own environment.
	ConfigInSecret bool
	// RegionFromDefault is true where the product falls back to a default region.
	RegionFromDefault bool
	Available         Tristate
	AvailableMessage  string
	ReadOnly          bool
	InCluster         bool
	// Encrypted client-side or with a named key; EncryptionKey names it (never the key itself).
	Encrypted     Tristate
	EncryptionKey string
	// OwnPassword tells whether the repository password was replaced (K8up: repoPasswordSecretRef is set).
	OwnPassword Tristate
	// InsecureTransport is true for http endpoints or skipped certificate checks.
	InsecureTransport bool
	// ObjectLock tells whether immutability can be seen to be on.
	ObjectLock Tristate
	// CredentialRef names the Secret that holds the credentials (never its content).
	CredentialRef string
}

// Tristate is yes, no or not known.
type Tristate string

// Values of Tristate; the zero value is not known.
const (
	NotKnown Tristate = ""
	Yes      Tristate = "Yes"
	No       Tristate = "No"
)

// RestoreRun is one restore.
type RestoreRun struct {
	Ref     Ref
	Product BackupProduct
	// Backup that was restored.
	Backup           Ref
	Phase            RunPhase
	RawPhase         string
	StartedAt        time.Time
	CompletedAt      time.Time
	Errors, Warnings int64
	// NamespaceMapping from source to target; empty means into the source namespace.
	NamespaceMapping   map[string]string
	IncludedNamespaces []string
	// Volumes is No where only manifests were restored.
	Volumes Tristate
}

// Database is a database resource that holds data in claims and has its own way of backup (CloudNativePG Cluster).
type Database struct {
	Ref     Ref
	Product BackupProduct
	// Archiving tells whether continuous archiving works, which gives point-in-time recovery.
	Archiving        Tristate
	ArchivingMessage string
	// ArchivingOff is true where archiving is switched off by configuration or annotation.
	ArchivingOff bool
	// LastSuccess of a base backup as the resource's status says.
	LastSuccess time.Time
	// FirstRecoverabilityPoint as the status says.
	FirstRecoverabilityPoint time.Time
	// Destination of base backups and archives.
	Destination Ref
	RetainsFor  time.Duration
	// Instances and places outside this cluster that the database replicates to or from.
	ExternalHosts []string
	// RecoveredFrom names the backup or cluster that the database was bootstrapped from, a restore test.
	RecoveredFrom string
	CreatedAt     time.Time
	Labels        map[string]string
	Ready         bool
}

// SnapshotClass is a VolumeSnapshotClass.
type SnapshotClass struct {
	Name           string
	Driver         string
	DeletionPolicy string
	Parameters     map[string]string
	Labels         map[string]string
	Default        bool
}

// RecoveryWindow is what a CloudNativePG ObjectStore says of one server's backups in it.
type RecoveryWindow struct {
	Ref     Ref // the ObjectStore
	Servers map[string]ServerRecovery
}

// ServerRecovery is the recovery window of one database server.
type ServerRecovery struct {
	First       time.Time
	LastSuccess time.Time
	LastFailure time.Time
}
