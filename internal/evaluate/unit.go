package evaluate

import (
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/control"
)

// unit remembers what one rule said of one environment, solution or the platform.
type unit struct {
	bound *control.Bound
	// subject and others identify the input apart from facts: the environment, solution or platform; for the second pass
	// also the results of the first, for the platform all environments.
	subject any
	others  []any
	stamp   uint64
	// validUntil is the earliest instant at which a result changes by itself; zero: none does.
	validUntil time.Time
	results    []stored
	visited    uint64
}

// current tells whether the remembered results still hold, and notes the input that the next ones rest on. touched is false
// where nothing has changed in the namespaces since the visit before.
func (u *unit) current(p *visit, r *rule, b *control.Bound, subject any, others []any, namespaces []string, touched bool) bool {
	stamp := u.stamp
	if u.results == nil || u.subject != subject || !p.continues(u.visited) || touched && r.changed() {
		stamp = r.stamp(p.view, namespaces)
	}
	u.visited = p.number
	same := u.results != nil && u.subject == subject && stamp == u.stamp && (u.bound == b || u.bound.Key == b.Key) &&
		slices.Equal(u.others, others) && (u.validUntil.IsZero() || p.now.Before(u.validUntil))
	u.bound, u.subject, u.others, u.stamp = b, subject, others, stamp
	return same
}

func (u *unit) remember(results []stored) {
	u.results, u.validUntil = results, time.Time{}
	for i := range results {
		u.validUntil = control.Earliest(u.validUntil, results[i].said.ValidUntil)
	}
}
