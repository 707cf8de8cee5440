package hrd

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/admission"
	"github.com/tilsyn-dev/tilsyn/internal/derive/workload"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// HRD01 judges what pods may do, and whether admission refuses those that may do more.
var HRD01 = control.Define(control.Meta{
	ID: "HRD-01", Title: "Pods run with restricted rights and the cluster enforces it", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "Every pod template and every running pod meets the required level of the Pod Security Standards, and admission refuses others in the solution's namespaces.",
	Why: "A pod that runs as root, mounts the node or keeps its capabilities takes the node, and with it the data of every solution on it, once somebody breaks into the program. " +
		"Where nothing refuses such pods, the next release or a debug session brings one.",
	NotSeen: "Exemptions by user, runtime class or namespace in the API server's own configuration (attested, type AdmissionExemptions); what native policies, ValidatingPolicies and Rego of Gatekeeper " +
		"demand; whether the pods of a policy engine answer (one that fails closed refuses meanwhile).",
	ISO:  []string{"8.9 Configuration management", "8.27 Secure system architecture and engineering principles"},
	GDPR: []string{"25", "32"},
	Evidence: []string{"pod templates and pods: securityContext of the pod and of all containers, init and ephemeral ones too, host namespaces, volumes, ports, probes; judged by the checks of Pod Security admission itself",
		"Namespace labels pod-security.kubernetes.io/enforce and enforce-version", "flags admission-control-config-file and disable-admission-plugins of kube-apiserver where its static pods are seen",
		"Kyverno ClusterPolicy and Policy (validate.podSecurity), PolicyException, ValidatingPolicy; Gatekeeper ConstraintTemplate; ValidatingAdmissionPolicy with bindings",
		"ValidatingWebhookConfiguration failurePolicy, namespaceSelector, objectSelector, rules", "Attestation AdmissionExemptions"},
	Reasons: hrd01Reasons(),
}, control.Parameters[hrd01]{Defaults: hrd01Defaults, Validate: func(p hrd01, _ control.Levels) error {
	if p.Level != levelBaseline && p.Level != levelRestricted {
		return errors.New("level: must be baseline or restricted")
	}
	return nil
}}, control.Rules[hrd01]{Namespace: &control.NamespaceRule[hrd01]{
	Needs: append(admission.Needs(), control.Needs[facts.Namespace](), control.Sees[facts.Workload](), control.Sees[facts.Pod](), control.Sees[facts.Owner](),
		control.SeesAll[facts.APIServer]()),
	Begin: func(in control.EnvironmentInput, p *hrd01) func(control.NamespaceInput, []control.Result) []control.Result {
		return (&securityJudge{EnvironmentInput: in, p: p}).namespace
	},
	None: control.NotApplicable(control.ReasonNoWorkloads),
}})

// Levels of the Pod Security Standards.
const (
	levelBaseline   = "baseline"
	levelRestricted = "restricted"
)

// hrd01 are the parameters of HRD-01.
type hrd01 struct {
	// Level of the Pod Security Standards: baseline or restricted.
	Level string `json:"level"`
	// Enforce: admission refuses pods that break the level.
	Enforce bool `json:"enforce"`
	// FailClosed: a policy engine that does not answer lets nothing pass.
	FailClosed bool `json:"failClosed"`
}

func hrd01Defaults(l control.Levels) hrd01 {
	p := hrd01{Level: levelBaseline, Enforce: control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityInternal)}
	if control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential) {
		p.Level, p.FailClosed = levelRestricted, true
	}
	return p
}

type securityJudge struct {
	control.EnvironmentInput
	p *hrd01
}

func (j *securityJudge) namespace(in control.NamespaceInput, out []control.Result) []control.Result {
	if j.Environment.Platform.OwnsNamespace(in.Namespace) {
		return append(out, control.NotApplicable("PlatformNamespace").On(namespaceRef(in.Namespace)))
	}
	missing := unseen(in.Facts)
	out = j.workloads(in, len(missing) == 0, out)
	r := j.enforcement(in)
	if len(missing) > 0 && r.Verdict != v1alpha1.VerdictFail {
		r = control.Unreadable(missing...) // what runs may be another than what is written
	}
	return append(out, r.On(namespaceRef(in.Namespace)))
}

// workloads judges templates and the pods that run. Where not all pods are seen, only what breaks the level is said.
func (j *securityJudge) workloads(in control.NamespaceInput, whole bool, out []control.Result) []control.Result {
	at, first := map[facts.Ref]int{}, len(out)
	for _, w := range facts.ListIn[facts.Workload](in.Facts, in.Namespace) {
		r := j.template(w)
		switch i, known := at[w.Ref]; {
		case w.Finished:
		case !known:
			at[w.Ref] = len(out)
			out = append(out, r)
		case control.Worse(r.Verdict, out[i].Verdict):
			out[i] = r
		}
	}
	roots := workload.RootsIn(in.Facts, in.Namespace)
	for _, pod := range facts.ListIn[facts.Pod](in.Facts, in.Namespace) {
		broken := j.broken(pod.Shape)
		if len(broken) == 0 || pod.Phase.Ended() {
			continue
		}
		root := roots.Of(pod)
		r := control.Fail("PodBreaksLevel", "pod", pod.Name, "namespace", pod.Namespace, "level", j.p.Level, "violations", violations(broken)).
			On(root).Because(facts.Ref{Kind: "Pod", Namespace: pod.Namespace, Name: pod.Name})
		switch i, known := at[root]; {
		case !known:
			at[root] = len(out)
			out = append(out, r)
		case out[i].Verdict != v1alpha1.VerdictFail:
			out[i] = r
		}
	}
	if whole {
		return out
	}
	return append(out[:first], slices.DeleteFunc(out[first:], func(r control.Result) bool { return r.Verdict == v1alpha1.VerdictPass })...)
}

