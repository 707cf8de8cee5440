package logs

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// deliver gives a record to every output that matches its tag.
func (f *fluentBit) deliver(r *Record, s state) Outcome {
	out := nothing
	for _, o := range f.outputs {
		m := o.match.of(s.tag)
		if m == date.No {
			continue
		}
		got := o.take(r, s.tag)
		if m == date.Maybe {
			got = got.weakened(Undecidable, o.At)
		}
		out = copies(out, got)
	}
	return out.or(NoOutput, Place{Object: f.object(), Text: "no [OUTPUT] matches their tag " + strings.ReplaceAll(s.tag.text, containerID, "*")})
}

// object that holds the configuration, as far as it is one.
func (f *fluentBit) object() facts.Ref {
	for _, in := range f.inputs {
		return in.at.Object
	}
	return facts.Ref{}
}

// take tells what becomes of a record that an output gets.
func (o *Output) take(r *Record, t tag) Outcome {
	if o.dead {
		return refused(DeadEnd, o.At)
	}
	if o.next != nil {
		return o.next(r)
	}
	out := Outcome{Answer: date.Yes, Reached: []Reach{{Output: o, Certain: true}}}
	if len(o.hops) > 0 {
		out = o.pass(r, t)
	} else if o.opaqueHop || o.local() {
		out = Outcome{Answer: date.Maybe, Why: HandedOver, At: o.At, Reached: []Reach{{Output: o}}}
	}
	if o.strange {
		out = out.weakened(Unread, Place{Object: o.At.Object, Field: o.At.Field, Text: "what " + o.At.Text + " does is not known"})
	}
	if o.loses != "" {
		out = out.weakened(MayDrop, Place{Object: o.At.Object, Field: o.At.Field, Text: o.loses})
	}
	return out
}

// local tells whether an output sends to its own pod or node, where something that is not seen takes over.
func (o *Output) local() bool {
	return slices.ContainsFunc(o.To, func(d Destination) bool { return isLocal(d.Host) })
}

// pass hands a record over to the collectors behind a Service.
func (o *Output) pass(r *Record, t tag) Outcome {
	out := nothing
	for _, c := range o.hops {
		out = copies(out, c.accept(r, t))
	}
	return out.or(NoOutput, o.At)
}

// fbPlace says where the settings of a plugin hold its destination.
type fbPlace struct {
	provider, hostKey, defaultHost string
	defaultRegion, bucketKey       string
	dead                           bool
}

// fbPlugins are the outputs of Fluent Bit that are known.
var fbPlugins = map[string]fbPlace{
	"null": {dead: true}, "stdout": {dead: true}, "file": {dead: true}, "exit": {dead: true}, "counter": {dead: true},
	"flowcounter": {dead: true}, "lib": {dead: true}, "plot": {dead: true}, "vivo_exporter": {dead: true},
	"prometheus_exporter": {dead: true}, "prometheus_remote_write": {dead: true}, // these take metrics only

	"s3":                   {provider: "aws", hostKey: "endpoint", defaultRegion: "us-east-1", bucketKey: "bucket"},
	"cloudwatch_logs":      {provider: "aws", hostKey: "endpoint", bucketKey: "log_group_name"},
	"cloudwatch":           {provider: "aws", hostKey: "endpoint", bucketKey: "log_group_name"},
	"kinesis_streams":      {provider: "aws", hostKey: "endpoint"},
	"kinesis":              {provider: "aws", hostKey: "endpoint"},
	"kinesis_firehose":     {provider: "aws", hostKey: "endpoint"},
	"firehose":             {provider: "aws", hostKey: "endpoint"},
	"azure_blob":           {provider: "azure", hostKey: "endpoint", bucketKey: "account_name"},
	"azure":                {provider: "azure"},
	"azure_logs_ingestion": {provider: "azure", hostKey: "dce_url"},
	"azure_kusto":          {provider: "azure", hostKey: "ingestion_endpoint"},
	"stackdriver":          {provider: "gcp", defaultHost: "logging.googleapis.com"},
	"bigquery":             {provider: "gcp", defaultHost: "www.googleapis.com"},
	"chronicle":            {provider: "gcp", hostKey: "endpoint", defaultHost: "malachiteingestion-pa.googleapis.com"},

	"es": {hostKey: "host", defaultHost: "127.0.0.1"}, "opensearch": {hostKey: "host", defaultHost: "127.0.0.1"},
	"loki": {hostKey: "host", defaultHost: "127.0.0.1"}, "grafana-loki": {hostKey: "url", defaultHost: "localhost"},
	"forward": {hostKey: "host", defaultHost: "127.0.0.1"}, "http": {hostKey: "host", defaultHost: "127.0.0.1"},
	"opentelemetry": {hostKey: "host", defaultHost: "127.0.0.1"}, "tcp": {hostKey: "host", defaultHost: "127.0.0.1"},
	"splunk": {hostKey: "host", defaultHost: "127.0.0.1"}, "gelf": {hostKey: "host", defaultHost: "127.0.0.1"},
	"syslog": {hostKey: "host", defaultHost: "127.0.0.1"}, "nats": {hostKey: "host", defaultHost: "127.0.0.1"},
	"influxdb": {hostKey: "host", defaultHost: "127.0.0.1"}, "pgsql": {hostKey: "host", defaultHost: "127.0.0.1"},
	"websocket": {hostKey: "host", defaultHost: "127.0.0.1"}, "skywalking": {hostKey: "host", defaultHost: "127.0.0.1"},
	"datadog": {hostKey: "host", defaultHost: "http-intake.logs.datadoghq.com"}, "kafka": {hostKey: "brokers"}, "kafka-rest": {hostKey: "host"},
	"nrlogs": {hostKey: "base_uri", defaultHost: "log-api.newrelic.com"}, "newrelic": {hostKey: "endpoint", defaultHost: "log-api.newrelic.com"},
	"logdna": {hostKey: "logdna_host", defaultHost: "logs.logdna.com"},
}

