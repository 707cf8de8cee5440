package access

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// ruleAllows is the authoriser of the API server said once more, as its documentation has it, sharing nothing with the package.
func ruleAllows(r *facts.Rule, verb, group, resource, subresource, name string) bool {
	ok := false
	for _, v := range r.Verbs {
		ok = ok || v == "*" || v == verb
	}
	if !ok {
		return false
	}
	ok = false
	for _, g := range r.Groups {
		ok = ok || g == "*" || g == group
	}
	if !ok {
		return false
	}
	combined := resource
	if subresource != "" {
		combined += "/" + subresource
	}
	ok = false
	for _, res := range r.Resources {
		ok = ok || res == "*" || res == combined || subresource != "" && res == "*/"+subresource
	}
	if !ok {
		return false
	}
	if len(r.Names) == 0 {
		return true
	}
	for _, n := range r.Names {
		if n == name && name != "" {
			return true
		}
	}
	return false
}

type world struct {
	*rand.Rand
}

func (w world) pick(from ...string) string { return from[w.IntN(len(from))] }

func (w world) some(from ...string) []string {
	var out []string
	for range 1 + w.IntN(2) {
		out = append(out, w.pick(from...))
	}
	return out
}

var (
	verbs     = []string{"*", "get", "list", "watch", "create", "update", "patch", "delete", "bind", "escalate", "impersonate", "approve", "sign"}
	groups    = []string{"", "*", "apps", "batch", "rbac.authorization.k8s.io", "certificates.k8s.io", "admissionregistration.k8s.io", "example.org"}
	resources = []string{"*", "*/exec", "pods", "pods/exec", "pods/attach", "secrets", "nodes/proxy", "serviceaccounts", "serviceaccounts/token", "deployments", "jobs", "roles", "clusterroles",
		"namespaces", "users", "groups", "signers", "certificatesigningrequests/approval", "validatingwebhookconfigurations", "pods/ephemeralcontainers", "pods/portforward", "things"}
	names = []string{"web", "kubernetes.io/kube-apiserver-client", "example.org/own", "aula"}
)

func (w world) rule() facts.Rule {
	r := facts.Rule{Verbs: w.some(verbs...), Groups: w.some(groups...), Resources: w.some(resources...)}
	if w.IntN(3) == 0 {
		r.Names = w.some(names...)
	}
	return r
}

// dangers lists, by right, what it is to hold it: group, resource, verbs, where a namespace is enough, and whether a right to
// one object by name counts.
var dangers = map[v1alpha1.PrivilegedRight][]struct {
	group, resource, verbs string
	inNamespace, named     bool
}{
	v1alpha1.RightEscalate:            {{"rbac.authorization.k8s.io", "roles", "escalate", true, true}, {"rbac.authorization.k8s.io", "clusterroles", "escalate", false, true}},
	v1alpha1.RightBind:                {{"rbac.authorization.k8s.io", "roles", "bind", true, true}, {"rbac.authorization.k8s.io", "clusterroles", "bind", true, true}},
	v1alpha1.RightImpersonate:         {{"", "users", "impersonate", false, true}, {"", "groups", "impersonate", false, true}, {"", "serviceaccounts", "impersonate", true, true}},
	v1alpha1.RightReadSecrets:         {{"", "secrets", "get list watch", true, false}},
	v1alpha1.RightExec:                {{"", "pods/exec", "create get", true, true}},
	v1alpha1.RightAttach:              {{"", "pods/attach", "create get", true, true}},
	v1alpha1.RightPortForward:         {{"", "pods/portforward", "create get", true, true}},
	v1alpha1.RightEphemeralContainers: {{"", "pods/ephemeralcontainers", "update patch", true, true}},
	v1alpha1.RightNodeProxy:           {{"", "nodes/proxy", "get create update patch delete", false, true}},
	v1alpha1.RightCreateTokens:        {{"", "serviceaccounts/token", "create", true, true}},
	v1alpha1.RightCreatePods: {{"", "pods", "create", true, false}, {"apps", "deployments", "create", true, false}, {"apps", "deployments", "update patch", true, true},
		{"batch", "jobs", "create", true, false}},
	v1alpha1.RightEditNamespaces: {{"", "namespaces", "update patch", true, true}},
	v1alpha1.RightEditAdmission:  {{"admissionregistration.k8s.io", "validatingwebhookconfigurations", "create", false, false}, {"admissionregistration.k8s.io", "validatingwebhookconfigurations", "update patch delete", false, true}},
}

