package place

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// Volume is where a volume keeps its data.
type Volume struct {
	// Places the data may be in; all must be allowed. Empty where the place cannot be derived.
	Places []region.Place
	// Field of the object that tells, and Value found there.
	Field, Value string
	// Host is a server by name or address, to be looked up among the declared endpoints; several are joined by commas, and the
	// data may be on any.
	Host string
	// NodeName of a volume that lies on one node.
	NodeName string
	// Labels is what its topology labels say, where that is none of the places: they were written by somebody who erred, and
	// the data are where the scheduler takes the pods.
	Labels string
	// Unread says what would tell and is not there. Beside places: the data may be somewhere else too.
	Unread string
}

// driverProviders maps CSI drivers to the provider whose regions they name.
var driverProviders = map[string]string{
	"ebs.csi.aws.com": "aws", "efs.csi.aws.com": "aws", "s3.csi.aws.com": "aws", "fsx.csi.aws.com": "aws",
	"disk.csi.azure.com": "azure", "file.csi.azure.com": "azure", "blob.csi.azure.com": "azure",
	"pd.csi.storage.gke.io": "gcp", "filestore.csi.storage.gke.io": "gcp", "gcsfuse.csi.storage.gke.io": "gcp",
	"csi.hetzner.cloud": "hetzner", "csi.scaleway.com": "scaleway", "csi.exoscale.com": "exoscale",
	"dobs.csi.digitalocean.com": "digitalocean", "storage.csi.upcloud.com": "upcloud", "linodebs.csi.linode.com": "linode",
}

// inTreeProviders maps volume types and provisioners that Kubernetes itself had to the provider they mean.
var inTreeProviders = map[string]string{
	"awsElasticBlockStore": "aws", "kubernetes.io/aws-ebs": "aws",
	"azureDisk": "azure", "azureFile": "azure", "kubernetes.io/azure-disk": "azure", "kubernetes.io/azure-file": "azure",
	"gcePersistentDisk": "gcp", "kubernetes.io/gce-pd": "gcp",
}

// DriverProvider gives the provider whose storage a CSI driver, provisioner or in-tree volume type reaches; empty for
// software that anybody runs.
func DriverProvider(driver string) string {
	return cmp.Or(driverProviders[driver], inTreeProviders[driver])
}

// KeepsNoData tells whether a driver of inline volumes only brings in secrets, identities or images.
func KeepsNoData(driver string) bool {
	return slices.Contains([]string{"secrets-store.csi.k8s.io", "csi.spiffe.io", "csi.cert-manager.io", "image.csi.k8s.io", "inline.storage.kubevirt.io"}, driver)
}

// zoneKeys and regionKeys are topology keys of volumes and classes, apart from those that end in /zone or /region.
var (
	zoneKeys   = []string{"topology.csi.vmware.com/k8s-zone", "csi.hetzner.cloud/location"}
	regionKeys = []string{"topology.csi.vmware.com/k8s-region", "region"}
)

func isZoneKey(k string) bool { return strings.HasSuffix(k, "/zone") || slices.Contains(zoneKeys, k) }
func isRegionKey(k string) bool {
	return strings.HasSuffix(k, "/region") || slices.Contains(regionKeys, k)
}

// Volume reads where a persistent volume is: its handle, its node affinity, its labels, its server.
func (r Reader) Volume(pv *facts.PersistentVolume) Volume {
	if v, ok := r.handle(pv.CSI); ok {
		v.Labels = r.labelsElsewhere(pv, v.Places)
		return v
	}
	if v, ok := r.overNetwork(pv); ok {
		return v
	}
	byAffinity, ok := r.affinity(pv)
	if ok {
		byAffinity.Labels = r.labelsElsewhere(pv, byAffinity.Places)
		return byAffinity
	}
	if v, ok := r.volumeLabels(pv); ok {
		return v
	}
	what := cmp.Or(pv.Other, map[bool]string{true: "hostPath"}[pv.HostPath != ""], map[bool]string{true: "local"}[pv.Local != ""])
	if pv.CSI != nil {
		what = "driver " + pv.CSI.Driver
	}
	return Volume{Field: "spec.nodeAffinity", Unread: cmp.Or(byAffinity.Unread, cmp.Or(what, "the volume")+" says no region or zone")}
}

func (r Reader) provider(csi *facts.CSIVolume) []string {
	if csi != nil {
		if p := driverProviders[csi.Driver]; p != "" {
			return []string{p}
		}
	}
	return r.Providers
}

const filestore = "filestore.csi.storage.gke.io"

