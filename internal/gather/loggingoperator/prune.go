package loggingoperator

import (
	"maps"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/gather/fluentbit"
	"github.com/tilsyn-dev/tilsyn/internal/gather/settings"
)

// prune keeps what Extract reads of a spec; outputs and agents may hold passwords and environment variables elsewhere.
func prune(spec map[string]any) map[string]any {
	out := settings.Pick(spec, "loggingRef",
		"controlNamespace", "watchNamespaces", "watchNamespaceSelector", "allowClusterResourcesFromAllNamespaces",
		"match", "selectors", "globalOutputRefs", "localOutputRefs", "outputRefs", "protected")
	for key, v := range spec {
		switch m := v.(type) {
		case map[string]any:
			switch key {
			case "defaultFlow":
				out[key] = settings.Pick(m, "globalOutputRefs", "outputRefs")
			case "syslogNG":
				out[key] = map[string]any{}
			case "fluentbit":
				out[key] = pruneAgent(m)
			case "watchNamespaceSelector", "selectors", "fluentd":
			default:
				out[key] = pruneOutput(m)
			}
		case []any:
			if key == "filters" || key == "globalFilters" {
				out[key] = pruneFilters(m)
			}
		case string:
			if key == "flowConfigOverride" && m != "" {
				out[key] = "left out"
			}
		}
	}
	maps.Copy(out, pruneAgent(spec))
	return out
}

func pruneAgent(m map[string]any) map[string]any {
	out := settings.Pick(m, "customConfigSecret", "targetHost", "disableKubernetesFilter")
	for _, key := range []string{"inputTail", "filterKubernetes", "filterGrep"} {
		if part := settings.Map(m, key); part != nil {
			out[key] = settings.PickScalars(part, func(k string) bool { return k == "logicalop" || fluentbit.Keep(k) })
		}
	}
	if l := settings.List(m, "filterModify"); l != nil {
		modify := make([]any, 0, len(l))
		for _, e := range l {
			of, _ := e.(map[string]any)
			modify = append(modify, fluentbit.PruneModify(of))
		}
		out["filterModify"] = modify
	}
	return out
}

func pruneOutput(m map[string]any) map[string]any {
	out := map[string]any{}
	for _, s := range settings.Flatten(m, func(key string) bool { return outputKeep[key] }) {
		switch held := out[s.Key].(type) {
		case nil:
			out[s.Key] = s.Value
		case []any:
			out[s.Key] = append(held, s.Value)
		default:
			out[s.Key] = []any{held, s.Value}
		}
	}
	return out
}

func pruneFilters(all []any) []any {
	out := make([]any, 0, len(all))
	for _, e := range all {
		m, _ := e.(map[string]any)
		kept := map[string]any{}
		for name, of := range m {
			om, _ := of.(map[string]any)
			kept[name] = settings.PickScalars(om, func(k string) bool { return strings.EqualFold(k, "reserve_data") })
		}
		out = append(out, kept)
	}
	return out
}
