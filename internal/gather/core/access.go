package core

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// access gives the kinds that say who may do what in the cluster.
func access(in *interner) []adapter.Kind {
	role, binding := feeds[facts.Role](), feeds[facts.RoleBinding]()
	return []adapter.Kind{
		typed(rbacv1.GroupName, "v1", "Role", "roles", 0, in.role, pruneRole, role),
		typed(rbacv1.GroupName, "v1", "ClusterRole", "clusterroles", cluster, in.clusterRole, pruneClusterRole, role),
		typed(rbacv1.GroupName, "v1", "RoleBinding", "rolebindings", 0, in.roleBinding, pruneRoleBinding, binding),
		typed(rbacv1.GroupName, "v1", "ClusterRoleBinding", "clusterrolebindings", cluster, in.clusterRoleBinding, pruneClusterRoleBinding, binding),
		typed("", "v1", "ServiceAccount", "serviceaccounts", 0, in.serviceAccount, pruneServiceAccount, feeds[facts.ServiceAccount]()),
		typed(certificatesv1.GroupName, "v1", "CertificateSigningRequest", "certificatesigningrequests", cluster|fromRuntime, in.certificateRequest,
			pruneCertificateRequest, feeds[facts.CertificateRequest]()),
	}
}

func (in *interner) role(r *rbacv1.Role) []any {
	return []any{&facts.Role{
		Ref:    in.ref(facts.Ref{Group: rbacv1.GroupName, Kind: "Role", Namespace: r.Namespace, Name: r.Name}),
		Labels: in.named(r.Labels), Rules: in.rules(r.Rules), CreatedAt: facts.InstantOf(r.CreationTimestamp.Time),
	}}
}

func (in *interner) clusterRole(r *rbacv1.ClusterRole) []any {
	out := &facts.Role{
		Ref:    in.ref(facts.Ref{Group: rbacv1.GroupName, Kind: "ClusterRole", Name: r.Name}),
		Labels: in.named(r.Labels), Rules: in.rules(r.Rules), CreatedAt: facts.InstantOf(r.CreationTimestamp.Time),
	}
	if r.AggregationRule != nil {
		for i := range r.AggregationRule.ClusterRoleSelectors {
			out.Aggregates = append(out.Aggregates, *r.AggregationRule.ClusterRoleSelectors[i].DeepCopy())
		}
	}
	return []any{out}
}

func (in *interner) rules(all []rbacv1.PolicyRule) []facts.Rule {
	var out []facts.Rule
	for i := range all {
		r := &all[i]
		out = append(out, facts.Rule{
			Verbs: in.texts(r.Verbs), Groups: in.texts(r.APIGroups), Resources: in.texts(r.Resources), Names: in.texts(r.ResourceNames),
			URLs: in.texts(r.NonResourceURLs),
		})
	}
	return out
}

// texts gives a list equal to one that is not kept, as others may share it, nil for an empty one.
func (in *interner) texts(all []string) []string {
	if len(all) == 0 {
		return nil
	}
	d := in.digestOf(all)
	in.mu.Lock()
	defer in.mu.Unlock()
	return *in.names.get(d, func() *[]string {
		out := make([]string, len(all))
		for i, s := range all {
			out[i] = in.own(s)
		}
		return &out
	})
}

func pruneRole(r *rbacv1.Role) *rbacv1.Role {
	return &rbacv1.Role{ObjectMeta: meta(&r.ObjectMeta), Rules: r.Rules}
}

func pruneClusterRole(r *rbacv1.ClusterRole) *rbacv1.ClusterRole {
	return &rbacv1.ClusterRole{ObjectMeta: meta(&r.ObjectMeta), Rules: r.Rules, AggregationRule: r.AggregationRule}
}

func (in *interner) roleBinding(b *rbacv1.RoleBinding) []any {
	return []any{in.binding("RoleBinding", &b.ObjectMeta, b.RoleRef, b.Subjects)}
}

func (in *interner) clusterRoleBinding(b *rbacv1.ClusterRoleBinding) []any {
	return []any{in.binding("ClusterRoleBinding", &b.ObjectMeta, b.RoleRef, b.Subjects)}
}

func (in *interner) binding(kind string, m *metav1.ObjectMeta, role rbacv1.RoleRef, subjects []rbacv1.Subject) *facts.RoleBinding {
	out := &facts.RoleBinding{
		Ref:  in.ref(facts.Ref{Group: rbacv1.GroupName, Kind: kind, Namespace: m.Namespace, Name: m.Name}),
		Role: facts.Ref{Group: rbacv1.GroupName, Kind: in.str(role.Kind), Name: in.str(role.Name)}, CreatedAt: facts.InstantOf(m.CreationTimestamp.Time),
		Annotations: in.labels(annotations(m.Annotations)), Controller: in.controllerOf(m).Ref,
	}
	if role.Kind == "Role" {
		out.Role.Namespace = out.Ref.Namespace
	}
	for _, s := range subjects {
		subject := facts.Subject{Kind: facts.SubjectKind(in.str(s.Kind)), Name: in.str(s.Name)}
		if subject.Kind == facts.SubjectServiceAccount {
			subject.Namespace = in.str(s.Namespace)
		}
		out.Subjects = append(out.Subjects, subject)
	}
	return out
}

