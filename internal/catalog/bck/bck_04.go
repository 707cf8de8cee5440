package bck

import (
	"fmt"
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/backup"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// BCK04 judges whether there is a plan for the day on which the solution is gone, and whether it was tried.
var BCK04 = control.Define(control.Meta{
	ID: "BCK-04", Title: "A contingency plan is current and exercised", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyShared,
	MustHold: "An approved contingency plan about this solution says in which order it is restored, when emergency operation begins and how the business works meanwhile; its roles can be reached, " +
		"suppliers and controllers know their tasks, it is reviewed every year and exercised in the interval, and the solution comes back in the time that is declared.",
	Why:     "In a large incident nobody has time to find out who restores what, and who may decide to work on paper.",
	NotSeen: "What the plan says, and whether it would work; whether the people named in it are still there.",
	ISO:     []string{"5.29 Information security during disruption", "5.30 ICT readiness for business continuity"},
	GDPR:    []string{"32(1)(b)", "32(1)(c)", "32(1)(d)"},
	Evidence: []string{"HostedSolution spec.continuity (contingency, recoveryTime), spec.controllers, spec.supplierChain", "Attestations ContingencyPlan, ContingencyExercise, RestoreTest",
		"restores that the cluster shows (BCK-02)"},
	Reasons: bck04Reasons(),
}, control.Parameters[bck04]{Defaults: bck04Defaults, Validate: bck04Validate}, control.Rules[bck04]{
	Solution: &control.SolutionRule[bck04]{
		Needs: append(chain.Needs(), control.NeedsAll[v1alpha1.HostedSolution](), control.NeedsAll[v1alpha1.Institution](), control.NeedsAll[v1alpha1.SolutionEnvironment]()),
		Judge: judgeBCK04,
	},
	Environment: &control.EnvironmentRule[bck04]{Needs: backup.RestoreNeeds(), Judge: judgeMeasured},
})

// bck04 are the parameters of BCK-04.
type bck04 struct {
	// PlanReview is the longest time between reviews of the plan, at most 24mo.
	PlanReview string `json:"planReview"`
	// Exercise is the longest time between exercises.
	Exercise string `json:"exercise"`
	// ExerciseKind is the least that counts: Tabletop, Technical or Full.
	ExerciseKind string `json:"exerciseKind"`
	// EmergencyOperation: the plan says after which time emergency operation begins.
	EmergencyOperation bool `json:"emergencyOperation"`
}

// exerciseKinds, weakest first.
var exerciseKinds = [...]string{"Tabletop", "Technical", "Full"}

func bck04Defaults(l control.Levels) bck04 {
	return bck04{PlanReview: "12mo", Exercise: byAvailability(l, "24mo", "12mo", "12mo"), ExerciseKind: byAvailability(l, "Tabletop", "Technical", "Technical"),
		EmergencyOperation: byAvailability(l, false, false, true)}
}

func bck04Validate(p bck04, l control.Levels) error {
	review, err := date.ParsePeriod(p.PlanReview)
	if err != nil {
		return fmt.Errorf("planReview: %w", err)
	}
	if lengthOf(review) > lengthOf(date.Period{Months: 24}) {
		return fmt.Errorf("planReview: %s is more than 24mo", p.PlanReview)
	}
	if _, err := date.ParsePeriod(p.Exercise); err != nil {
		return fmt.Errorf("exercise: %w", err)
	}
	if !slices.Contains(exerciseKinds[:], p.ExerciseKind) {
		return fmt.Errorf("exerciseKind: %q is none of Tabletop, Technical and Full", p.ExerciseKind)
	}
	if !p.EmergencyOperation && control.GradeAtLeast(l.Availability, v1alpha1.LevelHigh) {
		return fmt.Errorf("emergencyOperation: must be true at availability High")
	}
	return nil
}

func bck04Reasons() []control.ReasonText {
	edit := "kubectl edit hostedsolution {solution}: "
	attest := "Apply an Attestation of type ContingencyExercise about the solution: exercise {kind: Technical or Full, result: Met, recoveryTime: ...}, with date and evidence."
	return []control.ReasonText{
		{Reason: "Current", Verdict: v1alpha1.VerdictPass, Text: "The contingency plan is approved, was reviewed on {reviewed}, names all it must, and {exercise}."},
		{Reason: "WithinDeclared", Verdict: v1alpha1.VerdictPass, Text: "The slowest part was last restored in {took}, within the declared {rto}."},
		{Reason: "NotMeasured", Verdict: v1alpha1.VerdictNotApplicable, Text: "No restore whose time is known shows here; BCK-02 asks for one."},
		{Reason: "NoneDeclared", Verdict: v1alpha1.VerdictNotApplicable, Text: "The solution declares no recovery time."},
		{Reason: "Ended", Verdict: v1alpha1.VerdictNotApplicable, Text: "The solution went out of production, and no environment of it is in production."},
		{Reason: "NotProduction", Verdict: v1alpha1.VerdictNotApplicable, Text: "The environment is not in production."},
		{Reason: "NotCritical", Verdict: v1alpha1.VerdictNotApplicable, Text: "Availability is low and the business does without ({why}), so no exercise is asked for."},
		{Reason: "NoPlan", Verdict: v1alpha1.VerdictFail, Text: "The solution has no contingency plan.",
			Remediation: edit + "spec.continuity.contingency {plan: {reference: ..., version: ..., date: ...}, approval: {by, at, reference}, restorationOrder, businessProcedure, contacts, informed}."},
		{Reason: "AnothersPlan", Verdict: v1alpha1.VerdictFail, Text: "The plan {plan} is that of {other}, which belongs to {owner}; it need not cover this solution.",
			Remediation: "Have a plan made about this solution, and name it in spec.continuity.contingency.plan."},
		{Reason: "NotApproved", Verdict: v1alpha1.VerdictUnknown, Text: "Nothing says that management approved the plan {plan}{why}.",
			Remediation: edit + "spec.continuity.contingency.approval {by: a person, at: a day, reference: the decision}, or attest it: Attestation of type ContingencyPlan with approval."},
		{Reason: "ReviewOverdue", Verdict: v1alpha1.VerdictFail, Text: "The plan was last reviewed on {reviewed}; {most} is the longest.",
			Remediation: "Review it, and set spec.continuity.contingency.reviewedAt."},
		{Reason: "Incomplete", Verdict: v1alpha1.VerdictFail, Text: "The plan lacks {what}.", Remediation: edit + "spec.continuity.contingency: restorationOrder, emergencyOperationWithin, contacts with phone or email, informed [{supplier or institution or group, at}]."},
		{Reason: "NoBusinessProcedure", Verdict: v1alpha1.VerdictFail, Text: "Nothing says how the business works without the solution{why}.",
			Remediation: edit + "spec.continuity.contingency.businessProcedure, or notCritical with the reason where the business can do without."},
		{Reason: "NotExercised", Verdict: v1alpha1.VerdictFail, Text: "The plan was not exercised within {most}{last}.", Remediation: "Exercise it with the suppliers. " + attest},
		{Reason: "OnlyAMeeting", Verdict: v1alpha1.VerdictFail, Text: "The last exercise was of kind {kind} ({attestation}); at least {least} is asked for.", Remediation: "Exercise the restoring itself. " + attest},
		{Reason: "ExerciseFailed", Verdict: v1alpha1.VerdictFail, Text: "The last exercise did not meet its aims ({attestation}).", Remediation: "Carry out what was decided and exercise again. " + attest},
		{Reason: "NothingDecided", Verdict: v1alpha1.VerdictFail, Text: "The last exercise met its aims only in part, and no measures are recorded ({attestation}).",
			Remediation: "Decide what is to be mended, each with an owner and a day: spec.exercise.measures of Attestation {attestation}."},
		{Reason: "MeasuresOverdue", Verdict: v1alpha1.VerdictFail, Text: "Measures of the last exercise ({attestation}) should have been done: {measures}.",
			Remediation: "Have them done and record doneAt and evidence in spec.exercise.measures of Attestation {attestation}; each needs a dueAt."},
		{Reason: "PlannedExerciseMissed", Verdict: v1alpha1.VerdictFail, Text: "An exercise was planned for {next}, and none is attested since.", Remediation: attest + " Or set spec.continuity.contingency.nextExercise anew."},
		{Reason: "SlowerThanDeclared", Verdict: v1alpha1.VerdictFail, Text: "The declared recovery time is {rto}; {by} took {took}.",
			Remediation: "Make the restore faster, or declare what is true and have it accepted: spec.continuity.recoveryTime."},
	}
}

// judgeMeasured compares the declared recovery time with the last restore of each part that the cluster shows.
func judgeMeasured(in control.EnvironmentInput, _ *bck04) []control.Result {
	env, declared := in.Environment, in.Environment.Solution.RecoveryTime
	switch {
	case env.Object.Spec.Stage != v1alpha1.StageProduction:
		return []control.Result{control.NotApplicable("NotProduction").RestingOn(control.Declared)}
	case declared <= 0:
		return []control.Result{control.NotApplicable("NoneDeclared").RestingOn(control.Declared)}
	}
	var slowest backup.Trial
	var parts []*backup.Covered
	for _, ns := range env.Scope() {
		parts = append(parts, kept(env, backup.Of(in.Facts, ns))...)
	}
	for _, part := range parts {
		for _, t := range backup.Trials(in.Facts, part, env.Scope()) {
			// A database tells when it last became ready, which need not be the first time.
			if part.Database != nil || t.At.IsZero() || t.Took <= 0 || t.Fault != backup.NoFault && t.Fault != backup.RestoreWarnings {
				continue
			}
			if t.Took > slowest.Took {
				slowest = t
			}
			break // the newest that tells
		}
	}
	args := []string{"solution", env.Solution.Object.Name, "rto", date.Length(declared), "by", slowest.By.String(), "took", date.Length(slowest.Took)}
	missing := slices.Concat(backup.Incomplete(in.Facts), facts.Incomplete[facts.RestoreRun](in.Facts), facts.Incomplete[facts.BackupRun](in.Facts), facts.Incomplete[facts.VolumeCopy](in.Facts))
	switch {
	case slowest.Took > declared:
		return []control.Result{control.Fail("SlowerThanDeclared", args...).At("spec.continuity.recoveryTime").Because(slowest.By).For(v1alpha1.PartyProvider)}
	case len(missing) > 0:
		return []control.Result{control.Unreadable(missing...).For(v1alpha1.PartyProvider)}
	case slowest.Took == 0:
		return []control.Result{control.NotApplicable("NotMeasured").For(v1alpha1.PartyProvider)}
	}
	return []control.Result{control.Pass("WithinDeclared", args...).Because(slowest.By).For(v1alpha1.PartyProvider)}
}
