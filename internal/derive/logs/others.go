package logs

import (
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// newVector reads a configuration of Vector.
func newVector(sections []placed, vars variables) *graph {
	g := &graph{joints: map[string]*joint{}, object: objectOf(sections)}
	for i := range sections {
		s := &sections[i]
		kind := s.Get("type")
		switch s.Kind {
		case "transform":
			st := &joint{at: s.place("transform " + s.Name)}
			if !vectorKeeps(s, kind) {
				st.drops = []string{"transform " + s.Name + " of type " + kind}
			}
			g.joints[s.Name] = st
		case "sink":
			o := newSink(s, kind, vars)
			g.outs = append(g.outs, o)
			g.joints[s.Name] = &joint{at: o.At, output: o}
		}
	}
	for i := range sections {
		s := &sections[i]
		if s.Kind == "source" {
			g.sources = append(g.sources, source{at: s.place("source " + s.Name), reads: vectorSource(s, vars), next: takers(sections, s.Name)})
		}
		if st := g.joints[s.Name]; st != nil && s.Kind == "transform" {
			st.next = takers(sections, s.Name)
		}
	}
	return g
}

// vectorKeeps tells whether a transform drops no records: a remap without abort, which does not drop on errors either.
func vectorKeeps(s *placed, kind string) bool {
	return kind == "remap" && s.Get("aborts") != "true" && s.Get("drop_on_error") != "true" || kind == "aws_ec2_metadata"
}

// takers lists the transforms and sinks that take what a component gives; name.output names one output of a route, and a
// pattern several components.
func takers(sections []placed, name string) []string {
	var out []string
	for i := range sections {
		s := &sections[i]
		if s.Kind != "transform" && s.Kind != "sink" {
			continue
		}
		for _, in := range s.All("inputs") {
			if in == name || strings.HasPrefix(in, name+".") || strings.Contains(in, "*") && globMatches(globText, in, name) {
				out = append(out, s.Name)
				break
			}
		}
	}
	return out
}

// vectorSource gives how a source reads; nil for one that takes records from others.
func vectorSource(s *placed, vars variables) func(*Record) Outcome {
	at := s.place("source " + s.Name)
	switch s.Get("type") {
	case "kubernetes_logs":
		return kubernetesLogs(s, at, vars)
	case "file":
		return vectorFile(s, at, vars)
	case "fluent", "vector", "opentelemetry", "http_server", "http", "socket", "syslog", "logstash", "kafka", "splunk_hec":
		return nil
	}
	return func(*Record) Outcome { return refused(NoInput, at) }
}

// kubernetesLogs reads /var/log/pods of the node. Pods and namespaces opt out by a label, containers by an annotation.
func kubernetesLogs(s *placed, at Place, vars variables) func(*Record) Outcome {
	selects := s.Get("extra_label_selector") + s.Get("extra_namespace_label_selector") + s.Get("extra_field_selector")
	exclude := compileGlobs(globTree, s.All("exclude_paths_glob_patterns"))
	include := compileGlobs(globTree, s.All("include_paths_glob_patterns"))
	return func(r *Record) Outcome {
		file := r.files()[1]
		switch {
		case !r.IgnoreOptOut && vectorOptOut(r) != "":
			return refused(OptedOut, at)
		case len(include) > 0 && !matchAny(include, file.path), matchAny(exclude, file.path):
			return refused(PathExcluded, at)
		case selects != "":
			return uncertain(Undecidable, Place{Object: at.Object, Field: at.Field, Text: at.Text + " with a selector of its own"})
		}
		return Outcome{Answer: date.Yes}
	}
}

func vectorFile(s *placed, at Place, vars variables) func(*Record) Outcome {
	include, exclude := compileGlobs(globTree, s.All("include")), compileGlobs(globTree, s.All("exclude"))
	return func(r *Record) Outcome {
		out := nothing
		for _, f := range r.nodeFiles() {
			if !matchAny(include, f.path) {
				continue
			}
			if matchAny(exclude, f.path) {
				out = copies(out, refused(PathExcluded, at))
				continue
			}
			out = copies(out, Outcome{Answer: date.Yes})
		}
		return out.or(NoInput, at)
	}
}

// vectorSinks say where sinks hold their destination.
var vectorSinks = map[string]fbPlace{
	"blackhole": {dead: true}, "console": {dead: true}, "file": {dead: true}, "prometheus_exporter": {dead: true},
	"aws_s3":               {provider: "aws", hostKey: "endpoint", bucketKey: "bucket"},
	"aws_cloudwatch_logs":  {provider: "aws", hostKey: "endpoint", bucketKey: "group_name"},
	"aws_kinesis_streams":  {provider: "aws", hostKey: "endpoint"},
	"aws_kinesis_firehose": {provider: "aws", hostKey: "endpoint"},
	"aws_sqs":              {provider: "aws", hostKey: "endpoint"},
	"azure_blob":           {provider: "azure", bucketKey: "account_name"},
	"azure_monitor_logs":   {provider: "azure", hostKey: "host"},
	"gcp_cloud_storage":    {provider: "gcp", hostKey: "endpoint", bucketKey: "bucket"},
	"gcp_stackdriver_logs": {provider: "gcp", defaultHost: "logging.googleapis.com"},
	"kafka":                {hostKey: "bootstrap_servers"},
	"datadog_logs":         {hostKey: "site", defaultHost: "datadoghq.com"},
	"new_relic":            {defaultHost: "log-api.newrelic.com"},
}

func newSink(s *placed, kind string, vars variables) *Output {
	o := &Output{At: s.place("sink " + s.Name)}
	place, known := vectorSinks[kind]
	if place.dead {
		o.dead = true
		return o
	}
	if !known {
		place = fbPlace{hostKey: "endpoint"}
	}
	if s.Get("buffer.when_full") == "drop_newest" {
		o.loses = "a buffer that drops records when it is full (when_full: drop_newest)"
	}
	d := Destination{Object: s.Object, Field: s.Field, Plugin: kind, Provider: place.provider, TLS: facts.NotKnown, TLSVerify: facts.Yes}
	from := settingsOf{placed: s, vars: vars, d: &d}
	d.Region, d.Bucket, d.Tenant = from.get("region"), from.get(place.bucketKey), from.get("tenant_id")
	address, _ := from.getOr(place.defaultHost, place.hostKey, "endpoint", "endpoints", "address", "uri", "url")
	switch {
	case strings.HasPrefix(address, "https://") || s.Get("tls.enabled") == "true" || place.provider != "":
		d.TLS = facts.Yes
	case strings.HasPrefix(address, "http://"):
		d.TLS = facts.No
	}
	if s.Get("tls.verify_certificate") == "false" {
		d.TLSVerify = facts.No
	}
	o.To = destinations(d, hostsOf(address))
	return o
}

// flat is a configuration that sends everything it reads to all its outputs: Promtail, Filebeat, the Datadog Agent.
type flat struct {
	reads func(*Record) Outcome
	outs  []*Output
}

func (f *flat) all() []*Output { return f.outs }

func (f *flat) route(r *Record) Outcome {
	taken := f.reads(r)
	if taken.Answer == date.No {
		return taken
	}
	out := nothing
	for _, o := range f.outs {
		out = copies(out, o.take(r, tag{}))
	}
	out = out.or(NoOutput, Place{Text: "its configuration has no output"})
	if taken.Answer == date.Maybe {
		out = out.weakened(taken.Why, taken.At)
	}
	return out
}

func (f *flat) accept(*Record, tag) Outcome { return refused(NoInput, Place{}) }

// newPromtail reads a configuration of Promtail. Which pods a scrape configuration takes follows from relabelling; without
// drop and keep it takes all.
func newPromtail(sections []placed, vars variables) *flat {
	f := &flat{}
	var scrapes []*placed
	for i := range sections {
		s := &sections[i]
		switch s.Kind {
		case "client":
			f.outs = append(f.outs, newURLOutput(s, "client", s.Get("url"), "loki", vars))
		case "scrape":
			scrapes = append(scrapes, s)
		}
	}
	f.reads = func(*Record) Outcome {
		out := nothing
		for _, s := range scrapes {
			out = copies(out, promtailScrape(s))
		}
		return out.or(NoInput, Place{Object: objectOf(sections), Text: "it has no scrape_configs"})
	}
	return f
}

func promtailScrape(s *placed) Outcome {
	at := s.place("scrape_configs " + s.Name)
	if !slices.Contains(s.All("kubernetes_sd_configs.role"), "pod") {
		return refused(NoInput, at)
	}
	for _, a := range s.All("relabel_configs.action") {
		if slices.Contains([]string{"drop", "keep", "dropequal", "keepequal", "hashmod"}, strings.ToLower(a)) {
			return uncertain(Undecidable, Place{Object: at.Object, Field: at.Field, Text: at.Text + " with relabelling that leaves targets out"})
		}
	}
	for _, stage := range s.All("stages") {
		if slices.Contains([]string{"drop", "match", "limit", "sampling"}, stage) {
			return uncertain(MayDrop, Place{Object: at.Object, Field: at.Field, Text: "stage " + stage + " of " + s.Name})
		}
	}
	return Outcome{Answer: date.Yes}
}

// newURLOutput makes an output that is nothing but a URL.
func newURLOutput(s *placed, text, address, plugin string, vars variables) *Output {
	d := Destination{Object: s.Object, Field: s.Field, Plugin: plugin, TLS: facts.No, TLSVerify: facts.Yes, Tenant: s.Get("tenant_id")}
	expanded, ok := vars.expand(address)
	if !ok {
		d.Unread, expanded = "its address is taken from the environment ("+address+")", ""
	}
	if strings.HasPrefix(expanded, "https://") {
		d.TLS = facts.Yes
	}
	return &Output{At: s.place(text), To: destinations(d, hostsOf(expanded))}
}

// newFilebeat reads a configuration of Filebeat.
func newFilebeat(sections []placed, vars variables) *flat {
	f := &flat{}
	var inputs []func(*Record) Outcome
	drops := ""
	for i := range sections {
		s := &sections[i]
		switch s.Kind {
		case "input":
			inputs = append(inputs, filebeatInput(s))
		case "provider":
			inputs = append(inputs, filebeatHints(s))
		case "processor":
			if s.Name == "drop_event" || s.Name == "rate_limit" || s.Name == "script" {
				drops = "processor " + s.Name
			}
		case "output":
			if s.Get("enabled") != "false" {
				f.outs = append(f.outs, newBeatOutput(s, sections, vars))
			}
		}
	}
	f.reads = func(r *Record) Outcome {
		out := nothing
		for _, in := range inputs {
			out = copies(out, in(r))
		}
		out = out.or(NoInput, Place{Object: objectOf(sections), Text: "it has no input"})
		if drops != "" && out.Answer == date.Yes {
			return uncertain(MayDrop, Place{Text: drops})
		}
		return out
	}
	return f
}

func filebeatInput(s *placed) func(*Record) Outcome {
	at := s.place("input " + s.Name)
	paths := compileGlobs(globTree, s.All("paths"))
	excludes := append(s.All("exclude_files"), s.All("prospector.scanner.exclude_files")...)
	return func(r *Record) Outcome {
		if s.Get("enabled") == "false" {
			return refused(NoInput, at)
		}
		for _, f := range r.nodeFiles() {
			if !matchAny(paths, f.path) {
				continue
			}
			for _, e := range excludes {
				re := compileRegex(e)
				if re == nil {
					return uncertain(Undecidable, at)
				}
				if re.MatchString(f.path) {
					return refused(PathExcluded, at)
				}
			}
			if s.Get("drops") == "true" {
				return uncertain(MayDrop, Place{Object: at.Object, Field: at.Field, Text: "processor drop_event of input " + s.Name})
			}
			return Outcome{Answer: date.Yes}
		}
		return refused(NoInput, at)
	}
}

// filebeatHints: with hints every container is read unless it opts out, or only those that opt in.
func filebeatHints(s *placed) func(*Record) Outcome {
	at := s.place("autodiscover " + s.Name)
	return func(r *Record) Outcome {
		if s.Name != "kubernetes" {
			return refused(NoInput, at)
		}
		if s.Get("hints.enabled") != "true" {
			return uncertain(Undecidable, at) // templates with conditions
		}
		if len(s.All("hints.default_config.type")) == 0 && s.Get("hints.default_config.enabled") != "false" {
			return Outcome{Answer: hintsAnswer(r, true), Why: OptedOut, At: at}.settled()
		}
		return Outcome{Answer: hintsAnswer(r, s.Get("hints.default_config.enabled") != "false"), Why: OptedOut, At: at}.settled()
	}
}

func hintsAnswer(r *Record, byDefault bool) date.Tri {
	if r.IgnoreOptOut && byDefault {
		return date.Yes
	}
	switch hintsSetting(r.Annotations, r.Container) {
	case facts.Yes:
		return date.Yes
	case facts.No:
		return date.No
	}
	return tri(byDefault)
}

// settled takes the reason off an outcome that needs none.
func (o Outcome) settled() Outcome {
	if o.Answer == date.Yes {
		o.Why, o.At = "", Place{}
	}
	return o
}

func newBeatOutput(s *placed, sections []placed, vars variables) *Output {
	o := newURLOutput(s, "output."+s.Name, strings.Join(s.All("hosts"), ","), s.Name, vars)
	if s.Name == "console" || s.Name == "file" || s.Name == "discard" {
		o.dead, o.To = true, nil
		return o
	}
	for i := range sections {
		if id := sections[i].Get("id"); sections[i].Kind == "cloud" && id != "" {
			id, ok := vars.expand(id)
			o.To = o.To[:1]
			o.To[0].Host, o.To[0].TLS, o.To[0].Unread = "", facts.Yes, ""
			if host := cloudHost(id); ok && host != "" {
				o.To[0].Host = host
			} else {
				o.To[0].Unread = "its cloud.id cannot be read"
			}
		}
	}
	if s.Get("ssl.verification_mode") == "none" {
		for i := range o.To {
			o.To[i].TLSVerify = facts.No
		}
	}
	return o
}

// newDatadog reads the settings of the Datadog Agent, which are in its environment.
func newDatadog(c *facts.Container, at facts.Ref) *flat {
	place := Place{Object: at, Field: "env", Text: "the environment of container " + c.Name}
	site := c.Settings["DD_SITE"]
	if site == "" {
		site = "datadoghq.com"
	}
	d := Destination{Object: at, Field: "env DD_SITE", Plugin: "datadog", Host: site, TLS: facts.Yes, TLSVerify: facts.Yes}
	if _, hidden := c.Telemetry["DD_SITE"]; hidden && c.Settings["DD_SITE"] == "" && c.Telemetry["DD_SITE"] == "" || c.EnvFrom {
		d.Host, d.Unread = "", "DD_SITE is in a Secret or ConfigMap that is not read"
	} else if host := c.Telemetry["DD_SITE"]; host != "" {
		d.Host = host
	}
	return &flat{
		outs:  []*Output{{At: place, To: []Destination{d}}},
		reads: func(r *Record) Outcome { return datadogReads(r, c, place) },
	}
}

func datadogReads(r *Record, c *facts.Container, at Place) Outcome {
	if !r.IgnoreOptOut && datadogOptOut(r.Annotations, r.Container) != "" {
		return refused(OptedOut, at)
	}
	on, all := c.Settings["DD_LOGS_ENABLED"], c.Settings["DD_LOGS_CONFIG_CONTAINER_COLLECT_ALL"]
	switch {
	case c.EnvFrom && (on == "" || all == ""):
		return uncertain(Unread, at)
	case on != "true":
		return refused(NoInput, at)
	case c.Settings["DD_CONTAINER_EXCLUDE"]+c.Settings["DD_CONTAINER_EXCLUDE_LOGS"] != "":
		return uncertain(Undecidable, Place{Object: at.Object, Field: "env", Text: "DD_CONTAINER_EXCLUDE"})
	case all != "true":
		if _, asked := r.Annotations["ad.datadoghq.com/"+r.Container+".logs"]; asked {
			return Outcome{Answer: date.Yes}
		}
		return refused(NoInput, at)
	}
	return Outcome{Answer: date.Yes}
}
