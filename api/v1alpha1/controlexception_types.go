package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ExceptionType says how a deviation is accepted.
// +kubebuilder:validation:Enum=Waived;Compensated
type ExceptionType = string

// Types of exceptions.
const (
	// ExceptionWaived: the remaining risk is accepted.
	ExceptionWaived ExceptionType = "Waived"
	// ExceptionCompensated: another measure takes the control's place.
	ExceptionCompensated ExceptionType = "Compensated"
)

// ApprovalState says whether an approval is more than a claim.
// +kubebuilder:validation:Enum=Verified;Claimed
type ApprovalState = string

// States of an approval. Verified: the API server saw the approver make the request.
const (
	ApprovalVerified ApprovalState = "Verified"
	ApprovalClaimed  ApprovalState = "Claimed"
)

// ExceptionScope says what an exception covers: one solution, optionally one environment and exact subjects.
// +kubebuilder:validation:XValidation:rule="!has(self.subjects) || has(self.environment) || self.subjects.all(s, has(s.apiGroup) && s.apiGroup == 'tilsyn.dev')",fieldPath=.environment,message="scope.subjects needs scope.environment, because objects live in one environment, for example environment: aula-production; only resources of tilsyn.dev are named without one, for example subjects: [{apiGroup: tilsyn.dev, kind: ProcessingAgreement, name: netcompany-aws}]"
// +kubebuilder:validation:XValidation:rule="!has(self.subjects) || !has(self.environment) || self.subjects.all(s, s.kind != 'Institution')",fieldPath=.environment,message="institutions belong to no environment: leave scope.environment out, for example solution: aula and subjects: [{apiGroup: tilsyn.dev, kind: Institution, name: aarhus}]"
type ExceptionScope struct {
	// Solution covered, for example aula.
	Solution ObjectName `json:"solution"`
	// Environment covered, for example aula-production; left out: all environments of the solution.
	// +optional
	Environment ObjectName `json:"environment,omitempty"`
	// Subjects covered, for example [{apiGroup: apps, kind: Deployment, namespace: aula, name: web}]; left out: every
	// subject of the control in the solution and its environments. One that names an agreement, for example [{apiGroup:
	// tilsyn.dev, kind: ProcessingAgreement, name: netcompany-aws}], does not cover the next agreement. What an institution
	// has to do itself is covered only where it is named, for example [{apiGroup: tilsyn.dev, kind: Institution, name:
	// aarhus}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:XValidation:rule=`self.kind.matches(r'^[A-Z][A-Za-z0-9]*$')`,fieldPath=.kind,message="one kind in the singular, as objects write it, for example Deployment"
	// +kubebuilder:validation:items:XValidation:rule=`!['*', '?', ' '].exists(c, self.name.contains(c) || (has(self.apiGroup) && self.apiGroup.contains(c)) || (has(self.__namespace__) && self.__namespace__.contains(c)))`,message="name one object exactly, for example {apiGroup: apps, kind: Deployment, namespace: aula, name: web}; wildcards are not allowed"
	// +listType=atomic
	// +optional
	Subjects []ObjectReference `json:"subjects,omitempty"`
}

// ActionPlan says step by step how a deviation ends.
type ActionPlan struct {
	// Steps, for example [{name: renegotiate, description: A clause on EU law is agreed with AWS, dueAt: 2027-03-01}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=map
	// +listMapKey=name
	Steps []Measure `json:"steps"`
	// End is the day by which the control is met again, for example 2027-05-20.
	End Date `json:"end"`
}

