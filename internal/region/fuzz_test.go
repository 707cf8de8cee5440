package region

import (
	"slices"
	"strings"
	"testing"
)

func FuzzParseProviderID(f *testing.F) {
	for _, s := range []string{"aws:///eu-north-1a/i-0", "gce://p/z-a/n", "ocid1.instance.oc1.iad.x", "eu-1.i-x", "hcloud://1", "://", "a://b", ""} {
		f.Add(s)
	}
	tt := tables(f)
	f.Fuzz(func(t *testing.T, id string) {
		p, err := ParseProviderID(id)
		if err != nil && (p.Region != "" || p.Zone != "") {
			t.Errorf("%q: an error and a place, %+v", id, p)
		}
		if p.Zone != "" && p.Region != "" && !strings.HasPrefix(p.Zone, p.Region) {
			t.Errorf("%q: zone %q is not in region %q", id, p.Zone, p.Region)
		}
		tt.Lookup(p.Among([]string{"aws", "ovh"}), p.Region, p.Zone)
	})
}

func FuzzHostPlace(f *testing.F) {
	for _, s := range []string{"s3.eu-west-1.amazonaws.com", "b.s3-eu-west-1.amazonaws.com", "x.datadoghq.eu", "a:1", "[::1]:80", "."} {
		f.Add(s)
	}
	tt := tables(f)
	f.Fuzz(func(t *testing.T, host string) {
		p, ok := tt.HostPlace(host)
		if ok != (len(p.Countries) > 0) || ok && p.Provider == "" {
			t.Errorf("%q: %+v, %t", host, p, ok)
		}
		// Whatever stands in front of a stranger's name is the stranger's.
		if p, ok := tt.HostPlace(host + ".example.org"); ok {
			t.Errorf("%q in front of example.org lies in %s", host, p)
		}
	})
}

func FuzzOverlay(f *testing.F) {
	f.Add("own", "aarhus", "DK", "z", "SE", "InForce", "2026-01-01")
	f.Add("aws", "eu-west-2", "DK", "eu-west-2a", "", "", "")
	tt := tables(f)
	f.Fuzz(func(t *testing.T, provider, code, country, zone, zoneCountry, status, day string) {
		over, _ := tt.WithOverlay(
			[]OwnRegion{{Provider: provider, Region: code, Countries: []string{country}, Zones: []OwnZone{{zone, []string{zoneCountry}}}}},
			[]AdequacyOverride{{Country: country, Decision: "d", ValidFrom: day, Status: status}})
		// Nothing that was known has moved.
		for _, k := range []key{{"aws", "eu-west-2"}, {"aws", "eu-north-1"}, {CanonicalProvider(provider), normal(CanonicalProvider(provider), code)}} {
			old, known := tt.Lookup(k.provider, k.region, "")
			if now, ok := over.Lookup(k.provider, k.region, ""); known && (!ok || !slices.Equal(now.Countries, old.Countries)) {
				t.Errorf("%s moved to %s", old, now)
			}
		}
	})
}
