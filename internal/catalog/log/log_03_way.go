package log

import (
	"reflect"
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// way is a binding by which somebody reaches kubelets.
type way struct {
	binding facts.Ref
	subject facts.Subject
}

type waysKey struct{}

var waysLooks = facts.Looks{Everywhere: []reflect.Type{facts.TypeOf[facts.Role](), facts.TypeOf[facts.RoleBinding]()}}

// waysOf lists, in order, who may reach kubelets through nodes/proxy: what they do there, such as running a command in a pod,
// the API server records only as one request to the node. Whoever may do everything is a matter of IAM-01.
func waysOf(v facts.View) []way {
	return facts.DerivedIn(v, waysKey{}, "", waysLooks, func(v facts.View) (out []way) {
		all := facts.List[facts.Role](v)
		open := map[facts.Ref]bool{}
		for _, r := range all {
			if rules := facts.RulesOf(r, all); r.Ref.Namespace == "" && slices.ContainsFunc(rules, reachesKubelets) && !slices.ContainsFunc(rules, everything) {
				open[r.Ref] = true
			}
		}
		for _, b := range facts.ListIn[facts.RoleBinding](v, "") {
			if open[b.Role] {
				for _, s := range b.Subjects {
					out = append(out, way{b.Ref, s})
				}
			}
		}
		return out
	})
}

func reachesKubelets(r facts.Rule) bool {
	r.Names = nil // one node is enough
	return slices.ContainsFunc([]string{"get", "create", "update", "patch", "delete"}, func(verb string) bool { return r.Allows(verb, "", "nodes/proxy", "") })
}

func everything(r facts.Rule) bool {
	return slices.Contains(r.Verbs, "*") && slices.Contains(r.Groups, "*") && slices.Contains(r.Resources, "*") && len(r.Names) == 0
}

// unauditedWay: somebody reaches kubelets and the Platform does not say why.
func (j *auditing) unauditedWay() (control.Result, bool) {
	for _, w := range waysOf(j.in.Facts) {
		if j.explained(w.subject) {
			continue
		}
		name := string(w.subject.Kind) + " " + w.subject.Name
		if w.subject.Namespace != "" {
			name = string(w.subject.Kind) + " " + w.subject.Namespace + "/" + w.subject.Name
		}
		return control.Fail("UnauditedWay", "subject", name, "binding", w.binding.String(), "kind", string(w.subject.Kind), "name", w.subject.Name).Because(w.binding), true
	}
	return control.Result{}, false
}

func (j *auditing) explained(s facts.Subject) bool {
	o := j.in.Platform.Object
	if o == nil || o.Spec.Access == nil {
		return false
	}
	return slices.ContainsFunc(o.Spec.Access.Privileged, func(p v1alpha1.PrivilegedSubject) bool {
		return p.Subject.Kind == string(s.Kind) && p.Subject.Namespace == s.Namespace && p.Subject.Name == s.Name &&
			(slices.Contains(p.Rights, v1alpha1.RightNodeProxy) || slices.Contains(p.Rights, v1alpha1.RightClusterAdmin))
	})
}
