package cli

import (
	"bytes"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheProgramAsItIsBuilt runs a program of its own: the version, the streams, the exit codes, the name of the plugin. It is
// built with the flags of the tests apart from the link, so that nothing has to be compiled again.
func TestTheProgramAsItIsBuilt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kubectl-tilsyn")
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-ldflags", "-s -w -X main.version=v9.8.7", "-o", path, "../../cmd/tilsyn")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for name, c := range map[string]struct {
		args  []string
		stdin string
		code  int
		want  string
	}{
		"its version":          {[]string{"version"}, "", 0, "tilsyn v9.8.7 "},
		"its name as a plugin": {[]string{"check", "--help"}, "", 0, "kubectl tilsyn check"},
		"manifests that pass":  {[]string{"check", "-f", "testdata/pinned"}, "", 0, "0 failed"},
		"manifests that fail":  {[]string{"check", "-f", "testdata/plain"}, "", 1, "2 failed"},
		"an unknown solution":  {[]string{"check", "-f", "testdata/stray", "--strict"}, "", 2, "There is no HostedSolution borger"},
		"bad input":            {[]string{"check", "-f", "-"}, "apiVersion: v1\nkind: [", 3, "standard input:"},
		"manifests on a pipe":  {[]string{"check", "-f", "-"}, string(read(t, "testdata/pinned/app.yaml")), 0, "0 failed"},
		"json":                 {[]string{"check", "-f", "testdata/plain", "-o", "json"}, "", 1, `"tilsyn": "v9.8.7"`},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), path, c.args...)
			cmd.Stdin = strings.NewReader(c.stdin)
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &out
			err := cmd.Run()
			var exit *exec.ExitError
			if err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			if code := cmd.ProcessState.ExitCode(); code != c.code || !strings.Contains(out.String(), c.want) || strings.Contains(out.String(), "\x1b") {
				t.Errorf("exit code %d\n%s", code, out.String())
			}
		})
	}
}
