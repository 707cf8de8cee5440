package collectors

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/otel"
	"github.com/tilsyn-dev/tilsyn/internal/gather/settings"
)

// yamlFormat is a configuration in YAML that is described by parts.
type yamlFormat struct {
	product facts.LogProduct
	// is tells whether a decoded file is in this format.
	is func(key string, root map[string]any) bool
	// normal brings equivalent spellings into the form that parts describe; doing it twice is doing it once.
	normal func(root map[string]any)
	parts  []settings.Part
	// words all occur in every file of the format, also in a broken one.
	words []string
	// also is written for a snapshot, so that the file is recognised again.
	also map[string]any
}

// yamlFormats in the order in which a file is tried.
func yamlFormats() []yamlFormat {
	return []yamlFormat{
		{
			product: facts.LogOpenTelemetry, parts: otel.Parts, normal: otel.Mark, words: []string{"exporters", "pipelines"},
			is:   func(_ string, root map[string]any) bool { return otel.IsConfig(root) },
			also: map[string]any{"exporters": map[string]any{}, "service": map[string]any{"pipelines": map[string]any{}}},
		},
		vectorFormat(), promtailFormat(), filebeatFormat(), lokiFormat(), lokiOverridesFormat(),
	}
}

func vectorFormat() yamlFormat {
	return yamlFormat{
		product: facts.LogVector, words: []string{"sources", "sinks"}, normal: normalVector,
		is: func(_ string, root map[string]any) bool {
			return settings.Map(root, "sources") != nil && settings.Map(root, "sinks") != nil
		},
		also: map[string]any{"sources": map[string]any{}, "sinks": map[string]any{}},
		parts: []settings.Part{
			{Path: []string{"sources"}, Kind: "source", Shape: settings.Named, Keep: settings.Set("type", "extra_label_selector",
				"extra_namespace_label_selector", "extra_field_selector", "exclude_paths_glob_patterns", "include_paths_glob_patterns",
				"include", "exclude")},
			{Path: []string{"transforms"}, Kind: "transform", Shape: settings.Named, Keep: settings.Set("type", "inputs", "aborts", "drop_on_error", "changes_content")},
			{Path: []string{"sinks"}, Kind: "sink", Shape: settings.Named, Keep: settings.Set("type", "inputs", "endpoint", "endpoints",
				"bucket", "region", "address", "uri", "url", "site", "bootstrap_servers", "group_name", "connection_string",
				"container_name", "account_name", "tenant_id", "tls.enabled", "tls.verify_certificate", "buffer.when_full")},
		},
	}
}

// normalVector tells which programs of remap may abort, which drops the record, and which write the content anew or take it
// away; the programs themselves are not kept.
func normalVector(root map[string]any) {
	for _, v := range settings.Map(root, "transforms") {
		m, ok := v.(map[string]any)
		if !ok {
			continue
		}
		program := settings.String(m, "source")
		if rewrites.MatchString(program) {
			m["changes_content"] = true
		}
		if strings.Contains(program, "abort") || settings.String(m, "file") != "" {
			m["aborts"] = true
		}
		delete(m, "source")
		delete(m, "file")
	}
}

// rewrites finds programs that assign to the whole event or to its message, alone or with the error of what is assigned, or
// that delete either.
var rewrites = regexp.MustCompile(`(?m)(^|[;{(,])\s*\.(\s*|\s*\[?"?message"?\]?[^\s=,]*\s*)(,[^()=\n]*)?(\||\?\?)?=[^=]|del\(\s*\.(\[?"?message\b|\s*[,)])`)

func promtailFormat() yamlFormat {
	return yamlFormat{
		product: facts.LogPromtail, words: []string{"scrape_configs", "client"}, normal: normalPromtail,
		is: func(_ string, root map[string]any) bool {
			return slices.Contains(present(root, "clients", "client"), true) && settings.List(root, "scrape_configs") != nil
		},
		also: map[string]any{"clients": []any{}, "scrape_configs": []any{}},
		parts: []settings.Part{
			{Path: []string{"clients"}, Kind: "client", Shape: settings.Listed, Keep: settings.Set("url", "tenant_id",
				"tls_config.insecure_skip_verify")},
			{Path: []string{"scrape_configs"}, Kind: "scrape", Shape: settings.Listed, NameKey: "job_name",
				Keep: settings.Set("kubernetes_sd_configs.role", "relabel_configs.action", "stages", "static_configs.labels.__path__",
					"kubernetes_sd_configs.namespaces.names", "kubernetes_sd_configs.namespaces.own_namespace",
					"kubernetes_sd_configs.selectors.label", "kubernetes_sd_configs.selectors.field")},
			{Path: []string{"limits_config"}, Kind: "limits", Shape: settings.Single, Keep: settings.Set("readline_rate_enabled",
				"readline_rate_drop", "max_line_size", "max_line_size_truncate", "max_streams")},
		},
	}
}

