package fluentbit

import (
	"maps"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/settings"
)

// modifyRules are the rules of a modify filter by the names that operators give them, in lower case and without underscores.
var modifyRules = map[string]string{
	"remove": "remove", "removewildcard": "remove_wildcard", "removeregex": "remove_regex", "rename": "rename",
	"hardrename": "hard_rename", "hardcopy": "hard_copy", "set": "set",
}

// Modify gives the settings of a modify filter that a custom resource writes as a list of rules and one of conditions.
func Modify(m map[string]any) []facts.LogSetting {
	var out []facts.LogSetting
	for _, e := range settings.List(m, "rules") {
		rule, _ := e.(map[string]any)
		for _, field := range slices.Sorted(maps.Keys(rule)) {
			key := modifyRules[strings.ReplaceAll(strings.ToLower(field), "_", "")]
			if key == "" {
				continue
			}
			for _, words := range ruleWords(rule[field]) {
				out = append(out, facts.LogSetting{Key: key, Value: words})
			}
		}
	}
	if len(settings.List(m, "conditions")) > 0 {
		out = append(out, facts.LogSetting{Key: "condition"})
	}
	return Trim(out)
}

// ruleWords gives the words of a rule: a key, a mapping of key and value, or mappings from one key to another.
func ruleWords(v any) []string {
	if s, ok := settings.Scalar(v); ok {
		return []string{s}
	}
	m, _ := v.(map[string]any)
	if key := settings.String(m, "key"); key != "" {
		return []string{strings.TrimSpace(key + " " + settings.String(m, "value"))}
	}
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, k+" "+settings.String(m, k))
	}
	return out
}

// PruneModify keeps of a modify filter what Modify reads, written anew.
func PruneModify(m map[string]any) map[string]any {
	rules, conditions := []any{}, []any{}
	for _, s := range Modify(m) {
		if s.Key == "condition" {
			conditions = append(conditions, map[string]any{})
			continue
		}
		key, value := cutSpace(s.Value)
		rule := map[string]any{"key": key}
		if value != "" {
			rule["value"] = value
		}
		rules = append(rules, map[string]any{s.Key: rule})
	}
	out := map[string]any{"rules": rules}
	if len(conditions) > 0 {
		out["conditions"] = conditions
	}
	return out
}
