package fluentoperator

import (
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/fluentbit"
	"github.com/tilsyn-dev/tilsyn/internal/gather/settings"
)

// customField is the field that holds a plugin in the words of Fluent Bit itself.
const customField = "customPlugin"

// inputPlugins are the fields of a ClusterInput that can bring container logs, with their plugins; others bring none.
var inputPlugins = map[string]string{
	"tail": "tail", "systemd": "systemd", "forward": "forward", "openTelemetry": "opentelemetry", "http": "http", "tcp": "tcp",
	"syslog": "syslog",
}

// filterPlugins are the fields of an element of spec.filters, with their plugins.
var filterPlugins = map[string]string{
	"grep": "grep", "recordModifier": "record_modifier", "kubernetes": "kubernetes", "modify": "modify", "nest": "nest", "parser": "parser",
	"lua": "lua", "throttle": "throttle", "rewriteTag": "rewrite_tag", "aws": "aws", "multiline": "multiline",
	"logToMetrics": "log_to_metrics", "wasm": "wasm",
}

// outputPlugins are the fields of an output, with their plugins.
var outputPlugins = map[string]string{
	"azureBlob": "azure_blob", "azureLogAnalytics": "azure", "cloudWatch": "cloudwatch_logs", "es": "es", "file": "file",
	"forward": "forward", "http": "http", "kafka": "kafka", "null": "null", "stdout": "stdout", "tcp": "tcp", "loki": "loki",
	"syslog": "syslog", "influxDB": "influxdb", "datadog": "datadog", "firehose": "kinesis_firehose", "kinesis": "kinesis_streams",
	"stackdriver": "stackdriver", "splunk": "splunk", "opensearch": "opensearch", "opentelemetry": "opentelemetry",
	"prometheusExporter": "prometheus_exporter", "prometheusRemoteWrite": "prometheus_remote_write", "s3": "s3", "gelf": "gelf",
}

// keys are the names that the operator gives to fields whose name in Fluent Bit is not just the same in lower case.
var keys = map[string]string{
	"excludepath": "exclude_path", "tagregex": "tag_regex", "k8sloggingexclude": "k8s-logging.exclude", "kubetagprefix": "kube_tag_prefix",
	"regexparser": "regex_parser", "rules": "rule", "awsregion": "aws_region", "cloudid": "cloud_id", "accountname": "account_name",
	"containername": "container_name", "logsuri": "logs_uri", "tenantid": "tenant_id", "loggroupname": "log_group_name",
	"autocreategroup": "auto_create_group", "logretentiondays": "log_retention_days", "discardlogs": "discard_logs",
	"totallimitsize": "storage.total_limit_size", "retrylimit": "retry_limit",
	"ignoreolder": "ignore_older", "ignoredolder": "ignore_older", "multilineparser": "multiline.parser", "mergelog": "merge_log",
	"keeplog": "keep_log", "keyname": "key_name", "reservedata": "reserve_data", "preservekey": "preserve_key", "nestunder": "nest_under", "nestedunder": "nested_under",
	"removekeys": "remove_key", "allowlistkeys": "allowlist_key", "whitelistkeys": "whitelist_key", "records": "record",
	"logkey": "log_key", "bodykey": "body_key", "logsbodykey": "logs_body_key", "eventkey": "event_key",
}

// ofOutputs are keys that mean something else in outputs.
var ofOutputs = map[string]string{"removekeys": "remove_keys"}

// notPlugins are fields beside those of plugins that hold mappings.
var notPlugins = []string{customField, "processors"}

// pluginOf gives the plugin of a field that holds a mapping. One that is not known takes the name of its field: what it does
// is not known either, but that it is there is. Inputs that are not known bring no logs of containers.
func pluginOf(kind, field string, v any) (string, bool) {
	names := map[string]map[string]string{fluentbit.KindInput: inputPlugins, fluentbit.KindFilter: filterPlugins, fluentbit.KindOutput: outputPlugins}[kind]
	if plugin, known := names[field]; known {
		return plugin, true
	}
	_, mapping := v.(map[string]any)
	if kind == fluentbit.KindInput || !mapping || slices.Contains(notPlugins, field) {
		return "", false
	}
	return strings.ToLower(field), true
}

