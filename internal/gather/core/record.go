package core

import (
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// nodeKey starts the keys of nodes among what a record has first seen; the UID follows.
const nodeKey = "node/"

// record is the kind of the operator's memory. It gives the parts that rules look at as facts of their own too. Manifests
// never hold it.
func record() adapter.Kind {
	k := our("SupervisionRecord", "supervisionrecords", func(o *v1alpha1.SupervisionRecord) *v1alpha1.SupervisionRecord {
		return &v1alpha1.SupervisionRecord{ObjectMeta: lasting(&o.ObjectMeta), Spec: o.Spec, Status: o.Status}
	})
	whole := k.Extract
	k.Runtime = true
	k.Feeds = append(k.Feeds, facts.TypeOf[facts.NodesFirstSeen](), facts.TypeOf[facts.PlacementsOutside](),
		facts.TypeOf[facts.SpecHistory](), facts.TypeOf[facts.Tombstone](), facts.TypeOf[facts.StandingFailures](), facts.TypeOf[facts.VulnerabilitiesSeen]())
	k.Extract = func(o runtime.Object) ([]any, error) {
		out, err := whole(o)
		if err != nil {
			return nil, err
		}
		return append(out, memory(out[0].(*v1alpha1.SupervisionRecord))...), nil
	}
	return k
}

func memory(r *v1alpha1.SupervisionRecord) []any {
	var out []any
	places := map[types.UID]string{}
	for _, f := range r.Status.FirstSeen {
		if uid, ok := strings.CutPrefix(f.Key, nodeKey); ok {
			places[types.UID(uid)] = f.Value
		}
	}
	if len(places) > 0 {
		out = append(out, &facts.NodesFirstSeen{Places: places})
	}
	if seen := vulnerabilities(r); seen != nil {
		out = append(out, seen)
	}
	if len(r.Status.Outside) > 0 {
		out = append(out, &facts.PlacementsOutside{Environment: r.Spec.Name, Placements: r.Status.Outside})
	}
	incident := r.Spec.Kind == "SecurityIncident"
	if len(r.Status.Changes) > 0 || len(r.Status.Exceptions) > 0 || incident {
		h := &facts.SpecHistory{Kind: r.Spec.Kind, Name: r.Spec.Name, Changes: r.Status.Changes, Exceptions: r.Status.Exceptions}
		if incident {
			h.First = r.Status.FirstSeen
			if r.Status.DeletedAt != nil {
				h.DeletedAt = r.Status.DeletedAt.UTC()
			}
		}
		out = append(out, h)
	}
	if failing := standing(r.Status.Results); len(failing) > 0 {
		out = append(out, &facts.StandingFailures{Kind: r.Spec.Kind, Name: r.Spec.Name, Controls: failing})
	}
	if r.Status.DeletedAt != nil && !incident {
		out = append(out, &facts.Tombstone{
			Kind: r.Spec.Kind, Name: r.Spec.Name, DeletedAt: r.Status.DeletedAt.UTC(), Namespaces: r.Status.Namespaces,
		})
	}
	return out
}

func vulnerabilities(r *v1alpha1.SupervisionRecord) *facts.VulnerabilitiesSeen {
	var out *facts.VulnerabilitiesSeen
	for _, f := range r.Status.FirstSeen {
		if !strings.HasPrefix(f.Key, facts.VulnerabilityPrefix) {
			continue
		}
		if out == nil {
			out = &facts.VulnerabilitiesSeen{Environment: r.Spec.Name, First: map[string]time.Time{}}
		}
		out.First[f.Key] = f.At.UTC()
	}
	return out
}

// standing gives the controls that fail as a whole; their keys have no subject.
func standing(results []v1alpha1.RecordedResult) []facts.StandingFailure {
	var out []facts.StandingFailure
	for _, r := range results {
		if id, whole := strings.CutSuffix(r.Key, "|"); whole && r.Verdict == v1alpha1.VerdictFail {
			out = append(out, facts.StandingFailure{Control: v1alpha1.ControlID(id), Since: r.Since.UTC()})
		}
	}
	return out
}
