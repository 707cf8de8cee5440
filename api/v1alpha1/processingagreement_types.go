package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// AgreementType is what an agreement is.
// +kubebuilder:validation:Enum=Connection;Processing;SubProcessing;JointControllership
type AgreementType string

// Types of agreements. Connection is the main agreement on the use of a solution; Processing is between controller and
// processor (GDPR art. 28(3)), SubProcessing between two processors (art. 28(4)), JointControllership an arrangement
// between controllers (art. 26).
const (
	AgreementConnection          AgreementType = "Connection"
	AgreementProcessing          AgreementType = "Processing"
	AgreementSubProcessing       AgreementType = "SubProcessing"
	AgreementJointControllership AgreementType = "JointControllership"
)

// AgreementSignature is one institution's signature under an agreement of the same wording for many.
// +kubebuilder:validation:XValidation:rule="!has(self.validFrom) || !has(self.validUntil) || self.validUntil > self.validFrom",fieldPath=.validUntil,message="an agreement ends after it begins, for example validFrom: 2024-01-01 and validUntil: 2028-01-01"
type AgreementSignature struct {
	// Institution that signed, by the name of its resource, for example aarhus.
	Institution ObjectName `json:"institution"`
	// SignedAt is the day of the signature, for example 2023-12-01. Left out: not signed.
	// +optional
	SignedAt Date `json:"signedAt,omitempty"`
	// ValidFrom for this institution, for example 2024-01-01. Left out: that of the agreement.
	// +optional
	ValidFrom Date `json:"validFrom,omitempty"`
	// ValidUntil for this institution, for example 2028-01-01. Left out: that of the agreement.
	// +optional
	ValidUntil Date `json:"validUntil,omitempty"`
	// Reference to the signed copy, for example Case 2023-1234.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	// +optional
	Reference Line `json:"reference,omitempty"`
}

// AgreementGroup stands for a group of controllers whose signatures are kept elsewhere.
type AgreementGroup struct {
	// Name of the group, as in HostedSolution.spec.controllers, for example Danish municipalities.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	Name Line `json:"name"`
	// Signed counts the controllers of the group that have signed, for example 98.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000
	Signed int32 `json:"signed"`
	// Reference to the list of signatures, for example Case 2023-1234.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	Reference Line `json:"reference,omitempty"`
}

// AgreementCustomer is who instructs: a controller, controllers with the same agreement, or the processor one link up.
// +kubebuilder:validation:XValidation:rule="[has(self.supplier), has(self.institutions), has(self.group)].filter(x, x).size() == 1",message="set exactly one of institutions, group and supplier, for example {institutions: [{institution: aarhus, signedAt: 2023-12-01}]}, {group: {name: Danish municipalities, signed: 98}} or {supplier: kombit}"
type AgreementCustomer struct {
	// Supplier that engages the processor, for example kombit.
	// +optional
	Supplier ObjectName `json:"supplier,omitempty"`
	// Institutions that are party to the agreement, for example [{institution: aarhus, signedAt: 2023-12-01}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=500
	// +listType=map
	// +listMapKey=institution
	// +optional
	Institutions []AgreementSignature `json:"institutions,omitempty"`
	// Group of controllers whose signatures are kept elsewhere, for example {name: Danish municipalities, signed: 98}.
	// +optional
	Group *AgreementGroup `json:"group,omitempty"`
}

// AgreementParties are the two sides of an agreement.
// +kubebuilder:validation:XValidation:rule="!has(self.processor) || !has(self.customer.supplier) || self.customer.supplier != self.processor",fieldPath=.processor,message="nobody makes an agreement with itself: processor and customer.supplier are two suppliers, for example {customer: {supplier: kombit}, processor: netcompany}"
type AgreementParties struct {
	// Customer who instructs the processor.
	Customer AgreementCustomer `json:"customer"`
	// Processor who is instructed, by the name of its Supplier, for example kombit. Left out only for an arrangement
	// between joint controllers.
	// +optional
	Processor ObjectName `json:"processor,omitempty"`
}

