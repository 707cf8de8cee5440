package collectors

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// ciliumKeys are what is read of the ConfigMap cilium-config.
var ciliumKeys = []string{"enable-policy", "enable-wireguard", "enable-ipsec", "policy-audit-mode"}

// nginxKeys are what is read of the ConfigMap of ingress-nginx, which is known by one of them alone: its name is anybody's.
var nginxKeys = []string{"ssl-protocols", "ssl-redirect", "hsts"}

func isPluginKey(cm *corev1.ConfigMap, key string) bool {
	return cm.Name == "cilium-config" && slices.Contains(ciliumKeys, key) || slices.Contains(nginxKeys, key)
}

// settingsOf gives what a ConfigMap of ingress-nginx says of TLS, nil where there is no such key.
func settingsOf(cm *corev1.ConfigMap) *facts.ControllerSettings {
	var out *facts.ControllerSettings
	for _, key := range nginxKeys {
		text, ok := cm.Data[key]
		if !ok {
			continue
		}
		if out == nil {
			out = &facts.ControllerSettings{Ref: facts.Ref{Kind: "ConfigMap", Namespace: cm.Namespace, Name: cm.Name}, Product: "ingress-nginx", Settings: map[string]string{}}
		}
		out.Settings[key] = setting(key, text)
	}
	return out
}

// setting keeps the versions of a list of TLS versions and one word of everything else.
func setting(key, text string) string {
	if key != "ssl-protocols" {
		return plain(text)
	}
	versions := slices.DeleteFunc(strings.Fields(text), func(v string) bool {
		return !slices.Contains([]string{"SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}, v)
	})
	return strings.Join(versions, " ")
}

// plain gives the value of a setting that is one word, and nothing of what is none.
func plain(text string) string {
	switch text = strings.ToLower(strings.TrimSpace(text)); text {
	case "true", "false", "default", "always", "never":
		return text
	}
	return "other"
}

// pluginOf gives what the configuration of Cilium says of enforcement and encryption, nil for every other ConfigMap.
func pluginOf(cm *corev1.ConfigMap) *facts.NetworkPlugin {
	if !slices.ContainsFunc(ciliumKeys, func(key string) bool { _, ok := cm.Data[key]; return ok && cm.Name == "cilium-config" }) {
		return nil
	}
	value := func(key string) string {
		text, ok := cm.Data[key]
		if !ok {
			return ""
		}
		return plain(text)
	}
	p := &facts.NetworkPlugin{Ref: facts.Ref{Kind: "ConfigMap", Namespace: cm.Namespace, Name: cm.Name}, Plugin: "cilium", Encrypts: facts.No}
	if value("enable-policy") == "never" || value("policy-audit-mode") == "true" {
		p.Enforces = facts.No
	}
	if value("enable-wireguard") == "true" || value("enable-ipsec") == "true" {
		p.Encrypts = facts.Yes
	}
	return p
}
