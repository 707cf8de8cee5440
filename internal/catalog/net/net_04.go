package net

import (
	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// NET04 judges whether whoever listens inside the network, or answers in place of another, learns anything.
var NET04 = control.Define(control.Meta{
	ID: "NET-04", Title: "Traffic between workloads and to data stores is encrypted", Since: "1", Severity: v1alpha1.SeverityMedium, Party: v1alpha1.PartyProvider,
	MustHold: "Confidential data travel encrypted, between sides that know each other, from workload to workload; to data stores the client verifies the server; to other organisations both sides are verified, by an approved standard.",
	Why:      "Whoever reaches the network inside a cluster reads whatever is not encrypted, and answers in place of a database whose identity nobody checks.",
	NotSeen: "TLS that applications speak by themselves, and settings of clients in Secrets or files (attested, type EncryptionInTransit); whether proxies are what their image says; a mesh with another root namespace than istio-system; " +
		"the default policy of Linkerd where neither annotations nor proxies say it.",
	ISO:  []string{"8.24 Use of cryptography", "5.14 Information transfer"},
	GDPR: []string{"32(1)(a)"},
	Evidence: []string{"proxies of Istio (proxyv2) and Linkerd in pods, annotation ambient.istio.io/redirection", "PeerAuthentication spec.mtls, portLevelMtls; DestinationRule spec.trafficPolicy.tls", "Linkerd default-inbound-policy, Server spec.accessPolicy, AuthorizationPolicy",
		"labels and annotations that switch injection off, and ports and addresses that go past the proxy", "ConfigMap cilium-config, FelixConfiguration: encryption between nodes", "sslmode and the like in variables of containers",
		"HostedSolution spec.externalEndpoints: encryption, standard", "Attestation EncryptionInTransit"},
	Reasons: net04Reasons(),
}, control.Parameters[net04]{Defaults: func(l control.Levels) net04 {
	return net04{Required: control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential)}
}}, control.Rules[net04]{
	Environment: &control.EnvironmentRule[net04]{
		Needs: []control.Need{control.Sees[facts.Workload](), control.SeesAll[facts.Mesh]()},
		Judge: judgeConnections,
	},
	Namespace: &control.NamespaceRule[net04]{
		Needs: []control.Need{control.Sees[facts.Workload](), control.Sees[facts.Pod](), control.Sees[facts.Owner](), control.Sees[facts.Namespace](), control.SeesAll[facts.Mesh](), control.SeesAll[facts.NetworkPlugin]()},
		Begin: func(in control.EnvironmentInput, p *net04) func(control.NamespaceInput, []control.Result) []control.Result {
			return (&transit{EnvironmentInput: in, p: p}).namespace
		},
		None: control.NotApplicable(control.ReasonNoWorkloads),
	},
})

// net04 are the parameters of NET-04.
type net04 struct {
	// Required: false below Confidential, where nothing is judged.
	Required bool `json:"required"`
	// IntegrationStandards that are approved for the exchange with other organisations; empty: nobody has approved any.
	IntegrationStandards []string `json:"integrationStandards"`
}
