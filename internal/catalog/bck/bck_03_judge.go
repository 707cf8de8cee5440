package bck

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/backup"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// part judges where the copies of one claim or database lie. Most parts of an environment are copied to the same places, so
// what was said of the part before mostly holds for this one.
func (j *judge03) part(c *backup.Covered) control.Result {
	to := backup.StoresOf(c, j.spare[:0])
	if j.spare = to; len(to) > 0 && slices.Equal(to, j.to) && (c.Database != nil) == j.database {
		return j.said
	}
	stores := backup.Stores(j.facts, to)
	for _, s := range stores {
		if s.InsecureTransport && !s.InThisCluster {
			return control.Fail("InsecureTransport", "store", s.Ref.String(), "field", s.TransportField, "target", kubectlTarget(s.Ref)).Because(s.Ref)
		}
	}
	if missing := j.missing(c); len(missing) > 0 {
		return control.Unreadable(missing...)
	}
	if len(stores) == 0 {
		return j.noStore(c)
	}
	j.spare, j.to, j.database, j.said = j.to, to, c.Database != nil, j.stored(stores)
	return j.said
}

// stored judges the places that hold copies.
func (j *judge03) stored(stores []backup.Store) control.Result {
	count := j.count(stores)
	if r, bad := j.tooFew(count); bad {
		return r
	}
	var open []string
	if count.apart+count.attested < j.params.Copies {
		open = append(open, string(v1alpha1.AttestBackupSeparation))
	}
	if j.params.Immutability && !slices.ContainsFunc(stores, j.isImmutable) {
		open = append(open, string(v1alpha1.AttestBackupImmutability))
	}
	if !j.allEncrypted(stores) {
		open = append(open, string(v1alpha1.AttestBackupEncryption))
	}
	args := []string{"store", stores[0].Ref.String(), "name", stores[0].Names[0], "open", strings.Join(open, ", "), "copies", strconv.Itoa(count.apart + count.attested)}
	if len(open) > 0 {
		return control.Unknown("NotAttested", args...).Because(stores[0].Ref)
	}
	return control.Pass("Separate", args...).Because(stores[0].Ref).RestingOn(control.Attested)
}

// missing gives the sources without which a plan, or where it writes to, could be overlooked.
func (j *judge03) missing(c *backup.Covered) []facts.SourceState {
	groups := volumeGroups
	if c.Database != nil {
		groups = append(slices.Clone(databaseGroups), storeGroup(databaseGroups[0]))
	}
	return append(incompleteIn[facts.BackupPlan](j.facts, groups...), storesMissing(j.facts, groups...)...)
}

// noStore judges a part that no plan copies anywhere.
func (j *judge03) noStore(c *backup.Covered) control.Result {
	groups := volumeGroups
	if c.Database != nil {
		groups = databaseGroups
	}
	names, hidden := partNames(c.Ref), unseen(j.facts, groups...)
	known := recognised[facts.BackupPlan](j.facts, groups...)
	snapshots := slices.ContainsFunc(c.Plans, func(pc backup.PlanCoverage) bool { return pc.Selection.Method == backup.MethodSnapshot })
	switch {
	case (!known || len(hidden) > 0) && j.allAttested(names):
		return control.Pass("Attested", "attestation", attestedFor(j.separation, names...).Name).RestingOn(control.Attested)
	case len(hidden) > 0 && !snapshots: // what the cluster has beside these manifests may be a plan
		return control.Unreadable(hidden...)
	case !known:
		return control.Unknown("NoProductRecognised", "name", names[0])
	case snapshots || c.Snapshots != nil:
		return control.Fail("SnapshotOnly", "part", c.Ref.String())
	default:
		return control.Fail("NoCopy", "part", c.Ref.String(), "namespace", c.Ref.Namespace)
	}
}

// unclaimed judges data that lie in no claim, which no product copies that is read.
func (j *judge03) unclaimed(c *backup.Covered) control.Result {
	names := partNames(c.Ref)
	if j.allAttested(names) {
		return control.Pass("Attested", "attestation", attestedFor(j.separation, names...).Name).RestingOn(control.Attested)
	}
	return control.Unknown("DataWithoutClaim", "store", c.Detail, "name", names[1])
}