func TestDangerousRightsAreThoseThatTheAuthoriserAllows(t *testing.T) {
	const seed = 20261122
	w := world{rand.New(rand.NewPCG(seed, 1))}
	held := map[string]int{}
	for round := range 30000 {
		var rules []facts.Rule
		for range 1 + w.IntN(2) {
			rules = append(rules, w.rule())
		}
		everywhere := w.IntN(2) == 0
		got := Of(rules, everywhere)
		for right, ways := range dangers {
			want := false
			for i := range rules {
				for _, way := range ways {
					for verb := range strings.FieldsSeq(way.verbs) {
						resource, sub, _ := strings.Cut(way.resource, "/")
						want = want || (everywhere || way.inNamespace) && (ruleAllows(&rules[i], verb, way.group, resource, sub, "") ||
							way.named && slices.ContainsFunc(names, func(n string) bool { return ruleAllows(&rules[i], verb, way.group, resource, sub, n) }))
					}
				}
			}
			if got.Has(SetOf(right)) != want && !otherWay(rules, right) {
				t.Fatalf("seed %d, round %d: %s everywhere=%v of %+v: got %v, want %v", seed, round, right, everywhere, rules, !want, want)
			}
			if want {
				held[fmt.Sprint(right, everywhere)]++
			}
		}
	}
	if len(held) < 2*len(dangers)-3 {
		t.Errorf("only %d of the rights are ever held: %v", len(held), held)
	}
}

// otherWay tells rules that give a right by a resource that the table of the test leaves out; the random rules name none, so
// that this is so for wildcards alone.
func otherWay(rules []facts.Rule, right v1alpha1.PrivilegedRight) bool {
	wild := slices.ContainsFunc(rules, func(r facts.Rule) bool { return slices.Contains(r.Resources, "*") || slices.Contains(r.Groups, "*") })
	return wild && (right == v1alpha1.RightCreatePods || right == v1alpha1.RightImpersonate || right == v1alpha1.RightEditAdmission)
}

func TestTheIndexAllowsWhatTheAuthoriserAllows(t *testing.T) {
	const seed = 20261123
	w := world{rand.New(rand.NewPCG(seed, 1))}
	allowed := 0
	for round := range 9000 {
		roles, bindings := w.scene()
		x := NewIndex(roles, bindings)
		for range 20 {
			user := w.pick("jane", "system:serviceaccount:aula:web", "system:serviceaccount:other:web", "system:anonymous")
			in := w.some("oidc:team", "system:authenticated", "system:serviceaccounts", "system:serviceaccounts:aula")
			q := Request{Verb: w.pick(verbs[1:]...), Group: w.pick("", "apps", "example.org"), Resource: w.pick("pods", "pods/exec", "secrets", "things"), Namespace: w.pick("", "aula", "other"), Name: w.pick("", "web")}
			want := authorised(roles, bindings, user, in, q)
			if got := x.Allows(user, in, q); got != want {
				t.Fatalf("seed %d, round %d: %s %v %+v: got %v, want %v", seed, round, user, in, q, got, want)
			}
			if want {
				allowed++
			}
		}
	}
	if allowed < 1000 {
		t.Errorf("only %d requests were allowed", allowed)
	}
	if !NewIndex(nil, nil).Allows("jane", []string{GroupMasters}, Request{Verb: "get"}) {
		t.Error("system:masters is not allowed everything")
	}
}

