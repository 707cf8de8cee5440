package chain

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

var now = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

func newStore() *facts.Store {
	return facts.NewStore([]facts.Source{
		{ID: "suppliers.tilsyn.dev", Feeds: []reflect.Type{facts.TypeOf[v1alpha1.Supplier]()}},
		{ID: "processingagreements.tilsyn.dev", Feeds: []reflect.Type{facts.TypeOf[v1alpha1.ProcessingAgreement]()}},
	})
}

func put(s *facts.Store, objects ...any) {
	for _, o := range objects {
		switch f := o.(type) {
		case *v1alpha1.Supplier:
			s.Put(facts.ObjectKey{Source: "suppliers.tilsyn.dev", Name: f.Name}, f)
		case *v1alpha1.ProcessingAgreement:
			s.Put(facts.ObjectKey{Source: "processingagreements.tilsyn.dev", Name: f.Name}, f)
		}
	}
}

func of(s *facts.Store, solution *v1alpha1.HostedSolution) (c *Chain) {
	s.Read(func(v facts.View) { c = Of(v, solution) })
	return c
}

// solution makes a chain of links written as "name supplier engagedBy".
func solution(links ...string) *v1alpha1.HostedSolution {
	s := &v1alpha1.HostedSolution{ObjectMeta: metav1.ObjectMeta{Name: "aula"}}
	for _, text := range links {
		words := append(strings.Fields(text), "")
		s.Spec.SupplierChain = append(s.Spec.SupplierChain, v1alpha1.SupplierLink{Name: words[0], Supplier: words[1], EngagedBy: words[2]})
	}
	return s
}

func supplier(name string, countries ...v1alpha1.CountryCode) *v1alpha1.Supplier {
	return &v1alpha1.Supplier{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.SupplierSpec{LegalName: name, ProcessingCountries: countries, AccessCountries: countries}}
}

// agreement makes one about aula that began in 2024; customer is empty for the controllers.
func agreement(name, customer, processor string, change ...func(*v1alpha1.ProcessingAgreementSpec)) *v1alpha1.ProcessingAgreement {
	a := &v1alpha1.ProcessingAgreement{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.ProcessingAgreementSpec{
		Type: v1alpha1.AgreementSubProcessing, Solutions: []string{"aula"}, SignedAt: "2023-12-01", ValidFrom: "2024-01-01", OpenEnded: true}}
	if customer == "" {
		a.Spec.Type = v1alpha1.AgreementProcessing
	}
	a.Spec.Parties = v1alpha1.AgreementParties{Customer: v1alpha1.AgreementCustomer{Supplier: customer}, Processor: processor}
	for _, c := range change {
		c(&a.Spec)
	}
	return a
}

func lists(suppliers ...string) func(*v1alpha1.ProcessingAgreementSpec) {
	return func(s *v1alpha1.ProcessingAgreementSpec) {
		s.AppendixB = &v1alpha1.AppendixB{}
		for _, name := range suppliers {
			s.AppendixB.Entries = append(s.AppendixB.Entries, v1alpha1.SubProcessorEntry{Supplier: name})
		}
	}
}

func names[T any](list []T, name func(T) string) (out []string) {
	for _, x := range list {
		out = append(out, name(x))
	}
	return out
}

