// Package deadlines prints what is due next.
package deadlines

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
	"github.com/tilsyn-dev/tilsyn/internal/cli/cluster"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/remind"
)

const long = `Print what somebody must do next and by when: statements to receive and pass on, agreements and attestations that end,
assessments, records and contacts to look at again, clocks that run in incidents. What is overdue comes first.

Days are those of Europe/Copenhagen, and a day as the record has it: 2027-Q2 is some day of that quarter. What is not
recorded at all has no date and stands in the output of tilsyn check. The evidence comes from manifests, a snapshot or a
cluster, and nothing is changed. What cannot be read is said on the stream of messages, and the exit code is then 3.`

// command holds the flags.
type command struct {
	*program.Program
	options              check.Options
	cluster              cluster.Flags
	read                 bool // --cluster
	output, when, within string
	solution             string
	window               date.Period
}

// NewCommand makes the verb.
func NewCommand(p *program.Program) *cobra.Command {
	c := &command{Program: p}
	cmd := &cobra.Command{
		Use: "deadlines (-f PATH... | --snapshot FILE | --cluster)", Short: "Print what is due next", Long: long, Args: program.NoArgs,
		Example: `  tilsyn deadlines -f config/samples/fleet --within 90d
  tilsyn deadlines --cluster --within 0d   # what is overdue`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := c.parse(cmd.Flags().Changed("within")); err != nil {
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
	f.StringVar(&c.when, "at", "", "`instant` to look from, for example 2026-12-01T00:00:00Z (default: now, or when the snapshot was taken)")
	f.StringVar(&c.within, "within", "", "only what is due within this `time`, and what is overdue, for example 90d (default: everything)")
	f.StringVar(&c.solution, "solution", "", "only what is about the solution of this `name`")
	f.StringVarP(&c.output, "output", "o", "table", "`format`: table, json")
	return cmd
}

func (c *command) parse(limited bool) (err error) {
	if c.output = strings.ToLower(c.output); c.output != "table" && c.output != "json" {
		return program.Usage("--output: %q is not one of table, json", c.output)
	}
	if limited {
		if c.window, err = date.ParsePeriod(c.within); err != nil {
			return program.Usage("--within: %w", err)
		}
	} else {
		c.window = date.Period{Months: 12 * 200}
	}
	if c.when != "" {
		if c.options.At, err = time.Parse(time.RFC3339, c.when); err != nil {
			return program.Usage("--at: %q is not an instant; write it as 2026-12-01T00:00:00Z", c.when)
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
		return program.Usage("nothing to look at: give -f PATH, --snapshot FILE or --cluster")
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
	if c.solution != "" && outcome.Evaluation.Fleet.Solution(c.solution) == nil {
		return program.Usage("--solution: there is no solution %q", c.solution)
	}
	faults := make([]string, 0, len(outcome.Errors))
	for _, f := range outcome.Errors {
		faults = append(faults, f.String())
	}
	var list []remind.Deadline
	outcome.Facts(func(v facts.View) {
		list, _ = remind.List(v, outcome.Evaluation.Fleet, outcome.At)
		for _, s := range unread(v) {
			faults = append(faults, fmt.Sprintf("%s cannot be read as a whole, so deadlines may be missing: %s", s.ID, s.Why()))
		}
	})
	if err := c.print(c.chosen(list, outcome.At), outcome.At); err != nil {
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

// unread lists what deadlines are made of that is incomplete. What files never show is not missed in them.
func unread(v facts.View) []facts.SourceState {
	running := slices.DeleteFunc(slices.Concat(facts.Incomplete[facts.Certificate](v), facts.Incomplete[facts.Node](v), facts.Incomplete[facts.APIServer](v)),
		func(s facts.SourceState) bool { return s.Condition == facts.SourceNotObservable })
	return slices.Concat(running,
		facts.Incomplete[v1alpha1.HostedSolution](v), facts.Incomplete[v1alpha1.Supplier](v), facts.Incomplete[v1alpha1.ProcessingAgreement](v),
		facts.Incomplete[v1alpha1.AssuranceStatement](v), facts.Incomplete[v1alpha1.Institution](v), facts.Incomplete[v1alpha1.SecurityIncident](v),
		facts.Incomplete[v1alpha1.Attestation](v), facts.Incomplete[v1alpha1.ControlException](v))
}

// chosen leaves out what is due later than asked for, and other solutions.
func (c *command) chosen(list []remind.Deadline, now time.Time) []remind.Deadline {
	end := c.window.After(now)
	return slices.DeleteFunc(list, func(d remind.Deadline) bool {
		return d.At.After(end) || c.solution != "" && d.Solution != c.solution
	})
}
