package evaluate

import (
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// chunk is how many workloads one task judges, so that one large namespace keeps every processor busy.
const chunk = 1024

// space remembers what every control said of the workloads of one namespace.
type space struct {
	namespace  string
	only       []string // the namespace as a list
	generation uint64   // of workloads
	owners     uint64   // generation of owners
	all        bool     // every workload is known
	workloads  []*facts.Workload
	strays     map[*facts.Owner]*facts.Workload
	columns    []column // by position of the control in the catalogue
}

// column remembers what one control said of the workloads of one namespace.
type column struct {
	bound       *control.Bound
	environment *control.Environment
	stamp       uint64
	access      *facts.Access
	// cells, one for each workload; never changed in place, because results hold them. Equal results share a pointer.
	cells []*control.Result
	// validUntil is the earliest instant at which a cell changes by itself; zero: none does.
	validUntil time.Time
	visited    uint64
}

// refresh takes the workloads that are there now and carries over what is known of those that stayed.
func (s *space) refresh(v facts.View) (changed bool) {
	workload, owner := facts.TypeOf[facts.Workload](), facts.TypeOf[facts.Owner]()
	if !v.Known(workload) {
		return false
	}
	g, o := v.Generation(workload, s.namespace), uint64(0)
	if v.Known(owner) {
		o = v.Generation(owner, s.namespace)
	}
	all := everyWorkload(v, s.namespace)
	if g == s.generation && o == s.owners && all == s.all {
		return false
	}
	now := facts.ListIn[facts.Workload](v, s.namespace)
	if o != 0 || s.strays != nil {
		s.strays = strays(facts.ListIn[facts.Owner](v, s.namespace), now, all, s.strays)
		now = withStrays(now, s.strays)
	}
	s.generation, s.owners, s.all = g, o, all
	if slices.Equal(now, s.workloads) {
		return false
	}
	carry := carryOver(s.workloads, now)
	for i := range s.columns {
		if c := &s.columns[i]; c.cells != nil {
			c.cells = carry(c.cells)
		}
	}
	s.workloads = now
	return true
}

// carryOver gives a function that moves cells from the old to the new list of workloads, nil for new ones. Lists are in the
// same order, so that what stayed is mostly a common beginning and end.
func carryOver(old, now []*facts.Workload) func([]*control.Result) []*control.Result {
	head := 0
	for head < len(old) && head < len(now) && old[head] == now[head] {
		head++
	}
	tail := 0
	for tail < len(old)-head && tail < len(now)-head && old[len(old)-1-tail] == now[len(now)-1-tail] {
		tail++
	}
	var moved map[int]int // new position → old position, between head and tail
	if middle := old[head : len(old)-tail]; len(middle) > 0 {
		position := make(map[*facts.Workload]int, len(middle))
		for i, w := range middle {
			position[w] = head + i
		}
		for i := head; i < len(now)-tail; i++ {
			if j, ok := position[now[i]]; ok {
				if moved == nil {
					moved = map[int]int{}
				}
				moved[i] = j
			}
		}
	}
	return func(cells []*control.Result) []*control.Result {
		out := make([]*control.Result, len(now))
		copy(out, cells[:head])
		copy(out[len(now)-tail:], cells[len(cells)-tail:])
		for i, j := range moved {
			out[i] = cells[j]
		}
		return out
	}
}

// prepare adds the tasks that bring a column up to date; none where everything is known. Each task judges some workloads.
func (c *column) prepare(tasks []func(), p *visit, r *rule, b *control.Bound, e *control.Environment, s *space) []func() {
	stamp := c.stamp
	if c.cells == nil || !p.continues(c.visited) || r.changed() {
		stamp = r.stamp(p.view, s.only)
	}
	c.visited = p.number
	all := c.cells == nil || c.environment != e || stamp != c.stamp || c.bound != b && c.bound.Key != b.Key
	expired := !c.validUntil.IsZero() && !p.now.Before(c.validUntil)
	if c.access == nil || stamp != c.stamp {
		c.access = r.access(s.only)
	}
	c.bound, c.environment, c.stamp = b, e, stamp
	if !all && !expired && !slices.Contains(c.cells, nil) {
		return tasks
	}
	old := c.cells
	c.cells = make([]*control.Result, len(s.workloads))
	if !all {
		copy(c.cells, old)
	}
	for from := 0; from < len(c.cells); from += chunk {
		to := min(from+chunk, len(c.cells))
		tasks = append(tasks, func() { c.judge(p.pass, s.workloads, old, from, to) })
	}
	return tasks
}

// judge asks about the workloads in a range that nothing current is known of.
func (c *column) judge(p *pass, workloads []*facts.Workload, old []*control.Result, from, to int) {
	in := control.WorkloadInput{Environment: c.environment, Facts: p.view.Within(c.access), Now: p.now}
	var shared shelf
	for i := from; i < to; i++ {
		if known := c.cells[i]; known != nil && (known.ValidUntil.IsZero() || p.now.Before(known.ValidUntil)) {
			continue
		}
		in.Workload = workloads[i]
		result := p.ask.workload(c.bound, in)
		if old != nil && old[i] != nil && equalResult(old[i], &result) {
			c.cells[i] = old[i]
			continue
		}
		c.cells[i] = shared.keep(&result)
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
