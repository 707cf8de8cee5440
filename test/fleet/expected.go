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
	out := Outcome{
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
			{"booking-production", "LOC-01", v1alpha1.VerdictFail, "Outside", "Deployment booking/calendar", false},
			{"booking-production", "LOC-02", v1alpha1.VerdictFail, "NotPinned", "Deployment booking/calendar", false},
			{"booking-production", "LOC-02", v1alpha1.VerdictFail, "PreferredOnly", "Deployment booking/mailer", false},
			{"case-management-test", "LOC-02", v1alpha1.VerdictFail, "NotPinned", "Deployment case-management-test/web", false},
			{"library-production", "LOG-01", v1alpha1.VerdictFail, "OptsOut", "Deployment library/search", false},
			{"payroll-production", "BCK-01", v1alpha1.VerdictFail, "PlanPaused", "PersistentVolumeClaim payroll/ledger", false},
			{"school-meals", "DPD-01", v1alpha1.VerdictFail, "Unclassified", "HostedSolution school-meals", false},
			{"video-archive-production", "LOC-01", v1alpha1.VerdictUnknown, "NodeUnplaced", "Deployment video-archive/encoder", false},
			{OfPlatform, "GOV-08", v1alpha1.VerdictFail, "Unclaimed", "Namespace shadow-reports", false},
		},
	}
	for _, s := range out.Solutions {
		out.Findings = append(out.Findings, observedOfSolution(s.Name)...)
	}
	for _, e := range out.Environments {
		of := "SolutionEnvironment " + e.Name
		out.Findings = append(out.Findings,
			Finding{e.Name, "LOC-07", v1alpha1.VerdictUnknown, "NotAttested", of, true},
			Finding{e.Name, "SUP-03", v1alpha1.VerdictFail, "NoChain", of, true})
	}
	return out
}

// observedOfSolution gives what the profile's observed controls find in any solution of the fleet: none has written down
// contracts, records and incidents yet. Most of it is asked only where there are personal data.
func observedOfSolution(name string) []Finding {
	of := "HostedSolution " + name
	out := []Finding{
		{name, "BCK-04", v1alpha1.VerdictFail, "NoPlan", of, true},
		{name, "GOV-01", v1alpha1.VerdictFail, "Incomplete", of, true},
		{name, "GOV-03", v1alpha1.VerdictFail, "Missing", of, true},
		{name, "INC-03", v1alpha1.VerdictFail, "NotPrepared", of, true},
	}
	if name == "video-archive" { // no personal data
		return out
	}
	return append(out,
		Finding{name, "DPD-02", v1alpha1.VerdictFail, "RulesIncomplete", of, true},
		Finding{name, "GOV-02", v1alpha1.VerdictFail, "Incomplete", of, true},
		Finding{name, "GOV-04", v1alpha1.VerdictUnknown, "NoScreening", of, true},
		Finding{name, "GOV-05", v1alpha1.VerdictFail, "PartsMissing", of, true},
		Finding{name, "LOC-05", v1alpha1.VerdictUnknown, "NoChain", of, true},
		Finding{name, "LOC-06", v1alpha1.VerdictUnknown, "NoChain", of, true},
		Finding{name, "SUP-01", v1alpha1.VerdictFail, "NoChain", of, true},
		Finding{name, "SUP-04", v1alpha1.VerdictFail, "NothingReceived", of, true})
}
