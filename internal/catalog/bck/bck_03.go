package bck

import (
	"errors"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/backup"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// BCK03 judges whether what destroys the data spares their copies.
var BCK03 = control.Define(control.Meta{
	ID: "BCK-03", Title: "Backups are separate, immutable and encrypted", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "At least one copy lies in another failure domain and under other credentials than production, cannot be deleted or changed before its time where that is required, and is encrypted.",
	Why:      "Whoever encrypts the data for ransom looks for the backups first. A copy in the same cluster, bucket or account falls with what it protects.",
	NotSeen:  "Whether a copy has arrived (BCK-01). Accounts, object locks, replication by the provider and passwords of repositories, the well-known default one of Velero among them: Secrets are not read. They are attested (types BackupSeparation, BackupImmutability, BackupEncryption).",
	ISO:      []string{"8.13 Information backup", "8.24 Use of cryptography"},
	GDPR:     []string{"32(1)(a)", "32(1)(b)", "32(1)(c)"},
	Evidence: []string{"Velero BackupStorageLocation spec.objectStorage, spec.config, spec.credential", "K8up backends, repoPasswordSecretRef", "CloudNativePG barmanObjectStore and ObjectStore, data.encryption and wal.encryption",
		"Platform spec.failureDomain and spec.endpoints[].failureDomain", "Attestations BackupSeparation, BackupImmutability, BackupEncryption"},
	Reasons: bck03Reasons(),
}, control.Parameters[bck03]{Defaults: bck03Defaults, Validate: bck03Validate}, control.Rules[bck03]{
	Namespace: &control.NamespaceRule[bck03]{
		Needs: backup.CoverageNeeds(),
		Begin: func(in control.EnvironmentInput, p *bck03) func(control.NamespaceInput, []control.Result) []control.Result {
			return newJudge03(in, p).namespace
		},
		None: control.NotApplicable("NoStatefulParts"),
	},
	Environment: &control.EnvironmentRule[bck03]{
		Needs: backup.IncompleteNeeds(),
		Judge: func(in control.EnvironmentInput, _ *bck03) []control.Result { return overlooked(in) },
	},
})

// bck03 are the parameters of BCK-03.
type bck03 struct {
	// Copies that must lie apart from production, each in a place of its own.
	Copies int `json:"copies"`
	// Immutability requires one of them to be protected from change and deletion for at least 14 days.
	Immutability bool `json:"immutability"`
}

func bck03Defaults(l control.Levels) bck03 {
	return bck03{
		Copies:       byAvailability(l, 1, 2, 3),
		Immutability: control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive) || l.Availability == v1alpha1.LevelHigh,
	}
}

func bck03Validate(p bck03, _ control.Levels) error {
	if p.Copies < 1 || p.Copies > 10 {
		return errors.New("copies: from 1 to 10 copies apart from production")
	}
	return nil
}

// judge03 holds what BCK-03 demands of one environment.
type judge03 struct {
	env                                 *control.Environment
	facts                               facts.View
	params                              *bck03
	separation, immutability, encrypted []*v1alpha1.Attestation
	changes                             time.Time

	// What was said of the last part that is copied to these places, and room for a list of places.
	to, spare []*facts.BackupDestination
	database  bool
	said      control.Result
}

func (j *judge03) namespace(in control.NamespaceInput, out []control.Result) []control.Result {
	j.facts = in.Facts
	coverage := backup.Of(in.Facts, in.Namespace)
	out = unclear(coverage, out)
	for _, c := range kept(j.env, coverage) {
		out = append(out, j.part(c).On(c.Ref).Until(j.changes))
	}
	for _, c := range unclaimed(coverage) {
		out = append(out, j.unclaimed(c).On(c.Ref).At(c.Field).Until(j.changes))
	}
	return out
}

func newJudge03(in control.EnvironmentInput, p *bck03) *judge03 {
	j := &judge03{env: in.Environment, params: p}
	read := func(t v1alpha1.AttestationType) []*v1alpha1.Attestation {
		list, changes := control.InForce(in.Environment.Attestations, t, in.Now)
		j.changes = control.Earliest(j.changes, changes)
		return list
	}
	j.separation = read(v1alpha1.AttestBackupSeparation)
	j.immutability = read(v1alpha1.AttestBackupImmutability)
	j.encrypted = read(v1alpha1.AttestBackupEncryption)
	return j
}
