package check

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
)

// Exception is a ControlException with what it does.
type Exception struct {
	Name     string             `json:"name"`
	Control  v1alpha1.ControlID `json:"control"`
	Solution string             `json:"solution"`
	// Environment is empty where the exception is of all environments and the solution itself.
	Environment string `json:"environment"`
	// State is NotAccepted, NotYetValid, Expired, InUse, Undecided or Unused.
	State      string        `json:"state"`
	ValidUntil v1alpha1.Date `json:"validUntil"`
	// DaysLeft until it ends, negative when it has ended; left out for one that is not accepted.
	DaysLeft *int                   `json:"daysLeft,omitempty"`
	Approval v1alpha1.ApprovalState `json:"approval"`
	// Covered counts failing results that it excepts.
	Covered int `json:"covered"`
	// Message says what would fail without it, or why it has no effect.
	Message string `json:"message,omitempty"`
}

// Exceptions lists every exception, by name.
func (r *Report) Exceptions() []Exception {
	out := []Exception{}
	for i := range r.Decisions.Exceptions {
		out = append(out, r.exception(&r.Decisions.Exceptions[i]))
	}
	return out
}

func (r *Report) exception(e *decide.ExceptionState) Exception {
	spec := &e.Exception.Object.Spec
	out := Exception{
		Name: e.Exception.Object.Name, Control: spec.Control, Solution: spec.Scope.Solution, Environment: spec.Scope.Environment,
		State: e.State(r.At), ValidUntil: spec.ValidUntil, Covered: e.Covered, Message: e.Exception.Message, Approval: v1alpha1.ApprovalClaimed,
	}
	if e.Exception.Approval.Verified {
		out.Approval = v1alpha1.ApprovalVerified
	}
	if e.Exception.Fault == "" {
		left := e.Exception.Until.Sub(r.At)
		days := int(left / (24 * time.Hour))
		if left < 0 {
			days--
		}
		out.DaysLeft = &days
	}
	if e.Covered > 0 {
		out.Message = e.WouldFail()
	}
	return out
}

// exceptions writes which exceptions there are and what each does, unused and ended ones too.
func (t *table) exceptions() {
	list := t.report.Exceptions()
	if len(list) == 0 || t.report.namespace != "" {
		return
	}
	t.Printf("\nExceptions:\n")
	rows := make([]terminal.Row, 0, len(list))
	for _, e := range list {
		words, color := e.words()
		rows = append(rows, terminal.Row{{Text: e.Name}, {Text: string(e.Control)}, {Text: cmp.Or(e.Environment, e.Solution)}, {Text: words, Color: color}})
	}
	t.Table("  ", rows)
}

// words says what an exception does.
func (e Exception) words() (string, terminal.Color) {
	left := ""
	if e.DaysLeft != nil {
		left = ", " + count(*e.DaysLeft, "day") + " left"
	}
	switch e.State {
	case v1alpha1.ConditionInUse:
		return fmt.Sprintf("covers %s that would fail%s", count(e.Covered, "result"), left), terminal.Cyan
	case v1alpha1.ReasonExpired:
		return "ended on " + string(e.ValidUntil) + ": renew it where it is needed, or delete it", terminal.Yellow
	case v1alpha1.ReasonNotYetValid:
		return "not in force yet", terminal.Faint
	case v1alpha1.ReasonUndecided:
		return "covers nothing that can be judged here" + left, terminal.Faint
	case v1alpha1.ReasonUnused:
		return "unused, nothing it covers fails: delete it" + left, terminal.Yellow
	default:
		return "has no effect: " + e.Message, terminal.Red
	}
}

// ending gives the day on which an exception ends.
func (r *Report) ending(name string) v1alpha1.Date {
	i := slices.IndexFunc(r.Decisions.Exceptions, func(e decide.ExceptionState) bool { return e.Exception.Object.Name == name })
	if i < 0 {
		return ""
	}
	return r.Decisions.Exceptions[i].Exception.Object.Spec.ValidUntil
}
