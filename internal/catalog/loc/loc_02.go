package loc

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/place"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/placement"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// LOC02 judges the intent: what the scheduler is told. LOC-01 judges where pods really are.
var LOC02 = control.Define(control.Meta{
	ID: "LOC-02", Title: "Workloads are pinned to allowed locations", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "Every pod template carries a hard scheduling constraint that no node outside the allowed locations can satisfy, or the whole cluster is bound to allowed locations.",
	Why:      "A pod without a pin runs where there is room. The day somebody adds a node pool in another country, or a node fails, the data are elsewhere and nobody decided it.",
	NotSeen:  "Whether the scheduler of the cluster is the one it is called; whether node pools can be made elsewhere (attested, type ClusterBound); a bare pod that names a built-in owner whose template it does not have (LOC-01 sees where it is).",
	ISO:      []string{"5.23 Information security for use of cloud services", "8.9 Configuration management"},
	GDPR:     []string{"25", "28(3)(a)", "32"},
	Evidence: []string{"pod template spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution, spec.nodeSelector, spec.nodeName, spec.schedulerName, spec.runtimeClassName", "ReplicaSets and Jobs with pods whose template is scheduled otherwise than that of the Deployment or CronJob they name, or that name none that exists",
		"Namespace annotation scheduler.alpha.kubernetes.io/node-selector where the Platform says that it has effect", "RuntimeClass scheduling.nodeSelector", "nodes, for a cluster that is bound as a whole", "Attestation ClusterBound"},
	Reasons: loc02Reasons,
}, control.Parameters[loc02]{Defaults: loc02Defaults, Validate: loc02Validate}, control.Rules[loc02]{Workload: &control.WorkloadRule[loc02]{
	Needs: []control.Need{control.Needs[facts.Namespace](), control.Sees[facts.RuntimeClass](), control.Sees[facts.Node]()},
	Judge: judgeLOC02, SchedulingOnly: true,
}})

// loc02 are the parameters of LOC-02.
type loc02 struct {
	// AcceptClusterBound: a workload without a pin passes while every node of the cluster is in an allowed place.
	AcceptClusterBound bool `json:"acceptClusterBound"`
	// RequireAttestation: and a named person attests (type ClusterBound, at most 12 months old) that node pools cannot be made elsewhere.
	RequireAttestation bool `json:"requireAttestation"`
	// OneCountry: and all nodes are in one country.
	OneCountry bool `json:"oneCountry"`
}

func loc02Defaults(l control.Levels) loc02 {
	return loc02{
		AcceptClusterBound: true,
		RequireAttestation: control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential),
		OneCountry:         control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive),
	}
}

func loc02Validate(p loc02, l control.Levels) error {
	if p.AcceptClusterBound && !p.OneCountry && control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive) {
		return fmt.Errorf("oneCountry: must be true at level %s, or acceptClusterBound false", l.Confidentiality)
	}
	return nil
}

func judgeLOC02(in control.WorkloadInput, p *loc02) control.Result {
	w := in.Workload
	env, unreadable := constraints(in)
	if unreadable != "" {
		return control.Unknown("RuntimeClassUnread", "name", unreadable).At(field(w, "runtimeClassName"))
	}
	c := w.Shape.Scheduling
	if w.PodsOnly {
		c.NodeName = "" // the scheduler wrote it, or nobody knows who; LOC-01 judges where the pod is
	}
	d := placement.Decide(c, env)
	switch {
	case d.Unsatisfiable && d.Pinned:
		return control.Pass("NowhereToRun").At(field(w, ""))
	case d.Pinned && asksForVirtual(c):
		return control.Unknown("VirtualNodeAsked").At(field(w, ""))
	case d.Pinned:
		return control.Pass("Pinned")
	}
	if r, decided := bound(in, p, d); decided {
		return r
	}
	return unpinned(in, d)
}

// constraints collects what is added to a pod of the namespace beyond its template.
func constraints(in control.WorkloadInput) (env placement.Env, unreadable string) {
	e, platform := in.Environment, in.Environment.Platform
	env = placement.Env{Allowed: e.Allowed, Schedulers: platform.Schedulers, RegionKeys: platform.RegionKeys, ZoneKeys: platform.ZoneKeys}
	if platform.Object != nil && platform.Object.Spec.PodNodeSelectorEnabled {
		if ns := facts.Get[facts.Namespace](in.Facts, "", in.Workload.Ref.Namespace); ns != nil {
			env.NamespaceSelector, _ = placement.ParseNodeSelector(ns.Annotations["scheduler.alpha.kubernetes.io/node-selector"])
		}
	}
	name := in.Workload.Shape.Scheduling.RuntimeClass
	if name == "" {
		return env, ""
	}
	if rc := facts.Get[facts.RuntimeClass](in.Facts, "", name); rc != nil {
		env.RuntimeClassSelector = rc.NodeSelector
		return env, ""
	}
	// A class that is not known can only narrow where the pod runs: it matters only where the template alone does not pin it.
	if !placement.Decide(in.Workload.Shape.Scheduling, env).Pinned && len(facts.Incomplete[facts.RuntimeClass](in.Facts)) > 0 {
		return env, name
	}
	return env, ""
}

