package admission

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func TestLabelOfANamespace(t *testing.T) {
	const level, version = "pod-security.kubernetes.io/enforce", "pod-security.kubernetes.io/enforce-version"
	for sentence, tc := range map[string]struct {
		labels map[string]string
		covers string // levels
		old    bool
	}{
		"no label covers nothing":                         {nil, "", false},
		"restricted covers baseline":                      {map[string]string{level: "restricted"}, "baseline restricted", false},
		"baseline does not cover restricted":              {map[string]string{level: "baseline", version: "latest"}, "baseline", false},
		"a level that does not exist covers nothing":      {map[string]string{level: "Restricted"}, "", false},
		"a version that does not exist covers nothing":    {map[string]string{level: "restricted", version: "1.24"}, "", false},
		"a version before the newest check is old":        {map[string]string{level: "restricted", version: "v1.33"}, "baseline restricted", true},
		"a version with the newest check is not":          {map[string]string{level: "restricted", version: "v1.34"}, "baseline restricted", false},
		"a version that is old for baseline is old there": {map[string]string{level: "baseline", version: "v1.0"}, "baseline", true},
	} {
		t.Run(sentence, func(t *testing.T) {
			l := LabelOf(&facts.Namespace{Labels: tc.labels})
			var covers []string
			for _, level := range []string{"baseline", "restricted"} {
				if l.Covers(level) {
					covers = append(covers, level)
				}
			}
			if got := strings.Join(covers, " "); got != tc.covers || l.Old != tc.old {
				t.Errorf("covers %q, old %t; want %q, %t", got, l.Old, tc.covers, tc.old)
			}
		})
	}
}

func TestPatternsAgreeWithTheirDefinition(t *testing.T) {
	const seed = 7
	r := rand.New(rand.NewPCG(seed, seed))
	text := func(letters string) string {
		b := make([]byte, r.IntN(6))
		for i := range b {
			b[i] = letters[r.IntN(len(letters))]
		}
		return string(b)
	}
	for range 20000 {
		pattern, name := text("ab*?"), text("ab")
		definition := regexp.MustCompile("^" + strings.NewReplacer("*", ".*", "?", ".").Replace(pattern) + "$")
		if got, want := glob(pattern, name), definition.MatchString(name); got != want {
			t.Fatalf("seed %d: pattern %q, text %q: got %t, want %t", seed, pattern, name, got, want)
		}
	}
}
