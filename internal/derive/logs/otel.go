package logs

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// componentType gives the type in an identifier type/name.
func componentType(id string) string {
	t, _, _ := strings.Cut(id, "/")
	return t
}

// keepingComponents are processors that drop no log records, as long as none of their statements changes the content. memory_limiter refuses records, and receivers of files then
// read them again.
var keepingComponents = []string{"batch", "memory_limiter", "resource", "resourcedetection", "attributes", "k8sattributes", "k8s_attributes", "transform",
	"groupbyattrs", "resource_detection", "geoip", "redaction", "cumulativetodelta", "metricstransform", "schema", "unroll"}

// newOpenTelemetry reads a configuration of the OpenTelemetry Collector. Only what a pipeline of logs names takes part.
func newOpenTelemetry(sections []placed, vars variables) *graph {
	g := &graph{joints: map[string]*joint{}, object: objectOf(sections)}
	by := map[string]map[string]*placed{}
	for i := range sections {
		s := &sections[i]
		if by[s.Kind] == nil {
			by[s.Kind] = map[string]*placed{}
		}
		by[s.Kind][s.Name] = s
	}
	outputs := map[string]string{}
	for i := range sections {
		if s := &sections[i]; s.Kind == "pipeline" {
			if componentType(s.Name) == "logs" {
				g.addPipeline(s, by, outputs, vars)
			}
			g.addHanded(s, by, vars)
		}
	}
	return g
}

// scrapers are receivers that fetch what they bring, so that nobody can send to them.
var scrapers = []string{"filelog", "file_log", "k8s_events", "k8sobjects", "journald", "windowseventlog", "hostmetrics", "kubeletstats", "prometheus",
	"k8s_cluster", "receiver_creator"}

// addHanded adds the exporters of a pipeline of any signal that takes what others send, also by way of other pipelines.
func (g *graph) addHanded(s *placed, by map[string]map[string]*placed, vars variables) {
	if !slices.ContainsFunc(s.All("receivers"), func(id string) bool { return !slices.Contains(scrapers, componentType(id)) }) {
		return
	}
	for _, id := range s.All("exporters") {
		if e := by["exporter"][id]; e != nil {
			g.handed = append(g.handed, newExporter(e, vars))
		}
	}
}

func (g *graph) addPipeline(s *placed, by map[string]map[string]*placed, outputs map[string]string, vars variables) {
	name := "pipeline " + s.Name
	p := &joint{at: s.place("pipeline " + s.Name)}
	p.drops = losing(s.All("processors"), by["processor"])
	for _, id := range s.All("exporters") {
		if by["connector"][id] != nil {
			// A connector joins pipelines; all but forward may let only some records through.
			join := "connector " + id
			if g.joints[join] == nil {
				g.joints[join] = &joint{at: by["connector"][id].place(join)}
				if componentType(id) != "forward" {
					g.joints[join].drops = []string{join}
				}
			}
			p.next = append(p.next, join)
			continue
		}
		if e := by["exporter"][id]; e != nil {
			if outputs[id] == "" {
				outputs[id] = "exporter " + id
				o := newExporter(e, vars)
				g.outs = append(g.outs, o)
				g.joints[outputs[id]] = &joint{at: o.At, output: o}
			}
			p.next = append(p.next, outputs[id])
		}
	}
	g.joints[name] = p
	for _, id := range s.All("receivers") {
		if c := by["connector"][id]; c != nil {
			join := "connector " + id
			if g.joints[join] == nil {
				g.joints[join] = &joint{at: c.place(join)}
				if componentType(id) != "forward" {
					g.joints[join].drops = []string{join}
				}
			}
			g.joints[join].next = append(g.joints[join].next, name)
			continue
		}
		if r := by["receiver"][id]; r != nil {
			g.sources = append(g.sources, newReceiver(r, name, vars))
		}
	}
}

// losing names the processors of a pipeline that may drop a record or take its content away.
func losing(ids []string, known map[string]*placed) (out []string) {
	for _, id := range ids {
		if !slices.Contains(keepingComponents, componentType(id)) {
			out = append(out, "processor "+id)
		} else if s := known[id]; s != nil && s.Get("changes_content") == "true" {
			out = append(out, "processor "+id+", which changes the content,")
		}
	}
	return out
}

func newReceiver(s *placed, pipeline string, vars variables) source {
	src := source{at: s.place("receiver " + s.Name), next: []string{pipeline}}
	switch componentType(s.Name) {
	case "filelog", "file_log":
		src.reads = filelog(s, vars)
	case "receiver_creator":
		src.reads = func(r *Record) Outcome { return uncertain(Undecidable, src.at) } // it starts receivers for what pods ask for
	case "k8s_events", "k8sobjects", "journald", "windowseventlog", "hostmetrics", "kubeletstats", "prometheus", "k8s_cluster":
		src.reads = func(r *Record) Outcome { return refused(NoInput, src.at) } // it brings no container logs
	}
	return src
}

