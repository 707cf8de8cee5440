// Package importer reads what the overview of statements writes as CSV and writes it as resources.
package importer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/manifest"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
)

const long = `Read the CSV that tilsyn report statements -o csv writes, also after a spreadsheet had it, and write each statement as an
AssuranceStatement.

Headings are read in English and Danish and in any order; commas, semicolons or tabulators separate the cells, and a mark
of byte order is no matter. The columns name, year, document, and solutions or supplier have to be there. What the report
works out itself (kind as required, days, remarks, the title of the solution) is not read. A state is written only where it
does not follow from receipt and deliveries. Days written as 08-06-2023 are read where semicolons separate the cells, which
is how spreadsheets write where the day comes first.

Everything that is wrong is told at once, with line, column and mend, and then nothing is written.`

const example = `  tilsyn report statements --year 2025 --cluster -o csv > statements.csv
  tilsyn import statements.csv | kubectl apply --dry-run=server -f -
  tilsyn import statements.csv -o supervision/`

// limit keeps what is no list of statements from filling the memory, in bytes.
const limit = 64 << 20

// NewCommand makes the verb.
func NewCommand(p *program.Program) *cobra.Command {
	var target manifest.Target
	cmd := &cobra.Command{
		Use: "import FILE", Short: "Read statements of assurance from a spreadsheet", Long: long, Example: example,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return program.Usage("give one file, for example statements.csv, or - for standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if target.Force && target.Dir == "" {
				return program.Usage("--force goes with -o")
			}
			target.Out = p.Out
			return run(cmd.Context(), p, args[0], target)
		},
	}
	cmd.Flags().StringVarP(&target.Dir, "output", "o", "", "`directory` to write assurancestatements.yaml to (default: standard output)")
	cmd.Flags().BoolVar(&target.Force, "force", false, "replace a file that is there")
	return cmd
}

func run(ctx context.Context, p *program.Program, path string, target manifest.Target) error {
	text, err := readFile(p.In, path)
	if err != nil {
		return err
	}
	if path == "-" {
		path = "standard input"
	}
	list, faults, err := read(ctx, text)
	if err != nil {
		return err
	}
	for _, f := range faults {
		if _, err := fmt.Fprintln(p.Err, "error: "+f.text(path)); err != nil {
			return err
		}
	}
	if len(faults) > 0 {
		_, err := fmt.Fprintf(p.Err, "Nothing was written: mend the %s above first.\n", counted(len(faults), "fault"))
		return errors.Join(&program.Exit{Code: program.ExitBadInput}, err)
	}
	names, err := target.Write(list)
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := fmt.Fprintf(p.Err, "Wrote %s to %s.\n", counted(len(list), "statement"), name); err != nil {
			return err
		}
	}
	return nil
}

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
func read(ctx context.Context, text []byte) ([]*manifest.Document, []fault, error) {
	t, faults := readTable(text)
	if t == nil {
		return nil, faults, nil
	}
	for _, n := range needed() {
		if t.headings[n] == "" { // every line would be told to lack it
			return nil, faults, nil
		}
	}
	list, wrong := t.read()
	faults = append(faults, wrong...)
	if len(faults) == 0 && len(list) == 0 {
		faults = append(faults, fault{message: "there is no line below the headings"})
	}
	documents := make([]*manifest.Document, len(list))
	for i, s := range list {
		documents[i] = document(s.AssuranceStatement)
	}
	refused, err := refusals(ctx, list, documents)
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
func refusals(ctx context.Context, list []statement, documents []*manifest.Document) ([]fault, error) {
	if len(documents) == 0 {
		return nil, nil
	}
	text, err := manifest.Join(documents)
	if err != nil {
		return nil, err
	}
	found, err := manifest.Faults(ctx, text)
	if err != nil {
		return nil, err
	}
	var out []fault
	for _, e := range found {
		name := e.Object.Name
		if name == "" && e.Document > 0 && e.Document <= len(list) {
			name = list[e.Document-1].Name
		}
		message := e.Message
		if e.Field != "" {
			message = e.Field + ": " + message
		}
		out = append(out, fault{line: lineOf(list, name), message: fmt.Sprintf("statement %s: %s", name, message)})
	}
	return out, nil
}

// document writes a statement, its fields in the order in which people read them.
func document(s *v1alpha1.AssuranceStatement) *manifest.Document {
	d := manifest.New("AssuranceStatement", s.Name)
	text := func(key, value string) {
		if value != "" {
			d.Field(key, value)
		}
	}
	if len(s.Spec.Solutions) > 0 {
		d.Field("solutions", s.Spec.Solutions)
	}
	text("supplier", s.Spec.Supplier)
	d.Field("year", s.Spec.Year).Field("document", s.Spec.Document)
	text("standard", string(s.Spec.Standard))
	text("type", string(s.Spec.Type))
	text("level", string(s.Spec.Level))
	text("scope", string(s.Spec.Scope))
	if len(s.Spec.Parts) > 0 {
		d.Field("parts", s.Spec.Parts)
	}
	text("subject", s.Spec.Subject)
	if s.Spec.Required != nil {
		d.Field("required", s.Spec.Required)
	}
	text("state", string(s.Spec.State))
	text("reason", s.Spec.Reason)
	if s.Spec.Receipt != nil {
		d.Field("receipt", s.Spec.Receipt)
	}
	if len(s.Spec.Deliveries) > 0 {
		d.Field("deliveries", s.Spec.Deliveries)
	}
	text("recordUpdated", string(s.Spec.RecordUpdated))
	return d
}
