package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ExceptionScope says what an exception covers: one solution, optionally one environment and exact subjects.
// +kubebuilder:validation:XValidation:rule="!has(self.subjects) || has(self.environment)",message="scope.subjects needs scope.environment, because objects live in one environment"
type ExceptionScope struct {
	// Solution covered.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="!self.contains('*')",message="name one solution exactly; wildcards are not allowed"
	Solution string `json:"solution"`
	// Environment covered; left out: all environments of the solution.
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="!self.contains('*')",message="name one environment exactly; wildcards are not allowed"
	// +optional
	Environment string `json:"environment,omitempty"`
	// Subjects covered; left out: every subject of the control.
	// +kubebuilder:validation:MaxItems=50
	// +listType=atomic
	// +optional
	Subjects []ObjectReference `json:"subjects,omitempty"`
}

// ControlExceptionSpec is a comply-or-explain decision for one control.
// +kubebuilder:validation:XValidation:rule="self.type != 'Compensated' || has(self.compensation)",message="compensation: a Compensated exception says which measure compensates"
// +kubebuilder:validation:XValidation:rule="self.requestedBy.lowerAscii().trim() != self.approval.by.lowerAscii().trim()",message="approval.by: somebody other than requestedBy approves an exception"
// +kubebuilder:validation:XValidation:rule="self.validUntil > self.approval.at",message="validUntil: the exception must end after approval.at"
type ControlExceptionSpec struct {
	// Control that is not met.
	Control ControlID `json:"control"`
	// Scope of the exception.
	Scope ExceptionScope `json:"scope"`
	// Type: Waived (the risk is accepted) or Compensated (another measure takes its place).
	// +kubebuilder:validation:Enum=Waived;Compensated
	Type string `json:"type"`
	// Reason why the control is not met.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=2000
	Reason string `json:"reason"`
	// Risk that remains.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=2000
	Risk string `json:"risk"`
	// Compensation is the measure that takes the control's place.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=2000
	// +optional
	Compensation string `json:"compensation,omitempty"`
	// ActionPlan says how and when the deviation ends.
	// +kubebuilder:validation:MaxLength=2000
	// +optional
	ActionPlan string `json:"actionPlan,omitempty"`
	// RequestedBy is the person who asked for the exception.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=254
	RequestedBy string `json:"requestedBy"`
	// Approval by somebody else.
	Approval Approval `json:"approval"`
	// ValidUntil is the date on which the exception ends, at 00:00 Europe/Copenhagen.
	ValidUntil Date `json:"validUntil"`
}

// ControlExceptionStatus is what the operator found.
type ControlExceptionStatus struct {
	// ObservedGeneration is the generation of the spec that was checked.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// Conditions: Ready, Accepted, Valid (in force now), InUse (covers a failing result).
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`
	// Approval: Verified if the request that made it came from the approver, else Claimed.
	// +kubebuilder:validation:Enum=Verified;Claimed
	// +optional
	Approval string `json:"approval,omitempty"`
	// Covered counts the failing results covered now.
	Covered int32 `json:"covered"`
}

// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=cex,categories=tilsyn
// +kubebuilder:printcolumn:name="Control",type=string,JSONPath=`.spec.control`
// +kubebuilder:printcolumn:name="Solution",type=string,JSONPath=`.spec.scope.solution`
// +kubebuilder:printcolumn:name="Environment",type=string,JSONPath=`.spec.scope.environment`
// +kubebuilder:printcolumn:name="Until",type=string,JSONPath=`.spec.validUntil`
// +kubebuilder:printcolumn:name="Valid",type=string,JSONPath=`.status.conditions[?(@.type=="Valid")].status`
// +kubebuilder:printcolumn:name="Covered",type=integer,JSONPath=`.status.covered`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`

// ControlException explains why one control is not met, who accepted that, and until when.
type ControlException struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   ControlExceptionSpec   `json:"spec"`
	Status ControlExceptionStatus `json:"status,omitempty"`
}

// +kubebuilder:object:root=true

// ControlExceptionList is a list of ControlExceptions.
type ControlExceptionList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []ControlException `json:"items"`
}
