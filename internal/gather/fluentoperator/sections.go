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
}

func readInput(p *facts.LogPipeline, spec map[string]any) error {
	p.Sections = append(p.Sections, plugins(fluentbit.KindInput, spec, inputPlugins, nil)...)
	for _, e := range settings.List(settings.Map(spec, "processors"), "logs") {
		m, _ := e.(map[string]any)
		for i := range p.Sections {
			p.Sections[i].Settings = append(p.Sections[i].Settings,
				facts.LogSetting{Key: "processors.logs.name", Value: settings.String(m, "name")})
		}
	}
	custom(p, fluentbit.KindInput, spec, nil)
	return nil
}

func readFilter(p *facts.LogPipeline, spec map[string]any) error {
	for _, e := range settings.List(spec, "filters") {
		m, _ := e.(map[string]any)
		p.Sections = append(p.Sections, plugins(fluentbit.KindFilter, m, filterPlugins, matches(spec))...)
		custom(p, fluentbit.KindFilter, m, matches(spec))
	}
	return nil
}

func readOutput(p *facts.LogPipeline, spec map[string]any) error {
	common := matches(spec)
	if v := settings.String(spec, "retry_limit"); v != "" {
		common = append(common, facts.LogSetting{Key: "retry_limit", Value: v})
	}
	p.Sections = append(p.Sections, plugins(fluentbit.KindOutput, spec, outputPlugins, common)...)
	custom(p, fluentbit.KindOutput, spec, common)
	return nil
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
func plugins(kind string, m map[string]any, names map[string]string, common []facts.LogSetting) []facts.LogSection {
	var out []facts.LogSection
	for _, field := range slices.Sorted(maps.Keys(m)) {
		plugin, known := names[field]
		if !known {
			continue
		}
		s := facts.LogSection{Kind: kind, Name: plugin, Settings: slices.Clone(common)}
		of, _ := m[field].(map[string]any)
		s.Settings = append(s.Settings, renamed(of)...)
		if _, ok := of["tls"].(map[string]any); ok {
			s.Settings = append(s.Settings, facts.LogSetting{Key: "tls", Value: "on"})
		}
		out = append(out, s)
	}
	return out
}

// renamed gives the settings of a plugin under the names of Fluent Bit.
func renamed(m map[string]any) []facts.LogSetting {
	all := settings.Flatten(m, func(key string) bool { return key == "tls.verify" || !strings.Contains(key, ".") })
	out := all[:0]
	for _, s := range all {
		if key, ok := keys[s.Key]; ok {
			s.Key = key
		}
		if fluentbit.Keep(s.Key) {
			out = append(out, s)
		}
	}
	return out
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

// prune keeps what Extract reads. The text of a custom plugin is written anew from what is read of it.
func prune(o runtime.Object) runtime.Object {
	return settings.PruneResource(o, func(spec map[string]any) map[string]any {
		out := settings.Pick(spec, "fluentBitConfigName", "namespaceFluentBitCfgSelector", "inputSelector", "filterSelector",
			"outputSelector", "match", "matchRegex", "retry_limit")
		prunePlugins(out, spec, inputPlugins)
		prunePlugins(out, spec, outputPlugins)
		if l := settings.List(settings.Map(spec, "processors"), "logs"); l != nil {
			out["processors"] = map[string]any{"logs": pruneEach(l, func(out, m map[string]any) {
				if name := settings.String(m, "name"); name != "" {
					out["name"] = name
				}
			})}
		}
		if l := settings.List(spec, "filters"); l != nil {
			out["filters"] = pruneEach(l, func(out, m map[string]any) { prunePlugins(out, m, filterPlugins) })
		}
		return out
	})
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

func prunePlugins(out, m map[string]any, names map[string]string) {
	for field := range names {
		of, ok := m[field].(map[string]any)
		if !ok {
			continue
		}
		kept := settings.PickScalars(of, func(key string) bool { return fluentbit.Keep(key) || keys[key] != "" })
		if tls, ok := of["tls"].(map[string]any); ok {
			kept["tls"] = settings.Pick(tls, "verify")
		}
		out[field] = kept
	}
	if plugin, ok := m[customField].(map[string]any); ok {
		out[customField] = pruneCustom(plugin)
	}
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
