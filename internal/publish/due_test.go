package publish

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/remind"
)

func TestHowAnObjectStandsWithItsDeadlines(t *testing.T) {
	subject := facts.Ref{Kind: "Supplier", Name: "aws"}
	deadline := func(what string, step remind.Step, told string) remind.Deadline {
		due, err := date.Parse("2027-02-20")
		if err != nil {
			t.Fatal(err)
		}
		return remind.Deadline{Reminder: "REM-15", Subject: subject, What: what, Due: due, Step: step, Told: told}
	}
	many := []remind.Deadline{}
	for n := range linesMax + 2 {
		many = append(many, deadline(fmt.Sprint("do ", n), remind.Overdue, ""))
	}
	for name, test := range map[string]struct {
		deadlines []remind.Deadline
		status    metav1.ConditionStatus
		reason    string
		message   string
		next      string
	}{
		"what lies ahead is shown and says nothing": {[]remind.Deadline{deadline("a", remind.Upcoming, "")}, "", "", "", "a 2027-02-20 Upcoming"},
		"what is due soon is still current": {[]remind.Deadline{deadline("a", remind.Due, "Within 30 days"), deadline("b", remind.Upcoming, "")},
			metav1.ConditionTrue, v1alpha1.ReasonDueSoon, "Within 30 days, due 2027-02-20: a (REM-15).", "a 2027-02-20 Due"},
		"one that is overdue is not": {[]remind.Deadline{deadline("a", remind.Overdue, ""), deadline("b", remind.Due, "Within 7 days")},
			metav1.ConditionFalse, v1alpha1.ReasonOverdue, "Overdue, due 2027-02-20: a (REM-15).\nWithin 7 days, due 2027-02-20: b (REM-15).", "a 2027-02-20 Overdue"},
		"what is due for several solutions is one line": {[]remind.Deadline{deadline("a", remind.Overdue, ""), deadline("a", remind.Overdue, "")},
			metav1.ConditionFalse, v1alpha1.ReasonOverdue, "Overdue, due 2027-02-20: a (REM-15).", "a 2027-02-20 Overdue"},
	} {
		t.Run(name, func(t *testing.T) {
			got := DueOf(test.deadlines)[subject]
			next := strings.Join([]string{got.Next.Subject, got.Next.Due, got.Next.Step}, " ")
			if got.Status != test.status || got.Reason != test.reason || got.Message != test.message || next != test.next {
				t.Errorf("got %+v", got)
			}
		})
	}
	if got := strings.Split(DueOf(many)[subject].Message, "\n"); len(got) != linesMax+1 || got[linesMax] != "And 2 more." {
		t.Errorf("of many the message is %q", got)
	}
}