func tellsByHandle(driver string) bool {
	return driver == "pd.csi.storage.gke.io" || driver == "csi.scaleway.com" || driver == filestore
}

// handle reads the place inside the handles of drivers that have it there.
func (r Reader) handle(csi *facts.CSIVolume) (Volume, bool) {
	if csi == nil || !tellsByHandle(csi.Driver) {
		return Volume{}, false
	}
	parts, zone := strings.Split(csi.Handle, "/"), ""
	switch {
	case csi.Driver == "pd.csi.storage.gke.io" && len(parts) == 6 && parts[2] == "zones":
		zone = parts[3]
	case csi.Driver == "pd.csi.storage.gke.io" && len(parts) == 6 && parts[2] == "regions":
		if p, ok := r.Tables.Lookup("gcp", parts[3], ""); ok {
			return Volume{Places: []region.Place{p}, Field: "spec.csi.volumeHandle", Value: parts[3]}, true
		}
	case csi.Driver == filestore && len(parts) == 4 && parts[0] == "modeInstance": // modeInstance/zone/instance/share
		zone = parts[1]
	case csi.Driver == "csi.scaleway.com" && len(parts) == 2:
		zone = parts[0]
	}
	if zone == "" {
		return Volume{}, false
	}
	p, ok := r.Tables.Lookup(driverProviders[csi.Driver], "", zone)
	return Volume{Places: []region.Place{p}, Field: "spec.csi.volumeHandle", Value: zone}, ok
}

// affinity reads the node affinity: terms are ORed, so the data may be wherever one of them leads, and every term must tell.
// Where none does, something else may.
func (r Reader) affinity(pv *facts.PersistentVolume) (Volume, bool) {
	if pv.NodeAffinity == nil || len(pv.NodeAffinity.NodeSelectorTerms) == 0 {
		return Volume{}, false
	}
	out := Volume{Field: "spec.nodeAffinity.required"}
	var values []string
	for i, term := range pv.NodeAffinity.NodeSelectorTerms {
		places, value, node := r.term(term, r.provider(pv.CSI))
		if node != "" && len(pv.NodeAffinity.NodeSelectorTerms) == 1 && len(places) == 0 {
			return Volume{Field: out.Field, Value: node, NodeName: node}, true
		}
		if len(places) == 0 {
			out.Unread = cmp.Or(out.Unread, untold(i, len(pv.NodeAffinity.NodeSelectorTerms), value, node))
		}
		out.Places, values = append(out.Places, places...), append(values, value)
	}
	out.Value = strings.Join(values, ", ")
	return out, len(out.Places) > 0
}

// untold says why a term of a node affinity does not tell where it leads.
func untold(i, of int, value, node string) string {
	term := fmt.Sprintf("term %d of the %d of its node affinity, any of which is enough, ", i+1, of)
	if of == 1 {
		term = "its node affinity "
	}
	switch {
	case of == 1 && value == "":
		return "" // what the volume is says more
	case value != "":
		return term + "leads to " + value + ", which is in no table"
	case node != "":
		return term + "leads to node " + node + " and names no region or zone"
	default:
		return term + "names no region or zone"
	}
}

// term reads one term: the zones if it names zones, else the regions; else the one node.
func (r Reader) term(term corev1.NodeSelectorTerm, providers []string) (places []region.Place, value, node string) {
	var zones, regions []string
	for _, e := range term.MatchExpressions {
		if e.Operator != corev1.NodeSelectorOpIn {
			continue
		}
		switch {
		case e.Key == corev1.LabelHostname && len(e.Values) == 1:
			node = e.Values[0]
		case isZoneKey(e.Key):
			zones = append(zones, nonEmpty(e.Values)...)
		case isRegionKey(e.Key):
			regions = append(regions, nonEmpty(e.Values)...)
		}
	}
	places, value = r.lookAll(providers, regions, zones)
	return places, value, node
}

func (r Reader) lookAll(providers, regions, zones []string) ([]region.Place, string) {
	var out []region.Place
	for _, z := range zones {
		for _, reg := range orNone(regions) {
			p, ok := r.lookAt(providers, reg, z)
			if !ok {
				return nil, z
			}
			out = append(out, p)
		}
	}
	if len(zones) > 0 {
		return out, strings.Join(zones, ", ")
	}
	for _, reg := range regions {
		p, ok := r.lookAt(providers, reg, "")
		if !ok {
			return nil, reg
		}
		out = append(out, p)
	}
	return out, strings.Join(regions, ", ")
}

