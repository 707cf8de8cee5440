package date

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	const day = 24 * time.Hour
	for in, want := range map[string]time.Duration{
		"24h": day, "1h30m": 90 * time.Minute, "30d": 30 * day, "2w": 14 * day, "1d12h": 36 * time.Hour,
		"90s": 90 * time.Second, "0h": 0, "P30D": 30 * day, "PT24H": day, "P1W": 7 * day, "P1DT12H": 36 * time.Hour, "PT5M": 5 * time.Minute,
	} {
		got, err := ParseDuration(in)
		if err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %s, %v; want %s", in, got, err, want)
		}
	}
}

func TestParseDurationRefuses(t *testing.T) {
	for name, tc := range map[string]struct{ in, wants string }{
		"nothing":                           {"", "it is empty; write"},
		"a number without a unit":           {"24", "after 24 a unit is expected: y, mo, w, d, h, m, s"},
		"an unknown unit":                   {"24x", "a unit is expected"},
		"a fraction":                        {"1.5h", "a unit is expected"},
		"a negative length":                 {"-1h", "a whole number is expected"},
		"a unit without a number":           {"h", "a whole number is expected"},
		"units in the wrong order":          {"30m1h", "h is in the wrong place"},
		"the same unit twice":               {"1h1h", "h is in the wrong place"},
		"months":                            {"13mo", "write days, such as 30d"},
		"ISO months":                        {"P1M", "write days, such as 30d"},
		"an ISO duration of nothing":        {"P", "it names no length"},
		"an ISO time of nothing":            {"P1DT", "nothing follows T"},
		"a Go duration after ISO's P":       {"P24h", "a unit is expected: Y, M, W, D"},
		"hours before ISO's T":              {"P24H", "a unit is expected: Y, M, W, D"},
		"a number beyond reason":            {"99999999999999999999h", "too large"},
		"longer than a program lives":       {"1000000h", ""},
		"longer than the years of a nation": {"999999d", "longer than 200 years"},
		"a sum that would overflow":         {"73000d999999h", "longer than 200 years"},
		"space within":                      {"1h 30m", "a whole number is expected"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseDuration(tc.in)
			if tc.wants == "" {
				if err != nil {
					t.Fatalf("114 years are accepted, got %v", err)
				}
				return
			}
			if err == nil {
				t.Fatalf("ParseDuration(%q) = %s, want an error", tc.in, got)
			}
			if !strings.HasPrefix(err.Error(), "duration ") || !strings.Contains(err.Error(), tc.wants) {
				t.Errorf("error %q does not say %q", err, tc.wants)
			}
		})
	}
}

func TestParsePeriod(t *testing.T) {
	for in, want := range map[string]Period{
		"13mo": {Months: 13}, "1y6mo": {Months: 18}, "P13M": {Months: 13}, "P1Y": {Months: 12}, "30d": {Days: 30}, "2w1d": {Days: 15},
		"24h": {Clock: 24 * time.Hour}, "5m": {Clock: 5 * time.Minute}, "1mo5m": {Months: 1, Clock: 5 * time.Minute},
		"P1MT5M": {Months: 1, Clock: 5 * time.Minute}, "PT5M": {Clock: 5 * time.Minute},
	} {
		got, err := ParsePeriod(in)
		if err != nil || got != want {
			t.Errorf("ParsePeriod(%q) = %+v, %v; want %+v", in, got, err, want)
		}
	}
	if _, err := ParsePeriod("1 mo"); err == nil || !strings.HasPrefix(err.Error(), `period "1 mo": `) {
		t.Errorf("error %v does not name the period", err)
	}
}

