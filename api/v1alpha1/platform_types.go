package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// PlatformName is the name of the one Platform of a cluster.
const PlatformName = "cluster"

// PlatformProvider is an infrastructure provider whose nodes the cluster has.
// +kubebuilder:validation:XValidation:rule="!has(self.providerIDPrefixes) || self.providerIDPrefixes.all(p, !(p.lowerAscii().split(':')[0] in ['alicloud', 'aws', 'azure', 'civo', 'digitalocean', 'exoscale', 'gce', 'hcloud', 'hrobot', 'ibm', 'ionos', 'linode', 'oci', 'ovh', 'scaleway', 'stackit', 'upcloud', 'vultr']))",fieldPath=.providerIDPrefixes,message="ids of nodes of a known cloud say themselves whose they are, so their prefix is not declared, for example {name: aws} alone, or {name: dc1, providerIDPrefixes: [dc1://]} for nodes of an own data centre"
type PlatformProvider struct {
	// Name of the provider in the region table, for example aws, or of an own provider described under regions.
	Name ProviderName `json:"name"`
	// ProviderIDPrefixes of node.spec.providerID that mean this provider, beyond the known ones, for example [dc1://].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	// +listType=set
	// +optional
	ProviderIDPrefixes []ProviderIDPrefix `json:"providerIDPrefixes,omitempty"`
}

// PlatformZone is a zone that lies in another country than its region.
type PlatformZone struct {
	// Name of the zone, as in the node label, for example dk-east-1a.
	Name RegionName `json:"name"`
	// Country of the zone, for example SE.
	Country CountryCode `json:"country"`
}

// PlatformRegion is a region of an own data centre, or a correction of the built-in table.
type PlatformRegion struct {
	// Name of the region, as in the node label, for example dk-east-1.
	Name RegionName `json:"name"`
	// Provider the region belongs to, for example dc1.
	Provider ProviderName `json:"provider"`
	// Country of the region, for example DK.
	Country CountryCode `json:"country"`
	// Zones that lie in another country than the region, for example [{name: dk-east-1c, country: SE}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=map
	// +listMapKey=name
	// +optional
	Zones []PlatformZone `json:"zones,omitempty"`
}

// PlatformNamespace is a namespace that belongs to the platform and not to one solution.
type PlatformNamespace struct {
	// Name, or a prefix with one trailing *, for example ingress-nginx or monitoring-*.
	Name NamespacePattern `json:"name"`
	// Owner in the platform team, for example Network team.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	Owner Line `json:"owner"`
	// Shared is true where the namespace holds services that solutions may use (SolutionEnvironment.spec.uses).
	// +optional
	Shared bool `json:"shared,omitempty"`
}

// Endpoint declares where a host that backups or logs are sent to keeps its data.
// +kubebuilder:validation:XValidation:rule="!has(self.region) || has(self.provider)",fieldPath=.provider,message="a region needs its provider, because the same region name lies in different countries at different providers, for example {name: azure/auditbackups, country: NL, provider: azure, region: westeurope}"
type Endpoint struct {
	// Name of the endpoint: a host, exact, for example logs.example.org, or provider/bucket or provider/account for stores
	// whose place cannot be seen, for example azure/auditbackups.
	Name EndpointName `json:"name"`
	// Country where the data are kept, for example DK.
	Country CountryCode `json:"country"`
	// Provider, where the endpoint belongs to a known cloud, for example azure.
	// +optional
	Provider ProviderName `json:"provider,omitempty"`
	// Region of the provider, for example westeurope.
	// +optional
	Region RegionName `json:"region,omitempty"`
	// FailureDomain is a free name of the site, account or storage system, for example dc2; equal names are the same
	// failure domain.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +optional
	FailureDomain Line `json:"failureDomain,omitempty"`
	// RetainsLogsFor is how long a log store keeps records, where it cannot be read from the cluster, for example 13mo; it
	// needs an Attestation of type LogRetention to count.
	// +optional
	RetainsLogsFor Duration `json:"retainsLogsFor,omitempty"`
}

