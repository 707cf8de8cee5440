package bck

import (
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

// destinationSettle is how long a store may be away before it is a finding: stores are probed every minute.
const destinationSettle = 15 * time.Minute

func bck01Reasons() []control.ReasonText {
	return slices.Concat(bck01Good(), bck01Plans(), bck01Evidence(), bck01Databases(), bck01Unknown())
}

func bck01Good() []control.ReasonText {
	const pass, none = v1alpha1.VerdictPass, v1alpha1.VerdictNotApplicable
	return []control.ReasonText{
		{Reason: "BackedUp", Verdict: pass, Text: "{plan} takes it; the newest copy is of {newest}."},
		{Reason: "Attested", Verdict: pass, Text: "Attestation {attestation} states that it is backed up."},
		{Reason: "StoresAttested", Verdict: pass, Text: "Attestations state that the declared stores outside the cluster are backed up."},
		{Reason: "NoStatefulParts", Verdict: none, Text: "The environment keeps no data in volumes, databases or declared stores."},
		{Reason: "ScratchData", Verdict: none, Text: "The environment declares it as scratch data: {why}"},
		{Reason: "EphemeralVolume", Verdict: none, Text: "The claim is made with its pod and deleted with it."},
		{Reason: "NotBound", Verdict: none, Text: "The claim has no volume yet, so there is nothing to lose."},
		{Reason: "AwaitingFirstBackup", Verdict: none, Text: "It is younger than what may be lost; {plan} has until {until} to take it for the first time."},
	}
}

func bck01Plans() []control.ReasonText {
	const fail = v1alpha1.VerdictFail
	return []control.ReasonText{
		{Reason: "NoPlan", Verdict: fail, Text: "No backup plan takes anything of namespace {namespace} that this would be part of.",
			Remediation: "Make a plan, for example: velero schedule create {namespace}-daily --schedule '0 2 * * *' --include-namespaces {namespace} --snapshot-move-data --ttl 720h. For K8up, apply a Schedule with spec.backup.schedule in namespace {namespace}; for a CloudNativePG Cluster, a ScheduledBackup. Data that can be made again are listed in spec.scratchData of the SolutionEnvironment, with reason, approval and validUntil."},
		{Reason: "ScratchNotApproved", Verdict: fail, Text: "No backup takes it as required, and {field} of SolutionEnvironment {environment}, which calls it scratch data, does not count: {why}.",
			Remediation: "Let whoever answers for the data approve it: in {field} set approval {by, at, reference} and validUntil, at most 12 months on (kubectl edit solutionenvironment {environment}). Otherwise take the entry out and back the claim up."},
		{Reason: "LeftOutByMark", Verdict: fail, Text: "{plan} takes the namespace, but {field} of {object} leaves this out.",
			Remediation: "Remove the label or annotation: kubectl edit {target}. If the data can be made again, list the claim in spec.scratchData of the SolutionEnvironment with reason, approval and validUntil instead."},
		{Reason: "LeftOutByFilter", Verdict: fail, Text: "{plan} takes the namespace, but its filters leave this out: {field} of {object}.",
			Remediation: "Change the filter: kubectl edit {planTarget}. Selectors apply to every object by itself, so the claim and its pods must carry the labels too."},
		{Reason: "TakesNoData", Verdict: fail, Text: "{plan} takes the objects of the namespace but not the data of this volume ({field}).",
			Remediation: "Let the plan copy volumes: kubectl -n {planNamespace} patch schedules.velero.io {planName} --type merge -p '{\"spec\":{\"template\":{\"snapshotVolumes\":true,\"snapshotMoveData\":true}}}'"},
		{Reason: "PlanInvalid", Verdict: fail, Text: "{plan} does not run: {field}: {message}",
			Remediation: "Correct {field}: kubectl edit {planTarget}."},
		{Reason: "PlanPaused", Verdict: fail, Text: "{plan} is paused ({field}).",
			Remediation: "Start it again: velero schedule unpause {planName} -n {planNamespace}, or set {field} to false in the manifest."},
		{Reason: "TooRare", Verdict: fail, Text: "{plan} runs at {schedule}, so up to {gap} pass between two backups; allowed: {limit}.",
			Remediation: "Run it more often: set the schedule of {plan} so that no more than {limit} pass between two runs, or agree on a longer recovery point in spec.continuity of the HostedSolution."},
		{Reason: "SnapshotOnly", Verdict: fail, Text: "It is only kept as {what} in the storage system of the volume itself ({plan}): what destroys the storage destroys both.",
			Remediation: "Copy the data out: set spec.template.snapshotMoveData: true on the Velero Schedule (velero schedule create NAME --snapshot-move-data), or use spec.template.defaultVolumesToFsBackup: true, or a K8up Schedule; for CloudNativePG, method: plugin with an ObjectStore."},
		{Reason: "DestinationMissing", Verdict: fail, Text: "{plan} writes to {destination}, which does not exist.",
			Remediation: "Name a location that exists (kubectl -n {planNamespace} get backupstoragelocations for Velero, objectstores for CloudNativePG), or create it: velero backup-location create NAME --provider aws --bucket NAME --config region=REGION."},
		{Reason: "DestinationUnavailable", Verdict: fail, Text: "{plan} writes to {destination}, which is unavailable: {message}", Settle: destinationSettle,
			Remediation: "See why: kubectl -n {planNamespace} get backupstoragelocation -o wide. Most often credentials ran out or the bucket is gone."},
		{Reason: "DestinationReadOnly", Verdict: fail, Text: "{plan} writes to {destination}, which is read-only, so no backup can be made.",
			Remediation: "Set spec.accessMode: ReadWrite on {destination}, or name another location in {plan}."},
	}
}

func bck01Evidence() []control.ReasonText {
	const fail = v1alpha1.VerdictFail
	return []control.ReasonText{
		{Reason: "NeverRan", Verdict: fail, Text: "{plan} takes it, but has made no backup.",
			Remediation: "Run it now: velero backup create --from-schedule {planName} -n {planNamespace}; for K8up and CloudNativePG, apply a Backup. Then see why it did not run: kubectl describe {planTarget}."},
		{Reason: "BackupsGone", Verdict: fail, Text: "{plan} asked for a backup at {last}, and no backup of it from then or later exists any more.",
			Remediation: "Make a new one now: velero backup create --from-schedule {planName} -n {planNamespace}; for K8up and CloudNativePG, apply a Backup. Then find out who deletes backups, and keep them longer than the plan's interval."},
		{Reason: "KindMissing", Verdict: fail, Text: "{plan} takes it, but the cluster does not have the kind of its backups ({kind}), so it can make none.",
			Remediation: "Install the product whole, with every CustomResourceDefinition of its release, and see that its controller runs: kubectl get crd {kind}; kubectl -n {planNamespace} get pods."},
		{Reason: "RunsFail", Verdict: fail, Text: "{plan} takes it, but no run succeeded; the newest, {run}, ended as {phase}. {message}",
			Remediation: "See what failed: velero backup describe NAME --details -n {planNamespace}, or kubectl describe {runTarget}. A backup that is PartiallyFailed misses something."},
		{Reason: "NothingCopied", Verdict: fail, Settle: askedSlack, Text: "{run} of {plan} succeeded, but no copy of this is in it.",
			Remediation: "See what it took: velero backup describe NAME --details -n {planNamespace}. Often no VolumeSnapshotClass has the label velero.io/csi-volumesnapshot-class=true for the driver, or the feature EnableCSI is off; both leave volumes out without an error. For K8up: kubectl -n {planNamespace} get snapshots.k8up.io."},
		{Reason: "NotMounted", Verdict: fail, Text: "{plan} reads volumes through running pods, no copy of this one exists and no running pod mounts it now.",
			Remediation: "Let the plan take snapshots and move them (spec.template.snapshotMoveData: true), or run a pod that mounts the claim; delete the claim if nothing needs it."},
		{Reason: "ForeignRuns", Verdict: fail, Text: "The backups of {plan} that are known, such as {run}, were not made here: they were read from a bucket that other clusters write to.",
			Remediation: "Give each cluster a bucket or prefix of its own (spec.objectStorage.prefix of the BackupStorageLocation), then run the plan here: velero backup create --from-schedule {planName} -n {planNamespace}."},
		{Reason: "TooOld", Verdict: fail, Text: "The newest copy ({proof}) is of {newest}; {limit} may be lost.",
			Remediation: "Run it now: velero backup create --from-schedule {planName} -n {planNamespace}, or for K8up apply a Backup. Then see why the last runs failed: kubectl describe {planTarget}."},
		{Reason: "Expired", Verdict: fail, Text: "The newest backup, {proof}, is past its time and can be removed at any moment.",
			Remediation: "Run the plan more often than its backups expire: velero backup create --from-schedule {planName} -n {planNamespace}."},
		{Reason: "MadeForTooShort", Verdict: fail, Text: "{plan} keeps backups long enough by now, but {proof} was made to be kept for {kept}; required: {required}.",
			Remediation: "Make one that is kept for the time: velero backup create --from-schedule {planName} -n {planNamespace}. What a plan says changes no backup that exists."},
		{Reason: "LocationGone", Verdict: fail, Text: "The newest copy under {plan}, {copy}, lies in {location}, which does not exist, so nothing can be restored from it.",
			Remediation: "Create the BackupStorageLocation again with the bucket it had (velero backup-location create NAME --provider aws --bucket NAME --config region=REGION), or make a new backup where the plan writes now: velero backup create --from-schedule {planName} -n {planNamespace}."},
		{Reason: "KeptTooShort", Verdict: fail, Text: "Backups of {plan} are kept for {kept} ({field} of {object}); required: {required}.",
			Remediation: "Keep them longer: set spec.template.ttl of a Velero Schedule (velero schedule create --ttl), spec.prune.retention of a K8up Schedule, or retentionPolicy of a CloudNativePG Cluster or ObjectStore. Backups that exist keep the time they were made with."},
	}
}

func bck01Databases() []control.ReasonText {
	const fail = v1alpha1.VerdictFail
	return []control.ReasonText{
		{Reason: "MethodNotSetUp", Verdict: fail, Text: "{plan} asks for backups by method {method}, which is not set up on the database.",
			Remediation: "Set up the method on the Cluster (spec.plugins with barman-cloud.cloudnative-pg.io enabled for method plugin, spec.backup.barmanObjectStore for barmanObjectStore), or change spec.method of {plan}."},
		{Reason: "FiveFields", Verdict: fail, Text: "{plan} has the schedule {schedule}, which CloudNativePG reads with the seconds first: up to {gap} pass between two backups; allowed: {limit}.",
			Remediation: "Write six fields, seconds first, for example \"0 0 2 * * *\" for every night at two: kubectl edit {planTarget}."},
		{Reason: "ArchivingOff", Verdict: fail, Text: "The write-ahead log is not archived ({field}); a base backup without it restores nothing.",
			Remediation: "Archive it: set isWALArchiver: true on the plugin, or spec.backup.barmanObjectStore, and remove the annotation cnpg.io/skipWalArchiving."},
		{Reason: "NoPointInTime", Verdict: fail, Text: "Recovery to a point in time is required, and the write-ahead log is not archived ({field}).",
			Remediation: "Archive it: set isWALArchiver: true on the plugin, or spec.backup.barmanObjectStore, and remove the annotation cnpg.io/skipWalArchiving."},
		{Reason: "ArchivingFails", Verdict: fail, Text: "Archiving of the write-ahead log fails: {message}", Settle: destinationSettle,
			Remediation: "See why: kubectl cnpg status NAME, and the log of the primary. Until it works, everything since the newest archived segment can be lost."},
	}
}

func bck01Unknown() []control.ReasonText {
	const unknown = v1alpha1.VerdictUnknown
	return []control.ReasonText{
		{Reason: "NoProductRecognised", Verdict: unknown, Text: "No backup product that Tilsyn reads is in the cluster, so whether this is backed up cannot be seen.",
			Remediation: "If another product or the storage system backs it up, attest it: an Attestation of type BackupCoverage with target {name}. Otherwise install Velero, K8up or a database operator with backup, and make a plan."},
		{Reason: "NodeData", Verdict: unknown, Text: "The workload writes to {path} on the disk of its node, which no backup product copies.",
			Remediation: "Move the data to a PersistentVolumeClaim, or attest how they are kept: an Attestation of type BackupCoverage with target {name}."},
		{Reason: "DatabaseWithoutVolume", Verdict: unknown, Text: "A database runs here ({image}) and keeps its data in no volume that outlives its pod, so they are lost with the pod and in no backup.",
			Remediation: "Keep the data on a PersistentVolumeClaim (spec.volumeClaimTemplates of a StatefulSet) and back it up. If nothing has to be kept, as in a cache, or the data are dumped elsewhere, let whoever answers for them attest it: an Attestation of type BackupCoverage with target {name}."},
		{Reason: "InlineVolume", Verdict: unknown, Text: "The workload writes to {store} without a claim, so whether that is backed up cannot be seen.",
			Remediation: "Use a PersistentVolume and a claim, or attest how the store is backed up: an Attestation of type BackupCoverage with target {name}."},
		{Reason: "StoreNotAttested", Verdict: unknown, Text: "The solution declares the store {host} outside the cluster; nobody attests that it is backed up.",
			Remediation: "Let the person who answers for the store attest it: an Attestation of type BackupCoverage with target {host}, at most a year old."},
		{Reason: "DestinationUnknown", Verdict: unknown, Text: "{plan} writes to {destination}, and whether that is available is not said.",
			Remediation: "Velero validates locations every minute; see whether it runs: kubectl -n {planNamespace} get pods, and kubectl describe {target}."},
		{Reason: "EmptyCopy", Verdict: unknown, Text: "The newest copy under {plan}, {copy}, ended well but holds nothing.",
			Remediation: "If the volume is really empty, delete the claim or list it in spec.scratchData of the SolutionEnvironment, with reason, approval and validUntil. Otherwise see what the backup read: velero backup describe NAME --details."},
		{Reason: "PartialCopy", Verdict: unknown, Text: "The newest copy under {plan}, {copy}, is called complete, but {done} of {total} bytes were copied.",
			Remediation: "See what stopped it: kubectl get {target} -o yaml, and the log of Velero's node agent on its node. Then run the plan again: velero backup create --from-schedule {planName} -n {planNamespace}."},
		{Reason: "DatedInFuture", Verdict: unknown, Text: "The newest copy under {plan}, {proof}, is dated {date}, which is to come, so it proves nothing.",
			Remediation: "See who wrote the date: kubectl get {proofTarget} -o yaml. Set the clocks of the nodes right where they are wrong, delete the object where it was not made by a backup, and run the plan again."},
		{Reason: "PlanMayLeaveOut", Verdict: unknown, Text: "The newest copy ({proof}) was not made as {plan} says now: {field} of {object} may leave this out of the next backups.",
			Remediation: "Let the plan take it: kubectl edit {planTarget} (snapshotMoveData: true, or defaultVolumesToFsBackup: true, without a selector, filter or resource policy that leaves the claim out). Then run it, which shows whether it is taken: velero backup create --from-schedule {planName} -n {planNamespace}."},
		{Reason: "CopyWithoutRun", Verdict: unknown, Text: "{copy} holds the data, but no run of {plan} is known that made it, so whether it is whole, and made here, cannot be told.",
			Remediation: "Keep the records of successful runs: set spec.successfulJobsHistoryLimit of the K8up Schedule to 1 or more."},
		{Reason: "PhaseUnknown", Verdict: unknown, Text: "{run} of {plan} is in phase {phase}, which is not known.",
			Remediation: "See kubectl describe {runTarget}. If a new version of the product brought the phase, update Tilsyn."},
		{Reason: "RetentionUnclear", Verdict: unknown, Text: "How long backups of {plan} are kept cannot be told from {field} of {object}: {why}; required: {required}.",
			Remediation: "Write the time: spec.template.ttl of a Velero Schedule, keepDaily and the like of a K8up Schedule, retentionPolicy of a CloudNativePG Cluster or ObjectStore."},
		{Reason: "NotQuiesced", Verdict: unknown, Text: "{plan} reads the files of a running database ({image}), which need not be usable.",
			Remediation: "Bring it to rest first: a Velero pre hook (annotation pre.hook.backup.velero.io/command on the pod), k8up.io/backupcommand with a dump, or snapshots that are moved. If the database itself writes dumps to the volume, attest it: type BackupCoverage, target {name}."},
		{Reason: "ArchivingUnknown", Verdict: unknown, Text: "Whether the write-ahead log is archived is not said.",
			Remediation: "See the condition ContinuousArchiving: kubectl describe clusters.postgresql.cnpg.io NAME. It appears once the first segment was archived."},
	}
}