// AgreementContent is one of the things that GDPR art. 28(3) demands of an agreement.
// +kubebuilder:validation:Enum=SubjectMatter;Duration;NatureAndPurpose;DataTypes;DataSubjects;ControllerRights;DocumentedInstruction;Confidentiality;Security;SubProcessors;DataSubjectRights;Assistance;DeletionOrReturn;Audits
type AgreementContent string

// MandatoryContent lists what GDPR art. 28(3) demands of an agreement.
func MandatoryContent() []AgreementContent {
	return []AgreementContent{
		"SubjectMatter", "Duration", "NatureAndPurpose", "DataTypes", "DataSubjects", "ControllerRights", "DocumentedInstruction",
		"Confidentiality", "Security", "SubProcessors", "DataSubjectRights", "Assistance", "DeletionOrReturn", "Audits",
	}
}

// AppendixA describes the processing that an agreement is about.
type AppendixA struct {
	// Purpose of the processing, for example Communication between schools, day care and parents.
	// +kubebuilder:validation:MaxLength=1000
	// +optional
	Purpose string `json:"purpose,omitempty"`
	// Categories of personal data, for example [Ordinary, NationalID].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=13
	// +listType=set
	// +optional
	Categories []DataCategory `json:"categories,omitempty"`
	// DataSubjects, for example [pupils, parents, employees].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=120
	// +listType=set
	// +optional
	DataSubjects []Line `json:"dataSubjects,omitempty"`
}

// Authorisation is the controller's leave to engage a sub-processor.
// +kubebuilder:validation:Enum=General;Specific
type Authorisation string

// Authorisations. General leave is given to a list in advance and needs notice of every change.
const (
	AuthorisationGeneral  Authorisation = "General"
	AuthorisationSpecific Authorisation = "Specific"
)

// SubProcessorEntry is one entry of appendix B: who processes what, where, engaged by whom.
type SubProcessorEntry struct {
	// Supplier, by the name of its resource, for example aws.
	Supplier ObjectName `json:"supplier"`
	// EngagedBy is the supplier that engaged this one, for example netcompany. Left out: the agreement's processor.
	// +optional
	EngagedBy ObjectName `json:"engagedBy,omitempty"`
	// Description of the processing, for example Operation of the infrastructure.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	Description Line `json:"description,omitempty"`
	// ProcessingCountries of the entry, for example [IE].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=set
	// +optional
	ProcessingCountries []CountryCode `json:"processingCountries,omitempty"`
	// AccessCountries of the entry, for example [DK, IE].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=set
	// +optional
	AccessCountries []CountryCode `json:"accessCountries,omitempty"`
	// Place of processing as the appendix writes it, for example Dublin, Ireland.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	// +optional
	Place Line `json:"place,omitempty"`
	// Authorisation of this entry. Left out: that of the appendix.
	// +optional
	Authorisation Authorisation `json:"authorisation,omitempty"`
	// AuthorisedAt is the day of a specific authorisation, for example 2024-01-01.
	// +optional
	AuthorisedAt Date `json:"authorisedAt,omitempty"`
}

// SubProcessorChange is a change of appendix B and its notice.
// +kubebuilder:validation:XValidation:rule="!has(self.authorisedAt) || !has(self.notifiedAt) || self.authorisedAt >= self.notifiedAt",fieldPath=.authorisedAt,message="a change is authorised on or after the day of its notice, for example notifiedAt: 2026-09-01 and authorisedAt: 2026-09-20"
// +kubebuilder:validation:XValidation:rule="!has(self.objectedAt) || !has(self.notifiedAt) || self.objectedAt >= self.notifiedAt",fieldPath=.objectedAt,message="an objection is made on or after the day of the notice, for example notifiedAt: 2026-09-01 and objectedAt: 2026-09-20"
type SubProcessorChange struct {
	// Name of the change, unique in the list, for example aws-frankfurt.
	Name LinkName `json:"name"`
	// Action of the change.
	// +kubebuilder:validation:Enum=Add;Remove;Replace;Change
	Action string `json:"action"`
	// Supplier that is added, removed or changed, for example aws.
	Supplier ObjectName `json:"supplier"`
	// Replaces is the supplier that goes, for example kmd.
	// +optional
	Replaces ObjectName `json:"replaces,omitempty"`
	// Description of the change, for example A second region in Germany.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	Description Line `json:"description,omitempty"`
	// NotifiedAt is the day on which the controllers were told, for example 2026-09-01.
	// +optional
	NotifiedAt Date `json:"notifiedAt,omitempty"`
	// AuthorisedAt is the day on which it was authorised, for example 2026-09-20.
	// +optional
	AuthorisedAt Date `json:"authorisedAt,omitempty"`
	// ObjectedAt is the day on which a controller objected, for example 2026-09-20.
	// +optional
	ObjectedAt Date `json:"objectedAt,omitempty"`
	// EffectiveAt is the day on which it takes or took effect, for example 2026-10-01.
	// +optional
	EffectiveAt Date `json:"effectiveAt,omitempty"`
}

