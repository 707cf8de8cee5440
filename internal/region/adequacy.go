package region

import (
	"fmt"
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// Status is the standing of an adequacy decision.
type Status string

// The standings. A contested decision is in force but must not be built on.
const (
	InForce   Status = "InForce"
	Contested Status = "Contested"
	Suspended Status = "Suspended"
	Annulled  Status = "Annulled"
)

// Decision is an adequacy decision under article 45 of the GDPR.
type Decision struct {
	Country  string
	Decision string // its number
	// Scope says who or what alone is covered; empty means every recipient.
	Scope  string
	Status Status
	// From and To bound its validity, To excluded; a zero To is open.
	From, To time.Time
	// ReviewedAt is when an embedded row was last held against published
	// sources; zero for a row of the Platform.
	ReviewedAt date.Partial
	// Declared is true for a decision that only the Platform knows, or that goes
	// further by its word than by the embedded table.
	Declared bool
}

// InForce reports whether the decision stands at an instant, contested or not.
func (d Decision) InForce(at time.Time) bool {
	stands := d.Status == InForce || d.Status == Contested
	return stands && !at.Before(d.From) && (d.To.IsZero() || at.Before(d.To))
}

// general reports a decision on which group Adequate can rest: nobody widens it by
// declaring a decision.
func (d Decision) general() bool { return d.Scope == "" && d.Status == InForce && !d.Declared }

// firmness orders standings: the firmer, the higher.
func (s Status) firmness() int {
	return slices.Index([]Status{Annulled, Suspended, Contested, InForce}, s)
}

// within reports whether a decision allows no more than another one.
func (d Decision) within(o Decision) bool {
	return d.Status.firmness() <= o.Status.firmness() && (o.Scope == "" || d.Scope != "") && !d.From.Before(o.From) &&
		(o.To.IsZero() || !d.To.IsZero() && !d.To.After(o.To))
}

// narrowed returns a decision that allows no more than another one says, whatever
// that says of its beginning.
func (d Decision) narrowed(o Decision) Decision {
	if o.Status.firmness() < d.Status.firmness() {
		d.Status = o.Status
	}
	if d.Scope == "" {
		d.Scope = o.Scope
	}
	if !o.To.IsZero() && o.To.After(d.From) && (d.To.IsZero() || o.To.Before(d.To)) {
		d.To = o.To
	}
	return d
}

// Adequacy returns the decisions about a country, oldest first.
func (t *Tables) Adequacy(country string) []Decision { return t.adequacy[country] }

// adequate returns the countries of group Adequate at an instant, sorted.
func (t *Tables) adequate(at time.Time) []string {
	var out []string
	for country, decisions := range t.adequacy {
		if slices.ContainsFunc(decisions, func(d Decision) bool { return d.general() && d.InForce(at) }) {
			out = append(out, country)
		}
	}
	slices.Sort(out)
	return out
}

// adequacyEdges returns the instants after at when group Adequate may change,
// earliest first.
func (t *Tables) adequacyEdges(at time.Time) []time.Time {
	var edges []time.Time
	for _, decisions := range t.adequacy {
		for _, d := range decisions {
			for _, edge := range []time.Time{d.From, d.To} {
				if d.general() && edge.After(at) {
					edges = append(edges, edge)
				}
			}
		}
	}
	slices.SortFunc(edges, time.Time.Compare)
	return edges
}

// newDecision checks a row, embedded or of the Platform.
func newDecision(o AdequacyOverride) (Decision, error) {
	country, err := CheckCountry(o.Country)
	if err != nil {
		return Decision{}, err
	}
	d := Decision{Country: country, Decision: o.Decision, Scope: o.Scope, Status: Status(o.Status)}
	switch {
	case d.Decision == "":
		return d, fmt.Errorf("no decision is named; give its number, such as (EU) 2021/1772")
	case !slices.Contains([]Status{InForce, Contested, Suspended, Annulled}, d.Status):
		return d, fmt.Errorf("status %q is unknown; use InForce, Contested, Suspended or Annulled", o.Status)
	}
	if d.From, err = date.EndOfValidity(o.ValidFrom); err != nil {
		return d, fmt.Errorf("validFrom: %w", err)
	}
	if o.ValidTo == "" {
		return d, nil
	}
	if d.To, err = date.EndOfValidity(o.ValidTo); err != nil {
		return d, fmt.Errorf("validTo: %w", err)
	}
	if !d.To.After(d.From) {
		return d, fmt.Errorf("validTo %s does not come after validFrom %s", o.ValidTo, o.ValidFrom)
	}
	return d, nil
}
