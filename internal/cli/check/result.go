package check

import (
	"iter"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Object names a Kubernetes object.
type Object struct {
	// APIVersion is group and version; the group alone for kinds that Tilsyn knows only from references.
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace"`
	Name       string `json:"name"`
}

// String gives Kind namespace/name.
func (o Object) String() string {
	return facts.Ref{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}.String()
}

// Result is the decided result of one control for one subject.
type Result struct {
	Control  v1alpha1.ControlID `json:"control"`
	Verdict  v1alpha1.Verdict   `json:"verdict"`
	Severity v1alpha1.Severity  `json:"severity"`
	Party    v1alpha1.Party     `json:"party"`
	Reason   string             `json:"reason"`
	// Solution and Environment are empty for results of the platform, Environment for those of a solution itself.
	Solution    string `json:"solution"`
	Environment string `json:"environment"`
	// Institution is set for results of what an institution has to do itself; Solution then names the solution it is about,
	// if it is about one.
	Institution string `json:"institution,omitempty"`
	Subject     Object `json:"subject"`
	// Field of the subject that decides, as a JSON path.
	Field       string `json:"field"`
	Message     string `json:"message"`
	Remediation string `json:"remediation"`
	// Mode is Observe for results that count in no state and no exit code.
	Mode  v1alpha1.ControlMode `json:"mode"`
	Basis control.Basis        `json:"basis"`
	// Since when the result is what it is, as the operator remembers it; left out where it does not.
	Since *time.Time `json:"since,omitempty"`
	// ValidUntil is when the result would change by itself.
	ValidUntil *time.Time `json:"validUntil,omitempty"`
	// Exception that covers a failure.
	Exception string `json:"exception,omitempty"`
	// Cause is the object behind the result where it is not the subject.
	Cause *Object `json:"cause,omitempty"`
	// File and Line of the subject, where it comes from a manifest.
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
}

// Results gives failures and unknowns, or with all every result of every subject: environments by name, then solutions
// themselves, institutions, and the platform; of each the worst first, or with all by control and subject.
func (r *Report) Results(all bool) iter.Seq[Result] {
	return func(yield func(Result) bool) {
		for s, a := range r.subjects() {
			for f := range findings(s, all) {
				if !yield(r.result(f, a)) {
					return
				}
			}
		}
	}
}

func (r *Report) result(f decide.Finding, a about) Result {
	out := Result{
		Control: f.Control.ID, Verdict: f.Result.Verdict, Severity: f.Control.Severity, Party: f.Party, Reason: string(f.Result.Reason),
		Solution: a.solution, Environment: a.environment, Institution: a.institution, Subject: r.object(f.Result.Subject), Field: f.Result.Field,
		Message: f.Message(), Remediation: f.Remediation(), Mode: f.Mode, Basis: f.Result.Basis, Exception: f.Exception,
		Since: instant(r.since(f)), ValidUntil: instant(f.Result.ValidUntil),
	}
	if a.institution != "" {
		out.Solution = decide.SolutionOf(f.Result)
	}
	if !f.Result.Cause.IsZero() {
		cause := r.object(f.Result.Cause)
		out.Cause = &cause
	}
	if p, ok := r.evidence.position(f.Result.Subject); ok {
		out.File, out.Line = p.File, p.Line
	}
	return out
}

func (r *Report) object(ref facts.Ref) Object {
	version := r.evidence.apiVersion(ref)
	ref = ref.Shown()
	return Object{APIVersion: version, Kind: ref.Kind, Namespace: ref.Namespace, Name: ref.Name}
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
