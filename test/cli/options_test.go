package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/cli"
	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
	"github.com/tilsyn-dev/tilsyn/internal/control/controltest"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
)

// unpinned is a snapshot in which LOC-02 fails for environment aula-production in namespace aula.
func unpinned(t *testing.T) string {
	t.Helper()
	fixtures, err := controltest.Load("../../internal/catalog/loc/testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fixtures {
		if f.Control == "LOC-02" && f.Class == controltest.Fail && f.Expect[0].Reason == "NotPinned" {
			var b bytes.Buffer
			if err := f.WriteSnapshot(&b); err != nil {
				t.Fatal(err)
			}
			return write(t, "snapshot.json", b.Bytes())
		}
	}
	t.Fatal("no fixture fails with NotPinned")
	return ""
}

func TestASnapshotIsJudgedAsOfTheTimeItWasTaken(t *testing.T) {
	path := unpinned(t)
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"by itself": {nil, "2026-11-20T10:00:00Z"},
		"with --at": {[]string{"--at", "2027-03-01T00:00:00Z"}, "2027-03-01T00:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			i := invocation{args: append([]string{"check", "--snapshot", path, "-o", "json"}, c.args...), now: func() time.Time { return today.AddDate(1, 0, 0) }}
			if at := at(parsed(t, i.run(t.Context()).out), "at"); at != c.want {
				t.Errorf("judged at %v", at)
			}
		})
	}
}

func TestANamespaceLimitsWhatIsShownAndCounted(t *testing.T) {
	path := unpinned(t)
	for namespace, environments := range map[string]int{"": 1, "aula": 1} {
		got := run(t, "check", "--snapshot", path, "-n", namespace, "-o", "json")
		if n := len(at(parsed(t, got.out), "environments").([]any)); n != environments || got.code != environments {
			t.Errorf("namespace %q: %d environments, exit code %d, want %d", namespace, n, got.code, environments)
		}
	}
}

func TestANamespaceThatIsNotThereIsBadInput(t *testing.T) {
	got := run(t, "check", "--snapshot", unpinned(t), "-n", "borger")
	if got.code != 3 || !strings.Contains(got.errors, "--namespace borger: there is no such namespace") {
		t.Errorf("exit code %d\n%s", got.code, got.errors)
	}
}

func TestAProfileOverridesTheOneThatASolutionNames(t *testing.T) {
	path := unpinned(t)
	strict := run(t, "check", "--snapshot", path)
	gentle := run(t, "check", "--snapshot", path, "--profile", "getting-started")
	const counts = "LOC-02  Workloads are pinned to allowed locations (Provider)\n"
	if !strings.Contains(strict.out, counts) || strings.Contains(gentle.out, counts) || !strings.Contains(gentle.out, " observed and do") || !strings.Contains(gentle.out, "LOC-02") {
		t.Errorf("strict:\n%s\ngentle:\n%s", strict.out, gentle.out)
	}
}

func TestWhatIsObservedIsToldInOneLineOrInFullAndAlwaysInJSON(t *testing.T) {
	args := []string{"check", "--snapshot", unpinned(t), "--profile", "getting-started"}
	show := func(more ...string) string { return run(t, slices.Concat(args, more)...).out }
	const line, head = "observed and do not count: ", "Workloads are pinned to allowed locations (Provider, observed, does not count)"
	for name, c := range map[string]struct {
		out      string
		brief    bool
		detailed bool
	}{
		"by default":      {show(), true, false},
		"with observed":   {show("--show", "observed"), false, true},
		"with everything": {show("--show=all"), false, true},
	} {
		hint := strings.Contains(c.out, "--show observed tells it in full")
		if strings.Contains(c.out, line) != c.brief || hint != c.brief || strings.Contains(c.out, head) != c.detailed {
			t.Errorf("%s:\n%s", name, c.out)
		}
	}
	plain := show("-o", "json")
	if plain != show("-o", "json", "--show", "observed") || !strings.Contains(plain, `"mode":"Observe"`) {
		t.Errorf("JSON does not have what is observed:\n%s", plain)
	}
}

func TestTheProgramCallsItselfWhatItWasCalledBy(t *testing.T) {
	for called, want := range map[string]string{
		"tilsyn": "tilsyn check", "/usr/local/bin/tilsyn": "tilsyn check", "./tilsyn.exe": "tilsyn check",
		"kubectl-tilsyn": "kubectl tilsyn check", "/opt/bin/kubectl-tilsyn": "kubectl tilsyn check",
	} {
		var out, errors bytes.Buffer
		p := &program.Program{Controls: catalog.All(), Now: func() time.Time { return today }, Out: &out, Err: &errors}
		if code := cli.Run(t.Context(), p, []string{called, "check", "--help"}); code != 0 || !strings.Contains(out.String(), "  "+want+" (-f PATH") {
			t.Errorf("%s: exit code %d\n%s%s", called, code, out.String(), errors.String())
		}
	}
}

