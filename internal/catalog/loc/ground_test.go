package loc

import (
	"slices"
	"testing"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

func TestOfSeveralDecisionsTheFirmestCounts(t *testing.T) {
	builtIn, err := region.Default()
	if err != nil {
		t.Fatal(err)
	}
	rows := []region.AdequacyOverride{
		{Country: "KE", Decision: "limited", Scope: "those certified", ValidFrom: "2023-07-10", Status: string(region.InForce)},
		{Country: "KE", Decision: "contested", ValidFrom: "2024-07-10", Status: string(region.Contested)},
		{Country: "KE", Decision: "firm", ValidFrom: "2025-07-10", Status: string(region.InForce)},
		{Country: "KE", Decision: "over", ValidFrom: "2020-07-10", ValidTo: "2021-07-10", Status: string(region.InForce)},
	}
	link := &chain.Link{SupplierLink: &v1alpha1.SupplierLink{Name: "cloud", Supplier: "aws"}, Party: &v1alpha1.Supplier{}}
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	for range 4 { // in every order
		rows = append(rows[1:], rows[0])
		tables, err := builtIn.WithOverlay(nil, slices.Clone(rows))
		if err != nil {
			t.Fatal(err)
		}
		j := &transferJudge{chain: &chain.Chain{}, params: &loc05{ContestedDecision: contestedFail, DeclaredDecision: declaredWarn}, tables: tables, now: now}
		if g := j.ground(link, "KE"); g.result.Reason != "RestsOnDeclared" || g.result.Args[0].Value != "firm" {
			t.Errorf("the ground is %q with %+v, want decision firm", g.note, g.result)
		}
	}
}
