// Package check judges manifests, a snapshot or a cluster read once, by the same path as the operator.
package check

import (
	"errors"
	"io"
	"time"

	"k8s.io/client-go/rest"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

// Mode is where the evidence comes from.
type Mode string

// Modes. Manifests say what is wanted and not what runs, so some controls cannot be judged from them.
const (
	Manifests Mode = "Manifests"
	Snapshot  Mode = "Snapshot"
	Cluster   Mode = "Cluster"
)

// Options say what to check, and by what. Exactly one of Files, Snapshot and Cluster is set.
type Options struct {
	// Controls of the catalogue.
	Controls []*control.Control
	// Now is the clock.
	Now func() time.Time
	// Version of the program, for the report.
	Version string

	// Files are paths of manifests: files, directories, or - for Stdin.
	Files []string
	Stdin io.Reader
	// Snapshot is the path of a file that `tilsyn snapshot` wrote.
	Snapshot string
	// Cluster is how to reach the API server of a cluster.
	Cluster *rest.Config

	// Namespace of manifests that name none; for a snapshot or a cluster, the one namespace to show.
	Namespace string
	// Profile that everything is judged by instead of the one it names: a file, or a name. Empty: the one it names.
	Profile string
	// At is the instant to judge at. Zero: when the snapshot was taken, else now.
	At time.Time
	// ResultsOnly lets go of the facts once they are judged, which keeps the program small; Report.Facts is then not there.
	ResultsOnly bool
	// Progress is told how much was read, in bytes or, for a cluster, sources; a total of 0 is not known.
	Progress func(done, total int64)
}

func (o *Options) validate() error {
	inputs := 0
	for _, given := range []bool{len(o.Files) > 0, o.Snapshot != "", o.Cluster != nil} {
		if given {
			inputs++
		}
	}
	switch {
	case inputs == 0:
		return errors.New("nothing to check: give -f PATH, --snapshot FILE or --cluster")
	case inputs > 1:
		return errors.New("give one of -f, --snapshot and --cluster, not several")
	}
	return nil
}

// Threshold says which results decide the exit code.
type Threshold struct {
	// FailOn is the lowest severity that counts.
	FailOn v1alpha1.Severity
	// Strict makes what could not be decided count too.
	Strict bool
}

// counts tells whether a severity is at or above the threshold.
func (t Threshold) counts(s v1alpha1.Severity) bool { return weight(s) >= weight(t.FailOn) }

func weight(s v1alpha1.Severity) int {
	switch s {
	case v1alpha1.SeverityCritical:
		return 4
	case v1alpha1.SeverityHigh:
		return 3
	case v1alpha1.SeverityMedium:
		return 2
	default:
		return 1
	}
}
