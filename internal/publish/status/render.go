package status

import (
	"fmt"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/admission"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Bounds of lists that the API sets.
const (
	namespacesMax   = 500
	environmentsMax = 100
	sourcesMax      = 200
	unclaimedMax    = 200
)

// Environment renders the status of an environment. Incomplete are the sources that its controls need and cannot rely on.
func Environment(c Common, e *decide.Environment, incomplete []facts.SourceState, before v1alpha1.SolutionEnvironmentStatus) v1alpha1.SolutionEnvironmentStatus {
	conds := newConditions(c, before.Conditions)
	conds.accepted()
	conds.runs(e, incomplete)
	conds.evidence(v1alpha1.ConditionEvidenceComplete, incomplete)
	at := stamp(c.At)
	s := v1alpha1.SolutionEnvironmentStatus{
		ObservedGeneration: c.Generation, Conditions: conds.list, LastEvaluationTime: &at, NextEvaluationTime: stampOrNil(e.Next),
		State: e.State, Provider: e.Provider, Institution: e.Institution, Failed: e.Failed, Unknown: e.Unknown,
		WorstControl: string(e.WorstControl), Namespaces: first(e.Resolved.Namespaces, namespacesMax), Workloads: int32(e.Workloads),
		Controls: controls(e.Controls),
	}
	s.Findings, s.FindingsOmitted = findings(e.Findings, &s)
	return s
}

// Solution renders the status of a solution.
func Solution(c Common, d *decide.Solution, before v1alpha1.HostedSolutionStatus) v1alpha1.HostedSolutionStatus {
	conds := newConditions(c, before.Conditions)
	conds.accepted()
	conds.fromProblems(v1alpha1.ConditionDeployed, v1alpha1.ReasonDeployed, "The solution has an environment in this cluster.")
	conds.current()
	at := stamp(c.At)
	resolved := d.Resolved.Resolved
	s := v1alpha1.HostedSolutionStatus{
		ObservedGeneration: c.Generation, Conditions: conds.list, LastEvaluationTime: &at,
		State: d.Total.State, Provider: d.Total.Provider, Institution: d.Total.Institution, Failed: d.Total.Failed,
		Unknown: d.Total.Unknown, WorstControl: string(d.Total.WorstControl), Resolved: &resolved,
		Environments: first(d.Environments, environmentsMax), Controls: controls(d.Controls), NextDeadline: c.nextDeadline(),
	}
	s.Findings, s.FindingsOmitted = findings(d.Findings, &s)
	return s
}

// PlatformInput is what only the platform's status shows.
type PlatformInput struct {
	// Sources, all of them, in any order.
	Sources []facts.SourceState
	// Nodes per country, unknown among them.
	Nodes map[string]int32
	// Reports says whether reports can be written: a status of the condition ReportsPublished.
	Reports metav1.Condition
}

// Platform renders the status of the Platform.
func Platform(c Common, d *decide.Subject, in PlatformInput, before v1alpha1.PlatformStatus) v1alpha1.PlatformStatus {
	conds := newConditions(c, before.Conditions)
	conds.accepted()
	conds.fromProblems(v1alpha1.ConditionNoUnclaimedNamespaces, v1alpha1.ReasonAllClaimed,
		"Every namespace with workloads belongs to an environment or to the platform.")
	incomplete := slices.DeleteFunc(slices.Clone(in.Sources), facts.SourceState.Complete)
	conds.evidence(v1alpha1.ConditionSourcesReadable, incomplete)
	conds.current()
	conds.set(v1alpha1.ConditionReportsPublished, in.Reports.Status, in.Reports.Reason, in.Reports.Message)
	at := stamp(c.At)
	s := v1alpha1.PlatformStatus{
		ObservedGeneration: c.Generation, Conditions: conds.list, LastEvaluationTime: &at, Sources: sources(in.Sources),
		UnclaimedNamespaces: first(c.Fleet.Unclaimed, unclaimedMax), UnclaimedCount: int32(len(c.Fleet.Unclaimed)), Nodes: in.Nodes,
		Controls: controls(d.Controls), NextDeadline: c.nextDeadline(),
	}
	s.Findings, s.FindingsOmitted = findings(d.Findings, &s)
	return s
}

// sources gives the states for people: what is not plainly readable first, then by name.
func sources(states []facts.SourceState) []v1alpha1.SourceStatus {
	rank := func(s facts.SourceState) int {
		switch {
		case !s.Complete():
			return 0
		case s.Condition == facts.SourceSynced:
			return 1
		default:
			return 2
		}
	}
	sorted := slices.SortedStableFunc(slices.Values(states), func(a, b facts.SourceState) int { return rank(a) - rank(b) })
	out := make([]v1alpha1.SourceStatus, 0, len(sorted))
	for _, s := range first(sorted, sourcesMax) {
		state := v1alpha1.SourceStatus{Source: string(s.ID), State: string(s.Condition)}
		if !s.Complete() {
			state.Message = limit(describe(s), findingTextMax)
		}
		out = append(out, state)
	}
	return out
}

// Profile renders the status of a ControlProfile.
func Profile(c Common, p *evaluate.Profile, before v1alpha1.ControlProfileStatus) v1alpha1.ControlProfileStatus {
	conds := newConditions(c, before.Conditions)
	conds.accepted()
	return v1alpha1.ControlProfileStatus{
		ObservedGeneration: c.Generation, Conditions: conds.list,
		Required: int32(p.Required), Observed: int32(p.Observed), Solutions: int32(p.Solutions),
	}
}

// Exception renders the status of a ControlException.
func Exception(c Common, e decide.ExceptionState, before v1alpha1.ControlExceptionStatus) v1alpha1.ControlExceptionStatus {
	conds := newConditions(c, before.Conditions)
	if r := e.Refused; r != nil {
		reason := string(r.Result.Reason)
		conds.set(v1alpha1.ConditionAccepted, metav1.ConditionFalse, reason, string(r.Control.ID)+": "+r.Message()+" "+r.Remediation())
		conds.notReady()
		conds.set(v1alpha1.ConditionValid, metav1.ConditionFalse, reason, "It is not accepted, so it has no effect.")
	} else {
		conds.accepted()
		conds.fromProblems(v1alpha1.ConditionValid, v1alpha1.ReasonInForce, "In force today.")
	}
	switch {
	case !e.Valid:
		conds.set(v1alpha1.ConditionInUse, metav1.ConditionFalse, v1alpha1.ReasonNotValid, "Not accepted or not in force, so it covers nothing.")
	case e.Covered > 0:
		conds.set(v1alpha1.ConditionInUse, metav1.ConditionTrue, v1alpha1.ReasonCoversResults, e.WouldFail())
	case e.Undecided > 0:
		conds.set(v1alpha1.ConditionInUse, metav1.ConditionUnknown, v1alpha1.ReasonUndecided,
			fmt.Sprintf("No failing result is covered; %d in its scope cannot be judged and may need it.", e.Undecided))
	default:
		conds.set(v1alpha1.ConditionInUse, metav1.ConditionFalse, v1alpha1.ReasonUnused, "No failing result is covered; the exception can be deleted.")
	}
	conds.current()
	approval := e.Exception.Approval
	return v1alpha1.ControlExceptionStatus{
		ObservedGeneration: c.Generation, Conditions: conds.list, Covered: int32(e.Covered), Approval: approvalState(approval),
		ApprovalMessage: limit(approval.Message, findingTextMax), VerifiedGeneration: approval.Generation, NextDeadline: c.nextDeadline(),
	}
}

func approvalState(a admission.Approval) v1alpha1.ApprovalState {
	if a.Verified {
		return v1alpha1.ApprovalVerified
	}
	return v1alpha1.ApprovalClaimed
}

// Attestation renders the status of an Attestation.
func Attestation(c Common, a *evaluate.Attestation, before v1alpha1.AttestationStatus) v1alpha1.AttestationStatus {
	conds := newConditions(c, before.Conditions)
	conds.accepted()
	message := "In force today."
	if life := control.CutShort(a.Object); !life.IsZero() {
		message = fmt.Sprintf("In force today. Attestations of type %s count for %s at most, this one until %s.",
			a.Object.Spec.Type, life, a.Until.In(date.Copenhagen()).Format(time.DateOnly))
	}
	conds.fromProblems(v1alpha1.ConditionValid, v1alpha1.ReasonInForce, message)
	conds.current()
	return v1alpha1.AttestationStatus{
		ObservedGeneration: c.Generation, Conditions: conds.list, Approval: approvalState(a.Approval),
		ApprovalMessage: limit(a.Approval.Message, findingTextMax), VerifiedGeneration: a.Approval.Generation, NextDeadline: c.nextDeadline(),
	}
}

func controls(list []decide.Control) []v1alpha1.ControlStatus {
	out := make([]v1alpha1.ControlStatus, 0, len(list))
	for _, c := range list {
		s := c.Status()
		s.Since = wholeSeconds(s.Since)
		out = append(out, s)
	}
	return out
}

// first gives at most n of a list, as a list of its own.
func first[T any](list []T, n int) []T {
	if len(list) == 0 {
		return nil
	}
	return slices.Clone(list[:min(len(list), n)])
}

func wholeSeconds(t *metav1.Time) *metav1.Time {
	if t == nil || t.IsZero() {
		return nil
	}
	s := stamp(t.Time)
	return &s
}
