package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// DataCategory is a category of personal data.
// +kubebuilder:validation:Enum=None;Ordinary;PrivateCircumstances;NationalID;CriminalOffence;RacialOrEthnicOrigin;PoliticalOpinion;ReligiousBelief;UnionMembership;Genetic;Biometric;Health;SexLife
type DataCategory string

// Categories of personal data. None states that there are none. Ordinary is GDPR art. 6, CriminalOffence art. 10,
// NationalID art. 87 (CPR numbers); those from RacialOrEthnicOrigin on are special categories (art. 9).
const (
	DataNone                 DataCategory = "None"
	DataOrdinary             DataCategory = "Ordinary"
	DataPrivateCircumstances DataCategory = "PrivateCircumstances"
	DataNationalID           DataCategory = "NationalID"
	DataCriminalOffence      DataCategory = "CriminalOffence"
	DataRacialOrEthnicOrigin DataCategory = "RacialOrEthnicOrigin"
	DataPoliticalOpinion     DataCategory = "PoliticalOpinion"
	DataReligiousBelief      DataCategory = "ReligiousBelief"
	DataUnionMembership      DataCategory = "UnionMembership"
	DataGenetic              DataCategory = "Genetic"
	DataBiometric            DataCategory = "Biometric"
	DataHealth               DataCategory = "Health"
	DataSexLife              DataCategory = "SexLife"
)

// Classification states how much the solution's data need protection.
type Classification struct {
	// Confidentiality of the data; the highest level in the solution decides.
	Confidentiality Confidentiality `json:"confidentiality"`
	// Integrity: High where data are used directly in treatment or in decisions on benefits.
	// +optional
	Integrity Level `json:"integrity,omitempty"`
	// Availability: High for business-critical solutions.
	// +optional
	Availability Level `json:"availability,omitempty"`
	// StateClassified is true for information classified under the state's security circular (til tjenestebrug or
	// higher). Such a solution is out of scope and never shown as compliant.
	// +optional
	StateClassified bool `json:"stateClassified,omitempty"`
	// ReviewedAt is the date of the last review of the classification, for example 2026-06-01.
	// +optional
	ReviewedAt Date `json:"reviewedAt,omitempty"`
	// Approval of the present level; needed when the level is lowered.
	// +optional
	Approval *Approval `json:"approval,omitempty"`
}

// Locations says where data may be.
type Locations struct {
	// Allowed places; each entry widens the set, for example [{country: DK}, {country: IE, provider: aws, regions:
	// [eu-west-1]}]. Left out: the profile's cap for the solution's level.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +listType=atomic
	// +optional
	Allowed []Location `json:"allowed,omitempty"`
	// NationalLocationRequired keeps everything in Denmark (Data Protection Act § 3(9)).
	// +optional
	NationalLocationRequired bool `json:"nationalLocationRequired,omitempty"`
}

// Owner is the organisation that answers for the solution.
type Owner struct {
	// Organisation that owns the solution, for example KOMBIT A/S.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	Organisation Line `json:"organisation"`
	// Contacts per role, for example [{role: Security, email: security@example.org}].
	// +kubebuilder:validation:MaxItems=20
	// +listType=map
	// +listMapKey=role
	// +optional
	Contacts []Contact `json:"contacts,omitempty"`
}

// Controller is a data controller or a group of them (GDPR art. 4(7)).
type Controller struct {
	// Name of the controller or the group, for example Danish municipalities.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	Name Line `json:"name"`
	// ExpectedCount of controllers in a group, for example 98 municipalities.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100000
	// +optional
	ExpectedCount *int32 `json:"expectedCount,omitempty"`
	// InstitutionSelector chooses the Institutions of the group by label, for example {matchLabels: {tilsyn.dev/group:
	// municipalities}}.
	// +optional
	InstitutionSelector *LabelSelector `json:"institutionSelector,omitempty"`
	// Institutions by the names of their resources, for example [aarhus, odense]; added to those of the selector, which
	// is for larger groups.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	// +listType=set
	// +optional
	Institutions []ObjectName `json:"institutions,omitempty"`
	// JointWith are other controllers of this list with whom there is joint controllership (GDPR art. 26), for example
	// [Danish regions]; an agreement of type JointControllership holds the arrangement.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=5
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=120
	// +listType=set
	// +optional
	JointWith []Line `json:"jointWith,omitempty"`
}

