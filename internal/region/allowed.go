package region

import (
	"slices"
	"strings"
	"time"
)

// Allowed is the set of places that a solution may be in. It never changes.
type Allowed struct {
	t          *Tables
	providers  []string // that label values are judged at, sorted
	whole      countrySet
	atoms      []atom // all, reduced
	restricted []atom // those with a provider
	values     map[string]verdict
	outside    []string // region label values that are not allowed, sorted
	pinning    []string // region label values that pin, sorted
	text, key  string
	validUntil time.Time
}

// NewAllowed returns what is declared, cut down to the cap and the national
// requirement, together with everything that is wrong or was cut away. It never
// returns nil: what is wrong allows nothing.
func NewAllowed(t *Tables, declared []Location, o Options) (*Allowed, []Problem) {
	atoms, problems := resolve(t, declared, o)
	a := newSet(t, canonicalProviders(t, o.Providers), atoms)
	for _, edge := range t.adequacyEdges(o.At) {
		o.At = edge
		later, laterProblems := resolve(t, declared, o)
		if !slices.Equal(later, atoms) || !slices.Equal(laterProblems, problems) {
			a.validUntil = edge
			break
		}
	}
	return a, problems
}

// newSet takes reduced atoms.
func newSet(t *Tables, providers []string, atoms []atom) *Allowed {
	a := &Allowed{t: t, providers: providers, atoms: atoms}
	for _, x := range atoms {
		if x.provider == "" {
			a.whole.add(x.country)
		} else {
			a.restricted = append(a.restricted, x)
		}
	}
	a.judgeValues()
	a.text, a.key = a.describe(), a.identify()
	return a
}

func canonicalProviders(t *Tables, listed []string) []string {
	if len(listed) == 0 {
		return t.Providers()
	}
	out := make([]string, len(listed))
	for i, p := range listed {
		out[i] = CanonicalProvider(p)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Country reports whether a whole country is allowed, at whatever provider.
func (a *Allowed) Country(code string) bool { return a.whole.has(code) }

// Countries returns every country of which at least something is allowed, sorted.
func (a *Allowed) Countries() []string {
	var out []string
	for _, x := range a.atoms {
		if len(out) == 0 || out[len(out)-1] != x.country {
			out = append(out, x.country)
		}
	}
	return out
}

// Empty reports whether nothing at all is allowed.
func (a *Allowed) Empty() bool { return len(a.atoms) == 0 }

// ValidUntil is the first instant at which the set, or what was cut from it,
// changes by itself because an adequacy decision starts or ends. Zero means never.
func (a *Allowed) ValidUntil() time.Time { return a.validUntil }

// Place reports whether a place is allowed: every country it can be in, at its
// provider and in its region. A place without a country is not.
func (a *Allowed) Place(p Place) bool {
	for _, c := range p.Countries {
		if !a.whole.has(c) && !a.restrictedTo(c, &p) {
			return false
		}
	}
	return len(p.Countries) > 0
}

func (a *Allowed) restrictedTo(country string, p *Place) bool {
	for i := range a.restricted {
		x := &a.restricted[i]
		if x.country == country && x.provider == p.Provider && (x.region == "" || x.region == normal(p.Provider, p.Region)) {
			return true
		}
	}
	return false
}

// Node judges a node by its provider and the region and zone that it says it is
// in. known is false if the place is not known. Without a provider the values are
// judged as in a template: at every listed provider that knows them.
func (a *Allowed) Node(provider, region, zone string) (ok, known bool) {
	if CanonicalProvider(provider) != "" {
		p, known := a.t.Lookup(provider, region, zone)
		return known && a.Place(p), known
	}
	ok = true
	for _, name := range a.providers {
		if p, found := a.t.Lookup(name, region, zone); found {
			known = true
			ok = ok && a.Place(p)
		}
	}
	return ok && known, known
}

// String lists the countries, with what they are restricted to: "EEA, GB" or
// "DK, IE (aws eu-west-1)".
func (a *Allowed) String() string { return a.text }

func (a *Allowed) describe() string {
	var parts []string
	whole := a.whole.codes()
	for _, g := range []struct {
		name    string
		members []string
	}{{"EEA", eeaCodes()}, {"EU", euCodes()}} {
		if !slices.ContainsFunc(g.members, func(c string) bool { return !a.whole.has(c) }) {
			parts = append(parts, g.name)
			whole = slices.DeleteFunc(whole, func(c string) bool { return slices.Contains(g.members, c) })
			break
		}
	}
	parts = append(parts, whole...)
	for _, x := range a.restricted {
		l := Location{Country: x.country, Provider: x.provider}
		if x.region != "" {
			l.Regions = []string{x.region}
		}
		parts = append(parts, l.String())
	}
	if len(parts) == 0 {
		return "nowhere"
	}
	return strings.Join(parts, ", ")
}

// Key is the same for two sets exactly if they allow the same, given the same
// tables.
func (a *Allowed) Key() string { return a.key }

func (a *Allowed) identify() string {
	var b strings.Builder
	for _, x := range a.atoms {
		b.WriteString(x.country)
		if x.provider != "" {
			b.WriteString("@" + x.provider + "/" + x.region)
		}
		b.WriteByte(' ')
	}
	b.WriteString("| " + strings.Join(a.providers, " "))
	return b.String()
}
