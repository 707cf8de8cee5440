package register

import (
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// unitedStates is the country whose adequacy decision covers those who are certified, for as long as they are.
const unitedStates = "US"

// lawful says whether a supplier may be given personal data everywhere it says it is, today: in the EEA, or covered by an
// adequacy decision, or under safeguards of GDPR art. 46 whose effect was assessed. Whether an instruction allows it is for
// the solutions to judge (LOC-05).
func (r *run) lawful(s *v1alpha1.Supplier) {
	p := &page{run: r, ref: Ref(supplierKind, s.Name)}
	var unsafe, contested, unknown []string
	for _, country := range countries(s) {
		switch l, why := r.standing(s, country); l {
		case unsafeCountry:
			unsafe = append(unsafe, country+" ("+why+")")
		case contestedCountry:
			contested = append(contested, country+" ("+why+")")
		case unknownCountry:
			unknown = append(unknown, country+" ("+why+")")
		}
	}
	var missing []string
	if len(s.Spec.ProcessingCountries) == 0 {
		missing = append(missing, "spec.processingCountries")
	}
	if len(s.Spec.AccessCountries) == 0 {
		missing = append(missing, "spec.accessCountries")
	}
	set := func(status metav1.ConditionStatus, reason, format string, args ...any) {
		p.problem(v1alpha1.ConditionLocationsLawful, status, reason, fmt.Sprintf(format, args...))
	}
	switch {
	case len(unsafe) > 0:
		set(metav1.ConditionFalse, v1alpha1.ReasonUnsafeCountry, "Nothing makes it lawful to give it personal data in %s.", strings.Join(unsafe, ", "))
	case len(contested) > 0:
		set(metav1.ConditionFalse, v1alpha1.ReasonContestedDecision, "It rests on a contested decision in %s.", strings.Join(contested, ", "))
	case len(unknown) > 0:
		set(metav1.ConditionUnknown, v1alpha1.ReasonCountriesNotStated, "It cannot be said of %s.", strings.Join(unknown, ", "))
	case len(missing) > 0:
		set(metav1.ConditionUnknown, v1alpha1.ReasonCountriesNotStated, "%s: nothing is recorded, which is not the same as nowhere.", strings.Join(missing, " and "))
	}
}

// countries lists where a supplier says it processes and reaches data, and where it is.
func countries(s *v1alpha1.Supplier) []string {
	var out []string
	for _, list := range [][]v1alpha1.CountryCode{s.Spec.ProcessingCountries, s.Spec.AccessCountries, {s.Spec.EstablishedIn}} {
		for _, c := range list {
			if c != "" && !slices.Contains(out, string(c)) {
				out = append(out, string(c))
			}
		}
	}
	return out
}

type standing int

const (
	lawfulCountry standing = iota
	unknownCountry
	contestedCountry
	unsafeCountry
)

// standing tells what a supplier rests on in a country today, the firmest there is, and why where that is not firm.
func (r *run) standing(s *v1alpha1.Supplier, country string) (standing, string) {
	if region.InEEA(country) {
		return lawfulCountry, ""
	}
	if code, err := region.CheckCountry(country); err != nil || code != country {
		return unknownCountry, "not a country code"
	}
	best, why := unsafeCountry, "no adequacy decision in force"
	for _, d := range r.fleet.Platform.Tables.Adequacy(country) {
		r.next(d.From)
		r.next(d.To)
		if !d.InForce(r.now) {
			if best == unsafeCountry && !d.To.IsZero() && !r.now.Before(d.To) {
				why = "decision " + d.Decision + " ended on " + d.To.In(date.Copenhagen()).Format(time.DateOnly)
			}
			continue
		}
		is, reason := r.covered(s, d)
		if is == lawfulCountry && d.Status == region.Contested {
			is, reason = contestedCountry, "decision "+d.Decision
		} else if is == lawfulCountry && d.Declared {
			is, reason = unknownCountry, "decision "+d.Decision+" is declared by the Platform alone"
		}
		if is <= best {
			best, why = is, reason
		}
	}
	if best != lawfulCountry && r.safeguarded(s, country) {
		return lawfulCountry, ""
	}
	return best, why
}

// covered tells whether a decision in force covers the supplier.
func (r *run) covered(s *v1alpha1.Supplier, d region.Decision) (standing, string) {
	if d.Scope == "" {
		return lawfulCountry, ""
	}
	i := slices.IndexFunc(s.Spec.AdequacyRecipient, func(a v1alpha1.AdequacyRecipient) bool { return string(a.Country) == d.Country })
	if i < 0 {
		return notAmong(d), "whether it is among those covered by decision " + d.Decision + " is not recorded"
	}
	a := &s.Spec.AdequacyRecipient[i]
	if d.Country != unitedStates {
		switch {
		case a.Covered == nil:
			return unknownCountry, "whether decision " + d.Decision + " covers it is not recorded"
		case !*a.Covered:
			return unsafeCountry, "decision " + d.Decision + " does not cover it"
		}
		return lawfulCountry, ""
	}
	until, err := date.EndOfValidity(string(a.CertifiedUntil))
	if err != nil {
		return unknownCountry, "when its certification lapses is not recorded"
	}
	r.next(until)
	if !r.now.Before(until) {
		return unsafeCountry, "its certification lapsed on " + string(a.CertifiedUntil)
	}
	if from, err := date.EndOfValidity(string(a.CertifiedFrom)); err == nil && r.now.Before(from) {
		r.next(from)
		return unsafeCountry, "its certification begins on " + string(a.CertifiedFrom)
	}
	return lawfulCountry, ""
}

// notAmong is how a recipient stands of whom nothing is recorded: where a list decides, not being on it is an answer.
func notAmong(d region.Decision) standing {
	if d.Country == unitedStates {
		return unsafeCountry
	}
	return unknownCountry
}

// safeguarded tells whether the supplier states a ground of art. 46 for a country, with an assessment.
func (r *run) safeguarded(s *v1alpha1.Supplier, country string) bool {
	return slices.ContainsFunc(s.Spec.Transfers, func(t v1alpha1.Transfer) bool {
		if string(t.Country) != country || !t.Basis.NeedsImpactAssessment() || t.ImpactAssessment == nil || t.ImpactAssessment.Reference == "" {
			return false
		}
		made, err := date.EndOfValidity(string(t.ImpactAssessment.Date))
		r.next(made)
		return err == nil && !r.now.Before(made)
	})
}
