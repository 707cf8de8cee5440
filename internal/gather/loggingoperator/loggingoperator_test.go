package loggingoperator

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func read(t *testing.T, kind, text string) *facts.LogPipeline {
	t.Helper()
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte("metadata: {name: x, namespace: y}\n"+text), &u.Object); err != nil {
		t.Fatal(err)
	}
	for _, k := range Kinds() {
		if k.GVK.Kind != kind {
			continue
		}
		got, err := k.Extract(u)
		if err != nil || len(got) != 1 {
			t.Fatalf("%s: %v, %v", kind, got, err)
		}
		pruned := k.Prune(u)
		if text, err := yaml.Marshal(pruned); err != nil || strings.Contains(string(text), "hunter2") {
			t.Errorf("%s: the snapshot holds a secret (%v):\n%s", kind, err, text)
		}
		again, err := k.Extract(pruned)
		if d := cmp.Diff(got, again); err != nil || d != "" {
			t.Errorf("%s: the snapshot reads differently: %v\n%s", kind, err, d)
		}
		return got[0].(*facts.LogPipeline)
	}
	t.Fatalf("no kind %s", kind)
	return nil
}

func section(kind, name string, keyValues ...string) facts.LogSection {
	s := facts.LogSection{Kind: kind, Name: name}
	for i := 0; i < len(keyValues); i += 2 {
		s.Settings = append(s.Settings, facts.LogSetting{Key: keyValues[i], Value: keyValues[i+1]})
	}
	return s
}

func TestReadLogging(t *testing.T) {
	p := read(t, "Logging", `
spec:
  controlNamespace: logging
  loggingRef: main
  watchNamespaces: [aula]
  watchNamespaceSelector: {matchLabels: {logs: central}}
  allowClusterResourcesFromAllNamespaces: true
  defaultFlow: {globalOutputRefs: [all], outputRefs: [older]}
  globalFilters: [{throttle: {group_bucket_limit: 100}}]
  fluentd: {}
`)
	want := &facts.LogSystem{
		ControlNamespace: "logging", WatchNamespaces: []string{"aula"}, AnyNamespace: true, DefaultFlow: []string{"all", "older"},
		WatchSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"logs": "central"}},
	}
	if d := cmp.Diff(want, p.System); d != "" || p.LoggingRef != "main" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if d := cmp.Diff([]facts.LogSection{section("filter", "throttle")}, p.Sections); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if p := read(t, "Logging", "spec: {flowConfigOverride: '<match **>'}"); p.Unread == "" {
		t.Error("flows that are replaced by text count as read")
	}
}

func TestReadAgent(t *testing.T) {
	p := read(t, "FluentbitAgent", `
spec:
  inputTail: {Exclude_Path: /var/log/containers/noisy*, Parser: cri}
  filterGrep: {Match: "*", Exclude: ["$kubernetes['namespace_name'] ^aula$"], LogicalOp: OR}
  filterModify: [{rules: [{Remove: {key: stream}}, {Set: {key: a, value: hunter2}}, {Hard_rename: {key: log, value: b}}], conditions: [{Key_exists: {key: log}}]}]
`)
	want := []facts.LogSection{
		section("agent-input", "tail", "exclude_path", "/var/log/containers/noisy*", "parser", "cri", "path", "/var/log/containers/*.log", "tag", "kubernetes.*"),
		section("agent-filter", "modify", "match", "*", "remove", "stream", "set", "a", "hard_rename", "log b", "condition", ""),
		section("agent-filter", "kubernetes", "match", "*", "k8s-logging.exclude", "On", "kube_tag_prefix", "kubernetes.var.log.containers"),
		section("agent-filter", "grep", "exclude", "$kubernetes['namespace_name'] ^aula$", "match", "*", "logical_op", "OR"),
		section("agent-output", "forward", "match", "*"),
	}
	if d := cmp.Diff(want, p.Sections); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	off := read(t, "FluentbitAgent", `spec: {filterKubernetes: {K8S-Logging.Exclude: "Off"}, targetHost: relay.example.org}`)
	if off.Sections[1].Get("k8s-logging.exclude") != "Off" || off.Sections[2].Get("host") != "relay.example.org" {
		t.Errorf("got %+v", off.Sections)
	}
	if p := read(t, "FluentbitAgent", "spec: {customConfigSecret: own}"); p.Unread == "" {
		t.Error("a configuration in a Secret counts as read")
	}
}

