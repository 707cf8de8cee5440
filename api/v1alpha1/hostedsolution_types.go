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
}

// ExternalEndpoint declares a place outside the cluster that receives or holds the solution's data.
// +kubebuilder:validation:XValidation:rule="!has(self.region) || has(self.provider)",fieldPath=.provider,message="a region needs its provider, because the same region name lies in different countries at different providers, for example {host: logs.example.org, purpose: Logs, provider: aws, region: eu-west-1}"
type ExternalEndpoint struct {
	// Host name or address, exact, for example logs.example.org, or provider/bucket or provider/account for stores whose
	// place cannot be seen, for example azure/auditbackups.
	Host EndpointName `json:"host"`
	// Purpose of the endpoint.
	// +kubebuilder:validation:Enum=Database;ObjectStore;FileStore;Logs;Telemetry;Backup;Alerts;Other
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
}

// Processing holds what the record of processing activities (GDPR art. 30) says of the solution.
// +kubebuilder:validation:XValidation:rule="!has(self.categories) || !('None' in self.categories) || self.categories.size() == 1",fieldPath=.categories,message="None excludes every other category: remove None or the others, for example [Ordinary, Health]"
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
	// Record refers to the full record, for example a document number.
	// +kubebuilder:validation:MaxLength=500
	// +optional
	Record Line `json:"record,omitempty"`
	// ConfirmedAt is the date on which the record was last confirmed, for example 2026-06-01.
	// +optional
	ConfirmedAt Date `json:"confirmedAt,omitempty"`
}

// HostedSolutionSpec is the requirement, the same in every cluster.
// +kubebuilder:validation:XValidation:rule="!has(self.supplierChain) || self.supplierChain.all(l, !has(l.engagedBy) || l.engagedBy.size() == 0 || (l.engagedBy != l.name && self.supplierChain.exists(o, o.name == l.engagedBy)))",fieldPath=.supplierChain,message="engagedBy names another link of the chain, for example [{name: processor, supplier: kombit}, {name: infrastructure, supplier: aws, engagedBy: processor}]"
// +kubebuilder:validation:XValidation:rule="!has(self.supplierChain) || self.supplierChain.size() == 0 || self.supplierChain.exists(l, !has(l.engagedBy) || l.engagedBy.size() == 0)",fieldPath=.supplierChain,message="the chain begins with a party that the controller engaged: leave engagedBy out of at least one link, for example {name: processor, supplier: kombit}"
// +kubebuilder:validation:XValidation:rule="!has(self.personalData) || !('None' in self.personalData) || self.personalData.size() == 1",fieldPath=.personalData,message="None excludes every other category: remove None or the others, for example [Ordinary, NationalID, Health]"
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
	// Profile is the name of the ControlProfile that applies, for example getting-started. Left out: the default of the
	// Platform, else public-sector.
	// +optional
	Profile ObjectName `json:"profile,omitempty"`
}

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
	// Conditions: Ready (accepted and evaluated; says nothing about compliance), Accepted, Deployed.
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
