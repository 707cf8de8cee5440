package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// AttestationType is what is attested.
// +kubebuilder:validation:Enum=ClusterBound;StorageLocation;ReplicationLocation;TelemetryLocation;LogArrival;LogRetention;LogProtection;BackupCoverage;RestoreTest;BackupSeparation;BackupImmutability;BackupEncryption;ClassificationReview
type AttestationType string

// Types of attestations.
const (
	// AttestClusterBound: node pools cannot be made outside the allowed locations (LOC-02).
	AttestClusterBound AttestationType = "ClusterBound"
	// AttestStorageLocation: where a volume, database or store named in target keeps its data (LOC-03).
	AttestStorageLocation AttestationType = "StorageLocation"
	// AttestReplicationLocation: provider-side replication of backup and log stores stays in allowed locations (LOC-04).
	AttestReplicationLocation AttestationType = "ReplicationLocation"
	// AttestTelemetryLocation: telemetry, error reports and alert texts stay in allowed locations (LOC-04).
	AttestTelemetryLocation AttestationType = "TelemetryLocation"
	// AttestLogArrival: logs of the environment arrive in the central store (LOG-01). Counts for at most 30 days.
	AttestLogArrival AttestationType = "LogArrival"
	// AttestLogRetention: how long the log store keeps records (LOG-02); retention holds the time.
	AttestLogRetention AttestationType = "LogRetention"
	// AttestLogProtection: the logged solution's people cannot change or delete records (LOG-02).
	AttestLogProtection AttestationType = "LogProtection"
	// AttestBackupCoverage: a store outside the cluster, named in target, is backed up (BCK-01).
	AttestBackupCoverage AttestationType = "BackupCoverage"
	// AttestRestoreTest: a restore was tested (BCK-02); restore holds source, duration and who checked.
	AttestRestoreTest AttestationType = "RestoreTest"
	// AttestBackupSeparation: backups lie in another failure domain under other credentials (BCK-03).
	AttestBackupSeparation AttestationType = "BackupSeparation"
	// AttestBackupImmutability: backups cannot be changed or deleted before their time (BCK-03).
	AttestBackupImmutability AttestationType = "BackupImmutability"
	// AttestBackupEncryption: backups are encrypted with a protected key (BCK-03).
	AttestBackupEncryption AttestationType = "BackupEncryption"
	// AttestClassificationReview: the classification was reviewed (DPD-01).
	AttestClassificationReview AttestationType = "ClassificationReview"
)

// AttestationAbout says what the attestation is about: exactly one of the three.
// +kubebuilder:validation:XValidation:rule="[has(self.solution), has(self.environment), has(self.platform)].filter(x, x).size() == 1",message="set exactly one of solution, environment and platform, for example {environment: aula-production} or {platform: true}"
// +kubebuilder:validation:XValidation:rule="!has(self.platform) || self.platform",fieldPath=.platform,message="platform is true or left out, for example {platform: true}"
type AttestationAbout struct {
	// Solution by name, for example aula: all its environments.
	// +optional
	Solution ObjectName `json:"solution,omitempty"`
	// Environment by name, for example aula-production.
	// +optional
	Environment ObjectName `json:"environment,omitempty"`
	// Platform is true for the whole cluster.
	// +optional
	Platform bool `json:"platform,omitempty"`
}

// RestoreTest holds what a restore test must state.
type RestoreTest struct {
	// Source is the backup that was restored, for example velero/aula-daily-20261101020000.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Source Line `json:"source"`
	// Duration from start to checked result, for example 3h.
	Duration Duration `json:"duration"`
	// CheckedBy is the person who checked the restored data, for example john@example.org; not the one who attests.
	CheckedBy PersonName `json:"checkedBy"`
	// Result of the test.
	// +kubebuilder:validation:Enum=Complete;Partial;Failed
	Result string `json:"result"`
}