// SupplierLink is one link of the supplier chain.
type SupplierLink struct {
	// Name of the link, unique in the chain, for example development.
	Name LinkName `json:"name"`
	// Supplier in this link, by the name of its resource, for example netcompany.
	Supplier ObjectName `json:"supplier"`
	// EngagedBy names the link that engaged this one, for example processor; left out for a party engaged by the
	// controller.
	// +kubebuilder:validation:MaxLength=63
	// +optional
	EngagedBy string `json:"engagedBy,omitempty"`
	// Task of the supplier, for example Development and operation.
	// +kubebuilder:validation:MaxLength=250
	// +optional
	Task Line `json:"task,omitempty"`
	// PersonalData says what the supplier does with personal data in this link: Processes, Accesses (support without a
	// copy) or Untouched. Left out: Processes.
	// +kubebuilder:validation:Enum=Processes;Accesses;Untouched
	// +optional
	PersonalData string `json:"personalData,omitempty"`
	// ProcessingCountries in this link, for example [IE]. Left out: those of the supplier.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=set
	// +optional
	ProcessingCountries []CountryCode `json:"processingCountries,omitempty"`
	// AccessCountries in this link, for example [DK, IE]. Left out: those of the supplier.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=set
	// +optional
	AccessCountries []CountryCode `json:"accessCountries,omitempty"`
	// Observable is true where the link must show in the cluster by a fingerprint of its supplier; never seen, it is
	// reported.
	// +optional
	Observable bool `json:"observable,omitempty"`
}

// Continuity says how much loss and how long an outage is acceptable.
type Continuity struct {
	// RecoveryPoint is the most data, as time, that may be lost (RPO), for example 1h.
	// +optional
	RecoveryPoint Duration `json:"recoveryPoint,omitempty"`
	// RecoveryTime within which the solution must run again (RTO), for example 4h.
	// +optional
	RecoveryTime Duration `json:"recoveryTime,omitempty"`
	// BackupRetention is how long backups are kept, for example 30d.
	// +optional
	BackupRetention Duration `json:"backupRetention,omitempty"`
	// Contingency plan for large incidents.
	// +optional
	Contingency *Contingency `json:"contingency,omitempty"`
}

// InformedParty is who knows their task in a contingency plan.
// +kubebuilder:validation:XValidation:rule="[has(self.supplier), has(self.institution), has(self.group)].filter(x, x).size() == 1",message="one party is informed: set exactly one of supplier, institution and group, for example {supplier: netcompany, at: 2026-06-01}"
type InformedParty struct {
	// Supplier of the chain, for example netcompany.
	// +optional
	Supplier ObjectName `json:"supplier,omitempty"`
	// Institution that uses the solution, for example aarhus.
	// +optional
	Institution ObjectName `json:"institution,omitempty"`
	// Group of controllers, as under controllers, for example Danish municipalities.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	// +optional
	Group Line `json:"group,omitempty"`
	// At is the day on which they were told, for example 2026-06-01.
	At Date `json:"at"`
}

// Contingency is what a solution's contingency plan says and how current it is.
type Contingency struct {
	// Plan, for example {reference: Contingency plan Aula, version: 5, date: 2026-04-01}. It is about this solution, not
	// another customer agreement.
	Plan DocumentReference `json:"plan"`
	// Approval of the plan by management, for example {by: jane@example.org, at: 2026-04-10, reference: Case 2026-12}.
	// +optional
	Approval *Approval `json:"approval,omitempty"`
	// ReviewedAt is the day of the last review, for example 2026-04-01.
	// +optional
	ReviewedAt Date `json:"reviewedAt,omitempty"`
	// EmergencyOperationWithin is the time after which emergency operation begins, for example 4h.
	// +optional
	EmergencyOperationWithin Duration `json:"emergencyOperationWithin,omitempty"`
	// BusinessProcedure says how the business works without the solution, for example Emergency procedure 4.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	BusinessProcedure Line `json:"businessProcedure,omitempty"`
	// NotCritical is the reason why the business needs no emergency procedure, for example Read-only archive.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	NotCritical Line `json:"notCritical,omitempty"`
	// RestorationOrder says in which order parts are restored, for example Plan, section 4.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	RestorationOrder Line `json:"restorationOrder,omitempty"`
	// Contacts of the roles in the plan, for example [{role: Crisis lead, phone: +45 12 34 56 78}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=map
	// +listMapKey=role
	// +optional
	Contacts []Contact `json:"contacts,omitempty"`
	// Informed parties, for example [{supplier: netcompany, at: 2026-06-01}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	// +listType=atomic
	// +optional
	Informed []InformedParty `json:"informed,omitempty"`
	// NextExercise is the day of the next exercise, for example 2027-03-01. An Attestation of type ContingencyExercise
	// states the last one.
	// +optional
	NextExercise Date `json:"nextExercise,omitempty"`
}

