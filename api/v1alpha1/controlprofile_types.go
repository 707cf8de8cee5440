package v1alpha1

import (
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// DefaultProfileName is the profile of solutions that name none.
const DefaultProfileName = "public-sector"

// ControlMode says what a control's result means.
// +kubebuilder:validation:Enum=Observe;Required
type ControlMode string

// Modes. Observe is shown and counts in no state and no alert.
const (
	ModeObserve  ControlMode = "Observe"
	ModeRequired ControlMode = "Required"
)

// LevelParameters are parameters of a control at one level of confidentiality.
type LevelParameters struct {
	// Level the parameters are for.
	Level Confidentiality `json:"level"`
	// Parameters of the control, for example {historyWindow: 48h}; `tilsyn explain CONTROL` lists them.
	// +kubebuilder:validation:Type=object
	// +kubebuilder:validation:MaxProperties=20
	// +kubebuilder:pruning:PreserveUnknownFields
	Parameters apiextensionsv1.JSON `json:"parameters"`
}

// ProfileControl is one control in a profile.
// +kubebuilder:validation:XValidation:rule="!has(self.requiredFrom) || self.mode == 'Observe'",fieldPath=.requiredFrom,message="only a control in mode Observe becomes Required later, for example {control: LOC-02, mode: Observe, requiredFrom: 2027-03-01}"
type ProfileControl struct {
	// Control of the catalogue, for example LOC-02.
	Control ControlID `json:"control"`
	// Mode: Observe or Required.
	Mode ControlMode `json:"mode"`
	// RequiredFrom is the date on which an Observe entry becomes Required, for example 2027-03-01.
	// +optional
	RequiredFrom Date `json:"requiredFrom,omitempty"`
	// Mandatory controls take no exception.
	// +optional
	Mandatory bool `json:"mandatory,omitempty"`
	// Parameters for every level, for example {historyWindow: 48h}; entries of levels win. `tilsyn explain CONTROL` lists
	// them.
	// +kubebuilder:validation:Type=object
	// +kubebuilder:validation:MaxProperties=20
	// +kubebuilder:pruning:PreserveUnknownFields
	// +optional
	Parameters *apiextensionsv1.JSON `json:"parameters,omitempty"`
	// Levels holds parameters that differ per level, for example [{level: Sensitive, parameters: {historyWindow: 72h}}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=4
	// +listType=map
	// +listMapKey=level
	// +optional
	Levels []LevelParameters `json:"levels,omitempty"`
}

// LocationCap is the widest set of places a level may use.
type LocationCap struct {
	// Level of confidentiality.
	Level Confidentiality `json:"level"`
	// Allowed places, for example [{group: EEA}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	// +listType=atomic
	Allowed []Location `json:"allowed"`
}

// ControlProfileSpec is the yardstick.
type ControlProfileSpec struct {
	// Description for people.
	// +kubebuilder:validation:MaxLength=1000
	// +optional
	Description string `json:"description,omitempty"`
	// CatalogueVersion the profile was written for, for example 1; controls that are newer enter as Observe.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=20
	// +optional
	CatalogueVersion Line `json:"catalogueVersion,omitempty"`
	// AssumedConfidentiality of unclassified solutions. Left out: Sensitive.
	// +optional
	AssumedConfidentiality Confidentiality `json:"assumedConfidentiality,omitempty"`
	// LocationCaps per level. Left out: Public any country with an uncontested adequacy decision; the others EEA.
	// +kubebuilder:validation:MaxItems=4
	// +listType=map
	// +listMapKey=level
	// +optional
	LocationCaps []LocationCap `json:"locationCaps,omitempty"`
	// RequireVerifiedApprovalFrom is the lowest level at which an approval must be Verified.
	// +optional
	RequireVerifiedApprovalFrom Confidentiality `json:"requireVerifiedApprovalFrom,omitempty"`
	// Controls; those of the catalogue that are not listed are Observe.
	// +kubebuilder:validation:MaxItems=100
	// +listType=map
	// +listMapKey=control
	Controls []ProfileControl `json:"controls"`
}

// ControlProfileStatus is what the operator found.
type ControlProfileStatus struct {
	// ObservedGeneration is the generation of the spec that was checked.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// Conditions: Ready, Accepted (every control known, every parameter valid).
	// +kubebuilder:validation:MaxItems=16
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`
	// Required counts the controls required today.
	// +kubebuilder:validation:Minimum=0
	// +optional
	Required int32 `json:"required"`
	// Observed counts the controls that are only observed today.
	// +kubebuilder:validation:Minimum=0
	// +optional
	Observed int32 `json:"observed"`
	// Solutions counts the solutions that use the profile.
	// +kubebuilder:validation:Minimum=0
	// +optional
	Solutions int32 `json:"solutions"`
}

// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=cprof,categories=tilsyn
// +kubebuilder:validation:XValidation:rule="self.metadata.name.size() <= 63",message="metadata.name may have at most 63 characters, because it is used as the value of labels, for example public-sector"
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Required",type=integer,JSONPath=`.status.required`
// +kubebuilder:printcolumn:name="Observed",type=integer,JSONPath=`.status.observed`
// +kubebuilder:printcolumn:name="Solutions",type=integer,JSONPath=`.status.solutions`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`

// ControlProfile says which controls are required, with which parameters.
type ControlProfile struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   ControlProfileSpec   `json:"spec"`
	Status ControlProfileStatus `json:"status,omitempty"`
}

// +kubebuilder:object:root=true

// ControlProfileList is a list of ControlProfiles.
type ControlProfileList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []ControlProfile `json:"items"`
}
