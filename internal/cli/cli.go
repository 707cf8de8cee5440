// Package cli puts the verbs of the command line together.
package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
	"github.com/tilsyn-dev/tilsyn/internal/cli/controls"
	"github.com/tilsyn-dev/tilsyn/internal/cli/deadlines"
	"github.com/tilsyn-dev/tilsyn/internal/cli/explain"
	"github.com/tilsyn-dev/tilsyn/internal/cli/importer"
	"github.com/tilsyn-dev/tilsyn/internal/cli/incident"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
	"github.com/tilsyn-dev/tilsyn/internal/cli/propose"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report"
	"github.com/tilsyn-dev/tilsyn/internal/cli/snapshot"
	"github.com/tilsyn-dev/tilsyn/internal/cli/version"
)

const long = `Tilsyn tells whether the solutions that a cluster hosts keep to what is required of them: where they may run,
that they are backed up, that their logs are kept. It reads manifests, snapshots and clusters, and changes nothing, unless
tilsyn incident open is told to --apply.

Start with tilsyn check --cluster, or tilsyn check -f on the manifests of an application. Then tilsyn init proposes what to
declare.`

// New makes the command. The name that it was called by decides how usage texts call it: kubectl-tilsyn is a plugin.
func New(p *program.Program, calledBy string) *cobra.Command {
	root := &cobra.Command{
		Use: "tilsyn", Short: "Supervise what a cluster hosts", Long: long,
		SilenceErrors: true, SilenceUsage: true,
	}
	base := strings.TrimSuffix(filepath.Base(calledBy), ".exe")
	if plugin, ok := strings.CutPrefix(base, "kubectl-"); ok {
		root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl " + strings.ReplaceAll(plugin, "_", "-")}
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return program.Usage("%w", err) })
	root.SetOut(p.Out)
	root.SetErr(p.Err)
	root.SetIn(p.In)
	root.AddCommand(check.NewCommand(p), snapshot.NewCommand(p), controls.NewCommand(p), explain.NewCommand(p), deadlines.NewCommand(p), report.NewCommand(p), importer.NewCommand(p), incident.NewCommand(p), propose.NewCommand(p),
		version.NewCommand(p))
	root.InitDefaultCompletionCmd()
	root.SetHelpCommand(&cobra.Command{
		Use: "help [verb]", Short: "Show the help of a verb",
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			switch {
			case err != nil:
				return err
			case len(rest) > 0:
				return noVerb(cmd, rest[0])
			}
			return cmd.Help()
		},
	})
	refuseOthers(root)
	return root
}

// refuseOthers makes verbs that there are not, and arguments that nobody reads, errors like any other misuse.
func refuseOthers(cmd *cobra.Command) {
	for _, verb := range cmd.Commands() {
		if verb.HasSubCommands() {
			refuseOthers(verb)
		} else if cmd.HasParent() { // those that are not ours
			verb.Args = program.NoArgs
		}
	}
	cmd.SuggestionsMinimumDistance = 2 // letters, as cobra has it for itself
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if cmd.HasParent() {
			return program.Usage("%s needs one of the names that its help lists", cmd.CommandPath())
		}
		return cmd.Help()
	}
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return noVerb(cmd, args[0])
		}
		return nil
	}
}

// noVerb is the error for a verb that there is not.
func noVerb(cmd *cobra.Command, name string) error {
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		return program.Usage("%s has no verb %q; did you mean %s?", cmd.CommandPath(), name, strings.Join(near, " or "))
	}
	return program.Usage("%s has no verb %q", cmd.CommandPath(), name)
}

// Run runs the command with arguments and gives the exit code.
func Run(ctx context.Context, p *program.Program, args []string) int {
	root := New(p, args[0])
	root.SetArgs(args[1:])
	cmd, err := root.ExecuteContextC(ctx)
	var exit *program.Exit
	own := errors.As(err, &exit)
	// What cannot be written to the stream of messages cannot be reported either.
	if err != nil && (!own || exit.Err != nil) {
		_, _ = fmt.Fprintf(p.Err, "error: %v\n", err)
	}
	if own && exit.Usage {
		_, _ = fmt.Fprintf(p.Err, "See %s --help.\n", cmd.CommandPath())
	}
	return program.Code(err)
}
