package date

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// Period is a length of time as a contract writes it. Months and days are
// calendar steps in Europe/Copenhagen, Clock is real time. The parts are never
// negative.
type Period struct {
	Months, Days int
	Clock        time.Duration
}

// Upper bounds keep sums within time.Duration and dates within reason.
const (
	maxAmount = 1_000_000
	maxClock  = 200 * 365 * 24 * time.Hour
	maxMonths = 200 * 12
	maxDays   = 200 * 366
)

// ParseDuration reads a fixed length of time: whole numbers with the units w, d
// (24 hours), h, m and s, largest first ("24h", "30d", "1d12h"), or the same in
// ISO 8601 ("P30D", "PT24H"). Months and years have no fixed length and are
// refused.
func ParseDuration(s string) (time.Duration, error) {
	p, err := readPeriod(s)
	if err != nil {
		return 0, fmt.Errorf("duration %q: %w", s, err)
	}
	if p.Months != 0 {
		return 0, fmt.Errorf("duration %q: months and years have no fixed length; write days, such as 30d or 365d", s)
	}
	whole := time.Duration(p.Days) * 24 * time.Hour
	if whole > maxClock-p.Clock {
		return 0, fmt.Errorf("duration %q: %w", s, errTooLong)
	}
	return whole + p.Clock, nil
}

var errTooLong = errors.New("it is longer than 200 years")

// unit is one step of the grammar; rank falls within a text, one is its length.
type unit struct {
	name string
	rank int
	one  Period
}

// plainUnits are those of "1y6mo2w3d4h5m6s". "mo" comes before "m" so that the
// longest name wins.
func plainUnits() []unit {
	return []unit{
		{"y", 7, Period{Months: 12}}, {"mo", 6, Period{Months: 1}}, {"w", 5, Period{Days: 7}}, {"d", 4, Period{Days: 1}},
		{"h", 3, Period{Clock: time.Hour}}, {"m", 2, Period{Clock: time.Minute}}, {"s", 1, Period{Clock: time.Second}},
	}
}

func isoDateUnits() []unit {
	return []unit{{"Y", 7, Period{Months: 12}}, {"M", 6, Period{Months: 1}}, {"W", 5, Period{Days: 7}}, {"D", 4, Period{Days: 1}}}
}

func isoTimeUnits() []unit {
	return []unit{{"H", 3, Period{Clock: time.Hour}}, {"M", 2, Period{Clock: time.Minute}}, {"S", 1, Period{Clock: time.Second}}}
}

// ParsePeriod reads whole numbers with the units y, mo, w, d, h, m (minutes) and
// s, largest first ("13mo", "1y6mo", "30d", "24h"), or ISO 8601 ("P13M",
// "P1Y6M", "PT24H").
func ParsePeriod(s string) (Period, error) {
	p, err := readPeriod(s)
	if err != nil {
		return Period{}, fmt.Errorf("period %q: %w", s, err)
	}
	return p, nil
}

func readPeriod(s string) (Period, error) {
	var p Period
	var err error
	switch {
	case s == "":
		err = errors.New("it is empty; write a number and a unit, such as 24h, 30d or 13mo")
	case s[0] == 'P':
		err = readISO(s[1:], &p)
	default:
		err = readUnits(s, plainUnits(), &p)
	}
	if err == nil && (p.Clock > maxClock || p.Months > maxMonths || p.Days > maxDays) {
		err = errTooLong
	}
	return p, err
}

func readISO(s string, p *Period) error {
	dates, clocks, hasClock := strings.Cut(s, "T")
	if dates == "" && clocks == "" {
		return errors.New("it names no length; write P13M for 13 months or PT24H for 24 hours")
	}
	if hasClock && clocks == "" {
		return errors.New("nothing follows T; write PT24H for 24 hours")
	}
	if err := readUnits(dates, isoDateUnits(), p); err != nil {
		return err
	}
	return readUnits(clocks, isoTimeUnits(), p)
}

