package region

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	dk  = Location{Country: "DK"}
	ie  = Location{Country: "IE"}
	gb  = Location{Country: "GB"}
	eu  = Location{Group: GroupEU}
	eea = Location{Group: GroupEEA}
	adq = Location{Group: GroupAdequate}
)

func allowed(t testing.TB, o Options, declared ...Location) *Allowed {
	t.Helper()
	if o.At.IsZero() {
		o.At = at(t, "2026-11-22")
	}
	a, problems := NewAllowed(tables(t), declared, o)
	if len(problems) > 0 {
		t.Fatalf("problems: %+v", problems)
	}
	return a
}

func TestNewAllowedReportsWhatTakesNoEffect(t *testing.T) {
	for name, tc := range map[string]struct {
		declared []Location
		options  Options
		want     string // what is left
		problems []Problem
	}{
		"nothing declared": {nil, Options{}, "nowhere", []Problem{{-1, false, "", "declare at least one"}}},
		"neither country nor group": {[]Location{{Provider: "aws"}}, Options{}, "nowhere",
			[]Problem{{0, false, "country", "such as country: DK or group: EEA"}}},
		"both country and group": {[]Location{{Country: "DK", Group: GroupEEA}}, Options{}, "nowhere",
			[]Problem{{0, false, "group", "split it into two"}}},
		"an unknown country": {[]Location{dk, {Country: "UK"}}, Options{}, "DK",
			[]Problem{{1, false, "country", "use GB"}}},
		"an unknown group": {[]Location{{Group: "Nordic"}}, Options{}, "nowhere",
			[]Problem{{0, false, "group", "use EU, EEA or Adequate"}}},
		"an unknown provider": {[]Location{{Country: "DK", Provider: "acme"}}, Options{}, "nowhere",
			[]Problem{{0, false, "provider", "declare its regions in the Platform"}}},
		"a region without its provider": {[]Location{{Country: "IE", Regions: []string{"eu-west-1"}}}, Options{}, "nowhere",
			[]Problem{{0, false, "provider", "name the provider too"}}},
		"an unknown region beside a known": {[]Location{{Country: "IE", Provider: "aws", Regions: []string{"eu-west-9", "eu-west-1"}}}, Options{}, "IE (aws eu-west-1)",
			[]Problem{{0, false, "regions[0]", "check the spelling"}}},
		"a region of another country": {[]Location{{Country: "IE", Provider: "aws", Regions: []string{"eu-west-2"}}}, Options{}, "nowhere",
			[]Problem{{0, false, "regions[0]", "lies in GB"}}},
		"a region outside the group": {[]Location{{Group: GroupEEA, Provider: "aws", Regions: []string{"eu-central-2"}}}, Options{}, "nowhere",
			[]Problem{{0, false, "regions[0]", "lies in CH"}}},
		"the cap cuts one of two": {[]Location{dk, gb}, Options{Cap: []Location{eea}}, "DK",
			[]Problem{{1, false, "", "the profile does not allow GB"}}},
		"the cap cuts a part of a group": {[]Location{eea}, Options{Cap: []Location{eu}}, "EU",
			[]Problem{{0, false, "", "the profile does not allow IS, LI, NO of EEA"}}},
		"the cap is narrower than a country": {[]Location{ie}, Options{Cap: []Location{{Country: "IE", Provider: "aws"}}}, "IE (aws)",
			[]Problem{{0, false, "", "does not allow IE of IE"}}},
		"the national requirement cuts": {[]Location{dk, ie}, Options{NationalOnly: true}, "DK",
			[]Problem{{1, false, "", "must stay in Denmark, so IE is not allowed"}}},
		"the national requirement leaves nothing": {[]Location{{Country: "IE", Provider: "aws", Regions: []string{"eu-west-1"}}}, Options{NationalOnly: true}, "nowhere",
			[]Problem{{0, false, "", "so IE (aws eu-west-1) is not allowed"}}},
		"Greenland is not Denmark": {[]Location{{Country: "GL"}, dk}, Options{NationalOnly: true}, "DK",
			[]Problem{{0, false, "", "so GL is not allowed"}}},
		"an empty cap allows nothing": {[]Location{dk}, Options{Cap: []Location{}}, "nowhere",
			[]Problem{{0, false, "", "the profile does not allow DK"}}},
		"an error in the cap is one of the cap": {[]Location{dk}, Options{Cap: []Location{{Country: "EL"}, dk}}, "DK",
			[]Problem{{0, true, "country", "use GR"}}},
		"no adequacy, no Adequate": {[]Location{gb}, Options{Cap: []Location{eea, adq}, At: time.Date(2032, 1, 1, 0, 0, 0, 0, time.UTC)}, "nowhere",
			[]Problem{{0, false, "", "does not allow GB"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.options.At.IsZero() {
				tc.options.At = at(t, "2026-11-22")
			}
			a, problems := NewAllowed(tables(t), tc.declared, tc.options)
			if a.String() != tc.want {
				t.Errorf("left is %q, want %q", a, tc.want)
			}
			if a.Empty() != (tc.want == "nowhere") {
				t.Errorf("Empty() = %t", a.Empty())
			}
			if len(problems) != len(tc.problems) {
				t.Fatalf("problems %+v, want %+v", problems, tc.problems)
			}
			for i, p := range problems {
				w := tc.problems[i]
				if p.Index != w.Index || p.InCap != w.InCap || p.Field != w.Field || !strings.Contains(p.Message, w.Message) {
					t.Errorf("problem %+v, want %+v", p, w)
				}
			}
		})
	}
}

func TestPlace(t *testing.T) {
	at1 := func(country, provider, region string) Place {
		return Place{Provider: provider, Region: region, Countries: strings.Fields(country)}
	}
	awsIE := Location{Country: "IE", Provider: "aws", Regions: []string{"EU-West-1"}}
	for name, tc := range map[string]struct {
		declared []Location
		place    Place
		want     bool
	}{
		"a country that is declared":                           {[]Location{dk}, at1("DK", "own", "x"), true},
		"a country that is not":                                {[]Location{dk}, at1("SE", "own", "x"), false},
		"no country":                                           {[]Location{eea}, at1("", "own", "x"), false},
		"one of two countries":                                 {[]Location{{Country: "DE"}}, at1("DE FI", "hetzner", "eu-central"), false},
		"both countries, by two entries":                       {[]Location{{Country: "DE"}, {Country: "FI"}}, at1("DE FI", "hetzner", "eu-central"), true},
		"a multi-region with one country outside":              {[]Location{eea}, at1("BE GB", "gcp", "eur5"), false},
		"the region that is declared":                          {[]Location{awsIE}, at1("IE", "aws", "eu-west-1"), true},
		"another provider in the country":                      {[]Location{awsIE}, at1("IE", "azure", "northeurope"), false},
		"another region in the country":                        {[]Location{awsIE}, at1("IE", "aws", "EU"), false},
		"the whole country beside a region of it":              {[]Location{awsIE, ie}, at1("IE", "azure", "northeurope"), true},
		"a group at one provider":                              {[]Location{{Group: GroupEEA, Provider: "aws"}}, at1("SE", "aws", "eu-north-1"), true},
		"a group at another provider":                          {[]Location{{Group: GroupEEA, Provider: "aws"}}, at1("SE", "gcp", "europe-north2"), false},
		"a local zone in an allowed country":                   {[]Location{dk}, at1("DK", "aws", "eu-north-1"), true},
		"a region declared with the country of its local zone": {[]Location{{Country: "DK", Provider: "aws", Regions: []string{"eu-north-1"}}}, at1("DK", "aws", "eu-north-1"), true},
		"but not the region itself":                            {[]Location{{Country: "DK", Provider: "aws", Regions: []string{"eu-north-1"}}}, at1("SE", "aws", "eu-north-1"), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := allowed(t, Options{}, tc.declared...).Place(tc.place); got != tc.want {
				t.Errorf("Place(%s) = %t", tc.place, got)
			}
		})
	}
}

