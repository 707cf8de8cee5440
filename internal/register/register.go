package register

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Register is what is known of the contractual resources at one moment. It never changes; parts in which nothing changed keep
// their pointer from one to the next.
type Register struct {
	Suppliers  []*Supplier                     // by name
	Agreements []*v1alpha1.ProcessingAgreement // by name
	Statements []*v1alpha1.AssuranceStatement  // by name
	Incidents  []*v1alpha1.SecurityIncident    // by name
	// Problems for the conditions of these resources, of institutions, and of what names them; ordered by object and type.
	Problems []evaluate.Problem
	// Next is the first instant at which something changes by itself; zero: not by itself.
	Next time.Time
}

// Supplier is a Supplier with the number of solutions whose chain holds it.
type Supplier struct {
	Object    *v1alpha1.Supplier
	Solutions int
}

// ProblemsOf lists the problems of one object.
func (r *Register) ProblemsOf(ref facts.Ref) []evaluate.Problem {
	i, _ := slices.BinarySearchFunc(r.Problems, ref, func(p evaluate.Problem, o facts.Ref) int { return p.Object.Compare(o) })
	j := i
	for j < len(r.Problems) && r.Problems[j].Object == ref {
		j++
	}
	return r.Problems[i:j]
}

// Reader makes registers and keeps the last one while nothing that it is made of changes. One goroutine at a time may use it.
type Reader struct {
	// terms of agreements as they were read before.
	terms map[*v1alpha1.ProcessingAgreement]*chain.Agreement
	seen  []uint64
	fleet *evaluate.Fleet
	at    time.Time
	last  *Register
}

// inputs lists the types, besides those of the Fleet, that a register is made of.
func inputs() []reflect.Type {
	return []reflect.Type{
		facts.TypeOf[v1alpha1.Supplier](), facts.TypeOf[v1alpha1.ProcessingAgreement](), facts.TypeOf[v1alpha1.AssuranceStatement](),
		facts.TypeOf[v1alpha1.Institution](), facts.TypeOf[v1alpha1.SecurityIncident](), facts.TypeOf[v1alpha1.HostedSolution](),
		facts.TypeOf[v1alpha1.SolutionEnvironment](), facts.TypeOf[v1alpha1.Platform](),
	}
}

// Read gives the register of a view, the last one where nothing about it changed.
func (x *Reader) Read(v facts.View, fleet *evaluate.Fleet, now time.Time) *Register {
	seen := []uint64{v.SourceGeneration()}
	for _, t := range inputs() {
		seen = append(seen, v.TotalGeneration(t))
	}
	if x.last != nil && slices.Equal(seen, x.seen) && sameTables(fleet, x.fleet) && !now.Before(x.at) &&
		(x.last.Next.IsZero() || now.Before(x.last.Next)) {
		return x.last
	}
	r := newRun(v, fleet, now)
	r.terms, r.read = x.terms, make(map[*v1alpha1.ProcessingAgreement]*chain.Agreement, len(x.terms))
	r.all()
	r.keep(x.last)
	x.terms = r.read
	x.seen, x.fleet, x.at, x.last = seen, fleet, now, r.out
	return r.out
}

// sameTables tells whether two fleets judge countries and controls alike.
func sameTables(a, b *evaluate.Fleet) bool { return a.Platform == b.Platform }

// run is one reading.
type run struct {
	view     facts.View
	fleet    *evaluate.Fleet
	now      time.Time
	names    *names
	problems []evaluate.Problem
	out      *Register
	// terms of agreements as they were read before, and those read now.
	terms, read map[*v1alpha1.ProcessingAgreement]*chain.Agreement
}

// agreement reads an agreement that was not read before.
func (r *run) agreement(object *v1alpha1.ProcessingAgreement) *chain.Agreement {
	a := r.terms[object]
	if a == nil {
		a = chain.Read(object)
	}
	r.read[object] = a
	return a
}

func newRun(v facts.View, fleet *evaluate.Fleet, now time.Time) *run {
	return &run{view: v, fleet: fleet, now: now, names: newNames(v), out: &Register{
		Agreements: facts.List[v1alpha1.ProcessingAgreement](v), Statements: facts.List[v1alpha1.AssuranceStatement](v),
		Incidents: facts.List[v1alpha1.SecurityIncident](v),
	}}
}

func (r *run) all() {
	r.suppliers()
	r.agreements()
	r.statements()
	r.institutions()
	r.incidents()
	r.solutions()
	r.places()
	slices.SortStableFunc(r.problems, func(a, b evaluate.Problem) int {
		return cmp.Or(a.Object.Compare(b.Object), cmp.Compare(a.Type, b.Type))
	})
	r.out.Problems = r.problems
}

// keep puts the old pointers where nothing changed.
func (r *run) keep(last *Register) {
	if last == nil {
		return
	}
	for i, s := range r.out.Suppliers {
		j, ok := slices.BinarySearchFunc(last.Suppliers, s.Object.Name, func(o *Supplier, name string) int { return strings.Compare(o.Object.Name, name) })
		if ok && *last.Suppliers[j] == *s {
			r.out.Suppliers[i] = last.Suppliers[j]
		}
	}
}

// next notes an instant at which something changes by itself.
func (r *run) next(t time.Time) {
	if t.After(r.now) {
		r.out.Next = control.Earliest(r.out.Next, t)
	}
}

// Ref names a resource of tilsyn.dev.
func Ref(kind, name string) facts.Ref {
	return facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: kind, Name: name}
}

// Supplier finds a supplier by name; nil where there is none.
func (r *Register) Supplier(name string) *Supplier {
	i, ok := slices.BinarySearchFunc(r.Suppliers, name, func(s *Supplier, n string) int { return strings.Compare(s.Object.Name, n) })
	if !ok {
		return nil
	}
	return r.Suppliers[i]
}