func (w world) scene() (roles []*facts.Role, bindings []*facts.RoleBinding) {
	for i, ns := range []string{"", "", "aula", "other"} {
		kind := "Role"
		if ns == "" {
			kind = "ClusterRole"
		}
		roles = append(roles, &facts.Role{Ref: facts.Ref{Group: "rbac.authorization.k8s.io", Kind: kind, Namespace: ns, Name: fmt.Sprint("r", i)}, Rules: []facts.Rule{w.rule(), w.rule()}})
	}
	for i := range 4 {
		role := roles[w.IntN(len(roles))]
		b := &facts.RoleBinding{Ref: facts.Ref{Kind: "RoleBinding", Namespace: role.Ref.Namespace, Name: fmt.Sprint("b", i)}, Role: role.Ref}
		if role.Ref.Namespace == "" {
			b.Ref.Namespace = w.pick("", "aula", "other")
		}
		for range 1 + w.IntN(2) {
			s := facts.Subject{Kind: facts.SubjectKind(w.pick("User", "Group", "ServiceAccount")), Name: w.pick("jane", "system:serviceaccount:aula:web", "oidc:team", "system:authenticated", "system:serviceaccounts:aula")}
			if s.Kind == facts.SubjectServiceAccount {
				s.Name, s.Namespace = "web", w.pick("aula", "other")
				if b.Ref.Namespace != "" && w.IntN(2) == 0 {
					s.Namespace = ""
				}
			}
			b.Subjects = append(b.Subjects, s)
		}
		bindings = append(bindings, b)
	}
	return roles, bindings
}

// authorised goes through everything for each request, as the API server does.
func authorised(roles []*facts.Role, bindings []*facts.RoleBinding, user string, in []string, q Request) bool {
	for _, b := range bindings {
		if b.Ref.Namespace != "" && b.Ref.Namespace != q.Namespace {
			continue
		}
		applies := false
		for _, s := range b.Subjects {
			switch s.Kind {
			case facts.SubjectUser:
				applies = applies || s.Name == user
			case facts.SubjectGroup:
				applies = applies || slices.Contains(in, s.Name)
			case facts.SubjectServiceAccount:
				ns := s.Namespace
				if ns == "" {
					ns = b.Ref.Namespace
				}
				applies = applies || ns != "" && user == "system:serviceaccount:"+ns+":"+s.Name
			}
		}
		if !applies {
			continue
		}
		for _, r := range roles {
			if r.Ref != b.Role {
				continue
			}
			resource, sub, _ := strings.Cut(q.Resource, "/")
			for i := range r.Rules {
				if ruleAllows(&r.Rules[i], q.Verb, q.Group, resource, sub, q.Name) {
					return true
				}
			}
		}
	}
	return false
}