// ExternalEndpoint declares a place outside the cluster that receives or holds the solution's data.
// +kubebuilder:validation:XValidation:rule="!has(self.region) || has(self.provider)",fieldPath=.provider,message="a region needs its provider, because the same region name lies in different countries at different providers, for example {host: logs.example.org, purpose: Logs, provider: aws, region: eu-west-1}"
type ExternalEndpoint struct {
	// Host name or address, exact, for example logs.example.org, or provider/bucket or provider/account for stores whose
	// place cannot be seen, for example azure/auditbackups.
	Host EndpointName `json:"host"`
	// Purpose of the endpoint.
	// +kubebuilder:validation:Enum=Database;ObjectStore;FileStore;Logs;Telemetry;Backup;Alerts;Integration;Proxy;Resolver;Other
	Purpose string `json:"purpose"`
	// Country where the endpoint keeps data, for example DK.
	// +optional
	Country CountryCode `json:"country,omitempty"`
	// Provider, where the endpoint belongs to a known cloud, for example aws.
	// +optional
	Provider ProviderName `json:"provider,omitempty"`
	// Region of the provider, for example eu-west-1.
	// +optional
	Region RegionName `json:"region,omitempty"`
	// Supplier that runs the endpoint, as in the supplier chain, for example aws.
	// +optional
	Supplier ObjectName `json:"supplier,omitempty"`
	// Addresses of the endpoint, which network rules may allow, for example [192.0.2.0/28].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=4
	// +listType=set
	// +optional
	Addresses []AddressRange `json:"addresses,omitempty"`
	// Hosts that belong to the endpoint beside host, for example [.blob.core.windows.net].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=2
	// +listType=set
	// +optional
	Hosts []HostPattern `json:"hosts,omitempty"`
	// Reason why a wide range or a whole domain is needed, for example: The provider names no narrower range.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=120
	// +optional
	Reason Line `json:"reason,omitempty"`
	// Distributed is true for a content network that answers from many places; country is then the supplier's word.
	// +optional
	Distributed bool `json:"distributed,omitempty"`
	// Encryption of the connection: Mutual (both sides are verified), ServerVerified, Unverified (encrypted, but nobody is
	// verified) or None. Left out: not known.
	// +kubebuilder:validation:Enum=Mutual;ServerVerified;Unverified;None
	// +optional
	Encryption string `json:"encryption,omitempty"`
	// Standard of an integration, for example OIO IDWS.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +optional
	Standard Line `json:"standard,omitempty"`
}

// Recipient receives personal data.
type Recipient struct {
	// Name or category of the recipient, for example Parents.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	Name Line `json:"name"`
	// Countries of the recipient, for example [DK].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=set
	// +optional
	Countries []CountryCode `json:"countries,omitempty"`
}

