package cli

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
)

// fleetWithoutStatements copies the fleet of the sources without its statements to a directory.
func fleetWithoutStatements(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	files, err := filepath.Glob(filepath.Join(fleet, "*.yaml"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		base := filepath.Base(file)
		if base == "statements.yaml" || base == "kustomization.yaml" {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, base), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// printed reports the statements of a fleet.
func printed(t *testing.T, dir string, args ...string) string {
	t.Helper()
	got := run(t, append([]string{"report", "statements", "--year", "2022", "--at", "2026-11-20T00:00:00Z", "-f", dir}, args...)...)
	if got.code != 0 || len(got.out) < 1000 {
		t.Fatalf("exit %d: %s", got.code, got.errors)
	}
	return got.out
}

// bySpreadsheet writes a table as a spreadsheet with Danish settings saves it: columns moved, semicolons, a mark of byte
// order, days first, an empty line at the end.
func bySpreadsheet(t *testing.T, text string, r *rand.Rand) string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	order := r.Perm(len(rows[0]))
	var b bytes.Buffer
	b.WriteString("\xef\xbb\xbf")
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = ';', true
	for _, row := range rows {
		moved := make([]string, len(row))
		for i, from := range order {
			moved[i] = row[from]
			if cell := row[from]; len(cell) == len("2023-06-08") && cell[4] == '-' && cell[7] == '-' && !strings.ContainsAny(cell, "Q ") {
				moved[i] = cell[8:] + "-" + cell[5:7] + "-" + cell[:4]
			}
		}
		if err := w.Write(moved); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	b.WriteString(strings.Repeat(";", len(rows[0])-1) + "\r\n")
	return b.String()
}

func TestWhatIsReportedIsImportedAndReportedAgain(t *testing.T) {
	const seed = 20261120
	r := rand.New(rand.NewPCG(seed, 1))
	bare := fleetWithoutStatements(t)
	before := map[string]string{"json": printed(t, fleet, "-o", "json"), "csv": printed(t, fleet, "-o", "csv")}
	for name, change := range map[string]func(string) string{
		"as it was written":       func(s string) string { return s },
		"after a spreadsheet":     func(s string) string { return bySpreadsheet(t, s, r) },
		"after another one":       func(s string) string { return bySpreadsheet(t, s, r) },
		"separated by tabulators": func(s string) string { return strings.Join(strings.Split(retabbed(t, s), "\r\n"), "\n") },
		"with headings in capital": func(s string) string {
			head, rest, _ := strings.Cut(s, "\n")
			return strings.ToUpper(head) + "\n" + rest
		},
	} {
		for _, language := range []string{"en", "da"} {
			t.Run(name+" in "+language, func(t *testing.T) {
				text := change(printed(t, fleet, "-o", "csv", "--lang", language))
				got := invocation{args: []string{"import", "-"}, stdin: strings.NewReader(text)}.run(t.Context())
				if got.code != 0 || !strings.HasPrefix(got.errors, "Taken as new") {
					t.Fatalf("seed %d: exit %d: %s", seed, got.code, got.errors)
				}
				merged := invocation{args: []string{"import", "-", "-f", fleet}, stdin: strings.NewReader(text)}.run(t.Context())
				if merged.code != 0 || merged.errors != "27 statements: 0 new, 0 changed, 27 as recorded.\n" {
					t.Errorf("seed %d: exit %d: %s", seed, merged.code, merged.errors)
				}
				if diff := cmp.Diff(recordedStatements(t, filepath.Join(fleet, "statements.yaml")), statementsIn(t, merged.out)); diff != "" {
					t.Errorf("seed %d: what nobody changed is written otherwise (-recorded +imported):\n%s", seed, diff)
				}
				dir := t.TempDir()
				if err := os.CopyFS(dir, os.DirFS(bare)); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, "statements.yaml"), []byte(got.out), 0o600); err != nil {
					t.Fatal(err)
				}
				for format, want := range before {
					if diff := cmp.Diff(want, printed(t, dir, "-o", format)); diff != "" {
						t.Errorf("seed %d: %s (-before +after):\n%s", seed, format, diff)
					}
				}
			})
		}
	}
}

func retabbed(t *testing.T, text string) string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma = '\t'
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestEverythingWrongWithAFileOfStatementsIsToldAtOnceAndNothingIsWritten(t *testing.T) {
	for name, text := range map[string]string{
		"many-faults": "name,solutions,year,document,standard,type,scope,receipt,receipt date,recipient kind,recipient,delivery,delivery date\n" +
			"aula-2022,aula,2022,Statement,ISEA 3402,Type2,Specific,Received,08/06/2023,Group,Danish municipalities,Delivered,2023-06-21\n" +
			"ksd-2022,ksd,22,Statmnt,ISAE 3000,Type 2,Specifik,Received,2023-06-31,,STAR,Deliverd,\n" +
			"fbi-2022,,2022,ActionPlan,ISAE3000,,,Receivd,,,,,\n" +
			"Aula 2023,aula,2023,Statement,,,,,,,,,\n" +
			"late-2022,aula,2022,Statement,ISAE3000,,,Received,2023-06-21,Group,Danish municipalities,Delivered,2023-06-08\n" +
			"short-2022,aula,2022\n" +
			",aula,2022,Statement,,,,,,,,,\n",
		"lines-twice": "name,solutions,year,document,standard,recipient kind,recipient,delivery,delivery date\n" +
			"aula-2022,aula,2022,Statement,ISAE3000,Group,Danish municipalities,Delivered,2023-06-21\n" +
			"aula-2022,aula,2022,Statement,ISAE3000,Group,Danish municipalities,Delivered,2023-06-21\n" +
			"aula-2022,aula,2022,Statement,ISAE3000,Group,danish municipalities,Delivered,2023-07-01\n" +
			"ksd-2022,ksd,2022,Statement,ISAE3000,,,NotSaid,\n" +
			"ksd-2022,ksd,2022,Statement,ISAE3000,,,NotSaid,\n" +
			"ksd-2022,ksd,2022,Statement,ISAE3000,,,Delivered,2023\n",
		"further-lines": "name,solutions,year,document,standard,recipient kind,recipient,delivery\n" +
			"aula-2022,aula,2022,Statement,ISAE3000,Group,Danish municipalities,Delivered\n" +
			"aula-2022,aula,2022,Statement,ISAE3402,Organisation,STAR,Delivered\n" +
			"aula-2022,aula,2022,Statement,ISAE3000,,,\n",
		"misspelt-headings": "navn;løsninger;år;dokumnt;standart;status;status;farve\naula-2022;aula;2022;Statement;ISAE3000;;;\n",
		"no-document":       "name,year,solutions\naula-2022,2022,aula\n",
		"only-headings":     "name,solutions,year,document\n",
		"empty":             "",
		"open-quotation":    "name,solutions,year,document\naula-2022,\"aula,2022,Statement\n",
		"another-encoding":  "navn;l\xf8sninger;\xe5r;dokument\naula-2022;aula;2022;Statement\n",
		"a-workbook":        "PK\x03\x04\x00\x00",
	} {
		t.Run(name, func(t *testing.T) {
			got := invocation{args: []string{"import", "-"}, stdin: strings.NewReader(text)}.run(t.Context())
			if got.code != 3 || got.out != "" {
				t.Errorf("exit %d, output %q", got.code, got.out)
			}
			golden(t, "import/"+name+".txt", got.errors)
		})
	}
}

func TestCellsThatASpreadsheetWouldRunComeBackAsTheyWere(t *testing.T) {
	text := "name,solutions,year,document,standard,subject,reason\naula-2022,aula,2022,Statement,ISAE3000,'=HYPERLINK(1),''t Hooft\n"
	got := invocation{args: []string{"import", "-"}, stdin: strings.NewReader(text)}.run(t.Context())
	if got.code != 0 || !strings.Contains(got.out, "subject: =HYPERLINK(1)\n") || !strings.Contains(got.out, "reason: '''t Hooft'\n") {
		t.Errorf("exit %d: %s%s", got.code, got.out, got.errors)
	}
}

func TestImportWritesOneFileAndReplacesNoneUnasked(t *testing.T) {
	text := func() io.Reader {
		return strings.NewReader("name,solutions,year,document,standard\naula-2022,aula,2022,Statement,ISAE3000\n")
	}
	dir := filepath.Join(t.TempDir(), "new", "folder")
	imported := func(args ...string) outcome {
		return invocation{args: append([]string{"import", "-", "-o", dir}, args...), stdin: text()}.run(t.Context())
	}
	if got := imported(); got.code != 0 || got.out != "" || !strings.Contains(got.errors, "Wrote 1 statement") {
		t.Fatalf("exit %d: %s%s", got.code, got.out, got.errors)
	}
	path := filepath.Join(dir, "assurancestatements.yaml")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := imported(); got.code != 3 || !strings.Contains(got.errors, "there already; nothing was written") {
		t.Errorf("exit %d: %s", got.code, got.errors)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "mine" {
		t.Errorf("%q, %v", text, err)
	}
	if got := imported("--force"); got.code != 0 {
		t.Errorf("exit %d: %s", got.code, got.errors)
	}
	if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text), "name: aula-2022") {
		t.Errorf("%q, %v", text, err)
	}
	entries, err := os.ReadDir(dir)
	if names := slices.Collect(namesOf(entries)); err != nil || len(names) != 1 {
		t.Errorf("%v, %v", names, err)
	}
}

