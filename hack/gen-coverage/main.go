// Command gen-coverage writes docs/coverage.md: every duty that the sources of the catalogue state, and the controls, commands
// and reminders that serve it, as far as they exist. Run it in the root of the repository.
package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/cli"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/remind"
)

const page = "docs/coverage.md"

//go:embed obligations.yaml
var obligations []byte

// coverage is obligations.yaml.
type coverage struct {
	// NotYet are controls of the design that the catalogue does not have; they may be named and are not claimed.
	NotYet  []v1alpha1.ControlID `json:"notYet"`
	Sources []source             `json:"sources"`
}

type source struct {
	Source string `json:"source"`
	Duties []duty `json:"duties"`
}

type duty struct {
	Duty string `json:"duty"`
	// Every control serves it: all, those of the provider, or those of an institution.
	Every    string               `json:"every,omitempty"`
	Controls []v1alpha1.ControlID `json:"controls,omitempty"`
	// Commands of tilsyn, without its name.
	Commands  []string    `json:"commands,omitempty"`
	Reminders []remind.ID `json:"reminders,omitempty"`
	// Limit says what software cannot check of it.
	Limit string `json:"limit,omitempty"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen-coverage:", err)
		os.Exit(1)
	}
}

func run() error {
	c, err := read()
	if err != nil {
		return err
	}
	root := cli.New(&program.Program{Controls: catalog.All(), Now: time.Now, Out: io.Discard, Err: io.Discard}, "tilsyn")
	if err := c.check(catalog.All(), root); err != nil {
		return err
	}
	return os.WriteFile(page, []byte(c.page(catalog.All())), 0o644) //nolint:gosec // a page for everybody to read
}

func read() (*coverage, error) {
	c := &coverage{}
	return c, yaml.UnmarshalStrict(obligations, c)
}

// check refuses names of what does not exist: a page must not claim it.
func (c *coverage) check(controls []*control.Control, root *cobra.Command) error {
	var faults []error
	exists := func(id v1alpha1.ControlID) bool {
		return slices.ContainsFunc(controls, func(c *control.Control) bool { return c.ID == id })
	}
	used := map[v1alpha1.ControlID]bool{}
	for _, s := range c.Sources {
		for _, d := range s.Duties {
			for _, id := range d.Controls {
				used[id] = true
				if !exists(id) && !slices.Contains(c.NotYet, id) {
					faults = append(faults, fmt.Errorf("%s: there is no control %s", d.Duty, id))
				}
			}
			faults = append(faults, d.check(root)...)
		}
	}
	for _, c := range controls {
		if !used[c.ID] {
			faults = append(faults, fmt.Errorf("no duty calls for %s", c.ID))
		}
	}
	return errors.Join(faults...)
}

// check refuses commands and reminders that do not exist, and a duty of which nothing is said.
func (d *duty) check(root *cobra.Command) (faults []error) {
	for _, name := range d.Commands {
		if found, rest, err := root.Find(strings.Fields(name)); err != nil || len(rest) > 0 || found == root {
			faults = append(faults, fmt.Errorf("%s: there is no tilsyn %s", d.Duty, name))
		}
	}
	for _, id := range d.Reminders {
		if !slices.ContainsFunc(remind.Reminders(), func(r remind.Reminder) bool { return r.ID == id }) {
			faults = append(faults, fmt.Errorf("%s: there is no reminder %s", d.Duty, id))
		}
	}
	if d.Every == "" && len(d.Controls)+len(d.Commands)+len(d.Reminders) == 0 && d.Limit == "" {
		faults = append(faults, fmt.Errorf("%s: nothing serves it, and nothing says why", d.Duty))
	}
	if !slices.Contains([]string{"", "all", "provider", "institution"}, d.Every) {
		faults = append(faults, fmt.Errorf("%s: every: %q", d.Duty, d.Every))
	}
	return faults
}

// late gives the controls that notYet lists and that exist; the page claims them already.
func (c *coverage) late(controls []*control.Control) []v1alpha1.ControlID {
	return slices.DeleteFunc(slices.Clone(c.NotYet), func(id v1alpha1.ControlID) bool {
		return !slices.ContainsFunc(controls, func(c *control.Control) bool { return c.ID == id })
	})
}

func (c *coverage) page(controls []*control.Control) string {
	var b strings.Builder
	b.WriteString("<!-- Written by hack/gen-coverage; do not edit. -->\n\n# Coverage\n\n" +
		"What the sources of the catalogue ask for, and what serves it here: a [control](controls/README.md), a command of [tilsyn](reference/cli.md), " +
		"a reminder of `tilsyn deadlines`. What software in a cluster cannot check stands in the last column; it is recorded or attested by people, or not served at all. " +
		"The sources are papers of Danish public bodies on the security of joint systems; the duties are told in short and not in their words. " +
		"Each control's own page says what it cannot see.\n")
	for _, s := range c.Sources {
		fmt.Fprintf(&b, "\n## %s\n\n| duty | controls | commands and reminders | what software cannot check |\n| --- | --- | --- | --- |\n", s.Source)
		for _, d := range s.Duties {
			served, limit := d.controls(controls), d.Limit
			others := d.others()
			if served == "" && others == "" && limit == "" {
				limit = "Nothing serves it yet."
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", d.Duty, served, others, limit)
		}
	}
	fmt.Fprintf(&b, "\n## Reminders\n\n| reminder | of |\n| --- | --- |\n")
	for _, r := range remind.Reminders() {
		fmt.Fprintf(&b, "| %s | %s |\n", r.ID, r.Of)
	}
	return b.String()
}

// controls names those that exist, as links.
func (d *duty) controls(all []*control.Control) string {
	var out []string
	if d.Every != "" {
		out = append(out, map[string]string{"all": "all controls", "provider": "all controls of the provider", "institution": "all controls of institutions"}[d.Every])
	}
	for _, id := range d.Controls {
		if slices.ContainsFunc(all, func(c *control.Control) bool { return c.ID == id }) {
			out = append(out, fmt.Sprintf("[%s](controls/%s.md)", id, id))
		}
	}
	return strings.Join(out, ", ")
}

func (d *duty) others() string {
	var out []string
	for _, c := range d.Commands {
		out = append(out, "`tilsyn "+c+"`")
	}
	for _, r := range d.Reminders {
		out = append(out, string(r))
	}
	return strings.Join(out, ", ")
}
