package decide

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
)

// keepPointers leaves the results of every control but one as they were, as an engine does.
func keepPointers(now, before *evaluate.Results, changed string) {
	for i, c := range now.Controls {
		j := slices.IndexFunc(before.Controls, func(o *evaluate.ControlResults) bool { return o.Control == c.Control })
		if j >= 0 && string(c.Control.ID) != changed {
			now.Controls[i] = before.Controls[j]
		}
	}
}

// exceptionsDo writes what every exception does.
func exceptionsDo(d *Decisions, now time.Time) (out []string) {
	for _, e := range d.Exceptions {
		out = append(out, e.Exception.Object.Name+" "+e.State(now)+" "+e.WouldFail())
	}
	return out
}

// TestWhatIsTakenOverIsWhatWouldBeDecidedAnew changes what one control says, again and again, and passes the memory on.
func TestWhatIsTakenOverIsWhatWouldBeDecidedAnew(t *testing.T) {
	const seed = 5
	takenOver := 0
	for run := range uint64(600) {
		c := newChance(seed, run)
		s := c.scene()
		ev, now := s.evaluation(), start
		d := Decide(ev, Memory{}, now)
		for range 8 {
			id := string(catalogue[c.IntN(len(catalogue))].ID)
			of := func(line string) bool { return strings.HasPrefix(line, id) }
			said := slices.DeleteFunc(c.says(), func(line string) bool { return !of(line) })
			s.env = slices.Concat(slices.DeleteFunc(slices.Clone(s.env), of), said)
			now = now.Add(time.Duration(c.IntN(15*60)) * time.Second)
			next := s.evaluation()
			keepPointers(next.Environments[0], ev.Environments[0], id)
			later, anew := Decide(next, d.Memory, now), Decide(next, forget(d.Memory), now)
			if diff := difference(describe(anew), describe(later)); diff != "" {
				t.Fatalf("seed %d run %d: after %s said %q, what is taken over differs from what is decided anew:\n%s", seed, run, id, said, diff)
			}
			if diff := difference(exceptionsDo(anew, now), exceptionsDo(later, now)); diff != "" {
				t.Fatalf("seed %d run %d: exceptions differ after %s said %q:\n%s", seed, run, id, said, diff)
			}
			subject := next.Environments[0].Subject
			if diff := cmp.Diff(anew.Memory.Records(subject), later.Memory.Records(subject)); diff != "" || !anew.Next.Equal(later.Next) {
				t.Fatalf("seed %d run %d: what is remembered differs after %s said %q, next %s and %s:\n%s", seed, run, id, said, anew.Next, later.Next, diff)
			}
			for i, p := range later.Environments[0].parts {
				if old := d.Environments[0].parts; i < len(old) && old[i].folds == p.folds {
					takenOver++
				}
			}
			ev, d = next, later
		}
	}
	if takenOver < 1000 {
		t.Errorf("%d decisions were taken over, so this tests too little", takenOver)
	}
}
