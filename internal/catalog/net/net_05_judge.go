package net

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// restYear is the longest that an attestation of encryption counts.
const restYear = 366 * day

// rest judges data at rest of one environment.
type rest struct {
	in  control.EnvironmentInput
	p   *net05
	out []control.Result
}

func judgeAtRest(in control.EnvironmentInput, p *net05) []control.Result {
	if !p.Required {
		return []control.Result{control.NotApplicable("NotRequired")}
	}
	r := &rest{in: in, p: p}
	onNodes := ""
	for _, ns := range in.Environment.Scope() {
		for _, c := range facts.ListIn[facts.Claim](in.Facts, ns) {
			onNodes = cmp.Or(onNodes, r.claim(c))
		}
		for _, w := range facts.ListIn[facts.Workload](in.Facts, ns) {
			if w.Shape != nil && !w.Finished && slices.ContainsFunc(w.Shape.Volumes, func(v facts.Volume) bool { return v.EmptyDir || v.HostPath != "" }) {
				onNodes = cmp.Or(onNodes, w.Ref.String())
			}
		}
	}
	if onNodes != "" {
		r.attest(v1alpha1.AttestNodeDiskEncryption, "", "Disks of nodes", control.Unknown("NodeDiskNotAttested", "what", onNodes))
	}
	for _, e := range in.Environment.Solution.Object.Spec.ExternalEndpoints {
		if slices.Contains([]string{"Database", "ObjectStore", "FileStore"}, e.Purpose) {
			r.attest(v1alpha1.AttestEncryptionAtRest, e.Host, e.Host, control.Unknown("StoreNotAttested", "target", e.Host).At("spec.externalEndpoints["+e.Host+"]"))
		}
	}
	r.secrets()
	return r.out
}

// find gives the newest attestation of a type in force that says who has the keys, and when that changes by itself. Without
// targets, any; Rewritten is asked for where old data may lie in clear.
func (r *rest) find(typ v1alpha1.AttestationType, targets ...string) (found *v1alpha1.Attestation, changes time.Time) {
	in, changes := control.InForce(r.in.Environment.Attestations, typ, r.in.Now)
	for _, a := range in {
		from, _, _ := control.AttestationSpan(a)
		ends := from.Add(restYear)
		about := len(targets) == 0 || slices.ContainsFunc(targets, func(t string) bool { return t != "" && strings.EqualFold(t, a.Spec.Target) })
		if !r.in.Now.Before(ends) || !about || a.Spec.Encryption == nil || typ == v1alpha1.AttestSecretEncryption && !a.Spec.Encryption.Rewritten {
			continue
		}
		return a, control.Earliest(changes, ends)
	}
	return nil, changes
}

// attest judges what only an attestation can tell.
func (r *rest) attest(typ v1alpha1.AttestationType, target, what string, missing control.Result) {
	var targets []string
	if target != "" {
		targets = []string{target}
	}
	a, changes := r.find(typ, targets...)
	if a == nil {
		r.out = append(r.out, missing.Until(changes))
		return
	}
	r.out = append(r.out, r.keys(a.Spec.Encryption.Keys == "Customer", what, cmp.Or(target, string(typ)), control.Attested).Until(changes).At(missing.Field))
}

// keys judges whose keys they are.
func (r *rest) keys(customer bool, what, target string, basis control.Basis) control.Result {
	switch {
	case r.p.CustomerKeys && !customer:
		return control.Fail("KeysOfProvider", "what", what, "target", target).RestingOn(basis)
	case basis == control.Attested:
		return control.Pass("Attested", "what", what).RestingOn(basis)
	}
	return control.Pass("Encrypted")
}

// secrets judges the cluster's data store, once for the platform.
func (r *rest) secrets() {
	platform := r.in.Environment.Platform.Ref()
	for _, s := range facts.List[facts.APIServer](r.in.Facts) {
		if s.Flags["encryption-provider-config"] == "" {
			ref := facts.Ref{Kind: "Pod", Namespace: s.Namespace, Name: s.Name}
			r.out = append(r.out, control.Fail("SecretsInClear", "what", ref.String()).Because(platform))
			return
		}
	}
	if missing := facts.Incomplete[facts.APIServer](r.in.Facts); len(missing) > 0 {
		r.out = append(r.out, control.Unreadable(missing...))
		return
	}
	n := len(r.out)
	r.attest(v1alpha1.AttestSecretEncryption, "", "Secrets", control.Unknown("SecretsNotAttested"))
	r.out[n] = r.out[n].Because(platform)
}

