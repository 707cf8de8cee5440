package loc

import (
	"fmt"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// window is a parameter that is a length of time, for example 24h.
type window string

// duration is that of a window that check accepted.
func (w window) duration() time.Duration {
	d, err := date.ParseDuration(string(w))
	if err != nil {
		return 0
	}
	return d
}

func (w window) check(field string, least, most time.Duration) error {
	d, err := date.ParseDuration(string(w))
	if err != nil {
		return fmt.Errorf("%s: %w", field, err)
	}
	if d < least || d > most {
		return fmt.Errorf("%s: %s is outside %s to %s", field, w, least, most)
	}
	return nil
}

// atMostAYear checks a parameter that is a period of at most 12 months.
func atMostAYear(field, value string) error {
	age, err := date.ParsePeriod(value)
	if err != nil {
		return fmt.Errorf("%s: %w", field, err)
	}
	if start := time.Unix(0, 0).UTC(); age.After(start).After(start.AddDate(1, 0, 0)) {
		return fmt.Errorf("%s: %s is more than 12mo", field, value)
	}
	return nil
}
