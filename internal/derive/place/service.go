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
	short, whole := strings.CutSuffix(host, ".cluster.local")
	if rest, ok := strings.CutSuffix(short, ".svc"); ok {
		if dot := strings.LastIndexByte(rest, '.'); dot >= 0 {
			name := rest[:dot] // after whatever names a pod of it
			return facts.Ref{Kind: "Service", Namespace: rest[dot+1:], Name: name[strings.LastIndexByte(name, '.')+1:]}, true
		}
	}
	name, ns, dotted := strings.Cut(host, ".")
	switch {
	case whole || host == "" || host == "localhost":
		return facts.Ref{}, false
	case !dotted:
		return facts.Ref{Kind: "Service", Namespace: from, Name: host}, from != ""
	case !strings.Contains(ns, ".") && facts.Get[facts.Namespace](v, "", ns) != nil:
		return facts.Ref{Kind: "Service", Namespace: ns, Name: name}, true
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
