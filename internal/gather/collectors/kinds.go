// Package collectors reads ConfigMaps that hold configuration of log collectors and log stores, recognised by what is in
// them, and the LokiStack resource. Other ConfigMaps give no facts and are not kept.
package collectors

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/envvar"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// Kinds lists ConfigMap and LokiStack.
func Kinds() []adapter.Kind {
	return []adapter.Kind{
		{
			GVK:        corev1.SchemeGroupVersion.WithKind("ConfigMap"),
			Resource:   "configmaps",
			Namespaced: true,
			New:        func() runtime.Object { return &corev1.ConfigMap{} },
			Feeds:      []reflect.Type{facts.TypeOf[facts.LogConfig](), facts.TypeOf[facts.ConfigHosts](), facts.TypeOf[facts.NetworkPlugin](), facts.TypeOf[facts.ControllerSettings]()},
			Prune:      pruneConfigMap,
			Extract:    extractConfigMap,
		},
		{
			GVK:        schema.GroupVersionKind{Group: "loki.grafana.com", Version: "v1", Kind: "LokiStack"},
			Resource:   "lokistacks",
			Namespaced: true,
			Optional:   true,
			Feeds:      []reflect.Type{facts.TypeOf[facts.LogStore]()},
			Extract:    extractLokiStack,
		},
	}
}

func extractConfigMap(o runtime.Object) ([]any, error) {
	cm, ok := o.(*corev1.ConfigMap)
	if !ok {
		return nil, fmt.Errorf("not a ConfigMap: %T", o)
	}
	c := &facts.LogConfig{Ref: facts.Ref{Kind: "ConfigMap", Namespace: cm.Namespace, Name: cm.Name}}
	for _, key := range slices.Sorted(maps.Keys(cm.Data)) {
		if f, ok := Read(key, cm.Data[key]); ok {
			c.Files = append(c.Files, f)
		}
	}
	var out []any
	if len(c.Files) > 0 {
		out = append(out, c)
	}
	if h := hostsOf(cm, c.Files); h != nil {
		out = append(out, h)
	}
	if p := pluginOf(cm); p != nil {
		out = append(out, p)
	}
	if s := settingsOf(cm); s != nil {
		out = append(out, s)
	}
	return out, nil
}

// hostsOf gives the hosts that keys other than files name, nil where none does.
func hostsOf(cm *corev1.ConfigMap, files []facts.LogFile) *facts.ConfigHosts {
	h := &facts.ConfigHosts{Namespace: cm.Namespace, Name: cm.Name}
	for key, value := range cm.Data {
		if slices.ContainsFunc(files, func(f facts.LogFile) bool { return f.Key == key }) {
			continue
		}
		if hosts, store, ok := envvar.ConfigValue(key, value); ok {
			if h.Values == nil {
				h.Values = map[string]facts.ConfigValue{}
			}
			h.Values[key] = facts.ConfigValue{Hosts: hosts, Store: store}
		}
	}
	if h.Values == nil {
		return nil
	}
	return h
}

// written writes a value from which the same is read.
func written(v facts.ConfigValue) string {
	switch {
	case v.Hosts == "":
		return "[left out]"
	case v.Store:
		return envvar.WriteStore(v.Hosts)
	}
	return envvar.WriteHosts(v.Hosts)
}

// pruneConfigMap keeps only recognised keys and hosts, written anew from what was read of them, so that a snapshot holds nothing
// that a fact does not. It gives nil for a ConfigMap without such a key, which a snapshot leaves out.
func pruneConfigMap(o runtime.Object) runtime.Object {
	cm, ok := o.(*corev1.ConfigMap)
	if !ok {
		return nil
	}
	data := map[string]string{}
	for key, text := range cm.Data {
		if redacted, ok := Redact(key, text); ok {
			data[key] = redacted
		} else if hosts, store, ok := envvar.ConfigValue(key, text); ok {
			data[key] = written(facts.ConfigValue{Hosts: hosts, Store: store})
		} else if isPluginKey(cm, key) {
			data[key] = setting(key, text)
		}
	}
	if len(data) == 0 {
		return nil
	}
	return &corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Name: cm.Name, Namespace: cm.Namespace, UID: cm.UID, CreationTimestamp: cm.CreationTimestamp},
		Data:       data,
	}
}
