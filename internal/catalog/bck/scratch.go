package bck

import (
	"fmt"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// scratch is what an environment says of a claim whose content may be lost.
type scratch struct {
	// declared is true where it is said at all, at field of the environment, with a reason.
	declared      bool
	field, reason string
	// approved is true where a person approved it until a date, counts where that date has not come; why says what is wrong
	// otherwise.
	approved, counts bool
	why              string
	// changes is when it begins or ceases to count; zero: never.
	changes time.Time
}

// scratchReview is for how long an approval of scratch data counts at most, as attestations do.
var scratchReview = date.Period{Months: 12}

// scratchOf finds what the environment says of a claim. The claim of whoever writes the environment is not enough to leave
// data without a backup: a person approves it until a date.
func scratchOf(e *v1alpha1.SolutionEnvironment, c *facts.Claim, now time.Time) scratch {
	var out scratch
	for i := range e.Spec.ScratchData {
		s := &e.Spec.ScratchData[i]
		prefix, open := strings.CutSuffix(s.Claim, "*")
		if s.Namespace != c.Namespace || s.Claim != c.Name && (!open || !strings.HasPrefix(c.Name, prefix)) {
			continue
		}
		found := scratch{declared: true, field: fmt.Sprintf("spec.scratchData[%d]", i), reason: s.Reason}
		found.judge(s, now)
		found.changes = control.Earliest(found.changes, out.changes)
		found.approved = found.approved || out.approved
		if out = found; out.counts {
			return out
		}
	}
	return out
}

func (s *scratch) judge(d *v1alpha1.ScratchData, now time.Time) {
	if d.Approval == nil || d.Approval.By == "" || d.Approval.Reference == "" {
		s.why = "it has no approval"
		return
	}
	if v1alpha1.IsServiceIdentity(d.Approval.By) {
		s.why = "its approval is by a service account"
		return
	}
	if d.ValidUntil == "" {
		s.why = "it has no validUntil"
		return
	}
	from, err1 := date.EndOfValidity(string(d.Approval.At))
	until, err2 := date.EndOfValidity(string(d.ValidUntil))
	if err1 != nil || err2 != nil {
		s.why = "its approval.at or validUntil is not a date"
		return
	}
	s.approved = true
	ends := control.Earliest(until, scratchReview.After(from))
	switch {
	case now.Before(from):
		s.why, s.changes = "its approval is of "+string(d.Approval.At)+", which is to come", from
	case !now.Before(until):
		s.why = "it ended on " + string(d.ValidUntil)
	case !now.Before(ends):
		s.why = "its approval is of " + string(d.Approval.At) + ", more than 12 months ago"
	default:
		s.counts, s.changes = true, ends
	}
}
