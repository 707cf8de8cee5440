package decide

import (
	"fmt"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
)

// wouldShown is how many of the results that an exception covers are shown with it.
const wouldShown = 3

// covering is what an exception does in one subject.
type covering struct {
	results, undecided int
	would              []Finding
}

func (s *Subject) covering(e *evaluate.Exception) *covering {
	c := s.covered[e]
	if c == nil {
		c = &covering{}
		s.covered[e] = c
	}
	return c
}

// excepts notes a failure that is covered.
func (c *covering) excepts(f *Finding) {
	c.results++
	if len(c.would) < wouldShown {
		c.would = append(c.would, *f)
	}
}

// noteUndecided notes what cannot be judged with the exceptions that would cover it if it failed.
func (o *one) noteUndecided(s *Subject, f *Finding) {
	if f.Judged != v1alpha1.VerdictUnknown || o.entry.Mandatory {
		return
	}
	for _, e := range o.exceptions {
		if e.ValidAt(o.now) && o.covers(e, f.Result) {
			s.covering(e).undecided++
		}
	}
}

// add adds what an exception does in one subject.
func (e *ExceptionState) add(c *covering) {
	e.Covered += c.results
	e.Undecided += c.undecided
	e.Would = append(e.Would, c.would[:min(len(c.would), wouldShown-len(e.Would))]...)
}

// WouldFail says what would fail without the exception, the first few in words.
func (e *ExceptionState) WouldFail() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Without it %s would fail: ", e.Exception.Object.Spec.Control)
	for i, f := range e.Would {
		if i > 0 {
			b.WriteString(" ")
		}
		fmt.Fprintf(&b, "%s: %s", f.Result.Subject, f.Message())
	}
	if more := e.Covered - len(e.Would); more > 0 {
		fmt.Fprintf(&b, " And %d more.", more)
	}
	return b.String()
}
