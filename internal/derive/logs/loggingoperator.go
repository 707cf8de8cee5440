package logs

import (
	"fmt"
	"slices"
	"strings"

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
