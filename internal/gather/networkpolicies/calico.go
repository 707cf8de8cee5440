package networkpolicies

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

type calicoPolicy struct {
	Spec struct {
		Tier                   string       `json:"tier,omitempty"`
		Order                  *float64     `json:"order,omitempty"`
		Selector               string       `json:"selector,omitempty"`
		NamespaceSelector      string       `json:"namespaceSelector,omitempty"`
		ServiceAccountSelector string       `json:"serviceAccountSelector,omitempty"`
		Types                  []string     `json:"types,omitempty"`
		DoNotTrack             bool         `json:"doNotTrack,omitempty"`
		PreDNAT                bool         `json:"preDNAT,omitempty"`
		ApplyOnForward         bool         `json:"applyOnForward,omitempty"`
		Ingress                []calicoRule `json:"ingress,omitempty"`
		Egress                 []calicoRule `json:"egress,omitempty"`
	} `json:"spec"`
}

type calicoRule struct {
	Action      string     `json:"action,omitempty"`
	Protocol    any        `json:"protocol,omitempty"`
	NotProtocol any        `json:"notProtocol,omitempty"`
	Source      calicoPeer `json:"source,omitzero"`
	Destination calicoPeer `json:"destination,omitzero"`
}

type calicoPeer struct {
	Nets              []string `json:"nets,omitempty"`
	NotNets           []string `json:"notNets,omitempty"`
	Selector          string   `json:"selector,omitempty"`
	NotSelector       string   `json:"notSelector,omitempty"`
	NamespaceSelector string   `json:"namespaceSelector,omitempty"`
	ServiceAccounts   *struct {
		Names    []string `json:"names,omitempty"`
		Selector string   `json:"selector,omitempty"`
	} `json:"serviceAccounts,omitempty"`
	Services *struct {
		Name      string `json:"name,omitempty"`
		Namespace string `json:"namespace,omitempty"`
	} `json:"services,omitempty"`
	Domains  []string `json:"domains,omitempty"`
	Ports    []any    `json:"ports,omitempty"`
	NotPorts []any    `json:"notPorts,omitempty"`
}

// extractCalico gives what a policy of Calico does. The tier default holds the policies of Kubernetes too, so that a policy
// there with a low order allows before them just as one of another tier does.
func extractCalico(obj runtime.Object) ([]any, error) {
	var p calicoPolicy
	u, err := adapter.Decode(obj, &p)
	if err != nil {
		return nil, err
	}
	s := &p.Spec
	out := &facts.PluginPolicy{Ref: adapter.RefOf(u), Dialect: facts.DialectCalico, First: s.Tier != "" && s.Tier != "default"}
	if u.GetNamespace() == "" {
		out.Dialect = facts.DialectCalicoGlobal
	}
	if s.Order != nil {
		out.Order = *s.Order
	}
	ingress, egress := slices.Contains(s.Types, "Ingress"), slices.Contains(s.Types, "Egress")
	if len(s.Types) == 0 { // as Calico completes it
		egress = len(s.Egress) > 0
		ingress = len(s.Ingress) > 0 || !egress
	}
	out.Selects = calicoSelection(u.GetNamespace(), s.Selector, s.NamespaceSelector, s.ServiceAccountSelector)
	onPods := !s.DoNotTrack && !s.PreDNAT && !s.ApplyOnForward
	if ingress && onPods {
		out.Rules = append(out.Rules, calicoRules(s.Ingress, false)...)
		out.DeniesIngress = closes(s.Ingress)
	}
	if egress && onPods {
		out.Rules = append(out.Rules, calicoRules(s.Egress, true)...)
		out.DeniesEgress = closes(s.Egress)
	}
	return []any{out}, nil
}

// closes tells whether the pods that a policy selects are denied what its rules leave: the end of a tier denies, unless a
// rule hands everything over to the next one.
func closes(rules []calicoRule) bool {
	return !slices.ContainsFunc(rules, func(r calicoRule) bool { return strings.EqualFold(r.Action, "Pass") })
}

func calicoRules(rules []calicoRule, egress bool) (out []facts.PluginRule) {
	for i := range rules {
		r := &rules[i]
		action := facts.PolicyAction(r.Action)
		if action != facts.PolicyAllow && action != facts.PolicyDeny && action != facts.PolicyPass {
			continue // Log
		}
		peer, other := r.Source, r.Destination
		if egress {
			peer, other = r.Destination, r.Source
		}
		f := facts.PluginRule{Egress: egress, Action: action}
		calicoPeerOf(&f, &peer)
		f.Ports = calicoPorts(r)
		// What narrows the rule in ways that are not read leaves an allowance wide and a denial without effect.
		narrowed := len(other.Nets)+len(other.NotNets)+len(other.NotPorts) > 0 || other.Selector != "" || r.NotProtocol != nil || len(r.Destination.NotPorts) > 0
		if narrowed && action == facts.PolicyDeny {
			f.Unread, f.Everything = true, false
		}
		out = append(out, f)
		if f.Everything && !f.Unread && len(f.Ports) == 0 && r.Protocol == nil {
			break // nothing after it is reached
		}
	}
	return out
}

