package v1alpha1

// APIAuditLevel is how much the API server's audit records.
// +kubebuilder:validation:Enum=None;Metadata;Request;RequestResponse
type APIAuditLevel string

// Levels of the API server's audit, least first.
const (
	APIAuditNone            APIAuditLevel = "None"
	APIAuditMetadata        APIAuditLevel = "Metadata"
	APIAuditRequest         APIAuditLevel = "Request"
	APIAuditRequestResponse APIAuditLevel = "RequestResponse"
)

// ControlPlane says who runs the control plane and where its audit goes.
type ControlPlane struct {
	// Hosting: SelfManaged (its pods are seen in the cluster) or Managed by the provider.
	// +kubebuilder:validation:Enum=SelfManaged;Managed
	Hosting string `json:"hosting"`
	// Audit of the cluster API; an Attestation of type APIAuditLogging proves what the cluster does not show.
	// +optional
	Audit *APIAudit `json:"audit,omitempty"`
}

// APIAudit says what is recorded of the use of the cluster API and where it goes.
type APIAudit struct {
	// Level of the records of changes and of access to Secrets; the least of them where they differ.
	Level APIAuditLevel `json:"level"`
	// SecretBodies is true where records hold the content of Secrets or tokens, which they must not.
	// +optional
	SecretBodies bool `json:"secretBodies,omitempty"`
	// Omits lists users, groups or namespaces that are left out, for example [system:nodes].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	// +listType=set
	// +optional
	Omits []Line `json:"omits,omitempty"`
	// Endpoint that receives the records outside the cluster, by its name under endpoints, for example logs.example.org.
	// +optional
	Endpoint EndpointName `json:"endpoint,omitempty"`
	// Collector that reads the audit file on the control plane nodes, for example {namespace: logging, name: fluent-bit}.
	// +optional
	Collector *NamespacedName `json:"collector,omitempty"`
}

// OutboundProxy is a forward proxy that traffic leaves through.
// +kubebuilder:validation:XValidation:rule="!has(self.unrestricted) || !self.unrestricted || !has(self.allows)",fieldPath=.allows,message="a proxy restricts or not: leave out unrestricted or allows, for example {host: proxy.example.org, allows: [.example.org]}"
type OutboundProxy struct {
	// Host of the proxy, for example proxy.example.org.
	Host EndpointName `json:"host"`
	// Allows lists the hosts that it lets through, for example [.example.org, api.stripe.com].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=30
	// +listType=set
	// +optional
	Allows []HostPattern `json:"allows,omitempty"`
	// Unrestricted is true where it lets everything through. With neither, its list is not known.
	// +optional
	Unrestricted bool `json:"unrestricted,omitempty"`
}

// PlatformNetwork says what the network of the cluster does.
type PlatformNetwork struct {
	// Plugin of the network, for example cilium, calico or aws-vpc-cni.
	// +optional
	Plugin LinkName `json:"plugin,omitempty"`
	// PolicyEnforcement: whether the plugin enforces NetworkPolicies. Enforced needs a plugin that is seen to, or an
	// Attestation of type NetworkPolicyEnforcement. Left out: not known.
	// +kubebuilder:validation:Enum=Enforced;NotEnforced
	// +optional
	PolicyEnforcement string `json:"policyEnforcement,omitempty"`
	// Encryption of traffic between nodes.
	// +kubebuilder:validation:Enum=None;WireGuard;IPsec
	// +optional
	Encryption string `json:"encryption,omitempty"`
	// MetadataAddress: whether pods reach the metadata service of the node's cloud: Blocked, Reachable, or None (there is no
	// such service). Left out: not known.
	// +kubebuilder:validation:Enum=Blocked;Reachable;None
	// +optional
	MetadataAddress string `json:"metadataAddress,omitempty"`
	// Proxies that traffic leaves through, for example [{host: proxy.example.org, allows: [.example.org]}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=3
	// +listType=map
	// +listMapKey=host
	// +optional
	Proxies []OutboundProxy `json:"proxies,omitempty"`
	// ClusterRanges are the addresses of pods and services, for example [10.42.0.0/16, 10.43.0.0/16].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=set
	// +optional
	ClusterRanges []AddressRange `json:"clusterRanges,omitempty"`
}