func newFluentBitOutput(s *placed, vars variables, upstream []string) *Output {
	o := &Output{At: s.place("[OUTPUT] " + s.Name), match: newMatcher(s, vars)}
	if p := droppingProcessor(s); p != "" {
		o.loses = "processor " + p
	}
	if v := strings.ToLower(s.Get("retry_limit")); v == "no_retries" {
		o.loses = "Retry_Limit no_retries, which gives up at the first failure"
	}
	if what := leavesOut(s); what != "" {
		o.loses = what
	}
	plugin, known := fbPlugins[s.Name]
	o.strange = !known
	if plugin.dead {
		o.dead = true
		return o
	}
	d := Destination{Object: s.Object, Field: s.Field, Plugin: s.Name, Provider: plugin.provider, TLS: fbTLS(s, plugin, known), TLSVerify: facts.Yes}
	if v, set := s.Lookup("tls.verify"); set {
		d.TLSVerify = switchedOn(v)
	}
	if !known {
		plugin = fbPlace{hostKey: "host"}
	}
	from := settingsOf{placed: s, vars: vars, d: &d}
	d.Region, d.RegionFromDefault = from.getOr(plugin.defaultRegion, "region")
	if s.Name == "stackdriver" {
		d.Region = "" // the place of the resource that logs, not of the store
	}
	d.Bucket, d.Tenant = from.get(plugin.bucketKey), from.get("tenant_id")
	d.RetainsFor = fbRetention(s)
	hosts := fbHosts(from, plugin, upstream)
	o.To = destinations(d, hosts)
	return o
}

func fbTLS(s *placed, p fbPlace, known bool) facts.Tristate {
	if v, set := s.Lookup("tls"); set {
		return switchedOn(v)
	}
	if !known {
		return facts.NotKnown
	}
	if p.provider != "" || s.Name == "nrlogs" || s.Name == "newrelic" || s.Name == "logdna" {
		return facts.Yes
	}
	return facts.No
}

// fbHosts gives the hosts of an output: of a group of destinations, of cloud_id, of the setting, or the plugin's own.
func fbHosts(from settingsOf, p fbPlace, upstream []string) []string {
	if from.Get("upstream") != "" && len(upstream) > 0 {
		return upstream
	}
	if id := from.get("cloud_id"); id != "" {
		return []string{cloudHost(id)}
	}
	hosts, _ := from.getOr(p.defaultHost, p.hostKey)
	return hostsOf(hosts)
}

// fbRetention is the retention that the CloudWatch output sets on log groups that it makes itself.
func fbRetention(s *placed) time.Duration {
	days, err := strconv.Atoi(s.Get("log_retention_days"))
	if err != nil || days <= 0 || switchedOn(s.Get("auto_create_group")) != facts.Yes {
		return 0
	}
	return time.Duration(days) * 24 * time.Hour
}

// destinations makes one destination of each host, and one without host where the place follows from provider and region.
func destinations(d Destination, hosts []string) []Destination {
	if len(hosts) == 0 {
		if d.Provider == "" && d.Unread == "" {
			d.Unread = "its configuration names no host"
		}
		return []Destination{d}
	}
	out := make([]Destination, 0, len(hosts))
	for _, h := range hosts {
		d.Host = h
		if h == "" && d.Unread == "" {
			d.Unread = "its host cannot be read"
		}
		out = append(out, d)
	}
	return out
}
