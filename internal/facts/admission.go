package facts

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// AdmissionPolicy is a ValidatingAdmissionPolicy of Tilsyn's own, as the API server has it.
type AdmissionPolicy struct {
	Name      string
	CreatedAt time.Time
	// Generation counts changes of the spec, from 1.
	Generation int64
	// Digest of what the policy demands, see PolicyDigest.
	Digest string
}

// AdmissionBinding puts such a policy in force.
type AdmissionBinding struct {
	Name, Policy string
	CreatedAt    time.Time
	Generation   int64
	// Denies is true where what the policy does not allow is refused; Everywhere where the binding leaves nothing out.
	Denies, Everywhere bool
}

// PolicyDigest identifies what a policy demands. What the API server adds by itself makes no difference.
func PolicyDigest(spec *admissionregistrationv1.ValidatingAdmissionPolicySpec) string {
	s := spec.DeepCopy()
	if s.FailurePolicy == nil {
		s.FailurePolicy = new(admissionregistrationv1.Fail)
	}
	if m := s.MatchConstraints; m != nil {
		if m.MatchPolicy == nil {
			m.MatchPolicy = new(admissionregistrationv1.Equivalent)
		}
		if m.NamespaceSelector == nil {
			m.NamespaceSelector = &metav1.LabelSelector{}
		}
		if m.ObjectSelector == nil {
			m.ObjectSelector = &metav1.LabelSelector{}
		}
		for i := range m.ResourceRules {
			if r := &m.ResourceRules[i]; r.Scope == nil {
				r.Scope = new(admissionregistrationv1.AllScopes)
			}
		}
	}
	raw, err := json.Marshal(s)
	if err != nil {
		return "" // the types of the API always encode
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// AdmissionPolicyOf gives the fact of a policy.
func AdmissionPolicyOf(p *admissionregistrationv1.ValidatingAdmissionPolicy) *AdmissionPolicy {
	return &AdmissionPolicy{Name: p.Name, CreatedAt: p.CreationTimestamp.UTC(), Generation: p.Generation, Digest: PolicyDigest(&p.Spec)}
}

// AdmissionBindingOf gives the fact of a binding.
func AdmissionBindingOf(b *admissionregistrationv1.ValidatingAdmissionPolicyBinding) *AdmissionBinding {
	m := b.Spec.MatchResources
	all := m == nil || empty(m.NamespaceSelector) && empty(m.ObjectSelector) && len(m.ResourceRules) == 0 && len(m.ExcludeResourceRules) == 0
	return &AdmissionBinding{
		Name: b.Name, Policy: b.Spec.PolicyName, CreatedAt: b.CreationTimestamp.UTC(), Generation: b.Generation,
		Denies:     slices.Contains(b.Spec.ValidationActions, admissionregistrationv1.Deny),
		Everywhere: all && b.Spec.ParamRef == nil,
	}
}

func empty(s *metav1.LabelSelector) bool {
	return s == nil || len(s.MatchLabels) == 0 && len(s.MatchExpressions) == 0
}

// OwnPolicy tells whether a policy or binding is one of Tilsyn's by its name; of others nothing is kept.
func OwnPolicy(name string) bool { return strings.HasSuffix(name, ".tilsyn.dev") }
