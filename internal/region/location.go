package region

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Group names a set of countries.
type Group string

// The groups. Adequate holds third countries with an unscoped, uncontested
// adequacy decision in force; the EEA is not part of it.
const (
	GroupEU       Group = "EU"
	GroupEEA      Group = "EEA"
	GroupAdequate Group = "Adequate"
)

// Location is one entry of a list of allowed locations: a country or a group, all
// of it or at one provider, all of that or in certain regions.
type Location struct {
	Country  string
	Group    Group
	Provider string
	Regions  []string
}

// String gives "IE (aws eu-west-1)".
func (l Location) String() string {
	s := cmp.Or(l.Country, string(l.Group))
	if l.Provider == "" {
		return s
	}
	return s + " (" + strings.Join(append([]string{l.Provider}, l.Regions...), " ") + ")"
}

// Problem is something in a list of locations that does not take effect.
type Problem struct {
	// Index in the list of declared locations, or of the cap; -1 for the list
	// as a whole.
	Index int
	InCap bool
	// Field within the location: country, group, provider or regions[n]; empty
	// for the location as a whole.
	Field string
	// Message says what is wrong and what to write instead.
	Message string
}

// atom is the smallest allowed thing: a country, at one provider or any (""), in
// one region or any (""). provider and region are in normal form.
type atom struct{ country, provider, region string }

func (a atom) compare(b atom) int {
	return cmp.Or(cmp.Compare(a.country, b.country), cmp.Compare(a.provider, b.provider), cmp.Compare(a.region, b.region))
}

// within reports whether b allows all that a allows.
func (a atom) within(b atom) bool {
	return a.country == b.country && (b.provider == "" || b.provider == a.provider) && (b.region == "" || b.region == a.region)
}

// meet returns what both atoms allow.
func (a atom) meet(b atom) (atom, bool) {
	provider, ok1 := meetName(a.provider, b.provider)
	region, ok2 := meetName(a.region, b.region)
	return atom{a.country, provider, region}, a.country == b.country && ok1 && ok2
}

func meetName(a, b string) (string, bool) {
	switch {
	case a == "":
		return b, true
	case b == "" || a == b:
		return a, true
	default:
		return "", false
	}
}

// reduce sorts atoms and drops those that another one covers.
func reduce(atoms []atom) []atom {
	slices.SortFunc(atoms, atom.compare)
	atoms = slices.Compact(atoms)
	var out []atom
	for i, a := range atoms {
		covered := func(b atom) bool { return a != b && a.within(b) }
		if !slices.ContainsFunc(atoms[:i], covered) && !slices.ContainsFunc(atoms[i+1:], covered) {
			out = append(out, a)
		}
	}
	return out
}

// meetAll returns what both sets allow.
func meetAll(a, b []atom) []atom {
	var out []atom
	for _, x := range a {
		for _, y := range b {
			if m, ok := x.meet(y); ok {
				out = append(out, m)
			}
		}
	}
	return reduce(out)
}

// reader turns locations into atoms.
type reader struct {
	t        *Tables
	adequate []string
	inCap    bool
	problems []Problem
}

func (r *reader) problem(index int, field, format string, args ...any) {
	r.problems = append(r.problems, Problem{Index: index, InCap: r.inCap, Field: field, Message: fmt.Sprintf(format, args...)})
}

// read returns the atoms of one location; none if something in it is wrong,
// except that wrong regions are left out one by one.
func (r *reader) read(index int, l Location) []atom {
	countries := r.countries(index, l)
	if len(countries) == 0 {
		return nil
	}
	provider := CanonicalProvider(l.Provider)
	switch {
	case provider == "" && len(l.Regions) > 0:
		r.problem(index, "provider", "region %s means different places at different providers; name the provider too", l.Regions[0])
		return nil
	case provider != "" && !r.t.HasProvider(provider):
		r.problem(index, "provider", "provider %q has no region in the tables; use one of %s, or declare its regions in the Platform",
			l.Provider, strings.Join(r.t.Providers(), ", "))
		return nil
	}
	var out []atom
	if len(l.Regions) == 0 {
		for _, c := range countries {
			out = append(out, atom{c, provider, ""})
		}
	}
	for i, code := range l.Regions {
		out = append(out, r.region(index, i, countries, provider, code)...)
	}
	return out
}

