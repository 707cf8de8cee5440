package loc

import (
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/backup"
	"github.com/tilsyn-dev/tilsyn/internal/derive/place"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// usedKey is a key that protects data of the environment.
type usedKey struct {
	place.Key
	what    string
	subject facts.Ref
	field   string
	cause   facts.Ref
	// data are the countries of the data, as far as they are known; undecided is true where there are data of which the
	// country is not known.
	data      []string
	undecided bool
}

// classKeys judges the keys that storage classes in use name.
func (j *governing) classKeys() []control.Result {
	var out []control.Result
	for _, u := range j.classesInUse() {
		class := facts.Get[facts.StorageClass](j.in.Facts, "", u.name)
		if class == nil {
			continue // LOC-03 and SUP-03 say so
		}
		field, id := place.ClassKey(class)
		key, ok := j.reader.Key(place.DriverProvider(class.Provisioner), id)
		if !ok {
			continue
		}
		k := usedKey{Key: key, what: "StorageClass " + class.Name, subject: facts.Ref{Group: "storage.k8s.io", Kind: "StorageClass", Name: class.Name}, field: field, cause: u.by}
		k.Names = append(k.Names, "storageclass/"+class.Name)
		k.undecided = u.hidden || len(facts.Incomplete[facts.Claim](j.in.Facts)) > 0
		for _, pv := range u.volumes {
			v := j.reader.Volume(pv)
			k.undecided = k.undecided || len(v.Places) == 0 || v.Unread != ""
			k.add(v.Places...)
		}
		out = append(out, j.key(k))
	}
	return out
}

func (k *usedKey) add(places ...region.Place) {
	for _, p := range places {
		for _, c := range p.Countries {
			if !slices.Contains(k.data, c) {
				k.data = append(k.data, c)
			}
		}
	}
	slices.Sort(k.data)
}

// classInUse is a storage class with the first that uses it, and the volumes of the environment that it made.
type classInUse struct {
	name    string
	by      facts.Ref
	volumes []*facts.PersistentVolume
	// hidden is true where a claim has a volume that cannot be found.
	hidden bool
}

// classesInUse lists the storage classes of claims and of claims to come.
func (j *governing) classesInUse() []*classInUse {
	var out []*classInUse
	use := func(name string, by facts.Ref) *classInUse {
		i := slices.IndexFunc(out, func(c *classInUse) bool { return c.name == name })
		if i < 0 {
			i, out = len(out), append(out, &classInUse{name: name, by: by})
		}
		return out[i]
	}
	for _, ns := range j.env.Scope() {
		for _, c := range facts.ListIn[facts.Claim](j.in.Facts, ns) {
			name := j.className(c)
			if name == "" {
				continue
			}
			u := use(name, facts.Ref{Kind: "PersistentVolumeClaim", Namespace: c.Namespace, Name: c.Name})
			if pv := facts.Get[facts.PersistentVolume](j.in.Facts, "", c.Volume); pv != nil {
				u.volumes = append(u.volumes, pv)
			} else if c.Volume != "" {
				u.hidden = true
			}
		}
		for _, w := range facts.ListIn[facts.Workload](j.in.Facts, ns) {
			for _, name := range j.templateClasses(w) {
				use(name, w.Ref)
			}
		}
	}
	return out
}

// className gives the class of a claim: that of its volume, that which it names, or the default one.
func (j *governing) className(c *facts.Claim) string {
	if pv := facts.Get[facts.PersistentVolume](j.in.Facts, "", c.Volume); c.Volume != "" && pv != nil && pv.StorageClass != "" {
		return pv.StorageClass
	}
	if c.DefaultClass {
		return j.defaultClass()
	}
	return c.StorageClass
}

func (j *governing) defaultClass() string {
	for _, c := range facts.ListIn[facts.StorageClass](j.in.Facts, "") {
		if c.Default {
			return c.Name
		}
	}
	return ""
}

func (j *governing) templateClasses(w *facts.Workload) []string {
	var out []string
	add := func(class *string) {
		name := j.defaultClass()
		if class != nil {
			name = *class
		}
		if name != "" {
			out = append(out, name)
		}
	}
	for i := range w.ClaimTemplates {
		add(w.ClaimTemplates[i].StorageClass)
	}
	for i := range w.Shape.Volumes {
		if e := w.Shape.Volumes[i].Ephemeral; e != nil {
			add(e.StorageClass)
		}
	}
	return out
}

// backupKeys judges the keys that backup destinations name.
func (j *governing) backupKeys() []control.Result {
	var out []control.Result
	for _, use := range backup.Destinations(j.in.Facts, j.env.Scope()) {
		d := use.Destination
		if d == nil {
			continue // LOC-04 says so
		}
		key, ok := j.reader.Key(d.Provider, d.EncryptionKey)
		if !ok {
			continue
		}
		k := usedKey{Key: key, what: use.Ref.String(), subject: use.Ref, field: "spec", cause: use.By, undecided: true}
		k.Names = append(k.Names, use.Ref.Namespace+"/"+use.Ref.Name)
		if p, placed := j.stored(d); placed {
			k.undecided = false
			k.add(p)
		}
		out = append(out, j.key(k))
	}
	return out
}

func (j *governing) stored(d *facts.BackupDestination) (region.Place, bool) {
	if d.Region != "" {
		return j.env.Platform.Tables.Lookup(d.Provider, d.Region, "")
	}
	return j.env.Platform.Tables.HostPlace(d.Endpoint)
}

// key judges one key.
func (j *governing) key(k usedKey) control.Result {
	args := []string{"what", k.what, "name", k.Names[0]}
	finish := func(r control.Result) control.Result { return r.On(k.subject).At(k.field).Because(k.cause) }
	if k.Placed {
		if !j.env.Allowed.Place(k.Place) {
			return finish(control.Fail("KeyOutside", append(args, "place", k.Place.String(), "allowed", j.env.Allowed.String())...))
		}
		if r, bad := j.apart(k, k.Place.Countries, k.Place.String(), args); bad {
			return finish(r)
		}
	}
	switch {
	case k.Placed && !k.Replicated:
		return finish(control.Pass("KeyInside", append(args, "place", k.Place.String())...))
	case k.WithData && !k.Replicated:
		return finish(control.Pass("KeyWithData", args...))
	}
	if a := j.attestedKey(k.Names); a != nil {
		return finish(j.byAttestation(k, a, args).Until(j.changes))
	}
	if k.Replicated {
		return finish(control.Unknown("KeyReplicated", args...).Until(j.changes))
	}
	return finish(control.Unknown("KeyUnplaced", append(args, "detail", k.Unread)...).Until(j.changes))
}

// apart tells that a key is in another country than data it protects, where the level does not allow that.
func (j *governing) apart(k usedKey, of []string, where string, args []string) (control.Result, bool) {
	if !j.params.KeySameCountry {
		return control.Result{}, false
	}
	args = append(args, "place", where)
	for _, c := range of {
		if len(k.data) > 0 && !slices.Equal(k.data, []string{c}) {
			return control.Fail("KeyElsewhere", append(args, "data", strings.Join(k.data, ", "))...), true
		}
	}
	return control.Unknown("KeyNotCompared", args...), k.undecided
}

func (j *governing) attestedKey(names []string) *v1alpha1.Attestation {
	for _, a := range j.attested(v1alpha1.AttestKeyLocation) {
		if a.Spec.Target == "" || slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, a.Spec.Target) }) {
			return a
		}
	}
	return nil
}

func (j *governing) byAttestation(k usedKey, a *v1alpha1.Attestation, args []string) control.Result {
	if c := j.outside(a); c != "" {
		return control.Fail("KeyOutside", append(args, "place", c, "allowed", j.env.Allowed.String())...).RestingOn(control.Attested)
	}
	var of []string
	for _, c := range a.Spec.Countries {
		of = append(of, string(c))
	}
	if r, bad := j.apart(k, of, countries(a), args); bad {
		return r.RestingOn(control.Attested)
	}
	return control.Pass("KeyAttested", append(args, "places", countries(a), "attestation", a.Name)...).RestingOn(control.Attested)
}
