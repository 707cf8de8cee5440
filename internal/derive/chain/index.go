package chain

import (
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// index finds agreements.
type index struct {
	bySolution map[string][]*Agreement
	// unnamed are those that name no solution, by their two sides.
	unnamed map[pair][]*Agreement
	// connects holds the processors of connection agreements, whatever they are about.
	connects map[string]bool
}

// pair is the two sides of an agreement; customer is empty for controllers.
type pair struct{ customer, processor string }

type indexKey struct{}

func indexOf(v facts.View) *index {
	deps := []facts.Dependency{{Type: facts.TypeOf[v1alpha1.ProcessingAgreement]()}}
	return facts.Derived(v, indexKey{}, deps, func(v facts.View) *index {
		list := facts.List[v1alpha1.ProcessingAgreement](v)
		x := &index{bySolution: map[string][]*Agreement{}, unnamed: map[pair][]*Agreement{}, connects: map[string]bool{}}
		for _, object := range list {
			a := newAgreement(object)
			if object.Spec.Type == v1alpha1.AgreementConnection {
				x.connects[object.Spec.Parties.Processor] = true
			}
			if len(object.Spec.Solutions) == 0 {
				p := pair{object.Spec.Parties.Customer.Supplier, object.Spec.Parties.Processor}
				x.unnamed[p] = append(x.unnamed[p], a)
			}
			for i, solution := range object.Spec.Solutions {
				if !slices.Contains(object.Spec.Solutions[:i], solution) {
					x.bySolution[solution] = append(x.bySolution[solution], a)
				}
			}
		}
		return x
	})
}
