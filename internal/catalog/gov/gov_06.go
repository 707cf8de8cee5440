package gov

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// GOV06 judges the exceptions of a solution. One that it fails has no effect: whoever decides asks these results, whatever
// the mode of the control.
var GOV06 = control.Define(control.Meta{
	ID: "GOV-06", Title: "Deviations are explained, approved and end", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyShared, SecondPass: true,
	MustHold: "A control that is not met and is excepted has a ControlException with reason, risk, an approver other than the requester and an end date; mandatory controls take none.",
	Why:      "Comply or explain: a deviation that nobody decided, or that never ends, is not an explanation.",
	NotSeen:  "Whether the reason is good and the compensating measure works.",
	ISO:      []string{"5.36 Compliance with policies, rules and standards for information security", "5.1 Policies for information security"},
	GDPR:     []string{"5(2)", "24"},
	Evidence: []string{"ControlException spec", "results of the other controls", "SupervisionRecord status.exceptions"},
	Reasons: []control.ReasonText{
		{Reason: "NoException", Verdict: v1alpha1.VerdictNotApplicable, Text: "The solution has no exception."},
		{Reason: "InOrder", Verdict: v1alpha1.VerdictPass, Text: "The exception from {control} is explained, approved and ends on {until}."},
		{Reason: "EndedUnused", Verdict: v1alpha1.VerdictNotApplicable, Text: "The exception from {control} ended on {until}, and the control does not fail."},
		{Reason: "EndedStillNeeded", Verdict: v1alpha1.VerdictFail, Text: "The exception from {control} ended on {until}, and the control still fails.",
			Remediation: "Mend what {control} finds, or decide anew: a ControlException with a new reason, approval and validUntil."},
		{Reason: "NotApproved", Verdict: v1alpha1.VerdictFail, Text: "The exception from {control} has no effect: {fault}.",
			Remediation: "Let a person other than the requester approve it: spec.approval {by, at, reference}."},
		{Reason: "ApprovedInFuture", Verdict: v1alpha1.VerdictFail, Text: "ControlException {name} says that it was approved on {from}, a day that has not come; until then it has no effect.",
			Remediation: "Write the day of the approval in spec.approval.at of ControlException {name}, never a later one."},
		{Reason: "NotAccepted", Verdict: v1alpha1.VerdictFail, Text: "The exception from {control} has no effect: {message}",
			Remediation: "Correct ControlException {name} as the condition Accepted says, and have it approved so: kubectl describe controlexception {name}."},
		{Reason: "TooLong", Verdict: v1alpha1.VerdictFail, Text: "The exception from {control} runs for {days} days, from {from} to {until}; at this level {most} is the longest, so it has no effect.",
			Remediation: "Shorten spec.validUntil, and decide again before it ends: kubectl edit controlexception {name}."},
		{Reason: "RenewedTooLong", Verdict: v1alpha1.VerdictFail, Text: "{control} has been excepted for {days} days in all; {most} with renewals is the longest, so the exception has no effect.",
			Remediation: "Mend what {control} finds: a deviation that is renewed for ever is a decision to do without the control, and belongs in the profile."},
		{Reason: "Mandatory", Verdict: v1alpha1.VerdictFail, Text: "{control} is mandatory in the profile and takes no exception.",
			Remediation: "Delete the ControlException and mend what {control} finds."},
	},
}, control.Parameters[gov06]{Defaults: gov06Defaults, Validate: gov06Validate}, control.Rules[gov06]{Solution: &control.SolutionRule[gov06]{
	Needs: []control.Need{control.NeedsAll[v1alpha1.ControlException](), control.SeesAll[facts.SpecHistory]()},
	Judge: judgeExceptions,
}})

// gov06 are the parameters of GOV-06.
type gov06 struct {
	// MaxDuration of one exception, at most 12mo.
	MaxDuration string `json:"maxDuration"`
	// MaxTotal of all exceptions from one control of a solution, at most 24mo.
	MaxTotal string `json:"maxTotal"`
}

func gov06Defaults(l control.Levels) gov06 {
	p := gov06{MaxDuration: "12mo", MaxTotal: "24mo"}
	switch {
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive):
		p.MaxDuration = "3mo"
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential):
		p.MaxDuration = "6mo"
	}
	return p
}

func gov06Validate(p gov06, l control.Levels) error {
	for _, c := range []struct{ field, value, most string }{{"maxDuration", p.MaxDuration, gov06Defaults(l).MaxDuration}, {"maxTotal", p.MaxTotal, "24mo"}} {
		value, err := date.ParsePeriod(c.value)
		if err != nil {
			return fmt.Errorf("%s: %w", c.field, err)
		}
		most, _ := date.ParsePeriod(c.most)
		if start := time.Unix(0, 0).UTC(); value.After(start).After(most.After(start)) {
			return fmt.Errorf("%s: %s is more than %s", c.field, c.value, c.most)
		}
	}
	return nil
}

