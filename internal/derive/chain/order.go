package chain

import (
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

// connect makes the links and puts them in order.
func (c *Chain) connect(supplier func(string) *v1alpha1.Supplier) {
	spec := c.Solution.Spec.SupplierChain
	held := make([]Link, len(spec))
	byName := make(map[string]*Link, len(spec))
	for i := range spec {
		l := &held[i]
		l.SupplierLink, l.Party = &spec[i], supplier(spec[i].Supplier)
		if first, taken := byName[l.Name]; taken {
			c.Faults = append(c.Faults, Fault{Kind: Repeated, Links: []*Link{first, l}})
		} else {
			byName[l.Name] = l
		}
		if l.Party == nil {
			c.Faults = append(c.Faults, Fault{Kind: UnknownSupplier, Links: []*Link{l}})
		}
	}
	for i := range held {
		l := &held[i]
		switch parent := byName[l.EngagedBy]; {
		case l.EngagedBy == "":
			l.Own, l.Direct = isController(c.Solution, l.Party), true
		case parent == nil:
			c.Faults = append(c.Faults, Fault{Kind: Orphan, Links: []*Link{l}})
		default:
			l.Parent = parent
			parent.Engaged = append(parent.Engaged, l)
		}
	}
	for i := range held {
		if l := &held[i]; l.Parent != nil && l.Parent.Own {
			l.Direct = true
		}
	}
	c.order(held)
}

// isController tells whether a supplier is the only controller of a solution, by its legal name. Other names are what
// documents call it: whoever adds one does not become somebody else.
func isController(s *v1alpha1.HostedSolution, party *v1alpha1.Supplier) bool {
	if party == nil || len(s.Spec.Controllers) != 1 {
		return false
	}
	if n := s.Spec.Controllers[0].ExpectedCount; n != nil && *n > 1 {
		return false // a group, whatever its name
	}
	name := plainName(party.Spec.LegalName)
	return name != "" && name == plainName(s.Spec.Controllers[0].Name)
}

// order lists every link after the one that engaged it: first those that lead to the controller, then what hangs below
// links that nobody engaged, at last the circles and what hangs below them.
func (c *Chain) order(held []Link) {
	c.Links = make([]*Link, 0, len(held))
	placed := make(map[*Link]bool, len(held))
	for i := range held {
		if held[i].EngagedBy == "" {
			c.place(&held[i], placed, 1)
		}
	}
	for i := range held {
		if held[i].Parent == nil && !placed[&held[i]] {
			c.place(&held[i], placed, 0)
		}
	}
	for i := range held {
		if !placed[&held[i]] {
			first := c.circle(&held[i])
			c.place(first, placed, 0)
		}
	}
}

// place lists a link and everything below it that is not listed yet. A depth of 0 stays 0.
func (c *Chain) place(from *Link, placed map[*Link]bool, depth int) {
	from.Depth = depth
	open := []*Link{from}
	for len(open) > 0 {
		l := open[len(open)-1]
		open = open[:len(open)-1]
		if placed[l] {
			continue
		}
		placed[l] = true
		c.Links = append(c.Links, l)
		for _, below := range slices.Backward(l.Engaged) {
			if !placed[below] {
				below.Depth = min(l.Depth, 1) * (l.Depth + 1)
				open = append(open, below)
			}
		}
	}
}

// circle finds the circle above a link that leads neither to the controller nor to an end, notes it, and gives its link
// that comes first in the chain.
func (c *Chain) circle(l *Link) *Link {
	seen := []*Link{}
	for !slices.Contains(seen, l) {
		seen = append(seen, l)
		l = l.Parent
	}
	round := seen[slices.Index(seen, l):]
	c.Faults = append(c.Faults, Fault{Kind: Circle, Links: round})
	first := 0
	for i := range round {
		if c.position(round[i]) < c.position(round[first]) {
			first = i
		}
	}
	return round[first]
}

func (c *Chain) position(l *Link) int {
	spec := c.Solution.Spec.SupplierChain
	for i := range spec {
		if &spec[i] == l.SupplierLink {
			return i
		}
	}
	return len(spec)
}
