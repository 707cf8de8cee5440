// Package admission tells whether what policies demand of pods holds in a namespace.
package admission

import (
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Standing is how a policy stands to the pods of a namespace.
type Standing int

// Standings, the strongest first. NotRead and what is before it leave open that pods are refused.
const (
	// Enforced: pods that break it are refused, also while the engine does not answer.
	Enforced Standing = iota
	// NotRead: something may refuse them that is written in a language that is not read, or that has exceptions.
	NotRead
	// FailsOpen: they are refused while the engine answers.
	FailsOpen
	// NotReady: the engine has not taken the policy up.
	NotReady
	// NoHook: the API server does not ask the engine about pods of the namespace.
	NoHook
	// Excluded: the policy leaves the namespace out.
	Excluded
	// Audit: it only reports.
	Audit
	// None: there is no policy.
	None
)

// Found is the strongest policy that makes a check in a namespace, None where there is none.
type Found struct {
	Standing Standing
	Policy   facts.Ref
	// Detail says what stands in the way.
	Detail string
}

// Needs are what Look looks at.
func Needs() []control.Need {
	return []control.Need{control.Sees[facts.AdmissionRules](), control.Sees[facts.AdmissionRuleBinding](),
		control.SeesAll[facts.AdmissionException](), control.Sees[facts.AdmissionHooks]()}
}

// Incomplete lists the sources without which a policy, or what lets something pass it, may be overlooked.
func Incomplete(v facts.View) []facts.SourceState {
	return slices.Concat(facts.Incomplete[facts.AdmissionRules](v), facts.Incomplete[facts.AdmissionRuleBinding](v),
		facts.Incomplete[facts.AdmissionException](v), facts.Incomplete[facts.AdmissionHooks](v))
}

// Look finds the strongest policy that makes a check of pods in a namespace. image limits it to rules about an image; zero:
// none of the rules is about some images only. Where open is true, one that fails open is as good as any.
func Look(v facts.View, ns *facts.Namespace, check facts.PolicyCheck, open bool, image Image) Found {
	best := Found{Standing: None}
	for _, policies := range [][]*facts.AdmissionRules{facts.ListIn[facts.AdmissionRules](v, ""), facts.ListIn[facts.AdmissionRules](v, ns.Name)} {
		for _, p := range policies {
			for i := range p.Rules {
				r := &p.Rules[i]
				if !slices.Contains(r.Checks, check) || image != nil && !image.matches(p.Engine, r.Images) {
					continue
				}
				f := stands(v, ns, p, r)
				if open && f.Standing == FailsOpen {
					f.Standing = Enforced
				}
				if f.Standing < best.Standing {
					best = f
				}
			}
		}
	}
	return best
}

func stands(v facts.View, ns *facts.Namespace, p *facts.AdmissionRules, r *facts.AdmissionRule) Found {
	found := func(s Standing, detail string) Found { return Found{Standing: s, Policy: p.Ref, Detail: detail} }
	if p.Engine == facts.EngineNative {
		return native(v, ns, p, r)
	}
	switch {
	case r.Enforces == facts.No:
		return found(Audit, "it only reports")
	case len(r.Included) > 0 && !Matches(r.Included, ns.Name):
		return found(Excluded, "it is about other namespaces")
	case Matches(r.Excluded, ns.Name):
		return found(Excluded, "it excludes namespace "+ns.Name)
	case !Selects(r.Namespaces, ns.Labels):
		return found(Excluded, "its namespaceSelector leaves the namespace out: "+metav1.FormatLabelSelector(r.Namespaces))
	case p.Ready == facts.No:
		return found(NotReady, "its status says that it is not ready")
	}
	hook, detail := hookOf(v, ns, p.Engine, r)
	switch {
	case hook > FailsOpen:
		return found(hook, detail)
	case r.Exceptions || r.Enforces == facts.NotKnown:
		return found(NotRead, "it is written in a language that is not read, or leaves out more than namespaces")
	case exempted(v, p.Ref):
		return found(NotRead, "a PolicyException lets something pass")
	case p.Ready == facts.NotKnown:
		return found(NotRead, "it has no status that says that it is ready")
	case hook == NotRead:
		return found(hook, detail)
	case p.FailsOpen:
		return found(FailsOpen, "its failurePolicy is Ignore")
	}
	return found(hook, detail)
}

// native looks at the bindings of a ValidatingAdmissionPolicy, without which it does nothing.
func native(v facts.View, ns *facts.Namespace, p *facts.AdmissionRules, r *facts.AdmissionRule) Found {
	best := Found{Standing: Audit, Policy: p.Ref, Detail: "no binding of it denies"}
	for _, b := range facts.ListIn[facts.AdmissionRuleBinding](v, "") {
		if b.Policy != p.Ref.Name || !b.Denies {
			continue
		}
		if !Selects(r.Namespaces, ns.Labels) || !Selects(b.Namespaces, ns.Labels) {
			best = Found{Standing: Excluded, Policy: p.Ref, Detail: "binding " + b.Name + " leaves the namespace out"}
			continue
		}
		return Found{Standing: NotRead, Policy: p.Ref, Detail: "what its expressions demand is not read"}
	}
	return best
}

// exempted tells whether somebody made an exception from a policy, anywhere.
func exempted(v facts.View, policy facts.Ref) bool {
	name := policy.Name
	if policy.Namespace != "" {
		name = policy.Namespace + "/" + policy.Name
	}
	return slices.ContainsFunc(facts.List[facts.AdmissionException](v), func(e *facts.AdmissionException) bool {
		return slices.Contains(e.Policies, name) || slices.ContainsFunc(e.Policies, func(p string) bool { return strings.ContainsAny(p, "*?") && glob(p, name) })
	})
}

// configurations begins the names of the webhook configurations of the engines.
var configurations = map[facts.PolicyEngine]string{
	facts.EngineKyverno: "kyverno-", facts.EngineGatekeeper: "gatekeeper-", facts.EngineSigstore: "policy.sigstore.dev",
}

// hookOf finds out whether the API server asks an engine about new pods of a namespace: Enforced, NotRead, FailsOpen, Excluded
// or NoHook. Checks of what pods may do are made by validating webhooks, those of images by mutating ones too.
func hookOf(v facts.View, ns *facts.Namespace, engine facts.PolicyEngine, r *facts.AdmissionRule) (Standing, string) {
	best, detail := NoHook, "no webhook of "+string(engine)+" is asked about new pods"
	mutating := !slices.Contains(r.Checks, facts.CheckPodSecurityBaseline)
	for _, c := range facts.ListIn[facts.AdmissionHooks](v, "") {
		if !strings.HasPrefix(c.Ref.Name, configurations[engine]) {
			continue
		}
		for i := range c.Hooks {
			h := &c.Hooks[i]
			if h.Mutating && !mutating || !asksForPods(h) {
				continue
			}
			if s, d := hookStands(h, c.Ref, ns); s < best || best == NoHook {
				best, detail = s, d
			}
		}
	}
	return best, detail
}

func hookStands(h *facts.AdmissionHook, config facts.Ref, ns *facts.Namespace) (Standing, string) {
	switch {
	case !Selects(h.Namespaces, ns.Labels):
		return Excluded, config.String() + ", webhook " + h.Name + ", leaves the namespace out: " + metav1.FormatLabelSelector(h.Namespaces)
	case h.FailsOpen:
		return FailsOpen, config.String() + ", webhook " + h.Name + ", has failurePolicy Ignore"
	case h.Objects != nil || h.Conditions > 0:
		return NotRead, config.String() + ", webhook " + h.Name + ", has an objectSelector or matchConditions"
	}
	return Enforced, ""
}

func asksForPods(h *facts.AdmissionHook) bool {
	return slices.ContainsFunc(h.Rules, func(r facts.HookRule) bool {
		has := func(all []string, wanted ...string) bool {
			return slices.ContainsFunc(all, func(s string) bool { return slices.Contains(wanted, s) })
		}
		return has(r.Operations, "CREATE", "*") && has(r.Groups, "", "*") && has(r.Resources, "pods", "*", "*/*", "pods/*")
	})
}

// Selects tells whether a selector means a namespace with these labels; nil means all. One that is not valid means none.
func Selects(s *metav1.LabelSelector, all map[string]string) bool {
	if s == nil {
		return true
	}
	selector, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && selector.Matches(labels.Set(all))
}

// Matches tells whether some pattern with * and ? means a text.
func Matches(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return glob(p, text) })
}

// glob compares with a pattern in which * is any text, also none, and ? one byte.
func glob(pattern, text string) bool {
	star, at := -1, 0
	p, t := 0, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, at = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			at++
			p, t = star+1, at
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
