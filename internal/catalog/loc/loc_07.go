package loc

import (
	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/backup"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// LOC07 judges where what governs the data is: the control plane, the keys, the administration.
var LOC07 = control.Define(control.Meta{
	ID: "LOC-07", Title: "Control plane, keys and administration are in allowed locations", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "The control plane and its data store, key management, the identity provider and the management console used for the solution are in allowed locations.",
	Why: "Whoever holds the control plane reads every Secret, whoever holds the keys decides who reads the data, and whoever administers can move both. Workers in the right country " +
		"do not help where these are elsewhere.",
	NotSeen: "Managed control planes, identity providers, consoles, fleet managers and GitOps hubs (attested); where a control plane of one's own keeps its backups; keys that encrypt the " +
		"control plane's data store; keys named in log pipelines and in programs.",
	ISO:  []string{"5.23 Information security for use of cloud services", "8.24 Use of cryptography"},
	GDPR: []string{"28(3)(a)", "32", "44"},
	Evidence: []string{"Nodes with the role or taint node-role.kubernetes.io/control-plane (or master), and where they are", "labels that nodes of managed clusters carry",
		"key identifiers in parameters of the storage classes in use and of backup destinations", "Platform spec.administration, HostedSolution spec.administration",
		"Attestations ControlPlaneLocation, KeyLocation, IdentityProviderLocation and ManagementLocation"},
	Reasons: loc07Reasons(),
}, control.Parameters[loc07]{Defaults: loc07Defaults, Validate: func(p loc07, _ control.Levels) error { return atMostAYear("attestationMaxAge", p.AttestationMaxAge) }},
	control.Rules[loc07]{Environment: &control.EnvironmentRule[loc07]{
		Needs: loc07Needs(),
		Judge: judgeLOC07,
	}})

func loc07Needs() []control.Need {
	return append(backup.Needs(), control.Sees[facts.Node](), control.Sees[facts.Workload](), control.Sees[facts.Claim](),
		control.Sees[facts.PersistentVolume](), control.Sees[facts.StorageClass]())
}

// loc07 are the parameters of LOC-07.
type loc07 struct {
	// RequireAdministration: somebody attests where the identity provider and the management are.
	RequireAdministration bool `json:"requireAdministration"`
	// KeySameCountry: a key is in the country of the data it protects.
	KeySameCountry bool `json:"keySameCountry"`
	// AttestationMaxAge is how old an attestation may be, at most 12mo.
	AttestationMaxAge string `json:"attestationMaxAge"`
}

func loc07Defaults(l control.Levels) loc07 {
	return loc07{
		RequireAdministration: control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential),
		KeySameCountry:        control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive),
		AttestationMaxAge:     "12mo",
	}
}

func loc07Reasons() []control.ReasonText {
	const pass, fail, unknown = v1alpha1.VerdictPass, v1alpha1.VerdictFail, v1alpha1.VerdictUnknown
	const keyAttestation = "an Attestation of type KeyLocation with target {name}, countries and evidence, at most 12 months old"
	const move = "Use a key in an allowed place, encrypt the data anew, and remove the old key."
	return []control.ReasonText{
		{Reason: "ControlPlaneInside", Verdict: pass, Text: "Every control plane node is in an allowed place: {places}."},
		{Reason: "AttestedInside", Verdict: pass, Text: "{part} is in {places}, attests {attestation}."},
		{Reason: "KeyInside", Verdict: pass, Text: "The key of {what} is in {place}."},
		{Reason: "KeyWithData", Verdict: pass, Text: "The key of {what} names no region, so the provider takes it from the region where the data are."},
		{Reason: "KeyAttested", Verdict: pass, Text: "The key of {what} is in {places}, attests {attestation}."},
		{Reason: "ControlPlaneOutside", Verdict: fail, Text: "Control plane node {node} is in {place}; allowed: {allowed}.",
			Remediation: "Move the control plane, with its data store and backups, to an allowed place. If the place is right, the owner widens spec.locations.allowed of the HostedSolution."},
		{Reason: "ControlPlaneContradictory", Verdict: fail, Text: "Control plane node {node} contradicts itself: {detail}.",
			Remediation: "Find out who wrote the labels: kubectl get node {node} -o yaml --show-managed-fields. Correct them or remove the node."},
		{Reason: "ControlPlaneUnplaced", Verdict: unknown, Text: "The place of control plane node {node} is not known: {detail}.",
			Remediation: "Label the node with topology.kubernetes.io/region, or describe the region in the Platform: spec.regions[] {name, provider, country} and spec.providers[]."},
		{Reason: "Outside", Verdict: fail, Text: "{part} is in {place}, says {by}; allowed: {allowed}.",
			Remediation: "Move it to an allowed place. If the place is right, the owner widens spec.locations.allowed of the HostedSolution; if it is not, correct {by}."},
		{Reason: "Contradiction", Verdict: fail, Text: "{part} is in {place}, says {by}, but {attestation} attests {places}.",
			Remediation: "Find out where it is, and correct {by} or let it be attested anew."},
		{Reason: "KeyOutside", Verdict: fail, Text: "The key of {what} is in {place}; allowed: {allowed}.", Remediation: move},
		{Reason: "KeyElsewhere", Verdict: fail, Text: "The key of {what} is in {place}, the data are in {data}; at this level they are in the same country.", Remediation: move},
		{Reason: "NotAttested", Verdict: unknown, Text: "Nobody attests where these are, and it cannot be seen: {parts}.",
			Remediation: "Let somebody who can see it attest it, with countries and evidence and at most 12 months old: Attestations of type {types}, about {platform: true} or the environment."},
		{Reason: "KeyReplicated", Verdict: unknown, Text: "The key of {what} has replicas in regions that its identifier does not name.",
			Remediation: "Use a key of one region; or name every country in " + keyAttestation + "."},
		{Reason: "KeyUnplaced", Verdict: unknown, Text: "Where the key of {what} is cannot be seen: {detail}.",
			Remediation: "Name the key by an identifier that holds its region, or let its place be attested: " + keyAttestation + "."},
		{Reason: "KeyNotCompared", Verdict: unknown, Text: "The key of {what} is in {place}; whether the data are in the same country is not known.",
			Remediation: "See LOC-03 and LOC-04 for where the data are."},
	}
}