func (j *securityJudge) template(w *facts.Workload) control.Result {
	if w.Unread {
		return templateUnread(w)
	}
	if broken := j.broken(w.Shape); len(broken) > 0 {
		return control.Fail("BreaksLevel", "level", j.p.Level, "violations", violations(broken)).On(w.Ref).At(field(w, ""))
	}
	return control.Pass("MeetsLevel").On(w.Ref)
}

func (j *securityJudge) broken(s *facts.PodShape) []facts.SecurityViolation {
	switch {
	case s == nil || s.Security == nil:
		return nil
	case j.p.Level == levelBaseline:
		return s.Security.Baseline
	default:
		return s.Security.Restricted
	}
}

// violations says what a pod breaks, in the words of Pod Security admission.
func violations(all []facts.SecurityViolation) string {
	parts := make([]string, len(all))
	for i, v := range all {
		parts[i] = v.Reason
		if v.Detail != "" {
			parts[i] += " (" + v.Detail + ")"
		}
	}
	return strings.Join(parts, "; ")
}

// enforcement judges whether admission refuses pods that break the level.
func (j *securityJudge) enforcement(in control.NamespaceInput) control.Result {
	if !j.p.Enforce {
		return control.NotApplicable("EnforcementNotRequired")
	}
	ns := facts.Get[facts.Namespace](in.Facts, "", in.Namespace)
	if ns == nil {
		return control.Unknown(control.ReasonNotObservable, "source", "namespace "+in.Namespace)
	}
	label, missing := admission.LabelOf(ns), admission.Incomplete(in.Facts)
	policy := admission.Look(in.Facts, ns, j.check(), !j.p.FailClosed, nil)
	args := []string{"namespace", ns.Name, "level", j.p.Level, "policy", policy.Policy.String(), "detail", policy.Detail, "version", label.Version, "newest", label.Newest}
	const at = "metadata.labels[pod-security.kubernetes.io/enforce]"
	switch {
	case policy.Standing == admission.Enforced && len(missing) == 0:
		return control.Pass("EnforcedByPolicy", args...).Because(policy.Policy)
	case label.Covers(j.p.Level) && !label.Old:
		return j.exemptions(in, args)
	case len(missing) > 0:
		return control.Unreadable(missing...)
	case policy.Standing == admission.NotRead:
		return control.Unknown("PolicyNotRead", args...).At(at).Because(policy.Policy)
	case label.Covers(j.p.Level):
		return control.Fail("VersionPinned", args...).At("metadata.labels[pod-security.kubernetes.io/enforce-version]")
	case policy.Standing == admission.FailsOpen:
		return control.Fail("FailsOpen", args...).Because(policy.Policy)
	case policy.Standing != admission.None:
		return control.Fail("PolicyNotInForce", args...).At(at).Because(policy.Policy)
	case label.Level != "":
		return control.Fail("LabelTooWeak", append(args, "enforced", label.Level)...).At(at)
	}
	return control.Fail("NotEnforced", args...).At(at)
}

func (j *securityJudge) check() facts.PolicyCheck {
	if j.p.Level == levelBaseline {
		return facts.CheckPodSecurityBaseline
	}
	return facts.CheckPodSecurityRestricted
}

// exemptions judges a namespace whose label enforces the level: the API server's own configuration can switch that off, for
// everybody or for some.
func (j *securityJudge) exemptions(in control.NamespaceInput, args []string) control.Result {
	servers := facts.List[facts.APIServer](in.Facts)
	configured := len(servers) == 0
	for _, s := range servers {
		if off := strings.Split(s.Flags["disable-admission-plugins"], ","); slices.Contains(off, "PodSecurity") {
			return control.Fail("PluginDisabled", append(args, "server", s.Name)...).Because(facts.Ref{Kind: "Pod", Namespace: s.Namespace, Name: s.Name})
		}
		configured = configured || s.Flags["admission-control-config-file"] != ""
	}
	missing := facts.Incomplete[facts.APIServer](in.Facts)
	if !configured && len(missing) == 0 {
		return control.Pass("EnforcedByLabel", args...)
	}
	attested, changes := control.InForce(j.Environment.Attestations, v1alpha1.AttestAdmissionExemptions, j.Now)
	for _, a := range attested {
		from, _, _ := control.AttestationSpan(a)
		if ends := from.Add(attestedFor); j.Now.Before(ends) {
			return control.Pass("EnforcedAndAttested", append(args, "attestation", a.Name)...).RestingOn(control.Attested).Until(changes).Until(ends)
		}
	}
	return control.Unknown("ExemptionsNotRead", args...).Until(changes)
}

// attestedFor is the longest that an attestation counts.
const attestedFor = 366 * 24 * time.Hour
