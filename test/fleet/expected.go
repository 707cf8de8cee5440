package fleet

import "github.com/tilsyn-dev/tilsyn/api/v1alpha1"

// Expected is what Tilsyn must find in the fleet, no more and no less.
func Expected() Outcome {
	const (
		good    = v1alpha1.StateCompliant
		remarks = v1alpha1.StateCompliantWithRemarks
		bad     = v1alpha1.StateNonCompliant
		unknown = v1alpha1.StateUnknown
	)
	return Outcome{
		Solutions: []State{
			{"booking", bad, bad, good},
			{"case-management", good, good, good},
			{"health-record", good, good, good},
			{"library", bad, bad, good},
			{"payroll", bad, bad, good},
			{"permit-archive", remarks, remarks, good},
			{"school-meals", bad, good, bad},
			{"video-archive", unknown, unknown, good},
		},
		Environments: []State{
			{"booking-production", bad, bad, ""},
			{"case-management-production", good, good, ""},
			{"case-management-test", bad, bad, ""},
			{"health-record-production", good, good, ""},
			{"library-production", bad, bad, ""},
			{"payroll-production", bad, bad, ""},
			{"permit-archive-production", remarks, remarks, ""},
			{"school-meals-production", good, good, ""},
			{"video-archive-production", unknown, unknown, ""},
		},
		Findings: []Finding{
			{"booking-production", "LOC-01", v1alpha1.VerdictFail, "Outside", "Deployment booking/calendar"},
			{"booking-production", "LOC-02", v1alpha1.VerdictFail, "NotPinned", "Deployment booking/calendar"},
			{"booking-production", "LOC-02", v1alpha1.VerdictFail, "PreferredOnly", "Deployment booking/mailer"},
			{"case-management-test", "LOC-02", v1alpha1.VerdictFail, "NotPinned", "Deployment case-management-test/web"},
			{"library-production", "LOG-01", v1alpha1.VerdictFail, "OptsOut", "Deployment library/search"},
			{"payroll-production", "BCK-01", v1alpha1.VerdictFail, "PlanPaused", "PersistentVolumeClaim payroll/ledger"},
			{"school-meals", "DPD-01", v1alpha1.VerdictFail, "Unclassified", "HostedSolution school-meals"},
			{"video-archive-production", "LOC-01", v1alpha1.VerdictUnknown, "NodeUnplaced", "Deployment video-archive/encoder"},
			{OfPlatform, "GOV-08", v1alpha1.VerdictFail, "Unclaimed", "Namespace shadow-reports"},
		},
	}
}
