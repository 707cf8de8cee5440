package facts

import (
	"maps"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/labels"
)

func TestLabelsSayWhatTheirMapSays(t *testing.T) {
	for name, all := range map[string]map[string]string{
		"none": nil, "no label": {}, "one": {"app": "web"}, "an empty value": {"app": ""}, "several": {"tier": "b", "app": "web", "a": "c"},
	} {
		t.Run(name, func(t *testing.T) {
			l := NewLabels(all)
			if (l == nil) != (len(all) == 0) || l.Len() != len(all) || !maps.Equal(l.Map(), all) {
				t.Errorf("got %v of %v", l.Map(), all)
			}
			var names []string
			for k, v := range l.All() {
				names = append(names, k)
				if all[k] != v {
					t.Errorf("%s is %q, want %q", k, v, all[k])
				}
			}
			if !slices.IsSorted(names) {
				t.Errorf("names come as %v", names)
			}
			for _, k := range []string{"app", "tier", "other", ""} {
				want, exists := all[k]
				if got, has := l.Lookup(k); got != want || has != exists || l.Get(k) != want || l.Has(k) != exists {
					t.Errorf("%s: got %q %v", k, got, has)
				}
			}
			shared := l.Sharing(func(names *[]string) *[]string { return new(slices.Clone(*names)) }, func(s string) string { return s })
			if !l.Equal(shared) || !shared.Equal(l) || !maps.Equal(shared.Map(), all) {
				t.Errorf("shared labels are %v", shared.Map())
			}
		})
	}
}

func TestLabelsLeaveNamesOut(t *testing.T) {
	all := map[string]string{"app": "web", "hash": "1", "job": "2"}
	if got, want := NewLabels(all, "hash", "other", "job"), NewLabels(map[string]string{"app": "web"}); !got.Equal(want) {
		t.Errorf("got %v", got.Map())
	}
	if got := NewLabels(all, "app", "hash", "job"); got != nil {
		t.Errorf("got %v, want none", got.Map())
	}
}

func TestLabelsThatDifferAreNotEqual(t *testing.T) {
	a := NewLabels(map[string]string{"app": "web"})
	for _, other := range []*Labels{nil, NewLabels(map[string]string{"app": "db"}), NewLabels(map[string]string{"web": "app"}), NewLabels(map[string]string{"app": "web", "b": ""})} {
		if a.Equal(other) || other.Equal(a) {
			t.Errorf("%v equals %v", a.Map(), other.Map())
		}
	}
}

func TestSelectorsReadLabels(t *testing.T) {
	for text, want := range map[string]bool{"app=web": true, "app!=web": false, "app": true, "!app": false, "tier notin (a)": true, "app in (a, web)": true} {
		selector, err := labels.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := selector.Matches(NewLabels(map[string]string{"app": "web"})); got != want {
			t.Errorf("%s: got %v", text, got)
		}
		if nothing := selector.Matches((*Labels)(nil)); nothing != selector.Matches(labels.Set{}) {
			t.Errorf("%s of none: got %v", text, nothing)
		}
	}
}

func TestLabelsWithoutAnyAreEmpty(t *testing.T) {
	for name, l := range map[string]*Labels{"nil": nil, "zero": {}} {
		if _, exists := l.Lookup("app"); exists || l.Len() != 0 || l.Map() != nil || !l.Equal(nil) || l.Sharing(nil, nil) != nil {
			t.Errorf("%s labels are not empty", name)
		}
	}
}
