package net

import (
	"fmt"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// NET03 judges the ways by which people outside reach the environment.
var NET03 = control.Define(control.Meta{
	ID: "NET-03", Title: "Entry points are known, encrypted and have valid certificates", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "The environment is reached from outside only through declared entry points, over TLS of at least the minimum version, with a certificate that matches, is strong and not near its end; plain HTTP only redirects.",
	Why: "A forgotten entry is the one that nobody watches and nobody patches. Without TLS whoever sits between reads along, " +
		"and a certificate that runs out stops the service for everybody on a day that was known beforehand.",
	NotSeen: "What stands in Secrets, which are never read: certificates count as far as cert-manager keeps them, others by attestation (type TLSTermination). What a controller really negotiates; TLS that ends outside the cluster or in the pod (attested likewise); whether clients trust the issuer.",
	ISO:     []string{"8.21 Security of network services", "8.24 Use of cryptography", "8.26 Application security requirements"},
	GDPR:    []string{"32(1)(a)"},
	Evidence: []string{"Ingress spec.rules, tls, defaultBackend, annotations; IngressClass", "Gateway spec.listeners; HTTPRoute, GRPCRoute, TLSRoute, TCPRoute; Route of OpenShift",
		"Services of type LoadBalancer and NodePort, and with externalIPs; hostPort of pods", "Certificate, Issuer and ClusterIssuer of cert-manager", "ConfigMap of ingress-nginx: ssl-protocols, hsts",
		"SolutionEnvironment spec.entryPoints; Platform spec.entryControllers", "Attestation TLSTermination"},
	Reasons: net03Reasons,
}, control.Parameters[net03]{
	Defaults: func(l control.Levels) net03 {
		strong := control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential)
		p := net03{MinTLS: "TLS1.2", FailBeforeExpiry: "7d", WarnBeforeExpiry: "30d", MinRSA: 2048, HSTS: strong}
		if strong {
			p.MinRSA = 3072
		}
		return p
	},
	Validate: net03Validate,
}, control.Rules[net03]{Environment: &control.EnvironmentRule[net03]{
	Needs: []control.Need{control.Needs[facts.Workload](), control.Needs[facts.Ingress](), control.Needs[facts.Route](), control.Needs[facts.Service](), control.NeedsAll[facts.IngressClass](),
		control.NeedsAll[facts.Gateway](), control.NeedsAll[facts.Certificate](), control.NeedsAll[facts.Issuer](), control.NeedsAll[facts.ControllerSettings]()},
	Judge: judgeEntries,
}})

// net03 are the parameters of NET-03.
type net03 struct {
	// MinTLS is the lowest version of TLS, at least TLS1.2.
	MinTLS string `json:"minTLS"`
	// WarnBeforeExpiry is how long before its end a certificate must be about to be renewed by itself.
	WarnBeforeExpiry string `json:"warnBeforeExpiry"`
	// FailBeforeExpiry is how long before its end a certificate fails in any case.
	FailBeforeExpiry string `json:"failBeforeExpiry"`
	// MinRSA is the smallest RSA key in bits, at least 2048; elliptic curves have 256 at least.
	MinRSA int32 `json:"minRSA"`
	// HSTS: browsers are told to come back by HTTPS only.
	HSTS bool `json:"hsts"`
}

func net03Validate(p net03, _ control.Levels) error {
	for _, l := range []struct{ field, value string }{{"warnBeforeExpiry", p.WarnBeforeExpiry}, {"failBeforeExpiry", p.FailBeforeExpiry}} {
		if _, err := date.ParsePeriod(l.value); err != nil {
			return fmt.Errorf("%s: %w", l.field, err)
		}
	}
	switch {
	case p.MinTLS != "TLS1.2" && p.MinTLS != "TLS1.3":
		return fmt.Errorf("minTLS: %q is neither TLS1.2 nor TLS1.3", p.MinTLS)
	case p.MinRSA < 2048:
		return fmt.Errorf("minRSA: %d is less than 2048", p.MinRSA)
	}
	return nil
}

// before gives the instant that lies a time before another.
func before(end time.Time, text string) time.Time {
	p, err := date.ParsePeriod(text)
	if err != nil {
		return end
	}
	return end.Add(-p.After(end).Sub(end))
}

const (
	attestTLS  = "Look at what clients get (openssl s_client -connect {host}:443) and attest it: Attestation of type TLSTermination about the environment, target {host}."
	declareIt  = "Where it is right, declare it: kubectl edit solutionenvironment {environment}, spec.entryPoints: [{host, login}]. Otherwise take it away: kubectl delete {resource}."
	describeIt = "Say what the controller does: kubectl edit platform cluster, spec.entryControllers: [{class, minimumTLS, redirectsToHTTPS, strictTransportSecurity}]."
)

