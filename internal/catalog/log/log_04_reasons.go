package log

import (
	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

const (
	editAudit    = "kubectl edit hostedsolution {solution}: spec.applicationAudit"
	attestReview = "Attestation {type: AccessLogReview, about: {solution: {solution}}, accessLogReview: {from, until, sampled, findings, followedUp, selection: Random, drawnBy}, by, date, evidence, validUntil}"
)

var log04Reasons = []control.ReasonText{
	{Reason: "Recorded", Verdict: v1alpha1.VerdictPass, Text: "The application is said to record each use of personal data with user, time, data subject and purpose or function in {stream}, kept for {kept}."},
	{Reason: "Sampled", Verdict: v1alpha1.VerdictPass, Text: "{sampled} records were looked at up to {until}, attests {attestation}; the next review is due within {interval}."},
	{Reason: "FirstSampleDue", Verdict: v1alpha1.VerdictPass, Text: "The first review of records is due on {due}, {interval} after production began."},
	{Reason: "Arrives", Verdict: v1alpha1.VerdictPass, Text: "Records of use arrive in {stream}, attests {attestation}."},
	{Reason: "NoPersonalData", Verdict: v1alpha1.VerdictNotApplicable, Text: "The solution is declared to hold no personal data (DPD-01 looks whether that is true)."},
	{Reason: "LessThanConfidential", Verdict: v1alpha1.VerdictNotApplicable, Text: "The solution is below level Confidential and holds no CPR numbers."},
	{Reason: "NotProduction", Verdict: v1alpha1.VerdictNotApplicable, Text: "The environment is not in production; that no real data are in it, DPD-04 asks."},
	fails("NotRecorded", "Nothing says that the application records who uses personal data.",
		"Let the application record each use, and say so: "+editAudit+": {enabled: true, stream: {solution}-audit, fields: [User, Time, Function, DataSubject], events: [LookUp, Change, Extract, Deletion], retention: 13mo, directAccess: Recorded}."),
	fails("FieldsMissing", "The records of use lack {fields}, so a use cannot be traced to a person and to the one it is about.",
		"Let the application record {fields}, and add them to "+editAudit+".fields."),
	fails("EventsMissing", "These uses are not recorded: {events}.", "Let the application record {events}, and add them to "+editAudit+".events."),
	fails("DirectAccessNotRecorded", "Reports and extracts that go straight to the database are not recorded.",
		"Record them in the database (for PostgreSQL: pgaudit with read and write), or let reports go through the application; then "+editAudit+".directAccess: Recorded, or None where there are none any more."),
	fails("TechnicalUsers", "{users} look at personal data, and no person can be named for it.",
		"Let people look things up under their own names. For a job without a person give its reason (spec.applicationAudit.technicalUsers[].reason), and let each record tell the purpose: "+editAudit+".fields with Purpose."),
	fails("RecordsKeptTooShort", "The records of use are kept for {kept}; required are at least {min}.", "Keep them for {min} or more: "+editAudit+".retention, and the store's own setting."),
	fails("RecordsKeptTooLong", "The records of use are kept for {kept}; allowed are at most {max}.",
		"Keep them for {max} or less: "+editAudit+".retention, and the store's own setting. Where a law asks for more, set maxRetention of LOG-04 in the ControlProfile."),
	fails("CutWithOrdinaryLogs", "The records of use in {stream} are to be kept for {required}, but the store that they reach keeps them for {kept}: {object}.",
		"Give the stream a store or a retention of its own (Loki: limits_config.retention_stream [{selector: '{stream=\"{stream}\"}', period}]), or name the endpoint that keeps it: spec.applicationAudit.endpoint."),
	fails("SamplingOverdue", "Records of use are to be checked every {interval}; {last}.", "Draw a sample at random, look at it, follow up what cannot be explained, and attest it: "+attestReview+"."),
	fails("FindingsOpen", "{open} of {findings} findings of the review {attestation} are not followed up.",
		"Follow them up; misuse is a breach to be registered (SecurityIncident, INC-01). Then set spec.accessLogReview.followedUp: {findings} of Attestation {attestation}."),
	fails("PredictableSample", "The sample of {attestation} is always the same, so it can be foreseen.", "Draw the next sample at random or by risk, and attest it: "+attestReview+"."),
	fails("OwnSample", "{by} both drew the sample and checked it ({attestation}), so uses of his or her own may be left out.",
		"Let somebody else draw the sample, and attest it: "+attestReview+"."),
	unknown("EventsNotSaid", "Nothing says which uses the application records.", "Say it: "+editAudit+".events: [LookUp, Change, Extract, Deletion]."),
	unknown("DirectAccessNotSaid", "Nothing says whether reports and extracts that go straight to the database are recorded.", "Say it: "+editAudit+".directAccess: Recorded, None or NotRecorded."),
	unknown("RetentionNotSaid", "Nothing says how long the records of use are kept; required are {min} to {max}.", "Say it: "+editAudit+".retention: {min}."),
	unknown("ReviewSilent", "{attestation} attests a review, but not its period, size and findings.", "Attest it anew: "+attestReview+"."),
	unknown("DrawerNotNamed", "{attestation} does not say who drew the sample.", "Add spec.accessLogReview.drawnBy, somebody else than the one who checked it."),
	unknown("NothingToArrive", "Which stream holds the records of use is not declared, so nobody can tell whether they arrive.", "See the finding of HostedSolution {solution}: "+editAudit+"."),
	unknown("NoArrivalEvidence", "Nothing shows that records of use arrive in {stream}.",
		"Let whoever sees the store look at the newest record, and attest it, at most 30 days old: Attestation {type: LogArrival, about: {environment: {environment}}, target: {stream}, by, date, evidence, validUntil}."),
	unknown("RetentionNotSeen", "How long the store keeps the records of use in {stream} cannot be seen, and nobody attests it; they are to be kept for {required}.",
		"Let whoever sees the store's settings attest it: Attestation {type: LogRetention, about: {platform: true}, target: {target}, retention: {required}, by, date, evidence, validUntil}."),
}
