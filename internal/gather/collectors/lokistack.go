package collectors

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/settings"
)

// extractLokiStack reads spec.limits of a LokiStack, whose retention is in days, and the kind of its object store.
func extractLokiStack(o runtime.Object) ([]any, error) {
	u, ok := o.(*unstructured.Unstructured)
	if !ok {
		return nil, fmt.Errorf("not a LokiStack: %T", o)
	}
	spec := settings.Map(u.Object, "spec")
	global := settings.Map(spec, "limits", "global", "retention")
	s := &facts.LogStore{
		Ref:         facts.Ref{Group: "loki.grafana.com", Kind: "LokiStack", Namespace: u.GetNamespace(), Name: u.GetName()},
		Product:     facts.LogLoki,
		Retention:   days(global),
		Overrides:   streams("", global),
		ObjectStore: settings.String(settings.Map(spec, "storage", "secret"), "type"),
	}
	tenants := settings.Map(spec, "limits", "tenants")
	for _, name := range slices.Sorted(maps.Keys(tenants)) {
		t, _ := tenants[name].(map[string]any)
		r := settings.Map(t, "retention")
		if d := days(r); d > 0 {
			s.Overrides = append(s.Overrides, facts.LogRetention{Tenant: name, Period: d})
		}
		s.Overrides = append(s.Overrides, streams(name, r)...)
	}
	return []any{s}, nil
}

func days(m map[string]any) time.Duration {
	n, err := strconv.Atoi(settings.String(m, "days"))
	if err != nil || n < 0 || n > 365*200 {
		return 0
	}
	return time.Duration(n) * 24 * time.Hour
}

func streams(tenant string, retention map[string]any) []facts.LogRetention {
	var out []facts.LogRetention
	for _, e := range settings.List(retention, "streams") {
		m, ok := e.(map[string]any)
		if !ok {
			continue
		}
		priority, err := strconv.Atoi(settings.String(m, "priority"))
		if err != nil {
			priority = 0 // left out
		}
		out = append(out, facts.LogRetention{Tenant: tenant, Selector: settings.String(m, "selector"), Priority: priority, Period: days(m)})
	}
	return out
}
