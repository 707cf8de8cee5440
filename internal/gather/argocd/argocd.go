// Package argocd makes facts of the Applications by which Argo CD keeps a cluster as its sources say.
package argocd

import (
	"reflect"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// Group is the API group of Argo CD.
const Group = "argoproj.io"

const product = "Argo CD"

// skip stops the controller from looking at an Application.
const skip = "argocd.argoproj.io/skip-reconcile"

// Kinds lists the resources read.
func Kinds() []adapter.Kind {
	return []adapter.Kind{{
		GVK: schema.GroupVersionKind{Group: Group, Version: "v1alpha1", Kind: "Application"}, Resource: "applications", Namespaced: true, Optional: true,
		Feeds: []reflect.Type{facts.TypeOf[facts.Reconciliation]()}, Extract: extract, Prune: adapter.PruneTo[application](skip),
	}}
}

type application struct {
	Spec struct {
		Destination struct {
			Namespace string `json:"namespace,omitempty"`
			Server    string `json:"server,omitempty"`
			Name      string `json:"name,omitempty"`
		} `json:"destination"`
		SyncPolicy *struct {
			Automated *struct {
				SelfHeal bool  `json:"selfHeal,omitempty"`
				Enabled  *bool `json:"enabled,omitempty"`
			} `json:"automated,omitempty"`
		} `json:"syncPolicy,omitempty"`
		IgnoreDifferences []struct{} `json:"ignoreDifferences,omitempty"`
	} `json:"spec"`
	Status struct {
		Sync struct {
			Status    string   `json:"status,omitempty"`
			Revision  string   `json:"revision,omitempty"`
			Revisions []string `json:"revisions,omitempty"`
		} `json:"sync"`
		Health struct {
			Status             string       `json:"status,omitempty"`
			LastTransitionTime *metav1.Time `json:"lastTransitionTime,omitempty"`
		} `json:"health"`
		OperationState *struct {
			Phase      string       `json:"phase,omitempty"`
			FinishedAt *metav1.Time `json:"finishedAt,omitempty"`
		} `json:"operationState,omitempty"`
		Conditions []struct {
			Type               string       `json:"type,omitempty"`
			LastTransitionTime *metav1.Time `json:"lastTransitionTime,omitempty"`
		} `json:"conditions,omitempty"`
		Resources []struct {
			Group     string `json:"group,omitempty"`
			Kind      string `json:"kind,omitempty"`
			Namespace string `json:"namespace,omitempty"`
			Name      string `json:"name,omitempty"`
		} `json:"resources,omitempty"`
	} `json:"status"`
}

// here are the ways in which a destination names the cluster that Argo CD itself runs in.
var here = []string{"https://kubernetes.default.svc", "in-cluster"}

func extract(o runtime.Object) ([]any, error) {
	var a application
	u, err := adapter.Decode(o, &a)
	if err != nil {
		return nil, err
	}
	d := a.Spec.Destination
	if to := d.Server + d.Name; to != "" && !slices.Contains(here, to) {
		return nil, nil // of another cluster
	}
	r := &facts.Reconciliation{Ref: adapter.RefOf(u), Product: product, Namespace: d.Namespace, Ignores: len(a.Spec.IgnoreDifferences) > 0}
	r.Suspended = u.GetAnnotations()[skip] == "true"
	if p := a.Spec.SyncPolicy; p == nil || p.Automated == nil || p.Automated.Enabled != nil && !*p.Automated.Enabled {
		r.Suspended = true
	} else {
		r.SelfHeals = p.Automated.SelfHeal
	}
	switch a.Status.Sync.Status {
	case "Synced":
		r.Drifted = facts.No
	case "OutOfSync":
		r.Drifted = facts.Yes
	}
	r.Revision = a.Status.Sync.Revision
	if r.Revision == "" {
		r.Revision = strings.Join(a.Status.Sync.Revisions, ",")
	}
	a.readiness(r)
	if len(a.Status.Resources) > 0 {
		for _, m := range a.Status.Resources {
			r.Manages = append(r.Manages, facts.Ref{Group: m.Group, Kind: m.Kind, Namespace: m.Namespace, Name: m.Name})
		}
		slices.SortFunc(r.Manages, facts.Ref.Compare)
	}
	return []any{r}, nil
}

// readiness tells whether the last synchronisation ended well and what it made works. A condition whose type ends in Error
// says that the controller cannot do its work at all, whatever the rest of the status still says.
func (a *application) readiness(r *facts.Reconciliation) {
	if op := a.Status.OperationState; op != nil {
		if op.FinishedAt != nil {
			r.LastApplied = op.FinishedAt.UTC()
		}
		switch op.Phase {
		case "Succeeded":
			r.Ready = facts.Yes
		case "Failed", "Error":
			r.Ready, r.ReadySince = facts.No, r.LastApplied
		}
	}
	if t := a.Status.Health.LastTransitionTime; t != nil && r.Ready != facts.No {
		r.ReadySince = t.UTC()
	}
	switch a.Status.Health.Status {
	case "Degraded", "Missing":
		r.Ready = facts.No
	case "Unknown":
		r.Ready = facts.NotKnown
	}
	for _, c := range a.Status.Conditions {
		if strings.HasSuffix(c.Type, "Error") {
			r.Ready = facts.No
			if c.LastTransitionTime != nil {
				r.ReadySince = c.LastTransitionTime.UTC()
			}
		}
	}
}
