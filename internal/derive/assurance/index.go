package assurance

import (
	"cmp"
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Needs declares what a rule must look at to ask for statements.
func Needs() control.Need { return control.NeedsAll[v1alpha1.AssuranceStatement]() }

// index finds records. It is made once until a statement changes.
type index struct {
	all        []*Record
	byName     map[string]*Record
	bySolution map[string][]*Record
	bySupplier map[string][]*Record // those that are kept for no solution in particular
	about      map[string][]*Record // by supplier
}

type indexKey struct{}

func indexOf(v facts.View) *index {
	return facts.Derived(v, indexKey{}, []facts.Dependency{{Type: facts.TypeOf[v1alpha1.AssuranceStatement]()}}, func(v facts.View) *index {
		list := slices.Clone(facts.List[v1alpha1.AssuranceStatement](v))
		slices.SortFunc(list, func(a, b *v1alpha1.AssuranceStatement) int { return cmp.Compare(a.Name, b.Name) })
		x := &index{byName: map[string]*Record{}, bySolution: map[string][]*Record{}, bySupplier: map[string][]*Record{}, about: map[string][]*Record{}}
		for _, s := range list {
			r := Read(s)
			x.all = append(x.all, r)
			x.byName[s.Name] = r
			if s.Spec.Supplier != "" {
				x.about[s.Spec.Supplier] = append(x.about[s.Spec.Supplier], r)
			}
			for _, solution := range s.Spec.Solutions {
				x.bySolution[solution] = append(x.bySolution[solution], r)
			}
			if len(s.Spec.Solutions) == 0 {
				x.bySupplier[s.Spec.Supplier] = append(x.bySupplier[s.Spec.Supplier], r)
			}
		}
		return x
	})
}

// All gives every record, by name.
func All(v facts.View) []*Record { return indexOf(v).all }

// Get finds a record by name; nil where there is none.
func Get(v facts.View, name string) *Record { return indexOf(v).byName[name] }

// Of gives the records that concern a solution: those kept for it, and those about a supplier of its chain that are kept for
// no solution in particular; by name.
func Of(v facts.View, s *v1alpha1.HostedSolution) []*Record {
	x := indexOf(v)
	out := slices.Clone(x.bySolution[s.Name])
	seen := map[string]bool{}
	for _, link := range s.Spec.SupplierChain {
		if !seen[link.Supplier] {
			seen[link.Supplier] = true
			out = append(out, x.bySupplier[link.Supplier]...)
		}
	}
	slices.SortFunc(out, func(a, b *Record) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// About gives the records about a supplier, whatever solution they are kept for, by name.
func About(v facts.View, supplier string) []*Record {
	return slices.Clone(indexOf(v).about[supplier])
}
