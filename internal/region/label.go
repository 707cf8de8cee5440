package region

import (
	"slices"
	"strings"
)

// verdict is what a region label value means to a pin.
type verdict struct {
	allowed bool
	pins    bool // and no listed zone of the region lies outside
}

// judgeValues judges every region code of the listed providers once, so that the
// common case of a template is one map lookup.
func (a *Allowed) judgeValues() {
	a.values = map[string]verdict{}
	for _, provider := range a.providers {
		for _, code := range a.t.providers[provider] {
			value := labelValue(code)
			ok, known := a.regionValue(value)
			v := verdict{allowed: ok && known}
			v.pins = v.allowed && len(a.OutsideZones(value)) == 0
			a.values[value] = v
		}
	}
	a.outside = a.regionValues(func(value string) bool { return !a.Region(value) })
	slices.SortStableFunc(a.outside, byFamiliarity)
	a.pinning = a.regionValues(a.PinsRegion)
}

// Region judges the value of a region label that a template asks for: true if at
// least one listed provider knows it and it is allowed at each of them that does.
// Upper and lower case count, because the scheduler compares to the letter.
func (a *Allowed) Region(value string) bool {
	if v, ok := a.values[value]; ok {
		return v.allowed
	}
	ok, known := a.regionValue(value)
	return ok && known
}

// PinsRegion reports whether a node that carries the region value is inside,
// whatever its zone: the value is allowed, and no listed zone of it lies outside.
func (a *Allowed) PinsRegion(value string) bool {
	if v, ok := a.values[value]; ok {
		return v.pins
	}
	return a.Region(value) && len(a.OutsideZones(value)) == 0
}

// KnownRegion reports whether any listed provider knows the value as a region.
func (a *Allowed) KnownRegion(value string) bool {
	_, known := a.regionValue(value)
	return known
}

// regionValue also finds a zone that a writer put where the region belongs.
func (a *Allowed) regionValue(value string) (ok, known bool) {
	ok = true
	for _, provider := range a.providers {
		if !a.t.HasProvider(provider) {
			return false, false // where its regions of that name lie nobody knows
		}
		if p, found := a.t.regionPlace(provider, normal(provider, value)); found {
			known = known || a.t.spells(provider, value, p)
			ok = ok && a.Place(p)
		}
	}
	return ok, known
}

func (a *Allowed) lists(provider string) bool { return slices.Contains(a.providers, provider) }

// Zone judges the value of a zone label by the same rule.
func (a *Allowed) Zone(value string) bool {
	ok, known := a.zoneValue(value)
	return ok && known
}

// KnownZone reports whether any listed provider knows the value as a zone.
func (a *Allowed) KnownZone(value string) bool {
	_, known := a.zoneValue(value)
	return known
}

func (a *Allowed) zoneValue(value string) (ok, known bool) {
	ok = true
	for _, provider := range a.providers {
		if !a.t.HasProvider(provider) {
			return false, false
		}
		if p, found := a.t.zonePlace(provider, normal(provider, value)); found {
			known = known || a.t.spells(provider, value, p)
			ok = ok && a.Place(p)
		}
	}
	return ok, known
}

// Meanings returns where the value of a region or zone label lies at each listed
// provider that knows it, parted into what is allowed and what is not. Both are
// empty for a value that is not known, or spelt otherwise than on nodes.
func (a *Allowed) Meanings(value string) (inside, outside []Place) {
	if !a.KnownRegion(value) && !a.KnownZone(value) {
		return nil, nil
	}
	for _, provider := range a.providers {
		p, found := a.t.regionPlace(provider, normal(provider, value))
		switch {
		case !found:
		case a.Place(p):
			inside = append(inside, p)
		default:
			outside = append(outside, p)
		}
	}
	return inside, outside
}

// Respelt returns the label value that nodes carry where the given one differs
// from it in upper and lower case alone.
func (a *Allowed) Respelt(value string) (string, bool) {
	for _, provider := range a.providers {
		p, found := a.t.regionPlace(provider, normal(provider, value))
		if !found || a.t.spells(provider, value, p) {
			continue
		}
		return a.t.spelling(provider, p), true
	}
	return "", false
}

// ZonePattern is a listed zone, or with Prefix all zones that start so.
type ZonePattern struct {
	Value  string
	Prefix bool
}

// OutsideZones returns the listed zones of a region, given as a label value, that
// are not allowed, so that a node in the region can be outside even if the region
// is allowed. It allocates only if there are any.
func (a *Allowed) OutsideZones(region string) []ZonePattern {
	var out []ZonePattern
	rules := a.t.zonesOf[valueKey(region)]
	for i := range rules {
		if a.lists(rules[i].provider) && !a.Place(rules[i].place) {
			out = append(out, ZonePattern{rules[i].zone, rules[i].prefix})
		}
	}
	return out
}

// OutsideZone reports whether a zone value is a listed zone of a region value and
// is not allowed.
func (a *Allowed) OutsideZone(zone, region string) bool {
	z := strings.ToLower(zone)
	rules := a.t.zonesOf[valueKey(region)]
	for i := range rules {
		if a.lists(rules[i].provider) && rules[i].matches(z) && !a.Place(rules[i].place) {
			return true
		}
	}
	return false
}

// OutsideRegions returns region label values of the listed providers that are
// known and not allowed, those first that most readers know.
func (a *Allowed) OutsideRegions() []string { return a.outside }

// PinningRegions returns the region label values that a template may name to be
// pinned, sorted.
func (a *Allowed) PinningRegions() []string { return a.pinning }

func (a *Allowed) regionValues(keep func(string) bool) []string {
	var out []string
	for _, provider := range a.providers {
		for _, code := range a.t.providers[provider] {
			if provider == "aws" && code == "EU" {
				continue // a bucket's location constraint, which no node carries
			}
			if value := labelValue(code); keep(value) {
				out = append(out, value)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// familiar are regions that most readers know, those of the largest providers
// first.
var familiar = []string{"us-east-1", "eastus", "us-east1", "us-ashburn-1", "us-east", "ash", "nyc3", "eu-west-2", "uksouth", "europe-west2"}

// byFamiliarity orders regions for showing one as an example: what most readers
// know first, then what looks like a region to them.
func byFamiliarity(a, b string) int {
	rank := func(value string) int {
		i := slices.Index(familiar, value)
		switch {
		case i >= 0:
			return i
		case value == strings.ToLower(value):
			return len(familiar)
		default:
			return len(familiar) + 1
		}
	}
	return rank(a) - rank(b)
}
