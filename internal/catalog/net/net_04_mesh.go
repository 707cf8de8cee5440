package net

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/network"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

const (
	injectKey     = "sidecar.istio.io/inject"
	ambientMode   = "istio.io/dataplane-mode"
	linkerdInject = "linkerd.io/inject"
	// istioRoot is where settings of the whole mesh stand.
	istioRoot     = "istio-system"
	linkerdPolicy = "config.linkerd.io/default-inbound-policy"
)

func enabled(inject string) bool { return inject == "enabled" || inject == "ingress" }

// proxyOf names the mesh whose proxy a pod has, by the proxy's name and image; a container that only has the name is none.
func proxyOf(s *facts.PodShape) string {
	for i := range s.Containers {
		c := &s.Containers[i]
		if c.Type != facts.ContainerMain && c.Type != facts.ContainerSidecar {
			continue
		}
		repository, _, _ := strings.Cut(c.Image, "@")
		parent, last := path.Split(repository)
		last, _, _ = strings.Cut(last, ":")
		switch {
		case c.Name == "istio-proxy" && strings.Contains(last, "proxyv2"):
			return facts.MeshIstio
		case c.Name == "linkerd-proxy" && (last == "linkerd-proxy" || last == "proxy" && strings.Contains(parent, "linkerd")):
			return facts.MeshLinkerd
		}
	}
	if s.Annotations["ambient.istio.io/redirection"] == "enabled" {
		return facts.MeshIstio
	}
	return ""
}

// switchedOff names what keeps pods out of a mesh.
func switchedOff(s *facts.PodShape) string {
	if v, _ := s.Labels.Lookup(injectKey); v == "false" {
		return "label " + injectKey + ": false"
	}
	if v, _ := s.Labels.Lookup(ambientMode); v == "none" {
		return "label " + ambientMode + ": none"
	}
	if s.Annotations[injectKey] == "false" {
		return "annotation " + injectKey + ": false"
	}
	if s.Annotations[linkerdInject] == "disabled" {
		return "annotation " + linkerdInject + ": disabled"
	}
	return ""
}

// past finds an annotation that leads traffic past the proxy. Ports of the proxy's own health and metrics hold no data.
func (m *meshed) past(s *facts.PodShape) (annotation, value string) {
	for _, key := range slices.Sorted(maps.Keys(s.Annotations)) {
		value := s.Annotations[key]
		if name, ok := strings.CutPrefix(key, "traffic.sidecar.istio.io/"); ok {
			only := strings.HasPrefix(name, "include") && value != "*"
			if only && (name == "includeInboundPorts" || name == "includeOutboundIPRanges") || strings.HasPrefix(name, "exclude") && ofData(value) {
				return key, value
			}
		}
	}
	for _, key := range []string{"config.linkerd.io/skip-inbound-ports", "config.linkerd.io/skip-outbound-ports", "config.linkerd.io/skip-subnets"} {
		for _, all := range []map[string]string{s.Annotations, m.annotations} {
			if all[key] != "" {
				return key, all[key]
			}
		}
	}
	return "", ""
}

func ofData(value string) bool {
	for p := range strings.SplitSeq(value, ",") {
		if p = strings.TrimSpace(p); p != "" && !slices.Contains([]string{"15020", "15021", "15090"}, p) {
			return true
		}
	}
	return false
}

// istio judges a pod in the mesh by the policy that applies. Without any, connections in clear are taken.
func (m *meshed) istio(s *facts.PodShape) control.Result {
	inOrder := m.applying(s)
	own := inOrder[0]
	mode, by, cause := "PERMISSIVE", "default", facts.Ref{}
	args := []string{"namespace", m.name}
	for _, p := range inOrder {
		if p != nil && p.Mode != facts.MeshUnset {
			mode, by, cause = p.Mode, p.Ref.String(), p.Ref
			break
		}
	}
	if mode != "STRICT" {
		return control.Fail("NotStrict", append(args, "mode", mode, "policy", by)...).Because(cause)
	}
	if own != nil {
		for _, port := range slices.Sorted(maps.Keys(own.PortModes)) {
			if pm := own.PortModes[port]; pm != "STRICT" && pm != facts.MeshUnset && pm != "" {
				return control.Fail("PortException", append(args, "port", port, "mode", pm, "policy", own.Ref.String(), "resource", "peerauthentications.security.istio.io "+own.Ref.Name)...).Because(own.Ref)
			}
		}
	}
	return control.Pass("Encrypted")
}