var net03Reasons = []control.ReasonText{
	{Reason: "Encrypted", Verdict: v1alpha1.VerdictPass, Text: "The entry is declared and encrypted, and its certificate is in order."},
	{Reason: "Attested", Verdict: v1alpha1.VerdictPass, Text: "The entry is declared; how it is encrypted is attested."},
	{Reason: "NoEntry", Verdict: v1alpha1.VerdictNotApplicable, Text: "Nothing in the environment is reached from outside."},
	{Reason: "NotDeclared", Verdict: v1alpha1.VerdictFail, Text: "{what} is no declared entry point of the environment.", Remediation: declareIt},
	{Reason: "AnyHost", Verdict: v1alpha1.VerdictFail, Text: "It answers for every host, whatever name people call it by.", Remediation: "Name the hosts in {object}, kubectl edit {resource}: a host in every rule, and no default backend."},
	{Reason: "NotEncrypted", Verdict: v1alpha1.VerdictFail, Text: "{host} is reached without TLS.", Remediation: "Add the host to the TLS section of {object}, with a Secret that a Certificate of cert-manager keeps."},
	{Reason: "PlainHTTP", Verdict: v1alpha1.VerdictFail, Text: "{host} answers plain HTTP instead of redirecting: {what}.", Remediation: "Let plain HTTP only redirect: kubectl edit {resource}."},
	{Reason: "TLSTooOld", Verdict: v1alpha1.VerdictFail, Text: "{host} accepts TLS below {minimum}: {what}.", Remediation: "Raise the minimum version in the configuration of the controller to {minimum}."},
	{Reason: "NoHSTS", Verdict: v1alpha1.VerdictFail, Text: "Browsers of {host} are not told to come back by HTTPS only: {what}.", Remediation: "Switch the header Strict-Transport-Security (HSTS) on in the configuration of the controller."},
	{Reason: "DefaultCertificate", Verdict: v1alpha1.VerdictFail, Text: "No Secret is named for {host}: the controller serves its own certificate.", Remediation: "Name a Secret in the TLS section of {object}; or " + attestTLS},
	{Reason: "NotIssued", Verdict: v1alpha1.VerdictFail, Text: "{certificate} for {host} was never issued: the controller serves its own instead.", Remediation: "kubectl describe -n {namespace} certificate {name}"},
	{Reason: "NameMismatch", Verdict: v1alpha1.VerdictFail, Text: "{certificate} is not for {host} but for {names}.", Remediation: "Add {host} to spec.dnsNames: kubectl edit -n {namespace} certificate {name}"},
	{Reason: "Expired", Verdict: v1alpha1.VerdictFail, Text: "{certificate} for {host} ended on {date}.", Remediation: "kubectl describe -n {namespace} certificate {name}, and mend what its renewal fails of."},
	{Reason: "Expiring", Verdict: v1alpha1.VerdictFail, Text: "{certificate} for {host} ends on {date}, in less than {limit}.", Remediation: "kubectl describe -n {namespace} certificate {name}, and mend what its renewal fails of."},
	{Reason: "RenewalFails", Verdict: v1alpha1.VerdictFail, Text: "{certificate} for {host} is not renewed, and ends on {date}: {what}.", Remediation: "kubectl describe -n {namespace} certificate {name}, and mend what its renewal fails of."},
	{Reason: "WeakKey", Verdict: v1alpha1.VerdictFail, Text: "The key of {certificate} for {host} is {key}; at least {minimum} is asked for.", Remediation: "kubectl edit -n {namespace} certificate {name}: spec.privateKey: {algorithm: ECDSA, size: 256} or RSA with enough bits, and rotationPolicy: Always."},
	{Reason: "SelfSigned", Verdict: v1alpha1.VerdictFail, Text: "{certificate} for {host} is signed by itself: no client trusts it.", Remediation: "Name an issuer that clients trust: kubectl edit -n {namespace} certificate {name}, spec.issuerRef."},
	{Reason: "CertificateNotSeen", Verdict: v1alpha1.VerdictUnknown, Text: "The certificate of {host} is known to its Secret alone, which is not read.", Remediation: "Let cert-manager keep it (Certificate with spec.secretName). Or: " + attestTLS},
	{Reason: "NotAttested", Verdict: v1alpha1.VerdictUnknown, Text: "TLS of {host} ends {what}, and nobody attests how.", Remediation: attestTLS},
	{Reason: "ControllerNotKnown", Verdict: v1alpha1.VerdictUnknown, Text: "Of {host} it is not known {what}: class {class} is not described.", Remediation: describeIt},
	{Reason: "DeclaredNotSeen", Verdict: v1alpha1.VerdictUnknown, Text: "{host} is declared, and nothing that is seen serves it.", Remediation: "Correct spec.entryPoints of the SolutionEnvironment {environment}; where the entry lies outside the cluster, say tls: Outside. Then: " + attestTLS},
}
