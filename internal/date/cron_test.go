package date

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestNext(t *testing.T) {
	from := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		expr    string
		dialect Dialect
		want    string
	}{
		"five fields at two at night": {"0 2 * * *", Standard5, "2026-11-23T02:00:00Z"},
		"a word":                      {"@daily", Standard5, "2026-11-23T00:00:00Z"},
		"an interval counts from the instant asked about": {"@every 6h", Standard5, "2026-11-22T18:00:00Z"},
		"a zone in front":                                  {"CRON_TZ=Europe/Copenhagen 0 2 * * *", Standard5, "2026-11-23T01:00:00Z"},
		"the older zone prefix":                            {"TZ=Asia/Tokyo 0 2 * * *", Standard5, "2026-11-22T17:00:00Z"},
		"a weekday by name":                                {"30 3 * * mon", Standard5, "2026-11-23T03:30:00Z"},
		"K8up reads standard schedules too":                {"0 2 * * *", K8up, "2026-11-23T02:00:00Z"},
		"a random day is over after a day":                 {"@daily-random", K8up, "2026-11-23T12:00:00Z"},
		"six fields have the seconds first":                {"0 0 2 * * *", CNPG, "2026-11-23T02:00:00Z"},
		"five fields of CNPG are not what they look like":  {"0 2 * * *", CNPG, "2026-11-22T12:02:00Z"},
		"a word in CNPG":                                   {"@weekly", CNPG, "2026-11-29T00:00:00Z"},
		"the leap day":                                     {"0 0 29 2 *", Standard5, "2028-02-29T00:00:00Z"},
		"a question mark is a star":                        {"0 2 ? * *", Standard5, "2026-11-23T02:00:00Z"},
		"space around is nothing":                          {"  0 2 * * *  ", Standard5, "2026-11-23T02:00:00Z"},
		"a day of month and a weekday are either of them":  {"0 0 1 * tue", Standard5, "2026-11-24T00:00:00Z"},
		"a stepped day of month and a weekday are either ": {"0 0 */28 * tue", Standard5, "2026-11-24T00:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := ParseCron(tc.expr, tc.dialect, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Next(from).UTC().Format(time.RFC3339); got != tc.want {
				t.Errorf("Next = %s, want %s", got, tc.want)
			}
		})
	}
}

func TestParseCronFlags(t *testing.T) {
	for name, tc := range map[string]struct {
		expr               string
		dialect            Dialect
		random, fiveFields bool
	}{
		"five fields of CNPG are flagged":     {"0 2 * * *", CNPG, false, true},
		"six fields of CNPG are not":          {"0 0 2 * * *", CNPG, false, false},
		"five fields of others are not":       {"0 2 * * *", Standard5, false, false},
		"a random word of K8up is random":     {"@weekly-random", K8up, true, false},
		"an ordinary word of K8up is not":     {"@weekly", K8up, false, false},
		"an interval is not":                  {"@every 1h", K8up, false, false},
		"the yearly word has a second form":   {"@annually-random", K8up, true, false},
		"a zone prefix is no field of itself": {"CRON_TZ=UTC 0 2 * * *", CNPG, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := ParseCron(tc.expr, tc.dialect, nil)
			if err != nil {
				t.Fatal(err)
			}
			if s.Random() != tc.random || s.FiveFields() != tc.fiveFields {
				t.Errorf("Random %t, FiveFields %t; want %t, %t", s.Random(), s.FiveFields(), tc.random, tc.fiveFields)
			}
		})
	}
}

func TestParseCronRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		expr    string
		dialect Dialect
		wants   string
	}{
		"nothing":                          {"", Standard5, "it is empty"},
		"six fields for a CronJob":         {"0 0 2 * * *", Standard5, "reads five"},
		"four fields for CNPG":             {"0 2 * *", CNPG, "reads six"},
		"an hour that is not":              {"0 25 * * *", Standard5, "above maximum"},
		"a day no month has":               {"0 0 31 2 *", Standard5, "never runs"},
		"a field of commas":                {"0 2 , * *", Standard5, `the field "," is empty`},
		"a random word outside K8up":       {"@daily-random", Standard5, "the word @daily-random is unknown"},
		"an unknown word":                  {"@noon", K8up, "unknown"},
		"an interval of nothing":           {"@every 0s", Standard5, "at least one second"},
		"a negative interval":              {"@every -5h", Standard5, "at least one second"},
		"an interval in days":              {"@every 1d", Standard5, "@every 6h"},
		"an unknown zone":                  {"CRON_TZ=Europe/Kobenhavn 0 2 * * *", Standard5, "write a name such as Europe/Copenhagen"},
		"a zone and nothing else":          {"TZ=UTC", Standard5, "nothing follows the time zone"},
		"two zones":                        {"TZ=UTC TZ=UTC", Standard5, "reads five"},
		"two zones before a schedule":      {"TZ=UTC TZ=UTC 0 2 * * *", Standard5, "reads five"},
		"two zones that make five fields":  {"TZ=UTC TZ=UTC 2 * * *", Standard5, ""},
		"no zone name":                     {"TZ= 0 2 * * *", Standard5, "is not fixed"},
		"the zone of whoever reads it":     {"TZ=Local 0 2 * * *", Standard5, "is not fixed"},
		"an expression as long as a novel": {strings.Repeat("1,", 400) + " * * * *", Standard5, "longer than 256"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseCron(tc.expr, tc.dialect, nil)
			if err == nil {
				t.Fatal("want an error")
			}
			if !strings.Contains(err.Error(), tc.wants) {
				t.Errorf("error %q does not say %q", err, tc.wants)
			}
		})
	}
}

func TestMaxGap(t *testing.T) {
	const day = 24 * time.Hour
	for name, tc := range map[string]struct {
		expr    string
		dialect Dialect
		want    time.Duration
	}{
		"every hour":               {"0 * * * *", Standard5, time.Hour},
		"every quarter of an hour": {"*/15 * * * *", Standard5, 15 * time.Minute},
		"every second":             {"* * * * * *", CNPG, time.Second},
		"uneven minutes":           {"0,10 * * * *", Standard5, 50 * time.Minute},
		"daily in UTC":             {"0 2 * * *", Standard5, day},
		"daily in Copenhagen has a day of 25 hours":            {"CRON_TZ=Europe/Copenhagen 0 12 * * *", Standard5, 25 * time.Hour},
		"an hour that is skipped once a year":                  {"CRON_TZ=Europe/Copenhagen 30 2 * * *", Standard5, 47 * time.Hour},
		"hourly in Copenhagen is hourly":                       {"CRON_TZ=Europe/Copenhagen 0 * * * *", Standard5, time.Hour},
		"working days leave the weekend":                       {"0 2 * * 1-5", Standard5, 3 * day},
		"working hours leave the night":                        {"0 8-17 * * *", Standard5, 15 * time.Hour},
		"working hours of working days":                        {"0 8-17 * * 1-5", Standard5, 2*day + 15*time.Hour},
		"weekly":                                               {"@weekly", Standard5, 7 * day},
		"monthly":                                              {"@monthly", Standard5, 31 * day},
		"the 31st leaves months out":                           {"0 0 31 * *", Standard5, 61 * day},
		"the leap day":                                         {"0 0 29 2 *", Standard5, 1461 * day},
		"an interval":                                          {"@every 6h", Standard5, 6 * time.Hour},
		"random within a day":                                  {"@daily-random", K8up, day},
		"random within a month":                                {"@monthly-random", K8up, 31 * day},
		"random within a year":                                 {"@yearly-random", K8up, 366 * day},
		"six fields":                                           {"0 30 2 * * *", CNPG, day},
		"five fields of CNPG run every hour":                   {"0 2 * * *", CNPG, time.Hour},
		"a day of month or a weekday, whichever":               {"0 0 1 * tue", Standard5, 7 * day},
		"a shift by half an hour makes the library skip a day": {"CRON_TZ=Australia/Lord_Howe 0 12 * * *", Standard5, 48*time.Hour + 30*time.Minute},
		"a zone whose midnight is sometimes missing":           {"CRON_TZ=Africa/Cairo 0 12 * * *", Standard5, 25 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := ParseCron(tc.expr, tc.dialect, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.MaxGap(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)); got != tc.want {
				t.Errorf("MaxGap = %s, want %s", got, tc.want)
			}
		})
	}
	t.Run("the leap day over a century without one", func(t *testing.T) {
		s, err := ParseCron("0 0 29 2 *", Standard5, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := s.MaxGap(time.Date(2096, 1, 1, 0, 0, 0, 0, time.UTC)), 2921*day; got != want {
			t.Errorf("MaxGap = %s, want %s", got, want)
		}
	})
}

