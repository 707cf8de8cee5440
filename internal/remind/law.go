package remind

import (
	"fmt"
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// law reminds of adequacy decisions and certifications on which a supplier rests and that end (REM-05).
func (r *run) law() {
	users := r.users()
	for _, s := range facts.List[v1alpha1.Supplier](r.view) {
		for _, solution := range each(users[s.Name]) {
			r.decisions(s, solution)
			r.certifications(s, solution)
		}
	}
}

// users gives the solutions whose chain holds a supplier, by its name.
func (r *run) users() map[string][]string {
	out := map[string][]string{}
	for _, s := range r.fleet.Solutions {
		for _, link := range s.Object.Spec.SupplierChain {
			if list := out[link.Supplier]; len(list) == 0 || list[len(list)-1] != s.Object.Name {
				out[link.Supplier] = append(list, s.Object.Name)
			}
		}
	}
	return out
}

func (r *run) decisions(s *v1alpha1.Supplier, solution string) {
	var seen []v1alpha1.CountryCode
	for _, country := range slices.Concat(s.Spec.ProcessingCountries, s.Spec.AccessCountries) {
		if region.InEEA(string(country)) || slices.Contains(seen, country) {
			continue
		}
		seen = append(seen, country)
		rows := r.fleet.Platform.Tables.Adequacy(string(country))
		for _, d := range rows {
			r.changes(d.From)
			standing := d.Status == region.InForce || d.Status == region.Contested
			if !standing || d.To.IsZero() || r.now.Before(d.From) || slices.ContainsFunc(rows, func(o region.Decision) bool { return goesOn(o, d) }) {
				continue
			}
			r.ends(Deadline{Kind: "AdequacyDecision", Subject: ref("Supplier", s.Name), Solution: solution,
				What: fmt.Sprintf("Have another ground for %s in %s than decision %s", s.Name, country, d.Decision)}, d.To, 180, 90, 30)
		}
	}
}

// goesOn tells whether a decision covers the same and stands when another ends.
func goesOn(o, d region.Decision) bool {
	return o.Decision != d.Decision && (o.Scope == "" || o.Scope == d.Scope) && o.InForce(d.To)
}

func (r *run) certifications(s *v1alpha1.Supplier, solution string) {
	for i := range s.Spec.AdequacyRecipient {
		c := &s.Spec.AdequacyRecipient[i]
		if until, err := date.EndOfValidity(string(c.CertifiedUntil)); err == nil {
			r.ends(Deadline{Kind: "Certification", Subject: ref("Supplier", s.Name), Solution: solution,
				What: fmt.Sprintf("See that %s renews its certification for %s, or have another ground", s.Name, c.Country)}, until, 180, 90, 30)
		}
	}
}
