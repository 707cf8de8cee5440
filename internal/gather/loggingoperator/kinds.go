// Package loggingoperator reads the resources of the Logging operator (logging.banzaicloud.io): Logging and FluentbitAgent
// into sections of Fluent Bit, flows and outputs of Fluentd. Those of syslog-ng are not read.
package loggingoperator

import (
	"fmt"
	"reflect"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
	"github.com/tilsyn-dev/tilsyn/internal/gather/settings"
)

// Group of the resources.
const Group = "logging.banzaicloud.io"

// Kinds lists what is read.
func Kinds() []adapter.Kind {
	kind := func(name, resource string, namespaced bool, read func(*facts.LogPipeline, map[string]any) error) adapter.Kind {
		return adapter.Kind{
			GVK:        schema.GroupVersionKind{Group: Group, Version: "v1beta1", Kind: name},
			Resource:   resource,
			Namespaced: namespaced,
			Optional:   true,
			Feeds:      []reflect.Type{facts.TypeOf[facts.LogPipeline]()},
			Prune: func(o runtime.Object) runtime.Object {
				return settings.PruneResource(o, prune, "active", "problems")
			},
			Extract: extract(name, read),
		}
	}
	return []adapter.Kind{
		kind("Logging", "loggings", false, readLogging),
		kind("FluentbitAgent", "fluentbitagents", false, readAgent),
		kind("Flow", "flows", true, readFlow),
		kind("ClusterFlow", "clusterflows", true, readFlow),
		kind("Output", "outputs", true, readOutput),
		kind("ClusterOutput", "clusteroutputs", true, readOutput),
	}
}

func extract(kind string, read func(*facts.LogPipeline, map[string]any) error) func(runtime.Object) ([]any, error) {
	return func(o runtime.Object) ([]any, error) {
		u, ok := o.(*unstructured.Unstructured)
		if !ok {
			return nil, fmt.Errorf("not a %s: %T", kind, o)
		}
		spec, status := settings.Map(u.Object, "spec"), settings.Map(u.Object, "status")
		p := &facts.LogPipeline{
			Ref:        facts.Ref{Group: Group, Kind: kind, Namespace: u.GetNamespace(), Name: u.GetName()},
			LoggingRef: settings.String(spec, "loggingRef"),
			Problems:   settings.Strings(status, "problems"),
		}
		switch active := settings.String(status, "active"); active {
		case "true":
			p.Active = facts.Yes
		case "false":
			p.Active = facts.No
		}
		if err := read(p, spec); err != nil {
			return nil, err
		}
		return []any{p}, nil
	}
}
