// Package date reads the dates, durations and schedules that people write into
// declarations, without ever reading a clock.
//
// Three ideas keep it honest:
//
//   - A date keeps the precision it was written with. "2022-Q2" is an interval,
//     and a comparison that the interval cannot settle answers Maybe.
//   - Calendar dates are dates in Europe/Copenhagen; fixed durations are real
//     hours. A day in a Period is a calendar day (23 to 25 hours), a day in a
//     Duration is 24 hours.
//   - A schedule is read in the dialect of the program that runs it, because the
//     same five fields mean different times in different programs.
//
// The time zone data are linked in, so that an image without /usr/share/zoneinfo
// behaves like any other machine.
package date
