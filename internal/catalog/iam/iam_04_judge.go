package iam

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/scan"
)

// secretWords say what was recognised, never changed.
var secretWords = map[scan.Identifier]string{
	scan.PrivateKey: "a private key", scan.Password: "a password", scan.Token: "a token", scan.CloudKey: "an access key of a cloud", scan.ConnectionString: "an address with a password in it",
	scan.SecretManifest: "a Secret", scan.HelmRelease: "the state of a release",
}

// exposed is a field with a secret in it.
type exposed struct {
	ref facts.Ref
	facts.ExposedField
}

// whole tells what holds a Secret with all that is in it, which is found beside it.
func (e exposed) whole() bool {
	return e.Identifier == scan.SecretManifest || e.Identifier == scan.HelmRelease
}

// exposures gathers fields with secrets by the object that somebody can mend.
type exposures struct {
	platform *control.Platform
	limit    scan.Confidence
	parents  map[facts.Ref]facts.Ref // of ReplicaSets and Jobs
	by       map[facts.Ref][]exposed
}

func newExposures(platform *control.Platform, p *iam04, owners []*facts.Owner) *exposures {
	x := &exposures{platform: platform, limit: confidences[p.Confidence], parents: map[facts.Ref]facts.Ref{}, by: map[facts.Ref][]exposed{}}
	for _, o := range owners {
		x.parents[o.Ref()] = o.Parent()
	}
	return x
}

func (x *exposures) add(e *facts.Exposure) {
	on := e.Ref
	if e.Owner.Name != "" && e.Owner.Kind != "Node" {
		on = e.Owner
	}
	if parent, ok := x.parents[on]; ok {
		on = parent
	}
	for _, f := range e.Found {
		if !f.Identifier.Personal() && f.Confidence >= x.limit && !x.public(f) {
			x.by[on] = append(x.by[on], exposed{e.Ref, f})
		}
	}
}

// public tells whether the Platform says that the text of a field is public.
func (x *exposures) public(f facts.ExposedField) bool {
	p := x.platform.Object
	return f.Public != "" && p != nil && p.Spec.Scan != nil && slices.ContainsFunc(p.Spec.Scan.PublicValues, func(v v1alpha1.PublicValue) bool { return v.SHA256 == f.Public })
}

// results gives one finding for each object: what is surest, in the object itself before its copies.
func (x *exposures) results(out []control.Result) []control.Result {
	for _, on := range slices.SortedFunc(maps.Keys(x.by), facts.Ref.Compare) {
		all := x.by[on]
		slices.SortFunc(all, func(a, b exposed) int {
			return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), -compare(a.ref == on, b.ref == on), -compare(a.whole(), b.whole()), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Identifier, b.Identifier), a.ref.Compare(b.ref))
		})
		first, others := all[0], 0
		for _, o := range all[1:] {
			if o.ref == first.ref {
				others++
			}
		}
		more := ""
		if others > 0 {
			more = fmt.Sprintf(", and %d more of its fields hold secrets", others)
			if others == 1 {
				more = ", and one more of its fields holds a secret"
			}
		}
		reason := control.Reason("SecretInClear")
		switch first.Identifier {
		case scan.SecretManifest:
			reason = "CopyOfSecret"
		case scan.HelmRelease:
			reason = "ReleaseState"
		}
		r := control.Fail(reason, append(commands(on), "field", first.Field, "object", first.ref.String(), "what", secretWords[first.Identifier], "more", more)...).On(on)
		if first.ref == on {
			r = r.At(first.Field)
		} else {
			r = r.Because(first.ref)
		}
		out = append(out, r)
	}
	return out
}

func compare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// commands gives what kubectl is to be told of an object.
func commands(ref facts.Ref) []string {
	scope, kind := "", strings.ToLower(ref.Kind)
	if ref.Namespace != "" {
		scope = "-n " + ref.Namespace + " "
	}
	if ref.Group != "" && !slices.Contains([]string{"apps", "batch"}, ref.Group) {
		kind += "." + ref.Group
	}
	return []string{"scope", scope, "resource", kind + "/" + ref.Name, "namespace", ref.Namespace}
}

// judgeSecrets judges the objects of a namespace of an environment.
func judgeSecrets(in control.EnvironmentInput, ns control.NamespaceInput, p *iam04, out []control.Result) []control.Result {
	here := facts.Ref{Kind: "Namespace", Name: ns.Namespace}
	x := newExposures(in.Environment.Platform, p, facts.ListIn[facts.Owner](ns.Facts, ns.Namespace))
	for _, e := range facts.ListIn[facts.Exposure](ns.Facts, "") {
		if e.Ref == here {
			x.add(e)
		}
	}
	for _, e := range facts.ListIn[facts.Exposure](ns.Facts, ns.Namespace) {
		x.add(e)
	}
	found := x.results(nil)
	if p.FilesOnly {
		found = variables(ns, found)
	}
	missing := slices.Concat(facts.Incomplete[facts.Exposure](ns.Facts), facts.Incomplete[facts.Workload](ns.Facts))
	switch {
	case len(missing) > 0:
		found = append(found, control.Unreadable(missing...).On(here))
	case len(found) == 0:
		found = append(found, control.Pass("NothingFound").On(here))
	}
	return append(out, found...)
}

