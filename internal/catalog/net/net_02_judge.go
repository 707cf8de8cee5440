package net

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/network"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// declarations are the destinations that a solution declares, with the addresses of the cluster itself.
type declarations struct {
	solution  string
	addresses network.Addresses
	hosts     []string // exact, or a domain with a leading dot
}

func declarationsOf(env *control.Environment) *declarations {
	d := &declarations{solution: env.Solution.Object.Name}
	var ranges []netip.Prefix
	add := func(text string) {
		if p, err := netip.ParsePrefix(text); err == nil {
			ranges = append(ranges, p)
		} else if a, err := netip.ParseAddr(text); err == nil {
			ranges = append(ranges, netip.PrefixFrom(a, a.BitLen()))
		}
	}
	for _, r := range networkOf(env.Platform).ClusterRanges {
		add(r)
	}
	for _, e := range env.Solution.Object.Spec.ExternalEndpoints {
		add(e.Host)
		d.hosts = append(append(d.hosts, e.Host), e.Hosts...)
		for _, a := range e.Addresses {
			add(a)
		}
	}
	d.addresses = network.AddressesOf(ranges...)
	return d
}

// knows tells whether a host, or every host of a pattern with *, is declared.
func (d *declarations) knows(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	rest, wild := strings.CutPrefix(host, "*")
	for _, known := range d.hosts {
		known = strings.ToLower(known)
		switch domain := strings.HasPrefix(known, "."); {
		case strings.Contains(rest, "*"): // in the middle: whatever it stands for
		case wild && domain && strings.HasPrefix(rest, ".") && strings.HasSuffix(rest, known), !wild && domain && strings.HasSuffix(host, known), !wild && host == known:
			return true
		}
	}
	return false
}

// outbound judges the namespaces of one environment.
type outbound struct {
	env   *control.Environment
	p     *net02
	known *declarations
}

func (o *outbound) judge(in control.NamespaceInput, out []control.Result) []control.Result {
	on := facts.Ref{Kind: "Namespace", Name: in.Namespace}
	s := &space{isolation: &isolation{env: o.env}, name: in.Namespace, facts: in.Facts, policies: facts.ListIn[facts.NetworkPolicy](in.Facts, in.Namespace)}
	services := facts.ListIn[facts.ExternalService](in.Facts, in.Namespace)
	pods := slices.ContainsFunc(facts.ListIn[facts.Workload](in.Facts, in.Namespace), func(w *facts.Workload) bool { return !w.Finished })
	switch {
	case !o.p.Required:
		return append(out, control.NotApplicable("NotRequired").On(on))
	case !pods && len(services) == 0:
		return append(out, control.NotApplicable("NoPods").On(on))
	}
	s.collect()
	var found []control.Result
	if _, denied := s.deniedBy(network.Egress); pods && !denied {
		found = append(found, o.fail("NotLimited", on))
	}
	for _, p := range s.policies {
		found = o.policy(p, found)
	}
	for _, p := range s.foreign {
		found = o.plugin(p, found)
	}
	for _, e := range services {
		found = o.service(e, found)
	}
	if len(found) == 0 {
		found = []control.Result{control.Pass("DeclaredOnly").On(on)}
	}
	return append(out, found...)
}

func (o *outbound) args(on facts.Ref, more []string) []string {
	typed := resource(on)
	if on.Namespace != "" {
		typed = "-n " + on.Namespace + " " + typed
	}
	return append([]string{"object", on.String(), "resource", typed, "solution", o.known.solution}, more...)
}

func (o *outbound) fail(r control.Reason, on facts.Ref, more ...string) control.Result {
	return control.Fail(r, o.args(on, more)...).On(on)
}

// policy judges the ranges of a NetworkPolicy, all together: so does the plugin.
func (o *outbound) policy(p *facts.NetworkPolicy, out []control.Result) []control.Result {
	ref := policyRef(p)
	for _, rule := range network.RulesOf(p, network.Egress) {
		if len(rule.Peers) == 0 {
			return append(out, o.fail("Everywhere", ref, "ports", portText(rule.Ports)))
		}
		for _, peer := range rule.Peers {
			if peer.Unread != "" {
				return append(out, control.Unknown("PolicyUnread", o.args(ref, []string{"what", strconv.Quote(peer.Unread)})...).On(ref))
			}
		}
	}
	if what := o.beyond(network.AddressesOfPolicy(p, network.Egress)); what != "" {
		out = append(out, o.fail("NotDeclared", ref, "what", what))
	}
	return out
}

// beyond names the first range that is not declared, and counts the others.
func (o *outbound) beyond(all network.Addresses) string {
	ranges := all.Without(o.known.addresses).Ranges()
	if len(ranges) == 0 {
		return ""
	}
	what := ranges[0].From.String()
	if ranges[0].From != ranges[0].To {
		what += " to " + ranges[0].To.String()
	}
	if len(ranges) > 1 {
		what += " and " + strconv.Itoa(len(ranges)-1) + " more"
	}
	return what
}

