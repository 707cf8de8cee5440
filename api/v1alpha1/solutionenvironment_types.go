package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Stage of an environment.
// +kubebuilder:validation:Enum=Production;PreProduction;Test
type Stage string

// Stages. Only production environments decide a solution's state.
const (
	StageProduction    Stage = "Production"
	StagePreProduction Stage = "PreProduction"
	StageTest          Stage = "Test"
)

// NamespacePattern is a namespace name, or a prefix followed by one trailing *.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[a-z0-9]([-a-z0-9]*[a-z0-9])?$') || self.matches(r'^[a-z0-9][-a-z0-9]*\*$')`,message="a namespace name in lower-case letters, digits and hyphens, for example aula, or a prefix with one trailing *, for example aula-*; a lone * is not allowed"
type NamespacePattern string

// ScratchData names a volume claim whose content may be lost.
type ScratchData struct {
	// Namespace of the claim, one of the environment's, for example aula.
	Namespace NamespaceName `json:"namespace"`
	// Claim is the name of the PersistentVolumeClaim, for example search-index, or a prefix with one trailing * for the
	// claims of a StatefulSet, for example cache-redis-*.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$') || self.matches(r'^[a-z0-9][-.a-z0-9]*\*$')`,message="the name of a volume claim, for example search-index, or a prefix with one trailing *, for example cache-redis-*; a lone * is not allowed"
	Claim string `json:"claim"`
	// Reason why the content can be made again, for example: Search index, rebuilt from the database in ten minutes.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=500
	Reason string `json:"reason"`
	// Approval by whoever answers for the data. Without it, and without validUntil, the claim has to be backed up.
	// +optional
	Approval *Approval `json:"approval,omitempty"`
	// ValidUntil is the date on which it is to be looked at again, at 00:00 Europe/Copenhagen, for example 2027-06-01. An
	// approval counts for 12 months at most.
	// +optional
	ValidUntil Date `json:"validUntil,omitempty"`
}

// SolutionEnvironmentSpec says where a solution runs.
// +kubebuilder:validation:XValidation:rule="has(self.namespaces) != has(self.hostedBy)",message="set exactly one of namespaces (it runs in this cluster) and hostedBy (a supplier runs it elsewhere), for example namespaces: [aula] or hostedBy: aws"
// +kubebuilder:validation:XValidation:rule="!has(self.scratchData) || (has(self.namespaces) && self.scratchData.all(s, self.namespaces.exists(n, n.endsWith('*') ? s.namespace.startsWith(n.substring(0, n.size() - 1)) : s.namespace == n) || (has(self.uses) && s.namespace in self.uses)))",fieldPath=.scratchData,message="every namespace of scratchData belongs to the environment, by namespaces or uses, for example namespaces: [aula] and scratchData: [{namespace: aula, claim: search-index, reason: Rebuilt from the database}]"
// +kubebuilder:validation:XValidation:rule="self.solution == oldSelf.solution",fieldPath=.solution,message="an environment keeps its solution: make another environment for the other solution, for example aula-production-2, and delete this one"
// +kubebuilder:validation:XValidation:rule="!has(self.noEntryPoints) || !self.noEntryPoints || !has(self.entryPoints)",fieldPath=.noEntryPoints,message="the environment is reached from outside or not: leave out noEntryPoints or entryPoints, for example entryPoints: [{host: www.example.org, login: Application}]"
type SolutionEnvironmentSpec struct {
	// Solution is the name of the HostedSolution, for example aula. It cannot change.
	Solution ObjectName `json:"solution"`
	// Stage of the environment.
	Stage Stage `json:"stage"`
	// Namespaces of the environment: names, or prefixes with one trailing *, for example [aula, aula-*].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=set
	// +optional
	Namespaces []NamespacePattern `json:"namespaces,omitempty"`
	// Uses names shared namespaces (of the Platform) that hold services of this environment, for example [databases].
	// +kubebuilder:validation:MaxItems=20
	// +listType=set
	// +optional
	Uses []NamespaceName `json:"uses,omitempty"`
	// HostedBy is the supplier that runs the environment outside this cluster, for example aws.
	// +optional
	HostedBy ObjectName `json:"hostedBy,omitempty"`
	// ScratchData lists volume claims that need no backup, for example [{namespace: aula, claim: search-index, reason:
	// Rebuilt from the database, approval: {by: jane@example.org, at: 2026-11-20, reference: case 2026-140}, validUntil:
	// 2027-06-01}].
	// +kubebuilder:validation:MaxItems=50
	// +listType=atomic
	// +optional
	ScratchData []ScratchData `json:"scratchData,omitempty"`
	// EntryPoints by which the environment is reached from outside, for example [{host: www.example.org, login: Application}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=map
	// +listMapKey=host
	// +optional
	EntryPoints []EntryPoint `json:"entryPoints,omitempty"`
	// NoEntryPoints is true where nothing outside reaches the environment. With neither, entries count as not recorded.
	// +optional
	NoEntryPoints bool `json:"noEntryPoints,omitempty"`
	// SingleInstances are workloads that run once by design, for example [{namespace: aula, kind: Deployment, name: scheduler,
	// reason: Holds a lock; users notice nothing for an hour}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=map
	// +listMapKey=namespace
	// +listMapKey=kind
	// +listMapKey=name
	// +optional
	SingleInstances []SingleInstance `json:"singleInstances,omitempty"`
	// APIAccess names the service accounts whose workloads call the cluster API, for example [{namespace: aula,
	// serviceAccount: leader-election, reason: Election of a leader by a Lease}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=map
	// +listMapKey=namespace
	// +listMapKey=serviceAccount
	// +optional
	APIAccess []APIAccess `json:"apiAccess,omitempty"`
	// OpenTraffic says where network policies must stay wide, for example [{namespace: aula, direction: Ingress, policy:
	// allow-monitoring, reason: Monitoring scrapes from every namespace}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=atomic
	// +optional
	OpenTraffic []OpenTraffic `json:"openTraffic,omitempty"`
	// DeploymentSources are the resources through which all changes come, for example [{kind: Kustomization, namespace:
	// flux-system, name: aula}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=atomic
	// +optional
	DeploymentSources []DeploymentSource `json:"deploymentSources,omitempty"`
}

