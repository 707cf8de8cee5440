package backup

import (
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Store is one place apart from the volumes that holds, or is to hold, copies.
type Store struct {
	*facts.BackupDestination
	// Names under which it can be declared or attested: EndpointNames, and namespace/name of its object.
	Names []string
	// InThisCluster is true where the store runs in the cluster that it is to protect.
	InThisCluster bool
}

// StoresOf adds to a list the places that the plans of a part copy to, one for each bucket: another prefix, location or
// schedule in the same bucket is the same place. Plans that leave the part out, do not run, or only snapshot it in the storage
// system add nothing. Whether a copy has arrived is not said.
func StoresOf(part *Covered, list []*facts.BackupDestination) []*facts.BackupDestination {
	for i := range part.Plans {
		pc := &part.Plans[i]
		to := pc.Destination
		if pc.Proof != nil && pc.Proof.Place != nil { // the plan may write elsewhere from now on
			to = pc.Proof.Place
		}
		if to == nil || pc.Proof == nil && !pc.writes() {
			continue
		}
		if !slices.ContainsFunc(list, func(d *facts.BackupDestination) bool { return sameBucket(d, to) }) {
			list = append(list, to)
		}
	}
	return list
}

// Stores tells what is known of places. It needs Needs.
func Stores(v facts.View, list []*facts.BackupDestination) []Store {
	names := indexOf(v).names
	out := make([]Store, len(list))
	for i, d := range list {
		out[i] = Store{BackupDestination: d, Names: names[d], InThisCluster: InCluster(v, d)}
	}
	return out
}

// writes tells whether a plan can be expected to copy the part.
func (pc *PlanCoverage) writes() bool {
	s := pc.Selection
	beside := s.Method == MethodSnapshot || s.Excluded != NotExcluded
	return (!s.Certain || !beside) && !pc.Plan.Paused && pc.Plan.Invalid == "" && pc.Schedule.Problem == ""
}

// storeNames gives the names under which a destination can be declared or attested.
func storeNames(d *facts.BackupDestination) []string {
	names := EndpointNames(d)
	if d.Ref.Namespace != "" {
		names = append(names, strings.ToLower(d.Ref.Namespace+"/"+d.Ref.Name))
	}
	return names
}

// IsStore tells whether some destination of the cluster has the name, given in lower case. It needs Needs.
func IsStore(v facts.View, name string) bool {
	for _, names := range indexOf(v).names {
		if slices.Contains(names, name) {
			return true
		}
	}
	return false
}

// sameBucket tells whether two destinations share a bucket, so that whoever destroys one destroys both.
func sameBucket(a, b *facts.BackupDestination) bool {
	if a.Ref == b.Ref {
		return true
	}
	if a.Bucket == "" && a.Account == "" && a.Endpoint == "" {
		return a.Repository != "" && a.Repository == b.Repository
	}
	return a.Kind == b.Kind && a.Endpoint == b.Endpoint && a.Bucket == b.Bucket && a.Account == b.Account
}
