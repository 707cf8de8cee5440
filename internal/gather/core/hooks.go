package core

import (
	"net/url"
	"slices"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// hooks gives the kinds by which others take part in admission.
func hooks(in *interner) []adapter.Kind {
	const group = admissionregistrationv1.GroupName
	return []adapter.Kind{
		typed(group, "v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", cluster, in.validatingHooks, pruneValidatingHooks,
			feeds[facts.AdmissionHooks]()),
		typed(group, "v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", cluster, in.mutatingHooks, pruneMutatingHooks,
			feeds[facts.AdmissionHooks]()),
	}
}

func (in *interner) validatingHooks(c *admissionregistrationv1.ValidatingWebhookConfiguration) []any {
	out := &facts.AdmissionHooks{Ref: facts.Ref{Group: admissionregistrationv1.GroupName, Kind: "ValidatingWebhookConfiguration", Name: in.str(c.Name)}}
	for i := range c.Webhooks {
		w := &c.Webhooks[i]
		h := in.hook(w.Name, w.ClientConfig, w.Rules, w.FailurePolicy, w.TimeoutSeconds)
		h.Namespaces, h.Objects, h.Conditions = selected(w.NamespaceSelector), selected(w.ObjectSelector), len(w.MatchConditions)
		out.Hooks = append(out.Hooks, h)
	}
	return []any{out}
}

func (in *interner) mutatingHooks(c *admissionregistrationv1.MutatingWebhookConfiguration) []any {
	out := &facts.AdmissionHooks{Ref: facts.Ref{Group: admissionregistrationv1.GroupName, Kind: "MutatingWebhookConfiguration", Name: in.str(c.Name)}}
	for i := range c.Webhooks {
		w := &c.Webhooks[i]
		h := in.hook(w.Name, w.ClientConfig, w.Rules, w.FailurePolicy, w.TimeoutSeconds)
		h.Namespaces, h.Objects, h.Conditions = selected(w.NamespaceSelector), selected(w.ObjectSelector), len(w.MatchConditions)
		h.Mutating = true
		out.Hooks = append(out.Hooks, h)
	}
	return []any{out}
}

func (in *interner) hook(name string, to admissionregistrationv1.WebhookClientConfig, rules []admissionregistrationv1.RuleWithOperations,
	policy *admissionregistrationv1.FailurePolicyType, timeout *int32,
) facts.AdmissionHook {
	out := facts.AdmissionHook{
		Name: name, FailsOpen: ptr.Deref(policy, admissionregistrationv1.Fail) == admissionregistrationv1.Ignore, TimeoutSeconds: ptr.Deref(timeout, 10),
	}
	if to.Service != nil {
		out.Service = in.ref(facts.Ref{Kind: "Service", Namespace: to.Service.Namespace, Name: to.Service.Name})
	}
	if to.URL != nil {
		if u, err := url.Parse(*to.URL); err == nil {
			out.Host = u.Hostname()
		}
	}
	for i := range rules {
		r := &rules[i]
		operations := make([]string, len(r.Operations))
		for j, o := range r.Operations {
			operations[j] = string(o)
		}
		out.Rules = append(out.Rules, facts.HookRule{
			Operations: in.texts(operations), Groups: in.texts(r.APIGroups), Versions: in.texts(r.APIVersions), Resources: in.texts(r.Resources),
		})
	}
	return out
}

// selected gives a selector, nil where it selects everything.
func selected(s *metav1.LabelSelector) *metav1.LabelSelector {
	if s == nil || len(s.MatchLabels)+len(s.MatchExpressions) == 0 {
		return nil
	}
	return s.DeepCopy()
}

// caller keeps where a webhook is, without certificates and without what an address may hold beside its host.
func caller(c admissionregistrationv1.WebhookClientConfig) admissionregistrationv1.WebhookClientConfig {
	out := admissionregistrationv1.WebhookClientConfig{}
	if s := c.Service; s != nil {
		out.Service = &admissionregistrationv1.ServiceReference{Namespace: s.Namespace, Name: s.Name}
	}
	if c.URL != nil {
		if u, err := url.Parse(*c.URL); err == nil {
			out.URL = new((&url.URL{Scheme: "https", Host: u.Host}).String())
		}
	}
	return out
}

// conditions keeps how many there are.
func conditions(all []admissionregistrationv1.MatchCondition) []admissionregistrationv1.MatchCondition {
	return slices.Repeat([]admissionregistrationv1.MatchCondition{{}}, len(all))
}

func pruneValidatingHooks(c *admissionregistrationv1.ValidatingWebhookConfiguration) *admissionregistrationv1.ValidatingWebhookConfiguration {
	out := &admissionregistrationv1.ValidatingWebhookConfiguration{ObjectMeta: meta(&c.ObjectMeta)}
	for i := range c.Webhooks {
		w := &c.Webhooks[i]
		out.Webhooks = append(out.Webhooks, admissionregistrationv1.ValidatingWebhook{
			Name: w.Name, ClientConfig: caller(w.ClientConfig), Rules: w.Rules, FailurePolicy: w.FailurePolicy, TimeoutSeconds: w.TimeoutSeconds,
			NamespaceSelector: w.NamespaceSelector, ObjectSelector: w.ObjectSelector, MatchConditions: conditions(w.MatchConditions),
		})
	}
	return out
}

func pruneMutatingHooks(c *admissionregistrationv1.MutatingWebhookConfiguration) *admissionregistrationv1.MutatingWebhookConfiguration {
	out := &admissionregistrationv1.MutatingWebhookConfiguration{ObjectMeta: meta(&c.ObjectMeta)}
	for i := range c.Webhooks {
		w := &c.Webhooks[i]
		out.Webhooks = append(out.Webhooks, admissionregistrationv1.MutatingWebhook{
			Name: w.Name, ClientConfig: caller(w.ClientConfig), Rules: w.Rules, FailurePolicy: w.FailurePolicy, TimeoutSeconds: w.TimeoutSeconds,
			NamespaceSelector: w.NamespaceSelector, ObjectSelector: w.ObjectSelector, MatchConditions: conditions(w.MatchConditions),
		})
	}
	return out
}
