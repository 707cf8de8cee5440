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

// ServiceAccount is one service account.
type ServiceAccount struct {
	Namespace, Name string
	// Automount as the account says it; NotKnown: it says nothing, so tokens are mounted unless the pod says otherwise.
	Automount Tristate
	// Cloud names the rights at a cloud that workload identity binds to the account, annotation key by value, for example
	// eks.amazonaws.com/role-arn.
	Cloud map[string]string
	// LegacyTokens counts the Secrets that the account lists (secrets[]), which older API servers filled with tokens that do
	// not end.
	LegacyTokens int
	CreatedAt    Instant
	// Labels whole: some workload identities are switched on by one.
	Labels *Labels
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
