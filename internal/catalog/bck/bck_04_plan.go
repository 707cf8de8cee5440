package bck

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// judge04 goes through the plan of one solution.
type judge04 struct {
	in       control.SolutionInput
	p        *bck04
	plan     v1alpha1.Contingency
	attested []*v1alpha1.Attestation // about the solution or an environment, not about the whole platform
	changes  time.Time
	reviewed time.Time
	results  []control.Result
	exercise string
	basis    control.Basis
}

func judgeBCK04(in control.SolutionInput, p *bck04) []control.Result {
	j := &judge04{in: in, p: p, basis: control.Declared}
	for _, a := range in.Solution.Attestations {
		if !a.Spec.About.Platform {
			j.attested = append(j.attested, a)
		}
	}
	if j.ended() {
		return []control.Result{control.NotApplicable("Ended").At("spec.inProduction").RestingOn(control.Declared).Until(j.changes)}
	}
	plans := j.inForce(v1alpha1.AttestContingencyPlan)
	c := in.Solution.Object.Spec.Continuity
	if (c == nil || c.Contingency == nil) && len(plans) == 0 {
		return j.done(control.Fail("NoPlan", "solution", in.Solution.Object.Name).At("spec.continuity.contingency"))
	}
	if c != nil && c.Contingency != nil {
		j.plan = *c.Contingency
	}
	j.approved(plans)
	j.others()
	j.complete()
	j.business()
	j.exercised()
	j.measured()
	return j.done(control.Pass("Current", "reviewed", day(j.reviewed), "exercise", j.exercise))
}

// ended tells whether the solution says that it is out of production, and nothing shows otherwise.
func (j *judge04) ended() bool {
	spec := &j.in.Solution.Object.Spec
	for _, p := range spec.InProduction {
		if _, over := j.come(p.Until); !over {
			return false
		}
	}
	return len(spec.InProduction) > 0 && !slices.ContainsFunc(facts.List[v1alpha1.SolutionEnvironment](j.in.Facts), func(e *v1alpha1.SolutionEnvironment) bool {
		return e.Spec.Solution == j.in.Solution.Object.Name && e.Spec.Stage == v1alpha1.StageProduction
	})
}

func (j *judge04) add(r control.Result) { j.results = append(j.results, r) }

// done gives what is wrong, or else how it stands. An answer that something is not needed does not stand alone.
func (j *judge04) done(otherwise control.Result) []control.Result {
	if !slices.ContainsFunc(j.results, func(r control.Result) bool { return r.Verdict != v1alpha1.VerdictNotApplicable }) {
		j.add(otherwise)
	}
	for n, r := range j.results {
		j.results[n] = r.RestingOn(j.basis).Until(j.changes)
	}
	return j.results
}

func (j *judge04) inForce(typ v1alpha1.AttestationType) []*v1alpha1.Attestation {
	in, changes := control.InForce(j.attested, typ, j.in.Now)
	j.changes = control.Earliest(j.changes, changes)
	if len(in) > 0 {
		j.basis = control.Attested
	}
	return in
}

// come reads a day that has come; one ahead is a change, one that cannot be read is none.
func (j *judge04) come(d v1alpha1.Date) (time.Time, bool) {
	t, err := date.EndOfValidity(string(d))
	if err != nil {
		return t, false
	}
	return t, j.past(t)
}

func (j *judge04) past(t time.Time) bool {
	if j.in.Now.Before(t) {
		j.changes = control.Earliest(j.changes, t)
		return false
	}
	return true
}

func day(t time.Time) string { return t.In(date.Copenhagen()).Format(time.DateOnly) }

// approved judges the approval and the age of the last look at the plan.
func (j *judge04) approved(plans []*v1alpha1.Attestation) {
	name := cmp.Or(j.plan.Plan.Reference, "(not named)")
	approvals := []*v1alpha1.Approval{j.plan.Approval}
	days := []v1alpha1.Date{j.plan.ReviewedAt}
	for _, a := range plans {
		approvals, days = append(approvals, a.Spec.Approval), append(days, a.Spec.Date)
	}
	why, ok := "", false
	version, dated := j.come(j.plan.Plan.Date)
	for _, a := range approvals {
		if a == nil {
			continue
		}
		at, come := j.come(a.At)
		switch {
		case !come:
			why = "; the approval has no day that has come"
		case v1alpha1.IsServiceIdentity(a.By):
			why = "; the approval is not a person's"
		case dated && at.Before(version):
			why = "; the approval is older than the version of " + string(j.plan.Plan.Date)
		default:
			ok = true
			days = append(days, a.At)
		}
	}
	if !ok {
		j.add(control.Unknown("NotApproved", "solution", j.in.Solution.Object.Name, "plan", name, "why", why).At("spec.continuity.contingency.approval"))
	}
	for _, d := range days {
		if t, come := j.come(d); come && t.After(j.reviewed) {
			j.reviewed = t
		}
	}
	most, _ := date.ParsePeriod(j.p.PlanReview)
	if !j.reviewed.IsZero() && j.past(most.After(j.reviewed)) {
		j.add(control.Fail("ReviewOverdue", "reviewed", day(j.reviewed), "most", j.p.PlanReview).At("spec.continuity.contingency.reviewedAt"))
	}
}

