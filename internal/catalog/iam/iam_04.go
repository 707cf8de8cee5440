package iam

import (
	"fmt"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/scan"
)

// IAM04 judges where secrets stand, without reading any.
var IAM04 = control.Define(control.Meta{
	ID: "IAM-04", Title: "Secrets are kept as secrets", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "Passwords, keys and tokens stand in Secrets or a store of secrets and nowhere else, are encrypted in the cluster's data store, and are renewed within the limit.",
	Why: "Whoever may look at a ConfigMap or a pod, and that is everybody who works with the cluster, and every copy of its manifests, has the password that stands there. " +
		"One that is never renewed works for whoever ever saw it.",
	NotSeen: "Secrets themselves, which are never read: their age (attested, type SecretRotation), whether they are used, and by whom beyond what IAM-01 says of rights to read them; whether a store of secrets renews what it keeps; " +
		"secrets without a form or a name that tells, such as a password in prose; files in images and volumes. Values are never kept nor shown; of those so long that nobody can guess them a digest, for the list of public ones.",
	ISO:  []string{"5.17 Authentication information", "8.24 Use of cryptography", "8.12 Data leakage prevention"},
	GDPR: []string{"32"},
	Evidence: []string{"ConfigMap data and binaryData; env, command and args of containers; annotations, labels, custom resources and Ingresses: where a secret is recognised, never which", "variables of containers that come from Secrets",
		"images of workloads that copy Secrets between namespaces", "flags of kube-apiserver", "Platform spec.scan.publicValues", "Attestations SecretEncryption, SecretRotation"},
	Reasons: iam04Reasons,
}, control.Parameters[iam04]{Defaults: iam04Defaults, Validate: func(p iam04, _ control.Levels) error {
	if confidences[p.Confidence] == 0 {
		return fmt.Errorf("confidence: must be Low, Medium or High")
	}
	if _, err := date.ParsePeriod(p.MaxAge); err != nil {
		return fmt.Errorf("maxAge: %w", err)
	}
	return nil
}}, control.Rules[iam04]{
	Namespace: &control.NamespaceRule[iam04]{
		Needs: []control.Need{control.Sees[facts.Exposure](), control.Sees[facts.Owner](), control.Sees[facts.Workload]()},
		Begin: func(in control.EnvironmentInput, p *iam04) func(control.NamespaceInput, []control.Result) []control.Result {
			return func(ns control.NamespaceInput, out []control.Result) []control.Result {
				return judgeSecrets(in, ns, p, out)
			}
		},
		None: control.NotApplicable(control.ReasonNoWorkloads),
	},
	Environment: &control.EnvironmentRule[iam04]{Inherits: true, Needs: []control.Need{control.Needs[facts.Workload]()}, Judge: judgeRotation},
	Platform: &control.PlatformRule[iam04]{
		Needs: []control.Need{control.SeesAll[facts.Exposure](), control.SeesAll[facts.Owner](), control.SeesAll[facts.APIServer](), control.SeesAll[facts.Workload]()},
		Judge: judgeSecretStore,
	},
})

// iam04 are the parameters of IAM-04.
type iam04 struct {
	// MaxAge is how long passwords, keys and tokens are used before they are renewed, for example 6mo.
	MaxAge string `json:"maxAge"`
	// FilesOnly: containers take Secrets as files and not as variables, which child processes inherit and crash reports repeat.
	FilesOnly bool `json:"mountAsFileOnly"`
	// Confidence from which a match counts: Low, Medium or High.
	Confidence string `json:"confidence"`
}

var confidences = map[string]scan.Confidence{"Low": scan.Low, "Medium": scan.Medium, "High": scan.High} // never changed

func iam04Defaults(l control.Levels) iam04 {
	p := iam04{MaxAge: "24mo", Confidence: "Medium"}
	switch {
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive):
		p.MaxAge, p.FilesOnly = "3mo", true
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential):
		p.MaxAge = "6mo"
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityInternal):
		p.MaxAge = "12mo"
	}
	return p
}

const (
	renew  = " Then renew it: it counts as known to everybody who could look, and stands in backups, manifests and logs."
	rotate = "Renew passwords, keys and tokens with new content, not by a label, and attest it: Attestation of type SecretRotation about solution {solution}."
)

var iam04Reasons = []control.ReasonText{
	{Reason: "NothingFound", Verdict: v1alpha1.VerdictPass, Text: "No secret was recognised outside Secrets."},
	{Reason: "EncryptedStore", Verdict: v1alpha1.VerdictPass, Text: "Secrets are encrypted in the cluster's data store, as attested."},
	{Reason: "RenewedInTime", Verdict: v1alpha1.VerdictPass, Text: "Secrets were renewed in time, as attested."},
	{Reason: "SecretInClear", Verdict: v1alpha1.VerdictFail, Text: "{field} of {object} holds what looks like {what}{more}.",
		Remediation: "Put it into a Secret and let the program take it from there (a volume, or valueFrom.secretKeyRef): kubectl {scope}edit {resource}." + renew + " Where it is public, say so: spec.scan.publicValues of the Platform, [{sha256, reason}], for values that cannot be guessed."},
	{Reason: "CopyOfSecret", Verdict: v1alpha1.VerdictFail, Text: "{field} of {object} holds a Secret with its data{more}.",
		Remediation: "Take it away: kubectl {scope}annotate {resource} kubectl.kubernetes.io/last-applied-configuration- for an annotation, else kubectl {scope}edit {resource}. Apply Secrets on the server's side (kubectl apply --server-side), or as SealedSecret or ExternalSecret." + renew},
	{Reason: "ReleaseState", Verdict: v1alpha1.VerdictFail, Text: "{field} of {object} holds the state of a Helm release, with all values that it was installed with{more}.",
		Remediation: "Let Helm keep its state in Secrets, HELM_DRIVER=secret, and delete the ConfigMaps of owner=helm: kubectl {scope}delete {resource}." + renew},
	{Reason: "SecretInVariable", Verdict: v1alpha1.VerdictFail, Text: "Container {container} takes a Secret as a variable; at this level Secrets are files.", Remediation: "Mount the Secret as a volume and let the program read the file: kubectl -n {namespace} edit {resource}."},
	{Reason: "StoreInClear", Verdict: v1alpha1.VerdictFail, Text: "Secrets lie in clear in the cluster's data store: {what} has no --encryption-provider-config.", Remediation: "Set --encryption-provider-config on every API server, with an encrypting provider first, and write all Secrets again: kubectl get secrets -A -o json | kubectl replace -f -"},
	{Reason: "NotRenewed", Verdict: v1alpha1.VerdictFail, Text: "Secrets of the solution were last renewed on {date}; it is to be every {limit}.", Remediation: rotate},
	{Reason: "StoreNotAttested", Verdict: v1alpha1.VerdictUnknown, Text: "That Secrets are encrypted in the cluster's data store, older ones written again, is not attested.", Remediation: "See that an encrypting provider comes first and that Secrets were written again since; then Attestation of type SecretEncryption about the platform, encryption: {keys, rewritten: true}."},
	{Reason: "RenewalNotAttested", Verdict: v1alpha1.VerdictUnknown, Text: "When secrets of the solution were last renewed does not show, and nobody attests it.", Remediation: rotate},
	{Reason: "SecretsCopied", Verdict: v1alpha1.VerdictUnknown, Text: "{workload} copies Secrets to other namespaces; which ones stands in annotations of Secrets, which are not read.", Remediation: "Take it away: kubectl delete {resource}. Give each namespace its own Secret, or an ExternalSecret."},
}
