package place

import (
	"fmt"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// ServiceOf reads the name of a Service of the cluster as something in a namespace would: name, name.namespace where there is
// such a namespace, name.namespace.svc and that with the usual domain of clusters. The caller declares the need for
// facts.Namespace.
func ServiceOf(v facts.View, from, host string) (facts.Ref, bool) {
	labels := strings.Split(strings.TrimSuffix(host, ".cluster.local"), ".")
	n := len(labels)
	switch {
	case host == "" || host == "localhost":
		return facts.Ref{}, false
	case n == 1 && labels[0] == host:
		return facts.Ref{Kind: "Service", Namespace: from, Name: host}, from != ""
	case n >= 3 && labels[n-1] == "svc":
		return facts.Ref{Kind: "Service", Namespace: labels[n-2], Name: labels[n-3]}, true
	case n == 2 && labels[0]+"."+labels[1] == host && facts.Get[facts.Namespace](v, "", labels[1]) != nil:
		return facts.Ref{Kind: "Service", Namespace: labels[1], Name: labels[0]}, true
	}
	return facts.Ref{}, false
}

// Lead is where a Service of the cluster leads that does not stand for pods.
type Lead struct {
	Service facts.Ref
	// Hosts and addresses that it leads to.
	Hosts []string
	// Unread says why they are not known, as the end of a sentence.
	Unread string
}

// leadDepth bounds chains of Services of type ExternalName.
const leadDepth = 5

// LeadOf follows the name of a Service that leads somewhere else: by another name (type ExternalName) or by endpoints written
// by hand. ok is false for a Service of pods, which lead.Service then names, for one that does not exist, and for whatever is
// no name of a Service. The caller declares the needs for facts.Namespace and, in all namespaces, facts.ExternalService.
func LeadOf(v facts.View, from, host string) (lead Lead, ok bool) {
	service, named := ServiceOf(v, from, host)
	if !named {
		return Lead{}, false
	}
	lead = follow(v, service, leadDepth)
	return lead, len(lead.Hosts) > 0 || lead.Unread != ""
}

func follow(v facts.View, service facts.Ref, depth int) Lead {
	out := Lead{Service: service}
	if depth == 0 {
		out.Unread = service.String() + " leads from name to name without an end"
		return out
	}
	known := false
	for _, s := range facts.ListIn[facts.ExternalService](v, service.Namespace) {
		if s.Name != service.Name {
			continue
		}
		known = true
		out.Hosts = append(out.Hosts, s.Addresses...)
		if s.Host == "" {
			continue
		}
		host := BareHost(s.Host)
		next, isService := ServiceOf(v, "", host)
		if !isService {
			out.Hosts = append(out.Hosts, host)
			continue
		}
		further := follow(v, next, depth-1)
		if len(further.Hosts) == 0 && further.Unread == "" {
			return Lead{Service: next} // another name for a Service of pods
		}
		out.Hosts, out.Unread = append(out.Hosts, further.Hosts...), further.Unread
	}
	if known && len(out.Hosts) == 0 && out.Unread == "" {
		out.Unread = fmt.Sprintf("%s has no selector, and where it leads is not known", service)
	}
	return out
}
