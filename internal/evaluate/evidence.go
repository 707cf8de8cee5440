package evaluate

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// evidence is what the engine knows about one fact type, read once per evaluation.
type evidence struct {
	typ reflect.Type
	// known is false where no source feeds the type.
	known bool
	total uint64
	// sources of the type; version counts changes of their states.
	sources    []facts.SourceState
	version    uint64
	incomplete []facts.SourceState
	// changed since the previous evaluation: a fact or a source.
	changed bool
	// local is true where some rule of workloads or environments needs the type, everywhere where one looks at all of it.
	local, everywhere bool
}

// evidenceTable holds every type that some control looks at.
type evidenceTable struct {
	byType           map[reflect.Type]*evidence
	all              []*evidence
	sourceGeneration uint64
	read             bool
	changed          bool
}

func newEvidenceTable() *evidenceTable { return &evidenceTable{byType: map[reflect.Type]*evidence{}} }

func (t *evidenceTable) of(typ reflect.Type) *evidence {
	e := t.byType[typ]
	if e == nil {
		e = &evidence{typ: typ}
		t.byType[typ] = e
		t.all = append(t.all, e)
	}
	return e
}

// update reads the generations of a view.
func (t *evidenceTable) update(v facts.View) {
	sourcesMoved := !t.read || v.SourceGeneration() != t.sourceGeneration
	t.changed = !t.read
	for _, e := range t.all {
		e.changed = !t.read
		e.known = v.Known(e.typ)
		if e.known {
			if g := v.TotalGeneration(e.typ); g != e.total {
				e.total, e.changed = g, true
			}
		}
		if sourcesMoved {
			e.updateSources(v)
		}
		t.changed = t.changed || e.changed
	}
	t.sourceGeneration, t.read = v.SourceGeneration(), true
}

func (e *evidence) updateSources(v facts.View) {
	states := []facts.SourceState{{ID: facts.SourceID(e.typ.String()), Condition: facts.SourceUnreadable, Reason: facts.ReasonNotRead,
		Message: "nothing reads it"}}
	if e.known {
		states = v.SourcesOf(e.typ)
	}
	if slices.EqualFunc(states, e.sources, sameState) {
		return
	}
	e.sources, e.changed = states, true
	e.version++
	e.incomplete = slices.DeleteFunc(slices.Clone(states), facts.SourceState.Complete)
}

func sameState(a, b facts.SourceState) bool {
	return a.ID == b.ID && a.Condition == b.Condition && a.Reason == b.Reason && slices.Equal(a.Undecodable, b.Undecodable)
}

// incompleteIn gives the incomplete sources as far as they concern some namespaces: objects that could not be understood
// count only where they could belong to the subject. With all they count everywhere.
func (e *evidence) incompleteIn(namespaces []string, all bool) []facts.SourceState {
	if len(e.incomplete) == 0 || all {
		return e.incomplete
	}
	var out []facts.SourceState
	for _, s := range e.incomplete {
		if s.Condition != facts.SourceSynced {
			out = append(out, s)
			continue
		}
		s.Undecodable = slices.DeleteFunc(slices.Clone(s.Undecodable), func(r facts.Ref) bool {
			return r.Namespace != "" && !slices.Contains(namespaces, r.Namespace)
		})
		if len(s.Undecodable) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// rule is what one rule of a control declares, made ready for the engine.
type rule struct {
	needs       []ruleNeed
	all, scoped []reflect.Type
}

type ruleNeed struct {
	*evidence
	gate, everywhere bool
}

// compile makes a rule; wide rules, those of solutions and the platform, see everything. It gives nil for nil needs.
func (t *evidenceTable) compile(needs []control.Need, wide bool) *rule {
	if needs == nil {
		return nil
	}
	r := &rule{}
	for _, n := range needs {
		everywhere := wide || n.ClusterWide
		t.of(n.Type).local = t.of(n.Type).local || !wide
		r.needs = append(r.needs, ruleNeed{t.of(n.Type), n.Gate, everywhere})
		if everywhere {
			t.of(n.Type).everywhere = t.of(n.Type).everywhere || !wide
			r.all = append(r.all, n.Type)
		} else {
			r.scoped = append(r.scoped, n.Type)
		}
	}
	return r
}

// access is what the rule may look at when it judges a subject with these namespaces.
func (r *rule) access(namespaces []string) *facts.Access {
	return &facts.Access{All: r.all, Scoped: r.scoped, Namespaces: namespaces}
}

// changed tells whether anything that the rule could look at changed since the previous evaluation.
func (r *rule) changed() bool {
	for i := range r.needs {
		if r.needs[i].evidence.changed {
			return true
		}
	}
	return false
}

// stamp identifies what the rule can see: it differs whenever a generation or the state of a source does.
func (r *rule) stamp(v facts.View, namespaces []string) uint64 {
	h := uint64(len(namespaces))
	for i := range r.needs {
		n := &r.needs[i]
		h = mix(h, n.version)
		switch {
		case !n.known:
		case n.everywhere:
			h = mix(h, n.total)
		default:
			h = mix(h, v.Generation(n.typ, ""))
			for _, ns := range namespaces {
				h = mix(h, v.Generation(n.typ, ns))
			}
		}
	}
	return h
}

// mix folds a number into a hash; the order counts. Generations grow by one, so the multiplier spreads them.
func mix(h, x uint64) uint64 {
	h = (h ^ x) * 0x9E3779B97F4A7C15
	return h ^ h>>29
}

// gate gives the sources without which the rule cannot decide about a subject with these namespaces.
func (r *rule) gate(namespaces []string) []facts.SourceState {
	var out []facts.SourceState
	for i := range r.needs {
		if n := &r.needs[i]; n.gate && len(n.incomplete) > 0 {
			out = append(out, n.incompleteIn(namespaces, n.everywhere)...)
		}
	}
	return out
}

// incompleteIn lists, once each, the sources that cannot be relied on for an environment with these namespaces.
func (t *evidenceTable) incompleteIn(namespaces []string) []facts.SourceState {
	var out []facts.SourceState
	for _, e := range t.all {
		if e.local && len(e.incomplete) > 0 {
			out = append(out, e.incompleteIn(namespaces, e.everywhere)...)
		}
	}
	slices.SortStableFunc(out, func(a, b facts.SourceState) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(out, func(a, b facts.SourceState) bool { return a.ID == b.ID })
}
