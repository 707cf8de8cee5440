package backup

import (
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Coverage is what is known about the backup of every stateful part of a namespace.
type Coverage struct {
	Parts []Covered
}

// Covered is one part with the plans that concern it.
type Covered struct {
	Part
	// Plans that concern the part, also those that leave it out; ordered by namespace and name.
	Plans []PlanCoverage
	// Snapshots is the newest ready VolumeSnapshot of the claim that no plan made.
	Snapshots *facts.VolumeCopy
	// DatabaseImage is the image of a database that has the claim's files open, or empty.
	DatabaseImage string
	// Mounted tells whether some pod, or where pods are not seen some template, uses the claim.
	Mounted bool
}

// PlanCoverage is what one plan does for one part, leg by leg.
type PlanCoverage struct {
	*PlanTerms
	Selection Selection
	Evidence
	// Quiesced tells whether hooks bring the applications of the claim to rest.
	Quiesced bool
}

// PlanTerms are what a plan says for all of its parts, which share them.
type PlanTerms struct {
	Plan     *facts.BackupPlan
	Schedule Schedule
	// Retention of the plan's backups, and the object that says it.
	Retention   facts.Retention
	RetentionBy facts.Ref
	// DestinationRef is zero where the product's default is meant and there is none; Destination is nil where no such object
	// is known.
	DestinationRef facts.Ref
	Destination    *facts.BackupDestination
}

// Schedule is a plan's time table.
type Schedule struct {
	// MaxGap is the longest time between two runs.
	MaxGap time.Duration
	// Problem says why it cannot be read.
	Problem string
	// FiveFields is true for a CloudNativePG expression with five fields, which begins with the second.
	FiveFields bool
}

// scheduleOf reads a plan's expression. The gap is taken over the years that follow a fixed day, so it needs no clock.
func scheduleOf(p *facts.BackupPlan) Schedule {
	s, err := date.ParseCron(p.Schedule, p.Dialect, nil)
	if err != nil {
		return Schedule{Problem: err.Error()}
	}
	return Schedule{MaxGap: s.MaxGap(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), FiveFields: s.FiveFields()}
}

type scheduleKey struct {
	expression string
	dialect    date.Dialect
}

// scheduleIn is scheduleOf, once for all namespaces and as long as anybody asks: years are looked at.
func scheduleIn(v facts.View, p *facts.BackupPlan) Schedule {
	return facts.Derived(v, scheduleKey{p.Schedule, p.Dialect}, nil, func(facts.View) Schedule { return scheduleOf(p) })
}

type coverageKey struct{ namespace string }

// Of works out the coverage of the parts in a namespace. It needs CoverageNeeds, and is computed once until one of the facts
// changes; nobody changes what it gives.
func Of(v facts.View, namespace string) *Coverage {
	ix, at := indexOf(v), looks
	if ix.counting {
		at = countingLooks
	}
	return facts.DerivedIn(v, coverageKey{namespace}, namespace, at, func(v facts.View) *Coverage {
		return &Coverage{Parts: newBuilder(v, ix).cover(namespace)}
	})
}

// builder works out the coverage of one namespace.
type builder struct {
	view     facts.View
	ix       *index
	podsSeen bool
}

func newBuilder(v facts.View, ix *index) *builder {
	return &builder{view: v, ix: ix, podsSeen: len(facts.Incomplete[facts.Pod](v)) == 0}
}

func (b *builder) cover(namespace string) []Covered {
	mounts := b.mounts(namespace)
	var labels map[string]string
	if ns := facts.Get[facts.Namespace](b.view, "", namespace); ns != nil {
		labels = ns.Labels
	}
	plans, parts := b.plansFor(namespace), b.parts(namespace)
	out := make([]Covered, 0, len(parts))
	for _, part := range parts {
		c := Covered{Part: part}
		switch part.Kind {
		case DatabasePart:
			c.Plans = b.databasePlans(part.Database)
		case ClaimPart, TemplatePart:
			b.coverClaim(&c, plans, &claimContext{claim: part.Claim, namespaceLabels: labels, mounts: mounts[part.Claim.Name],
				podsSeen: b.podsSeen, volume: facts.Get[facts.PersistentVolume](b.view, "", part.Claim.Volume)})
		}
		out = append(out, c)
	}
	return out
}

// scopedPlan is a plan with what it selects, worked out once for all claims of a namespace.
type scopedPlan struct {
	*facts.BackupPlan
	scope facts.BackupScope
	terms *PlanTerms
}

// plansFor gives the plans that concern the claims of a namespace, if only to leave them out.
func (b *builder) plansFor(namespace string) []scopedPlan {
	var out []scopedPlan
	for _, p := range b.ix.plans {
		if _, listed := includesNamespace(&p.Scope, namespace); listed && p.Scope.Database.IsZero() {
			out = append(out, scopedPlan{p, b.ix.scopeOf(p), b.terms(p, nil)})
		}
	}
	return out
}

func (b *builder) coverClaim(c *Covered, plans []scopedPlan, ctx *claimContext) {
	c.Mounted = len(ctx.mounts) > 0
	for i := range ctx.mounts {
		if image, ok := ctx.mounts[i].runsDatabase(); ok && !ctx.mounts[i].job {
			c.DatabaseImage = image
		}
	}
	for _, vc := range b.ix.copies[claimKey{ctx.claim.Namespace, ctx.claim.Name}] {
		if vc.Product == facts.ProductVolumeSnapshot && vc.Phase == facts.RunSucceeded && c.Snapshots == nil {
			c.Snapshots = vc
		}
	}
	c.Plans = make([]PlanCoverage, 0, len(plans))
	for i := range plans {
		p := &plans[i]
		pc := PlanCoverage{PlanTerms: p.terms}
		pc.Selection, _ = selects(p.BackupPlan, &p.scope, ctx)
		pc.Evidence = b.claimEvidence(p.BackupPlan, ctx)
		pc.Quiesced = ctx.quiesced(&p.scope)
		c.Plans = append(c.Plans, pc)
	}
}

func (b *builder) terms(p *facts.BackupPlan, db *facts.Database) *PlanTerms {
	t := &PlanTerms{Plan: p, Schedule: scheduleIn(b.view, p)}
	t.DestinationRef, t.Destination = b.ix.destinationOf(p, db)
	t.Retention, t.RetentionBy = b.retention(p, db, t.Destination)
	return t
}

// retention tells how long the plan's backups are kept, by whoever removes them first.
func (b *builder) retention(p *facts.BackupPlan, db *facts.Database, d *facts.BackupDestination) (facts.Retention, facts.Ref) {
	switch {
	case db != nil && db.Destination == db.Ref:
		return db.Retention, db.Ref
	case db != nil && d != nil:
		return d.Retention, d.Ref
	case db != nil:
		return facts.Retention{}, db.Ref
	case p.Product == facts.ProductK8up:
		return b.k8upRetention(p, d)
	case p.Retention.Known():
		return p.Retention, p.Ref
	}
	// The server's default is written into each backup that it makes.
	for _, r := range b.ix.byPlan[p.Ref] {
		if kept := KeptFor(r); !r.Synced && kept > 0 {
			return facts.Retention{For: kept, Field: "status.expiration"}, r.Ref
		}
	}
	return p.Retention, p.Ref
}

// KeptFor tells how long after its begin a run is removed, to the minute, as both ends are cut to the second; 0: not said.
func KeptFor(r *facts.BackupRun) time.Duration {
	if r.ExpiresAt.IsZero() || r.StartedAt.IsZero() {
		return 0
	}
	return r.ExpiresAt.Sub(r.StartedAt).Round(time.Minute)
}

// k8upRetention: whatever prunes a repository prunes the backups of everybody in it.
func (b *builder) k8upRetention(p *facts.BackupPlan, d *facts.BackupDestination) (facts.Retention, facts.Ref) {
	out, by := p.Retention, p.Ref
	if d == nil || d.Repository == "" {
		return out, by
	}
	for _, list := range [][]*facts.BackupPlan{b.ix.plans, b.ix.removers} {
		for _, o := range list {
			od := b.ix.destinations[o.Destination]
			if o.Product != facts.ProductK8up || o == p || od == nil || !sameRepository(od.Repository, d.Repository) || o.Retention.Forever {
				continue
			}
			shorter := out.Forever || o.Retention.For > 0 && out.For > 0 && o.Retention.For < out.For || out.Unclear == "" && o.Retention.Unclear != ""
			if shorter {
				out, by = o.Retention, o.Ref
			}
		}
	}
	return out, by
}
