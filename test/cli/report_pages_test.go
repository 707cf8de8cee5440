package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tilsyn-dev/tilsyn/internal/control/controltest"
)

func TestReportPages(t *testing.T) {
	for name, args := range map[string][]string{
		"the-data-journey-of-aula":            {"chain", "--solution", "aula", "-f", fleet},
		"the-data-journey-of-aula-in-danish":  {"rpt-04", "--solution", "aula", "-f", fleet, "--lang", "da"},
		"the-data-journey-with-hostile-texts": {"chain", "-f", "testdata/reports/chain.yaml"},
		"the-data-journey-as-json":            {"chain", "-f", "testdata/reports/chain.yaml", "-o", "json"},
		"the-observations":                    {"observations", "-f", "testdata/reports/observations.yaml"},
		"the-observations-in-danish":          {"rpt-07", "-f", "testdata/reports/observations.yaml", "--lang", "da"},
		"the-observations-as-json":            {"observations", "-f", "testdata/reports/observations.yaml", "-o", "json"},
		"the-contacts":                        {"contacts", "-f", "testdata/reports/contacts.yaml"},
		"the-contacts-in-danish":              {"rpt-12", "-f", "testdata/reports/contacts.yaml", "--lang", "da"},
		"the-contacts-as-json":                {"contacts", "-f", "testdata/reports/contacts.yaml", "-o", "json"},
		"the-incidents":                       {"incidents", "-f", "testdata/reports/incidents.yaml"},
		"the-incidents-in-danish":             {"rpt-08", "-f", "testdata/reports/incidents.yaml", "--lang", "da"},
		"the-incidents-as-json":               {"incidents", "-f", "testdata/reports/incidents.yaml", "-o", "json"},
		"the-split":                           {"responsibilities", "-f", "testdata/reports/responsibilities.yaml"},
		"the-split-in-danish":                 {"rpt-02", "-f", "testdata/reports/responsibilities.yaml", "--lang", "da"},
		"the-split-as-json":                   {"responsibilities", "-f", "testdata/reports/responsibilities.yaml", "-o", "json"},
		"the-applicability":                   {"applicability", "-f", "testdata/declared"},
		"the-applicability-in-danish":         {"rpt-06", "-f", "testdata/declared", "--lang", "da"},
		"the-applicability-as-json":           {"applicability", "-f", "testdata/declared", "-o", "json"},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, append([]string{"report"}, args...)...)
			if got.code != 0 || got.errors != "" {
				t.Errorf("exit %d, messages %q", got.code, got.errors)
			}
			golden(t, "reports/"+name+".txt", got.out)
			if !strings.HasSuffix(name, "json") {
				harmless(t, got.out)
			}
		})
	}
}

var (
	// active is what Markdown or HTML would run, fetch or follow; a backslash or an entity in front makes it text.
	active = regexp.MustCompile("(?i)<[a-z/!]|(^|[^\\\\])\\]\\(|[a-z]://|(^|\\s)www\\.|(^|[^\\\\`])`")
	// drawn is a line of a diagram: a box with its text in quotes, or an arrow.
	drawn = regexp.MustCompile(`^  (\w+(\(\["[^"]*"\]\)|\["[^"]*"\]|\{\{"[^"]*"\}\})|\w+ (-->|-\.->|---)\|"[^"]*"\| \w+|\w+ -\.- \w+)$`)
)

// harmless finds what a resource would have smuggled into a page: markup, or more than boxes and arrows into a diagram.
func harmless(t *testing.T, page string) {
	t.Helper()
	diagram := false
	for line := range strings.Lines(page) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case line == "```mermaid" || line == "```":
			diagram = line != "```"
		case diagram && line != "flowchart TD" && !drawn.MatchString(line):
			t.Errorf("no line of a diagram: %s", line)
		case active.MatchString(strings.ReplaceAll(line, "<br/>", "")):
			t.Errorf("active: %s", line)
		}
	}
	if diagram {
		t.Error("a diagram without end")
	}
}