// normalPromtail lists the names of all pipeline stages of a scrape configuration, also of nested ones, as stages, and turns
// the older single client into a list.
func normalPromtail(root map[string]any) {
	if c, ok := root["client"].(map[string]any); ok {
		root["clients"] = append(settings.List(root, "clients"), c)
		delete(root, "client")
	}
	for _, e := range settings.List(root, "scrape_configs") {
		if sc, ok := e.(map[string]any); ok {
			sc["stages"] = append(settings.List(sc, "stages"), stageNames(settings.List(sc, "pipeline_stages"), 0)...)
			delete(sc, "pipeline_stages")
		}
	}
}

func stageNames(stages []any, depth int) []any {
	var out []any
	for _, e := range stages {
		m, _ := e.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(m)) {
			out = append(out, name)
			if below, ok := m[name].(map[string]any); ok && depth < 10 {
				out = append(out, stageNames(settings.List(below, "stages"), depth+1)...)
			}
		}
	}
	return out
}

func filebeatFormat() yamlFormat {
	return yamlFormat{
		product: facts.LogFilebeat, words: []string{"filebeat"}, normal: normalFilebeat,
		is: func(_ string, root map[string]any) bool {
			for k := range root {
				if k == "filebeat" || strings.HasPrefix(k, "filebeat.") {
					return true
				}
			}
			return false
		},
		also: map[string]any{"filebeat": map[string]any{}},
		parts: []settings.Part{
			{Path: []string{"filebeat", "inputs"}, Kind: "input", Shape: settings.Listed, NameKey: "type",
				Keep: settings.Set("enabled", "paths", "exclude_files", "prospector.scanner.exclude_files", "drops",
					"exclude_lines", "include_lines", "stream", "parsers.container.stream", "ignore_older")},
			{Path: []string{"filebeat", "autodiscover", "providers"}, Kind: "provider", Shape: settings.Listed, NameKey: "type",
				Keep: settings.Set("hints.enabled", "hints.default_config.enabled", "hints.default_config.type", "hints.default_config.paths",
					"templates.config.paths", "namespace", "hints.default_config.exclude_lines", "hints.default_config.include_lines",
					"hints.default_config.stream", "hints.default_config.parsers.container.stream", "hints.default_config.ignore_older")},
			{Path: []string{"processors"}, Kind: "processor", Shape: settings.Listed, NameKey: "name"},
			{Path: []string{"output"}, Kind: "output", Shape: settings.Named, Keep: settings.Set("enabled", "hosts", "path",
				"ssl.verification_mode")},
			{Path: []string{"cloud"}, Kind: "cloud", Shape: settings.Single, Keep: settings.Set("id")},
		},
	}
}

// normalFilebeat unfolds dotted keys at the top, names processors and tells which inputs have one that drops events.
func normalFilebeat(root map[string]any) {
	for _, k := range slices.Sorted(maps.Keys(root)) {
		if head, tail, dotted := strings.Cut(k, "."); dotted {
			v := root[k]
			delete(root, k)
			unfold(root, head, tail, v)
		}
	}
	nameProcessors(settings.List(root, "processors"))
	for _, e := range settings.List(settings.Map(root, "filebeat"), "inputs") {
		in, _ := e.(map[string]any)
		for _, p := range settings.List(in, "processors") {
			if pm, ok := p.(map[string]any); ok && pm["drop_event"] != nil {
				in["drops"] = true
			}
		}
	}
}

func unfold(root map[string]any, head, tail string, v any) {
	m, ok := root[head].(map[string]any)
	if !ok {
		m = map[string]any{}
		root[head] = m
	}
	if next, rest, dotted := strings.Cut(tail, "."); dotted {
		unfold(m, next, rest, v)
		return
	}
	m[tail] = v
}

func nameProcessors(all []any) {
	for i, e := range all {
		m, _ := e.(map[string]any)
		if _, named := m["name"].(string); named {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(m)) {
			all[i] = map[string]any{"name": name} // one name each
		}
	}
}

// storeKeep are the settings that tell where Loki keeps its data.
var storeKeep = settings.Set("storage.s3.endpoint", "storage.s3.region", "storage.s3.bucketnames", "storage.s3.s3", "storage.gcs.bucket_name",
	"storage.azure.account_name", "storage.azure.container_name", "storage.azure.endpoint_suffix", "storage.swift.auth_url",
	"storage.swift.region_name", "storage.swift.container_name", "storage.filesystem.chunks_directory", "path_prefix")