// TLSVersion is a version of TLS.
// +kubebuilder:validation:Enum=TLS1.0;TLS1.1;TLS1.2;TLS1.3
type TLSVersion string

// EntryController says what an Ingress or Gateway controller does by itself, beyond what its objects say.
type EntryController struct {
	// Class of the controller (IngressClass or GatewayClass), for example nginx.
	Class ObjectName `json:"class"`
	// MinimumTLS that it accepts, for example TLS1.2. Left out: not known.
	// +optional
	MinimumTLS TLSVersion `json:"minimumTLS,omitempty"`
	// RedirectsToHTTPS is true where plain HTTP is only redirected unless an object says otherwise.
	// +optional
	RedirectsToHTTPS bool `json:"redirectsToHTTPS,omitempty"`
	// StrictTransportSecurity is true where the controller sends that header (HSTS).
	// +optional
	StrictTransportSecurity bool `json:"strictTransportSecurity,omitempty"`
	// TLSEnds in the Controller or in a LoadBalancer before it. Left out: Controller.
	// +kubebuilder:validation:Enum=Controller;LoadBalancer
	// +optional
	TLSEnds string `json:"tlsEnds,omitempty"`
	// Internal is true where it is reached from inside the organisation only.
	// +optional
	Internal bool `json:"internal,omitempty"`
	// Namespace of the controller, for example ingress-nginx.
	// +optional
	Namespace NamespaceName `json:"namespace,omitempty"`
}

// IdentitySource is an identity provider whose users and groups reach the cluster.
// +kubebuilder:validation:XValidation:rule="has(self.userPrefix) || has(self.userSuffix)",message="an identity source is known by how its user names begin or end: set userPrefix, userSuffix or both, for example {name: entra, userPrefix: 'oidc:', userSuffix: '@example.org'}"
type IdentitySource struct {
	// Name of the source, for example entra.
	Name LinkName `json:"name"`
	// UserPrefix that its user names begin with, for example oidc:.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	// +kubebuilder:validation:XValidation:rule=`!self.startsWith("system:")`,message="names that begin with system: are Kubernetes' own and no person's: give the prefix that the API server adds, for example oidc:"
	// +optional
	UserPrefix Line `json:"userPrefix,omitempty"`
	// UserSuffix that its user names end with, for example @example.org.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	// +optional
	UserSuffix Line `json:"userSuffix,omitempty"`
	// GroupPrefix that its groups begin with, for example oidc:. Left out: its groups are not known by their name.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	// +kubebuilder:validation:XValidation:rule=`!self.startsWith("system:")`,message="names that begin with system: are Kubernetes' own and no person's: give the prefix that the API server adds, for example oidc:"
	// +optional
	GroupPrefix Line `json:"groupPrefix,omitempty"`
}

// AccessSubject names who holds rights in the cluster.
// +kubebuilder:validation:XValidation:rule="(self.kind == 'ServiceAccount') == has(self.namespace)",fieldPath=.namespace,message="a service account has a namespace, a user or group has none, for example {kind: ServiceAccount, namespace: flux-system, name: kustomize-controller} or {kind: Group, name: 'oidc:platform'}"
type AccessSubject struct {
	// Kind: User, Group or ServiceAccount.
	// +kubebuilder:validation:Enum=User;Group;ServiceAccount
	Kind string `json:"kind"`
	// Namespace of a service account, for example flux-system.
	// +optional
	Namespace NamespaceName `json:"namespace,omitempty"`
	// Name as RBAC has it, for example oidc:platform.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name Line `json:"name"`
}

// PrivilegedRight is a right that is dangerous in the wrong hands.
// +kubebuilder:validation:Enum=ClusterAdmin;Wildcard;Escalate;Bind;Impersonate;ReadSecrets;Exec;Attach;PortForward;EphemeralContainers;NodeProxy;CreateTokens;ApproveCertificates;CreatePods;EditNamespaces;EditAdmission
type PrivilegedRight string

