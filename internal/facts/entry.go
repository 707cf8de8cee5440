package facts

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Ingress is an Ingress.
type Ingress struct {
	Namespace, Name string
	// Class by field or by the older annotation, empty: the default class.
	Class string
	Rules []IngressRule
	TLS   []IngressTLS
	// DefaultBackend is the Service that answers for all other hosts and paths, empty: none.
	DefaultBackend string
	// Annotations of controllers that decide on TLS, redirects, authentication and certificates (see core.KnownAnnotation);
	// values of keys that may hold configuration are empty.
	Annotations map[string]string
	// Addresses that the controller reports.
	Addresses []string
	CreatedAt Instant
}

// IngressRule is one host and path.
type IngressRule struct {
	Host     string // empty: all
	Path     string
	PathType string
	Service  string
	Port     int32 // 0 where it is named
	PortName string
}

// IngressTLS is one entry of spec.tls. An empty Secret means the controller's default certificate.
type IngressTLS struct {
	Hosts  []string
	Secret string
}

// IngressClass is an IngressClass.
type IngressClass struct {
	Name       string
	Controller string
	Default    bool
}

// Gateway is a Gateway of the Gateway API.
type Gateway struct {
	Namespace, Name string
	Class           string
	Listeners       []Listener
	// Accepted and Programmed are the conditions of the Gateway.
	Accepted, Programmed Tristate
	Addresses            []string
	Annotations          map[string]string // keys that some control knows
}

// Listener is one listener of a Gateway or ListenerSet.
type Listener struct {
	Name     string
	Hostname string // empty: all
	Port     int32
	Protocol string // HTTP, HTTPS, TLS, TCP, UDP or a custom value
	// Mode of TLS: Terminate or Passthrough, empty without TLS.
	Mode string
	// Secrets that hold the certificates, as namespace/name.
	Secrets []string
	// Options of TLS by key, for example a minimum version under a key of the controller.
	Options map[string]string
	// Ready is whether the listener is accepted, programmed and resolved.
	Ready Tristate
	// Namespaces that may attach routes: Same, All or Selector.
	Namespaces string
}

// Route is an HTTPRoute, GRPCRoute, TLSRoute or TCPRoute, or an OpenShift Route.
type Route struct {
	Ref     Ref
	Parents []RouteParent
	Hosts   []string // empty: those of the listener
	Rules   []RouteRule
	// TLS of an OpenShift Route: edge, passthrough, reencrypt, or empty; Insecure is its insecureEdgeTerminationPolicy.
	TLS, Insecure string
	Annotations   map[string]string // keys that some control knows
}

// RouteParent is a Gateway that a route attaches to.
type RouteParent struct {
	Gateway Ref
	// Section is the listener, empty: every compatible one. Port limits likewise, 0: not.
	Section string
	Port    int32
	// Accepted by the Gateway.
	Accepted Tristate
}

// RouteRule is one rule of a route.
type RouteRule struct {
	Paths    []string
	Services []string // as namespace/name
	// RedirectsToHTTPS is true where all that the rule does is to redirect to https.
	RedirectsToHTTPS bool
}

// Certificate is a certificate resource of cert-manager, which tells of the Secret it keeps without the Secret being read.
type Certificate struct {
	Namespace, Name string
	Secret          string
	DNSNames        []string
	Issuer          Ref // Issuer, ClusterIssuer or that of a foreign group
	// Algorithm and Size of the key as asked for: RSA, ECDSA or Ed25519; empty and 0: the default, RSA 2048.
	Algorithm string
	Size      int32
	Ready     Tristate
	// Message of the condition Ready where it is not true.
	Message             string
	NotBefore, NotAfter time.Time // of the certificate in the Secret, zero: not issued
	RenewalTime         time.Time // zero: none is planned
	LastFailure         time.Time
	FailedAttempts      int32
	RenewBefore         time.Duration
	// RenewalOff is true where renewal is disabled.
	RenewalOff bool
	CreatedAt  Instant
}

// Issuer is an Issuer or ClusterIssuer of cert-manager.
type Issuer struct {
	Ref Ref
	// Type: acme, ca, selfSigned, vault, venafi, or the JSON name of another.
	Type string
	// Server of an ACME issuer, only the host.
	Server string
	Ready  Tristate
}

// ControllerSettings is the configuration of an entry or mesh controller in a ConfigMap, as far as keys are known: TLS versions,
// redirects, default backends, strict transport security.
type ControllerSettings struct {
	Ref Ref
	// Product: ingress-nginx, traefik, haproxy, cilium, istio and so on.
	Product string
	// Settings by key, known keys only.
	Settings map[string]string
}

// AccessGrant is a ReferenceGrant, or whatever else lets one namespace use objects of another.
type AccessGrant struct {
	Namespace, Name string
	From            []Ref // group, kind and namespace
	To              []Ref // group, kind and name; empty name: all
	Selector        *metav1.LabelSelector
}
