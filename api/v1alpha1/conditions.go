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
	// ConditionCurrent: nothing that has a deadline is overdue (HostedSolution, Supplier, ProcessingAgreement,
	// AssuranceStatement, Institution, SecurityIncident, ControlException, Attestation).
	ConditionCurrent = "Current"
	// ConditionLocationsLawful: every country of the supplier is in the EEA or covered by a decision in force today, for
	// this recipient (Supplier).
	ConditionLocationsLawful = "LocationsLawful"
	// ConditionConsistent: states and dates do not contradict each other (AssuranceStatement).
	ConditionConsistent = "Consistent"
	// ConditionKindAsRequired: the kind received is the kind required (AssuranceStatement).
	ConditionKindAsRequired = "KindAsRequired"
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
	// ReasonDecisionUnsupported: an adequacy decision of the Platform goes further than the built-in table without a number
	// and a first day, so it has no effect.
	ReasonDecisionUnsupported = "DecisionUnsupported"
	// ReasonForeignPrefix: a prefix of provider ids belongs to a known provider, or to two providers.
	ReasonForeignPrefix = "ForeignPrefix"
	// ReasonUnknownSubject: an exception or attestation is about an object that does not exist.
	ReasonUnknownSubject = "UnknownSubject"
	// ReasonSelfApproved: requester and approver, or attester and checker, are the same person.
	ReasonSelfApproved = "SelfApproved"
	// ReasonLikelySelfApproved: the names of requester and approver, or attester and checker, may well be of one person.
	ReasonLikelySelfApproved = "LikelySelfApproved"
	// ReasonServiceAccount: a service account or system user approved or attested.
	ReasonServiceAccount = "ServiceAccount"
	// ReasonMixedScripts: the name of a person mixes letters of scripts that look the same, so nobody can tell who it is.
	ReasonMixedScripts = "MixedScripts"
	// ReasonMandatoryControl: the profile lets the control take no exception.
	ReasonMandatoryControl = "MandatoryControl"
	// ReasonTooLong: the exception lasts longer than the profile allows, as GOV-06 finds, so it has no effect.
	ReasonTooLong = "TooLong"
	// ReasonUnknownSupplier: no Supplier has the name.
	ReasonUnknownSupplier = "UnknownSupplier"
	// ReasonUnknownAgreement: no ProcessingAgreement has the name.
	ReasonUnknownAgreement = "UnknownAgreement"
	// ReasonUnknownStatement: no AssuranceStatement has the name.
	ReasonUnknownStatement = "UnknownStatement"
	// ReasonUnknownInstitution: no Institution has the name.
	ReasonUnknownInstitution = "UnknownInstitution"
	// ReasonUnknownIncident: no SecurityIncident has the name.
	ReasonUnknownIncident = "UnknownIncident"
	// ReasonUnknownGroup: no controller or group of controllers of the solution has the name.
	ReasonUnknownGroup = "UnknownGroup"
	// ReasonNotController: an institution says that it uses a solution that neither names nor selects it.
	ReasonNotController = "NotController"
	// ReasonInvalidDate: a date cannot be read, or the end is not after the beginning.
	ReasonInvalidDate = "InvalidDate"
	// ReasonUnknownLink: the supplier chain has no link of the name.
	ReasonUnknownLink = "UnknownLink"
	// ReasonCircle: a chain of parents or engagements leads back to where it began.
	ReasonCircle = "Circle"
	// ReasonPlaceUnclear: a place in words names another country than the code beside it.
	ReasonPlaceUnclear = "PlaceUnclear"
	// ReasonTwoInForce: another agreement is in force for the same link.
	ReasonTwoInForce = "TwoInForce"
	// ReasonWrongType: the resource referred to is of a type that does not fit.
	ReasonWrongType = "WrongType"
	// ReasonOneParty: another Supplier has the same name or registration number, so one party has two resources.
	ReasonOneParty = "OneParty"
	// ReasonFingerprintShared: another supplier has the same fingerprint, so what is seen cannot be told apart.
	ReasonFingerprintShared = "FingerprintShared"
	// ReasonDatedInFuture: something is said to have happened on a day that has not come.
	ReasonDatedInFuture = "DatedInFuture"
	// ReasonPlanMissing: the control may only be excepted while an action plan says how the deviation ends.
	ReasonPlanMissing = "PlanMissing"
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
	// ReasonExpired: validUntil has come, or the days are over for which a statement of its type counts.
	ReasonExpired = "Expired"
	// ReasonNotYetValid: the approval or attestation is dated in the future.
	ReasonNotYetValid = "NotYetValid"
)

// More reasons of Valid, for agreements.
const (
	// ReasonNotSigned: nobody has signed, or not everybody.
	ReasonNotSigned = "NotSigned"
	// ReasonEnded: ended before its time.
	ReasonEnded = "Ended"
	// ReasonEndUnknown: neither an end nor that there is none is recorded.
	ReasonEndUnknown = "EndUnknown"
)

// Reasons of Current.
const (
	// ReasonNothingOverdue: every deadline lies ahead or was met.
	ReasonNothingOverdue = "NothingOverdue"
	// ReasonDueSoon: still current; a deadline is within its lead.
	ReasonDueSoon = "DueSoon"
	// ReasonOverdue: a deadline has passed; the message names it.
	ReasonOverdue = "Overdue"
)

// Reasons of LocationsLawful.
const (
	// ReasonLawful: every country is lawful today.
	ReasonLawful = "Lawful"
	// ReasonUnsafeCountry: a country is neither in the EEA nor covered by a decision in force for this recipient.
	ReasonUnsafeCountry = "UnsafeCountry"
	// ReasonContestedDecision: a country rests on a contested decision.
	ReasonContestedDecision = "ContestedDecision"
	// ReasonCountriesNotStated: processing or access countries are left out.
	ReasonCountriesNotStated = "CountriesNotStated"
)

// Reasons of Consistent and KindAsRequired.
const (
	// ReasonConsistent: nothing contradicts anything.
	ReasonConsistent = "Consistent"
	// ReasonDeliveredNotReceived: passed on, yet still expected.
	ReasonDeliveredNotReceived = "DeliveredNotReceived"
	// ReasonContradiction: two parts of the record cannot both be true; the message names them.
	ReasonContradiction = "Contradiction"
	// ReasonImplausibleDate: said to have happened after the record was last updated, in the future, or before what led to it.
	ReasonImplausibleDate = "ImplausibleDate"
	// ReasonNothingSaid: the record has the statement and says nothing of its receipt or delivery.
	ReasonNothingSaid = "NothingSaid"
	// ReasonKindMatches: received as required.
	ReasonKindMatches = "KindMatches"
	// ReasonKindDiffers: received another kind than required; the message names both.
	ReasonKindDiffers = "KindDiffers"
	// ReasonKindNotRecorded: one of the two kinds is not recorded.
	ReasonKindNotRecorded = "KindNotRecorded"
)

// Reasons of InUse.
const (
	// ReasonCoversResults: status.covered counts the failing results.
	ReasonCoversResults = "CoversResults"
	// ReasonUnused: no failing result is covered; the exception can be deleted.
	ReasonUnused = "Unused"
	// ReasonUndecided: no failing result is covered, and some in its scope cannot be judged.
	ReasonUndecided = "Undecided"
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
