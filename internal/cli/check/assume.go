package check

import (
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// assumption is what is taken for granted where nothing is declared: every namespace with workloads that does not belong
// to Kubernetes or the platform is an environment of a solution of the same name.
type assumption struct {
	// made is true where no environment is declared.
	made bool
	// environments and solutions that were made up, by name.
	environments, solutions map[string]bool
	// unclaimed namespaces before anything was made up; sorted.
	unclaimed []string
	// unread kinds say what is required, and could not be read.
	unread []facts.SourceState
}

// assume makes up environments where none is declared, or none could be read. Where only some of them could not be
// understood, the others say that there are some.
func (e *evidence) assume(controls []*control.Control, at time.Time) assumption {
	a := assumption{environments: map[string]bool{}, solutions: map[string]bool{}, unread: e.requirementsUnread()}
	declared := map[string]bool{}
	e.store.Read(func(v facts.View) {
		if len(facts.List[v1alpha1.SolutionEnvironment](v)) > 0 || len(facts.Incomplete[v1alpha1.SolutionEnvironment](v)) > len(unreadable[v1alpha1.SolutionEnvironment](v)) {
			return
		}
		a.made = true
		fleet := evaluate.Resolve(v, at, controls)
		a.unclaimed = fleet.Unclaimed
		for _, s := range facts.List[v1alpha1.HostedSolution](v) {
			declared[s.Name] = true
		}
	})
	for _, namespace := range a.unclaimed {
		a.environments[namespace] = true
		put(e, "SolutionEnvironment", namespace, &v1alpha1.SolutionEnvironment{
			ObjectMeta: metav1.ObjectMeta{Name: namespace},
			Spec: v1alpha1.SolutionEnvironmentSpec{Solution: namespace, Stage: v1alpha1.StageProduction,
				Namespaces: []v1alpha1.NamespacePattern{v1alpha1.NamespacePattern(namespace)}},
		})
		if declared[namespace] {
			continue
		}
		a.solutions[namespace] = true
		put(e, "HostedSolution", namespace, &v1alpha1.HostedSolution{ObjectMeta: metav1.ObjectMeta{Name: namespace}})
	}
	return a
}

// put adds a resource of ours that no manifest and no cluster holds.
func put[T any](e *evidence, kind, name string, object *T) {
	id, err := e.source(v1alpha1.GroupVersion.WithKind(kind).GroupKind())
	if err != nil {
		panic(err) // the kinds of the API are always read; a test says so
	}
	e.store.Put(facts.ObjectKey{Source: id, Name: name}, object)
}

// onDeclarations tells whether a control judges what people have declared and not what runs, which makes no sense where
// nothing is declared.
func onDeclarations(id v1alpha1.ControlID) bool {
	family, _, _ := strings.Cut(string(id), "-")
	return slices.Contains([]string{"DPD", "GOV", "SUP"}, family)
}

// prune leaves out what controls of declarations say of environments and solutions that were made up.
func (a assumption) prune(ev *evaluate.Evaluation) *evaluate.Evaluation {
	if !a.made {
		return ev
	}
	out := *ev
	out.Environments = slices.Clone(ev.Environments)
	for i, r := range ev.Environments {
		if a.environments[r.Subject.Name] {
			out.Environments[i] = withoutDeclarations(r)
		}
	}
	out.Solutions = slices.Clone(ev.Solutions)
	for i, r := range ev.Solutions {
		if a.solutions[r.Subject.Name] {
			out.Solutions[i] = withoutDeclarations(r)
		}
	}
	out.Platform = withoutDeclarations(ev.Platform)
	return &out
}

func withoutDeclarations(r *evaluate.Results) *evaluate.Results {
	out := *r
	out.Controls = slices.DeleteFunc(slices.Clone(r.Controls), func(c *evaluate.ControlResults) bool { return onDeclarations(c.Control.ID) })
	return &out
}
