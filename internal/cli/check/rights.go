package check

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// unreadable gives the sources of a type that may hold objects which nobody could look at.
func unreadable[T any](v facts.View) []facts.SourceState {
	return slices.DeleteFunc(facts.Incomplete[T](v), func(s facts.SourceState) bool {
		return s.Condition == facts.SourceSynced || s.Condition == facts.SourceNotObservable
	})
}

// requirementsUnread gives the kinds that say what is required and that could not be read, in the order in which one
// leads to the next: where there is one, nothing can be called compliant.
func (e *evidence) requirementsUnread() (out []facts.SourceState) {
	e.store.Read(func(v facts.View) {
		out = slices.Concat(unreadable[v1alpha1.HostedSolution](v), unreadable[v1alpha1.SolutionEnvironment](v),
			unreadable[v1alpha1.Platform](v), unreadable[v1alpha1.ControlProfile](v))
	})
	return out
}

// standIn puts the solutions and profiles that are named and could not be read: empty solutions, and the default profile
// under the name of the other. What is judged by them is doubted afterwards.
func (e *evidence) standIn(a *assumption) error {
	builtIn, err := BuiltIn()
	if err != nil {
		return err
	}
	solutions, profiles := map[string]bool{}, map[string]bool{}
	e.store.Read(func(v facts.View) {
		if len(unreadable[v1alpha1.HostedSolution](v)) > 0 {
			for _, env := range facts.List[v1alpha1.SolutionEnvironment](v) {
				solutions[env.Spec.Solution] = facts.Get[v1alpha1.HostedSolution](v, "", env.Spec.Solution) == nil
			}
		}
		if len(unreadable[v1alpha1.ControlProfile](v)) == 0 {
			return
		}
		for _, s := range facts.List[v1alpha1.HostedSolution](v) {
			profiles[s.Spec.Profile] = true
		}
		if p := facts.Get[v1alpha1.Platform](v, "", v1alpha1.PlatformName); p != nil {
			profiles[p.Spec.DefaultProfile] = true
		}
		for _, p := range facts.List[v1alpha1.ControlProfile](v) {
			delete(profiles, p.Name)
		}
	})
	for _, name := range slices.Sorted(maps.Keys(solutions)) {
		if name != "" && solutions[name] {
			a.solutions[name] = true
			put(e, "HostedSolution", name, &v1alpha1.HostedSolution{ObjectMeta: metav1.ObjectMeta{Name: name}})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(profiles)) {
		if name != "" && builtIn[name] == nil {
			p := builtIn[v1alpha1.DefaultProfileName].DeepCopy()
			p.Name = name
			put(e, "ControlProfile", name, p)
		}
	}
	return nil
}

// doubt leaves of the results what is wrong and what is not known: a pass by requirements that were guessed is none.
func (a assumption) doubt(ev *evaluate.Evaluation) *evaluate.Evaluation {
	if len(a.unread) == 0 {
		return ev
	}
	out := *ev
	each := func(list []*evaluate.Results) []*evaluate.Results {
		doubted := make([]*evaluate.Results, 0, len(list))
		for _, r := range list {
			doubted = append(doubted, a.doubtOne(r))
		}
		return doubted
	}
	out.Environments, out.Solutions, out.Institutions = each(ev.Environments), each(ev.Solutions), each(ev.Institutions)
	out.Platform = a.doubtOne(ev.Platform)
	return &out
}

func (a assumption) doubtOne(r *evaluate.Results) *evaluate.Results {
	out := *r
	out.Controls = make([]*evaluate.ControlResults, 0, len(r.Controls))
	for _, c := range r.Controls {
		if c.Passed+c.NotApplicable == 0 {
			out.Controls = append(out.Controls, c)
			continue
		}
		doubt := control.Unreadable(a.unread...).On(r.Subject)
		doubt.Control = c.Control.ID
		out.Controls = append(out.Controls, evaluate.NewControlResults(c.Control, append(slices.Clone(c.Findings), doubt)...))
	}
	return &out
}

// incomplete says as faults of the input what makes the whole doubtful: requirements that could not be read, or evidence of
// which so much is missing that nothing could be judged.
func (r *Report) incomplete() []Fault {
	if r.Mode == Manifests {
		return nil
	}
	if unread := r.assumed.unread; len(unread) > 0 {
		return []Fault{{Message: fmt.Sprintf("what is required could not be read, so nothing is called compliant: %s. %s",
			names(unread), mendOf(unread, "ClusterRole tilsyn-viewer has it"))}}
	}
	if missing := incomplete(r.Sources); len(missing) > 0 && !r.judged() {
		return []Fault{{Message: fmt.Sprintf("nothing could be judged: %d of %d kinds could not be read. %s",
			len(missing), len(r.Sources), mendOf(missing, "they are listed on standard output"))}}
	}
	return nil
}

// mendOf says what to do about sources that could not be read.
func mendOf(sources []facts.SourceState, where string) string {
	if slices.ContainsFunc(sources, func(s facts.SourceState) bool { return s.Reason == facts.ReasonForbidden }) {
		return "The right to list them is missing; ask for it (" + where + ")"
	}
	return sources[0].Message
}

func names(sources []facts.SourceState) string {
	var out []string
	for _, s := range sources {
		out = append(out, string(s.ID))
	}
	return strings.Join(out, ", ")
}

// judged tells whether anything at all was found to be so or not so. What is only observed of the Platform does not count: that
// nobody declared it takes no right to see.
func (r *Report) judged() bool {
	for s := range r.subjects() {
		for f := range s.All() {
			if s == r.Decisions.Platform && f.Mode != v1alpha1.ModeRequired {
				continue
			}
			switch f.Result.Verdict {
			case v1alpha1.VerdictPass, v1alpha1.VerdictFail, v1alpha1.VerdictExcepted:
				return true
			}
		}
	}
	return false
}
