package collectors

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// samples are one file of each format, each with a secret that must not be kept.
var samples = map[string]struct {
	key, text string
	product   facts.LogProduct
	unread    string
}{
	"Fluent Bit classic": {"fluent-bit.conf", `
[SERVICE]
    Parsers_File parsers.conf
[INPUT]
    Name  tail
    Tag   kube.*
    Path  /var/log/containers/*.log
[OUTPUT]
    Name   es
    Match  kube.*
    Host   logs.example.org
    HTTP_Passwd hunter2
`, facts.LogFluentBit, ""},
	"Fluent Bit YAML": {"fluent-bit.yaml", `
env: {REGION: eu-north-1, LOKI_TOKEN: hunter2}
pipeline:
  inputs: [{Name: tail, tag: kube.*, path: /var/log/containers/*.log}]
  filters: [{name: grep, match: "*", regex: [log a, log b]}]
  outputs: [{name: s3, match: "*", bucket: logs, region: "${REGION}", secret_key: hunter2}]
`, facts.LogFluentBit, ""},
	"broken Fluent Bit": {"fluent-bit.conf", "[INPUT]\n    Name tail\nPath /hunter2\n", facts.LogFluentBit, "line 3 is not valid"},
	"OpenTelemetry": {"relay.yaml", `
receivers: {filelog: {include: [/var/log/pods/*/*/*.log]}}
exporters: {otlphttp: {endpoint: "https://u:hunter2@logs.example.org", headers: {authorization: hunter2}}}
service: {pipelines: {logs: {receivers: [filelog], exporters: [otlphttp]}, traces: {receivers: [otlp], exporters: [x]}}}
`, facts.LogOpenTelemetry, ""},
	"broken OpenTelemetry": {"relay.yaml", "exporters: [\nservice: {pipelines: hunter2}", facts.LogOpenTelemetry, brokenYAML},
	"Vector": {"agent.yaml", `
sources: {k8s: {type: kubernetes_logs}}
transforms: {only: {type: filter, inputs: [k8s], condition: hunter2}}
sinks: {out: {type: loki, inputs: [only], endpoint: "https://logs.example.org", auth: {password: hunter2}}}
`, facts.LogVector, ""},
	"Vector TOML": {"vector.toml", "[sources.a]\ntype='x'\n[sinks.b]\npassword='hunter2'\n", facts.LogVector, "Vector's configuration is read in YAML only, not in TOML"},
	"Promtail": {"promtail.yaml", `
clients: [{url: "https://u:hunter2@logs.example.org/loki/api/v1/push", basic_auth: {password: hunter2}}]
scrape_configs:
- job_name: pods
  pipeline_stages: [{cri: {}}, {match: {selector: x, stages: [{drop: {expression: hunter2}}]}}]
  kubernetes_sd_configs: [{role: pod}]
`, facts.LogPromtail, ""},
	"Filebeat": {"filebeat.yml", `
filebeat.inputs: [{type: filestream, paths: [/var/log/containers/*.log], processors: [{drop_event: {when: hunter2}}]}]
processors: [{add_kubernetes_metadata: {}}]
output.elasticsearch: {hosts: ["https://logs.example.org:9200"], password: hunter2}
`, facts.LogFilebeat, ""},
	"Loki": {"config.yaml", `
schema_config: {configs: [{object_store: s3, store: tsdb}]}
limits_config: {retention_period: 9600h, retention_stream: [{selector: '{namespace="a"}', priority: 1, period: 24h}]}
compactor: {retention_enabled: true, delete_request_store: s3}
storage_config: {aws: {s3: "s3://key:hunter2@eu-north-1/logs"}}
`, facts.LogLoki, ""},
	"Loki overrides": {"runtime-config.yaml", `
overrides: {aula: {retention_period: 24h, retention_stream: [{selector: '{a="b"}', period: 48h}]}}
`, facts.LogLoki, ""},
	"Alloy":   {"config.alloy", "loki.write \"x\" { endpoint { url = \"https://u:hunter2@logs.example.org\" } }", facts.LogAlloy, "the configuration language of Grafana Alloy is not read"},
	"Fluentd": {"fluent.conf", "<source>\n  @type tail\n</source>\n<match **>\n  @type x\n  password hunter2\n</match>", facts.LogFluentd, "the configuration language of Fluentd is not read"},
}

