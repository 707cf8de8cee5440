package date

import "time"

// Tri is the answer to a question that an imprecise date may not settle.
type Tri int8

// The answers. Maybe is the zero value: nothing known settles nothing.
const (
	Maybe Tri = iota
	No
	Yes
)

// String returns "yes", "no" or "maybe".
func (t Tri) String() string {
	switch t {
	case Yes:
		return "yes"
	case No:
		return "no"
	default:
		return "maybe"
	}
}

// Before answers whether the day meant by p lies before the day meant by q. A
// zero date on either side answers Maybe.
func (p Partial) Before(q Partial) Tri {
	switch {
	case p.IsZero() || q.IsZero():
		return Maybe
	case p.last().ordinal() < q.first().ordinal():
		return Yes
	case p.first().ordinal() >= q.last().ordinal():
		return No
	default:
		return Maybe
	}
}

// After answers whether the day meant by p lies after the day meant by q.
func (p Partial) After(q Partial) Tri { return q.Before(p) }

// BeforeTime answers whether something that happened some time on p happened
// before t.
func (p Partial) BeforeTime(t time.Time) Tri {
	switch {
	case p.IsZero():
		return Maybe
	case !p.End().After(t):
		return Yes
	case !p.First().Before(t):
		return No
	default:
		return Maybe
	}
}

// AfterTime answers whether something that happened some time on p happened
// after t.
func (p Partial) AfterTime(t time.Time) Tri {
	switch {
	case p.IsZero():
		return Maybe
	case p.First().After(t):
		return Yes
	case !p.End().After(t):
		return No
	default:
		return Maybe
	}
}
