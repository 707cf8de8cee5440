package core

import (
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// ownLabel with the value ownPart is what Tilsyn's own policies are shipped with. One without it counts for nothing.
const (
	ownLabel = "app.kubernetes.io/part-of"
	ownPart  = "tilsyn"
)

// admission gives the kinds of native admission policies: Tilsyn's own, and those of others as far as they are about pods.
func admission() []adapter.Kind {
	const group = "admissionregistration.k8s.io"
	return []adapter.Kind{
		typed(group, "v1", "ValidatingAdmissionPolicy", "validatingadmissionpolicies", cluster|fromRuntime, nativePolicy, pruneNativePolicy,
			feedsBoth[facts.AdmissionPolicy, facts.AdmissionRules]()),
		typed(group, "v1", "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", cluster|fromRuntime, nativeBinding, pruneNativeBinding,
			feedsBoth[facts.AdmissionBinding, facts.AdmissionRuleBinding]()),
	}
}

func own(m *metav1.ObjectMeta) bool { return facts.OwnPolicy(m.Name) && m.Labels[ownLabel] == ownPart }

func nativePolicy(p *admissionregistrationv1.ValidatingAdmissionPolicy) []any {
	if facts.OwnPolicy(p.Name) {
		if own(&p.ObjectMeta) {
			return []any{facts.AdmissionPolicyOf(p)}
		}
		return nil
	}
	m := p.Spec.MatchConstraints
	if m == nil || !slices.ContainsFunc(m.ResourceRules, matchesPods) || !speaksOfSecurity(p) {
		return nil
	}
	return []any{&facts.AdmissionRules{
		Ref:    facts.Ref{Group: admissionregistrationv1.GroupName, Kind: "ValidatingAdmissionPolicy", Name: p.Name},
		Engine: facts.EngineNative, FailsOpen: ptr.Deref(p.Spec.FailurePolicy, admissionregistrationv1.Fail) == admissionregistrationv1.Ignore,
		Ready: facts.Yes,
		Rules: []facts.AdmissionRule{{
			Checks: []facts.PolicyCheck{facts.CheckPodSecurityBaseline, facts.CheckPodSecurityRestricted}, Namespaces: selected(m.NamespaceSelector),
			Exceptions: true, // what its expressions demand is not read
		}},
	}}
}

func matchesPods(r admissionregistrationv1.NamedRuleWithOperations) bool {
	return slices.Contains(r.Resources, "pods") || slices.Contains(r.Resources, "*")
}

// speaksOfSecurity tells whether the expressions of a policy look at the rights of pods.
func speaksOfSecurity(p *admissionregistrationv1.ValidatingAdmissionPolicy) bool {
	const field = "securityContext"
	return slices.ContainsFunc(p.Spec.Validations, func(v admissionregistrationv1.Validation) bool { return strings.Contains(v.Expression, field) }) ||
		slices.ContainsFunc(p.Spec.Variables, func(v admissionregistrationv1.Variable) bool { return strings.Contains(v.Expression, field) })
}

func nativeBinding(b *admissionregistrationv1.ValidatingAdmissionPolicyBinding) []any {
	if facts.OwnPolicy(b.Name) {
		if own(&b.ObjectMeta) {
			return []any{facts.AdmissionBindingOf(b)}
		}
		return nil
	}
	out := &facts.AdmissionRuleBinding{
		Name: b.Name, Policy: b.Spec.PolicyName, HasParameters: b.Spec.ParamRef != nil,
		Denies: slices.Contains(b.Spec.ValidationActions, admissionregistrationv1.Deny),
	}
	if m := b.Spec.MatchResources; m != nil {
		out.Namespaces, out.Objects = selected(m.NamespaceSelector), selected(m.ObjectSelector)
	}
	return []any{out}
}

func pruneNativePolicy(p *admissionregistrationv1.ValidatingAdmissionPolicy) *admissionregistrationv1.ValidatingAdmissionPolicy {
	return &admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: ownMeta(&p.ObjectMeta), Spec: p.Spec}
}

func pruneNativeBinding(b *admissionregistrationv1.ValidatingAdmissionPolicyBinding) *admissionregistrationv1.ValidatingAdmissionPolicyBinding {
	return &admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: ownMeta(&b.ObjectMeta), Spec: b.Spec}
}

// ownMeta keeps what tells since when a policy is what it is, and whose it is.
func ownMeta(m *metav1.ObjectMeta) metav1.ObjectMeta {
	out := metav1.ObjectMeta{Name: m.Name, CreationTimestamp: m.CreationTimestamp, Generation: m.Generation}
	if part, ok := m.Labels[ownLabel]; ok {
		out.Labels = map[string]string{ownLabel: part}
	}
	return out
}