// HostedSolutionSpec is the requirement, the same in every cluster.
// +kubebuilder:validation:XValidation:rule="!has(self.supplierChain) || self.supplierChain.all(l, !has(l.engagedBy) || l.engagedBy.size() == 0 || (l.engagedBy != l.name && self.supplierChain.exists(o, o.name == l.engagedBy)))",fieldPath=.supplierChain,message="engagedBy names another link of the chain, for example [{name: processor, supplier: kombit}, {name: infrastructure, supplier: aws, engagedBy: processor}]"
// +kubebuilder:validation:XValidation:rule="!has(self.supplierChain) || self.supplierChain.size() == 0 || self.supplierChain.exists(l, !has(l.engagedBy) || l.engagedBy.size() == 0)",fieldPath=.supplierChain,message="the chain begins with a party that the controller engaged: leave engagedBy out of at least one link, for example {name: processor, supplier: kombit}"
// +kubebuilder:validation:XValidation:rule="!has(self.personalData) || !('None' in self.personalData) || self.personalData.size() == 1",fieldPath=.personalData,message="None excludes every other category: remove None or the others, for example [Ordinary, NationalID, Health]"
// +kubebuilder:validation:XValidation:rule="!has(self.noEndUsers) || !self.noEndUsers || !has(self.login)",fieldPath=.noEndUsers,message="a solution with login has end users: leave out noEndUsers or login, for example login: [{audience: Parents, method: MitID}]"
// +kubebuilder:validation:XValidation:rule="!has(self.requiredStatements) || self.requiredStatements.all(r, !has(r.link) || (has(self.supplierChain) && self.supplierChain.exists(l, l.name == r.link)))",fieldPath=.requiredStatements,message="link names a link of supplierChain, for example supplierChain: [{name: development, supplier: netcompany}] and requiredStatements: [{name: system, link: development}]"
// +kubebuilder:validation:XValidation:rule="!has(self.noFeeds) || !self.noFeeds || !has(self.feeds)",fieldPath=.noFeeds,message="data come from elsewhere or not: leave out noFeeds or feeds, for example feeds: [{name: civil-register, maxAge: 24h}]"
type HostedSolutionSpec struct {
	// DisplayName for people, for example Aula.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	// +optional
	DisplayName Line `json:"displayName,omitempty"`
	// Purpose of the processing (GDPR art. 5(1)(b)), for example Communication between schools, day care and parents.
	// +kubebuilder:validation:MaxLength=1000
	// +optional
	Purpose string `json:"purpose,omitempty"`
	// Owner answers for the solution.
	Owner Owner `json:"owner"`
	// Controllers of the personal data, for example [{name: Danish municipalities, expectedCount: 98}].
	// +kubebuilder:validation:MaxItems=100
	// +listType=map
	// +listMapKey=name
	// +optional
	Controllers []Controller `json:"controllers,omitempty"`
	// Classification of the data; left out, DPD-01 fails and the profile's assumed level is used.
	// +optional
	Classification *Classification `json:"classification,omitempty"`
	// PersonalData categories in the solution, for example [Ordinary, NationalID]; [None] states that there are none.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=13
	// +listType=set
	// +optional
	PersonalData []DataCategory `json:"personalData,omitempty"`
	// Locations where data may be.
	// +optional
	Locations *Locations `json:"locations,omitempty"`
	// SupplierChain from the controller's processor to the last sub-processor.
	// +kubebuilder:validation:MaxItems=64
	// +listType=map
	// +listMapKey=name
	// +optional
	SupplierChain []SupplierLink `json:"supplierChain,omitempty"`
	// Continuity requirements.
	// +optional
	Continuity *Continuity `json:"continuity,omitempty"`
	// ExternalEndpoints that receive or hold the solution's data.
	// +kubebuilder:validation:MaxItems=64
	// +listType=map
	// +listMapKey=host
	// +optional
	ExternalEndpoints []ExternalEndpoint `json:"externalEndpoints,omitempty"`
	// Processing holds the art. 30 fields.
	// +optional
	Processing *Processing `json:"processing,omitempty"`
	// ServiceDescription, for example {reference: Service description Aula, version: 3}.
	// +optional
	ServiceDescription *DocumentReference `json:"serviceDescription,omitempty"`
	// Responsibilities: the split between provider and institutions.
	// +optional
	Responsibilities *Responsibilities `json:"responsibilities,omitempty"`
	// ContactsConfirmedAt is the day on which the owner's contacts were last tried, for example 2026-10-01.
	// +optional
	ContactsConfirmedAt Date `json:"contactsConfirmedAt,omitempty"`
	// InProduction periods, for example [{from: 2019-10-01}]; statements are required for the years they touch.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	// +listType=atomic
	// +optional
	InProduction []ProductionPeriod `json:"inProduction,omitempty"`
	// Version in production, for example 2026.2; documents about an earlier major version are out of date.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +optional
	Version Line `json:"version,omitempty"`
	// FinancialImpact is true where the solution's controls matter for the users' accounts, which adds ISAE 3402.
	// +optional
	FinancialImpact bool `json:"financialImpact,omitempty"`
	// RequiredStatements for every audit year beside those of the profile, which stand whatever is written here, for
	// example [{name: system, standard: ISAE3000, type: Type2, scope: Specific}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=map
	// +listMapKey=name
	// +optional
	RequiredStatements []RequiredStatement `json:"requiredStatements,omitempty"`
	// StatementRecipients are other organisations that receive the statements, for example [STAR].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=120
	// +listType=set
	// +optional
	StatementRecipients []Line `json:"statementRecipients,omitempty"`
	// Retention of the data, for example [{name: messages, category: Ordinary, maxAge: 5y, method: Application}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=30
	// +listType=map
	// +listMapKey=name
	// +optional
	Retention []Retention `json:"retention,omitempty"`
	// Login of the end users, for example [{audience: Parents, method: MitID, assuranceLevel: Substantial}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=map
	// +listMapKey=audience
	// +optional
	Login []Login `json:"login,omitempty"`
	// NoEndUsers is true where nobody logs in. With neither login nor this, login counts as not recorded.
	// +optional
	NoEndUsers bool `json:"noEndUsers,omitempty"`
	// CompliancePackage that the provider gives the controllers, for example [{kind: ProcessingRecord, document:
	// {reference: Part 2}, issuedAt: 2026-06-01}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=5
	// +listType=map
	// +listMapKey=kind
	// +optional
	CompliancePackage []PackagePart `json:"compliancePackage,omitempty"`
	// Administration of the solution beyond the Platform's, for example [{part: IdentityProvider, country: DK}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=atomic
	// +optional
	Administration []AdministrationPlace `json:"administration,omitempty"`
	// ApplicationAudit says how the application records who used personal data. Left out: not recorded.
	// +optional
	ApplicationAudit *ApplicationAudit `json:"applicationAudit,omitempty"`
	// Components of the solution with the end of their support, for example [{name: postgresql, version: 16.4, supportEnds:
	// 2028-11-09, source: https://www.postgresql.org/support/versioning/}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=map
	// +listMapKey=name
	// +optional
	Components []Component `json:"components,omitempty"`
	// ImageSources of the solution beside those of the Platform, for example [{source: ghcr.io/kombit/, reason: Built by the
	// developer from reviewed source}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	// +listType=map
	// +listMapKey=source
	// +optional
	ImageSources []ApprovedImageSource `json:"imageSources,omitempty"`
	// Feeds of data that must be fresh, for example [{name: civil-register, maxAge: 24h, alert: FeedIsOld}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=map
	// +listMapKey=name
	// +optional
	Feeds []Feed `json:"feeds,omitempty"`
	// NoFeeds is true where no data come from elsewhere. With neither, feeds count as not recorded.
	// +optional
	NoFeeds bool `json:"noFeeds,omitempty"`
	// IntegrityChecks of the data, for example [{name: checksums, cronJob: {namespace: aula, name: checksums}, interval: 1d}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=5
	// +listType=map
	// +listMapKey=name
	// +optional
	IntegrityChecks []IntegrityCheck `json:"integrityChecks,omitempty"`
	// NIS2 is true where incidents of the solution can be significant under NIS 2.
	// +optional
	NIS2 bool `json:"nis2,omitempty"`
	// Profile is the name of the ControlProfile that applies, for example getting-started. Left out: the default of the
	// Platform, else public-sector.
	// +optional
	Profile ObjectName `json:"profile,omitempty"`
}

// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=hs,categories=tilsyn
// +kubebuilder:validation:XValidation:rule="self.metadata.name.size() <= 63",message="metadata.name may have at most 63 characters, because it is used as the value of labels, for example aula"
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.status.state`
// +kubebuilder:printcolumn:name="Provider",type=string,JSONPath=`.status.provider.state`
// +kubebuilder:printcolumn:name="Institution",type=string,JSONPath=`.status.institution.state`
// +kubebuilder:printcolumn:name="Failed",type=integer,JSONPath=`.status.failed`
// +kubebuilder:printcolumn:name="Unknown",type=integer,JSONPath=`.status.unknown`
// +kubebuilder:printcolumn:name="Worst",type=string,JSONPath=`.status.worstControl`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`

// HostedSolution is one hosted system and what is required of it.
type HostedSolution struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   HostedSolutionSpec   `json:"spec"`
	Status HostedSolutionStatus `json:"status,omitempty"`
}

// +kubebuilder:object:root=true

// HostedSolutionList is a list of HostedSolutions.
type HostedSolutionList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []HostedSolution `json:"items"`
}
