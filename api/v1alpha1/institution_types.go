package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// InstitutionType is what an institution is.
// +kubebuilder:validation:Enum=Municipality;Region;StateAuthority;SelfGoverning;Secretariat;Other
type InstitutionType string

// Types of institutions. A Secretariat supervises for its members; SelfGoverning ones receive the management statement.
const (
	InstitutionMunicipality   InstitutionType = "Municipality"
	InstitutionRegion         InstitutionType = "Region"
	InstitutionStateAuthority InstitutionType = "StateAuthority"
	InstitutionSelfGoverning  InstitutionType = "SelfGoverning"
	InstitutionSecretariat    InstitutionType = "Secretariat"
	InstitutionOther          InstitutionType = "Other"
)

// SecretariatMembership says that another institution supervises for this one, and when.
// +kubebuilder:validation:XValidation:rule="!has(self.from) || !has(self.until) || self.until > self.from",fieldPath=.until,message="a membership ends after it begins, for example from: 2022-01-01 and until: 2026-01-01"
type SecretariatMembership struct {
	// Institution that supervises, by the name of its resource, for example dbs.
	Institution ObjectName `json:"institution"`
	// From is the first day, for example 2022-01-01. Left out: always.
	// +optional
	From Date `json:"from,omitempty"`
	// Until is the day on which it ends, for example 2026-01-01. Left out: it goes on.
	// +optional
	Until Date `json:"until,omitempty"`
}

// SecurityPolicy is the institution's information security policy.
type SecurityPolicy struct {
	// Document of the policy, for example {reference: Information security policy, version: 7}.
	Document DocumentReference `json:"document"`
	// ApprovedAt is the day of management's approval, for example 2026-03-10.
	// +optional
	ApprovedAt Date `json:"approvedAt,omitempty"`
	// ApprovedBy is who approved it, for example Board of directors.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	// +optional
	ApprovedBy Line `json:"approvedBy,omitempty"`
	// Minutes of the approval, for example Minutes 2026-03-10, item 4.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	// +optional
	Minutes Line `json:"minutes,omitempty"`
}

// GuidelineArea is an area of information security, after ISO/IEC 27002.
// +kubebuilder:validation:Enum=Policies;Organisation;HumanResources;Assets;AccessControl;Cryptography;PhysicalSecurity;Operations;Communications;Development;Suppliers;Incidents;Continuity;Compliance
type GuidelineArea string

// GuidelineAreas lists every area that needs a guideline or a reason for having none.
func GuidelineAreas() []GuidelineArea {
	return []GuidelineArea{
		"Policies", "Organisation", "HumanResources", "Assets", "AccessControl", "Cryptography", "PhysicalSecurity", "Operations",
		"Communications", "Development", "Suppliers", "Incidents", "Continuity", "Compliance",
	}
}

// Guideline covers one area, or says why the area is not relevant.
// +kubebuilder:validation:XValidation:rule="has(self.reference) != has(self.notRelevant)",message="an area has a guideline or a reason for having none, for example {area: Incidents, reference: Guideline 12} or {area: Development, notRelevant: Nothing is developed here}"
type Guideline struct {
	// Area of the guideline.
	Area GuidelineArea `json:"area"`
	// Reference to the guideline, for example Guideline 12.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	// +optional
	Reference Line `json:"reference,omitempty"`
	// ReviewedAt is the day of its last review, for example 2026-03-10.
	// +optional
	ReviewedAt Date `json:"reviewedAt,omitempty"`
	// NotRelevant is the reason why the area needs no guideline, for example Nothing is developed here.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	NotRelevant Line `json:"notRelevant,omitempty"`
}

// Awareness is the last round of making people aware of information security.
// +kubebuilder:validation:XValidation:rule="self.completed <= self.people",fieldPath=.completed,message="no more people complete a round than there are, for example people: 5000 and completed: 4700"
type Awareness struct {
	// LastRound is the day on which the last round ended, for example 2026-05-31.
	LastRound Date `json:"lastRound"`
	// People who should take part, for example 5000.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10000000
	People int32 `json:"people"`
	// Completed counts those who finished it, not those invited, for example 4700.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=10000000
	Completed int32 `json:"completed"`
}

