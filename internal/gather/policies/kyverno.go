package policies

import (
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// kyverno is a ClusterPolicy or Policy of kyverno.io.
type kyverno struct {
	Spec struct {
		Admission               *bool             `json:"admission,omitempty"`
		FailurePolicy           string            `json:"failurePolicy,omitempty"`
		ValidationFailureAction string            `json:"validationFailureAction,omitempty"`
		Overrides               []kyvernoOverride `json:"validationFailureActionOverrides,omitempty"`
		Webhook                 struct {
			FailurePolicy   string           `json:"failurePolicy,omitempty"`
			MatchConditions []kyvernoNothing `json:"matchConditions,omitempty"`
		} `json:"webhookConfiguration,omitzero"`
		Rules []kyvernoRule `json:"rules,omitempty"`
	} `json:"spec"`
	Status kyvernoStatus `json:"status,omitzero"`
}

// kyvernoNothing is something that counts and is not read.
type kyvernoNothing struct{}

type kyvernoStatus struct {
	Ready      *bool `json:"ready,omitempty"`
	Conditions []struct {
		Type   string `json:"type,omitempty"`
		Status string `json:"status,omitempty"`
	} `json:"conditions,omitempty"`
}

type kyvernoOverride struct {
	Action     string   `json:"action,omitempty"`
	Namespaces []string `json:"namespaces,omitempty"`
}

type kyvernoRule struct {
	Name             string           `json:"name,omitempty"`
	Match            kyvernoMatch     `json:"match,omitzero"`
	Exclude          *kyvernoMatch    `json:"exclude,omitempty"`
	Preconditions    any              `json:"preconditions,omitempty"`
	CELPreconditions []kyvernoNothing `json:"celPreconditions,omitempty"`
	Validate         *kyvernoValidate `json:"validate,omitempty"`
	VerifyImages     []kyvernoVerify  `json:"verifyImages,omitempty"`
}

type kyvernoMatch struct {
	Any []kyvernoFilter `json:"any,omitempty"`
	All []kyvernoFilter `json:"all,omitempty"`
	kyvernoFilter
}

type kyvernoFilter struct {
	Resources    *kyvernoResources `json:"resources,omitempty"`
	Subjects     []kyvernoNothing  `json:"subjects,omitempty"`
	Roles        []string          `json:"roles,omitempty"`
	ClusterRoles []string          `json:"clusterRoles,omitempty"`
}

type kyvernoResources struct {
	Kinds             []string              `json:"kinds,omitempty"`
	Namespaces        []string              `json:"namespaces,omitempty"`
	NamespaceSelector *metav1.LabelSelector `json:"namespaceSelector,omitempty"`
	Name              string                `json:"name,omitempty"`
	Names             []string              `json:"names,omitempty"`
	Selector          *metav1.LabelSelector `json:"selector,omitempty"`
	Annotations       map[string]string     `json:"annotations,omitempty"`
	Operations        []string              `json:"operations,omitempty"`
}

type kyvernoValidate struct {
	FailureAction string            `json:"failureAction,omitempty"`
	Overrides     []kyvernoOverride `json:"failureActionOverrides,omitempty"`
	PodSecurity   *struct {
		Level   string           `json:"level,omitempty"`
		Version string           `json:"version,omitempty"`
		Exclude []kyvernoNothing `json:"exclude,omitempty"`
	} `json:"podSecurity,omitempty"`
}

type kyvernoVerify struct {
	ImageReferences     []string         `json:"imageReferences,omitempty"`
	SkipImageReferences []string         `json:"skipImageReferences,omitempty"`
	Attestors           []kyvernoNothing `json:"attestors,omitempty"`
	Attestations        []kyvernoNothing `json:"attestations,omitempty"`
	Required            *bool            `json:"required,omitempty"`
	FailureAction       string           `json:"failureAction,omitempty"`
}

func extractKyverno(obj runtime.Object) ([]any, error) {
	var k kyverno
	u, err := adapter.Decode(obj, &k)
	if err != nil {
		return nil, err
	}
	out := &facts.AdmissionRules{
		Ref: adapter.RefOf(u), Engine: facts.EngineKyverno, Ready: k.Status.ready(),
		FailsOpen: k.Spec.FailurePolicy == "Ignore" || k.Spec.Webhook.FailurePolicy == "Ignore",
	}
	for i := range k.Spec.Rules {
		out.Rules = append(out.Rules, k.rules(&k.Spec.Rules[i])...)
	}
	if len(out.Rules) == 0 {
		return nil, nil
	}
	if k.Spec.Admission != nil && !*k.Spec.Admission {
		for i := range out.Rules {
			out.Rules[i].Enforces = facts.No // it looks at what is there, and refuses nothing
		}
	}
	return []any{out}, nil
}

func (s kyvernoStatus) ready() facts.Tristate {
	for _, c := range s.Conditions {
		if c.Type == "Ready" {
			return yesNo(c.Status == "True")
		}
	}
	if s.Ready == nil {
		return facts.NotKnown
	}
	return yesNo(*s.Ready)
}

func yesNo(yes bool) facts.Tristate {
	if yes {
		return facts.Yes
	}
	return facts.No
}

// rules gives what one rule of a policy checks of pods.
func (k *kyverno) rules(r *kyvernoRule) []facts.AdmissionRule {
	base, pods := r.scope()
	if !pods {
		return nil
	}
	base.Exceptions = base.Exceptions || len(k.Spec.Overrides) > 0 || len(k.Spec.Webhook.MatchConditions) > 0
	var out []facts.AdmissionRule
	if v := r.Validate; v != nil && v.PodSecurity != nil {
		rule := base
		rule.Checks = []facts.PolicyCheck{facts.CheckPodSecurityBaseline}
		if v.PodSecurity.Level == "restricted" {
			rule.Checks = append(rule.Checks, facts.CheckPodSecurityRestricted)
		}
		rule.Enforces = k.enforces(v.FailureAction)
		old := v.PodSecurity.Version != "" && v.PodSecurity.Version != "latest"
		rule.Exceptions = rule.Exceptions || len(v.PodSecurity.Exclude) > 0 || len(v.Overrides) > 0 || old
		out = append(out, rule)
	}
	for i := range r.VerifyImages {
		v := &r.VerifyImages[i]
		rule := base
		if len(v.Attestors) > 0 {
			rule.Checks = append(rule.Checks, facts.CheckImageSignature)
		}
		if len(v.Attestations) > 0 {
			rule.Checks = append(rule.Checks, facts.CheckImageProvenance)
		}
		rule.Images, rule.Enforces = slices.Clone(v.ImageReferences), k.enforces(v.FailureAction)
		rule.Exceptions = rule.Exceptions || len(v.SkipImageReferences) > 0 || v.Required != nil && !*v.Required
		if len(rule.Checks) > 0 {
			out = append(out, rule)
		}
	}
	return out
}

// enforces tells whether a failure is refused: what the rule says, else the policy; Audit where neither says anything.
func (k *kyverno) enforces(action string) facts.Tristate {
	if action == "" {
		action = k.Spec.ValidationFailureAction
	}
	return yesNo(strings.EqualFold(action, "Enforce"))
}

// scope reads what a rule is about; pods is false where it is not about pods.
func (r *kyvernoRule) scope() (out facts.AdmissionRule, pods bool) {
	filters := slices.Concat(r.Match.Any, r.Match.All)
	if r.Match.Resources != nil {
		filters = append(filters, r.Match.kyvernoFilter)
	}
	filters = slices.DeleteFunc(filters, func(f kyvernoFilter) bool { return f.Resources == nil || !aboutPods(f.Resources.Kinds) })
	if len(filters) == 0 {
		return out, false
	}
	f := filters[0]
	out.Namespaces, out.Included = f.Resources.NamespaceSelector.DeepCopy(), slices.Clone(f.Resources.Namespaces)
	out.Exceptions = len(filters) > 1 || f.narrows() || r.Preconditions != nil || len(r.CELPreconditions) > 0
	if e := r.Exclude; e != nil {
		excluded, wider := e.namespaces()
		out.Excluded, out.Exceptions = excluded, out.Exceptions || wider
	}
	return out, true
}

// narrows tells whether a filter leaves out pods of the namespaces that it is about.
func (f *kyvernoFilter) narrows() bool {
	r := f.Resources
	return len(f.Subjects)+len(f.Roles)+len(f.ClusterRoles) > 0 || r.Name != "" || len(r.Names) > 0 || r.Selector != nil ||
		len(r.Annotations) > 0 || len(r.Operations) > 0
}

// namespaces gives the namespaces that are excluded whole; wider is true where something else is excluded too.
func (m *kyvernoMatch) namespaces() (out []string, wider bool) {
	filters := append(slices.Clone(m.Any), m.All...)
	wider = len(m.All) > 1
	if m.Resources != nil || len(m.Subjects)+len(m.Roles)+len(m.ClusterRoles) > 0 {
		filters = append(filters, m.kyvernoFilter)
	}
	for i := range filters {
		f := &filters[i]
		if f.Resources == nil || f.narrows() || f.Resources.NamespaceSelector != nil || len(f.Resources.Namespaces) == 0 {
			wider = true
			continue
		}
		out = append(out, f.Resources.Namespaces...)
	}
	return out, wider
}

// aboutPods tells whether kinds as Kyverno writes them, [group/][version/]Kind[/subresource], mean pods.
func aboutPods(kinds []string) bool {
	return slices.ContainsFunc(kinds, func(k string) bool {
		switch k {
		case "Pod", "v1/Pod", "*", "*/*", "*/Pod", "*/v1/Pod", "*/*/Pod", "*/*/*":
			return true
		}
		return false
	})
}

// kyvernoException is a PolicyException of either group.
type kyvernoException struct {
	Spec struct {
		Exceptions []struct {
			PolicyName string `json:"policyName,omitempty"`
		} `json:"exceptions,omitempty"`
		PolicyRefs []struct {
			Name string `json:"name,omitempty"`
		} `json:"policyRefs,omitempty"`
	} `json:"spec"`
}

func extractKyvernoException(obj runtime.Object) ([]any, error) {
	var e kyvernoException
	u, err := adapter.Decode(obj, &e)
	if err != nil {
		return nil, err
	}
	out := &facts.AdmissionException{Ref: adapter.RefOf(u), Engine: facts.EngineKyverno}
	for _, x := range e.Spec.Exceptions {
		out.Policies = append(out.Policies, x.PolicyName)
	}
	for _, x := range e.Spec.PolicyRefs {
		out.Policies = append(out.Policies, x.Name)
	}
	return []any{out}, nil
}
