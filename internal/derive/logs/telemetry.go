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
		case c.Ref().Namespace != service.Namespace:
		case alike(c.Ref().Name, service.Name):
			named = append(named, c)
		case c.Role == Aggregator:
			others = append(others, c)
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
