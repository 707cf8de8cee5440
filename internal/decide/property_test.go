package decide

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// chance makes random scenes.
type chance struct{ *rand.Rand }

func newChance(seed, run uint64) chance { return chance{rand.New(rand.NewPCG(seed, run))} }

func (c chance) of(list ...string) string { return list[c.IntN(len(list))] }

func (c chance) says() (out []string) {
	for _, control := range catalogue {
		for range c.IntN(4) {
			line := fmt.Sprintf("%s %s %s", control.ID, c.of("Pass", "Pass", "Fail", "Flaky", "Unknown", "NotApplicable"), c.of("a", "b", "c"))
			if c.IntN(4) == 0 {
				line += " " + c.of("Provider", "Institution")
			}
			if !slices.Contains(out, line) {
				out = append(out, line)
			}
		}
	}
	return out
}

func (c chance) exception() *evaluate.Exception {
	id := catalogue[c.IntN(len(catalogue))].ID
	return excepting(id, func(e *evaluate.Exception) {
		e.Object.Name = fmt.Sprintf("e-%d", c.Uint32())
		e.From = start.Add(time.Duration(c.IntN(120)-90) * time.Minute)
		e.Until = e.From.Add(time.Duration(1+c.IntN(240)) * time.Minute)
		if c.IntN(2) == 0 {
			onPods(c.of("a", "b", "c"))(e)
		}
		if c.IntN(8) == 0 {
			e.Fault = "SelfApproved"
		}
	})
}

func (c chance) scene() *scene {
	s := newScene(c.says()...)
	s.own = c.says()
	for i := range s.policy.Entries {
		e := &s.policy.Entries[i]
		if c.IntN(4) == 0 {
			e.Mode = v1alpha1.ModeObserve
			if c.IntN(2) == 0 {
				e.RequiredFrom = start.Add(time.Duration(c.IntN(120)) * time.Minute)
			}
		}
		e.Mandatory = c.IntN(6) == 0
	}
	for range c.IntN(4) {
		s.exceptions = append(s.exceptions, c.exception())
	}
	return s
}

// describe writes all that is decided.
func describe(d *Decisions) (out []string) {
	subject := func(s *Subject) {
		out = append(out, fmt.Sprintf("%s %s %s %s %d %d %q", s.Ref, s.State, state(s.Provider), state(s.Institution), s.Failed, s.Unknown, s.WorstControl))
		for _, c := range s.Controls {
			out = append(out, fmt.Sprintf("  %+v", c.Status()), fmt.Sprint("  ", c.Passed, c.Failed, c.Unknown, c.Excepted, c.NotApplicable, c.Settling))
		}
		for _, f := range s.Findings {
			out = append(out, fmt.Sprintf("  finding %s %s %s %s %s %s", f.Control.ID, f.Result.Verdict, f.Result.Reason, f.Result.Subject, f.Party, f.Since))
		}
		for f := range s.All() {
			out = append(out, fmt.Sprintf("  result %s %s %s %s %q", f.Control.ID, f.Result.Verdict, f.Judged, f.Result.Subject, f.Exception))
		}
	}
	for _, e := range d.Environments {
		subject(e.Subject)
	}
	for _, s := range d.Solutions {
		subject(s.Subject)
		out = append(out, fmt.Sprint(s.Total.State, state(s.Total.Provider), state(s.Total.Institution), s.Total.WorstControl, s.Environments))
	}
	return out
}