// YearlyReport to the institution's management.
type YearlyReport struct {
	// Year that the last report is about, for example 2025.
	// +kubebuilder:validation:Minimum=2000
	// +kubebuilder:validation:Maximum=2199
	Year int32 `json:"year"`
	// SentAt is the day on which it was sent, for example 2026-02-15.
	SentAt Date `json:"sentAt"`
	// Reference to the report, for example Case 2026-1234.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	// +optional
	Reference Line `json:"reference,omitempty"`
}

// ResponsibilityAcceptance is an institution's acceptance of the split of responsibility.
type ResponsibilityAcceptance struct {
	// Version that was accepted, for example 3.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Version Line `json:"version"`
	// At is the day of the acceptance, for example 2026-04-01.
	At Date `json:"at"`
	// By is the person who accepted, for example jane@example.org.
	// +optional
	By PersonName `json:"by,omitempty"`
}

// InstitutionRecord is the institution's own record of processing for one solution.
type InstitutionRecord struct {
	// Reference to the record, for example Record 2026-17.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	Reference Line `json:"reference"`
	// ConfirmedAt is the day on which it was last confirmed, for example 2026-06-01.
	// +optional
	ConfirmedAt Date `json:"confirmedAt,omitempty"`
	// AdaptedAt is the day on which a copy of the provider's auxiliary record was adapted to local use, for example
	// 2026-02-01. Left out: never.
	// +optional
	AdaptedAt Date `json:"adaptedAt,omitempty"`
}

// SolutionUse is what an institution says of its own use of one solution.
// +kubebuilder:validation:XValidation:rule="!has(self.from) || !has(self.until) || self.until > self.from",fieldPath=.until,message="a use ends after it begins, for example from: 2022-01-01 and until: 2026-01-01"
type SolutionUse struct {
	// Solution by name, for example aula.
	Solution ObjectName `json:"solution"`
	// From is the first day of use, for example 2019-10-01.
	// +optional
	From Date `json:"from,omitempty"`
	// Until is the day on which the use ends, for example 2028-01-01. Left out: it goes on.
	// +optional
	Until Date `json:"until,omitempty"`
	// Acceptance of the split of responsibility, for example {version: 3, at: 2026-04-01}.
	// +optional
	Acceptance *ResponsibilityAcceptance `json:"acceptance,omitempty"`
	// WithinPurposeConfirmedAt is the day on which use within the purpose was last confirmed, for example 2026-04-01.
	// +optional
	WithinPurposeConfirmedAt Date `json:"withinPurposeConfirmedAt,omitempty"`
	// Record of processing of the institution itself, for example {reference: Record 2026-17, confirmedAt: 2026-06-01}.
	// +optional
	Record *InstitutionRecord `json:"record,omitempty"`
	// ComplementaryControlsConfirmedAt is the day on which the institution last confirmed that it carries out the controls
	// that the statements leave to it, for example 2026-04-01.
	// +optional
	ComplementaryControlsConfirmedAt Date `json:"complementaryControlsConfirmedAt,omitempty"`
	// Adaptations made locally, for example Own integration to the case system.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	Adaptations Line `json:"adaptations,omitempty"`
}

// InstitutionSpec describes one public body and its own part of the responsibility. Its labels put it into groups of
// controllers.
type InstitutionSpec struct {
	// LegalName of the body, for example Aarhus Kommune.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	LegalName Line `json:"legalName"`
	// Type of the body.
	// +optional
	Type InstitutionType `json:"type,omitempty"`
	// RegistrationNumber, for example 55133018.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +optional
	RegistrationNumber Line `json:"registrationNumber,omitempty"`
	// Contacts per role, for example [{role: DPO, email: dpo@example.org}, {role: Statements, email: audit@example.org}].
	// +kubebuilder:validation:MaxItems=20
	// +listType=map
	// +listMapKey=role
	// +optional
	Contacts []Contact `json:"contacts,omitempty"`
	// ContactsConfirmedAt is the day on which the contacts were last tried, for example 2026-10-01.
	// +optional
	ContactsConfirmedAt Date `json:"contactsConfirmedAt,omitempty"`
	// Secretariats that supervise for this institution, for example [{institution: dbs, from: 2022-01-01}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	// +listType=atomic
	// +optional
	Secretariats []SecretariatMembership `json:"secretariats,omitempty"`
	// Policy on information security.
	// +optional
	Policy *SecurityPolicy `json:"policy,omitempty"`
	// Guidelines, one for each area, for example [{area: Incidents, reference: Guideline 12}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=14
	// +listType=map
	// +listMapKey=area
	// +optional
	Guidelines []Guideline `json:"guidelines,omitempty"`
	// Awareness of the people, for example {lastRound: 2026-05-31, people: 5000, completed: 4700}.
	// +optional
	Awareness *Awareness `json:"awareness,omitempty"`
	// YearlyReport to management, for example {year: 2025, sentAt: 2026-02-15}.
	// +optional
	YearlyReport *YearlyReport `json:"yearlyReport,omitempty"`
	// IncidentProcedure refers to what the institution does at an incident, for example Guideline 12.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	IncidentProcedure Line `json:"incidentProcedure,omitempty"`
	// Uses of solutions, for example [{solution: aula, acceptance: {version: 3, at: 2026-04-01}}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=200
	// +listType=map
	// +listMapKey=solution
	// +optional
	Uses []SolutionUse `json:"uses,omitempty"`
}

