package assurance

import (
	"testing"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

func TestReceivedBy(t *testing.T) {
	by := Due(2025, date.Period{Months: 6})
	type spec = v1alpha1.AssuranceStatementSpec
	for name, test := range map[string]struct {
		spec spec
		want date.Tri
	}{
		"on the last day":                            {spec{Receipt: receipt("Received", "2026-06-30")}, date.Yes},
		"a day later":                                {spec{Receipt: receipt("Received", "2026-07-01")}, date.No},
		"later, whatever was assessed before":        {spec{Receipt: receipt("Received", "2026-09"), Assessment: &v1alpha1.StatementAssessment{At: "2026-05-01"}}, date.No},
		"in a year that reaches past the day":        {spec{Receipt: receipt("Received", "2026")}, date.Maybe},
		"that year, and assessed before the day":     {spec{Receipt: receipt("Received", "2026"), Assessment: &v1alpha1.StatementAssessment{At: "2026-05-01"}}, date.Yes},
		"on a day that is not written":               {spec{Receipt: receipt("Received", "")}, date.Maybe},
		"not written, and passed on before the day":  {spec{Receipt: receipt("Received", ""), Deliveries: []v1alpha1.Delivery{delivered("2026-06")}}, date.Yes},
		"not written, and passed on after the day":   {spec{Receipt: receipt("Received", ""), Deliveries: []v1alpha1.Delivery{delivered("2026-08")}}, date.Maybe},
		"not written, in a record from before it":    {spec{Receipt: receipt("Received", ""), RecordUpdated: "2026-06-30"}, date.Yes},
		"only expected, in a record from before it":  {spec{Receipt: receipt("Expected", "2026-05"), RecordUpdated: "2026-06-30"}, date.Maybe},
		"a state in words, in a record from then on": {spec{State: v1alpha1.StatementForwarded, RecordUpdated: "2026-10-01"}, date.Maybe},
	} {
		t.Run(name, func(t *testing.T) {
			if got := statement(test.spec).ReceivedBy(by); got != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

func TestClarifyBy(t *testing.T) {
	for since, want := range map[v1alpha1.Date]string{"": "2026-03-31", "2026-02-01": "2026-05-01", "2026-12-01": "2026-09-28", "2025-06-01": "2025-08-29"} {
		r := statement(v1alpha1.AssuranceStatementSpec{Year: 2025, StateSince: since})
		if got := date.Of(r.ClarifyBy(date.Period{Days: 90}, date.Period{Months: 6}).Add(-time.Hour)).String(); got != want {
			t.Errorf("since %q it is to be clear by %s, want %s", since, got, want)
		}
	}
}

func TestObservationsClosedBeforeTheAuditedPeriodAreDoubted(t *testing.T) {
	closed := func(day v1alpha1.Date, period *v1alpha1.Period) []Doubt {
		return statement(v1alpha1.AssuranceStatementSpec{Year: 2025, Period: period, Receipt: receipt("Received", "2026-03-01"),
			Observations: []v1alpha1.Observation{{ID: "B.4", ClosedAt: day}}}).Doubts(time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC))
	}
	autumn := &v1alpha1.Period{From: "2025-09-01", To: "2026-08-31"}
	if list := closed("2024-12-31", nil); len(list) != 1 || list[0].Kind != ClosedBeforePeriod || !list[0].Contradiction() {
		t.Errorf("%v", list)
	}
	if list := closed("2025-08-31", autumn); len(list) == 0 {
		t.Error("a day before the period is not doubted")
	}
	for _, list := range [][]Doubt{closed("2025-01-01", nil), closed("", nil)} {
		if len(list) > 0 {
			t.Errorf("%v", list)
		}
	}
}

func TestSameOrganisation(t *testing.T) {
	for name, c := range map[string]struct {
		a, b string
		same bool
	}{
		"the form of the company left out":  {"Netcompany A/S", "NETCOMPANY", true},
		"full stops for strokes":            {"Kombit A.S.", "KOMBIT A/S", true},
		"a firm with a number of words":     {"Amazon Web Services EMEA SARL", "amazon web services  emea", true},
		"another firm of the same family":   {"Amazon Web Services", "Amazon Logistics", false},
		"a firm whose name begins the same": {"Deloitte", "Deloitte Consulting A/S", false},
		"a name without words":              {"-", "", false},
		"nothing but a form":                {"AS", "A/S", true},
	} {
		t.Run(name, func(t *testing.T) {
			if SameOrganisation(c.a, c.b) != c.same || SameOrganisation(c.b, c.a) != c.same {
				t.Errorf("SameOrganisation(%q, %q) is %v", c.a, c.b, !c.same)
			}
		})
	}
}
