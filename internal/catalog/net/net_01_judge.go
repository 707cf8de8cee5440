package net

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/network"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// isolation judges the namespaces of one environment.
type isolation struct {
	env *control.Environment
	p   *net01
}

// space is one namespace with what applies to it.
type space struct {
	*isolation
	name      string
	facts     facts.View
	workloads []*facts.Workload
	policies  []*facts.NetworkPolicy
	foreign   []*facts.PluginPolicy // of dialects that the plugin has effect of, that may select pods here
	ignored   []*facts.PluginPolicy // of other dialects
}

func (i *isolation) judge(in control.NamespaceInput, out []control.Result) []control.Result {
	s := &space{isolation: i, name: in.Namespace, facts: in.Facts, policies: facts.ListIn[facts.NetworkPolicy](in.Facts, in.Namespace)}
	for _, w := range facts.ListIn[facts.Workload](in.Facts, in.Namespace) {
		if !w.Finished && w.Shape != nil {
			s.workloads = append(s.workloads, w)
		}
	}
	on := facts.Ref{Kind: "Namespace", Name: in.Namespace}
	if len(s.workloads) == 0 {
		return append(out, control.NotApplicable("NoPods").On(on))
	}
	s.collect()
	out = append(out, s.verdict().On(on))
	if i.p.ForbidHostNetwork {
		out = s.onHost(out)
	}
	return out
}

// collect finds the policies of plugins that may select pods of the namespace.
func (s *space) collect() {
	seen := plugins(s.facts, s.env.Platform)
	var labels map[string]string
	if ns := facts.Get[facts.Namespace](s.facts, "", s.name); ns != nil {
		labels = ns.Labels
	}
	for _, from := range []string{"", s.name} {
		for _, p := range facts.ListIn[facts.PluginPolicy](s.facts, from) {
			switch {
			case p.Simulated, p.Selects != nil && p.Selects.Namespaces != nil && !network.Matches(p.Selects.Namespaces, lookup(labels, s.name)):
			case !understood(p.Dialect, seen):
				s.ignored = append(s.ignored, p)
			default:
				s.foreign = append(s.foreign, p)
			}
		}
	}
}

// lookup finds labels of a namespace, its name among them even where the API server has not written it.
func lookup(labels map[string]string, name string) network.Lookup {
	return func(key string) (string, bool) {
		if key == nameLabel {
			return name, true
		}
		v, ok := labels[key]
		return v, ok
	}
}

// nameLabel is the label by which the API server names a namespace; nobody can change it.
const nameLabel = "kubernetes.io/metadata.name"

func (s *space) verdict() control.Result {
	directions := []network.Direction{network.Ingress}
	if s.p.EgressDefaultDeny {
		directions = append(directions, network.Egress)
	}
	var missing []string
	who := ""
	for _, d := range directions {
		if open, denied := s.deniedBy(d); !denied {
			missing = append(missing, d.String())
			who = s.who(d, open)
		}
	}
	if len(missing) > 0 {
		return control.Fail("NotDenied", "direction", strings.Join(missing, " and "), "who", who, "ignored", s.withoutEffect(), "namespace", s.name)
	}
	declared := false
	for _, d := range directions {
		r, open, permitted := s.openings(d)
		if open {
			return r
		}
		declared = declared || permitted
	}
	if declared {
		return control.Pass("DeclaredOpen")
	}
	return control.Pass("DeniedByDefault")
}

// deniedBy puts the policies of Kubernetes and of the plugin together: each denies the pods that it selects.
func (s *space) deniedBy(d network.Direction) (open map[string]string, denied bool) {
	var selectors []*metav1.LabelSelector
	for _, p := range s.policies {
		if network.Isolates(p, d) {
			selectors = append(selectors, &p.Pods)
		}
	}
	for _, p := range s.foreign {
		denies := p.DeniesIngress
		if d == network.Egress {
			denies = p.DeniesEgress
		}
		if !denies || p.Selects == nil {
			continue
		}
		if pods := p.Selects.Pods; pods != nil {
			selectors = append(selectors, pods)
		} else {
			selectors = append(selectors, &metav1.LabelSelector{})
		}
	}
	open, found, decided := network.Outside(selectors)
	return open, !found && decided
}

// who names a workload whose pods are open, or the labels that a pod would have to choose.
func (s *space) who(d network.Direction, open map[string]string) string {
	for _, w := range s.workloads {
		if !network.ReachOf(s.policies, d, w.Shape.Labels.Lookup).Isolated {
			return "the pods of " + w.Ref.String()
		}
	}
	if len(open) == 0 {
		return "a pod without labels"
	}
	parts := make([]string, 0, len(open))
	for _, k := range slices.Sorted(maps.Keys(open)) {
		parts = append(parts, k+"="+open[k])
	}
	return "a pod with the labels " + strings.Join(parts, ", ")
}

func (s *space) withoutEffect() string {
	if len(s.ignored) == 0 {
		return ""
	}
	return "; " + s.ignored[0].Ref.String() + " has no effect, because the network plugin that enforces it is not seen"
}

// onHost finds workloads that use the network or ports of nodes, each once.
func (s *space) onHost(out []control.Result) []control.Result {
	seen := map[facts.Ref]bool{}
	for _, w := range s.workloads {
		port := slices.IndexFunc(w.Shape.Ports, func(p facts.PodPort) bool { return p.Host != 0 })
		if seen[w.Ref] || !w.Shape.HostNetwork && port < 0 {
			continue
		}
		seen[w.Ref] = true
		if w.Shape.HostNetwork {
			out = append(out, control.Fail("HostNetwork").On(w.Ref).At(w.TemplatePath+".hostNetwork"))
			continue
		}
		out = append(out, control.Fail("HostPort", "port", strconv.Itoa(int(w.Shape.Ports[port].Host))).On(w.Ref).At(w.TemplatePath+".containers"))
	}
	return out
}
