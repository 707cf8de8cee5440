package hrd

import (
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/versions"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// judgeComponents judges the declared components, each by itself.
func judgeComponents(in control.SolutionInput, p *hrd04) []control.Result {
	spec := &in.Solution.Object.Spec
	if len(spec.Components) == 0 {
		if p.ComponentEnds {
			return []control.Result{control.Unknown("ComponentsNotDeclared", "solution", in.Solution.Object.Name).At("spec.components")}
		}
		return []control.Result{control.Pass("NoComponents").RestingOn(control.Declared)}
	}
	calendar := versions.CalendarOf(in.Solution.Platform.Object)
	var out []control.Result
	for i := range spec.Components {
		c := &spec.Components[i]
		if c.SupportEnds == "" && !p.ComponentEnds {
			continue
		}
		out = append(out, judgeComponent(in, c, calendar).At("spec.components["+c.Name+"].supportEnds"))
	}
	if len(out) == 0 {
		return []control.Result{control.Pass("NoComponents").RestingOn(control.Declared)}
	}
	return out
}

func judgeComponent(in control.SolutionInput, c *v1alpha1.Component, calendar versions.Calendar) control.Result {
	args := []string{"component", c.Name, "version", c.Version, "solution", in.Solution.Object.Name}
	declared, err := date.Parse(string(c.SupportEnds))
	if c.SupportEnds == "" || err != nil || c.Source == "" {
		return control.Fail("ComponentEndMissing", args...)
	}
	// What is known of a product counts against a later day that is declared for it.
	ends, source := declared, c.Source
	if known, ok := calendar.Ends(strings.ToLower(c.Name), c.Version); ok && declared.First().After(known.Ends.End()) {
		return control.Fail("ComponentEndMoved", append(args, "declared", declared.String(), "ends", known.Ends.String(), "source", known.Source)...)
	}
	args = append(args, "ends", ends.String(), "source", source)
	switch {
	case !in.Now.Before(ends.End()):
		return control.Fail("ComponentEnded", args...).RestingOn(control.Declared)
	case ends.Precision() != date.Day && !in.Now.Before(ends.First()):
		return control.Unknown("ComponentEndNotKnown", args...).RestingOn(control.Declared).Until(ends.End())
	case ends.Precision() != date.Day:
		return control.Pass("ComponentSupported", args...).RestingOn(control.Declared).Until(ends.First())
	}
	return control.Pass("ComponentSupported", args...).RestingOn(control.Declared).Until(ends.End())
}

// differing finds workloads that run another version of a component than the solution declares.
func differing(in control.EnvironmentInput) []control.Result {
	solution := in.Environment.Solution.Object
	components := slices.DeleteFunc(slices.Clone(solution.Spec.Components), func(c v1alpha1.Component) bool { return c.Image == "" })
	if len(components) == 0 {
		return nil
	}
	var out []control.Result
	for _, ns := range in.Environment.Scope() {
		for _, w := range facts.ListIn[facts.Workload](in.Facts, ns) {
			if w.Shape == nil || w.Finished {
				continue
			}
			if r, found := differs(w, components, solution.Name); found {
				out = append(out, r.On(w.Ref))
			}
		}
	}
	if missing := facts.Incomplete[facts.Workload](in.Facts); len(missing) > 0 {
		out = append(out, control.Unreadable(missing...))
	}
	return out
}

func differs(w *facts.Workload, components []v1alpha1.Component, solution string) (control.Result, bool) {
	for i := range w.Shape.Containers {
		for _, c := range components {
			if runs, differs := versions.Differs(w.Shape.Containers[i].Image, c.Image, c.Version); differs {
				return control.Fail("ComponentDiffers", "component", c.Name, "version", c.Version, "runs", runs, "solution", solution).At(field(w, ".containers")), true
			}
		}
	}
	return control.Result{}, false
}
