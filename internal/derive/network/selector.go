package network

import (
	"maps"
	"slices"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Lookup gives the value of a label and whether there is one.
type Lookup func(key string) (value string, exists bool)

// LookupIn looks into a map.
func LookupIn(labels map[string]string) Lookup {
	return func(key string) (string, bool) { v, ok := labels[key]; return v, ok }
}

// Matches tells whether a selector selects what has some labels, as the API server does. Nil selects nothing, the empty
// selector everything; an operator that is not known selects nothing.
func Matches(s *metav1.LabelSelector, labels Lookup) bool {
	if s == nil {
		return false
	}
	for k, want := range s.MatchLabels {
		if v, ok := labels(k); !ok || v != want {
			return false
		}
	}
	for _, e := range s.MatchExpressions {
		v, ok := labels(e.Key)
		switch e.Operator {
		case metav1.LabelSelectorOpIn:
			ok = ok && slices.Contains(e.Values, v)
		case metav1.LabelSelectorOpNotIn:
			ok = !ok || !slices.Contains(e.Values, v)
		case metav1.LabelSelectorOpExists:
		case metav1.LabelSelectorOpDoesNotExist:
			ok = !ok
		default:
			ok = false
		}
		if !ok {
			return false
		}
	}
	return true
}

// IsEmpty tells whether a selector selects everything by saying nothing.
func IsEmpty(s *metav1.LabelSelector) bool {
	return s != nil && len(s.MatchLabels) == 0 && len(s.MatchExpressions) == 0
}

// maxTries bounds the search of Outside. Selectors of real policies have a handful of keys.
const maxTries = 1 << 16

// Outside looks for labels that none of the selectors selects. Where there are none, whatever labels a pod chooses, some
// selector has it. Decided is false where there are too many combinations to try.
func Outside(selectors []*metav1.LabelSelector) (labels map[string]string, found, decided bool) {
	if slices.ContainsFunc(selectors, IsEmpty) {
		return nil, false, true
	}
	values := valuesOf(selectors)
	o := &outside{selectors: selectors, keys: slices.Sorted(maps.Keys(values)), values: values, labels: map[string]string{}}
	found = o.try(0)
	if !found {
		return nil, false, o.tries <= maxTries
	}
	return o.labels, true, true
}

// valuesOf lists, for each key that is named, the values that are; every other value is like any one that is not.
func valuesOf(selectors []*metav1.LabelSelector) map[string][]string {
	out := map[string][]string{}
	for _, s := range selectors {
		if s == nil {
			continue
		}
		for k, v := range s.MatchLabels {
			out[k] = append(out[k], v)
		}
		for _, e := range s.MatchExpressions {
			out[e.Key] = append(out[e.Key], e.Values...)
		}
	}
	for k, list := range out {
		slices.Sort(list)
		list = slices.Compact(list)
		other := "other"
		for n := 2; slices.Contains(list, other); n++ {
			other = "other-" + strconv.Itoa(n)
		}
		out[k] = append([]string{other}, list...)
	}
	return out
}

type outside struct {
	selectors []*metav1.LabelSelector
	keys      []string
	values    map[string][]string
	labels    map[string]string
	tries     int
}

// try chooses the label with the n-th key and those after it: none first, then a value that nobody names.
func (o *outside) try(n int) bool {
	if n == len(o.keys) {
		o.tries++
		return !slices.ContainsFunc(o.selectors, func(s *metav1.LabelSelector) bool { return Matches(s, LookupIn(o.labels)) })
	}
	key := o.keys[n]
	if o.try(n + 1) {
		return true
	}
	for _, v := range o.values[key] {
		if o.tries > maxTries {
			break
		}
		o.labels[key] = v
		if o.try(n + 1) {
			return true
		}
	}
	delete(o.labels, key)
	return false
}
