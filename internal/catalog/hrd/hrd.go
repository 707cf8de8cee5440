// Package hrd holds the controls of the family HRD: hardening and patching.
package hrd

import (
	"cmp"
	"slices"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Controls of the family, in order.
var Controls = []*control.Control{HRD01, HRD02, HRD03, HRD04}

func namespaceRef(name string) facts.Ref { return facts.Ref{Kind: "Namespace", Name: name} }

// unseen lists the sources without which something that runs may be overlooked.
func unseen(v facts.View) []facts.SourceState {
	return slices.Concat(facts.Incomplete[facts.Workload](v), facts.Incomplete[facts.Pod](v), facts.Incomplete[facts.Owner](v))
}

// field gives the JSON path of a field of the pod spec in the workload's object.
func field(w *facts.Workload, path string) string { return cmp.Or(w.TemplatePath, "spec") + path }

// templateUnread is the result for an object of which only its controller knows what pods come of it.
func templateUnread(w *facts.Workload) control.Result {
	return control.Unknown(control.ReasonTemplateUnread, "kind", w.Ref.Kind, "group", w.Ref.Group).On(w.Ref)
}
