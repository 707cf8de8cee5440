package core

import (
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// apiServerFlags are the flags of kube-apiserver that controls look at. None of them holds a secret.
var apiServerFlags = []string{
	"admission-control-config-file", "allow-privileged", "anonymous-auth", "audit-log-maxage", "audit-log-maxbackup", "audit-log-maxsize",
	"audit-log-mode", "audit-log-path", "audit-policy-file", "audit-webhook-config-file", "audit-webhook-mode", "authentication-config",
	"authentication-token-webhook-config-file", "authorization-config", "authorization-mode", "client-ca-file",
	"disable-admission-plugins", "enable-admission-plugins", "encryption-provider-config", "encryption-provider-config-automatic-reload",
	"feature-gates", "insecure-port", "oidc-client-id", "oidc-groups-claim", "oidc-groups-prefix", "oidc-issuer-url",
	"oidc-username-claim", "oidc-username-prefix", "profiling", "runtime-config", "service-account-extend-token-expiration",
	"service-account-max-token-expiration", "tls-cipher-suites", "tls-min-version", "token-auth-file",
}

// apiServer recognises the mirror pod of a kube-apiserver: what a static pod runs the kubelet's own files say, which nobody
// writes through the API. The name of the program decides, not the image, which may come from any registry.
func apiServer(p *corev1.Pod) bool {
	_, static := p.Annotations[corev1.MirrorPodAnnotationKey]
	return static && p.Namespace == "kube-system" && len(p.Spec.Containers) > 0 && path.Base(program(&p.Spec.Containers[0])) == "kube-apiserver"
}

func program(c *corev1.Container) string {
	if all := slices.Concat(c.Command, c.Args); len(all) > 0 {
		return all[0]
	}
	return ""
}

// flagsOf gives the program and the known flags of an API server, as name=value.
func flagsOf(p *corev1.Pod) []string {
	c := &p.Spec.Containers[0]
	all := slices.Concat(c.Command, c.Args)
	out := []string{all[0]}
	for i := 1; i < len(all); i++ {
		name, value, given := strings.Cut(strings.TrimLeft(all[i], "-"), "=")
		if !strings.HasPrefix(all[i], "-") || !slices.Contains(apiServerFlags, name) {
			continue
		}
		if !given && i+1 < len(all) && !strings.HasPrefix(all[i+1], "-") {
			i++
			value = all[i]
		} else if !given {
			value = "true"
		}
		out = append(out, "--"+name+"="+stripCredentials(value))
	}
	return out
}

func (in *interner) apiServer(p *corev1.Pod) *facts.APIServer {
	if !apiServer(p) {
		return nil
	}
	out := &facts.APIServer{
		Namespace: in.str(p.Namespace), Name: p.Name, Node: in.str(p.Spec.NodeName), Image: in.str(p.Spec.Containers[0].Image), Flags: map[string]string{},
	}
	for _, flag := range flagsOf(p)[1:] {
		name, value, _ := strings.Cut(strings.TrimPrefix(flag, "--"), "=")
		out.Flags[name] = value
	}
	return out
}
