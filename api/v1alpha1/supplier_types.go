package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// NodeLabel is a label that the nodes of a supplier carry.
type NodeLabel struct {
	// Key of the label, for example dc.example.org/pool.
	Key LabelKey `json:"key"`
	// Value of the label, exact, for example kmd.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Value Line `json:"value"`
}

// Fingerprints say by what a supplier is recognised in a cluster. Every entry is exact, or a prefix that ends in a
// separator, so that no entry matches another party's name.
type Fingerprints struct {
	// Providers of nodes and stores, by their names in the region table, for example [aws].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=set
	// +optional
	Providers []ProviderName `json:"providers,omitempty"`
	// ProviderIDPrefixes of node.spec.providerID, for example [dc1://].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=set
	// +optional
	ProviderIDPrefixes []ProviderIDPrefix `json:"providerIDPrefixes,omitempty"`
	// NodeLabels of the supplier's node pools, for example [{key: dc.example.org/pool, value: kmd}]; one is enough.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=atomic
	// +optional
	NodeLabels []NodeLabel `json:"nodeLabels,omitempty"`
	// ImageRegistries: exact hosts, or prefixes that end in a slash, for example [registry.example.org, ghcr.io/kombit/].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=set
	// +optional
	ImageRegistries []ImageSource `json:"imageRegistries,omitempty"`
	// CSIDrivers and provisioners of volumes, for example [ebs.csi.aws.com].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=set
	// +optional
	CSIDrivers []DriverName `json:"csiDrivers,omitempty"`
	// Hosts that logs, backups, telemetry and other data are sent to: exact, a domain with a leading dot, or a store as
	// provider/bucket, for example [logs.example.org, .amazonaws.com, azure/auditbackups].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	// +listType=set
	// +optional
	Hosts []HostPattern `json:"hosts,omitempty"`
	// AddressRanges of the supplier, for example [192.0.2.0/24].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	// +listType=set
	// +optional
	AddressRanges []AddressRange `json:"addressRanges,omitempty"`
}

// AdequacyRecipient holds what decides whether an adequacy decision of limited scope covers this supplier.
// +kubebuilder:validation:XValidation:rule="!has(self.certifiedFrom) || !has(self.certifiedUntil) || self.certifiedUntil > self.certifiedFrom",fieldPath=.certifiedUntil,message="a certification ends after it begins, for example certifiedFrom: 2026-03-01 and certifiedUntil: 2027-03-01"
type AdequacyRecipient struct {
	// Country of the decision, for example US.
	Country CountryCode `json:"country"`
	// Covered states whether the decision's scope covers this recipient, for example true for a commercial organisation
	// in Canada. For the United States the certification decides, not this.
	// +optional
	Covered *bool `json:"covered,omitempty"`
	// Reason why the scope covers it or not, for example Commercial organisation under the federal privacy act.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	Reason Line `json:"reason,omitempty"`
	// CertifiedFrom is the first day on the Data Privacy Framework list, for example 2026-03-01.
	// +optional
	CertifiedFrom Date `json:"certifiedFrom,omitempty"`
	// CertifiedUntil is the day on which the certification lapses, at 00:00 Europe/Copenhagen, for example 2027-03-01.
	// +optional
	CertifiedUntil Date `json:"certifiedUntil,omitempty"`
	// HumanResourcesData is true where the certification expressly covers data on employees.
	// +optional
	HumanResourcesData bool `json:"humanResourcesData,omitempty"`
	// CheckedAt is the day on which the list was last looked up, for example 2026-10-01.
	// +optional
	CheckedAt Date `json:"checkedAt,omitempty"`
}

// SupervisionForm is how a supplier is supervised.
// +kubebuilder:validation:Enum=Statement;WrittenQuestions;Meeting;Visit
type SupervisionForm string

// Forms of supervision.
const (
	SupervisionStatement        SupervisionForm = "Statement"
	SupervisionWrittenQuestions SupervisionForm = "WrittenQuestions"
	SupervisionMeeting          SupervisionForm = "Meeting"
	SupervisionVisit            SupervisionForm = "Visit"
)

// SupervisionActivity is one recurring act of supervision.
// +kubebuilder:validation:XValidation:rule="!has(self.lastAt) || !has(self.nextAt) || self.nextAt > self.lastAt",fieldPath=.nextAt,message="the next supervision comes after the last, for example lastAt: 2026-05-10 and nextAt: 2027-05-10"
// +kubebuilder:validation:XValidation:rule="!has(self.lastAt) || has(self.report)",fieldPath=.report,message="supervision that was carried out refers to its report, for example lastAt: 2026-05-10 and report: Case 2026-1234"
type SupervisionActivity struct {
	// Form of the supervision.
	Form SupervisionForm `json:"form"`
	// Interval between two of them, for example 12mo. Left out: that of the profile.
	// +optional
	Interval Duration `json:"interval,omitempty"`
	// LastAt is the day of the last one, for example 2026-05-10.
	// +optional
	LastAt Date `json:"lastAt,omitempty"`
	// NextAt is the day of the next one, for example 2027-05-10. Left out: LastAt and the interval.
	// +optional
	NextAt Date `json:"nextAt,omitempty"`
	// Report of the last one, for example Case 2026-1234.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	Report Line `json:"report,omitempty"`
}

// SupervisionPlan says how a supplier is supervised and who coordinates it.
type SupervisionPlan struct {
	// Activities, one for each form, for example [{form: Statement, interval: 12mo}, {form: Visit, interval: 36mo}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=4
	// +listType=map
	// +listMapKey=form
	// +optional
	Activities []SupervisionActivity `json:"activities,omitempty"`
	// Coordinator is the Institution that coordinates the supervision of a shared processor, for example dbs.
	// +optional
	Coordinator ObjectName `json:"coordinator,omitempty"`
}