func (r Reader) lookAt(providers []string, regionName, zone string) (region.Place, bool) {
	limited := r
	limited.Providers = providers
	return limited.lookEverywhere(regionName, zone)
}

func (r Reader) volumeLabels(pv *facts.PersistentVolume) (Volume, bool) {
	said := labelPairs(pv.Labels)
	if len(said) == 0 {
		return Volume{}, false
	}
	zone, reg := said[0].zone, said[0].region
	p, ok := r.lookAt(r.provider(pv.CSI), reg, zone)
	out := Volume{Places: []region.Place{p}, Field: "metadata.labels", Value: cmp.Or(zone, reg)}
	if ok {
		out.Labels = r.labelsElsewhere(pv, out.Places)
	}
	return out, ok
}

// labelPair is what labels of one kind say: a zone, a region or both.
type labelPair struct {
	zone, region string
	// driver is true for labels of drivers, whose zones may be of the driver's own making.
	driver bool
}

// labelPairs gives what the topology labels of a volume say, first those of Kubernetes, then its deprecated ones, then those of
// drivers.
func labelPairs(labels map[string]string) []labelPair {
	if len(labels) == 0 {
		return nil
	}
	var out []labelPair
	add := func(zone, region string, driver bool) {
		if zone != "" || region != "" {
			out = append(out, labelPair{zone, region, driver})
		}
	}
	add(labels[corev1.LabelTopologyZone], labels[corev1.LabelTopologyRegion], false)
	add(labels[corev1.LabelFailureDomainBetaZone], labels[corev1.LabelFailureDomainBetaRegion], false)
	for _, key := range driverKeys(labels) {
		switch {
		case key == awsZoneID: // no zone as tables have it
		case isRegionKey(key):
			add("", labels[key], true)
		default:
			add(labels[key], "", true)
		}
	}
	return out
}

// labelsElsewhere gives what the topology labels of a volume say where it is none of the places that it has otherwise.
func (r Reader) labelsElsewhere(pv *facts.PersistentVolume, places []region.Place) string {
	if len(places) == 0 {
		return ""
	}
	for _, said := range labelPairs(pv.Labels) {
		if r.elsewhere(pv, said, places) {
			return strings.Trim(said.region+", "+said.zone, ", ")
		}
	}
	return ""
}

// elsewhere tells whether labels say another place. Labels of volumes in several zones join these by two underscores.
func (r Reader) elsewhere(pv *facts.PersistentVolume, pair labelPair, places []region.Place) bool {
	for zone := range strings.SplitSeq(pair.zone, "__") {
		said, known := r.lookAt(r.provider(pv.CSI), pair.region, zone)
		same := func(p region.Place) bool {
			if known {
				return p.Region == said.Region && slices.Equal(p.Countries, said.Countries)
			}
			return pair.driver || zone != "" && strings.EqualFold(p.Zone, zone) || pair.region != "" && strings.EqualFold(p.Region, pair.region)
		}
		if !slices.ContainsFunc(places, same) {
			return true
		}
	}
	return false
}

// Replicated tells whether a storage class writes copies to a paired region, and names the parameter that says so.
func Replicated(c *facts.StorageClass) (field, value string, ok bool) {
	for _, k := range []string{"skuName", "skuname", "storageAccountType", "storageaccounttype"} {
		v := strings.ToUpper(c.Parameters[k])
		if strings.Contains(v, "GRS") || strings.Contains(v, "GZRS") {
			return "parameters." + k, c.Parameters[k], true
		}
	}
	return "", "", false
}

func nonEmpty(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == "" })
}

func orNone(list []string) []string {
	if len(list) == 0 {
		return []string{""}
	}
	return list
}

type releasedKey struct{}

var releasedLooks = facts.Looks{In: []reflect.Type{facts.TypeOf[facts.PersistentVolume]()}}

// Released are the volumes that nobody uses any more, by the namespace of the claim that they were bound to.
// The caller declares the need for facts.PersistentVolume.
func Released(v facts.View) map[string][]*facts.PersistentVolume {
	return facts.DerivedIn(v, releasedKey{}, "", releasedLooks, func(v facts.View) map[string][]*facts.PersistentVolume {
		out := map[string][]*facts.PersistentVolume{}
		for _, pv := range facts.ListIn[facts.PersistentVolume](v, "") {
			if pv.Phase == corev1.VolumeReleased {
				out[pv.ClaimRef.Namespace] = append(out[pv.ClaimRef.Namespace], pv)
			}
		}
		return out
	})
}
