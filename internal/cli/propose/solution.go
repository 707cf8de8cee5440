package propose

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/manifest"
	"github.com/tilsyn-dev/tilsyn/internal/derive/party"
)

// mostLinks a chain may have.
const mostLinks = 64

// solution is one that is proposed, or declared and with an environment that is proposed.
type solution struct {
	name     string
	declared bool
	group    group
	// environments by the index in the group.
	environments []*v1alpha1.SolutionEnvironment
	// seen is what each supplier does for it; unread is what shows of somebody who cannot be told.
	seen   map[string]map[party.Kind]bool
	unread []string
}

// observe notes who shows.
func (s *solution) observe(o party.Observation, all *suppliers) {
	var names []string
	if o.Unread == "" {
		names = all.of(o)
	}
	if len(names) == 0 {
		text := fmt.Sprintf("%s: %s: %s", strings.ToLower(string(o.Kind)), o.Object, cmp.Or(o.Unread, "nothing names whose it is"))
		if !slices.Contains(s.unread, text) {
			s.unread = append(s.unread, text)
		}
	}
	for _, name := range names {
		if s.seen[name] == nil {
			s.seen[name] = map[party.Kind]bool{}
		}
		s.seen[name][o.Kind] = true
	}
}

// links are the chain as it shows. Who engaged whom, and what is not seen, only people know.
func (s *solution) links() []v1alpha1.SupplierLink {
	taken := map[string]bool{}
	var out []v1alpha1.SupplierLink
	for _, name := range slices.Sorted(maps.Keys(s.seen)) {
		if len(out) < mostLinks {
			task := tasks(s.seen[name])
			out = append(out, v1alpha1.SupplierLink{Name: fit(taken, name), Supplier: name, Task: strings.ToUpper(task[:1]) + task[1:]})
		}
	}
	return out
}

func (s *solution) document() *manifest.Document {
	var names []string
	for _, e := range s.group.environments {
		names = append(names, e.namespaces...)
	}
	d := manifest.New("HostedSolution", s.name, "Proposed for "+some(names)+".")
	d.Field("owner", v1alpha1.Owner{Organisation: toFill}, "fill in: owner: the organisation that answers for it, with contacts")
	d.FillIn("purpose", "of the processing (GDPR art. 5(1)(b))")
	d.FillIn("classification", "for example {confidentiality: Sensitive, integrity: High, availability: High}; until then DPD-01 fails and the profile's level is assumed")
	d.FillIn("personalData", "categories, for example [Ordinary, NationalID], or [None]")
	d.FillIn("controllers", "the data controllers, for example [{name: Danish municipalities, expectedCount: 98}]")
	d.FillIn("locations", "left out, what the profile allows for the level")
	d.FillIn("continuity, retention, processing", "tilsyn explain BCK-01, DPD-02 and GOV-01 say what they hold")
	links := s.links()
	if len(links) > 0 {
		d.Field("supplierChain", links, "Who shows in what runs. Remove who is not authorised, and stop using them.",
			"fill in: supplierChain: engagedBy, the link that engaged each; and the processor and others that do not show. Each needs its agreement (SUP-01)")
	} else {
		d.FillIn("supplierChain", "nobody shows here; for example [{name: processor, supplier: NAME}]")
	}
	for _, text := range s.unread[:min(len(s.unread), few)] {
		d.Comment("Somebody who cannot be told: " + text)
	}
	return d
}

// environmentDocument writes an environment.
func environmentDocument(env *v1alpha1.SolutionEnvironment, said bool) *manifest.Document {
	d := manifest.New("SolutionEnvironment", env.Name)
	d.Field("solution", env.Spec.Solution)
	if said {
		d.Field("stage", env.Spec.Stage, "Read off the name. Only production decides the solution's state, so check it.")
	} else {
		d.Field("stage", env.Spec.Stage, "No name says otherwise: Production, PreProduction or Test.")
	}
	return d.Field("namespaces", env.Spec.Namespaces)
}

// environments makes the resources of a group.
func (s *solution) make(taken map[string]bool) {
	for _, e := range s.group.environments {
		env := &v1alpha1.SolutionEnvironment{Spec: v1alpha1.SolutionEnvironmentSpec{Solution: s.name, Stage: e.stage}}
		env.Name = fit(taken, s.name, strings.ToLower(string(e.stage)))
		for _, ns := range e.namespaces {
			env.Spec.Namespaces = append(env.Spec.Namespaces, v1alpha1.NamespacePattern(ns))
		}
		s.environments = append(s.environments, env)
	}
}

func bySolutionName(a, b *solution) int { return cmp.Compare(a.name, b.name) }
