package remind

import (
	"fmt"
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// managementStatement reminds of the statement that self-governing institutions get of the provider (REM-16), as SUP-05 asks
// for it: of the last year that is due, and of the present one.
func (r *run) managementStatement() {
	institutions := facts.List[v1alpha1.Institution](r.view)
	for _, s := range r.fleet.Solutions {
		entitled := slices.ContainsFunc(control.ControllersOf(s.Object, institutions), func(i *v1alpha1.Institution) bool {
			return i.Spec.Type == v1alpha1.InstitutionSelfGoverning
		})
		monthDay := r.of(s.Object.Name).text("SUP-05", "managementStatementDue")
		if !entitled || monthDay == "" {
			continue
		}
		this := int32(r.now.In(date.Copenhagen()).Year())
		for year := this - 2; year <= this; year++ {
			due := day(v1alpha1.Date(fmt.Sprintf("%04d-%s", year+1, monthDay)))
			next := day(v1alpha1.Date(fmt.Sprintf("%04d-%s", year+2, monthDay))).End()
			r.changes(next)
			if due.IsZero() || !r.now.Before(next) || assurance.InProduction(s.Object, year) == date.No || r.published(s, year) {
				continue // a later one has taken its place
			}
			r.by(Deadline{Kind: "ManagementStatement", Subject: s.Ref(), Solution: s.Object.Name,
				What: fmt.Sprintf("Make the management statement for %d available to the self-governing institutions", year)}, due, due.End(), 60, 30)
		}
		r.changes(assurance.Due(this, date.Period{}))
	}
}

// published tells whether the statement for a year, or a later one, is attested or recorded as passed on.
func (r *run) published(s *evaluate.Solution, year int32) bool {
	for _, a := range s.Attestations {
		if m := a.Spec.ManagementStatement; a.Spec.Type == v1alpha1.AttestManagementStatement && m != nil && m.Year >= year {
			if _, come := r.come(m.PublishedAt); come {
				return true
			}
		}
	}
	return slices.ContainsFunc(assurance.Of(r.view, s.Object), func(record *assurance.Record) bool {
		return record.Spec.Document == v1alpha1.DocumentManagementStatement && record.Spec.Year == year && slices.ContainsFunc(record.Deliveries, assurance.Delivery.Done)
	})
}
