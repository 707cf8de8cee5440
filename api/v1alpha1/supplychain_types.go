package v1alpha1

// LabelSelector chooses resources by labels that must all be there with the value given.
type LabelSelector struct {
	// MatchLabels, all of which must hold, for example {tilsyn.dev/group: municipalities}.
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=5
	MatchLabels map[string]string `json:"matchLabels"`
}

// Matches reports whether the labels hold every pair of the selector. A selector without pairs matches nothing.
func (s *LabelSelector) Matches(labels map[string]string) bool {
	if s == nil || len(s.MatchLabels) == 0 {
		return false
	}
	for key, value := range s.MatchLabels {
		if got, ok := labels[key]; !ok || got != value {
			return false
		}
	}
	return true
}

// DocumentReference names one version of a document.
type DocumentReference struct {
	// Reference to the document, for example a case number or URL.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Reference Line `json:"reference"`
	// Version of the document, for example 3.2.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +optional
	Version Line `json:"version,omitempty"`
	// Date of the version, for example 2026-06-01.
	// +optional
	Date Date `json:"date,omitempty"`
}

// Measure is something that somebody will do, or has done, by a date.
// +kubebuilder:validation:XValidation:rule="!has(self.doneAt) || has(self.evidence)",fieldPath=.evidence,message="a measure that is done says what shows it, for example doneAt: 2026-11-20 and evidence: Case 2026-1234"
type Measure struct {
	// Name of the measure, unique in its list, for example encrypt-exports.
	Name LinkName `json:"name"`
	// Description of what is done, for example Exports are encrypted before they leave the cluster.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1000
	Description string `json:"description"`
	// Owner who does it, a role or organisation, for example Netcompany operations.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	// +optional
	Owner Line `json:"owner,omitempty"`
	// Severity of what the measure is against; decides how long it may take.
	// +optional
	Severity Severity `json:"severity,omitempty"`
	// DueAt is the day by which it is done, for example 2027-02-01.
	// +optional
	DueAt Date `json:"dueAt,omitempty"`
	// DoneAt is the day on which it was done, for example 2027-01-20.
	// +optional
	DoneAt Date `json:"doneAt,omitempty"`
	// Evidence that it was done, for example Case 2026-1234.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	Evidence Line `json:"evidence,omitempty"`
}

// TransferBasis is the ground on which personal data may go to a third country (GDPR chapter V).
// +kubebuilder:validation:Enum=Adequacy;StandardContractualClauses;BindingCorporateRules;OtherSafeguards;Derogation
type TransferBasis string

// Grounds of a transfer: Adequacy is art. 45, Derogation art. 49, the others art. 46.
const (
	TransferAdequacy                   TransferBasis = "Adequacy"
	TransferStandardContractualClauses TransferBasis = "StandardContractualClauses"
	TransferBindingCorporateRules      TransferBasis = "BindingCorporateRules"
	TransferOtherSafeguards            TransferBasis = "OtherSafeguards"
	TransferDerogation                 TransferBasis = "Derogation"
)

// NeedsImpactAssessment reports whether the ground needs a transfer impact assessment: those of art. 46 do.
func (b TransferBasis) NeedsImpactAssessment() bool {
	return b == TransferStandardContractualClauses || b == TransferBindingCorporateRules || b == TransferOtherSafeguards
}

// Transfer is one third country that personal data go to or can be reached from, and the ground for it.
type Transfer struct {
	// Country of the recipient, for example US.
	Country CountryCode `json:"country"`
	// Basis of the transfer.
	Basis TransferBasis `json:"basis"`
	// Reference to the decision, clauses or rules, for example Clauses of 2021-06-04, module 3.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	Reference Line `json:"reference,omitempty"`
	// ImpactAssessment of the transfer, needed with a ground of art. 46, for example {reference: Case 2026-12, date:
	// 2026-06-01}.
	// +optional
	ImpactAssessment *DocumentReference `json:"impactAssessment,omitempty"`
}

// AuditStandard is the standard of an assurance statement or certificate. The list is closed, so that a misspelt standard
// is refused and not taken for another one.
// +kubebuilder:validation:Enum=ISAE3000;ISAE3402;SOC1;SOC2;C5;ISO27001;ISO27701
type AuditStandard string

