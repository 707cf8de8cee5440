package scan

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// noise makes texts as they stand in objects that hold no personal data. The docs of DPD-03 give the rates measured here.
type noise struct{ *rand.Rand }

func (n noise) bytes(count int) []byte {
	out := make([]byte, count)
	for i := range out {
		out[i] = byte(n.Uint32())
	}
	return out
}

func (n noise) letters(alphabet string, count int) string {
	var b strings.Builder
	for range count {
		b.WriteByte(alphabet[n.IntN(len(alphabet))])
	}
	return b.String()
}

func (n noise) digits(count int) string { return n.letters("0123456789", count) }

func (n noise) instant() time.Time {
	return time.Unix(1_500_000_000+n.Int64N(400_000_000), n.Int64N(1e9)).UTC()
}

const suffixes = "bcdfghjklmnpqrstvwxz2456789"

// ordinary are kinds of text that most objects have.
func (n noise) ordinary() map[string]func() string {
	return map[string]func() string{
		"names of pods": func() string { return "aula-web-" + n.letters(suffixes, 10) + "-" + n.letters(suffixes, 5) },
		"names of jobs": func() string {
			return "erase-" + strconv.FormatInt(n.instant().Unix()/60, 10) + "-" + n.letters(suffixes, 5)
		},
		"images by digest": func() string { return "registry.example.org/aula/web@sha256:" + hex.EncodeToString(n.bytes(32)) },
		"images by version": func() string {
			return fmt.Sprintf("registry.example.org/aula/web:v%d.%d.%d-build.%d", n.IntN(20), n.IntN(99), n.IntN(99), n.IntN(99999))
		},
		"images by day": func() string {
			return "web:" + n.instant().Format("20060102-1504") + "-" + hex.EncodeToString(n.bytes(4))
		},
		"commits": func() string { return hex.EncodeToString(n.bytes(20)) },
		"identities": func() string {
			b := hex.EncodeToString(n.bytes(16))
			return b[:8] + "-" + b[8:12] + "-" + b[12:16] + "-" + b[16:20] + "-" + b[20:]
		},
		"instants": func() string { return n.instant().Format(time.RFC3339Nano) },
		"lines of logs": func() string {
			return n.instant().Format("2006/01/02 15:04:05.000000") + " took " + strconv.FormatFloat(n.Float64()*100, 'f', -1, 64) + " ms"
		},
		"resource versions": func() string { return strconv.Itoa(n.IntN(1_000_000_000)) },
		"milliseconds":      func() string { return strconv.FormatInt(n.instant().UnixMilli(), 10) },
		"nanoseconds":       func() string { return strconv.FormatInt(n.instant().UnixNano(), 10) },
		"quantities":        func() string { return strconv.FormatInt(n.Int64N(1<<40), 10) + "Ki" },
		"addresses": func() string {
			return fmt.Sprintf("10.%d.%d.%d:%d", n.IntN(256), n.IntN(256), n.IntN(256), n.IntN(65536))
		},
		"configuration": func() string {
			return fmt.Sprintf(`{"port":%d,"timeout":"%ds","max":%d,"ratio":0.%s}`, n.IntN(65536), n.IntN(900), n.IntN(1<<20), n.digits(12))
		},
		"random base64": func() string { return base64.StdEncoding.EncodeToString(n.bytes(300)) },
		"certificates": func() string {
			return "-----BEGIN CERTIFICATE-----\n" + base64.StdEncoding.EncodeToString(n.bytes(900)) + "\n-----END CERTIFICATE-----"
		},
		"annotations of pod": func() string {
			return fmt.Sprintf(`{"cniVersion":"0.3.1","ips":[{"address":"10.244.%d.%d/32"}],"mac":"%s"}`, n.IntN(256), n.IntN(256), hex.EncodeToString(n.bytes(6)))
		},
	}
}

// numerals are numbers of things, the hardest to tell from those of persons.
func (n noise) numerals() map[string]func() string {
	return map[string]func() string{
		"telephone numbers of eight digits":    func() string { return n.digits(8) },
		"telephone numbers with their country": func() string { return "+45 " + n.digits(8) },
		"numbers of companies":                 func() string { return "CVR " + n.digits(8) },
		"numbers of locations":                 func() string { return "57980" + n.digits(8) },
		"seconds since 1970":                   func() string { return strconv.FormatInt(n.instant().Unix(), 10) },
		"minutes as year to minute":            func() string { return n.instant().Format("060102-1504") },
		"account numbers":                      func() string { return n.digits(4) + "-" + n.digits(10) },
		"numbers of orders, called so":         func() string { return "order=" + n.digits(10) },
		"lists of numbers of ten digits": func() string {
			out := make([]string, 30)
			for i := range out {
				out[i] = n.digits(10)
			}
			return strings.Join(out, "\n")
		},
		"single numbers of ten digits of which nobody says what they are": func() string { return n.digits(10) },
		"six digits, a hyphen, four digits":                               func() string { return n.digits(6) + "-" + n.digits(4) },
	}
}

