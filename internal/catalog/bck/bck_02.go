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

// BCK02 judges whether a restore of what is kept has been tested lately.
var BCK02 = control.Define(control.Meta{
	ID: "BCK-02", Title: "Restore is tested", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "A full restore of the solution's data has been done within the interval, from a real backup of this solution, to a place apart from production, and within the recovery time objective.",
	Why:      "A backup that nobody restored is a hope. Missing keys, missing volumes and restores that take days are found in a test or in the disaster.",
	NotSeen:  "Restores in other clusters, and whether somebody looked at the restored data: both are attested (type RestoreTest), by one person and checked by another.",
	ISO:      []string{"8.13 Information backup", "5.30 ICT readiness for business continuity"},
	GDPR:     []string{"32(1)(c)", "32(1)(d)"},
	Evidence: []string{"Velero Restore spec.backupName, spec.namespaceMapping, status, and the Backup and copies that it restored", "K8up Restore and the Snapshot that it restored",
		"CloudNativePG Cluster spec.bootstrap.recovery", "claims that restores left", "HostedSolution spec.continuity.recoveryTime", "Attestation RestoreTest"},
	Reasons: bck02Reasons(),
}, control.Parameters[bck02]{Defaults: bck02Defaults, Validate: bck02Validate}, control.Rules[bck02]{
	Namespace: &control.NamespaceRule[bck02]{
		Needs: backup.RestoreNeeds(),
		Begin: func(in control.EnvironmentInput, p *bck02) func(control.NamespaceInput, []control.Result) []control.Result {
			return newJudge02(in, p).judge
		},
		None: control.NotApplicable("NoStatefulParts"),
	},
	Environment: &control.EnvironmentRule[bck02]{
		Needs: backup.IncompleteNeeds(),
		Judge: func(in control.EnvironmentInput, _ *bck02) []control.Result { return overlooked(in) },
	},
})

// bck02 are the parameters of BCK-02.
type bck02 struct {
	// Interval within which a restore is tested.
	Interval string `json:"interval"`
	// RecoveryTime within which a restore has to be done, where the solution declares none.
	RecoveryTime string `json:"recoveryTime"`
	// CleanUp is how long what a test restored may stay.
	CleanUp string `json:"cleanUp"`
}

func bck02Defaults(l control.Levels) bck02 {
	return bck02{
		Interval:     byAvailability(l, "12mo", "6mo", "3mo"),
		RecoveryTime: byAvailability(l, "72h", "24h", "4h"),
		CleanUp:      "7d",
	}
}

func bck02Validate(p bck02, _ control.Levels) error {
	if _, err := date.ParsePeriod(p.Interval); err != nil {
		return fmt.Errorf("interval: %w", err)
	}
	if _, err := date.ParseDuration(p.RecoveryTime); err != nil {
		return fmt.Errorf("recoveryTime: %w", err)
	}
	if _, err := date.ParseDuration(p.CleanUp); err != nil {
		return fmt.Errorf("cleanUp: %w", err)
	}
	return nil
}

// judge02 holds what BCK-02 demands of one environment.
type judge02 struct {
	env          *control.Environment
	facts        facts.View
	now          time.Time
	interval     date.Period
	rto, cleanUp time.Duration
	attestations []*v1alpha1.Attestation
	changes      time.Time
	named        map[string][]*facts.BackupRun
}

func (j *judge02) judge(in control.NamespaceInput, out []control.Result) []control.Result {
	j.facts = in.Facts
	coverage := backup.Of(in.Facts, in.Namespace)
	out = unclear(coverage, out)
	for _, g := range groups(kept(j.env, coverage)) {
		out = append(out, j.group(g).On(g.subject))
	}
	for _, p := range unclaimed(coverage) {
		out = append(out, j.unclaimed(p).On(p.Ref).At(p.Field))
	}
	return out
}

func newJudge02(in control.EnvironmentInput, p *bck02) *judge02 {
	interval, _ := date.ParsePeriod(p.Interval)
	rto, _ := date.ParseDuration(p.RecoveryTime)
	cleanUp, _ := date.ParseDuration(p.CleanUp)
	if declared := in.Environment.Solution.RecoveryTime; declared > 0 {
		rto = declared
	}
	j := &judge02{env: in.Environment, now: in.Now, interval: interval, rto: rto, cleanUp: cleanUp, named: map[string][]*facts.BackupRun{}}
	all, changes := control.InForce(in.Environment.Attestations, v1alpha1.AttestRestoreTest, in.Now)
	j.changes = changes
	for _, a := range all {
		if !a.Spec.About.Platform && a.Spec.Restore != nil { // a test is one of this solution's data
			j.attestations = append(j.attestations, a)
		}
	}
	return j
}

// group is what is judged together: the claims of the namespace, or one database.
type group struct {
	subject   facts.Ref
	namespace string
	parts     []*backup.Covered
}

// groups takes the parts of a namespace, databases before claims.
func groups(parts []*backup.Covered) []group {
	var out []group
	begin := 0
	for i, p := range parts {
		subject := facts.Ref{Kind: "Namespace", Name: p.Ref.Namespace}
		if p.Kind == backup.DatabasePart {
			subject = p.Ref
		}
		if len(out) == 0 || out[len(out)-1].subject != subject {
			out, begin = append(out, group{subject: subject, namespace: p.Ref.Namespace}), i
		}
		out[len(out)-1].parts = parts[begin : i+1]
	}
	return out
}
