package v1alpha1

// Retention says how long data of one category are kept and how they are erased.
// +kubebuilder:validation:XValidation:rule="has(self.maxAge) != has(self.archivalBasis)",message="data are kept for a time, or by a legal duty to archive them: set exactly one of maxAge and archivalBasis, for example {name: messages, category: Ordinary, maxAge: 5y, method: CronJob}"
// +kubebuilder:validation:XValidation:rule="(has(self.method) && self.method == 'CronJob') == has(self.cronJob)",fieldPath=.cronJob,message="method CronJob names the job, no other method does, for example method: CronJob and cronJob: {namespace: aula, name: erase-messages}"
type Retention struct {
	// Name of the rule, unique in the list, for example messages.
	Name LinkName `json:"name"`
	// Category of personal data.
	Category DataCategory `json:"category"`
	// Purpose for which the data are kept, for example Messages between teachers and parents.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	// +optional
	Purpose Line `json:"purpose,omitempty"`
	// MaxAge after which data are erased or anonymised, for example 5y.
	// +optional
	MaxAge Duration `json:"maxAge,omitempty"`
	// ArchivalBasis is the legal basis of a duty to keep the data, for example Archives Act § 10.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	// +optional
	ArchivalBasis Line `json:"archivalBasis,omitempty"`
	// Method of erasure: a CronJob, Application (the application erases by itself; needs an Attestation of type Deletion)
	// or Manual (likewise).
	// +kubebuilder:validation:Enum=CronJob;Application;Manual
	// +optional
	Method string `json:"method,omitempty"`
	// CronJob that erases, for example {namespace: aula, name: erase-messages}.
	// +optional
	CronJob *NamespacedName `json:"cronJob,omitempty"`
	// Interval at which it runs at least, for example 1w. Left out: that of the profile.
	// +optional
	Interval Duration `json:"interval,omitempty"`
	// RedeletionStep says how data that a restore brings back are erased again, for example Run erase-messages after it.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	RedeletionStep Line `json:"redeletionStep,omitempty"`
}

// NamespacedName names one object in a namespace.
type NamespacedName struct {
	// Namespace of the object, for example aula.
	Namespace NamespaceName `json:"namespace"`
	// Name of the object, for example erase-messages.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$')`,message="the name of one object, in lower-case letters, digits, hyphens and dots, for example erase-messages; wildcards are not allowed"
	Name string `json:"name"`
}

// ProductionPeriod is a time in which the solution was in production.
// +kubebuilder:validation:XValidation:rule="!has(self.until) || self.until > self.from",fieldPath=.until,message="production ends after it begins, for example from: 2019-10-01 and until: 2028-01-01"
type ProductionPeriod struct {
	// From is the first day in production, for example 2019-10-01.
	From Date `json:"from"`
	// Until is the day on which production ends, for example 2028-01-01. Left out: it goes on.
	// +optional
	Until Date `json:"until,omitempty"`
}

// Responsibilities is the split of responsibility between provider and institutions.
type Responsibilities struct {
	// Document that holds the split, for example {reference: Service description Aula, version: 3, date: 2026-02-01}. Each
	// institution accepts a version in its Institution.
	Document DocumentReference `json:"document"`
	// Provider's duties, for example [Operation, Supervision of suppliers].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=250
	// +listType=set
	// +optional
	Provider []Line `json:"provider,omitempty"`
	// Institution's duties, for example [Own processing record, Rights of data subjects].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=250
	// +listType=set
	// +optional
	Institution []Line `json:"institution,omitempty"`
	// Guidance for institutions on security and user access, for example {reference: User guide, version: 3}.
	// +optional
	Guidance *DocumentReference `json:"guidance,omitempty"`
}

// LoginLevel is the assurance level of a login.
// +kubebuilder:validation:Enum=None;Low;Substantial;High
type LoginLevel string

// Levels of login, weakest first.
const (
	LoginNone        LoginLevel = "None"
	LoginLow         LoginLevel = "Low"
	LoginSubstantial LoginLevel = "Substantial"
	LoginHigh        LoginLevel = "High"
)

// Login says how one group of end users logs in.
type Login struct {
	// Audience that logs in, for example Parents.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	Audience Line `json:"audience"`
	// Method of login, for example MitID through NemLog-in.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	// +optional
	Method Line `json:"method,omitempty"`
	// AssuranceLevel of the method.
	// +optional
	AssuranceLevel LoginLevel `json:"assuranceLevel,omitempty"`
	// PowerOfAttorney is true where one person can act for another.
	// +optional
	PowerOfAttorney bool `json:"powerOfAttorney,omitempty"`
	// CrossBorder is true where identities of other EU countries are accepted.
	// +optional
	CrossBorder bool `json:"crossBorder,omitempty"`
	// IncludesMinors is true where the audience includes persons under 18.
	// +optional
	IncludesMinors bool `json:"includesMinors,omitempty"`
	// MinAge of the audience in years, for example 12.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=120
	// +optional
	MinAge *int32 `json:"minAge,omitempty"`
	// MinorsAssessment refers to the assessment of login for minors, for example Case 2026-1234.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	MinorsAssessment Line `json:"minorsAssessment,omitempty"`
}

// PackageKind is a part of the compliance package.
// +kubebuilder:validation:Enum=ImpactAssessmentContribution;ProcessingRecord;PrinciplesReview;DataSubjectRightsReview;DataSubjectRiskAssessment
type PackageKind string

