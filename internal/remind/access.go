package remind

import (
	"fmt"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

// access reminds of reviews of access and of logs (REM-11): the last one says until when it counts.
func (r *run) access() {
	r.attested(func(a *v1alpha1.Attestation) (Deadline, []int, bool) {
		switch a.Spec.Type {
		case v1alpha1.AttestAccessReview:
			return Deadline{Kind: "AccessReview", What: fmt.Sprintf("Review who has access again (last: %s)", a.Name)}, []int{14, 0}, true
		case v1alpha1.AttestAccessLogReview:
			return Deadline{Kind: "LogSampling", What: fmt.Sprintf("Sample the logs of access again (last: %s)", a.Name)}, []int{14, 0}, true
		default:
			return Deadline{}, nil, false
		}
	}, nil)
}
