package core

import (
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// ownPolicies selects Tilsyn's own policies by the label that they are shipped with. One without it counts for nothing.
const ownPolicies = "app.kubernetes.io/part-of=tilsyn"

// admission gives the kinds of native admission policies, of which Tilsyn's own alone are read.
func admission() []adapter.Kind {
	const group = "admissionregistration.k8s.io"
	return []adapter.Kind{
		selecting(ownPolicies, typed(group, "v1", "ValidatingAdmissionPolicy", "validatingadmissionpolicies", cluster|fromRuntime,
			func(p *admissionregistrationv1.ValidatingAdmissionPolicy) []any {
				if !facts.OwnPolicy(p.Name) {
					return nil
				}
				return []any{facts.AdmissionPolicyOf(p)}
			},
			func(p *admissionregistrationv1.ValidatingAdmissionPolicy) *admissionregistrationv1.ValidatingAdmissionPolicy {
				out := &admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: ownMeta(&p.ObjectMeta)}
				if facts.OwnPolicy(p.Name) {
					out.Spec = p.Spec
				}
				return out
			}, feeds[facts.AdmissionPolicy]())),
		selecting(ownPolicies, typed(group, "v1", "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", cluster|fromRuntime,
			func(b *admissionregistrationv1.ValidatingAdmissionPolicyBinding) []any {
				if !facts.OwnPolicy(b.Name) {
					return nil
				}
				return []any{facts.AdmissionBindingOf(b)}
			},
			func(b *admissionregistrationv1.ValidatingAdmissionPolicyBinding) *admissionregistrationv1.ValidatingAdmissionPolicyBinding {
				out := &admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: ownMeta(&b.ObjectMeta)}
				if facts.OwnPolicy(b.Name) {
					out.Spec = b.Spec
				}
				return out
			}, feeds[facts.AdmissionBinding]())),
	}
}

// ownMeta keeps what tells since when a policy is what it is.
func ownMeta(m *metav1.ObjectMeta) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: m.Name, CreationTimestamp: m.CreationTimestamp, Generation: m.Generation}
}