// AppendixB is the supply chain under an agreement.
// +kubebuilder:validation:XValidation:rule="!has(self.entries) || self.entries.all(e, !has(e.engagedBy) || e.engagedBy != e.supplier)",fieldPath=.entries,message="engagedBy names another supplier than the entry's own, for example [{supplier: netcompany}, {supplier: aws, engagedBy: netcompany}]"
// +kubebuilder:validation:XValidation:rule="!has(self.noEntries) || !self.noEntries || !has(self.entries)",fieldPath=.noEntries,message="the processor engages somebody or nobody: leave out noEntries or entries, for example entries: [{supplier: aws, processingCountries: [IE]}]"
type AppendixB struct {
	// Document is the version of the appendix, for example {reference: Appendix B, version: 4, date: 2026-06-01}.
	Document DocumentReference `json:"document"`
	// Authorisation: General (a list in advance) or Specific (each one by itself).
	// +optional
	Authorisation Authorisation `json:"authorisation,omitempty"`
	// Notice of changes that the agreement gives, for example 30d.
	// +optional
	Notice Duration `json:"notice,omitempty"`
	// Entries, for example [{supplier: netcompany}, {supplier: aws, engagedBy: netcompany, processingCountries: [IE]}].
	// NoEntries says that the appendix is empty; with neither it counts as not recorded.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +listType=map
	// +listMapKey=supplier
	// +optional
	Entries []SubProcessorEntry `json:"entries,omitempty"`
	// NoEntries is true where the processor engages nobody.
	// +optional
	NoEntries bool `json:"noEntries,omitempty"`
	// Changes with their notice, for example [{name: frankfurt, action: Change, supplier: aws, notifiedAt: 2026-09-01}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	// +listType=map
	// +listMapKey=name
	// +optional
	Changes []SubProcessorChange `json:"changes,omitempty"`
}

// DeviationTrigger is what lets a processor depart from the instruction.
// +kubebuilder:validation:Enum=Law;AuthorityRequest;Other
type DeviationTrigger string

// Triggers of deviations.
const (
	DeviationLaw              DeviationTrigger = "Law"
	DeviationAuthorityRequest DeviationTrigger = "AuthorityRequest"
	DeviationOther            DeviationTrigger = "Other"
)

// LawScope is whose law counts for a deviation.
// +kubebuilder:validation:Enum=EUOrMemberState;NamedCountries;Any
type LawScope string

// Scopes of law. GDPR art. 28(3)(a) knows only EUOrMemberState; what is left out counts as Any.
const (
	LawEUOrMemberState LawScope = "EUOrMemberState"
	LawNamedCountries  LawScope = "NamedCountries"
	LawAny             LawScope = "Any"
)

