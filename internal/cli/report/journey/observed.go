package journey

import (
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
	"github.com/tilsyn-dev/tilsyn/internal/derive/party"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
)

// Environment is one environment of a solution, and where its pods are.
type Environment struct {
	Name       string   `json:"name"`
	Namespaces []string `json:"namespaces"`
	// Places of the pods; nil where what runs was not read.
	Places []check.PodsAt `json:"places"`
}

// Seen is a party that shows in an environment.
type Seen struct {
	Environment string     `json:"environment"`
	Kind        party.Kind `json:"kind"`
	// Party as people name it, for example docker.io/library; empty where it cannot be told.
	Party string `json:"party"`
	// Suppliers that it may be: by fingerprint, or else as the solution declares. None: nobody knows.
	Suppliers []string `json:"suppliers"`
	// Declared is true where only the solution's own word tells the supplier.
	Declared bool `json:"declared,omitempty"`
	// Object and Field that show it, the first of Count.
	Object string `json:"object"`
	Field  string `json:"field"`
	Count  int    `json:"count"`
	// Unread says why the party cannot be told.
	Unread string `json:"unread,omitempty"`
}

// observe enters what shows in the environments of a solution: at its links, or among those that are none.
func (m *maker) observe(out *Solution, environments []*evaluate.Environment) {
	index := party.IndexOf(m.view)
	for _, env := range environments {
		out.Environments = append(out.Environments, Environment{env.Object.Name, slices.Clone(env.Namespaces), m.places(env.Namespaces)})
		var seen []Seen
		party.Observe(env.Environment, m.view, func(o party.Observation) {
			one := m.seen(index, o)
			one.Environment = env.Object.Name
			i := slices.IndexFunc(seen, func(s Seen) bool {
				return s.Kind == one.Kind && s.Party == one.Party && s.Unread == one.Unread && slices.Equal(s.Suppliers, one.Suppliers)
			})
			if i < 0 {
				i, seen = len(seen), append(seen, one)
			}
			seen[i].Count++
		})
		for _, s := range seen {
			m.enter(out, s)
		}
	}
}

// seen tells whose an observation is, as SUP-03 does: by fingerprints, else as the solution says.
func (m *maker) seen(index *party.Index, o party.Observation) Seen {
	one := Seen{Kind: o.Kind, Party: o.Trace.Name(), Object: o.Object.String(), Field: o.Field.String(), Suppliers: []string{}, Unread: o.Unread}
	if o.Unread != "" {
		return one
	}
	if list := index.Match(o.Trace).Suppliers(); len(list) > 0 {
		one.Suppliers = list
		return one
	}
	if s := m.declared(o); s != "" {
		one.Suppliers, one.Declared = []string{s}, true
	}
	return one
}

func (m *maker) declared(o party.Observation) string {
	if o.Supplier != "" {
		return o.Supplier
	}
	for _, e := range m.chain.Solution.Spec.ExternalEndpoints {
		if e.Supplier != "" && slices.ContainsFunc(o.Trace.Names, func(n string) bool { return strings.EqualFold(n, e.Host) }) {
			return e.Supplier
		}
	}
	return ""
}

// enter puts what was seen at every link that it may be.
func (m *maker) enter(out *Solution, s Seen) {
	found := false
	for i := range out.Links {
		if slices.Contains(s.Suppliers, out.Links[i].Supplier) {
			found = true
			out.Links[i].Observed = append(out.Links[i].Observed, s)
		}
	}
	if !found {
		out.NotInChain = append(out.NotInChain, s)
	}
}

func (m *maker) places(namespaces []string) []check.PodsAt {
	if m.outcome.Inventory == nil {
		return nil
	}
	out := []check.PodsAt{}
	for _, n := range m.outcome.Inventory.Namespaces {
		if !slices.Contains(namespaces, n.Name) {
			continue
		}
		for _, p := range n.Places {
			i := slices.IndexFunc(out, func(o check.PodsAt) bool { return o.String() == p.String() })
			if i < 0 {
				out = append(out, p)
				continue
			}
			out[i].Count += p.Count
		}
	}
	return out
}
