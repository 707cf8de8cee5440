package date

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	for name, tc := range map[string]struct {
		in, first, end string
		precision      Precision
	}{
		"a year is twelve months":               {"2022", "2022-01-01", "2023-01-01", Year},
		"the first quarter starts in January":   {"2022-Q1", "2022-01-01", "2022-04-01", Quarter},
		"the last quarter ends with the year":   {"2022-Q4", "2022-10-01", "2023-01-01", Quarter},
		"a month ends on its last day":          {"2022-03", "2022-03-01", "2022-04-01", Month},
		"February of a leap year has 29 days":   {"2024-02", "2024-02-01", "2024-03-01", Month},
		"a day is one day":                      {"2022-03-17", "2022-03-17", "2022-03-18", Day},
		"the last day of a year ends next year": {"2022-12-31", "2022-12-31", "2023-01-01", Day},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := Parse(tc.in)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.First().Format("2006-01-02"); got != tc.first {
				t.Errorf("First() = %s, want %s", got, tc.first)
			}
			if got := p.End().Format("2006-01-02"); got != tc.end {
				t.Errorf("End() = %s, want %s", got, tc.end)
			}
			if p.Precision() != tc.precision {
				t.Errorf("Precision() = %s, want %s", p.Precision(), tc.precision)
			}
			if p.String() != tc.in {
				t.Errorf("String() = %q, want it as written, %q", p, tc.in)
			}
			if p.First().Hour() != 0 || p.First().Location().String() != "Europe/Copenhagen" {
				t.Errorf("First() = %s, want midnight in Copenhagen", p.First())
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for name, tc := range map[string]struct{ in, wants string }{
		"nothing":                  {"", "write a day (2022-03-17)"},
		"a month that is not":      {"2022-13", "month 13 does not exist; use 01 to 12"},
		"month zero":               {"2022-00", "month 0 does not exist"},
		"a day that is not":        {"2023-02-29", "2023-02 has days 01 to 28"},
		"day zero":                 {"2023-02-00", "day 0 does not exist"},
		"a fifth quarter":          {"2022-Q5", "use Q1 to Q4"},
		"a small quarter letter":   {"2022-q2", "2022-Q2"},
		"a time of day":            {"2022-03-17T10:00:00Z", "write a day"},
		"a Danish date":            {"17-03-2022", "write a day"},
		"a month of one digit":     {"2022-3", "write a day"},
		"a sign":                   {"-022-03-17", "write a day"},
		"a year nobody lives in":   {"0202-03-17", "between 1900 and 2199"},
		"surrounding space":        {" 2022", "write a day"},
		"digits of another script": {"٢٠٢٢", "write a day"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := Parse(tc.in)
			if err == nil {
				t.Fatalf("Parse(%q) = %s, want an error", tc.in, p)
			}
			if !strings.Contains(err.Error(), tc.wants) {
				t.Errorf("error %q does not say %q", err, tc.wants)
			}
		})
	}
}

func TestBefore(t *testing.T) {
	for name, tc := range map[string]struct {
		p, q string
		want Tri
	}{
		"an earlier day":                                    {"2022-03-16", "2022-03-17", Yes},
		"the same day":                                      {"2022-03-17", "2022-03-17", No},
		"a later day":                                       {"2022-03-18", "2022-03-17", No},
		"a day within the month compared with":              {"2022-03-17", "2022-03", Maybe},
		"the first day of the month compared with":          {"2022-03-01", "2022-03", Maybe},
		"the last day of the month compared with":           {"2022-03-31", "2022-03", No},
		"a month that ends where the quarter starts":        {"2022-03", "2022-Q2", Yes},
		"a quarter after the month":                         {"2022-Q2", "2022-03", No},
		"the same year":                                     {"2022", "2022", Maybe},
		"a year before":                                     {"2021", "2022-Q1", Yes},
		"a month compared with its first day":               {"2022-03", "2022-03-01", No},
		"a month compared with the day after its first day": {"2022-03", "2022-03-02", Maybe},
	} {
		t.Run(name, func(t *testing.T) {
			p, q := mustParse(t, tc.p), mustParse(t, tc.q)
			if got := p.Before(q); got != tc.want {
				t.Errorf("%s before %s = %s, want %s", p, q, got, tc.want)
			}
			if got := q.After(p); got != tc.want {
				t.Errorf("%s after %s = %s, want %s", q, p, got, tc.want)
			}
		})
	}
	t.Run("no date settles nothing", func(t *testing.T) {
		if got := (Partial{}).Before(mustParse(t, "2022")); got != Maybe {
			t.Errorf("got %s, want maybe", got)
		}
	})
}

