package chain

import (
	"reflect"
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Untouched is what SupplierLink.personalData says of a supplier that has nothing to do with personal data; Accesses of one
// that reaches them without keeping any.
const (
	Untouched = "Untouched"
	Accesses  = "Accesses"
)

// Chain is the supplier chain of one solution. It and everything in it is shared: nobody changes it.
type Chain struct {
	Solution *v1alpha1.HostedSolution
	// Links, each of spec.supplierChain once: a link comes after the one that engaged it, in the order of the data's journey.
	// Those that cannot be traced to the controller come last.
	Links []*Link
	// Faults of the chain itself, in the order of spec.supplierChain, circles last.
	Faults []Fault
	// Agreements that name the solution, by name.
	Agreements []*Agreement
	// Loose are those among them, other than connection agreements and arrangements between joint controllers, whose two
	// sides are no link and the one that engaged it.
	Loose []*Agreement
	// Unlinked are suppliers that are no link, although an agreement names the solution and them: as its processor, or in its
	// appendix B. By name.
	Unlinked []*Unlinked
	// Twins are suppliers of the chain, linked or not, that are one party with another Supplier.
	Twins []Twins
	// PersonalData is false where the solution states that it holds none, and no agreement says otherwise.
	PersonalData bool
}

// Unlinked is a supplier that the contracts know and the chain does not.
type Unlinked struct {
	// Link stands for the link that is missing. It has no name; its parent is the link of the first agreement that names the
	// supplier.
	*Link
	// By are the agreements that name it, by name.
	By []*Agreement
}

// Link is one link of the chain.
type Link struct {
	*v1alpha1.SupplierLink
	// Party is the supplier's resource; nil where there is none.
	Party *v1alpha1.Supplier
	// Parent engaged the link; nil where the controller did, or where engagedBy names no link.
	Parent *Link
	// Engaged by this link, in the order of the chain.
	Engaged []*Link
	// Depth is 1 for a link that the controller engaged, one more for each link below, and 0 where the way up does not lead
	// to the controller.
	Depth int
	// Agreements between the link and the one that engaged it that name the solution, in force or not, by name.
	Agreements []*Agreement
	// Unnamed are agreements between the same two that name no solution at all, by name. They cover nothing.
	Unnamed []*Agreement
	// Own is true where the supplier is the controller itself, by name: nobody makes an agreement with themselves.
	Own bool
	// Direct is true where the controllers engaged the link, or a link that is the controller itself.
	Direct bool
	// Connects is true where the supplier uses connection agreements, with these controllers or with others.
	Connects bool
	// Touches is true where the supplier has to do with personal data: it says nothing else, or what it says is gainsaid by
	// an agreement about the solution, by appendix B of one, by a link below it, or as Alone says.
	Touches bool
	// Alone is true where the link touches for no other reason than that nobody of the chain says to, although the solution
	// holds personal data.
	Alone bool
	// twins are other Suppliers that are the same party.
	twins []*v1alpha1.Supplier
}

// Customer names who engaged the link, in words for people.
func (l *Link) Customer() string {
	switch {
	case l.Direct:
		return "the controllers"
	case l.Parent != nil:
		return l.Parent.Supplier
	default:
		return "whoever engaged it"
	}
}

// String names the link as people read it, for example "infrastructure (aws)".
func (l *Link) String() string {
	if l.Name == "" {
		return l.Supplier + " (not in the chain)"
	}
	return l.Name + " (" + l.Supplier + ")"
}

// Gainsaid tells whether the link says that its supplier has nothing to do with personal data and something shows otherwise.
func (l *Link) Gainsaid() bool { return l.PersonalData == Untouched && l.Touches }

// FaultKind is what is wrong with a chain.
type FaultKind string

// Kinds of faults.
const (
	// Circle: the links engage each other all round.
	Circle FaultKind = "Circle"
	// Orphan: engagedBy names no link.
	Orphan FaultKind = "Orphan"
	// Repeated: two links have one name.
	Repeated FaultKind = "Repeated"
	// UnknownSupplier: no Supplier has the name.
	UnknownSupplier FaultKind = "UnknownSupplier"
)

// Fault is something wrong with a chain.
type Fault struct {
	Kind FaultKind
	// Links concerned: of a circle all of them, each engaged by the next and the last by the first.
	Links []*Link
}

// Needs declares what a rule must look at to ask for a chain. Both gate: a chain without its agreements would look broken.
func Needs() []control.Need {
	return []control.Need{control.NeedsAll[v1alpha1.Supplier](), control.NeedsAll[v1alpha1.ProcessingAgreement]()}
}

func dependencies() []facts.Dependency {
	types := []reflect.Type{facts.TypeOf[v1alpha1.Supplier](), facts.TypeOf[v1alpha1.ProcessingAgreement]()}
	out := make([]facts.Dependency, len(types))
	for i, t := range types {
		out[i].Type = t
	}
	return out
}

// key finds the chain of a solution; another spec is another object.
type key struct{ solution *v1alpha1.HostedSolution }

// Of gives the chain of a solution. It is worked out once until the solution, a supplier or an agreement changes.
func Of(v facts.View, s *v1alpha1.HostedSolution) *Chain {
	return facts.Derived(v, key{s}, dependencies(), func(v facts.View) *Chain {
		x := indexOf(v)
		c := &Chain{Solution: s, Agreements: x.bySolution[s.Name]}
		suppliers := func(name string) *v1alpha1.Supplier { return facts.Get[v1alpha1.Supplier](v, "", name) }
		c.connect(suppliers)
		c.join(x)
		c.compare(suppliers)
		c.touch()
		c.identify(v)
		return c
	})
}

// Agreement finds one of the agreements that name the solution; nil where none of them has the name.
func (c *Chain) Agreement(name string) *Agreement {
	i := slices.IndexFunc(c.Agreements, func(a *Agreement) bool { return a.Name == name })
	if i < 0 {
		return nil
	}
	return c.Agreements[i]
}

// Link finds a link by name; nil where there is none. Of two with one name it is the first.
func (c *Chain) Link(name string) *Link {
	i := slices.IndexFunc(c.Links, func(l *Link) bool { return l.Name == name })
	if i < 0 {
		return nil
	}
	return c.Links[i]
}

// Changes gives the first instant after now at which an agreement of the chain begins or ceases to bind; zero: never.
func (c *Chain) Changes(now time.Time) time.Time {
	var next time.Time
	for _, a := range c.Agreements {
		next = control.Earliest(next, a.Changes(now))
	}
	return next
}

// Path lists the links from the one that the controller engaged down to this one. For a link in or below a circle it
// begins where the way up would repeat itself.
func (l *Link) Path() []*Link {
	path := []*Link{l}
	for up := l.Parent; up != nil && !slices.Contains(path, up); up = up.Parent {
		path = append(path, up)
	}
	slices.Reverse(path)
	return path
}

// Below lists every link that the link engaged, and they engaged, each once and without the link itself.
func (l *Link) Below() []*Link {
	var out []*Link
	open := slices.Clone(l.Engaged)
	for len(open) > 0 {
		next := open[0]
		open = open[1:]
		if next == l || slices.Contains(out, next) {
			continue
		}
		out = append(out, next)
		open = append(open, next.Engaged...)
	}
	return out
}

// InForce gives the agreements of the link that bind at an instant.
func (l *Link) InForce(now time.Time) []*Agreement { return inForce(l.Agreements, now) }

func inForce(list []*Agreement, now time.Time) []*Agreement {
	for i, a := range list {
		if !a.InForce(now) {
			return slices.DeleteFunc(slices.Clone(list), func(a *Agreement) bool { return !a.InForce(now) })
		}
		if i == len(list)-1 {
			return list
		}
	}
	return nil
}
