// Package flux makes facts of the resources by which Flux keeps a cluster as its sources say.
package flux

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// Groups of the API.
const (
	KustomizeGroup = "kustomize.toolkit.fluxcd.io"
	HelmGroup      = "helm.toolkit.fluxcd.io"
)

const product = "Flux"

// Kinds lists the resources read.
func Kinds() []adapter.Kind {
	feeds := []reflect.Type{facts.TypeOf[facts.Reconciliation]()}
	return []adapter.Kind{
		{GVK: schema.GroupVersionKind{Group: KustomizeGroup, Version: "v1", Kind: "Kustomization"}, Versions: []string{"v1beta2"}, Resource: "kustomizations",
			Namespaced: true, Optional: true, Feeds: feeds, Extract: extractKustomization, Prune: adapter.PruneTo[kustomization]()},
		{GVK: schema.GroupVersionKind{Group: HelmGroup, Version: "v2", Kind: "HelmRelease"}, Versions: []string{"v2beta2"}, Resource: "helmreleases",
			Namespaced: true, Optional: true, Feeds: feeds, Extract: extractHelmRelease, Prune: adapter.PruneTo[helmRelease]()},
	}
}

type source struct {
	Kind      string `json:"kind,omitempty"`
	Name      string `json:"name,omitempty"`
	Namespace string `json:"namespace,omitempty"`
}

func (s source) ref(own string) facts.Ref {
	if s.Name == "" {
		return facts.Ref{}
	}
	return facts.Ref{Group: "source.toolkit.fluxcd.io", Kind: s.Kind, Namespace: cmp.Or(s.Namespace, own), Name: s.Name}
}

type inventory struct {
	Entries []struct {
		ID string `json:"id,omitempty"`
	} `json:"entries,omitempty"`
}

// manages reads identifiers of the form namespace_name_group_kind. Names with a colon hold two underscores in its place.
func (i *inventory) manages() []facts.Ref {
	if i == nil {
		return nil
	}
	out := make([]facts.Ref, 0, len(i.Entries))
	for _, e := range i.Entries {
		namespace, rest, ok := strings.Cut(e.ID, "_")
		if !ok {
			continue
		}
		kind := strings.LastIndexByte(rest, '_')
		if kind < 0 {
			continue
		}
		group := strings.LastIndexByte(rest[:kind], '_')
		if group < 0 {
			continue
		}
		out = append(out, facts.Ref{Namespace: namespace, Name: strings.ReplaceAll(rest[:group], "__", ":"), Group: rest[group+1 : kind], Kind: rest[kind+1:]})
	}
	slices.SortFunc(out, facts.Ref.Compare)
	return out
}

// metadata is read as the rest is; generic accessors know whole numbers only in the form that an API server gives them.
type metadata struct {
	Generation int64 `json:"generation,omitempty"`
}

type kustomization struct {
	Metadata metadata `json:"metadata"`
	Spec     struct {
		Interval        string `json:"interval,omitempty"`
		Suspend         bool   `json:"suspend,omitempty"`
		TargetNamespace string `json:"targetNamespace,omitempty"`
		SourceRef       source `json:"sourceRef"`
	} `json:"spec"`
	Status struct {
		Conditions          []metav1.Condition `json:"conditions,omitempty"`
		LastAppliedRevision string             `json:"lastAppliedRevision,omitempty"`
		ObservedGeneration  int64              `json:"observedGeneration,omitempty"`
		Inventory           *inventory         `json:"inventory,omitempty"`
	} `json:"status"`
}

func extractKustomization(o runtime.Object) ([]any, error) {
	var k kustomization
	u, err := adapter.Decode(o, &k)
	if err != nil {
		return nil, err
	}
	r, err := reconciliation(u, k.Spec.Interval, k.Status.Conditions, k.Status.ObservedGeneration >= k.Metadata.Generation)
	if err != nil {
		return nil, err
	}
	r.Namespace, r.Suspended, r.SelfHeals = k.Spec.TargetNamespace, k.Spec.Suspend, true
	r.Revision, r.Source, r.Manages = k.Status.LastAppliedRevision, k.Spec.SourceRef.ref(u.GetNamespace()), k.Status.Inventory.manages()
	return []any{r}, nil
}

type helmRelease struct {
	Metadata metadata `json:"metadata"`
	Spec     struct {
		Interval        string `json:"interval,omitempty"`
		Suspend         bool   `json:"suspend,omitempty"`
		TargetNamespace string `json:"targetNamespace,omitempty"`
		Chart           *struct {
			Spec struct {
				SourceRef source `json:"sourceRef"`
			} `json:"spec"`
		} `json:"chart,omitempty"`
		ChartRef       *source `json:"chartRef,omitempty"`
		DriftDetection *struct {
			Mode   string     `json:"mode,omitempty"`
			Ignore []struct{} `json:"ignore,omitempty"`
		} `json:"driftDetection,omitempty"`
	} `json:"spec"`
	Status struct {
		Conditions         []metav1.Condition `json:"conditions,omitempty"`
		ObservedGeneration int64              `json:"observedGeneration,omitempty"`
		History            []struct {
			ChartVersion string      `json:"chartVersion,omitempty"`
			LastDeployed metav1.Time `json:"lastDeployed"`
		} `json:"history,omitempty"`
		Inventory *inventory `json:"inventory,omitempty"`
	} `json:"status"`
}

func extractHelmRelease(o runtime.Object) ([]any, error) {
	var h helmRelease
	u, err := adapter.Decode(o, &h)
	if err != nil {
		return nil, err
	}
	r, err := reconciliation(u, h.Spec.Interval, h.Status.Conditions, h.Status.ObservedGeneration >= h.Metadata.Generation)
	if err != nil {
		return nil, err
	}
	r.Namespace, r.Suspended = cmp.Or(h.Spec.TargetNamespace, u.GetNamespace()), h.Spec.Suspend
	if d := h.Spec.DriftDetection; d != nil {
		r.SelfHeals, r.Ignores = d.Mode == "enabled", len(d.Ignore) > 0
	}
	switch {
	case h.Spec.ChartRef != nil:
		r.Source = h.Spec.ChartRef.ref(u.GetNamespace())
	case h.Spec.Chart != nil:
		r.Source = h.Spec.Chart.Spec.SourceRef.ref(u.GetNamespace())
	}
	if len(h.Status.History) > 0 {
		r.Revision, r.LastApplied = h.Status.History[0].ChartVersion, h.Status.History[0].LastDeployed.UTC()
	}
	r.Manages = h.Status.Inventory.manages()
	return []any{r}, nil
}

// reconciliation reads what both kinds have. Conditions of an older generation say nothing of the present one.
func reconciliation(u *unstructured.Unstructured, interval string, conditions []metav1.Condition, observed bool) (*facts.Reconciliation, error) {
	r := &facts.Reconciliation{Ref: adapter.RefOf(u), Product: product}
	if interval != "" {
		every, err := time.ParseDuration(interval)
		if err != nil {
			return nil, fmt.Errorf("spec.interval: %w", err)
		}
		r.Interval = every
	}
	for _, c := range conditions {
		if c.Type != "Ready" {
			continue
		}
		r.ReadySince = c.LastTransitionTime.UTC()
		switch {
		case c.Status == metav1.ConditionFalse:
			r.Ready = facts.No
		case c.Status == metav1.ConditionTrue && observed:
			r.Ready = facts.Yes
		}
	}
	return r, nil
}
