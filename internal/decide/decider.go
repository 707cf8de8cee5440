package decide

import (
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// decider decides about one subject.
type decider struct {
	basis
	old     entries // what was judged before
	now     time.Time
	next    entries
	settled []time.Time // when settling results stop being so
	tally   tally
}

// one decides about the results of one control.
type one struct {
	*decider
	control *control.Control
	entry   evaluate.Entry
	mode    v1alpha1.ControlMode
	// calm controls were met before: what settles weighs nothing.
	calm bool
	// worst is what the control says of the subject that is being decided about, for the memory.
	worst   v1alpha1.Verdict
	subject facts.Ref
}

func (d *decider) of(c *evaluate.ControlResults) *one {
	entry, _ := d.policy.Entry(c.Control.ID)
	return &one{decider: d, control: c.Control, entry: entry, mode: entry.ModeAt(d.now), calm: d.old.calm(key{control: c.Control.ID})}
}

// part is what was decided about one control, to be taken over while nothing about it changes.
type part struct {
	folds *folds
	// findings of the control in runs of alike verdicts, each in the order of the subject's and, in the end, within them.
	findings [][]Finding
	settles  bool
}

// control decides about one control and adds it to the subject.
func (d *decider) control(s *Subject, c *evaluate.ControlResults) {
	o := d.of(c)
	out := Control{Control: c.Control, Mode: o.mode, Passed: c.Passed, NotApplicable: c.NotApplicable, Verdict: v1alpha1.VerdictNotApplicable}
	folds := newFolds()
	c.Passing(func(v v1alpha1.Verdict, party v1alpha1.Party) { folds.add(v, o.partyOf(party, c.Control)) })
	worst := control.Result{Verdict: v1alpha1.VerdictNotApplicable}
	settled, findings := len(d.settled), make([]Finding, 0, len(c.Findings))
	for i := range c.Findings {
		r := &c.Findings[i]
		f := o.finding(r)
		o.remember(r, &f)
		s.count(&out, &f)
		o.noteUndecided(s, &f)
		verdict := f.Result.Verdict
		if f.Result.Reason == control.ReasonSettling && o.calm {
			verdict = v1alpha1.VerdictPass
		}
		folds.add(verdict, f.Party)
		if control.Worse(verdict, worst.Verdict) {
			worst = *f.Result
			worst.Verdict = verdict
		}
		if verdict == v1alpha1.VerdictFail || verdict == v1alpha1.VerdictUnknown {
			findings = append(findings, f)
		}
	}
	out.Party, out.Verdict, out.Reason = folds.party(c.Control.Party), folds.all, c.Reason
	// A control that stays met while a failure settles says so, and not the reason of the failure.
	if worst.Verdict == folds.all && (finding(folds.all) || worst.Reason == control.ReasonSettling) {
		out.Reason = worst.Reason
	}
	folded := key{control: c.Control.ID}
	out.Since = d.old.since(folded, out.Verdict, d.now)
	d.next.keep(folded, entry{verdict: out.Verdict, reason: string(out.Reason), since: out.Since})
	s.Controls = append(s.Controls, out)
	d.tally.add(&s.Controls[len(s.Controls)-1], folds)
	s.parts = append(s.parts, part{folds: folds, findings: runs(findings), settles: len(d.settled) > settled})
}

// runs orders the findings of one control and parts them by verdict.
func runs(list []Finding) (out [][]Finding) {
	if !slices.IsSortedFunc(list, compareFindings) {
		slices.SortStableFunc(list, compareFindings)
	}
	for len(list) > 0 {
		n := slices.IndexFunc(list, func(f Finding) bool { return f.Result.Verdict != list[0].Result.Verdict })
		if n < 0 {
			n = len(list)
		}
		out = append(out, list[:n])
		list = list[n:]
	}
	return out
}

// takeOver adds what was decided about a control before, the i-th of the subject, to the subject.
func (d *decider) takeOver(s *Subject, old *remembered, i int) {
	c, p := old.last.Controls[i], old.last.parts[i]
	s.Controls, s.parts = append(s.Controls, c), append(s.parts, p)
	d.next.takeOver(old.entries, c.ID)
	for e, covering := range old.last.covered {
		if e.Object.Spec.Control == c.ID {
			s.covered[e] = covering
		}
	}
	d.tally.add(&c, p.folds)
}

func finding(v v1alpha1.Verdict) bool {
	return v == v1alpha1.VerdictFail || v == v1alpha1.VerdictUnknown || v == v1alpha1.VerdictExcepted
}

// count counts one decided finding.
func (s *Subject) count(out *Control, f *Finding) {
	switch f.Result.Verdict {
	case v1alpha1.VerdictFail:
		out.Failed++
	case v1alpha1.VerdictExcepted:
		out.Excepted++
		s.covering(s.decider.exceptionFor(f)).excepts(f)
	default:
		out.Unknown++
		if f.Result.Reason == control.ReasonSettling {
			out.Settling++
		}
	}
}

// exceptionFor finds the exception that a decided finding names.
func (d *decider) exceptionFor(f *Finding) *evaluate.Exception {
	i := slices.IndexFunc(d.exceptions, func(e *evaluate.Exception) bool { return e.Object.Name == f.Exception })
	return d.exceptions[i]
}

// finding decides about one result. Only a Fail is ever excepted: what is unknown has to be found out or attested. Results
// come ordered by subject, a Fail first.
func (o *one) finding(r *control.Result) Finding {
	f := Finding{Control: o.control, Result: r, Judged: r.Verdict, Mode: o.mode, Party: o.partyOf(r.Party, o.control)}
	if r.Verdict != v1alpha1.VerdictFail && r.Verdict != v1alpha1.VerdictUnknown {
		return f
	}
	if o.worst == "" || r.Subject != o.subject {
		o.worst, o.subject = r.Verdict, r.Subject
	}
	f.Since = o.old.since(key{o.control.ID, r.Subject}, o.worst, o.now)
	if r.Verdict == v1alpha1.VerdictUnknown {
		return f
	}
	if e := o.exception(r); e != nil {
		excepted := *r
		excepted.Verdict = v1alpha1.VerdictExcepted
		f.Result, f.Exception = &excepted, e.Object.Name
		return f
	}
	text, _ := o.control.Text(r.Reason)
	if ends := f.Since.Add(text.Settle); o.now.Before(ends) {
		message, _ := o.control.Render(*r)
		settling := *r
		settling.Verdict, settling.Reason = v1alpha1.VerdictUnknown, control.ReasonSettling
		settling.Args = []control.Arg{{Name: "message", Value: message}, {Name: "settle", Value: date.Length(text.Settle)}}
		f.Result, f.settles = &settling, ends
	}
	return f
}

// remember notes since when a result is what it is, and when it stops settling.
func (o *one) remember(judged *control.Result, f *Finding) {
	if judged.Verdict == o.worst {
		o.next.keep(key{o.control.ID, judged.Subject}, entry{verdict: o.worst, reason: string(judged.Reason), since: f.Since})
	}
	if !f.settles.IsZero() {
		o.settled = append(o.settled, f.settles)
	}
}

// exception finds the valid exception that covers a failing result, the one that lasts longest.
func (o *one) exception(r *control.Result) *evaluate.Exception {
	var best *evaluate.Exception
	for _, e := range o.exceptions {
		if e.ValidAt(o.now) && o.covers(e, r) && !o.entry.Mandatory && (best == nil || e.Until.After(best.Until)) {
			best = e
		}
	}
	return best
}

func (o *one) covers(e *evaluate.Exception, r *control.Result) bool {
	if o.institution {
		return o.coversInstitution(e, r)
	}
	spec := &e.Object.Spec
	if spec.Control != o.control.ID || spec.Scope.Environment != "" && spec.Scope.Environment != o.environment {
		return false
	}
	return len(spec.Scope.Subjects) == 0 || slices.Contains(spec.Scope.Subjects, reference(r.Subject))
}
