package logs

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// loggingGroup is the group of the Logging operator's resources.
const loggingGroup = "logging.banzaicloud.io"

// agentPrefix marks sections of the agent in the resources of the Logging operator.
const agentPrefix = "agent-"

// flows is the part of a Logging behind its agent.
type flows struct {
	logging  *facts.LogPipeline
	all      []flow
	fallback *flow // spec.defaultFlow
	drops    []string
}

type flow struct {
	at      Place
	own     string // namespace of a Flow, which takes records of no other
	matches []flowMatch
	drops   []string
	outputs []*Output
	// idle says why the operator does not run the flow, doubt why that is not known.
	idle, doubt string
}

type flowMatch struct{ facts.LogMatch }

// newFlows joins the flows and outputs of a Logging.
func newFlows(all resources, logging *facts.LogPipeline, namespaces map[string]*facts.Namespace) *flows {
	f := &flows{logging: logging, drops: droppingFilters(logging.Sections)}
	for _, kind := range []string{"Flow", "ClusterFlow"} {
		for _, p := range all[[2]string{loggingGroup, kind}] {
			if p.LoggingRef == logging.LoggingRef && f.holds(p, namespaces) {
				f.all = append(f.all, f.newFlow(all, p))
			}
		}
	}
	if len(logging.System.DefaultFlow) > 0 {
		d := &facts.LogPipeline{Ref: logging.Ref, Active: facts.Yes, Flow: &facts.LogFlow{GlobalOutputs: logging.System.DefaultFlow}}
		fallback := f.newFlow(all, d)
		f.fallback = &fallback
	}
	return f
}

// holds tells whether a flow stands where the Logging looks for flows.
func (f *flows) holds(p *facts.LogPipeline, namespaces map[string]*facts.Namespace) bool {
	s := f.logging.System
	if p.Ref.Kind == "ClusterFlow" {
		return s.AnyNamespace || p.Ref.Namespace == s.ControlNamespace
	}
	return watched(s, p.Ref.Namespace, namespaces)
}

func watched(s *facts.LogSystem, namespace string, namespaces map[string]*facts.Namespace) bool {
	if len(s.WatchNamespaces) == 0 && s.WatchSelector == nil {
		return true
	}
	if slices.Contains(s.WatchNamespaces, namespace) {
		return true
	}
	n := namespaces[namespace]
	if s.WatchSelector == nil || n == nil {
		return false
	}
	selector, err := metav1.LabelSelectorAsSelector(s.WatchSelector)
	return err == nil && selector.Matches(labels.Set(n.Labels))
}

func (f *flows) newFlow(all resources, p *facts.LogPipeline) flow {
	out := flow{at: Place{Object: p.Ref, Field: "spec", Text: p.Ref.String()}, drops: droppingFilters(p.Sections)}
	if p.Ref.Kind == "Flow" {
		out.own = p.Ref.Namespace
	}
	switch {
	case p.Active == facts.No:
		out.idle = problems("the operator does not run it", p.Problems)
	case len(p.Problems) > 0:
		out.doubt = problems("the operator reports problems", p.Problems)
	case p.Active == facts.NotKnown:
		out.doubt = "the operator has not said yet that it runs it (status.active)"
	}
	for _, m := range p.Flow.Matches {
		out.matches = append(out.matches, flowMatch{m})
	}
	for _, name := range p.Flow.LocalOutputs {
		out.outputs = append(out.outputs, f.output(all, p, "Output", p.Ref.Namespace, name)...)
	}
	for _, name := range p.Flow.GlobalOutputs {
		out.outputs = append(out.outputs, f.output(all, p, "ClusterOutput", f.logging.System.ControlNamespace, name)...)
	}
	return out
}

func problems(what string, list []string) string {
	if len(list) == 0 {
		return what
	}
	return what + ": " + strings.Join(list, "; ")
}

