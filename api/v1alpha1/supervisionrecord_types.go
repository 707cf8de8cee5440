package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// RecordedResult remembers since when a result of an environment or solution is what it is.
type RecordedResult struct {
	// Key of the result: control, then the subject as group/kind/namespace/name, joined by |.
	Key     string      `json:"key"`
	Verdict Verdict     `json:"verdict"`
	Reason  string      `json:"reason,omitempty"`
	Since   metav1.Time `json:"since"`
}

// FirstSeen remembers a fact that must not change silently.
type FirstSeen struct {
	// Key of the fact, for example node/4c1f0b7e-….
	Key string `json:"key"`
	// Value first seen, for example aws/eu-north-1.
	Value string `json:"value"`
	// At is when it was first seen.
	At metav1.Time `json:"at"`
}

// SpecChange remembers a change of what is required, with its approval.
type SpecChange struct {
	// Field that changed, for example spec.classification.confidentiality.
	Field string `json:"field"`
	From  string `json:"from,omitempty"`
	To    string `json:"to,omitempty"`
	// Approval reference in force when the change was seen, if any.
	Approval string      `json:"approval,omitempty"`
	At       metav1.Time `json:"at"`
}

// ExceptionUse remembers how long a control of a solution has been excepted, over all exceptions.
type ExceptionUse struct {
	Control ControlID   `json:"control"`
	First   metav1.Time `json:"first"`
	Last    metav1.Time `json:"last"`
	// Days in total.
	Days int32 `json:"days"`
}

// PlacementOutside remembers a pod that ran outside the allowed locations.
type PlacementOutside struct {
	Namespace string      `json:"namespace"`
	Workload  string      `json:"workload"`
	Kind      string      `json:"kind"`
	APIGroup  string      `json:"apiGroup,omitempty"`
	Node      string      `json:"node"`
	Place     string      `json:"place"`
	Last      metav1.Time `json:"last"`
}

// SupervisionRecordSpec names what the record is about.
type SupervisionRecordSpec struct {
	// Kind of the subject: HostedSolution, SolutionEnvironment or Platform.
	Kind string `json:"kind"`
	// Name of the subject.
	Name string `json:"name"`
	// Shard number, from 0.
	// +optional
	Shard int32 `json:"shard,omitempty"`
}

// SupervisionRecordStatus is the operator's memory.
type SupervisionRecordStatus struct {
	// +optional
	// +listType=map
	// +listMapKey=key
	Results []RecordedResult `json:"results,omitempty"`
	// +optional
	// +listType=map
	// +listMapKey=key
	FirstSeen []FirstSeen `json:"firstSeen,omitempty"`
	// +optional
	// +listType=atomic
	Changes []SpecChange `json:"changes,omitempty"`
	// +optional
	// +listType=map
	// +listMapKey=control
	Exceptions []ExceptionUse `json:"exceptions,omitempty"`
	// +optional
	// +listType=atomic
	Outside []PlacementOutside `json:"outside,omitempty"`
	// Namespaces the subject had when it was last seen; with DeletedAt set the record is a tombstone.
	// +optional
	// +listType=set
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
