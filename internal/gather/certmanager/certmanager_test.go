package certmanager

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter/adaptertest"
)

func extract(t *testing.T, text string) ([]any, error) {
	t.Helper()
	return adaptertest.Extract(t, Kinds(), text)
}

func TestFactsOfCertManager(t *testing.T) {
	until := time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)
	for sentence, tc := range map[string]struct {
		text string
		want any
	}{
		"a certificate tells when it ends and who renews it": {`
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {namespace: aula, name: web}
spec: {secretName: web-tls, commonName: www.example.org, dnsNames: [www.example.org, api.example.org], renewBefore: 360h, issuerRef: {kind: ClusterIssuer, name: public}, privateKey: {algorithm: RSA, size: 3072}}
status:
  conditions: [{type: Issuing, status: "False", message: none}, {type: Ready, status: "True", message: up to date}]
  notBefore: 2026-09-01T10:00:00Z
  notAfter: 2026-12-01T10:00:00Z
  renewalTime: 2026-11-16T10:00:00Z`, &facts.Certificate{
			Namespace: "aula", Name: "web", Secret: "web-tls", DNSNames: []string{"www.example.org", "api.example.org"},
			Issuer: facts.Ref{Group: Group, Kind: "ClusterIssuer", Name: "public"}, Algorithm: "RSA", Size: 3072, Ready: facts.Yes,
			NotBefore: until.AddDate(0, -3, 0), NotAfter: until, RenewalTime: until.AddDate(0, 0, -15), RenewBefore: 360 * time.Hour,
		}},
		"a certificate that cannot be renewed says why": {`
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {namespace: aula, name: web}
spec: {secretName: web-tls, commonName: a.example.org, issuerRef: {name: own}, renewal: {policy: Disabled}}
status:
  conditions: [{type: Ready, status: "False", message: the order failed}]
  failedIssuanceAttempts: 3
  lastFailureTime: 2026-12-01T10:00:00Z`, &facts.Certificate{
			Namespace: "aula", Name: "web", Secret: "web-tls", DNSNames: []string{"a.example.org"},
			Issuer: facts.Ref{Group: Group, Kind: "Issuer", Namespace: "aula", Name: "own"},
			Ready:  facts.No, Message: "the order failed", FailedAttempts: 3, LastFailure: until, RenewalOff: true,
		}},
		"a certificate without a status is not known to be ready": {`
{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {namespace: aula, name: web}, spec: {secretName: s, issuerRef: {group: issuers.example.org, kind: Own, name: x}}}`,
			&facts.Certificate{Namespace: "aula", Name: "web", Secret: "s", Issuer: facts.Ref{Group: "issuers.example.org", Kind: "Own", Name: "x"}}},
		"of an issuer by ACME only the host stays": {`
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: public}
spec: {acme: {server: "https://acme.example.org/directory", email: jane@example.org, privateKeySecretRef: {name: key}}}
status: {conditions: [{type: Ready, status: "True"}]}`,
			&facts.Issuer{Ref: facts.Ref{Group: Group, Kind: "ClusterIssuer", Name: "public"}, Type: "acme", Server: "acme.example.org", Ready: facts.Yes}},
		"an issuer that signs for itself is known as such": {
			`{apiVersion: cert-manager.io/v1, kind: Issuer, metadata: {namespace: aula, name: own}, spec: {selfSigned: {}}}`,
			&facts.Issuer{Ref: facts.Ref{Group: Group, Kind: "Issuer", Namespace: "aula", Name: "own"}, Type: "selfSigned"},
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			found, err := extract(t, tc.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]any{tc.want}, found); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestACertificateThatCannotBeReadIsAnError(t *testing.T) {
	if found, err := extract(t, `{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: web}, spec: {dnsNames: www}}`); err == nil {
		t.Errorf("got %v, want an error", found)
	}
}