func judgeExceptions(in control.SolutionInput, p *gov06) []control.Result {
	var out []control.Result
	for _, e := range facts.List[v1alpha1.ControlException](in.Facts) {
		if e.Spec.Scope.Solution == in.Solution.Object.Name {
			out = append(out, judgeException(in, p, e))
		}
	}
	if len(out) == 0 {
		return []control.Result{control.NotApplicable("NoException")}
	}
	return out
}

func judgeException(in control.SolutionInput, p *gov06, e *v1alpha1.ControlException) control.Result {
	subject := facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: "ControlException", Name: e.Name}
	from, until, fault := control.ExceptionSpan(e)
	args := []string{"control", string(e.Spec.Control), "from", string(e.Spec.Approval.At), "until", string(e.Spec.ValidUntil), "name", e.Name}
	switch {
	case slices.Contains(in.Solution.Mandatory, e.Spec.Control):
		return control.Fail("Mandatory", args...).On(subject).At("spec.control")
	case fault != "":
		return control.Fail("NotApproved", append(args, "fault", fault)...).On(subject).At("spec.approval")
	case in.Now.Before(from):
		return control.Fail("ApprovedInFuture", args...).On(subject).At("spec.approval.at").Until(from)
	case !in.Now.Before(until) && stillNeeded(in, p, e):
		return control.Fail("EndedStillNeeded", args...).On(subject).At("spec.validUntil")
	case !in.Now.Before(until):
		return control.NotApplicable("EndedUnused", args...).On(subject)
	case in.Refused[e.Name] != "":
		return control.Fail("NotAccepted", append(args, "message", in.Refused[e.Name])...).On(subject).At("spec").Until(until)
	case tooLong(p, from, until):
		return control.Fail("TooLong", append(args, "days", days(until.Sub(from)), "most", p.MaxDuration)...).On(subject).At("spec.validUntil").Until(until)
	}
	if used, over := total(in, p, e); over {
		return control.Fail("RenewedTooLong", append(args, "days", strconv.Itoa(used), "most", p.MaxTotal)...).On(subject).At("spec.control").Until(until)
	}
	if missing := facts.Incomplete[facts.SpecHistory](in.Facts); len(missing) > 0 {
		return control.Unreadable(missing...).On(subject).Until(until) // earlier exceptions may add up
	}
	return control.Pass("InOrder", args...).On(subject).Until(until)
}

func tooLong(p *gov06, from, until time.Time) bool {
	most, _ := date.ParsePeriod(p.MaxDuration)
	return until.After(most.After(from))
}

// stillNeeded tells whether the control fails, for what the exception covered, and no other exception in force covers it.
func stillNeeded(in control.SolutionInput, p *gov06, e *v1alpha1.ControlException) bool {
	return slices.ContainsFunc(in.First, func(r control.EnvironmentResult) bool {
		return r.Verdict == v1alpha1.VerdictFail && covers(e, r) && !slices.ContainsFunc(facts.List[v1alpha1.ControlException](in.Facts), func(o *v1alpha1.ControlException) bool {
			from, until, fault := control.ExceptionSpan(o)
			return o.Name != e.Name && fault == "" && in.Refused[o.Name] == "" && !in.Now.Before(from) && in.Now.Before(until) && !tooLong(p, from, until) && o.Spec.Scope.Solution == e.Spec.Scope.Solution && covers(o, r)
		})
	})
}

// covers tells whether a result is in the scope of an exception of the same solution.
func covers(e *v1alpha1.ControlException, r control.EnvironmentResult) bool {
	scope := e.Spec.Scope
	if e.Spec.Control != r.Control || scope.Environment != "" && scope.Environment != r.Environment {
		return false
	}
	return len(scope.Subjects) == 0 || slices.ContainsFunc(scope.Subjects, func(s v1alpha1.ObjectReference) bool {
		return facts.Ref{Group: s.APIGroup, Kind: s.Kind, Namespace: s.Namespace, Name: s.Name} == r.Subject
	})
}

// total counts the days that the control has been excepted, by this and by earlier exceptions.
func total(in control.SolutionInput, p *gov06, e *v1alpha1.ControlException) (used int, over bool) {
	for _, h := range facts.List[facts.SpecHistory](in.Facts) {
		for _, x := range h.Exceptions {
			if h.Kind == "HostedSolution" && h.Name == in.Solution.Object.Name && x.Control == e.Spec.Control {
				used += int(x.Days)
			}
		}
	}
	most, _ := date.ParsePeriod(p.MaxTotal)
	start := in.Now
	return used, start.AddDate(0, 0, used).After(most.After(start))
}

func days(d time.Duration) string { return strconv.Itoa(int(d.Hours()+12) / 24) }
