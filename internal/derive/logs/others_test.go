package logs

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/collectors"
	"github.com/tilsyn-dev/tilsyn/internal/gather/fluentbit"
)

func sectionsOf(t *testing.T, key, text string) []placed {
	t.Helper()
	f, ok := collectors.Read(key, text)
	if !ok || f.Unread != "" {
		t.Fatalf("not read: %v %s", ok, f.Unread)
	}
	var out []placed
	for _, s := range f.Sections {
		out = append(out, placed{LogSection: s, Object: facts.Ref{Kind: "ConfigMap", Name: key}})
	}
	return out
}

const otelTail = "service: {pipelines: {logs: {receivers: [filelog], processors: [batch], exporters: [otlphttp]}}}\n"

func TestOtherCollectors(t *testing.T) {
	const pods = "{include: [/var/log/pods/*/*/*.log]}"
	out := map[string]router{}
	add := func(name string, r router) { out[name] = r }
	otel := func(text string) router { return newOpenTelemetry(sectionsOf(t, "relay.yaml", text), variables{}) }
	vector := func(text string) router { return newVector(sectionsOf(t, "vector.yaml", text), variables{}) }
	promtail := func(text string) router { return newPromtail(sectionsOf(t, "promtail.yaml", text), variables{}) }
	beat := func(text string) router { return newFilebeat(sectionsOf(t, "filebeat.yml", text), variables{}) }
	const exporter = "exporters: {otlphttp: {endpoint: 'https://logs.example.org'}, debug: {}}\n"
	add("OpenTelemetry reads pods", otel("receivers: {filelog: "+pods+"}\n"+exporter+otelTail))
	add("OpenTelemetry excludes the namespace: PathExcluded", otel("receivers: {filelog: {include: [/var/log/pods/*/*/*.log], exclude: ['/var/log/pods/{kube-system,aula}_*/**']}}\n"+exporter+otelTail))
	add("OpenTelemetry exports to debug only: DeadEnd", otel("receivers: {filelog: "+pods+"}\n"+exporter+strings.Replace(otelTail, "[otlphttp]", "[debug]", 1)))
	add("OpenTelemetry filters by content: maybe MayDrop", otel("receivers: {filelog: "+pods+"}\n"+exporter+strings.Replace(otelTail, "[batch]", "[filter/noise]", 1)))
	transform := func(statements string) router {
		return otel("receivers: {filelog: " + pods + "}\nprocessors: {transform/a: " + statements + "}\n" + exporter + strings.Replace(otelTail, "[batch]", "[transform/a]", 1))
	}
	add("OpenTelemetry adds an attribute", transform(`{log_statements: [{context: log, statements: ['set(attributes["a"], body)']}], trace_statements: ['set(body, "")']}`))
	for i, statements := range []string{`[{context: log, statements: ['set(body, "")']}]`, `['set(log.body, "") where true']`, `['  replace_pattern( body, ".*", "")']`, `["${env:STATEMENTS}"]`,
		`[{context: log, statements: ['set(target=body, value="")']}]`} {
		add(fmt.Sprintf("OpenTelemetry changes the content (%d): maybe MayDrop", i), transform("{log_statements: "+statements+"}"))
	}
	add("OpenTelemetry transforms as another file says: maybe MayDrop", transform("'${file:transform.yaml}'"))
	add("OpenTelemetry filters in the receiver: maybe MayDrop", otel("receivers: {filelog: {include: [/var/log/pods/*/*/*.log], operators: [{type: filter}]}}\n"+exporter+otelTail))
	add("OpenTelemetry creates receivers for what pods ask: maybe Undecidable", otel("receivers: {receiver_creator: {}}\n"+exporter+strings.Replace(otelTail, "[filelog]", "[receiver_creator]", 1)))
	add("OpenTelemetry forwards to another pipeline", otel("receivers: {filelog: "+pods+"}\nconnectors: {forward: {}}\n"+exporter+
		"service: {pipelines: {logs/in: {receivers: [filelog], exporters: [forward]}, logs/out: {receivers: [forward], exporters: [otlphttp]}}}\n"))
	add("OpenTelemetry routes to another pipeline: maybe MayDrop", otel("receivers: {filelog: "+pods+"}\nconnectors: {routing: {}}\n"+exporter+
		"service: {pipelines: {logs/in: {receivers: [filelog], exporters: [routing]}, logs/out: {receivers: [routing], exporters: [otlphttp]}}}\n"))
	add("OpenTelemetry connects in a circle: NoOutput", otel("receivers: {filelog: "+pods+"}\nconnectors: {forward: {}}\n"+exporter+
		"service: {pipelines: {logs/in: {receivers: [filelog, forward], exporters: [forward]}}}\n"))

	const sink = "sinks: {s: {type: loki, inputs: [%], endpoint: 'https://logs.example.org'}}\n"
	to := func(in string) string { return strings.Replace(sink, "%", in, 1) }
	add("Vector reads pods", vector("sources: {k: {type: kubernetes_logs}}\n"+to("k")))
	add("Vector by pattern of inputs", vector("sources: {k8s: {type: kubernetes_logs}}\n"+to("'k8*'")))
	add("Vector remaps without abort", vector("sources: {k: {type: kubernetes_logs}}\ntransforms: {m: {type: remap, inputs: [k], source: '.a = 1'}}\n"+to("m")))
	remap := func(program string) router {
		return vector("sources: {k: {type: kubernetes_logs}}\ntransforms: {m: {type: remap, inputs: [k], source: '" + program + "'}}\n" + to("m"))
	}
	add("Vector adds what it reads in the message", remap(`.parsed, err = parse_json(.message); if .message == "x" { .a = {"message": 1} }; del(.kubernetes.pod_ip)`))
	for _, program := range []string{`.message = ""`, `.a = 1; . = {}`, `. |= object!(parse_json!(.message))`, `., err = parse_json(.message)`, `del(.message)`, `.message, err = slice(.message, 0, 0)`,
		`if true { ."message" = "" }`, `.m = del(.)`, `.message ??= ""`} {
		add("Vector remaps the content ("+program+"): maybe MayDrop", remap(program))
	}
	add("Vector remaps with abort: maybe MayDrop", vector("sources: {k: {type: kubernetes_logs}}\ntransforms: {m: {type: remap, inputs: [k], source: 'if .a { abort }'}}\n"+to("m")))
	add("Vector routes: maybe MayDrop", vector("sources: {k: {type: kubernetes_logs}}\ntransforms: {r: {type: route, inputs: [k]}}\n"+to("r.aula")))
	add("Vector selects namespaces itself: maybe Undecidable", vector("sources: {k: {type: kubernetes_logs, extra_namespace_label_selector: a=b}}\n"+to("k")))
	add("Vector excludes paths: PathExcluded", vector("sources: {k: {type: kubernetes_logs, exclude_paths_glob_patterns: ['**/aula_*/**']}}\n"+to("k")))
	add("Vector sinks into nothing: DeadEnd", vector("sources: {k: {type: kubernetes_logs}}\nsinks: {s: {type: blackhole, inputs: [k]}}\n"))
	add("Vector is not joined: NoOutput", vector("sources: {k: {type: kubernetes_logs}}\n"+to("other")))
	add("Vector is an aggregator: NoInput", vector("sources: {v: {type: vector}}\n"+to("v")))

	const client = "clients: [{url: 'https://logs.example.org/loki/api/v1/push'}]\n"
	add("Promtail takes all pods", promtail(client+"scrape_configs: [{job_name: pods, kubernetes_sd_configs: [{role: pod}], relabel_configs: [{action: replace}]}]\n"))
	add("Promtail drops targets: maybe Undecidable", promtail(client+"scrape_configs: [{job_name: pods, kubernetes_sd_configs: [{role: pod}], relabel_configs: [{action: drop}]}]\n"))
	add("Promtail drops lines: maybe MayDrop", promtail(client+"scrape_configs: [{job_name: pods, kubernetes_sd_configs: [{role: pod}], pipeline_stages: [{match: {stages: [{drop: {}}]}}]}]\n"))
	add("Promtail reads the journal only: NoInput", promtail(client+"scrape_configs: [{job_name: journal, journal: {}}]\n"))

	const elastic = "output.elasticsearch: {hosts: ['https://logs.example.org:9200']}\n"
	add("Filebeat reads containers", beat("filebeat.inputs: [{type: filestream, paths: [/var/log/containers/*.log]}]\n"+elastic))
	add("Filebeat excludes files: PathExcluded", beat("filebeat.inputs: [{type: filestream, paths: [/var/log/containers/*.log], prospector.scanner.exclude_files: ['_aula_']}]\n"+elastic))
	add("Filebeat drops events: maybe MayDrop", beat("filebeat.inputs: [{type: filestream, paths: [/var/log/containers/*.log]}]\nprocessors: [{drop_event: {}}]\n"+elastic))
	add("Filebeat is switched off: NoInput", beat("filebeat.inputs: [{type: filestream, enabled: false, paths: [/var/log/containers/*.log]}]\n"+elastic))
	add("Filebeat asks pods to opt in: OptedOut", beat("filebeat: {autodiscover: {providers: [{type: kubernetes, hints: {enabled: true, default_config: {enabled: false}}}]}}\n"+elastic))
	add("Filebeat by templates: maybe Undecidable", beat("filebeat: {autodiscover: {providers: [{type: kubernetes, templates: []}]}}\n"+elastic))
	add("Filebeat writes to its console: DeadEnd", beat("filebeat.inputs: [{type: filestream, paths: [/var/log/containers/*.log]}]\noutput.console: {}\n"))

	datadog := func(settings map[string]string) router {
		return newDatadog(&facts.Container{Name: "agent", Config: &facts.ContainerConfig{Settings: settings}}, facts.Ref{})
	}
	add("Datadog collects all", datadog(map[string]string{"DD_LOGS_ENABLED": "true", "DD_LOGS_CONFIG_CONTAINER_COLLECT_ALL": "true"}))
	add("Datadog collects what is asked for: NoInput", datadog(map[string]string{"DD_LOGS_ENABLED": "true"}))
	add("Datadog collects no logs: NoInput", datadog(nil))
	add("Datadog excludes by rules: maybe Undecidable", datadog(map[string]string{"DD_LOGS_ENABLED": "true", "DD_LOGS_CONFIG_CONTAINER_COLLECT_ALL": "true", "DD_CONTAINER_EXCLUDE_LOGS": "name:x"}))

	for name, r := range out {
		_, want, failing := strings.Cut(name, ": ")
		answer := date.Yes
		if failing {
			answer = date.No
			if rest, maybe := strings.CutPrefix(want, "maybe "); maybe {
				answer, want = date.Maybe, rest
			}
		}
		got := r.route(web())
		if got.Answer != answer || string(got.Why) != want {
			t.Errorf("%s: got %s %s (%s)", name, got.Answer, got.Why, got.At.Text)
		}
	}
}

