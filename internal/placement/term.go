package placement

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// decider holds what all terms of a template share.
type decider struct {
	c         Constraints
	env       Env
	selectors [3]map[string]string // template, namespace, RuntimeClass
}

// selectorConflict finds the first key, in order, to which two selectors give
// different values, and the later of the two.
func (d *decider) selectorConflict() (origin int, key string, conflict bool) {
	for i, later := range d.selectors[1:] {
		for _, earlier := range d.selectors[:i+1] {
			if len(later) == 0 || len(earlier) == 0 {
				continue
			}
			for k, v := range later {
				if other, ok := earlier[k]; ok && other != v && (!conflict || k < key) {
					origin, key, conflict = i+1, k, true
				}
			}
		}
		if conflict {
			return origin, key, true
		}
	}
	return 0, "", false
}

// fixed returns the value that a selector demands of a key.
func (d *decider) fixed(key string) (value string, origin int, ok bool) {
	for i, s := range d.selectors {
		if len(s) > 0 {
			if v, ok := s[key]; ok {
				return v, i, true
			}
		}
	}
	return "", 0, false
}

// regionKey and zoneKey number the keys that count.
func (d *decider) regionKey(i int) string {
	if i == 0 {
		return corev1.LabelTopologyRegion
	}
	return d.env.RegionKeys[i-1]
}

func (d *decider) zoneKey(i int) string {
	if i == 0 {
		return corev1.LabelTopologyZone
	}
	return d.env.ZoneKeys[i-1]
}

func (d *decider) regionKeys() int { return 1 + len(d.env.RegionKeys) }
func (d *decider) zoneKeys() int   { return 1 + len(d.env.ZoneKeys) }

// counts reports whether a key says where a node is, as a region or as a zone.
func (d *decider) counts(key string) (isRegion, isZone bool) {
	return key == corev1.LabelTopologyRegion || slices.Contains(d.env.RegionKeys, key),
		key == corev1.LabelTopologyZone || slices.Contains(d.env.ZoneKeys, key)
}

// term is one alternative, with the selectors; index -1 is a template without
// required affinity.
type term struct {
	d      *decider
	index  int
	exprs  []corev1.NodeSelectorRequirement
	fields []corev1.NodeSelectorRequirement
}

// escape copies the term for the slow path, whose closures need it on the heap,
// so that the fast path needs nothing there.
func (t *term) escape() *term {
	d, s := *t.d, *t
	s.d = &d
	return &s
}

// admitsNothing returns why no node at all meets the term, or "".
func (t *term) admitsNothing() (Fault, path) {
	for i := range t.exprs {
		if part := invalid(&t.exprs[i]); part != "" {
			return InvalidTerm, path{term: t.index, expr: i, part: part, value: t.exprs[i].Key}
		}
	}
	for i := range t.fields {
		f := &t.fields[i]
		known := f.Operator == corev1.NodeSelectorOpIn || f.Operator == corev1.NodeSelectorOpNotIn
		if !known || len(f.Values) != 1 {
			return InvalidTerm, path{term: t.index, expr: i, part: "values", field: true, value: f.Key}
		}
	}
	if _, i, ok := t.nodeName(); !ok {
		return Contradiction, path{term: t.index, expr: i, field: true, value: t.fields[i].Key}
	}
	for i := range t.exprs {
		key := t.exprs[i].Key
		if t.firstOf(key) == i && !t.satisfiable(key) {
			return Contradiction, path{term: t.index, expr: i, value: key}
		}
	}
	return "", path{}
}

// firstOf returns the first expression on a key.
func (t *term) firstOf(key string) int {
	for i := range t.exprs {
		if t.exprs[i].Key == key {
			return i
		}
	}
	return -1
}

const metadataName = "metadata.name"

// anyName is what a node may be called if the term does not say.
const anyName = "node-outside"

// nodeName returns a name that meets the term's fields, or the field that none
// can meet. The scheduler reads fields other than the name as empty.
func (t *term) nodeName() (name string, conflict int, ok bool) {
	for i := range t.fields {
		f := &t.fields[i]
		in := f.Operator == corev1.NodeSelectorOpIn
		switch {
		case f.Key != metadataName:
			if in != (f.Values[0] == "") {
				return "", i, false
			}
		case in:
			if f.Values[0] == "" || name != "" && name != f.Values[0] {
				return "", i, false
			}
			name = f.Values[0]
		}
	}
	if name != "" {
		for i := range t.fields {
			if t.fields[i].Key == metadataName && t.fields[i].Operator == corev1.NodeSelectorOpNotIn && t.fields[i].Values[0] == name {
				return "", i, false
			}
		}
		return name, 0, true
	}
	name = anyName
	for t.namesExcluded(name) {
		name += "-x"
	}
	return name, 0, true
}

func (t *term) namesExcluded(name string) bool {
	for i := range t.fields {
		if t.fields[i].Key == metadataName && t.fields[i].Values[0] == name {
			return true
		}
	}
	return false
}

// accepts reports whether a node with a value for the key meets everything that
// the term and the selectors say about the key.
func (t *term) accepts(key, value string) bool {
	for _, s := range t.d.selectors {
		if len(s) > 0 {
			if v, ok := s[key]; ok && v != value {
				return false
			}
		}
	}
	for i := range t.exprs {
		if t.exprs[i].Key == key && !acceptsValue(&t.exprs[i], value) {
			return false
		}
	}
	return true
}

// acceptsWithout reports the same for a node without the label.
func (t *term) acceptsWithout(key string) bool {
	if _, _, ok := t.d.fixed(key); ok {
		return false
	}
	for i := range t.exprs {
		if t.exprs[i].Key == key && !acceptsAbsence(&t.exprs[i]) {
			return false
		}
	}
	return true
}

// listed returns the values that alone are possible for a key, if an equality or
// an In says so.
func (t *term) listed(key string) (one string, many []string, ok bool) {
	if v, _, fixed := t.d.fixed(key); fixed {
		return v, nil, true
	}
	for i := range t.exprs {
		if t.exprs[i].Key == key && t.exprs[i].Operator == corev1.NodeSelectorOpIn {
			return "", t.exprs[i].Values, true
		}
	}
	return "", nil, false
}
