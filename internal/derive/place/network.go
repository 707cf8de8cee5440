package place

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/envvar"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// networkDrivers reach shares, buckets and devices that lie wherever they lie: which nodes may use a volume says nothing of that.
var networkDrivers = []string{
	"efs.csi.aws.com", "fsx.csi.aws.com", "fsx.openzfs.csi.aws.com", "s3.csi.aws.com", // AWS
	azureFiles, "blob.csi.azure.com", "azurelustre.csi.azure.com", // Azure
	"filestore.csi.storage.gke.io", "gcsfuse.csi.storage.gke.io", "lustre.csi.storage.gke.io", "parallelstore.csi.storage.gke.io", // Google
	"nasplugin.csi.alibabacloud.com", "ossplugin.csi.alibabacloud.com", "sfsturbo.csi.everest.io", "obs.csi.everest.io", "ru.yandex.s3.csi",
	"smb.csi.k8s.io", "nfs.csi.k8s.io", "iscsi.csi.k8s.io", "ch.ctrox.csi.s3-driver", "juicefs.csi.juicefs.com", "csi.juicefs.com",
	"rbd.csi.ceph.com", "cephfs.csi.ceph.com", "nfs.csi.ceph.com", "nfs.manila.csi.openstack.org", "cephfs.manila.csi.openstack.org",
	"org.gluster.glusterfs", "glusterfs.csi.k8s.io", "seaweedfs-csi-driver", "beegfs.csi.netapp.com", "csi.quobyte.com", "csi.weka.io", "csi.trident.netapp.io", "csi.vastdata.com",
}

const azureFiles = "file.csi.azure.com"

// networkTypes are volume types of Kubernetes itself that likewise reach what lies anywhere.
var networkTypes = []string{"iscsi", "cephfs", "rbd", "glusterfs", "quobyte", "scaleIO", "azureFile", "flexVolume", "storageos", "portworxVolume", "fc", "flocker"}

// serverKeys are attributes of volumes that name the server, in lower case; others count where their value names a host of
// which it is known where it is.
var serverKeys = []string{"server", "servers", "source", "dnsname", "dns", "host", "hosts", "hostname", "address", "ip", "url", "endpoint", "endpoints",
	"monitors", "targetportal", "portals", "mounttargetip", "mgs-ip-address", "filer", "registry", "gateway", "shareaddress", "storageaccounthost"}

// servers gives the attributes of a volume that name servers, as lines of key=value in order; empty for none, as with most.
func (r Reader) servers(attributes map[string]string) string {
	var out strings.Builder
	for _, key := range slices.Sorted(maps.Keys(attributes)) {
		if value := attributes[key]; r.namesServer(key, value) {
			out.WriteString(key + "=" + value + "\n")
		}
	}
	return out.String()
}

func (r Reader) namesServer(key, value string) bool {
	if value == "" || value == "[]" || strings.ContainsAny(key+value, "\n") || strings.Contains(key, "csi.storage.k8s.io/") || strings.Contains(key, "storage.kubernetes.io/") {
		return false
	}
	if slices.Contains(serverKeys, strings.ToLower(key)) || strings.HasPrefix(value, "http://") || strings.HasPrefix(value, "https://") {
		return true
	}
	for host := range strings.SplitSeq(envvar.HostsOf(value), ",") {
		if _, known := r.Tables.HostPlace(host); known {
			return true
		}
	}
	return false
}

// AttributeHosts gives the hosts that attributes of a volume name, joined by commas, and the first key that does; a key and no
// host where its value cannot be read.
func (r Reader) AttributeHosts(attributes map[string]string) (key, hosts string) {
	var all []string
	for line := range strings.Lines(r.servers(attributes)) {
		k, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		found := serverHosts(k, value)
		if found == "" {
			return k, ""
		}
		key, all = cmp.Or(key, k), append(all, strings.Split(found, ",")...)
	}
	return key, strings.Join(unique(all), ",")
}

// serverHosts reads one attribute: a share (//server/share), an address, or a list of addresses.
func serverHosts(key, value string) string {
	if strings.EqualFold(key, "source") && !strings.Contains(value, "://") {
		value, _, _ = strings.Cut(strings.TrimLeft(strings.ReplaceAll(value, "\\", "/"), "/"), "/")
	}
	hosts, _ := envvar.StoreHosts(value)
	return hosts
}

func unique(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// overNetwork reads a volume that is reached over the network: its servers, or that nothing says where it lies.
func (r Reader) overNetwork(pv *facts.PersistentVolume) (Volume, bool) {
	switch {
	case pv.NFSServer != "":
		return Volume{Field: "spec.nfs.server", Value: pv.NFSServer, Host: pv.NFSServer}, true
	case pv.Servers != "":
		return Volume{Field: "spec." + pv.Other, Value: pv.Servers, Host: pv.Servers}, true
	case slices.Contains(networkTypes, pv.Other):
		return Volume{Field: "spec." + pv.Other, Unread: "type " + pv.Other + " reaches it over the network, and nothing says where it lies"}, true
	case pv.CSI == nil:
		return Volume{}, false
	}
	key, hosts := r.AttributeHosts(pv.CSI.Attributes)
	switch {
	case hosts != "":
		return Volume{Field: "spec.csi.volumeAttributes." + key, Value: pv.CSI.Attributes[key], Host: hosts}, true
	case key != "":
		return Volume{Field: "spec.csi.volumeAttributes." + key, Unread: "its attribute " + key + " names a server that cannot be read"}, true
	case !isNetworkDriver(pv.CSI.Driver):
		return Volume{}, false
	}
	out := Volume{Field: "spec.csi", Unread: "driver " + pv.CSI.Driver + " reaches it over the network, and nothing says where it lies"}
	if pv.CSI.Driver == azureFiles { // where its copies are follows from where it seems to be
		if v, ok := r.affinity(pv); ok {
			out.Places = v.Places
		}
	}
	return out, true
}

// isNetworkDriver also tells drivers that an operator puts its own name before: rook-ceph.rbd.csi.ceph.com.
func isNetworkDriver(driver string) bool {
	return slices.ContainsFunc(networkDrivers, func(d string) bool {
		before, ok := strings.CutSuffix(driver, d)
		return ok && (before == "" || strings.HasSuffix(before, "."))
	})
}
