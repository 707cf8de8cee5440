package event

import (
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

func TestEachStepOfADeadlineIsToldOnce(t *testing.T) {
	current := func(reason string, lines ...string) []metav1.Condition {
		return []metav1.Condition{{Type: v1alpha1.ConditionCurrent, Reason: reason, Message: strings.Join(lines, "\n")}}
	}
	near, nearer := "Within 30 days, due 2027-02-20: renew (REM-04).", "Within 7 days, due 2027-02-20: renew (REM-04)."
	passed, other := "Overdue, due 2027-02-20: renew (REM-04).", "Overdue, due 2027-01-01: try (REM-15)."
	for name, test := range map[string]struct {
		before, after []metav1.Condition
		want          []string
	}{
		"nothing where nothing is due":        {nil, current(v1alpha1.ReasonNothingOverdue, "Nothing is overdue."), nil},
		"the first lead":                      {current(v1alpha1.ReasonNothingOverdue, "Nothing is overdue."), current(v1alpha1.ReasonDueSoon, near), []string{"Normal DeadlineNear " + near}},
		"not the same lead again":             {current(v1alpha1.ReasonDueSoon, near), current(v1alpha1.ReasonDueSoon, near), nil},
		"the next lead":                       {current(v1alpha1.ReasonDueSoon, near), current(v1alpha1.ReasonDueSoon, nearer), []string{"Normal DeadlineNear " + nearer}},
		"when it has passed":                  {current(v1alpha1.ReasonDueSoon, nearer), current(v1alpha1.ReasonOverdue, passed), []string{"Warning DeadlinePassed " + passed}},
		"only what is new beside another one": {current(v1alpha1.ReasonOverdue, other, nearer), current(v1alpha1.ReasonOverdue, other, passed), []string{"Warning DeadlinePassed " + passed}},
		"nothing when one is met":             {current(v1alpha1.ReasonOverdue, other, passed), current(v1alpha1.ReasonOverdue, other), nil},
		"not how many more there are":         {current(v1alpha1.ReasonOverdue, other), current(v1alpha1.ReasonOverdue, other, "And 3 more."), nil},
		"what is due of a new object":         {nil, current(v1alpha1.ReasonOverdue, other), []string{"Warning DeadlinePassed " + other}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			actions := map[string]bool{}
			for _, e := range Deadlines(test.before, test.after) {
				got = append(got, e.Type+" "+e.Reason+" "+e.Message)
				actions[e.Action] = true
				if len(e.Action) > 128 {
					t.Errorf("the action %q is too long for the API", e.Action)
				}
			}
			if !slices.Equal(got, test.want) || len(actions) != len(got) {
				t.Errorf("events are %q with %d actions, want %q", got, len(actions), test.want)
			}
		})
	}
}
