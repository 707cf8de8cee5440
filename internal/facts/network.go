package facts

import (
	"net/netip"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// NetworkPolicy is a NetworkPolicy of Kubernetes.
type NetworkPolicy struct {
	Namespace, Name string
	// Pods that it selects in its namespace; the empty selector is all of them.
	Pods metav1.LabelSelector
	// Isolates by direction, policyTypes as the API server completes them: Ingress always where none are written, Egress only
	// where there are egress rules.
	IsolatesIngress, IsolatesEgress bool
	Ingress, Egress                 []NetworkRule
	CreatedAt                       Instant
}

// NetworkRule is one allowed kind of traffic.
type NetworkRule struct {
	// Peers; empty: everybody.
	Peers []NetworkPeer
	// Ports; empty: all.
	Ports []NetworkPort
}

// NetworkPeer is pods by selectors, or a range of addresses. With both selectors it is the pods that the one selects in the
// namespaces that the other selects; with Pods alone, pods of the policy's namespace.
type NetworkPeer struct {
	Pods, Namespaces *metav1.LabelSelector
	Block            netip.Prefix   // zero: none
	Except           []netip.Prefix // within Block
	// Unread is the text of a range that cannot be parsed; such a rule allows what nobody knows.
	Unread string
}

// NetworkPort is a port, by number or by name, or a range of numbers; all ports of the protocol where it is zero.
type NetworkPort struct {
	Protocol string // TCP, UDP or SCTP
	Port     int32
	EndPort  int32  // last of a range, 0: none
	Name     string // named port of the pod
}

// PolicyDialect names a kind of network policy beyond that of Kubernetes.
type PolicyDialect string

// Dialects. Tiers of cluster policies, which can allow before any other, are those of AdminPolicy.
const (
	DialectCilium        PolicyDialect = "Cilium"
	DialectCiliumCluster PolicyDialect = "CiliumClusterwide"
	DialectCalico        PolicyDialect = "Calico"
	DialectCalicoGlobal  PolicyDialect = "CalicoGlobal"
	DialectAdmin         PolicyDialect = "AdminNetworkPolicy"
	DialectBaselineAdmin PolicyDialect = "BaselineAdminNetworkPolicy"
	DialectCluster       PolicyDialect = "ClusterNetworkPolicy"
)

// PluginPolicy is a network policy of a dialect, reduced to what can be said of it with certainty.
type PluginPolicy struct {
	Ref     Ref
	Dialect PolicyDialect
	// Selects says which pods it applies to; nil where that cannot be read (an expression that is not understood): then it
	// may apply to any pod in reach.
	Selects *PodSelection
	// Denies is true where the pods that it selects are closed to everything that no policy allows.
	DeniesIngress, DeniesEgress bool
	// Rules in the order in which they are tried, allows and denials. Cilium: denials first.
	Rules []PluginRule
	// Order within the tier, lower first; 0 where the dialect has none. First is true of a tier that comes before the
	// NetworkPolicies of Kubernetes, so that what it allows nobody below can deny.
	Order float64
	First bool
	// Simulated is true for staged policies, which have no effect.
	Simulated bool
}

// PodSelection selects pods of namespaces. Nil selectors select all; Namespace, where set, is the only one.
type PodSelection struct {
	Namespace        string
	Pods, Namespaces *metav1.LabelSelector
}

// PluginRule is one rule of a PluginPolicy.
type PluginRule struct {
	Egress bool
	Action PolicyAction
	// Everything is true where the rule is about all destinations or sources (world, all, 0.0.0.0/0 or ::/0, no peer).
	Everything bool
	// InCluster is true where it is about pods or services of the cluster only.
	InCluster bool
	Blocks    []netip.Prefix
	// Except are ranges within Blocks that the rule leaves out, as they are written.
	Except []string
	// Names of hosts (toFQDNs), as they are written, with * as the dialect reads it.
	Names []string
	// Entities of Cilium, for example world, cluster, kube-apiserver.
	Entities []string
	Ports    []NetworkPort
	// Unread is true where a part was not understood.
	Unread bool
}

// PolicyAction is what a rule does with traffic.
type PolicyAction string

// Actions. Pass hands over to the next tier.
const (
	PolicyAllow PolicyAction = "Allow"
	PolicyDeny  PolicyAction = "Deny"
	PolicyPass  PolicyAction = "Pass"
)

// NetworkPlugin is what the cluster shows of its network plugin: a DaemonSet recognised by its image, or the configuration of
// one.
type NetworkPlugin struct {
	Ref Ref // the DaemonSet, ConfigMap or resource that shows it
	// Plugin: cilium, calico, flannel, kindnet, antrea, weave, aws, azure, gke, ovn-kubernetes.
	Plugin string
	// Enforces says whether it is known to enforce NetworkPolicies, NotKnown where that depends on what is not seen.
	Enforces Tristate
	// Encrypts says whether traffic between nodes is encrypted.
	Encrypts Tristate
	// Version of the image, empty where it has none.
	Version string
	// Nodes that the DaemonSet is wanted on, and those on which it is ready; 0 where its status does not say.
	Nodes, Ready int32
}

// Service is a Service that is reached from outside: of type LoadBalancer or NodePort, or with externalIPs. What leads outside
// is an ExternalService; of all others only the name is kept (ServiceName).
type Service struct {
	Namespace, Name string
	Type            string // ClusterIP, NodePort, LoadBalancer
	// Selector of the pods behind it, nil for none.
	Selector *Labels
	Ports    []ServicePort
	// ExternalIPs and addresses of the load balancer that lead to it from outside.
	ExternalIPs []string
	// Sources that a load balancer lets in (loadBalancerSourceRanges), empty: everybody.
	Sources []string
	// Internal is Yes where an annotation of the cloud makes the load balancer internal.
	Internal Tristate
}

// ServicePort is one port of a Service.
type ServicePort struct {
	Name       string
	Protocol   string
	Port       int32
	NodePort   int32
	TargetPort int32  // 0 where it is named
	TargetName string // named port of the pod
}

// Mesh is a setting of a service mesh: PeerAuthentication and DestinationRule of Istio, Server and AuthorizationPolicy of Linkerd.
type Mesh struct {
	Ref Ref
	// Product: MeshIstio or MeshLinkerd.
	Product string
	// Pods that it is about; nil: all of the namespace (of the mesh in the root namespace).
	Pods *metav1.LabelSelector
	// Mode: STRICT, PERMISSIVE, DISABLE or UNSET of a PeerAuthentication; the TLS mode of a DestinationRule or MeshUnverified;
	// the accessPolicy of a Server; MeshAuthenticated or MeshUnauthenticated of an AuthorizationPolicy.
	Mode string
	// PortModes by workload port that differ from Mode; of a DestinationRule also by subset, and by subset:port.
	PortModes map[string]string
	// Hosts that a DestinationRule is about; the target of an AuthorizationPolicy as kind/name.
	Hosts []string
	// CreatedAt decides between equals, the oldest wins.
	CreatedAt Instant
}

// Meshes, and modes that are not the mesh's own words.
const (
	MeshIstio   = "istio"
	MeshLinkerd = "linkerd"
	// MeshUnset inherits from the namespace or the mesh.
	MeshUnset = "UNSET"
	// MeshUnverified is a connection with TLS that verifies no server.
	MeshUnverified = "UNVERIFIED"
	// MeshAuthenticated and MeshUnauthenticated tell whether a client proves who it is.
	MeshAuthenticated   = "authenticated"
	MeshUnauthenticated = "unauthenticated"
)
