package logs

import (
	"slices"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// graph is a configuration of the OpenTelemetry Collector or of Vector: sources, steps and outputs, joined by names.
type graph struct {
	sources []source
	// joints by name; each takes what it is joined to and hands it on.
	joints map[string]*joint
	outs   []*Output
	// handed are the outputs of pipelines of any signal for what others send: logs, traces and metrics.
	handed []*Output
	object facts.Ref // that holds the configuration
}

// source is where records come from: files of the node, or other collectors.
type source struct {
	at Place
	// reads tells whether the source takes a record; nil for one that takes records from other collectors.
	reads func(*Record) Outcome
	next  []string
}

// joint is a pipeline, a connector, a transform or an output.
type joint struct {
	at Place
	// drops says what may drop records; empty where nothing does.
	drops  []string
	next   []string
	output *Output
}

func (g *graph) all() []*Output { return g.outs }

func (g *graph) route(r *Record) Outcome {
	out := nothing
	for i := range g.sources {
		s := &g.sources[i]
		if s.reads == nil {
			continue
		}
		taken := s.reads(r)
		if taken.Answer == date.No {
			out = copies(out, taken)
			continue
		}
		o := g.follow(r, s.next, s.at, nil, tag{}, new(int))
		if taken.Answer == date.Maybe {
			o = o.weakened(taken.Why, taken.At)
		}
		out = copies(out, o)
	}
	return out.or(NoInput, Place{Object: g.object, Text: "no source of logs in a pipeline reads files of containers"})
}

func (g *graph) accept(r *Record, t tag) Outcome {
	out := nothing
	for i := range g.sources {
		if s := &g.sources[i]; s.reads == nil {
			out = copies(out, g.follow(r, s.next, s.at, nil, t, new(int)))
		}
	}
	return out.or(NoInput, Place{Object: g.object, Text: "nothing takes what is handed over"})
}

// follow sends a record to the named joints. Joints that lead back to themselves are passed once.
func (g *graph) follow(r *Record, names []string, from Place, path []string, t tag, steps *int) Outcome {
	out := nothing
	for _, name := range names {
		s := g.joints[name]
		if s == nil || slices.Contains(path, name) {
			continue
		}
		if *steps++; *steps > maxSteps {
			return uncertain(Undecidable, from)
		}
		var o Outcome
		if s.output != nil {
			o = s.output.take(r, t)
		} else {
			o = g.follow(r, s.next, s.at, append(slices.Clip(path), name), t, steps)
		}
		for _, d := range s.drops {
			o = o.weakened(MayDrop, Place{Object: s.at.Object, Field: s.at.Field, Text: d})
		}
		out = copies(out, o)
	}
	return out.or(NoOutput, Place{Object: from.Object, Field: from.Field, Text: from.Text + " leads to no output"})
}