func TestReadFlow(t *testing.T) {
	p := read(t, "ClusterFlow", `
spec:
  loggingRef: main
  match:
  - exclude: {namespaces: [kube-system], container_names: [debug]}
  - select: {namespaces_regex: ["^aula"], namespace_labels: {a: b}, labels: {c: d}, hosts: [n1]}
  filters: [{tag_normaliser: {}}, {parser: {reserve_data: true}}]
  globalOutputRefs: [s3]
  outputRefs: [older]
status: {active: true, problemsCount: 1, problems: ["no such output"]}
`)
	want := &facts.LogFlow{GlobalOutputs: []string{"s3", "older"}, Matches: []facts.LogMatch{
		{Exclude: true, Namespaces: []string{"kube-system"}, Containers: []string{"debug"}},
		{NamespaceRegex: []string{"^aula"}, NamespaceLabels: map[string]string{"a": "b"}, Labels: map[string]string{"c": "d"}, Hosts: []string{"n1"}},
	}}
	if d := cmp.Diff(want, p.Flow); d != "" || p.Active != facts.Yes || len(p.Problems) != 1 {
		t.Errorf("%+v (-want +got)\n%s", p, d)
	}
	if d := cmp.Diff([]facts.LogSection{section("filter", "tag_normaliser"), section("filter", "parser", "reserve_data", "true")}, p.Sections); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	older := read(t, "Flow", "spec: {selectors: {app: web}, outputRefs: [s3], localOutputRefs: [es]}\nstatus: {active: false}")
	if d := cmp.Diff(&facts.LogFlow{LocalOutputs: []string{"es", "s3"}, Matches: []facts.LogMatch{{Labels: map[string]string{"app": "web"}}}},
		older.Flow); d != "" || older.Active != facts.No {
		t.Errorf("(-want +got)\n%s", d)
	}
	if p := read(t, "Flow", "spec: {match: [{select: {}}]}"); len(p.Flow.Matches) != 1 {
		t.Errorf("select of everything is lost: %+v", p.Flow)
	}
}

func TestReadOutput(t *testing.T) {
	for name, c := range map[string]struct {
		spec string
		want facts.LogSection
	}{
		"S3": {"{s3: {s3_bucket: logs, s3_region: eu-north-1, aws_sec_key: {value: hunter2}}}",
			section("output", "s3", "s3_bucket", "logs", "s3_region", "eu-north-1")},
		"Loki with credentials in the URL": {"{loki: {url: 'https://u:hunter2@loki.example.org', tenant: aula, buffer: {overflow_action: drop_oldest_chunk}}}",
			section("output", "loki", "buffer.overflow_action", "drop_oldest_chunk", "tenant", "aula", "url", "https://loki.example.org")},
		"forward": {"{forward: {servers: [{host: a.example.org}, {host: b.example.org}], transport: tls}}",
			section("output", "forward", "servers.host", "a.example.org", "servers.host", "b.example.org", "transport", "tls")},
		"nothing": {"{nullout: {}}", section("output", "nullout")},
	} {
		p := read(t, "ClusterOutput", "spec: "+c.spec)
		if d := cmp.Diff([]facts.LogSection{c.want}, p.Sections); d != "" {
			t.Errorf("%s: (-want +got)\n%s", name, d)
		}
	}
	if !read(t, "ClusterOutput", "spec: {protected: true, nullout: {}}").Protected {
		t.Error("protected is lost")
	}
}
