package check

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
	"github.com/tilsyn-dev/tilsyn/internal/register"
)

// Run gathers, evaluates and decides. An error means that nothing could be checked; what could not be understood of the
// input is in the report's Errors, beside the results of the rest.
func Run(ctx context.Context, o Options) (*Report, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	e, err := gatherEvidence(ctx, o)
	if err != nil {
		return nil, err
	}
	at := o.At
	if at.IsZero() {
		at = e.taken
	}
	if at.IsZero() {
		at = o.Now()
	}
	if o.Profile != "" {
		p, faults, err := FindProfile(ctx, o.Profile, e.profiles())
		if err != nil {
			return nil, err
		}
		e.read.Errors = append(e.read.Errors, faults...)
		e.judgeBy(p)
	}
	assumed := e.assume(o.Controls, at)
	if err := e.fillIn(&assumed); err != nil {
		return nil, err
	}
	r := &Report{Version: o.Version, Mode: e.mode, At: at, Implicit: assumed.made, evidence: e, assumed: assumed}
	if e.mode != Manifests {
		r.namespace = o.Namespace
		if err := r.knowsNamespace(o.Namespace); err != nil {
			return nil, err
		}
	}
	r.judge(o)
	return r, ctx.Err()
}

// fillIn adds what the program carries itself, where nothing better can be known.
func (e *evidence) fillIn(a *assumption) error {
	if len(a.unread) > 0 {
		if err := e.standIn(a); err != nil {
			return err
		}
	}
	if e.mode == Manifests || a.made || len(a.unread) > 0 {
		return e.addBuiltIn()
	}
	return nil
}

// failed is the report of a check of nothing: an error, and no results.
func failed(o Options, err error) *Report {
	r := &Report{Version: o.Version, Mode: Cluster, At: o.At, Decisions: &decide.Decisions{}, evidence: &evidence{}}
	switch {
	case o.Snapshot != "":
		r.Mode = Snapshot
	case len(o.Files) > 0:
		r.Mode = Manifests
	}
	if r.At.IsZero() {
		r.At = o.Now()
	}
	if e, ok := errors.AsType[*files.Error](err); ok {
		r.Errors = []Fault{faultOf(e)}
	} else {
		r.Errors = []Fault{{Message: err.Error()}}
	}
	return r
}

// knowsNamespace refuses a namespace that is surely not there: a misspelt name must not look like a namespace without findings.
func (r *Report) knowsNamespace(name string) (err error) {
	if name == "" {
		return nil
	}
	r.evidence.store.Read(func(v facts.View) {
		if facts.Get[facts.Namespace](v, "", name) == nil && len(facts.Incomplete[facts.Namespace](v)) == 0 {
			err = fmt.Errorf("--namespace %s: there is no such namespace", name)
		}
	})
	return err
}

func (r *Report) judge(o Options) {
	engine := evaluate.NewEngine(o.Controls, evaluate.Options{})
	var memory decide.Memory
	r.evidence.store.Read(func(v facts.View) {
		fleet := engine.Resolve(v, r.At)
		r.Evaluation = engine.Evaluate(v, fleet, r.At)
		r.register = (&register.Reader{}).Read(v, fleet, r.At)
		memory = remembered(v)
		r.Sources = v.AllSources()
		if r.Mode != Manifests {
			r.Inventory = takeInventory(v, fleet)
		}
	})
	if o.ResultsOnly {
		r.evidence.store = nil // what was derived of the facts takes as much memory as what follows
	}
	r.Evaluation = r.assumed.doubt(r.assumed.prune(r.Evaluation))
	r.Decisions = decide.Once(r.Evaluation, memory, r.At)
	r.Unclaimed = r.Evaluation.Fleet.Unclaimed
	if r.assumed.made {
		r.Unclaimed = r.assumed.unclaimed
	}
	r.readProblems()
	r.Errors = append(r.Errors, r.incomplete()...)
}

// remembered gives since when results are what they are, as the operator's records in a snapshot or cluster say.
func remembered(v facts.View) decide.Memory {
	records := slices.Clone(facts.List[v1alpha1.SupervisionRecord](v))
	slices.SortStableFunc(records, func(a, b *v1alpha1.SupervisionRecord) int { return int(a.Spec.Shard - b.Spec.Shard) })
	results := map[facts.Ref][]v1alpha1.RecordedResult{}
	for _, record := range records {
		ref := facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: record.Spec.Kind, Name: record.Spec.Name}
		results[ref] = append(results[ref], record.Status.Results...)
	}
	return decide.MemoryFrom(results)
}

// ExitCode gives 3 where the input is bad, 1 where something required at or above the threshold failed, 2 where, with
// Strict, something such could not be decided, else 0.
func (r *Report) ExitCode(t Threshold) int {
	failed, unknown := r.Count(t)
	switch {
	case len(r.Errors) > 0:
		return 3
	case failed > 0:
		return 1
	case t.Strict && unknown > 0:
		return 2
	default:
		return 0
	}
}

// Count counts the required results at or above a severity that failed and that could not be decided; what the way of
// gathering can never show does not count.
func (r *Report) Count(t Threshold) (failed, unknown int) {
	for s := range r.subjects() {
		for _, f := range s.Findings {
			switch {
			case f.Mode != v1alpha1.ModeRequired || !t.counts(f.Control.Severity) || notObservable(f):
			case f.Result.Verdict == v1alpha1.VerdictFail:
				failed++
			case f.Result.Verdict == v1alpha1.VerdictUnknown:
				unknown++
			}
		}
	}
	return failed, unknown
}

// since gives when a result became what it is, zero where nothing remembers it: a first look knows no earlier moment.
func (r *Report) since(f decide.Finding) time.Time {
	if !f.Since.Before(r.At) {
		return time.Time{}
	}
	return f.Since
}
