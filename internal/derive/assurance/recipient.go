package assurance

import (
	"cmp"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// Secretariat gives who supervises for an institution at an instant; "" where it supervises itself.
func Secretariat(i *v1alpha1.Institution, at time.Time) string {
	for _, s := range i.Spec.Secretariats {
		from, until := partial(s.From), partial(s.Until)
		if (from.IsZero() || !at.Before(from.First())) && (until.IsZero() || at.Before(until.First())) {
			return s.Institution
		}
	}
	return ""
}

// SecretariatChanges gives the first instant after now at which somebody begins or ceases to supervise for an institution;
// zero: never.
func SecretariatChanges(i *v1alpha1.Institution, now time.Time) time.Time {
	var next time.Time
	for _, s := range i.Spec.Secretariats {
		for _, p := range []date.Partial{partial(s.From), partial(s.Until)} {
			if at := p.First(); !p.IsZero() && at.After(now) && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
	}
	return next
}

// secretariatOn gives who supervised for an institution on a day; false where the day is written too coarsely to tell.
func secretariatOn(i *v1alpha1.Institution, day date.Partial, now time.Time) (string, bool) {
	if len(i.Spec.Secretariats) == 0 {
		return "", true
	}
	if day.IsZero() {
		return Secretariat(i, now), true
	}
	first, last := Secretariat(i, day.First()), Secretariat(i, day.End().Add(-time.Nanosecond))
	if first != last || day.Precision() != date.Day && SecretariatChanges(i, day.First()).Before(day.End()) && !SecretariatChanges(i, day.First()).IsZero() {
		return first, false
	}
	return first, true
}

// Arrival is whether a statement reached whoever supervises for one institution.
type Arrival struct {
	// By is the delivery that reached it; nil where none did.
	By *Delivery
	// Past is a delivery to the institution itself although a secretariat supervised for it on that day; nil where there is none.
	Past *Delivery
	// Unclear is a delivery on a date too coarse to tell who supervised then; nil where there is none.
	Unclear *Delivery
}

// Arrived looks for the delivery of a statement to one institution, as a member of a group of controllers. Where a secretariat
// supervises for it on the day of the delivery, the statement goes there and not to the institution.
func (r *Record) Arrived(i *v1alpha1.Institution, group string, now time.Time) Arrival {
	var out Arrival
	for n := range r.Deliveries {
		d := &r.Deliveries[n]
		direct := d.Institution == i.Name
		if !d.Done() || !direct && (d.Group == "" || d.Group != group) && !supervisedBy(i, d.Institution) {
			continue
		}
		secretariat, known := secretariatOn(i, d.At, now)
		switch {
		case !known:
			out.Unclear = cmp.Or(out.Unclear, d)
		case secretariat == "" && (direct || d.Group != "" && d.Group == group), secretariat != "" && d.Institution == secretariat:
			out.By = earlier(out.By, d)
		case direct:
			out.Past = cmp.Or(out.Past, d)
		}
	}
	return out
}

func supervisedBy(i *v1alpha1.Institution, name string) bool {
	for _, s := range i.Spec.Secretariats {
		if name != "" && s.Institution == name {
			return true
		}
	}
	return false
}

// earlier prefers a delivery with a date, and of two the first.
func earlier(a, b *Delivery) *Delivery {
	if a == nil || a.At.IsZero() && !b.At.IsZero() || b.At.Before(a.At) == date.Yes {
		return b
	}
	return a
}

// To gives the delivery to a group or organisation; nil where the statement was not passed on to it.
func (r *Record) To(match func(*Delivery) bool) *Delivery {
	var out *Delivery
	for n := range r.Deliveries {
		if d := &r.Deliveries[n]; d.Done() && match(d) {
			out = earlier(out, d)
		}
	}
	return out
}

// DeliverBy gives the end of the time to pass a statement on: so long after the last day it can have been received, or the
// day that is written for the recipient, if that is earlier. False where nobody wrote down when it was received.
func (r *Record) DeliverBy(within date.Period, recipient func(*Delivery) bool) (time.Time, bool) {
	var by time.Time
	if r.receiptHappened() && !r.Receipt.IsZero() {
		by = within.After(r.receiptEnd)
	}
	for n := range r.Deliveries {
		if d := &r.Deliveries[n]; recipient(d) {
			if due := partial(d.Due); !due.IsZero() && (by.IsZero() || due.End().Before(by)) {
				by = due.End()
			}
		}
	}
	return by, !by.IsZero()
}
