package dpd

import (
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/network"
	"github.com/tilsyn-dev/tilsyn/internal/derive/variables"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// databases judges databases that began as a restore.
func (c *copies) databases() {
	all := facts.List[facts.Database](c.Facts)
	for _, d := range all {
		if d.Recovery == nil || !slices.Contains(c.Environment.Scope(), d.Ref.Namespace) {
			continue
		}
		args := []string{"what", d.Ref.String(), "namespace", d.Ref.Namespace, "resource", "cluster " + d.Ref.Name}
		from, production, known := d.Recovery.Backup.String(), false, !d.Recovery.Backup.IsZero()
		if !known {
			from = "server " + d.Recovery.Server
			for _, o := range all {
				if o != d && o.ServerName != "" && o.ServerName == d.Recovery.Server {
					from, production, known = c.of(o.Ref.Namespace, o.Ref.String(), d.Ref.Namespace)
					if production {
						break
					}
				}
			}
		}
		switch {
		case production:
			c.data(d.Ref, d.CreatedAt, control.Fail("FromProduction", append(args, "source", from, "max", c.text)...).At("spec.bootstrap.recovery"), from)
		case !known:
			c.data(d.Ref, d.CreatedAt, control.Unknown("OriginNotKnown", append(args, "source", from)...).At("spec.bootstrap.recovery"), from)
		}
	}
}

// use is a data store that a workload names.
type use struct {
	by          facts.Ref
	host, field string
}

// usesOf lists the data stores that the workloads of a namespace name.
func usesOf(v facts.View, namespace string) (out []use) {
	for _, w := range facts.ListIn[facts.Workload](v, namespace) {
		if w.Shape == nil || w.Finished {
			continue
		}
		for i := range w.Shape.Containers {
			variables.EachStore(v, namespace, &w.Shape.Containers[i], func(named variables.Variable) {
				for host := range strings.SplitSeq(named.Hosts, ",") {
					if host = hostName(host, namespace); host != "" {
						out = append(out, use{w.Ref, host, named.Field()})
					}
				}
			})
		}
	}
	return out
}

// hostName gives a host without its port, and one of the cluster as service.namespace.svc.
func hostName(host, namespace string) string {
	host = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(host)), ".")
	if name, port, ok := strings.Cut(host, ":"); ok && !strings.Contains(port, ":") {
		host = name
	}
	host = strings.TrimSuffix(host, ".cluster.local")
	switch {
	case host == "" || host == "localhost" || strings.HasPrefix(host, "127."):
		return ""
	case !strings.Contains(host, "."):
		return host + "." + namespace + ".svc"
	case strings.Count(host, ".") == 1 && !strings.HasSuffix(host, ".svc"):
		return host // a service and its namespace, or a domain: both are told by the whole
	}
	return host
}

// serviceOf gives the namespace of a name within the cluster, empty for others.
func (c *copies) serviceOf(host string) string {
	parts := strings.Split(host, ".")
	if len(parts) == 3 && parts[2] == "svc" || len(parts) == 2 && c.production[parts[1]] != "" {
		return parts[1]
	}
	return ""
}

// everybodys are hosts that serve every customer of a cloud, each with stores of its own.
func everybodys(host string) bool {
	return strings.HasPrefix(host, "s3.") || strings.HasPrefix(host, "s3-") || host == "storage.googleapis.com" || strings.HasSuffix(host, ".digitaloceanspaces.com")
}

// storesKey names the namespaces whose stores are gathered.
type storesKey struct{ namespaces string }

// theirs gives the data stores that workloads of production name, and the first that does.
func (c *copies) theirs() map[string]facts.Ref {
	names := c.names
	dependencies := []facts.Dependency{{Type: facts.TypeOf[facts.Workload](), Namespaces: names}, {Type: facts.TypeOf[facts.ConfigHosts](), Namespaces: names}}
	if len(names) == 0 {
		return nil
	}
	return facts.Derived(c.Facts, storesKey{strings.Join(names, ",")}, dependencies, func(v facts.View) map[string]facts.Ref {
		out := map[string]facts.Ref{}
		for _, ns := range names {
			for _, u := range usesOf(v, ns) {
				if by, ok := out[u.host]; !ok || u.by.Compare(by) < 0 {
					out[u.host] = u.by
				}
			}
		}
		return out
	})
}