// InstructionDeviation is a reservation that lets the processor depart from the instruction.
// +kubebuilder:validation:XValidation:rule="(has(self.lawScope) && self.lawScope == 'NamedCountries') == has(self.countries)",fieldPath=.countries,message="countries are listed with lawScope NamedCountries and only then, for example lawScope: NamedCountries and countries: [US]"
type InstructionDeviation struct {
	// Name of the deviation, unique in the list, for example authority-request.
	Name LinkName `json:"name"`
	// WrittenIn says where the reservation stands.
	// +kubebuilder:validation:Enum=AppendixC;StandardTerms;Addendum;Other
	// +optional
	WrittenIn string `json:"writtenIn,omitempty"`
	// Reference to the clause, for example Data processing addendum, section 12.1.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	Reference Line `json:"reference,omitempty"`
	// Trigger of the deviation.
	Trigger DeviationTrigger `json:"trigger"`
	// LawScope is whose law counts. Left out, it counts as Any, which is what wording such as "as required by law" means.
	// +optional
	LawScope LawScope `json:"lawScope,omitempty"`
	// Countries whose law counts, with lawScope NamedCountries, for example [US].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=set
	// +optional
	Countries []CountryCode `json:"countries,omitempty"`
	// NoticeBefore is true where the controller is told before anything is disclosed.
	// +optional
	NoticeBefore bool `json:"noticeBefore,omitempty"`
	// NoticeHours is how long before, for example 48. Left out: not said.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=8784
	// +optional
	NoticeHours *int32 `json:"noticeHours,omitempty"`
	// UnlessLawForbidsNotice is true where notice may be left out only if EU or member state law forbids it.
	// +optional
	UnlessLawForbidsNotice bool `json:"unlessLawForbidsNotice,omitempty"`
	// ChallengeDuty is true where the processor must challenge the request and refuse it as far as possible.
	// +optional
	ChallengeDuty bool `json:"challengeDuty,omitempty"`
}

// AuditTerm says how the processor or its sub-processors are audited under an agreement.
type AuditTerm struct {
	// Of whom.
	// +kubebuilder:validation:Enum=Processor;SubProcessors
	Of string `json:"of"`
	// Form of the audit.
	Form SupervisionForm `json:"form"`
	// Interval between audits, for example 12mo.
	// +optional
	Interval Duration `json:"interval,omitempty"`
	// Statement kind that is agreed, for example {standard: ISAE3000, type: Type2, scope: Specific}.
	// +optional
	Statement *StatementKind `json:"statement,omitempty"`
}

// AppendixC is the controller's instruction.
// +kubebuilder:validation:XValidation:rule="!has(self.noDeviations) || !self.noDeviations || !has(self.deviations)",fieldPath=.noDeviations,message="noDeviations says that the text has been read and holds none: leave it out or remove deviations, for example deviations: [{name: law, trigger: Law, lawScope: EUOrMemberState, noticeBefore: true}]"
type AppendixC struct {
	// Document is the version of the appendix, for example {reference: Appendix C, version: 4, date: 2026-06-01}.
	Document DocumentReference `json:"document"`
	// Locations in which data may be processed, for example [{group: EEA}] or [{country: DK}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +listType=atomic
	// +optional
	Locations []Location `json:"locations,omitempty"`
	// Transfers to third countries that the instruction allows, for example [{country: GB, basis: Adequacy}]. Left out:
	// none is allowed.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=map
	// +listMapKey=country
	// +optional
	Transfers []Transfer `json:"transfers,omitempty"`
	// Deviations that the instruction, the standard terms or an addendum allow, for example [{name: law, trigger: Law,
	// lawScope: EUOrMemberState, noticeBefore: true}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=map
	// +listMapKey=name
	// +optional
	Deviations []InstructionDeviation `json:"deviations,omitempty"`
	// NoDeviations is true where all texts have been read and none holds a deviation. With neither deviations nor this,
	// they count as not recorded.
	// +optional
	NoDeviations bool `json:"noDeviations,omitempty"`
	// AcceptedTerms is the version of the processor's standard terms that the agreement accepted, for example {reference:
	// Service terms, version: 2025-04}.
	// +optional
	AcceptedTerms *DocumentReference `json:"acceptedTerms,omitempty"`
	// Retention is the longest time that data are kept, for example 5y.
	// +optional
	Retention Duration `json:"retention,omitempty"`
	// DeletionWithin the end of the agreement, for example 30d.
	// +optional
	DeletionWithin Duration `json:"deletionWithin,omitempty"`
	// AtEnd says what happens to the data at the end.
	// +kubebuilder:validation:Enum=Delete;Return;ReturnAndDelete
	// +optional
	AtEnd string `json:"atEnd,omitempty"`
	// SecurityMeasures that are demanded, each in the same words along the chain, for example [Encryption at rest,
	// Multi-factor login].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=250
	// +listType=set
	// +optional
	SecurityMeasures []Line `json:"securityMeasures,omitempty"`
	// Audits that are agreed, for example [{of: Processor, form: Statement, interval: 12mo}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	// +listType=atomic
	// +optional
	Audits []AuditTerm `json:"audits,omitempty"`
	// BreachNoticeHours within which the processor tells the customer of a breach, for example 24.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=8784
	// +optional
	BreachNoticeHours *int32 `json:"breachNoticeHours,omitempty"`
}

