package control

import (
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Reason is the code of why a result is what it is, in CamelCase, unique within a control.
type Reason string

// Reasons that the engine gives by itself, for any control.
const (
	// ReasonEvidenceUnreadable: a source that the rule needs cannot be read.
	ReasonEvidenceUnreadable Reason = "EvidenceUnreadable"
	// ReasonNotObservable: the way of gathering never has a source that the rule needs.
	ReasonNotObservable Reason = "NotObservable"
	// ReasonPanic: the rule failed.
	ReasonPanic Reason = "InternalError"
	// ReasonInvalidParameters: the profile's parameters of the control are wrong.
	ReasonInvalidParameters Reason = "InvalidParameters"
	// ReasonInherited: a fact of the platform is judged once, on the Platform.
	ReasonInherited Reason = "Inherited"
	// ReasonSettling: a state that may pass by itself has not lasted long enough to be judged.
	ReasonSettling Reason = "Settling"
	// ReasonNoWorkloads: a control of workloads has none to judge.
	ReasonNoWorkloads Reason = "NoWorkloads"
	// ReasonNoResult: a rule gave no result or an invalid one, which no rule may.
	ReasonNoResult Reason = "NoResult"
	// ReasonProfileMissing: the solution's profile does not exist or cannot be used.
	ReasonProfileMissing Reason = "ProfileMissing"
	// ReasonSolutionMissing: the environment names a solution that does not exist.
	ReasonSolutionMissing Reason = "SolutionMissing"
	// ReasonHostedElsewhere: a supplier runs the environment outside the cluster.
	ReasonHostedElsewhere Reason = "HostedElsewhere"
	// ReasonTemplateUnread: manifests hold a pod template in an object of a kind that is not read.
	ReasonTemplateUnread Reason = "TemplateUnread"
	// ReasonNoNamespace: the environment's patterns match no namespace.
	ReasonNoNamespace Reason = "NoNamespace"
)

// Basis tells what a result rests on.
type Basis string

// Bases, strongest first.
const (
	Observed Basis = "Observed"
	Attested Basis = "Attested"
	Declared Basis = "Declared"
)

// Arg is a named value in a reason's text.
type Arg struct{ Name, Value string }

// Result is what a control says of one subject. The zero Verdict is invalid.
type Result struct {
	Control v1alpha1.ControlID // filled by the engine
	Verdict v1alpha1.Verdict
	Reason  Reason
	Args    []Arg
	// Subject judged; left zero by workload rules, the engine fills in the workload, environment, solution or Platform.
	Subject facts.Ref
	// Field of the subject that decides, as a JSON path.
	Field string
	Basis Basis
	// Cause is the object behind the result where it is not the subject, for example a node.
	Cause facts.Ref
	// ValidUntil is when the result would change by itself; zero: not by itself.
	ValidUntil time.Time
	// Party that has to act; empty: the control's.
	Party v1alpha1.Party
}

// Pass, Fail, Unknown and NotApplicable make results; args are name, value pairs.

// Pass makes a passing result.
func Pass(reason Reason, args ...string) Result { return result(v1alpha1.VerdictPass, reason, args) }

// Fail makes a failing result.
func Fail(reason Reason, args ...string) Result { return result(v1alpha1.VerdictFail, reason, args) }

// Unknown makes a result for what cannot be decided.
func Unknown(reason Reason, args ...string) Result {
	return result(v1alpha1.VerdictUnknown, reason, args)
}

// NotApplicable makes a result for what does not concern the subject.
func NotApplicable(reason Reason, args ...string) Result {
	return result(v1alpha1.VerdictNotApplicable, reason, args)
}

func result(v v1alpha1.Verdict, reason Reason, args []string) Result {
	r := Result{Verdict: v, Reason: reason, Basis: Observed}
	if len(args) == 0 {
		return r
	}
	r.Args = make([]Arg, 0, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		r.Args = append(r.Args, Arg{args[i], args[i+1]})
	}
	return r
}

// On sets the subject.
func (r Result) On(subject facts.Ref) Result { r.Subject = subject; return r }

// At sets the field.
func (r Result) At(field string) Result { r.Field = field; return r }

// Because sets the cause.
func (r Result) Because(cause facts.Ref) Result { r.Cause = cause; return r }

// Until sets when the result would change by itself; the earlier of two instants wins, zero instants are ignored.
func (r Result) Until(t time.Time) Result { r.ValidUntil = Earliest(r.ValidUntil, t); return r }

// RestingOn sets the basis.
func (r Result) RestingOn(b Basis) Result { r.Basis = b; return r }

// For sets the party that has to act.
func (r Result) For(p v1alpha1.Party) Result { r.Party = p; return r }

// Earliest gives the earlier of two instants; a zero instant means never.
func Earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// rank orders verdicts for folding: Fail > Unknown > Excepted > Pass > NotApplicable. Unknown outweighs Excepted, because an
// exception says nothing of a subject that could not be judged.
func rank(v v1alpha1.Verdict) int {
	switch v {
	case v1alpha1.VerdictFail:
		return 4
	case v1alpha1.VerdictExcepted:
		return 2
	case v1alpha1.VerdictPass:
		return 1
	case v1alpha1.VerdictNotApplicable:
		return 0
	default:
		return 3 // Unknown and anything invalid
	}
}

// Worse tells whether a weighs more than b when results of several subjects are folded.
func Worse(a, b v1alpha1.Verdict) bool { return rank(a) > rank(b) }

// KeepWorst adds a result to a list that holds one for each subject, the worst; it holds until the first of them changes.
func KeepWorst(list []Result, r Result) []Result {
	at := slices.IndexFunc(list, func(o Result) bool { return o.Subject == r.Subject })
	switch {
	case at < 0:
		return append(list, r)
	case Worse(r.Verdict, list[at].Verdict):
		list[at] = r.Until(list[at].ValidUntil)
	default:
		list[at] = list[at].Until(r.ValidUntil)
	}
	return list
}
