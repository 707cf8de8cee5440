package logs

import (
	"slices"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	schedulinghelpers "k8s.io/component-helpers/scheduling/corev1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Presence tells whether a collector's pod serves a node.
type Presence string

// Presences. Covered by a pod that is ready. NotReady and Missing may pass by themselves; NotSelected and NotTolerated do
// not: the collector is not meant to run there. RollingOut: what the collector is now is not what runs.
const (
	Covered      Presence = "Covered"
	NotReady     Presence = "NotReady"
	Missing      Presence = "Missing"
	NotSelected  Presence = "NotSelected"
	NotTolerated Presence = "NotTolerated"
	RollingOut   Presence = "RollingOut"
)

// OnNode is the presence of a collector on one node.
type OnNode struct {
	Presence Presence
	// Taint that is not tolerated.
	Taint string
}

// Nodes tells which nodes the pods of a collector serve.
type Nodes struct {
	collector *Collector
	pods      map[string]bool // node → ready
	anywhere  bool            // some pod is ready
}

type nodesKey struct{ workload facts.Ref }

// NodesOf looks at the pods of a collector. The caller declares facts.Pod for all namespaces.
func NodesOf(v facts.View, c *Collector) *Nodes {
	ns := c.Ref().Namespace
	dependencies := []facts.Dependency{{Type: facts.TypeOf[facts.Pod](), Namespaces: []string{ns}}}
	pods := facts.Derived(v, nodesKey{c.Ref()}, dependencies, func(v facts.View) map[string]bool {
		out := map[string]bool{}
		for _, p := range facts.ListIn[facts.Pod](v, ns) {
			if p.Node != "" && owns(c.Ref(), p) && active(p) {
				out[p.Node] = out[p.Node] || p.Ready
			}
		}
		return out
	})
	n := &Nodes{collector: c, pods: pods}
	for _, ready := range pods {
		n.anywhere = n.anywhere || ready
	}
	return n
}

func owns(workload facts.Ref, p *facts.Pod) bool {
	return p.Owner() == workload || p.Controller == nil && workload.Kind == "Pod" && workload.Name == p.Name
}

func active(p *facts.Pod) bool { return !p.Phase.Ended() }

// On tells whether the collector serves a node. One that reads through the API server serves all nodes once a pod is ready.
func (n *Nodes) On(node *facts.Node) OnNode {
	w := n.collector.Agent.Workload
	if w.Daemon != nil && w.Daemon.ObservedGeneration < w.Daemon.Generation {
		return OnNode{Presence: RollingOut}
	}
	if n.collector.Role == APIReader {
		if n.anywhere {
			return OnNode{Presence: Covered}
		}
		return OnNode{Presence: NotReady}
	}
	ready, there := n.pods[node.Name]
	switch {
	case ready:
		return OnNode{Presence: Covered}
	case there:
		return OnNode{Presence: NotReady}
	}
	return n.why(node)
}

// why tells why no pod runs on a node: node selector, affinity, taint, or none of them.
func (n *Nodes) why(node *facts.Node) OnNode { return Meant(n.collector.Agent.Workload, node) }

// Meant tells whether a workload is meant to run on a node, whatever runs: Missing where nothing keeps it away, else
// NotSelected or NotTolerated.
func Meant(w *facts.Workload, node *facts.Node) OnNode {
	s := w.Shape
	object := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: node.Name, Labels: node.Labels}}
	for k, v := range s.Scheduling.NodeSelector {
		if node.Labels[k] != v {
			return OnNode{Presence: NotSelected}
		}
	}
	if s.Scheduling.Required != nil {
		selector, err := nodeaffinity.NewNodeSelector(s.Scheduling.Required)
		if err != nil || !selector.Match(object) {
			return OnNode{Presence: NotSelected}
		}
	}
	tolerations := s.Tolerations
	if w.Daemon != nil {
		tolerations = append(slices.Clone(tolerations), daemonTolerations()...)
	}
	taint, untolerated := schedulinghelpers.FindMatchingUntoleratedTaint(logr.Discard(), node.Taints, tolerations, func(t *corev1.Taint) bool {
		return t.Effect == corev1.TaintEffectNoSchedule || t.Effect == corev1.TaintEffectNoExecute
	}, false)
	if untolerated {
		return OnNode{Presence: NotTolerated, Taint: taint.ToString()}
	}
	return OnNode{Presence: Missing}
}

// daemonTolerations are those that the DaemonSet controller adds to every pod.
func daemonTolerations() []corev1.Toleration {
	var out []corev1.Toleration
	for _, key := range []string{corev1.TaintNodeNotReady, corev1.TaintNodeUnreachable} {
		out = append(out, corev1.Toleration{Key: key, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute})
	}
	for _, key := range []string{corev1.TaintNodeDiskPressure, corev1.TaintNodeMemoryPressure, corev1.TaintNodePIDPressure,
		corev1.TaintNodeUnschedulable, corev1.TaintNodeNetworkUnavailable} {
		out = append(out, corev1.Toleration{Key: key, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoSchedule})
	}
	return out
}
