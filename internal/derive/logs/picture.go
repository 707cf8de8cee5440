package logs

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Picture is what is known of log collection in a cluster. It is shared: nobody changes it.
type Picture struct {
	// Collectors and Stores, ordered by workload.
	Collectors []*Collector
	Stores     []*Store
	// Strangers read the logs of nodes and are of no product that is known, ordered by workload: where they send them, and
	// whether they do, is not known.
	Strangers []*facts.LogAgent
}

// Types lists the facts that a Picture is made of. Whoever calls Of declares all of them for all namespaces.
func Types() []reflect.Type {
	return []reflect.Type{
		facts.TypeOf[facts.LogAgent](), facts.TypeOf[facts.LogConfig](), facts.TypeOf[facts.LogPipeline](), facts.TypeOf[facts.LogStore](),
		facts.TypeOf[facts.ExternalService](), facts.TypeOf[facts.Namespace](),
	}
}

// Incomplete gives the states of the sources of Types whose facts may not be all there are, each source once.
func Incomplete(v facts.View) []facts.SourceState {
	var out []facts.SourceState
	for _, t := range Types() {
		for _, s := range v.SourcesOf(t) {
			if !s.Complete() && !slices.ContainsFunc(out, func(o facts.SourceState) bool { return o.ID == s.ID }) {
				out = append(out, s)
			}
		}
	}
	return out
}

// pictureKey is the key of the one Picture of a store.
type pictureKey struct{}

var pictureLooks = facts.Looks{Everywhere: Types()}

// Of gives the Picture of a view; it is made anew only when a fact of Types changed.
func Of(v facts.View) *Picture {
	return facts.DerivedIn(v, pictureKey{}, "", pictureLooks, paint)
}

// Recognised tells whether there is a collector of a known product that takes logs from nodes or the API server.
func (p *Picture) Recognised() bool { return slices.ContainsFunc(p.Collectors, (*Collector).reads) }

// Reading lists the collectors that take logs from nodes or the API server.
func (p *Picture) Reading() []*Collector {
	var out []*Collector
	for _, c := range p.Collectors {
		if c.reads() {
			out = append(out, c)
		}
	}
	return out
}

// painter makes a Picture.
type painter struct {
	configs    configs
	resources  resources
	namespaces map[string]*facts.Namespace
	external   map[[2]string][]*facts.ExternalService
	picture    *Picture
}

func paint(v facts.View) *Picture {
	p := &painter{
		configs: configs{}, resources: resources{}, namespaces: map[string]*facts.Namespace{},
		external: map[[2]string][]*facts.ExternalService{}, picture: &Picture{},
	}
	for _, c := range facts.List[facts.LogConfig](v) {
		p.configs[[2]string{c.Ref.Namespace, c.Ref.Name}] = c
	}
	for _, r := range facts.List[facts.LogPipeline](v) {
		p.resources.add(r)
	}
	for _, n := range facts.List[facts.Namespace](v) {
		p.namespaces[n.Name] = n
	}
	for _, e := range facts.List[facts.ExternalService](v) {
		k := [2]string{e.Namespace, e.Name}
		p.external[k] = append(p.external[k], e)
	}
	for _, s := range facts.List[facts.LogStore](v) {
		p.picture.Stores = append(p.picture.Stores, stackStore(s))
	}
	for _, a := range facts.List[facts.LogAgent](v) {
		switch {
		case a.Product == "":
			p.picture.Strangers = append(p.picture.Strangers, a)
		case a.Product.IsStore():
			p.addStore(a)
		default:
			p.picture.Collectors = append(p.picture.Collectors, p.collector(a))
		}
	}
	slices.SortFunc(p.picture.Collectors, func(a, b *Collector) int { return a.Ref().Compare(b.Ref()) })
	slices.SortFunc(p.picture.Strangers, func(a, b *facts.LogAgent) int { return a.Workload.Ref.Compare(b.Workload.Ref) })
	slices.SortFunc(p.picture.Stores, func(a, b *Store) int { return cmp.Or(a.Ref.Compare(b.Ref), strings.Compare(a.Field, b.Field)) })
	for _, c := range p.picture.Collectors {
		p.connect(c)
	}
	return p.picture
}

// addStore adds a Loki, whose parts may be several workloads with one configuration.
func (p *painter) addStore(a *facts.LogAgent) {
	w := a.Workload
	if w.Controller != nil && w.Controller.Kind == "LokiStack" {
		return // its resource says more
	}
	r := newResolver(a, p.configs)
	s := lokiStore(r, slices.DeleteFunc(r.everything(), func(m mounted) bool {
		return !slices.ContainsFunc(m.file.Sections, func(s facts.LogSection) bool { return strings.HasPrefix(s.Kind, "override") }) ||
			slices.ContainsFunc(m.file.Sections, func(s facts.LogSection) bool { return s.Kind == "schema" || s.Kind == "limits" })
	}))
	for _, held := range p.picture.Stores {
		if held.Ref == s.Ref && held.Field == s.Field {
			held.Workloads = append(held.Workloads, w.Ref)
			if s.Fleeting == "" {
				held.Fleeting = "" // one part that keeps them is enough
			}
			return
		}
	}
	p.picture.Stores = append(p.picture.Stores, s)
}