// variables adds workloads that take Secrets as variables and have no finding yet.
func variables(ns control.NamespaceInput, found []control.Result) []control.Result {
	for _, w := range facts.ListIn[facts.Workload](ns.Facts, ns.Namespace) {
		if w.Shape == nil || w.Finished || slices.ContainsFunc(found, func(r control.Result) bool { return r.Subject == w.Ref }) {
			continue
		}
		if i := slices.IndexFunc(w.Shape.Containers, func(c facts.Container) bool { return c.SecretEnv }); i >= 0 {
			found = append(found, control.Fail("SecretInVariable", append(commands(w.Ref), "container", w.Shape.Containers[i].Name)...).On(w.Ref))
		}
	}
	return found
}

// judgeRotation judges whether it is attested that secrets are renewed, and inherits what holds for the cluster's store.
func judgeRotation(in control.EnvironmentInput, p *iam04) []control.Result {
	if !slices.ContainsFunc(in.Environment.Scope(), func(ns string) bool { return len(facts.ListIn[facts.Workload](in.Facts, ns)) > 0 }) {
		return nil // the namespaces say what there is
	}
	in.OnPlatform = slices.DeleteFunc(slices.Clone(in.OnPlatform), func(r control.Result) bool {
		return slices.Contains([]control.Reason{"SecretInClear", "CopyOfSecret", "ReleaseState", "NothingFound"}, r.Reason) // of other namespaces
	})
	return []control.Result{worst(rotation(in, p), in.Inherited()).For("")}
}

func rotation(in control.EnvironmentInput, p *iam04) control.Result {
	limit, err := date.ParsePeriod(p.MaxAge)
	if err != nil {
		limit = date.Period{} // Validate has refused it
	}
	args := []string{"solution", in.Environment.Solution.Object.Name, "limit", p.MaxAge}
	about := slices.DeleteFunc(slices.Clone(in.Environment.Attestations), func(a *v1alpha1.Attestation) bool { return a.Spec.About.Platform })
	attested, changes := control.InForce(about, v1alpha1.AttestSecretRotation, in.Now)
	if len(attested) == 0 {
		return control.Unknown("RenewalNotAttested", args...).Until(changes)
	}
	from, _, _ := control.AttestationSpan(attested[0])
	due := limit.After(from)
	if !in.Now.Before(due) {
		return control.Fail("NotRenewed", append(args, "date", string(attested[0].Spec.Date))...).RestingOn(control.Attested).Until(changes)
	}
	return control.Pass("RenewedInTime", args...).RestingOn(control.Attested).Until(due).Until(changes)
}

// copiers are images that copy Secrets from one namespace to others, never changed.
var copiers = []string{"kubernetes-reflector", "kubernetes-replicator", "kubed", "config-syncer", "secret-replicator", "kubernetes-secret-replicator", "clustersecret"}

// judgeSecretStore judges the cluster's store of Secrets, what copies them, and objects outside every environment.
func judgeSecretStore(in control.PlatformInput, p *iam04) []control.Result {
	x := newExposures(in.Platform, p, facts.List[facts.Owner](in.Facts))
	claimed := map[string]bool{}
	for _, e := range in.Environments {
		for _, ns := range e.Scope() {
			claimed[ns] = true
		}
	}
	for _, e := range facts.List[facts.Exposure](in.Facts) {
		ns := e.Ref.Namespace
		if e.Ref.Kind == "Namespace" {
			ns = e.Ref.Name
		}
		if !claimed[ns] && (ns == "" || in.Platform.OwnsNamespace(ns)) {
			x.add(e)
		}
	}
	out := x.results(nil)
	for _, w := range facts.List[facts.Workload](in.Facts) {
		if w.Shape != nil && !w.Finished && slices.ContainsFunc(w.Shape.Containers, func(c facts.Container) bool { return slices.Contains(copiers, imageName(c.Image)) }) &&
			!slices.ContainsFunc(out, func(r control.Result) bool { return r.Subject == w.Ref }) {
			out = append(out, control.Unknown("SecretsCopied", append(commands(w.Ref), "workload", w.Ref.String(), "resource", "-n "+w.Ref.Namespace+" "+strings.ToLower(w.Ref.Kind)+"/"+w.Ref.Name)...).On(w.Ref))
		}
	}
	missing := slices.Concat(facts.Incomplete[facts.Exposure](in.Facts), facts.Incomplete[facts.Workload](in.Facts))
	store := secretStore(in)
	if len(missing) > 0 && store.Verdict == v1alpha1.VerdictPass {
		store = control.Unreadable(missing...).Until(store.ValidUntil)
	}
	return append(out, store)
}

func secretStore(in control.PlatformInput) control.Result {
	for _, s := range facts.List[facts.APIServer](in.Facts) {
		if s.Flags["encryption-provider-config"] == "" {
			return control.Fail("StoreInClear", "what", "Pod "+s.Namespace+"/"+s.Name)
		}
	}
	if missing := facts.Incomplete[facts.APIServer](in.Facts); len(missing) > 0 {
		return control.Unreadable(missing...)
	}
	attested, changes := control.InForce(in.Attestations, v1alpha1.AttestSecretEncryption, in.Now)
	for _, a := range attested {
		from, _, _ := control.AttestationSpan(a)
		if ends := from.Add(encryptionAttestedFor); in.Now.Before(ends) && a.Spec.Encryption != nil && a.Spec.Encryption.Rewritten {
			return control.Pass("EncryptedStore").RestingOn(control.Attested).Until(ends).Until(changes)
		}
	}
	return control.Unknown("StoreNotAttested").Until(changes)
}

// encryptionAttestedFor is the longest that an attestation of encryption counts.
const encryptionAttestedFor = 366 * 24 * time.Hour
