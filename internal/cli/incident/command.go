// Package incident opens security incidents: it asks for what GDPR art. 33 needs and tells which clocks run.
package incident

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/cluster"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
)

const long = `Open a security incident: ask for what the authority has to be told of a breach of personal data (GDPR art. 33(3)), write a
SecurityIncident, and tell which clocks run and when they end, in Danish time.

At a terminal everything that no flag says is asked, and a wrong answer is asked for again. Elsewhere what is needed has to
be given by flags: --name, --solution or --environment, --title, --detected-at and --personal-data. What nobody knows yet
is left out and can be filled in later; the authority may be told in phases.

Times are Danish (2026-11-20 14:05), with an offset (2026-11-20T14:05:00+01:00) or now. What has not come yet, and an
awareness before the incident began, is refused. The clock of art. 33 runs from --aware-at; without it from the creation of
the resource, or from the detection if the controllers found it earlier themselves.

The resource goes to standard output, or with --apply into the cluster with the rights of the kubeconfig; what the cluster
does not take is printed, so that no answer is lost. Write no personal data into it.`

const example = `  tilsyn incident open
  tilsyn incident open --solution aula --title "Export file sent to the wrong recipient" --detected-at "2026-11-20 14:05" \
    --aware-at "2026-11-20 16:00" --personal-data Affected --name aula-2026-01 --apply`

// command holds the flags of the verb.
type command struct {
	*program.Program
	form    *form
	cluster cluster.Flags
	apply   bool
}

// NewCommand makes the verb with what it can do.
func NewCommand(p *program.Program) *cobra.Command {
	cmd := &cobra.Command{Use: "incident", Short: "Open a security incident and start its clocks",
		Long: "Work with security incidents. tilsyn report incidents prints their register, tilsyn deadlines what is due next."}
	cmd.AddCommand(newOpen(p))
	return cmd
}

func newOpen(p *program.Program) *cobra.Command {
	c := &command{Program: p, form: newForm()}
	cmd := &cobra.Command{
		Use: "open", Short: "Ask for what art. 33 needs and start the clock", Long: long, Example: example, Args: program.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.run(cmd.Context()) },
	}
	f := cmd.Flags()
	f.SortFlags = false // the order of the questions
	c.form.add(f)
	f.BoolVar(&c.apply, "apply", false, "create it in the cluster instead of printing it")
	c.cluster.Add(f)
	return cmd
}

func (c *command) run(ctx context.Context) error {
	if c.cluster.Given() && !c.apply {
		return program.Usage("--kubeconfig, --context and --as go with --apply")
	}
	f := c.form
	f.now = c.Now()
	if err := f.flags(); err != nil {
		return err
	}
	missing := f.missing()
	switch {
	case c.Screen.In:
		if err := f.ask(ctx, c.In, c.Err); err != nil {
			return err
		}
	case len(missing) > 0:
		return program.Usage("not said, and nobody is at a terminal to be asked: %s", strings.Join(missing, ", "))
	}
	if err := f.refusal(ctx); err != nil {
		return err
	}
	incident := f.incident()
	if !c.apply {
		return errors.Join(c.print(incident), c.clocks(incident))
	}
	return c.create(ctx, incident)
}

// flags reads the answers that flags give, and tells all that are wrong.
func (f *form) flags() error {
	var faults []error
	for _, q := range f.questions {
		if err := q.answer(q.given); err != nil {
			faults = append(faults, faultOf(q, err))
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return program.Usage("%w", errors.Join(faults...))
}

func (c *command) print(i *v1alpha1.SecurityIncident) error {
	text, err := document(i).Bytes()
	if err == nil {
		_, err = c.Out.Write(text)
	}
	return err
}

func (c *command) clocks(i *v1alpha1.SecurityIncident) error {
	screen := terminal.Screen{Out: c.Screen.Err, NoColor: c.Screen.NoColor}
	return showClocks(terminal.NewWriter(c.Err, screen, terminal.ColorAuto), i, c.Now())
}

func (c *command) create(ctx context.Context, i *v1alpha1.SecurityIncident) error {
	made, err := c.send(ctx, i)
	if err != nil {
		return errors.Join(err, c.print(i)) // the answers are worth more than the attempt
	}
	if _, err := fmt.Fprintf(c.Out, "securityincident.%s/%s created\n", v1alpha1.GroupVersion.Group, made.Name); err != nil {
		return err
	}
	return c.clocks(made)
}

func (c *command) send(ctx context.Context, i *v1alpha1.SecurityIncident) (*v1alpha1.SecurityIncident, error) {
	config, err := c.cluster.Config("tilsyn/" + c.Version)
	if err != nil {
		return nil, err
	}
	to, err := newCreator(config)
	if err != nil {
		return nil, err
	}
	return to.create(ctx, i)
}
