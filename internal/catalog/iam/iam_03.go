package iam

import (
	"errors"
	"fmt"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// IAM03 judges by what identities people reach the cluster, for how long, and whether that is reviewed.
var IAM03 = control.Define(control.Meta{
	ID: "IAM-03", Title: "Human access is personal, strongly authenticated, reviewed and temporary where privileged", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyShared,
	MustHold: "People reach the cluster and the solution's administration through identities of their own, from an identity provider with more than one factor; rights are reviewed at the interval " +
		"and removed when somebody leaves; access in emergencies has a reason, ends within hours and is followed up.",
	Why: "Who did it can only be told where everybody has a name of their own. Rights that nobody looks at grow: of those who moved on, of the emergency of last year, of the account that a team shares.",
	NotSeen: "Who is in a group and who logs in; client certificates that were made without the cluster, or whose request is deleted (after an hour by default); " +
		"whether a binding was deleted and made again each time it ended; what was done under it (LOG-03). The institution's own users are the matter of its review.",
	ISO:  []string{"5.16 Identity management", "5.17 Authentication information", "5.18 Access rights", "8.5 Secure authentication"},
	GDPR: []string{"5(1)(f)", "24", "32"},
	Evidence: []string{"RoleBinding and ClusterRoleBinding subjects[] of kind User, Group and ServiceAccount, annotations tilsyn.dev/expires-at and tilsyn.dev/reference, ownerReferences",
		"CertificateSigningRequest and the life of what was issued", "workloads and the accounts they run as", "Platform spec.access.identitySources, privileged[].breakGlass",
		"Attestation AccessReview (accessReview.scope, reviewerCheckedBy, leaversRemovedWithin), MultiFactorAuthentication"},
	Reasons: iam03Reasons,
}, control.Parameters[iam03]{Defaults: iam03Defaults, Validate: iam03Validate}, control.Rules[iam03]{
	Environment: &control.EnvironmentRule[iam03]{
		Inherits: true,
		Needs:    []control.Need{control.NeedsAll[facts.RoleBinding](), control.NeedsAll[facts.Role](), control.Sees[facts.Workload]()},
		Judge:    judgeAccess,
	},
	Platform: &control.PlatformRule[iam03]{
		Needs: []control.Need{control.NeedsAll[facts.RoleBinding](), control.NeedsAll[facts.Role](), control.NeedsAll[facts.CertificateRequest]()},
		Judge: judgeClusterAccess,
	},
})

// iam03 are the parameters of IAM-03.
type iam03 struct {
	// Review is how often rights are reviewed, for example 6mo.
	Review string `json:"review"`
	// ClientCertMax is how long a client certificate of a person may live, for example 24h.
	ClientCertMax string `json:"clientCertMax"`
	// BreakGlassMax is how long access in an emergency may last, for example 8h.
	BreakGlassMax string `json:"breakGlassMax"`
	// LeaverRemoval is how soon the rights of somebody who leaves are gone, for example 1d.
	LeaverRemoval string `json:"leaverRemoval"`
}

func iam03Defaults(l control.Levels) iam03 {
	p := iam03{Review: "12mo", ClientCertMax: "24h", BreakGlassMax: "8h", LeaverRemoval: "1d"}
	switch {
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive):
		p.Review = "3mo"
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential):
		p.Review = "6mo"
	}
	return p
}

func iam03Validate(p iam03, _ control.Levels) error {
	if _, err := date.ParsePeriod(p.Review); err != nil {
		return fmt.Errorf("review: %w", err)
	}
	for _, l := range []struct{ field, value string }{{"clientCertMax", p.ClientCertMax}, {"breakGlassMax", p.BreakGlassMax}, {"leaverRemoval", p.LeaverRemoval}} {
		if d, err := date.ParseDuration(l.value); err != nil || d <= 0 {
			return errors.New(l.field + ": must be a duration, for example 24h")
		}
	}
	return nil
}

const (
	reviewIt = "Go through who may do what (`kubectl get clusterrolebindings,rolebindings -A -o wide`, members of the groups at the identity provider), take away what is not needed, and attest it: Attestation of type AccessReview {about}, " +
		"accessReview: {reviewed, removed, scope: {scope}, reviewerCheckedBy: somebody else, leaversRemovedWithin}."
	endIt = "kubectl delete {resource}"
)

