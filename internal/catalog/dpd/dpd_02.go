package dpd

import (
	"fmt"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/backup"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// DPD02 judges whether data go when they are due, and their copies after them.
var DPD02 = control.Define(control.Meta{
	ID: "DPD-02", Title: "Data are erased or anonymised when due", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyShared,
	MustHold: "Each category of personal data has a purpose, a retention time, and a deletion that demonstrably runs and erases something; data that a restore brings back are erased again. " +
		"Backups, snapshots, released volumes and what ended solutions leave disappear within their own limits, unless evidence is held for an incident.",
	Why: "Data that are kept without a purpose are a breach waiting to happen, and the copy that nobody thinks of is the one that leaks.",
	NotSeen: "What a deletion erases: somebody counts and attests it. Copies inside applications, exports, versions that a bucket keeps of deleted objects, and stores outside the cluster: attested. " +
		"How long logs are kept is for LOG-02.",
	ISO:  []string{"8.10 Information deletion", "5.33 Protection of records"},
	GDPR: []string{"5(1)(c)", "5(1)(e)", "17", "25", "30(1)(f)"},
	Evidence: []string{"HostedSolution spec.retention, spec.personalData, spec.externalEndpoints, spec.inProduction", "CronJob spec.suspend, status.lastSuccessfulTime", "ages of backups and snapshots, and the time for which plans keep them",
		"PersistentVolume status.phase, status.lastPhaseTransitionTime, spec.persistentVolumeReclaimPolicy", "VolumeSnapshotContent spec.deletionPolicy", "SecurityIncident spec.evidenceHold",
		"SupervisionRecord of deleted solutions", "Attestations Deletion and TestDataReview"},
	Reasons: dpd02Reasons(),
}, control.Parameters[dpd02]{
	Defaults: func(control.Levels) dpd02 {
		return dpd02{JobInterval: "31d", AttestWithin: "12mo", CleanUpAfterEnd: "30d", BackupMax: "90d"}
	},
	Validate: dpd02Validate,
}, control.Rules[dpd02]{
	Solution: &control.SolutionRule[dpd02]{
		Needs: append(chain.Needs(), control.NeedsAll[v1alpha1.SolutionEnvironment](), control.NeedsAll[facts.CronJob]()),
		Judge: judgeRetention,
	},
	Environment: &control.EnvironmentRule[dpd02]{
		Needs: leftoverNeeds(),
		Judge: judgeLeftovers,
	},
	Platform: &control.PlatformRule[dpd02]{
		Needs: []control.Need{control.NeedsAll[facts.PersistentVolume](), control.NeedsAll[facts.Claim](), control.NeedsAll[facts.Tombstone]()},
		Judge: judgeOwnerless,
	},
})

// dpd02 are the parameters of DPD-02.
type dpd02 struct {
	// JobInterval is the longest time between two deletions, at most 31d; a rule of the solution may say less.
	JobInterval string `json:"jobInterval"`
	// AttestWithin is the longest time since somebody attested what an application erased by itself.
	AttestWithin string `json:"attestWithin"`
	// CleanUpAfterEnd is how long volumes and data may stay after what they belonged to ended.
	CleanUpAfterEnd string `json:"cleanUpAfterEnd"`
	// BackupMax is how long after the retention time of the data a copy of them may lie in a backup.
	BackupMax string `json:"backupMax"`
}

// leftoverNeeds are those of backup coverage, with all volumes: those of claims that are gone are among them.
func leftoverNeeds() []control.Need {
	needs := append(backup.CoverageNeeds(), control.SeesAll[facts.SnapshotContent](), control.NeedsAll[v1alpha1.SecurityIncident]())
	for n := range needs {
		if needs[n].Type == facts.TypeOf[facts.PersistentVolume]() {
			needs[n].ClusterWide = true
		}
	}
	return needs
}

func dpd02Validate(p dpd02, _ control.Levels) error {
	start := time.Unix(0, 0).UTC()
	for _, l := range []struct {
		field, value string
		days         int
	}{{"jobInterval", p.JobInterval, 31}, {"attestWithin", p.AttestWithin, 731}, {"cleanUpAfterEnd", p.CleanUpAfterEnd, 366}, {"backupMax", p.BackupMax, 366}} {
		period, err := date.ParsePeriod(l.value)
		if err != nil {
			return fmt.Errorf("%s: %w", l.field, err)
		}
		if period.After(start).After(start.AddDate(0, 0, l.days)) {
			return fmt.Errorf("%s: %s is more than %d days", l.field, l.value, l.days)
		}
	}
	return nil
}

func dpd02Reasons() []control.ReasonText {
	attest := "Count what is erased and attest it: Attestation of type Deletion about the solution, deletion {rules: [{rule}], count: ...}."
	return append([]control.ReasonText{
		{Reason: "NoPersonalData", Verdict: v1alpha1.VerdictNotApplicable, Text: "The solution holds no personal data."},
		{Reason: "ArchivalDuty", Verdict: v1alpha1.VerdictNotApplicable, Text: "{rule}: the data have to be kept ({basis})."},
		{Reason: "Erased", Verdict: v1alpha1.VerdictPass, Text: "{rule}: CronJob {job} last erased at {last}, and {count} records were counted on {date}."},
		{Reason: "NothingDue", Verdict: v1alpha1.VerdictPass, Text: "{rule}: the deletion runs, and nothing is older than {age} yet."},
		{Reason: "Attested", Verdict: v1alpha1.VerdictPass, Text: "{rule}: {count} records were erased, as attested on {date}."},
		{Reason: "RulesIncomplete", Verdict: v1alpha1.VerdictFail, Text: "Retention is not settled: {what}.",
			Remediation: "kubectl edit hostedsolution {solution}: spec.retention [{name, category, purpose, maxAge or archivalBasis, method, cronJob, redeletionStep}], one for each category of personal data."},
		{Reason: "JobMissing", Verdict: v1alpha1.VerdictFail, Text: "{rule}: there is no CronJob {job}{where}.", Remediation: "Apply the CronJob in a namespace of the solution, or correct spec.retention[{rule}].cronJob."},
		{Reason: "JobSuspended", Verdict: v1alpha1.VerdictFail, Text: "{rule}: CronJob {job} is suspended.", Remediation: "kubectl patch cronjob -n {namespace} {name} -p '{\"spec\":{\"suspend\":false}}'"},
		{Reason: "JobNeverSucceeded", Verdict: v1alpha1.VerdictFail, Text: "{rule}: CronJob {job} never ended well; {interval} is the longest that may take.",
			Remediation: "Look at its jobs: kubectl describe cronjob -n {namespace} {name}; kubectl logs -n {namespace} job/..."},
		{Reason: "JobLate", Verdict: v1alpha1.VerdictFail, Text: "{rule}: CronJob {job} last ended well at {last}, longer ago than {interval}.",
			Remediation: "Look at its jobs: kubectl describe cronjob -n {namespace} {name}; make its schedule at least that frequent."},
		{Reason: "AwaitingFirstRun", Verdict: v1alpha1.VerdictPass, Text: "{rule}: CronJob {job} is new; it has to have ended well before {due}."},
		{Reason: "DeletesNothing", Verdict: v1alpha1.VerdictFail, Text: "{rule}: the deletion runs and erases nothing, although data older than {age} must be there: production began on {since}.",
			Remediation: "Correct what the deletion selects. " + attest},
		{Reason: "CountMissing", Verdict: v1alpha1.VerdictUnknown, Text: "{rule}: CronJob {job} runs; whether it erases anything is not attested.", Remediation: attest},
		{Reason: "RunsNotSeen", Verdict: v1alpha1.VerdictUnknown, Text: "{rule}: a manifest does not tell whether CronJob {job} ran.",
			Remediation: "Check the cluster: tilsyn check --cluster, or a snapshot of it."},
		{Reason: "NotAttested", Verdict: v1alpha1.VerdictUnknown, Text: "{rule}: data are erased by method {method}, and nobody attests that they are.", Remediation: attest},
		{Reason: "AttestedTooLongAgo", Verdict: v1alpha1.VerdictFail, Text: "{rule}: the last deletion was attested on {date}, longer ago than {interval}.", Remediation: "Carry it out. " + attest},
		{Reason: "ElsewhereNotAttested", Verdict: v1alpha1.VerdictUnknown, Text: "The solution keeps data at {what}; that they are erased there, old versions included, is not attested.",
			Remediation: "Erase there too, with the versions that the store keeps of deleted objects, and attest it: Attestation of type Deletion with target {first}."},
	}, leftoverReasons()...)
}

func leftoverReasons() []control.ReasonText {
	return []control.ReasonText{
		{Reason: "Gone", Verdict: v1alpha1.VerdictPass, Text: "No backup, snapshot or volume is older than its limit."},
		{Reason: "Held", Verdict: v1alpha1.VerdictPass, Text: "Copies beyond their limit are held as evidence for {incident}."},
		{Reason: "AllClaimed", Verdict: v1alpha1.VerdictPass, Text: "What is left of environments that ended is within the limit."},
		{Reason: "NothingEnded", Verdict: v1alpha1.VerdictNotApplicable, Text: "No volume or claim is left of an environment that ended."},
		{Reason: "BackupTooOld", Verdict: v1alpha1.VerdictFail, Text: "{count} of the data are older than {limit}; the oldest, {oldest}, is of {date}.",
			Remediation: "Where no duty to keep them stands against it, have the product delete them (velero backup delete {name}), and set ttl or retention so that it does so by itself."},
		{Reason: "PlanKeepsTooLong", Verdict: v1alpha1.VerdictFail, Text: "{plan} keeps copies {period}; {limit} is the longest.", Remediation: "Set the ttl or retention of {plan} to {limit} or less."},
		{Reason: "VolumeLeft", Verdict: v1alpha1.VerdictFail, Text: "{volume} of {claim} was released on {date} and still holds its data; {limit} is the longest.",
			Remediation: "Make sure that nobody needs them, erase the storage behind it, then kubectl delete persistentvolume {volume}."},
		{Reason: "ReleaseUnknown", Verdict: v1alpha1.VerdictUnknown, Text: "{volume} of {claim} was released and still holds its data; since when, the cluster does not say.",
			Remediation: "Erase it where it is no longer needed: the storage behind it, then kubectl delete persistentvolume {volume}."},
		{Reason: "SnapshotLeft", Verdict: v1alpha1.VerdictFail, Text: "{snapshot} outlives its VolumeSnapshot {of}; it was made on {date}, and {limit} is the longest.",
			Remediation: "Make sure that nobody needs the copy and that its owner agrees; then kubectl patch volumesnapshotcontent {snapshot} --type merge -p '{\"spec\":{\"deletionPolicy\":\"Delete\"}}' && kubectl delete volumesnapshotcontent {snapshot}"},
		{Reason: "EndedSolution", Verdict: v1alpha1.VerdictFail, Text: "The solution went out of production on {date}, and {count} still hold its data: {what}.",
			Remediation: "Hand back or erase the data, then delete the claims and their backups."},
		{Reason: "DataOfDeleted", Verdict: v1alpha1.VerdictFail, Text: "{kind} {name} was deleted on {date}, and {count} of it still hold data: {what}.",
			Remediation: "Hand back or erase the data, then delete the claims; or put the namespace under a SolutionEnvironment again."},
		{Reason: "CopiesNotAttested", Verdict: v1alpha1.VerdictUnknown, Text: "Copies of the data may lie in {what}; that they go when they are due is not attested.",
			Remediation: "Erase there too and attest it: Attestation of type Deletion with target {first}; for test environments of type TestDataReview."},
	}
}
