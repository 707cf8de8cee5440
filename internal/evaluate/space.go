package evaluate

import (
	"slices"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// space remembers what every control said of one namespace and its workloads.
type space struct {
	namespace  string
	only       []string // the namespace as a list
	generation uint64   // of workloads
	owners     uint64   // generation of owners
	all        bool     // every workload is known
	workloads  []*facts.Workload
	strays     map[*facts.Owner]*facts.Workload
	columns    []column // of the rules of workloads
	units      []unit   // of the rules of namespaces
	seen       []uint64 // what there was of each type of evidence, by its index
	touched    bool     // since the visit before
}

func (e *Engine) newSpace(namespace string) *space {
	return &space{namespace: namespace, only: []string{namespace}, columns: make([]column, e.columns), units: make([]unit, e.units),
		seen: make([]uint64, len(e.evidence.all))}
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
	if len(s.workloads) == 0 {
		s.workloads = now
		clear(s.columns) // of nothing
		return true
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
