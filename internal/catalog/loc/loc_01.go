package loc

import (
	"reflect"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/place"
	"github.com/tilsyn-dev/tilsyn/internal/derive/workload"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// LOC01 judges the fact: where pods run and ran. LOC-02 judges the intent.
var LOC01 = control.Define(control.Meta{
	ID: "LOC-01", Title: "Workloads run only in allowed locations", Since: "1", Severity: v1alpha1.SeverityCritical, Party: v1alpha1.PartyProvider,
	MustHold: "Every pod of the solution that has been bound to a node runs on a node whose country is in the solution's allowed locations. " +
		"The country follows from the provider and the region of the node together, never from the region's name alone.",
	Why: "Personal data are processed where the pod runs. Outside the places that the controller instructed, that is a breach of the processing agreement " +
		"and, in a third country, a transfer without a basis.",
	NotSeen:  "Nodes whose labels and provider id were both falsified; memory moved by live migration of the machine under a node.",
	ISO:      []string{"5.23 Information security for use of cloud services", "5.31 Legal, statutory, regulatory and contractual requirements"},
	GDPR:     []string{"28(3)(a)", "32", "44"},
	Evidence: []string{"Pod spec.nodeName, status.phase", "Node labels topology.kubernetes.io/region and zone, failure-domain.beta.kubernetes.io/region and zone, the zone and region keys of storage drivers (topology.ebs.csi.aws.com/zone), topology.k8s.aws/zone-id, the Platform's own keys", "Node spec.providerID", "pods and nodes that are gone, for the history window", "SupervisionRecord status.firstSeen, status.outside"},
	Reasons: []control.ReasonText{
		{Reason: "Inside", Verdict: v1alpha1.VerdictPass, Text: "Every pod runs in an allowed place."},
		{Reason: "NoPods", Verdict: v1alpha1.VerdictNotApplicable, Text: "No pod of the environment has been bound to a node."},
		{Reason: "Outside", Verdict: v1alpha1.VerdictFail, Text: "Pod {pod} runs on node {node} in {place}; allowed: {allowed}.{others}",
			Remediation: "Pin the workload (LOC-02) and move the pod: kubectl -n {namespace} delete pod {pod}. Data that lay there: LOC-03."},
		{Reason: "WasOutside", Verdict: v1alpha1.VerdictFail, Text: "{what} ran on node {node} in {place} until {ended}; allowed: {allowed}. That is over; the finding stands until {ends} as a record.{others}",
			Remediation: "Nothing is left to move, and the finding ends by itself at {ends}. Find out why it ran there, tell the controller if personal data were processed there, and see that LOC-02 passes, so that it does not happen again."},
		{Reason: "NodeContradictory", Verdict: v1alpha1.VerdictFail, Text: "Node {node}, on which pod {pod} runs, contradicts itself: {detail}.{others}",
			Remediation: "Find out who wrote the labels: kubectl get node {node} -o yaml --show-managed-fields. Correct them or remove the node."},
		{Reason: "NodeMoved", Verdict: v1alpha1.VerdictFail, Text: "Node {node}, on which pod {pod} runs, was first seen in {first} and now says {now}.{others}",
			Remediation: "A machine does not move between regions. Check who changed the labels of node {node}, then replace the node."},
		{Reason: "NodeUnplaced", Verdict: v1alpha1.VerdictUnknown, Text: "The place of node {node}, on which pod {pod} runs, is not known: {detail}.{others}",
			Remediation: "A node without a region: label it with topology.kubernetes.io/region. A region that no table knows: describe it in the Platform, spec.regions[] {name, provider, country} and spec.providers[]. A provider id that cannot be read: have whoever runs the cloud controller correct it."},
		{Reason: "NodeVirtual", Verdict: v1alpha1.VerdictUnknown, Text: "Node {node}, on which pod {pod} runs, is a virtual node: its pods run somewhere else, whatever its labels say.{others}",
			Remediation: "Keep the workload off virtual nodes: take away the toleration that lets it there, or require other nodes in its node affinity, and let the pod start anew."},
		{Reason: "NodeMissing", Verdict: v1alpha1.VerdictUnknown, Text: "Pod {pod} is bound to node {node}, which does not exist.{others}",
			Remediation: "See whether the node was removed: kubectl get node {node}. Delete the pod if it is left over: kubectl -n {namespace} delete pod {pod}."},
	},
}, control.Parameters[loc01]{
	Defaults: func(control.Levels) loc01 { return loc01{HistoryWindow: "24h"} },
	Validate: func(p loc01, _ control.Levels) error {
		return p.HistoryWindow.check("historyWindow", time.Hour, 24*time.Hour)
	},
}, control.Rules[loc01]{Namespace: &control.NamespaceRule[loc01]{
	Needs: []control.Need{control.Needs[facts.Pod](), control.Needs[facts.Owner](), control.Needs[facts.Node](),
		control.Needs[facts.PastPlacement](), control.Needs[facts.NodesFirstSeen](), control.Needs[facts.PlacementsOutside]()},
	Begin: func(in control.EnvironmentInput, p *loc01) func(control.NamespaceInput, []control.Result) []control.Result {
		return (&podJudge{EnvironmentInput: in, window: p.HistoryWindow.duration(), reader: reader(in.Environment)}).namespace
	},
	None: control.NotApplicable("NoPods"),
}})

// loc01 are the parameters of LOC-01.
type loc01 struct {
	// HistoryWindow is how long a pod counts after its end, at most the 24h that the operator remembers.
	HistoryWindow window `json:"historyWindow"`
}

// podJudge judges pods by their nodes.
type podJudge struct {
	control.EnvironmentInput
	window time.Duration
	reader place.Reader
	found  []placed // room for those of one namespace after the other
}

func (j *podJudge) namespace(in control.NamespaceInput, out []control.Result) []control.Result {
	nodes, roots := judgedNodes(in.Facts, j.Environment), workload.RootsIn(in.Facts, in.Namespace)
	found := j.found[:0]
	var before *facts.Pod
	for _, pod := range facts.ListIn[facts.Pod](in.Facts, in.Namespace) {
		switch {
		case pod.Node == "":
			continue
		case before != nil && workload.Together(before, pod): // mostly, as pods come by name
			found[len(found)-1].add(j.pod(pod, nodes[pod.Node]))
		default:
			found = append(found, placed{workload: roots.Of(pod), result: j.pod(pod, nodes[pod.Node])})
		}
		before = pod
	}
	for _, past := range facts.ListIn[facts.PastPlacement](in.Facts, in.Namespace) {
		if r, counts := j.past(past); counts {
			found = append(found, placed{workload: past.Workload, result: &r})
		}
	}
	j.found = j.recorded(in, found)
	return worstOfEach(j.found, out)
}

// nodeJudgement is how a node stands to an allowed set.
type nodeJudgement struct {
	node     place.Node
	standing place.Standing
	first    string // where it was first seen, if that is elsewhere
}

type judgedKey struct {
	allowed  string
	platform *control.Platform
}

var judgedLooks = facts.Looks{In: []reflect.Type{facts.TypeOf[facts.Node](), facts.TypeOf[facts.NodesFirstSeen]()}}

// judgedNodes judges every node, once for all environments with the same allowed set.
func judgedNodes(v facts.View, env *control.Environment) map[string]*nodeJudgement {
	return facts.DerivedIn(v, judgedKey{env.Allowed.Key(), env.Platform}, "", judgedLooks, func(v facts.View) map[string]*nodeJudgement {
		r := reader(env)
		places, firstSeen := r.Nodes(v), facts.ListIn[facts.NodesFirstSeen](v, "")
		out := make(map[string]*nodeJudgement, len(places))
		for _, n := range facts.ListIn[facts.Node](v, "") {
			j := &nodeJudgement{node: places[n], standing: r.Judge(places[n], env.Allowed)}
			for _, m := range firstSeen {
				if first := m.Places[n.UID]; first != "" && j.node.Fault == "" && first != j.node.Known() {
					j.first = first
				}
			}
			out[n.Name] = j
		}
		return out
	})
}

// inside is what is said of every pod in an allowed place; nobody changes it.
var inside = control.Pass("Inside")

// pod judges a pod by its node, nil where there is no such node.
func (j *podJudge) pod(p *facts.Pod, n *nodeJudgement) *control.Result {
	if n != nil && n.standing == place.Inside && n.first == "" {
		return &inside
	}
	r := j.elsewhere(p, n).At("spec.nodeName").Because(facts.Ref{Kind: "Node", Name: p.Node})
	return &r
}

// elsewhere judges a pod on a node that is not, for sure, in an allowed place.
func (j *podJudge) elsewhere(p *facts.Pod, n *nodeJudgement) control.Result {
	args := []string{"pod", p.Name, "namespace", p.Namespace, "node", p.Node}
	switch {
	case n == nil:
		return control.Unknown("NodeMissing", args...)
	case n.node.Contradictory():
		return control.Fail("NodeContradictory", append(args, "detail", n.node.Detail)...)
	case n.first != "":
		return control.Fail("NodeMoved", append(args, "first", n.first, "now", n.node.Known())...)
	case n.standing == place.Outside:
		return control.Fail("Outside", append(args, "place", n.node.Place.String(), "allowed", j.Environment.Allowed.String())...)
	case n.node.Fault == place.VirtualNode:
		return control.Unknown("NodeVirtual", args...)
	default:
		return control.Unknown("NodeUnplaced", append(args, "detail", n.node.Describe())...)
	}
}

// past judges a pod that is gone by where its node was.
func (j *podJudge) past(p *facts.PastPlacement) (control.Result, bool) {
	until := p.EndedAt.Add(j.window)
	if !j.Now.Before(until) {
		return control.Result{}, false
	}
	n := place.Node{Provider: p.Provider, Region: p.Region, Zone: p.Zone}
	j.reader.Look(&n)
	if j.reader.Judge(n, j.Environment.Allowed) != place.Outside {
		return control.Result{}, false // what was never placed was Unknown while it ran
	}
	return j.wasOutside("Pod "+p.Pod, p.Node, n.Place.String(), p.EndedAt), true
}

// recorded adds what the operator wrote down before it was restarted.
func (j *podJudge) recorded(in control.NamespaceInput, found []placed) []placed {
	for _, memory := range facts.ListIn[facts.PlacementsOutside](in.Facts, "") {
		if memory.Environment != j.Environment.Object.Name {
			continue
		}
		for _, p := range memory.Placements {
			until := p.Last.Add(j.window)
			if p.Namespace == in.Namespace && j.Now.Before(until) {
				workload := facts.Ref{Group: p.APIGroup, Kind: p.Kind, Namespace: p.Namespace, Name: p.Workload}
				what := "A pod of " + workload.String()
				if workload.Kind == "Pod" {
					what = "Pod " + p.Workload
				}
				r := j.wasOutside(what, p.Node, p.Place, p.Last.Time)
				found = append(found, placed{workload: workload, result: &r})
			}
		}
	}
	return found
}

// wasOutside says what is over. It stands for the history window after the end, so that what came and went between two
// looks is seen.
func (j *podJudge) wasOutside(what, node, where string, ended time.Time) control.Result {
	until := ended.Add(j.window)
	return control.Fail("WasOutside", "what", what, "node", node, "place", where, "ended", minute(ended), "ends", minute(until),
		"allowed", j.Environment.Allowed.String()).At("spec.nodeName").Because(facts.Ref{Kind: "Node", Name: node}).Until(until)
}

func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }
