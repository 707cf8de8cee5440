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
	if w := in.Workload; w.Unread && (!w.SchedulingRead || !b.SchedulingOnly) {
		r = control.Unknown(control.ReasonTemplateUnread, "kind", w.Ref.Kind, "group", w.Ref.Group).At(w.TemplatePath)
	} else {
		r = b.Workload(in)
	}
	r.Control = b.ID
	if !valid(r.Verdict) {
		return silent(b.ID)
	}
	return r
}

// namespaces asks a rule of namespaces about one after the other.
type namespaces struct {
	asker
	bound  *control.Bound
	in     control.EnvironmentInput
	judge  func(control.NamespaceInput, []control.Result) []control.Result // once it has begun
	shared shelf
	spare  []control.Result
}

func (n *namespaces) ask(in control.NamespaceInput) (out []stored) {
	subject := n.in.Environment.Ref()
	defer n.recovered(n.bound.ID, subject, &out)
	if n.judge == nil {
		n.judge = n.bound.Namespace(n.in)
	}
	n.spare = n.judge(in, n.spare[:0])
	return checked(n.bound.ID, subject, n.spare, &n.shared)
}

func (a asker) environment(b *control.Bound, in control.EnvironmentInput) (out []stored) {
	subject := in.Environment.Ref()
	defer a.recovered(b.ID, subject, &out)
	results := b.Environment(in)
	if b.Namespace != nil {
		return checked(b.ID, subject, results, &shelf{})
	}
	return answered(b.ID, subject, results)
}

func (a asker) solution(b *control.Bound, in control.SolutionInput) (out []stored) {
	subject := in.Solution.Ref()
	defer a.recovered(b.ID, subject, &out)
	return answered(b.ID, subject, b.Solution(in))
}

func (a asker) platform(b *control.Bound, in control.PlatformInput) (out []stored) {
	subject := in.Platform.Ref()
	defer a.recovered(b.ID, subject, &out)
	return answered(b.ID, subject, b.Platform(in))
}

func (a asker) recovered(id v1alpha1.ControlID, subject facts.Ref, out *[]stored) {
	if p := recover(); p != nil {
		*out = store([]control.Result{on(a.failed(id, subject, p), subject)})
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

// answered is checked for rules that always have something to say: no result at all is a fault of the rule, never a pass.
func answered(id v1alpha1.ControlID, subject facts.Ref, results []control.Result) []stored {
	if len(results) == 0 {
		return store([]control.Result{on(silent(id), subject)})
	}
	return checked(id, subject, results, &shelf{})
}

// checked completes and stores what a rule gave.
func checked(id v1alpha1.ControlID, subject facts.Ref, results []control.Result, shared *shelf) []stored {
	out := make([]stored, len(results))
	for i := range results {
		r := results[i] // a copy: the rule may give the same list again
		if !valid(r.Verdict) {
			r = silent(id).On(r.Subject)
		}
		out[i].subject = on(r, subject).Subject
		r.Control, r.Subject = id, facts.Ref{}
		out[i].said = shared.keep(&r)
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
