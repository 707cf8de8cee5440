package region

import (
	"maps"
	"slices"
	"strings"
)

// Place is where something is, or may be.
type Place struct {
	// Provider as in the tables, lower case.
	Provider string
	// Region and Zone are the provider's codes; either may be empty.
	Region, Zone string
	// Countries it can be in, in alphabetic order. With several, all must be
	// allowed for the place to be allowed.
	Countries []string
}

// String gives "aws eu-north-1 (SE)".
func (p Place) String() string {
	parts := make([]string, 0, 4)
	for _, s := range []string{p.Provider, p.Region, p.Zone} {
		if s != "" && !slices.Contains(parts, s) {
			parts = append(parts, s)
		}
	}
	if len(p.Countries) > 0 {
		parts = append(parts, "("+strings.Join(p.Countries, ", ")+")")
	}
	if len(parts) == 0 {
		return "unknown place"
	}
	return strings.Join(parts, " ")
}

// key finds a region, lower case throughout.
type key struct{ provider, region string }

// zoneRule is a row of the zone table.
type zoneRule struct {
	provider string
	zone     string // lower case; a prefix if prefix
	prefix   bool
	region   string // lower case
	place    Place  // without Zone
	written  string // as the Platform writes it; empty: in lower case
}

// matches takes a lower-case zone.
func (z *zoneRule) matches(zone string) bool {
	if z.prefix {
		return len(zone) > len(z.zone) && strings.HasPrefix(zone, z.zone)
	}
	return zone == z.zone
}

// Tables are what is known about places and law. They never change: an overlay
// makes new ones.
type Tables struct {
	places    map[key]Place
	providers map[string][]string // provider → region codes as written, sorted
	zones     map[string][]zoneRule
	zonesOf   map[string][]zoneRule // label value of a region → zone rules under it, all providers
	pairs     map[key]string
	hosts     []hostRule
	adequacy  map[string][]Decision
}

func newTables() *Tables {
	return &Tables{
		places: map[key]Place{}, providers: map[string][]string{},
		zones: map[string][]zoneRule{}, zonesOf: map[string][]zoneRule{},
		pairs: map[key]string{}, adequacy: map[string][]Decision{},
	}
}

// clone copies everything that an overlay may add to.
func (t *Tables) clone() *Tables {
	c := &Tables{
		places: maps.Clone(t.places), pairs: t.pairs, hosts: t.hosts, adequacy: maps.Clone(t.adequacy),
		providers: make(map[string][]string, len(t.providers)),
		zones:     make(map[string][]zoneRule, len(t.zones)), zonesOf: make(map[string][]zoneRule, len(t.zonesOf)),
	}
	for k, v := range t.providers {
		c.providers[k] = slices.Clip(v)
	}
	for k, v := range t.zones {
		c.zones[k] = slices.Clip(v)
	}
	for k, v := range t.zonesOf {
		c.zonesOf[k] = slices.Clip(v)
	}
	return c
}

// addRegion takes a place with provider, region and countries.
func (t *Tables) addRegion(p Place) {
	t.places[key{p.Provider, normal(p.Provider, p.Region)}] = p
	codes := t.providers[p.Provider]
	i, _ := slices.BinarySearch(codes, p.Region)
	t.providers[p.Provider] = slices.Insert(codes, i, p.Region)
}

func (t *Tables) addZone(z zoneRule) {
	t.zones[z.provider] = append(t.zones[z.provider], z)
	value := valueKey(z.place.Region)
	t.zonesOf[value] = append(t.zonesOf[value], z)
}

// CanonicalProvider returns the name under which the tables know a provider: in
// lower case, with the names that provider ids and drivers use resolved.
func CanonicalProvider(name string) string {
	switch n := strings.ToLower(strings.TrimSpace(name)); n {
	case "gce", "google":
		return "gcp"
	case "hcloud", "hrobot":
		return "hetzner"
	case "oci":
		return "oracle"
	case "alicloud", "aliyun":
		return "alibaba"
	case "amazon":
		return "aws"
	default:
		return n
	}
}

