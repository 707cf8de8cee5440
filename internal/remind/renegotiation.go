package remind

import (
	"fmt"

	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// renegotiation reminds of the status that the controllers get while a too broad instruction is renegotiated (REM-17): each
// month from the approval of an exception from LOC-06 with a plan, in steps or in words, until the exception ends.
func (r *run) renegotiation() {
	for _, e := range r.fleet.Exceptions {
		spec := &e.Object.Spec
		if spec.Control != "LOC-06" || spec.Plan == nil && spec.ActionPlan == "" || !e.ValidAt(r.now) {
			if e.Fault == "" && spec.Control == "LOC-06" {
				r.changes(e.From)
			}
			continue
		}
		n := 1
		for !r.now.Before(date.Period{Months: n}.After(e.From).AddDate(0, 0, 1)) {
			n++
		}
		due := date.Of(date.Period{Months: n}.After(e.From))
		if due.End().After(e.Until) {
			continue
		}
		r.by(Deadline{Kind: "Renegotiation", Subject: ref("ControlException", e.Object.Name), Solution: spec.Scope.Solution,
			What: fmt.Sprintf("Tell the controllers how far %s is", e.Object.Name)}, due, due.End(), 7, 0)
	}
}
