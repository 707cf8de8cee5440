package logs

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// outputs lists the outputs of a collector, those of flows behind it included.
func (c *Collector) outputs() []*Output {
	if c.router == nil {
		return nil
	}
	out := slices.Clone(c.router.all())
	if g, ok := c.router.(*graph); ok {
		out = append(out, g.handed...)
	}
	if c.flows != nil {
		for i := range c.flows.all {
			out = append(out, c.flows.all[i].outputs...)
		}
		if c.flows.fallback != nil {
			out = append(out, c.flows.fallback.outputs...)
		}
	}
	return out
}

// connect finds what stands behind the Services that the outputs of a collector send to.
func (p *painter) connect(c *Collector) {
	for _, o := range c.outputs() {
		for i := range o.To {
			d := &o.To[i]
			d.Collector = c.Ref()
			if isLocal(d.Host) && d.Unread == "" {
				d.Unread = fmt.Sprintf("it sends to %s, where something that is not seen takes over", d.Host)
			}
			p.resolve(d, c.Ref().Namespace)
			if d.InCluster {
				d.Store = p.storeBehind(d)
				if d.Store == nil {
					p.hop(o, d, c)
				}
			}
		}
	}
}

// resolve tells a Service of the cluster from a host outside, and follows a Service that leads outside.
func (p *painter) resolve(d *Destination, from string) {
	service, ok := p.serviceOf(d.Host, from)
	if !ok {
		return
	}
	external := p.external[[2]string{service.Namespace, service.Name}]
	d.Service, d.InCluster = service, len(external) == 0
	if d.InCluster {
		return
	}
	d.Called = d.Host
	for _, e := range external {
		d.Hosts = append(d.Hosts, e.Addresses...)
		if e.Host != "" {
			d.Hosts = append(d.Hosts, strings.ToLower(strings.TrimSuffix(e.Host, ".")))
		}
	}
	if len(d.Hosts) == 0 {
		d.Unread = fmt.Sprintf("%s has no selector, and where it leads is not known", service)
		return
	}
	d.Host = d.Hosts[0]
}

// serviceOf reads the name of a Service: name, name.namespace where there is such a namespace, name.namespace.svc and longer.
func (p *painter) serviceOf(host, from string) (facts.Ref, bool) {
	if _, err := netip.ParseAddr(host); err == nil || host == "" || isLocal(host) {
		return facts.Ref{}, false
	}
	// Anybody can own svc.example.org, so a cluster domain other than the usual one is not recognised.
	labels := strings.Split(strings.TrimSuffix(host, ".cluster.local"), ".")
	at := len(labels) - 1
	switch {
	case at >= 2 && labels[at] == "svc":
		return facts.Ref{Kind: "Service", Namespace: labels[at-1], Name: labels[at-2]}, true
	case len(labels) == 1:
		return facts.Ref{Kind: "Service", Namespace: from, Name: host}, true
	case len(labels) == 2 && p.namespaces[labels[1]] != nil:
		return facts.Ref{Kind: "Service", Namespace: labels[1], Name: labels[0]}, true
	}
	return facts.Ref{}, false
}

// storeBehind finds the store that a Service stands for: one in its namespace, if plugin or name tell that it is one.
func (p *painter) storeBehind(d *Destination) *Store {
	var found []*Store
	for _, s := range p.picture.Stores {
		if s.Namespace != d.Service.Namespace {
			continue
		}
		named := slices.ContainsFunc(s.Workloads, func(w facts.Ref) bool { return alike(w.Name, d.Service.Name) })
		if named || strings.Contains(d.Plugin, "loki") || strings.Contains(d.Service.Name, "loki") {
			found = append(found, s)
		}
	}
	switch len(found) {
	case 0:
		return nil
	case 1:
		return found[0]
	}
	for _, s := range found {
		if slices.ContainsFunc(s.Workloads, func(w facts.Ref) bool { return alike(w.Name, d.Service.Name) }) {
			return s
		}
	}
	return &Store{Ref: d.Service, Product: facts.LogLoki, Namespace: d.Service.Namespace,
		Unread: fmt.Sprintf("several stores in namespace %s may stand behind %s", d.Service.Namespace, d.Service)}
}

// alike tells whether a workload and a Service belong together by their names.
func alike(workload, service string) bool {
	return workload == service || strings.HasPrefix(service, workload+"-") || strings.HasPrefix(workload, service+"-")
}

// relays are plugins that send to other collectors; of the first group nothing else understands them.
var (
	onlyRelays = []string{"forward", "vector"}
	mayRelay   = []string{"opentelemetry", "otlp", "otlphttp", "otlp_http", "otlp_grpc", "http", "loadbalancing", "logstash"}
)

// hop finds the collectors behind a Service.
func (p *painter) hop(o *Output, d *Destination, from *Collector) {
	var named, others []*Collector
	for _, c := range p.picture.Collectors {
		if c == from || c.Role != Aggregator || c.Ref().Namespace != d.Service.Namespace {
			continue
		}
		if alike(c.Ref().Name, d.Service.Name) {
			named = append(named, c)
		} else {
			others = append(others, c)
		}
	}
	relays := slices.Contains(onlyRelays, d.Plugin)
	switch {
	case len(named) > 0:
		o.hops = append(o.hops, named...)
	case len(others) > 0 && (relays || slices.Contains(mayRelay, d.Plugin)):
		o.hops = append(o.hops, others...)
	case relays:
		d.Unread = fmt.Sprintf("it hands records over to %s, behind which no collector is recognised", d.Service)
		o.opaqueHop = true
	}
}