func lokiFormat() yamlFormat {
	retention := settings.Set("selector", "priority", "period")
	return yamlFormat{
		product: facts.LogLoki, words: []string{"schema_config"},
		is: func(_ string, root map[string]any) bool {
			return settings.Map(root, "schema_config") != nil || settings.Map(root, "limits_config") != nil &&
				slices.Contains(present(root, "compactor", "common", "storage_config"), true)
		},
		also: map[string]any{"schema_config": map[string]any{}},
		parts: []settings.Part{
			{Path: []string{"limits_config"}, Kind: "limits", Shape: settings.Single, Keep: settings.Set("retention_period")},
			{Path: []string{"limits_config", "retention_stream"}, Kind: "stream", Shape: settings.Listed, Keep: retention},
			{Path: []string{"compactor"}, Kind: "compactor", Shape: settings.Single, Keep: settings.Set("retention_enabled", "delete_request_store")},
			{Path: []string{"table_manager"}, Kind: "table_manager", Shape: settings.Single,
				Keep: settings.Set("retention_deletes_enabled", "retention_period")},
			{Path: []string{"schema_config"}, Kind: "schema", Shape: settings.Single, Keep: settings.Set("configs.object_store", "configs.store")},
			{Path: []string{"common"}, Kind: "common", Shape: settings.Single, Keep: storeKeep},
			{Path: []string{"storage_config"}, Kind: "storage", Shape: settings.Single, Keep: settings.Set("aws.endpoint", "aws.region",
				"aws.bucketnames", "aws.s3", "gcs.bucket_name", "azure.account_name", "azure.container_name", "azure.endpoint_suffix",
				"swift.auth_url", "swift.region_name", "swift.container_name", "filesystem.directory")},
			{Path: []string{"overrides"}, Kind: "override", Shape: settings.Named, Keep: settings.Set("retention_period")},
			{Path: []string{"overrides"}, Kind: "override_stream", Shape: settings.NamedLists, Sub: "retention_stream", Keep: retention},
		},
	}
}

// lokiOverridesFormat is the runtime configuration of Loki, which holds limits of tenants.
func lokiOverridesFormat() yamlFormat {
	f := lokiFormat()
	f.words = []string{"overrides"}
	f.also = map[string]any{"overrides": map[string]any{}}
	f.is = func(key string, root map[string]any) bool {
		tenants, ok := root["overrides"].(map[string]any)
		if !ok {
			return false
		}
		if strings.Contains(key, "runtime") || strings.Contains(key, "overrides") {
			return true
		}
		for _, t := range tenants {
			m, _ := t.(map[string]any)
			if settings.String(m, "retention_period") != "" || slices.ContainsFunc(settings.List(m, "retention_stream"), isMapping) {
				return true
			}
		}
		return false
	}
	return f
}

func isMapping(v any) bool {
	_, ok := v.(map[string]any)
	return ok
}

func present(m map[string]any, keys ...string) []bool {
	out := make([]bool, len(keys))
	for i, k := range keys {
		_, out[i] = m[k]
	}
	return out
}

// textFormat is a configuration in a language that is recognised and not read.
type textFormat struct {
	product facts.LogProduct
	unread  string
	is      func(key, text string) bool
	// stub is written for a snapshot, so that the file is recognised again.
	stub string
}

func textFormats() []textFormat {
	return []textFormat{
		{
			product: facts.LogAlloy, unread: "the configuration language of Grafana Alloy is not read",
			is: func(key, text string) bool {
				return strings.HasSuffix(key, ".alloy") || strings.HasSuffix(key, ".river") ||
					strings.Contains(text, "loki.write \"") || strings.Contains(text, "loki.source.")
			},
			stub: "loki.write \"left-out\" { }\n",
		},
		{
			product: facts.LogFluentd, unread: "the configuration language of Fluentd is not read",
			is: func(_, text string) bool {
				return strings.Contains(text, "@type") && (strings.Contains(text, "<source>") || strings.Contains(text, "<match"))
			},
			stub: "<match left.out>\n  @type null\n</match>\n",
		},
		{
			product: facts.LogVector, unread: "Vector's configuration is read in YAML only, not in TOML",
			is: func(key, text string) bool {
				return strings.HasSuffix(key, ".toml") && strings.Contains(text, "[sources.") && strings.Contains(text, "[sinks.")
			},
			stub: "[sources.left-out]\n[sinks.left-out]\n",
		},
	}
}
