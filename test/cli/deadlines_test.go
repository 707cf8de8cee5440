package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

// duties is a small fleet with a deadline of several kinds.
const duties = `
apiVersion: tilsyn.dev/v1alpha1
kind: HostedSolution
metadata: {name: aula}
spec:
  owner: {organisation: Example A/S}
  personalData: [None]
  classification: {confidentiality: Internal, integrity: Medium, availability: Medium}
  contactsConfirmedAt: 2026-06-01
---
apiVersion: tilsyn.dev/v1alpha1
kind: ProcessingAgreement
metadata: {name: aula-operation}
spec:
  type: Processing
  document: {reference: agreement-1}
  solutions: [aula]
  signedAt: 2024-01-01
  validUntil: 2027-01-15
  parties: {customer: {group: {name: Danish municipalities, signed: 98}}, processor: example-operation}
---
apiVersion: tilsyn.dev/v1alpha1
kind: AssuranceStatement
metadata: {name: aula-2025}
spec:
  solutions: [aula]
  year: 2025
  document: Statement
  standard: ISAE3000
  receipt: {state: Expected, date: 2026-Q3}
---
apiVersion: tilsyn.dev/v1alpha1
kind: Institution
metadata: {name: example-east}
spec: {legalName: Example East, type: Municipality, uses: [{solution: aula, withinPurposeConfirmedAt: 2026-01-10}]}
---
apiVersion: tilsyn.dev/v1alpha1
kind: Institution
metadata: {name: example-west}
spec: {legalName: Example West, type: Municipality, uses: [{solution: aula, withinPurposeConfirmedAt: 2026-01-10}]}
---
apiVersion: tilsyn.dev/v1alpha1
kind: SecurityIncident
metadata: {name: wrong-recipient}
spec:
  title: A letter went to the wrong recipient
  description: Example
  solutions: [aula]
  detectedAt: 2026-11-20T08:00:00Z
  controllerAwareAt: 2026-11-20T08:00:00Z
  personalData: Affected
`

func TestDeadlines(t *testing.T) {
	path := write(t, "duties.yaml", []byte(duties))
	for name, args := range map[string][]string{
		"what-is-due":                    nil,
		"what-is-due-as-json":            {"-o", "json"},
		"what-is-overdue":                {"--within", "0d"},
		"what-is-due-within-a-fortnight": {"--within", "14d", "--solution", "aula"},
		"what-is-due-before-anything-is": {"--within", "1d", "--at", "2020-01-01T00:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, append([]string{"deadlines", "--at", "2026-11-21T09:00:00Z", "-f", path}, args...)...)
			if got.code != 0 || got.errors != "" {
				t.Errorf("exit %d, messages %q", got.code, got.errors)
			}
			golden(t, "deadlines/"+name+".txt", got.out)
		})
	}
}

// TestDeadlinesComeInOrder reads the JSON by hand and not by the types that wrote it.
func TestDeadlinesComeInOrder(t *testing.T) {
	got := run(t, "deadlines", "-f", fleet, "-o", "json", "--at", "2023-02-10T00:00:00Z")
	var out struct {
		Deadlines []struct{ OverdueAt, Step, Reminder, Due, Precision string }
	}
	if err := json.Unmarshal([]byte(got.out), &out); err != nil || len(out.Deadlines) < 20 {
		t.Fatalf("%d deadlines, %v", len(out.Deadlines), err)
	}
	months := 0
	for i, d := range out.Deadlines {
		if i > 0 && d.OverdueAt < out.Deadlines[i-1].OverdueAt {
			t.Errorf("%s comes after %s", d.OverdueAt, out.Deadlines[i-1].OverdueAt)
		}
		if overdue := d.OverdueAt <= "2023-02-10T00:00:00Z"; overdue != (d.Step == "Overdue") {
			t.Errorf("%s is %s", d.OverdueAt, d.Step)
		}
		if d.Precision == "month" && len(d.Due) == len("2023-03") {
			months++
		}
	}
	if months == 0 {
		t.Error("no deadline keeps the month that it was written as")
	}
}

// TestDeadlinesThatCannotAllBeSeen: a list that lacks something must not look complete.
func TestDeadlinesThatCannotAllBeSeen(t *testing.T) {
	broken := write(t, "broken.yaml", []byte(strings.Replace(duties, "type: Processing", "type: Process", 1)))
	got := run(t, "deadlines", "--at", "2026-11-21T09:00:00Z", "-f", broken)
	if got.code != 3 || !strings.Contains(got.errors, "deadlines may be missing") || !strings.Contains(got.out, "REM-01") {
		t.Errorf("exit %d, messages %q, output %q", got.code, got.errors, got.out)
	}
}

// TestCertificatesThatCannotBeReadAreToldOf: their ends are among the deadlines.
func TestCertificatesThatCannotBeReadAreToldOf(t *testing.T) {
	file := write(t, "certificate.yaml", []byte(duties+`
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web, namespace: aula}
spec: {secretName: web}
status: {notAfter: some day}
`))
	got := run(t, "deadlines", "--at", "2026-11-21T09:00:00Z", "-f", file)
	if got.code != 3 || !strings.Contains(got.errors, "certificates.cert-manager.io cannot be read as a whole, so deadlines may be missing") {
		t.Errorf("exit %d, messages %q", got.code, got.errors)
	}
}

func TestDeadlinesSayWhatIsWrongWithHowTheyAreAsked(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no input":                         {nil, "give -f PATH"},
		"two inputs":                       {[]string{"-f", fleet, "--cluster"}, "not several"},
		"a time that is no length of time": {[]string{"-f", fleet, "--within", "soon"}, "--within"},
		"a format that there is not":       {[]string{"-f", fleet, "-o", "yaml"}, "table, json"},
		"an instant that is none":          {[]string{"-f", fleet, "--at", "today"}, "is not an instant"},
		"a solution that there is not":     {[]string{"-f", fleet, "--solution", "alua"}, `no solution "alua"`},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, append([]string{"deadlines"}, test.args...)...)
			if got.code != 3 || !strings.Contains(got.errors, test.want) {
				t.Errorf("exit %d, messages %q, want %q in them", got.code, got.errors, test.want)
			}
		})
	}
}