func TestReadRecognisesByContent(t *testing.T) {
	for name, s := range samples {
		f, ok := Read(s.key, s.text)
		if !ok || f.Product != s.product || f.Unread != s.unread || f.Key != s.key {
			t.Errorf("%s: got %v, %+v", name, ok, f)
		}
		if s.unread == "" && len(f.Sections) == 0 {
			t.Errorf("%s: nothing was read", name)
		}
	}
	for name, text := range map[string]string{
		"an application's settings":   "server:\n  port: 8080\npipeline: fast\n",
		"a shell script":              "#!/bin/sh\necho [INPUT] >x\n",
		"a Prometheus configuration":  "scrape_configs:\n- job_name: a\n",
		"a Grafana dashboard":         `{"title": "pipelines", "panels": []}`,
		"nothing":                     "",
		"overrides of something else": "overrides: {a: {b: c}}\n",
	} {
		if f, ok := Read("settings.yaml", text); ok {
			t.Errorf("%s was taken for %s", name, f.Product)
		}
	}
}

func TestSnapshotsHoldWhatFactsHoldAndNoSecrets(t *testing.T) {
	for name, s := range samples {
		want, _ := Read(s.key, s.text)
		redacted, ok := Redact(s.key, s.text)
		if !ok {
			t.Errorf("%s: not kept", name)
		}
		if strings.Contains(redacted, "hunter2") {
			t.Errorf("%s: the snapshot holds the secret:\n%s", name, redacted)
		}
		got, _ := Read(s.key, redacted)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: the snapshot reads differently (-file +snapshot):\n%s\n%s", name, d, redacted)
		}
	}
}

func TestExtractConfigMap(t *testing.T) {
	k := Kinds()[0]
	cm := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: "logging", Name: "fluent-bit"},
		Data:       map[string]string{"b.conf": samples["Fluent Bit classic"].text, "a.conf": "@INCLUDE b.conf\n", "parsers.conf": "[PARSER]\n    Name x\n"},
	}
	got, err := k.Extract(cm)
	if err != nil || len(got) != 1 {
		t.Fatalf("got %v, %v", got, err)
	}
	c := got[0].(*facts.LogConfig)
	if len(c.Files) != 2 || c.Files[0].Key != "a.conf" || c.Files[1].Key != "b.conf" {
		t.Errorf("files are not the recognised ones, by key: %+v", c.Files)
	}
	if got, err := k.Extract(&corev1.ConfigMap{Data: map[string]string{"x": "y"}}); err != nil || got != nil {
		t.Errorf("an ordinary ConfigMap gave %v, %v", got, err)
	}
	if k.Prune(&corev1.ConfigMap{Data: map[string]string{"x": "y"}}) != nil {
		t.Error("an ordinary ConfigMap is kept in snapshots")
	}
}

func TestExtractLokiStack(t *testing.T) {
	var o map[string]any
	if err := yaml.Unmarshal([]byte(`
apiVersion: loki.grafana.com/v1
kind: LokiStack
metadata: {name: lokistack, namespace: logging}
spec:
  storage: {secret: {name: bucket, type: s3}}
  limits:
    global: {retention: {days: 400, streams: [{days: 30, selector: '{level="debug"}', priority: 2}]}}
    tenants: {application: {retention: {days: 500}}}
`), &o); err != nil {
		t.Fatal(err)
	}
	got, err := Kinds()[1].Extract(&unstructured.Unstructured{Object: o})
	if err != nil || len(got) != 1 {
		t.Fatalf("got %v, %v", got, err)
	}
	s := got[0].(*facts.LogStore)
	if s.Retention != days(map[string]any{"days": "400"}) || len(s.Overrides) != 2 || s.ObjectStore != "s3" ||
		s.Overrides[0].Selector != `{level="debug"}` || s.Overrides[1].Tenant != "application" {
		t.Errorf("got %+v", s)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range samples {
		f.Add(s.key, s.text)
	}
	f.Add("a.yaml", "pipeline: {inputs: []}")
	f.Fuzz(func(t *testing.T, key, text string) {
		want, ok := Read(key, text)
		redacted, kept := Redact(key, text)
		if ok != kept {
			t.Fatalf("recognised %v, kept %v", ok, kept)
		}
		if !ok {
			return
		}
		got, ok := Read(key, redacted)
		if d := cmp.Diff(want, got); !ok || d != "" {
			t.Fatalf("the snapshot reads differently: %v\n%s\n%q", ok, d, redacted)
		}
	})
}