// output gives the output of a name as far as the operator uses it.
func (f *flows) output(all resources, p *facts.LogPipeline, kind, namespace, name string) []*Output {
	o := all.get(loggingGroup, kind, namespace, name)
	if o == nil || o.LoggingRef != f.logging.LoggingRef || o.Active == facts.No || o.Protected && p.Ref.Kind == "Flow" {
		return nil
	}
	var out []*Output
	for i := range o.Sections {
		s := placed{LogSection: o.Sections[i], Object: o.Ref, Field: "spec." + o.Sections[i].Name}
		out = append(out, newFluentdOutput(&s))
	}
	return out
}

// keepingFilters of flows drop no records. A parser without reserve_data drops what it cannot parse.
var keepingFilters = []string{"tag_normaliser", "record_transformer", "record_modifier", "dedot", "concat", "prometheus", "stdout", "geoip",
	"detectExceptions", "enhanceK8s", "kube_events_timestamp", "useragent", "elasticsearch_genid", "sumologic"}

func droppingFilters(sections []facts.LogSection) []string {
	var out []string
	for i := range sections {
		s := &sections[i]
		if s.Kind != "filter" || slices.Contains(keepingFilters, s.Name) || s.Name == "parser" && s.Get("reserve_data") == "true" {
			continue
		}
		out = append(out, "filter "+s.Name)
	}
	return out
}

// take sends a record to every flow that selects it, and to the default flow where none does.
func (f *flows) take(r *Record) Outcome {
	out := nothing
	selected := date.No
	for i := range f.all {
		fl := &f.all[i]
		m := fl.selects(r)
		if m == date.No {
			continue
		}
		if selected != date.Yes {
			selected = m
		}
		o := fl.deliver(r)
		if m == date.Maybe {
			o = o.weakened(Undecidable, fl.at)
		}
		out = copies(out, o)
	}
	if f.fallback != nil && selected != date.Yes {
		o := f.fallback.deliver(r)
		if selected == date.Maybe {
			out = either(out, o, Undecidable, f.fallback.at)
		} else {
			out = o
		}
	}
	out = out.or(NoOutput, Place{Object: f.logging.Ref, Text: "no Flow or ClusterFlow of " + f.logging.Ref.String() + " takes them"})
	for _, d := range f.drops {
		out = out.weakened(MayDrop, Place{Object: f.logging.Ref, Field: "spec.globalFilters", Text: d})
	}
	return out
}

func (fl *flow) deliver(r *Record) Outcome {
	if fl.idle != "" {
		return refused(NoOutput, Place{Object: fl.at.Object, Field: "status", Text: fl.at.Text + ": " + fl.idle})
	}
	out := nothing
	for _, o := range fl.outputs {
		out = copies(out, o.take(r, tag{}))
	}
	out = out.or(NoOutput, Place{Object: fl.at.Object, Field: "spec", Text: fl.at.Text + " names no output that exists and may be used"})
	for _, d := range fl.drops {
		out = out.weakened(MayDrop, Place{Object: fl.at.Object, Field: "spec.filters", Text: d + " of " + fl.at.Text})
	}
	if fl.doubt != "" {
		out = out.weakened(Undecidable, Place{Object: fl.at.Object, Field: "status", Text: fl.at.Text + ": " + fl.doubt})
	}
	return out
}

// selects: the first match that hits decides, no hit means not taken, no matches at all mean everything.
func (fl *flow) selects(r *Record) date.Tri {
	if fl.own != "" && fl.own != r.Namespace {
		return date.No
	}
	if len(fl.matches) == 0 {
		return date.Yes
	}
	return firstHit(fl.matches, r)
}

func firstHit(matches []flowMatch, r *Record) date.Tri {
	for i := range matches {
		m := &matches[i]
		switch m.hits(r) {
		case date.Yes:
			return tri(!m.Exclude)
		case date.Maybe:
			if later := firstHit(matches[i+1:], r); later == tri(!m.Exclude) {
				return later // the same either way
			}
			return date.Maybe
		}
	}
	return date.No
}