var iam03Reasons = []control.ReasonText{
	{Reason: "Personal", Verdict: v1alpha1.VerdictPass, Text: "People have identities of their own, and {what} was reviewed in time, as attested."},
	{Reason: "NoSource", Verdict: v1alpha1.VerdictFail, Text: "{holder} comes from no identity source of the Platform: a name that somebody made up, or a credential that does not end.",
		Remediation: "Bind the person's identity of the provider, or a group of it: kubectl edit {resource}. Where it is from a provider, describe that: kubectl edit platform cluster, spec.access.identitySources: [{name, userPrefix, userSuffix, groupPrefix}]."},
	{Reason: "SharedName", Verdict: v1alpha1.VerdictFail, Text: "{holder} is by its name no person: whoever uses it cannot be told from the others.", Remediation: "Name persons, or a group of them: kubectl edit {resource}. Then close the account at the identity provider."},
	{Reason: "AccountOfNoProgram", Verdict: v1alpha1.VerdictFail, Text: "{holder} has rights by role {role} and no program runs as it: somebody uses its token by hand.",
		Remediation: "Give people access through the identity provider and delete the account: kubectl delete -n {namespace} serviceaccount {account}. Where a program outside uses it, declare it: kubectl edit solutionenvironment {environment}, spec.apiAccess."},
	{Reason: "LongCertificate", Verdict: v1alpha1.VerdictFail, Text: "{requester} got a client certificate for {user} that lives for {life}; {limit} is allowed, because it cannot be withdrawn.",
		Remediation: "Use the identity provider instead. Ask for short ones: spec.expirationSeconds of the CertificateSigningRequest. Until this one ends, take the rights of {user} away."},
	{Reason: "CertificateUnread", Verdict: v1alpha1.VerdictUnknown, Text: "For whom {requester} got a certificate of {signer} is not known: the request cannot be parsed.", Remediation: "Look at it: kubectl get certificatesigningrequest {name} -o yaml. Delete it once it is clear what it was for."},
	{Reason: "NoExpiry", Verdict: v1alpha1.VerdictFail, Text: "{holder} is for emergencies, and this binding does not say when it ends.", Remediation: endIt + "; or say when: kubectl annotate {resource} tilsyn.dev/expires-at=$(date -u -d +4hours +%FT%TZ), and see to it that it is deleted then."},
	{Reason: "NoReference", Verdict: v1alpha1.VerdictFail, Text: "{holder} is for emergencies, and this binding names no incident and no change.", Remediation: "kubectl annotate {resource} tilsyn.dev/reference=INC-NUMBER, or " + endIt},
	{Reason: "Expired", Verdict: v1alpha1.VerdictFail, Text: "The rights of {holder} ended on {end}, and the binding is still there.", Remediation: endIt},
	{Reason: "EndUnreadable", Verdict: v1alpha1.VerdictFail, Text: "When the rights of {holder} end cannot be read: {end}.", Remediation: "kubectl annotate --overwrite {resource} tilsyn.dev/expires-at=$(date -u -d +4hours +%FT%TZ), or " + endIt},
	{Reason: "LastsTooLong", Verdict: v1alpha1.VerdictFail, Text: "The rights of {holder} are for emergencies and last from {begin} until {end}; {limit} are allowed.", Remediation: endIt + ", and make a new one for a new emergency: the end of an old one cannot be moved."},
	{Reason: "RenewedByItself", Verdict: v1alpha1.VerdictFail, Text: "The rights of {holder} are for emergencies, and {controller} makes the binding anew whenever it is gone.", Remediation: "Take it out of {controller}; then " + endIt},
	{Reason: "ReviewOverdue", Verdict: v1alpha1.VerdictFail, Text: "{what} was last reviewed on {date}; it is to be every {interval}.", Remediation: reviewIt},
	{Reason: "LeaversLate", Verdict: v1alpha1.VerdictFail, Text: "The review of {date} found rights of leavers {found} after they left; {limit} is allowed.", Remediation: "Let the identity provider close accounts on the day; review again and attest what is found: Attestation of type AccessReview, leaversRemovedWithin."},
	{Reason: "SourcesNotDeclared", Verdict: v1alpha1.VerdictUnknown, Text: "From where people come is not known: the Platform names no identity source.", Remediation: "kubectl edit platform cluster, spec.access.identitySources: [{name, userPrefix, userSuffix, groupPrefix}], as the API server is set up (--oidc-username-prefix and others)."},
	{Reason: "GroupNotKnown", Verdict: v1alpha1.VerdictUnknown, Text: "Whether {holder} comes from an identity source is not known: none says how its groups begin.", Remediation: "kubectl edit platform cluster, groupPrefix under spec.access.identitySources."},
	{Reason: "NotReviewed", Verdict: v1alpha1.VerdictUnknown, Text: "Nobody attests a review of {what}{why}.", Remediation: reviewIt},
	{Reason: "LeaversNotStated", Verdict: v1alpha1.VerdictUnknown, Text: "The review of {date} does not say how soon the rights of leavers were gone.", Remediation: "Say so in the attestation: accessReview.leaversRemovedWithin."},
	{Reason: "FactorsNotAttested", Verdict: v1alpha1.VerdictUnknown, Text: "Nobody attests that people of source {source} log in with more than one factor.", Remediation: "Look at the settings of the identity provider and attest it: Attestation of type MultiFactorAuthentication about the platform, target {source}."},
}
