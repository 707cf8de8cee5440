package chain

import (
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// How a country comes into play for a link.
type How string

// Ways.
const (
	// Processing: the data are kept or processed there.
	Processing How = "Processing"
	// Access: people there can reach the data.
	Access How = "Access"
	// Establishment: the supplier itself is there, whatever its machines are.
	Establishment How = "Establishment"
)

// Use is one country of a link, as somebody declared it.
type Use struct {
	// Country as written, which may be no code at all.
	Country v1alpha1.CountryCode
	How     How
	link    *Link
	// by is the agreement that says so; solution is set where the solution does, twin where another Supplier of the same
	// party does, and otherwise the supplier does.
	by       *Agreement
	solution string
	twin     string
}

// At names the object in which the country is written.
func (u *Use) At() facts.Ref {
	switch {
	case u.by != nil:
		return u.by.Ref()
	case u.solution != "":
		return ours("HostedSolution", u.solution)
	case u.twin != "":
		return ours("Supplier", u.twin)
	default:
		return u.link.Ref()
	}
}

// Field says where in that object.
func (u *Use) Field() string {
	name := map[How]string{Processing: "processingCountries", Access: "accessCountries", Establishment: "establishedIn"}[u.How]
	switch {
	case u.by != nil:
		return "spec.appendixB.entries[" + u.link.Supplier + "]." + name
	case u.solution != "":
		return "spec.supplierChain[" + u.link.Name + "]." + name
	default:
		return "spec." + name
	}
}

// Uses lists the countries of a link at an instant: what the solution says of the link, what the supplier says of itself and
// what appendix B of any agreement in force says of the supplier; each country once for each way, and where it was found
// first.
//
// A link may name fewer countries than its supplier, because a supplier serves others too. That counts only where appendix B
// of an agreement in force names the supplier's countries as well: otherwise whoever wrote the solution could leave the
// supplier's remote support out. Another Supplier that is the same party adds its countries, whatever the link names.
func (c *Chain) Uses(l *Link, now time.Time) []Use {
	u := uses{link: l, list: make([]Use, 0, 8)}
	var processing, access bool // agreed
	for _, a := range c.Agreements {
		e := a.entry(l.Supplier)
		if e == nil || !a.InForce(now) {
			continue
		}
		u.add(Use{How: Processing, by: a}, e.ProcessingCountries)
		u.add(Use{How: Access, by: a}, e.AccessCountries)
		processing, access = processing || len(e.ProcessingCountries) > 0, access || len(e.AccessCountries) > 0
	}
	u.add(Use{How: Processing, solution: c.Solution.Name}, l.ProcessingCountries)
	u.add(Use{How: Access, solution: c.Solution.Name}, l.AccessCountries)
	if l.Party == nil {
		return u.list
	}
	s := &l.Party.Spec
	if len(l.ProcessingCountries) == 0 || !processing {
		u.add(Use{How: Processing}, s.ProcessingCountries)
	}
	if len(l.AccessCountries) == 0 || !access {
		u.add(Use{How: Access}, s.AccessCountries)
	}
	if s.EstablishedIn != "" {
		u.list = append(u.list, Use{Country: s.EstablishedIn, How: Establishment, link: l})
	}
	for _, twin := range l.twins {
		u.add(Use{How: Processing, twin: twin.Name}, twin.Spec.ProcessingCountries)
		u.add(Use{How: Access, twin: twin.Name}, twin.Spec.AccessCountries)
		if twin.Spec.EstablishedIn != "" {
			u.add(Use{How: Establishment, twin: twin.Name}, []v1alpha1.CountryCode{twin.Spec.EstablishedIn})
		}
	}
	return u.list
}

// entry is what appendix B says of a supplier; nil where it says nothing.
func (a *Agreement) entry(supplier string) *v1alpha1.SubProcessorEntry {
	if a.Spec.AppendixB == nil {
		return nil
	}
	list := a.Spec.AppendixB.Entries
	for i := range list {
		if list[i].Supplier == supplier {
			return &list[i]
		}
	}
	return nil
}

type uses struct {
	link *Link
	list []Use
}

// add adds countries that are not there yet for the same way.
func (u *uses) add(use Use, countries []v1alpha1.CountryCode) {
	use.link = u.link
	for _, country := range countries {
		if !slices.ContainsFunc(u.list, func(o Use) bool { return o.Country == country && o.How == use.How }) {
			use.Country = country
			u.list = append(u.list, use)
		}
	}
}

func ours(kind, name string) facts.Ref {
	return facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: kind, Name: name}
}

// Ref names the solution.
func (c *Chain) Ref() facts.Ref { return ours("HostedSolution", c.Solution.Name) }

// Ref names the supplier of the link.
func (l *Link) Ref() facts.Ref { return ours("Supplier", l.Supplier) }

// Ref names the agreement.
func (a *Agreement) Ref() facts.Ref { return ours("ProcessingAgreement", a.Name) }

// Elsewhere lists the countries and territories that an entry of appendix B names in words as its place, and that are not
// among its countries. The name of a place decides nothing alone: either may be the slip of the pen.
func Elsewhere(e *v1alpha1.SubProcessorEntry) []string {
	if e.Place == "" {
		return nil
	}
	return slices.DeleteFunc(region.NamedTerritories(e.Place), func(code string) bool {
		return slices.Contains(e.ProcessingCountries, v1alpha1.CountryCode(code)) || slices.Contains(e.AccessCountries, v1alpha1.CountryCode(code))
	})
}

// Written lists the countries of an entry of appendix B, each once, or says that there are none.
func Written(e *v1alpha1.SubProcessorEntry) string {
	var out []string
	for _, code := range slices.Concat(e.ProcessingCountries, e.AccessCountries) {
		if !slices.Contains(out, string(code)) {
			out = append(out, string(code))
		}
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ")
}