func (p *painter) collector(a *facts.LogAgent) *Collector {
	c := &Collector{Agent: a, Product: a.Product, Role: roleOf(a)}
	idle, doubt := commandOf(a)
	if idle != "" {
		c.router = idleRouter{Place{Object: c.Ref(), Text: idle}}
		return c
	}
	if c.Role == NodeAgent && a.Product != facts.LogDatadog { // which may ask the kubelet
		c.sight = sightOf(a)
	}
	vars := environment(&a.Workload.Shape.Containers[a.Container])
	switch a.Product {
	case facts.LogFluentBit:
		p.fluentBit(c, vars)
	case facts.LogDatadog:
		c.router = newDatadog(&a.Workload.Shape.Containers[a.Container], a.Workload.Ref)
	case facts.LogOpenTelemetry, facts.LogVector, facts.LogPromtail, facts.LogFilebeat:
		p.byFiles(c, vars)
	default:
		c.Unread = fmt.Sprintf("the configuration of %s is not read", a.Product)
	}
	if c.Unread = cmp.Or(c.Unread, doubt); c.Unread != "" {
		c.router, c.flows = nil, nil
		c.opaque = &Output{At: Place{Object: c.Ref()}, To: []Destination{{
			Object: c.Ref(), Collector: c.Ref(), Plugin: string(c.Product), Unread: c.Unread,
		}}}
	}
	return c
}

// environment gives the variables of a container that are known.
func environment(c *facts.Container) variables {
	vars, config := variables{}, c.Configuration()
	for name, host := range config.Telemetry {
		if host != "" {
			vars[name] = host
		}
	}
	maps.Copy(vars, config.Settings)
	return vars
}

// fluentBit finds the configuration of a Fluent Bit: that of the operator that runs it, else the files it mounts.
func (p *painter) fluentBit(c *Collector, vars variables) {
	w := c.Agent.Workload
	var sections []placed
	if w.Controller != nil && w.Controller.Group == fluentOperatorGroup {
		if fb := p.resources.get(fluentOperatorGroup, "FluentBit", w.Controller.Namespace, w.Controller.Name); fb != nil {
			c.group = fluentOperatorGroup
			sections, c.Unread = operatorSections(p.resources, fb)
			p.setFluentBit(c, sections, vars)
			return
		}
	}
	if logging, agent, why := loggingOf(p.resources, w); logging != nil {
		p.logging(c, logging, agent, why, vars)
		return
	}
	r := newResolver(c.Agent, p.configs)
	files, why := r.main()
	if c.Unread = why; why == "" {
		sections, c.Unread = r.fluentBitSections(files)
	}
	p.setFluentBit(c, sections, vars)
}

func (p *painter) setFluentBit(c *Collector, sections []placed, vars variables) *fluentBit {
	if c.Unread != "" {
		return nil
	}
	for _, s := range sections {
		if s.Kind == "set" {
			vars[s.Name], _ = vars.expand(s.Get("value"))
		}
	}
	f := newFluentBit(sections, vars)
	c.router = f
	return f
}

// logging reads an agent of the Logging operator, whose output leads to the flows unless it is sent elsewhere.
func (p *painter) logging(c *Collector, logging, agent *facts.LogPipeline, why string, vars variables) {
	c.group = loggingGroup
	switch {
	case why != "":
		c.Unread = why
	case logging.System.SyslogNG:
		c.Unread = fmt.Sprintf("%s uses syslog-ng, whose flows are not read", logging.Ref)
	case logging.Unread != "":
		c.Unread = fmt.Sprintf("%s cannot be read: %s", logging.Ref, logging.Unread)
	case agent.Unread != "":
		c.Unread = fmt.Sprintf("%s cannot be read: %s", agent.Ref, agent.Unread)
	}
	f := p.setFluentBit(c, loggingSections(agentOrEmpty(agent)), vars)
	if f == nil {
		return
	}
	behind := newFlows(p.resources, logging, p.namespaces)
	c.flows = behind
	for _, o := range f.outputs {
		if o.To[0].Plugin == "forward" && isLocal(o.To[0].Host) { // no targetHost: the operator's own Fluentd
			o.next, o.To = behind.take, nil
		}
	}
}

func agentOrEmpty(agent *facts.LogPipeline) *facts.LogPipeline {
	if agent == nil {
		return &facts.LogPipeline{}
	}
	return agent
}

// byFiles reads the collectors that have nothing but files; that of an OpenTelemetryCollector also stands in the resource.
func (p *painter) byFiles(c *Collector, vars variables) {
	r := newResolver(c.Agent, p.configs)
	files, why := r.main()
	var sections []placed
	for _, m := range files {
		switch {
		case m.file.Unread != "":
			why = fmt.Sprintf("%s of %s: %s", m.field(), m.config.Ref, m.file.Unread)
		case m.file.Product != c.Product:
			why = fmt.Sprintf("%s of %s is no configuration of %s", m.field(), m.config.Ref, c.Product)
		}
		for _, s := range m.file.Sections {
			sections = append(sections, placed{LogSection: s, Object: m.config.Ref, Field: m.field()})
		}
	}
	if owner := c.Agent.Workload.Controller; why != "" && owner != nil && owner.Kind == "OpenTelemetryCollector" {
		if res := p.resources.get(owner.Group, owner.Kind, owner.Namespace, owner.Name); res != nil && res.Unread == "" {
			why, sections, c.group = "", nil, owner.Group
			for _, s := range res.Sections {
				sections = append(sections, placed{LogSection: s, Object: res.Ref, Field: "spec.config"})
			}
		}
	}
	if c.Unread = why; why != "" {
		return
	}
	switch c.Product {
	case facts.LogOpenTelemetry:
		c.router = newOpenTelemetry(sections, vars)
	case facts.LogVector:
		c.router = newVector(sections, vars)
	case facts.LogPromtail:
		c.router = newPromtail(sections, vars)
	case facts.LogFilebeat:
		c.router = newFilebeat(sections, vars)
	}
}