// Privileged rights.
const (
	RightClusterAdmin        PrivilegedRight = "ClusterAdmin"
	RightWildcard            PrivilegedRight = "Wildcard"
	RightEscalate            PrivilegedRight = "Escalate"
	RightBind                PrivilegedRight = "Bind"
	RightImpersonate         PrivilegedRight = "Impersonate"
	RightReadSecrets         PrivilegedRight = "ReadSecrets"
	RightExec                PrivilegedRight = "Exec"
	RightAttach              PrivilegedRight = "Attach"
	RightPortForward         PrivilegedRight = "PortForward"
	RightEphemeralContainers PrivilegedRight = "EphemeralContainers"
	RightNodeProxy           PrivilegedRight = "NodeProxy"
	RightCreateTokens        PrivilegedRight = "CreateTokens"
	RightApproveCertificates PrivilegedRight = "ApproveCertificates"
	RightCreatePods          PrivilegedRight = "CreatePods"
	RightEditNamespaces      PrivilegedRight = "EditNamespaces"
	RightEditAdmission       PrivilegedRight = "EditAdmission"
)

// PrivilegedSubject holds dangerous rights for a reason.
// +kubebuilder:validation:XValidation:rule="!has(self.members) || self.subject.kind == 'Group'",fieldPath=.members,message="members counts the people in a group, for example subject: {kind: Group, name: 'oidc:platform'} and members: 4"
type PrivilegedSubject struct {
	// Subject, for example {kind: Group, name: 'oidc:platform'}.
	Subject AccessSubject `json:"subject"`
	// Rights that it may hold, for example [Exec, PortForward]. ClusterAdmin includes all others.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +listType=set
	Rights []PrivilegedRight `json:"rights"`
	// Namespaces where it may hold them, for example [aula-*]. Left out: everywhere.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	// +listType=set
	// +optional
	Namespaces []NamespacePattern `json:"namespaces,omitempty"`
	// Members of a group, counted at the last review, for example 4. Left out: not known.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000
	// +optional
	Members *int32 `json:"members,omitempty"`
	// Reason why it needs them, for example: Operates the cluster around the clock.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=250
	Reason Line `json:"reason"`
	// BreakGlass is true where the rights are for emergencies: bindings carry the annotations tilsyn.dev/expires-at and
	// tilsyn.dev/reference.
	// +optional
	BreakGlass bool `json:"breakGlass,omitempty"`
}

// Annotations of bindings that give rights for a time.
const (
	// AnnotationExpiresAt is the end of a binding, as RFC 3339 writes it, for example 2026-11-20T22:00:00Z.
	AnnotationExpiresAt = "tilsyn.dev/expires-at"
	// AnnotationReference names the incident or change that a binding is for, for example INC-2026-17.
	AnnotationReference = "tilsyn.dev/reference"
)

// PlatformAccess says who reaches the cluster.
type PlatformAccess struct {
	// IdentitySources of people, for example [{name: entra, userPrefix: 'oidc:'}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	// +listType=map
	// +listMapKey=name
	// +optional
	IdentitySources []IdentitySource `json:"identitySources,omitempty"`
	// Privileged subjects with their reason, for example [{subject: {kind: Group, name: 'oidc:platform'}, rights:
	// [ClusterAdmin], reason: Operates the cluster around the clock}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=40
	// +listType=atomic
	// +optional
	Privileged []PrivilegedSubject `json:"privileged,omitempty"`
}

// AlarmReceiver is where alarms reach people.
type AlarmReceiver struct {
	// Name of the receiver in the configuration of Alertmanager, for example duty-officer.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	Name Line `json:"name"`
	// Staffing: AroundTheClock or OfficeHours.
	// +kubebuilder:validation:Enum=AroundTheClock;OfficeHours
	Staffing string `json:"staffing"`
}

// SecurityDetection is something that must raise an alarm.
type SecurityDetection struct {
	// Name of the detection, unique in the list, for example failed-logins.
	Name LinkName `json:"name"`
	// Alerts that raise the alarm, one of which must be in force, for example [TooManyFailedLogins].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=5
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=120
	// +listType=set
	Alerts []Line `json:"alerts"`
}

