package deadlines

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/cli/report/sheet"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/remind"
)

// document is the JSON form.
type document struct {
	At        time.Time  `json:"at"`
	Deadlines []deadline `json:"deadlines"`
}

type deadline struct {
	Reminder remind.ID   `json:"reminder"`
	Kind     remind.Kind `json:"kind"`
	Subject  subject     `json:"subject"`
	// Solution is empty where it is about none.
	Solution string `json:"solution"`
	What     string `json:"what"`
	// Due is the day as it was written, or the instant.
	Due       string      `json:"due"`
	Precision string      `json:"precision"`
	OverdueAt time.Time   `json:"overdueAt"`
	InDays    int         `json:"inDays"`
	Step      remind.Step `json:"step"`
	// NextStepAt is null where nothing changes any more.
	NextStepAt *time.Time `json:"nextStepAt"`
}

type subject struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

func (c *command) print(list []remind.Deadline, now time.Time) error {
	if c.output == "json" {
		return c.json(list, now)
	}
	return c.table(list, now)
}

func (c *command) json(list []remind.Deadline, now time.Time) error {
	out := document{At: now.UTC(), Deadlines: make([]deadline, len(list))}
	for i := range list {
		d := &list[i]
		precision := "instant"
		if !d.Due.IsZero() {
			precision = d.Due.Precision().String()
		}
		out.Deadlines[i] = deadline{
			Reminder: d.Reminder, Kind: d.Kind, Subject: subject{d.Subject.Kind, d.Subject.Name}, Solution: d.Solution, What: d.What, Due: d.DueText(),
			Precision: precision, OverdueAt: d.At.UTC(), InDays: inDays(d, now), Step: d.Step,
		}
		if !d.Next.IsZero() {
			next := d.Next.UTC()
			out.Deadlines[i].NextStepAt = &next
		}
	}
	e := json.NewEncoder(c.Out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

// same is what rows have in common that differ only in whom they are about.
type same struct {
	reminder            remind.ID
	solution, what, due string
	step                remind.Step
	kind                string
}

// table writes a row for each thing to do: what many resources of one kind have to do by one day is one row.
func (c *command) table(list []remind.Deadline, now time.Time) error {
	w := terminal.NewWriter(c.Out, c.Screen, terminal.ColorAuto)
	if len(list) == 0 {
		w.Printf("Nothing that is recorded is due.\n")
		return w.Err()
	}
	var rows [][]string
	at, count := map[same]int{}, map[same]int{}
	overdue := 0
	for i := range list {
		d := &list[i]
		if d.Step == remind.Overdue {
			overdue++
		}
		key := same{d.Reminder, d.Solution, d.What, d.DueText(), d.Step, d.Subject.Kind}
		if count[key]++; count[key] > 1 {
			rows[at[key]][4] = fmt.Sprintf("%d of kind %s", count[key], d.Subject.Kind)
			continue
		}
		at[key] = len(rows)
		rows = append(rows, []string{d.DueText(), days(d, now), string(d.Step), string(d.Reminder), d.Subject.Kind + "/" + d.Subject.Name, dash(d.Solution), d.What})
	}
	sheet.Table(w, []string{"Due", "In days", "Step", "Reminder", "Subject", "Solution", "What to do"}, rows)
	noun := "deadlines"
	if len(list) == 1 {
		noun = "deadline"
	}
	w.Printf("\n%d %s, %d of them overdue.\n", len(list), noun, overdue)
	return w.Err()
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// days writes the days left; for a clock of less than two days the hours.
func days(d *remind.Deadline, now time.Time) string {
	if left := d.At.Sub(now); d.Due.IsZero() && left.Abs() < 48*time.Hour {
		return strconv.Itoa(int(left/time.Hour)) + "h"
	}
	return strconv.Itoa(inDays(d, now))
}

// inDays counts the days from today to the last day that it can be done on, negative when that has passed.
func inDays(d *remind.Deadline, now time.Time) int {
	last := d.At
	if !d.Due.IsZero() {
		last = d.Due.End().Add(-time.Hour)
	}
	noon := func(t time.Time) time.Time {
		y, m, day := t.In(date.Copenhagen()).Date()
		return time.Date(y, m, day, 12, 0, 0, 0, time.UTC)
	}
	return int(noon(last).Sub(noon(now)) / (24 * time.Hour))
}