func namesOf(entries []os.DirEntry) func(func(string) bool) {
	return func(yield func(string) bool) {
		for _, e := range entries {
			if !yield(e.Name()) {
				return
			}
		}
	}
}

func TestImportSaysWhatIsWrongWithHowItIsAsked(t *testing.T) {
	for name, args := range map[string][]string{
		"no file":                     {"import"},
		"two files":                   {"import", "a.csv", "b.csv"},
		"a missing file":              {"import", "testdata/nowhere.csv"},
		"another flag":                {"import", "-f", "a.csv"},
		"force alone":                 {"import", "a.csv", "--force"},
		"no CSV":                      {"import", "testdata/plain/app.yaml"},
		"two sources":                 {"import", "a.csv", "--cluster", "-f", "testdata"},
		"standard input twice":        {"import", "-", "-f", "-"},
		"a context without a cluster": {"import", "a.csv", "--context", "prod"},
		"recorded where nothing is":   {"import", "testdata/plain/app.yaml", "-f", "testdata/nowhere.yaml"},
	} {
		if got := run(t, args...); got.code != 3 || got.out != "" || !strings.HasPrefix(got.errors, "error: ") {
			t.Errorf("%s: exit %d, %q, %q", name, got.code, got.out, got.errors)
		}
	}
}

