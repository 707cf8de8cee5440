package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// RecordedResult remembers since when a result of an environment or solution is what it is.
type RecordedResult struct {
	// Key of the result: control, then the subject as group/kind/namespace/name, joined by |.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	Key     string  `json:"key"`
	Verdict Verdict `json:"verdict"`
	// +optional
	Reason ReasonCode  `json:"reason,omitempty"`
	Since  metav1.Time `json:"since"`
}

// FirstSeen remembers a fact that must not change silently.
type FirstSeen struct {
	// Key of the fact, for example node/4c1f0b7e-….
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	Key string `json:"key"`
	// Value first seen, for example aws/eu-north-1.
	Value Value `json:"value"`
	// At is when it was first seen.
	At metav1.Time `json:"at"`
}

// SpecChange remembers a change of what is required, with its approval.
type SpecChange struct {
	// Field that changed, for example spec.classification.confidentiality.
	Field Value `json:"field"`
	// From what.
	// +kubebuilder:validation:MaxLength=4096
	// +optional
	From string `json:"from,omitempty"`
	// To what.
	// +kubebuilder:validation:MaxLength=4096
	// +optional
	To string `json:"to,omitempty"`
	// Approval reference in force when the change was seen, if any.
	// +optional
	Approval Value       `json:"approval,omitempty"`
	At       metav1.Time `json:"at"`
}

// ExceptionUse remembers how long a control of a solution has been excepted, over all exceptions.
type ExceptionUse struct {
	Control ControlID   `json:"control"`
	First   metav1.Time `json:"first"`
	Last    metav1.Time `json:"last"`
	// Days in total.
	// +kubebuilder:validation:Minimum=0
	Days int32 `json:"days"`
}

// PlacementOutside remembers a pod that ran outside the allowed locations.
type PlacementOutside struct {
	// +kubebuilder:validation:MaxLength=63
	Namespace string `json:"namespace"`
	// +kubebuilder:validation:MaxLength=253
	Workload string `json:"workload"`
	// +kubebuilder:validation:MaxLength=63
	Kind string `json:"kind"`
	// +kubebuilder:validation:MaxLength=253
	// +optional
	APIGroup string `json:"apiGroup,omitempty"`
	// +kubebuilder:validation:MaxLength=253
	Node string `json:"node"`
	// Place of the node, for example US (aws us-east-1).
	Place Value `json:"place"`
	// Last time a pod of the workload was seen there.
	Last metav1.Time `json:"last"`
}

// SupervisionRecordSpec names what the record is about.
// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="a record keeps its subject: the operator makes another record for another subject, for example {kind: HostedSolution, name: aula, shard: 1}"
type SupervisionRecordSpec struct {
	// Kind of the subject.
	// +kubebuilder:validation:Enum=HostedSolution;SolutionEnvironment;Platform;Supplier;ProcessingAgreement;AssuranceStatement;Institution;SecurityIncident
	Kind string `json:"kind"`
	// Name of the subject, for example aula.
	Name ObjectName `json:"name"`
	// Shard number, from 0; a subject with more than 256 KiB to remember has several records.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=999
	// +optional
	Shard int32 `json:"shard,omitempty"`
}

// SupervisionRecordStatus is the operator's memory. The operator starts another shard at 256 KiB; the bounds of the lists
// only keep a faulty writer from filling the API server's store.
type SupervisionRecordStatus struct {
	// Results and since when each is what it is. The list is atomic because it has one writer: the API server would else
	// note the owner of every field of every entry, which takes more room than the entries.
	// +kubebuilder:validation:MaxItems=4096
	// +listType=atomic
	// +optional
	Results []RecordedResult `json:"results,omitempty"`
	// FirstSeen facts.
	// +kubebuilder:validation:MaxItems=4096
	// +listType=atomic
	// +optional
	FirstSeen []FirstSeen `json:"firstSeen,omitempty"`
	// Changes of the spec, oldest first.
	// +kubebuilder:validation:MaxItems=1000
	// +listType=atomic
	// +optional
	Changes []SpecChange `json:"changes,omitempty"`
	// Exceptions ledger, per control.
	// +kubebuilder:validation:MaxItems=100
	// +listType=map
	// +listMapKey=control
	// +optional
	Exceptions []ExceptionUse `json:"exceptions,omitempty"`
	// Outside holds the placements out of bounds, oldest first.
	// +kubebuilder:validation:MaxItems=1000
	// +listType=atomic
	// +optional
	Outside []PlacementOutside `json:"outside,omitempty"`
	// Namespaces the subject had when it was last seen; with DeletedAt set the record is a tombstone.
	// +kubebuilder:validation:MaxItems=500
	// +kubebuilder:validation:items:MaxLength=63
	// +listType=set
	// +optional
	Namespaces []string `json:"namespaces,omitempty"`
	// DeletedAt is when the subject went away while its workloads still ran.
	// +optional
	DeletedAt *metav1.Time `json:"deletedAt,omitempty"`
}

// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=srec,categories=tilsyn
// +kubebuilder:printcolumn:name="Kind",type=string,JSONPath=`.spec.kind`
// +kubebuilder:printcolumn:name="Subject",type=string,JSONPath=`.spec.name`
// +kubebuilder:printcolumn:name="Deleted",type=date,JSONPath=`.status.deletedAt`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`

// SupervisionRecord is the operator's memory of one subject. Only the operator writes it.
type SupervisionRecord struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   SupervisionRecordSpec   `json:"spec"`
	Status SupervisionRecordStatus `json:"status,omitempty"`
}

// +kubebuilder:object:root=true

// SupervisionRecordList is a list of SupervisionRecords.
type SupervisionRecordList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []SupervisionRecord `json:"items"`
}
