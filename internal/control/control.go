package control

import (
	"reflect"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Meta describes a control. All text is English, in full sentences, and belongs to the control.
type Meta struct {
	ID    v1alpha1.ControlID
	Title string
	// MustHold says what must hold; Why says what it protects; NotSeen says what software cannot see of it, if anything.
	MustHold, Why, NotSeen string
	Severity               v1alpha1.Severity
	Party                  v1alpha1.Party
	// ISO lists Annex A controls of ISO/IEC 27001:2022 with their titles; GDPR lists articles.
	ISO, GDPR []string
	// Since is the catalogue version that introduced the control.
	Since string
	// Reasons lists every reason the rules give.
	Reasons []ReasonText
	// Evidence lists, for people, the fields read.
	Evidence []string
	// SecondPass is true for controls that look at the results of others.
	SecondPass bool
	// Exceptions says what an exception from the control must have beyond what every exception has; nil: nothing.
	Exceptions *ExceptionTerms
}

// ExceptionTerms are what a control asks of an exception; one without has no effect.
type ExceptionTerms struct {
	// Plan is true where the exception must be of type Compensated and have an action plan, in words or in steps.
	Plan bool
	// Longest time from approval to end, for example 6mo; empty: as long as the profile allows.
	Longest string
}

// ReasonText is the prose of one reason.
type ReasonText struct {
	Reason  Reason
	Verdict v1alpha1.Verdict
	// Text says what was found, with {name} marks for arguments.
	Text string
	// Remediation says what to type or whom to ask; required for Fail and Unknown.
	Remediation string
	// Settle is how long a Fail must last before it counts, for states that pass by themselves; zero: at once.
	Settle time.Duration
}

// Need declares a fact type that a rule looks at. Without ClusterWide the rule sees the facts in its subject's namespaces (a
// workload's own namespace, an environment's Scope) and cluster-scoped facts; rules of solutions, institutions and the
// platform see all.
type Need struct {
	Type reflect.Type
	// Gate is true where the rule cannot decide at all while a source of the type is incomplete: the engine then answers
	// Unknown without asking the rule. Otherwise the rule itself asks facts.Sources.
	Gate bool
	// ClusterWide is true where the rule looks beyond the namespaces of its subject.
	ClusterWide bool
	// Elsewhere names further namespaces that the rule looks into, such as those of log collectors. It sees the types that
	// the rule declares for all namespaces, and is asked once for all subjects. Pods change all the time, so a rule that
	// declared them all for the sake of a few would be asked all the time.
	Elsewhere func(facts.View) []string
}

// AllNeeds gives the needs of every kind of rule, nil for those that the control does not have.
func (c *Control) AllNeeds() [][]Need {
	return [][]Need{c.WorkloadNeeds, c.NamespaceNeeds, c.EnvironmentNeeds, c.SolutionNeeds, c.PlatformNeeds, c.InstitutionNeeds}
}

// Needs is a helper for a need that gates: the rule is not asked while any source of T is incomplete.
func Needs[T any]() Need { return Need{Type: facts.TypeOf[T](), Gate: true} }

// NeedsAll is Needs for facts of all namespaces or of cluster scope.
func NeedsAll[T any]() Need { return Need{Type: facts.TypeOf[T](), Gate: true, ClusterWide: true} }

// NeedsAlso is Needs for facts of the subject's namespaces and of some others.
func NeedsAlso[T any](elsewhere func(facts.View) []string) Need {
	return Need{Type: facts.TypeOf[T](), Gate: true, Elsewhere: elsewhere}
}

// Sees declares a type of the subject's namespaces whose incompleteness the rule handles itself.
func Sees[T any]() Need { return Need{Type: facts.TypeOf[T]()} }

// SeesAll declares a type of all namespaces or cluster scope whose incompleteness the rule handles itself.
func SeesAll[T any]() Need { return Need{Type: facts.TypeOf[T](), ClusterWide: true} }

// Parameters of a control: defaults per level, and a check that enforces legal minima.
type Parameters[P any] struct {
	// Defaults makes a fresh value, so that nothing is shared when a profile overrides a part of it. Nil: the zero value.
	Defaults func(Levels) P
	// Validate returns an error that names the field and what is allowed. Nil: every value is allowed.
	Validate func(P, Levels) error
}

// NoParameters is for controls without parameters.
type NoParameters struct{}

// WorkloadRule judges one workload.
type WorkloadRule[P any] struct {
	Needs []Need
	// SchedulingOnly says that the rule looks at nothing of a workload but where its pods may run.
	SchedulingOnly bool
	Judge          func(in WorkloadInput, p *P) Result
}

// EnvironmentRule judges an environment; it adds one result for each subject, and at least one in all, unless the control has
// a rule of namespaces too.
type EnvironmentRule[P any] struct {
	Needs []Need
	// Inherits says that the rule looks at what the control's rule of the platform found (EnvironmentInput.OnPlatform), so
	// that what holds for the whole cluster is judged once and counts wherever it matters.
	Inherits bool
	Judge    func(in EnvironmentInput, p *P) []Result
}

// NamespaceRule judges the namespaces of an environment, each by itself, so that a change in one is the matter of that one.
type NamespaceRule[P any] struct {
	// Needs are seen in the namespace that is judged.
	Needs []Need
	// Begin gives what judges one namespace after the other: it adds a result for each subject to a list. What it keeps from
	// one to the next saves work and changes no result.
	Begin func(in EnvironmentInput, p *P) func(in NamespaceInput, out []Result) []Result
	// None is the result where neither a namespace nor a rule of environments gives any.
	None Result
}

// SolutionRule judges a solution itself, apart from where it runs.
type SolutionRule[P any] struct {
	Needs []Need
	Judge func(in SolutionInput, p *P) []Result
}

// PlatformRule judges the cluster; its parameters are the defaults of the highest levels.
type PlatformRule[P any] struct {
	Needs []Need
	Judge func(in PlatformInput, p *P) []Result
}

// InstitutionRule judges what one institution has to do itself: its own part of the responsibility, apart from that of the
// solutions it uses. Whatever it gives is for the institution to act on. A result about one solution names that solution as
// its cause; without a cause it is about the institution as such.
type InstitutionRule[P any] struct {
	Needs []Need
	Judge func(in InstitutionInput, p *P) []Result
}

// Rules of a control; at least one is set.
type Rules[P any] struct {
	Workload    *WorkloadRule[P]
	Namespace   *NamespaceRule[P]
	Environment *EnvironmentRule[P]
	Solution    *SolutionRule[P]
	Platform    *PlatformRule[P]
	Institution *InstitutionRule[P]
}

// Control is a defined control; Bind gives it parameters.
type Control struct {
	Meta
	// WorkloadNeeds and the others are nil where the control has no such rule.
	WorkloadNeeds, NamespaceNeeds, EnvironmentNeeds, SolutionNeeds, PlatformNeeds, InstitutionNeeds []Need
	// SchedulingOnly is that of the rule of workloads, None that of the rule of namespaces, Inherits that of environments.
	SchedulingOnly bool
	Inherits       bool
	None           Result
	// DefaultParameters renders the defaults at given levels, for documentation.
	DefaultParameters func(Levels) any
	bind              func(Levels, [][]byte) (*Bound, error)
}

// Bound is a control with its parameters, ready to judge. Nil functions are rules the control does not have.
type Bound struct {
	*Control
	// Key identifies the parameters in memo keys.
	Key         string
	Workload    func(WorkloadInput) Result
	Namespace   func(EnvironmentInput) func(in NamespaceInput, out []Result) []Result
	Environment func(EnvironmentInput) []Result
	Solution    func(SolutionInput) []Result
	Platform    func(PlatformInput) []Result
	Institution func(InstitutionInput) []Result
}
