package chain

import (
	"fmt"
	"testing"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// fleet makes solutions of the same twelve suppliers, each with a chain of twelve links and an agreement for each.
func fleet(solutions int) (*facts.Store, []*v1alpha1.HostedSolution) {
	s := newStore()
	const links = 12
	for i := range links {
		put(s, supplier(fmt.Sprintf("s%d", i), "DK", "IE"))
	}
	var out []*v1alpha1.HostedSolution
	for n := range solutions {
		h := solution()
		h.Name = fmt.Sprintf("solution-%d", n)
		for i := range links {
			l := v1alpha1.SupplierLink{Name: fmt.Sprintf("l%d", i), Supplier: fmt.Sprintf("s%d", i)}
			customer := ""
			if i > 0 {
				l.EngagedBy, customer = fmt.Sprintf("l%d", (i-1)/2), fmt.Sprintf("s%d", (i-1)/2)
			}
			h.Spec.SupplierChain = append(h.Spec.SupplierChain, l)
			put(s, agreement(fmt.Sprintf("%s-%d", h.Name, i), customer, l.Supplier, lists(fmt.Sprintf("s%d", min(2*i+1, links-1))),
				func(a *v1alpha1.ProcessingAgreementSpec) { a.Solutions = []string{h.Name} }))
		}
		out = append(out, h)
	}
	return s, out
}

// BenchmarkSharedSupplierChanges works out the chains of a thousand solutions after a supplier of all of them changed.
func BenchmarkSharedSupplierChanges(b *testing.B) {
	s, solutions := fleet(1000)
	for i := 0; b.Loop(); i++ {
		put(s, supplier("s3", "DK", v1alpha1.CountryCode([]string{"IE", "SE"}[i%2])))
		s.Read(func(v facts.View) {
			for _, h := range solutions {
				Of(v, h)
			}
		})
	}
}

// BenchmarkAgreementChanges does so after one agreement of one of them changed.
func BenchmarkAgreementChanges(b *testing.B) {
	s, solutions := fleet(1000)
	for i := 0; b.Loop(); i++ {
		put(s, agreement("solution-7-5", "s2", "s5", func(a *v1alpha1.ProcessingAgreementSpec) {
			a.Solutions, a.ReviewedAt = []string{"solution-7"}, v1alpha1.Date([]string{"2026-01-01", "2026-02-01"}[i%2])
		}))
		s.Read(func(v facts.View) {
			for _, h := range solutions {
				Of(v, h)
			}
		})
	}
}

// BenchmarkNothingChanges asks again for what is known.
func BenchmarkNothingChanges(b *testing.B) {
	s, solutions := fleet(1000)
	for b.Loop() {
		s.Read(func(v facts.View) {
			for _, h := range solutions {
				Of(v, h)
			}
		})
	}
}
