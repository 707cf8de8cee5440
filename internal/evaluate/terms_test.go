package evaluate

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

func TestAnExceptionHasWhatItsControlAsksFor(t *testing.T) {
	compensated := func(s *v1alpha1.ControlExceptionSpec) {
		s.Type, s.Compensation, s.ActionPlan = v1alpha1.ExceptionCompensated, "Another measure takes its place.", "Agreed with the supplier by spring."
	}
	terms := control.ExceptionTerms{Plan: true, Longest: "6mo"}
	tests := map[string]struct {
		terms  *control.ExceptionTerms
		change func(*v1alpha1.ControlExceptionSpec)
		reason string
	}{
		"a control that asks for nothing": {change: func(*v1alpha1.ControlExceptionSpec) {}},
		"a plan in words":                 {terms: &terms, change: func(*v1alpha1.ControlExceptionSpec) {}},
		"a plan in steps": {terms: &terms, change: func(s *v1alpha1.ControlExceptionSpec) {
			s.ActionPlan, s.Plan = "", &v1alpha1.ActionPlan{Steps: make([]v1alpha1.Measure, 1)}
		}},
		"a plan without steps":                  {terms: &terms, change: func(s *v1alpha1.ControlExceptionSpec) { s.ActionPlan, s.Plan = "", &v1alpha1.ActionPlan{} }, reason: v1alpha1.ReasonPlanMissing},
		"no plan":                               {terms: &terms, change: func(s *v1alpha1.ControlExceptionSpec) { s.ActionPlan = "" }, reason: v1alpha1.ReasonPlanMissing},
		"a plan, but the risk is just accepted": {terms: &terms, change: func(s *v1alpha1.ControlExceptionSpec) { s.Type = v1alpha1.ExceptionWaived }, reason: v1alpha1.ReasonPlanMissing},
		"as long as it may be":                  {terms: &terms, change: func(s *v1alpha1.ControlExceptionSpec) { s.Approval.At, s.ValidUntil = "2026-11-20", "2027-05-20" }},
		"a day longer":                          {terms: &terms, change: func(s *v1alpha1.ControlExceptionSpec) { s.Approval.At, s.ValidUntil = "2026-11-20", "2027-05-21" }, reason: v1alpha1.ReasonTooLong},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.put(profileOf("public-sector"), solution("aula"), environment("aula-production", "aula", "aula"), exception("e", compensated, test.change))
			controls := standIns()
			for _, c := range controls {
				c.Exceptions = test.terms
			}
			f := w.fleet(controls...)
			if got := f.Exceptions[0].Fault; got != test.reason {
				t.Errorf("fault is %q, want %q", got, test.reason)
			}
		})
	}
}

func TestThePlatformNarrowsDecisionsAndDeclaresOthersByNumber(t *testing.T) {
	const framework, certified = "(EU) 2023/1795", "organisations certified on the Data Privacy Framework list"
	gb := row{decision: "(EU) 2021/1772", status: "InForce", from: "2021-06-28", to: "2031-12-27"}
	us := row{decision: framework, scope: certified, status: "Contested", from: "2023-07-10"}
	with := func(r row, change func(*row)) row { change(&r); return r }
	tests := map[string]struct {
		override v1alpha1.AdequacyDecision
		want     []row
		refused  bool
	}{
		"a lesser standing":                       {v1alpha1.AdequacyDecision{Country: "GB", Status: "Contested"}, []row{with(gb, func(r *row) { r.status = "Contested" })}, false},
		"an end is brought forward":               {v1alpha1.AdequacyDecision{Country: "GB", Status: "InForce", ValidUntil: "2027-01-01"}, []row{with(gb, func(r *row) { r.to = "2027-01-01" })}, false},
		"a new limit":                             {v1alpha1.AdequacyDecision{Country: "GB", Status: "InForce", Scoped: true}, []row{with(gb, func(r *row) { r.scope = "some recipients" })}, false},
		"an end is put off, by word alone":        {v1alpha1.AdequacyDecision{Country: "GB", Status: "InForce", ValidUntil: "2040-01-01"}, []row{gb}, true},
		"a dispute is over, by word alone":        {v1alpha1.AdequacyDecision{Country: "US", Status: "InForce"}, []row{us}, true},
		"a dispute is over, without the judgment": {v1alpha1.AdequacyDecision{Country: "US", Status: "InForce", ValidFrom: "2026-10-01"}, []row{us}, true},
		"a dispute is over, and the limit stays": {v1alpha1.AdequacyDecision{Country: "US", Status: "InForce", ValidFrom: "2026-10-01", Decision: "C-703/25 P"},
			[]row{us, {decision: "C-703/25 P", scope: certified, status: "InForce", from: "2026-10-01", declared: true}}, false},
		"a country that had none, by word alone":    {v1alpha1.AdequacyDecision{Country: "IN", Status: "InForce"}, nil, true},
		"a country that had none, with a day alone": {v1alpha1.AdequacyDecision{Country: "IN", Status: "InForce", ValidFrom: "2026-01-01"}, nil, true},
		"a country that had none, with number and day": {v1alpha1.AdequacyDecision{Country: "IN", Status: "InForce", ValidFrom: "2026-01-01", Decision: "(EU) 2026/999"},
			[]row{{decision: "(EU) 2026/999", status: "InForce", from: "2026-01-01", declared: true}}, false},
		"a successor stands beside the one that ends": {v1alpha1.AdequacyDecision{Country: "GB", Status: "InForce", ValidFrom: "2031-12-27", ValidUntil: "2035-12-27", Decision: "(EU) 2031/1"},
			[]row{gb, {decision: "(EU) 2031/1", status: "InForce", from: "2031-12-27", to: "2035-12-27", declared: true}}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.put(&v1alpha1.Platform{ObjectMeta: named("cluster"), Spec: v1alpha1.PlatformSpec{Adequacy: []v1alpha1.AdequacyDecision{test.override}}})
			f := w.fleet()
			var got []row
			for _, d := range f.Platform.Tables.Adequacy(string(test.override.Country)) {
				got = append(got, asRow(d))
			}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(row{})); diff != "" {
				t.Errorf("decisions (-want +got):\n%s", diff)
			}
			p, _ := f.Condition(f.Platform.Ref(), v1alpha1.ConditionAccepted)
			if refused := p.Reason == v1alpha1.ReasonDecisionUnsupported; refused != test.refused {
				t.Errorf("problem is %+v, want one: %v", p, test.refused)
			}
		})
	}
}

// row is one decision, its days written out.
type row struct {
	decision, scope, status, from, to string
	declared                          bool
}

func asRow(d region.Decision) row {
	to := ""
	if !d.To.IsZero() {
		to = day(d.To)
	}
	return row{d.Decision, d.Scope, string(d.Status), day(d.From), to, d.Declared}
}
