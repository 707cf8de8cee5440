// Package iam holds the controls of the family IAM: access and identity.
package iam

import (
	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/access"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Controls of the family, in order.
var Controls = []*control.Control{IAM01, IAM02, IAM03, IAM04, IAM05}

// systemPart tells whether a holder of rights is a part of Kubernetes or of the platform, which the Platform lists by namespace.
func systemPart(p *control.Platform, h facts.Subject) bool {
	ns := access.NamespaceOf(h)
	return access.ControlPlane(h) || ns != "" && p.OwnsNamespace(ns)
}

// entries are the privileged subjects that the Platform justifies.
func entries(p *control.Platform) []v1alpha1.PrivilegedSubject {
	if p.Object == nil || p.Object.Spec.Access == nil {
		return nil
	}
	return p.Object.Spec.Access.Privileged
}

// sources are where people of the cluster come from, as the Platform says.
func sources(p *control.Platform) []v1alpha1.IdentitySource {
	if p.Object == nil || p.Object.Spec.Access == nil {
		return nil
	}
	return p.Object.Spec.Access.IdentitySources
}

// about tells whether an entry is about a holder.
func about(e *v1alpha1.PrivilegedSubject, h facts.Subject) bool {
	s := facts.Subject{Kind: facts.SubjectKind(e.Subject.Kind), Namespace: e.Subject.Namespace, Name: e.Subject.Name}
	return access.HolderOf(s, &facts.RoleBinding{}) == h
}

// typed gives an object as kubectl names it.
func typed(ref facts.Ref) string {
	name := map[string]string{"RoleBinding": "rolebinding", "ClusterRoleBinding": "clusterrolebinding", "ServiceAccount": "serviceaccount"}[ref.Kind] + "/" + ref.Name
	if ref.Namespace != "" {
		return "-n " + ref.Namespace + " " + name
	}
	return name
}

// place says where a binding gives rights.
func place(b *facts.RoleBinding) string {
	if b.Ref.Namespace == "" {
		return "in the whole cluster"
	}
	return "in namespace " + b.Ref.Namespace
}
