// Package importer reads what the overview of statements writes as CSV and writes it as resources.
package importer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tilsyn-dev/tilsyn/internal/cli/cluster"
	"github.com/tilsyn-dev/tilsyn/internal/cli/manifest"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
)

const long = `Read the CSV that tilsyn report statements -o csv writes, also after a spreadsheet had it, and write each statement as an
AssuranceStatement.

A CSV holds a part of a statement only: neither opinion, auditor, period, observations, assessment, action plans nor references
stand in it. So give with -f or --cluster where the statements are that you have: what is recorded there is written whole, with
what the file changes, and applying it takes nothing away. An empty cell, a missing column and a recipient that no line names
change nothing; where something is recorded there, that is told. With neither, every statement is written as the file alone has it:
for a first list, and to be applied with kubectl create, which refuses names that exist.

Headings are read in English and Danish and in any order; commas, semicolons or tabulators separate the cells, and a mark
of byte order is no matter. The columns name, year, document, and solutions or supplier have to be there. What the report
works out itself (kind as required, days, remarks, the title of the solution) is not read. A state is written only where it
does not follow from receipt and deliveries. Days written as 08-06-2023 are read where semicolons separate the cells, which
is how spreadsheets write where the day comes first.

Everything that is wrong is told at once, with line, column and mend, and then nothing is written.`

const example = `  tilsyn report statements --year 2025 --cluster -o csv > statements.csv
  tilsyn import statements.csv --cluster | kubectl apply --dry-run=server -f -
  tilsyn import statements.csv -f supervision/ -o changed/
  tilsyn import statements.csv | kubectl create -f -`

// limit keeps what is no list of statements from filling the memory, in bytes.
const limit = 64 << 20

// command holds the flags of the verb.
type command struct {
	*program.Program
	files   []string
	read    bool // --cluster
	cluster cluster.Flags
	target  manifest.Target
}

// NewCommand makes the verb.
func NewCommand(p *program.Program) *cobra.Command {
	c := &command{Program: p}
	cmd := &cobra.Command{
		Use: "import FILE [-f PATH... | --cluster]", Short: "Read statements of assurance from a spreadsheet", Long: long, Example: example,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return program.Usage("give one file, for example statements.csv, or - for standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := c.parse(args[0]); err != nil {
				return err
			}
			return c.run(cmd.Context(), args[0])
		},
	}
	f := cmd.Flags()
	f.StringArrayVarP(&c.files, "filename", "f", nil, "`path` of the manifests of what is recorded: a file, a directory, or - for standard input (repeatable)")
	f.BoolVar(&c.read, "cluster", false, "read from the cluster what is recorded")
	c.cluster.Add(f)
	f.StringVarP(&c.target.Dir, "output", "o", "", "`directory` to write assurancestatements.yaml to (default: standard output)")
	f.BoolVar(&c.target.Force, "force", false, "replace a file that is there, unless it holds other resources too")
	return cmd
}

func (c *command) parse(path string) error {
	switch {
	case c.read && len(c.files) > 0:
		return program.Usage("give one of -f and --cluster, not both")
	case c.cluster.Given() && !c.read:
		return program.Usage("--kubeconfig, --context and --as go with --cluster")
	case path == "-" && slices.Contains(c.files, "-"):
		return program.Usage("standard input can be the CSV or the manifests, not both")
	case c.target.Force && c.target.Dir == "":
		return program.Usage("--force goes with -o")
	}
	return nil
}

// fresh tells whether every statement is taken as new, because nothing is said of what is recorded.
func (c *command) fresh() bool { return !c.read && len(c.files) == 0 }

func (c *command) run(ctx context.Context, path string) error {
	text, err := readFile(c.In, path)
	if err != nil {
		return err
	}
	if path == "-" {
		path = "standard input"
	}
	m := &merger{}
	if !c.fresh() {
		if m.base, err = c.recorded(ctx); err != nil {
			return err
		}
	}
	bar := terminal.NewBar(c.Err, c.Screen, c.Now, "Checking", terminal.Bytes)
	list, faults, err := m.read(ctx, text, bar.Update)
	bar.Done()
	if err != nil {
		return err
	}
	for _, f := range faults {
		if _, err := fmt.Fprintln(c.Err, "error: "+f.text(path)); err != nil {
			return err
		}
	}
	if len(faults) > 0 {
		_, err := fmt.Fprintf(c.Err, "Nothing was written: mend the %s above first.\n", counted(len(faults), "fault"))
		return errors.Join(&program.Exit{Code: program.ExitBadInput}, err)
	}
	if err := c.replaceable(ctx, list); err != nil {
		return err
	}
	c.target.Out = c.Out
	names, err := c.target.Write(list)
	if err != nil {
		return err
	}
	return c.say(m, len(list), names)
}