func TestLabelValues(t *testing.T) {
	aws, both := []string{"aws"}, []string{"aws", "alibaba"}
	for name, tc := range map[string]struct {
		providers     []string
		declared      Location
		region        string
		allowed, pins bool
	}{
		"a region in the country":                    {aws, ie, "eu-west-1", true, true},
		"capitals that no node has":                  {aws, ie, "EU-WEST-1", false, false},
		"capitals that nodes have":                   {[]string{"ovh"}, Location{Country: "FR"}, "GRA11", true, true},
		"those in small letters":                     {[]string{"ovh"}, Location{Country: "FR"}, "gra11", false, false},
		"a code that lies elsewhere at one provider": {both, ie, "eu-west-1", false, false},
		"no provider listed means every provider":    {nil, ie, "eu-west-1", false, false},
		"a code that only one provider has":          {both, Location{Country: "SE"}, "eu-north-1", true, false},
		"local zones within the allowed countries":   {aws, eea, "eu-north-1", true, true},
		"a local zone in a country not allowed":      {aws, Location{Country: "SE"}, "eu-north-1", true, false},
		"a wavelength zone in Africa":                {aws, eea, "eu-west-3", true, false},
		"an unknown value":                           {aws, eea, "eu-west-9", false, false},
		"a zone where the region belongs":            {[]string{"scaleway"}, eea, "fr-par-2", true, true},
		"a slash as a hyphen":                        {[]string{"ionos"}, eea, "de-txl", true, true},
		"a slash as an underscore":                   {[]string{"ionos"}, eea, "de_txl", true, true},
		"a provider that nobody knows":               {[]string{"acme"}, eea, "eu-west-1", false, false},
		"the name of a driver":                       {[]string{"gce"}, eea, "europe-north1", true, true},
		"a network zone of two countries":            {[]string{"hetzner"}, Location{Country: "DE"}, "eu-central", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			a := allowed(t, Options{Providers: tc.providers}, tc.declared)
			if got := a.Region(tc.region); got != tc.allowed {
				t.Errorf("Region(%q) = %t", tc.region, got)
			}
			if got := a.PinsRegion(tc.region); got != tc.pins {
				t.Errorf("PinsRegion(%q) = %t", tc.region, got)
			}
			if got := slices.ContainsFunc(a.PinningRegions(), func(v string) bool { return strings.EqualFold(v, tc.region) }); tc.pins && !got && !strings.ContainsAny(tc.region, "_") && tc.region != "fr-par-2" {
				t.Errorf("PinningRegions() = %v lacks it", a.PinningRegions())
			}
		})
	}
}

