// Package backup works out which backup plan covers which volume and database, and what proves it.
//
// A plan that exists proves nothing, and neither does a run that completed: what counts is a copy of this very volume in a
// run that succeeded. Every leg stands by itself (selection, schedule, proof, destination, retention), with the object and
// field that decides, and without a clock: instants are given, and whoever judges compares them.
package backup

import (
	"path"
	"reflect"
	"slices"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// systemTypes are the facts that backup systems give.
var systemTypes = []reflect.Type{
	facts.TypeOf[facts.BackupPlan](), facts.TypeOf[facts.BackupRun](), facts.TypeOf[facts.VolumeCopy](),
	facts.TypeOf[facts.BackupDestination](), facts.TypeOf[facts.Database](), facts.TypeOf[facts.RecoveryWindow](),
	facts.TypeOf[facts.SnapshotClass](),
}

var systemDependencies = everywhere(systemTypes)

func everywhere(types []reflect.Type) []facts.Dependency {
	out := make([]facts.Dependency, len(types))
	for i, t := range types {
		out[i].Type = t
	}
	return out
}

// Needs declares what Destinations looks at. Nothing gates: who asks for destinations asks facts.Incomplete too.
func Needs() []control.Need {
	return append(systemNeeds(), control.Sees[facts.Namespace]())
}

// CoverageNeeds declares what Of looks at. Claims and namespaces gate: without them, what has to be backed up, and what is
// left out, is not known. Incomplete is what else may hide a part.
func CoverageNeeds() []control.Need {
	return append(systemNeeds(), control.NeedsAll[facts.Claim](), control.Needs[facts.Namespace](),
		control.Sees[facts.Workload](), control.Sees[facts.Pod](), control.Sees[facts.PersistentVolume]())
}

// Incomplete gives the sources without which a stateful part may be overlooked: databases, and workloads that keep data
// without a claim. Where only manifests are seen, bare pods are always among them.
//
// It needs IncompleteNeeds.
func Incomplete(v facts.View) []facts.SourceState {
	return append(facts.Incomplete[facts.Database](v), facts.Incomplete[facts.Workload](v)...)
}

// IncompleteNeeds declares what Incomplete looks at.
func IncompleteNeeds() []control.Need {
	return []control.Need{control.SeesAll[facts.Database](), control.Sees[facts.Workload]()}
}

func systemNeeds() []control.Need {
	var out []control.Need
	for _, t := range systemTypes {
		out = append(out, control.Need{Type: t, ClusterWide: true})
	}
	return out
}

// coverageLooks are what the coverage of a namespace is made of. Where runs prove by their counts alone what they took, every
// claim of the cluster counts.
func coverageLooks(counting bool) facts.Looks {
	in := []reflect.Type{facts.TypeOf[facts.Workload](), facts.TypeOf[facts.Pod](), facts.TypeOf[facts.Namespace](), facts.TypeOf[facts.PersistentVolume]()}
	claim := facts.TypeOf[facts.Claim]()
	if counting {
		return facts.Looks{In: in, Everywhere: append(slices.Clip(systemTypes), claim)}
	}
	return facts.Looks{In: append(in, claim), Everywhere: systemTypes}
}

var looks, countingLooks = coverageLooks(false), coverageLooks(true)

// matchesName tells whether one of the patterns means the name: *, ? and [abc] as Velero reads them.
func matchesName(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		if p == name || p == "*" {
			return true
		}
		ok, err := path.Match(p, name)
		return err == nil && ok
	})
}

// includesNamespace tells whether the lists of a scope include a namespace. listed is true where the namespace is meant by
// the included ones, also if the excluded ones take it out again.
func includesNamespace(s *facts.BackupScope, namespace string) (included, listed bool) {
	listed = len(s.IncludedNamespaces) == 0 || matchesName(s.IncludedNamespaces, namespace)
	return listed && !matchesName(s.ExcludedNamespaces, namespace), listed
}
