package event

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

func TestTransitions(t *testing.T) {
	control := func(id v1alpha1.ControlID, v v1alpha1.Verdict, m v1alpha1.ControlMode) v1alpha1.ControlStatus {
		return v1alpha1.ControlStatus{Control: id, Verdict: v, Mode: m, Severity: v1alpha1.SeverityHigh, Reason: "Because"}
	}
	const required, observe = v1alpha1.ModeRequired, v1alpha1.ModeObserve
	subject := func(state v1alpha1.ComplianceState, controls ...v1alpha1.ControlStatus) Subject {
		return Subject{State: state, Controls: controls}
	}
	for name, test := range map[string]struct {
		before, after Subject
		want          []string // type and reason
	}{
		"a subject seen for the first time tells its state only": {
			Subject{}, subject(v1alpha1.StateNonCompliant, control("LOC-01", v1alpha1.VerdictFail, required)), []string{"Warning StateChanged"}},
		"a subject that became compliant is normal": {
			subject(v1alpha1.StateNonCompliant, control("LOC-01", v1alpha1.VerdictFail, required)),
			subject(v1alpha1.StateCompliant, control("LOC-01", v1alpha1.VerdictPass, required)),
			[]string{"Normal StateChanged", "Normal ControlMet"}},
		"a control that fails beside another one tells although the state stays": {
			subject(v1alpha1.StateNonCompliant, control("BCK-01", v1alpha1.VerdictPass, required), control("LOC-01", v1alpha1.VerdictFail, required)),
			subject(v1alpha1.StateNonCompliant, control("BCK-01", v1alpha1.VerdictFail, required), control("LOC-01", v1alpha1.VerdictFail, required)),
			[]string{"Warning ControlFailed"}},
		"a control that became unknown is a warning": {
			subject(v1alpha1.StateCompliant, control("BCK-01", v1alpha1.VerdictPass, required)),
			subject(v1alpha1.StateUnknown, control("BCK-01", v1alpha1.VerdictUnknown, required)),
			[]string{"Warning StateChanged", "Warning ControlUnknown"}},
		"nothing that stays is told again": {
			subject(v1alpha1.StateNonCompliant, control("LOC-01", v1alpha1.VerdictFail, required)),
			subject(v1alpha1.StateNonCompliant, control("LOC-01", v1alpha1.VerdictFail, required)), nil},
		"a control that is only observed tells nothing": {
			subject(v1alpha1.StateCompliant, control("LOC-01", v1alpha1.VerdictPass, observe)),
			subject(v1alpha1.StateCompliant, control("LOC-01", v1alpha1.VerdictFail, observe)), nil},
		"a control that no longer applies tells nothing": {
			subject(v1alpha1.StateCompliant, control("LOC-01", v1alpha1.VerdictPass, required)),
			subject(v1alpha1.StateCompliant, control("LOC-01", v1alpha1.VerdictNotApplicable, required)), nil},
		"a control new in the profile tells nothing by itself": {
			subject(v1alpha1.StateCompliant), subject(v1alpha1.StateCompliant, control("LOC-01", v1alpha1.VerdictFail, required)), nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, e := range Transitions(test.before, test.after) {
				got = append(got, e.Type+" "+e.Reason)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}
