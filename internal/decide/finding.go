package decide

import (
	"cmp"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Finding is one result with what was decided about it.
type Finding struct {
	Control *control.Control
	// Result with the decided verdict, mostly the one of the evaluation itself, so it never changes; Judged is what the
	// control said.
	Result *control.Result
	Judged v1alpha1.Verdict
	Mode   v1alpha1.ControlMode
	// Party that has to act.
	Party v1alpha1.Party
	// Since when the control says what it says; zero where nothing is to be done.
	Since time.Time
	// Exception names the exception in effect, where the verdict is Excepted.
	Exception string

	settles time.Time // when a settling result stops being so
}

// Limits of what the API holds.
const (
	maxMessage = 2048
	maxField   = 512
)

// Message says what was found.
func (f Finding) Message() string {
	message, _ := f.Control.Render(*f.Result)
	return message
}

// Remediation says what to do.
func (f Finding) Remediation() string {
	_, remediation := f.Control.Render(*f.Result)
	return remediation
}

// API gives the finding as a status holds it.
func (f Finding) API() v1alpha1.Finding {
	message, remediation := f.Control.Render(*f.Result)
	out := v1alpha1.Finding{
		Control: f.Control.ID, Verdict: f.Result.Verdict, Severity: f.Control.Severity, Party: f.Party,
		Reason: string(f.Result.Reason), Subject: reference(f.Result.Subject), Field: cut(f.Result.Field, maxField),
		Message: cut(message, maxMessage), Remediation: cut(remediation, maxMessage), Since: since(f.Since),
	}
	if !f.Result.Cause.IsZero() {
		cause := reference(f.Result.Cause)
		out.Cause = &cause
	}
	return out
}

func reference(r facts.Ref) v1alpha1.ObjectReference {
	r = r.Shown()
	return v1alpha1.ObjectReference{APIGroup: r.Group, Kind: r.Kind, Namespace: r.Namespace, Name: r.Name}
}

func since(t time.Time) *metav1.Time {
	if t.IsZero() {
		return nil
	}
	return &metav1.Time{Time: t}
}

// cut shortens a text to a number of characters.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	count := 0
	for i := range s {
		if count == most-1 {
			return s[:i] + "…"
		}
		count++
	}
	return s
}

// compareFindings orders by what has to be done first: required before observed, then severity, Fail before Unknown.
func compareFindings(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(modeRank(a.Mode), modeRank(b.Mode)),
		cmp.Compare(severityRank(a.Control.Severity), severityRank(b.Control.Severity)),
		cmp.Compare(verdictRank(a.Result.Verdict), verdictRank(b.Result.Verdict)),
		cmp.Compare(a.Control.ID, b.Control.ID),
		a.Result.Subject.Compare(b.Result.Subject),
		cmp.Compare(a.Result.Reason, b.Result.Reason),
		cmp.Compare(a.Result.Field, b.Result.Field),
	)
}

func modeRank(m v1alpha1.ControlMode) int {
	if m == v1alpha1.ModeRequired {
		return 0
	}
	return 1
}

func severityRank(s v1alpha1.Severity) int {
	switch s {
	case v1alpha1.SeverityCritical:
		return 0
	case v1alpha1.SeverityHigh:
		return 1
	case v1alpha1.SeverityMedium:
		return 2
	default:
		return 3
	}
}

func verdictRank(v v1alpha1.Verdict) int {
	if v == v1alpha1.VerdictFail {
		return 0
	}
	return 1
}

// serious tells whether a control decides between compliant and not.
func serious(s v1alpha1.Severity) bool {
	return s == v1alpha1.SeverityCritical || s == v1alpha1.SeverityHigh
}
