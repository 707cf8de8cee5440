// Package policies makes facts of the policies of engines that take part in admission: Kyverno, Gatekeeper and the policy
// controller of sigstore.
package policies

import (
	"reflect"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// Kinds lists the resources read.
func Kinds() []adapter.Kind {
	rules := []reflect.Type{facts.TypeOf[facts.AdmissionRules]()}
	exceptions := []reflect.Type{facts.TypeOf[facts.AdmissionException]()}
	kind := func(group, version, kind, resource string) adapter.Kind {
		return adapter.Kind{GVK: schema.GroupVersionKind{Group: group, Version: version, Kind: kind}, Resource: resource, Optional: true, Feeds: rules}
	}
	with := func(k adapter.Kind, namespaced bool, extract func(runtime.Object) ([]any, error), prune func(runtime.Object) runtime.Object, versions ...string) adapter.Kind {
		k.Namespaced, k.Extract, k.Prune, k.Versions = namespaced, extract, prune, versions
		return k
	}
	exception := kind("kyverno.io", "v2", "PolicyException", "policyexceptions")
	exception.Feeds = exceptions
	return []adapter.Kind{
		with(kind("kyverno.io", "v1", "ClusterPolicy", "clusterpolicies"), false, extractKyverno, adapter.PruneTo[kyverno](), "v2beta1"),
		with(kind("kyverno.io", "v1", "Policy", "policies"), true, extractKyverno, adapter.PruneTo[kyverno](), "v2beta1"),
		with(exception, true, extractKyvernoException, adapter.PruneTo[kyvernoException](), "v2beta1"),
		with(kind("policies.kyverno.io", "v1", "ValidatingPolicy", "validatingpolicies"), false, extractExpressions, adapter.PruneTo[expressions](), "v1beta1", "v1alpha1"),
		with(kind("policies.kyverno.io", "v1", "ImageValidatingPolicy", "imagevalidatingpolicies"), false, extractImageExpressions, adapter.PruneTo[expressions](), "v1beta1", "v1alpha1"),
		with(kind("policy.sigstore.dev", "v1beta1", "ClusterImagePolicy", "clusterimagepolicies"), false, extractSigstore, adapter.PruneTo[sigstore](), "v1alpha1"),
		with(kind("templates.gatekeeper.sh", "v1", "ConstraintTemplate", "constrainttemplates"), false, extractTemplate, adapter.PruneTo[template](), "v1beta1"),
	}
}

// expressions is a ValidatingPolicy or ImageValidatingPolicy of policies.kyverno.io. What its expressions demand is not read,
// only what they speak of.
type expressions struct {
	Spec struct {
		ValidationActions []string `json:"validationActions,omitempty"`
		FailurePolicy     string   `json:"failurePolicy,omitempty"`
		MatchConstraints  struct {
			ResourceRules []struct {
				Resources []string `json:"resources,omitempty"`
			} `json:"resourceRules,omitempty"`
		} `json:"matchConstraints,omitzero"`
		Validations []expression `json:"validations,omitempty"`
		Variables   []expression `json:"variables,omitempty"`
	} `json:"spec"`
}

type expression struct {
	Expression string `json:"expression,omitempty"`
}

func (e *expressions) pods() bool {
	for _, r := range e.Spec.MatchConstraints.ResourceRules {
		if slices.Contains(r.Resources, "pods") || slices.Contains(r.Resources, "*") {
			return true
		}
	}
	return false
}

func (e *expressions) enforces() facts.Tristate {
	return yesNo(len(e.Spec.ValidationActions) == 0 || slices.Contains(e.Spec.ValidationActions, "Deny"))
}

func extractExpressions(obj runtime.Object) ([]any, error) {
	var e expressions
	u, err := adapter.Decode(obj, &e)
	if err != nil {
		return nil, err
	}
	speaks := func(x expression) bool { return strings.Contains(x.Expression, "securityContext") }
	if !e.pods() || !slices.ContainsFunc(e.Spec.Validations, speaks) && !slices.ContainsFunc(e.Spec.Variables, speaks) {
		return nil, nil
	}
	return []any{&facts.AdmissionRules{Ref: adapter.RefOf(u), Engine: facts.EngineKyverno, FailsOpen: e.Spec.FailurePolicy == "Ignore",
		Rules: []facts.AdmissionRule{notRead(e.enforces(), facts.CheckPodSecurityBaseline, facts.CheckPodSecurityRestricted)}}}, nil
}

func extractImageExpressions(obj runtime.Object) ([]any, error) {
	var e expressions
	u, err := adapter.Decode(obj, &e)
	if err != nil || !e.pods() {
		return nil, err
	}
	return []any{&facts.AdmissionRules{Ref: adapter.RefOf(u), Engine: facts.EngineKyverno, FailsOpen: e.Spec.FailurePolicy == "Ignore",
		Rules: []facts.AdmissionRule{notRead(e.enforces(), facts.CheckImageSignature)}}}, nil
}

// notRead is a rule that may check something, in a language that is not read.
func notRead(enforces facts.Tristate, checks ...facts.PolicyCheck) facts.AdmissionRule {
	return facts.AdmissionRule{Checks: checks, Enforces: enforces, Exceptions: true}
}

// sigstore is a ClusterImagePolicy.
type sigstore struct {
	Spec struct {
		Images []struct {
			Glob string `json:"glob,omitempty"`
		} `json:"images,omitempty"`
		Mode        string              `json:"mode,omitempty"`
		Match       []struct{}          `json:"match,omitempty"`
		Authorities []sigstoreAuthority `json:"authorities,omitempty"`
	} `json:"spec"`
}

type sigstoreAuthority struct {
	Key     *struct{} `json:"key,omitempty"`
	Keyless *struct{} `json:"keyless,omitempty"`
	Static  *struct {
		Action string `json:"action,omitempty"`
	} `json:"static,omitempty"`
	Attestations []struct{} `json:"attestations,omitempty"`
}

// sigstoreLabel is what a namespace says that the policy controller is to look at it, as it is installed by default.
const sigstoreLabel = "policy.sigstore.dev/include"

// extractSigstore reads an image policy. One authority that agrees is enough, so that one that agrees with everything makes
// the policy check nothing.
func extractSigstore(obj runtime.Object) ([]any, error) {
	var s sigstore
	u, err := adapter.Decode(obj, &s)
	if err != nil {
		return nil, err
	}
	rule := facts.AdmissionRule{Enforces: yesNo(s.Spec.Mode != "warn"), Exceptions: len(s.Spec.Match) > 0,
		Namespaces: &metav1.LabelSelector{MatchLabels: map[string]string{sigstoreLabel: "true"}}}
	for _, i := range s.Spec.Images {
		rule.Images = append(rule.Images, i.Glob)
	}
	signed, attested := len(s.Spec.Authorities) > 0, len(s.Spec.Authorities) > 0
	for _, a := range s.Spec.Authorities {
		refuses := a.Static != nil && a.Static.Action == "fail"
		signed = signed && (a.Key != nil || a.Keyless != nil || refuses)
		attested = attested && (len(a.Attestations) > 0 || refuses)
	}
	if !signed {
		return nil, nil
	}
	rule.Checks = []facts.PolicyCheck{facts.CheckImageSignature}
	if attested {
		rule.Checks = append(rule.Checks, facts.CheckImageProvenance)
	}
	return []any{&facts.AdmissionRules{Ref: adapter.RefOf(u), Engine: facts.EngineSigstore, Ready: facts.Yes, Rules: []facts.AdmissionRule{rule}}}, nil
}

// template is a ConstraintTemplate of Gatekeeper. What its Rego demands is not read, nor are the constraints made of it, whose
// kinds it makes up.
type template struct {
	Spec struct {
		CRD struct {
			Spec struct {
				Names struct {
					Kind string `json:"kind,omitempty"`
				} `json:"names,omitzero"`
			} `json:"spec,omitzero"`
		} `json:"crd,omitzero"`
	} `json:"spec"`
	Status struct {
		Created bool `json:"created,omitempty"`
	} `json:"status,omitzero"`
}

// podSecurityKinds begins the kinds of Gatekeeper's own library that are about what pods may do.
const podSecurityKinds = "K8sPSP"

func extractTemplate(obj runtime.Object) ([]any, error) {
	var t template
	u, err := adapter.Decode(obj, &t)
	if err != nil || !strings.HasPrefix(t.Spec.CRD.Spec.Names.Kind, podSecurityKinds) {
		return nil, err
	}
	return []any{&facts.AdmissionRules{Ref: adapter.RefOf(u), Engine: facts.EngineGatekeeper, Ready: yesNo(t.Status.Created),
		Rules: []facts.AdmissionRule{notRead(facts.NotKnown, facts.CheckPodSecurityBaseline, facts.CheckPodSecurityRestricted)}}}, nil
}