// statementsIn reads statements by name.
func statementsIn(t *testing.T, text string) map[string]v1alpha1.AssuranceStatement {
	t.Helper()
	out := map[string]v1alpha1.AssuranceStatement{}
	for one := range strings.SplitSeq(text, "\n---\n") {
		var s v1alpha1.AssuranceStatement
		if err := yaml.UnmarshalStrict([]byte(one), &s); err != nil {
			t.Fatal(err)
		}
		if s.Kind == "AssuranceStatement" {
			out[s.Name] = s
		}
	}
	return out
}

func recordedStatements(t *testing.T, path string) map[string]v1alpha1.AssuranceStatement {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return statementsIn(t, string(text))
}

// kept is a statement that holds much that a CSV does not.
const kept = "testdata/recorded"

func importedOver(t *testing.T, args []string, lines ...string) outcome {
	t.Helper()
	return invocation{args: append([]string{"import", "-"}, args...), stdin: strings.NewReader(strings.Join(lines, "\n") + "\n")}.run(t.Context())
}

func TestImportTakesNothingAwayFromWhatIsRecorded(t *testing.T) {
	const head = "name,solutions,year,document,standard,type,state,receipt,receipt date,recipient kind,recipient,delivery,delivery date"
	const same = "school-2025,school,2025,Statement,ISAE3000,Type2,"
	for name, test := range map[string]struct {
		lines  []string
		change func(*v1alpha1.AssuranceStatementSpec)
		says   []string
	}{
		"what nobody changed": {
			lines: []string{head, same + "Assessed,Received,2026-05-08,Group,North Municipality,Delivered,2026-05-20", same + "Assessed,Received,2026-05-08,Organisation,STAR,Expected,2026-06"},
			says:  []string{"1 statement: 0 new, 0 changed, 1 as recorded."},
		},
		"a date and a state of one recipient": {
			lines: []string{head, same + "Forwarded,Received,2026-05-07,Group,North Municipality,Delivered,2026-05-20", same + "Forwarded,Received,2026-05-07,Organisation,STAR,Delivered,2026-06-02"},
			change: func(s *v1alpha1.AssuranceStatementSpec) {
				s.Receipt.Date, s.Deliveries[1].State, s.Deliveries[1].Date = "2026-05-07", v1alpha1.DeliveryDelivered, "2026-06-02"
			},
			says: []string{"1 statement: 0 new, 1 changed, 0 as recorded."},
		},
		"empty cells, and a recipient that no line names": {
			lines: []string{head, "school-2025,school,2025,Statement,,,,,,Group,North Municipality,,"},
			says: []string{"line 2: standard is empty, but \"ISAE3000\" is recorded of school-2025 and stays", "line 2: receipt date is empty, but \"2026-05-08\"", "line 2: delivery is empty",
				"no line names the delivery of school-2025 to STAR", "0 changed"},
		},
		"columns that are missing": {
			lines:  []string{"name,solutions,year,document,type", "school-2025,school,2025,Statement,Type1"},
			change: func(s *v1alpha1.AssuranceStatementSpec) { s.Type = v1alpha1.StatementType1 },
			says:   []string{"1 changed"},
		},
		"a further recipient": {
			lines: []string{"name,solutions,year,document,recipient kind,recipient,delivery", "school-2025,school,2025,Statement,Organisation,KL,Expected"},
			change: func(s *v1alpha1.AssuranceStatementSpec) {
				s.Deliveries = append(s.Deliveries, v1alpha1.Delivery{Organisation: "KL", State: v1alpha1.DeliveryExpected})
			},
			says: []string{"to North Municipality", "to STAR", "1 changed"},
		},
		"another state": {
			lines: []string{"name,solutions,year,document,state,reason", "school-2025,school,2025,Statement,NotRelevant,Not in production in 2025"},
			change: func(s *v1alpha1.AssuranceStatementSpec) {
				s.State, s.Reason = v1alpha1.StatementNotRelevant, "Not in production in 2025"
			},
			says: []string{"1 changed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := importedOver(t, []string{"-f", kept}, test.lines...)
			if got.code != 0 {
				t.Fatalf("exit %d: %s", got.code, got.errors)
			}
			want := recordedStatements(t, kept+"/statements.yaml")
			one := want["school-2025"]
			if test.change != nil {
				test.change(&one.Spec)
			}
			if diff := cmp.Diff(map[string]v1alpha1.AssuranceStatement{"school-2025": one}, statementsIn(t, got.out)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			for _, say := range test.says {
				if !strings.Contains(got.errors, say) {
					t.Errorf("%q is missing in:\n%s", say, got.errors)
				}
			}
		})
	}
}

func TestImportSaysWhichStatementsAreNew(t *testing.T) {
	got := importedOver(t, []string{"-f", kept}, "name,solutions,year,document", "shcool-2025,school,2025,Statement", "school-2025-b,school,2025,Statement")
	if got.code != 0 || !strings.Contains(got.errors, "2 statements: 2 new, 0 changed, 0 as recorded.") ||
		!strings.Contains(got.errors, "line 3: school-2025-b differs from shcool-2025 of line 2 in nothing but the name") {
		t.Errorf("exit %d: %s", got.code, got.errors)
	}
	got = importedOver(t, nil, "name,solutions,year,document", "school-2025,school,2025,Statement")
	if got.code != 0 || !strings.Contains(got.errors, "observations") || !strings.Contains(got.errors, "kubectl create") {
		t.Errorf("exit %d: %s", got.code, got.errors)
	}
}

func TestImportReplacesNoFileThatHoldsMore(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "assurancestatements.yaml")
	text, err := os.ReadFile(kept + "/statements.yaml")
	if err == nil {
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{"name,solutions,year,document", "school-2025,school,2025,Statement"}
	got := importedOver(t, []string{"-f", dir, "-o", dir, "--force"}, lines...)
	if got.code != 3 || !strings.Contains(got.errors, "holds AssuranceStatement school-plan-2025 too") {
		t.Errorf("exit %d: %s", got.code, got.errors)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(text) {
		t.Errorf("%v: the file has changed:\n%s", err, after)
	}
	if got := importedOver(t, []string{"-f", dir, "-o", dir, "--force"}, append(lines, "school-plan-2025,school,2025,ActionPlan")...); got.code != 0 {
		t.Errorf("exit %d: %s", got.code, got.errors)
	}
	if diff := cmp.Diff(recordedStatements(t, kept+"/statements.yaml"), recordedStatements(t, path)); diff != "" {
		t.Errorf("-before +after:\n%s", diff)
	}
}

// TestALongImportShowsHowFarItIs: what takes long says so, on terminals only.
func TestALongImportShowsHowFarItIs(t *testing.T) {
	var b strings.Builder
	b.WriteString("name,solutions,year,document,subject\n")
	for i := range 900 {
		fmt.Fprintf(&b, "s-%d,aula,2022,Statement,General IT controls\n", i)
	}
	for _, screen := range []bool{true, false} {
		now := today
		clock := func() time.Time { now = now.Add(time.Second); return now }
		got := invocation{args: []string{"import", "-"}, stdin: strings.NewReader(b.String()), screen: terminal.Screen{Err: screen}, now: clock}.run(t.Context())
		if got.code != 0 || strings.Contains(got.errors, "Checking [") != screen {
			t.Errorf("terminal %t, exit %d: %s", screen, got.code, got.errors)
		}
	}
}