func (m *flowMatch) hits(r *Record) date.Tri {
	answer := both(holdsLabels(m.Labels, r.Labels), holdsLabels(m.NamespaceLabels, r.NamespaceLabels))
	if len(m.Containers) > 0 {
		answer = both(answer, tri(slices.Contains(m.Containers, r.Container)))
	}
	if len(m.Namespaces) > 0 {
		answer = both(answer, tri(slices.Contains(m.Namespaces, r.Namespace)))
	}
	if len(m.NamespaceRegex) > 0 {
		answer = both(answer, oneMatches(m.NamespaceRegex, r.Namespace))
	}
	if len(m.Hosts) > 0 {
		answer = both(answer, date.Maybe)
	}
	return answer
}

func holdsLabels(want, held map[string]string) date.Tri {
	for k, v := range want {
		if got, ok := held[k]; !ok || got != v {
			return date.No
		}
	}
	return date.Yes
}

func oneMatches(exprs []string, text string) date.Tri {
	answer := date.No
	for _, e := range exprs {
		re := compileRegex(e)
		switch {
		case re == nil:
			answer = date.Maybe
		case re.MatchString(text):
			return date.Yes
		}
	}
	return answer
}

// fluentdPlace says where an output of the Logging operator holds its destination.
type fluentdPlace struct {
	provider, region, bucket string
	hosts                    []string
	defaultHost              string
	dead                     bool
}

var fluentdOutputs = map[string]fluentdPlace{
	"nullout": {dead: true}, "file": {dead: true}, "relabel": {dead: true},
	"s3":                    {provider: "aws", region: "s3_region", bucket: "s3_bucket", hosts: []string{"s3_endpoint"}},
	"cloudwatch":            {provider: "aws", region: "region", bucket: "log_group_name", hosts: []string{"endpoint"}},
	"kinesisStream":         {provider: "aws", region: "region"},
	"kinesisFirehose":       {provider: "aws", region: "region"},
	"sqs":                   {provider: "aws", region: "region"},
	"awsElasticsearch":      {provider: "aws", region: "endpoint.region", hosts: []string{"endpoint.url"}},
	"gcs":                   {provider: "gcp", bucket: "bucket", defaultHost: "storage.googleapis.com"},
	"azurestorage":          {provider: "azure", bucket: "azure_container"},
	"oss":                   {provider: "alibaba", bucket: "bucket", hosts: []string{"endpoint"}},
	"elasticsearch":         {hosts: []string{"hosts", "host"}},
	"opensearch":            {hosts: []string{"endpoint.url", "hosts", "host"}},
	"loki":                  {hosts: []string{"url"}},
	"kafka":                 {hosts: []string{"brokers"}},
	"splunkHec":             {hosts: []string{"hec_host"}},
	"datadog":               {hosts: []string{"host"}, defaultHost: "http-intake.logs.datadoghq.com"},
	"forward":               {hosts: []string{"servers.host"}},
	"newrelic":              {hosts: []string{"base_uri"}, defaultHost: "log-api.newrelic.com"},
	"logz":                  {hosts: []string{"endpoint.url"}},
	"logdna":                {hosts: []string{"ingester_endpoint"}, defaultHost: "logs.logdna.com"},
	"vmwareLogIntelligence": {hosts: []string{"endpoint_url"}},
	"lmLogs":                {hosts: []string{"company_domain"}},
}

func newFluentdOutput(s *placed) *Output {
	o := &Output{At: s.place("output " + s.Name)}
	place, known := fluentdOutputs[s.Name]
	if place.dead {
		o.dead = true
		return o
	}
	if !known {
		place.hosts = []string{"host", "endpoint", "url"}
	}
	if s.Get("buffer.overflow_action") == "drop_oldest_chunk" {
		o.loses = "a buffer that throws the oldest records away when it is full (overflow_action: drop_oldest_chunk)"
	}
	d := Destination{Object: s.Object, Field: s.Field, Plugin: s.Name, Provider: place.provider, Region: s.Get(place.region),
		Bucket: s.Get(place.bucket), Tenant: s.Get("tenant")}
	if s.Name == "s3" && d.Region == "" {
		d.Region, d.RegionFromDefault = "us-east-1", true
	}
	var hosts []string
	for _, key := range place.hosts {
		if hosts = hostsOf(strings.Join(s.All(key), ",")); len(hosts) > 0 {
			break
		}
	}
	if len(hosts) == 0 && place.defaultHost != "" {
		hosts = []string{place.defaultHost}
	}
	d.TLS, d.TLSVerify = fluentdTLS(s, place)
	if days, err := strconv.Atoi(s.Get("retention_in_days")); err == nil && days > 0 {
		d.RetainsFor = time.Duration(days) * 24 * time.Hour
	}
	o.To = destinations(d, hosts)
	return o
}

