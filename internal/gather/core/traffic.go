package core

import (
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/utils/ptr"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// traffic gives the kinds that let traffic in and out.
func traffic(in *interner) []adapter.Kind {
	return []adapter.Kind{
		typed(networkingv1.GroupName, "v1", "NetworkPolicy", "networkpolicies", 0, in.networkPolicy, pruneNetworkPolicy, feeds[facts.NetworkPolicy]()),
		typed(networkingv1.GroupName, "v1", "Ingress", "ingresses", 0, in.ingress, pruneIngress, feeds[facts.Ingress]()),
		typed(networkingv1.GroupName, "v1", "IngressClass", "ingressclasses", cluster, in.ingressClass, pruneIngressClass, feeds[facts.IngressClass]()),
	}
}

func (in *interner) networkPolicy(p *networkingv1.NetworkPolicy) []any {
	out := &facts.NetworkPolicy{
		Namespace: in.str(p.Namespace), Name: in.str(p.Name), Pods: *p.Spec.PodSelector.DeepCopy(), CreatedAt: facts.InstantOf(p.CreationTimestamp.Time),
	}
	if len(p.Spec.PolicyTypes) == 0 { // as the API server completes it
		out.IsolatesIngress, out.IsolatesEgress = true, len(p.Spec.Egress) > 0
	} else {
		out.IsolatesIngress = slices.Contains(p.Spec.PolicyTypes, networkingv1.PolicyTypeIngress)
		out.IsolatesEgress = slices.Contains(p.Spec.PolicyTypes, networkingv1.PolicyTypeEgress)
	}
	for i := range p.Spec.Ingress {
		out.Ingress = append(out.Ingress, in.networkRule(p.Spec.Ingress[i].From, p.Spec.Ingress[i].Ports))
	}
	for i := range p.Spec.Egress {
		out.Egress = append(out.Egress, in.networkRule(p.Spec.Egress[i].To, p.Spec.Egress[i].Ports))
	}
	return []any{out}
}

func (in *interner) networkRule(peers []networkingv1.NetworkPolicyPeer, ports []networkingv1.NetworkPolicyPort) facts.NetworkRule {
	var out facts.NetworkRule
	for i := range peers {
		out.Peers = append(out.Peers, networkPeer(&peers[i]))
	}
	for i := range ports {
		p := &ports[i]
		port := facts.NetworkPort{Protocol: in.str(string(ptr.Deref(p.Protocol, corev1.ProtocolTCP))), EndPort: ptr.Deref(p.EndPort, 0)}
		if p.Port != nil && p.Port.StrVal != "" {
			port.Name = in.str(p.Port.StrVal)
		} else if p.Port != nil {
			port.Port = p.Port.IntVal
		}
		out.Ports = append(out.Ports, port)
	}
	return out
}

func networkPeer(p *networkingv1.NetworkPolicyPeer) facts.NetworkPeer {
	out := facts.NetworkPeer{Pods: p.PodSelector.DeepCopy(), Namespaces: p.NamespaceSelector.DeepCopy()}
	if p.IPBlock == nil {
		return out
	}
	block, err := netip.ParsePrefix(p.IPBlock.CIDR)
	if err != nil {
		out.Unread = p.IPBlock.CIDR
		return out
	}
	out.Block = block.Masked()
	for _, text := range p.IPBlock.Except {
		except, err := netip.ParsePrefix(text)
		if err != nil {
			out.Unread = text
			continue
		}
		out.Except = append(out.Except, except.Masked())
	}
	return out
}

func pruneNetworkPolicy(p *networkingv1.NetworkPolicy) *networkingv1.NetworkPolicy {
	return &networkingv1.NetworkPolicy{ObjectMeta: meta(&p.ObjectMeta), Spec: p.Spec}
}

// classAnnotation came before spec.ingressClassName.
const classAnnotation = "kubernetes.io/ingress.class"

func (in *interner) ingress(i *networkingv1.Ingress) []any {
	out := &facts.Ingress{
		Namespace: in.str(i.Namespace), Name: in.str(i.Name), Class: in.str(ingressClassOf(i)), Annotations: in.labels(annotations(i.Annotations)),
		CreatedAt: facts.InstantOf(i.CreationTimestamp.Time), Rules: ingressRules(i.Spec.Rules),
	}
	if b := i.Spec.DefaultBackend; b != nil && b.Service != nil {
		out.DefaultBackend = b.Service.Name
	}
	for _, t := range i.Spec.TLS {
		out.TLS = append(out.TLS, facts.IngressTLS{Hosts: slices.Clone(t.Hosts), Secret: t.SecretName})
	}
	for _, l := range i.Status.LoadBalancer.Ingress {
		for _, address := range []string{l.IP, l.Hostname} {
			if address != "" {
				out.Addresses = append(out.Addresses, address)
			}
		}
	}
	return []any{out}
}

func ingressClassOf(i *networkingv1.Ingress) string {
	if c := i.Spec.IngressClassName; c != nil {
		return *c
	}
	return i.Annotations[classAnnotation]
}

func ingressRules(rules []networkingv1.IngressRule) []facts.IngressRule {
	var out []facts.IngressRule
	for _, r := range rules {
		if r.HTTP == nil || len(r.HTTP.Paths) == 0 {
			out = append(out, facts.IngressRule{Host: r.Host})
			continue
		}
		for _, p := range r.HTTP.Paths {
			rule := facts.IngressRule{Host: r.Host, Path: p.Path, PathType: string(ptr.Deref(p.PathType, ""))}
			if s := p.Backend.Service; s != nil {
				rule.Service, rule.Port, rule.PortName = s.Name, s.Port.Number, s.Port.Name
			}
			out = append(out, rule)
		}
	}
	return out
}

func pruneIngress(i *networkingv1.Ingress) *networkingv1.Ingress {
	out := &networkingv1.Ingress{ObjectMeta: meta(&i.ObjectMeta), Spec: i.Spec}
	out.Annotations = annotations(i.Annotations)
	if class := i.Annotations[classAnnotation]; class != "" {
		out.Annotations = with(out.Annotations, classAnnotation, class)
	}
	for _, l := range i.Status.LoadBalancer.Ingress {
		out.Status.LoadBalancer.Ingress = append(out.Status.LoadBalancer.Ingress, networkingv1.IngressLoadBalancerIngress{IP: l.IP, Hostname: l.Hostname})
	}
	return out
}

func (in *interner) ingressClass(c *networkingv1.IngressClass) []any {
	return []any{&facts.IngressClass{
		Name: c.Name, Controller: c.Spec.Controller, Default: c.Annotations[networkingv1.AnnotationIsDefaultIngressClass] == "true",
	}}
}

func pruneIngressClass(c *networkingv1.IngressClass) *networkingv1.IngressClass {
	out := &networkingv1.IngressClass{ObjectMeta: meta(&c.ObjectMeta)}
	out.Spec.Controller = c.Spec.Controller
	if v, there := c.Annotations[networkingv1.AnnotationIsDefaultIngressClass]; there {
		out.Annotations = map[string]string{networkingv1.AnnotationIsDefaultIngressClass: v}
	}
	return out
}

// reachable gives the fact of a Service that is reached from outside, nil of others.
func (in *interner) reachable(s *corev1.Service) *facts.Service {
	outside := s.Spec.Type == corev1.ServiceTypeLoadBalancer || s.Spec.Type == corev1.ServiceTypeNodePort || len(s.Spec.ExternalIPs) > 0
	if !outside {
		return nil
	}
	out := &facts.Service{
		Namespace: in.str(s.Namespace), Name: in.str(s.Name), Type: in.str(string(s.Spec.Type)), Selector: in.named(s.Spec.Selector),
		ExternalIPs: slices.Clone(s.Spec.ExternalIPs), Sources: slices.Clone(s.Spec.LoadBalancerSourceRanges), Internal: internalBalancer(s.Annotations),
	}
	if out.Type == "" {
		out.Type = string(corev1.ServiceTypeClusterIP)
	}
	for _, l := range s.Status.LoadBalancer.Ingress {
		for _, address := range []string{l.IP, l.Hostname} {
			if address != "" {
				out.ExternalIPs = append(out.ExternalIPs, address)
			}
		}
	}
	for _, p := range s.Spec.Ports {
		port := facts.ServicePort{Name: in.str(p.Name), Protocol: in.str(string(p.Protocol)), Port: p.Port, NodePort: p.NodePort}
		if port.Protocol == "" {
			port.Protocol = string(corev1.ProtocolTCP)
		}
		switch {
		case p.TargetPort.StrVal != "":
			port.TargetName = in.str(p.TargetPort.StrVal)
		case p.TargetPort.IntVal != 0:
			port.TargetPort = p.TargetPort.IntVal
		default:
			port.TargetPort = p.Port
		}
		out.Ports = append(out.Ports, port)
	}
	return out
}

// internalAnnotations make a load balancer of a cloud reachable from inside its network only, with these values.
var internalAnnotations = map[string][]string{
	"service.beta.kubernetes.io/aws-load-balancer-internal":          {"true", "0.0.0.0/0"},
	"service.beta.kubernetes.io/aws-load-balancer-scheme":            {"internal"},
	"service.beta.kubernetes.io/azure-load-balancer-internal":        {"true"},
	"networking.gke.io/load-balancer-type":                           {"Internal"},
	"cloud.google.com/load-balancer-type":                            {"Internal"},
	"service.beta.kubernetes.io/openstack-internal-load-balancer":    {"true"},
	"service.beta.kubernetes.io/scw-loadbalancer-private":            {"true"},
	"load-balancer.hetzner.cloud/disable-public-network":             {"true"},
	"service.beta.kubernetes.io/oci-load-balancer-internal":          {"true"},
	"service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type": {"private"},
	"service.beta.kubernetes.io/do-loadbalancer-network":             {"INTERNAL"},
}

func internalBalancer(all map[string]string) facts.Tristate {
	for key, values := range internalAnnotations {
		if v, there := all[key]; there && slices.Contains(values, v) {
			return facts.Yes
		}
	}
	return facts.NotKnown
}

func internalOf(all map[string]string) map[string]string {
	var kept map[string]string
	for key := range internalAnnotations {
		if v, there := all[key]; there {
			kept = with(kept, key, v)
		}
	}
	return kept
}
