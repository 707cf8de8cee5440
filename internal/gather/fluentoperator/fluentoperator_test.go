package fluentoperator

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func object(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &u.Object); err != nil {
		t.Fatal(err)
	}
	return u
}

func read(t *testing.T, o runtime.Object, kind string) *facts.LogPipeline {
	t.Helper()
	for _, k := range Kinds() {
		if k.GVK.Kind != kind {
			continue
		}
		got, err := k.Extract(o)
		if err != nil || len(got) != 1 {
			t.Fatalf("%s: %v, %v", kind, got, err)
		}
		p := got[0].(*facts.LogPipeline)
		pruned := k.Prune(o)
		if text, err := yaml.Marshal(pruned); err != nil || strings.Contains(string(text), "hunter2") {
			t.Errorf("%s: the snapshot holds a secret (%v):\n%s", kind, err, text)
		}
		again, err := k.Extract(pruned)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(p, again[0]); d != "" {
			t.Errorf("%s: the snapshot reads differently:\n%s", kind, d)
		}
		return p
	}
	t.Fatalf("no kind %s", kind)
	return nil
}

func sections(kind, name string, keyValues ...string) []facts.LogSection {
	s := facts.LogSection{Kind: kind, Name: name}
	for i := 0; i < len(keyValues); i += 2 {
		s.Settings = append(s.Settings, facts.LogSetting{Key: keyValues[i], Value: keyValues[i+1]})
	}
	return []facts.LogSection{s}
}

func TestSections(t *testing.T) {
	for name, c := range map[string]struct {
		kind, spec string
		want       []facts.LogSection
	}{
		"a tail input keeps tag and paths": {
			"ClusterInput", "{tail: {tag: kube.*, path: /var/log/containers/*.log, excludePath: /var/log/containers/a*, parser: cri}}",
			sections("input", "tail", "exclude_path", "/var/log/containers/a*", "parser", "cri", "path", "/var/log/containers/*.log", "tag", "kube.*")},
		"processors of an input are named": {
			"ClusterInput", "{tail: {tag: kube.*}, processors: {logs: [{name: sampling}]}}",
			sections("input", "tail", "processors.logs.name", "sampling", "tag", "kube.*")},
		"what processors of an input take away is kept": {
			"ClusterInput", "{tail: {tag: kube.*, ignoredOlder: 1s}, processors: {logs: [{name: content_modifier, action: delete, key: log, value: hunter2}]}}",
			sections("input", "tail", "processors.logs.action", "delete", "processors.logs.key", "log", "processors.logs.name", "content_modifier",
				"ignore_older", "1s", "tag", "kube.*")},
		"rules of modify are those of Fluent Bit": {
			"ClusterFilter", "{match: kube.*, filters: [{modify: {conditions: [{keyExists: log}], rules: [{remove: log}, {removeWildcard: l}, {set: {a: hunter2}}, {hardRename: {log: b}}]}}]}",
			sections("filter", "modify", "match", "kube.*", "remove", "log", "remove_wildcard", "l", "set", "a", "hard_rename", "log b", "condition", "")},
		"keys that record_modifier removes": {
			"ClusterFilter", "{match: kube.*, filters: [{recordModifier: {removeKeys: [log], allowlistKeys: [a, b], records: [x hunter2]}}]}",
			sections("filter", "record_modifier", "match", "kube.*", "allowlist_key", "a", "allowlist_key", "b", "record", "x", "remove_key", "log")},
		"a filter that is not known is not left out": {
			"ClusterFilter", "{match: kube.*, filters: [{sieve: {password: hunter2}}]}", sections("filter", "sieve", "match", "kube.*")},
		"an output that is not known is not left out": {
			"ClusterOutput", "{match: kube.*, pigeon: {password: hunter2, host: h.example.org}}", sections("output", "pigeon", "match", "kube.*", "host", "h.example.org")},
		"keys that Loki does not get": {
			"ClusterOutput", "{match: kube.*, loki: {host: h.example.org, removeKeys: [log]}}",
			sections("output", "loki", "match", "kube.*", "host", "h.example.org", "remove_keys", "log")},
		"an input of metrics brings no logs": {"ClusterInput", "{nodeExporterMetrics: {tag: m}}", nil},
		"the option for opting out keeps its name": {
			"ClusterFilter", "{match: kube.*, filters: [{kubernetes: {k8sLoggingExclude: true, labels: false}}]}",
			sections("filter", "kubernetes", "match", "kube.*", "k8s-logging.exclude", "true", "labels", "false")},
		"rules of rewrite_tag keep their order": {
			"Filter", "{match: kube.*, filters: [{rewriteTag: {rules: ['$a x b false', '$c y d true']}}]}",
			sections("filter", "rewrite_tag", "match", "kube.*", "rule", "$a x b false", "rule", "$c y d true")},
		"S3 spells its keys with capitals": {
			"ClusterOutput", "{match: kube.*, s3: {Region: eu-north-1, Bucket: logs, Endpoint: 'https://u:hunter2@s3.example.org'}}",
			sections("output", "s3", "match", "kube.*", "bucket", "logs", "endpoint", "https://s3.example.org", "region", "eu-north-1")},
		"a tls block switches TLS on": {
			"Output", "{matchRegex: ^kube, es: {host: logs.example.org, port: 9200, httpPassword: hunter2, tls: {verify: false}}}",
			sections("output", "es", "match_regex", "^kube", "host", "logs.example.org", "port", "9200", "tls.verify", "false", "tls", "on")},
		"an output that keeps nothing": {"ClusterOutput", `{match: '*', "null": {}}`, sections("output", "null", "match", "*")},
		"the text of a custom plugin is a section": {
			"ClusterOutput", "{match: kube.*, customPlugin: {config: \"Name opensearch\\n  Host logs.example.org\\n  HTTP_Passwd hunter2\\n\"}}",
			sections("output", "opensearch", "match", "kube.*", "host", "logs.example.org")},
		"a custom plugin in YAML": {
			"ClusterOutput", "{customPlugin: {yamlConfig: {name: stdout, match: '*'}}}", sections("output", "stdout", "match", "*")},
	} {
		p := read(t, object(t, "metadata: {name: x}\nspec: "+c.spec), c.kind)
		if d := cmp.Diff(c.want, p.Sections); d != "" || p.Unread != "" {
			t.Errorf("%s: %s (-want +got)\n%s", name, p.Unread, d)
		}
	}
}

