package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// iso3166 lists the officially assigned alpha-2 codes of ISO 3166-1.
const iso3166 = `
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT
MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ
UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`

// refusedAmong sends values, a list field at most at a time, and returns those that the API server objects to.
func refusedAmong(t *testing.T, values []string, perCall int, object func(values []string) (*unstructured.Unstructured, func(i int) string)) []string {
	t.Helper()
	var refused []string
	for chunk := range slices.Chunk(values, perCall) {
		doc, field := object(chunk)
		err := tryCreate(t, doc)
		for i, value := range chunk {
			if err != nil && strings.Contains(err.Error(), field(i)+": Invalid value") {
				refused = append(refused, value)
			}
		}
		if err != nil && len(refused) == 0 {
			t.Fatal(err)
		}
	}
	return refused
}

func TestExactlyTheCodesOfISO3166AreCountries(t *testing.T) {
	var all, want []string
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			all = append(all, code)
			if !slices.Contains(strings.Fields(iso3166), code) {
				want = append(want, code)
			}
		}
	}
	if len(want) != 26*26-249 {
		t.Fatalf("the list holds %d codes, ISO 3166-1 has 249", 26*26-len(want))
	}
	got := refusedAmong(t, all, 64, func(codes []string) (*unstructured.Unstructured, func(int) string) {
		at := find(t, "HostedSolution", "spec.locations.allowed")
		var allowed []any
		for _, code := range codes {
			allowed = append(allowed, map[string]any{"country": code})
		}
		at.set(allowed)
		return at.doc, func(i int) string { return fmt.Sprintf("spec.locations.allowed[%d].country", i) }
	})
	if !slices.Equal(got, want) {
		t.Errorf("refused %v,\nwant %v", got, want)
	}
}

func TestExactlyTheDaysOfTheCalendarAreDates(t *testing.T) {
	var all, want []string
	for _, year := range []int{1899, 1900, 1999, 2000, 2026, 2028, 2100, 2199, 2200} {
		for month := range 14 {
			for day := range 33 {
				text := fmt.Sprintf("%04d-%02d-%02d", year, month, day)
				_, err := time.Parse(time.DateOnly, text)
				all = append(all, text)
				if err != nil || year < 1900 || year > 2199 {
					want = append(want, text)
				}
			}
		}
	}
	got := refusedAmong(t, all, 100, func(days []string) (*unstructured.Unstructured, func(int) string) {
		at := find(t, "ControlProfile", "spec.controls")
		var controls []any
		for i, day := range days {
			controls = append(controls, map[string]any{"control": fmt.Sprintf("LOC-%02d", i), "mode": "Observe", "requiredFrom": day})
		}
		at.set(controls)
		return at.doc, func(i int) string { return fmt.Sprintf("spec.controls[%d].requiredFrom", i) }
	})
	if !slices.Equal(got, want) {
		t.Errorf("refused %d days, want %d", len(got), len(want))
	}
}

func TestWhatTheSchemaTakesForADateOrDurationTheOperatorReads(t *testing.T) {
	all := formats()
	for _, text := range all["a duration is a whole number and one unit"].good {
		if _, err := date.ParsePeriod(text); err != nil {
			t.Errorf("the schema accepts the duration %s: %v", text, err)
		}
	}
	for _, text := range []string{"1900-01-01", "2028-02-29", "2199-12-31"} {
		if p, err := date.Parse(text); err != nil || p.Precision() != date.Day {
			t.Errorf("the schema accepts the date %s: %v", text, err)
		}
	}
}
