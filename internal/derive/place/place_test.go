package place

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

func testReader(t *testing.T, providers ...string) Reader {
	t.Helper()
	tables, err := region.Default()
	if err != nil {
		t.Fatal(err)
	}
	return NewReader(tables, providers, nil)
}

func labels(pairs ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}

const (
	regionKey, zoneKey = corev1.LabelTopologyRegion, corev1.LabelTopologyZone
	oldRegion, oldZone = corev1.LabelFailureDomainBetaRegion, corev1.LabelFailureDomainBetaZone
)

func TestNode(t *testing.T) {
	for name, c := range map[string]struct {
		node      facts.Node
		providers []string
		fault     Fault
		place     string
	}{
		"labels of drivers that agree": {node: facts.Node{Labels: labels(regionKey, "eu-north-1", zoneKey, "eu-north-1a", "topology.ebs.csi.aws.com/zone", "eu-north-1a", "topology.k8s.aws/zone-id", "eun1-az1",
			"topology.longhorn.io/zone", "rack1")}, providers: []string{"aws"}, place: "aws eu-north-1 eu-north-1a (SE)"},
		"labels and provider id agree":                            {facts.Node{ProviderID: "aws:///eu-north-1a/i-1", Labels: labels(regionKey, "eu-north-1", zoneKey, "eu-north-1a")}, []string{"aws"}, "", "aws eu-north-1 eu-north-1a (SE)"},
		"the provider id alone tells":                             {facts.Node{ProviderID: "aws:///eu-north-1a/i-1"}, []string{"aws"}, "", "aws eu-north-1 eu-north-1a (SE)"},
		"the deprecated labels tell":                              {facts.Node{ProviderID: "aws:///eu-north-1a/i-1", Labels: labels(oldRegion, "eu-north-1", oldZone, "eu-north-1a")}, []string{"aws"}, "", "aws eu-north-1 eu-north-1a (SE)"},
		"new and deprecated label disagree":                       {facts.Node{ProviderID: "aws:///eu-north-1a/i-1", Labels: labels(regionKey, "eu-north-1", oldRegion, "us-east-1")}, []string{"aws"}, LabelsDisagree, ""},
		"the zone in the provider id disagrees":                   {facts.Node{ProviderID: "aws:///us-east-1a/i-1", Labels: labels(regionKey, "eu-north-1", zoneKey, "eu-north-1a")}, []string{"aws"}, ProviderDisagrees, ""},
		"the region in the provider id disagrees":                 {facts.Node{ProviderID: "aws:///us-east-1a/i-1", Labels: labels(regionKey, "eu-north-1")}, []string{"aws"}, ProviderDisagrees, ""},
		"a machine without zone has the zone as region":           {facts.Node{ProviderID: "scaleway://baremetal/fr-par-2/7c", Labels: labels(regionKey, "fr-par-2", zoneKey, "unavailable")}, []string{"scaleway"}, "", ""},
		"a virtual node by label":                                 {facts.Node{Labels: labels("type", "virtual-kubelet", regionKey, "eu-north-1")}, []string{"aws"}, VirtualNode, ""},
		"a virtual node by taint":                                 {facts.Node{Labels: labels(regionKey, "eu-north-1"), Taints: []corev1.Taint{{Key: "virtual-kubelet.io/provider", Value: "azure"}}}, []string{"aws"}, VirtualNode, ""},
		"nothing tells":                                           {facts.Node{}, []string{"aws"}, NoRegion, ""},
		"a region that no table knows":                            {facts.Node{Labels: labels(regionKey, "eu-atlantis-1")}, []string{"aws"}, NotInTable, ""},
		"a region without provider means every country it can be": {facts.Node{Labels: labels(regionKey, "eu-west-1")}, []string{"aws", "alibaba"}, "", "eu-west-1 (GB, IE)"},
	} {
		t.Run(name, func(t *testing.T) {
			got := testReader(t, c.providers...).Node(&c.node)
			if got.Fault != c.fault {
				t.Fatalf("fault %q (%s), want %q", got.Fault, got.Detail, c.fault)
			}
			if c.place != "" && got.Place.String() != c.place {
				t.Errorf("place %q, want %q", got.Place, c.place)
			}
			if got.Fault != "" && got.Describe() == "" {
				t.Error("a fault without words")
			}
		})
	}
}

