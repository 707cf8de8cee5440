// Package snapshot writes what a cluster holds to a file that can be judged anywhere, at any time.
package snapshot

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/client-go/rest"

	"github.com/tilsyn-dev/tilsyn/internal/cli/cluster"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
	"github.com/tilsyn-dev/tilsyn/internal/gather/once"
)

const long = `Read the cluster once and write what the controls look at to a file, for tilsyn check --snapshot.

Secrets are never read, and of everything else only what controls need is kept: no environment values, no annotations
but known ones, no user names or passwords in addresses. What may not be read is named, and is Unknown in every check
of the snapshot.`

const example = `  tilsyn snapshot -o fleet.json.gz
  tilsyn check --snapshot fleet.json.gz`

// NewCommand makes the verb.
func NewCommand(p *program.Program) *cobra.Command {
	var flags cluster.Flags
	var path string
	cmd := &cobra.Command{
		Use: "snapshot -o FILE[.gz]", Short: "Write what a cluster holds to a file", Long: long, Example: example, Args: program.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if path == "" {
				return program.Usage("-o FILE is missing; - writes to standard output")
			}
			config, err := flags.Config("tilsyn/" + p.Version)
			if err != nil {
				return err
			}
			return run(cmd.Context(), p, config, path)
		},
	}
	cmd.Flags().StringVarP(&path, "output", "o", "", "`file` to write, compressed where its name ends in .gz; - for standard output")
	flags.Add(cmd.Flags())
	return cmd
}

// run writes beside the file and renames at the end, so that an interrupted snapshot never stands where a good one was.
func run(ctx context.Context, p *program.Program, config *rest.Config, path string) (err error) {
	if path == "-" {
		w := files.NewSnapshotWriter(p.Out, false)
		report, err := write(ctx, p, config, w)
		if err != nil {
			return err
		}
		return say(p, report, w.Objects(), "standard output")
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(temporary.Name()))
		}
	}()
	w := files.NewSnapshotWriter(temporary, strings.HasSuffix(path, ".gz"))
	report, err := write(ctx, p, config, w)
	if err = errors.Join(err, temporary.Close()); err != nil {
		return err
	}
	if err := os.Rename(temporary.Name(), path); err != nil {
		return err
	}
	return say(p, report, w.Objects(), path)
}

func write(ctx context.Context, p *program.Program, config *rest.Config, w *files.SnapshotWriter) (*once.Report, error) {
	kinds := gather.Kinds()
	bar := terminal.NewBar(p.Err, p.Screen, p.Now, "Reading the cluster", terminal.Count)
	defer bar.Done()
	report, err := once.Read(ctx, config, gather.NewStore(kinds), kinds, once.Options{
		Sink: w.Add, Now: p.Now, Progress: func(done, total int) { bar.Update(int64(done), int64(total)) },
	})
	if err != nil {
		return nil, fmt.Errorf("the cluster cannot be read: %w", err)
	}
	return report, w.Close(files.Header{TakenAt: p.Now().UTC().Truncate(time.Second), KubernetesVersion: report.KubernetesVersion,
		TilsynVersion: p.Version, Sources: files.Entries(report.Sources)})
}

func counted(objects int) string {
	if objects == 1 {
		return "1 object"
	}
	return fmt.Sprintf("%d objects", objects)
}

// say tells on the stream of messages how many objects were written, those that give no facts not counted, and what could not
// be read.
func say(p *program.Program, r *once.Report, written int, where string) error {
	w := terminal.NewWriter(p.Err, terminal.Screen{Out: p.Screen.Err, NoColor: p.Screen.NoColor}, terminal.ColorAuto)
	w.Printf("Wrote %s to %s.\n", counted(written), where)
	var rows []terminal.Row
	for _, s := range r.Sources {
		if s.Complete() {
			continue
		}
		message := s.Message
		if message == "" && len(s.Undecodable) > 0 {
			message = fmt.Sprintf("%d objects could not be understood, the first is %s", len(s.Undecodable), s.Undecodable[0])
		}
		reason := s.Reason
		if reason == "" && s.Condition == facts.SourceSynced {
			reason = facts.ReasonDecodeFailed
		}
		rows = append(rows, terminal.Cells(string(s.ID), reason, message))
	}
	if len(rows) > 0 {
		w.Printf("%s\n", w.Paint(terminal.Yellow, "Not in it, because it could not be read:"))
		w.Table("  ", rows)
	}
	if r.Objects == 0 && len(rows) > 0 {
		return errors.Join(w.Err(), &program.Exit{Code: program.ExitBadInput, Err: errors.New("nothing could be read, so the snapshot holds nothing to judge: bind tilsyn-viewer to who runs this")})
	}
	return w.Err()
}
