// Package gateway reads entry points beyond the Ingress: Gateways and their routes, and Routes of OpenShift.
package gateway

import (
	"reflect"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// Groups of the resources.
const (
	Group          = "gateway.networking.k8s.io"
	OpenShiftGroup = "route.openshift.io"
)

// Kinds lists the resources read.
func Kinds() []adapter.Kind {
	routes := []reflect.Type{facts.TypeOf[facts.Route]()}
	kind := func(group, name, resource string, versions ...string) adapter.Kind {
		return adapter.Kind{
			GVK: schema.GroupVersionKind{Group: group, Version: versions[0], Kind: name}, Versions: versions[1:], Resource: resource,
			Namespaced: true, Optional: true, Feeds: routes, Extract: extractRoute, Prune: adapter.PruneTo[route](),
		}
	}
	gateways := kind(Group, "Gateway", "gateways", "v1", "v1beta1")
	gateways.Feeds, gateways.Extract, gateways.Prune = []reflect.Type{facts.TypeOf[facts.Gateway]()}, extractGateway, adapter.PruneTo[gateway]()
	openshift := kind(OpenShiftGroup, "Route", "routes", "v1")
	openshift.Extract, openshift.Prune = extractOpenShift, adapter.PruneTo[openshiftRoute]()
	return []adapter.Kind{
		gateways,
		kind(Group, "HTTPRoute", "httproutes", "v1", "v1beta1"), kind(Group, "GRPCRoute", "grpcroutes", "v1"),
		kind(Group, "TLSRoute", "tlsroutes", "v1", "v1alpha3", "v1alpha2"), kind(Group, "TCPRoute", "tcproutes", "v1alpha2"),
		openshift,
	}
}

type condition struct {
	Type   string `json:"type,omitempty"`
	Status string `json:"status,omitempty"`
}

func state(all []condition, name string) facts.Tristate {
	for _, c := range all {
		switch {
		case c.Type != name:
		case c.Status == "True":
			return facts.Yes
		case c.Status == "False":
			return facts.No
		}
	}
	return facts.NotKnown
}

type gateway struct {
	Spec struct {
		GatewayClassName string     `json:"gatewayClassName,omitempty"`
		Listeners        []listener `json:"listeners,omitempty"`
	} `json:"spec"`
	Status struct {
		Conditions []condition `json:"conditions,omitempty"`
		Addresses  []struct {
			Value string `json:"value,omitempty"`
		} `json:"addresses,omitempty"`
	} `json:"status,omitzero"`
}

type listener struct {
	Name     string `json:"name,omitempty"`
	Hostname string `json:"hostname,omitempty"`
	Port     int32  `json:"port,omitempty"`
	Protocol string `json:"protocol,omitempty"`
	TLS      *struct {
		Mode            string `json:"mode,omitempty"`
		CertificateRefs []struct {
			Namespace string `json:"namespace,omitempty"`
			Name      string `json:"name,omitempty"`
		} `json:"certificateRefs,omitempty"`
	} `json:"tls,omitempty"`
	AllowedRoutes struct {
		Namespaces struct {
			From string `json:"from,omitempty"`
		} `json:"namespaces,omitzero"`
	} `json:"allowedRoutes,omitzero"`
}

func extractGateway(obj runtime.Object) ([]any, error) {
	var g gateway
	u, err := adapter.Decode(obj, &g)
	if err != nil {
		return nil, err
	}
	out := &facts.Gateway{
		Namespace: u.GetNamespace(), Name: u.GetName(), Class: g.Spec.GatewayClassName,
		Accepted: state(g.Status.Conditions, "Accepted"), Programmed: state(g.Status.Conditions, "Programmed"),
	}
	for _, a := range g.Status.Addresses {
		out.Addresses = append(out.Addresses, a.Value)
	}
	for i := range g.Spec.Listeners {
		l := &g.Spec.Listeners[i]
		f := facts.Listener{Name: l.Name, Hostname: l.Hostname, Port: l.Port, Protocol: l.Protocol, Namespaces: l.AllowedRoutes.Namespaces.From}
		if l.TLS != nil {
			if f.Mode = l.TLS.Mode; f.Mode == "" {
				f.Mode = "Terminate"
			}
			for _, c := range l.TLS.CertificateRefs {
				if c.Namespace == "" {
					c.Namespace = out.Namespace
				}
				f.Secrets = append(f.Secrets, c.Namespace+"/"+c.Name)
			}
		}
		if f.Namespaces == "" {
			f.Namespaces = "Same"
		}
		out.Listeners = append(out.Listeners, f)
	}
	return []any{out}, nil
}

type route struct {
	Spec struct {
		Hostnames  []string `json:"hostnames,omitempty"`
		ParentRefs []struct {
			Group       *string `json:"group,omitempty"`
			Kind        string  `json:"kind,omitempty"`
			Namespace   string  `json:"namespace,omitempty"`
			Name        string  `json:"name,omitempty"`
			SectionName string  `json:"sectionName,omitempty"`
			Port        int32   `json:"port,omitempty"`
		} `json:"parentRefs,omitempty"`
		Rules []struct {
			Filters []struct {
				Type            string `json:"type,omitempty"`
				RequestRedirect struct {
					Scheme string `json:"scheme,omitempty"`
				} `json:"requestRedirect,omitzero"`
			} `json:"filters,omitempty"`
			BackendRefs []struct {
				Namespace string `json:"namespace,omitempty"`
				Name      string `json:"name,omitempty"`
			} `json:"backendRefs,omitempty"`
		} `json:"rules,omitempty"`
	} `json:"spec"`
}

func extractRoute(obj runtime.Object) ([]any, error) {
	var r route
	u, err := adapter.Decode(obj, &r)
	if err != nil {
		return nil, err
	}
	out := &facts.Route{Ref: adapter.RefOf(u), Hosts: r.Spec.Hostnames}
	for _, p := range r.Spec.ParentRefs {
		if p.Kind != "" && p.Kind != "Gateway" {
			continue // a Service of a mesh: no entry from outside
		}
		if p.Namespace == "" {
			p.Namespace = out.Ref.Namespace
		}
		out.Parents = append(out.Parents, facts.RouteParent{Gateway: facts.Ref{Group: Group, Kind: "Gateway", Namespace: p.Namespace, Name: p.Name}, Section: p.SectionName, Port: p.Port})
	}
	for _, rule := range r.Spec.Rules {
		var f facts.RouteRule
		for _, b := range rule.BackendRefs {
			if b.Namespace == "" {
				b.Namespace = out.Ref.Namespace
			}
			f.Services = append(f.Services, b.Namespace+"/"+b.Name)
		}
		for _, filter := range rule.Filters {
			f.RedirectsToHTTPS = f.RedirectsToHTTPS || filter.RequestRedirect.Scheme == "https"
		}
		f.RedirectsToHTTPS = f.RedirectsToHTTPS && len(f.Services) == 0
		out.Rules = append(out.Rules, f)
	}
	return []any{out}, nil
}

// openshiftRoute leaves out certificate and key, which may stand in the object.
type openshiftRoute struct {
	Spec struct {
		Host string `json:"host,omitempty"`
		Path string `json:"path,omitempty"`
		To   struct {
			Name string `json:"name,omitempty"`
		} `json:"to,omitzero"`
		TLS *struct {
			Termination                   string `json:"termination,omitempty"`
			InsecureEdgeTerminationPolicy string `json:"insecureEdgeTerminationPolicy,omitempty"`
		} `json:"tls,omitempty"`
	} `json:"spec"`
}

func extractOpenShift(obj runtime.Object) ([]any, error) {
	var r openshiftRoute
	u, err := adapter.Decode(obj, &r)
	if err != nil {
		return nil, err
	}
	out := &facts.Route{Ref: adapter.RefOf(u), Rules: []facts.RouteRule{{Services: []string{u.GetNamespace() + "/" + r.Spec.To.Name}}}}
	if r.Spec.Host != "" {
		out.Hosts = []string{r.Spec.Host}
	}
	if r.Spec.TLS != nil {
		out.TLS, out.Insecure = r.Spec.TLS.Termination, r.Spec.TLS.InsecureEdgeTerminationPolicy
	}
	return []any{out}, nil
}