func (c *command) recorded(ctx context.Context) (*recorded, error) {
	s := source{files: c.files, stdin: c.In, now: c.Now}
	label, unit := "Reading", terminal.Bytes
	if c.read {
		config, err := c.cluster.Config("tilsyn/" + c.Version)
		if err != nil {
			return nil, err
		}
		s.cluster, label, unit = config, "Reading the cluster", terminal.Count
	}
	bar := terminal.NewBar(c.Err, c.Screen, c.Now, label, unit)
	defer bar.Done()
	s.progress = bar.Update
	return s.read(ctx)
}

// replaceable refuses to replace a file by one that holds less.
func (c *command) replaceable(ctx context.Context, list []*manifest.Document) error {
	if !c.target.Force {
		return nil
	}
	there, err := manifest.Names(ctx, c.target.Path("AssuranceStatement"))
	if err != nil {
		return err
	}
	for _, r := range there {
		if !slices.ContainsFunc(list, func(d *manifest.Document) bool { return d.Kind == r.Kind && d.Name == r.Name }) {
			return fmt.Errorf("%s holds %s %s too, which would be lost; nothing was written; name another directory with -o", c.target.Path("AssuranceStatement"), r.Kind, r.Name)
		}
	}
	return nil
}

// say tells on the stream of messages what was written and what a file did not say.
func (c *command) say(m *merger, written int, names []string) error {
	w := terminal.NewWriter(c.Err, terminal.Screen{Out: c.Screen.Err, NoColor: c.Screen.NoColor}, terminal.ColorAuto)
	for _, n := range names {
		w.Printf("Wrote %s to %s.\n", counted(written, "statement"), n)
	}
	for _, k := range m.kept[:min(len(m.kept), few)] {
		w.Printf("%s\n", k)
	}
	if n := len(m.kept) - few; n > 0 {
		w.Printf("and %d more like these.\n", n)
	}
	if c.fresh() {
		w.Printf("Taken as new, with what a CSV holds; it does not hold %s. Use kubectl create, which refuses names that exist:\n"+
			"kubectl apply would take all that away from them. With -f or --cluster it stays.\n", strings.Join(notInCSV(), ", "))
	} else {
		w.Printf("%s: %d new, %d changed, %d as recorded.\n", counted(written, "statement"), m.fresh, m.changed, written-m.fresh-m.changed)
	}
	return w.Err()
}

// few is how many messages of one sort are written at most.
const few = 20

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func readFile(standard io.Reader, path string) ([]byte, error) {
	in := standard
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, limit+1))
	if err == nil && len(text) > limit {
		err = fmt.Errorf("%s: larger than %d MiB; that is no list of statements", path, limit>>20)
	}
	return text, err
}

// read reads the text of a CSV file. Where there are faults there are no documents. An error means that reading stopped.
// Progress is told how much has been checked.
func (m *merger) read(ctx context.Context, text []byte, progress func(done, total int64)) ([]*manifest.Document, []fault, error) {
	t, faults := readTable(text)
	if t == nil {
		return nil, faults, nil
	}
	for _, n := range needed() {
		if t.headings[n] == "" { // every line would be told to lack it
			return nil, faults, nil
		}
	}
	faults = append(faults, m.complete(t)...)
	list, wrong := t.read()
	faults = append(faults, wrong...)
	if len(faults) == 0 && len(list) == 0 {
		faults = append(faults, fault{message: "there is no line below the headings"})
	}
	if err := m.merge(list); err != nil {
		return nil, nil, err
	}
	documents := make([]*manifest.Document, len(list))
	for i, s := range list {
		documents[i] = document(s.AssuranceStatement)
	}
	refused, err := refusals(ctx, list, documents, progress)
	if err != nil {
		return nil, nil, err
	}
	faults = append(faults, refused...)
	slices.SortStableFunc(faults, func(a, b fault) int { return a.line - b.line })
	if len(faults) > 0 {
		return nil, faults, nil
	}
	return documents, nil, nil
}

// refusals are what the API server would say of what was read, at the line it was read from.
func refusals(ctx context.Context, list []statement, documents []*manifest.Document, progress func(done, total int64)) ([]fault, error) {
	if len(documents) == 0 {
		return nil, nil
	}
	text, err := manifest.Join(documents)
	if err != nil {
		return nil, err
	}
	found, err := manifest.Faults(ctx, text, progress)
	if err != nil {
		return nil, err
	}
	var out []fault
	lines := make(map[string]int, len(list))
	for _, s := range list {
		lines[s.Name] = s.line
	}
	for _, e := range found {
		name := e.Object.Name
		if name == "" && e.Document > 0 && e.Document <= len(list) {
			name = list[e.Document-1].Name
		}
		message := e.Message
		if e.Field != "" {
			message = e.Field + ": " + message
		}
		out = append(out, fault{line: lines[name], message: fmt.Sprintf("statement %s: %s", name, message)})
	}
	return out, nil
}
