// Package cli tests the command line as people use it: arguments in, output and exit code out.
package cli

import (
	"bytes"
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/cli"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// today is when the tests run.
var today = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

// outcome is what a run leaves.
type outcome struct {
	code        int
	out, errors string
}

// invocation is one run of the program.
type invocation struct {
	args   []string
	stdin  io.Reader
	screen terminal.Screen
	now    func() time.Time
	extra  []*control.Control // besides the catalogue
}

func run(t testing.TB, args ...string) outcome {
	t.Helper()
	return invocation{args: args}.run(t.Context())
}

func (i invocation) run(ctx context.Context) outcome {
	var out, errors bytes.Buffer
	now := i.now
	if now == nil {
		now = func() time.Time { return today }
	}
	p := &program.Program{Controls: slices.Concat(catalog.All(), i.extra), Version: "v0.0.0-test", Now: now, In: i.stdin, Out: &out, Err: &errors, Screen: i.screen}
	if p.In == nil {
		p.In = strings.NewReader("")
	}
	code := cli.Run(ctx, p, append([]string{"tilsyn"}, i.args...))
	return outcome{code, out.String(), errors.String()}
}

// golden compares a text with a file under testdata/golden.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run go test ./test/cli -update", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-golden +got):\n%s", name, diff)
	}
}

// transcript is everything a run said, as a golden file shows it.
func (o outcome) transcript(args []string) string {
	var b strings.Builder
	b.WriteString("$ tilsyn " + strings.Join(args, " ") + "\n")
	b.WriteString(o.out)
	if o.errors != "" {
		b.WriteString("--- standard error\n" + o.errors)
	}
	b.WriteString("--- exit code " + string(rune('0'+o.code)) + "\n")
	return b.String()
}

func TestOutputAndExitCodeAreThoseOfTheGoldenFiles(t *testing.T) {
	for name, args := range map[string][]string{
		"plain manifests are judged as namespaces":           {"check", "-f", "testdata/plain", "-n", "shop"},
		"plain manifests as json":                            {"check", "-f", "testdata/plain", "-n", "shop", "-o", "json"},
		"plain manifests by the gentler profile":             {"check", "-f", "testdata/plain", "-n", "shop", "--profile", "getting-started"},
		"pinned manifests pass":                              {"check", "-f", "testdata/pinned"},
		"pinned manifests pass with every result":            {"check", "-f", "testdata/pinned", "--show", "all"},
		"strict does not mind what manifests never show":     {"check", "-f", "testdata/pinned", "--strict", "--fail-on", "low"},
		"a declared solution":                                {"check", "-f", "testdata/declared"},
		"a declared solution with what is only observed":     {"check", "-f", "testdata/declared", "--show", "observed"},
		"a declared solution as json":                        {"check", "-f", "testdata/declared", "-o", "json"},
		"a declared solution with every result":              {"check", "-f", "testdata/declared", "--show", "all"},
		"a declared solution with every result as json":      {"check", "-f", "testdata/declared", "--show", "all", "-o", "json"},
		"a declared solution when its exception has ended":   {"check", "-f", "testdata/declared", "--at", "2027-01-01T00:00:00Z"},
		"a high failure does not count from critical on":     {"check", "-f", "testdata/declared", "--fail-on", "critical"},
		"an environment of an unknown solution":              {"check", "-f", "testdata/stray"},
		"an environment of an unknown solution is undecided": {"check", "-f", "testdata/stray", "--strict"},
		"a template of a kind that is not read":              {"check", "-f", "testdata/foreign"},
		"a template of a kind that is not read is undecided": {"check", "-f", "testdata/foreign", "--strict", "-o", "json"},
		"kinds known to make pods are undecided":             {"check", "-f", "testdata/makers/unsaid.yaml", "--strict"},
		"a database cluster that says where its pods run":    {"check", "-f", "testdata/makers/pinned.yaml", "--show", "all"},
		"broken yaml":                                   {"check", "-f", "testdata/bad/broken.yaml"},
		"broken yaml as json":                           {"check", "-f", "testdata/bad/broken.yaml", "-o", "json"},
		"an unknown field":                              {"check", "-f", "testdata/bad/unknown-field.yaml"},
		"a template that nobody accepts":                {"check", "-f", "testdata/bad/refused-template.yaml"},
		"a profile with an unknown control":             {"check", "-f", "testdata/pinned", "-f", "testdata/bad/unknown-control.yaml"},
		"a profile with a wrong parameter":              {"check", "-f", "testdata/pinned", "-f", "testdata/bad/wrong-parameter.yaml", "-o", "json"},
		"a profile file with a wrong parameter":         {"check", "-f", "testdata/pinned", "--profile", "testdata/bad/wrong-parameter.yaml"},
		"an exception approved by its requester":        {"check", "-f", "testdata/bad/self-approved.yaml"},
		"an exception of a solution that is not there":  {"check", "-f", "testdata/bad/stray-exception.yaml"},
		"the same object twice":                         {"check", "-f", "testdata/bad/duplicate.yaml"},
		"a missing file":                                {"check", "-f", "testdata/nowhere.yaml"},
		"a missing file beside a good one":              {"check", "-f", "testdata/nowhere.yaml", "-f", "testdata/pinned"},
		"a missing snapshot":                            {"check", "--snapshot", "testdata/nowhere.json.gz"},
		"a missing snapshot as json":                    {"check", "--snapshot", "testdata/nowhere.json.gz", "-o", "json", "--at", "2026-11-20T09:00:00Z"},
		"manifests are no snapshot":                     {"check", "--snapshot", "testdata/pinned/app.yaml"},
		"a missing profile":                             {"check", "-f", "testdata/pinned", "--profile", "public"},
		"a missing profile as json":                     {"check", "-f", "testdata/pinned", "--profile", "public", "--show", "all", "-o", "json"},
		"a profile file without a profile":              {"check", "-f", "testdata/pinned", "--profile", "testdata/pinned/app.yaml"},
		"nothing to check":                              {"check"},
		"two inputs":                                    {"check", "-f", "testdata/pinned", "--snapshot", "x"},
		"an argument instead of a flag":                 {"check", "testdata/pinned"},
		"an unknown flag":                               {"check", "--fail-level", "high"},
		"an unknown severity":                           {"check", "-f", "testdata/pinned", "--fail-on", "severe"},
		"an unknown output":                             {"check", "-f", "testdata/pinned", "-o", "yaml"},
		"an instant that is none":                       {"check", "-f", "testdata/pinned", "--at", "tomorrow"},
		"cluster flags without a cluster":               {"check", "-f", "testdata/pinned", "--context", "prod"},
		"a kubeconfig that is missing":                  {"check", "--cluster", "--kubeconfig", "testdata/nowhere"},
		"an unknown verb":                               {"chekc"},
		"help of an unknown verb":                       {"help", "chekc"},
		"no verb":                                       {},
		"help of check":                                 {"check", "--help"},
		"controls":                                      {"controls"},
		"controls as json":                              {"controls", "-o", "json"},
		"controls of the gentler profile":               {"controls", "--profile", "getting-started"},
		"controls of a profile with parameters":         {"controls", "--profile", "state-authority"},
		"controls of a profile with parameters as json": {"controls", "--profile", "sensitive-personal-data", "-o", "json"},
		"explain an unknown control":                    {"explain", "LOK-02"},
		"explain nothing":                               {"explain"},
		"snapshot without a file":                       {"snapshot"},
	} {
		t.Run(name, func(t *testing.T) {
			golden(t, strings.ReplaceAll(name, " ", "-")+".txt", run(t, args...).transcript(args))
		})
	}
}