func TestACustomPluginThatOpensAnotherSectionIsNotRead(t *testing.T) {
	p := read(t, object(t, `
metadata: {name: x}
spec: {customPlugin: {config: "Name stdout\n[OUTPUT]\nName null"}}
`), "ClusterOutput")
	if p.Unread == "" || p.Sections != nil {
		t.Errorf("got %+v", p)
	}
}

func TestSelectors(t *testing.T) {
	p := read(t, object(t, `
metadata: {name: fluent-bit-config, labels: {app.kubernetes.io/name: fluent-bit}}
spec: {inputSelector: {matchLabels: {fluentbit.fluent.io/enabled: "true"}}}
`), "ClusterFluentBitConfig")
	want := map[string]*metav1.LabelSelector{
		"input":  {MatchLabels: map[string]string{"fluentbit.fluent.io/enabled": "true"}},
		"filter": {}, "output": {},
	}
	if d := cmp.Diff(want, p.Selectors); d != "" || p.Labels["app.kubernetes.io/name"] != "fluent-bit" {
		t.Errorf("(-want +got)\n%s", d)
	}
	fb := read(t, object(t, "metadata: {name: fluent-bit, namespace: fluent}\nspec: {fluentBitConfigName: fluent-bit-config}"), "FluentBit")
	if fb.Config != "fluent-bit-config" || fb.Selectors["config"] == nil || fb.Ref.Namespace != "fluent" {
		t.Errorf("got %+v", fb)
	}
	bad := object(t, "metadata: {name: x}\nspec: {outputSelector: {matchExpressions: [{key: a, operator: Near}]}}")
	if _, err := Kinds()[1].Extract(bad); err == nil {
		t.Error("a selector with an unknown operator is accepted")
	}
}

func FuzzCustomPlugin(f *testing.F) {
	f.Add("Name s3\nMatch *\n")
	f.Fuzz(func(t *testing.T, config string) {
		u := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"customPlugin": map[string]any{"config": config}}}}
		k := Kinds()[6]
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
