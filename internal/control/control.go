package control

import (
	"bytes"
	"encoding/json"
	"fmt"
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

// Need declares a fact type that a rule looks at.
type Need struct {
	Type reflect.Type
	// Gate is true where the rule cannot decide at all while a source of the type is incomplete: the engine then answers
	// Unknown without asking the rule. Otherwise the rule itself asks facts.Sources.
	Gate bool
	// ClusterWide is true where the rule looks beyond the namespaces of its subject.
	ClusterWide bool
}

// Needs is a helper for a need that gates: the rule is not asked while any source of T is incomplete.
func Needs[T any]() Need { return Need{Type: facts.TypeOf[T](), Gate: true} }

// NeedsAll is Needs for facts of all namespaces or of cluster scope.
func NeedsAll[T any]() Need { return Need{Type: facts.TypeOf[T](), Gate: true, ClusterWide: true} }

// Sees declares a type of the subject's namespaces whose incompleteness the rule handles itself.
func Sees[T any]() Need { return Need{Type: facts.TypeOf[T]()} }

// SeesAll declares a type of all namespaces or cluster scope whose incompleteness the rule handles itself.
func SeesAll[T any]() Need { return Need{Type: facts.TypeOf[T](), ClusterWide: true} }

// Parameters of a control: defaults per level, and a check that enforces legal minima.
type Parameters[P any] struct {
	Defaults func(Levels) P
	// Validate returns an error that names the field and what is allowed.
	Validate func(P, Levels) error
}

// NoParameters is for controls without parameters.
type NoParameters struct{}

// Levels are the effective levels of a solution.
type Levels struct {
	Confidentiality v1alpha1.Confidentiality
	Integrity       v1alpha1.Level
	Availability    v1alpha1.Level
}

// WorkloadRule judges one workload.
type WorkloadRule[P any] struct {
	Needs []Need
	Judge func(in WorkloadInput, p *P) Result
}

// EnvironmentRule judges an environment; it adds one result for each subject, and at least one in all.
type EnvironmentRule[P any] struct {
	Needs []Need
	Judge func(in EnvironmentInput, p *P) []Result
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

// Rules of a control; at least one is set.
type Rules[P any] struct {
	Workload    *WorkloadRule[P]
	Environment *EnvironmentRule[P]
	Solution    *SolutionRule[P]
	Platform    *PlatformRule[P]
}

// Control is a defined control; Bind gives it parameters.
type Control struct {
	Meta
	// WorkloadNeeds and the others are nil where the control has no such rule.
	WorkloadNeeds, EnvironmentNeeds, SolutionNeeds, PlatformNeeds []Need
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
	Environment func(EnvironmentInput) []Result
	Solution    func(SolutionInput) []Result
	Platform    func(PlatformInput) []Result
}

// Define makes a control.
func Define[P any](m Meta, params Parameters[P], rules Rules[P]) *Control {
	c := &Control{Meta: m, DefaultParameters: func(l Levels) any { return params.Defaults(l) }}
	if rules.Workload != nil {
		c.WorkloadNeeds = rules.Workload.Needs
	}
	if rules.Environment != nil {
		c.EnvironmentNeeds = rules.Environment.Needs
	}
	if rules.Solution != nil {
		c.SolutionNeeds = rules.Solution.Needs
	}
	if rules.Platform != nil {
		c.PlatformNeeds = rules.Platform.Needs
	}
	c.bind = func(l Levels, overrides [][]byte) (*Bound, error) {
		p := params.Defaults(l)
		for _, raw := range overrides {
			if err := strictDecode(raw, &p); err != nil {
				return nil, fmt.Errorf("%s: parameters: %w", m.ID, err)
			}
		}
		if params.Validate != nil {
			if err := params.Validate(p, l); err != nil {
				return nil, fmt.Errorf("%s: parameters: %w", m.ID, err)
			}
		}
		return bound(c, &p, rules)
	}
	return c
}

func bound[P any](c *Control, p *P, rules Rules[P]) (*Bound, error) {
	key, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("%s: parameters cannot be encoded: %w", c.ID, err)
	}
	b := &Bound{Control: c, Key: string(key)}
	if r := rules.Workload; r != nil {
		b.Workload = func(in WorkloadInput) Result { return r.Judge(in, p) }
	}
	if r := rules.Environment; r != nil {
		b.Environment = func(in EnvironmentInput) []Result { return r.Judge(in, p) }
	}
	if r := rules.Solution; r != nil {
		b.Solution = func(in SolutionInput) []Result { return r.Judge(in, p) }
	}
	if r := rules.Platform; r != nil {
		b.Platform = func(in PlatformInput) []Result { return r.Judge(in, p) }
	}
	return b, nil
}

// Bind gives the control the defaults of the levels, overridden by each JSON object in turn. Unknown fields, wrong types
// and values below a legal minimum are errors that name the field.
func (c *Control) Bind(l Levels, overrides ...[]byte) (*Bound, error) { return c.bind(l, overrides) }

// Text gives the prose of a reason, the control's own or the engine's.
func (c *Control) Text(reason Reason) (ReasonText, bool) {
	for _, list := range [][]ReasonText{c.Reasons, engineReasons} {
		for _, r := range list {
			if r.Reason == reason {
				return r, true
			}
		}
	}
	return ReasonText{}, false
}

// Render gives the message and the remediation of a result.
func (c *Control) Render(r Result) (message, remediation string) {
	t, ok := c.Text(r.Reason)
	if !ok {
		return string(r.Reason), ""
	}
	return expand(t.Text, r.Args), expand(t.Remediation, r.Args)
}

var engineReasons = []ReasonText{
	{Reason: ReasonEvidenceUnreadable, Verdict: v1alpha1.VerdictUnknown, Text: "{source} cannot be read: {message}",
		Remediation: "Mend the source: {message}. `kubectl get platform cluster -o yaml` lists every source and what it lacks."},
	{Reason: ReasonNotObservable, Verdict: v1alpha1.VerdictUnknown, Text: "{source} cannot be seen from manifests alone.",
		Remediation: "Check a cluster or a snapshot: tilsyn check --cluster, or tilsyn check --snapshot FILE."},
	{Reason: ReasonPanic, Verdict: v1alpha1.VerdictUnknown, Text: "The control failed inside: {error}",
		Remediation: "Report this as a defect of Tilsyn with the control's id and the message."},
	{Reason: ReasonInvalidParameters, Verdict: v1alpha1.VerdictUnknown, Text: "The profile's parameters are wrong: {error}",
		Remediation: "Correct the entry of this control in the ControlProfile; `tilsyn explain {control}` lists the parameters."},
	{Reason: ReasonInherited, Verdict: v1alpha1.VerdictUnknown, Text: "Judged once on the Platform: {message}",
		Remediation: "See the findings of the Platform."},
	{Reason: ReasonSettling, Verdict: v1alpha1.VerdictUnknown, Text: "Not judged yet, it may pass by itself: {message}",
		Remediation: "Wait for {settle}; if it lasts, it becomes a finding."},
}

func strictDecode(raw []byte, into any) error {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	return d.Decode(into)
}
