package evaluate_test

import (
	"fmt"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// chainLinks is how long the chains of these benchmarks are.
const chainLinks = 12

// chained is a store of solutions that share twelve suppliers and 98 municipalities; each has a chain of twelve links and an
// agreement for each link, in order. Nothing of them runs here.
func chained(solutions int) *facts.Store {
	s := cluster(0)
	for i := range chainLinks {
		sharedSupplier(s, i, "DK", "IE")
	}
	for i := range 98 {
		name := fmt.Sprintf("municipality-%02d", i)
		s.Put(facts.ObjectKey{Source: "institutions.tilsyn.dev", Name: name}, &v1alpha1.Institution{
			ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"tilsyn.dev/group": "municipalities"}}, Spec: v1alpha1.InstitutionSpec{LegalName: name}})
	}
	for n := range solutions {
		chainedSolution(s, fmt.Sprintf("solution-%04d", n))
	}
	return s
}

func sharedSupplier(s *facts.Store, i int, countries ...v1alpha1.CountryCode) {
	name := fmt.Sprintf("supplier-%02d", i)
	s.Put(facts.ObjectKey{Source: "suppliers.tilsyn.dev", Name: name}, &v1alpha1.Supplier{ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: v1alpha1.SupplierSpec{LegalName: name, EstablishedIn: "DK", UltimateParentCountry: "DK", ProcessingCountries: countries, AccessCountries: countries}})
}

// engager is the link above a link, in a chain that is a tree.
func engager(i int) int { return (i - 1) / 2 }

func chainedSolution(s *facts.Store, name string) {
	sol := &v1alpha1.HostedSolution{ObjectMeta: metav1.ObjectMeta{Name: name}}
	sol.Spec.Classification = &v1alpha1.Classification{Confidentiality: v1alpha1.ConfidentialityConfidential, ReviewedAt: "2026-06-01"}
	sol.Spec.PersonalData = []v1alpha1.DataCategory{v1alpha1.DataOrdinary}
	sol.Spec.Controllers = []v1alpha1.Controller{{Name: "Danish municipalities", ExpectedCount: new(int32(98)),
		InstitutionSelector: &v1alpha1.LabelSelector{MatchLabels: map[string]string{"tilsyn.dev/group": "municipalities"}}}}
	for i := range chainLinks {
		l := v1alpha1.SupplierLink{Name: fmt.Sprintf("link-%02d", i), Supplier: fmt.Sprintf("supplier-%02d", i)}
		if i > 0 {
			l.EngagedBy = fmt.Sprintf("link-%02d", engager(i))
		}
		sol.Spec.SupplierChain = append(sol.Spec.SupplierChain, l)
		a := linkAgreement(name, i)
		s.Put(facts.ObjectKey{Source: "processingagreements.tilsyn.dev", Name: a.Name}, a)
	}
	s.Put(facts.ObjectKey{Source: "hostedsolutions.tilsyn.dev", Name: name}, sol)
}

func linkAgreement(solution string, i int) *v1alpha1.ProcessingAgreement {
	a := &v1alpha1.ProcessingAgreement{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s-%02d", solution, i)}, Spec: v1alpha1.ProcessingAgreementSpec{
		Type: v1alpha1.AgreementSubProcessing, Solutions: []string{solution}, SignedAt: "2024-01-01", OpenEnded: true, ReviewedAt: "2026-06-01", Content: v1alpha1.MandatoryContent(),
		Parties:   v1alpha1.AgreementParties{Processor: fmt.Sprintf("supplier-%02d", i)},
		AppendixB: &v1alpha1.AppendixB{Authorisation: v1alpha1.AuthorisationGeneral},
		AppendixC: &v1alpha1.AppendixC{Locations: []v1alpha1.Location{{Group: "EEA"}}, NoDeviations: true, Retention: "5y", SecurityMeasures: []string{"Encryption at rest", "Multi-factor login"}}}}
	if i == 0 {
		a.Spec.Type = v1alpha1.AgreementProcessing
		a.Spec.Parties.Customer.Group = &v1alpha1.AgreementGroup{Name: "Danish municipalities", Signed: 98}
	} else {
		a.Spec.Parties.Customer.Supplier, a.Spec.ParentAgreement = fmt.Sprintf("supplier-%02d", engager(i)), fmt.Sprintf("%s-%02d", solution, engager(i))
	}
	for below := i + 1; below < chainLinks; below++ {
		up := engager(below)
		for up > i {
			up = engager(up)
		}
		if up == i {
			a.Spec.AppendixB.Entries = append(a.Spec.AppendixB.Entries, v1alpha1.SubProcessorEntry{Supplier: fmt.Sprintf("supplier-%02d", below),
				EngagedBy: fmt.Sprintf("supplier-%02d", engager(below)), Description: "Operation", ProcessingCountries: []v1alpha1.CountryCode{"DK", "IE"}})
		}
	}
	a.Spec.AppendixB.NoEntries = len(a.Spec.AppendixB.Entries) == 0
	return a
}

// chainControls are the controls of solutions that read the chain.
func chainControls() []*control.Control {
	ids := []v1alpha1.ControlID{"LOC-05", "LOC-06", "SUP-01", "SUP-02"}
	return slices.DeleteFunc(catalog.All(), func(c *control.Control) bool { return !slices.Contains(ids, c.ID) })
}

// TestTheBenchmarksChainIsInOrder keeps the benchmarks honest: what they measure is the whole way to a Pass.
func TestTheBenchmarksChainIsInOrder(t *testing.T) {
	engine, s := evaluate.NewEngine(chainControls(), evaluate.Options{}), chained(3)
	s.Read(func(v facts.View) {
		for _, r := range engine.Evaluate(v, engine.Resolve(v, start), start).Solutions {
			for _, c := range r.Controls {
				if c.Verdict() != v1alpha1.VerdictPass || c.Passed < chainLinks {
					t.Errorf("%s of %s is %s: %v", c.Control.ID, r.Subject, c.Verdict(), c.Findings)
				}
			}
		}
	})
}

// BenchmarkSharedSupplier changes a supplier that a thousand solutions share, and decides anew about all of them.
func BenchmarkSharedSupplier(b *testing.B) {
	for _, solutions := range []int{100, 1000} {
		b.Run(fmt.Sprint(solutions), func(b *testing.B) {
			s := chained(solutions)
			engine := evaluate.NewEngine(chainControls(), evaluate.Options{})
			memory := decide.Memory{}
			once := func() {
				var ev *evaluate.Evaluation
				s.Read(func(v facts.View) { ev = engine.Evaluate(v, engine.Resolve(v, start), start) })
				memory = decide.Decide(ev, memory, start).Memory
			}
			once()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				sharedSupplier(s, 5, "DK", v1alpha1.CountryCode([]string{"SG", "IE"}[i%2])) // unlawful and lawful in turn
				once()
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(solutions), "µs/solution")
		})
	}
}

// BenchmarkChainedSolution evaluates solutions with chains of twelve links for the first time.
func BenchmarkChainedSolution(b *testing.B) {
	const solutions = 200
	s := chained(solutions)
	b.ReportAllocs()
	for b.Loop() {
		engine := evaluate.NewEngine(chainControls(), evaluate.Options{})
		s.Read(func(v facts.View) { engine.Evaluate(v, engine.Resolve(v, start), start) })
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/solutions, "µs/solution")
}
