package placement

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
)

// path is a place in the required affinity.
type path struct {
	term, expr int
	field      bool   // matchFields, not matchExpressions
	part       string // key, operator or values; "" for the whole
	value      string
}

func (p path) String() string {
	list := "matchExpressions"
	if p.field {
		list = "matchFields"
	}
	dot := ""
	if p.part != "" {
		dot = "."
	}
	return fieldTerms + "[" + strconv.Itoa(p.term) + "]." + list + "[" + strconv.Itoa(p.expr) + "]" + dot + p.part
}

func selectorField(origin int, key string) string {
	prefix := [3]string{"spec.nodeSelector", "namespace.nodeSelector", "runtimeClass.scheduling.nodeSelector"}[origin]
	return prefix + "[" + key + "]"
}

// unpinned describes a term that a node outside meets: the node, and what in the
// template lets it in.
func (t *term) unpinned() Decision {
	d := Decision{Witness: t.witness()}
	d.WitnessName, _, _ = t.nodeName()
	d.Fault, d.Field, d.Value = t.explain(d.Witness)
	return d
}

// witness returns labels of a node outside that meets the term.
func (t *term) witness() map[string]string {
	out := map[string]string{}
	for _, s := range t.d.selectors {
		maps.Copy(out, s)
	}
	put := func(key string, g goal) {
		if l, ok := t.choose(key, g, true); ok && l.present {
			out[key] = l.value
		}
	}
	zones := make([]label, t.d.zoneKeys())
	t.override(0, zones)
	for j, z := range zones {
		if z.present {
			out[t.d.zoneKey(j)] = z.value
			continue
		}
		put(t.d.zoneKey(j), t.d.outside(outsideZone))
	}
	t.witnessRegions(out, zones)
	for i := range t.exprs {
		if isRegion, isZone := t.d.counts(t.exprs[i].Key); !isRegion && !isZone {
			put(t.exprs[i].Key, goal{kind: anyValue})
		}
	}
	return out
}

// witnessRegions picks a value for every region key, given the zones.
func (t *term) witnessRegions(out map[string]string, zones []label) {
	for i := range t.d.regionKeys() {
		key := t.d.regionKey(i)
		if l, ok := t.choose(key, t.d.outside(outsideRegion), true); ok {
			if l.present {
				out[key] = l.value
			}
			continue
		}
		t.anyAccepted(key, func(v string) bool {
			overridden := slices.ContainsFunc(zones, func(z label) bool { return z.present && t.d.env.Allowed.OutsideZone(z.value, v) })
			if overridden {
				out[key] = v
			}
			return overridden
		})
	}
}

// explain says what lets the witness in: the value of a key that counts, else the
// operator on one, else the absence of any.
func (t *term) explain(witness map[string]string) (Fault, string, string) {
	if zone, ok := t.zoneElsewhere(witness); ok {
		field := t.fieldOf(corev1.LabelTopologyRegion, witness[corev1.LabelTopologyRegion])
		return ZoneElsewhere, field, zone
	}
	for origin, s := range t.d.selectors {
		for _, key := range slices.Sorted(maps.Keys(s)) {
			if isRegion, isZone := t.d.counts(key); isRegion || isZone {
				return t.valueFault(isRegion, s[key]), selectorField(origin, key), s[key]
			}
		}
	}
	for i := range t.exprs {
		e := &t.exprs[i]
		isRegion, isZone := t.d.counts(e.Key)
		if e.Operator == corev1.NodeSelectorOpIn && (isRegion || isZone) {
			return t.valueFault(isRegion, witness[e.Key]), t.fieldOf(e.Key, witness[e.Key]), witness[e.Key]
		}
	}
	for i := range t.exprs {
		e := &t.exprs[i]
		if isRegion, isZone := t.d.counts(e.Key); isRegion || isZone {
			return OperatorNotIn, path{term: t.index, expr: i, part: "operator"}.String(), string(e.Operator)
		}
	}
	return t.explainAbsence()
}

// zoneElsewhere returns the zone of the witness that overrides its region.
func (t *term) zoneElsewhere(witness map[string]string) (string, bool) {
	for i := range t.d.regionKeys() {
		r, ok := witness[t.d.regionKey(i)]
		if !ok || !t.d.env.Allowed.Region(r) {
			continue
		}
		for j := range t.d.zoneKeys() {
			if z, ok := witness[t.d.zoneKey(j)]; ok && t.d.env.Allowed.OutsideZone(z, r) {
				return z, true
			}
		}
	}
	return "", false
}

func (t *term) valueFault(isRegion bool, value string) Fault {
	a := t.d.env.Allowed
	if isRegion && !a.KnownRegion(value) || !isRegion && !a.KnownZone(value) {
		return ValueUnknown
	}
	if inside, outside := a.Meanings(value); len(inside) > 0 && len(outside) > 0 {
		return ProvidersDisagree
	}
	return ValueOutside
}

// fieldOf returns where a value of a key stands.
func (t *term) fieldOf(key, value string) string {
	if v, origin, ok := t.d.fixed(key); ok && v == value {
		return selectorField(origin, key)
	}
	for i := range t.exprs {
		e := &t.exprs[i]
		if e.Key != key || e.Operator != corev1.NodeSelectorOpIn {
			continue
		}
		if k := slices.Index(e.Values, value); k >= 0 {
			return fmt.Sprintf("%s[%d]", path{term: t.index, expr: i, part: "values"}, k)
		}
	}
	return t.whole()
}

// whole is where a constraint is missing.
func (t *term) whole() string {
	if t.index < 0 {
		return fieldRequired
	}
	return fmt.Sprintf("%s[%d]", fieldTerms, t.index)
}

// explainAbsence is for terms without any key that counts.
func (t *term) explainAbsence() (Fault, string, string) {
	for origin, s := range t.d.selectors {
		for _, key := range slices.Sorted(maps.Keys(s)) {
			if t.looksLikePin(key, s[key]) {
				return KeyNotCounted, selectorField(origin, key), key
			}
		}
	}
	for i := range t.exprs {
		e := &t.exprs[i]
		if e.Operator == corev1.NodeSelectorOpIn && slices.ContainsFunc(e.Values, func(v string) bool { return t.looksLikePin(e.Key, v) }) {
			return KeyNotCounted, path{term: t.index, expr: i, part: "key"}.String(), e.Key
		}
	}
	switch {
	case t.othersNamePlace():
		return TermUnpinned, t.whole(), ""
	case t.d.c.Preferred:
		return PreferredOnly, fieldPreferred, ""
	default:
		return NoConstraint, t.whole(), ""
	}
}

// looksLikePin reports a label that was probably meant to say where: one of the
// deprecated keys, or a value that is a region or zone.
func (t *term) looksLikePin(key, value string) bool {
	return key == corev1.LabelFailureDomainBetaRegion || key == corev1.LabelFailureDomainBetaZone ||
		t.d.env.Allowed.KnownRegion(value) || t.d.env.Allowed.KnownZone(value)
}

// othersNamePlace reports whether another term names a key that counts.
func (t *term) othersNamePlace() bool {
	if t.d.c.Required == nil {
		return false
	}
	for i := range t.d.c.Required.NodeSelectorTerms {
		for _, e := range t.d.c.Required.NodeSelectorTerms[i].MatchExpressions {
			if isRegion, isZone := t.d.counts(e.Key); i != t.index && (isRegion || isZone) {
				return true
			}
		}
	}
	return false
}
