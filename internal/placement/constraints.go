package placement

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// Constraints are what a pod template says about the nodes it accepts. The maps
// and slices are shared with the template and must not be changed.
type Constraints struct {
	NodeName      string
	SchedulerName string
	RuntimeClass  string
	NodeSelector  map[string]string
	Required      *corev1.NodeSelector
	// Preferred reports preferred node affinity, which constrains nothing but is
	// often taken for a constraint.
	Preferred bool
}

// FromPodSpec takes the constraints out of a pod spec, without copying.
func FromPodSpec(spec *corev1.PodSpec) Constraints {
	c := Constraints{NodeName: spec.NodeName, SchedulerName: spec.SchedulerName, NodeSelector: spec.NodeSelector}
	if spec.RuntimeClassName != nil {
		c.RuntimeClass = *spec.RuntimeClassName
	}
	if spec.Affinity != nil && spec.Affinity.NodeAffinity != nil {
		c.Required = spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution
		c.Preferred = len(spec.Affinity.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution) > 0
	}
	return c
}

// Env is what else takes part in placing the pod.
type Env struct {
	Allowed *region.Allowed
	// NamespaceSelector is the namespace's node selector, where the admission
	// plugin that applies it is on.
	NamespaceSelector map[string]string
	// RuntimeClassSelector is the node selector of the template's RuntimeClass.
	RuntimeClassSelector map[string]string
	// Schedulers that heed node affinity; empty means default-scheduler alone.
	Schedulers []string
	// RegionKeys and ZoneKeys are label keys that the Platform vouches for,
	// beside the topology keys. No key is in both: a decision would still be
	// sound, but its witness could be none.
	RegionKeys, ZoneKeys []string
}

// ParseNodeSelector reads the value of a namespace's node selector annotation,
// "key=value,key=value". An empty text selects every node.
func ParseNodeSelector(s string) (map[string]string, error) {
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	set, err := labels.ConvertSelectorToLabelsMap(s)
	if err != nil {
		return nil, fmt.Errorf("node selector %q: %w; write key=value pairs separated by commas", s, err)
	}
	return set, nil
}
