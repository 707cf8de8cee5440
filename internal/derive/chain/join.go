package chain

import (
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

// join gives each link its agreements, notes those that are nobody's, and works out who has to do with personal data.
func (c *Chain) join(x *index) {
	loose := slices.Clone(c.Agreements)
	for _, l := range c.Links {
		for _, a := range c.Agreements {
			if !l.partyTo(a) {
				continue
			}
			l.Agreements = append(l.Agreements, a)
			if i := slices.Index(loose, a); i >= 0 {
				loose = slices.Delete(loose, i, i+1)
			}
		}
		l.Connects = x.connects[l.Supplier]
		if len(x.unnamed) > 0 {
			l.Unnamed = x.unnamed[pair{l.customer(), l.Supplier}]
		}
	}
	c.Loose = slices.DeleteFunc(loose, func(a *Agreement) bool { return !processes(a) })
}

// processes tells whether an agreement is about processing for somebody else.
func processes(a *Agreement) bool {
	return a.Spec.Type == v1alpha1.AgreementProcessing || a.Spec.Type == v1alpha1.AgreementSubProcessing
}

// customer is the supplier that engaged the link; empty for the controllers.
func (l *Link) customer() string {
	if l.Direct || l.Parent == nil {
		return ""
	}
	return l.Parent.Supplier
}

// partyTo tells whether an agreement is between the link and whoever engaged it. Where engagedBy names no link, any other
// processor may have.
func (l *Link) partyTo(a *Agreement) bool {
	parties := &a.Spec.Parties
	if parties.Processor != l.Supplier || !processes(a) {
		return false
	}
	if !l.Direct && l.Parent == nil {
		return parties.Customer.Supplier != ""
	}
	return parties.Customer.Supplier == l.customer()
}

// touch marks the links that have to do with personal data. What is said of a link alone does not count against the
// contracts: a party to an agreement about the data, or to appendix B of one, is no bystander, and neither is whoever
// engaged somebody who processes them. Where the solution holds personal data somebody has to do with them, so that of a
// chain of bystanders alone those whom the controllers engaged are not believed.
func (c *Chain) touch() {
	for _, l := range c.Links {
		if l.PersonalData == Untouched && len(l.Agreements) == 0 && !c.listed(l.Supplier) {
			continue
		}
		for up := l; up != nil && !up.Touches; up = up.Parent {
			up.Touches = true
		}
	}
	if !c.PersonalData || slices.ContainsFunc(c.Links, func(l *Link) bool { return l.Touches }) {
		return
	}
	for _, l := range c.Links {
		l.Touches, l.Alone = l.Depth <= 1, l.Depth <= 1
	}
}

// listed tells whether appendix B of an agreement of the chain lists a supplier.
func (c *Chain) listed(supplier string) bool {
	return slices.ContainsFunc(c.Agreements, func(a *Agreement) bool {
		return a.Spec.AppendixB != nil && slices.ContainsFunc(a.Spec.AppendixB.Entries, func(e v1alpha1.SubProcessorEntry) bool {
			return e.Supplier == supplier
		})
	})
}

// compare notes what the agreements know and the solution does not say.
func (c *Chain) compare(supplier func(string) *v1alpha1.Supplier) {
	c.PersonalData = !slices.Equal(c.Solution.Spec.PersonalData, []v1alpha1.DataCategory{v1alpha1.DataNone})
	linked := make(map[string]bool, len(c.Links))
	for _, l := range c.Links {
		linked[l.Supplier] = true
	}
	for _, a := range c.Agreements {
		if described := a.Spec.AppendixA; described != nil && slices.ContainsFunc(described.Categories, isPersonal) {
			c.PersonalData = true
		}
		if name := a.Spec.Parties.Processor; processes(a) && name != "" && !linked[name] {
			c.unlinked(name, a, supplier)
		}
		if a.Spec.AppendixB == nil {
			continue
		}
		for i := range a.Spec.AppendixB.Entries {
			if name := a.Spec.AppendixB.Entries[i].Supplier; !linked[name] {
				c.unlinked(name, a, supplier)
			}
		}
	}
	slices.SortFunc(c.Unlinked, func(a, b *Unlinked) int { return strings.Compare(a.Supplier, b.Supplier) })
}

func isPersonal(c v1alpha1.DataCategory) bool { return c != v1alpha1.DataNone }

// unlinked notes that an agreement names a supplier which is no link.
func (c *Chain) unlinked(name string, by *Agreement, supplier func(string) *v1alpha1.Supplier) {
	i := slices.IndexFunc(c.Unlinked, func(u *Unlinked) bool { return u.Supplier == name })
	if i >= 0 {
		u := c.Unlinked[i]
		if u.By[len(u.By)-1] != by {
			u.By = append(u.By, by)
		}
		if by.Spec.Parties.Processor == name && !slices.Contains(u.Agreements, by) {
			u.Agreements = append(u.Agreements, by)
		}
		return
	}
	missing := &Link{SupplierLink: &v1alpha1.SupplierLink{Supplier: name}, Party: supplier(name), Touches: true}
	if by.Spec.Parties.Processor == name {
		missing.Agreements = []*Agreement{by}
	}
	if p := slices.IndexFunc(c.Links, func(l *Link) bool { return slices.Contains(l.Agreements, by) }); p >= 0 {
		missing.Parent = c.Links[p]
	}
	c.Unlinked = append(c.Unlinked, &Unlinked{Link: missing, By: []*Agreement{by}})
}