func TestDestinationsOfOthers(t *testing.T) {
	for name, c := range map[string]struct {
		r    router
		want Destination
	}{
		"S3 of OpenTelemetry by default": {
			newOpenTelemetry(sectionsOf(t, "relay.yaml", "receivers: {filelog: {}}\nexporters: {awss3: {s3uploader: {s3_bucket: logs}}}\nservice: {pipelines: {logs: {receivers: [filelog], exporters: [awss3]}}}"), variables{}),
			Destination{Plugin: "awss3", Provider: "aws", Region: "us-east-1", RegionFromDefault: true, Bucket: "logs", TLS: facts.Yes, TLSVerify: facts.Yes}},
		"an endpoint from the environment": {
			newOpenTelemetry(sectionsOf(t, "relay.yaml", "receivers: {filelog: {}}\nexporters: {otlp: {endpoint: '${env:ENDPOINT}', tls: {insecure: true}}}\nservice: {pipelines: {logs: {receivers: [filelog], exporters: [otlp]}}}"), variables{"ENDPOINT": "gateway.example.org:4317"}),
			Destination{Plugin: "otlp", Host: "gateway.example.org", TLS: facts.No, TLSVerify: facts.Yes}},
		"Azure Monitor by its endpoint": {
			newOpenTelemetry(sectionsOf(t, "relay.yaml", "receivers: {filelog: {}}\nexporters: {azuremonitor: {connection_string: 'InstrumentationKey=x;IngestionEndpoint=https://northeurope-0.in.example.org/'}}\nservice: {pipelines: {logs: {receivers: [filelog], exporters: [azuremonitor]}}}"), variables{}),
			Destination{Plugin: "azuremonitor", Provider: "azure", Host: "northeurope-0.in.example.org", TLS: facts.Yes, TLSVerify: facts.Yes}},
		"S3 of Vector": {
			newVector(sectionsOf(t, "vector.yaml", "sources: {k: {type: kubernetes_logs}}\nsinks: {s: {type: aws_s3, inputs: [k], bucket: logs, region: eu-west-1}}"), variables{}),
			Destination{Plugin: "aws_s3", Provider: "aws", Region: "eu-west-1", Bucket: "logs", TLS: facts.Yes, TLSVerify: facts.Yes}},
		"Elastic Cloud of Filebeat": {
			newFilebeat(sectionsOf(t, "filebeat.yml", "filebeat.inputs: []\ncloud.id: 'aula:ZXUtbm9ydGgtMS5hd3MuZWxhc3RpYy5leGFtcGxlLm9yZyRhYmMkZGVm'\noutput.elasticsearch: {hosts: ['http://x'], ssl.verification_mode: none}"), variables{}),
			Destination{Plugin: "elasticsearch", Host: "abc.eu-north-1.aws.elastic.example.org", TLS: facts.Yes, TLSVerify: facts.No}},
		"Datadog in Europe": {
			newDatadog(&facts.Container{Config: &facts.ContainerConfig{Settings: map[string]string{"DD_SITE": "datadoghq.eu"}}}, facts.Ref{}),
			Destination{Plugin: "datadog", Host: "datadoghq.eu", TLS: facts.Yes, TLSVerify: facts.Yes}},
	} {
		outs := c.r.all()
		if len(outs) != 1 || len(outs[0].To) != 1 || !equal(outs[0].To[0], c.want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", name, outs[0].To, c.want)
		}
	}
}