func TestZoneValues(t *testing.T) {
	for name, tc := range map[string]struct {
		providers []string
		declared  Location
		zone      string
		want      bool
	}{
		"an ordinary zone":                           {[]string{"aws"}, ie, "eu-west-1a", true},
		"an ordinary zone at two providers":          {[]string{"aws", "alibaba"}, ie, "eu-west-1a", false},
		"a local zone":                               {[]string{"aws"}, dk, "eu-north-1-cph-1a", true},
		"a local zone abroad":                        {[]string{"aws"}, Location{Country: "SE"}, "eu-north-1-cph-1a", false},
		"a zone that is not known":                   {[]string{"aws"}, eea, "eu-north-1-xyz-1a", false},
		"a zone that says nothing":                   {[]string{"ovh"}, eea, "nova", false},
		"an ordinary zone in capitals":               {[]string{"aws"}, ie, "EU-WEST-1A", false},
		"a zone with a capital at its end":           {[]string{"aws"}, ie, "eu-west-1A", false},
		"a local zone in capitals":                   {[]string{"aws"}, dk, "EU-NORTH-1-CPH-1A", false},
		"a zone of a region in capitals":             {[]string{"ovh"}, Location{Country: "FR"}, "eu-west-par-a", true},
		"a region code that is also the zone's name": {[]string{"upcloud"}, dk, "dk-cph1", true},
	} {
		t.Run(name, func(t *testing.T) {
			a := allowed(t, Options{Providers: tc.providers}, tc.declared)
			if got := a.Zone(tc.zone); got != tc.want {
				t.Errorf("Zone(%q) = %t", tc.zone, got)
			}
			if tc.want && !a.KnownZone(tc.zone) {
				t.Error("allowed but not known")
			}
		})
	}
}