// Standards. The two ISO standards are of certificates and never satisfy a requirement for a statement.
const (
	StandardISAE3000 AuditStandard = "ISAE3000"
	StandardISAE3402 AuditStandard = "ISAE3402"
	StandardSOC1     AuditStandard = "SOC1"
	StandardSOC2     AuditStandard = "SOC2"
	StandardC5       AuditStandard = "C5"
	StandardISO27001 AuditStandard = "ISO27001"
	StandardISO27701 AuditStandard = "ISO27701"
)

// StatementType of an audit: Type1 describes controls on a date, Type2 also their effect over a period.
// +kubebuilder:validation:Enum=Type1;Type2
type StatementType string

// Types of statements, weakest first.
const (
	StatementType1 StatementType = "Type1"
	StatementType2 StatementType = "Type2"
)

// AssuranceLevel of a statement.
// +kubebuilder:validation:Enum=Limited;Reasonable
type AssuranceLevel string

// Levels of assurance, weakest first.
const (
	AssuranceLimited    AssuranceLevel = "Limited"
	AssuranceReasonable AssuranceLevel = "Reasonable"
)

// StatementScope of an audit: General is about an organisation or platform, Specific about one system.
// +kubebuilder:validation:Enum=General;Specific
type StatementScope string

// Scopes of statements. A general one does not satisfy a requirement for a specific one.
const (
	ScopeGeneral  StatementScope = "General"
	ScopeSpecific StatementScope = "Specific"
)

// StatementPart is what a statement covers.
// +kubebuilder:validation:Enum=GeneralITControls;ApplicationControls;GDPRControls;ProcessorAccess
type StatementPart string

// Parts of statements. ProcessorAccess is the processor's own access to the solutions.
const (
	PartGeneralITControls   StatementPart = "GeneralITControls"
	PartApplicationControls StatementPart = "ApplicationControls"
	PartGDPRControls        StatementPart = "GDPRControls"
	PartProcessorAccess     StatementPart = "ProcessorAccess"
)

// StatementKind says which kind of statement one is, or which kind is wanted. What is left out of a requirement is not
// asked for.
type StatementKind struct {
	// Standard of the statement.
	// +optional
	Standard AuditStandard `json:"standard,omitempty"`
	// Type of the statement.
	// +optional
	Type StatementType `json:"type,omitempty"`
	// Level of assurance.
	// +optional
	Level AssuranceLevel `json:"level,omitempty"`
	// Scope of the statement.
	// +optional
	Scope StatementScope `json:"scope,omitempty"`
	// Parts covered, for example [GeneralITControls, GDPRControls].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=4
	// +listType=set
	// +optional
	Parts []StatementPart `json:"parts,omitempty"`
}

// RequiredStatement is a statement that must be received for every audit year.
type RequiredStatement struct {
	// Name of the requirement, unique in the list, for example system.
	Name LinkName `json:"name"`
	// Kind that is required.
	StatementKind `json:",inline"`
	// Link of the supplier chain whose work the statement is about, for example development. Left out: any.
	// +kubebuilder:validation:MaxLength=63
	// +optional
	Link string `json:"link,omitempty"`
	// FromYear is the first audit year, for example 2022. Left out: every year in production.
	// +kubebuilder:validation:Minimum=2000
	// +kubebuilder:validation:Maximum=2199
	// +optional
	FromYear int32 `json:"fromYear,omitempty"`
	// UntilYear is the last audit year, for example 2026. Left out: no last one.
	// +kubebuilder:validation:Minimum=2000
	// +kubebuilder:validation:Maximum=2199
	// +optional
	UntilYear int32 `json:"untilYear,omitempty"`
}

// DeadlineStatus is the next date that somebody must act by, as the operator sees it. It is for people: controls and
// metrics work from the spec.
type DeadlineStatus struct {
	// Reminder that the deadline belongs to, for example REM-04.
	// +kubebuilder:validation:MaxLength=32
	Reminder string `json:"reminder"`
	// Subject is what is due, for example the agreement's end.
	Subject Value `json:"subject"`
	// Due is the day, or for a legal clock the instant, for example 2027-02-20.
	// +kubebuilder:validation:MaxLength=32
	Due string `json:"due"`
	// Step reached: Upcoming, Due (within the lead) or Overdue.
	// +kubebuilder:validation:Enum=Upcoming;Due;Overdue
	Step string `json:"step"`
}
