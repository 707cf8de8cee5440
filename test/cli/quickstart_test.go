package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// shown is what a page shows of a run: the command, then what it printed.
var shown = regexp.MustCompile("(?s)```\n\\$ tilsyn (check [^\n]*)\n(.*?)```\n")

// page is a page with runs of the program in it.
type page struct{ path, text string }

func readPage(t *testing.T, name string) *page {
	path, err := filepath.Abs(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return &page{path, string(read(t, path))}
}

// agrees runs the command of the n-th run that the page shows, as of the time it shows, and compares what it prints.
func (p *page) agrees(t *testing.T, n, code int) {
	t.Helper()
	runs := shown.FindAllStringSubmatch(p.text, -1)
	if len(runs) <= n {
		t.Fatalf("%s shows %d runs", p.path, len(runs))
	}
	command, printed := runs[n][1], runs[n][2]
	_, rest, _ := strings.Cut(printed, " as of ")
	stamp, _, _ := strings.Cut(rest, ".\n")
	at, err := time.Parse("2006-01-02 15:04 MST", stamp)
	if err != nil {
		t.Fatal(err)
	}
	got := invocation{args: strings.Fields(command), now: func() time.Time { return at }}.run(t.Context())
	if got.code != code || got.errors != "" {
		t.Errorf("%s: exit code %d, want %d\n%s", command, got.code, code, got.errors)
	}
	if *update {
		p.text = strings.Replace(p.text, printed, got.out, 1)
		if err := os.WriteFile(p.path, []byte(p.text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(printed, got.out); diff != "" {
		t.Errorf("%s shows of %s something else; go test ./test/cli -run Quickstart -update prints it anew (-page +printed):\n%s", p.path, command, diff)
	}
}

func TestTheQuickstartShowsWhatTheProgramPrints(t *testing.T) {
	quickstart, readme := readPage(t, "docs/quickstart.md"), readPage(t, "README.md")
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```\n").FindAllStringSubmatch(quickstart.text, -1)
	if len(blocks) != 3 {
		t.Fatalf("%d manifests, want a Deployment, the requirement, and terms that mend the Deployment", len(blocks))
	}
	deployment, requirement, mend := blocks[0][1], blocks[1][1], blocks[2][1]
	root := t.TempDir()
	t.Chdir(root)
	save := func(name, text string) {
		if err := os.MkdirAll(filepath.Join(root, "deploy"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, "deploy", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	save("deployment.yaml", deployment)
	quickstart.agrees(t, 0, 1)
	t.Chdir(filepath.Join(root, "deploy"))
	readme.agrees(t, 0, 1)
	t.Chdir(root)

	save("requirement.yaml", requirement)
	without := strings.Replace(deployment, "      annotations: {fluentbit.io/exclude: \"true\"}\n", "", 1)
	before, _, terms := strings.Cut(without, "            nodeSelectorTerms:\n")
	_, after, containers := strings.Cut(without, "      containers:\n")
	if !terms || !containers || without == deployment {
		t.Fatal("the Deployment has not what is to be mended")
	}
	save("deployment.yaml", before+mend+"      containers:\n"+after)
	quickstart.agrees(t, 1, 0)
}
