package cli

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/internal/cli/report/sheet"
)

const fleet = "../../config/samples/fleet"

func TestReportStatements(t *testing.T) {
	for name, args := range map[string][]string{
		"the-overview-of-2022":               nil,
		"the-overview-of-2022-in-danish":     {"--lang", "da"},
		"the-overview-of-2022-as-csv":        {"-o", "csv"},
		"the-overview-of-2022-as-danish-csv": {"-o", "csv", "--lang", "da"},
		"the-overview-of-2022-as-json":       {"-o", "json"},
		"the-overview-of-2022-as-markdown":   {"-o", "markdown", "--lang", "da"},
		"the-overview-when-it-was-made":      {"--at", "2023-09-20T12:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, append([]string{"report", "statements", "--year", "2022", "-f", fleet}, args...)...)
			if got.code != 0 || got.errors != "" {
				t.Errorf("exit %d, messages %q", got.code, got.errors)
			}
			golden(t, name+".txt", strings.ReplaceAll(got.out, "\r\n", "\n"))
		})
	}
}

// overview is what the test reads of the JSON, by hand and not by the types that wrote it.
type overview struct {
	Counts map[string]any
	Rows   []struct {
		Name    string
		Receipt struct{ State, Date, Precision string }
		Remarks []struct{ Kind, Code string }
	}
	Missing    []any
	Unrecorded []string
}

// TestReportCountsAsTheSource holds the overview against the counts of its source.
func TestReportCountsAsTheSource(t *testing.T) {
	got := run(t, "report", "rpt-03", "--year", "2022", "-f", fleet, "-o", "json")
	var o overview
	if err := json.Unmarshal([]byte(got.out), &o); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"subjects": 19.0, "lines": 27.0, "statements": 24.0, "actionPlans": 2.0, "otherDocuments": 0.0, "withoutStatement": 1.0,
		"byKind":  map[string]any{"ISAE 3000, specific": 15.0, "ISAE 3000, general": 3.0, "ISAE 3402, specific": 4.0, "ISAE 3402, general": 2.0},
		"remarks": o.Counts["remarks"],
	}
	if d := cmp.Diff(want, o.Counts); d != "" {
		t.Error(d)
	}
	// The receipt of each line with a date that is no day: nothing is made more precise than it was written.
	precision := map[string]string{}
	found := map[string][]string{}
	for _, r := range o.Rows {
		if r.Receipt.Date != "" && r.Receipt.Precision != "day" {
			precision[r.Name] = r.Receipt.Date + " " + r.Receipt.Precision
		}
		for _, m := range r.Remarks {
			if m.Kind != "Gap" {
				found[m.Code] = append(found[m.Code], r.Name)
			}
		}
	}
	if d := cmp.Diff(map[string]string{
		"stoettesystemerne-2022-isae3000": "2023-12 month", "eessi-rina-2022-isae3000": "2023-05 month", "fbi-2022-isae3000": "2023-03 month",
		"kombit-2022-isae3000": "2023-03 month", "sapa-2022-isae3000": "2023-Q2 quarter", "serviceplatformen-2022-isae3000": "2023-04 month",
		"socialt-frikort-2022-isae3000": "2023-09 month",
	}, precision); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(map[string][]string{
		"DeliveredNotReceived": {"eessi-rina-2022-isae3000", "kombit-2022-isae3000", "serviceplatformen-2022-isae3000"},
		"AfterRecord":          {"stoettesystemerne-2022-isae3000"},
		"KindDiffers":          {"byg-og-miljoe-2022-isae3000", "koereproevebookning-2022-isae3000"},
		"ReceiptOverdue":       {"fbi-2022-isae3000"}, "DeliveryOverdue": {"stoettesystemerne-2022-isae3000"},
		"ClarifiedTooLong": {"kp-2022-isae3402"}, // nobody says since when: since the year was over
		"DeliveredLate":    {"fbs-2022-isae3000", "yr-2022-isae3000", "yr-2022-isae3402"},
	}, found); d != "" {
		t.Error(d)
	}
	if len(o.Missing) != 0 || len(o.Unrecorded) != 3 {
		t.Errorf("missing %v, unrecorded %v; want none and the three national systems", o.Missing, o.Unrecorded)
	}
}

// TestReportOfAYearWithoutRecords finds that everything required is missing, and does not call an empty list complete.
func TestReportOfAYearWithoutRecords(t *testing.T) {
	got := run(t, "report", "statements", "--year", "2024", "-f", fleet, "-o", "json")
	var o overview
	if err := json.Unmarshal([]byte(got.out), &o); err != nil {
		t.Fatal(err)
	}
	if len(o.Rows) != 0 || len(o.Missing) != 18+1 {
		t.Errorf("%d rows, %d missing; want 18 solutions and the processor missing", len(o.Rows), len(o.Missing))
	}
}

