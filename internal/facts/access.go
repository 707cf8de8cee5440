package facts

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Role is a Role or ClusterRole.
type Role struct {
	Ref    Ref
	Labels *Labels // aggregation selects by them
	Rules  []Rule
	// Aggregates selects the ClusterRoles whose rules this one takes on; nil where it takes on none. In a cluster Rules
	// already holds theirs, in manifests it does not: RulesOf puts them together.
	Aggregates []metav1.LabelSelector
	CreatedAt  Instant
}

// Rule is one rule of a role. Lists are as they are written, so that * stands for everything.
type Rule struct {
	Verbs     []string
	Groups    []string
	Resources []string // resource, or resource/subresource
	Names     []string // resourceNames; empty: all
	URLs      []string // nonResourceURLs, of ClusterRoles only
}

// Allows tells whether the rule allows a verb on a resource of a group, or on resource/subresource, as the authoriser of the
// API server decides it: * stands for everything in each list, and */subresource for that subresource of everything. A name
// is one object, or empty for all objects.
func (r *Rule) Allows(verb, group, resource, name string) bool {
	return has(r.Verbs, verb) && has(r.Groups, group) && r.covers(resource) &&
		(len(r.Names) == 0 || name != "" && slices.Contains(r.Names, name))
}

func (r *Rule) covers(resource string) bool {
	if has(r.Resources, resource) {
		return true
	}
	for i := range len(resource) {
		if resource[i] == '/' {
			return slices.Contains(r.Resources, "*"+resource[i:])
		}
	}
	return false
}

func has(list []string, value string) bool {
	return slices.Contains(list, "*") || slices.Contains(list, value)
}

// RoleBinding is a RoleBinding or ClusterRoleBinding.
type RoleBinding struct {
	Ref Ref // the namespace is where it gives rights, empty: everywhere
	// Role that is given: a Role of the same namespace, or a ClusterRole.
	Role      Ref
	Subjects  []Subject
	CreatedAt Instant
	// Annotations only with keys that some control knows (tilsyn.dev/expires-at, tilsyn.dev/reference).
	Annotations map[string]string
	// Controller that made and renews the binding, zero where none did.
	Controller Ref
}

// Subject is who a binding gives rights to.
type Subject struct {
	Kind      SubjectKind
	Namespace string // of a service account
	Name      string
}

// SubjectKind is User, Group or ServiceAccount.
type SubjectKind string

// Kinds of subjects. Service accounts that are named as a User or Group (system:serviceaccount:...) stay so.
const (
	SubjectUser           SubjectKind = "User"
	SubjectGroup          SubjectKind = "Group"
	SubjectServiceAccount SubjectKind = "ServiceAccount"
)

// ServiceAccount is one service account. There are many, so it is kept small.
type ServiceAccount struct {
	Namespace, Name string
	// Cloud names the rights at a cloud that workload identity binds to the account, annotation key by value, for example
	// eks.amazonaws.com/role-arn.
	Cloud     map[string]string
	CreatedAt Instant
	// LegacyTokens counts the Secrets that the account lists (secrets[]), which older API servers filled with tokens that do
	// not end; at most 65535.
	LegacyTokens uint16
	// Automount as the account says it; TokenDefault: it says nothing, so tokens are mounted unless the pod says otherwise.
	Automount TokenMount
}

// CertificateRequest is a CertificateSigningRequest. The certificate itself is not kept.
type CertificateRequest struct {
	Name string
	// Signer, for example kubernetes.io/kube-apiserver-client.
	Signer string
	// Requester is the user who made the request, as the API server saw them.
	Requester string
	// User and Groups of the certificate, from the request's subject (common name and organisations); empty where Unread.
	User   string
	Groups []string
	// NotAfter is the end of the issued certificate, zero where none was issued.
	NotAfter, NotBefore time.Time
	// Lifetime asked for (expirationSeconds); zero: the signer's default.
	Lifetime  time.Duration
	Approved  bool
	Denied    bool
	Issued    bool
	CreatedAt Instant
	// Unread is true where the request or the certificate could not be parsed.
	Unread bool
}

// RulesOf gives the rules of a role with those of the ClusterRoles that it takes on, as the API server's controller puts them
// together: by selecting labels, and those of roles that these take on in turn. All are the roles that are known, for example
// List[Role] of a view.
func RulesOf(r *Role, all []*Role) []Rule {
	if len(r.Aggregates) == 0 {
		return r.Rules
	}
	return rulesOf(r, all, map[*Role]bool{})
}

func rulesOf(r *Role, all []*Role, seen map[*Role]bool) []Rule {
	seen[r] = true
	out := slices.Clone(r.Rules)
	for i := range r.Aggregates {
		selector, err := metav1.LabelSelectorAsSelector(&r.Aggregates[i])
		if err != nil {
			continue // the API server refuses such a selector
		}
		for _, other := range all {
			if other.Ref.Namespace == "" && !seen[other] && selector.Matches(other.Labels) {
				out = append(out, rulesOf(other, all, seen)...)
			}
		}
	}
	return out
}