func TestKept(t *testing.T) {
	const d = 24 * time.Hour
	store := func(change func(*Store)) *Store {
		s := &Store{Period: 400 * d, Enforced: facts.Yes}
		change(s)
		return s
	}
	over := func(o ...facts.LogRetention) func(*Store) { return func(s *Store) { s.Overrides = o } }
	for name, c := range map[string]struct {
		store   *Store
		tenant  string
		days    int
		forever bool
		maybe   int
	}{
		"the global period":                              {store(func(*Store) {}), "", 400, false, 0},
		"nothing set":                                    {store(func(s *Store) { s.Period = 0 }), "", 0, true, 0},
		"enforcement off":                                {store(func(s *Store) { s.Enforced = facts.No }), "", 0, true, 0},
		"a stream of the namespace":                      {store(over(facts.LogRetention{Selector: `{namespace="aula"}`, Period: d})), "", 1, false, 0},
		"a stream of another namespace":                  {store(over(facts.LogRetention{Selector: `{namespace!="aula"}`, Period: d})), "", 400, false, 0},
		"a stream by a regular expression":               {store(over(facts.LogRetention{Selector: `{namespace=~"aula|borger"}`, Period: d})), "", 1, false, 0},
		"a regular expression matches whole":             {store(over(facts.LogRetention{Selector: `{namespace=~"aul"}`, Period: d})), "", 400, false, 0},
		"a stream by another label":                      {store(over(facts.LogRetention{Selector: `{namespace="aula", level="debug"}`, Period: d})), "", 400, false, 1},
		"a selector that cannot be read":                 {store(over(facts.LogRetention{Selector: `namespace=aula`, Period: d})), "", 400, false, 1},
		"the higher priority wins":                       {store(over(facts.LogRetention{Selector: `{namespace="aula"}`, Priority: 1, Period: d}, facts.LogRetention{Selector: `{namespace=~".+"}`, Priority: 2, Period: 2 * d})), "", 2, false, 0},
		"the shorter wins at equal priority":             {store(over(facts.LogRetention{Selector: `{namespace="aula"}`, Period: 3 * d}, facts.LogRetention{Selector: `{namespace=~".+"}`, Period: 2 * d})), "", 2, false, 0},
		"the tenant's period":                            {store(over(facts.LogRetention{Tenant: "aula", Period: d})), "aula", 1, false, 0},
		"another tenant's period":                        {store(over(facts.LogRetention{Tenant: "borger", Period: d})), "aula", 400, false, 0},
		"a tenant that is not known":                     {store(over(facts.LogRetention{Tenant: "borger", Period: d})), "", 400, false, 1},
		"a global stream comes before a tenant's period": {store(over(facts.LogRetention{Tenant: "aula", Period: d}, facts.LogRetention{Selector: `{namespace="aula"}`, Period: 5 * d})), "aula", 5, false, 0},
		"a tenant's stream comes before a global one":    {store(over(facts.LogRetention{Selector: `{namespace="aula"}`, Priority: 9, Period: d}, facts.LogRetention{Tenant: "aula", Selector: `{namespace="aula"}`, Period: 5 * d})), "aula", 5, false, 0},
	} {
		k := c.store.Kept("aula", c.tenant)
		if k.Period != time.Duration(c.days)*d && !k.Forever || k.Forever != c.forever || len(k.Maybe) != c.maybe {
			t.Errorf("%s: got %+v", name, k)
		}
	}
}

