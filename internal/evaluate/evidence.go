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
	// local is true where some rule of workloads or environments looks at the type, everywhere where one looks at all of
	// it, central where some rule of solutions does.
	local, everywhere, central bool
	index                      int
	// others are namespaces that some rules look into besides those of their subjects.
	others []*elsewhere
}

// elsewhere is what one rule looks into besides the namespaces of its subject.
type elsewhere struct {
	find       func(facts.View) []string
	sees       *facts.Access // what find may look at
	namespaces []string
	stamp      uint64
}

// update finds the namespaces anew. A finder that panics finds none; the rule that relies on it then panics too, and that
// is reported.
func (o *elsewhere) update(v facts.View, e *evidence) {
	func() {
		defer func() {
			if recover() != nil {
				o.namespaces = nil
			}
		}()
		o.namespaces = o.find(v.Within(o.sees))
	}()
	o.stamp = mix(0, uint64(len(o.namespaces)))
	for _, ns := range o.namespaces {
		for i := range len(ns) {
			o.stamp = mix(o.stamp, uint64(ns[i]))
		}
		if e.known {
			o.stamp = mix(o.stamp, v.Generation(e.typ, ns))
		}
	}
}

// evidenceTable holds every type that some control looks at.
type evidenceTable struct {
	byType           map[reflect.Type]*evidence
	all              []*evidence
	sourceGeneration uint64
	read             bool
	// changed lists the types in which something changed since the previous evaluation.
	changed []*evidence
	// reaching are the rules that look into further namespaces.
	reaching []*rule
}

func newEvidenceTable() *evidenceTable { return &evidenceTable{byType: map[reflect.Type]*evidence{}} }

func (t *evidenceTable) of(typ reflect.Type) *evidence {
	e := t.byType[typ]
	if e == nil {
		e = &evidence{typ: typ, index: len(t.all)}
		t.byType[typ] = e
		t.all = append(t.all, e)
	}
	return e
}

// update reads the generations of a view.
func (t *evidenceTable) update(v facts.View) {
	sourcesMoved := !t.read || v.SourceGeneration() != t.sourceGeneration
	t.changed = t.changed[:0]
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
	}
	for _, e := range t.all { // when everything is read, because finders look at other types
		for _, o := range e.others {
			before := o.stamp
			o.update(v, e)
			e.changed = e.changed || o.stamp != before
		}
		if e.changed {
			t.changed = append(t.changed, e)
		}
	}
	for _, r := range t.reaching {
		r.sees = r.access()
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
	sees        *facts.Access
}

type ruleNeed struct {
	*evidence
	gate, everywhere bool
	also             *elsewhere // nil: nowhere
}

// compile makes a rule; wide rules, those of solutions and the platform, see everything. It gives nil for nil needs.
func (t *evidenceTable) compile(needs []control.Need, wide bool) *rule {
	if needs == nil {
		return nil
	}
	r := &rule{}
	for _, n := range needs {
		everywhere, e := wide || n.ClusterWide, t.of(n.Type)
		e.local, e.central = e.local || !wide, e.central || wide
		need := ruleNeed{evidence: e, gate: n.Gate, everywhere: everywhere}
		if n.Elsewhere != nil && !everywhere {
			need.also = &elsewhere{find: n.Elsewhere, sees: &facts.Access{}}
			e.others = append(e.others, need.also)
		}
		r.needs = append(r.needs, need)
		if everywhere {
			e.everywhere = e.everywhere || !wide
			r.all = append(r.all, n.Type)
		} else {
			r.scoped = append(r.scoped, n.Type)
		}
	}
	for _, n := range r.needs {
		if n.also != nil {
			n.also.sees.All = r.all
			t.reaching = append(t.reaching, r)
		}
	}
	r.sees = r.access()
	return r
}

// access is what the rule may look at, beside the namespaces of its subject.
func (r *rule) access() *facts.Access {
	a := &facts.Access{All: r.all, Scoped: r.scoped}
	for _, n := range r.needs {
		if n.also != nil {
			a.Also = append(a.Also, facts.Dependency{Type: n.typ, Namespaces: n.also.namespaces})
		}
	}
	return a
}

// changed tells whether anything that the rule could look at changed since the previous evaluation.
func (r *rule) changed() bool {
	for i := range r.needs {
		if r.needs[i].changed {
			return true
		}
	}
	return false
}

// scopeStamp identifies what a subject with these namespaces has of the type.
func (e *evidence) scopeStamp(v facts.View, namespaces []string) uint64 {
	h := mix(uint64(len(namespaces)), e.version)
	if !e.known {
		return h
	}
	h = mix(h, v.Generation(e.typ, ""))
	for _, ns := range namespaces {
		h = mix(h, v.Generation(e.typ, ns))
	}
	for _, o := range e.others {
		h = mix(h, o.stamp)
	}
	return h
}

// touched tells whether a change since the previous evaluation may concern an environment, and notes in seen, by index of
// the type, what it has now.
func (t *evidenceTable) touched(v facts.View, namespaces []string, seen []uint64) (yes bool) {
	for _, e := range t.changed {
		if !e.local {
			continue
		}
		stamp := e.total // grows with every change
		if !e.everywhere {
			stamp = e.scopeStamp(v, namespaces)
		} else {
			stamp = mix(stamp, e.version)
		}
		yes = yes || seen[e.index] != stamp
		seen[e.index] = stamp
	}
	return yes
}

// centralChanged tells whether anything changed that rules of solutions look at.
func (t *evidenceTable) centralChanged() bool {
	return slices.ContainsFunc(t.changed, func(e *evidence) bool { return e.central })
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
		if n.also != nil {
			h = mix(h, n.also.stamp)
		}
	}
	return h
}

// mix folds a number into a hash; the order counts, and small numbers, which generations are, spread over all bits.
func mix(h, x uint64) uint64 {
	h = (h + 0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9
	h ^= h >> 29
	return h ^ (x+1)*0x94D049BB133111EB
}

// gate gives the sources without which the rule cannot decide about a subject with these namespaces.
func (r *rule) gate(namespaces []string) []facts.SourceState {
	var out []facts.SourceState
	for i := range r.needs {
		if n := &r.needs[i]; n.gate && len(n.incomplete) > 0 {
			in := namespaces
			if n.also != nil {
				in = slices.Concat(namespaces, n.also.namespaces)
			}
			out = append(out, n.incompleteIn(in, n.everywhere)...)
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
