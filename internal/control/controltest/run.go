package controltest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Run tests controls by the fixtures under a folder. Others are controls that a catalogue has besides and that are not
// tested here; controls of the second pass need the results of some.
func Run(t *testing.T, controls []*control.Control, dir string, others ...*control.Control) {
	t.Helper()
	if err := control.ValidateSet(controls); err != nil {
		t.Error(err)
	}
	fixtures, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	catalogue := slices.Concat(controls, others)
	for _, f := range fixtures {
		i := slices.IndexFunc(controls, func(c *control.Control) bool { return c.ID == f.Control })
		if i < 0 {
			t.Errorf("%s is about %s, which is not tested here", f.Path, f.Control)
			continue
		}
		name := string(f.Control) + "/" + strings.TrimSuffix(filepath.Base(f.Path), ".yaml")
		t.Run(name, func(t *testing.T) {
			for _, fault := range Check(&f, controls[i], catalogue) {
				t.Error(fault)
			}
		})
	}
	for _, c := range controls {
		for _, missing := range Missing(c, fixtures) {
			t.Errorf("%s: %s", c.ID, missing)
		}
	}
}

// Missing lists what the fixtures of a control leave untested: classes, and reasons that no fixture expects.
func Missing(c *control.Control, fixtures []Fixture) []string {
	classes, reasons := map[Class]bool{}, map[control.Reason]bool{}
	for _, f := range fixtures {
		if f.Control != c.ID {
			continue
		}
		classes[f.Class] = true
		for _, e := range f.Expect {
			reasons[e.Reason] = true
		}
	}
	needed := []Class{Pass, Fail, Unknown, Bypass}
	// With a rule of institutions what is not applicable may be the institution's part alone, beside a solution that always is.
	if c.InstitutionNeeds == nil && slices.ContainsFunc(c.Reasons, func(r control.ReasonText) bool { return r.Verdict == v1alpha1.VerdictNotApplicable }) {
		needed = append(needed, NotApplicable)
	}
	var out []string
	for _, class := range needed {
		if !classes[class] {
			out = append(out, fmt.Sprintf("no fixture of class %s", class))
		}
	}
	for _, r := range c.Reasons {
		if !reasons[r.Reason] {
			out = append(out, fmt.Sprintf("no fixture expects reason %s", r.Reason))
		}
	}
	return out
}

// Check judges a fixture with a control of a catalogue and lists what is wrong.
func Check(f *Fixture, c *control.Control, catalogue []*control.Control) []string {
	t := &trial{f: f, control: c, catalogue: catalogue, maker: newMaker(f)}
	s, err := t.maker.build(f.objects)
	if err != nil {
		return []string{err.Error()}
	}
	untouched, err := newMaker(f).build(f.objects)
	if err != nil {
		return []string{err.Error()}
	}
	results, next := t.judge(s, f.Now)
	t.compare(results)
	t.checkTexts(results)
	t.checkClass(results)
	if again, _ := t.judge(s, f.Now); !reflect.DeepEqual(results, again) {
		t.fault("a second run gives other results (-first +second):\n%s", gocmp.Diff(results, again))
	}
	t.checkFacts(s, untouched)
	t.shuffle(results)
	t.wait(s, results, next)
	t.blind(results)
	return t.faults
}

// trial is one fixture under test.
type trial struct {
	f         *Fixture
	control   *control.Control
	catalogue []*control.Control
	maker     *maker
	faults    []string
}

// fault notes what is wrong, once: a fixture is judged many times.
func (t *trial) fault(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(t.faults, text) {
		t.faults = append(t.faults, text)
	}
}

// judge gives every result of the control under test, sorted, and when something changes by itself.
func (t *trial) judge(s *scene, now time.Time) (out []control.Result, next time.Time) {
	s.store.Read(func(v facts.View) {
		engine := evaluate.NewEngine(t.catalogue, evaluate.Options{Workers: 1, OnPanic: func(id v1alpha1.ControlID, subject facts.Ref, err string) {
			t.fault("%s panics at %s: %s", id, subject, err)
		}})
		ev := engine.Evaluate(v, engine.Resolve(v, now), now)
		next = ev.Next
		for _, r := range slices.Concat(ev.Environments, ev.Solutions, ev.Institutions, []*evaluate.Results{ev.Platform}) {
			for _, c := range r.Controls {
				if c.Control.ID == t.control.ID {
					out = slices.AppendSeq(out, c.All())
				}
			}
		}
	})
	slices.SortStableFunc(out, func(a, b control.Result) int {
		return cmp.Or(a.Subject.Compare(b.Subject), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Field, b.Field))
	})
	return out, next
}

// compare checks that the results are exactly the expected ones.
func (t *trial) compare(results []control.Result) {
	open := slices.Clone(t.f.Expect)
	for _, r := range results {
		i := slices.IndexFunc(open, func(e Expectation) bool { return t.meets(r, e) })
		if i < 0 {
			t.fault("not expected: %s", t.describe(r))
			continue
		}
		open = slices.Delete(open, i, i+1)
	}
	for _, e := range open {
		t.fault("missing: %s %s %s %+v", e.Verdict, e.Reason, e.Subject, e)
	}
}