// TestOrdinaryTextIsSeldomTakenForPersonalData asserts upper bounds for the share of texts with a match of at least medium
// confidence.
func TestOrdinaryTextIsSeldomTakenForPersonalData(t *testing.T) {
	const seed, each = 20261122, 20_000
	n := noise{rand.New(rand.NewPCG(seed, 0))}
	rate := func(text func() string) float64 {
		hits := 0
		for range each {
			for _, m := range Personal("", text()) {
				if m.Confidence >= Medium {
					hits++
					break
				}
			}
		}
		return float64(hits) / each
	}
	sum := 0.0
	kinds := n.ordinary()
	for _, kind := range sorted(kinds) {
		r := rate(kinds[kind])
		sum += r
		if r > 0.0005 {
			t.Errorf("seed %d: %s: %.4f %% are taken for personal data", seed, kind, 100*r)
		}
		t.Logf("%-20s %.4f %%", kind, 100*r)
	}
	if mean := sum / float64(len(kinds)); mean > 0.0001 {
		t.Errorf("seed %d: %.4f %% of ordinary texts are taken for personal data", seed, 100*mean)
	} else {
		t.Logf("%-20s %.4f %%", "all ordinary texts", 100*mean)
	}
	limits := map[string]float64{"account numbers": 0.005, "numbers of orders, called so": 0.005, "lists of numbers of ten digits": 0.12,
		"single numbers of ten digits of which nobody says what they are": 0.035, "six digits, a hyphen, four digits": 0.035, "seconds since 1970": 0.02}
	numerals := n.numerals()
	for _, kind := range sorted(numerals) {
		r := rate(numerals[kind])
		if r > limits[kind] {
			t.Errorf("seed %d: %s: %.4f %% are taken for personal data", seed, kind, 100*r)
		}
		t.Logf("%-64s %.2f %%", kind, 100*r)
	}
}

// TestEveryWrittenNumberIsFound asserts that numbers as they are issued are found, whatever their check digit.
func TestEveryWrittenNumberIsFound(t *testing.T) {
	const seed, each = 20261122, 20_000
	n := noise{rand.New(rand.NewPCG(seed, 1))}
	missed, bare := 0, 0
	for range each {
		born := time.Date(1937, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n.IntN(365*89))
		seventh := "0123"
		if born.Year() >= 2000 {
			seventh = "456789"
		}
		number := n.letters(seventh, 1) + n.digits(3)
		if at(Personal("", "see "+born.Format("020106")+"-"+number+" in"), CPR) < Medium {
			missed++
		}
		if at(Personal("", born.Format("020106")+number), CPR) < Medium {
			bare++
		}
	}
	if missed > 0 {
		t.Errorf("seed %d: %d of %d numbers written with a hyphen are missed", seed, missed, each)
	}
	if share := float64(bare) / each; share > 0.13 {
		t.Errorf("seed %d: %.1f %% of numbers written in a row, with nothing beside them, are missed", seed, 100*share)
	} else {
		t.Logf("%.1f %% of numbers written in a row, with nothing beside them, are of low confidence", 100*share)
	}
}

func BenchmarkPersonal(b *testing.B) {
	n := noise{rand.New(rand.NewPCG(1, 0))}
	texts := map[string]string{
		"label":       "aula-web",
		"name":        "aula-web-5d4f8c7b6d-x2x4z",
		"commit":      hex.EncodeToString(n.bytes(20)),
		"instant":     n.instant().Format(time.RFC3339Nano),
		"certificate": base64.StdEncoding.EncodeToString(n.bytes(60_000)),
		"sentences":   strings.Repeat("log_level: info  # of the server on port 8080, see docs\n", 1000),
		"numbers":     n.ordinary()["configuration"](),
	}
	for _, name := range sorted(texts) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(texts[name])))
			for b.Loop() {
				Personal("", texts[name])
			}
		})
	}
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
