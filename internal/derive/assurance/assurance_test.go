package assurance

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

func statement(spec v1alpha1.AssuranceStatementSpec) *Record {
	if spec.Year == 0 {
		spec.Year = 2022
	}
	s := &v1alpha1.AssuranceStatement{Spec: spec}
	s.Name = "aula-2022"
	return Read(s)
}

func receipt(state v1alpha1.ReceiptState, day v1alpha1.PartialDate) *v1alpha1.Receipt {
	return &v1alpha1.Receipt{State: state, Date: day}
}

func delivered(day v1alpha1.PartialDate) v1alpha1.Delivery {
	return v1alpha1.Delivery{Group: "Danish municipalities", State: v1alpha1.DeliveryDelivered, Date: day}
}

// autumn is when the records of these tests are read.
var autumn = time.Date(2023, 9, 20, 12, 0, 0, 0, time.UTC)

func TestDoubts(t *testing.T) {
	for name, test := range map[string]struct {
		spec v1alpha1.AssuranceStatementSpec
		want []DoubtKind
	}{
		"received and passed on in order":                        {spec: v1alpha1.AssuranceStatementSpec{Receipt: receipt("Received", "2023-06-08"), Deliveries: []v1alpha1.Delivery{delivered("2023-06-21")}}},
		"passed on, and still expected":                          {v1alpha1.AssuranceStatementSpec{Receipt: receipt("Expected", "2023-05"), Deliveries: []v1alpha1.Delivery{delivered("2023-06-30")}}, []DoubtKind{DeliveredNotReceived}},
		"passed on without a date, and still expected":           {v1alpha1.AssuranceStatementSpec{Receipt: receipt("Expected", "2023-03"), Deliveries: []v1alpha1.Delivery{delivered("")}}, []DoubtKind{DeliveredNotReceived}},
		"only a period given, and passed on":                     {spec: v1alpha1.AssuranceStatementSpec{Receipt: receipt("OnlyPeriodGiven", "2023-Q2"), Deliveries: []v1alpha1.Delivery{delivered("2023-06-22")}}},
		"happened after the record was last updated":             {v1alpha1.AssuranceStatementSpec{Receipt: receipt("Delivered", "2023-12"), RecordUpdated: "2023-09-20"}, []DoubtKind{AfterRecord}},
		"in the month of the last update":                        {spec: v1alpha1.AssuranceStatementSpec{Receipt: receipt("Delivered", "2023-09"), RecordUpdated: "2023-09-20"}},
		"expected after the record was last updated":             {spec: v1alpha1.AssuranceStatementSpec{Receipt: receipt("Expected", "2024-01"), RecordUpdated: "2023-09-20"}},
		"happened in a month that has not come":                  {v1alpha1.AssuranceStatementSpec{Receipt: receipt("Received", "2023-10")}, []DoubtKind{InFuture}},
		"passed on in the month before the month of receipt":     {v1alpha1.AssuranceStatementSpec{Receipt: receipt("Received", "2023-06"), Deliveries: []v1alpha1.Delivery{delivered("2023-05")}}, []DoubtKind{DeliveredBeforeReceipt}},
		"passed on in the month of receipt":                      {spec: v1alpha1.AssuranceStatementSpec{Receipt: receipt("Received", "2023-09"), Deliveries: []v1alpha1.Delivery{delivered("2023-09-14")}}},
		"type 2 received before the year was over":               {v1alpha1.AssuranceStatementSpec{StatementKind: v1alpha1.StatementKind{Type: "Type2"}, Receipt: receipt("Received", "2022-11")}, []DoubtKind{BeforePeriodEnd}},
		"type 2 received some day of the audited year":           {v1alpha1.AssuranceStatementSpec{StatementKind: v1alpha1.StatementKind{Type: "Type2"}, Receipt: receipt("Received", "2022")}, []DoubtKind{BeforePeriodEnd}},
		"type 2 received in the first month after it":            {spec: v1alpha1.AssuranceStatementSpec{StatementKind: v1alpha1.StatementKind{Type: "Type2"}, Receipt: receipt("Received", "2023-01")}},
		"type 2 received before its own period was over":         {v1alpha1.AssuranceStatementSpec{StatementKind: v1alpha1.StatementKind{Type: "Type2"}, Period: &v1alpha1.Period{From: "2022-04-01", To: "2023-03-31"}, Receipt: receipt("Received", "2023-02-01")}, []DoubtKind{BeforePeriodEnd}},
		"assessed before the month of receipt":                   {v1alpha1.AssuranceStatementSpec{Receipt: receipt("Received", "2023-06"), Assessment: &v1alpha1.StatementAssessment{At: "2023-05-20"}}, []DoubtKind{AssessedNotReceived}},
		"assessed, and still expected":                           {v1alpha1.AssuranceStatementSpec{Receipt: receipt("Expected", "2023-10"), Assessment: &v1alpha1.StatementAssessment{At: "2023-05-20"}}, []DoubtKind{AssessedNotReceived}},
		"called not relevant, and received":                      {v1alpha1.AssuranceStatementSpec{State: "NotRelevant", Receipt: receipt("Received", "2023-06-08")}, []DoubtKind{StateDiffers}},
		"called forwarded, and no delivery has happened":         {v1alpha1.AssuranceStatementSpec{State: "Forwarded", Receipt: receipt("Received", "2023-06-08"), Deliveries: []v1alpha1.Delivery{{State: "Expected"}}}, []DoubtKind{StateDiffers}},
		"need under clarification, and nothing else is recorded": {spec: v1alpha1.AssuranceStatementSpec{State: "NeedUnderClarification"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []DoubtKind
			for _, d := range statement(test.spec).Doubts(autumn) {
				got = append(got, d.Kind)
			}
			if d := cmp.Diff(test.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestDays(t *testing.T) {
	for name, test := range map[string]struct {
		receipt   *v1alpha1.Receipt
		delivered v1alpha1.PartialDate
		want      string
	}{
		"thirteen days":                    {receipt("Received", "2023-06-08"), "2023-06-21", "13"},
		"the same day":                     {receipt("Received", "2023-03-01"), "2023-03-01", "0"},
		"across the change to summer time": {receipt("Received", "2023-03-01"), "2023-04-24", "54"},
		"across the change to winter time": {receipt("Received", "2023-10-28"), "2023-10-30", "2"},
		"a month of receipt":               {receipt("Received", "2023-09"), "2023-09-14", "0-13"},
		"a month of delivery":              {receipt("Received", "2023-01-30"), "2023-05", "91-121"},
		"no day of receipt":                {receipt("Received", ""), "2023-06-21", ""},
		"no day of delivery":               {receipt("Received", "2023-06-08"), "", ""},
		"a receipt that is only expected":  {receipt("Expected", "2023-05"), "2023-06-30", ""},
		"only a period of receipt":         {receipt("OnlyPeriodGiven", "2023-Q2"), "2023-06-22", ""},
		"delivered before it was received": {receipt("Received", "2023-06"), "2023-05", ""},
		"a year says too little":           {receipt("Received", "2023"), "2023-06-22", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := statement(v1alpha1.AssuranceStatementSpec{Receipt: test.receipt, Deliveries: []v1alpha1.Delivery{delivered(test.delivered)}})
			got := ""
			if days, ok := r.DaysTo(r.Deliveries[0]); ok {
				got = days.String()
			}
			if got != test.want {
				t.Errorf("%q days, want %q", got, test.want)
			}
		})
	}
}

// TestDaysHoldForEveryDayMeant takes days at random, writes them more coarsely, and finds the true number within what is said.
func TestDaysHoldForEveryDayMeant(t *testing.T) {
	const seed = 5
	r := rand.New(rand.NewPCG(seed, 0))
	coarse := func(t time.Time) v1alpha1.PartialDate {
		switch r.IntN(3) {
		case 0:
			return v1alpha1.PartialDate(t.Format("2006-01-02"))
		case 1:
			return v1alpha1.PartialDate(t.Format("2006-01"))
		default:
			return v1alpha1.PartialDate(fmt.Sprintf("%d-Q%d", t.Year(), (int(t.Month())+2)/3))
		}
	}
	for range 2000 {
		from := time.Date(2022, 1, 1+r.IntN(700), 0, 0, 0, 0, time.UTC)
		want := r.IntN(200)
		s := statement(v1alpha1.AssuranceStatementSpec{Receipt: receipt("Received", coarse(from)), Deliveries: []v1alpha1.Delivery{delivered(coarse(from.AddDate(0, 0, want)))}})
		got, ok := s.DaysTo(s.Deliveries[0])
		if !ok || want < got.Least || want > got.Most {
			t.Fatalf("seed %d: %s to %s: %v %v, and it was %d", seed, s.Spec.Receipt.Date, s.Deliveries[0].Date, got, ok, want)
		}
	}
}

func TestState(t *testing.T) {
	for name, test := range map[string]struct {
		spec v1alpha1.AssuranceStatementSpec
		want v1alpha1.StatementState
	}{
		"what the keeper says":                        {v1alpha1.AssuranceStatementSpec{State: "NeedUnderClarification"}, "NeedUnderClarification"},
		"nothing at all":                              {v1alpha1.AssuranceStatementSpec{}, "Planned"},
		"ordered":                                     {v1alpha1.AssuranceStatementSpec{OrderedAt: "2022-05"}, "Ordered"},
		"expected":                                    {v1alpha1.AssuranceStatementSpec{Receipt: receipt("Expected", "2023-05")}, "Expected"},
		"received":                                    {v1alpha1.AssuranceStatementSpec{Receipt: receipt("Received", "")}, "Received"},
		"the sender's word for received":              {v1alpha1.AssuranceStatementSpec{Receipt: receipt("Delivered", "2023-12")}, "Received"},
		"passed on to one of two":                     {v1alpha1.AssuranceStatementSpec{Receipt: receipt("Received", ""), Deliveries: []v1alpha1.Delivery{delivered(""), {State: "Expected"}}}, "Received"},
		"passed on, although still expected":          {v1alpha1.AssuranceStatementSpec{Receipt: receipt("Expected", ""), Deliveries: []v1alpha1.Delivery{delivered("")}}, "Forwarded"},
		"passed on, assessed and nothing left open":   {v1alpha1.AssuranceStatementSpec{Receipt: receipt("Received", ""), Deliveries: []v1alpha1.Delivery{delivered("")}, Assessment: &v1alpha1.StatementAssessment{}, NoObservations: true}, "Closed"},
		"passed on, assessed and something left open": {v1alpha1.AssuranceStatementSpec{Receipt: receipt("Received", ""), Deliveries: []v1alpha1.Delivery{delivered("")}, Assessment: &v1alpha1.StatementAssessment{}, Observations: []v1alpha1.Observation{{ID: "1"}}}, "Forwarded"},
		"assessed and not passed on":                  {v1alpha1.AssuranceStatementSpec{Receipt: receipt("Received", ""), Assessment: &v1alpha1.StatementAssessment{}}, "Assessed"},
		"a period and no word":                        {v1alpha1.AssuranceStatementSpec{Receipt: receipt("OnlyPeriodGiven", "2023-Q2")}, "NotSaid"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := statement(test.spec).State(); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestDueYear(t *testing.T) {
	half := date.Period{Months: 6}
	for now, want := range map[string]int32{
		"2026-06-30T21:59:59Z": 2024, "2026-06-30T22:00:00Z": 2025, "2026-01-01T00:00:00Z": 2024, "2026-12-31T23:30:00Z": 2025,
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := DueYear(at, half); got != want {
			t.Errorf("%s: %d, want %d", now, got, want)
		}
	}
}

func TestProduction(t *testing.T) {
	for name, test := range map[string]struct {
		periods []v1alpha1.ProductionPeriod
		want    date.Tri
		days    int
	}{
		"not recorded counts as the whole year": {nil, date.Maybe, 365},
		"since before the year":                 {[]v1alpha1.ProductionPeriod{{From: "2019-10-01"}}, date.Yes, 365},
		"since the last day of the year":        {[]v1alpha1.ProductionPeriod{{From: "2022-12-31"}}, date.Yes, 1},
		"since the year after":                  {[]v1alpha1.ProductionPeriod{{From: "2023-01-01"}}, date.No, 0},
		"until the year began":                  {[]v1alpha1.ProductionPeriod{{From: "2019-10-01", Until: "2022-01-01"}}, date.No, 0},
		"twice":                                 {[]v1alpha1.ProductionPeriod{{From: "2019-10-01", Until: "2022-02-01"}, {From: "2022-12-01"}}, date.Yes, 62},
	} {
		t.Run(name, func(t *testing.T) {
			s := &v1alpha1.HostedSolution{Spec: v1alpha1.HostedSolutionSpec{InProduction: test.periods}}
			total := 0
			for _, p := range Production(s, 2022) {
				total += days(p.From, p.Until)
			}
			if got := InProduction(s, 2022); got != test.want || total != test.days {
				t.Errorf("%v and %d days, want %v and %d", got, total, test.want, test.days)
			}
		})
	}
}

func TestCompare(t *testing.T) {
	system := v1alpha1.StatementKind{Standard: "ISAE3000", Type: "Type2", Level: "Reasonable", Scope: "Specific", Parts: []v1alpha1.StatementPart{"GDPRControls"}}
	for name, test := range map[string]struct {
		required, received v1alpha1.StatementKind
		want               []string
	}{
		"the same":                        {system, system, nil},
		"nothing is required":             {v1alpha1.StatementKind{}, v1alpha1.StatementKind{}, nil},
		"more than is required":           {v1alpha1.StatementKind{Standard: "ISAE3000", Type: "Type1", Level: "Limited"}, system, nil},
		"general for specific":            {v1alpha1.StatementKind{Scope: "Specific"}, v1alpha1.StatementKind{Scope: "General"}, []string{"scope General for Specific"}},
		"specific for general":            {v1alpha1.StatementKind{Scope: "General"}, v1alpha1.StatementKind{Scope: "Specific"}, []string{"scope Specific for General"}},
		"type 1 for type 2":               {v1alpha1.StatementKind{Type: "Type2"}, v1alpha1.StatementKind{Type: "Type1"}, []string{"type Type1 for Type2"}},
		"another standard":                {v1alpha1.StatementKind{Standard: "ISAE3000"}, v1alpha1.StatementKind{Standard: "SOC2"}, []string{"standard SOC2 for ISAE3000"}},
		"a part that is missing":          {v1alpha1.StatementKind{Parts: []v1alpha1.StatementPart{"GDPRControls"}}, v1alpha1.StatementKind{Parts: []v1alpha1.StatementPart{"GeneralITControls"}}, []string{"parts GeneralITControls for GDPRControls"}},
		"nothing of the kind is recorded": {system, v1alpha1.StatementKind{}, []string{"standard ISAE3000 not recorded", "type Type2 not recorded", "level Reasonable not recorded", "scope Specific not recorded", "parts GDPRControls not recorded"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, d := range Compare(test.required, test.received) {
				got = append(got, d.String())
			}
			if d := cmp.Diff(test.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestADoubtSaysADayAsADay(t *testing.T) {
	for text, want := range map[v1alpha1.PartialDate]string{"2025-05-08": "it was received on 2025-05-08, before", "2025-05": "it was received in 2025-05, before"} {
		d := Doubt{Kind: BeforePeriodEnd, At: partial(text), Against: partial(v1alpha1.PartialDate("2025-12-31"))}
		if got := d.String(); !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