// InstitutionResult is an institution's own state in one solution.
type InstitutionResult struct {
	// Solution by name, for example aula.
	// +kubebuilder:validation:MaxLength=63
	Solution string          `json:"solution"`
	State    ComplianceState `json:"state"`
	Counts   Counts          `json:"counts"`
	// WorstControl is the failed or unknown control of the highest severity.
	// +kubebuilder:validation:MaxLength=32
	// +optional
	WorstControl string `json:"worstControl,omitempty"`
}

// InstitutionStatus is what the operator found. Results of one institution live here and never in a solution, which may
// have a hundred institutions.
type InstitutionStatus struct {
	// ObservedGeneration is the generation of the spec that was evaluated.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// Conditions: Ready, Accepted (names exist), Current (nothing overdue).
	// +kubebuilder:validation:MaxItems=16
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`
	// LastEvaluationTime is refreshed at every evaluation and at least once per heartbeat.
	// +optional
	LastEvaluationTime *metav1.Time `json:"lastEvaluationTime,omitempty"`
	// State is the worst of the institution's states.
	// +optional
	State ComplianceState `json:"state,omitempty"`
	// Failed counts failed controls over all solutions and the institution itself.
	// +kubebuilder:validation:Minimum=0
	// +optional
	Failed int32 `json:"failed"`
	// Unknown counts undecided controls over all solutions and the institution itself.
	// +kubebuilder:validation:Minimum=0
	// +optional
	Unknown int32 `json:"unknown"`
	// Solutions and the institution's own state in each.
	// +kubebuilder:validation:MaxItems=200
	// +listType=map
	// +listMapKey=solution
	// +optional
	Solutions []InstitutionResult `json:"solutions,omitempty"`
	// Controls judged on the institution, folded over its solutions.
	// +kubebuilder:validation:MaxItems=100
	// +listType=map
	// +listMapKey=control
	// +optional
	Controls []ControlStatus `json:"controls,omitempty"`
	// Findings on the institution, worst first.
	// +kubebuilder:validation:MaxItems=50
	// +listType=atomic
	// +optional
	Findings []Finding `json:"findings,omitempty"`
	// FindingsOmitted counts the findings left out.
	// +kubebuilder:validation:Minimum=0
	// +optional
	FindingsOmitted int32 `json:"findingsOmitted,omitempty"`
	// NextDeadline of the institution.
	// +optional
	NextDeadline *DeadlineStatus `json:"nextDeadline,omitempty"`
}

// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=inst,categories=tilsyn
// +kubebuilder:validation:XValidation:rule="self.metadata.name.size() <= 63",message="metadata.name may have at most 63 characters, because other resources refer to it, for example aarhus"
// +kubebuilder:printcolumn:name="Name of body",type=string,JSONPath=`.spec.legalName`
// +kubebuilder:printcolumn:name="Type",type=string,JSONPath=`.spec.type`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.status.state`
// +kubebuilder:printcolumn:name="Failed",type=integer,JSONPath=`.status.failed`
// +kubebuilder:printcolumn:name="Unknown",type=integer,JSONPath=`.status.unknown`
// +kubebuilder:printcolumn:name="Next",type=string,JSONPath=`.status.nextDeadline.subject`
// +kubebuilder:printcolumn:name="Due",type=string,JSONPath=`.status.nextDeadline.due`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`

// Institution is one public body that uses solutions, normally as their controller.
type Institution struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   InstitutionSpec   `json:"spec"`
	Status InstitutionStatus `json:"status,omitempty"`
}

// +kubebuilder:object:root=true

// InstitutionList is a list of Institutions.
type InstitutionList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Institution `json:"items"`
}
