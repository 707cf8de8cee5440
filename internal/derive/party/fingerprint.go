package party

import (
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/derive/place"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// Mark is one entry of the fingerprints of a supplier.
type Mark struct {
	// Supplier by the name of its resource.
	Supplier string
	// Field of the Supplier that holds the entry, and the entry as written.
	Field, Text string
	// Wide says why the entry would take in what is not the supplier's, as the end of a sentence that begins with the entry;
	// empty for an entry that counts.
	Wide string
}

// Index finds suppliers by their fingerprints. It never changes.
type Index struct {
	images    map[string][]Mark // host, or host/path/
	hosts     map[string][]Mark // whole host, or store: provider/bucket
	stores    map[string][]Mark // prefix of stores, ends in a slash
	domains   map[string][]Mark // without the leading dot
	drivers   map[string][]Mark
	providers map[string][]Mark
	labels    map[v1alpha1.NodeLabel][]Mark
	ids       map[string][]Mark // prefix of provider ids, ends in a separator
	ranges    map[netip.Prefix][]Mark
}

type indexKey struct{}

// IndexOf gives the fingerprints of all suppliers. The caller declares the need for v1alpha1.Supplier.
func IndexOf(v facts.View) *Index {
	deps := []facts.Dependency{{Type: facts.TypeOf[v1alpha1.Supplier](), Namespaces: []string{""}}}
	return facts.Derived(v, indexKey{}, deps, func(v facts.View) *Index {
		return NewIndex(facts.ListIn[v1alpha1.Supplier](v, ""))
	})
}

// NewIndex reads the fingerprints of suppliers. Entries that the API would refuse match nothing.
func NewIndex(suppliers []*v1alpha1.Supplier) *Index {
	x := &Index{
		images: map[string][]Mark{}, hosts: map[string][]Mark{}, stores: map[string][]Mark{}, domains: map[string][]Mark{},
		drivers: map[string][]Mark{}, providers: map[string][]Mark{}, labels: map[v1alpha1.NodeLabel][]Mark{},
		ids: map[string][]Mark{}, ranges: map[netip.Prefix][]Mark{},
	}
	for _, s := range suppliers {
		if s.Spec.Fingerprints != nil {
			x.add(s.Name, s.Spec.Fingerprints)
		}
	}
	return x
}

func (x *Index) add(supplier string, f *v1alpha1.Fingerprints) {
	mark := func(list, text, wide string) Mark {
		return Mark{Supplier: supplier, Field: "spec.fingerprints." + list, Text: text, Wide: wide}
	}
	for _, p := range f.Providers {
		if name := region.CanonicalProvider(p); name != "" {
			note(x.providers, name, mark("providers", p, ""))
		}
	}
	for _, p := range f.ProviderIDPrefixes { // looked up at separators alone
		note(x.ids, p, mark("providerIDPrefixes", p, ""))
	}
	for _, l := range f.NodeLabels {
		note(x.labels, l, mark("nodeLabels", l.Key+"="+l.Value, wideLabel(l.Key)))
	}
	for _, r := range f.ImageRegistries {
		host, path, _ := strings.Cut(r, "/")
		host = registryHost(host)
		switch {
		case host == "":
		case path == "":
			note(x.images, host, mark("imageRegistries", r, wideRegistry(host)))
		default: // looked up at slashes alone
			note(x.images, host+"/"+path, mark("imageRegistries", r, ""))
		}
	}
	for _, d := range f.CSIDrivers {
		note(x.drivers, d, mark("csiDrivers", d, ""))
	}
	for _, h := range f.Hosts {
		x.addHost(h, func(wide string) Mark { return mark("hosts", h, wide) })
	}
	for _, r := range f.AddressRanges {
		if prefix, err := netip.ParsePrefix(r); err == nil {
			note(x.ranges, prefix.Masked(), mark("addressRanges", r, wideRange(prefix)))
		}
	}
}

func (x *Index) addHost(pattern string, mark func(wide string) Mark) {
	domain, open := strings.CutPrefix(strings.ToLower(pattern), ".")
	switch {
	case open && domain != "":
		note(x.domains, domain, mark(wideDomain(domain)))
	case open || pattern == "":
	case strings.HasSuffix(pattern, "/"):
		note(x.stores, strings.ToLower(pattern), mark(""))
	case strings.Contains(pattern, "/"):
		note(x.hosts, strings.ToLower(pattern), mark(""))
	default:
		note(x.hosts, place.BareHost(pattern), mark(""))
	}
}

func note[K comparable](m map[K][]Mark, key K, mark Mark) {
	if !slices.Contains(m[key], mark) {
		m[key] = append(m[key], mark)
	}
}

// wideRegistry tells that a whole registry takes in everybody's images.
func wideRegistry(host string) string {
	if isPublic(host) {
		return "is a registry in which anybody may publish"
	}
	return ""
}

// wideDomain tells that anybody may register a name under a domain. The suffixes of companies, under which they themselves
// give out names to customers, stay: what lies there is with them.
func wideDomain(domain string) string {
	if suffix, managed := publicsuffix.PublicSuffix(domain); suffix == domain && (managed || !strings.Contains(domain, ".")) {
		return "is a domain under which anybody may register a name"
	}
	return ""
}

// wideLabel tells that nodes carry a label whoever runs them.
func wideLabel(key string) string {
	domain, _, ok := strings.Cut(key, "/")
	if ok && (domain == "kubernetes.io" || strings.HasSuffix(domain, ".kubernetes.io") || domain == "k8s.io" || strings.HasSuffix(domain, ".k8s.io")) {
		return "is a label of Kubernetes, which says nothing of who runs a node"
	}
	return ""
}

// Shortest prefixes that one party may have; what is wider takes in a good part of all addresses.
const leastBits4, leastBits6 = 8, 16

func wideRange(p netip.Prefix) string {
	if p.Addr().Is4() && p.Bits() < leastBits4 || p.Addr().Is6() && p.Bits() < leastBits6 {
		return "takes in a good part of all addresses"
	}
	return ""
}
