package policies

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter/adaptertest"
)

func extract(t *testing.T, text string) ([]any, error) {
	t.Helper()
	return adaptertest.Extract(t, Kinds(), text)
}

const (
	both   = "[{name: r, match: {any: [{resources: {kinds: [Pod]}}]}, validate: {podSecurity: {level: restricted}}}]"
	policy = "{apiVersion: kyverno.io/v1, kind: ClusterPolicy, metadata: {name: p}, spec: "
)

func TestPoliciesAboutPods(t *testing.T) {
	levels := []facts.PolicyCheck{facts.CheckPodSecurityBaseline, facts.CheckPodSecurityRestricted}
	ref := func(group, kind string) facts.Ref { return facts.Ref{Group: group, Kind: kind, Name: "p"} }
	kyverno := func(f func(*facts.AdmissionRules)) *facts.AdmissionRules {
		out := &facts.AdmissionRules{Ref: ref("kyverno.io", "ClusterPolicy"), Engine: facts.EngineKyverno, Rules: []facts.AdmissionRule{{Checks: levels, Enforces: facts.No}}}
		f(out)
		return out
	}
	for sentence, tc := range map[string]struct {
		text string
		want any // nil: no fact
	}{
		"a policy that says nothing of its action only reports": {policy + "{rules: " + both + "}}", kyverno(func(*facts.AdmissionRules) {})},
		"the action of the policy counts where the rule has none": {
			policy + "{validationFailureAction: enforce, failurePolicy: Ignore, rules: " + both + "}, status: {ready: true}}",
			kyverno(func(r *facts.AdmissionRules) { r.Rules[0].Enforces, r.FailsOpen, r.Ready = facts.Yes, true, facts.Yes }),
		},
		"a policy that is off at admission enforces nothing": {
			policy + "{admission: false, validationFailureAction: Enforce, rules: " + both + "}}", kyverno(func(*facts.AdmissionRules) {}),
		},
		"an exclusion by user is more than one of namespaces": {
			policy + "{rules: [{name: r, match: {any: [{resources: {kinds: [Pod], namespaces: ['aula*']}}]}, exclude: {any: [{resources: {namespaces: [tools]}}, {subjects: [{kind: User, name: x}]}]}, validate: {failureAction: Enforce, podSecurity: {level: restricted}}}]}}",
			kyverno(func(r *facts.AdmissionRules) {
				r.Rules[0].Enforces, r.Rules[0].Exceptions, r.Rules[0].Included, r.Rules[0].Excluded = facts.Yes, true, []string{"aula*"}, []string{"tools"}
			}),
		},
		"controls that are excluded from the level are exceptions": {
			policy + "{rules: [{name: r, match: {resources: {kinds: [Pod]}}, validate: {podSecurity: {level: restricted, exclude: [{controlName: Seccomp}]}}}]}}",
			kyverno(func(r *facts.AdmissionRules) { r.Rules[0].Exceptions = true }),
		},
		"a policy about Deployments says nothing of pods": {
			policy + "{rules: [{name: r, match: {any: [{resources: {kinds: [Deployment]}}]}, validate: {podSecurity: {level: restricted}}}]}}", nil,
		},
		"a policy that verifies images names them": {
			policy + "{rules: [{name: r, match: {any: [{resources: {kinds: [Pod]}}]}, verifyImages: [{imageReferences: ['registry.example.org/*'], failureAction: Enforce, attestors: [{entries: []}], attestations: [{type: x}]}]}]}}",
			kyverno(func(r *facts.AdmissionRules) {
				r.Rules[0] = facts.AdmissionRule{Checks: []facts.PolicyCheck{facts.CheckImageSignature, facts.CheckImageProvenance}, Enforces: facts.Yes, Images: []string{"registry.example.org/*"}}
			}),
		},
		"images that need not be verified are an exception": {
			policy + "{rules: [{name: r, match: {any: [{resources: {kinds: [Pod]}}]}, verifyImages: [{imageReferences: ['*'], required: false, failureAction: Enforce, attestors: [{entries: []}]}]}]}}",
			kyverno(func(r *facts.AdmissionRules) {
				r.Rules[0] = facts.AdmissionRule{Checks: []facts.PolicyCheck{facts.CheckImageSignature}, Enforces: facts.Yes, Exceptions: true, Images: []string{"*"}}
			}),
		},
		"an exception names the policies": {
			"{apiVersion: kyverno.io/v2, kind: PolicyException, metadata: {namespace: tools, name: p}, spec: {exceptions: [{policyName: a}, {policyName: n/b}]}}",
			&facts.AdmissionException{Ref: facts.Ref{Group: "kyverno.io", Kind: "PolicyException", Namespace: "tools", Name: "p"}, Engine: facts.EngineKyverno, Policies: []string{"a", "n/b"}},
		},
		"expressions that speak of security contexts are not read": {
			"{apiVersion: policies.kyverno.io/v1, kind: ValidatingPolicy, metadata: {name: p}, spec: {validationActions: [Audit], matchConstraints: {resourceRules: [{resources: [pods]}]}, validations: [{expression: object.spec.securityContext.runAsNonRoot}]}}",
			&facts.AdmissionRules{Ref: ref("policies.kyverno.io", "ValidatingPolicy"), Engine: facts.EngineKyverno, Rules: []facts.AdmissionRule{{Checks: levels, Enforces: facts.No, Exceptions: true}}},
		},
		"expressions that speak of labels are about something else": {
			"{apiVersion: policies.kyverno.io/v1, kind: ValidatingPolicy, metadata: {name: p}, spec: {matchConstraints: {resourceRules: [{resources: [pods]}]}, validations: [{expression: object.metadata.labels}]}}", nil,
		},
		"an image policy of sigstore is about namespaces with its label": {
			"{apiVersion: policy.sigstore.dev/v1beta1, kind: ClusterImagePolicy, metadata: {name: p}, spec: {images: [{glob: 'registry.example.org/**'}], authorities: [{key: {data: x}}]}}",
			&facts.AdmissionRules{Ref: ref("policy.sigstore.dev", "ClusterImagePolicy"), Engine: facts.EngineSigstore, Ready: facts.Yes, Rules: []facts.AdmissionRule{{
				Checks: []facts.PolicyCheck{facts.CheckImageSignature}, Enforces: facts.Yes, Images: []string{"registry.example.org/**"},
				Namespaces: &metav1.LabelSelector{MatchLabels: map[string]string{sigstoreLabel: "true"}},
			}}},
		},
		"one authority that passes everything makes an image policy check nothing": {
			"{apiVersion: policy.sigstore.dev/v1beta1, kind: ClusterImagePolicy, metadata: {name: p}, spec: {images: [{glob: '**'}], authorities: [{key: {data: x}}, {static: {action: pass}}]}}", nil,
		},
		"a template of Gatekeeper's library about what pods may do counts": {
			"{apiVersion: templates.gatekeeper.sh/v1, kind: ConstraintTemplate, metadata: {name: p}, spec: {crd: {spec: {names: {kind: K8sPSPHostNamespace}}}}, status: {created: true}}",
			&facts.AdmissionRules{Ref: ref("templates.gatekeeper.sh", "ConstraintTemplate"), Engine: facts.EngineGatekeeper, Ready: facts.Yes, Rules: []facts.AdmissionRule{{Checks: levels, Exceptions: true}}},
		},
		"a template about labels does not": {
			"{apiVersion: templates.gatekeeper.sh/v1, kind: ConstraintTemplate, metadata: {name: p}, spec: {crd: {spec: {names: {kind: K8sRequiredLabels}}}}}", nil,
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			found, err := extract(t, tc.text)
			if err != nil {
				t.Fatal(err)
			}
			var want []any
			if tc.want != nil {
				want = []any{tc.want}
			}
			if diff := cmp.Diff(want, found); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestAPolicyThatCannotBeReadIsAnError(t *testing.T) {
	if found, err := extract(t, policy+"{rules: all}}"); err == nil {
		t.Errorf("got %v, want an error", found)
	}
}
