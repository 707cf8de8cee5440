package date

import (
	"time"

	"github.com/robfig/cron/v3"
)

const (
	// Nine years hold two leap days, and every weekday of every date.
	gapYears = 9
	// Fourteen years hold two leap days also around a century without one.
	gapYearsSparse = 14
	// No zone shifts its clock further than this at once.
	maxShift = 3 * time.Hour
)

// MaxGap returns the longest time between two runs in the years that follow
// from: the most data a loss can cost when every run succeeds at once. Days of
// 23 and 25 hours count, and so do runs that the library skips with the lost
// hour. In zones with summer time, gaps of more than a month may come out an
// hour too long, never too short. It is 0 for the zero Schedule.
func (s Schedule) MaxGap(from time.Time) time.Duration {
	if s.spec == nil {
		return s.every
	}
	day := dayPattern(s.spec)
	gap := max(day.gap, daysGap(s.spec, day, from.In(s.spec.Location)))
	if gap <= time.Hour {
		return gap // it runs in every hour, so a lost or gained hour changes nothing
	}
	return max(gap, shiftGap(s.spec, gap, from))
}

// pattern is a set of instants within a span: the first, the last, and the
// longest distance between neighbours.
type pattern struct{ first, last, gap time.Duration }

// repeat lays p out at each of the set bits, unit apart.
func (p pattern) repeat(bits uint64, unit time.Duration) pattern {
	out, prev := pattern{gap: p.gap}, -1
	for i := range 60 {
		if bits&(1<<i) == 0 {
			continue
		}
		if prev < 0 {
			out.first = time.Duration(i)*unit + p.first
		} else {
			out.gap = max(out.gap, time.Duration(i-prev)*unit+p.first-p.last)
		}
		out.last, prev = time.Duration(i)*unit+p.last, i
	}
	return out
}

// dayPattern is the runs of a day on which the schedule runs at all.
func dayPattern(s *cron.SpecSchedule) pattern {
	return pattern{}.repeat(s.Second, time.Second).repeat(s.Minute, time.Minute).repeat(s.Hour, time.Hour)
}

// daysGap is the longest time from the last run of a day to the first of the
// next day that has one, by the calendar.
func daysGap(s *cron.SpecSchedule, day pattern, from time.Time) time.Duration {
	year, month, first := from.Date()
	var gap time.Duration
	prev, matches := 0, 0
	for i := range gapYearsSparse * 366 {
		if i > gapYears*366 && matches > 1 {
			break
		}
		if !runsOn(s, time.Date(year, month, first+i, 0, 0, 0, 0, time.UTC)) {
			continue
		}
		if matches > 0 {
			gap = max(gap, time.Duration(i-prev)*24*time.Hour+day.first-day.last)
		}
		prev, matches = i, matches+1
	}
	return gap
}

// runsOn is the library's rule: a star in either day field makes both count,
// otherwise either suffices.
func runsOn(s *cron.SpecSchedule, day time.Time) bool {
	const star = 1 << 63
	if s.Month&(1<<day.Month()) == 0 {
		return false
	}
	dom := s.Dom&(1<<day.Day()) != 0
	dow := s.Dow&(1<<day.Weekday()) != 0
	if s.Dom&star != 0 || s.Dow&star != 0 {
		return dom && dow
	}
	return dom || dow
}

// shiftGap walks the runs around each change of the clock, where a run can be
// skipped and a day has 25 hours.
func shiftGap(s *cron.SpecSchedule, gap time.Duration, from time.Time) time.Duration {
	end := from.AddDate(gapYears, 0, 0)
	var longest time.Duration
	_, shift := from.In(s.Location).ZoneBounds()
	for !shift.IsZero() && shift.Before(end) {
		prev := s.Next(shift.Add(-gap - maxShift))
		for !prev.IsZero() && prev.Before(shift.Add(maxShift)) {
			next := s.Next(prev)
			if next.IsZero() {
				break
			}
			longest = max(longest, next.Sub(prev))
			prev = next
		}
		_, shift = shift.ZoneBounds()
	}
	return longest
}
