package networkpolicies

import (
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

type felixConfiguration struct {
	Spec struct {
		WireguardEnabled   bool `json:"wireguardEnabled,omitempty"`
		WireguardEnabledV6 bool `json:"wireguardEnabledV6,omitempty"`
	} `json:"spec"`
}

// extractFelix gives what the configuration of Calico for every node says of encryption; those of single nodes have other names
// and are left out.
func extractFelix(obj runtime.Object) ([]any, error) {
	var c felixConfiguration
	u, err := adapter.Decode(obj, &c)
	if err != nil || u.GetName() != "default" {
		return nil, err
	}
	out := &facts.NetworkPlugin{Ref: adapter.RefOf(u), Plugin: "calico", Encrypts: facts.No}
	if c.Spec.WireguardEnabled || c.Spec.WireguardEnabledV6 {
		out.Encrypts = facts.Yes
	}
	return []any{out}, nil
}
