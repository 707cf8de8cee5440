package bck

import (
	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

func bck02Reasons() []control.ReasonText {
	const fail, unknown = v1alpha1.VerdictFail, v1alpha1.VerdictUnknown
	const again = "Restore into a namespace of its own and let somebody check the data: velero restore create --from-backup NAME --namespace-mappings {namespace}:{namespace}-restore-test. For K8up, apply a Restore into another claim; for CloudNativePG, a Cluster with spec.bootstrap.recovery. Done in another cluster, it is attested: an Attestation of type RestoreTest."
	const newTest = "Test again, this time with all volumes and into a namespace of its own: velero restore create --from-backup NAME --namespace-mappings SOURCE:SOURCE-restore-test. Or attest a test that was done elsewhere: an Attestation of type RestoreTest."
	return []control.ReasonText{
		{Reason: "RestoreTested", Verdict: v1alpha1.VerdictPass, Text: "{by} restored it at {newest} in {took}."},
		{Reason: "RestoreAttested", Verdict: v1alpha1.VerdictPass, Text: "Attestation {attestation} states a complete restore of {source} in {took} on {date}."},
		{Reason: "NoStatefulParts", Verdict: v1alpha1.VerdictNotApplicable, Text: "The environment keeps no data that would have to be restored."},
		{Reason: "NeverTested", Verdict: fail, Text: "No restore of {part} is known; one is required every {interval}.", Remediation: again},
		{Reason: "TestTooOld", Verdict: fail, Text: "The newest restore test is of {newest}; one is required every {interval}.", Remediation: newTest},
		{Reason: "RestoreFailed", Verdict: fail, Text: "{by} of {part} did not succeed: {detail}.",
			Remediation: "See why: kubectl describe {target}, or velero restore describe NAME --details. Then test again."},
		{Reason: "RestoreWarnings", Verdict: fail, Text: "{by} of {part} ended with warnings that nobody explained.",
			Remediation: "Read them: velero restore describe {detail} --details. If the data are whole, state so in an Attestation of type RestoreTest; otherwise mend the cause and test again."},
		{Reason: "RestoredInPlace", Verdict: fail, Text: "{by} restored {part} over what runs ({detail}), not apart from it.", Remediation: newTest},
		{Reason: "ManifestsOnly", Verdict: fail, Text: "{by} restored objects without the data of volumes ({detail}).", Remediation: newTest},
		{Reason: "PartRestored", Verdict: fail, Text: "{by} restored only a part ({detail}).", Remediation: newTest},
		{Reason: "SourceEmpty", Verdict: fail, Text: "{by} restored {detail}, which is empty.", Remediation: newTest},
		{Reason: "NotInSource", Verdict: fail, Text: "{by} restored {detail}, which holds no copy of {part}.",
			Remediation: "See BCK-01 of {part} for why its data are not in the backup, then test again: velero restore create --from-backup NAME --namespace-mappings SOURCE:SOURCE-restore-test."},
		{Reason: "TooSlow", Verdict: fail, Text: "The restore ({by}) took {took}; allowed: {rto}.",
			Remediation: "Make restores faster (more parallel uploads and downloads, snapshots beside copies, smaller volumes), or agree on a longer spec.continuity.recoveryTime of the HostedSolution. Then test again."},
		{Reason: "TestDataLeft", Verdict: fail, Text: "{left}, restored by {by}, is still there; test data have to go after {cleanUp}.",
			Remediation: "Let the test end with its own clean-up, at most {cleanUp} after the restore. What is left now: see first that nothing but the test uses it (kubectl describe {leftTarget}) and that its result is on record, then remove it, with its namespace if that was made for the test. Keep the backup. A copy of production data is production data."},
		{Reason: "AttestedFailure", Verdict: fail, Text: "Attestation {attestation} states that the restore of {source} on {date} was {result}.",
			Remediation: "Mend what was missing, test again, and attest the new test."},
		{Reason: "OtherBackup", Verdict: fail, Text: "Attestation {attestation} names {source}, which is no backup of this namespace.",
			Remediation: "Name the backup that was restored in spec.restore.source of the Attestation, or test with a backup of this solution."},
		{Reason: "SourceLater", Verdict: fail, Text: "Attestation {attestation} names {source}, which was made after the test of {date}.",
			Remediation: "Name the backup that was restored in spec.restore.source of the Attestation, or the day of the test in spec.date."},
		{Reason: "SourceNotKnown", Verdict: unknown, Text: "Attestation {attestation} names {source}, which is no backup that is known here, and no name that its backup plans would give.",
			Remediation: "Write the name of the backup that was restored into spec.restore.source, for example velero/aula-daily-20261101020000. A backup that has expired since may be named too."},
		{Reason: "DataWithoutClaim", Verdict: unknown, Text: "The workload writes to {store} without a claim, so whether a restore of that was tested cannot be seen.",
			Remediation: "Use a PersistentVolumeClaim, or attest the newest test: an Attestation of type RestoreTest with target {name}."},
		{Reason: "SourceNotNamed", Verdict: unknown, Text: "Attestation {attestation} does not say which backup was restored.",
			Remediation: "Write spec.restore.source, for example velero/aula-daily-20261101020000."},
		{Reason: "SourceUnknown", Verdict: unknown, Text: "{by} restored {detail}, which is not known any more, so what was in it cannot be told.",
			Remediation: "Attest the test with what was found: an Attestation of type RestoreTest. Next time, let the backup outlive the restore (velero backup create --ttl)."},
		{Reason: "DatedInFuture", Verdict: unknown, Text: "The restore ({by}) is dated {newest}, which is to come, so it proves nothing.",
			Remediation: "See who wrote the date: kubectl get {target} -o yaml. Set the clocks of the nodes right where they are wrong, and test the restore again. Keep the backup; remove only what is dated wrongly, and only when the new test is on record."},
		{Reason: "DurationUnclear", Verdict: unknown, Text: "{by} became ready {took} after it was made; whether the restore took that long cannot be told; allowed: {rto}.",
			Remediation: "Attest how long it took: an Attestation of type RestoreTest with restore.duration."},
		{Reason: "NoProductRecognised", Verdict: unknown, Text: "No backup product that Tilsyn reads is in the cluster, so restores cannot be seen.",
			Remediation: "Attest the newest test: an Attestation of type RestoreTest about the environment."},
	}
}
