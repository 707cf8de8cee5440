package otel

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

// Group of the OpenTelemetry operator.
const Group = "opentelemetry.io"

// Kinds lists OpenTelemetryCollector.
func Kinds() []adapter.Kind {
	return []adapter.Kind{{
		GVK:        schema.GroupVersionKind{Group: Group, Version: "v1beta1", Kind: "OpenTelemetryCollector"},
		Versions:   []string{"v1alpha1"},
		Resource:   "opentelemetrycollectors",
		Namespaced: true,
		Optional:   true,
		Feeds:      []reflect.Type{facts.TypeOf[facts.LogPipeline]()},
		Prune:      prune,
		Extract:    extract,
	}}
}

// extract reads spec.config, which is an object in v1beta1 and text in v1alpha1.
func extract(o runtime.Object) ([]any, error) {
	u, ok := o.(*unstructured.Unstructured)
	if !ok {
		return nil, fmt.Errorf("not an OpenTelemetryCollector: %T", o)
	}
	p := &facts.LogPipeline{
		Ref:  facts.Ref{Group: Group, Kind: "OpenTelemetryCollector", Namespace: u.GetNamespace(), Name: u.GetName()},
		Mode: settings.String(settings.Map(u.Object, "spec"), "mode"),
	}
	p.Sections, p.Unread = config(u.Object)
	return []any{p}, nil
}

func config(object map[string]any) (sections []facts.LogSection, unread string) {
	spec := settings.Map(object, "spec")
	switch c := spec["config"].(type) {
	case map[string]any:
		return Sections(c), ""
	case string:
		sections, err := Parse(c)
		if err != nil {
			return nil, "its spec.config is not valid YAML"
		}
		return sections, ""
	}
	return nil, "it has no spec.config"
}

// prune keeps the mode and the configuration as far as it is read, in the form of the version.
func prune(o runtime.Object) runtime.Object {
	return settings.PruneResource(o, func(spec map[string]any) map[string]any {
		out := settings.Pick(spec, "mode")
		sections, unread := config(map[string]any{"spec": spec})
		written := settings.WriteParts(sections, Parts)
		switch spec["config"].(type) {
		case map[string]any:
			out["config"] = written
		case string:
			out["config"] = settings.Encode(written)
			if unread != "" {
				out["config"] = "left out: ["
			}
		}
		return out
	})
}
