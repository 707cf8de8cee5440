package v1alpha1

// RiskScenario is one threat in a risk assessment and what remains of it.
type RiskScenario struct {
	// Name of the scenario, unique in the list, for example ransomware.
	Name LinkName `json:"name"`
	// Threat in one line, for example Extortion through a stolen administrator account.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	// +optional
	Threat Line `json:"threat,omitempty"`
	// Likelihood with the present measures.
	Likelihood Level `json:"likelihood"`
	// Consequence if it happens.
	Consequence Level `json:"consequence"`
	// ResidualRisk after the decided measures.
	// +optional
	ResidualRisk Level `json:"residualRisk,omitempty"`
}

// RiskAssessment holds what a risk assessment must state.
type RiskAssessment struct {
	// Kind: of the Organisation, or of the DataSubjects.
	// +kubebuilder:validation:Enum=Organisation;DataSubjects
	Kind string `json:"kind"`
	// SolutionVersion that was assessed, for example 2026.2.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +optional
	SolutionVersion Line `json:"solutionVersion,omitempty"`
	// ThreatLevel used, as the authority states it, for example Very high.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +optional
	ThreatLevel Line `json:"threatLevel,omitempty"`
	// ContentHash of the document, for example sha256:9f86d081; a renewed date on unchanged content shows by it.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +optional
	ContentHash Line `json:"contentHash,omitempty"`
	// Scenarios, for example [{name: ransomware, likelihood: Medium, consequence: High}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	// +listType=map
	// +listMapKey=name
	// +optional
	Scenarios []RiskScenario `json:"scenarios,omitempty"`
	// Measures decided, for example [{name: mfa, description: Administrators log in with a key, dueAt: 2027-01-31}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=map
	// +listMapKey=name
	// +optional
	Measures []Measure `json:"measures,omitempty"`
}

// PriorConsultation of the authority (GDPR art. 36).
// +kubebuilder:validation:XValidation:rule="!has(self.answeredAt) || self.answeredAt >= self.sentAt",fieldPath=.answeredAt,message="the authority answers on or after the day it was asked, for example sentAt: 2026-05-01 and answeredAt: 2026-06-20"
type PriorConsultation struct {
	// SentAt is the day on which the authority was asked, for example 2026-05-01.
	SentAt Date `json:"sentAt"`
	// AnsweredAt is the day of the answer, for example 2026-06-20.
	// +optional
	AnsweredAt Date `json:"answeredAt,omitempty"`
	// Outcome of the consultation.
	// +kubebuilder:validation:Enum=MayProceed;MayProceedWithConditions;MayNotProceed
	// +optional
	Outcome string `json:"outcome,omitempty"`
	// Reference of the authority, for example 2026-431-1234.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	// +optional
	Reference Line `json:"reference,omitempty"`
}

// ImpactAssessment holds the screening and, where one is required, the data protection impact assessment (GDPR art. 35).
// +kubebuilder:validation:XValidation:rule="self.required || has(self.reason)",fieldPath=.reason,message="a screening that finds no impact assessment required says why, for example required: false and reason: No new technology and no special categories"
// +kubebuilder:validation:XValidation:rule="!has(self.priorConsultation) || !has(self.finishedAt) || self.priorConsultation.sentAt >= self.finishedAt",fieldPath=.priorConsultation.sentAt,message="the authority is asked after the assessment is finished, for example finishedAt: 2026-04-20 and priorConsultation: {sentAt: 2026-05-01}"
type ImpactAssessment struct {
	// Required or not, by the screening.
	Required bool `json:"required"`
	// Reason for the answer, for example Large-scale processing of health data.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=2000
	// +optional
	Reason string `json:"reason,omitempty"`
	// Part: Contribution (the provider's) or Final (the controller's). Only Final counts for the controller.
	// +kubebuilder:validation:Enum=Contribution;Final
	// +optional
	Part string `json:"part,omitempty"`
	// ScreenedAt is the day of the screening, for example 2026-03-01.
	// +optional
	ScreenedAt Date `json:"screenedAt,omitempty"`
	// FinishedAt is the day on which the assessment was finished, for example 2026-04-20.
	// +optional
	FinishedAt Date `json:"finishedAt,omitempty"`
	// DPOConsultedAt is the day on which the data protection officer gave advice, for example 2026-04-10.
	// +optional
	DPOConsultedAt Date `json:"dpoConsultedAt,omitempty"`
	// NewTechnology is true where the processing uses technology that is new to the institution.
	// +optional
	NewTechnology bool `json:"newTechnology,omitempty"`
	// ResidualRisk after the measures.
	// +optional
	ResidualRisk Level `json:"residualRisk,omitempty"`
	// PriorConsultation of the authority, needed where the residual risk is High, for example {sentAt: 2026-05-01}.
	// +optional
	PriorConsultation *PriorConsultation `json:"priorConsultation,omitempty"`
	// Measures decided, for example [{name: pseudonyms, description: Test data are pseudonyms, dueAt: 2026-12-31}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=map
	// +listMapKey=name
	// +optional
	Measures []Measure `json:"measures,omitempty"`
}

