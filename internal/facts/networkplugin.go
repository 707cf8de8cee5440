package facts

import (
	"path"
	"slices"
	"strings"

	"github.com/distribution/reference"
)

// pluginHint recognises a network plugin by the end of an image repository.
type pluginHint struct {
	plugin string
	// last is the last element of the repository, compared with path.Match; parent, where set, the one before.
	parent, last string
	enforces     Tristate
}

// pluginHints lists what plugins run on each node. What only connects pods does not enforce policies by itself; what can be
// told to enforce and does not say whether it was is not known.
var pluginHints = []pluginHint{
	{"cilium", "cilium", "cilium*", Yes},
	{"cilium", "", "*mirrored-cilium-cilium", Yes},
	{"cilium", "", "hardened-cilium", Yes},
	{"gke", "", "*anetd*", Yes},
	{"calico", "", "*calico-node", Yes},
	{"calico", "calico", "node", Yes},
	{"calico", "", "hardened-calico", Yes},
	{"antrea", "", "antrea-agent-*", Yes},
	{"antrea", "", "antrea-ubuntu", Yes},
	{"kube-router", "", "kube-router", NotKnown}, // --run-firewall may be false
	{"kube-network-policies", "", "kube-network-policies", Yes},
	{"weave", "weaveworks", "weave-npc", Yes},
	{"azure", "", "azure-npm", Yes},
	{"ovn-kubernetes", "", "ovn-kube*", Yes},
	{"kindnet", "", "kindnetd", NotKnown}, // since 2024, and unless it was built without
	{"aws", "", "aws-network-policy-agent", NotKnown},
	{"aws", "", "amazon-k8s-cni", No},
	{"flannel", "", "*flannel", No},
}

// NetworkPluginOf recognises a network plugin by the images of a DaemonSet, nil for everything else. Of several containers
// the one that enforces counts. A name is a hint: a plugin under another name is not recognised.
func NetworkPluginOf(w *Workload) *NetworkPlugin {
	if w == nil || w.Daemon == nil || w.Shape == nil {
		return nil
	}
	var best *NetworkPlugin
	for i := range w.Shape.Containers {
		c := &w.Shape.Containers[i]
		if c.Type != ContainerMain && c.Type != ContainerSidecar {
			continue
		}
		h, version := pluginOf(c.Image)
		if h == nil || best != nil && weight(h.enforces) <= weight(best.Enforces) {
			continue
		}
		best = &NetworkPlugin{Ref: w.Ref, Plugin: h.plugin, Enforces: h.enforces, Version: version, Nodes: w.Daemon.Desired, Ready: w.Daemon.Ready}
	}
	return best
}

func weight(t Tristate) int { return slices.Index([]Tristate{No, NotKnown, Yes}, t) }

func pluginOf(image string) (*pluginHint, string) {
	if !slices.ContainsFunc(pluginHints, func(h pluginHint) bool { return strings.Contains(image, strings.Trim(h.last, "*-")) }) {
		return nil, ""
	}
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return nil, ""
	}
	parent, last := path.Split(named.Name())
	parent = strings.TrimSuffix(parent, "/")
	for i, h := range pluginHints {
		ok, _ := path.Match(h.last, last)
		if !ok || h.parent != "" && parent != h.parent && !strings.HasSuffix(parent, "/"+h.parent) {
			continue
		}
		if h.plugin == "cilium" && h.parent != "" && last != "cilium" && last != "cilium-ci" {
			continue // its operator and envoy enforce nothing
		}
		if t, tagged := named.(reference.Tagged); tagged {
			return &pluginHints[i], t.Tag()
		}
		return &pluginHints[i], ""
	}
	return nil, ""
}