// claim judges the volume of a claim; it names the claim where that is a directory of a node.
func (r *rest) claim(c *facts.Claim) (onNode string) {
	ref := facts.Ref{Kind: "PersistentVolumeClaim", Namespace: c.Namespace, Name: c.Name}
	v := facts.Get[facts.PersistentVolume](r.in.Facts, "", c.Volume)
	if c.Volume == "" || v == nil {
		return "" // no data yet
	}
	if v.Local != "" || v.HostPath != "" {
		return ref.String()
	}
	s := r.volume(c, v)
	driver := ""
	if v.CSI != nil {
		driver = v.CSI.Driver
	}
	name := "PersistentVolume " + v.Name
	target := cmp.Or(v.StorageClass, driver, v.Name)
	a, changes := r.find(v1alpha1.AttestEncryptionAtRest, v.StorageClass, driver, v.Name)
	args := []string{"volume", name, "what", s.why, "target", target}
	var out control.Result
	switch {
	case s.encrypted == facts.No && s.itself && a != nil:
		out = control.Fail("SaidOtherwise", args...)
	case a != nil:
		out = r.keys(a.Spec.Encryption.Keys == "Customer", "Data of "+name, target, control.Attested)
	case s.encrypted == facts.Yes:
		out = r.keys(s.customer, "Data of "+name, target, control.Observed)
	case s.encrypted == facts.No:
		out = control.Fail("NotEncrypted", args...)
	default:
		out = control.Unknown("VolumeNotKnown", args...)
	}
	r.out = append(r.out, out.On(ref).Because(facts.Ref{Kind: "PersistentVolume", Name: v.Name}).Until(changes))
	return ""
}

// shown is what is seen of a volume.
type shown struct {
	encrypted facts.Tristate
	customer  bool // keys of the customer
	itself    bool // the volume says so, not its class
	why       string
}

// volume judges the volume by what it says itself, and by its class only where that is the one that it was made with.
func (r *rest) volume(c *facts.Claim, v *facts.PersistentVolume) shown {
	if v.CSI == nil {
		return shown{why: "it is of a type that says nothing of it"}
	}
	if s := byParameters(v.CSI.Driver, v.CSI.Attributes); s.encrypted != facts.NotKnown {
		s.itself = true
		return s
	}
	class := facts.Get[facts.StorageClass](r.in.Facts, "", v.StorageClass)
	switch {
	case v.StorageClass == "" || class == nil:
		return always(v.CSI.Driver, shown{why: "it was made without a class that can be looked at"})
	case class.Provisioner != v.CSI.Driver:
		return always(v.CSI.Driver, shown{why: "class " + class.Name + " is of another driver"})
	case class.CreatedAt.Time().After(c.CreatedAt):
		return always(v.CSI.Driver, shown{why: "class " + class.Name + " is younger than the volume, which was made with another of that name"})
	case !c.Source.IsZero():
		return always(v.CSI.Driver, shown{why: "it was filled from " + c.Source.String() + ", and may be as that was"})
	}
	s := byParameters(v.CSI.Driver, class.Parameters)
	s = always(v.CSI.Driver, s)
	if s.encrypted == facts.NotKnown {
		s.why = "neither driver " + v.CSI.Driver + " nor class " + class.Name + " says so"
	}
	return s
}

// keyParameters name a key of the customer.
var keyParameters = []string{"kmsKeyId", "diskEncryptionSetID", "disk-encryption-kms-key", "encryptionKMSID"}

// byParameters reads the parameters of drivers that have one for encryption.
func byParameters(driver string, all map[string]string) shown {
	key, on := "", "true"
	switch {
	case driver == "ebs.csi.aws.com", driver == "driver.longhorn.io", strings.HasSuffix(driver, ".csi.ceph.com"):
		key = "encrypted"
	case driver == "pxd.portworx.com":
		key = "secure"
	case driver == "storage.csi.upcloud.com":
		key, on = "encryption", "data-at-rest"
	}
	out := shown{customer: slices.ContainsFunc(keyParameters, func(k string) bool { return all[k] != "" })}
	value, said := all[key]
	switch {
	case key == "" && out.customer:
		out.encrypted = facts.Yes
	case key == "" || !said:
	case strings.EqualFold(value, on):
		out.encrypted = facts.Yes
	default:
		out.encrypted, out.why = facts.No, key+" is "+value
	}
	return out
}

// always completes drivers whose storage encrypts everything with keys of the provider.
func always(driver string, s shown) shown {
	if s.encrypted == facts.NotKnown && slices.Contains([]string{"disk.csi.azure.com", "file.csi.azure.com", "pd.csi.storage.gke.io"}, driver) {
		s.encrypted = facts.Yes
	}
	return s
}
