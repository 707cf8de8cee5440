// Package mesh reads what service meshes say of encryption between workloads: Istio and Linkerd.
package mesh

import (
	"reflect"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// Groups of the resources.
const (
	SecurityGroup   = "security.istio.io"
	NetworkingGroup = "networking.istio.io"
	LinkerdGroup    = "policy.linkerd.io"
)

// Kinds lists the resources read.
func Kinds() []adapter.Kind {
	kind := func(group, name, resource string, extract func(runtime.Object) ([]any, error), prune func(runtime.Object) runtime.Object, versions ...string) adapter.Kind {
		return adapter.Kind{
			GVK: schema.GroupVersionKind{Group: group, Version: versions[0], Kind: name}, Versions: versions[1:], Resource: resource,
			Namespaced: true, Optional: true, Feeds: []reflect.Type{facts.TypeOf[facts.Mesh]()}, Extract: extract, Prune: prune,
		}
	}
	return []adapter.Kind{
		kind(SecurityGroup, "PeerAuthentication", "peerauthentications", extractPeers, adapter.PruneTo[peers](), "v1", "v1beta1"),
		kind(NetworkingGroup, "DestinationRule", "destinationrules", extractDestination, adapter.PruneTo[destination](), "v1", "v1beta1", "v1alpha3"),
		kind(LinkerdGroup, "Server", "servers", extractServer, adapter.PruneTo[server](), "v1beta3", "v1beta2", "v1beta1"),
		kind(LinkerdGroup, "AuthorizationPolicy", "authorizationpolicies", extractAuthorization, adapter.PruneTo[authorization](), "v1alpha1"),
	}
}

type mode struct {
	Mode string `json:"mode,omitempty"`
}

type peers struct {
	Spec struct {
		Selector *struct {
			MatchLabels map[string]string `json:"matchLabels,omitempty"`
		} `json:"selector,omitempty"`
		MTLS          mode            `json:"mtls,omitzero"`
		PortLevelMTLS map[string]mode `json:"portLevelMtls,omitempty"`
	} `json:"spec"`
}

func extractPeers(obj runtime.Object) ([]any, error) {
	var p peers
	u, err := adapter.Decode(obj, &p)
	if err != nil {
		return nil, err
	}
	out := &facts.Mesh{Ref: adapter.RefOf(u), Product: facts.MeshIstio, Mode: p.Spec.MTLS.Mode, CreatedAt: facts.InstantOf(u.GetCreationTimestamp().Time)}
	if out.Mode == "" {
		out.Mode = facts.MeshUnset
	}
	if s := p.Spec.Selector; s != nil && len(s.MatchLabels) > 0 {
		out.Pods = &metav1.LabelSelector{MatchLabels: s.MatchLabels}
	}
	for port, m := range p.Spec.PortLevelMTLS {
		out.PortModes = with(out.PortModes, port, m.Mode)
	}
	return []any{out}, nil
}

type trafficPolicy struct {
	TLS *struct {
		Mode               string `json:"mode,omitempty"`
		InsecureSkipVerify bool   `json:"insecureSkipVerify,omitempty"`
	} `json:"tls,omitempty"`
	PortLevelSettings []struct {
		Port struct {
			Number int `json:"number,omitempty"`
		} `json:"port,omitzero"`
		TLS *struct {
			Mode               string `json:"mode,omitempty"`
			InsecureSkipVerify bool   `json:"insecureSkipVerify,omitempty"`
		} `json:"tls,omitempty"`
	} `json:"portLevelSettings,omitempty"`
}

type destination struct {
	Spec struct {
		Host          string         `json:"host,omitempty"`
		TrafficPolicy *trafficPolicy `json:"trafficPolicy,omitempty"`
		Subsets       []struct {
			Name          string         `json:"name,omitempty"`
			TrafficPolicy *trafficPolicy `json:"trafficPolicy,omitempty"`
		} `json:"subsets,omitempty"`
	} `json:"spec"`
}

// extractDestination gives the TLS mode of a rule, and as modes of ports those of ports and subsets that have their own.
func extractDestination(obj runtime.Object) ([]any, error) {
	var d destination
	u, err := adapter.Decode(obj, &d)
	if err != nil {
		return nil, err
	}
	out := &facts.Mesh{Ref: adapter.RefOf(u), Product: facts.MeshIstio, Hosts: []string{d.Spec.Host}, CreatedAt: facts.InstantOf(u.GetCreationTimestamp().Time)}
	read := func(name string, p *trafficPolicy) {
		if p == nil {
			return
		}
		if p.TLS != nil {
			m := unverified(p.TLS.Mode, p.TLS.InsecureSkipVerify)
			if name == "" {
				out.Mode = m
			} else {
				out.PortModes = with(out.PortModes, name, m)
			}
		}
		for _, s := range p.PortLevelSettings {
			if s.TLS != nil {
				out.PortModes = with(out.PortModes, name+":"+strconv.Itoa(s.Port.Number), unverified(s.TLS.Mode, s.TLS.InsecureSkipVerify))
			}
		}
	}
	read("", d.Spec.TrafficPolicy)
	for _, s := range d.Spec.Subsets {
		read(s.Name, s.TrafficPolicy)
	}
	return []any{out}, nil
}

func unverified(mode string, skip bool) string {
	if skip && mode != "DISABLE" {
		return facts.MeshUnverified
	}
	return mode
}

func with(m map[string]string, key, value string) map[string]string {
	if m == nil {
		m = map[string]string{}
	}
	m[key] = value
	return m
}
