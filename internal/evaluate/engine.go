package evaluate

import (
	"reflect"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Options of an Engine.
type Options struct {
	// OnPanic is told of every rule that panicked, possibly from several goroutines at once.
	OnPanic func(id v1alpha1.ControlID, subject facts.Ref, err string)
	// Workers is how many goroutines judge at once; 0: as many as there are processors.
	Workers int
}

// Engine asks controls about facts and remembers the answers. One goroutine at a time may use it.
type Engine struct {
	controls []*control.Control
	rules    []rules
	columns  int // controls with a rule of workloads
	units    int // controls with a rule of namespaces
	options  Options
	resolver *resolver
	evidence *evidenceTable
	hosted   *evidence // of HostedSolutions
	number   uint64    // of the evaluation
	now      time.Time

	environments map[string]*environmentMemo
	solutions    map[string]*subjectMemo
	institutions map[string]*institutionMemo
	platform     *subjectMemo
}

// rules of one control, made ready; nil where the control has none of the kind.
type rules struct {
	workload, namespace, environment, solution, platform, institution *rule
	column, unit                                                      int // where a space remembers those of workloads and of namespaces
}

// NewEngine makes an engine for a catalogue in its order.
func NewEngine(controls []*control.Control, o Options) *Engine {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	e := &Engine{controls: controls, options: o, resolver: newResolver(controls), evidence: newEvidenceTable()}
	for _, t := range []reflect.Type{facts.TypeOf[facts.Workload](), facts.TypeOf[facts.Owner]()} {
		e.evidence.of(t).local = true
	}
	e.hosted = e.evidence.of(facts.TypeOf[v1alpha1.HostedSolution]())
	for _, c := range controls {
		r := rules{
			workload: e.evidence.compile(c.WorkloadNeeds, false), namespace: e.evidence.compile(c.NamespaceNeeds, false),
			environment: e.evidence.compile(c.EnvironmentNeeds, false),
			solution:    e.evidence.compile(c.SolutionNeeds, true), platform: e.evidence.compile(c.PlatformNeeds, true),
			institution: e.evidence.compile(c.InstitutionNeeds, true),
			column:      e.columns, unit: e.units,
		}
		if r.workload != nil {
			e.columns++
		}
		if r.namespace != nil {
			e.units++
		}
		e.rules = append(e.rules, r)
	}
	e.forget()
	return e
}

func (e *Engine) forget() {
	e.environments, e.solutions = map[string]*environmentMemo{}, map[string]*subjectMemo{}
	e.institutions, e.platform = map[string]*institutionMemo{}, e.newSubject()
}

// Resolve makes the Fleet of a view, or gives the last one where nothing about it changed.
func (e *Engine) Resolve(v facts.View, now time.Time) *Fleet { return e.resolver.resolve(v, now) }

// pass is one evaluation.
type pass struct {
	view   facts.View
	now    time.Time
	number uint64
	ask    asker
}

// visit is the part of a pass that is about one subject.
type visit struct {
	*pass
	// previous is the number of the visit before, and continuous tells that nothing but what changed since the last
	// evaluation can have changed since then.
	previous   uint64
	continuous bool
}

// continues tells whether something last visited then needs to look only at what changed since the last evaluation.
func (v *visit) continues(last uint64) bool { return v.continuous && last == v.previous }

// Evaluate judges everything that may have changed since the last call and gives the results of everything.
func (e *Engine) Evaluate(v facts.View, f *Fleet, now time.Time) *Evaluation {
	if now.Before(e.now) { // answers may rest on instants that have not come yet
		e.forget()
	}
	e.evidence.update(v)
	e.number++
	e.now = now
	p := &pass{view: v, now: now, number: e.number, ask: asker{e.options.OnPanic}}
	ev := &Evaluation{Fleet: f, At: now}
	e.judgePlatform(p, f, ev) // first, because environments inherit from it
	ev.Environments = e.firstPass(p, f)
	e.solutionsFirst(p, f)
	e.secondPass(p, f, ev)
	e.judgeInstitutions(p, f, ev)
	e.evict()
	ev.Next = f.Next
	for _, list := range [][]*Results{ev.Environments, ev.Solutions, ev.Institutions, {ev.Platform}} {
		for _, r := range list {
			if r.Next.After(now) {
				ev.Next = control.Earliest(ev.Next, r.Next)
			}
		}
	}
	return ev
}

// firstPass judges workloads and environments.
func (e *Engine) firstPass(p *pass, f *Fleet) []*Results {
	out := make([]*Results, len(f.Environments))
	inherited := e.inherited()
	var ask, finish []func()
	for i, env := range f.Environments {
		m := e.environments[env.Object.Name]
		if m == nil {
			m = &environmentMemo{subjectMemo: e.newSubject(), spaces: map[string]*space{}, seen: make([]uint64, len(e.evidence.all))}
			e.environments[env.Object.Name] = m
		}
		if m.current(p, e.evidence.touched(p.view, env.Scope(), m.seen)) && m.environment == env && slices.Equal(m.inherited, inherited) {
			out[i] = m.results
			continue
		}
		m.take(env)
		m.inherited = inherited
		ask = e.plan(ask, m.begin(p), m)
		for k := range m.plans {
			if m.plans[k].active && m.plans[k].touched {
				finish = append(finish, func() { e.finish(m, k) })
			}
		}
	}
	e.do(ask)
	e.do(finish)
	return out
}

// inherited gives the results of the platform that environments inherit.
func (e *Engine) inherited() (out []*ControlResults) {
	for i, c := range e.controls {
		if c.Inherits {
			out = append(out, e.platform.controls[i])
		}
	}
	return out
}

// secondPass judges what rests on the results of the first, and completes the results of environments and solutions.
func (e *Engine) secondPass(p *pass, f *Fleet, ev *Evaluation) {
	for i, env := range f.Environments {
		if ev.Environments[i] == nil {
			m := e.environments[env.Object.Name]
			e.environmentSecond(p, m)
			ev.Environments[i] = e.complete(m.subjectMemo, env.Ref(), m.workloads(), e.evidence.incompleteIn(env.Scope()))
		}
	}
	for _, s := range f.Solutions {
		ev.Solutions = append(ev.Solutions, e.solutionSecond(p, s, f.refused[s.Object.Name]))
	}
}

// do runs tasks on several goroutines where that pays.
func (e *Engine) do(tasks []func()) {
	workers := min(e.options.Workers, len(tasks))
	if workers < 2 || len(tasks) < 8 {
		for _, t := range tasks {
			t()
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(tasks); i = int(next.Add(1)) - 1 {
				tasks[i]()
			}
		})
	}
	wg.Wait()
}

// evict forgets subjects that are gone.
func (e *Engine) evict() {
	for name, m := range e.environments {
		if m.verified != e.number {
			delete(e.environments, name)
		}
	}
	for name, m := range e.solutions {
		if m.verified != e.number {
			delete(e.solutions, name)
		}
	}
}