func TestAgreementsBelongToTheLinkWhoseTwoSidesTheyAreBetween(t *testing.T) {
	nothing := func(s *v1alpha1.ProcessingAgreementSpec) { s.Solutions = nil }
	other := func(s *v1alpha1.ProcessingAgreementSpec) { s.Solutions = []string{"kp"} }
	s := newStore()
	put(s, supplier("kombit"), supplier("netcompany"), supplier("aws"), supplier("kmd"),
		agreement("top", "", "kombit"), agreement("top-second", "", "kombit"), agreement("middle", "kombit", "netcompany"),
		agreement("low", "netcompany", "aws"), agreement("past-one", "kombit", "aws"), agreement("stranger", "kombit", "kmd"),
		agreement("all-systems", "kombit", "netcompany", nothing), agreement("other-system", "kombit", "netcompany", other),
		agreement("main", "", "kombit", func(s *v1alpha1.ProcessingAgreementSpec) { s.Type = v1alpha1.AgreementConnection }))
	c := of(s, solution("processor kombit", "development netcompany processor", "infrastructure aws development"))
	got := map[string][]string{}
	for _, l := range c.Links {
		got[l.Name] = names(l.Agreements, func(a *Agreement) string { return a.Name })
		got[l.Name+" unnamed"] = names(l.Unnamed, func(a *Agreement) string { return a.Name })
	}
	got["loose"] = names(c.Loose, func(a *Agreement) string { return a.Name })
	got["unlinked"] = names(c.Unlinked, func(u *Unlinked) string { return u.String() })
	want := map[string][]string{
		"processor": {"top", "top-second"}, "development": {"middle"}, "infrastructure": {"low"}, "development unnamed": {"all-systems"},
		"processor unnamed": nil, "infrastructure unnamed": nil, "loose": {"past-one", "stranger"}, "unlinked": {"kmd (not in the chain)"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("agreements (-want +got):\n%s", diff)
	}
}

func TestWhoHasToDoWithPersonalDataIsNotAClaimAlone(t *testing.T) {
	untouched := func(s *v1alpha1.HostedSolution, link int) *v1alpha1.HostedSolution {
		s.Spec.SupplierChain[link].PersonalData = Untouched
		return s
	}
	without := func(s *v1alpha1.HostedSolution) *v1alpha1.HostedSolution {
		s.Spec.PersonalData = []v1alpha1.DataCategory{v1alpha1.DataNone}
		return s
	}
	tests := map[string]struct {
		solution *v1alpha1.HostedSolution
		objects  []any
		want     bool
	}{
		"who says nothing processes":                            {solution: solution("print printer"), want: true},
		"who says so beside one who processes":                  {solution: untouched(solution("print printer", "processor kombit"), 0), want: false},
		"who says so, and nobody else is there":                 {solution: untouched(solution("print printer"), 0), want: true},
		"everybody says so":                                     {solution: untouched(untouched(solution("print printer", "processor kombit"), 0), 1), want: true},
		"everybody says so, and it was engaged by another":      {solution: untouched(untouched(solution("processor kombit", "print printer processor"), 0), 1), want: false},
		"everybody says so of a solution without personal data": {solution: without(untouched(solution("print printer"), 0)), want: false},
		"an agreement about the solution":                       {solution: untouched(solution("print printer", "processor kombit"), 0), objects: []any{agreement("a", "", "printer")}, want: true},
		"an agreement about another": {solution: untouched(solution("print printer", "processor kombit"), 0),
			objects: []any{agreement("a", "", "printer", func(s *v1alpha1.ProcessingAgreementSpec) { s.Solutions = []string{"kp"} })}},
		"appendix B of an agreement":                 {solution: untouched(solution("print printer", "processor kombit"), 0), objects: []any{agreement("a", "", "kombit", lists("printer"))}, want: true},
		"a link below that processes":                {solution: untouched(solution("print printer", "cloud aws print"), 0), want: true},
		"a link below that does not":                 {solution: untouched(untouched(solution("print printer", "cloud aws print", "processor kombit"), 0), 1)},
		"a circle in which one of the two processes": {solution: untouched(solution("print printer cloud", "cloud aws print"), 0), want: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStore()
			put(s, test.objects...)
			if got := of(s, test.solution).Link("print").Touches; got != test.want {
				t.Errorf("touches personal data: %v, want %v", got, test.want)
			}
		})
	}
}

func TestTerms(t *testing.T) {
	type dates struct {
		signed, from, until, ended v1alpha1.Date
		open                       bool
	}
	day := func(y int, m time.Month, d int) time.Time {
		return time.Date(y, m, d, 23, 0, 0, 0, time.UTC).AddDate(0, 0, -1)
	}
	tests := map[string]struct {
		dates
		want Term
	}{
		"nobody signed":                      {dates{from: "2024-01-01"}, Term{Obstacle: NotSigned}},
		"from the signature":                 {dates{signed: "2024-01-10", open: true}, Term{From: day(2024, 1, 10), Open: true}},
		"from the later first day":           {dates{signed: "2024-01-10", from: "2024-02-01", open: true}, Term{From: day(2024, 2, 1), Open: true}},
		"from the later signature":           {dates{signed: "2024-03-01", from: "2024-02-01"}, Term{From: day(2024, 3, 1)}},
		"to its end":                         {dates{signed: "2024-01-10", until: "2026-01-01"}, Term{From: day(2024, 1, 10), Until: day(2026, 1, 1)}},
		"ended before its time":              {dates{signed: "2024-01-10", until: "2026-01-01", ended: "2025-02-01"}, Term{From: day(2024, 1, 10), Until: day(2025, 2, 1)}},
		"ended after its time":               {dates{signed: "2024-01-10", until: "2026-01-01", ended: "2026-02-01"}, Term{From: day(2024, 1, 10), Until: day(2026, 1, 1)}},
		"ended on the day it began":          {dates{signed: "2024-01-10", open: true, ended: "2024-01-10"}, Term{From: day(2024, 1, 10), Until: day(2024, 1, 10), Open: true}},
		"ending before it begins":            {dates{signed: "2024-01-10", until: "2023-01-01"}, Term{From: day(2024, 1, 10), Until: day(2023, 1, 1), Obstacle: DatesWrong}},
		"signed after its end":               {dates{signed: "2027-01-10", from: "2024-01-01", until: "2026-01-01"}, Term{From: day(2027, 1, 10), Until: day(2026, 1, 1), Obstacle: DatesWrong}},
		"a date that is none":                {dates{signed: "10-01-2024"}, Term{Obstacle: DatesWrong}},
		"a month where a day has to be":      {dates{signed: "2024-01-10", until: "2026-01"}, Term{Obstacle: DatesWrong}},
		"a day that the month does not have": {dates{signed: "2024-01-10", from: "2026-02-30"}, Term{Obstacle: DatesWrong}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			a := newAgreement(agreement("a", "", "kombit", func(s *v1alpha1.ProcessingAgreementSpec) {
				s.SignedAt, s.ValidFrom, s.ValidUntil, s.EndedAt, s.OpenEnded = test.signed, test.from, test.until, test.ended, test.open
			}))
			if diff := cmp.Diff([]Term{test.want}, a.Terms); diff != "" {
				t.Errorf("terms (-want +got):\n%s", diff)
			}
			for at := now.AddDate(-10, 0, 0); !at.IsZero(); {
				next := a.Changes(at)
				if last := next.Add(-time.Nanosecond); !next.IsZero() && a.InForce(at) != a.InForce(last) {
					t.Errorf("it changes between %v and %v, and says nothing", at, next)
				}
				at = next
			}
		})
	}
}

