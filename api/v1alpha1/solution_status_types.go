package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// EnvironmentSummary is one environment of a solution as its status shows it.
type EnvironmentSummary struct {
	// +kubebuilder:validation:MaxLength=253
	Name  string          `json:"name"`
	Stage Stage           `json:"stage"`
	State ComplianceState `json:"state"`
}

// HostedSolutionStatus is what the operator found.
type HostedSolutionStatus struct {
	// ObservedGeneration is the generation of the spec that was evaluated.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// Conditions: Ready (accepted and evaluated; says nothing about compliance), Accepted, Deployed, Current (nothing that is due
	// is overdue).
	// +kubebuilder:validation:MaxItems=16
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`
	// LastEvaluationTime is refreshed at every evaluation and at least once per heartbeat.
	// +optional
	LastEvaluationTime *metav1.Time `json:"lastEvaluationTime,omitempty"`
	// State is the worst of the solution's own results and its production environments.
	// +optional
	State ComplianceState `json:"state,omitempty"`
	// Provider's results.
	// +optional
	Provider *PartyStatus `json:"provider,omitempty"`
	// Institution's results.
	// +optional
	Institution *PartyStatus `json:"institution,omitempty"`
	// Failed counts failed controls of the solution and its production environments.
	// +kubebuilder:validation:Minimum=0
	// +optional
	Failed int32 `json:"failed"`
	// Unknown counts undecided controls of the solution and its production environments.
	// +kubebuilder:validation:Minimum=0
	// +optional
	Unknown int32 `json:"unknown"`
	// WorstControl is the failed or unknown control of the highest severity.
	// +kubebuilder:validation:MaxLength=32
	// +optional
	WorstControl string `json:"worstControl,omitempty"`
	// Resolved values and their origin.
	// +optional
	Resolved *ResolvedRequirements `json:"resolved,omitempty"`
	// Environments of this solution in this cluster.
	// +kubebuilder:validation:MaxItems=100
	// +listType=map
	// +listMapKey=name
	// +optional
	Environments []EnvironmentSummary `json:"environments,omitempty"`
	// Controls judged on the solution itself.
	// +kubebuilder:validation:MaxItems=100
	// +listType=map
	// +listMapKey=control
	// +optional
	Controls []ControlStatus `json:"controls,omitempty"`
	// Findings on the solution itself, worst first.
	// +kubebuilder:validation:MaxItems=50
	// +listType=atomic
	// +optional
	Findings []Finding `json:"findings,omitempty"`
	// FindingsOmitted counts the findings left out.
	// +kubebuilder:validation:Minimum=0
	// +optional
	FindingsOmitted int32 `json:"findingsOmitted,omitempty"`
	// NextDeadline of the solution: what is recorded in its spec, and statements that nobody has recorded.
	// +optional
	NextDeadline *DeadlineStatus `json:"nextDeadline,omitempty"`
}

// ResolvedRequirements are the effective requirements and where they come from.
type ResolvedRequirements struct {
	// Profile in force.
	// +kubebuilder:validation:MaxLength=253
	Profile string `json:"profile"`
	// Confidentiality in force; assumed when the solution states none.
	Confidentiality Confidentiality `json:"confidentiality"`
	// Assumed is true when the solution is unclassified and the profile's assumed level is used.
	// +optional
	Assumed bool `json:"assumed,omitempty"`
	// Integrity in force.
	Integrity Level `json:"integrity"`
	// Availability in force.
	Availability Level `json:"availability"`
	// Locations in force, for example "DK, IE (aws: eu-west-1)".
	// +kubebuilder:validation:MaxLength=4096
	// +optional
	Locations string `json:"locations,omitempty"`
	// Origin says where each value comes from, for example confidentiality: Solution, locations: Profile.
	// +kubebuilder:validation:MaxProperties=20
	// +optional
	Origin map[string]string `json:"origin,omitempty"`
}
