package decide

import (
	"cmp"
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
)

// Institution is the decision on what one institution has to do itself.
type Institution struct {
	*Subject
	Resolved *evaluate.Institution
}

// InEach gives the institution's own state in each of its solutions, by name: what is said of it because of that solution.
// What is said of the institution as such is in Subject alone. Where nothing is said, the state is Unknown.
func (i *Institution) InEach() []v1alpha1.InstitutionResult {
	said := map[string][]Finding{}
	for f := range i.All() { // ordered by control
		if name := SolutionOf(f.Result); name != "" {
			said[name] = append(said[name], f)
		}
	}
	out := make([]v1alpha1.InstitutionResult, 0, len(i.Resolved.Solutions))
	for _, s := range i.Resolved.Solutions {
		out = append(out, inSolution(s.Object.Name, said[s.Object.Name]))
	}
	return out
}

// inSolution sums up what is said because of one solution, ordered by control.
func inSolution(name string, list []Finding) v1alpha1.InstitutionResult {
	out := v1alpha1.InstitutionResult{Solution: name}
	var t tally
	var worst *Control
	for len(list) > 0 {
		id := list[0].Control.ID
		n := slices.IndexFunc(list, func(f Finding) bool { return f.Control.ID != id })
		if n < 0 {
			n = len(list)
		}
		c, folds := Control{Control: list[0].Control, Mode: list[0].Mode}, newFolds()
		for _, f := range list[:n] {
			folds.add(f.Result.Verdict, v1alpha1.PartyInstitution)
		}
		c.Verdict = folds.all
		t.add(&c, folds)
		bad := c.Verdict == v1alpha1.VerdictFail || c.Verdict == v1alpha1.VerdictUnknown
		if bad && c.Mode == v1alpha1.ModeRequired && (worst == nil || compareControls(&c, worst) < 0) {
			worst = &c
		}
		list = list[n:]
	}
	out.State, out.Counts = t.institution.state(), t.institution.counts
	if worst != nil {
		out.WorstControl = string(worst.ID)
	}
	return out
}

// SolutionOf names the solution that a result of an institution is about; empty: the institution as such.
func SolutionOf(r *control.Result) string {
	if r.Cause.Kind == "HostedSolution" && r.Cause.Group == v1alpha1.GroupVersion.Group {
		return r.Cause.Name
	}
	return ""
}

// naming indexes exceptions that no control fails by the institutions that they name.
func naming(exceptions []*evaluate.Exception, refused map[string]*Finding) map[string][]*evaluate.Exception {
	out := map[string][]*evaluate.Exception{}
	for _, e := range exceptions {
		if refused[e.Object.Name] != nil {
			continue
		}
		for _, s := range e.Object.Spec.Scope.Subjects {
			if s.Kind == "Institution" && s.APIGroup == v1alpha1.GroupVersion.Group {
				out[s.Name] = append(out[s.Name], e)
			}
		}
	}
	return out
}

// coversInstitution tells whether an exception that names the institution covers a result: one about the solution of the
// exception, or about the institution as such. An exception of a solution that names no subjects explains what its provider
// does, and never what a hundred institutions do.
func (o *one) coversInstitution(e *evaluate.Exception, r *control.Result) bool {
	spec := &e.Object.Spec
	about := SolutionOf(r)
	return spec.Control == o.control.ID && (about == "" || about == spec.Scope.Solution) &&
		slices.Contains(spec.Scope.Subjects, reference(r.Subject))
}

// partyOf is who has to act on a result: in an institution always the institution.
func (d *decider) partyOf(given v1alpha1.Party, c *control.Control) v1alpha1.Party {
	if d.institution {
		return v1alpha1.PartyInstitution
	}
	return cmp.Or(given, c.Party)
}

// institutionBasis is what the decision on an institution rests on.
func institutionBasis(r *evaluate.Results, i *evaluate.Institution, exceptions []*evaluate.Exception) basis {
	return basis{results: r, policy: i.Policy, exceptions: exceptions, institution: true}
}

// Institution finds the decision on an institution; nil where there is none.
func (d *Decisions) Institution(name string) *Institution {
	i, ok := slices.BinarySearchFunc(d.Institutions, name, func(i *Institution, n string) int {
		return cmp.Compare(i.Resolved.Object.Name, n)
	})
	if !ok {
		return nil
	}
	return d.Institutions[i]
}
