package v1alpha1

// EntryPoint is a host by which the environment is reached from outside.
// +kubebuilder:validation:XValidation:rule="self.login != 'None' || has(self.reason)",fieldPath=.reason,message="an entry without login has a reason, for example {host: www.example.org, login: None, reason: Public information only}"
type EntryPoint struct {
	// Host, exact, for example www.example.org, or every host of a domain with a leading dot, for example .aula.example.org.
	Host HostPattern `json:"host"`
	// Login: Proxy (in front of the application, as configuration shows), Application (the application itself demands it)
	// or None.
	// +kubebuilder:validation:Enum=Proxy;Application;None
	Login string `json:"login"`
	// Audience that logs in there, as in HostedSolution.spec.login, for example Parents. Left out: all of them.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	// +optional
	Audience Line `json:"audience,omitempty"`
	// PublicPaths below the host that need no login, for example [/health, /public/]; one that ends in a slash holds
	// everything below it.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=250
	// +kubebuilder:validation:items:XValidation:rule=`self.matches(r'^/[-._~!$&()*+,;=:@%/a-zA-Z0-9]*$')`,message="a path that begins with a slash, for example /health"
	// +listType=set
	// +optional
	PublicPaths []string `json:"publicPaths,omitempty"`
	// Reason why there is no login, or why paths are public, for example Public information only.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=500
	// +optional
	Reason Line `json:"reason,omitempty"`
	// TLS ends in the Cluster (an Ingress or Gateway), in the Pod (passthrough), or Outside the cluster, which needs an
	// Attestation of type TLSTermination. Left out: Cluster.
	// +kubebuilder:validation:Enum=Cluster;Pod;Outside
	// +optional
	TLS string `json:"tls,omitempty"`
	// Ports, for entries that are no web pages, for example [5432]. Left out: 80 and 443.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	// +kubebuilder:validation:items:Minimum=1
	// +kubebuilder:validation:items:Maximum=65535
	// +listType=set
	// +optional
	Ports []int32 `json:"ports,omitempty"`
}

// SingleInstance is a workload that runs once by design.
type SingleInstance struct {
	// Namespace of the workload, for example aula.
	Namespace NamespaceName `json:"namespace"`
	// Kind of the workload, for example Deployment.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Kind Line `json:"kind"`
	// Name of the workload, for example scheduler.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$')`,message="the name of one object, in lower-case letters, digits, hyphens and dots, for example erase-messages; wildcards are not allowed"
	Name string `json:"name"`
	// Reason why a second one is impossible or unneeded, for example: Holds a lock; users notice nothing for an hour.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=500
	Reason Line `json:"reason"`
}

// APIAccess declares that workloads call the cluster API.
type APIAccess struct {
	// Namespace of the service account, for example aula.
	Namespace NamespaceName `json:"namespace"`
	// ServiceAccount that they run as, for example leader-election.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$')`,message="the name of one object, in lower-case letters, digits, hyphens and dots, for example erase-messages; wildcards are not allowed"
	ServiceAccount string `json:"serviceAccount"`
	// Reason why they call it, for example Election of a leader by a Lease.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=500
	Reason Line `json:"reason"`
}

// OpenTraffic declares that a namespace lets in or out more than single peers.
type OpenTraffic struct {
	// Namespace, for example aula.
	Namespace NamespaceName `json:"namespace"`
	// Direction of the traffic.
	// +kubebuilder:validation:Enum=Ingress;Egress
	Direction string `json:"direction"`
	// Policy that opens it, for example allow-monitoring. Left out: any.
	// +optional
	Policy ObjectName `json:"policy,omitempty"`
	// Reason why it must be open, for example Monitoring scrapes from every namespace of the platform.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=500
	Reason Line `json:"reason"`
}

// DeploymentSource is the resource through which all changes of the environment come.
type DeploymentSource struct {
	// Kind of the resource: Kustomization or HelmRelease of Flux, or Application of Argo CD.
	// +kubebuilder:validation:Enum=Kustomization;HelmRelease;Application
	Kind string `json:"kind"`
	// Namespace of the resource, for example flux-system.
	Namespace NamespaceName `json:"namespace"`
	// Name of the resource, for example aula.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$')`,message="the name of one object, in lower-case letters, digits, hyphens and dots, for example erase-messages; wildcards are not allowed"
	Name string `json:"name"`
}