// normal is the form in which a provider's codes are compared: lower case, and
// without the marks in which writers of one and the same code differ.
func normal(provider, code string) string {
	code = strings.ToLower(strings.TrimSpace(code))
	switch provider {
	case "azure": // "West Europe"
		if strings.Contains(code, " ") {
			return strings.ReplaceAll(code, " ", "")
		}
	case "ionos": // "de/fra", which no label value can hold
		if strings.ContainsAny(code, "/_") {
			return strings.NewReplacer("/", "-", "_", "-").Replace(code)
		}
	}
	return code
}

// labelValue is how a code stands in a label; a slash is not allowed there.
func labelValue(code string) string { return strings.ReplaceAll(code, "/", "-") }

// valueKey brings every spelling of a region code or label value together.
func valueKey(value string) string {
	value = strings.ToLower(value)
	if strings.ContainsAny(value, "/_") {
		return strings.NewReplacer("/", "-", "_", "-").Replace(value)
	}
	return value
}

// spells reports whether a label value is written as nodes of the provider carry
// it, given the place that it denotes: region codes as in the tables, zones as the
// Platform writes them, or in lower case behind their region's code.
func (t *Tables) spells(provider, value string, p Place) bool {
	code := labelValue(p.Region)
	if len(value) == len(code) && valueKey(value) == valueKey(code) {
		return value == code || strings.ReplaceAll(value, "_", "-") == code
	}
	lower := strings.ToLower(value)
	for _, z := range t.zones[provider] {
		if z.written != "" && z.zone == lower {
			return z.written == value
		}
	}
	rest, _ := strings.CutPrefix(value, code)
	return rest == strings.ToLower(rest)
}

// spelling returns the label value of a region, or of a zone where the place has
// one, as nodes carry it.
func (t *Tables) spelling(provider string, p Place) string {
	if p.Zone == "" {
		return labelValue(p.Region)
	}
	for _, z := range t.zones[provider] {
		if z.written != "" && z.zone == p.Zone {
			return z.written
		}
	}
	return p.Zone
}

// HasProvider reports whether the tables hold any region of the provider.
func (t *Tables) HasProvider(provider string) bool {
	return len(t.providers[CanonicalProvider(provider)]) > 0
}

// Providers returns the names of all providers with regions, sorted.
func (t *Tables) Providers() []string { return slices.Sorted(maps.Keys(t.providers)) }

// Lookup returns the place that a region and a zone of a provider denote. Either
// may be empty, not both; upper and lower case and surrounding space make no
// difference. false means that the place is not known; the Place then repeats
// what was asked.
func (t *Tables) Lookup(provider, region, zone string) (Place, bool) {
	p := CanonicalProvider(provider)
	r, z := normal(p, region), normal(p, zone)
	asked := Place{Provider: p, Region: r, Zone: z}
	byRegion, regionKnown := t.regionPlace(p, r)
	if z == "" || z == r {
		if !regionKnown {
			return asked, false
		}
		return byRegion, true
	}
	byZone, zoneKnown := t.zonePlace(p, z)
	switch {
	case r != "" && !regionKnown, t.strangeZone(p, z, zoneKnown):
		return asked, false
	case !zoneKnown && !regionKnown:
		return asked, false
	case !zoneKnown:
		byRegion.Zone = z
		return byRegion, true
	case !regionKnown || strings.EqualFold(byRegion.Region, byZone.Region):
		byZone.Zone = z
		return byZone, true
	default: // the labels contradict each other
		byRegion.Zone = z
		byRegion.Countries = union(byRegion.Countries, byZone.Countries)
		return byRegion, true
	}
}

// regionPlace finds a region; some writers put a zone where the region belongs.
func (t *Tables) regionPlace(provider, region string) (Place, bool) {
	if region == "" {
		return Place{}, false
	}
	if p, ok := t.places[key{provider, region}]; ok {
		return p, true
	}
	p, ok := t.zonePlace(provider, region)
	if ok {
		p.Zone = region
	}
	return p, ok
}

func union(a, b []string) []string {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

// Pair returns the region to which geo-redundant storage in a region copies.
// false means that none is known, not that none exists.
func (t *Tables) Pair(provider, region string) (string, bool) {
	p := CanonicalProvider(provider)
	paired, ok := t.pairs[key{p, normal(p, region)}]
	return paired, ok
}