// TestReportChainComparesWithWhatRuns finds in snapshots what shows at its link, and what is no link outside the chain.
func TestReportChainComparesWithWhatRuns(t *testing.T) {
	fixtures, err := controltest.Load("../../internal/catalog/sup/testdata")
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"pass-everything-declared.yaml": "kombit: Logs logs.example.org, Images ghcr.io/kombit, Telemetry logs.example.org; " +
			"aws: Nodes aws, Backups aws/aula-backups, Volumes ebs.csi.aws.com; not in the chain: ",
		"fail-image-of-a-party-outside-the-chain.yaml":  "kombit: ; aws: ; not in the chain: Images docker.io/library",
		"bypass-label-against-the-provider-id.yaml":     "kombit: Images ghcr.io/kombit; aws: ; not in the chain: Nodes gcp",
		"pass-endpoint-declared-with-its-supplier.yaml": "kombit: Endpoints errors.example.org, Images ghcr.io/kombit, Telemetry errors.example.org; aws: ; not in the chain: ",
	} {
		t.Run(file, func(t *testing.T) {
			i := slices.IndexFunc(fixtures, func(f controltest.Fixture) bool { return strings.HasSuffix(f.Path, "SUP-03/"+file) })
			var snapshot bytes.Buffer
			if err := fixtures[i].WriteSnapshot(&snapshot); err != nil {
				t.Fatal(err)
			}
			got := run(t, "report", "chain", "-o", "json", "--snapshot", write(t, "fixture.json", snapshot.Bytes()))
			var report journeys
			if err := json.Unmarshal([]byte(got.out), &report); err != nil {
				t.Fatalf("%v\n%s", err, got.errors)
			}
			if s := report.String(); s != want {
				t.Errorf("got  %s\nwant %s", s, want)
			}
		})
	}
}

// journeys is what the test reads of the JSON, by hand and not by the types that wrote it.
type journeys struct {
	Solutions []struct {
		Links []struct {
			Supplier string
			Observed []seen
		}
		NotInChain []seen
	}
}

type seen struct{ Kind, Party string }

func (j journeys) String() string {
	list := func(all []seen) string {
		var out []string
		for _, s := range all {
			out = append(out, s.Kind+" "+s.Party)
		}
		return strings.Join(out, ", ")
	}
	var b strings.Builder
	for _, s := range j.Solutions {
		for _, l := range s.Links {
			b.WriteString(l.Supplier + ": " + list(l.Observed) + "; ")
		}
		b.WriteString("not in the chain: " + list(s.NotInChain))
	}
	return b.String()
}

func TestReportPagesRefuse(t *testing.T) {
	broken := write(t, "agreement.yaml", []byte("apiVersion: tilsyn.dev/v1alpha1\nkind: ProcessingAgreement\nmetadata: {name: school-operator}\nspec: {type: Handshake}\n"))
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"a solution that does not exist":           {[]string{"chain", "--solution", "aulla", "-f", fleet}, `there is no HostedSolution "aulla"`},
		"a format that pages do not have":          {[]string{"rpt-08", "-o", "csv", "-f", fleet}, "markdown, json"},
		"an agreement that cannot be understood":   {[]string{"chain", "-f", fleet, "-f", broken}, "processingagreements.tilsyn.dev cannot be read, so the report is not complete"},
		"contacts of suppliers that are misspelt":  {[]string{"contacts", "-f", write(t, "supplier.yaml", []byte("apiVersion: tilsyn.dev/v1alpha1\nkind: Supplier\nmetadata: {name: operator}\nspec: {legalname: Operator}\n"))}, "suppliers.tilsyn.dev cannot be read"},
		"a split of a solution that is not there":  {[]string{"responsibilities", "--solution", "x", "-f", fleet}, "there is no HostedSolution"},
		"a number that no report of the kinds has": {[]string{"rpt-99", "-f", fleet}, `tilsyn report has no verb "rpt-99"`},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, append([]string{"report"}, test.args...)...)
			if got.code != 3 || !strings.Contains(got.errors, test.says) {
				t.Errorf("exit %d, messages %q; want 3 and %q", got.code, got.errors, test.says)
			}
		})
	}
}

// TestReportDocsShowWhatIsPrinted holds the excerpts of docs/reports.md against what the reports print.
func TestReportDocsShowWhatIsPrinted(t *testing.T) {
	docs, err := os.ReadFile("../../docs/reports.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/golden/reports/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	printed := map[string]bool{}
	for _, f := range files {
		page, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(page)) {
			printed[line] = true
		}
	}
	_, excerpts, _ := strings.Cut(string(docs), "## The data journey")
	count := 0
	for line := range strings.Lines(excerpts) {
		if strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "  ") && !strings.HasPrefix(line, "   ") {
			count++
			if !printed[line] {
				t.Errorf("no report prints: %s", line)
			}
		}
	}
	if count < 30 {
		t.Errorf("only %d lines of excerpts", count)
	}
}