// AdequacyDecision says of an adequacy decision (GDPR art. 45) what the built-in table does not know yet. It narrows the
// decision that is built in: by its status, its end, or whom it covers. Where it goes further, because the table knows no
// such decision, or knows it as contested or ended, it has no effect without decision and validFrom, the limits of the
// built-in one stay, and what rests on it is said to rest on the Platform's word.
// +kubebuilder:validation:XValidation:rule="!has(self.validFrom) || !has(self.validUntil) || self.validUntil > self.validFrom",fieldPath=.validUntil,message="a decision ends after it begins, for example validFrom: 2021-06-28 and validUntil: 2031-12-27"
type AdequacyDecision struct {
	// Country the decision is about, for example JP.
	Country CountryCode `json:"country"`
	// Status of the decision.
	// +kubebuilder:validation:Enum=InForce;Contested;Suspended;Annulled
	Status string `json:"status"`
	// Decision is the number of the decision or judgment that says so, for example (EU) 2021/1772.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	// +optional
	Decision Line `json:"decision,omitempty"`
	// ValidFrom is the first day of the decision, for example 2021-06-28. Left out: that of the built-in one.
	// +optional
	ValidFrom Date `json:"validFrom,omitempty"`
	// ValidUntil is the day on which the decision ends, at 00:00 Europe/Copenhagen, for example 2031-12-27. Left out with
	// validFrom: it has no end.
	// +optional
	ValidUntil Date `json:"validUntil,omitempty"`
	// Scoped is true where the decision covers only some recipients.
	// +optional
	Scoped bool `json:"scoped,omitempty"`
}

// AdministrationPart is a part of what governs a cluster or a solution.
// +kubebuilder:validation:Enum=ControlPlane;KeyManagement;IdentityProvider;Management
type AdministrationPart string

// Parts of administration. Management is the console, the fleet manager or the GitOps hub.
const (
	AdministrationControlPlane     AdministrationPart = "ControlPlane"
	AdministrationKeyManagement    AdministrationPart = "KeyManagement"
	AdministrationIdentityProvider AdministrationPart = "IdentityProvider"
	AdministrationManagement       AdministrationPart = "Management"
)

// AdministrationPlace says where one part of the administration lies.
// +kubebuilder:validation:XValidation:rule="!has(self.region) || has(self.provider)",fieldPath=.provider,message="a region needs its provider, because the same region name lies in different countries at different providers, for example {part: KeyManagement, country: IE, provider: aws, region: eu-west-1}"
type AdministrationPlace struct {
	// Part that lies there.
	Part AdministrationPart `json:"part"`
	// Country, for example DK.
	Country CountryCode `json:"country"`
	// Provider, where it belongs to a known cloud, for example aws.
	// +optional
	Provider ProviderName `json:"provider,omitempty"`
	// Region of the provider, for example eu-west-1.
	// +optional
	Region RegionName `json:"region,omitempty"`
	// Supplier that runs it, by the name of its resource, for example aws.
	// +optional
	Supplier ObjectName `json:"supplier,omitempty"`
}

