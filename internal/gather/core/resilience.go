package core

import (
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// resilience gives the kinds that keep workloads running.
func resilience(in *interner) []adapter.Kind {
	return []adapter.Kind{
		typed(policyv1.GroupName, "v1", "PodDisruptionBudget", "poddisruptionbudgets", 0, in.budget, pruneBudget, feeds[facts.DisruptionBudget]()),
		typed(autoscalingv2.GroupName, "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", 0, in.autoscaler, pruneAutoscaler, feeds[facts.Autoscaler]()),
	}
}

func (in *interner) budget(b *policyv1.PodDisruptionBudget) []any {
	return []any{&facts.DisruptionBudget{
		Namespace: in.str(b.Namespace), Name: in.str(b.Name), Pods: b.Spec.Selector.DeepCopy(),
		MinAvailable: number(b.Spec.MinAvailable), MaxUnavailable: number(b.Spec.MaxUnavailable),
		Known: b.Status.ObservedGeneration > 0, Allowed: b.Status.DisruptionsAllowed, Healthy: b.Status.CurrentHealthy,
		Desired: b.Status.DesiredHealthy, Expected: b.Status.ExpectedPods,
	}}
}

func number(v *intstr.IntOrString) string {
	if v == nil {
		return ""
	}
	return v.String()
}

func pruneBudget(b *policyv1.PodDisruptionBudget) *policyv1.PodDisruptionBudget {
	out := &policyv1.PodDisruptionBudget{ObjectMeta: meta(&b.ObjectMeta)}
	out.Spec.Selector, out.Spec.MinAvailable, out.Spec.MaxUnavailable = b.Spec.Selector, b.Spec.MinAvailable, b.Spec.MaxUnavailable
	out.Status = policyv1.PodDisruptionBudgetStatus{
		ObservedGeneration: b.Status.ObservedGeneration, DisruptionsAllowed: b.Status.DisruptionsAllowed,
		CurrentHealthy: b.Status.CurrentHealthy, DesiredHealthy: b.Status.DesiredHealthy, ExpectedPods: b.Status.ExpectedPods,
	}
	return out
}

func (in *interner) autoscaler(a *autoscalingv2.HorizontalPodAutoscaler) []any {
	t := a.Spec.ScaleTargetRef
	out := &facts.Autoscaler{
		Namespace: in.str(a.Namespace), Name: in.str(a.Name),
		Target: in.ref(facts.Ref{Group: groupOf(t.APIVersion), Kind: t.Kind, Namespace: a.Namespace, Name: t.Name}),
		Min:    ptr.Deref(a.Spec.MinReplicas, 1), Max: a.Spec.MaxReplicas,
	}
	for _, c := range a.Status.Conditions {
		if c.Type == autoscalingv2.AbleToScale {
			out.Able = conditionOf(c.Status)
		}
	}
	return []any{out}
}

func conditionOf(s corev1.ConditionStatus) facts.Tristate {
	switch s {
	case corev1.ConditionTrue:
		return facts.Yes
	case corev1.ConditionFalse:
		return facts.No
	}
	return facts.NotKnown
}

func pruneAutoscaler(a *autoscalingv2.HorizontalPodAutoscaler) *autoscalingv2.HorizontalPodAutoscaler {
	out := &autoscalingv2.HorizontalPodAutoscaler{ObjectMeta: meta(&a.ObjectMeta)}
	out.Spec.ScaleTargetRef, out.Spec.MinReplicas, out.Spec.MaxReplicas = a.Spec.ScaleTargetRef, a.Spec.MinReplicas, a.Spec.MaxReplicas
	for _, c := range a.Status.Conditions {
		out.Status.Conditions = append(out.Status.Conditions, autoscalingv2.HorizontalPodAutoscalerCondition{Type: c.Type, Status: c.Status})
	}
	return out
}