// PackageKinds lists the five parts.
func PackageKinds() []PackageKind {
	return []PackageKind{
		"ImpactAssessmentContribution", "ProcessingRecord", "PrinciplesReview", "DataSubjectRightsReview", "DataSubjectRiskAssessment",
	}
}

// DataSubjectRight is one right of GDPR art. 12 to 22.
// +kubebuilder:validation:Enum=Information;Access;Rectification;Erasure;Restriction;Portability;Objection;AutomatedDecisions
type DataSubjectRight string

// DataSubjectRights lists the rights that a review goes through.
func DataSubjectRights() []DataSubjectRight {
	return []DataSubjectRight{
		"Information", "Access", "Rectification", "Erasure", "Restriction", "Portability", "Objection", "AutomatedDecisions",
	}
}

// RightSupport says how a solution supports one right.
// +kubebuilder:validation:XValidation:rule="self.support == 'Supported' || has(self.reason)",fieldPath=.reason,message="a right that is not supported or does not apply has a reason or plan, for example {right: Portability, support: NotApplicable, reason: Processing rests on exercise of public authority}"
type RightSupport struct {
	// Right of the data subject.
	Right DataSubjectRight `json:"right"`
	// Support: Supported, Planned (not yet; reason holds the plan), NotSupported or NotApplicable.
	// +kubebuilder:validation:Enum=Supported;Planned;NotSupported;NotApplicable
	Support string `json:"support"`
	// Reason or plan, for example Processing rests on exercise of public authority.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	Reason Line `json:"reason,omitempty"`
}

// PackagePart is one part of the compliance package.
type PackagePart struct {
	// Kind of the part.
	Kind PackageKind `json:"kind"`
	// Document of the part, for example {reference: Compliance package Aula, part 2, version: 3}.
	Document DocumentReference `json:"document"`
	// SolutionVersion that it describes, for example 2026.2.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +optional
	SolutionVersion Line `json:"solutionVersion,omitempty"`
	// IssuedAt is the day of issue, for example 2026-06-01.
	// +optional
	IssuedAt Date `json:"issuedAt,omitempty"`
	// Conclusion in one line, for example Meets the principles; two remarks.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	Conclusion Line `json:"conclusion,omitempty"`
	// Deliveries to the controllers, for example [{group: Danish municipalities, state: Delivered, date: 2026-06-15}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	// +listType=atomic
	// +optional
	Deliveries []Delivery `json:"deliveries,omitempty"`
	// Rights reviewed, in the part DataSubjectRightsReview, for example [{right: Access, support: Supported}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	// +listType=map
	// +listMapKey=right
	// +optional
	Rights []RightSupport `json:"rights,omitempty"`
}

// Processing holds what the record of processing activities (GDPR art. 30) says of the solution.
// +kubebuilder:validation:XValidation:rule="!has(self.categories) || !('None' in self.categories) || self.categories.size() == 1",fieldPath=.categories,message="None excludes every other category: remove None or the others, for example [Ordinary, Health]"
// +kubebuilder:validation:XValidation:rule="!has(self.noTransfers) || !self.noTransfers || !has(self.transfers)",fieldPath=.noTransfers,message="data go to third countries or not: leave out noTransfers or transfers, for example transfers: [{country: GB, basis: Adequacy}]"
// +kubebuilder:validation:XValidation:rule="!has(self.noRecipients) || !self.noRecipients || !has(self.recipients)",fieldPath=.noRecipients,message="there are recipients or not: leave out noRecipients or recipients, for example recipients: [{name: Parents}]"
type Processing struct {
	// Categories of personal data in the record, for example [Ordinary, Health]; must agree with spec.personalData.
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
	// Purposes in the record, for example [Communication between school and home].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=250
	// +listType=set
	// +optional
	Purposes []Line `json:"purposes,omitempty"`
	// LegalBasis of the processing, for example GDPR art. 6(1)(e).
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	LegalBasis Line `json:"legalBasis,omitempty"`
	// Recipients of the data, for example [{name: Parents, countries: [DK]}]; suppliers of the chain need not be listed.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=map
	// +listMapKey=name
	// +optional
	Recipients []Recipient `json:"recipients,omitempty"`
	// NoRecipients is true where nobody beside the chain receives data. With neither they count as not recorded.
	// +optional
	NoRecipients bool `json:"noRecipients,omitempty"`
	// Transfers to third countries and their ground, for example [{country: GB, basis: Adequacy}]. NoTransfers states that
	// there are none; with neither they count as not recorded.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=map
	// +listMapKey=country
	// +optional
	Transfers []Transfer `json:"transfers,omitempty"`
	// NoTransfers is true where no data go to third countries.
	// +optional
	NoTransfers bool `json:"noTransfers,omitempty"`
	// SecurityMeasures in general terms, for example Encryption, access control, backup.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2000
	// +optional
	SecurityMeasures string `json:"securityMeasures,omitempty"`
	// ProcessorRecord is the processor's own record (art. 30(2)), for example {reference: KOMBIT record 12}.
	// +optional
	ProcessorRecord *DocumentReference `json:"processorRecord,omitempty"`
	// AuxiliaryRecord is the provider's template for the institutions' records, for example {reference: Auxiliary record
	// Aula, version: 3}.
	// +optional
	AuxiliaryRecord *DocumentReference `json:"auxiliaryRecord,omitempty"`
	// Record refers to the full record, for example a document number.
	// +kubebuilder:validation:MaxLength=500
	// +optional
	Record Line `json:"record,omitempty"`
	// ConfirmedAt is the date on which the record was last confirmed, for example 2026-06-01.
	// +optional
	ConfirmedAt Date `json:"confirmedAt,omitempty"`
}