// readUnits adds what s says to p; an empty s says nothing.
func readUnits(s string, units []unit, p *Period) error {
	rank := math.MaxInt
	for s != "" {
		n, rest, err := readNumber(s)
		if err != nil {
			return err
		}
		u, ok := longestUnit(rest, units)
		if !ok {
			return fmt.Errorf("after %d a unit is expected: %s", n, unitNames(units))
		}
		if u.rank >= rank {
			return fmt.Errorf("%s is in the wrong place; units go from the largest to the smallest, each once", u.name)
		}
		rank, s = u.rank, rest[len(u.name):]
		p.Months += int(n) * u.one.Months
		p.Days += int(n) * u.one.Days
		p.Clock += time.Duration(n) * u.one.Clock
	}
	return nil
}

func readNumber(s string) (int64, string, error) {
	i, n := 0, int64(0)
	for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		if n = n*10 + int64(s[i]-'0'); n > maxAmount {
			return 0, "", errors.New("the number is too large")
		}
	}
	if i == 0 {
		return 0, "", fmt.Errorf("a whole number is expected at %q; write, for example, 24h, 30d or 13mo", s)
	}
	return n, s[i:], nil
}

func longestUnit(s string, units []unit) (unit, bool) {
	best, ok := unit{}, false
	for _, u := range units {
		if strings.HasPrefix(s, u.name) && len(u.name) > len(best.name) {
			best, ok = u, true
		}
	}
	return best, ok
}

func unitNames(units []unit) string {
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = u.name
	}
	return strings.Join(names, ", ")
}

// IsZero reports whether the period has no length.
func (p Period) IsZero() bool { return p == Period{} }

// String writes the period in the plain form, which ParsePeriod reads back to an
// equal value. The zero period gives "0s".
func (p Period) String() string {
	var b strings.Builder
	put := func(n int64, unit string) {
		if n != 0 {
			fmt.Fprintf(&b, "%d%s", n, unit)
		}
	}
	put(int64(p.Months/12), "y")
	put(int64(p.Months%12), "mo")
	put(int64(p.Days), "d")
	put(int64(p.Clock/time.Hour), "h")
	put(int64(p.Clock%time.Hour/time.Minute), "m")
	put(int64(p.Clock%time.Minute/time.Second), "s")
	if b.Len() == 0 {
		return "0s"
	}
	return b.String()
}

// After returns the instant one period after t. Months are added first and clamp
// to the end of the month (31 January plus one month is 28 or 29 February), then
// days, then real time.
func (p Period) After(t time.Time) time.Time { return p.step(t, 1) }

// Before returns the instant one period before t, by the same rules.
func (p Period) Before(t time.Time) time.Time { return p.step(t, -1) }

func (p Period) step(t time.Time, sign int) time.Time {
	if p.Months == 0 && p.Days == 0 {
		return t.Add(time.Duration(sign) * p.Clock)
	}
	local := t.In(copenhagen())
	year, month, day := local.Date()
	first := time.Date(year, month+time.Month(sign*p.Months), 1, 0, 0, 0, 0, time.UTC)
	day = min(day, daysIn(first.Year(), int(first.Month())))
	moved := time.Date(first.Year(), first.Month(), day+sign*p.Days,
		local.Hour(), local.Minute(), local.Second(), local.Nanosecond(), copenhagen())
	return moved.Add(time.Duration(sign) * p.Clock).In(t.Location())
}

// Length writes a length of time as people say it, to the second: days from two days on (2.5d), below that hours, minutes and
// seconds without those of which there are none (24h, 1h30m, 15m).
func Length(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= 2*day {
		return fmt.Sprintf("%.4gd", float64(d)/float64(day))
	}
	text := d.Round(time.Second).String()
	for _, none := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, none) {
			text = text[:len(text)-2]
		}
	}
	return text
}
