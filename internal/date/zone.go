package date

import (
	"fmt"
	"sync"
	"time"

	_ "time/tzdata" // the distroless image has no zone files
)

// copenhagen is loaded once; time/tzdata makes failure impossible short of a
// broken build, which must not pass silently.
var copenhagen = sync.OnceValue(func() *time.Location {
	loc, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		panic(fmt.Sprintf("date: time zone data are not linked in: %v", err))
	}
	return loc
})

// Copenhagen is the time zone of calendar deadlines.
func Copenhagen() *time.Location { return copenhagen() }

// EndOfValidity reads a day written as "2026-12-31" and returns the instant at
// which something valid until that date ends: 00:00 Europe/Copenhagen of it.
func EndOfValidity(day string) (time.Time, error) {
	p, err := Parse(day)
	if err != nil {
		return time.Time{}, err
	}
	if p.precision != Day {
		return time.Time{}, fmt.Errorf("date %q names a %s; an end of validity needs a day, such as %s",
			day, p.precision, p.first().text())
	}
	return p.First(), nil
}
