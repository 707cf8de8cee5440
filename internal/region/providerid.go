package region

import (
	"fmt"
	"slices"
	"strings"
)

// ProviderID is what a node's spec.providerID says about its place. It serves to
// contradict labels, not to replace them.
type ProviderID struct {
	// Provider as in the tables, if the scheme is known; else the scheme itself.
	Provider string
	// Region and Zone as far as the id holds them.
	Region, Zone string
	// Known is false for a scheme that this package has not heard of, such as
	// that of a virtual node, which may run its pods anywhere.
	Known bool
}

// ParseProviderID reads a node's provider id. An empty id gives the zero value: a
// node that nobody has claimed yet, or bare metal. An error means that the scheme
// is known and the rest is not of its form.
//
// Two schemes deceive. Outscale writes aws:///<zone>/<vm> with zone names that
// aws has in other countries; see [ProviderID.Among]. A node of EKS Hybrid names
// the region of its cluster, while the machine can stand anywhere: no region is
// returned.
func ParseProviderID(id string) (ProviderID, error) {
	id = strings.TrimSpace(id)
	if id == "" {
		return ProviderID{}, nil
	}
	scheme, rest, ok := strings.Cut(id, "://")
	if !ok {
		return parseBareID(id)
	}
	p := ProviderID{Provider: CanonicalProvider(scheme), Known: knownScheme(scheme)}
	if !p.Known {
		return p, nil
	}
	if err := p.readPath(rest); err != nil {
		return p, fmt.Errorf("provider id %q: %w", id, err)
	}
	return p, nil
}

// knownScheme lists every scheme seen in the node controllers' sources, with or
// without a place in the id.
func knownScheme(scheme string) bool {
	return tellingScheme(scheme) || slices.Contains([]string{
		"eks-hybrid", "harvester", "k3s", "kind", "metal3", "nutanix", "openstack", "proxmox", "rke2", "vsphere",
	}, strings.ToLower(scheme))
}

// tellingScheme lists the schemes of providers that name themselves in the ids of
// their nodes. Software that anybody runs is none, and neither are the hybrid
// nodes of EKS, whose machines are their owner's.
func tellingScheme(scheme string) bool {
	return slices.Contains(TellingSchemes(), strings.ToLower(scheme))
}

// TellingSchemes are the schemes of provider ids that name their provider, sorted.
// The schema of the Platform refuses them as prefixes of own providers.
func TellingSchemes() []string {
	return []string{
		"alicloud", "aws", "azure", "civo", "digitalocean", "exoscale", "gce", "hcloud", "hrobot",
		"ibm", "ionos", "linode", "oci", "ovh", "scaleway", "stackit", "upcloud", "vultr",
	}
}

// OwnPrefix says that provider ids that begin so are of a provider.
type OwnPrefix struct{ Prefix, Provider string }

// TellsProvider gives the provider that the ids with a prefix name themselves, so
// that no own prefix can hand them to another one.
func TellsProvider(prefix string) (provider string, ok bool) {
	scheme, _, _ := strings.Cut(strings.TrimSpace(prefix), ":")
	return CanonicalProvider(scheme), tellingScheme(scheme)
}

// OwnProvider gives the provider that own prefixes find for a provider id, empty
// where none does. The longest prefix counts; where it stands for two providers,
// nobody knows which. Prefixes that tell their provider themselves never count.
func OwnProvider(id string, own []OwnPrefix) string {
	best, provider := "", ""
	for _, o := range own {
		if _, tells := TellsProvider(o.Prefix); tells || !strings.HasPrefix(id, o.Prefix) || len(o.Prefix) < len(best) {
			continue
		}
		found := CanonicalProvider(o.Provider)
		if o.Prefix == best && found != provider {
			found = ""
		}
		best, provider = o.Prefix, found
	}
	return provider
}

