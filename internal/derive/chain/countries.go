package chain

import (
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
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
	// At and Field say where it is written.
	At    facts.Ref
	Field string
}

// Uses lists the countries of a link at an instant: what the solution says of the link, what the supplier says of itself and
// what appendix B of any agreement in force says of the supplier; each country once for each way, and where it was found
// first.
//
// A link may name fewer countries than its supplier, because a supplier serves others too. That counts only where appendix B
// of an agreement in force names the supplier's countries as well: otherwise whoever wrote the solution could leave the
// supplier's remote support out.
func (c *Chain) Uses(l *Link, now time.Time) []Use {
	u := uses{chain: c, link: l, list: make([]Use, 0, 8)}
	entries := c.entries(l.Supplier, now)
	u.declared(Processing, l.ProcessingCountries, entries)
	u.declared(Access, l.AccessCountries, entries)
	if l.Party != nil && l.Party.Spec.EstablishedIn != "" {
		u.add(Establishment, []v1alpha1.CountryCode{l.Party.Spec.EstablishedIn}, supplierRef(l), "spec.establishedIn")
	}
	return u.list
}

// entry is what an agreement says of a sub-processor.
type entry struct {
	agreement *Agreement
	*v1alpha1.SubProcessorEntry
}

// entries lists what the agreements in force say of a supplier.
func (c *Chain) entries(supplier string, now time.Time) []entry {
	var out []entry
	for _, a := range c.Agreements {
		if a.Spec.AppendixB == nil || !a.InForce(now) {
			continue
		}
		list := a.Spec.AppendixB.Entries
		for i := range list {
			if list[i].Supplier == supplier {
				out = append(out, entry{a, &list[i]})
			}
		}
	}
	return out
}

type uses struct {
	chain *Chain
	link  *Link
	list  []Use
}

// declared adds what is said of one way.
func (u *uses) declared(how How, ofLink []v1alpha1.CountryCode, entries []entry) {
	agreed := false
	for _, e := range entries {
		countries, field := e.ProcessingCountries, "processingCountries"
		if how == Access {
			countries, field = e.AccessCountries, "accessCountries"
		}
		agreed = agreed || len(countries) > 0
		u.add(how, countries, e.agreement.Ref(), "spec.appendixB.entries["+e.Supplier+"]."+field)
	}
	field := "processingCountries"
	if how == Access {
		field = "accessCountries"
	}
	u.add(how, ofLink, u.chain.Ref(), "spec.supplierChain["+u.link.Name+"]."+field)
	if u.link.Party == nil || len(ofLink) > 0 && agreed {
		return
	}
	ofSupplier := u.link.Party.Spec.ProcessingCountries
	if how == Access {
		ofSupplier = u.link.Party.Spec.AccessCountries
	}
	u.add(how, ofSupplier, supplierRef(u.link), "spec."+field)
}

func (u *uses) add(how How, countries []v1alpha1.CountryCode, at facts.Ref, field string) {
	for _, country := range countries {
		if !slices.ContainsFunc(u.list, func(o Use) bool { return o.Country == country && o.How == how }) {
			u.list = append(u.list, Use{country, how, at, field})
		}
	}
}

func supplierRef(l *Link) facts.Ref { return ours("Supplier", l.Supplier) }

func ours(kind, name string) facts.Ref {
	return facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: kind, Name: name}
}

// Ref names the solution.
func (c *Chain) Ref() facts.Ref { return ours("HostedSolution", c.Solution.Name) }

// Ref names the supplier of the link.
func (l *Link) Ref() facts.Ref { return supplierRef(l) }

// Ref names the agreement.
func (a *Agreement) Ref() facts.Ref { return ours("ProcessingAgreement", a.Name) }
