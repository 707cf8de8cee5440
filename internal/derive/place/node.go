// Package place tells where nodes, volumes and destinations are, from what the cluster says of them and the region tables.
package place

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// Reader reads places with the tables, providers and label keys in force.
type Reader struct {
	Tables *region.Tables
	// Providers that the cluster has nodes of.
	Providers []string
	// OwnPrefixes of provider ids that the Platform declares.
	OwnPrefixes []region.OwnPrefix
	// RegionKeys and ZoneKeys are node label keys beyond the standard ones; they win over them.
	RegionKeys, ZoneKeys []string

	settings settings
}

// Fault says why a node's place cannot be trusted.
type Fault string

// Faults of a node's place.
const (
	// LabelsDisagree: two labels name different regions or zones.
	LabelsDisagree Fault = "LabelsDisagree"
	// ProviderDisagrees: the provider id names another zone or region than the labels.
	ProviderDisagrees Fault = "ProviderDisagrees"
	// VirtualNode: the node stands for capacity elsewhere.
	VirtualNode Fault = "VirtualNode"
	// NoRegion: neither a label nor the provider id names a region or zone.
	NoRegion Fault = "NoRegion"
	// NotInTable: the region is not in the table.
	NotInTable Fault = "NotInTable"
	// BadProviderID: the provider id cannot be read.
	BadProviderID Fault = "BadProviderID"
)

// Node is where a node is.
type Node struct {
	Place region.Place
	// Provider, Region and Zone as read, whether or not the table knows them.
	Provider, Region, Zone string
	// Fault is empty where the place is known and nothing contradicts it. Detail holds the two values, or the one that is unknown.
	Fault  Fault
	Detail string
}

// Contradictory tells whether the node's own data contradict each other, which is a fault of the node and not a gap of ours.
func (n Node) Contradictory() bool { return n.Fault == LabelsDisagree || n.Fault == ProviderDisagrees }

// Describe says in words why the place is not known.
func (n Node) Describe() string {
	switch n.Fault {
	case NoRegion:
		return "it has no region label and its provider id names no region"
	case NotInTable:
		return n.Detail + " is not in the region table"
	case VirtualNode:
		return "it is a virtual node, whose pods run somewhere else"
	case BadProviderID:
		return "its provider id " + n.Detail + " cannot be read"
	default:
		return n.Detail
	}
}

// Known gives provider/region, as the record remembers it.
func (n Node) Known() string { return n.Provider + "/" + cmp.Or(n.Region, n.Zone) }

type nodesKey struct{ settings }

// Nodes gives where each node of the cluster is. The caller declares the need for facts.Node.
func (r Reader) Nodes(v facts.View) map[*facts.Node]Node {
	return facts.Each(v, nodesKey{r.settings}, r.Node)
}

// Node reads where a node is: the region and zone labels, the platform's own keys first, then the standard and the
// deprecated ones, checked against each other and against the provider id.
func (r Reader) Node(n *facts.Node) Node {
	out := Node{}
	id, err := r.providerID(n.ProviderID)
	if err != nil {
		out.Fault, out.Detail = BadProviderID, n.ProviderID
	}
	out.Provider = id.Among(r.Providers)
	var regions, zones []string
	out.Region, regions = labelled(n, slices.Concat(r.RegionKeys, []string{corev1.LabelTopologyRegion, corev1.LabelFailureDomainBetaRegion}))
	out.Zone, zones = labelled(n, slices.Concat(r.ZoneKeys, []string{corev1.LabelTopologyZone, corev1.LabelFailureDomainBetaZone}))
	switch {
	case out.Fault != "":
	case isVirtual(n):
		out.Fault, out.Detail = VirtualNode, n.Name
	case len(regions) > 1:
		out.Fault, out.Detail = LabelsDisagree, strings.Join(regions, " and ")
	case len(zones) > 1:
		out.Fault, out.Detail = LabelsDisagree, strings.Join(zones, " and ")
	case disagree(id.Zone, out.Zone):
		out.Fault, out.Detail = ProviderDisagrees, id.Zone+" and "+out.Zone
	case disagree(id.Region, out.Region) && disagree(id.Zone, out.Region): // some clouds write the zone where the region belongs
		out.Fault, out.Detail = ProviderDisagrees, id.Region+" and "+out.Region
	case id.Zone == "" && disagree(id.Region, out.Region):
		out.Fault, out.Detail = ProviderDisagrees, id.Region+" and "+out.Region
	}
	out.Region, out.Zone = cmp.Or(out.Region, id.Region), cmp.Or(out.Zone, id.Zone)
	r.Look(&out)
	if out.Fault == "" {
		out.Fault, out.Detail = r.driversDisagree(n, &out)
	}
	return out
}

