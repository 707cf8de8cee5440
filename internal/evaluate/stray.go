package evaluate

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/placement"
)

// ownerTemplate is the path of the pod spec in every kind that facts.Owner is made of.
const ownerTemplate = "spec.template.spec"

// strays gives workloads for owners of pods that are not what the workload they name as their owner would make: their
// template is scheduled otherwise, or there is no such workload. Anybody may write an owner reference, so such a template is
// judged by itself. During a rollout that changes where pods may run, the old ReplicaSet is one until its last pod is gone.
//
// workloads are those of the namespace, ordered by name. Unless they are all there are, one that is not among them may exist.
// known holds the strays of the time before, so that they stay the same pointers.
func strays(owners []*facts.Owner, workloads []*facts.Workload, all bool, known map[*facts.Owner]*facts.Workload) map[*facts.Owner]*facts.Workload {
	var out map[*facts.Owner]*facts.Workload
	for _, o := range owners {
		if o.Shape == nil {
			continue
		}
		if parent := parentOf(o, workloads); parent == nil && !all || parent != nil && makes(parent, o) {
			continue
		}
		w := known[o]
		if w == nil {
			w = &facts.Workload{Ref: o.Ref(), UID: o.UID, Controller: new(o.Parent()), TemplatePath: ownerTemplate, Shape: o.Shape, Replicas: -1}
		}
		if out == nil {
			out = map[*facts.Owner]*facts.Workload{}
		}
		out[o] = w
	}
	return out
}

// everyWorkload tells whether all workloads of a namespace are known, apart from those that manifests never show.
func everyWorkload(v facts.View, namespace string) bool {
	return !slices.ContainsFunc(v.SourcesOf(facts.TypeOf[facts.Workload]()), func(s facts.SourceState) bool {
		if s.Condition == facts.SourceSynced {
			return slices.ContainsFunc(s.Undecodable, func(r facts.Ref) bool { return r.Namespace == namespace })
		}
		return !s.Complete() && s.Condition != facts.SourceNotObservable
	})
}

// parentOf finds the workload that an owner names; nil where there is none, or only an earlier or later one of that name.
func parentOf(o *facts.Owner, workloads []*facts.Workload) *facts.Workload {
	i, _ := slices.BinarySearchFunc(workloads, o.ParentName, func(w *facts.Workload, name string) int { return strings.Compare(w.Ref.Name, name) })
	for ; i < len(workloads) && workloads[i].Ref.Name == o.ParentName; i++ {
		w := workloads[i]
		other := w.UID != o.ParentUID && !w.UID.IsZero() && !o.ParentUID.IsZero() // manifests have no UIDs
		if w.Ref == o.Parent() && !w.PodsOnly && !other {
			return w
		}
	}
	return nil
}

// makes tells whether the pods of a workload may run where those of the owner may.
func makes(w *facts.Workload, o *facts.Owner) bool {
	return w.Shape == o.Shape || w.Shape != nil && sameConstraints(&w.Shape.Scheduling, &o.Shape.Scheduling)
}

func sameConstraints(a, b *placement.Constraints) bool {
	return a.NodeName == b.NodeName && a.SchedulerName == b.SchedulerName && a.RuntimeClass == b.RuntimeClass &&
		maps.Equal(a.NodeSelector, b.NodeSelector) && (a.Required == b.Required || reflect.DeepEqual(a.Required, b.Required))
}

// withStrays adds them to the workloads of a namespace, in the order of names.
func withStrays(all []*facts.Workload, strays map[*facts.Owner]*facts.Workload) []*facts.Workload {
	if len(strays) == 0 {
		return all
	}
	sorted := slices.SortedFunc(maps.Values(strays), func(a, b *facts.Workload) int { return a.Ref.Compare(b.Ref) })
	out := slices.Concat(all, sorted)
	slices.SortStableFunc(out, func(a, b *facts.Workload) int { return strings.Compare(a.Ref.Name, b.Ref.Name) })
	return out
}
