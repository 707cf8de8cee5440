package net

import (
	"fmt"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// NET05 judges whether whoever carries a disk away can read it.
var NET05 = control.Define(control.Meta{
	ID: "NET-05", Title: "Data at rest are encrypted", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "Volumes, external stores, node disks that hold data, and Secrets of the solution are encrypted at rest, with keys that the customer controls where that is required.",
	Why:      "Disks are replaced, sold and copied. Encrypted, they tell nothing; and data that were unintelligible to whoever took them need not be told to every citizen (article 34(3)(a)).",
	NotSeen: "Whether the storage really encrypts; encryption that a provider switches on for a whole account or pool (attested, type EncryptionAtRest); the API server's encryption configuration, which stands in a file; " +
		"where keys lie (LOC-07); backups (BCK-03).",
	ISO:  []string{"8.24 Use of cryptography"},
	GDPR: []string{"32(1)(a)", "34(3)(a)"},
	Evidence: []string{"PersistentVolume spec.csi.driver, volumeAttributes", "StorageClass parameters of the class that a volume was made with, where class and volume show that it is that one", "PersistentVolumeClaim spec.dataSource",
		"emptyDir and hostPath of pods, local volumes", "flags of kube-apiserver", "HostedSolution spec.externalEndpoints", "Attestations EncryptionAtRest, NodeDiskEncryption, SecretEncryption"},
	Reasons: net05Reasons,
}, control.Parameters[net05]{
	Defaults: func(l control.Levels) net05 {
		return net05{Required: control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityInternal), CustomerKeys: control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive)}
	},
	Validate: func(p net05, _ control.Levels) error {
		if p.CustomerKeys && !p.Required {
			return fmt.Errorf("customerKeys: needs required to be true")
		}
		return nil
	},
}, control.Rules[net05]{Environment: &control.EnvironmentRule[net05]{
	Needs: []control.Need{control.Needs[facts.Workload](), control.Needs[facts.Claim](), control.NeedsAll[facts.PersistentVolume](), control.NeedsAll[facts.StorageClass](), control.SeesAll[facts.APIServer]()},
	Judge: judgeAtRest,
}})

// net05 are the parameters of NET-05.
type net05 struct {
	// Required: false for public data, where nothing is judged.
	Required bool `json:"required"`
	// CustomerKeys: keys of the provider are not enough.
	CustomerKeys bool `json:"customerKeys"`
}

const attestRest = "Attestation of type EncryptionAtRest, target {target}, encryption: {keys: Provider or Customer}, at most 12 months old."

var net05Reasons = []control.ReasonText{
	{Reason: "Encrypted", Verdict: v1alpha1.VerdictPass, Text: "The volume is encrypted."},
	{Reason: "Attested", Verdict: v1alpha1.VerdictPass, Text: "{what}: encrypted at rest, as attested."},
	{Reason: "NotRequired", Verdict: v1alpha1.VerdictNotApplicable, Text: "At this level data need not be encrypted at rest."},
	{Reason: "NotEncrypted", Verdict: v1alpha1.VerdictFail, Text: "{volume} is not encrypted: {what}.", Remediation: "Make a class that encrypts and copy the data over: a volume never changes. Where the storage encrypts below it, attest that: " + attestRest},
	{Reason: "SaidOtherwise", Verdict: v1alpha1.VerdictFail, Text: "{volume} says itself that it is not encrypted, {what}; an attestation says that it is.", Remediation: "Find out which is true; copy the data to a volume that is encrypted, and correct the attestation."},
	{Reason: "KeysOfProvider", Verdict: v1alpha1.VerdictFail, Text: "{what}: encrypted with keys of the provider; the customer's own are asked for.", Remediation: "Use a class with a key of your own (kmsKeyId, diskEncryptionSetID, disk-encryption-kms-key, encryptionKMSID), or attest that the keys are the customer's: " + attestRest},
	{Reason: "SecretsInClear", Verdict: v1alpha1.VerdictFail, Text: "Secrets lie in clear in the cluster's data store: {what} has no --encryption-provider-config.", Remediation: "Set --encryption-provider-config on every API server, with an encrypting provider first, and write all Secrets again: kubectl get secrets -A -o json | kubectl replace -f -"},
	{Reason: "VolumeNotKnown", Verdict: v1alpha1.VerdictUnknown, Text: "Whether {volume} is encrypted does not show: {what}.", Remediation: "Look at the storage itself and attest it: " + attestRest},
	{Reason: "StoreNotAttested", Verdict: v1alpha1.VerdictUnknown, Text: "Whether {target} encrypts what it keeps does not show, and nobody attests it.", Remediation: "Ask the supplier and attest it: " + attestRest},
	{Reason: "NodeDiskNotAttested", Verdict: v1alpha1.VerdictUnknown, Text: "{what} keeps data on the disks of nodes; that these are encrypted is not attested.", Remediation: "Attestation of type NodeDiskEncryption about the platform, encryption: {keys: Provider or Customer}, at most 12 months old."},
	{Reason: "SecretsNotAttested", Verdict: v1alpha1.VerdictUnknown, Text: "That Secrets are encrypted in the cluster's data store, older ones written again, is not attested.", Remediation: "See that an encrypting provider comes first and that Secrets were written again since; then Attestation of type SecretEncryption about the platform, encryption: {keys, rewritten: true}, at most 12 months old."},
}