func TestReportRefuses(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "statement.yaml")
	text := "apiVersion: tilsyn.dev/v1alpha1\nkind: AssuranceStatement\nmetadata: {name: dubu-2022}\nspec: {solutions: [dubu], year: 2022, document: Statement, standard: SAE3000}\n"
	if err := os.WriteFile(bad, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"a report that does not exist":     {[]string{"report", "statemens", "-f", fleet}, `tilsyn report has no verb "statemens"; did you mean statements?`},
		"no input":                         {[]string{"report", "statements"}, "nothing to report on"},
		"two inputs":                       {[]string{"report", "statements", "-f", fleet, "--cluster"}, "not several"},
		"a format that it does not have":   {[]string{"report", "statements", "-f", fleet, "-o", "yaml"}, "table, csv, json, markdown"},
		"a language that it does not have": {[]string{"report", "statements", "-f", fleet, "--lang", "sv"}, "en, da"},
		"a year in words":                  {[]string{"report", "statements", "-f", fleet, "--year", "abc"}, `--year: "abc" is not a year between 2000 and 2199, for example 2025`},
		"a year of nothing":                {[]string{"report", "statements", "-f", fleet, "--year", "0"}, "between 2000 and 2199"},
		"an empty year":                    {[]string{"report", "statements", "-f", fleet, "--year", ""}, "between 2000 and 2199"},
		"a year of two digits":             {[]string{"report", "statements", "-f", fleet, "--year", "22"}, "between 2000 and 2199"},
		"a misspelt standard":              {[]string{"report", "statements", "-f", bad}, "SAE3000"},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, test.args...)
			if got.code != 3 || !strings.Contains(got.errors, test.says) {
				t.Errorf("exit %d, messages %q; want 3 and %q", got.code, got.errors, test.says)
			}
		})
	}
}

// TestReportIsSafeInSpreadsheets puts formulas where people write text.
func TestReportIsSafeInSpreadsheets(t *testing.T) {
	dir := t.TempDir()
	text := `apiVersion: tilsyn.dev/v1alpha1
kind: AssuranceStatement
metadata: {name: evil}
spec:
  solutions: [aula]
  year: 2022
  document: Statement
  standard: ISAE3000
  subject: "=HYPERLINK(\"https://example.org\";\"a, b\")"
  deliveries: [{organisation: "+45 12", state: Delivered}, {organisation: "-1", state: Delivered}, {organisation: "@SUM(A1)", state: Delivered}]
`
	if err := os.WriteFile(filepath.Join(dir, "evil.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got := run(t, "report", "statements", "--year", "2022", "-f", dir, "-o", "csv")
	lines, err := csv.NewReader(strings.NewReader(got.out)).ReadAll()
	if err != nil || len(lines) != 4 {
		t.Fatalf("%d lines, %v: %s", len(lines), err, got.out)
	}
	seen := map[string]bool{}
	for _, line := range lines {
		for _, cell := range line {
			if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
				t.Errorf("a spreadsheet runs %q", cell)
			}
			seen[sheet.Plain(cell)] = true
		}
	}
	for _, want := range []string{`=HYPERLINK("https://example.org";"a, b")`, "+45 12", "-1", "@SUM(A1)"} {
		if !seen[want] {
			t.Errorf("%q does not come back", want)
		}
	}
}

// TestWhatIsToBeFilledInIsPrintedAsNotRecorded: what tilsyn init writes for want of a name is nobody's name.
func TestWhatIsToBeFilledInIsPrintedAsNotRecorded(t *testing.T) {
	path := write(t, "inited.yaml", []byte(`
apiVersion: tilsyn.dev/v1alpha1
kind: Supplier
metadata: {name: aws}
spec: {legalName: To be filled in (Amazon Web Services)}
---
apiVersion: tilsyn.dev/v1alpha1
kind: Institution
metadata: {name: north}
spec: {legalName: To be filled in, type: Municipality, uses: [{solution: booking}]}
---
apiVersion: tilsyn.dev/v1alpha1
kind: HostedSolution
metadata: {name: booking}
spec:
  owner: {organisation: To be filled in}
  supplierChain: [{name: hosting, supplier: aws, task: Hosting}]
  controllers: [{name: Municipalities, expectedCount: 1, institutions: [north]}]
---
apiVersion: tilsyn.dev/v1alpha1
kind: AssuranceStatement
metadata: {name: aws-2025}
spec: {supplier: aws, year: 2025, document: Statement, standard: ISAE3000}
`))
	for name, wants := range map[string][]string{
		"contacts":         {"| booking | not recorded |", "| north | not recorded |", "| aws | not recorded |"},
		"chain":            {"hosting: aws (legal name not recorded)", "| hosting | aws (legal name not recorded) |"},
		"responsibilities": nil,
		"statements":       {"| aws | ISAE 3000 |", "1 statement (ISAE 3000 1)", "1 solution or supplier"},
	} {
		for _, format := range []string{"markdown", "json"} {
			got := run(t, "report", name, "-f", path, "-o", format)
			if got.code != 0 || strings.Contains(strings.ToLower(got.out), "filled in") {
				t.Errorf("%s as %s: exit %d, %s\n%s", name, format, got.code, got.errors, got.out)
			}
			for _, want := range wants {
				if format == "markdown" && !strings.Contains(got.out, want) {
					t.Errorf("%s: %q is missing in\n%s", name, want, got.out)
				}
			}
		}
	}
}
