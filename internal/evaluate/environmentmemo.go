package evaluate

import (
	"slices"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// environmentMemo remembers the results of one environment and its workloads.
type environmentMemo struct {
	*subjectMemo
	environment *Environment
	inherited   []*ControlResults // of the platform, when the results were made
	scope       []string          // its namespaces, sorted
	seen        []uint64          // what there was of each type of evidence, by its index
	spaces      map[string]*space // by namespace
	ordered     []*space          // those of the environment now, by namespace
	plans       []plan            // by position of the control
}

// take makes the memory one of an environment as it is now.
func (m *environmentMemo) take(env *Environment) {
	if m.environment != env {
		m.environment = env
		m.scope = slices.Sorted(slices.Values(env.Scope()))
	}
}

// plan is what one control's results in the environment will be put together of, once every task is done.
type plan struct {
	active bool
	// preset results are the engine's own.
	preset              []stored
	unit                *unit
	columns, namespaces bool
	touched             bool // something was asked, or the preset results or the workloads changed
}

func (m *environmentMemo) workloads() (n int) {
	for _, s := range m.ordered {
		n += len(s.workloads)
	}
	return n
}

// plan adds the tasks that bring the first pass of an environment up to date.
func (e *Engine) plan(tasks []func(), v *visit, m *environmentMemo) []func() {
	moved := e.arrange(v, m)
	old := m.plans
	m.plans = make([]plan, len(e.controls))
	stop, stopAll := preempted(m.environment)
	for i, c := range e.controls {
		if c.SecondPass || e.rules[i].workload == nil && e.rules[i].namespace == nil && e.rules[i].environment == nil {
			continue
		}
		pl := &m.plans[i]
		pl.active, pl.touched = true, moved || old == nil || m.controls[i] == nil
		if stopAll {
			pl.preset = blocked(c.ID, m.environment.Ref(), stop)
		} else {
			tasks = e.planControl(tasks, v, m, i, pl)
		}
		if old != nil && !pl.touched {
			pl.touched = pl.columns != old[i].columns || pl.namespaces != old[i].namespaces || pl.unit != old[i].unit ||
				!slices.EqualFunc(pl.preset, old[i].preset, sameStored)
		}
	}
	return tasks
}

// arrange brings the lists of workloads up to date and tells whether any moved.
func (e *Engine) arrange(v *visit, m *environmentMemo) (moved bool) {
	for ns := range m.spaces {
		if !slices.Contains(m.scope, ns) {
			delete(m.spaces, ns)
			moved = true
		}
	}
	m.ordered = m.ordered[:0]
	for _, ns := range m.scope {
		s := m.spaces[ns]
		if s == nil {
			s = e.newSpace(ns)
			m.spaces[ns] = s
			moved = true
		}
		// Asked even where it does not count, because it notes what there is.
		s.touched = e.evidence.touched(v.view, s.only, s.seen) || !v.continuous
		moved = s.refresh(v.view) || moved
		m.ordered = append(m.ordered, s)
	}
	return moved
}

// planControl plans one control of the first pass.
func (e *Engine) planControl(tasks []func(), v *visit, m *environmentMemo, i int, pl *plan) []func() {
	env, c := m.environment, e.controls[i]
	entry := env.Policy.Entries[i]
	asked := func(r *rule) bool {
		if r == nil {
			return false
		}
		stop, ok := stopped(env.Policy, entry, r, env.Scope())
		if ok && len(pl.preset) == 0 {
			pl.preset = blocked(c.ID, env.Ref(), stop)
		}
		return !ok
	}
	if r := e.rules[i].workload; asked(r) {
		tasks = e.planWorkloads(tasks, v, m, i, r, entry.Bound, pl)
	}
	if r := e.rules[i].namespace; asked(r) {
		tasks = e.planNamespaces(tasks, v, m, i, r, entry.Bound, pl)
	}
	if r := e.rules[i].environment; asked(r) {
		u := &m.units[i]
		pl.unit = u
		var others []any
		if c.Inherits {
			others = append(others, e.platform.controls[i])
		}
		if !u.current(v, r, entry.Bound, env.Environment, others, env.Scope(), true) {
			pl.touched = true
			tasks = append(tasks, func() {
				in := control.EnvironmentInput{Environment: env.Environment, Facts: v.view.Within(r.sees, env.Scope()...), Now: v.now}
				if c.Inherits {
					in.OnPlatform = slices.Collect(e.platform.controls[i].All())
				}
				u.remember(v.ask.environment(entry.Bound, in))
			})
		}
	}
	return tasks
}

// planWorkloads plans a control of workloads, and says what follows from the workloads as a whole.
func (e *Engine) planWorkloads(to []func(), v *visit, m *environmentMemo, i int, r *rule, b *control.Bound, pl *plan) []func() {
	env, c := m.environment, e.controls[i]
	pl.columns = true
	var due []stretch
	for _, s := range m.ordered {
		due = s.columns[e.rules[i].column].prepare(due, v, r, b, env.Environment, s)
	}
	pl.touched = pl.touched || len(due) > 0
	// What is judged stands; that there is nothing else is known only where every source of workloads is complete. Sources
	// that manifests never have are left out: there the question is about the manifests.
	unread := slices.DeleteFunc(slices.Clone(e.evidence.of(facts.TypeOf[facts.Workload]()).incompleteIn(env.Scope(), false)),
		func(s facts.SourceState) bool { return s.Condition == facts.SourceNotObservable })
	switch {
	case len(unread) > 0:
		pl.preset = blocked(c.ID, env.Ref(), control.Unreadable(unread...))
	case m.workloads() == 0 && e.rules[i].environment == nil && e.rules[i].namespace == nil:
		pl.preset = blocked(c.ID, env.Ref(), control.NotApplicable(control.ReasonNoWorkloads))
	}
	return tasks(to, v.pass, due)
}

// planNamespaces plans a control of namespaces.
func (e *Engine) planNamespaces(to []func(), v *visit, m *environmentMemo, i int, r *rule, b *control.Bound, pl *plan) []func() {
	env, k := m.environment.Environment, e.rules[i].unit
	pl.namespaces = true
	var due []*space
	for _, s := range m.ordered {
		if !s.units[k].current(v, r, b, env, nil, s.only, s.touched) {
			if due == nil {
				due = make([]*space, 0, len(m.ordered))
			}
			due = append(due, s)
		}
	}
	if len(due) == 0 {
		return to
	}
	pl.touched = true
	return append(to, func() {
		n := namespaces{asker: v.ask, bound: b, in: control.EnvironmentInput{Environment: env, Now: v.now}}
		for _, s := range due {
			s.units[k].remember(n.ask(control.NamespaceInput{Namespace: s.namespace, Facts: v.view.Within(r.sees, s.only...)}))
		}
	})
}

// finish puts the results of one control of the first pass together.
func (e *Engine) finish(m *environmentMemo, i int) {
	pl := &m.plans[i]
	parts := make([]part, 0, 2+2*len(m.ordered))
	add := func(own []stored) {
		if len(own) > 0 {
			parts = append(parts, part{own: own})
		}
	}
	add(pl.preset)
	if pl.unit != nil {
		add(pl.unit.results)
	}
	for _, s := range m.ordered {
		if pl.namespaces {
			add(s.units[e.rules[i].unit].results)
		}
		if pl.columns {
			c := &s.columns[e.rules[i].column]
			c.settle()
			parts = append(parts, part{workloads: s.workloads, cells: c.cells})
		}
	}
	if !slices.ContainsFunc(parts, func(p part) bool { return len(p.own)+len(p.cells) > 0 }) {
		none := e.controls[i].None
		if !valid(none.Verdict) {
			none = silent(e.controls[i].ID)
		}
		add(blocked(e.controls[i].ID, m.environment.Ref(), none))
	}
	m.keep(i, assemble(e.controls[i], parts))
}

// preempted gives the result of every control of an environment about which none can be asked.
func preempted(env *Environment) (control.Result, bool) {
	spec := env.Object.Spec
	switch {
	case !env.SolutionFound:
		return control.Unknown(control.ReasonSolutionMissing, "solution", spec.Solution), true
	case !env.Policy.Found:
		return profileMissing(env.Policy), true
	case spec.HostedBy != "":
		return control.Unknown(control.ReasonHostedElsewhere, "supplier", spec.HostedBy), true
	case len(env.Scope()) == 0:
		return control.Unknown(control.ReasonNoNamespace), true
	}
	return control.Result{}, false
}

// environmentSecond judges the controls of an environment that rest on others' results.
func (e *Engine) environmentSecond(p *pass, m *environmentMemo) {
	env := m.environment
	first, others := firstOf(e.controls, m.subjectMemo, env.Ref())
	v := &visit{pass: p} // looks at every generation: there are few such controls
	stop, stopAll := preempted(env)
	for i, c := range e.controls {
		r := e.rules[i].environment
		if r == nil || !c.SecondPass {
			continue
		}
		entry, u := env.Policy.Entries[i], &m.units[i]
		if !stopAll {
			var own bool
			if stop, own = stopped(env.Policy, entry, r, env.Scope()); !own {
				if !u.current(v, r, entry.Bound, env.Environment, others, env.Scope(), true) {
					u.remember(p.ask.environment(entry.Bound, control.EnvironmentInput{
						Environment: env.Environment, Facts: p.view.Within(r.sees, env.Scope()...), Now: p.now, First: first()}))
				}
				m.keep(i, assemble(c, []part{{own: u.results}}))
				continue
			}
		}
		m.keep(i, assemble(c, []part{{own: blocked(c.ID, env.Ref(), stop)}}))
	}
}

// firstOf gives what controls of the second pass see of an environment, and what identifies it.
func firstOf(controls []*control.Control, m *subjectMemo, subject facts.Ref) (list func() []control.Result, identity []any) {
	identity = m.firsts(controls, nil)
	return func() []control.Result {
		var out []control.Result
		for _, held := range identity {
			out = append(out, summary(held.(*ControlResults), subject)...)
		}
		return out
	}, identity
}

// firsts adds the results of the first pass to a list.
func (m *subjectMemo) firsts(controls []*control.Control, to []any) []any {
	for i, c := range controls {
		if !c.SecondPass && m.controls[i] != nil {
			to = append(to, m.controls[i])
		}
	}
	return to
}

// summary is every finding of a control, or one folded result where it has none.
func summary(c *ControlResults, subject facts.Ref) []control.Result {
	if len(c.Findings) > 0 {
		return c.Findings
	}
	return []control.Result{{Control: c.Control.ID, Verdict: c.Verdict(), Subject: subject, Basis: control.Observed}}
}

// firstOfSolution joins the first pass of a solution and its environments.
func (e *Engine) firstOfSolution(m *subjectMemo, s *Solution) (list func() []control.EnvironmentResult, identity []any) {
	identity = m.firsts(e.controls, nil)
	ends := []int{len(identity)} // where the results of the solution itself and of each environment end
	for _, env := range s.Environments {
		identity = e.environments[env.Object.Name].firsts(e.controls, identity)
		ends = append(ends, len(identity))
	}
	return func() []control.EnvironmentResult {
		size := 0
		for _, held := range identity {
			size += max(1, len(held.(*ControlResults).Findings))
		}
		out := make([]control.EnvironmentResult, 0, size)
		for i, held := range identity {
			name, subject := "", s.Ref()
			if which, _ := slices.BinarySearch(ends, i+1); which > 0 {
				name, subject = s.Environments[which-1].Object.Name, s.Environments[which-1].Ref()
			}
			for _, r := range summary(held.(*ControlResults), subject) {
				out = append(out, control.EnvironmentResult{Environment: name, Result: r})
			}
		}
		return out
	}, identity
}
