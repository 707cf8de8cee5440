package fleet

import (
	"fmt"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

// Expected is what Tilsyn must find in the fleet, no more and no less.
func Expected() Outcome { return expectedAt(time.Now()) }

func expectedAt(now time.Time) Outcome {
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
			{"permit-archive", remarks, remarks, remarks}, // the exception of LOC-06 is for both to bear
			{"school-meals", bad, bad, bad},
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
			{"school-meals-production", bad, bad, ""},
			{"video-archive-production", unknown, unknown, ""},
		},
		Institutions: []State{{"example-municipality", good, "", ""}},
		Findings: []Finding{
			{"booking-production", "LOC-01", v1alpha1.VerdictFail, "Outside", "Deployment booking/calendar"},
			{"booking-production", "LOC-02", v1alpha1.VerdictFail, "NotPinned", "Deployment booking/calendar"},
			{"booking-production", "LOC-02", v1alpha1.VerdictFail, "PreferredOnly", "Deployment booking/mailer"},
			{"booking-production", "SUP-03", v1alpha1.VerdictFail, "NotInChain", "Deployment booking/mailer"},
			{"case-management-test", "LOC-02", v1alpha1.VerdictFail, "NotPinned", "Deployment case-management-test/web"},
			{"library-production", "LOG-01", v1alpha1.VerdictFail, "OptsOut", "Deployment library/search"},
			{"payroll-production", "BCK-01", v1alpha1.VerdictFail, "PlanPaused", "PersistentVolumeClaim payroll/ledger"},
			{"payroll", "SUP-04", v1alpha1.VerdictFail, "NotReceived", fmt.Sprintf("AssuranceStatement payroll-%d", renderer{now: func() time.Time { return now }}.audited())},
			{"school-meals-production", "SUP-03", v1alpha1.VerdictFail, "NoChain", "SolutionEnvironment school-meals-production"},
			{"video-archive-production", "LOC-01", v1alpha1.VerdictUnknown, "NodeVirtual", "Deployment video-archive/encoder"},
			{"video-archive-production", "LOC-02", v1alpha1.VerdictUnknown, "VirtualNodeAsked", "Deployment video-archive/encoder"},
			{"video-archive-production", "SUP-03", v1alpha1.VerdictUnknown, "Unrecognised", "SolutionEnvironment video-archive-production"},
			{OfPlatform, "GOV-08", v1alpha1.VerdictFail, "Unclaimed", "Namespace shadow-reports"},
		},
		Observed: observed(),
	}
	for _, f := range nothingRecorded() {
		out.Findings = append(out.Findings, Finding{"school-meals", f.control, f.verdict, f.reason, "HostedSolution school-meals"})
	}
	return out
}

type missing struct {
	control v1alpha1.ControlID
	verdict v1alpha1.Verdict
	reason  v1alpha1.ReasonCode
}

// nothingRecorded is what is found of a solution of which nobody has written down more than its name.
func nothingRecorded() []missing {
	const fail, unknown = v1alpha1.VerdictFail, v1alpha1.VerdictUnknown
	return []missing{
		{"BCK-04", fail, "NoPlan"},
		{"DPD-01", fail, "Unclassified"},
		{"DPD-02", fail, "RulesIncomplete"},
		{"GOV-01", fail, "Incomplete"},
		{"GOV-02", fail, "Incomplete"},
		{"GOV-03", fail, "Missing"},
		{"GOV-04", unknown, "NoScreening"},
		{"GOV-05", fail, "PartsMissing"},
		{"INC-03", fail, "NotPrepared"},
		{"LOC-05", unknown, "NoChain"},
		{"LOC-06", unknown, "NoChain"},
		{"SUP-01", fail, "NoChain"},
		{"SUP-04", fail, "NothingReceived"},
	}
}
