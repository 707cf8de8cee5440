package propose

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

// stageWords are parts of names of namespaces that say which stage they are, in English and Danish.
func stageWords() map[string]v1alpha1.Stage {
	out := map[string]v1alpha1.Stage{}
	for stage, words := range map[v1alpha1.Stage]string{
		v1alpha1.StageProduction:    "prod production prd live drift produktion", //nolint:misspell // a Danish word
		v1alpha1.StagePreProduction: "preprod preproduction preprd staging stage stg uat acc accept acceptance praeprod forprod",
		v1alpha1.StageTest:          "test tst testing dev develop development qa sandbox demo udv udvikling e2e ci",
	} {
		for w := range strings.FieldsSeq(words) {
			out[w] = stage
		}
	}
	return out
}

// group is the namespaces of one solution.
type group struct {
	solution     string
	environments []environment // by stage, production first
}

// environment is the namespaces of one stage of a solution.
type environment struct {
	stage      v1alpha1.Stage
	namespaces []string
	// said is true where every name says the stage; else it is taken for production, of which most is asked.
	said bool
}

// groups puts namespaces together whose names differ by nothing but a stage at the end or the beginning: booking-prod and
// booking-test are production and test of booking. A name without a stage is production.
func groups(namespaces []string) []group {
	words := stageWords()
	bySolution := map[string]*group{}
	for _, ns := range slices.Sorted(slices.Values(namespaces)) {
		solution, stage, said := split(ns, words)
		g := bySolution[solution]
		if g == nil {
			g = &group{solution: solution}
			bySolution[solution] = g
		}
		i := slices.IndexFunc(g.environments, func(e environment) bool { return e.stage == stage })
		if i < 0 {
			i = len(g.environments)
			g.environments = append(g.environments, environment{stage: stage, said: true})
		}
		e := &g.environments[i]
		e.namespaces, e.said = append(e.namespaces, ns), e.said && said
	}
	var out []group
	for _, g := range bySolution {
		slices.SortFunc(g.environments, func(a, b environment) int { return cmp.Compare(order(a.stage), order(b.stage)) })
		out = append(out, *g)
	}
	slices.SortFunc(out, func(a, b group) int { return cmp.Compare(a.solution, b.solution) })
	return out
}

func order(s v1alpha1.Stage) int {
	return slices.Index([]v1alpha1.Stage{v1alpha1.StageProduction, v1alpha1.StagePreProduction, v1alpha1.StageTest}, s)
}

// split takes the stage off a name. A name that is nothing but a stage stays whole.
func split(ns string, words map[string]v1alpha1.Stage) (solution string, stage v1alpha1.Stage, said bool) {
	parts := strings.Split(ns, "-")
	last := len(parts) - 1
	if s, ok := words[ns]; ok {
		return ns, s, true
	}
	if last > 1 && parts[last-1] == "pre" && words[parts[last]] == v1alpha1.StageProduction {
		return strings.Join(parts[:last-1], "-"), v1alpha1.StagePreProduction, true
	}
	if s, ok := words[parts[last]]; ok && last > 0 {
		return strings.Trim(strings.Join(parts[:last], "-"), "-"), s, true
	}
	if s, ok := words[parts[0]]; ok && last > 0 {
		return strings.Trim(strings.Join(parts[1:], "-"), "-"), s, true
	}
	return ns, v1alpha1.StageProduction, false
}

// longest name that refers to resources may have, in characters.
const longest = 63

// fit makes a name out of words, that no other resource of the kind has. Letters that names may not have become hyphens.
func fit(taken map[string]bool, words ...string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(strings.Join(words, "-")))
	name = strings.Trim(name, "-")
	if name == "" {
		name = "unnamed"
	}
	base := strings.TrimRight(name[:min(len(name), longest)], "-")
	out := base
	for n := 2; taken[out]; n++ {
		tail := "-" + itoa(n)
		out = strings.TrimRight(base[:min(len(base), longest-len(tail))], "-") + tail
	}
	taken[out] = true
	return out
}
