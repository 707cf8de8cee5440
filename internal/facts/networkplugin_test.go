package facts

import "testing"

func TestNetworkPluginOf(t *testing.T) {
	for image, want := range map[string]NetworkPlugin{
		"quay.io/cilium/cilium:v1.19.0":                                {Plugin: "cilium", Enforces: Yes, Version: "v1.19.0"},
		"quay.io/cilium/cilium-envoy:v1.30":                            {},
		"quay.io/cilium/operator-generic:v1.19.0":                      {},
		"docker.io/calico/node:v3.32.0":                                {Plugin: "calico", Enforces: Yes, Version: "v3.32.0"},
		"registry.example.org/rancher/mirrored-calico-node:v3.32":      {Plugin: "calico", Enforces: Yes, Version: "v3.32"},
		"ghcr.io/flannel-io/flannel:v0.27.0":                           {Plugin: "flannel", Enforces: No, Version: "v0.27.0"},
		"rancher/mirrored-flannelcni-flannel:v0.20":                    {Plugin: "flannel", Enforces: No, Version: "v0.20"},
		"602401143452.dkr.ecr.eu-north-1.amazonaws.com/amazon-k8s-cni": {Plugin: "aws", Enforces: No},
		"docker.io/kindest/kindnetd:v20250512":                         {Plugin: "kindnet", Enforces: NotKnown, Version: "v20250512"},
		"antrea/antrea-agent-ubuntu:v2.4":                              {Plugin: "antrea", Enforces: Yes, Version: "v2.4"},
		"registry.example.org/aula/node:1":                             {},
		"nginx":                                                        {},
		"":                                                             {},
	} {
		w := &Workload{Daemon: &DaemonStatus{Desired: 3, Ready: 2}, Shape: &PodShape{Containers: []Container{{Image: image}}}}
		got := NetworkPluginOf(w)
		if want.Plugin == "" {
			if got != nil {
				t.Errorf("%s: recognised %+v", image, got)
			}
			continue
		}
		want.Nodes, want.Ready = 3, 2
		if got == nil || *got != want {
			t.Errorf("%s: got %+v, want %+v", image, got, want)
		}
		if w.Daemon = nil; NetworkPluginOf(w) != nil {
			t.Errorf("%s: only what runs on each node is a plugin", image)
		}
	}
}

func TestThePluginThatEnforcesCounts(t *testing.T) {
	w := &Workload{Daemon: &DaemonStatus{}, Shape: &PodShape{Containers: []Container{{Image: "flannel/flannel"}, {Image: "calico/node:v3"}, {Image: "calico/kube-controllers"}}}}
	if p := NetworkPluginOf(w); p == nil || p.Plugin != "calico" || p.Enforces != Yes {
		t.Errorf("got %+v", p)
	}
	w.Shape.Containers[1].Type = ContainerInit
	if p := NetworkPluginOf(w); p == nil || p.Plugin != "flannel" {
		t.Errorf("an init container does not run: got %+v", p)
	}
}
