package assurance

import (
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// Due gives the instant by which a statement about a year is to be there: so long after the year is over.
func Due(year int32, after date.Period) time.Time {
	return after.After(partial(yearText(year)).End())
}

// DueYear gives the last year whose statements are due at an instant.
func DueYear(now time.Time, after date.Period) int32 {
	year := int32(now.In(date.Copenhagen()).Year())
	for now.Before(Due(year, after)) {
		year--
	}
	return year
}

// ClarifyBy gives the instant by which it is to be clear whether a statement is needed: so long after clarification began, but a
// beginning that is moved on does not move it past that long after the statement was due. Where nobody says since when, it
// began when the year was over.
func (r *Record) ClarifyBy(clarification, dueAfter date.Period) time.Time {
	since := partial(r.Spec.StateSince)
	if since.IsZero() {
		return clarification.After(Due(r.Spec.Year, date.Period{}))
	}
	end, last := clarification.After(since.First()), clarification.After(Due(r.Spec.Year, dueAfter))
	if end.Before(last) {
		return end
	}
	return last
}

// Span is a stretch of time from one midnight up to another.
type Span struct{ From, Until time.Time }

// Year gives the whole of a year.
func Year(year int32) Span {
	return Span{partial(yearText(year)).First(), partial(yearText(year)).End()}
}

// InProduction tells whether a solution was in production in a year; Maybe where its periods are not recorded.
func InProduction(s *v1alpha1.HostedSolution, year int32) date.Tri {
	switch {
	case len(s.Spec.InProduction) == 0:
		return date.Maybe
	case len(Production(s, year)) > 0:
		return date.Yes
	default:
		return date.No
	}
}

// Production gives the parts of a year in which a solution was in production: the whole year where its periods are not
// recorded, because nobody escapes supervision by saying nothing.
func Production(s *v1alpha1.HostedSolution, year int32) []Span {
	whole := Year(year)
	if len(s.Spec.InProduction) == 0 {
		return []Span{whole}
	}
	var out []Span
	for _, p := range s.Spec.InProduction {
		part := whole
		if from := partial(p.From).First(); from.After(part.From) {
			part.From = from
		}
		if until := partial(p.Until); !until.IsZero() && until.First().Before(part.Until) {
			part.Until = until.First()
		}
		if part.From.Before(part.Until) {
			out = append(out, part)
		}
	}
	return out
}