// ControlExceptionSpec is a comply-or-explain decision for one control.
// +kubebuilder:validation:XValidation:rule="self.type != 'Compensated' || has(self.compensation)",fieldPath=.compensation,message="a Compensated exception says which measure takes the control's place, for example compensation: Volumes are encrypted by the storage system"
// +kubebuilder:validation:XValidation:rule=`!(self.requestedBy.lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', "").find(r'[^:#/\\|]*$') + '@').startsWith(self.approval.by.lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', "").find(r'[^:#/\\|]*$') + '@') && !(self.approval.by.lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', "").find(r'[^:#/\\|]*$') + '@').startsWith(self.requestedBy.lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', "").find(r'[^:#/\\|]*$') + '@')`,fieldPath=.approval.by,message="somebody other than requestedBy approves an exception, for example requestedBy: jane@example.org and approval: {by: john@example.org}; two spellings of one name are the same person"
// +kubebuilder:validation:XValidation:rule="self.validUntil > self.approval.at",fieldPath=.validUntil,message="an exception ends after approval.at, for example approval: {at: 2026-11-20} and validUntil: 2027-02-20"
// +kubebuilder:validation:XValidation:rule="!has(self.plan) || self.plan.end <= self.validUntil",fieldPath=.plan.end,message="the plan ends no later than the exception, for example plan: {end: 2027-02-20} and validUntil: 2027-02-20"
// +kubebuilder:validation:XValidation:rule="(self.control == oldSelf.control && self.scope == oldSelf.scope && self.type == oldSelf.type && self.validUntil <= oldSelf.validUntil) || self.approval.at > oldSelf.approval.at || self.approval.reference != oldSelf.approval.reference",fieldPath=.approval,message="the approval was given for another control, scope, type or an earlier validUntil: renew it with a later approval.at or a new approval.reference"
type ControlExceptionSpec struct {
	// Control that is not met, for example LOC-02.
	Control ControlID `json:"control"`
	// Scope of the exception.
	Scope ExceptionScope `json:"scope"`
	// Type: Waived (the risk is accepted) or Compensated (another measure takes its place).
	Type ExceptionType `json:"type"`
	// Reason why the control is not met, for example: The vendor ships the chart without node affinity until release 4.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=2000
	Reason string `json:"reason"`
	// Risk that remains, for example: A pod may start in another region after a node failure.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=2000
	Risk string `json:"risk"`
	// Compensation is the measure that takes the control's place, for example: All node pools are in one region.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=2000
	// +optional
	Compensation string `json:"compensation,omitempty"`
	// ActionPlan says in words how and when the deviation ends.
	// +kubebuilder:validation:MaxLength=2000
	// +optional
	ActionPlan string `json:"actionPlan,omitempty"`
	// Plan says it in steps with an end, which controls that accept an exception only while something is done about it
	// ask for, for example {steps: [{name: renegotiate, description: A clause on EU law is agreed}], end: 2027-05-20}.
	// +optional
	Plan *ActionPlan `json:"plan,omitempty"`
	// RequestedBy is the person who asked for the exception, for example jane@example.org.
	RequestedBy PersonName `json:"requestedBy"`
	// Approval by somebody else. A change of control, scope or type and a later validUntil need a new one.
	Approval Approval `json:"approval"`
	// ValidUntil is the date on which the exception ends, at 00:00 Europe/Copenhagen, for example 2027-02-20.
	ValidUntil Date `json:"validUntil"`
}

// ControlExceptionStatus is what the operator found.
type ControlExceptionStatus struct {
	// ObservedGeneration is the generation of the spec that was checked.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// Conditions: Ready, Accepted, Valid (in force now), InUse (covers a failing result), Current (nothing that is due is
	// overdue).
	// +kubebuilder:validation:MaxItems=16
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`
	// Approval: Verified if the request that wrote the spec came from approval.by, else Claimed.
	// +optional
	Approval ApprovalState `json:"approval,omitempty"`
	// ApprovalMessage says why the approval is Claimed, or what verified it.
	// +optional
	ApprovalMessage Message `json:"approvalMessage,omitempty"`
	// VerifiedGeneration is the generation of the spec that the approver was seen to write; 0: none. The operator remembers
	// here what it cannot see again.
	// +kubebuilder:validation:Minimum=0
	// +optional
	VerifiedGeneration int64 `json:"verifiedGeneration,omitempty"`
	// Covered counts the failing results covered now.
	// +kubebuilder:validation:Minimum=0
	// +optional
	Covered int32 `json:"covered"`
	// NextDeadline of the exception: its end, a step of its plan, or the next status to the controllers.
	// +optional
	NextDeadline *DeadlineStatus `json:"nextDeadline,omitempty"`
}

// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=cex,categories=tilsyn
// +kubebuilder:printcolumn:name="Control",type=string,JSONPath=`.spec.control`
// +kubebuilder:printcolumn:name="Solution",type=string,JSONPath=`.spec.scope.solution`
// +kubebuilder:printcolumn:name="Environment",type=string,JSONPath=`.spec.scope.environment`
// +kubebuilder:printcolumn:name="Until",type=string,JSONPath=`.spec.validUntil`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.status.conditions[?(@.type=="Valid")].reason`
// +kubebuilder:printcolumn:name="Approval",type=string,JSONPath=`.status.approval`
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