// filelog reads files by include and exclude. Operators of type filter and noop-like routers may drop.
func filelog(s *placed, vars variables) func(*Record) Outcome {
	at := s.place("receiver " + s.Name)
	unknown := false
	expand := func(patterns []string) []glob {
		for i, p := range patterns {
			var ok bool
			if patterns[i], ok = vars.expand(p); !ok {
				unknown = true
			}
		}
		return compileGlobs(globTree, patterns)
	}
	include, exclude := expand(s.All("include")), expand(s.All("exclude"))
	filters, young := slices.Contains(s.All("operators.type"), "filter"), youngOnly(s, "exclude_older_than")
	return func(r *Record) Outcome {
		if unknown {
			return uncertain(Undecidable, at)
		}
		out := nothing
		for _, f := range r.files() {
			switch {
			case !matchAny(include, f.path):
			case matchAny(exclude, f.path):
				out = copies(out, refused(PathExcluded, at))
			case filters:
				out = copies(out, uncertain(MayDrop, s.place("operator filter of receiver "+s.Name)))
			case young != "":
				out = copies(out, uncertain(MayDrop, s.place(young+" of receiver "+s.Name)))
			case f.exists != date.Yes:
				out = copies(out, uncertain(Undecidable, at))
			default:
				out = copies(out, Outcome{Answer: date.Yes})
			}
		}
		return out.or(NoInput, at)
	}
}

// otelExporters say where exporters hold their destination: keys of hosts, provider, key of the bucket and default region.
var otelExporters = map[string]fbPlace{
	"debug": {dead: true}, "nop": {dead: true}, "logging": {dead: true}, "file": {dead: true}, "prometheus": {dead: true},
	"prometheusremotewrite": {dead: true},
	"awss3":                 {provider: "aws", hostKey: "s3uploader.endpoint", bucketKey: "s3uploader.s3_bucket", defaultRegion: "us-east-1"},
	"awscloudwatchlogs":     {provider: "aws", hostKey: "endpoint"},
	"awskinesis":            {provider: "aws", hostKey: "endpoint"},
	"googlecloud":           {provider: "gcp", defaultHost: "logging.googleapis.com"},
	"azuremonitor":          {provider: "azure", hostKey: "connection_string"},
	"azureblob":             {provider: "azure", hostKey: "url"},
	"azuredataexplorer":     {provider: "azure", hostKey: "cluster_uri"},
	"elasticsearch":         {hostKey: "endpoints"},
	"opensearch":            {hostKey: "http.endpoint"},
	"kafka":                 {hostKey: "brokers"},
	"datadog":               {hostKey: "api.site", defaultHost: "datadoghq.com"},
}

func newExporter(s *placed, vars variables) *Output {
	kind := componentType(s.Name)
	o := &Output{At: s.place("exporter " + s.Name)}
	place, known := otelExporters[kind]
	if place.dead {
		o.dead = true
		return o
	}
	if !known {
		place = fbPlace{hostKey: "endpoint"} // otlp, otlphttp, loki, splunk_hec and most others
	}
	d := Destination{Object: s.Object, Field: s.Field, Plugin: kind, Provider: place.provider, TLS: facts.Yes, TLSVerify: facts.Yes}
	from := settingsOf{placed: s, vars: vars, d: &d}
	d.Region, d.RegionFromDefault = from.getOr(place.defaultRegion, "s3uploader.region", "region")
	d.Bucket = from.get(place.bucketKey)
	address, _ := from.getOr(place.defaultHost, place.hostKey, "endpoint", "endpoints", "logs_endpoint", "logs.endpoint",
		"protocol.otlp.endpoint", "resolver.static.hostnames", "resolver.dns.hostname", "resolver.k8s.service")
	address = strings.TrimPrefix(address, "IngestionEndpoint=")
	if strings.HasPrefix(address, "http://") || s.Get("tls.insecure") == "true" {
		d.TLS = facts.No
	}
	if s.Get("tls.insecure_skip_verify") == "true" {
		d.TLSVerify = facts.No
	}
	if days, err := strconv.Atoi(s.Get("log_retention")); err == nil && days > 0 {
		d.RetainsFor = time.Duration(days) * 24 * time.Hour
	}
	hosts := hostsOf(address)
	if id := from.get("cloudid"); id != "" {
		hosts = []string{cloudHost(id)}
	}
	o.To = destinations(d, hosts)
	return o
}