func TestLabelsAreComparedToTheLetter(t *testing.T) {
	tables, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	own, err := tables.WithOverlay([]OwnRegion{{Provider: "own", Region: "Copenhagen-1", Countries: []string{"DK"}, Zones: []OwnZone{{Zone: "Hall-A"}}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := NewAllowed(own, []Location{eea}, Options{Providers: []string{"aws", "own"}})
	for value, want := range map[string]string{
		"EU-NORTH-1": "eu-north-1", "Eu-North-1a": "eu-north-1a", "copenhagen-1": "Copenhagen-1", "HALL-A": "Hall-A", "hall-a": "Hall-A",
		"eu-north-1": "", "Copenhagen-1": "", "Hall-A": "", "eu-nort-1": "", "EU": "",
	} {
		if got, _ := a.Respelt(value); got != want {
			t.Errorf("Respelt(%q) = %q, want %q", value, got, want)
		}
	}
	if !a.Region("Copenhagen-1") || a.Region("copenhagen-1") || !a.Zone("Hall-A") || a.Zone("HALL-A") {
		t.Error("names of the Platform are not compared to the letter")
	}
	if p, known := own.Lookup("own", "copenhagen-1", "HALL-A"); !known || !a.Place(p) {
		t.Error("what a node says of itself is read whatever the case")
	}
}

func TestMeanings(t *testing.T) {
	a := allowed(t, Options{}, eea)
	inside, outside := a.Meanings("eu-west-1")
	if got := fmt.Sprint(inside, outside); got != "[aws eu-west-1 (IE)] [alibaba eu-west-1 (GB)]" {
		t.Errorf("eu-west-1 means %s", got)
	}
	for value, want := range map[string][2]int{"eu-north-1": {1, 0}, "us-east-1": {0, 3}, "EU-WEST-1": {0, 0}, "nowhere": {0, 0}, "": {0, 0}} {
		inside, outside := a.Meanings(value)
		if got := [2]int{len(inside), len(outside)}; got != want {
			t.Errorf("%q is inside at %d and outside at %d, want %v", value, got[0], got[1], want)
		}
	}
}

func TestTheFirstRegionOutsideIsOneThatReadersKnow(t *testing.T) {
	for name, tc := range map[string]struct {
		providers []string
		declared  Location
		want      string
	}{
		"any provider":               {nil, eea, "us-east-1"},
		"one provider":               {[]string{"azure"}, eea, "eastus"},
		"a provider with capitals":   {[]string{"ovh"}, eea, "ap-southeast-sgp"},
		"where the usual is allowed": {[]string{"aws"}, Location{Country: "US"}, "eu-west-2"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := allowed(t, Options{Providers: tc.providers}, tc.declared).OutsideRegions()[0]; got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestOutsideZones(t *testing.T) {
	a := allowed(t, Options{Providers: []string{"aws"}}, Location{Country: "SE"})
	got := a.OutsideZones("eu-north-1")
	want := []ZonePattern{{"eu-north-1-cph-", true}, {"eu-north-1-hel-", true}}
	if !slices.Equal(got, want) {
		t.Errorf("OutsideZones = %v, want %v", got, want)
	}
	if !a.OutsideZone("eu-north-1-cph-1a", "eu-north-1") || a.OutsideZone("eu-north-1a", "eu-north-1") || a.OutsideZone("eu-north-1-cph-1a", "eu-west-1") {
		t.Error("OutsideZone does not agree")
	}
	if a.OutsideZone("eu-north-1-cph-", "eu-north-1") {
		t.Error("the bare prefix is no zone")
	}
}

func TestNode(t *testing.T) {
	a := allowed(t, Options{Providers: []string{"aws", "alibaba"}}, ie, Location{Country: "SE"})
	for name, tc := range map[string]struct {
		provider, region, zone string
		ok, known              bool
	}{
		"allowed":                 {"aws", "eu-west-1", "eu-west-1a", true, true},
		"not allowed":             {"aws", "eu-west-2", "", false, true},
		"not known":               {"aws", "eu-west-9", "", false, false},
		"the same code elsewhere": {"alibaba", "eu-west-1", "", false, true},
		"no provider and a code with two countries": {"", "eu-west-1", "", false, true},
		"no provider and a code with one":           {"", "eu-north-1", "", true, true},
		"no provider and nothing known":             {"", "aarhus", "", false, false},
		"a local zone abroad":                       {"aws", "eu-north-1", "eu-north-1-hel-1a", false, true},
		"a provider that is not listed":             {"gcp", "europe-north2", "", true, true},
		"labels that contradict each other":         {"aws", "eu-north-1", "us-east-1a", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			if ok, known := a.Node(tc.provider, tc.region, tc.zone); ok != tc.ok || known != tc.known {
				t.Errorf("Node = %t, %t; want %t, %t", ok, known, tc.ok, tc.known)
			}
		})
	}
}

func TestCountry(t *testing.T) {
	a := allowed(t, Options{}, dk, Location{Country: "IE", Provider: "aws", Regions: []string{"eu-west-1"}})
	if !a.Country("DK") || a.Country("IE") || a.Country("SE") || a.Country("") {
		t.Error("only all of Denmark is allowed")
	}
	if got, want := a.Countries(), []string{"DK", "IE"}; !slices.Equal(got, want) {
		t.Errorf("Countries() = %v, want %v", got, want)
	}
	if got, want := a.String(), "DK, IE (aws eu-west-1)"; got != want {
		t.Errorf("String() = %q, want %q", got, want)
	}
}

func TestValidUntil(t *testing.T) {
	end := "2031-12-26T23:00:00Z"
	for name, tc := range map[string]struct {
		declared []Location
		cap      []Location
		day      string
		want     string
	}{
		"countries alone never change":             {[]Location{dk, gb}, nil, "2026-11-22", ""},
		"the group ends with its next decision":    {[]Location{adq}, nil, "2026-11-22", end},
		"a cap that a declared country hangs on":   {[]Location{dk, gb}, []Location{eea, adq}, "2026-11-22", end},
		"a cap that no declared country hangs on":  {[]Location{dk}, []Location{eea, adq}, "2026-11-22", ""},
		"a decision that starts":                   {[]Location{adq}, nil, "2026-01-01", "2026-01-25T23:00:00Z"},
		"after the last dated decision has ended ": {[]Location{adq}, nil, "2032-01-01", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a, _ := NewAllowed(tables(t), tc.declared, Options{Cap: tc.cap, At: at(t, tc.day)})
			got := ""
			if v := a.ValidUntil(); !v.IsZero() {
				got = v.UTC().Format(time.RFC3339)
			}
			if got != tc.want {
				t.Errorf("ValidUntil = %q, want %q", got, tc.want)
			}
		})
	}
}

func TestMeet(t *testing.T) {
	aws := []string{"aws"}
	awsIE := Location{Country: "IE", Provider: "aws", Regions: []string{"eu-west-1"}}
	for name, tc := range map[string]struct {
		a, b []Location
		want string
	}{
		"a country in a group":             {[]Location{eea}, []Location{dk}, "DK"},
		"nothing in common":                {[]Location{dk}, []Location{ie}, "nowhere"},
		"a region within a country":        {[]Location{ie, dk}, []Location{awsIE}, "IE (aws eu-west-1)"},
		"a region at a provider":           {[]Location{{Group: GroupEEA, Provider: "aws"}}, []Location{awsIE}, "IE (aws eu-west-1)"},
		"a region and another provider":    {[]Location{{Group: GroupEEA, Provider: "gcp"}}, []Location{awsIE}, "nowhere"},
		"the same":                         {[]Location{dk, awsIE}, []Location{awsIE, dk}, "DK, IE (aws eu-west-1)"},
		"a group in a group of third ones": {[]Location{eea}, []Location{adq}, "nowhere"},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := allowed(t, Options{Providers: aws}, tc.a...), allowed(t, Options{Providers: aws}, tc.b...)
			m, n := Meet(a, b), Meet(b, a)
			if m.String() != tc.want || m.Key() != n.Key() {
				t.Errorf("Meet = %s and %s, want %s", m, n, tc.want)
			}
			for _, code := range tables(t).providers["aws"] {
				if m.Region(code) && (!a.Region(code) || !b.Region(code)) || m.PinsRegion(code) && !m.Region(code) {
					t.Errorf("region %s: %t of %t and %t", code, m.Region(code), a.Region(code), b.Region(code))
				}
			}
		})
	}
	t.Run("the earlier end counts", func(t *testing.T) {
		dated := allowed(t, Options{}, adq)
		if m := Meet(allowed(t, Options{}, gb), dated); !m.ValidUntil().Equal(dated.ValidUntil()) || m.ValidUntil().IsZero() {
			t.Errorf("ValidUntil = %s, want %s", m.ValidUntil(), dated.ValidUntil())
		}
	})
}
