package operator

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/cli"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
)

var update = flag.Bool("update", false, "print anew what the pages of docs/kinds show")

var (
	// pageRun is a command that a page shows with what it printed.
	pageRun = regexp.MustCompile("(?s)```\n\\$ ([^\n]*)\n(.*?)```\n")
	// pageExample is a manifest that a page shows from a file.
	pageExample = regexp.MustCompile("(?s)\\]\\((examples/[a-z/-]+[.]yaml)\\):\n\n```yaml\n(.*?)```\n")
	// pageManifest is a whole manifest that stands on the page alone.
	pageManifest = regexp.MustCompile("(?s)```yaml\n(apiVersion: tilsyn.dev.*?)```\n")
	// age ends a line of a table of kubectl.
	age = regexp.MustCompile(`(?m)( )([0-9]+[smhd])+$`)
)

// docs is a cluster on which the examples of docs/kinds run, on the day on which the pages were written.
type docs struct {
	*operator
	kubectl, home string
}

// TestPagesOfKindsShowWhatIsPrinted applies the examples to an API server, has the operator answer, and runs every command
// that the pages show.
func TestPagesOfKindsShowWhatIsPrinted(t *testing.T) {
	c := newCluster(t)
	d := &docs{home: t.TempDir()}
	var err error
	if d.kubectl, err = c.cp.Binary("kubectl"); err != nil {
		t.Fatal(err)
	}
	if err := c.cp.Kubeconfig(filepath.Join(d.home, ".kube", "config")); err != nil {
		t.Fatal(err)
	}
	c.apply(nodeYAML, "ie-1", "eu-west-1")
	c.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: databases}")
	for _, folder := range []string{"examples", "mistakes/accepted"} {
		files, err := filepath.Glob(filepath.Join(root, "docs/kinds", folder, "*.yaml"))
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			c.applyFile(file)
		}
	}
	d.operator = c.run(settings{clock: clocktesting.NewFakeClock(time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC))})
	c.eventually("the worked example is evaluated", func() (bool, string) {
		out := d.print(t, "kubectl get hs school-portal -o jsonpath={.status.conditions[?(@.type==\"Ready\")].reason}")
		return out == v1alpha1.ReasonEvaluated, out
	})
	pages, err := filepath.Glob(filepath.Join(root, "docs/kinds/*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		d.page(t, page)
	}
}

// TestEveryKindHasAPage finds for each definition its page, its place in the index, and the parts that readers look for.
func TestEveryKindHasAPage(t *testing.T) {
	definitions, err := filepath.Glob(filepath.Join(root, "config/crd/bases/*.yaml"))
	if err != nil || len(definitions) == 0 {
		t.Fatal(definitions, err)
	}
	index, all := readPage(t, filepath.Join(root, "docs/kinds/README.md")), ""
	for _, definition := range definitions {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(definition), "tilsyn.dev_"), "s.yaml") + ".md"
		if !strings.Contains(index, "("+name+")") {
			t.Errorf("docs/kinds/README.md does not lead to %s", name)
		}
		page := readPage(t, filepath.Join(root, "docs/kinds", name))
		all += page
		for _, part := range []string{"## Who and when", "## What it says", "## What the operator answers", "## Usual mistakes", "## What changes by itself", "(../reference/kinds/" + name + ")"} {
			if !strings.Contains(page, part) {
				t.Errorf("docs/kinds/%s has no %q", name, part)
			}
		}
	}
	for _, folder := range []string{"examples", "mistakes/refused"} {
		files, err := filepath.Glob(filepath.Join(root, "docs/kinds", folder, "*.yaml"))
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			if name := folder + "/" + filepath.Base(file); !strings.Contains(all, name) && name != "examples/application.yaml" { // what runs is no kind
				t.Errorf("no page shows docs/kinds/%s", name)
			}
		}
	}
}

func readPage(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// page proves one page.
func (d *docs) page(t *testing.T, path string) {
	t.Helper()
	text := readPage(t, path)
	before := text
	shown := map[string]bool{}
	for _, m := range pageExample.FindAllStringSubmatch(text, -1) {
		file := readPage(t, filepath.Join(filepath.Dir(path), m[1]))
		shown[m[2]] = true
		text = d.same(t, path, text, m[1], m[0], m[2], file)
	}
	for _, m := range pageManifest.FindAllStringSubmatch(before, -1) {
		if out, err := d.command(t, m[1], "apply", "--dry-run=server", "--validate=strict", "-f", "-"); err != nil && !shown[m[1]] {
			t.Errorf("%s: this manifest is not accepted: %s\n%s", path, out, m[1])
		}
	}
	for _, m := range pageRun.FindAllStringSubmatch(before, -1) {
		text = d.same(t, path, text, m[1], m[0], m[2], d.settled(t, m[1], m[2]))
	}
	if *update && text != before {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// same compares what a page shows with what is so, or writes it anew.
func (d *docs) same(t *testing.T, path, text, what, block, shown, is string) string {
	t.Helper()
	if *update {
		before := strings.TrimSuffix(block, shown+"```\n")
		return strings.Replace(text, block, before+is+"```\n", 1)
	}
	if diff := cmp.Diff(shown, is); diff != "" {
		t.Errorf("%s shows of %s something else; go test ./test/integration/operator -run PagesOfKinds -update prints it anew (-page +printed):\n%s", path, what, diff)
	}
	return text
}

// settled runs a command until it prints what the page shows, or has printed the same for two seconds.
func (d *docs) settled(t *testing.T, command, want string) string {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	last, same := "", 0
	for deadline := time.Now().Add(patience); ; <-tick.C {
		out := d.print(t, command)
		if out == want || same > 20 || time.Now().After(deadline) {
			return out
		}
		if same++; out != last {
			last, same = out, 0
		}
		d.clock.Step(time.Second)
	}
}

// print runs a command as in the root of the repository and gives what it prints, with every age as one minute.
func (d *docs) print(t *testing.T, command string) string {
	t.Helper()
	args := words(command)
	switch args[0] {
	case "kubectl":
		out, _ := d.command(t, "", args[1:]...) // what is refused is shown too
		return age.ReplaceAllString(out, "${1}1m")
	case "tilsyn":
		var out bytes.Buffer
		at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
		for i := range args {
			if strings.HasPrefix(args[i], "docs/") {
				args[i] = filepath.Join(root, args[i])
			}
		}
		p := &program.Program{Controls: catalog.All(), Version: "v0.0.0-test", Now: func() time.Time { return at }, In: strings.NewReader(""), Out: &out, Err: &out}
		code := cli.Run(t.Context(), p, args)
		if code == 3 {
			t.Errorf("%s: exit code 3", command)
		}
		return strings.ReplaceAll(out.String(), root+"/", "")
	}
	t.Fatalf("a page shows %q, which is neither kubectl nor tilsyn", command)
	return ""
}

// words splits a command as a shell does that knows only single quotes.
func words(command string) []string {
	var out []string
	for i, part := range strings.Split(command, "'") {
		if i%2 == 1 {
			out[len(out)-1] += part
			continue
		}
		fields := strings.Fields(part)
		out = append(out, fields...)
		if strings.HasSuffix(part, " ") && i < strings.Count(command, "'") {
			out = append(out, "")
		}
	}
	return out
}

func (d *docs) command(t *testing.T, stdin string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), d.kubectl, args...)
	cmd.Dir, cmd.Env, cmd.Stdin = root, []string{"HOME=" + d.home}, strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("kubectl %s: %w", strings.Join(args, " "), err)
	}
	return string(out), err
}