func TestAnExceptionTouchesItsControlAloneAndMakesNothingWorse(t *testing.T) {
	const seed = 1
	for run := range uint64(3000) {
		c := newChance(seed, run)
		s := c.scene()
		before := s.decide(Memory{}, start)
		extra := c.exception()
		s.exceptions = append(s.exceptions, extra)
		after := s.decide(Memory{}, start)
		for i, pair := range [][2]*Subject{{before.Environments[0].Subject, after.Environments[0].Subject}, {before.Solutions[0].Subject, after.Solutions[0].Subject}} {
			if worse(pair[0].State, pair[1].State) != pair[0].State {
				t.Fatalf("seed %d run %d: an exception turns subject %d from %s to %s", seed, run, i, pair[0].State, pair[1].State)
			}
			for j, was := range pair[0].Controls {
				is := pair[1].Controls[j]
				if was.ID != extra.Object.Spec.Control && was != is {
					t.Fatalf("seed %d run %d: an exception from %s changes %s from %+v to %+v", seed, run, extra.Object.Spec.Control, was.ID, was, is)
				}
				if was.Unknown != is.Unknown && was.Settling-is.Settling != was.Unknown-is.Unknown {
					t.Fatalf("seed %d run %d: an exception covers what is unknown: %+v, %+v", seed, run, was, is)
				}
			}
		}
		for f := range after.Environments[0].All() {
			if f.Result.Verdict == v1alpha1.VerdictExcepted && f.Judged != v1alpha1.VerdictFail ||
				f.Judged == v1alpha1.VerdictFail && f.Result.Verdict == v1alpha1.VerdictPass {
				t.Fatalf("seed %d run %d: %s is judged %s and decided %s", seed, run, f.Control.ID, f.Judged, f.Result.Verdict)
			}
		}
	}
}

func TestOrderChangesNoDecision(t *testing.T) {
	const seed = 2
	for run := range uint64(1000) {
		c := newChance(seed, run)
		s := c.scene()
		want := describe(s.decide(Memory{}, start))
		for _, list := range [][]string{s.env, s.own} {
			c.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		}
		c.Shuffle(len(s.exceptions), func(i, j int) { s.exceptions[i], s.exceptions[j] = s.exceptions[j], s.exceptions[i] })
		if diff := difference(want, describe(s.decide(Memory{}, start))); diff != "" {
			t.Fatalf("seed %d run %d: another order gives another decision:\n%s", seed, run, diff)
		}
	}
}

// TestNothingChangesBeforeItsTime lets time run over unchanged results: until Next nothing may change, and what is kept must
// be what deciding anew gives.
func TestNothingChangesBeforeItsTime(t *testing.T) {
	const seed = 3
	for run := range uint64(400) {
		c := newChance(seed, run)
		ev := c.scene().evaluation()
		d, now := Decide(ev, Memory{}, start), start
		for range 12 {
			next := d.Next
			if next.IsZero() {
				next = now.Add(1000 * time.Hour)
			} else if !next.After(now) {
				t.Fatalf("seed %d run %d: at %s the next change is said to be at %s", seed, run, now, next)
			}
			between := now.Add(time.Duration(c.Int64N(int64(next.Sub(now)))))
			if diff := difference(describe(d), describe(Decide(ev, forget(d.Memory), between))); diff != "" {
				t.Fatalf("seed %d run %d: between %s and %s at %s:\n%s", seed, run, now, next, between, diff)
			}
			later := Decide(ev, d.Memory, next)
			if diff := difference(describe(Decide(ev, forget(d.Memory), next)), describe(later)); diff != "" {
				t.Fatalf("seed %d run %d: what is kept differs from what is decided anew at %s:\n%s", seed, run, next, diff)
			}
			d, now = later, next
		}
	}
}

// forget keeps what a memory says and drops the decisions it holds.
func forget(m Memory) Memory {
	records := map[facts.Ref][]v1alpha1.RecordedResult{}
	for subject := range m.subjects {
		records[subject] = m.Records(subject)
	}
	return MemoryFrom(records)
}

func TestAWorseResultNeverImprovesTheState(t *testing.T) {
	const seed = 4
	for run := range uint64(2000) {
		c := newChance(seed, run)
		s := c.scene()
		before := s.decide(Memory{}, start).Environments[0]
		i := slices.IndexFunc(s.env, func(l string) bool { return len(l) > 7 && l[7:11] == "Pass" })
		if i < 0 {
			continue
		}
		s.env[i] = s.env[i][:7] + c.of("Fail", "Unknown") + s.env[i][11:]
		if after := s.decide(Memory{}, start).Environments[0]; worse(before.State, after.State) != after.State {
			t.Fatalf("seed %d run %d: %q improves %s to %s", seed, run, s.env[i], before.State, after.State)
		}
	}
}

// difference is cmp.Diff for what is mostly equal.
func difference(a, b []string) string {
	if slices.Equal(a, b) {
		return ""
	}
	return cmp.Diff(a, b)
}
