package remind

import (
	"fmt"
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// records reminds of processing records to confirm (REM-08), as GOV-02 asks for it.
func (r *run) records() {
	for _, s := range r.fleet.Solutions {
		most, ok := r.of(s.Object.Name).period("GOV-02", "confirm")
		if p := s.Object.Spec.Processing; ok && p != nil {
			d := Deadline{Kind: "ProcessingRecord", Subject: s.Ref(), Solution: s.Object.Name,
				What: "Hold the processing record against the solution and confirm it"}
			r.until(d, r.lapses(most, s.Attestations, v1alpha1.AttestProcessingRecord, p.ConfirmedAt), 30, 0)
		}
	}
	for _, i := range r.fleet.Institutions {
		most, ok := limits{r, i.Policy}.period("GOV-02", "confirm")
		for n := range i.Object.Spec.Uses {
			u := &i.Object.Spec.Uses[n]
			if u.Record == nil || !ok || r.over(u) {
				continue
			}
			d := Deadline{Kind: "ProcessingRecord", Subject: i.Ref(), Solution: u.Solution,
				What: fmt.Sprintf("Confirm the institution's own processing record of %s", u.Solution)}
			r.until(d, r.lapses(most, aboutUse(i.Attestations, u.Solution), v1alpha1.AttestProcessingRecord, u.Record.ConfirmedAt), 30, 0)
		}
	}
}

// over tells whether an institution has ceased to use a solution.
func (r *run) over(u *v1alpha1.SolutionUse) bool {
	_, over := r.come(u.Until)
	return over
}

// aboutUse gives the attestations of an institution that are about its use of one solution; "": about itself.
func aboutUse(list []*v1alpha1.Attestation, solution string) []*v1alpha1.Attestation {
	return slices.DeleteFunc(slices.Clone(list), func(a *v1alpha1.Attestation) bool { return a.Spec.About.Solution != solution })
}

// lapses gives when something that is confirmed over and over is to be confirmed again: so long after the last day that is
// written, or the end of the last attestation of it, whichever comes later; zero where it never was.
func (r *run) lapses(most date.Period, list []*v1alpha1.Attestation, typ v1alpha1.AttestationType, written ...v1alpha1.Date) time.Time {
	var last time.Time
	later := func(at time.Time) {
		if at.After(last) {
			last = at
		}
	}
	for _, d := range written {
		if at, come := r.come(d); come {
			later(most.After(at))
		}
	}
	for _, a := range list {
		from, until, fault := control.AttestationSpan(a)
		if a.Spec.Type != typ || fault != "" {
			continue
		}
		if r.changes(from); !r.now.Before(from) {
			later(control.Earliest(until, most.After(from)))
		}
	}
	return last
}
