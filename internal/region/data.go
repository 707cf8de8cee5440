package region

import (
	_ "embed" // the tables
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// The embedded tables; each says on top where it comes from and what in it is not
// verified.
var (
	//go:embed data/regions.csv
	regionsCSV string
	//go:embed data/zones.csv
	zonesCSV string
	//go:embed data/pairs.csv
	pairsCSV string
	//go:embed data/hosts.csv
	hostsCSV string
	//go:embed data/adequacy.csv
	adequacyCSV string
)

var defaults = sync.OnceValues(func() (*Tables, error) {
	return parseTables(sources{regionsCSV, zonesCSV, pairsCSV, hostsCSV, adequacyCSV})
})

// Default returns the embedded tables, parsed once. An error means a broken
// build; a test of this package guards against it.
func Default() (*Tables, error) { return defaults() }

// sources are the texts of the tables.
type sources struct{ regions, zones, pairs, hosts, adequacy string }

func parseTables(s sources) (*Tables, error) {
	t := newTables()
	for _, step := range []struct {
		name, text, header string
		row                func([]string) error
	}{
		{"regions", s.regions, "provider,region,country,city_or_area,countries", t.readRegion},
		{"zones", s.zones, "provider,zone,region,countries,verified", t.readZone},
		{"pairs", s.pairs, "provider,region,paired,verified", t.readPair},
		{"hosts", s.hosts, "pattern,provider,region,countries,verified", t.readHost},
		{"adequacy", s.adequacy, "country,decision,scope,validFrom,validTo,status,reviewedAt,verified", t.readDecision},
	} {
		if err := readTable(step.text, step.header, step.row); err != nil {
			return nil, fmt.Errorf("region: table %s: %w", step.name, err)
		}
	}
	sortHosts(t.hosts)
	return t, nil
}

func readTable(text, header string, row func([]string) error) error {
	r := csv.NewReader(strings.NewReader(text))
	r.Comment = '#'
	first, err := r.Read()
	if err != nil {
		return err
	}
	if strings.Join(first, ",") != header {
		return fmt.Errorf("columns are %v, want %s", first, header)
	}
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = row(fields)
		}
		if err != nil {
			line, _ := r.FieldPos(0)
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

func (t *Tables) readRegion(f []string) error {
	provider, code, country := f[0], f[1], f[2]
	countries := strings.Fields(f[4])
	switch {
	case country != "*" && len(countries) == 0:
		countries = []string{country}
	case country != "*" || len(countries) == 0:
		return fmt.Errorf("%s %s: countries are listed exactly if country is *", provider, code)
	}
	if err := checkCodes(countries); err != nil {
		return err
	}
	if provider != CanonicalProvider(provider) || code == "" {
		return fmt.Errorf("provider %q or region %q is not in its canonical form", provider, code)
	}
	if _, ok := t.places[key{provider, normal(provider, code)}]; ok {
		return fmt.Errorf("%s %s stands twice", provider, code)
	}
	t.addRegion(Place{Provider: provider, Region: code, Countries: countries})
	return nil
}

func checkCodes(codes []string) error {
	for _, c := range codes {
		if !isISO(c) {
			return fmt.Errorf("%q is not a country code", c)
		}
	}
	if !slices.IsSorted(codes) {
		return fmt.Errorf("%v are not in order", codes)
	}
	return nil
}

func (t *Tables) readZone(f []string) error {
	countries := strings.Fields(f[3])
	if err := checkCodes(countries); err != nil {
		return err
	}
	region, ok := t.places[key{f[0], f[2]}]
	if !ok || len(countries) == 0 {
		return fmt.Errorf("zone %q of the unknown region %s %s, or without a country", f[1], f[0], f[2])
	}
	zone, prefix := strings.CutSuffix(f[1], "*")
	for _, other := range t.zones[f[0]] {
		if strings.HasPrefix(zone, other.zone) || strings.HasPrefix(other.zone, zone) {
			return fmt.Errorf("zones %q and %q nest", zone, other.zone)
		}
	}
	t.addZone(zoneRule{
		provider: f[0], zone: zone, prefix: prefix, region: f[2],
		place: Place{Provider: f[0], Region: region.Region, Countries: countries},
	})
	return nil
}

func (t *Tables) readPair(f []string) error {
	for _, code := range f[1:3] {
		if _, ok := t.places[key{f[0], code}]; !ok {
			return fmt.Errorf("unknown region %s %s", f[0], code)
		}
	}
	t.pairs[key{f[0], f[1]}] = f[2]
	return nil
}

func (t *Tables) readHost(f []string) error {
	rule, err := newHostRule(f[0])
	if err != nil {
		return err
	}
	countries := strings.Fields(f[3])
	if err := checkCodes(countries); err != nil {
		return err
	}
	if rule.captures && !t.HasProvider(f[1]) {
		return fmt.Errorf("%s: no region of %s is known", f[0], f[1])
	}
	rule.place = Place{Provider: f[1], Region: f[2], Countries: countries}
	t.hosts = append(t.hosts, rule)
	return nil
}

func (t *Tables) readDecision(f []string) error {
	reviewed, err := date.Parse(f[6])
	if err != nil {
		return err
	}
	d, err := newDecision(AdequacyOverride{Country: f[0], Decision: f[1], Scope: f[2], ValidFrom: f[3], ValidTo: f[4], Status: f[5]})
	if err != nil {
		return err
	}
	d.ReviewedAt = reviewed
	t.adequacy[d.Country] = append(t.adequacy[d.Country], d)
	return nil
}
