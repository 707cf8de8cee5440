package incident

import (
	"fmt"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// shown is how instants are shown to people, always in Europe/Copenhagen.
const shown = "Mon 2 Jan 2006 15:04 MST"

// readInstant reads a point in time: now, RFC 3339, or the time on a clock in Denmark. What has not come yet cannot have
// happened.
func readInstant(text string, now time.Time) (time.Time, error) {
	t, err := parseInstant(text, now)
	if err != nil {
		return t, err
	}
	if t.After(now) {
		return t, fmt.Errorf("%s has not come yet; it is %s", t.In(date.Copenhagen()).Format(shown), now.In(date.Copenhagen()).Format(shown))
	}
	return t, nil
}

func parseInstant(text string, now time.Time) (time.Time, error) {
	text = strings.TrimSpace(text)
	if strings.EqualFold(text, "now") {
		return now.Truncate(time.Second), nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.Truncate(time.Second), nil
	}
	local := strings.Replace(text, "T", " ", 1)
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05"} {
		t, err := time.ParseInLocation(layout, local, date.Copenhagen())
		if err == nil {
			return t, onDanishClocks(t, layout, local)
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a point in time; write now, 2026-11-20 14:05 (Danish time) or 2026-11-20T14:05:00+01:00", text)
}

// onDanishClocks refuses the hour that clocks leave out in spring and the one that they show twice in autumn.
func onDanishClocks(t time.Time, layout, text string) error {
	if t.Format(layout) != text {
		return fmt.Errorf("no clock in Denmark showed %s: summer time began; write the offset, for example %s", text, t.Format(time.RFC3339))
	}
	for _, other := range []time.Time{t.Add(-time.Hour), t.Add(time.Hour)} {
		if other.Format(layout) == text {
			first, second := t, other
			if other.Before(t) {
				first, second = other, t
			}
			return fmt.Errorf("clocks in Denmark showed %s twice when summer time ended; write %s or %s", text, first.Format(time.RFC3339), second.Format(time.RFC3339))
		}
	}
	return nil
}

// written is how an instant stands in a resource.
func written(t time.Time) string { return t.In(date.Copenhagen()).Format(time.RFC3339) }
