package iam

import (
	"errors"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// IAM02 judges what workloads are to the cluster and to the cloud.
var IAM02 = control.Define(control.Meta{
	ID: "IAM-02", Title: "Workloads have their own, limited identities", Since: "1", Severity: v1alpha1.SeverityMedium, Party: v1alpha1.PartyProvider,
	MustHold: "Each workload with rights has a service account of its own; tokens are short-lived and mounted only where a call to the cluster's API is declared; the default account has no rights; " +
		"no pod reaches the credentials of its node.",
	Why: "Whoever breaks into a program has the token that lies in its pod, and with it every right of the account. A token that never ends works years after it was copied.",
	NotSeen: "What stands in Secrets, which are never read: a copy of a token, or a token Secret that its account does not list. An account with rights that no pod uses is reported instead. " +
		"Network policies of plugins, for the metadata address: say Blocked on the Platform. That the API server lets tokens live longer than they ask for (--service-account-extend-token-expiration).",
	ISO:  []string{"5.16 Identity management", "8.5 Secure authentication"},
	GDPR: []string{"25", "32"},
	Evidence: []string{"pod templates and pods: serviceAccountName, automountServiceAccountToken, hostNetwork, projected serviceAccountToken", "ServiceAccount automountServiceAccountToken, secrets[], annotations of workload identity",
		"Roles and bindings of the accounts, also by user and group", "NetworkPolicy egress to 169.254.169.254 and fd00:ec2::254", "Platform spec.network.metadataAddress; Node spec.providerID", "SolutionEnvironment spec.apiAccess[]"},
	Reasons: iam02Reasons,
}, control.Parameters[iam02]{
	Defaults: func(l control.Levels) iam02 {
		p := iam02{TokenMaxAge: "24h", LegacyTokens: !control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityInternal)}
		if control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential) {
			p.TokenMaxAge, p.Declared = "1h", true
		}
		return p
	},
	Validate: func(p iam02, _ control.Levels) error {
		if d, err := date.ParseDuration(p.TokenMaxAge); err != nil || d <= 0 {
			return errors.New("tokenMaxAge: must be a duration, for example 24h")
		}
		return nil
	},
}, control.Rules[iam02]{Namespace: &control.NamespaceRule[iam02]{
	Needs: []control.Need{control.Needs[facts.ServiceAccount](), control.NeedsAll[facts.RoleBinding](), control.NeedsAll[facts.Role](), control.Needs[facts.NetworkPolicy](),
		control.SeesAll[facts.Node](), control.Sees[facts.Workload](), control.Sees[facts.Pod](), control.Sees[facts.Owner]()},
	Begin: func(in control.EnvironmentInput, p *iam02) func(control.NamespaceInput, []control.Result) []control.Result {
		limit, err := date.ParseDuration(p.TokenMaxAge)
		if err != nil {
			limit = 0 // Validate has refused it
		}
		return (&identities{EnvironmentInput: in, p: p, limit: limit}).namespace
	},
	None: control.NotApplicable(control.ReasonNoWorkloads),
}})

// iam02 are the parameters of IAM-02.
type iam02 struct {
	// TokenMaxAge is how long a token may live that a pod asks for, for example 24h.
	TokenMaxAge string `json:"tokenMaxAge"`
	// LegacyTokens: accounts may have tokens that do not end.
	LegacyTokens bool `json:"legacyTokens"`
	// Declared: a token is mounted only where a call to the cluster's API is declared.
	Declared bool `json:"declared"`
}

const (
	ownAccount = "Give each its own: kubectl create serviceaccount -n {namespace} NAME, spec.serviceAccountName: NAME in the pod template, and a binding of the rights that it needs."
	noToken    = "Set automountServiceAccountToken: false in the pod template. Where it calls the API, declare it: kubectl edit solutionenvironment {environment}, spec.apiAccess: [{namespace: {namespace}, serviceAccount: {account}, reason: ...}]."
	blockIt    = "Deny it: a NetworkPolicy for egress whose ipBlock leaves out 169.254.169.254/32 (except). Or block it at the node (for AWS a hop limit of 1) and say so: kubectl edit platform cluster, spec.network.metadataAddress: Blocked, or None where the nodes have no such service."
)

var iam02Reasons = []control.ReasonText{
	{Reason: "OwnIdentity", Verdict: v1alpha1.VerdictPass, Text: "The workload has an identity of its own, or one without rights."},
	{Reason: "NodeOutOfReach", Verdict: v1alpha1.VerdictPass, Text: "No pod reaches the credentials of its node."},
	{Reason: "MountsNone", Verdict: v1alpha1.VerdictNotApplicable, Text: "The workload has no identity and mounts no token."},
	{Reason: "PlatformNamespace", Verdict: v1alpha1.VerdictNotApplicable, Text: "The namespace belongs to the platform."},
	{Reason: "TokenNotDeclared", Verdict: v1alpha1.VerdictFail, Text: "The token of service account {account} is mounted{pod}, and no call to the cluster's API is declared.", Remediation: noToken},
	{Reason: "TokenLivesLong", Verdict: v1alpha1.VerdictFail, Text: "Volume {volume} asks for a token that lives for {life}{pod}; {limit} is allowed.", Remediation: "Set expirationSeconds of the volume's serviceAccountToken to {seconds} or less. Where a webhook adds it (AWS): kubectl annotate --overwrite -n {namespace} serviceaccount {account} eks.amazonaws.com/token-expiration={seconds}, and restart the pods."},
	{Reason: "DefaultHasRights", Verdict: v1alpha1.VerdictFail, Text: "The default account of the namespace, which every pod has that names none, gets rights by {by}.", Remediation: "Take its rights away: {by}. " + ownAccount},
	{Reason: "AccountShared", Verdict: v1alpha1.VerdictFail, Text: "{count} workloads share the account and its rights: {who}.", Remediation: ownAccount},
	{Reason: "TokenWithoutEnd", Verdict: v1alpha1.VerdictFail, Text: "The account lists {count} Secrets with tokens that do not end.", Remediation: "Delete them: kubectl get secrets -n {namespace} --field-selector type=kubernetes.io/service-account-token, kubectl delete secret; then kubectl edit -n {namespace} serviceaccount {account} and take secrets[] away. Pods get their tokens by themselves; others: kubectl create token."},
	{Reason: "UsedFromElsewhere", Verdict: v1alpha1.VerdictFail, Text: "The account has rights by {by}, and no pod mounts its token: nobody needs it, or it is used from outside with a token that was copied.",
		Remediation: "kubectl delete -n {namespace} serviceaccount {account}, and its bindings. Where something else uses it, such as a GitOps controller that takes its place, declare it: kubectl edit solutionenvironment {environment}, spec.apiAccess: [{namespace: {namespace}, serviceAccount: {account}, reason: ...}]."},
	{Reason: "NodeCredentials", Verdict: v1alpha1.VerdictFail, Text: "{workload} reaches the metadata service of its node, and so what the node may do at the cloud: {why}.", Remediation: blockIt},
	{Reason: "MetadataContradicted", Verdict: v1alpha1.VerdictFail, Text: "The Platform says that nodes have no metadata service, and node {node} is one of a cloud that has: {provider}.", Remediation: blockIt},
	{Reason: "MetadataNotKnown", Verdict: v1alpha1.VerdictUnknown, Text: "Whether {workload} reaches the metadata service of its node is not known: no network policy denies it.", Remediation: blockIt},
}
