// Package log holds the controls of the family LOG: logging and detection.
package log

import (
	"fmt"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/logs"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Controls of the family, in order.
var Controls = []*control.Control{LOG01, LOG02, LOG03, LOG04, LOG05}

// pictureNeeds declares what the picture of log collection is made of. Rules handle what is incomplete themselves.
func pictureNeeds(more ...control.Need) []control.Need {
	for _, t := range logs.Types() {
		more = append(more, control.Need{Type: t, ClusterWide: true})
	}
	return more
}

// arrival is the evidence that records arrive in the store: attestations that are young enough.
type arrival struct {
	list    []*v1alpha1.Attestation
	changes time.Time
}

func newArrival(env *control.Environment, now time.Time, maxAge date.Period) arrival {
	in, changes := control.InForce(env.Attestations, v1alpha1.AttestLogArrival, now)
	a := arrival{changes: changes}
	for _, att := range in {
		from, _, _ := control.AttestationSpan(att)
		ends := maxAge.After(from)
		if now.Before(ends) {
			a.list = append(a.list, att)
			a.changes = control.Earliest(a.changes, ends)
		}
	}
	return a
}

// of gives the attestation that speaks of a namespace: one without target, or with the namespace as its target, and of a day
// on which the namespace existed.
func (a arrival) of(v facts.View, namespace string) *v1alpha1.Attestation {
	n := facts.Get[facts.Namespace](v, "", namespace)
	if n == nil && len(facts.Incomplete[facts.Namespace](v)) > 0 {
		return nil // it may be younger than any of them
	}
	for _, att := range a.list {
		from, _, _ := control.AttestationSpan(att)
		existed := n == nil || n.CreatedAt.Before(from.AddDate(0, 0, 1))
		if existed && (att.Spec.Target == "" || att.Spec.Target == namespace) {
			return att
		}
	}
	return nil
}

// period reads a length of time that Validate accepted.
func period(text string) date.Period {
	p, err := date.ParsePeriod(text)
	if err != nil {
		return date.Period{}
	}
	return p
}

// atMost checks a length of time against an upper bound in days.
func atMost(field, text string, days int) error {
	p, err := date.ParsePeriod(text)
	if err != nil {
		return fmt.Errorf("%s: %w", field, err)
	}
	start := time.Unix(0, 0)
	if p.After(start).After(start.AddDate(0, 0, days)) {
		return fmt.Errorf("%s: %s is more than %dd", field, text, days)
	}
	return nil
}
