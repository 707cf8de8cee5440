package remind

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// ID of a reminder in the catalogue, for example REM-04.
type ID string

// Kind is what a deadline is about. There are few, so that they can be labels of metrics.
type Kind string

// Step is how far a deadline has come, in the words of the API.
type Step string

// Steps, in order. Due is within the lead.
const (
	Upcoming Step = "Upcoming"
	Due      Step = "Due"
	Overdue  Step = "Overdue"
)

// Deadline is something that somebody must have done by an instant.
type Deadline struct {
	Reminder ID
	Kind     Kind
	// Subject is the resource in which what was done is recorded.
	Subject facts.Ref
	// Solution that it is about; empty where it is about none, or about all.
	Solution string
	// What there is to do.
	What string
	// Due is the day as precisely as it was written; zero where the deadline is an instant.
	Due date.Partial
	// At is the first instant at which it is overdue.
	At time.Time
	// Step at the instant that was asked for, and Told the lead that was reached last, in words: "30 days" before a day, or
	// how long ago a clock began; empty where none was.
	Step Step
	Told string
	// Next is the next instant at which Step or Told changes; zero: never.
	Next time.Time

	marks []mark
	// every repeats the reminder after At; zero: it is told once.
	every date.Period
}

// mark is an instant before At at which a deadline is told anew.
type mark struct {
	at   time.Time
	text string
}

// Series names what a deadline is about where several of a kind run at once and none may hide another: each incident has
// clocks of its own. Of the other kinds the first stands for all, and it is empty.
func (d *Deadline) Series() string {
	if d.Reminder == breachClocks {
		return d.Subject.Name
	}
	return ""
}

// DueText writes the day as it was written, or the instant in UTC.
func (d *Deadline) DueText() string {
	if d.Due.IsZero() {
		return d.At.UTC().Format(time.RFC3339)
	}
	return d.Due.String()
}

// Line says in one sentence how it stands. It stays the same from one step to the next.
func (d *Deadline) Line() string {
	switch {
	case d.Step == Overdue && d.Told != "":
		return fmt.Sprintf("Overdue for %s, due %s: %s (%s).", d.Told, d.DueText(), d.What, d.Reminder)
	case d.Step == Overdue:
		return fmt.Sprintf("Overdue, due %s: %s (%s).", d.DueText(), d.What, d.Reminder)
	case d.Told != "":
		return fmt.Sprintf("%s, due %s: %s (%s).", d.Told, d.DueText(), d.What, d.Reminder)
	default:
		return fmt.Sprintf("Due %s: %s (%s).", d.DueText(), d.What, d.Reminder)
	}
}

// Status is the deadline as the API shows it.
func (d *Deadline) Status() v1alpha1.DeadlineStatus {
	return v1alpha1.DeadlineStatus{Reminder: string(d.Reminder), Subject: cut(d.What), Due: d.DueText(), Step: string(d.Step)}
}

// cut keeps a text within what a Value of the API holds, at the end of a character.
func cut(s string) string {
	const most = 512
	if len(s) <= most {
		return s
	}
	n := most - len("…")
	for s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}

// stand sets Step, Told and Next for an instant.
func (d *Deadline) stand(now time.Time) {
	d.Step, d.Told, d.Next = Upcoming, "", time.Time{}
	for _, m := range d.marks {
		if now.Before(m.at) {
			d.Next = m.at
			return
		}
		d.Step, d.Told = Due, m.text
	}
	if now.Before(d.At) {
		d.Next = d.At
		return
	}
	d.Step, d.Told = Overdue, ""
	if d.every.IsZero() {
		return
	}
	// No more than real time allows, and a calendar step differs from it by an hour at most.
	n := max(0, int(now.Sub(d.At)/(time.Duration(d.every.Days)*24*time.Hour))-1)
	for !now.Before(d.again(n + 1)) {
		n++
	}
	if n > 0 {
		d.Told = plural(n*d.every.Days, "day")
	}
	d.Next = d.again(n + 1)
}

func (d *Deadline) again(n int) time.Time { return date.Period{Days: n * d.every.Days}.After(d.At) }

// before adds marks so many days before the last day to do it, at 00:00 Europe/Copenhagen.
func (d *Deadline) before(last date.Partial, days ...int) {
	day := date.Of(last.End().Add(-time.Hour)).First()
	for _, n := range days {
		text := "The last day"
		if n > 0 {
			text = "Within " + plural(n, "day")
		}
		d.mark(date.Period{Days: n}.Before(day), text)
	}
}

func (d *Deadline) mark(at time.Time, text string) {
	if at.Before(d.At) {
		d.marks = append(d.marks, mark{at, text})
	}
}

func (d *Deadline) ready() {
	slices.SortFunc(d.marks, func(a, b mark) int { return a.at.Compare(b.at) })
}

func plural(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

// Compare orders deadlines: what is due first comes first.
func Compare(a, b Deadline) int {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Reminder, b.Reminder), cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Solution, b.Solution), a.Subject.Compare(b.Subject), cmp.Compare(a.What, b.What))
}
