// Package otel reads the configuration of the OpenTelemetry Collector and the OpenTelemetryCollector resource.
package otel

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/settings"
)

// ChangesContent is the setting that marks processors which write what a container wrote anew, or may.
const ChangesContent = "changes_content"

// Parts of a configuration. Of processors the names count, and that mark. A pipeline lists receivers, processors and exporters.
var Parts = []settings.Part{
	{Path: []string{"receivers"}, Kind: "receiver", Shape: settings.Named, Keep: settings.Set("include", "exclude", "operators.type", "exclude_older_than",
		"discovery.enabled")},
	{Path: []string{"processors"}, Kind: "processor", Shape: settings.Named, Keep: settings.Set(ChangesContent)},
	{Path: []string{"exporters"}, Kind: "exporter", Shape: settings.Named, Keep: settings.Set("endpoint", "endpoints", "logs_endpoint",
		"logs.endpoint", "cloudid", "region", "brokers", "project", "connection_string", "s3uploader.region", "s3uploader.s3_bucket",
		"s3uploader.endpoint", "api.site", "log_retention", "tls.insecure", "tls.insecure_skip_verify",
		"protocol.otlp.endpoint", "resolver.static.hostnames", "resolver.dns.hostname", "resolver.k8s.service")},
	{Path: []string{"connectors"}, Kind: "connector", Shape: settings.Named},
	{Path: []string{"service", "pipelines"}, Kind: "pipeline", Shape: settings.Named, Keep: settings.Set("receivers", "processors", "exporters")},
}

// IsConfig tells whether a decoded file is a configuration of the collector.
func IsConfig(root map[string]any) bool {
	_, exporters := root["exporters"].(map[string]any)
	return exporters && settings.Map(root, "service", "pipelines") != nil
}

// Parse reads a configuration written as text, as ConfigMaps and the v1alpha1 resource hold it.
func Parse(text string) ([]facts.LogSection, error) {
	root, err := settings.Decode(text)
	if err != nil {
		return nil, err
	}
	return Sections(root), nil
}

// Sections reads a decoded configuration, with its pipelines of every signal; receivers, processors, exporters and connectors
// are kept whether a pipeline names them or not.
func Sections(root map[string]any) []facts.LogSection {
	marked := maps.Clone(root)
	Mark(marked)
	return settings.ReadParts(marked, Parts)
}

// Mark marks the transform processors of a configuration that may change the content; their statements are not kept. What is
// below the configuration is not changed but replaced. Doing it twice is doing it once.
func Mark(root map[string]any) {
	processors, _ := root["processors"].(map[string]any)
	marked := maps.Clone(processors)
	for name, v := range processors {
		if kind, _, _ := strings.Cut(name, "/"); kind != "transform" || v == nil {
			continue
		}
		m, ok := v.(map[string]any)
		if !ok || changes(m["log_statements"]) {
			m = maps.Clone(m)
			if m == nil {
				m = map[string]any{}
			}
			m[ChangesContent] = true
			marked[name] = m
		}
	}
	if marked != nil {
		root["processors"] = marked
	}
}

// editsBody are statements whose editor, which begins them, is given the content, and those that are written elsewhere.
var editsBody = regexp.MustCompile(`^\s*([a-z_]+\(\s*(target\s*=\s*)?(log\.)?body\b|\$\{)`)

// changes tells whether a statement among the values may change the content.
func changes(v any) bool {
	switch v := v.(type) {
	case string:
		return editsBody.MatchString(v)
	case []any:
		return slices.ContainsFunc(v, changes)
	case map[string]any:
		for _, below := range v {
			if changes(below) {
				return true
			}
		}
	}
	return false
}
