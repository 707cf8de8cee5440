package publish

import (
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/remind"
)

// linesMax is how many deadlines one message names. What it does not name has no event, so it is as many as the message of a
// condition holds.
const linesMax = 30

// More begins the line of a message that counts what it does not name.
const More = "And "

// DueOf tells how each object stands with its deadlines, which come in order. A message has a line for each that is due or
// overdue, and a line stays the same from one step to the next.
func DueOf(deadlines []remind.Deadline) map[facts.Ref]Due {
	lines := map[facts.Ref][]string{}
	out := map[facts.Ref]Due{}
	for i := range deadlines {
		d := &deadlines[i]
		due, known := out[d.Subject]
		if !known {
			due.Next = d.Status()
		}
		if line := d.Line(); d.Step != remind.Upcoming && !slices.Contains(lines[d.Subject], line) {
			lines[d.Subject] = append(lines[d.Subject], line)
		}
		switch {
		case d.Step == remind.Overdue:
			due.Status, due.Reason = metav1.ConditionFalse, v1alpha1.ReasonOverdue
		case d.Step == remind.Due && due.Reason == "":
			due.Status, due.Reason = metav1.ConditionTrue, v1alpha1.ReasonDueSoon
		}
		out[d.Subject] = due
	}
	for subject, list := range lines {
		if n := len(list); n > linesMax {
			list = append(list[:linesMax], fmt.Sprintf(More+"%d more.", n-linesMax))
		}
		due := out[subject]
		due.Message = strings.Join(list, "\n")
		out[subject] = due
	}
	return out
}