func fluentdTLS(s *placed, place fluentdPlace) (tls, verify facts.Tristate) {
	tls, verify = facts.NotKnown, facts.NotKnown
	switch {
	case place.provider != "" || s.Get("scheme") == "https" || s.Get("transport") == "tls" ||
		strings.HasPrefix(s.Get("url")+s.Get("endpoint")+s.Get("endpoint.url"), "https://"):
		tls = facts.Yes
	case s.Name == "elasticsearch" || s.Name == "opensearch" || s.Name == "forward" ||
		strings.HasPrefix(s.Get("url")+s.Get("endpoint"), "http://"):
		tls = facts.No
	}
	if s.Get("ssl_verify") == "false" || s.Get("insecure_tls") == "true" || s.Get("insecure_ssl") == "true" {
		verify = facts.No
	}
	return tls, verify
}

// loggingOf finds the Logging and the agent that a workload belongs to: by its controlling owner, else by name.
func loggingOf(all resources, w *facts.Workload) (logging, agent *facts.LogPipeline, why string) {
	loggings := all[[2]string{loggingGroup, "Logging"}]
	agents := all[[2]string{loggingGroup, "FluentbitAgent"}]
	owner := facts.Ref{}
	if w.Controller != nil {
		owner = *w.Controller
	}
	for _, a := range agents {
		if ownedBy(owner, a.Ref) || owner.IsZero() && w.Ref.Name == a.Ref.Name+"-fluentbit" {
			agent = a
		}
	}
	for _, l := range loggings {
		byName := owner.IsZero() && w.Ref.Namespace == l.System.ControlNamespace && w.Ref.Name == l.Ref.Name+"-fluentbit"
		if ownedBy(owner, l.Ref) || byName || agent != nil && agent.LoggingRef == l.LoggingRef {
			logging = l
			break
		}
	}
	if logging == nil {
		return nil, nil, ""
	}
	if agent == nil {
		agent = agentOf(agents, logging, w)
	}
	if agent == nil {
		return logging, nil, fmt.Sprintf("no FluentbitAgent of %s is known", logging.Ref)
	}
	return logging, agent, ""
}

// agentOf finds the agent of a workload that the Logging itself owns.
func agentOf(agents []*facts.LogPipeline, logging *facts.LogPipeline, w *facts.Workload) *facts.LogPipeline {
	for _, a := range agents {
		if a.LoggingRef == logging.LoggingRef && w.Ref.Name == a.Ref.Name+"-fluentbit" {
			return a
		}
	}
	if slices.ContainsFunc(logging.Sections, func(s facts.LogSection) bool { return strings.HasPrefix(s.Kind, agentPrefix) }) {
		return logging
	}
	var only *facts.LogPipeline
	for _, a := range agents {
		if a.LoggingRef != logging.LoggingRef {
			continue
		}
		if only != nil {
			return nil
		}
		only = a
	}
	return only
}

func ownedBy(owner, ref facts.Ref) bool {
	return owner.Group == ref.Group && owner.Kind == ref.Kind && owner.Name == ref.Name
}

// loggingSections gives the sections of an agent, and the output of the agent that leads to the flows.
func loggingSections(agent *facts.LogPipeline) []placed {
	var out []placed
	for _, s := range agent.Sections {
		kind, ok := strings.CutPrefix(s.Kind, agentPrefix)
		if !ok {
			continue
		}
		s.Kind = kind
		field := "spec"
		if agent.Ref.Kind == "Logging" {
			field = "spec.fluentbit"
		}
		out = append(out, placed{LogSection: s, Object: agent.Ref, Field: field})
	}
	return out
}