func TestEachInstitutionHasItsOwnTerm(t *testing.T) {
	a := newAgreement(agreement("a", "", "kombit", func(s *v1alpha1.ProcessingAgreementSpec) {
		s.SignedAt, s.ValidUntil = "", "2028-01-01"
		s.Parties.Customer.Institutions = []v1alpha1.AgreementSignature{{Institution: "aarhus", SignedAt: "2024-02-01"}, {Institution: "odense"}, {Institution: "vejle", SignedAt: "2026-12-01", ValidUntil: "2027-01-01"}}
	}))
	var got []string
	for _, term := range a.Terms {
		got = append(got, fmt.Sprintf("%s %v %s", term.Institution, term.At(now), term.Obstacle))
	}
	if want := []string{"aarhus true ", "odense false NotSigned", "vejle false "}; !slices.Equal(got, want) {
		t.Errorf("terms are %q, want %q", got, want)
	}
	if want := time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC); !a.Changes(now).Equal(want) {
		t.Errorf("changes at %v, want %v", a.Changes(now), want)
	}
}

func TestCountriesAreNarrowedByTheContractAndNotByTheSolution(t *testing.T) {
	entry := func(countries ...v1alpha1.CountryCode) func(*v1alpha1.ProcessingAgreementSpec) {
		return func(s *v1alpha1.ProcessingAgreementSpec) {
			s.AppendixB = &v1alpha1.AppendixB{Entries: []v1alpha1.SubProcessorEntry{{Supplier: "aws", ProcessingCountries: countries, AccessCountries: countries}}}
		}
	}
	tests := map[string]struct {
		link      []v1alpha1.CountryCode
		agreement *v1alpha1.ProcessingAgreement
		want      string
	}{
		"the supplier alone":                     {want: "IE US"},
		"the link alone narrows nothing":         {link: []v1alpha1.CountryCode{"IE"}, want: "IE US"},
		"the contract alone narrows nothing":     {agreement: agreement("a", "", "aws", entry("IE")), want: "IE US"},
		"both narrow":                            {link: []v1alpha1.CountryCode{"IE"}, agreement: agreement("a", "", "aws", entry("IE")), want: "IE"},
		"what either adds counts":                {link: []v1alpha1.CountryCode{"SE"}, agreement: agreement("a", "", "aws", entry("IE")), want: "IE SE"},
		"a contract that has ended is none":      {link: []v1alpha1.CountryCode{"IE"}, agreement: agreement("a", "", "aws", entry("IE"), func(s *v1alpha1.ProcessingAgreementSpec) { s.EndedAt = "2026-11-20" }), want: "IE US"},
		"an entry without countries is no limit": {link: []v1alpha1.CountryCode{"IE"}, agreement: agreement("a", "", "aws", entry()), want: "IE US"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStore()
			put(s, supplier("aws", "US", "IE"))
			if test.agreement != nil {
				put(s, test.agreement)
			}
			h := solution("infrastructure aws")
			h.Spec.SupplierChain[0].ProcessingCountries, h.Spec.SupplierChain[0].AccessCountries = test.link, test.link
			c := of(s, h)
			for _, how := range []How{Processing, Access} {
				var got []string
				for _, u := range c.Uses(c.Links[0], now) {
					if u.How == how {
						got = append(got, string(u.Country))
					}
				}
				slices.Sort(got)
				if strings.Join(got, " ") != test.want {
					t.Errorf("%s in %q, want %q", how, got, test.want)
				}
			}
		})
	}
}

func TestAChainStaysUntilSomethingOfItChanges(t *testing.T) {
	s, h := newStore(), solution("processor kombit")
	put(s, supplier("kombit"), agreement("top", "", "kombit"))
	first := of(s, h)
	put(s, supplier("kombit")) // says the same
	if of(s, h) != first {
		t.Error("a chain is worked out again although nothing changed")
	}
	put(s, agreement("second", "", "kombit"))
	if again := of(s, h); len(again.Links[0].Agreements) != 2 {
		t.Error("a new agreement does not show")
	}
	put(s, supplier("kombit", "DK"))
	if again := of(s, h); len(again.Uses(again.Links[0], now)) != 2 {
		t.Error("a changed supplier does not show")
	}
}
