// Package propose makes a first declaration of what runs: the Platform, the solutions with their environments, and the
// suppliers that show. Only what people alone know is left to them.
package propose

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/cluster"
	"github.com/tilsyn-dev/tilsyn/internal/cli/manifest"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
	"github.com/tilsyn-dev/tilsyn/internal/gather/once"
)

const long = `Propose a Platform, HostedSolutions, SolutionEnvironments and Suppliers from what runs, so that nobody has to begin with an
empty file. The evidence comes from a cluster, a snapshot or manifests, as for tilsyn check, and nothing is changed.

Each namespace with workloads that nobody claims becomes an environment. Namespaces whose names differ by a stage at the end
or the beginning are environments of one solution: booking-prod and booking-test are production and test of booking. A name
without a stage is taken for production, of which most is asked. Namespaces that hold a known product of a platform, told
by name and images, go to the Platform.

Suppliers are those that show: who runs nodes, whose images run, who keeps volumes and backups, who receives logs and
telemetry. They are entered in the chain of the solutions that use them, with fingerprints by which they are recognised.

What only people know is left out and stands as a comment "fill in": purpose, classification, controllers, countries, and the
agreements. The API server accepts what is written as it is, and tilsyn check finds what is still missing. Fields that
cannot be left out say "To be filled in". What is declared already is left alone, so that a second run adds only what is new;
while it cannot be read, nothing is proposed.`

const example = `  tilsyn init --cluster -o tilsyn/                 # one file for each kind
  tilsyn init --snapshot fleet.json.gz | less
  tilsyn check --snapshot fleet.json.gz            # what runs, before anything is declared`

// command holds the flags of the verb.
type command struct {
	*program.Program
	files     []string
	snapshot  string
	namespace string
	read      bool
	cluster   cluster.Flags
	target    manifest.Target
}

