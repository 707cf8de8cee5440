// Package prometheus makes facts of the resources of the Prometheus operator: which alerts there are, who evaluates them, and
// where they go. Secrets with configuration are named and never read.
package prometheus

import (
	"reflect"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// Group is the API group of the Prometheus operator.
const Group = "monitoring.coreos.com"

// Kinds lists the resources read.
func Kinds() []adapter.Kind {
	kind := func(version, kind, resource string, feeds reflect.Type, extract func(runtime.Object) ([]any, error), prune func(runtime.Object) runtime.Object) adapter.Kind {
		return adapter.Kind{GVK: schema.GroupVersionKind{Group: Group, Version: version, Kind: kind}, Resource: resource, Namespaced: true, Optional: true,
			Feeds: []reflect.Type{feeds}, Extract: extract, Prune: prune}
	}
	return []adapter.Kind{
		kind("v1", "PrometheusRule", "prometheusrules", facts.TypeOf[facts.AlertRules](), extractRules, adapter.PruneTo[rules]()),
		kind("v1", "Prometheus", "prometheuses", facts.TypeOf[facts.MetricsServer](), extractServer, adapter.PruneTo[server]()),
		kind("v1", "ThanosRuler", "thanosrulers", facts.TypeOf[facts.MetricsServer](), extractRuler, adapter.PruneTo[ruler]()),
		kind("v1", "Alertmanager", "alertmanagers", facts.TypeOf[facts.AlertManager](), extractManager, adapter.PruneTo[manager]()),
		kind("v1alpha1", "AlertmanagerConfig", "alertmanagerconfigs", facts.TypeOf[facts.AlertRoute](), extractRoute, adapter.PruneTo[config]()),
	}
}

type condition struct {
	Type   string `json:"type,omitempty"`
	Status string `json:"status,omitempty"`
}

// available gives the condition Available; Degraded, when some pods are not ready, is available still.
func available(all []condition) facts.Tristate {
	for _, c := range all {
		switch {
		case c.Type != "Available":
		case c.Status == "True" || c.Status == "Degraded":
			return facts.Yes
		case c.Status == "False":
			return facts.No
		}
	}
	return facts.NotKnown
}

type server struct {
	Spec struct {
		RuleSelector                    *metav1.LabelSelector `json:"ruleSelector,omitempty"`
		RuleNamespaceSelector           *metav1.LabelSelector `json:"ruleNamespaceSelector,omitempty"`
		ServiceMonitorSelector          *metav1.LabelSelector `json:"serviceMonitorSelector,omitempty"`
		ServiceMonitorNamespaceSelector *metav1.LabelSelector `json:"serviceMonitorNamespaceSelector,omitempty"`
		Alerting                        *struct {
			Alertmanagers []struct {
				Namespace        string     `json:"namespace,omitempty"`
				Name             string     `json:"name,omitempty"`
				AlertRelabelings []struct{} `json:"alertRelabelings,omitempty"`
			} `json:"alertmanagers,omitempty"`
		} `json:"alerting,omitempty"`
		AdditionalAlertRelabelConfigs *struct{} `json:"additionalAlertRelabelConfigs,omitempty"`
		AdditionalAlertManagerConfigs *struct{} `json:"additionalAlertManagerConfigs,omitempty"`
		EnforcedNamespaceLabel        string    `json:"enforcedNamespaceLabel,omitempty"`
		Replicas                      *int32    `json:"replicas,omitempty"`
		Paused                        bool      `json:"paused,omitempty"`
		RemoteWrite                   []struct {
			URL string `json:"url,omitempty"`
		} `json:"remoteWrite,omitempty"`
	} `json:"spec"`
	Status struct {
		Conditions []condition `json:"conditions,omitempty"`
	} `json:"status,omitzero"`
}

func extractServer(obj runtime.Object) ([]any, error) {
	var p server
	u, err := adapter.Decode(obj, &p)
	if err != nil {
		return nil, err
	}
	s := &p.Spec
	out := &facts.MetricsServer{
		Ref: adapter.RefOf(u), Rules: s.RuleSelector, RuleNamespaces: s.RuleNamespaceSelector,
		Monitors: s.ServiceMonitorSelector, MonitorNamespaces: s.ServiceMonitorNamespaceSelector,
		Relabels: s.AdditionalAlertRelabelConfigs != nil, OtherAlertManagers: s.AdditionalAlertManagerConfigs != nil,
		NamespaceLabel: s.EnforcedNamespaceLabel, Replicas: replicas(s.Replicas), Paused: s.Paused, Available: available(p.Status.Conditions),
	}
	if s.Alerting != nil {
		for _, m := range s.Alerting.Alertmanagers {
			namespace := m.Namespace
			if namespace == "" {
				namespace = u.GetNamespace()
			}
			out.AlertManagers = append(out.AlertManagers, namespace+"/"+m.Name)
			out.Relabels = out.Relabels || len(m.AlertRelabelings) > 0
		}
	}
	for _, w := range s.RemoteWrite {
		if e, err := adapter.ParseEndpoint(w.URL); err == nil && !slices.Contains(out.RemoteWrite, e.Host) {
			out.RemoteWrite = append(out.RemoteWrite, e.Host)
		}
	}
	return []any{out}, nil
}

// ruler is a ThanosRuler, which names its Alertmanagers by address or in a Secret.
type ruler struct {
	Spec struct {
		RuleSelector           *metav1.LabelSelector `json:"ruleSelector,omitempty"`
		RuleNamespaceSelector  *metav1.LabelSelector `json:"ruleNamespaceSelector,omitempty"`
		AlertmanagersURL       []string              `json:"alertmanagersUrl,omitempty"`
		AlertmanagersConfig    *struct{}             `json:"alertmanagersConfig,omitempty"`
		AlertRelabelConfigs    *struct{}             `json:"alertRelabelConfigs,omitempty"`
		EnforcedNamespaceLabel string                `json:"enforcedNamespaceLabel,omitempty"`
		Replicas               *int32                `json:"replicas,omitempty"`
		Paused                 bool                  `json:"paused,omitempty"`
	} `json:"spec"`
	Status struct {
		Conditions []condition `json:"conditions,omitempty"`
	} `json:"status,omitzero"`
}

func extractRuler(obj runtime.Object) ([]any, error) {
	var r ruler
	u, err := adapter.Decode(obj, &r)
	if err != nil {
		return nil, err
	}
	s := &r.Spec
	return []any{&facts.MetricsServer{
		Ref: adapter.RefOf(u), Rules: s.RuleSelector, RuleNamespaces: s.RuleNamespaceSelector, OtherAlertManagers: len(s.AlertmanagersURL) > 0 || s.AlertmanagersConfig != nil,
		Relabels: s.AlertRelabelConfigs != nil, NamespaceLabel: s.EnforcedNamespaceLabel, Replicas: replicas(s.Replicas), Paused: s.Paused, Available: available(r.Status.Conditions),
	}}, nil
}

// replicas gives the number of replicas; left out it is one.
func replicas(n *int32) int32 {
	if n == nil {
		return 1
	}
	return *n
}

type manager struct {
	Spec struct {
		ConfigSelector            *metav1.LabelSelector `json:"alertmanagerConfigSelector,omitempty"`
		ConfigNamespaceSelector   *metav1.LabelSelector `json:"alertmanagerConfigNamespaceSelector,omitempty"`
		ConfigSecret              string                `json:"configSecret,omitempty"`
		AlertmanagerConfiguration *struct {
			Name string `json:"name,omitempty"`
		} `json:"alertmanagerConfiguration,omitempty"`
		MatcherStrategy struct {
			Type string `json:"type,omitempty"`
		} `json:"alertmanagerConfigMatcherStrategy,omitzero"`
		Replicas *int32 `json:"replicas,omitempty"`
		Paused   bool   `json:"paused,omitempty"`
	} `json:"spec"`
	Status struct {
		Conditions []condition `json:"conditions,omitempty"`
	} `json:"status,omitzero"`
}

func extractManager(obj runtime.Object) ([]any, error) {
	var m manager
	u, err := adapter.Decode(obj, &m)
	if err != nil {
		return nil, err
	}
	s := &m.Spec
	out := &facts.AlertManager{
		Ref: adapter.RefOf(u), Routes: s.ConfigSelector, RouteNamespaces: s.ConfigNamespaceSelector, ConfigSecret: s.ConfigSecret,
		Replicas: replicas(s.Replicas), Paused: s.Paused, Available: available(m.Status.Conditions),
		NamespaceMatch: s.MatcherStrategy.Type != "None", OwnRoutesFree: s.MatcherStrategy.Type == "OnNamespaceExceptForAlertmanagerNamespace",
	}
	if s.AlertmanagerConfiguration != nil {
		out.Base = s.AlertmanagerConfiguration.Name
	}
	if out.ConfigSecret == "" && out.Base == "" {
		out.ConfigSecret = "alertmanager-" + u.GetName() // the operator's default
	}
	return []any{out}, nil
}
