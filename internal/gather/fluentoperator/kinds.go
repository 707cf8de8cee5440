// Package fluentoperator reads the resources of the Fluent Operator (fluentbit.fluent.io) into the sections that the
// operator itself writes into the configuration of Fluent Bit. Its resources for Fluentd are not read.
package fluentoperator

import (
	"fmt"
	"reflect"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
	"github.com/tilsyn-dev/tilsyn/internal/gather/fluentbit"
	"github.com/tilsyn-dev/tilsyn/internal/gather/settings"
)

// Group of the resources.
const Group = "fluentbit.fluent.io"

// Kinds lists what is read.
func Kinds() []adapter.Kind {
	kind := func(name, resource string, namespaced bool, read func(*facts.LogPipeline, map[string]any) error) adapter.Kind {
		return adapter.Kind{
			GVK:        schema.GroupVersionKind{Group: Group, Version: "v1alpha2", Kind: name},
			Resource:   resource,
			Namespaced: namespaced,
			Optional:   true,
			Feeds:      []reflect.Type{facts.TypeOf[facts.LogPipeline]()},
			Prune:      prune(name),
			Extract:    extract(name, read),
		}
	}
	return []adapter.Kind{
		kind("FluentBit", "fluentbits", true, readFluentBit),
		kind("ClusterFluentBitConfig", "clusterfluentbitconfigs", false, readConfig),
		kind("FluentBitConfig", "fluentbitconfigs", true, readConfig),
		kind("ClusterInput", "clusterinputs", false, readInput),
		kind("ClusterFilter", "clusterfilters", false, readFilter),
		kind("Filter", "filters", true, readFilter),
		kind("ClusterOutput", "clusteroutputs", false, readOutput),
		kind("Output", "outputs", true, readOutput),
	}
}

func extract(kind string, read func(*facts.LogPipeline, map[string]any) error) func(runtime.Object) ([]any, error) {
	return func(o runtime.Object) ([]any, error) {
		u, ok := o.(*unstructured.Unstructured)
		if !ok {
			return nil, fmt.Errorf("not a %s: %T", kind, o)
		}
		p := &facts.LogPipeline{
			Ref:    facts.Ref{Group: Group, Kind: kind, Namespace: u.GetNamespace(), Name: u.GetName()},
			Labels: u.GetLabels(),
		}
		if err := read(p, settings.Map(u.Object, "spec")); err != nil {
			return nil, err
		}
		return []any{p}, nil
	}
}

func readFluentBit(p *facts.LogPipeline, spec map[string]any) error {
	p.Config = settings.String(spec, "fluentBitConfigName")
	return readSelectors(p, spec, map[string]string{"namespaceFluentBitCfgSelector": "config"})
}

func readConfig(p *facts.LogPipeline, spec map[string]any) error {
	return readSelectors(p, spec, map[string]string{
		"inputSelector": fluentbit.KindInput, "filterSelector": fluentbit.KindFilter, "outputSelector": fluentbit.KindOutput,
	})
}

// readSelectors reads label selectors; one that is left out selects everything, as in the operator.
func readSelectors(p *facts.LogPipeline, spec map[string]any, of map[string]string) error {
	p.Selectors = map[string]*metav1.LabelSelector{}
	for field, kind := range of {
		s := &metav1.LabelSelector{}
		if m := settings.Map(spec, field); m != nil {
			if err := runtime.DefaultUnstructuredConverter.FromUnstructured(m, s); err != nil {
				return fmt.Errorf("spec.%s: %w", field, err)
			}
		}
		if _, err := metav1.LabelSelectorAsSelector(s); err != nil {
			return fmt.Errorf("spec.%s: %w", field, err)
		}
		p.Selectors[kind] = s
	}
	return nil
}
