package bck

import (
	"errors"
	"slices"
	"strconv"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/workload"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// BCK05 judges whether what runs survives the loss of a node or zone.
var BCK05 = control.Define(control.Meta{
	ID: "BCK-05", Title: "The running solution withstands loss of a node or zone", Since: "1", Severity: v1alpha1.SeverityMedium, Party: v1alpha1.PartyProvider,
	MustHold: "Availability settings match the level: enough ready replicas, on several nodes and, where required, in several zones inside the allowed locations, disruption budgets that can work, " +
		"readiness probes and resource requests.",
	Why: "Nodes fail, and are drained for updates. What runs once, or on one node, is then away, mostly at the moment when several things are.",
	NotSeen: "Whether replicas share state and take over from each other; whether a zone has room for what another one loses; single instances whose reason is not true " +
		"(SolutionEnvironment spec.singleInstances says it).",
	ISO:  []string{"8.6 Capacity management", "8.14 Redundancy of information processing facilities"},
	GDPR: []string{"32(1)(b)"},
	Evidence: []string{"Deployments, StatefulSets and other owners of pods: replicas, readiness probes, requests", "HorizontalPodAutoscaler spec.minReplicas",
		"PodDisruptionBudget spec and status.disruptionsAllowed, and whose pods it selects", "pods that are ready, their nodes, and the zones and places of these", "SolutionEnvironment spec.singleInstances"},
	Reasons: bck05Reasons(),
}, control.Parameters[bck05]{
	Defaults: func(l control.Levels) bck05 {
		return bck05{Replicas: byAvailability(l, int32(1), 2, 3), Zones: byAvailability(l, 1, 1, 2)}
	},
	Validate: func(p bck05, _ control.Levels) error {
		if p.Replicas < 1 || p.Zones < 1 {
			return errors.New("replicas and zones: must be at least 1")
		}
		return nil
	},
}, control.Rules[bck05]{Namespace: &control.NamespaceRule[bck05]{
	Needs: []control.Need{control.Sees[facts.Workload](), control.Sees[facts.Pod](), control.Sees[facts.Owner](), control.Sees[facts.Node](),
		control.Sees[facts.Autoscaler](), control.Sees[facts.DisruptionBudget]()},
	Begin: func(in control.EnvironmentInput, p *bck05) func(control.NamespaceInput, []control.Result) []control.Result {
		return (&lossJudge{EnvironmentInput: in, p: p}).namespace
	},
	None: control.NotApplicable(control.ReasonNoWorkloads),
}})

// bck05 are the parameters of BCK-05.
type bck05 struct {
	// Replicas that are ready at least; with 1 nothing is required.
	Replicas int32 `json:"replicas"`
	// Zones inside the allowed locations that they are in at least.
	Zones int `json:"zones"`
}

type lossJudge struct {
	control.EnvironmentInput
	p *bck05
}

func (j *lossJudge) namespace(in control.NamespaceInput, out []control.Result) []control.Result {
	here := facts.Ref{Kind: "Namespace", Name: in.Namespace}
	switch {
	case j.p.Replicas <= 1:
		return append(out, control.NotApplicable("NotRequired").On(here))
	case j.Environment.Platform.OwnsNamespace(in.Namespace):
		return append(out, control.NotApplicable("PlatformNamespace").On(here))
	}
	missing := slices.Concat(facts.Incomplete[facts.Workload](in.Facts), facts.Incomplete[facts.Pod](in.Facts), facts.Incomplete[facts.Owner](in.Facts),
		facts.Incomplete[facts.Node](in.Facts), facts.Incomplete[facts.Autoscaler](in.Facts), facts.Incomplete[facts.DisruptionBudget](in.Facts))
	pods, roots := map[facts.Ref][]*facts.Pod{}, workload.RootsIn(in.Facts, in.Namespace)
	for _, pod := range facts.ListIn[facts.Pod](in.Facts, in.Namespace) {
		if !pod.Phase.Ended() {
			root := roots.Of(pod)
			pods[root] = append(pods[root], pod)
		}
	}
	judged := map[facts.Ref]bool{}
	for _, w := range facts.ListIn[facts.Workload](in.Facts, in.Namespace) {
		if judged[w.Ref] || w.Finished {
			continue
		}
		judged[w.Ref] = true
		s := &survivor{lossJudge: j, in: in, w: w, pods: pods[w.Ref], whole: len(missing) == 0}
		if r := s.judge(); s.whole || r.Verdict != v1alpha1.VerdictPass {
			out = append(out, r.On(w.Ref))
		}
	}
	if len(missing) > 0 {
		out = append(out, control.Unreadable(missing...).On(here))
	}
	return out
}

// survivor is one workload that has to survive a loss.
type survivor struct {
	*lossJudge
	in   control.NamespaceInput
	w    *facts.Workload
	pods []*facts.Pod
	// whole is true where everything there is is seen.
	whole bool
}

func (s *survivor) judge() control.Result {
	if r, none := s.exempt(); none {
		return r
	}
	if s.w.Unread {
		return control.Unknown(control.ReasonTemplateUnread, "kind", s.w.Ref.Kind, "group", s.w.Ref.Group)
	}
	for _, check := range []func() (control.Result, bool){s.replicas, s.budget, s.containers, s.ready, s.spread} {
		if r, bad := check(); bad {
			return r
		}
	}
	return control.Pass("Withstands")
}

// exempt tells of workloads of which several replicas make no sense.
func (s *survivor) exempt() (control.Result, bool) {
	switch {
	case s.w.Ref.Group == "batch":
		return control.NotApplicable("RunsToTheEnd"), true
	case s.w.Ref.Group == "apps" && s.w.Ref.Kind == "DaemonSet":
		return control.NotApplicable("EveryNode"), true
	case s.w.Replicas == 0 && len(s.pods) == 0:
		return control.NotApplicable("SwitchedOff"), true
	}
	for _, d := range s.Environment.Object.Spec.SingleInstances {
		if d.Namespace == s.w.Ref.Namespace && d.Kind == s.w.Ref.Kind && d.Name == s.w.Ref.Name {
			return control.NotApplicable("SingleInstance", "reason", d.Reason).RestingOn(control.Declared), true
		}
	}
	return control.Result{}, false
}

// wanted gives the replicas that are kept at least, and the autoscaler that decides it, if one does.
func (s *survivor) wanted() (count int32, by *facts.Autoscaler) {
	count = s.w.Replicas
	if count < 0 {
		count = int32(len(s.pods)) //nolint:gosec // pods of one owner are few
	}
	for _, a := range facts.ListIn[facts.Autoscaler](s.in.Facts, s.w.Ref.Namespace) {
		if a.Target == s.w.Ref && (by == nil || a.Min < by.Min) {
			count, by = a.Min, a
		}
	}
	return count, by
}

func (s *survivor) replicas() (control.Result, bool) {
	count, by := s.wanted()
	args := s.args("wanted", decimal(count))
	switch {
	case count >= s.p.Replicas:
		return control.Result{}, false
	case by != nil:
		return control.Fail("AutoscalerTooLow", append(args, "autoscaler", by.Name)...).
			Because(facts.Ref{Group: "autoscaling", Kind: "HorizontalPodAutoscaler", Namespace: by.Namespace, Name: by.Name}), true
	}
	return control.Fail("TooFewReplicas", args...).At("spec.replicas"), true
}

func (s *survivor) containers() (control.Result, bool) {
	probed := false
	for i := range s.w.Shape.Containers {
		c := &s.w.Shape.Containers[i]
		probed = probed || c.ReadinessProbe
		long := c.Type == facts.ContainerMain || c.Type == facts.ContainerSidecar
		if long && c.Requests != facts.RequestsCPU|facts.RequestsMemory {
			return control.Fail("NoRequests", s.args("container", c.Name)...).At(s.w.TemplatePath), true
		}
	}
	if !probed {
		return control.Fail("NoReadinessProbe", s.args()...).At(s.w.TemplatePath), true
	}
	return control.Result{}, false
}

func (s *survivor) ready() (control.Result, bool) {
	if !s.whole {
		return control.Result{}, false
	}
	ready := 0
	for _, p := range s.pods {
		if p.Ready {
			ready++
		}
	}
	if ready < int(s.p.Replicas) {
		return control.Fail("TooFewReady", s.args("ready", strconv.Itoa(ready))...), true
	}
	return control.Result{}, false
}

func (s *survivor) args(more ...string) []string {
	r := s.w.Ref
	return append([]string{"kind", r.Kind, "name", r.Name, "namespace", r.Namespace, "required", decimal(s.p.Replicas)}, more...)
}

func decimal(n int32) string { return strconv.Itoa(int(n)) }
