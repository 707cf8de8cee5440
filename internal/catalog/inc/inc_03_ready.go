package inc

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// readiness gathers who is not ready for an incident, so that there is one finding and not one for each field.
type readiness struct {
	now     time.Time
	p       *inc03
	changes time.Time
	gaps    []string
}

func (r *readiness) result(exercise string) control.Result {
	if len(r.gaps) == 0 {
		return control.Pass("Prepared", "exercise", exercise).Until(r.changes).RestingOn(control.Declared)
	}
	const shown = 6
	what := r.gaps
	if len(what) > shown {
		what = append(slices.Clone(what[:shown]), fmt.Sprintf("and %d more", len(r.gaps)-shown))
	}
	return control.Fail("NotPrepared", "what", strings.Join(what, "; ")).Until(r.changes).RestingOn(control.Declared)
}

// party notes what one party lacks.
func (r *readiness) party(who string, contacts []v1alpha1.Contact, confirmed v1alpha1.Date, procedure string, attestations []*v1alpha1.Attestation) {
	var lacks []string
	switch {
	case !reachable(contacts):
		lacks = append(lacks, "no incident contact")
	case !r.lately(r.p.ContactsConfirmed, confirmed, attestations, v1alpha1.AttestContactsConfirmed):
		lacks = append(lacks, "contacts not tried within "+r.p.ContactsConfirmed)
	}
	if procedure == "" && !r.lately("", "", attestations, v1alpha1.AttestIncidentProcedure) {
		lacks = append(lacks, "no incident procedure")
	}
	if len(lacks) > 0 {
		r.gaps = append(r.gaps, who+" ("+strings.Join(lacks, ", ")+")")
	}
}

// reachable tells whether somebody can be called at an incident.
func reachable(contacts []v1alpha1.Contact) bool {
	return slices.ContainsFunc(contacts, func(c v1alpha1.Contact) bool {
		role := strings.ToLower(c.Role)
		return (strings.Contains(role, "incident") || strings.Contains(role, "security")) && (c.Email != "" || c.Phone != "")
	})
}

// lately tells whether something was done, as declared or attested, no longer ago than a period; an empty period asks only
// that an attestation is in force.
func (r *readiness) lately(period string, declared v1alpha1.Date, attestations []*v1alpha1.Attestation, typ v1alpha1.AttestationType) bool {
	in, changes := control.InForce(attestations, typ, r.now)
	r.changes = control.Earliest(r.changes, changes)
	if period == "" {
		return len(in) > 0
	}
	days := []v1alpha1.Date{declared}
	for _, a := range in {
		days = append(days, a.Spec.Date)
	}
	p, _ := date.ParsePeriod(period)
	for _, d := range days {
		day, err := date.EndOfValidity(string(d))
		if err != nil {
			continue
		}
		if r.now.Before(day) { // counts from that day on
			r.changes = control.Earliest(r.changes, day)
			continue
		}
		if ends := p.After(day); r.now.Before(ends) {
			r.changes = control.Earliest(r.changes, ends)
			return true
		}
	}
	return false
}

// readySolution judges the owner, every link and the exercise.
func readySolution(in control.SolutionInput, p *inc03, c *chain.Chain) control.Result {
	r := &readiness{now: in.Now, p: p}
	spec := &in.Solution.Object.Spec
	own := slices.DeleteFunc(slices.Clone(in.Solution.Attestations), func(a *v1alpha1.Attestation) bool { return a.Spec.About.Platform })
	r.party("the owner", spec.Owner.Contacts, spec.ContactsConfirmedAt, "the solution's own", own)
	seen := map[string]bool{}
	for _, l := range c.Links {
		if l.Own || seen[l.Supplier] {
			continue
		}
		seen[l.Supplier] = true
		if l.Party == nil {
			r.gaps = append(r.gaps, l.String()+" (no Supplier resource)")
			continue
		}
		var about []*v1alpha1.Attestation
		for _, a := range facts.List[v1alpha1.Attestation](in.Facts) {
			if a.Spec.About.Supplier == l.Supplier {
				about = append(about, a)
			}
		}
		s := &l.Party.Spec
		r.party(l.String(), s.Contacts, s.ContactsConfirmedAt, s.IncidentProcedure, about)
	}
	exercise := ""
	if p.Exercise != "" {
		exercise = ", and the handling was exercised within " + p.Exercise
		if !r.exercised(own) {
			r.gaps = append(r.gaps, "the handling of an incident was not exercised within "+p.Exercise)
		}
	}
	return r.result(exercise)
}

// exercised tells whether the handling was exercised lately and the aims were met, at least in part.
func (r *readiness) exercised(attestations []*v1alpha1.Attestation) bool {
	held := slices.DeleteFunc(slices.Clone(attestations), func(a *v1alpha1.Attestation) bool {
		return a.Spec.Type == v1alpha1.AttestIncidentExercise && (a.Spec.Exercise == nil || a.Spec.Exercise.Result == "NotMet")
	})
	return r.lately(r.p.Exercise, "", held, v1alpha1.AttestIncidentExercise)
}
