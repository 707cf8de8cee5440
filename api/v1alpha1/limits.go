package v1alpha1

// Bounds of the schema on what the operator writes. A status beyond one of them is refused as a whole, so writers cut.
const (
	MaxFindings             = 50   // status.findings
	MaxControls             = 100  // status.controls
	MaxEnvironments         = 100  // HostedSolution status.environments
	MaxNamespaces           = 500  // SolutionEnvironment and SupervisionRecord status.namespaces
	MaxUnclaimedNamespaces  = 200  // Platform status.unclaimedNamespaces
	MaxSources              = 200  // Platform status.sources
	MaxConditions           = 16   // status.conditions
	MaxMessageLength        = 2048 // message and remediation of findings, message of sources; in characters
	MaxFieldLength          = 512  // field of findings; in characters
	MaxLocationsLength      = 4096 // HostedSolution status.resolved.locations; in characters
	MaxRecordedResults      = 4096 // SupervisionRecord status.results and status.firstSeen
	MaxInstitutionSolutions = 200  // Institution status.solutions
	MaxClocks               = 16   // SecurityIncident status.clocks
	MaxValueLength          = 512  // received and delivered of an AssuranceStatement; in characters
	MaxRecordedChanges      = 1000 // SupervisionRecord status.changes and status.outside
)
