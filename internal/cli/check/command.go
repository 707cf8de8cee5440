package check

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/cluster"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
)

const long = `Judge manifests, a snapshot or a cluster by the controls of the catalogue.

Manifests say what is wanted and not what runs: controls that need the cluster are listed as not observable and count
neither way. An object that holds a pod template and is of a kind that is not read, such as a Rollout, is unknown. Fields,
labels and choices of nodes that the API server would refuse are errors, and so is an object that stands twice and differs, of
which the last is judged.

A cluster is only read; nothing has to be installed in it, and Secrets are never read. A snapshot, which tilsyn snapshot
writes, is judged as of the time it was taken, so that it gives the same answer at any time.

Where no SolutionEnvironment is declared, each namespace with workloads is taken for one, at the level and with the
places that the profile assumes; likewise where what is declared may not be read, but then nothing passes. Profiles
public-sector (the default), getting-started, sensitive-personal-data, state-authority and iso27001
are built in.

Exit code: 0 nothing required at or above --fail-on failed, 1 something did, 2 something such is unknown (with
--strict), 3 incomplete: the input or the usage is wrong, what is required could not be read, or nothing could be judged;
whatever could be understood is checked all the same.`

const example = `  tilsyn check -f deploy/                          # manifests of an application
  kustomize build overlays/prod | tilsyn check -f -
  tilsyn check --cluster                           # what the kubeconfig's current context runs
  tilsyn check --snapshot fleet.json.gz -o json --show all
  tilsyn check -f deploy/ --at 2027-01-01T00:00:00Z  # as it will be judged then`

// command holds the flags of the verb.
type command struct {
	*program.Program
	options   Options
	cluster   cluster.Flags
	read      bool // --cluster
	failOn    string
	strict    bool
	output    string
	show      string
	color     string
	at        string
	threshold Threshold
}

// NewCommand makes the verb.
func NewCommand(p *program.Program) *cobra.Command {
	c := &command{Program: p}
	cmd := &cobra.Command{
		Use: "check (-f PATH... | --snapshot FILE | --cluster)", Short: "Judge manifests, a snapshot or a cluster",
		Long: long, Example: example, Args: program.NoArgs,
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
	f.StringVarP(&c.options.Namespace, "namespace", "n", "", "with -f the `namespace` of manifests that name none; else the only namespace to show")
	f.StringVar(&c.options.Profile, "profile", "", "ControlProfile to judge everything by, a `file or name` (default: the one that each solution names)")
	f.StringVar(&c.failOn, "fail-on", "high", "lowest `severity` that decides the exit code: critical, high, medium or low")
	f.BoolVar(&c.strict, "strict", false, "exit with 2 where something required is unknown")
	f.StringVar(&c.at, "at", "", "`instant` to judge at, for example 2026-12-01T00:00:00Z (default: now, or when the snapshot was taken)")
	f.StringVarP(&c.output, "output", "o", "table", "`format`: table or json")
	f.StringVar(&c.show, "show", "findings", "`what` to show: findings (failures and unknowns; those only observed in one line), observed (these in full too) or all")
	f.StringVar(&c.color, "color", "auto", "`when` to colour: auto, always or never")
	return cmd
}

func (c *command) parse() error {
	severity, err := oneOf("fail-on", c.failOn, "critical", "high", "medium", "low")
	if err != nil {
		return err
	}
	c.threshold = Threshold{FailOn: v1alpha1.Severity(strings.ToUpper(severity[:1]) + severity[1:]), Strict: c.strict}
	for _, f := range []struct {
		name    string
		value   *string
		allowed []string
	}{
		{"output", &c.output, []string{"table", "json"}}, {"show", &c.show, []string{"findings", "observed", "all"}},
		{"color", &c.color, []string{"auto", "always", "never"}},
	} {
		if *f.value, err = oneOf(f.name, *f.value, f.allowed...); err != nil {
			return err
		}
	}
	if c.at != "" {
		if c.options.At, err = time.Parse(time.RFC3339, c.at); err != nil {
			return program.Usage("--at: %q is not an instant; write it as 2026-12-01T00:00:00Z", c.at)
		}
	}
	return c.parseInput()
}

func (c *command) parseInput() error {
	given := 0
	for _, one := range []bool{c.read, c.options.Snapshot != "", len(c.options.Files) > 0} {
		if one {
			given++
		}
	}
	switch {
	case given == 0:
		return program.Usage("nothing to check: give -f PATH, --snapshot FILE or --cluster")
	case given > 1:
		return program.Usage("give one of -f, --snapshot and --cluster, not several")
	case c.cluster.Given() && !c.read:
		return program.Usage("--kubeconfig, --context and --as go with --cluster")
	}
	return nil
}

func oneOf(flag, value string, allowed ...string) (string, error) {
	v := strings.ToLower(value)
	if !slices.Contains(allowed, v) {
		return "", program.Usage("--%s: %q is not one of %s", flag, value, strings.Join(allowed, ", "))
	}
	return v, nil
}

func (c *command) run(cmd *cobra.Command) error {
	report, err := c.check(cmd.Context())
	switch {
	case err == nil:
	case c.output == "json" && cmd.Context().Err() == nil: // whoever reads JSON finds errors there
		report = failed(c.options, err)
	default:
		return err
	}
	for _, f := range report.Errors {
		if _, err := fmt.Fprintln(c.Err, "error: "+f.String()); err != nil {
			return err
		}
	}
	output := Output{Threshold: c.threshold, All: c.show == "all", Observed: c.show == "observed"}
	if err := c.print(report, output); err != nil {
		return err
	}
	if code := report.ExitCode(c.threshold); code != program.ExitOK {
		return &program.Exit{Code: code}
	}
	return nil
}

// check completes the options and runs the check.
func (c *command) check(ctx context.Context) (*Report, error) {
	o := &c.options
	o.Controls, o.Now, o.Version, o.Stdin, o.ResultsOnly = c.Controls, c.Now, c.Version, c.In, true
	label, unit := "Reading", terminal.Bytes
	if c.read {
		config, err := c.cluster.Config("tilsyn/" + c.Version)
		if err != nil {
			return nil, err
		}
		o.Cluster, label, unit = config, "Reading the cluster", terminal.Count
	}
	bar := terminal.NewBar(c.Err, c.Screen, c.Now, label, unit)
	defer bar.Done()
	o.Progress = bar.Update
	return Run(ctx, *o)
}

func (c *command) print(r *Report, o Output) error {
	if c.output == "json" {
		return WriteJSON(c.Out, r, o)
	}
	return WriteTable(c.Out, r, o, c.Screen, terminal.ColorMode(c.color))
}

// String gives file:line: subject: field: message, which editors can follow.
func (f Fault) String() string {
	where := f.File
	if f.Line > 0 {
		where = fmt.Sprintf("%s:%d", f.File, f.Line)
	}
	parts := []string{where, f.Subject, f.Field, f.Message}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ": ")
}