// PlatformSpec holds facts of the cluster that are said once.
type PlatformSpec struct {
	// Providers whose nodes the cluster has. A region name in a pod template counts as allowed only if it is allowed at
	// every provider listed here, for example [{name: aws}]. Left out: the providers seen in node.spec.providerID.
	// +kubebuilder:validation:MaxItems=20
	// +listType=map
	// +listMapKey=name
	// +optional
	Providers []PlatformProvider `json:"providers,omitempty"`
	// Regions of own data centres and corrections of the built-in table, for example [{provider: dc1, name: dk-east-1,
	// country: DK}].
	// +kubebuilder:validation:MaxItems=200
	// +listType=map
	// +listMapKey=provider
	// +listMapKey=name
	// +optional
	Regions []PlatformRegion `json:"regions,omitempty"`
	// RegionLabels are node label keys that hold the region, beyond topology.kubernetes.io/region, for example
	// [dc.example.org/region].
	// +kubebuilder:validation:MaxItems=5
	// +listType=set
	// +optional
	RegionLabels []LabelKey `json:"regionLabels,omitempty"`
	// ZoneLabels are node label keys that hold the zone, beyond topology.kubernetes.io/zone, for example
	// [dc.example.org/room].
	// +kubebuilder:validation:MaxItems=5
	// +listType=set
	// +optional
	ZoneLabels []LabelKey `json:"zoneLabels,omitempty"`
	// Schedulers that obey node affinity, beyond default-scheduler, for example [volcano].
	// +kubebuilder:validation:MaxItems=10
	// +listType=set
	// +optional
	Schedulers []SchedulerName `json:"schedulers,omitempty"`
	// Namespaces of the platform itself, for example [{name: ingress-nginx, owner: Network team}]. Only kube-system need not
	// be listed; workloads in kube-public and kube-node-lease, where Kubernetes runs nothing, are findings of GOV-08 unless
	// they are.
	// +kubebuilder:validation:MaxItems=200
	// +listType=map
	// +listMapKey=name
	// +optional
	Namespaces []PlatformNamespace `json:"namespaces,omitempty"`
	// Endpoints that receive backups and logs of the whole cluster, for example [{name: logs.example.org, country: DK}].
	// +kubebuilder:validation:MaxItems=200
	// +listType=map
	// +listMapKey=name
	// +optional
	Endpoints []Endpoint `json:"endpoints,omitempty"`
	// FailureDomain of the cluster's own storage, for example dc1, compared with that of backup endpoints.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +optional
	FailureDomain Line `json:"failureDomain,omitempty"`
	// Adequacy overrides rows of the built-in table of adequacy decisions, for example [{country: US, status: Annulled}].
	// +kubebuilder:validation:MaxItems=50
	// +listType=map
	// +listMapKey=country
	// +optional
	Adequacy []AdequacyDecision `json:"adequacy,omitempty"`
	// Administration says where the control plane and what governs the cluster lie, for what nodes do not show, for example
	// [{part: ControlPlane, country: DK}]; each entry needs an Attestation to count.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=atomic
	// +optional
	Administration []AdministrationPlace `json:"administration,omitempty"`
	// ControlPlane says who runs the control plane, for example {hosting: Managed}.
	// +optional
	ControlPlane *ControlPlane `json:"controlPlane,omitempty"`
	// Network of the cluster, for example {plugin: cilium, policyEnforcement: Enforced}.
	// +optional
	Network *PlatformNetwork `json:"network,omitempty"`
	// EntryControllers that lead traffic in, for example [{class: nginx, minimumTLS: TLS1.2}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=map
	// +listMapKey=class
	// +optional
	EntryControllers []EntryController `json:"entryControllers,omitempty"`
	// Access of people and controllers to the cluster, for example {identitySources: [{name: entra, userPrefix: 'oidc:'}]}.
	// +optional
	Access *PlatformAccess `json:"access,omitempty"`
	// Monitoring of security events, for example {receivers: [{name: duty-officer, staffing: AroundTheClock}]}.
	// +optional
	Monitoring *PlatformMonitoring `json:"monitoring,omitempty"`
	// Images: where they may come from, for example {approvedSources: [{source: registry.example.org, reason: Own registry}]}.
	// +optional
	Images *PlatformImages `json:"images,omitempty"`
	// SupportDates of versions that the built-in table does not hold, for example [{product: flatcar, version: "4152", ends:
	// 2027-06-30, source: https://www.flatcar.org/releases}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=30
	// +listType=map
	// +listMapKey=product
	// +listMapKey=version
	// +optional
	SupportDates []SupportDate `json:"supportDates,omitempty"`
	// Scan for personal data and secrets: what it may pass over, for example {lookAlikes: [{kind: ConfigMap, field:
	// 'data[orders]', reason: Order numbers of ten digits}]}.
	// +optional
	Scan *PlatformScan `json:"scan,omitempty"`
	// PodNodeSelectorEnabled is true where the API server runs the PodNodeSelector admission plugin, so that the namespace
	// annotation scheduler.alpha.kubernetes.io/node-selector has effect.
	// +optional
	PodNodeSelectorEnabled bool `json:"podNodeSelectorEnabled,omitempty"`
	// DefaultProfile for solutions that name none, for example getting-started. Left out: public-sector.
	// +optional
	DefaultProfile ObjectName `json:"defaultProfile,omitempty"`
}