// NewCommand makes the verb.
func NewCommand(p *program.Program) *cobra.Command {
	c := &command{Program: p}
	cmd := &cobra.Command{
		Use: "init (-f PATH... | --snapshot FILE | --cluster)", Short: "Propose what to declare from what runs", Long: long, Example: example, Args: program.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := c.parse(); err != nil {
				return err
			}
			return c.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringArrayVarP(&c.files, "filename", "f", nil, "`path` of manifests: a file, a directory, or - for standard input (repeatable)")
	f.StringVar(&c.snapshot, "snapshot", "", "`file` that tilsyn snapshot wrote")
	f.BoolVar(&c.read, "cluster", false, "read the cluster once")
	c.cluster.Add(f)
	f.StringVarP(&c.namespace, "namespace", "n", "", "with -f the `namespace` of manifests that name none")
	f.StringVarP(&c.target.Dir, "output", "o", "", "`directory` to write a file for each kind to (default: standard output)")
	f.BoolVar(&c.target.Force, "force", false, "replace files that are there")
	return cmd
}

func (c *command) parse() error {
	given := 0
	for _, one := range []bool{c.read, c.snapshot != "", len(c.files) > 0} {
		if one {
			given++
		}
	}
	switch {
	case given == 0:
		return program.Usage("nothing to propose from: give -f PATH, --snapshot FILE or --cluster")
	case given > 1:
		return program.Usage("give one of -f, --snapshot and --cluster, not several")
	case c.cluster.Given() && !c.read:
		return program.Usage("--kubeconfig, --context and --as go with --cluster")
	case c.namespace != "" && len(c.files) == 0:
		return program.Usage("--namespace goes with -f")
	case c.target.Force && c.target.Dir == "":
		return program.Usage("--force goes with -o")
	}
	return nil
}

func (c *command) run(ctx context.Context) error {
	e, err := c.gather(ctx)
	if err != nil {
		return err
	}
	proposal := &Proposal{DeclaredKnown: true}
	if e.objects > 0 || len(e.faults) == 0 { // of nothing but faults nothing can be proposed
		proposal = Make(e.store, e.sources, c.Controls, e.at)
	}
	if err := accepted(ctx, proposal.Documents); err != nil {
		return err
	}
	c.target.Out = c.Out
	names, err := c.target.Write(proposal.Documents)
	if err != nil {
		return err
	}
	return c.say(proposal, e, names)
}

// accepted makes sure that the API server takes what is proposed.
func accepted(ctx context.Context, documents []*manifest.Document) error {
	if len(documents) == 0 {
		return nil
	}
	text, err := manifest.Join(documents)
	if err != nil {
		return err
	}
	faults, err := manifest.Faults(ctx, text, nil)
	if err == nil && len(faults) > 0 {
		err = fmt.Errorf("the proposal would not be accepted, so nothing was written: %w", faults[0])
	}
	return err
}

// say tells on the stream of messages what was proposed, what else is to be done and what could not be read.
func (c *command) say(p *Proposal, e *evidence, names []string) error {
	w := terminal.NewWriter(c.Err, terminal.Screen{Out: c.Screen.Err, NoColor: c.Screen.NoColor}, terminal.ColorAuto)
	faults := len(e.faults) + len(p.Missing)
	for _, f := range e.faults {
		w.Printf("error: %s\n", f)
	}
	for _, m := range unread(p.Missing) {
		w.Printf("error: %s\n", m)
	}
	switch {
	case len(p.Documents) > 0:
		w.Printf("Proposed: %s%s.\n", counts(p.Documents), to(names))
		if faults == 0 {
			w.Printf("Read it, fill in what the comments name, then apply it; tilsyn check tells what is still missing.\n")
		} else {
			w.Printf("Do not apply it as it is: what could not be read may be missing in it, or be declared already. Mend that and run it again.\n")
		}
	case !p.DeclaredKnown:
		w.Printf("Nothing is proposed while it is not known what is declared already: applied, a proposal would replace it.\n")
	case faults > 0:
		w.Printf("Nothing to propose of what could be read.\n")
	case len(p.Notes) > 0:
		w.Printf("Nothing to propose.\n")
	default:
		w.Printf("Nothing to propose: everything that runs is declared.\n")
	}
	for _, n := range p.Notes {
		w.Printf("%s\n", n)
	}
	if faults > 0 {
		return errors.Join(&program.Exit{Code: program.ExitBadInput}, w.Err())
	}
	return w.Err()
}

// unread says what could not be read, all that lacks a right in one line.
func unread(missing []facts.SourceState) []string {
	var forbidden, out []string
	for _, s := range missing {
		if s.Reason == facts.ReasonForbidden {
			forbidden = append(forbidden, string(s.ID))
			continue
		}
		out = append(out, fmt.Sprintf("%s cannot be read: %s", s.ID, s.Why()))
	}
	if len(forbidden) > 0 {
		out = append(out, "the right to list these is missing; ask for it (ClusterRole tilsyn-viewer has it): "+strings.Join(forbidden, ", "))
	}
	return out
}

func counts(documents []*manifest.Document) string {
	var kinds, out []string
	n := map[string]int{}
	for _, d := range documents {
		if n[d.Kind]++; n[d.Kind] == 1 {
			kinds = append(kinds, d.Kind)
		}
	}
	for _, k := range kinds {
		plural := "s"
		if n[k] == 1 {
			plural = ""
		}
		out = append(out, fmt.Sprintf("%d %s%s", n[k], k, plural))
	}
	return strings.Join(out, ", ")
}

func to(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return " to " + strings.Join(names, ", ")
}

// evidence is what was gathered.
type evidence struct {
	store   *facts.Store
	sources map[string]facts.SourceID
	at      time.Time
	faults  []string
	objects int // of manifests or a snapshot
}

func (c *command) gather(ctx context.Context) (*evidence, error) {
	kinds := gather.Kinds()
	e := &evidence{store: gather.NewStore(kinds), sources: map[string]facts.SourceID{}, at: c.Now()}
	index := gather.NewIndex(kinds)
	for _, name := range []string{"Platform", "HostedSolution", "SolutionEnvironment"} {
		kind, ok := index.LookupAnyVersion(schema.GroupKind{Group: v1alpha1.GroupVersion.Group, Kind: name})
		if !ok {
			return nil, fmt.Errorf("kind %s is not read", name)
		}
		e.sources[name] = kind.SourceID()
	}
	label, unit := "Reading", terminal.Bytes
	if c.read {
		label, unit = "Reading the cluster", terminal.Count
	}
	bar := terminal.NewBar(c.Err, c.Screen, c.Now, label, unit)
	defer bar.Done()
	if c.read {
		return e, c.readCluster(ctx, e, kinds, bar)
	}
	o := files.Options{Namespace: c.namespace, Stdin: c.In, Progress: bar.Update}
	if c.snapshot != "" {
		header, result, err := files.ReadSnapshot(ctx, e.store, kinds, c.snapshot, o)
		if err != nil {
			return nil, err
		}
		if header != nil {
			e.at = header.TakenAt
		}
		return e, e.note(result, nil)
	}
	result, err := files.Load(ctx, e.store, kinds, c.files, o)
	return e, e.note(result, err)
}

// note takes over what could not be understood of the input.
func (e *evidence) note(result *files.Result, err error) error {
	e.objects = result.Objects
	for _, f := range result.Errors {
		e.faults = append(e.faults, f.Error())
	}
	return err
}

func (c *command) readCluster(ctx context.Context, e *evidence, kinds []adapter.Kind, bar *terminal.Bar) error {
	config, err := c.cluster.Config("tilsyn/" + c.Version)
	if err != nil {
		return err
	}
	o := once.Options{Now: c.Now, Progress: func(done, total int) { bar.Update(int64(done), int64(total)) }}
	if _, err := once.Read(ctx, config, e.store, kinds, o); err != nil {
		return fmt.Errorf("the cluster cannot be read: %w", err)
	}
	return nil
}
