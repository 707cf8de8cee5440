// Package explain tells everything about one control.
package explain

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/describe"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/near"
)

// NewCommand makes the verb.
func NewCommand(p *program.Program) *cobra.Command {
	return &cobra.Command{
		Use: "explain CONTROL", Short: "Explain a control: what must hold, why, and what to do",
		Long: "Explain a control: what must hold and why, what proves it, every reason with its mend, the parameters with their defaults\n" +
			"per level, the requirements behind it, what software cannot see of it, and an example that passes and one that fails.",
		Example: "  tilsyn explain LOC-02",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return program.Usage("name one control, for example tilsyn explain LOC-02; tilsyn controls lists them")
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return ids(p.Controls), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			id := strings.ToUpper(strings.TrimSpace(args[0]))
			c := describe.Find(p.Controls, id)
			if c == nil {
				return program.Usage("there is no control %s; nearest are %s, and tilsyn controls lists them all", args[0], strings.Join(nearest(id, ids(p.Controls)), ", "))
			}
			return write(p, c)
		},
	}
}

func ids(controls []*control.Control) []string {
	out := make([]string, len(controls))
	for i, c := range controls {
		out[i] = string(c.ID)
	}
	return out
}

// nearest gives the three known words that are closest to a word.
func nearest(word string, known []string) []string {
	const shown = 3
	sorted := slices.Clone(known)
	slices.SortStableFunc(sorted, func(a, b string) int { return cmp.Compare(near.Distance(word, a), near.Distance(word, b)) })
	return sorted[:min(shown, len(sorted))]
}

type page struct {
	*terminal.Writer
	control *control.Control
}

func write(p *program.Program, c *control.Control) error {
	w := page{terminal.NewWriter(p.Out, p.Screen, terminal.ColorAuto), c}
	w.Printf("%s  %s\n\n", w.Paint(terminal.Bold, string(c.ID)), w.Paint(terminal.Bold, c.Title))
	w.Table("", []terminal.Row{
		terminal.Cells("Severity", string(c.Severity)),
		terminal.Cells("Responsible", string(c.Party)),
		terminal.Cells("Judges", strings.Join(describe.Scopes(c), ", ")),
		terminal.Cells("From manifests", string(describe.FromManifests(c, gather.Kinds()))),
		terminal.Cells("Since", "catalogue "+c.Since),
		terminal.Cells("ISO 27001 A", strings.Join(c.ISO, "; ")),
		terminal.Cells("GDPR art.", strings.Join(c.GDPR, "; ")),
	})
	w.section("Must hold", c.MustHold)
	w.section("Why", c.Why)
	w.section("Evidence", c.Evidence...)
	if c.NotSeen != "" {
		w.section("What software cannot see", c.NotSeen)
	}
	w.reasons()
	if err := w.parameters(); err != nil {
		return err
	}
	pass, fail := describe.Examples(c.ID)
	w.example("Example that passes", pass)
	w.example("Example that fails", fail)
	return w.Err()
}

func (w page) section(title string, paragraphs ...string) {
	w.Printf("\n%s\n", w.Paint(terminal.Bold, title))
	for _, p := range paragraphs {
		w.Printf("  %s\n", p)
	}
}

func (w page) reasons() {
	w.section("Reasons")
	for _, r := range w.control.Reasons {
		w.Printf("  %s  %s\n    %s\n", w.Paint(color(r.Verdict), string(r.Verdict)), w.Paint(terminal.Bold, string(r.Reason)), r.Text)
		if r.Settle > 0 {
			w.Printf("    Counts when it has lasted %s.\n", date.Length(r.Settle))
		}
		if r.Remediation != "" {
			w.Printf("    %s %s\n", w.Paint(terminal.Cyan, "Mend:"), r.Remediation)
		}
	}
}

func color(v v1alpha1.Verdict) terminal.Color {
	switch v {
	case v1alpha1.VerdictPass:
		return terminal.Green
	case v1alpha1.VerdictFail:
		return terminal.Red
	case v1alpha1.VerdictUnknown:
		return terminal.Yellow
	default:
		return terminal.Faint
	}
}

func (w page) parameters() error {
	parameters, err := describe.Parameters(w.control)
	if err != nil {
		return err
	}
	if len(parameters) == 0 {
		w.section("Parameters", "None.")
		return nil
	}
	w.section("Parameters, under spec.controls[].parameters of a ControlProfile, with their defaults")
	for _, p := range parameters {
		w.Printf("  %s  %s\n", w.Paint(terminal.Bold, p.Name), p)
		if p.Text != "" {
			w.Printf("    %s\n", p.Text)
		}
	}
	return nil
}

func (w page) example(title string, e describe.Example) {
	if e.YAML == "" {
		return
	}
	w.section(title + ": " + e.Title)
	for line := range strings.Lines(e.YAML) {
		w.Printf("  %s", line)
	}
}