// SourceStatus tells whether one kind of evidence can be read.
type SourceStatus struct {
	// Source is the resource and group, for example backups.velero.io.
	// +kubebuilder:validation:MaxLength=317
	Source string `json:"source"`
	// State: Synced, Absent (confirmed: no such kind), Pending or Unreadable.
	// +kubebuilder:validation:Enum=Synced;Absent;Pending;Unreadable
	State string `json:"state"`
	// Message names the missing right or the error.
	// +optional
	Message Message `json:"message,omitempty"`
}

// PlatformStatus is what the operator found.
type PlatformStatus struct {
	// ObservedGeneration is the generation of the spec that was evaluated.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// Conditions: Ready, Accepted, SourcesReadable, NoUnclaimedNamespaces, Current.
	// +kubebuilder:validation:MaxItems=16
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`
	// LastEvaluationTime is refreshed at every evaluation and at least once per heartbeat.
	// +optional
	LastEvaluationTime *metav1.Time `json:"lastEvaluationTime,omitempty"`
	// Sources of evidence that are not plainly readable come first.
	// +kubebuilder:validation:MaxItems=200
	// +listType=map
	// +listMapKey=source
	// +optional
	Sources []SourceStatus `json:"sources,omitempty"`
	// UnclaimedNamespaces have workloads and belong to no environment and not to the platform.
	// +kubebuilder:validation:MaxItems=200
	// +kubebuilder:validation:items:MaxLength=63
	// +listType=set
	// +optional
	UnclaimedNamespaces []string `json:"unclaimedNamespaces,omitempty"`
	// UnclaimedCount counts them all.
	// +kubebuilder:validation:Minimum=0
	// +optional
	UnclaimedCount int32 `json:"unclaimedCount"`
	// Nodes counts the nodes per country, for example {DK: 3, IE: 2, unknown: 1}.
	// +kubebuilder:validation:MaxProperties=300
	// +optional
	Nodes map[string]int32 `json:"nodes,omitempty"`
	// Controls judged on the platform.
	// +kubebuilder:validation:MaxItems=100
	// +listType=map
	// +listMapKey=control
	// +optional
	Controls []ControlStatus `json:"controls,omitempty"`
	// Findings on the platform, worst first.
	// +kubebuilder:validation:MaxItems=50
	// +listType=atomic
	// +optional
	Findings []Finding `json:"findings,omitempty"`
	// FindingsOmitted counts the findings left out.
	// +kubebuilder:validation:Minimum=0
	// +optional
	FindingsOmitted int32 `json:"findingsOmitted,omitempty"`
	// NextDeadline of the platform: the end of support of its version of Kubernetes, or of a certificate that belongs to no solution.
	// +optional
	NextDeadline *DeadlineStatus `json:"nextDeadline,omitempty"`
}

// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=plat,categories=tilsyn
// +kubebuilder:validation:XValidation:rule="self.metadata.name == 'cluster'",message="a cluster has one Platform and its metadata.name is cluster, for example metadata: {name: cluster}"
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Sources",type=string,JSONPath=`.status.conditions[?(@.type=="SourcesReadable")].status`
// +kubebuilder:printcolumn:name="Unclaimed",type=integer,JSONPath=`.status.unclaimedCount`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`

// Platform holds the facts of one cluster.
type Platform struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   PlatformSpec   `json:"spec,omitempty"`
	Status PlatformStatus `json:"status,omitempty"`
}

// +kubebuilder:object:root=true

// PlatformList is a list of Platforms.
type PlatformList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Platform `json:"items"`
}
