package register

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// BenchmarkASharedSupplierChanges measures what the fleet and the register take when one supplier, which is in the chains of a
// thousand solutions, changes: 12 links each, an agreement for each of them, 98 institutions that all of them select.
func BenchmarkASharedSupplierChanges(b *testing.B) {
	const solutions, links = 1000, 12
	w := newWorld(b)
	for i := range 98 {
		w.apply(b, fmt.Sprintf("Institution i%03d: legalName: Body %d", i, i))
	}
	for l := range links {
		w.apply(b, fmt.Sprintf("Supplier s%d: legalName: Party %d, %s", l, l, danish))
	}
	names := make([]string, 98)
	for i := range names {
		names[i] = fmt.Sprintf("i%03d", i)
	}
	for s := range solutions {
		var chain []string
		for l := range links {
			link := fmt.Sprintf("{name: l%d, supplier: s%d", l, l)
			if l > 0 {
				link += fmt.Sprintf(", engagedBy: l%d", l-1)
				w.apply(b, fmt.Sprintf("ProcessingAgreement a%d-%d: type: SubProcessing, parties: {customer: {supplier: s%d}, processor: s%d}, solutions: [sol%d], %s", s, l, l-1, l, s, signed))
			}
			chain = append(chain, link+"}")
		}
		w.apply(b, fmt.Sprintf("HostedSolution sol%d: owner: {organisation: X}, controllers: [{name: All, institutions: [%s]}], supplierChain: [%s]", s, strings.Join(names, ","), strings.Join(chain, ",")))
	}
	x := &Reader{}
	var fleet *evaluate.Fleet
	engine := evaluate.NewEngine(nil, evaluate.Options{})
	read := func() {
		w.Read(func(v facts.View) {
			fleet = engine.Resolve(v, w.now)
			x.Read(v, fleet, w.now)
		})
	}
	read()
	n := 0
	for b.Loop() {
		b.StopTimer()
		n++
		w.apply(b, fmt.Sprintf("Supplier s11: legalName: Party 11 version %d, %s", n, danish))
		b.StartTimer()
		read()
	}
}