// AttestationSpec is a dated statement on what cannot be observed.
// +kubebuilder:validation:XValidation:rule="(self.type == 'RestoreTest') == has(self.restore)",fieldPath=.restore,message="type RestoreTest states what was restored, no other type does, for example restore: {source: velero/aula-daily-1, duration: 3h, checkedBy: john@example.org, result: Complete}"
// +kubebuilder:validation:XValidation:rule=`!has(self.restore) || (!(self.by.lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', "").find(r'[^:#/\\|]*$') + '@').startsWith(self.restore.checkedBy.lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', "").find(r'[^:#/\\|]*$') + '@') && !(self.restore.checkedBy.lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', "").find(r'[^:#/\\|]*$') + '@').startsWith(self.by.lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', "").find(r'[^:#/\\|]*$') + '@'))`,fieldPath=.restore.checkedBy,message="somebody other than by checks a restore, for example by: jane@example.org and checkedBy: john@example.org; two spellings of one name are the same person"
// +kubebuilder:validation:XValidation:rule="self.type != 'LogRetention' || has(self.retention)",fieldPath=.retention,message="an attestation of type LogRetention states how long records are kept, for example retention: 13mo"
// +kubebuilder:validation:XValidation:rule="!(self.type in ['StorageLocation', 'ReplicationLocation', 'TelemetryLocation']) || has(self.countries)",fieldPath=.countries,message="an attestation of type StorageLocation, ReplicationLocation or TelemetryLocation lists every country that holds the data, for example countries: [DK]"
// +kubebuilder:validation:XValidation:rule="self.validUntil > self.date",fieldPath=.validUntil,message="an attestation ends after its date, for example date: 2026-11-20 and validUntil: 2027-11-20"
type AttestationSpec struct {
	// Type of the statement.
	Type AttestationType `json:"type"`
	// About what.
	About AttestationAbout `json:"about"`
	// Target names one thing the statement is about: an endpoint, store or volume, for example azure/auditbackups.
	// Left out: all of them.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Target Line `json:"target,omitempty"`
	// By is the person who attests, for example jane@example.org. Service accounts do not attest.
	By PersonName `json:"by"`
	// Date of what is attested, for example 2026-11-20.
	Date Date `json:"date"`
	// Evidence refers to what proves it, for example a document or case number.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Evidence Line `json:"evidence"`
	// Statement in words.
	// +kubebuilder:validation:MaxLength=2000
	// +optional
	Statement string `json:"statement,omitempty"`
	// ValidUntil is the date on which the statement ends, at 00:00 Europe/Copenhagen, for example 2027-11-20.
	ValidUntil Date `json:"validUntil"`
	// Countries that hold the data, for attestations of a location, for example [DK, IE].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=set
	// +optional
	Countries []CountryCode `json:"countries,omitempty"`
	// Retention attested, for example 13mo: how long records (LogRetention) or locked backups (BackupImmutability) are kept.
	// +optional
	Retention Duration `json:"retention,omitempty"`
	// Restore holds what a restore test states.
	// +optional
	Restore *RestoreTest `json:"restore,omitempty"`
}

// AttestationStatus is what the operator found.
type AttestationStatus struct {
	// ObservedGeneration is the generation of the spec that was checked.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// Conditions: Ready, Accepted, Valid (in force now).
	// +kubebuilder:validation:MaxItems=16
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=att,categories=tilsyn
// +kubebuilder:printcolumn:name="Type",type=string,JSONPath=`.spec.type`
// +kubebuilder:printcolumn:name="Solution",type=string,JSONPath=`.spec.about.solution`
// +kubebuilder:printcolumn:name="Environment",type=string,JSONPath=`.spec.about.environment`
// +kubebuilder:printcolumn:name="Date",type=string,JSONPath=`.spec.date`
// +kubebuilder:printcolumn:name="Until",type=string,JSONPath=`.spec.validUntil`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.status.conditions[?(@.type=="Valid")].reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`

// Attestation is a named person's dated statement on something that cannot be observed.
type Attestation struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   AttestationSpec   `json:"spec"`
	Status AttestationStatus `json:"status,omitempty"`
}

// +kubebuilder:object:root=true

// AttestationList is a list of Attestations.
type AttestationList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Attestation `json:"items"`
}
