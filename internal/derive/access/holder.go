package access

import (
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Groups that the API server puts callers into by itself.
const (
	GroupAuthenticated   = "system:authenticated"
	GroupUnauthenticated = "system:unauthenticated"
	GroupServiceAccounts = "system:serviceaccounts" // all; with :namespace those of one
	GroupMasters         = "system:masters"         // everything, whatever RBAC says
	UserAnonymous        = "system:anonymous"
)

// HolderOf says who a subject of a binding really is: a service account may be written as a user, and needs no namespace in a
// binding of its own.
func HolderOf(s facts.Subject, binding *facts.RoleBinding) facts.Subject {
	switch s.Kind {
	case facts.SubjectUser:
		if rest, ok := strings.CutPrefix(s.Name, "system:serviceaccount:"); ok {
			if namespace, name, ok := strings.Cut(rest, ":"); ok && namespace != "" && name != "" && !strings.Contains(name, ":") {
				return facts.Subject{Kind: facts.SubjectServiceAccount, Namespace: namespace, Name: name}
			}
		}
	case facts.SubjectServiceAccount:
		if s.Namespace == "" {
			s.Namespace = binding.Ref.Namespace
		}
	}
	return s
}

// Everybody tells whether a holder is everybody who reaches the API server, logged in or not, or every pod of the cluster.
func Everybody(h facts.Subject) bool {
	switch h.Kind {
	case facts.SubjectGroup:
		return slices.Contains([]string{GroupAuthenticated, GroupUnauthenticated, GroupServiceAccounts}, h.Name)
	case facts.SubjectUser:
		return h.Name == UserAnonymous
	}
	return false
}

// ControlPlane tells whether a holder is a part of Kubernetes: nobody is that who does not hold the control plane or a node.
func ControlPlane(h facts.Subject) bool {
	switch h.Kind {
	case facts.SubjectUser:
		return slices.Contains([]string{"system:kube-controller-manager", "system:kube-scheduler", "system:kube-proxy", "system:apiserver", "system:kube-apiserver"}, h.Name) ||
			strings.HasPrefix(h.Name, "system:node:")
	case facts.SubjectGroup:
		return h.Name == "system:nodes" || h.Name == GroupMasters || h.Name == "system:monitoring" || h.Name == "system:bootstrappers" || strings.HasPrefix(h.Name, "system:bootstrappers:")
	}
	return false
}

// NamespaceOf gives the namespace of a holder that is a service account, or all of those of one; empty for others.
func NamespaceOf(h facts.Subject) string {
	if h.Kind == facts.SubjectGroup {
		namespace, _ := strings.CutPrefix(h.Name, GroupServiceAccounts+":")
		if namespace == h.Name {
			return ""
		}
		return namespace
	}
	if h.Kind == facts.SubjectServiceAccount {
		return h.Namespace
	}
	return ""
}

// Text names a holder as people write it.
func Text(h facts.Subject) string {
	if h.Kind == facts.SubjectServiceAccount {
		return "service account " + h.Namespace + "/" + h.Name
	}
	return strings.ToLower(string(h.Kind)) + " " + h.Name
}
