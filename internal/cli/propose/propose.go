package propose

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/manifest"
	"github.com/tilsyn-dev/tilsyn/internal/derive/party"
	"github.com/tilsyn-dev/tilsyn/internal/derive/place"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// toFill stands in fields that cannot be left out and that only people know. Controls take it for nothing.
const toFill = v1alpha1.ToBeFilledIn

// few is how many names a comment gives at most.
const few = 6

func itoa(n int) string { return strconv.Itoa(n) }

// some joins the first names of a list.
func some(names []string) string {
	if len(names) > few {
		return strings.Join(names[:few], ", ") + fmt.Sprintf(" and %d more", len(names)-few)
	}
	return strings.Join(names, ", ")
}

// platform is the Platform that is proposed, and what to say of it.
type platform struct {
	spec     v1alpha1.PlatformSpec
	declared bool
	// found are the providers of nodes; own is true where the region table does not know all of them.
	found []v1alpha1.PlatformProvider
	own   bool
	// comments on the namespaces, by name.
	comments map[string]string
	// nameless nodes have no provider id.
	nameless []string
	// reserved namespaces hold workloads and are Kubernetes' own.
	reserved []string
	// system are the repositories of kube-system that are not known to be of Kubernetes.
	system []string
	// rest are the namespaces that belong to nobody.
	rest []string
}

// proposePlatform reads the providers from the nodes, and from the namespaces that belong to nobody takes those of known
// products.
func proposePlatform(v facts.View, fleet *evaluate.Fleet) *platform {
	p := &platform{declared: fleet.Platform.Object != nil, comments: map[string]string{}}
	p.providers(v, fleet.Platform.Tables)
	p.system = slices.DeleteFunc(repositories(v, metav1.NamespaceSystem), ofKubernetes)
	for _, ns := range fleet.Unclaimed {
		if ns == "kube-public" || ns == "kube-node-lease" {
			p.reserved = append(p.reserved, ns)
			continue
		}
		if ns == metav1.NamespaceSystem {
			continue
		}
		known, strange, ok := productIn(ns, repositories(v, ns))
		if !ok {
			p.rest = append(p.rest, ns)
			continue
		}
		p.spec.Namespaces = append(p.spec.Namespaces, v1alpha1.PlatformNamespace{Name: v1alpha1.NamespacePattern(ns), Owner: toFill, Shared: known.shared})
		p.comments[ns] = known.does
		if len(strange) > 0 {
			p.comments[ns] += "; check what else runs there: " + some(strange)
		}
	}
	return p
}

// providers are those of the nodes. One that the region table does not know counts only with its regions, whose countries
// people have to say; until then none is listed, so that those seen on nodes count.
func (p *platform) providers(v facts.View, tables *region.Tables) {
	for _, n := range facts.List[facts.Node](v) {
		scheme, _, ok := strings.Cut(strings.TrimSpace(n.ProviderID), "://")
		if !n.DeletedAt.IsZero() {
			continue
		}
		if !ok || scheme == "" {
			p.nameless = append(p.nameless, n.Name)
			continue
		}
		provider := v1alpha1.PlatformProvider{Name: region.CanonicalProvider(scheme)}
		if _, tells := region.TellsProvider(scheme + "://"); !tells || !tables.HasProvider(provider.Name) {
			p.own = true
			provider.ProviderIDPrefixes = []v1alpha1.ProviderIDPrefix{scheme + "://"}
		}
		if !slices.ContainsFunc(p.found, func(o v1alpha1.PlatformProvider) bool { return o.Name == provider.Name }) {
			p.found = append(p.found, provider)
		}
	}
	slices.SortFunc(p.found, func(a, b v1alpha1.PlatformProvider) int { return cmp.Compare(a.Name, b.Name) })
	slices.Sort(p.nameless)
	if !p.own {
		p.spec.Providers = p.found
	}
}

