package log

import (
	"fmt"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/date"
)

const day = 24 * time.Hour

// span gives the shortest and the longest that a period of calendar months can be, in whole days. A store that deletes after
// a number of days keeps the minimum if it keeps the shortest, and the maximum if it keeps no more than the longest: nobody
// fails over the length of February.
func span(p date.Period) (shortest, longest time.Duration) {
	start := time.Date(2024, time.January, 1, 12, 0, 0, 0, time.UTC)
	for m := range 48 { // four years, one of them a leap year
		from := start.AddDate(0, m, 0)
		d := from.AddDate(0, p.Months, p.Days).Add(p.Clock).Sub(from)
		if m == 0 || d < shortest {
			shortest = d
		}
		longest = max(longest, d)
	}
	return shortest, longest
}

// inDays writes a length of time as people read it in configuration.
func inDays(d time.Duration) string {
	if d == day {
		return "1 day"
	}
	if d%day == 0 {
		return fmt.Sprintf("%d days", d/day)
	}
	return fmt.Sprintf("%.1f days", d.Hours()/24)
}
