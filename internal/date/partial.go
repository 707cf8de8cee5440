package date

import (
	"fmt"
	"strconv"
	"time"
)

// Precision is how much of a date was written.
type Precision int8

// The precisions, coarse to fine. The zero value belongs to the zero Partial.
const (
	Year Precision = iota + 1
	Quarter
	Month
	Day
)

// String returns the English word for the precision.
func (p Precision) String() string {
	switch p {
	case Year:
		return "year"
	case Quarter:
		return "quarter"
	case Month:
		return "month"
	case Day:
		return "day"
	default:
		return "no date"
	}
}

// Years outside these are typing errors in every field Tilsyn has.
const minYear, maxYear = 1900, 2199

// Partial is a date as it was written: a year, a quarter, a month or a day. It
// stands for one unknown day within an interval of days in Europe/Copenhagen.
// Partial values are comparable with ==; the zero value is no date at all.
type Partial struct {
	year      int16
	month     int8 // first month of the interval
	day       int8 // first day of the interval
	precision Precision
}

// civil is one calendar day.
type civil struct{ year, month, day int }

func (c civil) text() string { return fmt.Sprintf("%04d-%02d-%02d", c.year, c.month, c.day) }

func (c civil) midnight() time.Time {
	return time.Date(c.year, time.Month(c.month), c.day, 0, 0, 0, 0, copenhagen())
}

// ordinal orders days; it is not a day count.
func (c civil) ordinal() int { return (c.year*12+c.month-1)*31 + c.day - 1 }

// Parse reads "2022", "2022-Q2", "2022-03" or "2022-03-17".
func Parse(s string) (Partial, error) {
	year, ok := digits(s, 0, 4)
	if !ok {
		return Partial{}, malformed(s)
	}
	if year < minYear || year > maxYear {
		return Partial{}, fmt.Errorf("date %q: the year must lie between %d and %d", s, minYear, maxYear)
	}
	p := Partial{year: int16(year), month: 1, day: 1}
	switch {
	case len(s) == 4:
		p.precision = Year
		return p, nil
	case len(s) == 7 && s[4] == '-' && s[5] == 'Q':
		return p.withQuarter(s)
	case len(s) == 7 && s[4] == '-', len(s) == 10 && s[4] == '-' && s[7] == '-':
		return p.withMonthAndDay(s)
	default:
		return Partial{}, malformed(s)
	}
}

func (p Partial) withQuarter(s string) (Partial, error) {
	q, ok := digits(s, 6, 7)
	if !ok {
		return Partial{}, malformed(s)
	}
	if q < 1 || q > 4 {
		return Partial{}, fmt.Errorf("date %q: quarter %d does not exist; use Q1 to Q4", s, q)
	}
	p.month, p.precision = int8(3*q-2), Quarter
	return p, nil
}

func (p Partial) withMonthAndDay(s string) (Partial, error) {
	month, ok := digits(s, 5, 7)
	if !ok {
		return Partial{}, malformed(s)
	}
	if month < 1 || month > 12 {
		return Partial{}, fmt.Errorf("date %q: month %d does not exist; use 01 to 12", s, month)
	}
	p.month, p.precision = int8(month), Month
	if len(s) == 7 {
		return p, nil
	}
	day, ok := digits(s, 8, 10)
	if !ok {
		return Partial{}, malformed(s)
	}
	if days := daysIn(int(p.year), month); day < 1 || day > days {
		return Partial{}, fmt.Errorf("date %q: day %d does not exist; %04d-%02d has days 01 to %d", s, day, p.year, month, days)
	}
	p.day, p.precision = int8(day), Day
	return p, nil
}

func malformed(s string) error {
	return fmt.Errorf("date %q is not understood; write a day (2022-03-17), a month (2022-03), a quarter (2022-Q2) or a year (2022)", s)
}

// digits reads s[from:to] as an unsigned number of exactly that many digits.
func digits(s string, from, to int) (int, bool) {
	if len(s) < to {
		return 0, false
	}
	for i := from; i < to; i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.Atoi(s[from:to])
	return n, err == nil
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// Of returns the day that t falls on in Europe/Copenhagen.
func Of(t time.Time) Partial {
	year, month, day := t.In(copenhagen()).Date()
	return Partial{year: int16(year), month: int8(month), day: int8(day), precision: Day}
}

// IsZero reports whether p is no date.
func (p Partial) IsZero() bool { return p == Partial{} }

// Precision returns what was written.
func (p Partial) Precision() Precision { return p.precision }

// String returns the date as it was written; the zero Partial gives "".
func (p Partial) String() string {
	switch p.precision {
	case Year:
		return fmt.Sprintf("%04d", p.year)
	case Quarter:
		return fmt.Sprintf("%04d-Q%d", p.year, (p.month+2)/3)
	case Month:
		return fmt.Sprintf("%04d-%02d", p.year, p.month)
	case Day:
		return p.first().text()
	default:
		return ""
	}
}

func (p Partial) first() civil { return civil{int(p.year), int(p.month), int(p.day)} }

func (p Partial) last() civil {
	c := p.first()
	switch p.precision {
	case Year:
		c.month = 12
	case Quarter:
		c.month += 2
	case Day:
		return c
	}
	c.day = daysIn(c.year, c.month)
	return c
}

// First is 00:00 Europe/Copenhagen of the first day that p can mean; the zero
// time for the zero Partial.
func (p Partial) First() time.Time {
	if p.IsZero() {
		return time.Time{}
	}
	return p.first().midnight()
}

// End is the first instant after the last day that p can mean.
func (p Partial) End() time.Time {
	if p.IsZero() {
		return time.Time{}
	}
	c := p.last()
	c.day++ // time.Date carries into the next month
	return c.midnight()
}
