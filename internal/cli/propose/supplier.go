package propose

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/manifest"
	"github.com/tilsyn-dev/tilsyn/internal/derive/party"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
)

// supplier is an outside party that shows in what runs and that no declared Supplier is.
type supplier struct {
	name string
	// known are names that people know it by; party is what shows.
	known  []string
	party  string
	prints v1alpha1.Fingerprints
	// seen is what it does, by kind.
	seen map[party.Kind]bool
}

// suppliers gathers parties. The key of one is whose it is as far as anything tells.
type suppliers struct {
	fleet *evaluate.Fleet
	index *party.Index
	// declared are the names of Suppliers that are there; taken are all names.
	declared, taken map[string]bool
	byKey           map[string]*supplier
	// lacking are fingerprints that Suppliers of the same name lack.
	lacking map[string][]string
}

// of gives the suppliers that an observation is of: declared ones by their fingerprints, else one that is proposed; none
// where nothing names the party.
func (s *suppliers) of(o party.Observation) []string {
	if o.Supplier != "" {
		return []string{o.Supplier}
	}
	if names := s.index.Match(o.Trace).Suppliers(); len(names) > 0 {
		return names
	}
	list, value := o.Trace.Fingerprint()
	if list == "" {
		return nil
	}
	key, provider := list+" "+value, ""
	switch {
	case list == "providers":
		key, provider = value, value
	case list == "providerIDPrefixes":
		key = strings.TrimSuffix(value, "://")
	case list == "imageRegistries" && !strings.HasSuffix(value, "/"): // an account in a public registry is not the registry's
		if at, _ := s.fleet.Platform.Tables.HostPlace(value); at.Provider != "" {
			key, provider = at.Provider, at.Provider
		}
	}
	known := ""
	if list == "imageRegistries" && provider == "" {
		if known = registries()[strings.TrimSuffix(value, "/")]; known != "" { // one party may keep several
			key = known
		}
	}
	sup := s.byKey[key]
	if sup == nil {
		wanted := fit(map[string]bool{}, cmp.Or(provider, known, plain(list, value)))
		if s.declared[wanted] {
			if entry := list + ": [" + value + "]"; !slices.Contains(s.lacking[wanted], entry) {
				s.lacking[wanted] = append(s.lacking[wanted], entry)
			}
			return []string{wanted}
		}
		sup = &supplier{name: fit(s.taken, wanted), party: cmp.Or(provider, known, value), known: brands()[provider], seen: map[party.Kind]bool{}}
		if known != "" {
			sup.known = []string{known}
		}
		s.byKey[key] = sup
	}
	sup.seen[o.Kind] = true
	sup.add(list, value)
	return []string{sup.name}
}

// plain is what a name is made of.
func plain(list, value string) string {
	if list == "addressRanges" {
		value, _, _ = strings.Cut(value, "/")
	}
	return strings.Trim(strings.TrimSuffix(value, "://"), "/")
}

// add adds a fingerprint.
func (s *supplier) add(list, value string) {
	f := &s.prints
	switch list {
	case "providers":
		put(&f.Providers, value)
	case "providerIDPrefixes":
		put(&f.ProviderIDPrefixes, value)
	case "imageRegistries":
		put(&f.ImageRegistries, value)
	case "csiDrivers":
		put(&f.CSIDrivers, value)
	case "hosts":
		put(&f.Hosts, value)
	case "addressRanges":
		put(&f.AddressRanges, value)
	}
}

func put[T ~string](list *[]T, value string) {
	if !slices.Contains(*list, T(value)) {
		*list = append(*list, T(value))
		slices.Sort(*list)
	}
}

// proposed lists what is proposed, by name.
func (s *suppliers) proposed() []*supplier {
	return slices.SortedFunc(maps.Values(s.byKey), func(a, b *supplier) int { return cmp.Compare(a.name, b.name) })
}

func (s *supplier) document() *manifest.Document {
	d := manifest.New("Supplier", s.name, s.party+" shows in what runs: "+tasks(s.seen)+".")
	d.Field("legalName", toFill+" ("+cmp.Or(strings.Join(s.known[:min(len(s.known), 1)], ""), s.party)+")", "fill in: legalName: the company that the agreement is with, or your own organisation where it runs this itself")
	if len(s.known) > 0 {
		d.Field("otherNames", s.known)
	}
	d.FillIn("establishedIn", "its country, for example DK")
	d.FillIn("ultimateParent, ultimateParentCountry", "the company at the top of the group, and its country")
	d.FillIn("processingCountries, accessCountries", "where it keeps the data, and from where its people reach them, for example [DK, \"NO\"]; left out counts as not known")
	d.Field("fingerprints", &s.prints, "By these it is recognised. Remove what is not its own.")
	d.FillIn("contacts", "for example [{role: Incident, email: incident@example.org}]")
	return d.Comment("Its agreement is a ProcessingAgreement of its own: tilsyn explain SUP-01")
}

// tasks names kinds in words, in their order.
func tasks(seen map[party.Kind]bool) string {
	var out []string
	for _, k := range party.Kinds() {
		if seen[k] {
			out = append(out, strings.ToLower(string(k)))
		}
	}
	return strings.Join(out, ", ")
}
