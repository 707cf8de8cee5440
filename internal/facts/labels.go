package facts

import (
	"iter"
	"maps"
	"slices"
)

// Labels are the labels of an object. They take a third of the memory of a map, which counts because most workloads have
// some of their own. Nil are none. They never change, and are Labels to selectors.
type Labels struct {
	names  *[]string // sorted; shared by all that have the same names; never nil
	values []string  // likewise ordered
}

// NewLabels makes labels of a map without some names, nil where nothing is left.
func NewLabels(all map[string]string, except ...string) *Labels {
	names := make([]string, 0, len(all))
	for name := range all {
		if !slices.Contains(except, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	l := &Labels{names: &names, values: make([]string, len(names))}
	for i, name := range names {
		l.values[i] = all[name]
	}
	return l
}

// Sharing gives equal labels that share with others: names gives a list equal to the given one, value an equal text.
func (l *Labels) Sharing(names func(*[]string) *[]string, value func(string) string) *Labels {
	if l == nil {
		return nil
	}
	out := &Labels{names: names(l.names), values: make([]string, len(l.values))}
	for i, v := range l.values {
		out.values[i] = value(v)
	}
	return out
}

// Lookup gives the value under a name, and whether there is one.
func (l *Labels) Lookup(name string) (value string, exists bool) {
	if l != nil && l.names != nil { // the zero value has no labels
		for i, n := range *l.names { // few, so that looking through them is quick
			if n == name {
				return l.values[i], true
			}
		}
	}
	return "", false
}

// Get gives the value under a name, empty where there is none.
func (l *Labels) Get(name string) string {
	value, _ := l.Lookup(name)
	return value
}

// Has tells whether there is a value under a name.
func (l *Labels) Has(name string) bool {
	_, exists := l.Lookup(name)
	return exists
}

// Len counts the labels.
func (l *Labels) Len() int {
	if l == nil {
		return 0
	}
	return len(l.values)
}

// All gives the labels by name.
func (l *Labels) All() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for i := range l.Len() {
			if !yield((*l.names)[i], l.values[i]) {
				return
			}
		}
	}
}

// Map gives the labels as objects of the API have them, nil for none.
func (l *Labels) Map() map[string]string {
	if l.Len() == 0 {
		return nil
	}
	return maps.Collect(l.All())
}

// Equal tells whether the labels are the same.
func (l *Labels) Equal(o *Labels) bool {
	return l.Len() == o.Len() && (l.Len() == 0 || slices.Equal(*l.names, *o.names) && slices.Equal(l.values, o.values))
}
