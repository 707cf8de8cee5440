package facts

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// PodSecurity is how a pod template or pod stands to the Pod Security Standards, as k8s.io/pod-security-admission decides it in
// its newest version. The verdict is reached when the object is read; the fields that it rests on are not kept. Equal ones
// share one pointer; nil is a pod that meets the level restricted.
type PodSecurity struct {
	// Baseline are the checks of the level baseline that the pod breaks; empty: it meets the level.
	Baseline []SecurityViolation
	// Restricted are those of the level restricted, which holds every check of baseline that it does not replace by a
	// stricter one; never empty.
	Restricted []SecurityViolation
}

// SecurityViolation is one check that a pod breaks, in the words of Pod Security admission.
type SecurityViolation struct {
	Reason string // for example privileged
	Detail string // for example container "app" must not set securityContext.privileged=true
}

// AdmissionHook is one webhook of a Validating- or MutatingWebhookConfiguration.
type AdmissionHook struct {
	Name     string
	Mutating bool
	// FailsOpen is true where requests pass when the webhook does not answer (failurePolicy Ignore).
	FailsOpen bool
	// Service behind it, zero for a URL; Host is that of the URL.
	Service Ref
	Host    string
	// Rules that it is asked for, in the words of the API: operations, groups, versions, resources.
	Rules []HookRule
	// Namespaces and Objects that it is asked about; nil: all.
	Namespaces, Objects *metav1.LabelSelector
	// Conditions counts matchConditions, which can leave out anything.
	Conditions     int
	TimeoutSeconds int32
}

// HookRule is what an admission hook or policy is asked for.
type HookRule struct {
	Operations, Groups, Versions, Resources []string
}

// AdmissionHooks are the webhooks of one configuration.
type AdmissionHooks struct {
	Ref   Ref
	Hooks []AdmissionHook
	// Conflicted or dead services are seen by their pods; see Service.
}

// AdmissionRules is a policy that an engine of admission enforces on pods, of whatever engine: a ValidatingAdmissionPolicy, a
// policy of Kyverno, an image policy of sigstore, a template of Gatekeeper. One that says nothing of pods gives no fact.
type AdmissionRules struct {
	Ref    Ref
	Engine PolicyEngine
	// FailsOpen is true where the policy says that requests pass when it cannot be evaluated.
	FailsOpen bool
	// Ready as its controller reports it.
	Ready Tristate
	// Rules of the policy about pods, in order.
	Rules []AdmissionRule
}

// AdmissionRule is one rule of a policy about pods.
type AdmissionRule struct {
	// Checks that the rule makes, as far as they are recognised.
	Checks []PolicyCheck
	// Enforces is Yes where a request that breaks it is refused, No where it is only reported.
	Enforces Tristate
	// Namespaces it is about, by label; nil: all. Included and Excluded hold names and patterns with * and ?; nothing
	// included: all.
	Namespaces         *metav1.LabelSelector
	Included, Excluded []string
	// Exceptions is true where subjects, selectors or conditions may leave something out, or where the rule is written in a
	// language that is not read.
	Exceptions bool
	// Images are the patterns of image references that it is about, as written.
	Images []string
}

// AdmissionException lets something pass policies of an engine.
type AdmissionException struct {
	Ref    Ref
	Engine PolicyEngine
	// Policies by name, as the exception writes them: namespace/name for policies of a namespace.
	Policies []string
}

// PolicyEngine names who enforces a policy.
type PolicyEngine string

// Engines of policies.
const (
	EngineNative     PolicyEngine = "ValidatingAdmissionPolicy"
	EngineKyverno    PolicyEngine = "Kyverno"
	EngineGatekeeper PolicyEngine = "Gatekeeper"
	EngineSigstore   PolicyEngine = "sigstore policy-controller"
)

// PolicyCheck is what a policy checks.
type PolicyCheck string

// Checks that are recognised.
const (
	CheckPodSecurityBaseline   PolicyCheck = "PodSecurityBaseline"
	CheckPodSecurityRestricted PolicyCheck = "PodSecurityRestricted"
	CheckImageSource           PolicyCheck = "ImageSource"
	CheckImageDigest           PolicyCheck = "ImageDigest"
	CheckImageSignature        PolicyCheck = "ImageSignature"
	CheckImageProvenance       PolicyCheck = "ImageProvenance"
)

// AdmissionRuleBinding puts a ValidatingAdmissionPolicy in force.
type AdmissionRuleBinding struct {
	Name, Policy        string
	Denies              bool
	Namespaces, Objects *metav1.LabelSelector // nil: all
	HasParameters       bool
}

// APIServer is a kube-apiserver that runs as a static pod of a node, as its flags describe it. Managed control planes show none.
type APIServer struct {
	Namespace, Name, Node string
	Image                 string
	// Flags by name without dashes, only of those that some control knows; a flag that is given twice has its last value.
	Flags map[string]string
}