func TestOwnDataCentreIsFoundByItsProviderIDPrefix(t *testing.T) {
	tables, err := region.Default()
	if err != nil {
		t.Fatal(err)
	}
	tables, err = tables.WithOverlay([]region.OwnRegion{{Provider: "dc", Region: "west", Countries: []string{"DK"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	platform := &v1alpha1.Platform{ObjectMeta: metav1.ObjectMeta{Name: "cluster"}, Spec: v1alpha1.PlatformSpec{
		Providers: []v1alpha1.PlatformProvider{{Name: "dc", ProviderIDPrefixes: []v1alpha1.Line{"dc://"}}},
	}}
	got := NewReader(tables, []string{"dc"}, platform).Node(&facts.Node{ProviderID: "dc://rack7/n3", Labels: labels(regionKey, "west")})
	if got.Fault != "" || got.Place.String() != "dc west (DK)" {
		t.Errorf("%+v", got)
	}
}

func TestAPrefixOfAKnownProviderIsNobodyElses(t *testing.T) {
	tables, err := region.Default()
	if err != nil {
		t.Fatal(err)
	}
	tables, err = tables.WithOverlay([]region.OwnRegion{{Provider: "dc", Region: "us-east-1", Countries: []string{"DK"}}, {Provider: "dc", Region: "west", Countries: []string{"DK"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	of := func(prefixes ...v1alpha1.Line) v1alpha1.PlatformProvider {
		return v1alpha1.PlatformProvider{Name: "dc", ProviderIDPrefixes: prefixes}
	}
	for name, c := range map[string]struct {
		providers []v1alpha1.PlatformProvider
		id        string
		place     string
	}{
		"the prefix of aws":                {[]v1alpha1.PlatformProvider{of("aws:///")}, "aws:///us-east-1a/i-1", "aws us-east-1 us-east-1a (US)"},
		"its scheme alone":                 {[]v1alpha1.PlatformProvider{of("aws:")}, "aws:///us-east-1a/i-1", "aws us-east-1 us-east-1a (US)"},
		"a zone of aws":                    {[]v1alpha1.PlatformProvider{of("aws:///us-east-1a/")}, "aws:///us-east-1a/i-1", "aws us-east-1 us-east-1a (US)"},
		"another spelling":                 {[]v1alpha1.PlatformProvider{of("AWS:///")}, "AWS:///us-east-1a/i-1", "aws us-east-1 us-east-1a (US)"},
		"software that anybody runs":       {[]v1alpha1.PlatformProvider{of("openstack:///")}, "openstack:///4c1", "dc us-east-1 (DK)"},
		"the longest of two":               {[]v1alpha1.PlatformProvider{{Name: "other", ProviderIDPrefixes: []v1alpha1.Line{"dc1:"}}, of("dc1://")}, "dc1://n1", "dc us-east-1 (DK)"},
		"nobody's where two have the same": {[]v1alpha1.PlatformProvider{{Name: "other", ProviderIDPrefixes: []v1alpha1.Line{"dc1://"}}, of("dc1://")}, "dc1://n1", "dc1 us-east-1"},
	} {
		t.Run(name, func(t *testing.T) {
			platform := &v1alpha1.Platform{ObjectMeta: metav1.ObjectMeta{Name: "cluster"}, Spec: v1alpha1.PlatformSpec{Providers: c.providers}}
			got := NewReader(tables, []string{"dc"}, platform).Node(&facts.Node{ProviderID: c.id, Labels: labels(regionKey, "us-east-1")})
			if got.Place.String() != c.place {
				t.Errorf("place %q (%s), want %q", got.Place, got.Fault, c.place)
			}
		})
	}
}

func TestBoundCountsEveryLivingNode(t *testing.T) {
	r := testReader(t, "aws")
	allowed, _ := region.NewAllowed(r.Tables, []region.Location{{Country: "SE"}}, region.Options{Providers: r.Providers, At: time.Unix(1.7e9, 0)})
	inside := &facts.Node{Name: "in", Labels: labels(regionKey, "eu-north-1")}
	outside := &facts.Node{Name: "out", Labels: labels(regionKey, "us-east-1")}
	nowhere := &facts.Node{Name: "nowhere"}
	gone := &facts.Node{Name: "gone", Labels: labels(regionKey, "us-east-1"), DeletedAt: time.Unix(1, 0)}
	for name, c := range map[string]struct {
		nodes []*facts.Node
		all   bool
	}{
		"no nodes bind nothing":        {nil, false},
		"all inside":                   {[]*facts.Node{inside, gone}, true},
		"one outside":                  {[]*facts.Node{inside, outside}, false},
		"one whose place is not known": {[]*facts.Node{inside, nowhere}, false},
		"only a node that is gone":     {[]*facts.Node{gone}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := r.bound(c.nodes, allowed, r.Node); got.All() != c.all {
				t.Errorf("%+v", got)
			}
		})
	}
}

func affinity(key string, values ...string) *corev1.NodeSelector {
	return &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{
		{Key: key, Operator: corev1.NodeSelectorOpIn, Values: values}}}}}
}

func TestVolume(t *testing.T) {
	for name, c := range map[string]struct {
		pv     facts.PersistentVolume
		places []string
		host   string
		node   string
	}{
		"a zone in the node affinity":       {pv: facts.PersistentVolume{CSI: &facts.CSIVolume{Driver: "ebs.csi.aws.com"}, NodeAffinity: affinity("topology.ebs.csi.aws.com/zone", "eu-north-1b")}, places: []string{"aws eu-north-1 eu-north-1b (SE)"}},
		"two zones are two places":          {pv: facts.PersistentVolume{CSI: &facts.CSIVolume{Driver: "ebs.csi.aws.com"}, NodeAffinity: affinity(zoneKey, "eu-north-1b", "us-east-1a")}, places: []string{"aws eu-north-1 eu-north-1b (SE)", "aws us-east-1 us-east-1a (US)"}},
		"a zone in the handle":              {pv: facts.PersistentVolume{CSI: &facts.CSIVolume{Driver: "pd.csi.storage.gke.io", Handle: "projects/p/zones/europe-north1-a/disks/d"}}, places: []string{"gcp europe-north1 europe-north1-a (FI)"}},
		"a region in the handle":            {pv: facts.PersistentVolume{CSI: &facts.CSIVolume{Driver: "pd.csi.storage.gke.io", Handle: "projects/p/regions/europe-north1/disks/d"}}, places: []string{"gcp europe-north1 (FI)"}},
		"a deprecated label":                {pv: facts.PersistentVolume{Labels: labels(corev1.LabelFailureDomainBetaZone, "eu-west-1a")}, places: []string{"aws eu-west-1 eu-west-1a (IE)"}},
		"a share of Filestore":              {pv: facts.PersistentVolume{CSI: &facts.CSIVolume{Driver: "filestore.csi.storage.gke.io", Handle: "modeInstance/europe-north1-a/aula/vol1", Attributes: labels("ip", "10.0.0.2")}}, places: []string{"gcp europe-north1 europe-north1-a (FI)"}},
		"several servers":                   {pv: facts.PersistentVolume{CSI: &facts.CSIVolume{Driver: "csi.example.org", Attributes: labels("monitors", "a.example.org:6789,203.0.113.9:6789", "pool", "x")}}, host: "a.example.org,203.0.113.9"},
		"labels of the volume":              {pv: facts.PersistentVolume{Labels: labels(regionKey, "eu-west-1")}, places: []string{"aws eu-west-1 (IE)"}},
		"a file server":                     {pv: facts.PersistentVolume{NFSServer: "nfs1.example.org"}, host: "nfs1.example.org"},
		"a file server of a driver":         {pv: facts.PersistentVolume{CSI: &facts.CSIVolume{Driver: "nfs.csi.k8s.io", Attributes: labels("server", "nfs2.example.org")}}, host: "nfs2.example.org"},
		"a volume of one node":              {pv: facts.PersistentVolume{Local: "/mnt", NodeAffinity: affinity(corev1.LabelHostname, "n1")}, node: "n1"},
		"a zone that no table knows":        {pv: facts.PersistentVolume{NodeAffinity: affinity(zoneKey, "eu-atlantis-1a")}},
		"an empty zone says nothing":        {pv: facts.PersistentVolume{CSI: &facts.CSIVolume{Driver: "disk.csi.azure.com"}, NodeAffinity: affinity("topology.disk.csi.azure.com/zone", "")}},
		"a driver that says nothing at all": {pv: facts.PersistentVolume{CSI: &facts.CSIVolume{Driver: "rbd.csi.ceph.com"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := testReader(t, "aws").Volume(&c.pv)
			if diff := cmp.Diff(got, testReader(t, "aws").Volume(testReader(t, "aws").textOf(&c.pv).volume())); diff != "" {
				t.Errorf("what is written of it, alone, says something else: %s", diff)
			}
			if len(got.Places) != len(c.places) || got.Host != c.host || got.NodeName != c.node {
				t.Fatalf("%+v", got)
			}
			for i, p := range got.Places {
				if p.String() != c.places[i] {
					t.Errorf("place %q, want %q", p, c.places[i])
				}
			}
			if len(got.Places) == 0 && got.Host == "" && got.NodeName == "" && got.Unread == "" {
				t.Error("a volume without a place and without a reason")
			}
		})
	}
}

func TestReplicatedClasses(t *testing.T) {
	for sku, want := range map[string]bool{"Standard_LRS": false, "Standard_ZRS": false, "Standard_GRS": true, "Standard_RAGRS": true, "Standard_GZRS": true, "standard_ragzrs": true, "": false} {
		if _, _, got := Replicated(&facts.StorageClass{Parameters: labels("skuName", sku)}); got != want {
			t.Errorf("%q: %v", sku, got)
		}
	}
}

func TestHosts(t *testing.T) {
	for host, want := range map[string]struct {
		bare    string
		cluster bool
	}{
		"Logs.Example.org.":                     {"logs.example.org", false},
		"logs.example.org:9200":                 {"logs.example.org", false},
		"loki":                                  {"loki", true},
		"loki.logging.svc:3100":                 {"loki.logging.svc", true},
		"loki.logging.svc.cluster.local":        {"loki.logging.svc.cluster.local", true},
		"logs.svc.example.org":                  {"logs.svc.example.org", false},
		"x.svc.cluster.local.example.org":       {"x.svc.cluster.local.example.org", false},
		"127.0.0.1:4317":                        {"127.0.0.1", true},
		"192.0.2.7":                             {"192.0.2.7", false},
		"[2001:db8::1]:443":                     {"2001:db8::1", false},
		"[2001:DB8::1]":                         {"2001:db8::1", false},
		"::ffff:192.0.2.7":                      {"192.0.2.7", false},
		"svc.example.org":                       {"svc.example.org", false},
		"registry.example.org.evil.example.com": {"registry.example.org.evil.example.com", false},
	} {
		t.Run(host, func(t *testing.T) {
			if got := BareHost(host); got != want.bare || IsClusterHost(got) != want.cluster {
				t.Errorf("%q, in the cluster: %t; want %+v", got, IsClusterHost(got), want)
			}
		})
	}
}
