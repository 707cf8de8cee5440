package evaluate

import (
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/admission"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Fleet is everything that is supervised and what is in force for it. It never changes; parts in which nothing changed keep
// their pointer from one Fleet to the next.
type Fleet struct {
	Platform     *Platform
	Solutions    []*Solution    // by name
	Environments []*Environment // by name
	Profiles     []*Profile     // by name
	Exceptions   []*Exception   // by name
	Attestations []*Attestation // by name
	Institutions []*Institution // by name
	// Unclaimed namespaces have workloads and belong to no environment and not to the platform; sorted.
	Unclaimed []string
	// Problems for the conditions of the resources, ordered by object and type.
	Problems []Problem
	// Next is the first instant at which the Fleet changes by itself; zero: not by itself.
	Next time.Time

	refused map[string][]*Exception // by solution: those that never have effect
}

// Solution is a HostedSolution with the controls that apply to it.
type Solution struct {
	*control.Solution
	Policy       *Policy
	Resolved     v1alpha1.ResolvedRequirements
	Environments []*Environment // by name
}

// Environment is a SolutionEnvironment with the controls that apply to it.
type Environment struct {
	*control.Environment
	Policy *Policy
	// SolutionFound is false where no HostedSolution has the name that the environment gives; its Solution is then empty and
	// no control is asked.
	SolutionFound bool
}

// Production tells whether the environment decides its solution's state.
func (e *Environment) Production() bool { return e.Object.Spec.Stage == v1alpha1.StageProduction }

// Platform is the platform with the controls that apply to it, those of the default profile at the highest levels.
type Platform struct {
	*control.Platform
	Policy *Policy
	// Attestations about the platform that its controls may count, in force or not.
	Attestations []*v1alpha1.Attestation
}

// Policy says which control counts how, with parameters of one profile for certain levels.
type Policy struct {
	Profile string
	// Found is false where the profile does not exist: every control is then required and Unknown.
	Found bool
	// Entries, one for each control of the catalogue, in its order.
	Entries []Entry
	// VerifiedFrom is the lowest level at which approvals must be Verified; empty: none.
	VerifiedFrom v1alpha1.Confidentiality
}

// Entry is one control in a policy.
type Entry struct {
	Control *control.Control
	// Bound is nil where the profile's parameters are wrong; Err says how.
	Bound *control.Bound
	Err   string
	// Mode as the profile says it; RequiredFrom turns Observe into Required at an instant, zero: never.
	Mode         v1alpha1.ControlMode
	RequiredFrom time.Time
	// Mandatory controls take no exception.
	Mandatory bool
}

// ModeAt is the mode in force at an instant.
func (e Entry) ModeAt(now time.Time) v1alpha1.ControlMode {
	if e.Mode == v1alpha1.ModeObserve && !e.RequiredFrom.IsZero() && !now.Before(e.RequiredFrom) {
		return v1alpha1.ModeRequired
	}
	return e.Mode
}

// Judged tells whether the controls of the environment are asked at all: its solution and its profile are there.
func (e *Environment) Judged() bool { return e.SolutionFound && e.Policy.Found }

// Entry finds the entry of a control.
func (p *Policy) Entry(id v1alpha1.ControlID) (Entry, bool) {
	for i := range p.Entries {
		if p.Entries[i].Control.ID == id {
			return p.Entries[i], true
		}
	}
	return Entry{}, false
}

// Profile is a ControlProfile with the counts of its status.
type Profile struct {
	Object                        *v1alpha1.ControlProfile
	Required, Observed, Solutions int
}

// Exception is a ControlException with the time in which it has effect.
type Exception struct {
	Object      *v1alpha1.ControlException
	From, Until time.Time
	// Fault is the reason why it never has effect, in one word, with a message; empty: it has.
	Fault, Message string
	// Approval says whether the approver was seen to write it.
	Approval admission.Approval
}

// ValidAt tells whether the exception has effect.
func (e *Exception) ValidAt(now time.Time) bool {
	return e.Fault == "" && !now.Before(e.From) && now.Before(e.Until)
}

// Attestation is an Attestation with the time in which it has effect.
type Attestation struct {
	Object         *v1alpha1.Attestation
	From, Until    time.Time
	Fault, Message string
	// Approval says whether the one who approves, or attests where nobody approves, was seen to write it.
	Approval admission.Approval
}

// Problem is something about a resource that its conditions show: Type and Reason are those of the API. A condition without
// a problem is True.
type Problem struct {
	Object facts.Ref
	// Type of the condition: Accepted, Deployed, Valid or NoUnclaimedNamespaces.
	Type            string
	Status          metav1.ConditionStatus // False, or Unknown where evidence is missing
	Reason, Message string
}

// ProblemsOf lists the problems of one object.
func (f *Fleet) ProblemsOf(ref facts.Ref) []Problem {
	i, _ := slices.BinarySearchFunc(f.Problems, ref, func(p Problem, r facts.Ref) int { return p.Object.Compare(r) })
	j := i
	for j < len(f.Problems) && f.Problems[j].Object == ref {
		j++
	}
	return f.Problems[i:j]
}

// Condition joins the problems of one object and type to what one condition can say; false where there are none.
func (f *Fleet) Condition(ref facts.Ref, typ string) (Problem, bool) {
	return Condition(f.ProblemsOf(ref), typ)
}

// Condition joins the problems of one type to what one condition can say: the reason is that of the first, or of the first
// that is sure. It is false where there are none.
func Condition(problems []Problem, typ string) (Problem, bool) {
	var joined Problem
	var messages []string
	for _, p := range problems {
		if p.Type != typ {
			continue
		}
		if messages == nil || joined.Status != metav1.ConditionFalse && p.Status == metav1.ConditionFalse {
			joined = p
		}
		messages = append(messages, p.Message)
	}
	joined.Message = strings.Join(messages, " ")
	return joined, messages != nil
}

// Solution finds a solution by name; nil where there is none.
func (f *Fleet) Solution(name string) *Solution {
	return find(f.Solutions, name, func(s *Solution) string { return s.Object.Name })
}

// Environment finds an environment by name; nil where there is none.
func (f *Fleet) Environment(name string) *Environment {
	return find(f.Environments, name, func(e *Environment) string { return e.Object.Name })
}

func find[T any](list []*T, name string, nameOf func(*T) string) *T {
	i, ok := slices.BinarySearchFunc(list, name, func(x *T, n string) int { return strings.Compare(nameOf(x), n) })
	if !ok {
		return nil
	}
	return list[i]
}
