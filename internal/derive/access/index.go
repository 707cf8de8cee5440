package access

import (
	"slices"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Grant is what one binding gives.
type Grant struct {
	Binding *facts.RoleBinding
	// Known is false where the role was not found.
	Known bool
	// Rules of the role, with those that it takes on.
	Rules []facts.Rule
	// Rights that are dangerous.
	Rights Rights
	// Beyond is true where it gives more than everybody may have.
	Beyond bool
	// Holders are the subjects, as who they really are, in order.
	Holders []facts.Subject
}

// Everywhere tells whether it gives rights in all namespaces.
func (g *Grant) Everywhere() bool { return g.Binding.Ref.Namespace == "" }

// Index is what all bindings give. Nobody changes it.
type Index struct {
	grants map[*facts.RoleBinding]*Grant
	by     map[facts.Subject][]*Grant
	roles  map[facts.Ref]*facts.Role
}

type indexKey struct{}

// Look reads all roles and bindings. The caller declares the need for both, everywhere.
func Look(v facts.View) *Index {
	return facts.Derived(v, indexKey{}, []facts.Dependency{{Type: facts.TypeOf[facts.Role]()}, {Type: facts.TypeOf[facts.RoleBinding]()}}, func(v facts.View) *Index {
		return NewIndex(facts.List[facts.Role](v), facts.List[facts.RoleBinding](v))
	})
}

// NewIndex puts roles and bindings together. A role that is missing and that every cluster has (cluster-admin, admin, edit and
// view), as manifests leave it out, is taken to be as Kubernetes has it.
func NewIndex(roles []*facts.Role, bindings []*facts.RoleBinding) *Index {
	x := &Index{grants: make(map[*facts.RoleBinding]*Grant, len(bindings)), by: map[facts.Subject][]*Grant{}, roles: make(map[facts.Ref]*facts.Role, len(roles))}
	for _, r := range roles {
		x.roles[r.Ref] = r
	}
	made := map[facts.Ref]given{}
	for _, b := range bindings {
		key := b.Role
		if b.Ref.Namespace != "" && key.Namespace == "" {
			key.Group += "/namespaced" // the same role gives less in a namespace
		}
		given, known := made[key]
		if !known {
			given = x.give(b, roles)
			made[key] = given
		}
		g := &Grant{Binding: b, Known: given.known, Rules: given.rules, Rights: given.rights, Beyond: given.beyond, Holders: make([]facts.Subject, len(b.Subjects))}
		x.grants[b] = g
		for i, s := range b.Subjects {
			g.Holders[i] = HolderOf(s, b)
			x.by[g.Holders[i]] = append(x.by[g.Holders[i]], g)
		}
	}
	return x
}

// given is what a role gives.
type given struct {
	known  bool
	rules  []facts.Rule
	rights Rights
	beyond bool
}

func (x *Index) give(b *facts.RoleBinding, roles []*facts.Role) given {
	var out given
	if role := x.roles[b.Role]; role != nil {
		out.known, out.rules = true, facts.RulesOf(role, roles)
	} else if out.rules = builtIn(b.Role); out.rules != nil {
		out.known = true
	}
	everywhere := b.Ref.Namespace == ""
	out.rights, out.beyond = Of(out.rules, everywhere), BeyondDiscovery(out.rules, everywhere)
	return out
}

// Of gives what a binding gives, nil for one that is not in the index.
func (x *Index) Of(b *facts.RoleBinding) *Grant { return x.grants[b] }

// HeldBy gives the grants that name a holder, not those of groups that it is in.
func (x *Index) HeldBy(h facts.Subject) []*Grant { return x.by[h] }

// OfServiceAccount gives the grants of a service account, with those of the groups that it is always in. Grants to everybody
// who is logged in count where they give more than discovery.
func (x *Index) OfServiceAccount(namespace, name string) []*Grant {
	var out []*Grant
	for _, h := range []facts.Subject{
		{Kind: facts.SubjectServiceAccount, Namespace: namespace, Name: name},
		{Kind: facts.SubjectGroup, Name: GroupServiceAccounts + ":" + namespace},
		{Kind: facts.SubjectGroup, Name: GroupServiceAccounts},
		{Kind: facts.SubjectGroup, Name: GroupAuthenticated},
	} {
		for _, g := range x.by[h] {
			if g.Beyond {
				out = append(out, g)
			}
		}
	}
	return out
}

// Request is one thing that a caller wants to do with an object.
type Request struct {
	Verb, Group, Resource string // resource, or resource/subresource
	Namespace, Name       string // namespace empty: outside namespaces, or in all of them
}

// Allows tells whether RBAC allows a caller a request, by what the caller is called and which groups it is in.
func (x *Index) Allows(user string, groups []string, q Request) bool {
	callers := []facts.Subject{HolderOf(facts.Subject{Kind: facts.SubjectUser, Name: user}, nil)}
	for _, g := range groups {
		if g == GroupMasters {
			return true
		}
		callers = append(callers, facts.Subject{Kind: facts.SubjectGroup, Name: g})
	}
	for _, c := range callers {
		for _, g := range x.by[c] {
			if !g.Everywhere() && (q.Namespace == "" || g.Binding.Ref.Namespace != q.Namespace) {
				continue
			}
			for i := range g.Rules {
				if g.Rules[i].Allows(q.Verb, q.Group, q.Resource, q.Name) {
					return true
				}
			}
		}
	}
	return false
}

// builtIn gives the dangerous part of a role that every cluster has, nil for any other.
func builtIn(role facts.Ref) []facts.Rule {
	if role.Kind != "ClusterRole" {
		return nil
	}
	everything := []string{"*"}
	write := []string{"create", "update", "patch", "delete", "deletecollection"}
	read := []string{"get", "list", "watch"}
	edit := []facts.Rule{
		{Verbs: slices.Concat(read, write), Groups: []string{""}, Resources: []string{"pods", "pods/attach", "pods/exec", "pods/portforward", "secrets", "configmaps", "replicationcontrollers"}},
		{Verbs: slices.Concat(read, write), Groups: []string{"apps"}, Resources: []string{"deployments", "daemonsets", "replicasets", "statefulsets"}},
		{Verbs: slices.Concat(read, write), Groups: []string{"batch"}, Resources: []string{"jobs", "cronjobs"}},
		{Verbs: []string{"impersonate"}, Groups: []string{""}, Resources: []string{"serviceaccounts"}},
		{Verbs: []string{"create"}, Groups: []string{""}, Resources: []string{"serviceaccounts/token"}},
	}
	switch role.Name {
	case "cluster-admin":
		return []facts.Rule{{Verbs: everything, Groups: everything, Resources: everything}, {Verbs: everything, URLs: everything}}
	case "admin":
		return append(edit, facts.Rule{Verbs: slices.Concat(read, write), Groups: []string{"rbac.authorization.k8s.io"}, Resources: []string{"roles", "rolebindings"}})
	case "edit":
		return edit
	case "view":
		return []facts.Rule{{Verbs: read, Groups: []string{""}, Resources: []string{"pods", "configmaps", "services"}}}
	}
	return nil
}
