package backup

import (
	"slices"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// MethodVolumeSnapshot is CloudNativePG's name for base backups that stay in the storage system.
const MethodVolumeSnapshot = "volumeSnapshot"

// databasePlans gives the plans of a database with their evidence. Copies of its volumes as files do not count: those of a
// running database are no backup.
func (b *builder) databasePlans(db *facts.Database) []PlanCoverage {
	var out []PlanCoverage
	for _, p := range b.ix.plans {
		if p.Scope.Database != db.Ref {
			continue
		}
		out = append(out, PlanCoverage{PlanTerms: b.terms(p, db), Selection: b.databaseSelection(p, db), Quiesced: true,
			Evidence: b.databaseEvidence(p, db)})
	}
	return out
}

// databaseSelection tells whether the method that the plan names is set up on the database.
func (b *builder) databaseSelection(p *facts.BackupPlan, db *facts.Database) Selection {
	switch {
	case !slices.Contains(db.Methods, p.Scope.Method):
		return leftOut(NoMethod, p.Ref, "spec.method")
	case p.Scope.Method == MethodVolumeSnapshot:
		return takenBy(MethodSnapshot)
	default:
		return takenBy(MethodDatabase)
	}
}

func (b *builder) databaseEvidence(p *facts.BackupPlan, db *facts.Database) Evidence {
	var e Evidence
	e.addRuns(b.ix.byPlan[p.Ref])
	for _, list := range [][]*facts.BackupRun{b.ix.byPlan[p.Ref], b.ix.byHand[p.Product]} {
		for _, r := range list {
			if r.Phase != facts.RunSucceeded || r.Scope.Database != db.Ref || r.CompletedAt.Before(db.CreatedAt) || r.CompletedAt.IsZero() {
				continue
			}
			proof := &Proof{At: r.CompletedAt, Latest: r.CompletedAt, Run: r, By: r.Ref}
			if r.Scope.Method == MethodVolumeSnapshot {
				e.Beside = newest(e.Beside, proof)
			} else {
				e.add(p, proof)
			}
		}
	}
	// What the database and its store say of themselves outlives the Backup objects.
	if !db.LastSuccess.IsZero() && !db.LastSuccess.Before(db.CreatedAt) {
		e.Proof = newest(e.Proof, &Proof{At: db.LastSuccess, Latest: db.LastSuccess, By: db.Ref})
	}
	if w := b.ix.windows[db.Destination]; w != nil {
		if s := w.Servers[db.ServerName]; !s.LastSuccess.IsZero() && !s.LastSuccess.Before(db.CreatedAt) {
			e.Proof = newest(e.Proof, &Proof{At: s.LastSuccess, Latest: s.LastSuccess, By: w.Ref})
		}
	}
	return e
}
