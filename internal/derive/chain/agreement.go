package chain

import (
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// Agreement is a ProcessingAgreement with the times in which it binds.
type Agreement struct {
	*v1alpha1.ProcessingAgreement
	// Terms: one for each institution that is a party, in the order of the agreement, else one for the agreement.
	Terms []Term
	// edges are the instants at which a term begins or ends, sorted.
	edges []time.Time
}

// Obstacle is why a term never begins to bind, whatever the day.
type Obstacle string

// Obstacles.
const (
	// NotSigned: nothing says that it was signed.
	NotSigned Obstacle = "NotSigned"
	// DatesWrong: a date cannot be read, or the term ends before it begins.
	DatesWrong Obstacle = "DatesWrong"
)

// Term is the time in which one signature binds: from the later of the signature and the first day, at 00:00
// Europe/Copenhagen, until 00:00 of the last.
type Term struct {
	// Institution that signed; empty where the term is that of the whole agreement.
	Institution string
	// From and Until bound the term, Until excluded; a zero Until is open.
	From, Until time.Time
	// Open is true where the agreement says that it has no end. Without it a zero Until means that no end is recorded.
	Open bool
	// Obstacle is empty where the term binds in its time.
	Obstacle Obstacle
}

// At tells whether the term binds at an instant.
func (t *Term) At(now time.Time) bool {
	return t.Obstacle == "" && !now.Before(t.From) && (t.Until.IsZero() || now.Before(t.Until))
}

// InForce tells whether the agreement binds at an instant: at least one signature does.
func (a *Agreement) InForce(now time.Time) bool {
	for i := range a.Terms {
		if a.Terms[i].At(now) {
			return true
		}
	}
	return false
}

// Changes gives the first instant after now at which a term begins or ends; zero: never.
func (a *Agreement) Changes(now time.Time) time.Time {
	for _, edge := range a.edges {
		if edge.After(now) {
			return edge
		}
	}
	return time.Time{}
}

// Names tells whether the agreement names a solution.
func (a *Agreement) Names(solution string) bool { return slices.Contains(a.Spec.Solutions, solution) }

// Read gives an agreement with the times in which it binds, whichever solutions it names.
func Read(object *v1alpha1.ProcessingAgreement) *Agreement { return newAgreement(object) }

// newAgreement reads the dates of an agreement.
func newAgreement(object *v1alpha1.ProcessingAgreement) *Agreement {
	a := &Agreement{ProcessingAgreement: object}
	s := &object.Spec
	if signatures := s.Parties.Customer.Institutions; len(signatures) > 0 {
		a.Terms = make([]Term, len(signatures))
		for i, own := range signatures {
			a.Terms[i] = newTerm(own.SignedAt, first(own.ValidFrom, s.ValidFrom), first(own.ValidUntil, s.ValidUntil), s)
			a.Terms[i].Institution = own.Institution
		}
	} else {
		a.Terms = []Term{newTerm(s.SignedAt, s.ValidFrom, s.ValidUntil, s)}
	}
	for _, t := range a.Terms {
		if t.Obstacle == "" {
			a.edges = append(a.edges, t.From)
		}
		if t.Obstacle == "" && !t.Until.IsZero() {
			a.edges = append(a.edges, t.Until)
		}
	}
	slices.SortFunc(a.edges, time.Time.Compare)
	a.edges = slices.CompactFunc(a.edges, time.Time.Equal)
	return a
}

func first(a, b v1alpha1.Date) v1alpha1.Date {
	if a != "" {
		return a
	}
	return b
}

func newTerm(signed, from, until v1alpha1.Date, s *v1alpha1.ProcessingAgreementSpec) Term {
	t := Term{Open: s.OpenEnded}
	if signed == "" {
		t.Obstacle = NotSigned
		return t
	}
	days := make([]time.Time, 0, 4)
	for _, d := range []v1alpha1.Date{signed, from, until, s.EndedAt} {
		day, err := time.Time{}, error(nil)
		if d != "" {
			day, err = date.EndOfValidity(string(d))
		}
		if err != nil {
			t.Obstacle = DatesWrong
			return t
		}
		days = append(days, day)
	}
	t.From, t.Until = days[0], days[2]
	if days[1].After(t.From) {
		t.From = days[1]
	}
	if !t.Until.IsZero() && !t.Until.After(t.From) {
		t.Obstacle = DatesWrong
	}
	if ended := days[3]; !ended.IsZero() && (t.Until.IsZero() || ended.Before(t.Until)) {
		t.Until = ended // on the very first day it never binds, which is no mistake
	}
	return t
}
