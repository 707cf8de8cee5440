package velero

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

type restore struct {
	Spec struct {
		BackupName         string                 `json:"backupName,omitempty"`
		ScheduleName       string                 `json:"scheduleName,omitempty"`
		NamespaceMapping   map[string]string      `json:"namespaceMapping,omitempty"`
		IncludedNamespaces []string               `json:"includedNamespaces,omitempty"`
		ExcludedNamespaces []string               `json:"excludedNamespaces,omitempty"`
		IncludedResources  []string               `json:"includedResources,omitempty"`
		ExcludedResources  []string               `json:"excludedResources,omitempty"`
		LabelSelector      *metav1.LabelSelector  `json:"labelSelector,omitempty"`
		OrLabelSelectors   []metav1.LabelSelector `json:"orLabelSelectors,omitempty"`
		RestorePVs         *bool                  `json:"restorePVs,omitempty"`
	} `json:"spec"`
	Status struct {
		Phase               string       `json:"phase,omitempty"`
		StartTimestamp      *metav1.Time `json:"startTimestamp,omitempty"`
		CompletionTimestamp *metav1.Time `json:"completionTimestamp,omitempty"`
		Errors              int64        `json:"errors,omitempty"`
		Warnings            int64        `json:"warnings,omitempty"`
	} `json:"status"`
}

func extractRestore(obj runtime.Object) ([]any, error) {
	var r restore
	u, err := adapter.Decode(obj, &r)
	if err != nil {
		return nil, err
	}
	out := &facts.RestoreRun{
		Ref:                adapter.RefOf(u),
		Product:            facts.ProductVelero,
		Backup:             ref("Backup", u.GetNamespace(), r.Spec.BackupName),
		Plan:               ref("Schedule", u.GetNamespace(), r.Spec.ScheduleName),
		Phase:              phaseOf(r.Status.Phase),
		RawPhase:           r.Status.Phase,
		StartedAt:          instant(r.Status.StartTimestamp),
		CompletedAt:        instant(r.Status.CompletionTimestamp),
		Errors:             r.Status.Errors,
		Warnings:           r.Status.Warnings,
		NamespaceMapping:   r.Spec.NamespaceMapping,
		IncludedNamespaces: r.Spec.IncludedNamespaces,
		ExcludedNamespaces: r.Spec.ExcludedNamespaces,
	}
	filter := backupSpec{IncludedResources: r.Spec.IncludedResources, ExcludedResources: r.Spec.ExcludedResources}
	leaves := filter.leavesOut("spec")
	out.ManifestsOnly = firstOf(ifFalse(r.Spec.RestorePVs, "spec.restorePVs"), leaves.Claims, leaves.Volumes)
	switch {
	case r.Spec.LabelSelector != nil:
		out.PartOf = "spec.labelSelector"
	case len(r.Spec.OrLabelSelectors) > 0:
		out.PartOf = "spec.orLabelSelectors"
	}
	return []any{out}, nil
}
