package bck

import (
	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

func bck03Reasons() []control.ReasonText {
	const fail, unknown = v1alpha1.VerdictFail, v1alpha1.VerdictUnknown
	return []control.ReasonText{
		{Reason: "Separate", Verdict: v1alpha1.VerdictPass, Text: "Copies apart from production, as attested: {copies}, {store} among them."},
		{Reason: "Attested", Verdict: v1alpha1.VerdictPass, Text: "Attestation {attestation} and others state that copies are separate and encrypted."},
		{Reason: "NoStatefulParts", Verdict: v1alpha1.VerdictNotApplicable, Text: "The environment keeps no data that need a copy."},
		{Reason: "NoCopy", Verdict: fail, Text: "No backup plan copies {part} anywhere.",
			Remediation: "See BCK-01. For example: velero schedule create {namespace}-daily --schedule '0 2 * * *' --include-namespaces {namespace} --snapshot-move-data --ttl 720h"},
		{Reason: "SnapshotOnly", Verdict: fail, Text: "{part} is only kept as snapshots in the storage system of the volume itself.",
			Remediation: "Copy the data out: set spec.template.snapshotMoveData: true on the Velero Schedule, or make a K8up Schedule."},
		{Reason: "InsecureTransport", Verdict: fail, Text: "Copies go to {store} over a connection that is not encrypted or not checked ({field}).",
			Remediation: "Use an https address with a certificate that is checked: kubectl edit {target}."},
		{Reason: "InThisCluster", Verdict: fail, Text: "{store} is in the cluster that it is to protect ({detail}); copies required apart: {required}.",
			Remediation: "Add a location outside: velero backup-location create offsite --provider aws --bucket NAME --config region=REGION, and a Schedule with --storage-location offsite."},
		{Reason: "SameFailureDomain", Verdict: fail, Text: "{store} is in failure domain {detail}, as the cluster's own storage is; copies required apart: {required}.",
			Remediation: "Copy to another site or account as well: velero backup-location create offsite --provider aws --bucket NAME --config region=REGION. If the Platform is wrong, correct spec.failureDomain or the endpoint {name} there."},
		{Reason: "CredentialsInReach", Verdict: fail, Text: "The credentials of {store} ({detail}) are in a namespace of the solution, whose people and programs could delete the copies with them.",
			Remediation: "Make the copies immutable (object lock, or an append-only server) and attest it: an Attestation of type BackupImmutability with target {name}. Or keep the credentials with the operator (K8up: BACKUP_GLOBALACCESSKEYID and BACKUP_GLOBALSECRETACCESSKEY; CloudNativePG: inheritFromIAMRole)."},
		{Reason: "TooFewCopies", Verdict: fail, Text: "Copies apart from production: {copies}; required: {required}. Other prefixes of one bucket are one place.",
			Remediation: "Add a location in another account or site and a Schedule that writes there (velero backup-location create; velero schedule create --storage-location). Copies that the provider or a vault makes count when they are attested: an Attestation of type BackupSeparation about the environment, with the place as target."},
		{Reason: "DataWithoutClaim", Verdict: unknown, Text: "The workload writes to {store} without a claim, so whether copies of that lie apart cannot be seen.",
			Remediation: "Use a PersistentVolumeClaim and back it up, or attest where the copies lie and that they are encrypted: Attestations of types BackupSeparation and BackupEncryption, and BackupImmutability where it is demanded, with target {name}."},
		{Reason: "NotAttested", Verdict: unknown, Text: "What cannot be seen of {store} is not attested: {open}.",
			Remediation: "Let somebody who can see the account attest it: an Attestation of each of the types {open} about the platform or the environment, with target {name} or without (all places)."},
		{Reason: "NoProductRecognised", Verdict: unknown, Text: "No backup product that Tilsyn reads is in the cluster, so where copies lie cannot be seen.",
			Remediation: "Attest it: Attestations of the types BackupSeparation, BackupEncryption and, where required, BackupImmutability about the environment, with target {name} or without."},
	}
}
