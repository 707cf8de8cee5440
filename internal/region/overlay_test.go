package region

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestWithOverlay(t *testing.T) {
	base := tables(t)
	for name, tc := range map[string]struct {
		own      []OwnRegion
		adequacy []AdequacyOverride
		err      string // empty: none
		ask      [3]string
		want     string
	}{
		"an own data centre": {[]OwnRegion{{Provider: "Own", Region: "aarhus-1", Countries: []string{"dk"}}}, nil, "", [3]string{"own", "aarhus-1", ""}, "DK"},
		"a stretched one": {[]OwnRegion{{Provider: "own", Region: "north", Countries: []string{"SE", "DK"}, Zones: []OwnZone{{"copenhagen", []string{"DK"}}}}}, nil, "",
			[3]string{"own", "north", ""}, "DK SE"},
		"a zone of it": {[]OwnRegion{{Provider: "own", Region: "north", Countries: []string{"SE", "DK"}, Zones: []OwnZone{{"copenhagen", []string{"DK"}}}}}, nil, "",
			[3]string{"own", "north", "Copenhagen"}, "DK"},
		"a new local zone of a known region": {[]OwnRegion{{Provider: "aws", Region: "eu-north-1", Zones: []OwnZone{{"eu-north-1-osl-1a", []string{"NO"}}}}}, nil, "",
			[3]string{"aws", "eu-north-1", "eu-north-1-osl-1a"}, "NO"},
		"a known region, confirmed": {[]OwnRegion{{Provider: "aws", Region: "eu-north-1", Countries: []string{"SE"}}}, nil, "", [3]string{"aws", "eu-north-1", ""}, "SE"},
		"a known region, moved": {[]OwnRegion{{Provider: "aws", Region: "eu-west-2", Countries: []string{"DK"}}}, nil,
			"regions[0] (aws eu-west-2): the region table has it in GB, not DK", [3]string{"aws", "eu-west-2", ""}, "GB"},
		"a known zone, moved": {[]OwnRegion{{Provider: "aws", Region: "us-east-1", Zones: []OwnZone{{"us-east-1-bue-1a", []string{"DK"}}}}}, nil,
			`zone "us-east-1-bue-1a": it is known as a zone of`, [3]string{"aws", "us-east-1", "us-east-1-bue-1a"}, "AR"},
		"an ordinary zone, moved": {[]OwnRegion{{Provider: "aws", Region: "us-east-1", Zones: []OwnZone{{"us-east-1a", []string{"DK"}}}}}, nil,
			`zone "us-east-1a": it is known`, [3]string{"aws", "us-east-1", "us-east-1a"}, "US"},
		"a region of nowhere":      {[]OwnRegion{{Provider: "own", Region: "x"}}, nil, "name the country it lies in", [3]string{"own", "x", ""}, ""},
		"a region without a name":  {[]OwnRegion{{Provider: "own", Countries: []string{"DK"}}}, nil, "the region is empty", [3]string{"own", "", ""}, ""},
		"a name no label can hold": {[]OwnRegion{{Provider: "own", Region: "Århus", Countries: []string{"DK"}}}, nil, "cannot be the value of a node label", [3]string{"own", "århus", ""}, ""},
		"a region without a provider": {[]OwnRegion{{Region: "x", Countries: []string{"DK"}}}, nil,
			"the provider is empty", [3]string{"", "x", ""}, ""},
		"an unknown country": {[]OwnRegion{{Provider: "own", Region: "x", Countries: []string{"UK"}}}, nil, "use GB", [3]string{"own", "x", ""}, ""},
		"a wrong entry beside a right one": {[]OwnRegion{{Provider: "own", Region: "x"}, {Provider: "own", Region: "y", Countries: []string{"DK"}}}, nil,
			"regions[0]", [3]string{"own", "y", ""}, "DK"},
		"a decision without a start": {nil, []AdequacyOverride{{Country: "KE", Decision: "d", Status: "InForce"}},
			"adequacy[0] (KE): it goes further", [3]string{"aws", "eu-north-1", ""}, "SE"},
		"a decision of unknown standing": {nil, []AdequacyOverride{{Country: "KE", Decision: "d", ValidFrom: "2026-01-01", Status: "in-force"}},
			"use InForce, Contested", [3]string{"aws", "eu-north-1", ""}, "SE"},
		"a decision without a number": {nil, []AdequacyOverride{{Country: "KE", ValidFrom: "2026-01-01", Status: "InForce"}},
			"it goes further than the built-in table", [3]string{"aws", "eu-north-1", ""}, "SE"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := base.WithOverlay(tc.own, tc.adequacy)
			if (err == nil) != (tc.err == "") || err != nil && !strings.Contains(err.Error(), tc.err) {
				t.Fatalf("error %v, want %q", err, tc.err)
			}
			p, _ := got.Lookup(tc.ask[0], tc.ask[1], tc.ask[2])
			if countries := strings.Join(p.Countries, " "); countries != tc.want {
				t.Errorf("Lookup%v = %s, want %q", tc.ask, p, tc.want)
			}
		})
	}
}