// applying gives the policies of the workload, of the namespace and of the mesh, each the oldest of its kind, nil for none.
func (m *meshed) applying(s *facts.PodShape) [3]*facts.Mesh {
	var out [3]*facts.Mesh
	older := func(at **facts.Mesh, p *facts.Mesh) {
		if *at == nil || p.CreatedAt < (*at).CreatedAt || p.CreatedAt == (*at).CreatedAt && p.Ref.Compare((*at).Ref) < 0 {
			*at = p
		}
	}
	for _, p := range m.policies("PeerAuthentication") {
		switch {
		case p.Pods != nil && p.Ref.Namespace == m.name && network.Matches(p.Pods, s.Labels.Lookup):
			older(&out[0], p)
		case p.Pods == nil && p.Ref.Namespace == m.name:
			older(&out[1], p)
		case p.Pods == nil:
			older(&out[2], p)
		}
	}
	return out
}

// policies of the namespace and of the root namespace of Istio.
func (m *meshed) policies(kind string) []*facts.Mesh {
	var out []*facts.Mesh
	for _, ns := range []string{m.name, istioRoot} {
		for _, p := range facts.ListIn[facts.Mesh](m.facts, ns) {
			if p.Ref.Kind == kind && (len(out) == 0 || !slices.Contains(out, p)) {
				out = append(out, p)
			}
		}
	}
	return out
}

// authenticated are policies of Linkerd by which clients prove who they are.
var authenticated = []string{"all-authenticated", "cluster-authenticated", "deny"}

// linkerd judges a pod in the mesh: by what its proxy is told, else by annotations.
func (m *meshed) linkerd(s *facts.PodShape) control.Result {
	mode, by := "all-unauthenticated", "default"
	for _, v := range []struct{ mode, by string }{{proxyPolicy(s), "the settings of its proxy"}, {s.Annotations[linkerdPolicy], "annotation " + linkerdPolicy}, {m.annotations[linkerdPolicy], "annotation " + linkerdPolicy + " of the namespace"}} {
		if v.mode != "" {
			mode, by = v.mode, v.by
			break
		}
	}
	if !slices.Contains(authenticated, mode) {
		return control.Fail("LinkerdOpen", "mode", mode, "policy", by, "namespace", m.name)
	}
	var servers []string
	for _, p := range facts.ListIn[facts.Mesh](m.facts, m.name) {
		if p.Ref.Kind != "Server" || p.Pods != nil && !network.Matches(p.Pods, s.Labels.Lookup) {
			continue
		}
		servers = append(servers, "Server/"+p.Ref.Name)
		if !slices.Contains(authenticated, p.Mode) {
			port := strings.Join(slices.Sorted(maps.Keys(p.PortModes)), ", ")
			return control.Fail("PortException", "port", port, "mode", p.Mode, "policy", p.Ref.String(), "namespace", m.name, "resource", "servers.policy.linkerd.io "+p.Ref.Name).Because(p.Ref)
		}
	}
	for _, p := range facts.ListIn[facts.Mesh](m.facts, m.name) {
		if p.Mode != facts.MeshUnauthenticated {
			continue
		}
		target := strings.Join(p.Hosts, "")
		if strings.HasPrefix(target, "Server/") && !slices.Contains(servers, target) {
			continue
		}
		return control.Fail("PortException", "port", "of "+target, "mode", "whoever has the right address", "policy", p.Ref.String(), "namespace", m.name, "resource", "authorizationpolicies.policy.linkerd.io "+p.Ref.Name).Because(p.Ref)
	}
	return control.Pass("Encrypted")
}

func proxyPolicy(s *facts.PodShape) string {
	for i := range s.Containers {
		if c := &s.Containers[i]; c.Name == "linkerd-proxy" {
			return c.Configuration().Settings["LINKERD2_PROXY_INBOUND_DEFAULT_POLICY"]
		}
	}
	return ""
}
