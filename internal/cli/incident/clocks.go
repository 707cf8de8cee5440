package incident

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/clock"
	"github.com/tilsyn-dev/tilsyn/internal/remind"
)

// showClocks tells which clocks run now, when each ends and when it is shown anew.
func showClocks(w *terminal.Writer, i *v1alpha1.SecurityIncident, now time.Time) error {
	created := i.DeepCopy()
	if created.CreationTimestamp.IsZero() {
		created.CreationTimestamp = metav1.NewTime(now)
	}
	reading := clock.Read(created, clock.Memory{}, now)
	local := func(t time.Time) string { return t.In(date.Copenhagen()).Format(shown) }
	var rows []terminal.Row
	for _, c := range reading.Clocks(clock.DefaultLimits(now)) {
		state := c.State(now)
		if state != clock.Running && state != clock.Overdue {
			continue
		}
		row := terminal.Cells(local(c.DueAt), remind.ToDo(c.Name), fmt.Sprintf("%d hours from %s", c.DueAt.Sub(c.StartedAt)/time.Hour, local(c.StartedAt)))
		if state == clock.Overdue {
			row[0].Color, row[1].Text = terminal.Red, "OVERDUE: "+row[1].Text
		}
		rows = append(rows, row)
		for _, s := range c.Steps {
			if at := c.StartedAt.Add(s); at.After(now) && at.Before(c.DueAt) {
				rows = append(rows, terminal.Cells(local(at), fmt.Sprintf("  %d hours have passed", s/time.Hour)))
			}
		}
	}
	if len(rows) == 0 {
		w.Printf("No clock of the law runs: personal data are not affected.\n")
		return w.Err()
	}
	w.Printf("%s\n", w.Paint(terminal.Bold, "The clocks that run now:"))
	w.Table("  ", rows)
	switch aware := reading.Aware("", clock.LegalNotice(now)); {
	case aware.Found:
		w.Printf("The controllers found it themselves and say no awareness within %d hours of that, so their clock runs from the detection.\n", clock.LookInto/time.Hour)
	case aware.Missing:
		w.Printf("Nobody wrote when the controllers became aware, so their clock runs from the creation of the resource.\n")
	}
	return w.Err()
}