// readPath reads what follows the scheme.
func (p *ProviderID) readPath(rest string) error {
	parts := strings.Split(rest, "/")
	switch p.Provider {
	case "aws": // /<zone>/<instance>, with an empty zone in old clusters
		if len(parts) != 3 || parts[0] != "" || parts[2] == "" {
			return fmt.Errorf("aws:///<zone>/<instance> is expected")
		}
		p.Zone, p.Region = parts[1], awsRegion(parts[1])
	case "gcp": // <project>/<zone>/<instance>
		if len(parts) != 3 || parts[1] == "" || parts[2] == "" {
			return fmt.Errorf("gce://<project>/<zone>/<instance> is expected")
		}
		p.Zone = parts[1]
		p.Region, _ = cutAfter(p.Zone, "-", isLetter)
	case "scaleway": // <kind>/<zone>/<uuid>
		if len(parts) != 3 || parts[1] == "" || parts[2] == "" {
			return fmt.Errorf("scaleway://<kind>/<zone>/<id> is expected")
		}
		p.Zone = parts[1]
		p.Region, _ = cutAfter(p.Zone, "-", isNumber)
	case "openstack", "proxmox": // <region>/<id>, the region often empty
		if len(parts) != 2 || parts[1] == "" {
			return fmt.Errorf("%s://<region>/<id> is expected", p.Provider)
		}
		p.Region = parts[0]
	case "oracle":
		p.Region = ocidRegion(rest)
	case "alibaba": // <region>.<instance>
		p.Region, _, _ = strings.Cut(rest, ".")
	}
	return nil
}

// parseBareID reads ids without a scheme: an OCID, or alibaba's
// <region>.<instance>.
func parseBareID(id string) (ProviderID, error) {
	if strings.HasPrefix(id, "ocid1.") {
		return ProviderID{Provider: "oracle", Region: ocidRegion(id), Known: true}, nil
	}
	region, instance, ok := strings.Cut(id, ".")
	if ok && strings.HasPrefix(instance, "i-") && strings.Contains(region, "-") {
		return ProviderID{Provider: "alibaba", Region: region, Known: true}, nil
	}
	return ProviderID{}, fmt.Errorf("provider id %q: <provider>://<id> is expected", id)
}

// ocidRegion reads the fourth part of ocid1.instance.oc1.<region>.<id>. The two
// oldest regions stand there under their airport codes.
func ocidRegion(ocid string) string {
	parts := strings.Split(ocid, ".")
	if len(parts) < 5 || parts[0] != "ocid1" {
		return ""
	}
	switch parts[3] {
	case "iad":
		return "us-ashburn-1"
	case "phx":
		return "us-phoenix-1"
	default:
		return parts[3]
	}
}

// awsRegion returns the region in a zone name of any kind: everything up to the
// first number. us-east-1a, us-east-1-bue-1a and us-east-1-wl1-bos-wlz-1 are all
// in us-east-1.
func awsRegion(zone string) string {
	for i := 1; i < len(zone); i++ {
		if zone[i-1] != '-' || zone[i] < '0' || zone[i] > '9' {
			continue
		}
		end := i
		for end < len(zone) && zone[end] >= '0' && zone[end] <= '9' {
			end++
		}
		return zone[:end]
	}
	return ""
}

// Among returns the provider under which to look the node up, given those that
// the Platform lists. An id that names one of them stands. An id that cannot tell
// (empty, openstack, vsphere and other software that anybody runs) is of the one
// listed provider that has no scheme of its own, if there is exactly one. What
// looks like aws is outscale if the Platform lists that and not aws.
func (p ProviderID) Among(listed []string) string {
	var candidates []string
	for _, name := range listed {
		name = CanonicalProvider(name)
		switch {
		case name == p.Provider && name != "":
			return name
		case p.Provider == "aws" && name == "outscale":
			candidates = append(candidates, name)
		case p.anybodys() && !tellsItself(name) && !slices.Contains(candidates, name):
			candidates = append(candidates, name)
		}
	}
	if len(candidates) == 1 {
		return candidates[0]
	}
	if p.anybodys() && len(candidates) == 0 && len(listed) == 1 && p.Provider == "" {
		return CanonicalProvider(listed[0]) // its controller has not written the id yet
	}
	return p.Provider
}

// anybodys reports an id that does not say whose machine it is.
func (p ProviderID) anybodys() bool {
	switch p.Provider {
	case "", "harvester", "k3s", "kind", "metal3", "nutanix", "openstack", "proxmox", "rke2", "vsphere":
		return true
	default:
		return false
	}
}

// tellsItself reports providers whose nodes carry an id of their own.
func tellsItself(provider string) bool {
	switch provider {
	case "alibaba", "aws", "azure", "digitalocean", "exoscale", "gcp", "hetzner", "ibm", "ionos", "linode", "oracle", "scaleway", "upcloud":
		return true
	default:
		return false
	}
}
