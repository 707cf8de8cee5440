package date

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Dialect is how a program reads a schedule.
type Dialect int8

// The dialects.
const (
	// Standard5 is CronJob and Velero: minute, hour, day of month, month, day of
	// week; @daily and its kin; @every.
	Standard5 Dialect = iota
	// K8up is Standard5 and the six @...-random words, which the program turns
	// into a fixed time derived from the object's name.
	K8up
	// CNPG has the seconds first and an optional day of week last, so that five
	// fields are second, minute, hour, day of month and month.
	CNPG
)

// maxExpression bounds what is worth reading.
const maxExpression = 256

// Schedule is a parsed schedule. It is immutable.
type Schedule struct {
	spec       *cron.SpecSchedule // nil if every is set
	every      time.Duration      // @every, or the longest gap of a random schedule
	random     bool
	fiveFields bool
}

// ParseCron reads expr in the dialect d. Times without a zone of their own
// (CRON_TZ= or TZ= in front) are in loc; nil means UTC, which is what programs in
// containers use. A schedule that never runs is an error.
func ParseCron(expr string, d Dialect, loc *time.Location) (Schedule, error) {
	s, err := parseCron(strings.TrimSpace(expr), d, loc)
	if err != nil {
		return Schedule{}, fmt.Errorf("schedule %q: %w", expr, err)
	}
	return s, nil
}

func parseCron(expr string, d Dialect, loc *time.Location) (Schedule, error) {
	switch {
	case expr == "":
		return Schedule{}, errors.New("it is empty; write, for example, 0 2 * * *")
	case len(expr) > maxExpression:
		return Schedule{}, fmt.Errorf("it is longer than %d characters", maxExpression)
	case loc == nil:
		loc = time.UTC
	}
	expr, loc, err := cutZone(expr, loc)
	if err != nil {
		return Schedule{}, err
	}
	if strings.HasPrefix(expr, "@") {
		return parseWord(expr, d, loc)
	}
	return parseFields(expr, d, loc)
}

// cutZone takes the zone prefix off, which the library would read too, but with
// a panic if nothing follows it.
func cutZone(expr string, loc *time.Location) (string, *time.Location, error) {
	prefixed := strings.HasPrefix(expr, "TZ=") || strings.HasPrefix(expr, "CRON_TZ=")
	if !prefixed {
		return expr, loc, nil
	}
	i := strings.IndexAny(expr, " \t")
	if i < 0 {
		return "", nil, errors.New("nothing follows the time zone; write, for example, CRON_TZ=Europe/Copenhagen 0 2 * * *")
	}
	_, name, _ := strings.Cut(expr[:i], "=")
	if name == "" || name == "Local" {
		return "", nil, fmt.Errorf("the time zone %q is not fixed; write a name such as Europe/Copenhagen", name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return "", nil, fmt.Errorf("the time zone %q is unknown; write a name such as Europe/Copenhagen", name)
	}
	return strings.TrimSpace(expr[i:]), loc, nil
}

func parseWord(word string, d Dialect, loc *time.Location) (Schedule, error) {
	if d == K8up {
		if gap, ok := randomGap(word); ok {
			return Schedule{every: gap, random: true}, nil
		}
	}
	if rest, ok := strings.CutPrefix(word, "@every "); ok {
		every, err := time.ParseDuration(strings.TrimSpace(rest))
		if err != nil || every < time.Second {
			return Schedule{}, fmt.Errorf("%q is not a length of at least one second; write, for example, @every 6h", rest)
		}
		return Schedule{every: every.Truncate(time.Second)}, nil
	}
	parsed, err := cron.NewParser(cron.Descriptor).Parse(word)
	spec, ok := parsed.(*cron.SpecSchedule)
	if err != nil || !ok {
		return Schedule{}, fmt.Errorf("the word %s is unknown; write, for example, @daily or 0 2 * * *", word)
	}
	spec.Location = loc
	return Schedule{spec: spec}, nil
}

// randomGap is the longest time between two runs of K8up's random words: each is
// a fixed time within the named span.
func randomGap(word string) (time.Duration, bool) {
	const day = 24 * time.Hour
	switch word {
	case "@hourly-random":
		return time.Hour, true
	case "@daily-random":
		return day, true
	case "@weekly-random":
		return 7 * day, true
	case "@monthly-random":
		return 31 * day, true
	case "@yearly-random", "@annually-random":
		return 366 * day, true
	default:
		return 0, false
	}
}

func parseFields(expr string, d Dialect, loc *time.Location) (Schedule, error) {
	fields := strings.Fields(expr)
	options := cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow
	switch {
	case d == CNPG && len(fields) != 5 && len(fields) != 6:
		return Schedule{}, fmt.Errorf("it has %d fields; this program reads six: second, minute, hour, day of month, month, day of week", len(fields))
	case d == CNPG:
		options = cron.Second | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.DowOptional
	case len(fields) != 5:
		return Schedule{}, fmt.Errorf("it has %d fields; this program reads five: minute, hour, day of month, month, day of week", len(fields))
	}
	for _, f := range fields {
		// The library reads a field of commas as "never".
		if strings.Trim(f, ",") == "" {
			return Schedule{}, fmt.Errorf("the field %q is empty", f)
		}
	}
	parsed, err := cron.NewParser(options).Parse(expr)
	if err != nil {
		return Schedule{}, err
	}
	spec, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return Schedule{}, fmt.Errorf("it is of an unexpected kind %T", parsed)
	}
	// Whether a date exists does not depend on today; 2024 is a leap year.
	if spec.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return Schedule{}, errors.New("it never runs: no month has such a day")
	}
	spec.Location = loc
	return Schedule{spec: spec, fiveFields: d == CNPG && len(fields) == 5}, nil
}

// Random reports that the program picks the time: Next is then the latest
// possible, and the true times stand in the object's status.
func (s Schedule) Random() bool { return s.random }

// FiveFields reports that a CNPG schedule has five fields: "0 2 * * *" then
// means second 0 of minute 2 of every hour, which is hardly ever meant.
func (s Schedule) FiveFields() bool { return s.fiveFields }

// Next returns the first run after t; for @every and random schedules, the
// latest instant at which it can be. It is the zero time for the zero Schedule
// and where no run falls within five years.
func (s Schedule) Next(t time.Time) time.Time {
	switch {
	case s.spec != nil:
		return s.spec.Next(t)
	case s.every > 0:
		return t.Add(s.every)
	default:
		return time.Time{}
	}
}