// asksForVirtual tells whether a term of the constraints asks for nodes that stand for machines somewhere else, where a
// region label says nothing.
func asksForVirtual(c placement.Constraints) bool {
	for key, value := range c.NodeSelector {
		if place.VirtualLabel(key, value) {
			return true
		}
	}
	if c.Required == nil {
		return false
	}
	return slices.ContainsFunc(c.Required.NodeSelectorTerms, func(t corev1.NodeSelectorTerm) bool {
		return slices.ContainsFunc(t.MatchExpressions, func(e corev1.NodeSelectorRequirement) bool {
			return e.Operator == corev1.NodeSelectorOpIn && slices.ContainsFunc(e.Values, func(v string) bool { return place.VirtualLabel(e.Key, v) })
		})
	})
}

// bound tells whether the cluster as a whole takes the place of a pin.
func bound(in control.WorkloadInput, p *loc02, d placement.Decision) (control.Result, bool) {
	if !p.AcceptClusterBound || d.Fault == placement.SchedulerNotListed || d.Fault == placement.NodeNameSet {
		return control.Result{}, false
	}
	attested, changes := control.InForce(in.Environment.Attestations, v1alpha1.AttestClusterBound, in.Now)
	if p.RequireAttestation && len(attested) == 0 {
		return unpinned(in, d).Until(changes), true
	}
	return boundFacts(in, p, d, changes)
}

func boundFacts(in control.WorkloadInput, p *loc02, d placement.Decision, changes time.Time) (control.Result, bool) {
	missing := facts.Incomplete[facts.Node](in.Facts)
	if slices.ContainsFunc(missing, func(s facts.SourceState) bool { return s.Condition == facts.SourceNotObservable }) {
		return unpinned(in, d).Until(changes), true // manifests stand for themselves: nothing in them binds a cluster
	}
	if len(missing) > 0 {
		return control.Unreadable(missing...).Until(changes), true
	}
	b := reader(in.Environment).BoundTo(in.Facts, in.Environment.Allowed)
	switch {
	case b.All() && (!p.OneCountry || len(b.Countries) == 1) && in.Workload.Ref.Kind == "DaemonSet":
		return control.NotApplicable("DaemonSetOfBoundCluster").Until(changes), true
	case b.All() && (!p.OneCountry || len(b.Countries) == 1):
		return control.Pass("ClusterBound").Until(changes), true
	case b.Unknown != "" && b.Outside == "":
		return control.Unknown("NodeUnplaced", "node", b.Unknown).Because(facts.Ref{Kind: "Node", Name: b.Unknown}).Until(changes), true
	}
	return unpinned(in, d).Until(changes), true
}

// unpinned says what lets the pod out, and shows a node that would take it.
func unpinned(in control.WorkloadInput, d placement.Decision) control.Result {
	reason, known := faultReasons[d.Fault]
	if !known {
		reason = "NotPinned"
	}
	allowed := in.Environment.Allowed
	args := []string{"value", quoted(d.Value), "witness", witness(d), "allowed", allowed.String(), "regions", regions(allowed),
		"kind", strings.ToLower(in.Workload.Ref.Kind), "name", in.Workload.Ref.Name, "namespace", in.Workload.Ref.Namespace}
	switch owner := claimedOwner(in.Workload); {
	case owner != "":
		reason, args = "NotAsItsOwner", append(args, "owner", owner)
	case d.Fault == placement.ValueUnknown:
		hint := ""
		if meant, ok := allowed.Respelt(d.Value); ok {
			hint = "; did you mean " + meant + "? Labels are compared to the letter"
		}
		args = append(args, "hint", hint)
	case d.Fault == placement.ProvidersDisagree:
		inside, outside := allowed.Meanings(d.Value)
		args = append(args, "inside", places(inside), "outside", places(outside), "provider", inside[0].Provider)
	}
	return control.Fail(reason, args...).At(field(in.Workload, strings.TrimPrefix(d.Field, "spec.")))
}

// claimedOwner names the workload that a ReplicaSet or Job says it is made by although it is not what that would make, the
// reason why it is judged by itself; empty for every other workload.
func claimedOwner(w *facts.Workload) string {
	c := w.Controller
	if c == nil || w.Ref.Group != c.Group || c.Kind != "Deployment" && c.Kind != "CronJob" || w.Ref.Kind != "ReplicaSet" && w.Ref.Kind != "Job" {
		return ""
	}
	return c.String()
}

// quoted shows a value that nobody could see otherwise.
func quoted(value string) string {
	if value == "" {
		return `""`
	}
	return value
}

// places joins what a name means at several providers: "aws IE" or "alibaba GB, own DE".
func places(list []region.Place) string {
	parts := make([]string, len(list))
	for i, p := range list {
		parts[i] = p.Provider + " " + strings.Join(p.Countries, "/")
	}
	return strings.Join(parts, ", ")
}

// regions names the regions that a pin may name, as far as a person can read them.
func regions(allowed *region.Allowed) string {
	const shown = 12
	list := allowed.PinningRegions()
	switch {
	case len(list) > shown:
		return "those of your provider that lie in " + allowed.String()
	case len(list) == 0:
		return "those in " + allowed.String() + " (the region table knows none)"
	default:
		return strings.Join(list, ", ")
	}
}

func witness(d placement.Decision) string {
	if d.Witness == nil {
		return "any node"
	}
	if len(d.Witness) == 0 {
		return "a node without labels"
	}
	parts := make([]string, 0, len(d.Witness))
	for _, k := range slices.Sorted(maps.Keys(d.Witness)) {
		parts = append(parts, k+"="+quoted(d.Witness[k]))
	}
	return "a node with " + strings.Join(parts, ", ")
}

// field gives the JSON path of a field of the pod spec in the workload's object.
func field(w *facts.Workload, path string) string {
	if path == "" {
		return cmp.Or(w.TemplatePath, "spec")
	}
	return cmp.Or(w.TemplatePath, "spec") + "." + path
}