func FuzzRoute(f *testing.F) {
	f.Add(tail + enrich + out + "[FILTER]\n Name rewrite_tag\n Match *\n Rule $log x $TAG[1].$0 false\n Rule $log y b.$TAG true\n")
	f.Fuzz(func(t *testing.T, text string) {
		sections, err := fluentbit.ParseClassic(text)
		if err != nil {
			return
		}
		var all []placed
		for _, s := range sections {
			all = append(all, placed{LogSection: s})
		}
		got := newFluentBit(all, variables{}).route(web())
		if got.Answer == date.Yes && got.Why != "" || got.Answer != date.Yes && got.Why == "" {
			t.Fatalf("an answer and its reason do not fit: %+v", got)
		}
	})
}

func TestManyUndecidedRulesEndSoon(t *testing.T) {
	var b strings.Builder
	b.WriteString(tail)
	for range 40 {
		b.WriteString("[FILTER]\n  Name rewrite_tag\n  Match *\n  Rule $log x $kubernetes['x'].y true\n  Rule $log y kube.$TAG false\n")
	}
	b.WriteString(out)
	start := time.Now()
	if got := classic(t, b.String(), variables{}).route(web()); got.Answer != date.Maybe {
		t.Errorf("got %+v", got)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("took %s", took)
	}
}