func (o *outbound) plugin(p *facts.PluginPolicy, out []control.Result) []control.Result {
	for i := range p.Rules {
		r := &p.Rules[i]
		if !r.Egress || r.Action != facts.PolicyAllow {
			continue
		}
		if r.Everything {
			return append(out, o.fail("Everywhere", p.Ref, "ports", portText(r.Ports)))
		}
		if r.Unread {
			return append(out, control.Unknown("PolicyUnread", o.args(p.Ref, []string{"what", "a group of addresses that is kept elsewhere, or a selector that is not read"})...).On(p.Ref))
		}
		if what := o.beyond(network.AddressesOf(r.Blocks...)); what != "" {
			return append(out, o.fail("NotDeclared", p.Ref, "what", what))
		}
		for _, name := range r.Names {
			if !o.known.knows(name) {
				return append(out, o.fail("NotDeclared", p.Ref, "what", name))
			}
		}
	}
	return out
}

// service judges a Service that leads out of the cluster.
func (o *outbound) service(e *facts.ExternalService, out []control.Result) []control.Result {
	ref := facts.Ref{Kind: "Service", Namespace: e.Namespace, Name: e.Name}
	if e.Host != "" && !strings.Contains(e.Host, ".svc") && !o.known.knows(e.Host) {
		return append(out, o.fail("NotDeclared", ref, "what", e.Host))
	}
	for _, text := range e.Addresses {
		a, err := netip.ParseAddr(text)
		if err == nil && o.known.addresses.Contains(a) || err != nil && o.known.knows(text) {
			continue
		}
		return append(out, o.fail("NotDeclared", ref, "what", text))
	}
	return out
}

// publicResolvers answer names for anybody in the world.
var publicResolvers = []string{"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "149.112.112.112", "208.67.222.222", "208.67.220.220",
	"2001:4860:4860::8888", "2001:4860:4860::8844", "2606:4700:4700::1111", "2606:4700:4700::1001", "2620:fe::fe"}

// judgeDeclarations judges what is declared, one finding for each endpoint, on the environment.
func judgeDeclarations(in control.EnvironmentInput, p *net02) []control.Result {
	if !p.Required || !slices.ContainsFunc(in.Environment.Scope(), func(ns string) bool { return len(facts.ListIn[facts.Workload](in.Facts, ns)) > 0 }) {
		return nil
	}
	var out []control.Result
	known := declarationsOf(in.Environment)
	all := in.Environment.Solution.Object.Spec.ExternalEndpoints
	for i := range all {
		if r, bad := declaration(in, p, known, &all[i]); bad {
			out = append(out, r.On(in.Environment.Ref()).At("spec.externalEndpoints["+all[i].Host+"]").Because(in.Environment.Solution.Ref()))
		}
	}
	return out
}

func declaration(in control.EnvironmentInput, p *net02, known *declarations, e *v1alpha1.ExternalEndpoint) (control.Result, bool) {
	args := func(more ...string) []string {
		return append([]string{"host", e.Host, "solution", known.solution}, more...)
	}
	var missing []string
	if e.Supplier == "" {
		missing = append(missing, "a supplier")
	}
	if e.Country == "" && e.Region == "" {
		missing = append(missing, "a country")
	}
	if len(missing) > 0 {
		return control.Fail("Incomplete", args("what", strings.Join(missing, " and "))...), true
	}
	for _, text := range append(slices.Clone(e.Addresses), e.Host) {
		r, err := netip.ParsePrefix(text)
		if a, addrErr := netip.ParseAddr(text); addrErr == nil {
			r, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			continue
		}
		if slices.ContainsFunc(publicResolvers, func(x string) bool { return network.AddressesOf(r).Contains(netip.MustParseAddr(x)) }) && r.Bits() >= 24 {
			return control.Fail("PublicResolver", args()...), true
		}
		limit := p.MaxCIDR
		if r.Addr().Is6() {
			limit = p.MaxCIDR6
		}
		if r.Bits() < limit && (e.Reason == "" || r.Bits() == 0) {
			return control.Fail("TooWide", args("what", text, "limit", strconv.Itoa(limit))...), true
		}
	}
	if e.Purpose == "Proxy" {
		if r, bad := proxy(in.Environment, known, e, args); bad {
			return r, true
		}
	}
	if !e.Distributed {
		return control.Result{}, false
	}
	attested, changes := control.InForce(in.Environment.Attestations, v1alpha1.AttestStorageLocation, in.Now)
	if slices.ContainsFunc(attested, func(a *v1alpha1.Attestation) bool {
		return strings.EqualFold(a.Spec.Target, e.Host) && len(a.Spec.Countries) > 0
	}) {
		return control.Pass("DeclaredOnly").RestingOn(control.Attested).Until(changes), true
	}
	return control.Unknown("DistributedNotAttested", args()...).Until(changes), true
}

// proxy judges a forward proxy: what it lets through counts as if the pods went there themselves.
func proxy(env *control.Environment, known *declarations, e *v1alpha1.ExternalEndpoint, args func(...string) []string) (control.Result, bool) {
	all := networkOf(env.Platform).Proxies
	at := slices.IndexFunc(all, func(p v1alpha1.OutboundProxy) bool { return strings.EqualFold(p.Host, e.Host) })
	switch {
	case at < 0 || !all[at].Unrestricted && len(all[at].Allows) == 0:
		return control.Unknown("ProxyNotKnown", args()...), true
	case all[at].Unrestricted:
		return control.Fail("ProxyUnrestricted", args()...), true
	}
	for _, host := range all[at].Allows {
		pattern := host
		if strings.HasPrefix(host, ".") {
			pattern = "*" + host
		}
		if !known.knows(pattern) {
			return control.Fail("ProxyAllowsMore", args("what", host)...), true
		}
	}
	return control.Result{}, false
}
