package evaluate

import (
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// column remembers what one control said of the workloads of one namespace.
type column struct {
	bound       *control.Bound
	environment *control.Environment
	stamp       uint64
	// cells, one for each workload; never changed in place, because results hold them. Equal results share a pointer.
	cells []*control.Result
	// validUntil is the earliest instant at which a cell changes by itself; zero: none does.
	validUntil time.Time
	visited    uint64
}

// chunk is how many workloads one task judges at most, so that one large namespace keeps every processor busy.
const chunk = 1024

// stretch is a part of a column that is to be judged.
type stretch struct {
	*column
	view      facts.View
	workloads []*facts.Workload
	old       []*control.Result
	from, to  int
}

// prepare adds what has to be judged to bring a column up to date; nothing where everything is known.
func (c *column) prepare(to []stretch, p *visit, r *rule, b *control.Bound, e *control.Environment, s *space) []stretch {
	stamp := c.stamp
	if c.cells == nil || !p.continues(c.visited) || s.touched && r.changed() {
		stamp = r.stamp(p.view, s.only)
	}
	c.visited = p.number
	all := c.cells == nil || c.environment != e || stamp != c.stamp || c.bound != b && c.bound.Key != b.Key
	expired := !c.validUntil.IsZero() && !p.now.Before(c.validUntil)
	c.bound, c.environment, c.stamp = b, e, stamp
	if !all && !expired && !slices.Contains(c.cells, nil) {
		return to
	}
	old := c.cells
	c.cells = make([]*control.Result, len(s.workloads))
	if !all {
		copy(c.cells, old)
	}
	for from := 0; from < len(c.cells); from += chunk {
		to = append(to, stretch{c, p.view.Within(r.sees, s.only...), s.workloads, old, from, min(from+chunk, len(c.cells))})
	}
	return to
}

// tasks puts stretches together to tasks of about a chunk.
func tasks(to []func(), p *pass, all []stretch) []func() {
	size := 0
	for begin, i := 0, 0; i < len(all); i++ {
		size += all[i].to - all[i].from
		if size < chunk && i+1 < len(all) {
			continue
		}
		some := all[begin : i+1]
		begin, size = i+1, 0
		to = append(to, func() {
			var shared shelf
			for _, s := range some {
				s.judge(p, &shared)
			}
		})
	}
	return to
}

// judge asks about the workloads that nothing current is known of.
func (s *stretch) judge(p *pass, shared *shelf) {
	in := control.WorkloadInput{Environment: s.environment, Facts: s.view, Now: p.now}
	for i := s.from; i < s.to; i++ {
		if known := s.cells[i]; known != nil && (known.ValidUntil.IsZero() || p.now.Before(known.ValidUntil)) {
			continue
		}
		in.Workload = s.workloads[i]
		result := p.ask.workload(s.bound, in)
		if s.old != nil && s.old[i] != nil && equalResult(s.old[i], &result) {
			s.cells[i] = s.old[i]
			continue
		}
		s.cells[i] = shared.keep(&result)
	}
}

// settle notes when the column changes by itself, after its tasks are done.
func (c *column) settle() {
	c.validUntil = time.Time{}
	for _, cell := range c.cells {
		if !cell.ValidUntil.IsZero() {
			c.validUntil = control.Earliest(c.validUntil, cell.ValidUntil)
		}
	}
}

// shelf holds a few results for reuse: most workloads of a namespace get the same one.
type shelf struct {
	held [4]*control.Result
	next int
}

// keep gives a pointer to an equal result, an old one if possible.
func (s *shelf) keep(r *control.Result) *control.Result {
	for _, h := range s.held {
		if h != nil && equalResult(h, r) {
			return h
		}
	}
	kept := *r
	s.held[s.next%len(s.held)] = &kept
	s.next++
	return &kept
}
