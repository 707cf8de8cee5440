package placement

import (
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// goal is what a label value is wanted for.
type goal struct {
	kind    goalKind
	allowed *region.Allowed
	pass    func(string) bool // of custom
}

type goalKind int8

const (
	anyValue      goalKind = iota
	outsideRegion          // not an allowed region
	outsideZone            // not an allowed zone
	unpinning              // a region with a zone elsewhere, or none
	custom                 // what pass says
)

func (g goal) met(value string) bool {
	switch g.kind {
	case outsideRegion:
		return !g.allowed.Region(value)
	case outsideZone:
		return !g.allowed.Zone(value)
	case unpinning:
		return !g.allowed.PinsRegion(value)
	case custom:
		return g.pass(value)
	default:
		return true
	}
}

func (d *decider) outside(kind goalKind) goal { return goal{kind: kind, allowed: d.env.Allowed} }

// label is a choice for one key; absent is a choice too.
type label struct {
	value   string
	present bool
}

// choose finds a choice for a key that the term accepts and that meets the goal.
// Absence meets every goal. With show, it prefers what a reader recognises, at
// the price of an allocation; it finds something in either case or in none.
func (t *term) choose(key string, g goal, show bool) (label, bool) {
	if one, many, ok := t.listed(key); ok {
		if many == nil {
			return label{one, true}, t.accepts(key, one) && g.met(one)
		}
		for _, v := range many {
			if t.accepts(key, v) && g.met(v) {
				return label{v, true}, true
			}
		}
		return label{}, false
	}
	if show && g.kind == outsideRegion {
		for _, v := range g.allowed.OutsideRegions() {
			if t.accepts(key, v) {
				return label{v, true}, true
			}
		}
	}
	if t.acceptsWithout(key) {
		return label{}, true
	}
	return t.invent(key, g)
}

// satisfiable reports whether any node meets what the term says about a key.
func (t *term) satisfiable(key string) bool {
	_, ok := t.choose(key, goal{kind: anyValue}, false)
	return ok
}

// Own regions may be called by numbers, and each one is a number that does not
// meet the goal. No Platform lists as many as this.
const maxNumbers = 4096

// invent makes up a value for a key without a list of values that must be
// present.
func (t *term) invent(key string, g goal) (label, bool) {
	var numbers interval
	for i := range t.exprs {
		e := &t.exprs[i]
		if e.Key != key {
			continue
		}
		if e.Operator == corev1.NodeSelectorOpDoesNotExist {
			return label{}, false // something else demands presence
		}
		numbers.narrow(e)
	}
	tries := maxNumbers + t.excluded(key)
	if numbers.bounded {
		return t.inventNumber(key, g, numbers, tries)
	}
	for i := range tries {
		v := "elsewhere"
		if i > 0 {
			v += "-" + strconv.Itoa(i)
		}
		if t.accepts(key, v) && g.met(v) {
			return label{v, true}, true
		}
	}
	return label{}, false
}

// excluded counts the values that a key must not have.
func (t *term) excluded(key string) int {
	n := 0
	for i := range t.exprs {
		if t.exprs[i].Key == key && t.exprs[i].Operator == corev1.NodeSelectorOpNotIn {
			n += len(t.exprs[i].Values)
		}
	}
	return n
}

// inventNumber tries the numbers of an interval, then the same with zeros in
// front, which are different labels.
func (t *term) inventNumber(key string, g goal, numbers interval, tries int) (label, bool) {
	for zeros := range maxName {
		for n := numbers.low; n <= numbers.top; n++ {
			if tries--; tries < 0 {
				return label{}, false
			}
			v := strings.Repeat("0", zeros) + strconv.FormatInt(n, 10)
			if len(v) > maxName {
				break
			}
			if t.accepts(key, v) && g.met(v) {
				return label{v, true}, true
			}
			if n == numbers.top { // top may be the largest number there is
				break
			}
		}
	}
	return label{}, false
}

// canBeOutside reports whether a node outside meets the term. The term must admit
// something.
func (t *term) canBeOutside() bool {
	for i := range t.d.zoneKeys() {
		if _, ok := t.choose(t.d.zoneKey(i), t.d.outside(outsideZone), false); !ok {
			return false
		}
	}
	for i := range t.d.regionKeys() {
		if _, ok := t.choose(t.d.regionKey(i), t.d.outside(outsideRegion), false); !ok {
			return t.overridable() && t.escape().overridden()
		}
	}
	return true
}

// overridable reports whether every region key that is confined to allowed
// regions is left one with a zone elsewhere, so that the common case need not
// search.
func (t *term) overridable() bool {
	for i := range t.d.regionKeys() {
		key := t.d.regionKey(i)
		if _, ok := t.choose(key, t.d.outside(outsideRegion), false); ok {
			continue
		}
		if _, ok := t.choose(key, t.d.outside(unpinning), false); !ok {
			return false
		}
	}
	return true
}

// overridden reports whether zones elsewhere can override every region key that
// is confined to allowed regions.
func (t *term) overridden() bool { return t.override(0, make([]label, t.d.zoneKeys())) }

// anyAccepted reports whether an accepted value of a key that is confined to
// allowed regions passes.
func (t *term) anyAccepted(key string, pass func(string) bool) bool {
	one, many, ok := t.listed(key)
	switch {
	case !ok: // confined by numbers alone
		_, found := t.invent(key, goal{kind: custom, pass: pass})
		return found
	case many == nil:
		return t.accepts(key, one) && pass(one)
	}
	for _, v := range many {
		if t.accepts(key, v) && pass(v) {
			return true
		}
	}
	return false
}

// override finds zones, one for each zone key, such that every region key from
// the i-th on has a value outside or one that such a zone overrides. Zones that
// are chosen stay chosen; on success zones holds the choice.
func (t *term) override(i int, zones []label) bool {
	if i == t.d.regionKeys() {
		return true
	}
	key := t.d.regionKey(i)
	if _, ok := t.choose(key, t.d.outside(outsideRegion), false); ok {
		return t.override(i+1, zones)
	}
	return t.anyAccepted(key, func(value string) bool { return t.overrideRegion(i, value, zones) })
}

// overrideRegion finds a zone for one value of the i-th region key, and goes on.
func (t *term) overrideRegion(i int, value string, zones []label) bool {
	for j := range zones {
		if zones[j].present {
			if t.d.env.Allowed.OutsideZone(zones[j].value, value) && t.override(i+1, zones) {
				return true
			}
			continue
		}
		for _, z := range t.zoneChoices(t.d.zoneKey(j), value) {
			zones[j] = label{z, true}
			if t.override(i+1, zones) {
				return true
			}
			zones[j] = label{}
		}
	}
	return false
}

// zoneChoices returns the values of a zone key that the term accepts and that
// override a region value: all that are listed, or one for each way to be such a
// zone and another zone of the table at once.
func (t *term) zoneChoices(key, regionValue string) []string {
	a := t.d.env.Allowed
	var out []string
	add := func(z string) bool {
		ok := t.accepts(key, z) && a.OutsideZone(z, regionValue)
		if ok {
			out = append(out, z)
		}
		return ok
	}
	if one, many, ok := t.listed(key); ok {
		if many == nil {
			many = []string{one}
		}
		for _, z := range many {
			add(z)
		}
		return out
	}
	for _, pattern := range t.patterns(regionValue) {
		if !pattern.Prefix {
			add(pattern.Value)
			continue
		}
		for n := range 1 + t.excluded(key) {
			if add(pattern.Value + strconv.Itoa(1+n/26) + string(rune('a'+n%26))) {
				break
			}
		}
	}
	return out
}

// patterns returns the zones elsewhere of a region value, and those of every
// other value that a region key is confined to, since one zone may serve both.
func (t *term) patterns(regionValue string) []region.ZonePattern {
	a := t.d.env.Allowed
	out := a.OutsideZones(regionValue)
	for i := range t.d.regionKeys() {
		key := t.d.regionKey(i)
		if _, free := t.choose(key, t.d.outside(outsideRegion), false); free {
			continue
		}
		t.anyAccepted(key, func(v string) bool {
			if v != regionValue {
				out = append(out, a.OutsideZones(v)...)
			}
			return false
		})
	}
	return out
}