// allAttested tells whether everything that is demanded of copies is attested of a part.
func (j *judge03) allAttested(names []string) bool {
	return attestedFor(j.separation, names...) != nil && attestedFor(j.encrypted, names...) != nil &&
		(!j.params.Immutability || attestedFor(j.immutability, names...) != nil)
}

// counted says how many places hold copies.
type counted struct {
	apart    int // attested to be apart, and nothing speaks against it
	open     int // nothing is known of them
	attested int // further places that only an attestation names
	refused  *backup.Store
	why      control.Reason
	detail   string
}

// count tells the places that are apart from those that are not. Places of one failure domain are one place.
func (j *judge03) count(stores []backup.Store) counted {
	var n counted
	domains := map[string]bool{}
	for i := range stores {
		s := &stores[i]
		domain := j.domain(s.Names)
		if why, detail := j.notApart(s, domain); why != "" {
			n.refused, n.why, n.detail = s, why, detail
			continue
		}
		if domain != "" && domains[domain] {
			continue
		}
		domains[domain] = true
		if attestedFor(j.separation, s.Names...) != nil {
			n.apart++
		} else {
			n.open++
		}
	}
	n.attested = j.further(stores)
	return n
}

// notApart tells what shows that a place falls with production. Credentials within reach do no harm where the copies cannot
// be changed.
func (j *judge03) notApart(s *backup.Store, domain string) (why control.Reason, detail string) {
	own := ""
	if j.env.Platform.Object != nil {
		own = j.env.Platform.Object.Spec.FailureDomain
	}
	switch {
	case s.InThisCluster:
		return "InThisCluster", s.Endpoint
	case domain != "" && domain == own:
		return "SameFailureDomain", domain
	case slices.Contains(j.env.Scope(), s.CredentialNamespace) && !j.isImmutable(*s):
		if s.CredentialRef == "" {
			return "CredentialsInReach", "those of the product itself, in " + s.CredentialNamespace
		}
		return "CredentialsInReach", "Secret " + s.CredentialNamespace + "/" + s.CredentialRef
	default:
		return "", ""
	}
}

// domain gives the failure domain that the Platform declares for an endpoint.
func (j *judge03) domain(names []string) string {
	if j.env.Platform.Object == nil {
		return ""
	}
	for _, e := range j.env.Platform.Object.Spec.Endpoints {
		if slices.Contains(names, strings.ToLower(e.Name)) {
			return e.FailureDomain
		}
	}
	return ""
}

// further counts copies that only attestations about the solution or environment name, such as a vault off line or a bucket
// that the provider replicates to. A target that is some destination of this cluster is no further copy.
func (j *judge03) further(stores []backup.Store) int {
	targets := map[string]bool{}
	for _, a := range j.separation {
		target := strings.ToLower(a.Spec.Target)
		if target == "" || a.Spec.About.Platform {
			continue
		}
		known := slices.ContainsFunc(stores, func(s backup.Store) bool { return slices.Contains(s.Names, target) }) ||
			backup.IsStore(j.facts, target)
		if !known {
			targets[target] = true
		}
	}
	return len(targets)
}

// tooFew judges whether enough places can be apart, whatever is attested of them later.
func (j *judge03) tooFew(n counted) (control.Result, bool) {
	possible := n.apart + n.open + n.attested
	switch {
	case possible >= j.params.Copies:
		return control.Result{}, false
	case n.refused != nil:
		return control.Fail(n.why, "store", n.refused.Ref.String(), "name", n.refused.Names[0], "detail", n.detail, "required", strconv.Itoa(j.params.Copies)).Because(n.refused.Ref), true
	default:
		return control.Fail("TooFewCopies", "copies", strconv.Itoa(possible), "required", strconv.Itoa(j.params.Copies)), true
	}
}

func (j *judge03) isImmutable(s backup.Store) bool {
	return s.ObjectLock == facts.Yes || attestedFor(j.immutability, s.Names...) != nil
}

// allEncrypted: a copy that can be read gives the data away, wherever it lies. K8up encrypts with the operator's password
// unless the schedule has one of its own; whether that one was set by anybody is not seen.
func (j *judge03) allEncrypted(stores []backup.Store) bool {
	return !slices.ContainsFunc(stores, func(s backup.Store) bool {
		seen := s.Encrypted == facts.Yes && (s.Product != facts.ProductK8up || s.OwnPassword == facts.Yes)
		return !seen && attestedFor(j.encrypted, s.Names...) == nil
	})
}