func (t *trial) meets(r control.Result, e Expectation) bool {
	message, _ := t.control.Render(r)
	party := cmp.Or(r.Party, t.control.Party)
	return r.Verdict == e.Verdict && r.Reason == e.Reason && r.Subject.String() == e.Subject &&
		(e.Field == "" || e.Field == r.Field) && (e.Party == "" || e.Party == party) && (e.Basis == "" || e.Basis == r.Basis) &&
		(e.Cause == "" || e.Cause == r.Cause.String()) && (e.ValidUntil == nil || e.ValidUntil.Equal(r.ValidUntil)) &&
		(e.Message == "" || e.Message == message)
}

func (t *trial) describe(r control.Result) string {
	message, _ := t.control.Render(r)
	out := fmt.Sprintf("%s %s %s field=%q message=%q", r.Verdict, r.Reason, r.Subject, r.Field, message)
	if !r.ValidUntil.IsZero() {
		out += " validUntil=" + r.ValidUntil.UTC().Format(time.RFC3339)
	}
	if !r.Cause.IsZero() {
		out += " cause=" + r.Cause.String()
	}
	return out
}

// checkTexts checks that every result can be told to people.
func (t *trial) checkTexts(results []control.Result) {
	for _, r := range results {
		text, ok := t.control.Text(r.Reason)
		switch {
		case !ok:
			t.fault("reason %s has no text", r.Reason)
		case text.Verdict != r.Verdict:
			t.fault("reason %s is listed as %s and given as %s", r.Reason, text.Verdict, r.Verdict)
		}
		if open := t.control.UnfilledMarks(r); len(open) > 0 {
			t.fault("the text of %s has no argument for {%s}", r.Reason, strings.Join(open, "}, {"))
		}
		if !r.ValidUntil.IsZero() && !r.ValidUntil.After(t.f.Now) {
			t.fault("%s holds until %s, which is not after now", r.Reason, r.ValidUntil)
		}
	}
}

func (t *trial) checkClass(results []control.Result) {
	folded := fold(results)
	right := map[Class][]v1alpha1.Verdict{
		Pass: {v1alpha1.VerdictPass}, Fail: {v1alpha1.VerdictFail}, Unknown: {v1alpha1.VerdictUnknown},
		NotApplicable: {v1alpha1.VerdictNotApplicable}, Bypass: {v1alpha1.VerdictFail, v1alpha1.VerdictUnknown},
	}[t.f.Class]
	if !slices.Contains(right, folded) {
		t.fault("a fixture of class %s folds to %s", t.f.Class, folded)
	}
}

// fold gives the verdict of all results together, NotApplicable where there is none.
func fold(results []control.Result) v1alpha1.Verdict {
	worst := v1alpha1.VerdictNotApplicable
	for _, r := range results {
		if control.Worse(r.Verdict, worst) {
			worst = r.Verdict
		}
	}
	return worst
}

// checkFacts demands that judging left every fact as it was.
func (t *trial) checkFacts(judged, untouched *scene) {
	for i := range judged.facts {
		if !reflect.DeepEqual(judged.facts[i].fact, untouched.facts[i].fact) {
			t.fault("judging changed the fact of %v", judged.facts[i].key)
		}
	}
}

// shuffle demands that the order of the objects does not count.
func (t *trial) shuffle(results []control.Result) {
	const seed = 20261122
	random := rand.New(rand.NewPCG(seed, seed))
	objects := slices.Clone(t.f.objects)
	for range 3 {
		random.Shuffle(len(objects), func(i, j int) { objects[i], objects[j] = objects[j], objects[i] })
		s, err := t.maker.build(objects)
		if err != nil {
			t.fault("%v", err)
			return
		}
		if got, _ := t.judge(s, t.f.Now); !reflect.DeepEqual(results, got) {
			t.fault("another order of the objects gives other results:\n%s", gocmp.Diff(results, got))
			return
		}
	}
}

// horizon is how far ahead a result that names no end must hold.
const horizon = 2 * 365 * 24 * time.Hour

// wait demands that nothing changes by itself before a result says that it does.
func (t *trial) wait(s *scene, results []control.Result, next time.Time) {
	end := t.f.Now.Add(horizon)
	if !next.IsZero() && next.Before(end) {
		end = next.Add(-time.Nanosecond)
	}
	later, _ := t.judge(s, end)
	if a, b := essence(results), essence(later); !slices.Equal(a, b) {
		says := "ever"
		if !next.IsZero() {
			says = "before " + next.UTC().Format(time.RFC3339)
		}
		t.fault("nothing says that it changes %s, and at %s it is not what it was: use Until (-now +then)\n%s",
			says, end.UTC().Format(time.RFC3339), gocmp.Diff(a, b))
	}
}

// essence is what must hold until a result's end; arguments may tell of time that passes.
func essence(results []control.Result) (out []string) {
	for _, r := range results {
		out = append(out, fmt.Sprintf("%s %s %s %s", r.Verdict, r.Reason, r.Subject, r.Field))
	}
	return out
}
