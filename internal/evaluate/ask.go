package evaluate

import (
	"fmt"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// asker calls rules. A rule that panics costs its own result and nothing else.
type asker struct {
	onPanic func(v1alpha1.ControlID, facts.Ref, string)
}

func (a asker) workload(b *control.Bound, in control.WorkloadInput) (r control.Result) {
	defer func() {
		if p := recover(); p != nil {
			r = a.failed(b.ID, in.Workload.Ref, p)
		}
	}()
	r = b.Workload(in)
	r.Control = b.ID
	if !valid(r.Verdict) {
		return silent(b.ID)
	}
	return r
}

func (a asker) environment(b *control.Bound, in control.EnvironmentInput) (out []control.Result) {
	subject := in.Environment.Ref()
	defer a.recovered(b.ID, subject, &out)
	return checked(b.ID, subject, b.Environment(in))
}

func (a asker) solution(b *control.Bound, in control.SolutionInput) (out []control.Result) {
	subject := in.Solution.Ref()
	defer a.recovered(b.ID, subject, &out)
	return checked(b.ID, subject, b.Solution(in))
}

func (a asker) platform(b *control.Bound, in control.PlatformInput) (out []control.Result) {
	subject := in.Platform.Ref()
	defer a.recovered(b.ID, subject, &out)
	return checked(b.ID, subject, b.Platform(in))
}

func (a asker) recovered(id v1alpha1.ControlID, subject facts.Ref, out *[]control.Result) {
	if p := recover(); p != nil {
		*out = []control.Result{on(a.failed(id, subject, p), subject)}
	}
}

func (a asker) failed(id v1alpha1.ControlID, subject facts.Ref, p any) control.Result {
	text := fmt.Sprint(p)
	if a.onPanic != nil {
		a.onPanic(id, subject, text)
	}
	r := control.Unknown(control.ReasonPanic, "error", text)
	r.Control = id
	return r
}

// checked completes what a rule gave. No result at all is a fault of the rule, never a pass.
func checked(id v1alpha1.ControlID, subject facts.Ref, results []control.Result) []control.Result {
	if len(results) == 0 {
		return []control.Result{on(silent(id), subject)}
	}
	out := make([]control.Result, len(results))
	for i, r := range results {
		if !valid(r.Verdict) {
			r = silent(id).On(r.Subject)
		}
		r.Control = id
		out[i] = on(r, subject)
	}
	return out
}

func silent(id v1alpha1.ControlID) control.Result {
	r := control.Unknown(control.ReasonNoResult)
	r.Control = id
	return r
}

// valid tells whether a rule may give the verdict; Excepted is not its to give.
func valid(v v1alpha1.Verdict) bool {
	switch v {
	case v1alpha1.VerdictPass, v1alpha1.VerdictFail, v1alpha1.VerdictUnknown, v1alpha1.VerdictNotApplicable:
		return true
	}
	return false
}