func readInput(p *facts.LogPipeline, spec map[string]any) error {
	p.Sections = append(p.Sections, plugins(fluentbit.KindInput, spec, processors(spec))...)
	custom(p, fluentbit.KindInput, spec, nil)
	return nil
}

func readFilter(p *facts.LogPipeline, spec map[string]any) error {
	for _, e := range settings.List(spec, "filters") {
		m, _ := e.(map[string]any)
		p.Sections = append(p.Sections, plugins(fluentbit.KindFilter, m, matches(spec))...)
		custom(p, fluentbit.KindFilter, m, matches(spec))
	}
	return nil
}

func readOutput(p *facts.LogPipeline, spec map[string]any) error {
	common := matches(spec)
	if v := settings.String(spec, "retry_limit"); v != "" {
		common = append(common, facts.LogSetting{Key: "retry_limit", Value: v})
	}
	p.Sections = append(p.Sections, plugins(fluentbit.KindOutput, spec, append(slices.Clip(common), processors(spec)...))...)
	custom(p, fluentbit.KindOutput, spec, common)
	return nil
}

// processors gives those of an input or output.
func processors(spec map[string]any) []facts.LogSetting {
	held := settings.List(settings.Map(spec, "processors"), "logs")
	if len(held) == 0 {
		return nil
	}
	return fluentbit.Section("", "", map[string]any{"processors": map[string]any{"logs": held}}).Settings
}

func matches(spec map[string]any) []facts.LogSetting {
	var out []facts.LogSetting
	for field, key := range map[string]string{"match": "match", "matchRegex": "match_regex"} {
		if v := settings.String(spec, field); v != "" {
			out = append(out, facts.LogSetting{Key: key, Value: v})
		}
	}
	slices.SortFunc(out, func(a, b facts.LogSetting) int { return strings.Compare(a.Key, b.Key) })
	return out
}

// plugins makes a section of each field that names a plugin.
func plugins(kind string, m map[string]any, common []facts.LogSetting) []facts.LogSection {
	var out []facts.LogSection
	for _, field := range slices.Sorted(maps.Keys(m)) {
		plugin, ok := pluginOf(kind, field, m[field])
		if !ok {
			continue
		}
		s := facts.LogSection{Kind: kind, Name: plugin, Settings: slices.Clone(common)}
		of, _ := m[field].(map[string]any)
		if plugin == "modify" {
			s.Settings = append(s.Settings, fluentbit.Modify(of)...)
		} else {
			s.Settings = append(s.Settings, renamed(kind, of)...)
		}
		if _, ok := of["tls"].(map[string]any); ok {
			s.Settings = append(s.Settings, facts.LogSetting{Key: "tls", Value: "on"})
		}
		out = append(out, s)
	}
	return out
}

// renamed gives the settings of a plugin under the names of Fluent Bit.
func renamed(kind string, m map[string]any) []facts.LogSetting {
	all := settings.Flatten(m, func(key string) bool { return !strings.Contains(key, ".") || fluentbit.Keep(key) })
	out := all[:0]
	for _, s := range all {
		if key, ok := ofOutputs[s.Key]; ok && kind == fluentbit.KindOutput {
			s.Key = key
		} else if key, ok := keys[s.Key]; ok {
			s.Key = key
		}
		if fluentbit.Keep(s.Key) {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b facts.LogSetting) int { return strings.Compare(a.Key, b.Key) })
	return fluentbit.Trim(out)
}

// custom reads spec.customPlugin, whose text the operator writes into a section of its own.
func custom(p *facts.LogPipeline, kind string, m map[string]any, common []facts.LogSetting) {
	plugin, ok := m[customField].(map[string]any)
	if !ok {
		return
	}
	if y := settings.Map(plugin, "yamlConfig"); y != nil {
		s := fluentbit.Section(kind, strings.ToLower(settings.String(y, "name")), y)
		s.Settings = append(slices.Clone(common), s.Settings...)
		p.Sections = append(p.Sections, s)
		return
	}
	read, err := fluentbit.ParseClassic("[" + kind + "]\n" + indented(settings.String(plugin, "config")))
	if err != nil || len(read) != 1 || read[0].Name == "" {
		p.Unread = "the text in its customPlugin is not one valid section"
		return
	}
	read[0].Settings = append(slices.Clone(common), read[0].Settings...)
	p.Sections = append(p.Sections, read[0])
}

