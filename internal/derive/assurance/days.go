package assurance

import (
	"strconv"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// Days is a number of calendar days, as exact as the dates that it was counted between.
type Days struct{ Least, Most int }

// String gives "13", or "0-13" where a date is a month or a quarter.
func (d Days) String() string {
	if d.Least == d.Most {
		return strconv.Itoa(d.Least)
	}
	return strconv.Itoa(d.Least) + "-" + strconv.Itoa(d.Most)
}

// DaysTo counts the days from receipt to a delivery. There are none where either has not happened, has no date, or lies more
// than a quarter in doubt; nor where it cannot have been in this order.
func (r *Record) DaysTo(d Delivery) (Days, bool) {
	if !d.Done() || r.Received() != date.Yes || r.Receipt.IsZero() || d.At.IsZero() || !r.receiptHappened() ||
		r.Receipt.Precision() == date.Year || d.At.Precision() == date.Year {
		return Days{}, false
	}
	most := days(r.Receipt.First(), lastMidnight(d.At))
	if most < 0 {
		return Days{}, false
	}
	return Days{Least: max(0, days(lastMidnight(r.Receipt), d.At.First())), Most: most}, true
}

// receiptHappened tells a date of receipt from one that is only expected, or of which nobody says which it is.
func (r *Record) receiptHappened() bool {
	return r.Said() == v1alpha1.ReceiptReceived || r.Said() == v1alpha1.ReceiptDelivered
}

func lastMidnight(p date.Partial) time.Time { return date.Of(p.End().Add(-time.Hour)).First() }

// days counts calendar days between two midnights in Copenhagen; those on which clocks change count as one like any other.
func days(from, to time.Time) int {
	day := func(t time.Time) time.Time {
		y, m, d := t.In(date.Copenhagen()).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(day(to).Sub(day(from)) / (24 * time.Hour))
}
