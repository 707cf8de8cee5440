package collectors

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// ciliumKeys are what is read of the ConfigMap cilium-config.
var ciliumKeys = []string{"enable-policy", "enable-wireguard", "enable-ipsec", "policy-audit-mode"}

func isPluginKey(cm *corev1.ConfigMap, key string) bool {
	return cm.Name == "cilium-config" && slices.Contains(ciliumKeys, key)
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