// stores judges the data stores that workloads name.
func (c *copies) stores() {
	theirs := c.theirs()
	for _, ns := range c.Environment.Scope() {
		if c.production[ns] != "" {
			continue // said of the namespace
		}
		judged := map[facts.Ref]bool{}
		for _, u := range usesOf(c.Facts, ns) {
			args := []string{"what", u.by.String(), "host", u.host, "field", u.field}
			in := c.serviceOf(u.host)
			by, shared := theirs[u.host]
			switch {
			case judged[u.by]:
				continue
			case in != "" && c.production[in] != "":
				c.out = append(c.out, control.Fail("StoreOfProduction", append(args, "source", in)...).On(u.by))
			case shared && !everybodys(u.host):
				c.out = append(c.out, control.Fail("SameStore", append(args, "source", by.String())...).On(u.by))
			default:
				continue
			}
			judged[u.by] = true
		}
	}
}

// entries judges hosts that the environment answers for.
func (c *copies) entries() {
	theirs, ours := map[string]bool{}, map[facts.Ref][]string{}
	for host := range c.hosts {
		theirs[host] = true
	}
	place := func(ref facts.Ref, host string) {
		host = strings.ToLower(host)
		switch {
		case host == "":
		case slices.Contains(c.Environment.Scope(), ref.Namespace):
			ours[ref] = append(ours[ref], host)
		case c.production[ref.Namespace] != "":
			theirs[host] = true
		}
	}
	for _, i := range facts.List[facts.Ingress](c.Facts) {
		ref := facts.Ref{Group: "networking.k8s.io", Kind: "Ingress", Namespace: i.Namespace, Name: i.Name}
		for _, r := range i.Rules {
			place(ref, r.Host)
		}
		if alias := i.Annotations["nginx.ingress.kubernetes.io/server-alias"]; alias != "" {
			for host := range strings.SplitSeq(alias, ",") {
				place(ref, strings.TrimSpace(host))
			}
		}
	}
	for _, r := range facts.List[facts.Route](c.Facts) {
		for _, host := range r.Hosts {
			place(r.Ref, host)
		}
	}
	for ref, hosts := range ours {
		if i := slices.IndexFunc(hosts, func(h string) bool { return theirs[h] }); i >= 0 {
			c.out = append(c.out, control.Fail("HostOfProduction", "what", ref.String(), "host", hosts[i]).On(ref))
		}
	}
}

// policies judges NetworkPolicies that name namespaces of the other side.
func (c *copies) policies() {
	for _, p := range facts.List[facts.NetworkPolicy](c.Facts) {
		ref := facts.Ref{Group: "networking.k8s.io", Kind: "NetworkPolicy", Namespace: p.Namespace, Name: p.Name}
		args := []string{"what", ref.String(), "namespace", p.Namespace, "resource", "networkpolicy " + p.Name}
		switch inside := slices.Contains(c.Environment.Scope(), p.Namespace); {
		case inside && c.production[p.Namespace] == "":
			for ns := range c.production {
				if names(network.RulesOf(p, network.Egress), c.labels(ns), false) {
					c.out = append(c.out, control.Fail("ConnectionAllowed", append(args, "source", "namespace "+c.first(p, network.Egress, false))...).On(ref))
					break
				}
			}
		case !inside && c.production[p.Namespace] != "":
			for _, ns := range c.Environment.Scope() {
				if c.production[ns] == "" && names(network.RulesOf(p, network.Ingress), c.labels(ns), true) {
					c.out = append(c.out, control.Fail("ConnectionAllowed", append(args, "source", "namespace "+p.Namespace)...).On(ref))
					break
				}
			}
		}
	}
}

// first gives the first namespace of production that a policy names.
func (c *copies) first(p *facts.NetworkPolicy, d network.Direction, all bool) (first string) {
	for ns := range c.production {
		if names(network.RulesOf(p, d), c.labels(ns), all) && (first == "" || ns < first) {
			first = ns
		}
	}
	return first
}

func (c *copies) labels(namespace string) network.Lookup {
	if n := facts.Get[facts.Namespace](c.Facts, "", namespace); n != nil {
		return network.LookupIn(n.Labels)
	}
	return network.LookupIn(nil)
}

// names tells whether rules let a namespace through by its labels; a selector of every namespace counts where all is true.
func names(rules []facts.NetworkRule, labels network.Lookup, all bool) bool {
	return slices.ContainsFunc(rules, func(r facts.NetworkRule) bool {
		return slices.ContainsFunc(r.Peers, func(p facts.NetworkPeer) bool {
			return p.Namespaces != nil && (all || !network.IsEmpty(p.Namespaces)) && network.Matches(p.Namespaces, labels)
		})
	})
}
