package loc

import (
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/place"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// LOC03 judges where data at rest lie: volumes, file servers, databases elsewhere.
var LOC03 = control.Define(control.Meta{
	ID: "LOC-03", Title: "Persistent data lie in allowed locations", Since: "1", Severity: v1alpha1.SeverityCritical, Party: v1alpha1.PartyProvider,
	MustHold: "Every volume, database and object store that holds the solution's data, with its replicas, lies in allowed locations.",
	Why:      "A pod comes and goes; data stay. A volume, a replica or a database outside the agreed places is processing outside the instruction for as long as it exists.",
	NotSeen:  "Connection strings inside Secrets, files, programs and arguments of containers, bucket replication at a provider, directories of nodes mounted by hostPath (they are where the pod is: LOC-01).",
	ISO:      []string{"5.23 Information security for use of cloud services", "8.10 Information deletion"},
	GDPR:     []string{"28(3)(a)", "32", "44"},
	Evidence: []string{"PersistentVolume spec.nodeAffinity (not of network storage), spec.csi, spec.nfs and other servers, labels", "StorageClass parameters that copy to a paired region", "inline NFS and CSI volumes of pod templates",
		"Services of type ExternalName and hand-written EndpointSlices", "CloudNativePG Cluster spec.externalClusters", "variables of containers that name data stores, also from ConfigMaps (host only)", "Platform spec.endpoints, HostedSolution spec.externalEndpoints", "Attestation StorageLocation"},
	Reasons: append(targetReasons("StorageLocation"), []control.ReasonText{
		{Reason: "NoData", Verdict: v1alpha1.VerdictNotApplicable, Text: "The environment keeps no data in volumes, file servers or databases that are declared or that a variable names."},
		{Reason: "NotBound", Verdict: v1alpha1.VerdictNotApplicable, Text: "The claim has no volume yet."},
		{Reason: "ReplicaOutside", Verdict: v1alpha1.VerdictFail, Text: "{what} is copied to the paired region {place} ({value}); allowed: {allowed}.",
			Remediation: "Move the data to a volume of a class without copies to the paired region (Standard_LRS or Standard_ZRS): parameters of a class do not change volumes that exist. What happens to the old copies is the owner's to decide (DPD-02)."},
		{Reason: "ReplicaUnplaced", Verdict: v1alpha1.VerdictUnknown, Text: "{what} is copied to a paired region ({value}), and which one cannot be seen.",
			Remediation: "Use a class without copies to the paired region (Standard_LRS or Standard_ZRS), or attest where the copies lie: Attestation of type StorageLocation with target {name}."},
		{Reason: "LabelsContradict", Verdict: v1alpha1.VerdictUnknown, Text: "{what} is in {place} by its {field}.",
			Remediation: "See at the provider where volume {volume} is. If its labels are wrong, correct them: kubectl label persistentvolume {volume} topology.kubernetes.io/region=<region> topology.kubernetes.io/zone=<zone> --overwrite. If its node affinity is wrong, which cannot be changed, make the PersistentVolume anew. Or attest it: Attestation of type StorageLocation with target {name}."},
		{Reason: "VolumeMissing", Verdict: v1alpha1.VerdictUnknown, Text: "{what} names volume {volume}, which does not exist.",
			Remediation: "Find the data: kubectl get pv {volume}. A claim whose volume was lost shows phase Lost."},
	}...),
}, control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{Namespace: &control.NamespaceRule[control.NoParameters]{
	Needs: []control.Need{control.Needs[facts.Claim](), control.Needs[facts.PersistentVolume](), control.Needs[facts.StorageClass](), control.Needs[facts.Workload](),
		control.NeedsAll[facts.ExternalService](), control.Needs[facts.Database](), control.Needs[facts.Node](), control.Needs[facts.ConfigHosts](),
		control.Sees[facts.Namespace](), control.SeesAll[facts.ServiceName]()},
	Begin: func(in control.EnvironmentInput, _ *control.NoParameters) func(control.NamespaceInput, []control.Result) []control.Result {
		return (&storageJudge{judge: newJudge(in, v1alpha1.AttestStorageLocation), reader: reader(in.Environment), names: make([]name, 0, 4)}).namespace
	},
	None: control.NotApplicable("NoData"),
}})

type storageJudge struct {
	*judge
	reader  place.Reader
	nodes   map[*facts.Node]place.Node
	volumes map[*facts.PersistentVolume]*place.Volume
	names   []name // room for those of one claim after the other
}

func (j *storageJudge) namespace(in control.NamespaceInput, out []control.Result) []control.Result {
	j.facts, j.nodes, j.volumes = in.Facts, j.reader.Nodes(in.Facts), j.reader.Volumes(in.Facts)
	for _, c := range facts.ListIn[facts.Claim](in.Facts, in.Namespace) {
		out = append(out, j.claim(c))
	}
	for _, w := range facts.ListIn[facts.Workload](in.Facts, in.Namespace) {
		out = j.inline(out, w)
		out = j.stores(out, w)
	}
	for _, s := range facts.ListIn[facts.ExternalService](in.Facts, in.Namespace) {
		out = append(out, j.external(s)...)
	}
	for _, d := range facts.ListIn[facts.Database](in.Facts, in.Namespace) {
		for _, h := range d.ExternalHosts {
			out = append(out, j.target(j.hostTarget(target{what: "External cluster " + h, subject: d.Ref, field: "spec.externalClusters"}, in.Namespace, h)))
		}
	}
	for _, pv := range place.Released(in.Facts)[in.Namespace] {
		out = append(out, j.released(pv))
	}
	if in.Namespace == j.env.Scope()[0] {
		out = j.said(out)
	}
	return out
}

// said judges, once, the data stores that the solution declares and nothing in the cluster need name: what it says itself, or
// what their names say, may be outside. A declaration alone passes nothing.
func (j *storageJudge) said(out []control.Result) []control.Result {
	for _, e := range j.env.Solution.Object.Spec.ExternalEndpoints {
		if !slices.Contains([]string{"Database", "ObjectStore", "FileStore"}, e.Purpose) {
			continue
		}
		t := target{what: "Declared data store " + e.Host, subject: j.env.Solution.Ref(), field: "spec.externalEndpoints[" + e.Host + "]"}
		if r := j.target(j.hostTarget(t, "", e.Host)); r.Verdict != v1alpha1.VerdictPass {
			out = append(out, r)
		}
	}
	return out
}

func (j *storageJudge) claim(c *facts.Claim) control.Result {
	subject := facts.Ref{Kind: "PersistentVolumeClaim", Namespace: c.Namespace, Name: c.Name}
	if c.Volume == "" {
		return control.NotApplicable("NotBound").On(subject)
	}
	pv := facts.Get[facts.PersistentVolume](j.facts, "", c.Volume)
	if pv == nil {
		return control.Unknown("VolumeMissing", "what", "The claim", "volume", c.Volume).On(subject).At("spec.volumeName")
	}
	return j.volume(pv, target{what: "The volume", of: subject, subject: subject, names: append(j.names[:0], name{c.Namespace, c.Name})})
}

// volume judges a persistent volume; t says whose it is.
func (j *storageJudge) volume(pv *facts.PersistentVolume, t target) control.Result {
	v := j.volumes[pv]
	t.names = append(t.names, name{first: pv.Name})
	if pv.StorageClass != "" {
		t.names = append(t.names, name{"storageclass", pv.StorageClass})
	}
	t.field, t.observed, t.unread, t.open = v.Field, v.Places, v.Unread, v.Unread != ""
	switch {
	case v.Host != "":
		t = j.serversTarget(t, "", v.Host)
	case v.NodeName != "":
		t = j.onNode(t, v.NodeName)
	case v.Labels != "":
		return j.labelledElsewhere(pv, v, t)
	}
	r := j.target(t)
	if r.Verdict != v1alpha1.VerdictPass {
		r = r.Because(facts.Ref{Kind: "PersistentVolume", Name: pv.Name})
	}
	if r.Verdict == v1alpha1.VerdictFail || r.Verdict == v1alpha1.VerdictUnknown && len(t.observed) == 0 {
		return r
	}
	return j.replica(pv, &t, r)
}

// labelledElsewhere judges a volume whose labels contradict where it is otherwise: that counts, but one of the two is wrong.
func (j *storageJudge) labelledElsewhere(pv *facts.PersistentVolume, v *place.Volume, t target) control.Result {
	t.what, t.of, t.open = t.words()+", whose labels say "+v.Labels+",", facts.Ref{}, true
	r := j.target(t)
	if r.Reason == "Unplaced" && v.Unread == "" {
		r = control.Unknown("LabelsContradict", "what", t.what, "place", where(v.Places[0]), "field", v.Field, "volume", pv.Name, "name", t.names[0].String()).
			On(t.subject).At(t.field).Until(j.changes)
	}
	if r.Verdict != v1alpha1.VerdictPass {
		r = r.Because(facts.Ref{Kind: "PersistentVolume", Name: pv.Name})
	}
	return r
}

// onNode places data that lie on one node.
func (j *storageJudge) onNode(t target, name string) target {
	n := facts.Get[facts.Node](j.facts, "", name)
	if n == nil {
		t.unread = "it lies on node " + name + ", which does not exist"
		return t
	}
	switch where := j.nodes[n]; {
	case where.Fault != "":
		t.unread = "it lies on node " + name + ": " + where.Describe()
	default:
		t.observed = []region.Place{where.Place}
	}
	return t
}

// replica judges the copies that a storage class makes in the paired region of a volume that is itself in an allowed place.
func (j *storageJudge) replica(pv *facts.PersistentVolume, t *target, ok control.Result) control.Result {
	class := facts.Get[facts.StorageClass](j.facts, "", pv.StorageClass)
	if class == nil {
		return ok
	}
	param, value, replicated := place.Replicated(class)
	if !replicated || ok.Basis == control.Attested {
		return ok
	}
	for _, p := range t.observed {
		paired, known := j.env.Platform.Tables.Pair(p.Provider, p.Region)
		if !known {
			continue
		}
		where, _ := j.env.Platform.Tables.Lookup(p.Provider, paired, "")
		if j.env.Allowed.Place(where) {
			return ok
		}
		return control.Fail("ReplicaOutside", "what", t.words(), "place", where.String(), "value", value, "allowed", j.env.Allowed.String()).
			On(t.subject).At(param).Because(facts.Ref{Group: "storage.k8s.io", Kind: "StorageClass", Name: class.Name})
	}
	return control.Unknown("ReplicaUnplaced", "what", t.words(), "value", value, "name", t.names[0].String()).On(t.subject).At(param).Until(j.changes).
		Because(facts.Ref{Group: "storage.k8s.io", Kind: "StorageClass", Name: class.Name})
}

// inline judges volumes that a pod template reaches without a claim.
func (j *storageJudge) inline(out []control.Result, w *facts.Workload) []control.Result {
	for i := range w.Shape.Volumes {
		v := &w.Shape.Volumes[i]
		data := v.CSI != nil && !place.KeepsNoData(v.CSI.Driver)
		if v.NFSServer == "" && !data && v.Other == "" {
			continue
		}
		t := target{what: "Volume " + v.Name, of: w.Ref, subject: w.Ref, field: field(w, "volumes["+v.Name+"]")}
		switch {
		case v.NFSServer != "":
			t = j.serversTarget(t, w.Ref.Namespace, v.NFSServer)
		case data:
			t.names, t.unread = namesOf(v.CSI.Driver), "inline volume of driver "+v.CSI.Driver
			if _, servers := j.reader.AttributeHosts(v.CSI.Attributes); servers != "" {
				t = j.serversTarget(t, w.Ref.Namespace, servers)
			}
		default:
			t.names, t.unread = []name{{w.Ref.Namespace, v.Name}}, "inline volume of type "+v.Other
		}
		out = append(out, j.target(t))
	}
	return out
}

// external judges services that lead out of the cluster.
func (j *storageJudge) external(s *facts.ExternalService) []control.Result {
	subject := facts.Ref{Kind: "Service", Namespace: s.Namespace, Name: s.Name}
	if s.Host != "" {
		if lead, leads := place.LeadOf(j.facts, "", place.BareHost(s.Host)); !leads && j.exists(lead.Service) {
			return nil
		}
		t := target{what: "Host " + s.Host + " behind " + subject.String(), subject: subject, field: "spec.externalName", unread: "it is not declared"}
		return []control.Result{j.target(j.hostTarget(t, "", s.Host))}
	}
	out := make([]control.Result, 0, len(s.Addresses))
	for _, a := range s.Addresses {
		t := target{what: "Address " + a + " behind " + subject.String(), subject: subject, field: "endpoints", unread: "it is not declared"}
		out = append(out, j.target(j.hostTarget(t, "", a)))
	}
	return out
}

// released judges a volume that nobody uses any more and that still holds what the environment wrote.
func (j *storageJudge) released(pv *facts.PersistentVolume) control.Result {
	return j.volume(pv, target{what: "Released volume " + pv.Name, subject: facts.Ref{Kind: "PersistentVolume", Name: pv.Name}})
}