// ProcessingAgreementSpec is one agreement between a customer and a processor.
// +kubebuilder:validation:XValidation:rule="(self.type == 'SubProcessing') == has(self.parties.customer.supplier)",fieldPath=.parties.customer,message="a SubProcessing agreement has a supplier as its customer, every other type has institutions or a group, for example type: SubProcessing and customer: {supplier: kombit}"
// +kubebuilder:validation:XValidation:rule="(self.type != 'JointControllership') == has(self.parties.processor)",fieldPath=.parties.processor,message="every agreement names its processor, except an arrangement between joint controllers, for example parties: {customer: {supplier: kombit}, processor: netcompany}"
// +kubebuilder:validation:XValidation:rule="!has(self.validUntil) || !has(self.openEnded) || !self.openEnded",fieldPath=.openEnded,message="an agreement has an end or is openEnded, not both: leave one of them out, for example validUntil: 2028-01-01"
// +kubebuilder:validation:XValidation:rule="!has(self.validUntil) || !has(self.validFrom) || self.validUntil > self.validFrom",fieldPath=.validUntil,message="an agreement ends after it begins, for example validFrom: 2024-01-01 and validUntil: 2028-01-01"
// +kubebuilder:validation:XValidation:rule="!has(self.endedAt) || !has(self.validFrom) || self.endedAt >= self.validFrom",fieldPath=.endedAt,message="an agreement was ended on or after the day it began, for example validFrom: 2024-01-01 and endedAt: 2026-06-30"
// +kubebuilder:validation:XValidation:rule="!has(self.reviewedAt) || !has(self.signedAt) || self.reviewedAt >= self.signedAt",fieldPath=.reviewedAt,message="an agreement is reviewed on or after the day of its signature, for example signedAt: 2023-12-01 and reviewedAt: 2026-06-01"
type ProcessingAgreementSpec struct {
	// Type of the agreement.
	Type AgreementType `json:"type"`
	// Document of the agreement, for example {reference: Case 2023-1234, version: 2}.
	// +optional
	Document *DocumentReference `json:"document,omitempty"`
	// Parties of the agreement, for example {customer: {supplier: kombit}, processor: netcompany}.
	Parties AgreementParties `json:"parties"`
	// Solutions that the agreement names, for example [aula]. An agreement that names none covers none.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=200
	// +listType=set
	// +optional
	Solutions []ObjectName `json:"solutions,omitempty"`
	// SignedAt is the day of the last signature, for example 2023-12-01. Left out: not signed. With institutions, each has
	// its own.
	// +optional
	SignedAt Date `json:"signedAt,omitempty"`
	// ValidFrom is the first day, for example 2024-01-01.
	// +optional
	ValidFrom Date `json:"validFrom,omitempty"`
	// ValidUntil is the day on which the agreement ends, at 00:00 Europe/Copenhagen, for example 2028-01-01.
	// +optional
	ValidUntil Date `json:"validUntil,omitempty"`
	// OpenEnded is true for an agreement that runs until somebody ends it. Without it and validUntil the end is unknown.
	// +optional
	OpenEnded bool `json:"openEnded,omitempty"`
	// EndedAt is the day on which the agreement was ended before its time, for example 2026-06-30.
	// +optional
	EndedAt Date `json:"endedAt,omitempty"`
	// Notice of termination, for example 6mo.
	// +optional
	Notice Duration `json:"notice,omitempty"`
	// ReviewedAt is the day of the last review, for example 2026-06-01.
	// +optional
	ReviewedAt Date `json:"reviewedAt,omitempty"`
	// MainAgreement is the connection agreement that this one belongs to, by the name of its resource, for example
	// aula-connection.
	// +optional
	MainAgreement ObjectName `json:"mainAgreement,omitempty"`
	// ParentAgreement is the agreement one link up whose limits this one must carry on, for example aula-kombit.
	// +optional
	ParentAgreement ObjectName `json:"parentAgreement,omitempty"`
	// Content of GDPR art. 28(3) that the agreement was checked to hold, for example [SubjectMatter, Duration].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=14
	// +listType=set
	// +optional
	Content []AgreementContent `json:"content,omitempty"`
	// AppendixA describes the processing.
	// +optional
	AppendixA *AppendixA `json:"appendixA,omitempty"`
	// AppendixB lists the sub-processors.
	// +optional
	AppendixB *AppendixB `json:"appendixB,omitempty"`
	// AppendixC is the instruction.
	// +optional
	AppendixC *AppendixC `json:"appendixC,omitempty"`
}