// describe writes the providers, as a field or as what is still to be said of them.
func (p *platform) describe(d *manifest.Document) {
	const seen = "Read off spec.providerID of the nodes."
	switch {
	case len(p.found) == 0:
		d.FillIn("providers", "who runs the nodes, which the evidence does not show, for example [{name: aws}]")
	case !p.own:
		d.Field("providers", p.found, seen)
	default:
		d.Comment(seen + " One that the region table does not know is an own data centre and needs its regions.")
		for _, o := range p.found {
			entry := "- {name: " + o.Name
			if len(o.ProviderIDPrefixes) > 0 {
				entry += `, providerIDPrefixes: ["` + o.ProviderIDPrefixes[0] + `"]`
			}
			d.FillIn("providers", entry+"}")
		}
	}
	if len(p.nameless) > 0 {
		d.FillIn("providers", "nodes without spec.providerID: "+some(p.nameless))
	}
}

// repositories of the images that run in a namespace, sorted.
func repositories(v facts.View, ns string) []string {
	var out []string
	for _, w := range facts.ListIn[facts.Workload](v, ns) {
		if w.Shape == nil {
			continue
		}
		for i := range w.Shape.Containers {
			image, err := party.ParseImage(w.Shape.Containers[i].Image)
			name := image.String()
			if err != nil {
				name = w.Shape.Containers[i].Image
			}
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// document writes the Platform. Places and schedulers are for people to say: a wrong country, or a scheduler that heeds no
// node affinity, would hide findings.
func (p *platform) document(v facts.View, fleet *evaluate.Fleet, destinations []string) *manifest.Document {
	d := manifest.New("Platform", v1alpha1.PlatformName, "What is true of the whole cluster.")
	p.describe(d)
	for _, r := range unknownRegions(v, fleet) {
		d.FillIn("regions", fmt.Sprintf("- {provider: %s, name: %s, country: XX}, which the region table does not know", r.provider, r.region))
	}
	if names := schedulers(v, fleet); len(names) > 0 {
		d.FillIn("schedulers", "those of them that obey node affinity: ["+some(names)+"]")
	}
	if len(p.spec.Namespaces) > 0 {
		comments := []string{"Recognised by name and images. Nobody supervises a solution in them, so remove what is none of the platform.", "fill in: namespaces: owner, the team that answers for each"}
		for _, n := range p.spec.Namespaces {
			comments = append(comments, string(n.Name)+": "+p.comments[string(n.Name)])
		}
		d.Field("namespaces", p.spec.Namespaces, comments...)
	}
	if len(p.system) > 0 {
		d.Comment(metav1.NamespaceSystem + ": nobody supervises a solution in it; check what else runs there: " + some(p.system))
	}
	for _, name := range destinations {
		d.FillIn("endpoints", fmt.Sprintf("- {name: %s, country: XX}, where backups or logs go", name))
	}
	d.FillIn("failureDomain", "of the cluster's own storage, for example dc1; backups belong into another one")
	d.FillIn("administration", "where control plane, keys, identities and management lie, for example [{part: ControlPlane, country: DK}] (LOC-07)")
	d.FillIn("defaultProfile", "left out, solutions are judged by public-sector")
	return d
}

type unknownRegion struct{ provider, region string }

// unknownRegions are places of nodes that the region table does not know.
func unknownRegions(v facts.View, fleet *evaluate.Fleet) []unknownRegion {
	at := fleet.Platform.Platform
	reader := place.NewReader(at.Tables, at.Providers, at.Object)
	var out []unknownRegion
	for _, n := range facts.List[facts.Node](v) {
		where := reader.Node(n)
		name := cmp.Or(where.Region, where.Zone)
		if r := (unknownRegion{cmp.Or(where.Provider, "PROVIDER"), name}); n.DeletedAt.IsZero() && where.Fault == place.NotInTable && name != "" && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b unknownRegion) int {
		return cmp.Or(cmp.Compare(a.provider, b.provider), cmp.Compare(a.region, b.region))
	})
	return out
}

// schedulers that workloads ask for and the platform does not list.
func schedulers(v facts.View, fleet *evaluate.Fleet) []string {
	var out []string
	for _, w := range facts.List[facts.Workload](v) {
		if w.Shape == nil {
			continue
		}
		if name := w.Shape.Scheduling.SchedulerName; name != "" && !slices.Contains(fleet.Platform.Schedulers, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