// Exercise holds what an exercise must state.
type Exercise struct {
	// Kind: Tabletop (a meeting), Technical (systems were restored) or Full (business and systems). A Tabletop is no
	// exercise of restoring.
	// +kubebuilder:validation:Enum=Tabletop;Technical;Full
	Kind string `json:"kind"`
	// Suppliers that took part, by the names of their resources, for example [netcompany].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +listType=set
	// +optional
	Suppliers []ObjectName `json:"suppliers,omitempty"`
	// RecoveryTime measured, for example 3h.
	// +optional
	RecoveryTime Duration `json:"recoveryTime,omitempty"`
	// Result of the exercise.
	// +kubebuilder:validation:Enum=Met;PartlyMet;NotMet
	Result string `json:"result"`
	// Measures decided, for example [{name: phone-list, description: The list of phone numbers is renewed}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=map
	// +listMapKey=name
	// +optional
	Measures []Measure `json:"measures,omitempty"`
}

// AccessReview holds what a review of rights must state.
// +kubebuilder:validation:XValidation:rule="!has(self.removed) || self.removed <= self.reviewed",fieldPath=.removed,message="no more rights are removed than reviewed, for example reviewed: 40 and removed: 3"
type AccessReview struct {
	// Reviewed counts the accounts or rights that were gone through, for example 40. A review of nothing is none.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000000
	Reviewed int32 `json:"reviewed"`
	// Removed counts those taken away, for example 3.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000
	// +optional
	Removed *int32 `json:"removed,omitempty"`
	// Scope of the review.
	// +kubebuilder:validation:Enum=Cluster;Solution;Both
	Scope string `json:"scope"`
	// ReviewerCheckedBy is the person who reviewed the rights of the one who attests, for example john@example.org; nobody
	// reviews their own.
	// +optional
	ReviewerCheckedBy PersonName `json:"reviewerCheckedBy,omitempty"`
	// LeaversRemovedWithin is the longest time found between somebody's leaving and the end of their rights, for example 1d.
	// +optional
	LeaversRemovedWithin Duration `json:"leaversRemovedWithin,omitempty"`
}

// AccessLogReview holds what a review of the use of personal data must state.
// +kubebuilder:validation:XValidation:rule="self.until > self.from",fieldPath=.until,message="the period that was reviewed ends after it begins, for example from: 2026-05-01 and until: 2026-11-01"
// +kubebuilder:validation:XValidation:rule="!has(self.followedUp) || self.followedUp <= self.findings",fieldPath=.followedUp,message="no more findings are followed up than there are, for example findings: 2 and followedUp: 2"
type AccessLogReview struct {
	// From is the first day of the period that was reviewed, for example 2026-05-01.
	From Date `json:"from"`
	// Until is the day after its last one, for example 2026-11-01.
	Until Date `json:"until"`
	// Sampled counts the records that were looked at, for example 120. A review of nothing is none.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100000000
	Sampled int32 `json:"sampled"`
	// Findings counts uses that could not be explained at once, for example 2.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000
	Findings int32 `json:"findings"`
	// FollowedUp counts the findings that were brought to an end, for example 2.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000
	// +optional
	FollowedUp *int32 `json:"followedUp,omitempty"`
	// Selection of the sample: Random, RiskBased, All, or Fixed (always the same, so that it can be foreseen).
	// +kubebuilder:validation:Enum=Random;RiskBased;All;Fixed
	Selection string `json:"selection"`
	// DrawnBy is the person who drew the sample, for example john@example.org; nobody draws a sample of their own use.
	// +optional
	DrawnBy PersonName `json:"drawnBy,omitempty"`
}

// AlertTest holds what a test of the alarm path must state.
type AlertTest struct {
	// Alert that was raised, for example TooManyFailedLogins.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	Alert Line `json:"alert"`
	// Receiver that it reached, for example duty-officer.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	Receiver Line `json:"receiver"`
	// ResponseTime until a person acted on it, for example 20m.
	ResponseTime Duration `json:"responseTime"`
}

// Encryption holds what an attestation of encryption of data at rest states.
type Encryption struct {
	// Keys are controlled by the Provider or by the Customer.
	// +kubebuilder:validation:Enum=Provider;Customer
	Keys string `json:"keys"`
	// Rewritten is true where data written before encryption was switched on have been written again.
	// +optional
	Rewritten bool `json:"rewritten,omitempty"`
}

// TestData holds what a review of test data states.
type TestData struct {
	// Method by which the data in test and development were made: Synthetic, Anonymised, Pseudonymised (still personal
	// data) or Copied from production.
	// +kubebuilder:validation:Enum=Synthetic;Anonymised;Pseudonymised;Copied
	Method string `json:"method"`
	// Description of the method, for example Document 4711, section 3.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	Description Line `json:"description,omitempty"`
}

// Deletion holds what an erasure must state.
type Deletion struct {
	// Rules of HostedSolution.spec.retention that it carried out, for example [messages].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=set
	Rules []LinkName `json:"rules"`
	// Count of records erased, for example 1200. 0 states that nothing was due.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000000
	Count int32 `json:"count"`
}

// ManagementStatement holds what a management's own statement must state.
type ManagementStatement struct {
	// Year that it is about, for example 2025.
	// +kubebuilder:validation:Minimum=2000
	// +kubebuilder:validation:Maximum=2199
	Year int32 `json:"year"`
	// PublishedAt is the day on which it was made available, for example 2026-03-15.
	// +optional
	PublishedAt Date `json:"publishedAt,omitempty"`
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
