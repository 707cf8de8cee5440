package logs

import (
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Effect is what the opt-outs of a pod come to.
type Effect struct {
	// Taken tells whether they keep records from being collected.
	Taken date.Tri
	// Collector that heeds them, or may, and why it is not known.
	Collector facts.Ref
	At        Place
}

// EffectOf compares what the collectors do with the records of a pod to what they would do without its opt-outs.
func (p *Picture) EffectOf(namespace *facts.Namespace, w *facts.Workload, shape *facts.PodShape, opts []OptOut) Effect {
	reading := p.Reading()
	if len(reading) == 0 {
		return Effect{Taken: date.Maybe, At: Place{Text: "no collector is recognised"}}
	}
	out := Effect{Taken: date.No}
	for i := range shape.Containers {
		c := &shape.Containers[i]
		r := Record{Namespace: w.Ref.Namespace, Pod: podName(w), Container: c.Name, Image: c.Image, Labels: shape.Labels, Annotations: shape.Annotations}
		if r.Labels == nil {
			r.Labels = noLabels
		}
		if namespace != nil {
			r.NamespaceLabels, r.NamespaceAnnotations = namespace.Labels, namespace.Annotations
		}
		out = out.worse(effectOn(reading, &r, opts))
	}
	return out
}

func (e Effect) worse(o Effect) Effect {
	if o.Taken == date.Yes && e.Taken != date.Yes || o.Taken == date.Maybe && e.Taken == date.No {
		return o
	}
	return e
}

func effectOn(reading []*Collector, r *Record, opts []OptOut) Effect {
	without := *r
	without.IgnoreOptOut = true
	heeded, plain := bestRoute(reading, r), bestRoute(reading, &without)
	switch {
	case plain.Answer == date.No:
		return Effect{Taken: date.No} // not collected anyway
	case heeded.Answer == date.No:
		return Effect{Taken: date.Yes, Collector: heeded.collector, At: heeded.At}
	case heeded.Answer == date.Yes:
		return Effect{Taken: date.No}
	case plain.Answer == date.Yes:
		return Effect{Taken: date.Maybe, Collector: heeded.collector, At: heeded.At}
	}
	for _, c := range reading {
		for _, o := range opts {
			if c.Product == o.Product && c.router == nil {
				return Effect{Taken: date.Maybe, Collector: c.Ref(), At: Place{Object: c.Ref(), Text: c.Unread}}
			}
		}
	}
	return Effect{Taken: date.No}
}

type routed struct {
	Outcome
	collector facts.Ref
}

func bestRoute(reading []*Collector, r *Record) routed {
	var best routed
	for i, c := range reading {
		if o := c.Route(r); i == 0 || better(o, best.Outcome) {
			best = routed{o, c.Ref()}
		}
	}
	return best
}
