package iam

import (
	"errors"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// IAM01 judges who holds dangerous rights.
var IAM01 = control.Define(control.Meta{
	ID: "IAM-01", Title: "Rights in the cluster are the least needed", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "Nobody and nothing has wider rights over the solution's namespaces than its role needs: dangerous rights are held by subjects that the Platform names with a reason, " +
		"everybody has no more than discovery, and no more people are administrators than the level allows.",
	Why: "Whoever can read the Secrets of a namespace, run a command in its pods or make pods there has its data. Such rights grow by habit and stay when their reason is gone.",
	NotSeen: "Authorisers beside RBAC, such as the access entries of a cloud; who is in a group; client certificates that were made without the cluster, or whose request is deleted; " +
		"what service accounts of the platform's own namespaces may do, which the Platform answers for by listing these. A right to change the image of a running pod is not counted.",
	ISO:  []string{"5.15 Access control", "8.2 Privileged access rights", "8.3 Information access restriction"},
	GDPR: []string{"5(1)(f)", "25(2)", "32"},
	Evidence: []string{"Role and ClusterRole rules[], aggregationRule, labels; RoleBinding and ClusterRoleBinding roleRef, subjects[]", "ServiceAccount (that it exists)",
		"CertificateSigningRequest spec.request, signerName, status", "Platform spec.access.privileged[], spec.namespaces[]"},
	Reasons: iam01Reasons,
}, control.Parameters[iam01]{Defaults: iam01Defaults, Validate: func(p iam01, _ control.Levels) error {
	if p.MaxAdmins < 0 {
		return errors.New("maxAdmins: must be 1 or more, or 0 for no limit")
	}
	return nil
}}, control.Rules[iam01]{
	Environment: &control.EnvironmentRule[iam01]{
		Needs:    []control.Need{control.NeedsAll[facts.RoleBinding](), control.NeedsAll[facts.Role](), control.NeedsAll[facts.ServiceAccount](), control.SeesAll[facts.CertificateRequest]()},
		Inherits: true,
		Judge:    judgeRights,
	},
	Platform: &control.PlatformRule[iam01]{
		Needs: []control.Need{control.NeedsAll[facts.RoleBinding](), control.NeedsAll[facts.Role](), control.NeedsAll[facts.ServiceAccount](), control.NeedsAll[facts.CertificateRequest]()},
		Judge: judgeClusterRights,
	},
})

// iam01 are the parameters of IAM-01.
type iam01 struct {
	// MaxAdmins is how many people may be administrators of the environment; 0: no limit.
	MaxAdmins int `json:"maxAdmins"`
	// ExecAllowed: people and programs that the Platform names may run commands in pods at all times; otherwise only those
	// that it names for emergencies.
	ExecAllowed bool `json:"execAllowed"`
}

func iam01Defaults(l control.Levels) iam01 {
	switch {
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive):
		return iam01{MaxAdmins: 3}
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential):
		return iam01{MaxAdmins: 5}
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityInternal):
		return iam01{MaxAdmins: 10, ExecAllowed: true}
	}
	return iam01{ExecAllowed: true}
}

const (
	justify = "Take it away: kubectl delete {resource}, or bind a role with fewer rights. Where it is needed, give the reason: kubectl edit platform cluster, spec.access.privileged: [{subject, rights, namespaces, reason}]."
	rename  = "kubectl edit {resource} and take the subject away."
)

var iam01Reasons = []control.ReasonText{
	{Reason: "LeastRights", Verdict: v1alpha1.VerdictPass, Text: "Dangerous rights are held by subjects that the Platform names with a reason."},
	{Reason: "EverybodyHasRights", Verdict: v1alpha1.VerdictFail, Text: "{holder}, which is everybody, has more than discovery {place}, by role {role}.", Remediation: "Take it away: kubectl delete {resource}. Name those who need it in a binding of their own."},
	{Reason: "NotJustified", Verdict: v1alpha1.VerdictFail, Text: "{holder} holds {rights} {place}, by role {role}, and no entry of the Platform justifies it.", Remediation: justify},
	{Reason: "StandingExec", Verdict: v1alpha1.VerdictFail, Text: "{holder} holds {rights} {place} at all times; at this level nobody runs commands in pods but in an emergency.",
		Remediation: "Take it away: kubectl delete {resource}, or bind a role without these rights. For emergencies say breakGlass: true in the entry of spec.access.privileged of the Platform, and bind it for hours, with the annotations tilsyn.dev/expires-at and tilsyn.dev/reference."},
	{Reason: "HolderMissing", Verdict: v1alpha1.VerdictFail, Text: "{holder} does not exist, and whoever makes it has what role {role} gives {place}.", Remediation: "kubectl delete {resource}, or " + rename},
	{Reason: "MastersCertificate", Verdict: v1alpha1.VerdictFail, Text: "{requester} got a client certificate of group system:masters for {user}, which may do everything whatever RBAC says, until {end}.",
		Remediation: "It cannot be withdrawn: renew the authority that signed it ({signer}) or wait until it ends. Give the holder a user of their own and a binding."},
	{Reason: "TooManyAdmins", Verdict: v1alpha1.VerdictFail, Text: "{count} people are administrators of the environment, {limit} may be: {who}.", Remediation: "Take the right from those who do not need it: `kubectl get clusterrolebindings,rolebindings -A -o wide` lists the bindings. Then count the members of groups again: spec.access.privileged[].members of the Platform."},
	{Reason: "MembersNotKnown", Verdict: v1alpha1.VerdictUnknown, Text: "How many people are administrators is not known: who is in {holder} cannot be seen, and the Platform does not say how many they are.",
		Remediation: "Count them and say so: kubectl edit platform cluster, members in the entry of {holder} under spec.access.privileged."},
	{Reason: "RoleNotSeen", Verdict: v1alpha1.VerdictUnknown, Text: "What {holder} gets {place} is not known: role {role} is not among the manifests.", Remediation: "Check a cluster or a snapshot, or add the role: tilsyn check --cluster."},
	{Reason: "RequestUnread", Verdict: v1alpha1.VerdictUnknown, Text: "For whom {requester} got a certificate of {signer} is not known: the request cannot be parsed.", Remediation: "Look at it: kubectl get certificatesigningrequest {name} -o yaml. It goes by itself after an hour; delete it earlier once it is clear what it was for."},
}