func TestAnInterruptedCheckIsNoPass(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := invocation{args: []string{"check", "-f", "testdata/pinned"}}.run(ctx)
	if got.code != 3 || got.out != "" || !strings.Contains(got.errors, "canceled") {
		t.Errorf("exit code %d\n%s%s", got.code, got.out, got.errors)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

var errFull = &program.Exit{Code: 3}

func TestOutputThatCannotBeWrittenIsNoPass(t *testing.T) {
	for _, args := range [][]string{{"-o", "table"}, {"-o", "json"}} {
		p := &program.Program{Controls: catalog.All(), Now: func() time.Time { return today }, Out: full{}, Err: &bytes.Buffer{}}
		if code := cli.Run(t.Context(), p, append([]string{"tilsyn", "check", "-f", "testdata/pinned"}, args...)); code != 3 {
			t.Errorf("%v: exit code %d", args, code)
		}
	}
}

func TestTheBuiltInProfilesNameEveryControl(t *testing.T) {
	builtIn, err := check.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range builtIn {
		listed := map[string]bool{}
		for _, c := range p.Spec.Controls {
			listed[string(c.Control)] = true
		}
		for _, c := range catalog.All() {
			if !listed[string(c.ID)] {
				t.Errorf("profile %s does not list %s", name, c.ID)
			}
		}
	}
	if builtIn["public-sector"] == nil || builtIn["getting-started"] == nil {
		t.Errorf("profiles are missing: %v", builtIn)
	}
}

func TestEveryKindThatIsAssumedIsRead(t *testing.T) {
	index := map[string]bool{}
	for _, k := range gather.Kinds() {
		index[k.GVK.Kind] = true
	}
	for _, kind := range []string{"HostedSolution", "SolutionEnvironment", "ControlProfile", "Platform"} {
		if !index[kind] {
			t.Errorf("%s is not read", kind)
		}
	}
}

func TestMisuseOfEveryVerbIsBadInputWithAHint(t *testing.T) {
	p := &program.Program{Controls: catalog.All(), Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}
	paths := []string{""}
	for _, verb := range cli.New(p, "tilsyn").Commands() {
		paths = append(paths, verb.Name())
		for _, below := range verb.Commands() {
			paths = append(paths, verb.Name()+" "+below.Name())
		}
	}
	if len(paths) < 10 {
		t.Fatalf("verbs are %q", paths)
	}
	for _, path := range paths {
		for _, misuse := range []string{"--nope", "-Q", "nope nope"} {
			args := strings.Fields(path + " " + misuse)
			got := run(t, args...)
			hint := "See " + strings.TrimSpace("tilsyn "+path) + " --help.\n"
			if got.code != 3 || got.out != "" || !strings.HasPrefix(got.errors, "error: ") || !strings.HasSuffix(got.errors, hint) || strings.Count(got.errors, "\n") != 2 {
				t.Errorf("%q: exit code %d\n%s%s", args, got.code, got.out, got.errors)
			}
		}
	}
}

func TestErrorsAreInTheJSONObjectWhereNothingCouldBeChecked(t *testing.T) {
	broken := write(t, "broken.json.gz", []byte("\x1f\x8b\x08 broken"))
	s := schema(t)
	for name, args := range map[string][]string{
		"a broken snapshot":             {"--snapshot", broken},
		"a missing snapshot":            {"--snapshot", "testdata/nowhere"},
		"manifests for a snapshot":      {"--snapshot", "testdata/pinned/app.yaml"},
		"a kubeconfig that is missing":  {"--cluster", "--kubeconfig", "testdata/nowhere"},
		"a namespace that is not there": {"--snapshot", unpinned(t), "-n", "borger"},
		"a profile that is not there":   {"-f", "testdata/pinned", "--profile", "public"},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, append([]string{"check", "-o", "json", "--show", "all"}, args...)...)
			d := parsed(t, got.out)
			if err := s.Validate(d); err != nil {
				t.Error(err)
			}
			errors := at(d, "errors").([]any)
			if got.code != 3 || at(d, "outcome", "exitCode") != json.Number("3") || len(errors) != 1 || !strings.Contains(got.errors, at(errors, 0, "message").(string)) {
				t.Errorf("exit code %d\n%s%s", got.code, got.out, got.errors)
			}
			if plain := run(t, append([]string{"check"}, args...)...); plain.code != 3 || plain.out != "" || plain.errors != got.errors {
				t.Errorf("as a table: exit code %d\n%s%s", plain.code, plain.out, plain.errors)
			}
		})
	}
}
