package logs

import (
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
			switch {
			case !vectorKeeps(s, kind):
				st.drops = []string{"transform " + s.Name + " of type " + kind}
			case s.Get("changes_content") == "true":
				st.drops = []string{"transform " + s.Name + " of type " + kind + ", which changes the content,"}
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
			g.sources = append(g.sources, source{at: s.place("source " + s.Name), reads: vectorSource(s), next: takers(sections, s.Name)})
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
func vectorSource(s *placed) func(*Record) Outcome {
	at := s.place("source " + s.Name)
	switch s.Get("type") {
	case "kubernetes_logs":
		return kubernetesLogs(s, at)
	case "file":
		return vectorFile(s, at)
	case "fluent", "vector", "opentelemetry", "http_server", "http", "socket", "syslog", "logstash", "kafka", "splunk_hec":
		return nil
	}
	return func(*Record) Outcome { return refused(NoInput, at) }
}

// kubernetesLogs reads /var/log/pods of the node. Pods and namespaces opt out by a label, containers by an annotation.
func kubernetesLogs(s *placed, at Place) func(*Record) Outcome {
	selects := s.Get("extra_label_selector") + s.Get("extra_namespace_label_selector") + s.Get("extra_field_selector")
	exclude := compileGlobs(globTree, s.All("exclude_paths_glob_patterns"))
	include := compileGlobs(globTree, s.All("include_paths_glob_patterns"))
	return func(r *Record) Outcome {
		file := r.nodeFiles()[podFile]
		switch {
		case !r.seesPods():
			return refused(NoInput, at)
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

func vectorFile(s *placed, at Place) func(*Record) Outcome {
	include, exclude := compileGlobs(globTree, s.All("include")), compileGlobs(globTree, s.All("exclude"))
	return func(r *Record) Outcome {
		out := nothing
		for _, f := range r.files() {
			if f.exists != date.Yes || !matchAny(include, f.path) {
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
