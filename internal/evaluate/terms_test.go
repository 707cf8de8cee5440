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

func TestThePlatformSaysHowADecisionStandsAndNotWhomItCovers(t *testing.T) {
	type row struct{ decision, scope, status, from, to string }
	tests := map[string]struct {
		override v1alpha1.AdequacyDecision
		want     row
	}{
		"a status alone keeps number, limit and days": {v1alpha1.AdequacyDecision{Country: "US", Status: "InForce"},
			row{"(EU) 2023/1795", "organisations certified on the Data Privacy Framework list", "InForce", "2023-07-10", ""}},
		"a status alone keeps the end": {v1alpha1.AdequacyDecision{Country: "GB", Status: "Contested"}, row{"(EU) 2021/1772", "", "Contested", "2021-06-28", "2031-12-27"}},
		"an end is brought forward":    {v1alpha1.AdequacyDecision{Country: "GB", Status: "InForce", ValidUntil: "2027-01-01"}, row{"(EU) 2021/1772", "", "InForce", "2021-06-28", "2027-01-01"}},
		"a new limit":                  {v1alpha1.AdequacyDecision{Country: "GB", Status: "InForce", Scoped: true}, row{"(EU) 2021/1772", "some recipients", "InForce", "2021-06-28", "2031-12-27"}},
		"a new decision stands alone":  {v1alpha1.AdequacyDecision{Country: "US", Status: "InForce", ValidFrom: "2026-10-01"}, row{"as the Platform says", "", "InForce", "2026-10-01", ""}},
		"a country that had none":      {v1alpha1.AdequacyDecision{Country: "IN", Status: "InForce"}, row{"as the Platform says", "", "InForce", "1995-10-24", ""}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.put(&v1alpha1.Platform{ObjectMeta: named("cluster"), Spec: v1alpha1.PlatformSpec{Adequacy: []v1alpha1.AdequacyDecision{test.override}}})
			var got []row
			for _, d := range w.fleet().Platform.Tables.Adequacy(string(test.override.Country)) {
				got = append(got, asRow(d))
			}
			if diff := cmp.Diff([]row{test.want}, got, cmp.AllowUnexported(row{})); diff != "" {
				t.Errorf("decisions (-want +got):\n%s", diff)
			}
		})
	}
}

func asRow(d region.Decision) struct{ decision, scope, status, from, to string } {
	to := ""
	if !d.To.IsZero() {
		to = day(d.To)
	}
	return struct{ decision, scope, status, from, to string }{d.Decision, d.Scope, string(d.Status), day(d.From), to}
}
