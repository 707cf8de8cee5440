package net

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// ingress judges each host of an Ingress. TLS of the same host in another Ingress is no TLS of this one.
func (e *entries) ingress(i *facts.Ingress) {
	ref := facts.Ref{Group: "networking.k8s.io", Kind: "Ingress", Namespace: i.Namespace, Name: i.Name}
	if i.DefaultBackend != "" {
		e.judge(&way{ref: ref})
	}
	hosts := make([]string, 0, len(i.Rules))
	for _, r := range i.Rules {
		hosts = append(hosts, r.Host)
	}
	for alias := range strings.SplitSeq(i.Annotations["nginx.ingress.kubernetes.io/server-alias"], ",") {
		if alias = strings.TrimSpace(alias); alias != "" {
			hosts = append(hosts, alias)
		}
	}
	slices.Sort(hosts)
	for _, host := range slices.Compact(hosts) {
		w := &way{ref: ref, host: host, class: e.classOf(i.Class), passes: on(i, "nginx.ingress.kubernetes.io/ssl-passthrough") || on(i, "haproxy.org/ssl-passthrough")}
		for _, t := range i.TLS {
			if len(t.Hosts) == 0 || slices.ContainsFunc(t.Hosts, func(name string) bool { return covers(name, host) }) {
				w.tls = true
				w.secrets = append(w.secrets, i.Namespace+"/"+t.Secret)
			}
		}
		for _, key := range []string{"nginx.ingress.kubernetes.io/ssl-redirect", "haproxy.org/ssl-redirect"} {
			if off(i, key) && !on(i, "nginx.ingress.kubernetes.io/force-ssl-redirect") {
				w.redirect, w.plain = facts.No, "annotation "+key+" switches the redirect off"
			}
		}
		e.judge(w)
	}
}

// classOf completes a class that is not named by the default one.
func (e *entries) classOf(class string) string {
	if class != "" {
		return class
	}
	for _, c := range facts.List[facts.IngressClass](e.in.Facts) {
		if c.Default {
			return c.Name
		}
	}
	return ""
}

func on(i *facts.Ingress, key string) bool  { return strings.EqualFold(i.Annotations[key], "true") }
func off(i *facts.Ingress, key string) bool { return strings.EqualFold(i.Annotations[key], "false") }

// covers tells whether a name of a certificate or a TLS section is good for a host: the same, or a wildcard for one label.
func covers(name, host string) bool {
	name, host = strings.ToLower(name), strings.ToLower(host)
	if rest, wild := strings.CutPrefix(name, "*."); wild {
		_, after, ok := strings.Cut(host, ".")
		return ok && after == rest
	}
	return name == host
}

// route judges a route at every listener that it attaches to.
func (e *entries) route(r *facts.Route) {
	if r.Ref.Group == "route.openshift.io" {
		e.openshift(r)
		return
	}
	for _, p := range r.Parents {
		g := facts.Get[facts.Gateway](e.in.Facts, p.Gateway.Namespace, p.Gateway.Name)
		if g == nil {
			continue // attached to nothing
		}
		for n := range g.Listeners {
			l := &g.Listeners[n]
			if p.Section != "" && p.Section != l.Name || p.Port != 0 && p.Port != l.Port || !carries(l, r.Ref.Kind) {
				continue
			}
			e.listener(r, g, l)
		}
	}
}

// carries tells whether a listener takes routes of a kind.
func carries(l *facts.Listener, kind string) bool {
	switch kind {
	case "HTTPRoute", "GRPCRoute":
		return l.Protocol == "HTTP" || l.Protocol == "HTTPS"
	case "TLSRoute":
		return l.Protocol == "TLS"
	}
	return l.Protocol != "HTTP" && l.Protocol != "HTTPS"
}

func (e *entries) listener(r *facts.Route, g *facts.Gateway, l *facts.Listener) {
	hosts := r.Hosts
	if len(hosts) == 0 || r.Ref.Kind == "TCPRoute" {
		hosts = []string{l.Hostname}
	}
	redirects := len(r.Rules) > 0 && !slices.ContainsFunc(r.Rules, func(x facts.RouteRule) bool { return !x.RedirectsToHTTPS })
	for _, host := range hosts {
		if l.Hostname != "" && host != l.Hostname && !within(l.Hostname, host) {
			continue
		}
		w := &way{ref: r.Ref, host: host, class: g.Class, redirect: facts.Yes, passes: l.Mode == "Passthrough", tls: l.Mode == "Terminate"}
		switch {
		case l.Protocol == "HTTP" && redirects:
			if d := e.declared(host); d == nil {
				e.judge(w)
			}
			continue
		case l.Protocol == "HTTP":
			w.tls, w.redirect, w.plain = true, facts.No, "listener "+l.Name+" of Gateway "+g.Namespace+"/"+g.Name+" serves it"
		}
		w.secrets = append(w.secrets, l.Secrets...)
		if len(w.secrets) == 0 {
			w.secrets = []string{g.Namespace + "/"}
		}
		e.judge(w)
	}
}

// within tells whether a host is below the wildcard of a listener, which stands for any number of labels.
func within(wildcard, host string) bool {
	rest, ok := strings.CutPrefix(strings.ToLower(wildcard), "*")
	return ok && strings.HasSuffix(strings.ToLower(host), rest)
}

// openshift judges a Route. Its certificate stands in the object or is that of the router: neither is read.
func (e *entries) openshift(r *facts.Route) {
	w := &way{ref: r.Ref, class: "openshift-default", tls: r.TLS == "edge" || r.TLS == "reencrypt", passes: r.TLS == "passthrough", redirect: facts.Yes}
	if len(r.Hosts) > 0 {
		w.host = r.Hosts[0]
	}
	if r.Insecure == "Allow" {
		w.redirect, w.plain = facts.No, "insecureEdgeTerminationPolicy is "+cmp.Or(r.Insecure, "None")
	}
	e.judge(w)
}
