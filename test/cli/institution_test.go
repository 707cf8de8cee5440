package cli

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

const institutionsYAML = `
apiVersion: tilsyn.dev/v1alpha1
kind: HostedSolution
metadata: {name: aula}
spec:
  owner: {organisation: KOMBIT A/S}
  controllers: [{name: Danish municipalities, institutionSelector: {matchLabels: {tilsyn.dev/group: municipalities}}}]
---
apiVersion: tilsyn.dev/v1alpha1
kind: Institution
metadata: {name: aarhus, labels: {tilsyn.dev/group: municipalities}}
spec: {legalName: Aarhus Kommune, uses: [{solution: aula, acceptance: {version: "3", at: "2026-04-01"}}]}
---
apiVersion: tilsyn.dev/v1alpha1
kind: Institution
metadata: {name: odense, labels: {tilsyn.dev/group: municipalities}}
spec: {legalName: Odense Kommune}
---
apiVersion: tilsyn.dev/v1alpha1
kind: ControlProfile
metadata: {name: public-sector}
spec: {controls: [{control: ZZZ-01, mode: Required}]}
`

// acceptance judges whether an institution has accepted the split of responsibility of each of its solutions.
func acceptance() *control.Control {
	return control.Define(control.Meta{ID: "ZZZ-01", Title: "The split is accepted", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyShared,
		Reasons: []control.ReasonText{
			{Reason: "Accepted", Verdict: v1alpha1.VerdictPass, Text: "Accepted."},
			{Reason: "NotAccepted", Verdict: v1alpha1.VerdictFail, Text: "{solution} is not accepted.", Remediation: "Accept it."},
		}}, control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{
		Institution: &control.InstitutionRule[control.NoParameters]{
			Judge: func(in control.InstitutionInput, _ *control.NoParameters) (out []control.Result) {
				for _, s := range in.Institution.Solutions {
					r := control.Fail("NotAccepted", "solution", s.Object.Name).At("spec.uses")
					if u := in.Institution.Use(s.Object.Name); u != nil && u.Acceptance != nil {
						r = control.Pass("Accepted")
					}
					out = append(out, r.Because(s.Ref()))
				}
				return out
			}},
	})
}

func TestResultsOfInstitutionsNameTheInstitution(t *testing.T) {
	path := write(t, "fleet.yaml", []byte(institutionsYAML))
	check1 := func(args ...string) outcome {
		return invocation{args: append([]string{"check", "-f", path}, args...), extra: []*control.Control{acceptance()}}.run(t.Context())
	}
	text := check1("-o", "json", "--show", "all")
	if err := schema(t).Validate(parsed(t, text.out)); err != nil {
		t.Error(err)
	}
	var report struct {
		Institutions []check.Institution `json:"institutions"`
		Results      []check.Result      `json:"results"`
	}
	if err := json.Unmarshal([]byte(text.out), &report); err != nil {
		t.Fatal(err)
	}
	results := slices.DeleteFunc(report.Results, func(r check.Result) bool { return r.Control != "ZZZ-01" })
	var got []string
	for _, r := range results {
		got = append(got, strings.Join([]string{r.Institution, r.Solution, r.Environment, string(r.Verdict), string(r.Party), r.Subject.String()}, "|"))
	}
	want := []string{"aarhus|aula||Pass|Institution|Institution aarhus", "odense|aula||Fail|Institution|Institution odense"}
	if !slices.Equal(got, want) {
		t.Errorf("results are %q, want %q", got, want)
	}
	if len(report.Institutions) != 2 || report.Institutions[1].State != v1alpha1.StateNonCompliant || report.Institutions[1].Failed != 1 ||
		len(report.Institutions[1].Solutions) != 1 || report.Institutions[1].Solutions[0].WorstControl != "ZZZ-01" {
		t.Errorf("institutions are %+v", report.Institutions)
	}
	if text.code != 1 {
		t.Errorf("exit code %d, want 1", text.code)
	}
	table := check1()
	for _, part := range []string{"odense  NonCompliant  institution, controller of aula", "aula is not accepted.", "because of HostedSolution aula"} {
		if !strings.Contains(table.out, part) {
			t.Errorf("the table does not say %q:\n%s", part, table.out)
		}
	}
}
