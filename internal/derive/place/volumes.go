package place

import (
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

type volumesKey struct{ settings }

// Volumes gives where each persistent volume is; those about which the same is written share what is said of them. The caller
// declares the need for facts.PersistentVolume.
func (r Reader) Volumes(v facts.View) map[*facts.PersistentVolume]*Volume {
	var held map[volumeText]*Volume
	return facts.Each(v, volumesKey{r.settings}, func(pv *facts.PersistentVolume) *Volume {
		text := r.textOf(pv)
		made, ok := held[text]
		if !ok {
			if held == nil {
				held = map[volumeText]*Volume{}
			}
			where := r.Volume(text.volume())
			made = &where
			held[text] = made
		}
		return made
	})
}

// volumeText is what is written about where a volume is. Most volumes of a cluster have a few such texts between them.
type volumeText struct {
	affinity                                *corev1.NodeSelector // shared by those that say the same
	nfs, driver, handle, servers            string
	zone, region, labels, otherType, inTree string
	csi, hostPath, local                    bool
}

func (r Reader) textOf(pv *facts.PersistentVolume) volumeText {
	t := volumeText{
		affinity: pv.NodeAffinity, nfs: pv.NFSServer, otherType: pv.Other, inTree: pv.Servers, hostPath: pv.HostPath != "", local: pv.Local != "",
		zone: pv.Labels[corev1.LabelTopologyZone], region: pv.Labels[corev1.LabelTopologyRegion],
	}
	for _, key := range furtherKeys(pv.Labels) {
		t.labels += key + "=" + pv.Labels[key] + "\n"
	}
	if c := pv.CSI; c != nil {
		t.csi, t.driver, t.servers = true, c.Driver, r.servers(c.Attributes)
		if tellsByHandle(c.Driver) {
			t.handle = c.Handle
		}
	}
	return t
}

// volume is one about which nothing else is written, so that what is read of it rests on nothing else.
func (t volumeText) volume() *facts.PersistentVolume {
	pv := &facts.PersistentVolume{NodeAffinity: t.affinity, NFSServer: t.nfs, Other: t.otherType, Servers: t.inTree, Labels: written(
		corev1.LabelTopologyZone, t.zone, corev1.LabelTopologyRegion, t.region)}
	fill(pv.Labels, t.labels)
	if t.hostPath {
		pv.HostPath = "/"
	}
	if t.local {
		pv.Local = "/"
	}
	if t.csi {
		pv.CSI = &facts.CSIVolume{Driver: t.driver, Handle: t.handle, Attributes: map[string]string{}}
		fill(pv.CSI.Attributes, t.servers)
	}
	return pv
}

// fill adds lines of key=value.
func fill(m map[string]string, lines string) {
	for line := range strings.Lines(lines) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		m[key] = value
	}
}

// furtherKeys are the topology keys among labels besides the two that nearly every volume has: the deprecated ones, then those of
// drivers.
func furtherKeys(labels map[string]string) []string {
	var out []string
	for _, key := range []string{corev1.LabelFailureDomainBetaZone, corev1.LabelFailureDomainBetaRegion} {
		if labels[key] != "" {
			out = append(out, key)
		}
	}
	return append(out, driverKeys(labels)...)
}

// written makes a map of names and values without those that say nothing.
func written(pairs ...string) map[string]string {
	out := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out[pairs[i]] = pairs[i+1]
		}
	}
	return out
}
