package region

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// A smaller cap, or the national requirement, never allows more; equal keys mean
// equal decisions.
func TestNarrowingNeverAllowsMore(t *testing.T) {
	const seed = 4
	r := rand.New(rand.NewPCG(seed, seed))
	tt := tables(t)
	places := slices.Collect(maps.Values(tt.places))
	byKey := map[string][]bool{}
	for range 400 {
		declared, limit := randomLocations(r, places), randomLocations(r, places)
		o := Options{At: at(t, "2026-11-22"), Providers: randomProviders(r)}
		wide, _ := NewAllowed(tt, declared, o)
		o.Cap = limit
		capped, _ := NewAllowed(tt, declared, o)
		o.Cap = limit[:r.IntN(len(limit)+1)]
		smaller, _ := NewAllowed(tt, declared, o)
		o.NationalOnly = true
		national, _ := NewAllowed(tt, declared, o)
		order := []*Allowed{national, smaller, capped, wide}
		for _, p := range places {
			for i := range order[1:] {
				if order[i].Place(p) && !order[i+1].Place(p) {
					t.Fatalf("seed %d: %s is allowed by %s and not by %s", seed, p, order[i], order[i+1])
				}
				if order[i].Region(p.Region) && !order[i+1].Region(p.Region) {
					t.Fatalf("seed %d: region %s is allowed by %s and not by %s", seed, p.Region, order[i], order[i+1])
				}
			}
			if national.Place(p) && !slices.Equal(p.Countries, []string{"DK"}) {
				t.Fatalf("seed %d: %s is allowed with the national requirement", seed, p)
			}
		}
		for _, a := range order {
			var answers []bool
			for _, name := range tt.Providers() {
				for _, code := range tt.providers[name] {
					answers = append(answers, a.Place(tt.places[key{name, normal(name, code)}]), a.Region(code))
				}
			}
			if known, ok := byKey[a.Key()]; ok && !slices.Equal(known, answers) {
				t.Fatalf("seed %d: two sets have the key %q and differ", seed, a.Key())
			}
			byKey[a.Key()] = answers
		}
	}
}

func randomProviders(r *rand.Rand) []string {
	all := []string{"aws", "alibaba", "hetzner", "gce"}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:r.IntN(len(all))]
}

func randomLocations(r *rand.Rand, places []Place) []Location {
	out := make([]Location, 0, 3)
	for range 1 + r.IntN(3) {
		p := places[r.IntN(len(places))]
		l := Location{Country: p.Countries[0]}
		switch r.IntN(5) {
		case 0:
			l.Country, l.Group = "", []Group{GroupEU, GroupEEA, GroupAdequate}[r.IntN(3)]
		case 1:
			l.Country = "DK"
		case 2:
			l.Provider = p.Provider
		case 3:
			l.Provider, l.Regions = p.Provider, []string{p.Region}
		}
		out = append(out, l)
	}
	return out
}