func TestPeriodStepsByTheCalendar(t *testing.T) {
	for name, tc := range map[string]struct{ from, period, after string }{
		"a month":                                          {"2026-03-17T10:00:00+01:00", "1mo", "2026-04-17T10:00:00+02:00"},
		"the end of a month clamps":                        {"2026-01-31T10:00:00+01:00", "1mo", "2026-02-28T10:00:00+01:00"},
		"a leap day clamps a year later":                   {"2028-02-29T00:00:00+01:00", "1y", "2029-02-28T00:00:00+01:00"},
		"thirteen months":                                  {"2026-12-31T00:00:00+01:00", "13mo", "2028-01-31T00:00:00+01:00"},
		"a day over the lost hour has 23 hours":            {"2026-03-28T12:00:00+01:00", "1d", "2026-03-29T12:00:00+02:00"},
		"24 hours over the lost hour are 24 hours":         {"2026-03-28T12:00:00+01:00", "24h", "2026-03-29T13:00:00+02:00"},
		"a day over the gained hour has 25 hours":          {"2026-10-24T12:00:00+02:00", "1d", "2026-10-25T12:00:00+01:00"},
		"months come before days":                          {"2026-01-31T00:00:00+01:00", "1mo1d", "2026-03-01T00:00:00+01:00"},
		"the day is that of Copenhagen, not of the reader": {"2026-01-30T23:30:00Z", "1mo", "2026-02-27T23:30:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			from, err := time.Parse(time.RFC3339, tc.from)
			if err != nil {
				t.Fatal(err)
			}
			want, err := time.Parse(time.RFC3339, tc.after)
			if err != nil {
				t.Fatal(err)
			}
			p, err := ParsePeriod(tc.period)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.After(from); !got.Equal(want) {
				t.Errorf("%s after %s = %s, want %s", p, tc.from, got.Format(time.RFC3339), tc.after)
			}
		})
	}
}

func TestPeriodBefore(t *testing.T) {
	p, err := ParsePeriod("1mo")
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 3, 31, 8, 0, 0, 0, Copenhagen())
	if got, want := p.Before(from), time.Date(2026, 2, 28, 8, 0, 0, 0, Copenhagen()); !got.Equal(want) {
		t.Errorf("a month before %s = %s, want %s", from, got, want)
	}
}

func TestPeriodTextIsReadBack(t *testing.T) {
	const seed = 2
	r := rand.New(rand.NewPCG(seed, seed))
	for range 5000 {
		p := Period{Months: r.IntN(40), Days: r.IntN(400), Clock: time.Duration(r.IntN(200_000)) * time.Second}
		back, err := ParsePeriod(p.String())
		if err != nil || back != p {
			t.Fatalf("seed %d: %+v is written %q and read back as %+v, %v", seed, p, p, back, err)
		}
		at := time.Unix(1_600_000_000+r.Int64N(400_000_000), 0)
		if p.After(at).Before(at) || p.Before(at).After(at) {
			t.Fatalf("seed %d: %s from %s goes the wrong way", seed, p, at)
		}
	}
}

func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"24h", "30d", "13mo", "P13M", "P1Y2M3W4DT5H6M7S", "1h1h", "P", "PT", "99999999999999999999d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePeriod(s)
		if err != nil {
			return
		}
		if p.Months < 0 || p.Days < 0 || p.Clock < 0 {
			t.Fatalf("ParsePeriod(%q) = %+v is negative", s, p)
		}
		if back, err := ParsePeriod(p.String()); err != nil || back != p {
			t.Errorf("%q is written %q and read back as %+v, %v", s, p, back, err)
		}
		if d, err := ParseDuration(s); err == nil && d < 0 {
			t.Errorf("ParseDuration(%q) = %s overflowed", s, d)
		}
	})
}

func TestLength(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"0s": 0, "45s": 45*time.Second + 300*time.Millisecond, "15m": 15 * time.Minute, "1h30m": 90 * time.Minute, "1h0m5s": time.Hour + 5*time.Second,
		"24h": 24 * time.Hour, "36h": 36 * time.Hour, "2d": 48 * time.Hour, "2.5d": 60 * time.Hour, "90d": 90 * 24 * time.Hour, "365d": 365 * 24 * time.Hour,
	} {
		if got := Length(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}
