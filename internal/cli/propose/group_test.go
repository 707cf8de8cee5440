package propose

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

func TestNamesAreValidAndNoneTwice(t *testing.T) {
	const seed = 20261122
	r := rand.New(rand.NewPCG(seed, 1))
	valid := regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)
	letters := []rune("ab-0./:_Æ@")
	taken := map[string]bool{}
	for range 2000 {
		var b strings.Builder
		for range r.IntN(90) {
			b.WriteRune(letters[r.IntN(len(letters))])
		}
		before := len(taken)
		if name := fit(taken, b.String(), "production"); !valid.MatchString(name) || len(taken) != before+1 {
			t.Fatalf("seed %d: %q becomes %q", seed, b.String(), name)
		}
	}
}

func TestEveryNamespaceIsInOneEnvironment(t *testing.T) {
	const seed = 20261122
	r := rand.New(rand.NewPCG(seed, 2))
	pieces := []string{"prod", "test", "dev", "pre", "staging", "booking", "pay", "x"}
	for range 2000 {
		names := map[string]bool{}
		for range 1 + r.IntN(12) {
			parts := make([]string, 1+r.IntN(4))
			for i := range parts {
				parts[i] = pieces[r.IntN(len(pieces))]
			}
			names[strings.Join(parts, "-")] = true
		}
		var list []string
		for n := range names {
			list = append(list, n)
		}
		seen := map[string]int{}
		solutions := map[string]bool{}
		for _, g := range groups(list) {
			if g.solution == "" || solutions[g.solution] {
				t.Fatalf("seed %d: %v: solution %q is empty or there twice", seed, list, g.solution)
			}
			solutions[g.solution] = true
			for _, e := range g.environments {
				for _, ns := range e.namespaces {
					seen[ns]++
					if !strings.Contains(ns, g.solution) {
						t.Fatalf("seed %d: %s is taken for %s", seed, ns, g.solution)
					}
				}
			}
		}
		for _, n := range list {
			if seen[n] != 1 {
				t.Fatalf("seed %d: %s is in %d environments", seed, n, seen[n])
			}
		}
	}
}