// driversDisagree finds a label that a storage driver or the cloud writes on a node, about where it attaches volumes, that names
// another region than the node has otherwise.
func (r Reader) driversDisagree(n *facts.Node, at *Node) (Fault, string) {
	providers := r.Providers
	if at.Provider != "" {
		providers = []string{at.Provider}
	}
	for _, key := range driverKeys(n.Labels) {
		value := strings.TrimSpace(n.Labels[key])
		if value == "" || strings.EqualFold(value, at.Zone) || strings.EqualFold(value, at.Region) {
			continue
		}
		said, known := r.Tables.ZoneID(value)
		if key != awsZoneID {
			said, known = r.lookDriver(key, value, providers)
		}
		if known && !strings.EqualFold(said.Region, at.Place.Region) {
			return LabelsDisagree, cmp.Or(at.Zone, at.Region) + " and " + value + " (" + key + ")"
		}
	}
	return "", ""
}

// lookDriver looks up the value of a driver's label: of a zone, or of a region.
func (r Reader) lookDriver(key, value string, providers []string) (region.Place, bool) {
	if isRegionKey(key) {
		return r.lookAt(providers, value, "")
	}
	return r.lookAt(providers, "", value)
}

// awsZoneID is the label with the id of a zone of AWS, which names the same zone in every account.
const awsZoneID = "topology.k8s.aws/zone-id"

// driverKeys are the topology keys of storage drivers and clouds among labels, in order; those of Kubernetes itself are not.
func driverKeys(labels map[string]string) []string {
	var out []string
	for key := range labels {
		driver := strings.HasPrefix(key, "topology.") && (isZoneKey(key) || isRegionKey(key))
		if (driver || key == awsZoneID || slices.Contains(zoneKeys, key)) && !strings.HasPrefix(key, "topology.kubernetes.io/") {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

// Look fills in the place of a provider, region and zone and, where there is none, the fault.
func (r Reader) Look(out *Node) {
	if out.Region == "" && out.Zone == "" {
		if out.Fault == "" {
			out.Fault = NoRegion
		}
		return
	}
	var found bool
	if out.Provider != "" {
		out.Place, found = r.Tables.Lookup(out.Provider, out.Region, out.Zone)
	} else {
		out.Place, found = r.lookEverywhere(out.Region, out.Zone)
	}
	if !found && out.Fault == "" {
		out.Fault, out.Detail = NotInTable, strings.Trim(out.Provider+" "+cmp.Or(out.Region, out.Zone), " ")
	}
}

// lookEverywhere finds a region whose provider is not known: every country it means at a provider of the cluster counts.
func (r Reader) lookEverywhere(regionName, zone string) (region.Place, bool) {
	if len(r.Providers) == 1 {
		return r.Tables.Lookup(r.Providers[0], regionName, zone)
	}
	out, found := region.Place{Region: regionName, Zone: zone}, false
	for _, p := range r.Providers {
		place, ok := r.Tables.Lookup(p, regionName, zone)
		if !ok {
			continue
		}
		found = true
		for _, c := range place.Countries {
			if !slices.Contains(out.Countries, c) {
				out.Countries = append(out.Countries, c)
			}
		}
	}
	slices.Sort(out.Countries)
	return out, found
}

func (r Reader) providerID(id string) (region.ProviderID, error) {
	if provider := region.OwnProvider(id, r.OwnPrefixes); provider != "" {
		return region.ProviderID{Provider: provider, Known: true}, nil
	}
	return region.ParseProviderID(id)
}

// labelled gives the first value among the keys, and all different values.
func labelled(n *facts.Node, keys []string) (first string, different []string) {
	for _, k := range keys {
		v := strings.TrimSpace(n.Labels[k])
		if v == "" || v == "unavailable" { // what Scaleway writes for machines without a zone
			continue
		}
		first = cmp.Or(first, v)
		if !slices.ContainsFunc(different, func(o string) bool { return strings.EqualFold(o, v) }) {
			different = append(different, v)
		}
	}
	return first, different
}

func disagree(a, b string) bool { return a != "" && b != "" && !strings.EqualFold(a, b) }

// isVirtual tells whether a node runs its pods somewhere else, as virtual-kubelet and what is built on it do: by the label
// that its providers write, some with their own domain before it, or by a taint.
func isVirtual(n *facts.Node) bool {
	for key, value := range n.Labels {
		if VirtualLabel(key, value) {
			return true
		}
	}
	return slices.ContainsFunc(n.Taints, func(t corev1.Taint) bool {
		return strings.HasPrefix(t.Key, "virtual-kubelet.io/") || strings.HasPrefix(t.Key, "virtual-node.")
	})
}

// VirtualLabel tells whether a label stands for a node that runs its pods somewhere else.
func VirtualLabel(key, value string) bool {
	switch {
	case key == "type" || strings.HasSuffix(key, "/type"):
		return value == "virtual-kubelet" || value == "virtual-node"
	case strings.HasSuffix(key, "/virtual-node"):
		return value != "false"
	default:
		return false
	}
}
