package facts

import (
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

// The operator's memory, as facts. SupervisionRecords change whenever a result does; these parts of them change rarely and
// are facts of their own, so that a rule that looks back is asked again only when what it looks at changed.

// NodesFirstSeen is where nodes were when they were first seen, by node UID, as provider/region; from the Platform's record.
type NodesFirstSeen struct {
	Places map[types.UID]string
}

// PlacementsOutside are pods of an environment that ran outside the allowed locations; from the environment's record.
type PlacementsOutside struct {
	Environment string
	Placements  []v1alpha1.PlacementOutside
}

// SpecHistory is how the requirements of a solution or environment changed, and how long its controls were excepted; of a
// security incident, how its assessments changed and what was first seen of it.
type SpecHistory struct {
	Kind, Name string
	Changes    []v1alpha1.SpecChange
	Exceptions []v1alpha1.ExceptionUse
	// First is what was first seen of a security incident, nil of everything else.
	First []v1alpha1.FirstSeen
	// DeletedAt is when a security incident was deleted, zero where it was not.
	DeletedAt time.Time
}

// StandingFailures are the controls of a solution or environment that fail now, each with the time since when; from its
// record.
type StandingFailures struct {
	Kind, Name string
	Controls   []StandingFailure
}

// StandingFailure is one control that fails.
type StandingFailure struct {
	Control v1alpha1.ControlID
	Since   time.Time
}

// Tombstone is a solution or environment that was deleted, with the namespaces it had.
type Tombstone struct {
	Kind, Name string
	DeletedAt  time.Time
	Namespaces []string
}

// VulnerabilitiesSeen are when vulnerabilities of the workloads of an environment were first seen; from the environment's
// record, where they stay when reports are made anew and images are built anew. A large record is in several parts.
type VulnerabilitiesSeen struct {
	Environment string
	// First by VulnerabilityKey.
	First map[string]time.Time
}

// VulnerabilityPrefix starts the keys of vulnerabilities among what a record has first seen.
const VulnerabilityPrefix = "vulnerability/"

// VulnerabilityKey names a vulnerability of a workload, whatever image has it.
func VulnerabilityKey(workload Ref, id string) string {
	return VulnerabilityPrefix + workload.Group + "/" + workload.Kind + "/" + workload.Namespace + "/" + workload.Name + "/" + id
}
