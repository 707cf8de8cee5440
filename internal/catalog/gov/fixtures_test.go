package gov

import (
	"testing"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/control/controltest"
)

func TestFixtures(t *testing.T) {
	controltest.Run(t, Controls, "testdata", standIn("LOC-02", nil), standIn("LOC-06", &control.ExceptionTerms{Plan: true, Longest: "6mo"}))
}

// standIn is a control of another family, which exceptions are from.
func standIn(id v1alpha1.ControlID, terms *control.ExceptionTerms) *control.Control {
	return control.Define(control.Meta{ID: id, Title: "Stand-in", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider, Exceptions: terms,
		Reasons: []control.ReasonText{{Reason: "Good", Verdict: v1alpha1.VerdictPass, Text: "All is well."}},
	}, control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{Environment: &control.EnvironmentRule[control.NoParameters]{
		Judge: func(control.EnvironmentInput, *control.NoParameters) []control.Result {
			return []control.Result{control.Pass("Good")}
		},
	}})
}
