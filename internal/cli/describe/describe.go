// Package describe says of controls what people need to know and the metadata do not say outright: what they judge, what
// of it manifests can show, and what their parameters are.
package describe

import (
	"reflect"
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// Find gives the control with an id, nil where there is none.
func Find(controls []*control.Control, id string) *control.Control {
	i := slices.IndexFunc(controls, func(c *control.Control) bool { return c.ID == v1alpha1.ControlID(id) })
	if i < 0 {
		return nil
	}
	return controls[i]
}

// Scopes lists what a control judges: workloads, environments, solutions, the platform.
func Scopes(c *control.Control) []string {
	var out []string
	for _, r := range rules(c) {
		if r.needs != nil {
			out = append(out, r.scope)
		}
	}
	return out
}

type rule struct {
	scope string
	needs []control.Need
}

func rules(c *control.Control) []rule {
	return []rule{{"workloads", c.WorkloadNeeds}, {"environments", environments(c)}, {"solutions", c.SolutionNeeds},
		{"the platform", c.PlatformNeeds}, {"institutions", c.InstitutionNeeds}}
}

// environments joins the needs of the rules that judge environments, as a whole or namespace by namespace.
func environments(c *control.Control) []control.Need {
	if c.NamespaceNeeds == nil {
		return c.EnvironmentNeeds
	}
	return append(slices.Clip(c.NamespaceNeeds), c.EnvironmentNeeds...)
}

// Offline says how much of a control manifests can show.
type Offline string

// All of it, what is wrong in the manifests but not that all is well, or nothing.
const (
	Whole  Offline = "yes"
	Partly Offline = "partly"
	No     Offline = "no"
)

// FromManifests tells how much of a control manifests can show: nothing of a rule that cannot decide without what only a
// cluster has, a part of one that looks at such facts too.
func FromManifests(c *control.Control, kinds []adapter.Kind) Offline {
	runtime := map[reflect.Type]bool{}
	for _, k := range kinds {
		for _, t := range k.Feeds {
			runtime[t] = runtime[t] || k.Runtime
		}
	}
	var found []Offline
	for _, r := range rules(c) {
		if r.needs != nil {
			found = append(found, ruleOffline(r.needs, runtime))
		}
	}
	slices.Sort(found)
	if len(slices.Compact(found)) == 1 {
		return found[0]
	}
	return Partly
}

func ruleOffline(needs []control.Need, runtime map[reflect.Type]bool) Offline {
	out := Whole
	for _, n := range needs {
		switch {
		case runtime[n.Type] && n.Gate:
			return No
		case runtime[n.Type] && n.Type != facts.TypeOf[facts.Tombstone]():
			out = Partly
		}
	}
	return out
}
