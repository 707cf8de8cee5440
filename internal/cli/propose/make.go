package propose

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/manifest"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/party"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// Proposal is what is proposed.
type Proposal struct {
	// Documents in the order of their kinds: Platform, Supplier, HostedSolution, SolutionEnvironment.
	Documents []*manifest.Document
	// Notes are what people should do beside it.
	Notes []string
	// Missing are sources that were not readable, without which something may be proposed wrongly or not at all.
	Missing []facts.SourceState
	// DeclaredKnown is false while it is not known what is declared already. Nothing is proposed then: applied, it would replace
	// what nobody could see.
	DeclaredKnown bool
}

// proposer gathers a proposal.
type proposer struct {
	store    *facts.Store
	sources  map[string]facts.SourceID // of our kinds
	controls []*control.Control
	at       time.Time

	platform  *platform
	solutions []*solution
	suppliers *suppliers
	unknown   []string // destinations whose place is not known
	out       Proposal
}

// Make proposes what the facts of a store lack. The proposed Platform and environments are added to the store, because who
// shows in an environment is asked of the environment.
func Make(store *facts.Store, sources map[string]facts.SourceID, controls []*control.Control, at time.Time) *Proposal {
	p := &proposer{store: store, sources: sources, controls: controls, at: at}
	store.Read(func(v facts.View) {
		fleet := evaluate.Resolve(v, at, controls)
		p.platform = proposePlatform(v, fleet)
		p.group(v)
		declared, others := missing(v)
		p.out.Missing, p.out.DeclaredKnown = slices.Concat(declared, others), len(declared) == 0
	})
	if !p.out.DeclaredKnown {
		return &p.out
	}
	p.addToStore()
	store.Read(func(v facts.View) {
		fleet := evaluate.Resolve(v, at, controls)
		p.observe(v, fleet)
		p.documents(v, fleet)
	})
	p.notes()
	return &p.out
}

// missing sources of what a proposal is made of: those that say what is declared, and the others. What manifests never show is
// no fault of theirs.
func missing(v facts.View) (declared, others []facts.SourceState) {
	seen := map[facts.SourceID]bool{}
	keep := func(all ...[]facts.SourceState) (out []facts.SourceState) {
		for _, s := range slices.Concat(all...) {
			if s.Condition != facts.SourceNotObservable && !seen[s.ID] {
				seen[s.ID] = true
				out = append(out, s)
			}
		}
		return out
	}
	declared = keep(facts.Incomplete[v1alpha1.Platform](v), facts.Incomplete[v1alpha1.HostedSolution](v), facts.Incomplete[v1alpha1.SolutionEnvironment](v),
		facts.Incomplete[v1alpha1.Supplier](v))
	return declared, keep(facts.Incomplete[facts.Namespace](v), party.Incomplete(v))
}

// group makes solutions and environments of the namespaces that belong to nobody.
func (p *proposer) group(v facts.View) {
	declared, environments := map[string]bool{}, map[string]bool{}
	for _, s := range facts.List[v1alpha1.HostedSolution](v) {
		declared[s.Name] = true
	}
	for _, e := range facts.List[v1alpha1.SolutionEnvironment](v) {
		environments[e.Name] = true
	}
	for _, g := range groups(p.platform.rest) {
		s := &solution{name: g.solution, declared: declared[g.solution], group: g, seen: map[string]map[party.Kind]bool{}}
		s.make(environments)
		p.solutions = append(p.solutions, s)
	}
}

func (p *proposer) addToStore() {
	put := func(kind, name string, object any) {
		p.store.Put(facts.ObjectKey{Source: p.sources[kind], Name: name}, object)
	}
	if !p.platform.declared {
		object := &v1alpha1.Platform{Spec: p.platform.spec}
		object.Name = v1alpha1.PlatformName
		put("Platform", object.Name, object)
	}
	for _, s := range p.solutions {
		if !s.declared {
			object := &v1alpha1.HostedSolution{}
			object.Name = s.name
			put("HostedSolution", s.name, object)
		}
		for _, e := range s.environments {
			put("SolutionEnvironment", e.Name, e)
		}
	}
}

// observe finds who shows in the environments.
func (p *proposer) observe(v facts.View, fleet *evaluate.Fleet) {
	all := &suppliers{fleet: fleet, index: party.IndexOf(v), declared: map[string]bool{}, byKey: map[string]*supplier{}, lacking: map[string][]string{}}
	for _, s := range facts.List[v1alpha1.Supplier](v) {
		all.declared[s.Name] = true
	}
	all.taken = maps.Clone(all.declared)
	p.suppliers = all
	tables := fleet.Platform.Tables
	for _, s := range p.solutions {
		for _, e := range s.environments {
			env := fleet.Environment(e.Name)
			if env == nil {
				continue
			}
			party.Observe(env.Environment, v, func(o party.Observation) {
				s.observe(o, all)
				if name := o.Trace.Name(); name != "" && (o.Kind == party.Backups || o.Kind == party.Logs) && !slices.Contains(p.unknown, name) && !placed(tables, o.Trace.Names) {
					p.unknown = append(p.unknown, name)
				}
			})
		}
	}
	slices.Sort(p.unknown)
}

// placed tells whether a name of a host or store says where it is.
func placed(tables *region.Tables, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		host, _, _ := strings.Cut(name, "/")
		_, known := tables.HostPlace(host)
		return known
	})
}

func (p *proposer) documents(v facts.View, fleet *evaluate.Fleet) {
	add := func(d *manifest.Document) { p.out.Documents = append(p.out.Documents, d) }
	if !p.platform.declared {
		add(p.platform.document(v, fleet, p.unknown))
	}
	for _, s := range p.suppliers.proposed() {
		add(s.document())
	}
	slices.SortFunc(p.solutions, bySolutionName)
	for _, s := range p.solutions {
		if !s.declared {
			add(s.document())
		}
	}
	for _, s := range p.solutions {
		for i, e := range s.environments {
			add(environmentDocument(e, s.group.environments[i].said))
		}
	}
}

func (p *proposer) notes() {
	note := func(format string, args ...any) { p.out.Notes = append(p.out.Notes, fmt.Sprintf(format, args...)) }
	if names := p.platform.spec.Namespaces; p.platform.declared && len(names) > 0 {
		for _, n := range names {
			note("Platform cluster is declared and stays as it is. Namespace %s looks like the platform's (%s): add it to spec.namespaces, or claim it with a SolutionEnvironment.", n.Name, p.platform.comments[string(n.Name)])
		}
	}
	if strange := p.platform.system; len(strange) > 0 {
		note("In %s runs what is not known to be of Kubernetes, and nobody supervises a solution there: %s. Move what is a solution's.", metav1.NamespaceSystem, some(strange))
	}
	for _, ns := range p.platform.reserved {
		note("Workloads run in %s, which Kubernetes keeps for its own data: move them.", ns)
	}
	for _, name := range slices.Sorted(maps.Keys(p.suppliers.lacking)) {
		note("Supplier %s is declared and stays as it is. What looks like it is not among its fingerprints: add %s.", name, some(p.suppliers.lacking[name]))
	}
	for _, s := range p.solutions {
		if s.declared {
			note("HostedSolution %s is declared and stays as it is; an environment of it is proposed for %s.", s.name, some(namespaces(s)))
		}
	}
}

func namespaces(s *solution) []string {
	var out []string
	for _, e := range s.group.environments {
		out = append(out, e.namespaces...)
	}
	return out
}
