package v1alpha1

// Types of conditions. Every condition is True when all is well, so that one look at a kind's conditions is enough.
const (
	// ConditionReady: accepted and evaluated. It says nothing about compliance, or tools that wait for Ready would hang
	// on a solution that fails a control. Every kind has it.
	ConditionReady = "Ready"
	// ConditionAccepted: the spec makes sense beyond what the schema can tell: names exist, parameters are valid. Every
	// kind has it.
	ConditionAccepted = "Accepted"
	// ConditionDeployed: a HostedSolution has an environment in this cluster, a SolutionEnvironment a workload.
	ConditionDeployed = "Deployed"
	// ConditionEvidenceComplete: every source that the environment's controls need is readable.
	ConditionEvidenceComplete = "EvidenceComplete"
	// ConditionSourcesReadable: the operator can read every source of evidence in the cluster (Platform).
	ConditionSourcesReadable = "SourcesReadable"
	// ConditionNoUnclaimedNamespaces: every namespace with workloads belongs to one environment or to the platform
	// (Platform).
	ConditionNoUnclaimedNamespaces = "NoUnclaimedNamespaces"
	// ConditionReportsPublished: reports stand in the namespaces of the environments, for application teams (Platform).
	ConditionReportsPublished = "ReportsPublished"
	// ConditionValid: in force today (ControlException, Attestation).
	ConditionValid = "Valid"
	// ConditionInUse: an exception covers a failing result now (ControlException).
	ConditionInUse = "InUse"
)

// Reasons of Ready.
const (
	// ReasonEvaluated: results stand in the status; they may be good or bad.
	ReasonEvaluated = "Evaluated"
	// ReasonAwaitingFirstEvaluation: accepted, no results yet.
	ReasonAwaitingFirstEvaluation = "AwaitingFirstEvaluation"
	// ReasonSourcesPending: evidence is still being read for the first time.
	ReasonSourcesPending = "SourcesPending"
	// ReasonNotAccepted: the condition Accepted says why there is nothing to evaluate.
	ReasonNotAccepted = "NotAccepted"
)

// Reasons of Accepted.
const (
	// ReasonAccepted: nothing to object to.
	ReasonAccepted = "Accepted"
	// ReasonUnknownSolution: no HostedSolution has the name.
	ReasonUnknownSolution = "UnknownSolution"
	// ReasonUnknownEnvironment: no SolutionEnvironment has the name, or it belongs to another solution.
	ReasonUnknownEnvironment = "UnknownEnvironment"
	// ReasonUnknownProfile: no ControlProfile has the name.
	ReasonUnknownProfile = "UnknownProfile"
	// ReasonInvalidProfile: the profile in force is not accepted; its own conditions say why.
	ReasonInvalidProfile = "InvalidProfile"
	// ReasonUnknownControl: the catalogue has no such control.
	ReasonUnknownControl = "UnknownControl"
	// ReasonInvalidParameters: a parameter is unknown to its control, of the wrong type or below a legal minimum.
	ReasonInvalidParameters = "InvalidParameters"
	// ReasonNamespaceClaimedTwice: another environment matches the same namespace; both evaluate it.
	ReasonNamespaceClaimedTwice = "NamespaceClaimedTwice"
	// ReasonNoNamespaceMatched: a pattern of the environment matches no namespace.
	ReasonNoNamespaceMatched = "NoNamespaceMatched"
	// ReasonUnknownNamespace: a namespace under uses is not a shared namespace of the Platform.
	ReasonUnknownNamespace = "UnknownNamespace"
	// ReasonLocationsReduced: allowed locations exceed the profile's cap or the national limit; the excess is not used.
	ReasonLocationsReduced = "LocationsReduced"
	// ReasonUnknownCountry: a country is not in the tables, so nothing is known of its law.
	ReasonUnknownCountry = "UnknownCountry"
	// ReasonUnknownProvider: a provider is neither in the region table nor an own provider of the Platform.
	ReasonUnknownProvider = "UnknownProvider"
	// ReasonUnknownRegion: a region is not known at its provider.
	ReasonUnknownRegion = "UnknownRegion"
	// ReasonUnknownSubject: an exception or attestation is about an object that does not exist.
	ReasonUnknownSubject = "UnknownSubject"
	// ReasonSelfApproved: requester and approver, or attester and checker, are the same person.
	ReasonSelfApproved = "SelfApproved"
	// ReasonServiceAccount: a service account or system user approved or attested.
	ReasonServiceAccount = "ServiceAccount"
	// ReasonMandatoryControl: the profile lets the control take no exception.
	ReasonMandatoryControl = "MandatoryControl"
	// ReasonTooLong: the exception lasts longer than the profile allows, as GOV-06 finds, so it has no effect.
	ReasonTooLong = "TooLong"
	// ReasonRenewedTooLong: likewise with the earlier exceptions from the same control.
	ReasonRenewedTooLong = "RenewedTooLong"
	// ReasonApprovalNotVerified: the level needs a Verified approval and this one is Claimed.
	ReasonApprovalNotVerified = "ApprovalNotVerified"
)