// PlatformMonitoring says how security events raise alarms.
type PlatformMonitoring struct {
	// External is true where monitoring stands outside the cluster; it needs an Attestation of type SecurityMonitoring.
	// +optional
	External bool `json:"external,omitempty"`
	// Detections that must raise alarms, for example [{name: failed-logins, alerts: [TooManyFailedLogins]}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=map
	// +listMapKey=name
	// +optional
	Detections []SecurityDetection `json:"detections,omitempty"`
	// Receivers that people watch, for example [{name: duty-officer, staffing: AroundTheClock}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=map
	// +listMapKey=name
	// +optional
	Receivers []AlarmReceiver `json:"receivers,omitempty"`
	// Watchdog is the alert that always fires, so that a dead alarm path shows, for example Watchdog.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	// +optional
	Watchdog Line `json:"watchdog,omitempty"`
	// DetectionAgents are DaemonSets that watch what runs on the nodes, for example [{namespace: falco, name: falco}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	// +listType=atomic
	// +optional
	DetectionAgents []NamespacedName `json:"detectionAgents,omitempty"`
}

// ApprovedImageSource is where images may come from.
type ApprovedImageSource struct {
	// Source: a registry by its exact host, or a part of one by a prefix that ends in a slash, for example ghcr.io/kombit/.
	Source ImageSource `json:"source"`
	// Reason why it is trusted, for example: Own registry; images are built and scanned there.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=250
	Reason Line `json:"reason"`
}

// ImageMirror is a registry that holds copies of another's images.
type ImageMirror struct {
	// From is the source that references name, for example docker.io.
	From ImageSource `json:"from"`
	// To is where nodes really pull from, for example mirror.example.org/dockerhub/.
	To ImageSource `json:"to"`
}

// PlatformImages says where images may come from.
type PlatformImages struct {
	// ApprovedSources of the cluster, for example [{source: registry.example.org, reason: Own registry; images are scanned
	// there}]. Solutions add their own under imageSources.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=30
	// +listType=map
	// +listMapKey=source
	// +optional
	ApprovedSources []ApprovedImageSource `json:"approvedSources,omitempty"`
	// Mirrors that nodes pull through, for example [{from: docker.io, to: mirror.example.org/dockerhub/}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	// +listType=map
	// +listMapKey=from
	// +optional
	Mirrors []ImageMirror `json:"mirrors,omitempty"`
}

// SupportDate says how long a version of a product is supported, for what the built-in table does not hold.
type SupportDate struct {
	// Product, for example kubernetes, flatcar or containerd.
	Product LinkName `json:"product"`
	// Version, as a prefix that ends at a dot or at the end, for example 1.35.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Version Line `json:"version"`
	// Ends is the day on which support ends, for example 2027-02-28.
	Ends Date `json:"ends"`
	// Source that says so, for example https://kubernetes.io/releases/.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	Source Line `json:"source"`
}

// PublicValue is a text that looks like a secret and is none.
type PublicValue struct {
	// SHA256 of the text in hexadecimal, for example from: printf %s text | sha256sum. Only for texts that are public anyway: short or guessable ones can be found from it.
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[0-9a-f]{64}$')`,message="a SHA-256 in 64 hexadecimal digits, for example of: printf %s text | sha256sum"
	SHA256 string `json:"sha256"`
	// Reason why it is public, for example: Publishable key of the map service.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=250
	Reason Line `json:"reason"`
}

// LookAlike is a field whose content looks like personal data and is none.
type LookAlike struct {
	// Kind of the objects, for example ConfigMap.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Kind Line `json:"kind"`
	// Namespace of the objects: a name, or a prefix with one trailing *, for example aula. Left out: all.
	// +optional
	Namespace NamespacePattern `json:"namespace,omitempty"`
	// Field as findings name it, for example metadata.labels[example.org/order].
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=317
	Field Line `json:"field"`
	// Reason what it is instead, for example: Order number of ten digits.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=250
	Reason Line `json:"reason"`
}

// PlatformScan says what a scan for personal data and secrets may pass over.
type PlatformScan struct {
	// PublicValues look like secrets and are none, for example [{sha256: ..., reason: Publishable key of the map service}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=map
	// +listMapKey=sha256
	// +optional
	PublicValues []PublicValue `json:"publicValues,omitempty"`
	// LookAlikes look like personal data and are none, for example [{kind: ConfigMap, namespace: aula, field:
	// 'data[orders]', reason: Order numbers of ten digits}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=30
	// +listType=atomic
	// +optional
	LookAlikes []LookAlike `json:"lookAlikes,omitempty"`
}