func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("    " + strings.TrimSpace(line) + "\n")
	}
	return b.String()
}

// prune keeps what Extract reads of a kind. The text of a custom plugin is written anew from what is read of it.
func prune(kind string) func(runtime.Object) runtime.Object {
	return func(o runtime.Object) runtime.Object {
		return settings.PruneResource(o, func(spec map[string]any) map[string]any { return pruneSpec(kind, spec) })
	}
}

func pruneSpec(kind string, spec map[string]any) map[string]any {
	out := settings.Pick(spec, "fluentBitConfigName", "namespaceFluentBitCfgSelector", "inputSelector", "filterSelector",
		"outputSelector", "match", "matchRegex", "retry_limit")
	switch {
	case strings.HasSuffix(kind, "Input"):
		prunePlugins(out, spec, fluentbit.KindInput)
	case strings.HasSuffix(kind, "Output"):
		prunePlugins(out, spec, fluentbit.KindOutput)
	}
	if held := processors(spec); held != nil {
		out["processors"] = map[string]any{"logs": pruneProcessors(held)}
	}
	if l := settings.List(spec, "filters"); l != nil {
		out["filters"] = pruneEach(l, func(out, m map[string]any) { prunePlugins(out, m, fluentbit.KindFilter) })
	}
	return out
}

func pruneEach(l []any, prune func(out, m map[string]any)) []any {
	out := make([]any, 0, len(l))
	for _, e := range l {
		m, _ := e.(map[string]any)
		kept := map[string]any{}
		prune(kept, m)
		out = append(out, kept)
	}
	return out
}

// pruneProcessors gives a list that processors reads into the same settings.
func pruneProcessors(held []facts.LogSetting) []any {
	out := make([]any, 0, len(held))
	for _, s := range held {
		out = append(out, map[string]any{strings.TrimPrefix(s.Key, "processors.logs."): s.Value})
	}
	return out
}

func prunePlugins(out, m map[string]any, kind string) {
	for field, v := range m {
		plugin, ok := pluginOf(kind, field, v)
		of, mapping := v.(map[string]any)
		switch {
		case !ok || !mapping:
		case plugin == "modify":
			out[field] = fluentbit.PruneModify(of)
		default:
			out[field] = prunePlugin(kind, of)
		}
	}
	if plugin, ok := m[customField].(map[string]any); ok {
		out[customField] = pruneCustom(plugin)
	}
}

func prunePlugin(kind string, of map[string]any) map[string]any {
	kept := map[string]any{}
	for _, s := range renamed(kind, of) {
		if s.Key == "tls.verify" {
			continue // below
		}
		switch held := kept[s.Key].(type) {
		case nil:
			kept[s.Key] = s.Value
		case []any:
			kept[s.Key] = append(held, s.Value)
		default:
			kept[s.Key] = []any{held, s.Value}
		}
	}
	if tls, ok := of["tls"].(map[string]any); ok {
		kept["tls"] = settings.Pick(tls, "verify")
	}
	return kept
}

func pruneCustom(plugin map[string]any) map[string]any {
	if y := settings.Map(plugin, "yamlConfig"); y != nil {
		s := fluentbit.Section("", settings.String(y, "name"), y)
		return map[string]any{"yamlConfig": settings.Mapping(s.Name, s.Settings)}
	}
	read, err := fluentbit.ParseClassic("[output]\n" + indented(settings.String(plugin, "config")))
	if err != nil || len(read) != 1 {
		return map[string]any{"config": "[left out]"}
	}
	_, body, _ := strings.Cut(fluentbit.WriteClassic(read), "\n")
	return map[string]any{"config": body}
}
