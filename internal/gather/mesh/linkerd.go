package mesh

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

type server struct {
	Spec struct {
		PodSelector  *metav1.LabelSelector `json:"podSelector,omitempty"`
		Port         any                   `json:"port,omitempty"`
		AccessPolicy string                `json:"accessPolicy,omitempty"`
	} `json:"spec"`
}

// extractServer gives the policy of a port. Without one the API server of Linkerd completes deny.
func extractServer(obj runtime.Object) ([]any, error) {
	var s server
	u, err := adapter.Decode(obj, &s)
	if err != nil {
		return nil, err
	}
	out := &facts.Mesh{Ref: adapter.RefOf(u), Product: facts.MeshLinkerd, Pods: s.Spec.PodSelector, Mode: s.Spec.AccessPolicy, CreatedAt: facts.InstantOf(u.GetCreationTimestamp().Time)}
	if out.Mode == "" {
		out.Mode = "deny"
	}
	out.PortModes = map[string]string{fmt.Sprint(s.Spec.Port): out.Mode}
	return []any{out}, nil
}

type authorization struct {
	Spec struct {
		TargetRef struct {
			Kind string `json:"kind,omitempty"`
			Name string `json:"name,omitempty"`
		} `json:"targetRef,omitzero"`
		RequiredAuthenticationRefs []struct {
			Kind string `json:"kind,omitempty"`
		} `json:"requiredAuthenticationRefs,omitempty"`
	} `json:"spec"`
}

// extractAuthorization tells whether whoever it lets in has to prove who he is: by MeshTLSAuthentication or as a service account.
func extractAuthorization(obj runtime.Object) ([]any, error) {
	var a authorization
	u, err := adapter.Decode(obj, &a)
	if err != nil {
		return nil, err
	}
	out := &facts.Mesh{Ref: adapter.RefOf(u), Product: facts.MeshLinkerd, Mode: facts.MeshUnauthenticated,
		Hosts: []string{a.Spec.TargetRef.Kind + "/" + a.Spec.TargetRef.Name}, CreatedAt: facts.InstantOf(u.GetCreationTimestamp().Time)}
	for _, r := range a.Spec.RequiredAuthenticationRefs {
		if r.Kind == "MeshTLSAuthentication" || r.Kind == "ServiceAccount" {
			out.Mode = facts.MeshAuthenticated
		}
	}
	return []any{out}, nil
}
