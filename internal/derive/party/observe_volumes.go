package party

import (
	"cmp"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/derive/place"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// volumes are the claims of a namespace, what its pods reach without a claim, and what it left behind.
func (o *observer) volumes(ns string) {
	for _, c := range facts.ListIn[facts.Claim](o.facts, ns) {
		o.claim(c)
	}
	for _, w := range facts.ListIn[facts.Workload](o.facts, ns) {
		o.inline(w)
	}
	for _, pv := range place.Released(o.facts)[ns] {
		o.volume(pv, facts.Ref{Kind: "PersistentVolume", Name: pv.Name}, Field{path: "spec"})
	}
}

func (o *observer) claim(c *facts.Claim) {
	subject := facts.Ref{Kind: "PersistentVolumeClaim", Namespace: c.Namespace, Name: c.Name}
	if c.Volume == "" {
		if c.DefaultClass {
			o.class(nil, subject, Field{path: "spec.storageClassName"})
		} else {
			o.class(&c.StorageClass, subject, Field{path: "spec.storageClassName"})
		}
		return
	}
	pv := facts.Get[facts.PersistentVolume](o.facts, "", c.Volume)
	if pv != nil {
		o.volume(pv, subject, Field{path: "spec.volumeName"})
	} else if o.complete(facts.TypeOf[facts.PersistentVolume]()) {
		o.add(Observation{Kind: Volumes, Object: subject, Field: Field{path: "spec.volumeName"}, Unread: "volume " + c.Volume + " does not exist"})
	}
}

// volume adds who keeps a volume: a driver, and the file server behind it. A directory of a node is with the node.
func (o *observer) volume(pv *facts.PersistentVolume, object facts.Ref, field Field) {
	ob := Observation{Kind: Volumes, Object: object, Field: field, Cause: facts.Ref{Kind: "PersistentVolume", Name: pv.Name}}
	if ob.Cause == object {
		ob.Cause = facts.Ref{}
	}
	if driver := driverOf(pv); driver != "" {
		ob.Trace = Trace{Driver: driver, Provider: place.DriverProvider(driver)}
		o.add(ob)
	}
	servers := o.places()[pv].Host
	for server := range strings.SplitSeq(servers, ",") {
		if server == "" {
			continue
		}
		if t, outside := o.host(server); outside {
			ob.Kind, ob.Trace = Files, t
			o.add(ob)
		}
	}
}

// places tells where volumes are.
func (o *observer) places() map[*facts.PersistentVolume]*place.Volume {
	if o.volumesAt == nil {
		o.volumesAt = o.reader.Volumes(o.facts)
	}
	return o.volumesAt
}

func driverOf(pv *facts.PersistentVolume) string {
	if pv.CSI != nil {
		return pv.CSI.Driver
	}
	return pv.Other
}

// class adds the provisioner of a class, by name or (nil) the default one. Without a class a volume has to be made by hand.
func (o *observer) class(name *string, object facts.Ref, field Field) {
	c := o.findClass(name)
	switch {
	case c != nil && strings.HasPrefix(c.Provisioner, "kubernetes.io/no-provisioner"):
	case c != nil:
		o.add(Observation{
			Kind: Volumes, Object: object, Field: field, Cause: facts.Ref{Group: "storage.k8s.io", Kind: "StorageClass", Name: c.Name},
			Trace: Trace{Driver: c.Provisioner, Provider: place.DriverProvider(c.Provisioner)},
		})
	case name != nil && *name != "" && o.complete(facts.TypeOf[facts.StorageClass]()):
		o.add(Observation{Kind: Volumes, Object: object, Field: field, Unread: "storage class " + *name + " does not exist"})
	}
}

func (o *observer) findClass(name *string) *facts.StorageClass {
	if name != nil {
		return facts.Get[facts.StorageClass](o.facts, "", *name)
	}
	for _, c := range facts.ListIn[facts.StorageClass](o.facts, "") {
		if c.Default {
			return c
		}
	}
	return nil
}

// inline adds what pods reach without a claim, and the classes of claims that will be made for them.
func (o *observer) inline(w *facts.Workload) {
	base := cmp.Or(w.TemplatePath, "spec")
	for i := range w.ClaimTemplates {
		o.class(w.ClaimTemplates[i].StorageClass, w.Ref, Field{"spec", "volumeClaimTemplates", w.ClaimTemplates[i].Name, ""})
	}
	for i := range w.Shape.Volumes {
		v := &w.Shape.Volumes[i]
		ob := Observation{Kind: Volumes, Object: w.Ref, Field: Field{base, "volumes", v.Name, ""}}
		switch {
		case v.Ephemeral != nil:
			o.class(v.Ephemeral.StorageClass, ob.Object, ob.Field)
		case v.NFSServer != "":
			o.reach(Files, ob.Object, ob.Field, v.NFSServer)
		case v.CSI != nil && !place.KeepsNoData(v.CSI.Driver):
			ob.Trace = Trace{Driver: v.CSI.Driver, Provider: place.DriverProvider(v.CSI.Driver)}
			o.add(ob)
			o.reach(Files, ob.Object, ob.Field, v.CSI.Attributes["server"])
		case v.Other != "":
			ob.Trace = Trace{Driver: v.Other, Provider: place.DriverProvider(v.Other)}
			o.add(ob)
		}
	}
}
