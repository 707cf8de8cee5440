// Package cluster finds the API server that the user means.
package cluster

import (
	"fmt"

	"github.com/spf13/pflag"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// Flags name a cluster as kubectl does.
type Flags struct {
	Kubeconfig, Context string
	Impersonate         string
}

// Add adds the flags to a command.
func (f *Flags) Add(set *pflag.FlagSet) {
	set.StringVar(&f.Kubeconfig, "kubeconfig", "", "kubeconfig `file` (default: $KUBECONFIG, else ~/.kube/config)")
	set.StringVar(&f.Context, "context", "", "`name` of the context in the kubeconfig (default: the current one)")
	set.StringVar(&f.Impersonate, "as", "", "`user` or service account to read as, for example system:serviceaccount:tilsyn-system:tilsyn-operator")
}

// Given tells whether the user set any of the flags.
func (f *Flags) Given() bool { return f.Kubeconfig != "" || f.Context != "" || f.Impersonate != "" }

// Config reads the kubeconfig.
func (f *Flags) Config(agent string) (*rest.Config, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = f.Kubeconfig
	overrides := &clientcmd.ConfigOverrides{CurrentContext: f.Context, AuthInfo: api.AuthInfo{Impersonate: f.Impersonate}}
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides).ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("no cluster to read: %w", err)
	}
	config.UserAgent = agent
	return config, nil
}
