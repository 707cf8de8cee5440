package otel

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

const config1 = `
receivers:
  filelog/pods: {include: [/var/log/pods/*/*/*.log], exclude: [/var/log/pods/kube-system_*/*/*.log], operators: [{type: container}, {type: filter, expr: x}]}
  otlp: {protocols: {grpc: {}}}
processors: {batch: {}, filter/noise: {logs: {log_record: [x]}}}
exporters:
  otlphttp/central: {endpoint: "https://u:hunter2@logs.example.org", headers: {authorization: hunter2}, tls: {insecure_skip_verify: true}}
  azuremonitor: {connection_string: "InstrumentationKey=hunter2;IngestionEndpoint=https://northeurope-0.in.applicationinsights.azure.com/"}
connectors: {forward: {}}
service:
  pipelines:
    logs/pods: {receivers: [filelog/pods], processors: [batch, filter/noise], exporters: [otlphttp/central]}
    traces: {receivers: [otlp], exporters: [azuremonitor]}
`

func section(kind, name string, keyValues ...string) facts.LogSection {
	s := facts.LogSection{Kind: kind, Name: name}
	for i := 0; i < len(keyValues); i += 2 {
		s.Settings = append(s.Settings, facts.LogSetting{Key: keyValues[i], Value: keyValues[i+1]})
	}
	return s
}

var sections1 = []facts.LogSection{
	section("receiver", "filelog/pods", "exclude", "/var/log/pods/kube-system_*/*/*.log", "include", "/var/log/pods/*/*/*.log",
		"operators.type", "container", "operators.type", "filter"),
	section("receiver", "otlp"),
	section("processor", "batch"), section("processor", "filter/noise"),
	section("exporter", "azuremonitor", "connection_string", "IngestionEndpoint=https://northeurope-0.in.applicationinsights.azure.com/"),
	section("exporter", "otlphttp/central", "endpoint", "https://logs.example.org", "tls.insecure_skip_verify", "true"),
	section("connector", "forward"),
	section("pipeline", "logs/pods", "exporters", "otlphttp/central", "processors", "batch", "processors", "filter/noise", "receivers", "filelog/pods"),
	section("pipeline", "traces", "exporters", "azuremonitor", "receivers", "otlp"),
}

func TestParse(t *testing.T) {
	got, err := Parse(config1)
	if d := cmp.Diff(sections1, got); err != nil || d != "" {
		t.Errorf("%v (-want +got)\n%s", err, d)
	}
}

func TestExtractReadsBothVersions(t *testing.T) {
	var object map[string]any
	if err := yaml.Unmarshal([]byte(config1), &object); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		config any
		unread string
		want   []facts.LogSection
	}{
		"an object, as in v1beta1":           {object, "", sections1},
		"text, as in v1alpha1":               {config1, "", sections1},
		"text that is not valid":             {"exporters: [hunter2", "its spec.config is not valid YAML", nil},
		"nothing, so nothing can be decided": {nil, "it has no spec.config", nil},
	} {
		u := &unstructured.Unstructured{Object: map[string]any{
			"metadata": map[string]any{"name": "logs", "namespace": "otel"},
			"spec":     map[string]any{"mode": "daemonset", "config": c.config},
		}}
		k := Kinds()[0]
		got, err := k.Extract(u)
		if err != nil {
			t.Fatal(err)
		}
		p := got[0].(*facts.LogPipeline)
		if d := cmp.Diff(c.want, p.Sections); d != "" || p.Unread != c.unread || p.Mode != "daemonset" {
			t.Errorf("%s: %+v (-want +got)\n%s", name, p, d)
		}
		pruned := k.Prune(u)
		if text, err := yaml.Marshal(pruned); err != nil || strings.Contains(string(text), "hunter2") {
			t.Errorf("%s: the snapshot holds a secret: %v\n%s", name, err, text)
		}
		again, err := k.Extract(pruned)
		if d := cmp.Diff(got, again); err != nil || d != "" {
			t.Errorf("%s: the snapshot reads differently: %v\n%s", name, err, d)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(config1)
	f.Fuzz(func(t *testing.T, text string) {
		u := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"config": text}}}
		k := Kinds()[0]
		first, err := k.Extract(u)
		if err != nil {
			t.Fatal(err)
		}
		second, err := k.Extract(k.Prune(u))
		if d := cmp.Diff(first, second); err != nil || d != "" {
			t.Fatalf("%v\n%s", err, d)
		}
	})
}
