package register

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// suppliers reads the suppliers: who they are in how many chains, and by what they are recognised.
func (r *run) suppliers() {
	list := facts.List[v1alpha1.Supplier](r.view)
	chains := map[string]int{}
	for _, s := range facts.List[v1alpha1.HostedSolution](r.view) {
		counted := map[string]bool{}
		for _, link := range s.Spec.SupplierChain {
			if !counted[link.Supplier] {
				counted[link.Supplier] = true
				chains[link.Supplier]++
			}
		}
	}
	shared := sharedFingerprints(list)
	twins := chain.TwinsOf(r.view)
	for _, s := range list {
		r.out.Suppliers = append(r.out.Suppliers, &Supplier{Object: s, Solutions: chains[s.Name]})
		p := r.page(supplierKind, s.Name)
		if s.Spec.Supervision != nil {
			p.refer(institutionKind, s.Spec.Supervision.Coordinator, "spec.supervision.coordinator")
		}
		for _, f := range shared[s.Name] {
			p.bad(v1alpha1.ReasonFingerprintShared, "%s %s is a fingerprint of %s too, so what is seen by it cannot be told apart. Leave it to the one it belongs to.",
				f.field, f.value, strings.Join(f.others, ", "))
		}
		for _, t := range twins[s] {
			p.bad(v1alpha1.ReasonOneParty, "Supplier %s is the same party: both have %s. Keep one of them, with the other's name in spec.otherNames.", t.B.Name, t.Common)
		}
		p.done()
		r.lawful(s)
	}
}

// fingerprint is one entry of spec.fingerprints.
type fingerprint struct {
	field, value string
	others       []string
}

// sharedFingerprints lists, by supplier, the entries that another supplier has as well.
func sharedFingerprints(list []*v1alpha1.Supplier) map[string][]fingerprint {
	holders := map[fingerprintKey][]string{}
	for _, s := range list {
		for _, key := range fingerprintsOf(s) {
			if !slices.Contains(holders[key], s.Name) {
				holders[key] = append(holders[key], s.Name)
			}
		}
	}
	out := map[string][]fingerprint{}
	for key, names := range holders {
		if len(names) < 2 {
			continue
		}
		for _, name := range names {
			others := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == name })
			out[name] = append(out[name], fingerprint{key.field, key.value, others})
		}
	}
	for _, f := range out {
		slices.SortFunc(f, func(a, b fingerprint) int {
			return cmp.Or(cmp.Compare(a.field, b.field), cmp.Compare(a.value, b.value))
		})
	}
	return out
}

type fingerprintKey struct{ field, value string }

func fingerprintsOf(s *v1alpha1.Supplier) (out []fingerprintKey) {
	f := s.Spec.Fingerprints
	if f == nil {
		return nil
	}
	add := func(field string, values []string, same func(string) string) {
		for _, v := range values {
			out = append(out, fingerprintKey{"spec.fingerprints." + field, same(v)})
		}
	}
	exact := func(s string) string { return s }
	add("providers", f.Providers, region.CanonicalProvider)
	add("providerIDPrefixes", f.ProviderIDPrefixes, exact)
	add("imageRegistries", f.ImageRegistries, exact)
	add("csiDrivers", f.CSIDrivers, exact)
	add("hosts", f.Hosts, exact)
	add("addressRanges", f.AddressRanges, exact)
	for _, l := range f.NodeLabels {
		out = append(out, fingerprintKey{"spec.fingerprints.nodeLabels", fmt.Sprintf("%s=%s", l.Key, l.Value)})
	}
	return out
}