func TestRights(t *testing.T) {
	rule := func(verbs, groups, resources string, names ...string) facts.Rule {
		return facts.Rule{Verbs: strings.Fields(verbs), Groups: strings.Split(groups, " "), Resources: strings.Fields(resources), Names: names}
	}
	for name, test := range map[string]struct {
		rule       facts.Rule
		everywhere bool
		want       string
	}{
		"everything is ClusterAdmin":                                   {rule("*", "*", "*"), true, "ClusterAdmin"},
		"everything in a namespace is too":                             {rule("*", "*", "*"), false, "ClusterAdmin"},
		"everything of a group is a wildcard":                          {rule("*", "example.org", "*"), true, "Wildcard"},
		"reading everything reads Secrets":                             {rule("get list", "*", "*"), false, "Wildcard, ReadSecrets, Exec, Attach, PortForward"},
		"one Secret by name is not all":                                {rule("get", "", "secrets", "web"), false, ""},
		"a subresource of everything":                                  {rule("create", "", "*/exec"), false, "Exec"},
		"exec by the verb of a web socket":                             {rule("get", "", "pods/exec"), false, "Exec"},
		"nodes are outside namespaces":                                 {rule("get", "", "nodes/proxy"), false, ""},
		"the proxy of nodes":                                           {rule("get", "", "nodes/proxy"), true, "NodeProxy"},
		"a Deployment makes pods":                                      {rule("patch", "apps", "deployments", "web"), false, "CreatePods"},
		"a namespace lies in itself":                                   {rule("patch", "", "namespaces"), false, "EditNamespaces"},
		"signing for another signer is no way in":                      {rule("sign", "certificates.k8s.io", "signers", "example.org/own"), true, ""},
		"signing for the API server is":                                {rule("sign", "certificates.k8s.io", "signers", "kubernetes.io/kube-apiserver-client"), true, "ApproveCertificates"},
		"binding one role by name":                                     {rule("bind", "rbac.authorization.k8s.io", "clusterroles", "cluster-admin"), false, "Bind"},
		"impersonating by the newer verbs":                             {rule("impersonate:user-info", "authentication.k8s.io", "users"), true, "Impersonate"},
		"reading pods is harmless":                                     {rule("get list watch", "", "pods configmaps"), true, ""},
		"a rule of addresses is about no resources, whatever it names": {facts.Rule{Verbs: []string{"get"}, URLs: []string{"/metrics"}}, true, ""},
	} {
		if got := Of([]facts.Rule{test.rule}, test.everywhere).String(); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestBeyondDiscovery(t *testing.T) {
	for name, test := range map[string]struct {
		rule       facts.Rule
		everywhere bool
		want       bool
	}{
		"what the API offers":                      {facts.Rule{Verbs: []string{"get"}, URLs: []string{"/api/*", "/version", "/healthz"}}, true, false},
		"metrics":                                  {facts.Rule{Verbs: []string{"get"}, URLs: []string{"/metrics"}}, true, true},
		"all addresses":                            {facts.Rule{Verbs: []string{"get"}, URLs: []string{"*"}}, true, true},
		"a look-alike address":                     {facts.Rule{Verbs: []string{"get"}, URLs: []string{"/apisecrets"}}, true, true},
		"writing to discovery":                     {facts.Rule{Verbs: []string{"post"}, URLs: []string{"/api"}}, true, true},
		"addresses do not hold in a namespace":     {facts.Rule{Verbs: []string{"get"}, URLs: []string{"/metrics"}}, false, false},
		"asking who one is":                        {facts.Rule{Verbs: []string{"create"}, Groups: []string{"authentication.k8s.io"}, Resources: []string{"selfsubjectreviews"}}, true, false},
		"asking what one may do in all of a group": {facts.Rule{Verbs: []string{"create"}, Groups: []string{"*"}, Resources: []string{"selfsubjectaccessreviews"}}, true, true},
		"asking what others may do":                {facts.Rule{Verbs: []string{"create"}, Groups: []string{"authorization.k8s.io"}, Resources: []string{"subjectaccessreviews"}}, true, true},
		"one ConfigMap":                            {facts.Rule{Verbs: []string{"get"}, Groups: []string{""}, Resources: []string{"configmaps"}, Names: []string{"cluster-info"}}, false, true},
		"a rule without verbs":                     {facts.Rule{Groups: []string{""}, Resources: []string{"secrets"}}, true, false},
	} {
		if got := BeyondDiscovery([]facts.Rule{test.rule}, test.everywhere); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestGrantsOfAServiceAccountCountItsGroups(t *testing.T) {
	role := &facts.Role{Ref: facts.Ref{Kind: "ClusterRole", Name: "read"}, Rules: []facts.Rule{{Verbs: []string{"get"}, Groups: []string{""}, Resources: []string{"pods"}}}}
	for name, s := range map[string]facts.Subject{
		"itself":                         {Kind: facts.SubjectServiceAccount, Namespace: "aula", Name: "web"},
		"itself without namespace":       {Kind: facts.SubjectServiceAccount, Name: "web"},
		"itself as a user":               {Kind: facts.SubjectUser, Name: "system:serviceaccount:aula:web"},
		"all of its namespace":           {Kind: facts.SubjectGroup, Name: "system:serviceaccounts:aula"},
		"all of the cluster":             {Kind: facts.SubjectGroup, Name: "system:serviceaccounts"},
		"everybody who is authenticated": {Kind: facts.SubjectGroup, Name: "system:authenticated"},
	} {
		b := &facts.RoleBinding{Ref: facts.Ref{Kind: "RoleBinding", Namespace: "aula", Name: "b"}, Role: role.Ref, Subjects: []facts.Subject{s}}
		x := NewIndex([]*facts.Role{role}, []*facts.RoleBinding{b})
		if len(x.OfServiceAccount("aula", "web")) != 1 || s.Name != "system:serviceaccounts" && s.Name != "system:authenticated" && len(x.OfServiceAccount("other", "web")) != 0 {
			t.Errorf("%s: the grant is not found, or found for another", name)
		}
	}
}

func BenchmarkNewIndexOfAThousandBindings(b *testing.B) {
	w := world{rand.New(rand.NewPCG(1, 1))}
	var roles []*facts.Role
	var bindings []*facts.RoleBinding
	for i := range 250 {
		r, bs := w.scene()
		for j, role := range r {
			role.Ref.Name = fmt.Sprint(role.Ref.Name, i)
			bs[j].Role = role.Ref
		}
		roles, bindings = append(roles, r...), append(bindings, bs...)
	}
	b.ReportAllocs()
	for b.Loop() {
		NewIndex(roles, bindings)
	}
}