// MaxGap must be what a walk along the runs finds.
func TestMaxGapAgreesWithAWalk(t *testing.T) {
	const seed = 3
	r := rand.New(rand.NewPCG(seed, seed))
	zones := []*time.Location{time.UTC, Copenhagen()}
	for range 60 {
		expr := randomExpression(r)
		loc := zones[r.IntN(len(zones))]
		s, err := ParseCron(expr, Standard5, loc)
		if err != nil {
			continue
		}
		from := time.Date(2026, 1, 1, 0, 0, 0, 0, loc)
		var longest time.Duration
		prev := s.Next(from)
		for end := from.AddDate(gapYears, 0, 0); !prev.IsZero() && prev.Before(end); {
			next := s.Next(prev)
			longest = max(longest, next.Sub(prev))
			prev = next
		}
		// Months apart, a calendar gap may hold a shift that always shortens it.
		slack := time.Duration(0)
		if longest > 32*24*time.Hour {
			slack = time.Hour
		}
		if got := s.MaxGap(from); got < longest || got > longest+slack {
			t.Errorf("seed %d: MaxGap(%q in %s) = %s, a walk finds %s", seed, expr, loc, got, longest)
		}
	}
}

func randomExpression(r *rand.Rand) string {
	pick := func(options ...string) string { return options[r.IntN(len(options))] }
	return strings.Join([]string{
		pick("0", "30", "5,50"), pick("2", "0", "3", "1-4", "22", "*/12"),
		pick("*", "*", "1", "15", "31", "*/10"), pick("*", "*", "1-6", "3,10"), pick("*", "*", "1-5", "sun", "3"),
	}, " ")
}

func FuzzParseCron(f *testing.F) {
	for _, s := range []string{"0 2 * * *", "@every 6h", "TZ=UTC", "CRON_TZ=Europe/Copenhagen 0 2 * * *", "TZ=UTC TZ=UTC", "@daily-random",
		"*/7 1-3 */2 1,2 mon-fri", "0 0 31 2 *", ", , , , ,", "59 59 23 31 12 *", "0 0 * * 7"} {
		f.Add(s, int8(0))
		f.Add(s, int8(1))
		f.Add(s, int8(2))
	}
	from := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, expr string, d int8) {
		s, err := ParseCron(expr, Dialect(d&3), nil)
		if err != nil {
			return
		}
		if next := s.Next(from); !next.After(from) {
			t.Errorf("%q: the next run after %s is %s", expr, from, next)
		}
		if gap := s.MaxGap(from); gap <= 0 || gap > 8*366*24*time.Hour {
			t.Errorf("%q: the longest gap is %s", expr, gap)
		}
	})
}

func BenchmarkMaxGap(b *testing.B) {
	for name, expr := range map[string]string{"daily": "0 2 * * *", "minutely": "* * * * *", "daily in Copenhagen": "CRON_TZ=Europe/Copenhagen 0 2 * * *", "minutely in Copenhagen": "CRON_TZ=Europe/Copenhagen * * * * *"} {
		s, err := ParseCron(expr, Standard5, nil)
		if err != nil {
			b.Fatal(err)
		}
		from := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s.MaxGap(from)
			}
		})
	}
}
