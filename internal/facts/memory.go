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

// SpecHistory is how the requirements of a solution or environment changed, and how long its controls were excepted.
type SpecHistory struct {
	Kind, Name string
	Changes    []v1alpha1.SpecChange
	Exceptions []v1alpha1.ExceptionUse
}

// Tombstone is a solution or environment that was deleted, with the namespaces it had.
type Tombstone struct {
	Kind, Name string
	DeletedAt  time.Time
	Namespaces []string
}
