package core

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func TestFactsOfAccess(t *testing.T) {
	rbac := func(kind, namespace, name string) facts.Ref {
		return facts.Ref{Group: "rbac.authorization.k8s.io", Kind: kind, Namespace: namespace, Name: name}
	}
	for sentence, tc := range map[string]struct {
		content string
		want    any
	}{
		"a role has its rules as they are written": {`
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {namespace: a, name: r}
rules: [{apiGroups: [""], resources: [pods/exec], resourceNames: [web], verbs: [create]}]`,
			&facts.Role{Ref: rbac("Role", "a", "r"), Rules: []facts.Rule{{Verbs: []string{"create"}, Groups: []string{""}, Resources: []string{"pods/exec"}, Names: []string{"web"}}}}},
		"a cluster role says which others it takes on": {`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: r, labels: {to: "true"}}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {a: b}}]}
rules: [{nonResourceURLs: [/metrics], verbs: [get]}]`,
			&facts.Role{
				Ref: rbac("ClusterRole", "", "r"), Labels: facts.NewLabels(map[string]string{"to": "true"}),
				Rules:      []facts.Rule{{Verbs: []string{"get"}, URLs: []string{"/metrics"}}},
				Aggregates: []metav1.LabelSelector{{MatchLabels: map[string]string{"a": "b"}}},
			}},
		"a binding in a namespace may give a cluster role, for a time": {`
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {namespace: a, name: b, annotations: {tilsyn.dev/expires-at: "2026-11-20T22:00:00Z", other: x}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: "oidc:jane"}, {kind: ServiceAccount, namespace: b, name: ci}]`,
			&facts.RoleBinding{
				Ref: rbac("RoleBinding", "a", "b"), Role: rbac("ClusterRole", "", "cluster-admin"),
				Subjects:    []facts.Subject{{Kind: facts.SubjectUser, Name: "oidc:jane"}, {Kind: facts.SubjectServiceAccount, Namespace: "b", Name: "ci"}},
				Annotations: map[string]string{"tilsyn.dev/expires-at": "2026-11-20T22:00:00Z"},
			}},
		"a binding of a role means that of its namespace": {`
{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {namespace: a, name: b}, roleRef: {kind: Role, name: r}}`,
			&facts.RoleBinding{Ref: rbac("RoleBinding", "a", "b"), Role: rbac("Role", "a", "r")}},
		"a cluster role binding gives rights everywhere": {`
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: b}, roleRef: {kind: ClusterRole, name: r}, subjects: [{kind: Group, name: "system:authenticated"}]}`,
			&facts.RoleBinding{Ref: rbac("ClusterRoleBinding", "", "b"), Role: rbac("ClusterRole", "", "r"), Subjects: []facts.Subject{{Kind: facts.SubjectGroup, Name: "system:authenticated"}}}},
		"a service account has rights at a cloud and old tokens": {`
apiVersion: v1
kind: ServiceAccount
metadata: {namespace: a, name: s, annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::1:role/x", other: x}}
automountServiceAccountToken: false
secrets: [{name: s-token-x}]`,
			&facts.ServiceAccount{Namespace: "a", Name: "s", Automount: facts.TokenNotMounted, LegacyTokens: 1, Cloud: map[string]string{"eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/x"}}},
		"a service account that says nothing mounts tokens": {`{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: a, name: s}}`,
			&facts.ServiceAccount{Namespace: "a", Name: "s"}},
		"a request that is no request is unread": {`
{apiVersion: certificates.k8s.io/v1, kind: CertificateSigningRequest, metadata: {name: c}, spec: {signerName: x, username: u, request: YQ==, usages: []}, status: {conditions: [{type: Denied, status: "True"}]}}`,
			&facts.CertificateRequest{Name: "c", Signer: "x", Requester: "u", Denied: true, Unread: true}},
	} {
		t.Run(sentence, func(t *testing.T) {
			if diff := cmp.Diff([]any{tc.want}, read(t, Kinds(), tc.content), shallow); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestACertificateOfAPerson makes a request and a certificate that lasts a year.
func TestACertificateOfAPerson(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	subject := pkix.Name{CommonName: "jane", Organization: []string{"system:masters"}}
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: subject}, key)
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: subject, NotBefore: from, NotAfter: from.AddDate(1, 0, 0)}
	issued, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	encode := func(kind string, der []byte) string {
		return base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	got := one[facts.CertificateRequest](read(t, Kinds(), "apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: {name: c}\nspec: {signerName: kubernetes.io/kube-apiserver-client, username: admin, expirationSeconds: 3600, usages: [], request: "+
		encode("CERTIFICATE REQUEST", request)+"}\nstatus: {certificate: "+encode("CERTIFICATE", issued)+", conditions: [{type: Approved, status: 'True'}]}\n"))
	want := &facts.CertificateRequest{
		Name: "c", Signer: "kubernetes.io/kube-apiserver-client", Requester: "admin", User: "jane", Groups: []string{"system:masters"},
		NotBefore: from, NotAfter: from.AddDate(1, 0, 0), Lifetime: time.Hour, Approved: true, Issued: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
