package core

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// spreadOf tells how a template or pod asks for its pods to be spread, nil where it asks for nothing.
func spreadOf(labels *facts.Labels, spec *corev1.PodSpec) *facts.PodSpread {
	out := &facts.PodSpread{}
	for i := range spec.TopologySpreadConstraints {
		c := &spec.TopologySpreadConstraints[i]
		out.Constraints = append(out.Constraints, facts.SpreadTerm{
			Key: c.TopologyKey, Hard: c.WhenUnsatisfiable != corev1.ScheduleAnyway, Own: selectsOwn(c.LabelSelector, labels),
			MaxSkew: c.MaxSkew, MinDomains: ptr.Deref(c.MinDomains, 0),
		})
	}
	if spec.Affinity != nil && spec.Affinity.PodAntiAffinity != nil {
		a := spec.Affinity.PodAntiAffinity
		for i := range a.RequiredDuringSchedulingIgnoredDuringExecution {
			out.Apart = append(out.Apart, apart(&a.RequiredDuringSchedulingIgnoredDuringExecution[i], labels, true))
		}
		for i := range a.PreferredDuringSchedulingIgnoredDuringExecution {
			out.Apart = append(out.Apart, apart(&a.PreferredDuringSchedulingIgnoredDuringExecution[i].PodAffinityTerm, labels, false))
		}
	}
	if len(out.Constraints)+len(out.Apart) == 0 {
		return nil
	}
	return out
}

func apart(t *corev1.PodAffinityTerm, labels *facts.Labels, hard bool) facts.SpreadTerm {
	here := len(t.Namespaces) == 0 && t.NamespaceSelector == nil
	everywhere := t.NamespaceSelector != nil && len(t.NamespaceSelector.MatchLabels)+len(t.NamespaceSelector.MatchExpressions) == 0
	return facts.SpreadTerm{Key: t.TopologyKey, Hard: hard, Own: (here || everywhere) && selectsOwn(t.LabelSelector, labels)}
}

// selectsOwn tells whether a selector of a template selects its own pods. Labels that controllers add to each pod stand in
// no template, and the API server writes demands for them into pods (matchLabelKeys), so both are passed over.
func selectsOwn(s *metav1.LabelSelector, labels *facts.Labels) bool {
	if s == nil {
		return false // it selects nothing
	}
	kept := &metav1.LabelSelector{
		MatchLabels: maps.Clone(s.MatchLabels),
		MatchExpressions: slices.DeleteFunc(slices.Clone(s.MatchExpressions), func(r metav1.LabelSelectorRequirement) bool {
			return slices.Contains(addedToPods, r.Key)
		}),
	}
	maps.DeleteFunc(kept.MatchLabels, func(key, _ string) bool { return slices.Contains(addedToPods, key) })
	selector, err := metav1.LabelSelectorAsSelector(kept)
	return err == nil && selector.Matches(labels)
}
