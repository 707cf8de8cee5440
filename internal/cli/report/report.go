// Package report prints what supervision asks for: overviews made of the resources and their results.
//
// Each report is a Kind; kinds lists them, and the rest is the same for all: where the evidence comes from, the format, the
// language, the exit code.
package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
	"github.com/tilsyn-dev/tilsyn/internal/cli/cluster"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/sheet"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

const long = `Print a report made of the resources and of what the controls say of them.

The evidence comes from manifests, a snapshot or a cluster, as for tilsyn check, and nothing is changed. Dates keep the
precision they were written with. What cannot be read is said on the stream of messages, and the exit code is then 3: a
report that lacks something must not look complete.`

// Kind is one report.
type Kind struct {
	// Name on the command line; Aliases, for example its number in the catalogue.
	Name    string
	Aliases []string
	Short   string
	Long    string
	Example string
	// Formats that it can be written in; the first is the default.
	Formats []string
	// Flags adds what the report alone has; nil: nothing.
	Flags func(*pflag.FlagSet)
	// Valid tells what is wrong with its flags, before anything is read; nil: nothing can be.
	Valid func() error
	// Sources lists what the report is made of that is incomplete.
	Sources func(facts.View) []facts.SourceState
	// Write makes the report and writes it.
	Write func(w io.Writer, in Input) error
}

// Input is what a report is made of.
type Input struct {
	// Outcome of the check of everything that was gathered.
	Outcome *check.Report
	// Controls of the catalogue, in its order.
	Controls []*control.Control
	// Facts that were gathered; good until Write returns.
	Facts facts.View
	// At is the instant that the report is made for.
	At       time.Time
	Format   string
	Language sheet.Language
	Screen   terminal.Screen
}

// kinds lists the reports, by name.
func kinds() []Kind {
	return []Kind{
		applicabilityReport(), chainReport(), contactsReport(), incidentsReport(), observationsReport(), responsibilitiesReport(), statementsReport(),
	}
}

// NewCommand makes the verb.
func NewCommand(p *program.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "report NAME", Short: "Print a report for supervision", Long: long,
		// A misspelt name is to be told as that, and not as a flag that the verb itself does not have.
		FParseErrWhitelist: cobra.FParseErrWhitelist{UnknownFlags: true},
	}
	for _, k := range kinds() {
		cmd.AddCommand(newReport(p, k))
	}
	return cmd
}

// command holds the flags of one report.
type command struct {
	*program.Program
	kind                   Kind
	options                check.Options
	cluster                cluster.Flags
	read                   bool // --cluster
	output, language, when string
}

func newReport(p *program.Program, k Kind) *cobra.Command {
	c := &command{Program: p, kind: k}
	cmd := &cobra.Command{
		Use: k.Name + " (-f PATH... | --snapshot FILE | --cluster)", Aliases: k.Aliases, Short: k.Short, Long: k.Long, Example: k.Example, Args: program.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := c.parse(); err != nil {
				return err
			}
			return c.run(cmd)
		},
	}
	f := cmd.Flags()
	f.StringArrayVarP(&c.options.Files, "filename", "f", nil, "`path` of manifests: a file, a directory, or - for standard input (repeatable)")
	f.StringVar(&c.options.Snapshot, "snapshot", "", "`file` that tilsyn snapshot wrote")
	f.BoolVar(&c.read, "cluster", false, "read the cluster once")
	c.cluster.Add(f)
	f.StringVar(&c.when, "at", "", "`instant` to report for, for example 2026-12-01T00:00:00Z (default: now, or when the snapshot was taken)")
	f.StringVarP(&c.output, "output", "o", k.Formats[0], "`format`: "+strings.Join(k.Formats, ", "))
	f.StringVar(&c.language, "lang", string(sheet.English), "`language` of headings and words: en or da")
	if k.Flags != nil {
		k.Flags(f)
	}
	return cmd
}

func (c *command) parse() error {
	c.output, c.language = strings.ToLower(c.output), strings.ToLower(c.language)
	if !slices.Contains(c.kind.Formats, c.output) {
		return program.Usage("--output: %q is not one of %s", c.output, strings.Join(c.kind.Formats, ", "))
	}
	if l := sheet.Language(c.language); l != sheet.English && l != sheet.Danish {
		return program.Usage("--lang: %q is not one of en, da", c.language)
	}
	if c.when != "" {
		at, err := time.Parse(time.RFC3339, c.when)
		if err != nil {
			return program.Usage("--at: %q is not an instant; write it as 2026-12-01T00:00:00Z", c.when)
		}
		c.options.At = at
	}
	if c.kind.Valid != nil {
		if err := c.kind.Valid(); err != nil {
			return err
		}
	}
	given := 0
	for _, one := range []bool{c.read, c.options.Snapshot != "", len(c.options.Files) > 0} {
		if one {
			given++
		}
	}
	switch {
	case given == 0:
		return program.Usage("nothing to report on: give -f PATH, --snapshot FILE or --cluster")
	case given > 1:
		return program.Usage("give one of -f, --snapshot and --cluster, not several")
	case c.cluster.Given() && !c.read:
		return program.Usage("--kubeconfig, --context and --as go with --cluster")
	}
	return nil
}

func (c *command) run(cmd *cobra.Command) error {
	o := c.options
	o.Controls, o.Now, o.Version, o.Stdin = c.Controls, c.Now, c.Version, c.In
	label, unit := "Reading", terminal.Bytes
	if c.read {
		config, err := c.cluster.Config("tilsyn/" + c.Version)
		if err != nil {
			return err
		}
		o.Cluster, label, unit = config, "Reading the cluster", terminal.Count
	}
	bar := terminal.NewBar(c.Err, c.Screen, c.Now, label, unit)
	o.Progress = bar.Update
	outcome, err := check.Run(cmd.Context(), o)
	bar.Done()
	if err != nil {
		return err
	}
	faults := make([]string, 0, len(outcome.Errors))
	for _, f := range outcome.Errors {
		faults = append(faults, f.String())
	}
	outcome.Facts(func(v facts.View) {
		for _, s := range c.kind.Sources(v) {
			faults = append(faults, fmt.Sprintf("%s cannot be read, so the report is not complete: %s", s.ID, s.Why()))
		}
		err = c.kind.Write(c.Out, Input{outcome, c.Controls, v, outcome.At, c.output, sheet.Language(c.language), c.Screen})
	})
	if err != nil {
		return err
	}
	for _, f := range faults {
		if _, err := fmt.Fprintln(c.Err, "error: "+f); err != nil {
			return err
		}
	}
	if len(faults) > 0 {
		return &program.Exit{Code: program.ExitBadInput}
	}
	return nil
}
