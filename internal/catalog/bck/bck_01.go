package bck

import (
	"fmt"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/backup"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// BCK01 judges whether every volume and database has a backup that is young enough and kept long enough.
var BCK01 = control.Define(control.Meta{
	ID: "BCK-01", Title: "Every stateful part is backed up within the agreed loss limit", Since: "1", Severity: v1alpha1.SeverityCritical, Party: v1alpha1.PartyProvider,
	MustHold: "Each volume claim, database and declared store of the solution has a backup that succeeded within the recovery point objective and is kept for the retention time.",
	Why:      "A schedule that exists, and even a run that completed, can leave a volume out. What was not copied is lost with the disk, by a mistake or by extortion.",
	NotSeen:  "Backup products other than Velero, K8up and CloudNativePG, stores outside the cluster (attested, type BackupCoverage), and whether a copy can be read back (BCK-02). The content of Velero resource policies is not read: the newest backup shows what they leave out.",
	ISO:      []string{"8.13 Information backup"},
	GDPR:     []string{"32(1)(b)", "32(1)(c)"},
	Evidence: []string{"Velero Schedule spec.schedule, spec.paused, spec.template, status.phase", "Velero Backup status, PodVolumeBackup, DataUpload, BackupStorageLocation status.phase and spec.accessMode",
		"K8up Schedule, Backup status.conditions, Snapshot spec.date and spec.paths", "CloudNativePG Cluster, ScheduledBackup, Backup status.phase, ObjectStore status.serverRecoveryWindow", "VolumeSnapshot status.readyToUse",
		"PersistentVolumeClaims, labels and annotations of claims, pods and namespaces that leave data out", "images of databases whose pods have no volume that outlives them", "SolutionEnvironment spec.scratchData, HostedSolution spec.continuity and spec.externalEndpoints", "Attestation BackupCoverage"},
	Reasons: bck01Reasons(),
}, control.Parameters[bck01]{Defaults: bck01Defaults, Validate: bck01Validate}, control.Rules[bck01]{
	Namespace: &control.NamespaceRule[bck01]{
		Needs: backup.CoverageNeeds(),
		Begin: func(in control.EnvironmentInput, p *bck01) func(control.NamespaceInput, []control.Result) []control.Result {
			return newJudge01(in, p).namespace
		},
		None: control.NotApplicable("NoStatefulParts"),
	},
	Environment: &control.EnvironmentRule[bck01]{
		Needs: backup.IncompleteNeeds(),
		Judge: func(in control.EnvironmentInput, p *bck01) []control.Result {
			return append(newJudge01(in, p).stores(), overlooked(in)...)
		},
	},
})

// bck01 are the parameters of BCK-01.
type bck01 struct {
	// RecoveryPoint is the most data, as time, that may be lost; the shorter of this and what the solution declares counts.
	RecoveryPoint string `json:"recoveryPoint"`
	// Margin is how much older than that the newest backup may grow, so that a slow run is no finding.
	Margin string `json:"margin"`
	// Retention of backups; the longer of this and what the solution declares counts.
	Retention string `json:"retention"`
	// BaseBackup is how old the newest base backup of a database may be that archives continuously.
	BaseBackup string `json:"baseBackup"`
	// PointInTimeRecovery requires databases to archive continuously.
	PointInTimeRecovery bool `json:"pointInTimeRecovery"`
	// StorageSnapshots accepts snapshots that stay in the storage system of the volume as backup.
	StorageSnapshots bool `json:"storageSnapshots"`
}

func bck01Defaults(l control.Levels) bck01 {
	return bck01{
		RecoveryPoint:       byAvailability(l, "24h", "12h", "1h"),
		Margin:              "2h",
		Retention:           byAvailability(l, "30d", "30d", "90d"),
		BaseBackup:          "7d",
		PointInTimeRecovery: l.Integrity == v1alpha1.LevelHigh,
	}
}

func bck01Validate(p bck01, _ control.Levels) error {
	rpo, err := date.ParseDuration(p.RecoveryPoint)
	if err != nil || rpo <= 0 {
		return fmt.Errorf("recoveryPoint: %q is not a length of time such as 24h", p.RecoveryPoint)
	}
	margin, err := date.ParseDuration(p.Margin)
	if err != nil || margin > 24*time.Hour {
		return fmt.Errorf("margin: %q is not a length of time of at most 24h, such as 2h", p.Margin)
	}
	if _, err := date.ParseDuration(p.BaseBackup); err != nil {
		return fmt.Errorf("baseBackup: %w", err)
	}
	if _, err := date.ParsePeriod(p.Retention); err != nil {
		return fmt.Errorf("retention: %w", err)
	}
	return nil
}

// judge01 holds what BCK-01 demands of one environment.
type judge01 struct {
	env               *control.Environment
	facts             facts.View
	now               time.Time
	rpo, margin, keep time.Duration
	baseBackup        time.Duration
	pointInTime       bool
	storageSnapshots  bool
	attestations      []*v1alpha1.Attestation
	changes           time.Time
	passed            map[copied]control.Result
}

func (j *judge01) namespace(in control.NamespaceInput, out []control.Result) []control.Result {
	j.facts = in.Facts
	coverage := backup.Of(in.Facts, in.Namespace)
	for i := range coverage.Parts {
		c := &coverage.Parts[i]
		r := j.part(c).On(c.Ref)
		if r.Field == "" && c.Field != "" {
			r = r.At(c.Field)
		}
		out = append(out, r)
	}
	return out
}

func newJudge01(in control.EnvironmentInput, p *bck01) *judge01 {
	// Validate has read them all.
	rpo, _ := date.ParseDuration(p.RecoveryPoint)
	margin, _ := date.ParseDuration(p.Margin)
	base, _ := date.ParseDuration(p.BaseBackup)
	retention, _ := date.ParsePeriod(p.Retention)
	s := in.Environment.Solution
	j := &judge01{env: in.Environment, now: in.Now, margin: margin, baseBackup: base,
		rpo: stricter(rpo, s.RecoveryPoint), keep: max(lengthOf(retention), lengthOf(s.BackupRetention)),
		pointInTime: p.PointInTimeRecovery, storageSnapshots: p.StorageSnapshots, passed: map[copied]control.Result{}}
	j.attestations, j.changes = control.InForce(in.Environment.Attestations, v1alpha1.AttestBackupCoverage, in.Now)
	return j
}
