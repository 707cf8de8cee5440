// Package otel reads the configuration of the OpenTelemetry Collector and the OpenTelemetryCollector resource.
package otel

import (
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/settings"
)

// Parts of a configuration. Of processors only the names count. A pipeline lists receivers, processors and exporters.
var Parts = []settings.Part{
	{Path: []string{"receivers"}, Kind: "receiver", Shape: settings.Named, Keep: settings.Set("include", "exclude", "operators.type", "exclude_older_than",
		"discovery.enabled")},
	{Path: []string{"processors"}, Kind: "processor", Shape: settings.Named},
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
func Sections(root map[string]any) []facts.LogSection { return settings.ReadParts(root, Parts) }
