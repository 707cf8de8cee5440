package fluentbit

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func section(kind, name string, settings ...string) facts.LogSection {
	s := facts.LogSection{Kind: kind, Name: name}
	for i := 0; i < len(settings); i += 2 {
		s.Settings = append(s.Settings, facts.LogSetting{Key: settings[i], Value: settings[i+1]})
	}
	return s
}

func TestParseClassic(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []facts.LogSection
		err  string
	}{
		"keys and section names are read in any case": {
			"[input]\n  NAME tail\n  TAG kube.*\n", []facts.LogSection{section("input", "tail", "tag", "kube.*")}, ""},
		"values keep inner blanks and repeated keys their order": {
			"[FILTER]\n\tName grep\n\tRegex log  a b\n\tExclude $x y\n",
			[]facts.LogSection{section("filter", "grep", "regex", "log  a b", "exclude", "$x y")}, ""},
		"comments, empty lines and carriage returns are no settings": {
			"# c\r\n\r\n[OUTPUT]\r\n    # c\r\n    Name null\r\n    Match *\r\n",
			[]facts.LogSection{section("output", "null", "match", "*")}, ""},
		"included files stand where the command stands": {
			"[INPUT]\n    Name tail\n@INCLUDE filters/*.conf\n[OUTPUT]\n    Name stdout\n",
			[]facts.LogSection{section("input", "tail"), section("include", "filters/*.conf"), section("output", "stdout")}, ""},
		"settings after a command still belong to the open section": {
			"[INPUT]\n    Name tail\n@SET A=b\n    Tag x\n",
			[]facts.LogSection{section("input", "tail", "tag", "x"), section("set", "A", "value", "b")}, ""},
		"variables that may be secret are not kept": {"@SET API_TOKEN=x\n", nil, ""},
		"passwords are not kept": {
			"[OUTPUT]\n    Name es\n    Host h\n    HTTP_Passwd x\n", []facts.LogSection{section("output", "es", "host", "h")}, ""},
		"credentials in URLs are not kept": {
			"[OUTPUT]\n    Name s3\n    endpoint https://u:p@s3.example.org/b?x=y\n",
			[]facts.LogSection{section("output", "s3", "endpoint", "https://s3.example.org/b")}, ""},
		"sections of no interest are left out": {"[SERVICE]\n    Flush 1\n[PARSER]\n    Name x\n", nil, ""},
		"groups of destinations are kept": {
			"[UPSTREAM]\n    name g\n[NODE]\n    name n\n    host h\n    port 1\n",
			[]facts.LogSection{section("upstream", "g"), section("node", "n", "host", "h", "port", "1")}, ""},
		"a header that is not closed is refused":             {"[INPUT\n", nil, "line 1 is not valid"},
		"a setting that is not indented is refused":          {"[INPUT]\nName tail\n", nil, "line 2 is not valid"},
		"a setting before the first header is refused":       {"\n  Name tail\n", nil, "line 2 is not valid"},
		"an empty file has no sections":                      {"", nil, ""},
		"a file without a last line feed is read to the end": {"[OUTPUT]\n    Name null", []facts.LogSection{section("output", "null")}, ""},
	} {
		got, err := ParseClassic(c.text)
		if msg := text(err); msg != c.err {
			t.Errorf("%s: error %q, want %q", name, msg, c.err)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: (-want +got)\n%s", name, d)
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestParseYAML(t *testing.T) {
	got, err := ParseYAML(`
env: {REGION: eu-north-1, TOKEN: x}
includes: [more.yaml]
service: {flush: 1}
pipeline:
  inputs:
  - Name: tail
    Tag: kube.*
    processors: {logs: [{name: sampling}, {name: sql}], metrics: [{name: labels}]}
  filters:
  - {name: kubernetes, match: kube.*, K8S-Logging.Exclude: on}
  outputs:
  - {name: http, match: '*', host: logs.example.org, port: 443, tls: true, http_passwd: x}
upstream_servers:
- {name: g, nodes: [{name: one, host: h, port: 24224}]}
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []facts.LogSection{
		section("set", "REGION", "value", "eu-north-1"),
		section("include", "more.yaml"),
		section("input", "tail", "processors.logs.name", "sampling", "processors.logs.name", "sql", "tag", "kube.*"),
		section("filter", "kubernetes", "k8s-logging.exclude", "true", "match", "kube.*"),
		section("output", "http", "host", "logs.example.org", "match", "*", "port", "443", "tls", "true"),
		section("upstream", "g"),
		section("node", "one", "host", "h", "port", "24224"),
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if _, err := ParseYAML("pipeline: [\n"); err == nil {
		t.Error("broken YAML is accepted")
	}
}

func TestIsClassicAndIsYAML(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"an input":                       {"[INPUT]\n    Name tail\n", true},
		"only includes":                  {"# main\n@SET a=b\n@INCLUDE a.conf\n", true},
		"service and includes":           {"[SERVICE]\n    Flush 1\n@INCLUDE a.conf\n", true},
		"only service":                   {"[SERVICE]\n    Flush 1\n", false},
		"parsers":                        {"[PARSER]\n    Name x\n", false},
		"an include in another language": {"server {\n@include x\n}\n", false},
		"an ini file of something else":  {"[mysqld]\nport=3306\n", false},
	} {
		if got := IsClassic(c.text); got != c.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
	for name, c := range map[string]struct {
		root map[string]any
		want bool
	}{
		"a pipeline with outputs": {map[string]any{"pipeline": map[string]any{"outputs": []any{}}}, true},
		"another pipeline":        {map[string]any{"pipeline": map[string]any{"steps": []any{}}}, false},
		"service and includes":    {map[string]any{"service": map[string]any{}, "includes": []any{"a"}}, true},
		"includes alone":          {map[string]any{"includes": []any{"a"}}, false},
		"groups of destinations":  {map[string]any{"upstream_servers": []any{}}, true},
	} {
		if got := IsYAML(c.root); got != c.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func FuzzParseClassic(f *testing.F) {
	f.Add("[INPUT]\n    Name tail\n    Tag kube.*\n@INCLUDE a.conf\n@SET a=b\n[OUTPUT]\n    Name es\n    Host ${H}\n")
	f.Add("[UPSTREAM]\n    name g\n[NODE]\n    host h\n")
	f.Fuzz(func(t *testing.T, text string) {
		first, err := ParseClassic(text)
		if err != nil {
			return
		}
		second, err := ParseClassic(WriteClassic(first))
		if d := cmp.Diff(first, second); err != nil || d != "" {
			t.Fatalf("written and read again: %v\n%s", err, d)
		}
	})
}

func FuzzParseYAML(f *testing.F) {
	f.Add("env: {A: b}\nincludes: [x]\npipeline: {inputs: [{name: tail, tag: x}], outputs: [{Name: es, host: [a, b]}]}\nupstream_servers: [{name: g, nodes: [{name: n, host: h}]}]\n")
	f.Fuzz(func(t *testing.T, text string) {
		first, err := ParseYAML(text)
		if err != nil {
			return
		}
		second, err := ParseYAML(WriteYAML(first))
		if d := cmp.Diff(first, second); err != nil || d != "" {
			t.Fatalf("written and read again: %v\n%s", err, d)
		}
	})
}