func TestExplainTellsEverythingOfEveryControl(t *testing.T) {
	for _, c := range catalog.All() {
		got := run(t, "explain", string(c.ID))
		if got.code != 0 || got.errors != "" {
			t.Errorf("%s: exit code %d, %s", c.ID, got.code, got.errors)
		}
		wanted := []string{c.Title, c.MustHold, c.Why, c.NotSeen, "Example that passes", "Example that fails"}
		wanted = append(append(append(wanted, c.Evidence...), c.ISO...), c.GDPR...)
		for _, r := range c.Reasons {
			wanted = append(wanted, string(r.Reason), r.Text, r.Remediation)
		}
		wanted = append(wanted, control.ParameterNames(c.DefaultParameters(control.HighestLevels()))...)
		for _, want := range wanted {
			if !strings.Contains(got.out, want) {
				t.Errorf("%s: %q is missing", c.ID, want)
			}
		}
		if small := run(t, "explain", strings.ToLower(string(c.ID))); small != got {
			t.Errorf("%s in small letters is explained otherwise", c.ID)
		}
	}
}

func TestTwoRunsSayTheSame(t *testing.T) {
	args := []string{"check", "-f", "testdata/declared", "-f", "testdata/plain", "--show", "all", "-o", "json"}
	if diff := cmp.Diff(run(t, args...), run(t, args...), cmp.AllowUnexported(outcome{})); diff != "" {
		t.Error(diff)
	}
}

func TestStandardInputIsReadLikeAFile(t *testing.T) {
	text, err := os.ReadFile("testdata/plain/app.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got := invocation{args: []string{"check", "-f", "-", "-n", "shop"}, stdin: bytes.NewReader(text)}.run(t.Context())
	want := run(t, "check", "-f", "testdata/plain/app.yaml", "-n", "shop")
	if got.code != want.code || strings.ReplaceAll(want.out, "testdata/plain/app.yaml", "standard input") != got.out {
		t.Errorf("exit code %d and %d, output\n%s\nand\n%s", got.code, want.code, got.out, want.out)
	}
}