// ProcessingAgreementStatus is what the operator found.
type ProcessingAgreementStatus struct {
	// ObservedGeneration is the generation of the spec that was checked.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// Conditions: Ready, Accepted (names exist, no circle), Valid (signed and in force now), Current (nothing overdue).
	// +kubebuilder:validation:MaxItems=16
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`
	// NextDeadline of the agreement.
	// +optional
	NextDeadline *DeadlineStatus `json:"nextDeadline,omitempty"`
}

// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=pagr,categories=tilsyn
// +kubebuilder:validation:XValidation:rule="self.metadata.name.size() <= 63",message="metadata.name may have at most 63 characters, because other resources refer to it, for example aula-kombit"
// +kubebuilder:validation:XValidation:rule="!has(self.spec.parentAgreement) || self.spec.parentAgreement != self.metadata.name",fieldPath=.spec.parentAgreement,message="an agreement is not its own parent: name the agreement one link up, for example parentAgreement: aula-kombit"
// +kubebuilder:validation:XValidation:rule="!has(self.spec.mainAgreement) || self.spec.mainAgreement != self.metadata.name",fieldPath=.spec.mainAgreement,message="an agreement is not its own main agreement: name the connection agreement, for example mainAgreement: aula-connection"
// +kubebuilder:printcolumn:name="Type",type=string,JSONPath=`.spec.type`
// +kubebuilder:printcolumn:name="Processor",type=string,JSONPath=`.spec.parties.processor`
// +kubebuilder:printcolumn:name="Solutions",type=string,JSONPath=`.spec.solutions`
// +kubebuilder:printcolumn:name="Until",type=string,JSONPath=`.spec.validUntil`
// +kubebuilder:printcolumn:name="Accepted",type=string,JSONPath=`.status.conditions[?(@.type=="Accepted")].status`
// +kubebuilder:printcolumn:name="Valid",type=string,JSONPath=`.status.conditions[?(@.type=="Valid")].status`
// +kubebuilder:printcolumn:name="Next",type=string,JSONPath=`.status.nextDeadline.subject`
// +kubebuilder:printcolumn:name="Due",type=string,JSONPath=`.status.nextDeadline.due`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`

// ProcessingAgreement is one agreement of the supplier chain, with its list of sub-processors and its instruction.
type ProcessingAgreement struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   ProcessingAgreementSpec   `json:"spec"`
	Status ProcessingAgreementStatus `json:"status,omitempty"`
}

// +kubebuilder:object:root=true

// ProcessingAgreementList is a list of ProcessingAgreements.
type ProcessingAgreementList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []ProcessingAgreement `json:"items"`
}
