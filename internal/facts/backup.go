package facts

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/internal/date"
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
	// RemovesOnly is true for a plan that makes no backups and only removes or archives old ones (a K8up Schedule with prune or
	// archive alone).
	RemovesOnly bool
	// ScheduleField is the path of the expression in the object.
	ScheduleField string
	// Paused is true for a suspended plan; PausedField names the field.
	Paused      bool
	PausedField string
	// Invalid holds why the product itself refuses the plan; InvalidField is the path of what says so.
	Invalid, InvalidField string
	// Destination names the BackupDestination; zero: the product's default one in the plan's namespace.
	Destination Ref
	// SnapshotLocations name where volume snapshots go that are not made through CSI (Velero VolumeSnapshotLocation).
	SnapshotLocations []Ref
	// Retention of the backups that the plan makes.
	Retention Retention
	CreatedAt time.Time
	// Archive is where the plan has its backups copied to once more (K8up); nil: nowhere.
	Archive *BackupDestination
	// LastAsked is when the product last asked for a backup by the plan, as the plan's own status says: not that one
	// succeeded, nor that it still exists. Zero: never, or the product does not say.
	LastAsked time.Time
}

// Retention is how long backups are kept. The zero value says nothing: the product's default holds, which only a backup
// that was made can show.
type Retention struct {
	// For is how long a backup is kept at least; zero: see Forever and Unclear.
	For time.Duration
	// Forever is true where nothing removes backups.
	Forever bool
	// Unclear says why the time cannot be told from what is written.
	Unclear string
	// Field is the path of what decides.
	Field string
}

// Known tells whether the time was said.
func (r Retention) Known() bool { return r.Forever || r.For > 0 }

// BackupScope says which objects a plan or run selects, and how it takes the data of volumes.
type BackupScope struct {
	// IncludedNamespaces; empty or * means every namespace. Patterns as the product reads them (globs for Velero).
	IncludedNamespaces []string
	ExcludedNamespaces []string
	// LeavesOut says which resources that hold data the filters leave out.
	LeavesOut ResourceFilter
	// Selectors over object labels, ORed; empty means all objects. SelectorField is their path in the object.
	Selectors     []metav1.LabelSelector
	SelectorField string
	// Database is set for a plan or run of one database resource.
	Database Ref
	// Method of a database backup, as the product names it: barmanObjectStore, plugin, volumeSnapshot.
	Method string
	// Files tells whether volumes are read as files: Yes all that pods do not exclude, No only those that pods name in an
	// annotation, NotKnown as the product's own configuration says.
	Files Tristate
	// Snapshots tells whether volumes that are not read as files are snapshotted: No where it is switched off.
	Snapshots Tristate
	// SnapshotsMoved tells whether the data of snapshots are copied to the destination; No: they stay in the storage system.
	SnapshotsMoved Tristate
	// VolumePolicy names a resource policy that decides per volume and is not read, or is empty.
	VolumePolicy string
	// Hooks that bring applications to rest before their data are taken.
	Hooks []BackupHook
}

// BackupHook says which pods a command is run in before their data are taken.
type BackupHook struct {
	IncludedNamespaces, ExcludedNamespaces []string
	Selector                               *metav1.LabelSelector // nil: all pods
}

// ResourceFilter names, for each resource that holds data, the field that leaves it out; empty where it is taken.
type ResourceFilter struct {
	Pods, Claims, Volumes string
}

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

// Ended tells whether the run is over, whatever came of it. An unknown phase may still be running.
func (p RunPhase) Ended() bool { return p == RunSucceeded || p == RunPartial || p == RunFailed }

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
	// ExpiresAt is when the product removes it; zero: not by itself.
	ExpiresAt time.Time
	// Scope as the run used it, with the product's defaults filled in.
	Scope       BackupScope
	Destination Ref
	// Lies is where the run itself says that its backup lies, whatever the destination says by now; nil: it does not say.
	Lies *BackupDestination
	// SnapshotLocations as in BackupPlan.
	SnapshotLocations []Ref
	// Items backed up; -1 where the product does not say.
	Items int64
	// SnapshotsAttempted and SnapshotsCompleted count volume snapshots, CSI or not; -1 where not said.
	SnapshotsAttempted, SnapshotsCompleted int64
	Errors, Warnings                       int64
	// Synced is true where the object is younger than the backup it describes: it was read back from the destination, and
	// another cluster, or this one before it was rebuilt, made the backup.
	Synced bool
	// Message is the product's failure reason.
	Message string
}

// VolumeCopy is evidence that the data of claims were copied: a PodVolumeBackup, a DataUpload, a K8up Snapshot, a
// VolumeSnapshot.
type VolumeCopy struct {
	Ref            Ref
	Product        BackupProduct
	ClaimNamespace string
	// Claims by name; a K8up snapshot can hold several.
	Claims []string
	// ClaimUID where the product says it.
	ClaimUID string
	// Pod and PodVolume that the files were read through, where the product does not name the claim.
	Pod, PodVolume string
	// Dumps are files that a command in a container wrote, by name without directory (K8up backup commands).
	Dumps []string
	// Run that the copy belongs to, where known.
	Run   Ref
	Phase RunPhase
	// StartedAt is when the product began to read the data, or the snapshot of them; zero: not said.
	StartedAt   time.Time
	CompletedAt time.Time
	Destination Ref
	// Repository as the product names it, where the copy does not name its destination otherwise.
	Repository string
	// Files is true where the data were read as files while the application may have been running.
	Files bool
	// InPlace is true for a snapshot that stays in the storage system of the volume.
	InPlace bool
	// SnapshotClass of a VolumeSnapshot.
	SnapshotClass string
	// Empty is true where the copy ended well but holds nothing, because the volume was empty.
	Empty bool
	Bytes int64 // -1 where not said
	// Partial is true where the copy is called whole, yet fewer bytes were copied than there were: Bytes of TotalBytes.
	Partial    bool
	TotalBytes int64 // 0 where not said
}