func calicoPeerOf(f *facts.PluginRule, p *calicoPeer) {
	for _, n := range p.Nets {
		block(f, n, p.NotNets)
	}
	f.Names = p.Domains
	selects := p.Selector != "" || p.NotSelector != "" || p.NamespaceSelector != "" || p.ServiceAccounts != nil || p.Services != nil
	if selects && len(p.Nets) == 0 {
		f.InCluster = p.Services != nil || p.NamespaceSelector != "global()"
		f.Unread = p.NamespaceSelector == "global()" || p.NotSelector != ""
		if p.NamespaceSelector == "all()" || p.Selector == "all()" && p.NamespaceSelector == "" {
			f.Entities = append(f.Entities, entityCluster)
		}
	}
	if !selects && len(p.Nets)+len(p.Domains) == 0 {
		f.Everything = true // even without some: notNets
		f.Except = append(f.Except, p.NotNets...)
	}
}

func calicoPorts(r *calicoRule) (out []facts.NetworkPort) {
	protocol, _ := r.Protocol.(string)
	for _, p := range r.Destination.Ports {
		switch v := p.(type) {
		case int64:
			out = append(out, facts.NetworkPort{Protocol: protocol, Port: int32(v)})
		case float64:
			out = append(out, facts.NetworkPort{Protocol: protocol, Port: int32(v)})
		case string:
			from, to, isRange := strings.Cut(v, ":")
			end, err := strconv.ParseInt(to, 10, 32)
			if !isRange || err != nil {
				end = 0
			}
			out = append(out, portOf(protocol, from, int32(end)))
		}
	}
	if protocol != "" && len(out) == 0 {
		out = append(out, facts.NetworkPort{Protocol: protocol})
	}
	return out
}

// portOf reads a port by number or name.
func portOf(protocol, port string, end int32) facts.NetworkPort {
	out := facts.NetworkPort{Protocol: cmp.Or(protocol, "TCP"), EndPort: end}
	if n, err := strconv.ParseInt(port, 10, 32); err == nil {
		out.Port = int32(n)
	} else {
		out.Name = port
	}
	return out
}

// calicoSelection reads the selectors of a policy, nil where an expression is not understood.
func calicoSelection(namespace, pods, namespaces, accounts string) *facts.PodSelection {
	if accounts != "" && accounts != "all()" {
		return nil
	}
	p, ok := calicoSelector(pods)
	n, ok2 := calicoSelector(namespaces)
	if !ok || !ok2 {
		return nil
	}
	return &facts.PodSelection{Namespace: namespace, Pods: p, Namespaces: n}
}

var (
	calicoIs  = regexp.MustCompile(`^([-./\w]+)\s*(==|!=)\s*(?:'([^']*)'|"([^"]*)")$`)
	calicoIn  = regexp.MustCompile(`^([-./\w]+)\s+(in|not\s+in)\s+\{([^}]*)\}$`)
	calicoHas = regexp.MustCompile(`^(!?)\s*has\(\s*([-./\w]+)\s*\)$`)
)

// calicoSelector reads terms joined by &&. Nil selects everything.
func calicoSelector(text string) (s *metav1.LabelSelector, ok bool) {
	var terms []metav1.LabelSelectorRequirement
	for part := range strings.SplitSeq(text, "&&") {
		part = strings.TrimSpace(part)
		if part == "" && strings.TrimSpace(text) == "" || part == "all()" {
			continue
		}
		term, ok := calicoTerm(part)
		if !ok {
			return nil, false
		}
		if term.Key == "projectcalico.org/orchestrator" {
			continue // every pod has it
		}
		if term.Key == "projectcalico.org/name" {
			term.Key = labelNamespace
		}
		terms = append(terms, term)
	}
	if len(terms) == 0 {
		return nil, true
	}
	return &metav1.LabelSelector{MatchExpressions: terms}, true
}

func calicoTerm(part string) (out metav1.LabelSelectorRequirement, ok bool) {
	if m := calicoIs.FindStringSubmatch(part); m != nil {
		out = metav1.LabelSelectorRequirement{Key: m[1], Operator: metav1.LabelSelectorOpIn, Values: []string{m[3] + m[4]}}
		if m[2] == "!=" {
			out.Operator = metav1.LabelSelectorOpNotIn
		}
		return out, true
	}
	if m := calicoHas.FindStringSubmatch(part); m != nil {
		out = metav1.LabelSelectorRequirement{Key: m[2], Operator: metav1.LabelSelectorOpExists}
		if m[1] == "!" {
			out.Operator = metav1.LabelSelectorOpDoesNotExist
		}
		return out, true
	}
	m := calicoIn.FindStringSubmatch(part)
	if m == nil {
		return out, false
	}
	out = metav1.LabelSelectorRequirement{Key: m[1], Operator: metav1.LabelSelectorOpIn}
	if m[2] != "in" {
		out.Operator = metav1.LabelSelectorOpNotIn
	}
	for v := range strings.SplitSeq(m[3], ",") {
		out.Values = append(out.Values, strings.Trim(strings.TrimSpace(v), `'"`))
	}
	return out, true
}
