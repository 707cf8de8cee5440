package chain

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

// randomSolution makes chains of which most are broken: links engage each other at random, engage themselves, are engaged
// by nobody there is, and share names.
func randomSolution(r *rand.Rand) *v1alpha1.HostedSolution {
	s := &v1alpha1.HostedSolution{}
	n := r.IntN(30)
	for i := range n {
		l := v1alpha1.SupplierLink{Name: fmt.Sprintf("l%d", i), Supplier: fmt.Sprintf("s%d", r.IntN(n+1))}
		if r.IntN(20) == 0 {
			l.Name = fmt.Sprintf("l%d", r.IntN(n))
		}
		switch kind := r.IntN(10); {
		case kind == 0:
			l.EngagedBy = "nobody"
		case kind < 8:
			l.EngagedBy = fmt.Sprintf("l%d", r.IntN(n))
		}
		s.Spec.SupplierChain = append(s.Spec.SupplierChain, l)
	}
	return s
}

func knownSuppliers(name string) *v1alpha1.Supplier {
	if name == "s0" {
		return nil
	}
	return &v1alpha1.Supplier{}
}

// walk is the way up from each link as a plain reading of the chain has it: the position of the link that engaged it, -1 for
// the controller, -2 for nobody.
func walk(spec []v1alpha1.SupplierLink) []int {
	up := make([]int, len(spec))
	for i, l := range spec {
		if l.EngagedBy == "" {
			up[i] = -1
		} else if up[i] = slices.IndexFunc(spec, func(o v1alpha1.SupplierLink) bool { return o.Name == l.EngagedBy }); up[i] < 0 {
			up[i] = -2
		}
	}
	return up
}

// truth is the depth of a link and whether it stands on a circle.
func truth(up []int, i int) (depth int, round bool) {
	at := i
	for step := 1; step <= len(up)+1; step++ {
		at = up[at]
		switch at {
		case -1:
			return step, false
		case -2:
			return 0, false
		case i:
			return 0, true
		}
	}
	return 0, false
}

func TestEveryChainIsReadWhateverItsShape(t *testing.T) {
	const seed = 20261120
	r := rand.New(rand.NewPCG(seed, 1))
	circles := 0
	for trial := range 20_000 {
		s := randomSolution(r)
		c := &Chain{Solution: s}
		c.connect(knownSuppliers)
		if fault := wrong(c); fault != "" {
			t.Fatalf("seed %d, trial %d: %s\n%+v", seed, trial, fault, s.Spec.SupplierChain)
		}
		for _, f := range c.Faults {
			if f.Kind == Circle {
				circles++
			}
		}
		again := &Chain{Solution: s}
		again.connect(knownSuppliers)
		if !slices.EqualFunc(c.Links, again.Links, func(a, b *Link) bool { return a.SupplierLink == b.SupplierLink }) {
			t.Fatalf("seed %d, trial %d: two readings give two orders", seed, trial)
		}
	}
	if circles < 1000 {
		t.Errorf("seed %d: %d circles in all; the test hardly tries them", seed, circles)
	}
}

// wrong compares a chain with a plain reading of the solution.
func wrong(c *Chain) string {
	spec := c.Solution.Spec.SupplierChain
	up := walk(spec)
	seen := map[*v1alpha1.SupplierLink]int{}
	for i, l := range c.Links {
		if _, twice := seen[l.SupplierLink]; twice {
			return l.Name + " is listed twice"
		}
		seen[l.SupplierLink] = i
	}
	onCircle := map[*v1alpha1.SupplierLink]int{}
	listed := map[FaultKind]int{}
	for _, f := range c.Faults {
		listed[f.Kind]++
		for i, l := range f.Links {
			if f.Kind == Circle {
				onCircle[l.SupplierLink]++
				if next := f.Links[(i+1)%len(f.Links)]; l.Parent != next {
					return "a circle is not in the order of who engaged whom"
				}
			}
		}
	}
	want := map[FaultKind]int{}
	for i := range spec {
		l := &spec[i]
		at, ok := seen[l]
		if !ok {
			return l.Name + " is not listed"
		}
		depth, round := truth(up, i)
		link := c.Links[at]
		switch {
		case link.Depth != depth:
			return fmt.Sprintf("%s is %d links from the controller, not %d", l.Name, depth, link.Depth)
		case round && onCircle[l] != 1:
			return fmt.Sprintf("%s stands on a circle and is noted %d times", l.Name, onCircle[l])
		case !round && onCircle[l] != 0:
			return l.Name + " stands on no circle and is noted"
		case depth > 1 && seen[&spec[up[i]]] > at:
			return l.Name + " comes before the link that engaged it"
		}
		count(want, spec, up, i)
		if text := wrongAround(link, len(spec)); text != "" {
			return text
		}
	}
	delete(listed, Circle)
	if !reflect.DeepEqual(listed, want) {
		return fmt.Sprintf("faults are %v, want %v", listed, want)
	}
	return ""
}

// count notes the faults that a link has by itself.
func count(want map[FaultKind]int, spec []v1alpha1.SupplierLink, up []int, i int) {
	if up[i] == -2 {
		want[Orphan]++
	}
	if slices.IndexFunc(spec, func(o v1alpha1.SupplierLink) bool { return o.Name == spec[i].Name }) != i {
		want[Repeated]++
	}
	if spec[i].Supplier == "s0" {
		want[UnknownSupplier]++
	}
}

func wrongAround(l *Link, n int) string {
	path, below := l.Path(), l.Below()
	switch {
	case len(path) > n || path[len(path)-1] != l:
		return "the path of " + l.Name + " does not end with it"
	case l.Depth > 0 && len(path) != l.Depth:
		return "the path of " + l.Name + " is not as long as it is deep"
	case len(below) > n || slices.Contains(below, l):
		return l.Name + " is below itself"
	}
	for i, b := range below {
		if slices.Contains(below[:i], b) {
			return b.Name + " is twice below " + l.Name
		}
	}
	return ""
}
