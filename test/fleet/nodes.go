package fleet

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/test/fakenodes"
)

// Nodes of the fleet: two places of one provider inside the European Union, the own data centre, one node of the same
// provider in the United States, and one that stands for rented capacity somewhere.
func Nodes() []fakenodes.Node {
	aws := func(name, region, zone, pool string) fakenodes.Node {
		return fakenodes.Node{Name: name, Region: region, Zone: zone, ProviderID: "aws:///" + zone + "/i-0" + name, Labels: map[string]string{"example.org/pool": pool}}
	}
	own := func(name, zone string) fakenodes.Node {
		return fakenodes.Node{Name: name, Region: "dk-north-1", Zone: zone, ProviderID: "nordby://" + name, Labels: map[string]string{"example.org/pool": "apps"}}
	}
	rented := fakenodes.Node{Name: "burst-1", Region: "eu-west-1", Labels: map[string]string{"type": "virtual-kubelet"},
		Taints: []corev1.Taint{{Key: "virtual-kubelet.io/provider", Value: "rented", Effect: corev1.TaintEffectNoSchedule}}}
	return []fakenodes.Node{
		aws("se-1", "eu-north-1", "eu-north-1a", "apps"), aws("se-2", "eu-north-1", "eu-north-1b", "apps"),
		aws("ie-1", "eu-west-1", "eu-west-1a", "apps"), aws("ie-2", "eu-west-1", "eu-west-1b", "apps"),
		own("dk-1", "dk-north-1a"), own("dk-2", "dk-north-1b"),
		aws("us-1", "us-east-1", "us-east-1a", "spot"),
		rented,
	}
}
