package controltest

import (
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// blind makes every source of every declared need unreadable in turn. The control must then say what it said or Unknown:
// evidence that is missing never makes anything better.
func (t *trial) blind(before []control.Result) {
	for _, source := range t.sourcesNeeded() {
		for _, keep := range []bool{true, false} {
			if !keep && definesSubjects(source) {
				continue // without its facts there is nothing to judge
			}
			after, ok := t.without(source, keep)
			if !ok {
				continue
			}
			how := "unreadable and empty"
			if keep {
				how = "unreadable with what was read before"
			}
			if was, is := fold(before), fold(after); is != was && is != v1alpha1.VerdictUnknown {
				t.fault("with %s %s the control turns from %s to %s", source, how, was, is)
			}
			for _, r := range after {
				if better(r) && !slices.ContainsFunc(before, func(b control.Result) bool { return b.Subject == r.Subject && b.Verdict == r.Verdict }) {
					t.fault("with %s %s there is a new %s", source, how, t.describe(r))
				}
			}
		}
	}
}

func better(r control.Result) bool {
	return r.Verdict == v1alpha1.VerdictPass || r.Verdict == v1alpha1.VerdictNotApplicable
}

// without judges the fixture with one more source unreadable; not where it is so already.
func (t *trial) without(source facts.SourceID, keep bool) ([]control.Result, bool) {
	if slices.Contains(t.f.Unreadable, string(source)) {
		return nil, false
	}
	objects := t.f.objects
	if !keep {
		objects = slices.DeleteFunc(slices.Clone(objects), func(o *unstructured.Unstructured) bool {
			kind, _ := t.maker.index.Lookup(o.GroupVersionKind())
			return kind.SourceID() == source
		})
		if len(objects) == len(t.f.objects) {
			return nil, false // the same as keeping
		}
	}
	s, err := t.maker.build(objects)
	if err != nil {
		t.fault("%v", err)
		return nil, false
	}
	s.store.SetSource(unreadable(source))
	after, _ := t.judge(s, t.f.Now)
	return after, true
}

// sourcesNeeded lists the sources that feed what the control declares.
func (t *trial) sourcesNeeded() []facts.SourceID {
	var types []reflect.Type
	c := t.control
	for _, list := range c.AllNeeds() {
		for _, n := range list {
			types = append(types, n.Type)
		}
	}
	if c.WorkloadNeeds != nil {
		types = append(types, facts.TypeOf[facts.Workload]())
	}
	var out []facts.SourceID
	for _, kind := range t.maker.kinds {
		if slices.ContainsFunc(kind.Feeds, func(feed reflect.Type) bool { return slices.Contains(types, feed) }) {
			out = append(out, kind.SourceID())
		}
	}
	return out
}

// definesSubjects tells whether a source holds what is judged, or the yardstick, rather than evidence.
func definesSubjects(source facts.SourceID) bool {
	return slices.Contains([]facts.SourceID{"hostedsolutions.tilsyn.dev", "solutionenvironments.tilsyn.dev", "controlprofiles.tilsyn.dev",
		"platforms.tilsyn.dev", "institutions.tilsyn.dev"}, source)
}