// others: a plan under the same reference that belongs to somebody else's solution need not cover this one.
func (j *judge04) others() {
	mine := j.in.Solution.Object
	for _, o := range facts.List[v1alpha1.HostedSolution](j.in.Facts) {
		if c := o.Spec.Continuity; o.Name == mine.Name || c == nil || c.Contingency == nil || j.plan.Plan.Reference == "" {
			continue
		}
		if o.Spec.Continuity.Contingency.Plan.Reference == j.plan.Plan.Reference && o.Spec.Owner.Organisation != mine.Spec.Owner.Organisation {
			j.add(control.Fail("AnothersPlan", "plan", j.plan.Plan.Reference, "other", o.Name, "owner", o.Spec.Owner.Organisation).At("spec.continuity.contingency.plan"))
			return
		}
	}
}

// complete names everything the plan lacks in one finding.
func (j *judge04) complete() {
	var what []string
	if j.plan.RestorationOrder == "" {
		what = append(what, "the order of restoration")
	}
	if j.plan.EmergencyOperationWithin == "" && j.p.EmergencyOperation {
		what = append(what, "the time after which emergency operation begins")
	}
	if len(j.plan.Contacts) == 0 {
		what = append(what, "the people of its roles")
	}
	for _, c := range j.plan.Contacts {
		if c.Email == "" && c.Phone == "" {
			what = append(what, "a way to reach the "+c.Role)
		}
	}
	if uninformed := j.uninformed(); len(uninformed) > 0 {
		what = append(what, "proof that "+strings.Join(uninformed, ", ")+" know their tasks")
	}
	if len(what) > 0 {
		j.add(control.Fail("Incomplete", "solution", j.in.Solution.Object.Name, "what", strings.Join(what, "; ")).At("spec.continuity.contingency").For(v1alpha1.PartyProvider))
	}
}

// uninformed names the suppliers of the chain and the controllers who were not told of this version.
func (j *judge04) uninformed() (out []string) {
	version, dated := j.come(j.plan.Plan.Date)
	told := func(counts func(v1alpha1.InformedParty) bool) bool {
		return slices.ContainsFunc(j.plan.Informed, func(i v1alpha1.InformedParty) bool {
			if !counts(i) {
				return false
			}
			at, come := j.come(i.At)
			return come && (!dated || !at.Before(version))
		})
	}
	for _, l := range chain.Of(j.in.Facts, j.in.Solution.Object).Links {
		if !l.Own && !slices.Contains(out, l.Supplier) && !told(func(i v1alpha1.InformedParty) bool { return i.Supplier == l.Supplier }) {
			out = append(out, l.Supplier)
		}
	}
	for _, c := range j.in.Solution.Object.Spec.Controllers {
		if told(func(i v1alpha1.InformedParty) bool { return i.Group != "" && i.Group == c.Name }) {
			continue
		}
		members, missing := 0, 0
		for _, i := range facts.List[v1alpha1.Institution](j.in.Facts) {
			if control.Belongs(&c, i) {
				members++
				if !told(func(p v1alpha1.InformedParty) bool { return p.Institution == i.Name }) {
					missing++
				}
			}
		}
		if members == 0 || missing > 0 || c.ExpectedCount != nil && members < int(*c.ExpectedCount) {
			out = append(out, c.Name)
		}
	}
	return out
}

// business judges how the business works meanwhile, which is for the institutions to say.
func (j *judge04) business() {
	high := control.GradeAtLeast(j.in.Solution.Levels.Availability, v1alpha1.LevelHigh)
	why := ""
	switch {
	case j.plan.BusinessProcedure != "", j.notCritical() && !high:
		return
	case j.plan.NotCritical != "" && !high:
		why = "; it is called not critical, and nothing says why"
	case j.plan.NotCritical != "":
		why = "; it is called not critical, but its availability is High"
	}
	j.add(control.Fail("NoBusinessProcedure", "solution", j.in.Solution.Object.Name, "why", why).At("spec.continuity.contingency.businessProcedure").For(v1alpha1.PartyInstitution))
}