// Reasons of Deployed.
const (
	// ReasonDeployed: something runs.
	ReasonDeployed = "Deployed"
	// ReasonNotDeployed: no environment in this cluster, or no workload in the environment.
	ReasonNotDeployed = "NotDeployed"
	// ReasonHostedElsewhere: a supplier runs the environment outside this cluster.
	ReasonHostedElsewhere = "HostedElsewhere"
)

// Reasons of EvidenceComplete and SourcesReadable. ReasonSourcesPending is one too.
const (
	// ReasonAllReadable: every source is readable, or confirmed absent.
	ReasonAllReadable = "AllReadable"
	// ReasonPermissionMissing: the API server refuses a read; the message names the missing right.
	ReasonPermissionMissing = "PermissionMissing"
	// ReasonDecodeFailed: objects of a source have a form that cannot be read.
	ReasonDecodeFailed = "DecodeFailed"
	// ReasonDiscoveryFailed: an API group is registered and its server does not answer.
	ReasonDiscoveryFailed = "DiscoveryFailed"
	// ReasonSyncTimedOut: a source was not read within the time allowed.
	ReasonSyncTimedOut = "SyncTimedOut"
)

// Reasons of NoUnclaimedNamespaces.
const (
	// ReasonAllClaimed: no namespace with workloads is left over.
	ReasonAllClaimed = "AllClaimed"
	// ReasonUnclaimedNamespaces: status.unclaimedNamespaces lists them.
	ReasonUnclaimedNamespaces = "UnclaimedNamespaces"
)

// Reasons of Valid. What is not accepted has the reason of Accepted here too.
const (
	// ReasonInForce: today lies between the first day and validUntil.
	ReasonInForce = "InForce"
	// ReasonExpired: validUntil has come.
	ReasonExpired = "Expired"
	// ReasonNotYetValid: the approval or attestation is dated in the future.
	ReasonNotYetValid = "NotYetValid"
)

// Reasons of InUse.
const (
	// ReasonCoversResults: status.covered counts the failing results.
	ReasonCoversResults = "CoversResults"
	// ReasonUnused: no failing result is covered; the exception can be deleted.
	ReasonUnused = "Unused"
	// ReasonNotValid: not accepted or not in force, so it covers nothing.
	ReasonNotValid = "NotValid"
)

// Reasons of ReportsPublished.
const (
	// ReasonPublished: reports are written through the report API that the cluster serves.
	ReasonPublished = "Published"
	// ReasonNoReportAPI: the cluster serves neither openreports.io nor wgpolicyk8s.io.
	ReasonNoReportAPI = "NoReportAPI"
	// ReasonWriteFailed: reports cannot be written; the message says why.
	ReasonWriteFailed = "WriteFailed"
)
