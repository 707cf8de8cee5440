package logs

import (
	"slices"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Telemetry lists where a collector behind a Service passes on what workloads send to it: logs, traces and metrics. It is
// empty where no collector is recognised behind the Service.
func (p *Picture) Telemetry(service facts.Ref) []Destination {
	var named, others []*Collector
	for _, c := range p.Collectors {
		switch {
		case c.Ref().Namespace != service.Namespace || !c.takesTelemetry():
		case alike(c.Ref().Name, service.Name):
			named = append(named, c)
		default:
			others = append(others, c) // what a Service selects is not known, so it may be any of them
		}
	}
	if len(named) == 0 {
		named = others
	}
	var out []Destination
	for _, c := range named {
		out = c.passesOn(out, nil)
	}
	return out
}

// telemetryProducts take traces and metrics as they are usually set up.
var telemetryProducts = []facts.LogProduct{facts.LogOpenTelemetry, facts.LogAlloy, facts.LogVector, facts.LogDatadog, facts.LogElasticAgent}

// takesTelemetry tells whether a collector takes what workloads send, or may.
func (c *Collector) takesTelemetry() bool {
	switch r := c.router.(type) {
	case nil:
		return slices.Contains(telemetryProducts, c.Product)
	case *graph:
		return len(r.handed) > 0 || c.Product != facts.LogOpenTelemetry && slices.ContainsFunc(r.sources, func(s source) bool { return s.reads == nil })
	case *fluentBit:
		return slices.ContainsFunc(r.inputs, func(in fbInput) bool { return in.plugin == "opentelemetry" })
	}
	return c.Product == facts.LogDatadog
}

// passesOn adds the destinations of what is sent to a collector, those of collectors that it sends to included.
func (c *Collector) passesOn(out []Destination, path []*Collector) []Destination {
	if slices.Contains(path, c) {
		return out
	}
	path = append(slices.Clip(path), c)
	outputs := []*Output{c.opaque}
	switch g := c.router.(type) {
	case nil:
	case *graph:
		outputs = g.handed
		if c.Product != facts.LogOpenTelemetry {
			outputs = g.outs
		}
	default:
		outputs = c.router.all()
	}
	for _, o := range outputs {
		if o == nil {
			continue
		}
		for _, d := range o.To {
			same := func(held Destination) bool {
				return held.Object == d.Object && held.Collector == d.Collector && held.Name() == d.Name() && held.Unread == d.Unread
			}
			if !slices.ContainsFunc(out, same) {
				out = append(out, d)
			}
		}
		for _, next := range o.hops {
			out = next.passesOn(out, path)
		}
	}
	return out
}