// SupplierSpec describes one party that delivers, operates or supports solutions.
type SupplierSpec struct {
	// LegalName of the company or body, for example Netcompany A/S.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	LegalName Line `json:"legalName"`
	// OtherNames by which documents know the same party, for example [Netcompany IT and business consulting A/S].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=120
	// +listType=set
	// +optional
	OtherNames []Line `json:"otherNames,omitempty"`
	// RegistrationNumber in the register of the country of establishment, for example 14814833.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +optional
	RegistrationNumber Line `json:"registrationNumber,omitempty"`
	// EstablishedIn is the country of establishment, for example DK.
	// +optional
	EstablishedIn CountryCode `json:"establishedIn,omitempty"`
	// UltimateParent is the company at the top of the group, for example Amazon.com, Inc.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	// +optional
	UltimateParent Line `json:"ultimateParent,omitempty"`
	// UltimateParentCountry, for example US; the same as EstablishedIn where there is no parent abroad.
	// +optional
	UltimateParentCountry CountryCode `json:"ultimateParentCountry,omitempty"`
	// ParentRiskAssessment refers to the assessment of a parent in a third country, for example Case 2026-1234.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	ParentRiskAssessment Line `json:"parentRiskAssessment,omitempty"`
	// ProcessingCountries in which the supplier keeps or processes the data, for example [DK, IE]. Left out: not known,
	// which no control takes for none.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=set
	// +optional
	ProcessingCountries []CountryCode `json:"processingCountries,omitempty"`
	// AccessCountries from which the supplier's people can reach the data, remote support included, for example [DK, PL].
	// Left out: not known.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=set
	// +optional
	AccessCountries []CountryCode `json:"accessCountries,omitempty"`
	// Transfers to third countries and their ground, for example [{country: GB, basis: Adequacy}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=map
	// +listMapKey=country
	// +optional
	Transfers []Transfer `json:"transfers,omitempty"`
	// AdequacyRecipient says what an adequacy decision of limited scope asks of the recipient, for example [{country: US,
	// certifiedUntil: 2027-03-01}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=map
	// +listMapKey=country
	// +optional
	AdequacyRecipient []AdequacyRecipient `json:"adequacyRecipient,omitempty"`
	// StandardTerms in force at the supplier now, compared with those that an agreement accepted, for example {reference:
	// Service terms, version: 2026-09}.
	// +optional
	StandardTerms *DocumentReference `json:"standardTerms,omitempty"`
	// Fingerprints by which the supplier is recognised in a cluster, for example {providers: [aws]}.
	// +optional
	Fingerprints *Fingerprints `json:"fingerprints,omitempty"`
	// Supervision plan, for example {activities: [{form: Statement, interval: 12mo}]}.
	// +optional
	Supervision *SupervisionPlan `json:"supervision,omitempty"`
	// AssuranceRequired lists the general statements that are required of the supplier every year, whatever the solution,
	// for example [{name: general, standard: ISAE3000, type: Type2, scope: General}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	// +listType=map
	// +listMapKey=name
	// +optional
	AssuranceRequired []RequiredStatement `json:"assuranceRequired,omitempty"`
	// Contacts per role, for example [{role: Incident, phone: +45 12 34 56 78}].
	// +kubebuilder:validation:MaxItems=20
	// +listType=map
	// +listMapKey=role
	// +optional
	Contacts []Contact `json:"contacts,omitempty"`
	// ContactsConfirmedAt is the day on which the contacts were last tried, for example 2026-10-01.
	// +optional
	ContactsConfirmedAt Date `json:"contactsConfirmedAt,omitempty"`
	// IncidentProcedure refers to what the supplier does at an incident, for example Operations manual, chapter 7.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	IncidentProcedure Line `json:"incidentProcedure,omitempty"`
}

// SupplierStatus is what the operator found.
type SupplierStatus struct {
	// ObservedGeneration is the generation of the spec that was checked.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// Conditions: Ready, Accepted, Current (nothing overdue), LocationsLawful (every country is the EEA or covered by a
	// decision in force today).
	// +kubebuilder:validation:MaxItems=16
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`
	// Solutions counts the solutions whose chain holds the supplier.
	// +kubebuilder:validation:Minimum=0
	// +optional
	Solutions int32 `json:"solutions"`
	// NextDeadline of the supplier.
	// +optional
	NextDeadline *DeadlineStatus `json:"nextDeadline,omitempty"`
}

// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=sup,categories=tilsyn
// +kubebuilder:validation:XValidation:rule="self.metadata.name.size() <= 63",message="metadata.name may have at most 63 characters, because it is used as the value of labels, for example netcompany"
// +kubebuilder:printcolumn:name="Name of party",type=string,JSONPath=`.spec.legalName`
// +kubebuilder:printcolumn:name="Established",type=string,JSONPath=`.spec.establishedIn`
// +kubebuilder:printcolumn:name="Parent",type=string,JSONPath=`.spec.ultimateParentCountry`
// +kubebuilder:printcolumn:name="Lawful",type=string,JSONPath=`.status.conditions[?(@.type=="LocationsLawful")].status`
// +kubebuilder:printcolumn:name="Solutions",type=integer,JSONPath=`.status.solutions`
// +kubebuilder:printcolumn:name="Next",type=string,JSONPath=`.status.nextDeadline.subject`
// +kubebuilder:printcolumn:name="Due",type=string,JSONPath=`.status.nextDeadline.due`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`

// Supplier is one party that delivers, operates or supports solutions.
type Supplier struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   SupplierSpec   `json:"spec"`
	Status SupplierStatus `json:"status,omitempty"`
}

// +kubebuilder:object:root=true

// SupplierList is a list of Suppliers.
type SupplierList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Supplier `json:"items"`
}
