package check

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/derive/place"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Inventory says what runs where.
type Inventory struct {
	// Nodes by place, by country, provider and region.
	Nodes []NodesAt `json:"nodes"`
	// Namespaces with workloads, by name.
	Namespaces []NamespaceInventory `json:"namespaces"`
}

// Place is a region as far as it is known.
type Place struct {
	// Countries that the region may lie in: usually one, none where it is not known.
	Countries []string `json:"countries"`
	Provider  string   `json:"provider"`
	Region    string   `json:"region"`
}

// String gives "SE (aws eu-north-1)".
func (p Place) String() string {
	country := strings.Join(p.Countries, "/")
	if country == "" {
		country = "place unknown"
	}
	where := strings.TrimSpace(p.Provider + " " + p.Region)
	if where == "" {
		return country
	}
	return country + " (" + where + ")"
}

func (p Place) compare(o Place) int {
	return cmp.Or(slices.Compare(p.Countries, o.Countries), cmp.Compare(p.Provider, o.Provider), cmp.Compare(p.Region, o.Region))
}

// NodesAt counts the nodes in a place.
type NodesAt struct {
	Place
	Count int `json:"count"`
}

// PodsAt counts the pods in a place.
type PodsAt struct {
	Place
	Count int `json:"count"`
}

// NamespaceInventory is what runs in a namespace.
type NamespaceInventory struct {
	Name      string `json:"name"`
	Workloads int    `json:"workloads"`
	// Pods that run or wait; Waiting are those that no node has.
	Pods    int      `json:"pods"`
	Waiting int      `json:"waiting"`
	Places  []PodsAt `json:"places"`
	Volumes int      `json:"volumes"`
}

// placed is a place as a key; the countries are joined.
type placed struct{ countries, provider, region string }

func (p placed) place() Place {
	out := Place{Countries: []string{}, Provider: p.provider, Region: p.region}
	if p.countries != "" {
		out.Countries = strings.Split(p.countries, "/")
	}
	return out
}

func takeInventory(v facts.View, fleet *evaluate.Fleet) *Inventory {
	platform := fleet.Platform.Platform
	reader := place.NewReader(platform.Tables, platform.Providers, platform.Object)
	nodes, counts := map[string]placed{}, map[placed]int{}
	for _, n := range facts.List[facts.Node](v) {
		if !n.DeletedAt.IsZero() {
			continue
		}
		at := reader.Node(n)
		p := placed{provider: at.Provider, region: cmp.Or(at.Region, at.Zone)}
		if at.Fault == "" {
			p.countries = strings.Join(at.Place.Countries, "/")
		}
		nodes[n.Name] = p
		counts[p]++
	}
	out := &Inventory{Nodes: []NodesAt{}, Namespaces: []NamespaceInventory{}}
	for p, n := range counts {
		out.Nodes = append(out.Nodes, NodesAt{p.place(), n})
	}
	slices.SortFunc(out.Nodes, func(a, b NodesAt) int { return a.compare(b.Place) })
	for _, name := range v.Namespaces(facts.TypeOf[facts.Workload]()) {
		out.Namespaces = append(out.Namespaces, namespaceInventory(v, name, nodes))
	}
	return out
}

func namespaceInventory(v facts.View, name string, nodes map[string]placed) NamespaceInventory {
	roots := map[facts.Ref]bool{}
	for _, w := range facts.ListIn[facts.Workload](v, name) {
		roots[w.Ref] = true
	}
	out := NamespaceInventory{Name: name, Workloads: len(roots), Volumes: len(facts.ListIn[facts.Claim](v, name)), Places: []PodsAt{}}
	counts := map[placed]int{}
	for _, p := range facts.ListIn[facts.Pod](v, name) {
		switch {
		case p.Phase.Ended():
			continue
		case p.Node == "":
			out.Waiting++
		default:
			counts[nodes[p.Node]]++
		}
		out.Pods++
	}
	for _, p := range slices.SortedFunc(maps.Keys(counts), func(a, b placed) int { return a.place().compare(b.place()) }) {
		out.Places = append(out.Places, PodsAt{p.place(), counts[p]})
	}
	return out
}