// SolutionEnvironmentStatus is what the operator found.
type SolutionEnvironmentStatus struct {
	// ObservedGeneration is the generation of the spec that was evaluated.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// Conditions: Ready (accepted and evaluated; says nothing about compliance), Accepted, EvidenceComplete.
	// +kubebuilder:validation:MaxItems=16
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`
	// LastEvaluationTime is refreshed at every evaluation and at least once per heartbeat.
	// +optional
	LastEvaluationTime *metav1.Time `json:"lastEvaluationTime,omitempty"`
	// NextEvaluationTime is the next instant at which a result changes by itself.
	// +optional
	NextEvaluationTime *metav1.Time `json:"nextEvaluationTime,omitempty"`
	// State is the worst of the parties' states.
	// +optional
	State ComplianceState `json:"state,omitempty"`
	// Provider's results.
	// +optional
	Provider *PartyStatus `json:"provider,omitempty"`
	// Institution's results.
	// +optional
	Institution *PartyStatus `json:"institution,omitempty"`
	// Failed counts failed controls.
	// +kubebuilder:validation:Minimum=0
	// +optional
	Failed int32 `json:"failed"`
	// Unknown counts undecided controls.
	// +kubebuilder:validation:Minimum=0
	// +optional
	Unknown int32 `json:"unknown"`
	// WorstControl is the failed or unknown control of the highest severity.
	// +kubebuilder:validation:MaxLength=32
	// +optional
	WorstControl string `json:"worstControl,omitempty"`
	// Namespaces that the patterns match now.
	// +kubebuilder:validation:MaxItems=500
	// +kubebuilder:validation:items:MaxLength=63
	// +listType=set
	// +optional
	Namespaces []string `json:"namespaces,omitempty"`
	// Workloads counts the workloads evaluated.
	// +kubebuilder:validation:Minimum=0
	// +optional
	Workloads int32 `json:"workloads,omitempty"`
	// Controls, folded over their subjects.
	// +kubebuilder:validation:MaxItems=100
	// +listType=map
	// +listMapKey=control
	// +optional
	Controls []ControlStatus `json:"controls,omitempty"`
	// Findings, worst first.
	// +kubebuilder:validation:MaxItems=50
	// +listType=atomic
	// +optional
	Findings []Finding `json:"findings,omitempty"`
	// FindingsOmitted counts the findings left out.
	// +kubebuilder:validation:Minimum=0
	// +optional
	FindingsOmitted int32 `json:"findingsOmitted,omitempty"`
}

// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=senv,categories=tilsyn
// +kubebuilder:validation:XValidation:rule="self.metadata.name.size() <= 63",message="metadata.name may have at most 63 characters, because it is used as the value of labels, for example aula-production"
// +kubebuilder:printcolumn:name="Solution",type=string,JSONPath=`.spec.solution`
// +kubebuilder:printcolumn:name="Stage",type=string,JSONPath=`.spec.stage`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.status.state`
// +kubebuilder:printcolumn:name="Provider",type=string,JSONPath=`.status.provider.state`
// +kubebuilder:printcolumn:name="Institution",type=string,JSONPath=`.status.institution.state`
// +kubebuilder:printcolumn:name="Failed",type=integer,JSONPath=`.status.failed`
// +kubebuilder:printcolumn:name="Unknown",type=integer,JSONPath=`.status.unknown`
// +kubebuilder:printcolumn:name="Worst",type=string,JSONPath=`.status.worstControl`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`

// SolutionEnvironment is one place where a solution runs.
type SolutionEnvironment struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   SolutionEnvironmentSpec   `json:"spec"`
	Status SolutionEnvironmentStatus `json:"status,omitempty"`
}

// +kubebuilder:object:root=true

// SolutionEnvironmentList is a list of SolutionEnvironments.
type SolutionEnvironmentList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []SolutionEnvironment `json:"items"`
}
