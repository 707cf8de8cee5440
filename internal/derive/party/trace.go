package party

import (
	"net/netip"
	"strings"
)

// Trace is what shows of a party: an image, a node, a volume driver, or names of a host or store.
type Trace struct {
	Image Image
	Node  *Node
	// Driver is a CSI driver, provisioner or in-tree volume type.
	Driver string
	// Names of a host or store, best first: host/bucket, host, provider/bucket, all in lower case.
	Names []string
	// Provider as the tables know the driver, host or store; empty where they do not.
	Provider string
}

// Node is what a node says of who runs it.
type Node struct {
	ProviderID string
	// Provider as the tables or the Platform know it.
	Provider string
	// Told is true where the provider id itself names a known provider, which no label of the node can change.
	Told   bool
	Labels map[string]string
}

// Name gives the party as people name it: docker.io/library, aws, ebs.csi.aws.com, logs.example.org. Empty where nothing
// names it.
func (t Trace) Name() string {
	switch {
	case t.Node != nil:
		scheme, _, ok := strings.Cut(t.Node.ProviderID, "://")
		if t.Node.Provider == "" && ok {
			return scheme + "://"
		}
		return t.Node.Provider
	case t.Image != Image{}:
		return t.Image.Owner()
	case t.Driver != "":
		return t.Driver
	case len(t.Names) > 0:
		return t.Names[0]
	}
	return t.Provider
}

// Entry proposes how the fingerprints of a supplier would name the party, for example imageRegistries:
// [docker.io/library/]; empty where nothing names it.
func (t Trace) Entry() string {
	list, value := t.Fingerprint()
	if list == "" {
		return ""
	}
	return list + ": [" + value + "]"
}

// Fingerprint gives what Entry proposes in parts: the list under spec.fingerprints of a Supplier, and the value; both empty
// where nothing names the party.
func (t Trace) Fingerprint() (list, value string) {
	name := t.Name()
	switch {
	case name == "":
		return "", ""
	case t.Node != nil && strings.HasSuffix(name, "://"):
		return "providerIDPrefixes", name
	case t.Node != nil:
		return "providers", name
	case t.Provider != "":
		return "providers", t.Provider
	case t.Image != Image{}:
		return imageEntry(t.Image)
	case t.Driver != "":
		return "csiDrivers", name
	}
	if addr, ok := addressOf(name); ok {
		return rangeEntry(addr)
	}
	return "hosts", name
}

func imageEntry(i Image) (list, value string) {
	if addr, ok := addressOf(i.Host); ok {
		return rangeEntry(addr)
	}
	if owner := i.Owner(); owner != i.Host {
		return "imageRegistries", owner + "/"
	}
	return "imageRegistries", i.Host
}

func rangeEntry(a netip.Addr) (list, value string) {
	return "addressRanges", netip.PrefixFrom(a, a.BitLen()).String()
}