// BackupDestination is where backups are kept. Ref names the object that says so: a destination of its own, or the plan,
// run or database that carries it inline.
type BackupDestination struct {
	Ref     Ref
	Product BackupProduct
	// Default is true where the product uses it for plans that name none.
	Default bool
	// Extract is the path of what names the place where it holds data taken out of backups, and no backups themselves (K8up
	// archives and restores into a bucket); empty otherwise.
	Extract string
	// Kind of store: s3, azure, gcs, swift, b2, rest, local, or snapshot for volume snapshots.
	Kind string
	// Provider in the region table where it follows from the kind or endpoint: aws, azure, gcp, ...
	Provider string
	Region   string
	// Endpoint host, without user, path or port.
	Endpoint string
	// PublicEndpoint is another host that the same store is called by, where one is named beside Endpoint.
	PublicEndpoint string
	Bucket         string
	// Account that holds the bucket (Azure storage account), where it is said.
	Account string
	Prefix  string
	// Repository as the product names it in its copies (K8up).
	Repository string
	// ConfigInSecret is true where the deciding values are in a Secret or in the product's own environment.
	ConfigInSecret bool
	// RegionFromDefault is true where the product falls back to a default region.
	RegionFromDefault bool
	Available         Tristate
	AvailableMessage  string
	ReadOnly          bool
	// InCluster is true where the store runs in this cluster, as far as its own object shows.
	InCluster bool
	// Encrypted client-side or with a named key; EncryptionKey names it (never the key itself).
	Encrypted     Tristate
	EncryptionKey string
	// OwnPassword tells whether the repository password was replaced (K8up: repoPasswordSecretRef is set).
	OwnPassword Tristate
	// InsecureTransport is true for http endpoints or skipped certificate checks; TransportField is the path of what says so.
	InsecureTransport bool
	TransportField    string
	// ObjectLock tells whether immutability can be seen to be on.
	ObjectLock Tristate
	// CredentialRef names the Secret that holds the credentials (never its content), CredentialNamespace where it lies; a
	// namespace without a name: the product's own credentials, which lie there.
	CredentialRef, CredentialNamespace string
	// Retention that the destination itself sets (CloudNativePG).
	Retention Retention
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
	// Backup that was restored, or Plan whose newest backup was restored.
	Backup, Plan Ref
	// Snapshot is the id of the K8up snapshot that was restored; empty: the newest.
	Snapshot         string
	Phase            RunPhase
	RawPhase         string
	StartedAt        time.Time
	CompletedAt      time.Time
	Errors, Warnings int64
	// NamespaceMapping from source to target; empty means into the source namespace.
	NamespaceMapping   map[string]string
	IncludedNamespaces []string
	ExcludedNamespaces []string
	// ManifestsOnly is the path of what leaves the data of volumes out, PartOf of what narrows the restore to some objects or
	// files; empty where nothing does.
	ManifestsOnly, PartOf string
	// ToBucket is true where the data were restored into an object store, TargetClaim names the claim otherwise (K8up).
	ToBucket    bool
	TargetClaim string
}

// Database is a database resource that holds data in claims and has its own way of backup (CloudNativePG Cluster).
type Database struct {
	Ref     Ref
	Product BackupProduct
	// Methods of base backup that are set up, as the product names them.
	Methods []string
	// ServerName under which the database's backups lie in the destination.
	ServerName string
	// Archiving tells whether continuous archiving works, which gives point-in-time recovery.
	Archiving        Tristate
	ArchivingMessage string
	// ArchivingOff is the path of what switches archiving off, or of where it would have to be set up; empty: it is on.
	ArchivingOff string
	// LastSuccess of a base backup to the destination as the resource's status says.
	LastSuccess time.Time
	// FirstRecoverabilityPoint as the status says.
	FirstRecoverabilityPoint time.Time
	// Destination of base backups and archives.
	Destination Ref
	// Retention of base backups and archives.
	Retention Retention
	// ExternalHosts are places outside this cluster that the database replicates to or from.
	ExternalHosts []string
	// Recovery says what the database was made from where it began as a restore.
	Recovery  *Recovery
	CreatedAt time.Time
	Labels    map[string]string
	Ready     bool
	// Instances that are wanted and ready; Synchronous is true where a transaction counts only once a standby has it too.
	Instances, ReadyInstances int32
	Synchronous               bool
	// ReadyAt is when it became ready.
	ReadyAt time.Time
}

// Recovery is what a database was restored from.
type Recovery struct {
	// Backup by name, or zero.
	Backup Ref
	// Server whose backups in Destination were restored, where no backup is named.
	Server      string
	Destination Ref
	Repository  string
}

// SnapshotClass is a VolumeSnapshotClass.
type SnapshotClass struct {
	Name           string
	Driver         string
	DeletionPolicy string
	Parameters     map[string]string // without keys that name secrets
	Labels         map[string]string
	Default        bool
}

// SnapshotContent is a VolumeSnapshotContent: the snapshot itself, which can outlive its VolumeSnapshot and namespace.
type SnapshotContent struct {
	Ref            Ref
	Driver         string
	DeletionPolicy string
	Class          string
	// Snapshot that it is bound to.
	Snapshot       Ref
	VolumeHandle   string
	SnapshotHandle string
	Ready          bool
	CreatedAt      time.Time
}

// RecoveryWindow is what a CloudNativePG ObjectStore says of the backups of each server in it.
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
