package net

import (
	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

func net04Reasons() []control.ReasonText {
	const pass, fail, unknown = v1alpha1.VerdictPass, v1alpha1.VerdictFail, v1alpha1.VerdictUnknown
	const strict = `kubectl apply -f - <<< '{"apiVersion":"security.istio.io/v1","kind":"PeerAuthentication","metadata":{"name":"default","namespace":"{namespace}"},"spec":{"mtls":{"mode":"STRICT"}}}'`
	const restart = "kubectl -n {namespace} rollout restart {workload}"
	const endpoint = "kubectl edit hostedsolution {solution}: spec.externalEndpoints[host={host}]: "
	return []control.ReasonText{
		{Reason: "Encrypted", Verdict: pass, Text: "Every pod has a proxy of the mesh, which takes nothing in clear."},
		{Reason: "Attested", Verdict: pass, Text: "Encrypted in transit, as attested."},
		{Reason: "ServerVerified", Verdict: pass, Text: "The clients of {host} verify it."},
		{Reason: "NotRequired", Verdict: v1alpha1.VerdictNotApplicable, Text: "At this level traffic inside need not be encrypted."},
		{Reason: "NotStrict", Verdict: fail, Text: "The proxies take connections in clear as well: mode {mode}, by {policy}.", Remediation: strict + " after a look whether clients without a proxy remain."},
		{Reason: "LinkerdOpen", Verdict: fail, Text: "The proxies take connections in clear as well: {mode}, by {policy}.", Remediation: "kubectl annotate namespace {namespace} --overwrite config.linkerd.io/default-inbound-policy=all-authenticated; then kubectl -n {namespace} rollout restart deployment,statefulset,daemonset"},
		{Reason: "PortException", Verdict: fail, Text: "Port {port} takes connections in clear: {mode}, by {policy}.", Remediation: "Take the exception away: kubectl edit -n {namespace} {resource}. Let its clients join the mesh."},
		{Reason: "PastTheProxy", Verdict: fail, Text: "Traffic goes past the proxy: {annotation} is {value}.", Remediation: "Remove the annotation {annotation} from the pod template (or its namespace), then " + restart},
		{Reason: "InjectionOff", Verdict: fail, Text: "The pods are kept out of the mesh: {what}.", Remediation: "Remove {what} from the pod template, then " + restart},
		{Reason: "NotInMesh", Verdict: fail, Text: "Other pods of the namespace are in the mesh; those of this workload have no proxy{why}.", Remediation: restart + ". Pods that are older than the mesh, or use the network of their node, get no proxy."},
		{Reason: "ClientInsecure", Verdict: fail, Text: "Clients of {host} connect by TLS mode {mode}{part}.", Remediation: "kubectl edit -n {namespace} destinationrules.networking.istio.io {name}: tls.mode ISTIO_MUTUAL within the mesh, SIMPLE or MUTUAL with verification beyond it."},
		{Reason: "StoreInClear", Verdict: fail, Text: "Variable {variable} of container {container} connects to {host} in clear, or falls back to that.", Remediation: "Let the client insist and verify: sslmode=verify-full with sslrootcert for PostgreSQL, ssl-mode=VERIFY_IDENTITY for MySQL, rediss:// for Redis, Encrypt=true for SQL Server."},
		{Reason: "StoreNotVerified", Verdict: fail, Text: "Variable {variable} of container {container} connects to {host} encrypted, and does not check who answers.", Remediation: "Let the client verify: sslmode=verify-full with sslrootcert for PostgreSQL (require checks nobody, verify-ca no name), ssl-mode=VERIFY_IDENTITY for MySQL, TrustServerCertificate=false for SQL Server."},
		{Reason: "EndpointInsecure", Verdict: fail, Text: "The connection to {host} is declared as {encryption}: {why}.", Remediation: "Change the connection, then " + endpoint + "encryption: Mutual, or ServerVerified for a data store."},
		{Reason: "NoStandard", Verdict: fail, Text: "The integration with {host} follows {standard}, which is not approved.", Remediation: "Use one of the approved standards ({approved}), then " + endpoint + "standard."},
		{Reason: "NodesOnly", Verdict: unknown, Text: "{what} encrypts between nodes: not between pods of one node, nor for pods on the network of their node, and nobody proves who he is.", Remediation: "Put the namespace into a mesh in strict mode (" + strict + "), or let the application use TLS by itself and attest it: Attestation of type EncryptionInTransit, target: {target}."},
		{Reason: "NoEvidence", Verdict: unknown, Text: "Whether the traffic of the workload is encrypted does not show: it is in no mesh that is recognised, and nobody attests it.", Remediation: "Put the namespace into a mesh in strict mode, or let the application use TLS by itself and attest it: Attestation of type EncryptionInTransit, target: {target}."},
		{Reason: "NotAttested", Verdict: unknown, Text: "Whether the connection to {host} is encrypted and verified does not show, and nobody attests it.", Remediation: "Look at the settings of the clients and attest them: Attestation of type EncryptionInTransit, target: {host}; and " + endpoint + "encryption."},
		{Reason: "StandardsNotKnown", Verdict: unknown, Text: "The integration with {host} follows {standard}; which standards are approved is not said.", Remediation: "List them in the profile: NET-04, parameters: {integrationStandards: [OIO IDWS]}."},
	}
}
