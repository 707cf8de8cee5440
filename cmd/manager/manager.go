package main

import (
	"fmt"
	"os"

	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/controller"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
)

// The rights that the metrics endpoint and leader election need are in config/rbac, in roles of their own.

const (
	defaultNamespace = "tilsyn-system"
	namespaceFile    = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"
)

// manager wires the operator.
func (o *options) manager() (manager.Manager, error) {
	config, err := o.config()
	if err != nil {
		return nil, fmt.Errorf("cannot tell how to reach the cluster, use --kubeconfig: %w", err)
	}
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	m, err := ctrl.NewManager(config, manager.Options{
		Scheme:                        scheme,
		NewClient:                     uncached,
		Metrics:                       o.metrics(),
		HealthProbeBindAddress:        o.probeAddress,
		LeaderElection:                o.leaderElect,
		LeaderElectionID:              controller.Name,
		LeaderElectionNamespace:       o.namespace(),
		LeaderElectionReleaseOnCancel: true, // nothing is written after the manager stops
	})
	if err != nil {
		return nil, err
	}
	if err := m.AddHealthzCheck("ping", healthz.Ping); err != nil {
		return nil, err
	}
	kinds := gather.Kinds()
	return m, controller.Register(m, controller.Options{
		Controls: catalog.All(), Kinds: kinds, Store: gather.NewStore(kinds), Heartbeat: o.heartbeat, ReportAPI: o.reportAPI,
		Version: version, Registry: metrics.Registry,
	})
}

// uncached makes a client that asks the API server: what the operator needs to know of objects are facts, gathered without
// informers, and a cache would keep every object a second time.
func uncached(config *rest.Config, options client.Options) (client.Client, error) {
	options.Cache = nil
	return client.New(config, options)
}

func (o *options) metrics() metricsserver.Options {
	m := metricsserver.Options{BindAddress: o.metricsAddress, SecureServing: o.metricsSecure, CertDir: o.metricsCertificates}
	if o.metricsSecure {
		m.FilterProvider = authorised
	}
	return m
}

func (o *options) config() (*rest.Config, error) {
	if o.kubeconfig == "" {
		if config, err := rest.InClusterConfig(); err == nil {
			return unthrottled(config), nil
		}
	}
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = o.kubeconfig
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, nil).ClientConfig()
	if err != nil {
		return nil, err
	}
	return unthrottled(config), nil
}

// unthrottled leaves it to the API server to limit requests, which it does more fairly than a client can.
func unthrottled(config *rest.Config) *rest.Config {
	config.QPS = -1
	config.UserAgent = "tilsyn-operator/" + version
	return config
}

func (o *options) namespace() string {
	if o.leaseNamespace != "" {
		return o.leaseNamespace
	}
	if own, err := os.ReadFile(namespaceFile); err == nil {
		return string(own)
	}
	return defaultNamespace
}
