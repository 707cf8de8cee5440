package chain

import (
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Twins are a supplier of the chain, linked or not, and another Supplier that has a name or a registration number in common
// with it: one party under two names, which would let each hide what the other lacks.
type Twins struct {
	A *Link
	// B is the other Supplier, in the chain or not.
	B *v1alpha1.Supplier
	// Common is what they have in common, as B writes it.
	Common string
}

// Ref names the other Supplier.
func (t *Twins) Ref() facts.Ref { return ours("Supplier", t.B.Name) }

// mark is one thing that tells a party: a name or a registration number.
type mark struct {
	key, written string
}

// marks lists what tells a supplier. Case and spaces do not tell two names apart.
func marks(s *v1alpha1.Supplier) []mark {
	out := make([]mark, 0, 2+len(s.Spec.OtherNames))
	for _, name := range append([]string{s.Spec.LegalName}, s.Spec.OtherNames...) {
		if key := plainName(name); key != "" {
			out = append(out, mark{"name " + key, name})
		}
	}
	if s.Spec.RegistrationNumber != "" && s.Spec.EstablishedIn != "" {
		number := strings.Join(strings.Fields(s.Spec.RegistrationNumber), "")
		out = append(out, mark{string(s.Spec.EstablishedIn) + " " + number, "registration number " + s.Spec.RegistrationNumber})
	}
	return out
}

func plainName(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }

type twinsKey struct{}

// TwinsOf finds every Supplier that is one party with another one, without the link. The caller declares the need for
// v1alpha1.Supplier.
func TwinsOf(v facts.View) map[*v1alpha1.Supplier][]Twins {
	deps := []facts.Dependency{{Type: facts.TypeOf[v1alpha1.Supplier]()}}
	return facts.Derived(v, twinsKey{}, deps, func(v facts.View) map[*v1alpha1.Supplier][]Twins {
		list := facts.List[v1alpha1.Supplier](v)
		holders := make(map[string][]*v1alpha1.Supplier, 2*len(list))
		for _, s := range list {
			for _, m := range marks(s) {
				if !slices.Contains(holders[m.key], s) {
					holders[m.key] = append(holders[m.key], s)
				}
			}
		}
		out := map[*v1alpha1.Supplier][]Twins{}
		for _, b := range list {
			for _, m := range marks(b) {
				for _, a := range holders[m.key] {
					if a != b && !slices.ContainsFunc(out[a], func(t Twins) bool { return t.B == b }) {
						out[a] = append(out[a], Twins{B: b, Common: m.written})
					}
				}
			}
		}
		return out
	})
}

// identify notes the suppliers of the chain that are one party with another Supplier. Two that both are in the chain are
// noted once, at the first.
func (c *Chain) identify(v facts.View) {
	all := TwinsOf(v)
	if len(all) == 0 {
		return
	}
	links := slices.Clone(c.Links)
	for _, u := range c.Unlinked {
		links = append(links, u.Link)
	}
	seen := map[*v1alpha1.Supplier]bool{}
	for _, l := range links {
		if l.Party == nil {
			continue
		}
		for _, t := range all[l.Party] {
			l.twins = append(l.twins, t.B)
			if !seen[l.Party] && !seen[t.B] {
				c.Twins = append(c.Twins, Twins{l, t.B, t.Common})
			}
		}
		seen[l.Party] = true
	}
}
