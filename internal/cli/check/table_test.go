package check

import (
	"slices"
	"testing"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
)

func TestAStateWithRemarksSaysWhichTheyAre(t *testing.T) {
	of := func(id v1alpha1.ControlID, v v1alpha1.Verdict, m v1alpha1.ControlMode) decide.Control {
		return decide.Control{Control: &control.Control{Meta: control.Meta{ID: id}}, Verdict: v, Mode: m}
	}
	remarked := &decide.Subject{}
	remarked.Controls = []decide.Control{
		of("BCK-01", v1alpha1.VerdictPass, v1alpha1.ModeRequired), of("GOV-05", v1alpha1.VerdictFail, v1alpha1.ModeRequired),
		of("GOV-07", v1alpha1.VerdictFail, v1alpha1.ModeObserve), of("LOC-02", v1alpha1.VerdictExcepted, v1alpha1.ModeRequired),
		of("SUP-05", v1alpha1.VerdictUnknown, v1alpha1.ModeRequired),
	}
	for name, c := range map[string]struct {
		subject *decide.Subject
		state   v1alpha1.ComplianceState
		want    []string
	}{
		"with remarks":               {remarked, v1alpha1.StateCompliantWithRemarks, []string{"remarks: GOV-05 fails, LOC-02 excepted, SUP-05 unknown"}},
		"with those of others":       {&decide.Subject{}, v1alpha1.StateCompliantWithRemarks, []string{"remarks: those of its environments"}},
		"another state says no more": {remarked, v1alpha1.StateNonCompliant, nil},
	} {
		if got := remarksOf(c.subject, c.state); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