func TestOverlayOfDecisions(t *testing.T) {
	base := tables(t)
	now := at(t, "2026-11-22")
	over, err := base.WithOverlay(nil, []AdequacyOverride{
		{Country: "KE", Decision: "(EU) 2026/999", ValidFrom: "2026-06-01", Status: "InForce"},
		{Country: "CH", Decision: "2000/518/EC", ValidFrom: "2000-07-26", ValidTo: "2026-11-01", Status: "InForce"},
		{Country: "NZ", Decision: "2013/65/EU", ValidFrom: "2012-12-19", Status: "Suspended"},
	})
	if err != nil {
		t.Fatal(err)
	}
	before, after := base.adequate(now), over.adequate(now)
	if slices.Contains(before, "KE") || !slices.Contains(before, "CH") || !slices.Contains(before, "NZ") {
		t.Errorf("the base tables changed: %v", before)
	}
	if slices.Contains(after, "KE") || slices.Contains(after, "CH") || slices.Contains(after, "NZ") || !slices.Contains(after, "GB") {
		t.Errorf("the overlay does not hold: %v", after)
	}
	if rows := over.Adequacy("KE"); len(rows) != 1 || !rows[0].Declared || !rows[0].InForce(now) {
		t.Errorf("the decision about KE is %+v, want one that is in force by declaration", rows)
	}
}

// covered lists how the decisions about a country stand in a year for everybody, the firmest of each kind of table.
func covered(tables *Tables, country string, at time.Time) (embedded, declared int) {
	for _, d := range tables.Adequacy(country) {
		if !d.InForce(at) {
			continue
		}
		worth := 2 * d.Status.firmness()
		if d.Scope == "" {
			worth++
		}
		if d.Declared {
			declared = max(declared, worth)
		} else {
			embedded = max(embedded, worth)
		}
	}
	return embedded, declared
}

func TestNoOverlayMakesAnEmbeddedDecisionGoFurther(t *testing.T) {
	const seed = 20261122
	r := rand.New(rand.NewPCG(seed, 1))
	base := tables(t)
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	day := func() string {
		return pick("", "1999-01-01", "2021-06-28", "2023-07-10", "2026-06-01", "2031-12-27", "2040-01-01")
	}
	declarations := 0
	for range 5000 {
		o := AdequacyOverride{Country: pick("US", "GB", "IN", "CA", "JP", "CH"), Decision: pick("", "(EU) 2027/1"), Scope: pick("", "some recipients"),
			ValidFrom: day(), ValidTo: day(), Status: pick("InForce", "Contested", "Suspended", "Annulled")}
		over, err := base.WithOverlay(nil, []AdequacyOverride{o})
		for year := 2000; year < 2045; year += 3 {
			at := time.Date(year, 11, 22, 12, 0, 0, 0, time.UTC)
			before, _ := covered(base, o.Country, at)
			embedded, declared := covered(over, o.Country, at)
			if embedded > before || slices.Contains(over.adequate(at), o.Country) && !slices.Contains(base.adequate(at), o.Country) {
				t.Fatalf("seed %d: %+v makes the embedded decision go further in %d", seed, o, year)
			}
			if declared > 0 && (o.Decision == "" || o.ValidFrom == "" || err != nil) {
				t.Fatalf("seed %d: %+v counts in %d without a number and a first day (%v)", seed, o, year, err)
			}
			if declared > 0 {
				declarations++
			}
		}
	}
	if declarations < 100 {
		t.Errorf("seed %d: %d declarations counted; the test hardly tries them", seed, declarations)
	}
}

func TestOverlaysDoNotShare(t *testing.T) {
	base := tables(t)
	own := func(code, country string) []OwnRegion {
		return []OwnRegion{{Provider: "aws", Region: code, Countries: []string{country}, Zones: []OwnZone{{code + "-z", nil}}}}
	}
	one, err := base.WithOverlay(own("one", "DK"), nil)
	if err != nil {
		t.Fatal(err)
	}
	two, err := base.WithOverlay(own("two", "SE"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		tables *Tables
		region string
		want   bool
	}{{base, "one", false}, {base, "two", false}, {one, "one", true}, {one, "two", false}, {two, "two", true}, {two, "one", false}} {
		if _, ok := tc.tables.Lookup("aws", tc.region, ""); ok != tc.want {
			t.Errorf("region %s is known: %t, want %t", tc.region, ok, tc.want)
		}
		if _, ok := tc.tables.Lookup("aws", tc.region, tc.region+"-z"); ok != tc.want {
			t.Errorf("zone of %s is known: %t, want %t", tc.region, ok, tc.want)
		}
		if slices.Contains(tc.tables.providers["aws"], tc.region) != tc.want {
			t.Errorf("region %s is listed, want %t", tc.region, tc.want)
		}
	}
}

func TestAListedProviderThatNoTableKnowsLetsNoValueCount(t *testing.T) {
	o := Options{Providers: []string{"aws"}, At: at(t, "2026-11-22")}
	declared := []Location{{Country: "IE"}}
	known, _ := NewAllowed(tables(t), declared, o)
	o.Providers = append(o.Providers, "nobody-knows")
	unknown, _ := NewAllowed(tables(t), declared, o)
	if !known.PinsRegion("eu-west-1") || unknown.PinsRegion("eu-west-1") || unknown.Zone("eu-west-1a") {
		t.Error("where eu-west-1 lies at a provider without a table cannot be said")
	}
}