func (r *reader) countries(index int, l Location) []string {
	switch {
	case l.Country == "" && l.Group == "":
		r.problem(index, "country", "a location needs a country or a group, such as country: DK or group: EEA")
	case l.Country != "" && l.Group != "":
		r.problem(index, "group", "a location has a country or a group, not both; split it into two entries")
	case l.Country != "":
		code, err := CheckCountry(l.Country)
		if err != nil {
			r.problem(index, "country", "%s", err)
			return nil
		}
		return []string{code}
	case l.Group == GroupEU:
		return euCodes()
	case l.Group == GroupEEA:
		return eeaCodes()
	case l.Group == GroupAdequate:
		return r.adequate
	default:
		r.problem(index, "group", "group %q is unknown; use EU, EEA or Adequate", l.Group)
	}
	return nil
}

// region returns the atoms of one region of a location.
func (r *reader) region(index, i int, countries []string, provider, code string) []atom {
	field := fmt.Sprintf("regions[%d]", i)
	place, ok := r.t.places[key{provider, normal(provider, code)}]
	if !ok {
		r.problem(index, field, "region %q of %s is not in the tables; check the spelling, or declare it in the Platform", code, provider)
		return nil
	}
	reach := place.Countries
	for _, z := range r.t.zones[provider] {
		if z.region == normal(provider, place.Region) {
			reach = union(reach, z.place.Countries)
		}
	}
	var out []atom
	for _, c := range countries {
		if slices.Contains(reach, c) {
			out = append(out, atom{c, provider, normal(provider, place.Region)})
		}
	}
	if len(out) == 0 {
		r.problem(index, field, "region %s of %s lies in %s; name that country, or remove the region",
			place.Region, provider, strings.Join(place.Countries, ", "))
	}
	return out
}

// Options narrow a list of declared locations.
type Options struct {
	// Providers that the Platform lists; empty means every provider of the
	// tables, so that a label value must be allowed at all that use it.
	Providers []string
	// Cap is the profile's limit for the level; nil means none, and an empty
	// list allows nothing.
	Cap []Location
	// NationalOnly holds the solution in Denmark, without Greenland and the
	// Faroe Islands.
	NationalOnly bool
	// At is the instant at which adequacy decisions are judged.
	At time.Time
}

// resolve returns what is declared, within the cap and the national requirement,
// and what of it was cut away. Nothing is ever added.
func resolve(t *Tables, declared []Location, o Options) ([]atom, []Problem) {
	r := &reader{t: t, adequate: t.adequate(o.At)}
	each := make([][]atom, len(declared))
	for i, l := range declared {
		each[i] = r.read(i, l)
	}
	if len(declared) == 0 {
		r.problem(-1, "", "no location is declared, so none is allowed; declare at least one, such as group: EEA")
	}
	if o.Cap != nil {
		r.inCap = true
		var limit []atom
		for i, l := range o.Cap {
			limit = append(limit, r.read(i, l)...)
		}
		r.inCap = false
		r.cut(declared, each, reduce(limit), "the profile does not allow %s for this classification; remove it, or have the profile changed")
	}
	if o.NationalOnly {
		r.cut(declared, each, []atom{{country: "DK"}}, "the solution must stay in Denmark, so %s is not allowed; remove it")
	}
	return reduce(slices.Concat(each...)), r.problems
}

// cut meets every location with the limit and reports what it lost.
func (r *reader) cut(declared []Location, each [][]atom, limit []atom, message string) {
	for i, atoms := range each {
		kept := meetAll(atoms, limit)
		var lost []string
		for _, a := range atoms {
			if !slices.ContainsFunc(kept, a.within) && !slices.Contains(lost, a.country) {
				lost = append(lost, a.country)
			}
		}
		each[i] = kept
		switch {
		case len(lost) == 0:
		case len(kept) == 0:
			r.problem(i, "", message, declared[i])
		default:
			r.problem(i, "", message, strings.Join(lost, ", ")+" of "+declared[i].String())
		}
	}
}
