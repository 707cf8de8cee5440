package access

import (
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Rights is a set of dangerous rights.
type Rights uint32

// ordered lists the dangerous rights; a place in it is a bit of Rights.
var ordered = [...]v1alpha1.PrivilegedRight{
	v1alpha1.RightClusterAdmin, v1alpha1.RightWildcard, v1alpha1.RightEscalate, v1alpha1.RightBind, v1alpha1.RightImpersonate, v1alpha1.RightReadSecrets,
	v1alpha1.RightExec, v1alpha1.RightAttach, v1alpha1.RightPortForward, v1alpha1.RightEphemeralContainers, v1alpha1.RightNodeProxy, v1alpha1.RightCreateTokens,
	v1alpha1.RightApproveCertificates, v1alpha1.RightCreatePods, v1alpha1.RightEditNamespaces, v1alpha1.RightEditAdmission,
}

// SetOf makes a set. What is no known right is left out.
func SetOf(rights ...v1alpha1.PrivilegedRight) Rights {
	var out Rights
	for _, r := range rights {
		if i := slices.Index(ordered[:], r); i >= 0 {
			out |= 1 << i
		}
	}
	return out
}

// Has tells whether any right of another set is in this one.
func (r Rights) Has(some Rights) bool { return r&some != 0 }

// String lists the rights, the worst first; ClusterAdmin stands for all.
func (r Rights) String() string {
	if r.Has(SetOf(v1alpha1.RightClusterAdmin)) {
		return string(v1alpha1.RightClusterAdmin)
	}
	var out []string
	for i, name := range ordered {
		if r&(1<<i) != 0 {
			out = append(out, string(name))
		}
	}
	return strings.Join(out, ", ")
}

// request is one thing to ask the authoriser about.
type request struct {
	verb, group, resource string
	// cluster is true for what only a ClusterRoleBinding gives: objects outside namespaces. Namespaces themselves are not:
	// the API server takes a namespace to lie in itself.
	cluster bool
	// named is true where a right to some objects by name is dangerous too.
	named bool
}

// requests lists what each dangerous right is, apart from ClusterAdmin and Wildcard, in the order of the rights. To hold one of
// the requests is to hold the right.
func requests(right v1alpha1.PrivilegedRight) []request {
	var out []request
	add := func(group, resource string, cluster, named bool, verbs ...string) {
		for _, v := range verbs {
			out = append(out, request{v, group, resource, cluster, named})
		}
	}
	const rbac, certificates = "rbac.authorization.k8s.io", "certificates.k8s.io"
	switch right {
	case v1alpha1.RightEscalate, v1alpha1.RightBind:
		verb := strings.ToLower(string(right))
		add(rbac, "roles", false, true, verb)
		add(rbac, "clusterroles", right == v1alpha1.RightEscalate, true, verb) // a binding of a namespace can name a ClusterRole
	case v1alpha1.RightImpersonate:
		add("", "users", true, true, "impersonate")
		add("", "groups", true, true, "impersonate")
		add("", "serviceaccounts", false, true, "impersonate")
		for _, resource := range []string{"users", "groups", "serviceaccounts", "nodes"} {
			add("authentication.k8s.io", resource, resource != "serviceaccounts", true, "impersonate:user-info", "impersonate:serviceaccount", "impersonate:arbitrary-node")
		}
	case v1alpha1.RightReadSecrets:
		add("", "secrets", false, false, "get", "list", "watch")
	case v1alpha1.RightExec:
		add("", "pods/exec", false, true, "create", "get")
	case v1alpha1.RightAttach:
		add("", "pods/attach", false, true, "create", "get")
	case v1alpha1.RightPortForward:
		add("", "pods/portforward", false, true, "create", "get")
	case v1alpha1.RightEphemeralContainers:
		add("", "pods/ephemeralcontainers", false, true, "update", "patch")
	case v1alpha1.RightNodeProxy:
		add("", "nodes/proxy", true, true, "get", "create", "update", "patch", "delete")
	case v1alpha1.RightCreateTokens:
		add("", "serviceaccounts/token", false, true, "create")
	case v1alpha1.RightApproveCertificates:
		add(certificates, "certificatesigningrequests/approval", true, true, "update", "patch")
		add(certificates, "signers", true, false, "approve", "sign")
	case v1alpha1.RightCreatePods:
		add("", "pods", false, false, "create")
		for _, resource := range []string{"deployments", "statefulsets", "daemonsets", "replicasets"} {
			add("apps", resource, false, true, "create", "update", "patch")
		}
		add("batch", "jobs", false, true, "create")
		add("batch", "cronjobs", false, true, "create", "update", "patch")
		add("", "replicationcontrollers", false, true, "create", "update", "patch")
	case v1alpha1.RightEditNamespaces:
		add("", "namespaces", false, true, "update", "patch")
	case v1alpha1.RightEditAdmission:
		for _, resource := range []string{"validatingwebhookconfigurations", "mutatingwebhookconfigurations", "validatingadmissionpolicies", "validatingadmissionpolicybindings",
			"mutatingadmissionpolicies", "mutatingadmissionpolicybindings"} {
			add("admissionregistration.k8s.io", resource, true, true, "create", "update", "patch", "delete", "deletecollection")
		}
	}
	return out
}

// table of requests by right, never changed.
var table = func() (out [len(ordered)][]request) {
	for i, right := range ordered {
		out[i] = requests(right)
	}
	return out
}()

// Of gives the dangerous rights among rules that hold everywhere, or in one namespace.
func Of(rules []facts.Rule, everywhere bool) Rights {
	var out Rights
	for i := range rules {
		r := &rules[i]
		if len(r.Resources) == 0 || len(r.Verbs) == 0 || len(r.Groups) == 0 {
			continue
		}
		verbs, groups, resources := slices.Contains(r.Verbs, "*"), slices.Contains(r.Groups, "*"), slices.Contains(r.Resources, "*")
		if verbs && groups && resources && len(r.Names) == 0 {
			out |= SetOf(v1alpha1.RightClusterAdmin)
		}
		if verbs || groups || resources {
			out |= SetOf(v1alpha1.RightWildcard)
		}
		for bit := range table {
			if out&(1<<bit) == 0 && slices.ContainsFunc(table[bit], func(q request) bool { return holds(r, &q, everywhere) }) {
				out |= 1 << bit
			}
		}
	}
	return out
}

// holds tells whether a rule allows a request, on every object or, where that is dangerous too, on some.
func holds(r *facts.Rule, q *request, everywhere bool) bool {
	if q.cluster && !everywhere {
		return false
	}
	if len(r.Names) == 0 {
		return r.Allows(q.verb, q.group, q.resource, "")
	}
	if q.resource == "signers" {
		// A certificate of another signer is no way into the cluster.
		return slices.ContainsFunc(r.Names, func(n string) bool { return n == "*" || strings.HasPrefix(n, "kubernetes.io/") }) &&
			r.Allows(q.verb, q.group, q.resource, r.Names[0])
	}
	// A request to create names no object, apart from those on an object that is there: a subresource, a signer.
	return q.named && (q.verb != "create" || strings.Contains(q.resource, "/")) && r.Allows(q.verb, q.group, q.resource, r.Names[0])
}

// discoveryPaths are what everybody may read of an API server without harm.
var discoveryPaths = []string{"/api", "/apis", "/openapi", "/version", "/healthz", "/livez", "/readyz", "/.well-known/openid-configuration", "/openid/v1/jwks"}

// BeyondDiscovery tells whether rules give more than to ask what the API server offers, whether it is well, and who one is.
func BeyondDiscovery(rules []facts.Rule, everywhere bool) bool {
	return slices.ContainsFunc(rules, func(r facts.Rule) bool {
		if len(r.Verbs) == 0 {
			return false
		}
		return resourcesBeyond(&r) || everywhere && urlsBeyond(&r)
	})
}

func resourcesBeyond(r *facts.Rule) bool {
	if len(r.Resources) == 0 || len(r.Groups) == 0 {
		return false
	}
	oneself := map[string]string{"selfsubjectaccessreviews": "authorization.k8s.io", "selfsubjectrulesreviews": "authorization.k8s.io", "selfsubjectreviews": "authentication.k8s.io"}
	for _, resource := range r.Resources {
		if _, known := oneself[resource]; !known {
			return true
		}
	}
	return slices.ContainsFunc(r.Groups, func(g string) bool { return g != "authorization.k8s.io" && g != "authentication.k8s.io" }) ||
		slices.ContainsFunc(r.Verbs, func(v string) bool { return v != "create" })
}

func urlsBeyond(r *facts.Rule) bool {
	if slices.ContainsFunc(r.URLs, func(u string) bool { return !discovery(u) }) {
		return true
	}
	return len(r.URLs) > 0 && slices.ContainsFunc(r.Verbs, func(v string) bool { return v != "get" && v != "head" })
}

func discovery(url string) bool {
	url = strings.TrimSuffix(strings.TrimSuffix(url, "*"), "/")
	return slices.ContainsFunc(discoveryPaths, func(p string) bool { return url == p || strings.HasPrefix(url, p+"/") })
}
