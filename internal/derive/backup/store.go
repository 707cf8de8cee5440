package backup

import (
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Store is one place apart from the volumes that holds, or is to hold, copies of a part.
type Store struct {
	*facts.BackupDestination
	// Names under which it can be declared or attested: EndpointNames, and namespace/name of its object.
	Names []string
	// InThisCluster is true where the store runs in the cluster that it is to protect.
	InThisCluster bool
	// Proven is true where a copy lies there.
	Proven bool
	// By is the first plan that writes there.
	By facts.Ref
}

// Stores lists the places that the plans of a part copy to, one for each bucket: another prefix, location or schedule in the
// same bucket is the same place. Plans that leave the part out, do not run, or only snapshot it in the storage system add
// nothing. Whether a copy has arrived is said by Proven.
func Stores(v facts.View, part *Covered) []Store {
	var out []Store
	for i := range part.Plans {
		pc := &part.Plans[i]
		if pc.Destination == nil || pc.Proof == nil && !pc.writes() {
			continue
		}
		d := pc.Destination
		if j := slices.IndexFunc(out, func(s Store) bool { return sameBucket(s.BackupDestination, d) }); j >= 0 {
			out[j].Proven = out[j].Proven || pc.Proof != nil
			continue
		}
		out = append(out, Store{BackupDestination: d, Names: StoreNames(d), InThisCluster: InCluster(v, d), Proven: pc.Proof != nil, By: pc.Plan.Ref})
	}
	return out
}

// writes tells whether a plan can be expected to copy the part.
func (pc *PlanCoverage) writes() bool {
	s := pc.Selection
	beside := s.Method == MethodSnapshot || s.Excluded != NotExcluded
	return (!s.Certain || !beside) && !pc.Plan.Paused && pc.Plan.Invalid == "" && pc.Schedule.Problem == ""
}

// StoreNames gives the names under which a destination can be declared or attested.
func StoreNames(d *facts.BackupDestination) []string {
	names := EndpointNames(d)
	if d.Ref.Namespace != "" {
		names = append(names, strings.ToLower(d.Ref.Namespace+"/"+d.Ref.Name))
	}
	return names
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