func pruneRoleBinding(b *rbacv1.RoleBinding) *rbacv1.RoleBinding {
	out := &rbacv1.RoleBinding{ObjectMeta: meta(&b.ObjectMeta), RoleRef: b.RoleRef, Subjects: b.Subjects}
	out.Annotations = annotations(b.Annotations)
	return out
}

func pruneClusterRoleBinding(b *rbacv1.ClusterRoleBinding) *rbacv1.ClusterRoleBinding {
	out := &rbacv1.ClusterRoleBinding{ObjectMeta: meta(&b.ObjectMeta), RoleRef: b.RoleRef, Subjects: b.Subjects}
	out.Annotations = annotations(b.Annotations)
	return out
}

// cloudIdentities are annotations by which a service account gets rights at a cloud.
var cloudIdentities = []string{
	"eks.amazonaws.com/role-arn", "iam.gke.io/gcp-service-account", "azure.workload.identity/client-id", "azure.workload.identity/tenant-id",
	"eks.amazonaws.com/token-expiration", "azure.workload.identity/service-account-token-expiration",
}

func (in *interner) serviceAccount(a *corev1.ServiceAccount) []any {
	out := &facts.ServiceAccount{
		Namespace: in.str(a.Namespace), Name: in.str(a.Name), Automount: tokenOf(a.AutomountServiceAccountToken),
		Cloud: in.labels(cloudIdentity(a.Annotations)), CreatedAt: facts.InstantOf(a.CreationTimestamp.Time),
		LegacyTokens: uint16(min(len(legacyTokens(a)), math.MaxUint16)), //nolint:gosec // bounded
	}
	return []any{out}
}

func cloudIdentity(all map[string]string) map[string]string {
	var kept map[string]string
	for _, key := range cloudIdentities {
		if v, there := all[key]; there {
			kept = with(kept, key, v)
		}
	}
	return kept
}

func pruneServiceAccount(a *corev1.ServiceAccount) *corev1.ServiceAccount {
	out := &corev1.ServiceAccount{ObjectMeta: meta(&a.ObjectMeta), AutomountServiceAccountToken: a.AutomountServiceAccountToken}
	out.Annotations = cloudIdentity(a.Annotations)
	for range legacyTokens(a) {
		out.Secrets = append(out.Secrets, corev1.ObjectReference{})
	}
	return out
}

// legacyTokens are the Secrets that an account lists, without those for pulling images that OpenShift lists there too.
func legacyTokens(a *corev1.ServiceAccount) (out []corev1.ObjectReference) {
	for _, s := range a.Secrets {
		if !strings.HasPrefix(s.Name, a.Name+"-dockercfg-") {
			out = append(out, s)
		}
	}
	return out
}

func (in *interner) certificateRequest(r *certificatesv1.CertificateSigningRequest) []any {
	out := &facts.CertificateRequest{
		Name: r.Name, Signer: in.str(r.Spec.SignerName), Requester: in.str(r.Spec.Username), CreatedAt: facts.InstantOf(r.CreationTimestamp.Time),
		Issued: len(r.Status.Certificate) > 0,
	}
	if s := r.Spec.ExpirationSeconds; s != nil {
		out.Lifetime = time.Duration(*s) * time.Second
	}
	for _, c := range r.Status.Conditions {
		out.Approved = out.Approved || c.Type == certificatesv1.CertificateApproved
		out.Denied = out.Denied || c.Type == certificatesv1.CertificateDenied
	}
	if subject, err := parseRequest(r.Spec.Request); err != nil {
		out.Unread = true
	} else {
		out.User, out.Groups = subject.Subject.CommonName, slices.Clone(subject.Subject.Organization)
	}
	if out.Issued {
		if c, err := parseCertificate(r.Status.Certificate); err != nil {
			out.Unread = true
		} else {
			out.NotBefore, out.NotAfter = c.NotBefore.UTC(), c.NotAfter.UTC()
		}
	}
	return []any{out}
}

func parseRequest(text []byte) (*x509.CertificateRequest, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no certificate request")
	}
	return x509.ParseCertificateRequest(block.Bytes)
}

func parseCertificate(text []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(text)
	if block == nil || !strings.Contains(block.Type, "CERTIFICATE") {
		return nil, errors.New("no certificate")
	}
	return x509.ParseCertificate(block.Bytes)
}

// pruneCertificateRequest keeps request and certificate whole: both are public, and signatures keep them from being cut.
func pruneCertificateRequest(r *certificatesv1.CertificateSigningRequest) *certificatesv1.CertificateSigningRequest {
	out := &certificatesv1.CertificateSigningRequest{ObjectMeta: meta(&r.ObjectMeta)}
	out.Spec = certificatesv1.CertificateSigningRequestSpec{
		Request: r.Spec.Request, SignerName: r.Spec.SignerName, ExpirationSeconds: r.Spec.ExpirationSeconds, Username: r.Spec.Username,
	}
	out.Status.Certificate = r.Status.Certificate
	for _, c := range r.Status.Conditions {
		out.Status.Conditions = append(out.Status.Conditions, certificatesv1.CertificateSigningRequestCondition{Type: c.Type, Status: c.Status})
	}
	return out
}