func TestComparisonWithAnInstant(t *testing.T) {
	at := time.Date(2022, 3, 17, 12, 0, 0, 0, Copenhagen())
	for name, tc := range map[string]struct {
		in            string
		before, after Tri
	}{
		"the day before":    {"2022-03-16", Yes, No},
		"the day itself":    {"2022-03-17", Maybe, Maybe},
		"the day after":     {"2022-03-18", No, Yes},
		"the month":         {"2022-03", Maybe, Maybe},
		"the month before":  {"2022-02", Yes, No},
		"the year after":    {"2023", No, Yes},
		"the quarter of it": {"2022-Q1", Maybe, Maybe},
	} {
		t.Run(name, func(t *testing.T) {
			p := mustParse(t, tc.in)
			if got := p.BeforeTime(at); got != tc.before {
				t.Errorf("BeforeTime = %s, want %s", got, tc.before)
			}
			if got := p.AfterTime(at); got != tc.after {
				t.Errorf("AfterTime = %s, want %s", got, tc.after)
			}
		})
	}
}

func TestEndOfValidity(t *testing.T) {
	for name, tc := range map[string]struct{ in, want string }{
		"in winter it is an hour before midnight UTC":  {"2026-12-31", "2026-12-30T23:00:00Z"},
		"in summer it is two hours before":             {"2026-07-01", "2026-06-30T22:00:00Z"},
		"on the day the clock goes forward":            {"2026-03-29", "2026-03-28T23:00:00Z"},
		"on the day after the clock went forward":      {"2026-03-30", "2026-03-29T22:00:00Z"},
		"on the day the clock goes back":               {"2026-10-25", "2026-10-24T22:00:00Z"},
		"on the day after the clock went back":         {"2026-10-26", "2026-10-25T23:00:00Z"},
		"on a leap day":                                {"2028-02-29", "2028-02-28T23:00:00Z"},
		"a month is refused":                           {"2026-12", ""},
		"a quarter is refused, with a day as the mend": {"2026-Q3", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := EndOfValidity(tc.in)
			if tc.want == "" {
				if err == nil || !strings.Contains(err.Error(), "needs a day, such as "+mustParse(t, tc.in).first().text()) {
					t.Fatalf("error %v does not name a day", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if text := got.UTC().Format(time.RFC3339); text != tc.want {
				t.Errorf("got %s, want %s", text, tc.want)
			}
		})
	}
}

func TestOfIsTheDayInCopenhagen(t *testing.T) {
	if got := Of(time.Date(2026, 7, 1, 22, 30, 0, 0, time.UTC)).String(); got != "2026-07-02" {
		t.Errorf("22:30 UTC in summer is %s in Copenhagen, want 2026-07-02", got)
	}
}

// Before must agree with what holds for every pair of days the dates can mean.
func TestBeforeAgreesWithEveryPairOfDays(t *testing.T) {
	const seed = 1
	r := rand.New(rand.NewPCG(seed, seed))
	for range 3000 {
		p, q := randomPartial(r), randomPartial(r)
		all, some := true, false
		for i := p.First(); i.Before(p.End()); i = nextDay(i) {
			for j := q.First(); j.Before(q.End()); j = nextDay(j) {
				all, some = all && i.Before(j), some || i.Before(j)
			}
		}
		want := Maybe
		if all {
			want = Yes
		} else if !some {
			want = No
		}
		if got := p.Before(q); got != want {
			t.Fatalf("seed %d: %s before %s = %s, want %s", seed, p, q, got, want)
		}
	}
}

func nextDay(t time.Time) time.Time { return t.AddDate(0, 0, 1) }

func randomPartial(r *rand.Rand) Partial {
	p := Partial{year: int16(2023 + r.IntN(2)), month: 1, day: 1, precision: Year}
	switch r.IntN(8) {
	case 0:
	case 1, 2:
		p.month, p.precision = int8(1+3*r.IntN(4)), Quarter
	case 3, 4:
		p.month, p.precision = int8(1+r.IntN(12)), Month
	default:
		p.month, p.precision = int8(1+r.IntN(12)), Day
		p.day = int8(1 + r.IntN(daysIn(int(p.year), int(p.month))))
	}
	return p
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2022", "2022-Q2", "2022-03", "2022-03-17", "2022-13-01", "", "2022-Q", "2022-02-30"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := Parse(s)
		if err != nil {
			return
		}
		if p.String() != s {
			t.Errorf("Parse(%q).String() = %q", s, p)
		}
		if !p.First().Before(p.End()) {
			t.Errorf("%q is an empty interval", s)
		}
	})
}

func mustParse(t *testing.T, s string) Partial {
	t.Helper()
	p, err := Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
