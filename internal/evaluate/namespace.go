package evaluate

import (
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// claims says which environment has which namespace.
type claims struct {
	// names of all namespaces, sorted: those that exist and those that workloads name, because manifests often hold no
	// Namespace objects.
	names    []string
	platform map[string]bool // which of them belong to the platform
	runs     map[string]bool // in which of them the platform runs workloads of its own
	// byNamespace and byUse list environments by name, in order.
	byNamespace, byUse map[string][]string
	of                 map[string]claim // by environment
}

// claim is what one environment has.
type claim struct {
	namespaces, uses []string
	problems         []Problem
}

func (r *run) claim(environments []*v1alpha1.SolutionEnvironment) *claims {
	c := &claims{names: r.namespaceNames(), platform: map[string]bool{}, runs: map[string]bool{}, byNamespace: map[string][]string{}, byUse: map[string][]string{}, of: map[string]claim{}}
	for _, n := range c.names {
		if r.platformNow.OwnsNamespace(n) {
			c.platform[n] = true
		}
		if r.platformNow.RunsIn(n) {
			c.runs[n] = true
		}
	}
	for _, e := range environments {
		if e.Spec.HostedBy != "" {
			continue
		}
		one := c.read(e, r.platformNow)
		for _, n := range one.namespaces {
			c.byNamespace[n] = append(c.byNamespace[n], e.Name)
		}
		for _, n := range one.uses {
			c.byUse[n] = append(c.byUse[n], e.Name)
		}
		c.of[e.Name] = one
	}
	return c
}

func (r *run) namespaceNames() []string {
	var names []string
	for _, n := range list[facts.Namespace](r.view) {
		names = append(names, n.Name)
	}
	if r.view.Known(facts.TypeOf[facts.Workload]()) {
		names = append(names, r.view.Namespaces(facts.TypeOf[facts.Workload]())...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// read matches the patterns of one environment. Namespaces of the platform never match: they belong to no solution, and
// shared ones are named under uses.
func (c *claims) read(e *v1alpha1.SolutionEnvironment, platform *control.Platform) claim {
	var one claim
	var found problems
	bad := func(reason, format string, args ...any) {
		found.add(ref("SolutionEnvironment", e.Name), v1alpha1.ConditionAccepted, reason, format, args...)
	}
	for _, pattern := range e.Spec.Namespaces {
		matched, owned := c.match(pattern)
		one.namespaces = append(one.namespaces, matched...)
		switch {
		case len(matched) > 0:
		case len(owned) > 0:
			bad(v1alpha1.ReasonUnknownNamespace, "spec.namespaces: %s belongs to the platform, so no environment can claim it; name a shared one under spec.uses.", some(owned))
		default:
			bad(v1alpha1.ReasonNoNamespaceMatched, "spec.namespaces: %s matches no namespace%s Correct it, or remove it where the namespace is gone.",
				pattern, didYouMean(strings.TrimSuffix(string(pattern), "*"), c.names))
		}
	}
	slices.Sort(one.namespaces)
	one.namespaces = slices.Compact(one.namespaces)
	for _, name := range e.Spec.Uses {
		if sharedNamespace(platform, name) {
			one.uses = append(one.uses, name)
			continue
		}
		bad(v1alpha1.ReasonUnknownNamespace, "spec.uses: %s is not a shared namespace of the Platform; have it listed there with shared: true.", name)
	}
	slices.Sort(one.uses)
	one.uses = slices.Compact(one.uses)
	one.problems = found.list
	return one
}

// match gives the namespaces that a pattern means, apart from those of the platform.
func (c *claims) match(pattern v1alpha1.NamespacePattern) (matched, owned []string) {
	prefix := strings.TrimSuffix(string(pattern), "*")
	i, _ := slices.BinarySearch(c.names, prefix)
	for ; i < len(c.names) && strings.HasPrefix(c.names[i], prefix); i++ {
		switch {
		case !control.MatchesNamespace(pattern, c.names[i]):
		case c.platform[c.names[i]]:
			owned = append(owned, c.names[i])
		default:
			matched = append(matched, c.names[i])
		}
	}
	return matched, owned
}

func sharedNamespace(platform *control.Platform, name string) bool {
	return platform.Object != nil && slices.ContainsFunc(platform.Object.Spec.Namespaces, func(n v1alpha1.PlatformNamespace) bool {
		return n.Shared && control.MatchesNamespace(n.Name, name)
	})
}

// twice names, per namespace, the other environments that claim it.
func (c *claims) twice(environment string) map[string][]string {
	var out map[string][]string
	for _, n := range c.of[environment].namespaces {
		if len(c.byNamespace[n]) < 2 {
			continue
		}
		if out == nil {
			out = map[string][]string{}
		}
		out[n] = without(c.byNamespace[n], environment)
	}
	return out
}

// sharers lists the other environments that claim or use a namespace of this one.
func (c *claims) sharers(environment string) []string {
	one := c.of[environment]
	var out []string
	for _, n := range one.namespaces {
		out = append(out, c.byNamespace[n]...)
	}
	for _, n := range one.uses {
		out = append(out, c.byUse[n]...)
	}
	slices.Sort(out)
	return without(slices.Compact(out), environment)
}

// unclaimed lists the namespaces with workloads that belong to nobody: an environment of a solution that nobody has applied
// claims nothing.
func (c *claims) unclaimed(withWorkloads []string, known func(environment string) bool) []string {
	var out []string
	for _, n := range withWorkloads {
		if !c.runs[n] && !slices.ContainsFunc(c.byNamespace[n], known) {
			out = append(out, n)
		}
	}
	return out
}

func without(list []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == name })
}
