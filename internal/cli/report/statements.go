package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/spf13/pflag"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/statements"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func statementsReport() Kind {
	year, written := 0, "" // as it was given
	var flag *pflag.Flag
	return Kind{
		Name: "statements", Aliases: []string{"rpt-03"}, Short: "Statements of assurance: received, passed on, doubtful, missing (RPT-03)",
		Long: `List the statements of assurance and action plans of one audited year, line by line: kind, receipt and each delivery, with
dates as precise as the record has them. Beside that stands what a list does not show by itself: what contradicts itself,
what cannot have happened, another kind than required, what is not said, and the days from receipt to each delivery.

CSV has one line for each statement and recipient and the API's own words in every language; a cell that a spreadsheet
would take for a formula begins with an apostrophe.`,
		Example: `  tilsyn report statements --year 2022 -f config/samples/fleet
  tilsyn report statements --year 2025 --cluster -o csv --lang da > erklaeringer-2025.csv`,
		Formats: []string{"table", "csv", "json", "markdown"},
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&written, "year", "", "`year` that is audited (default: the one before)")
			flag = f.Lookup("year")
		},
		Valid: func() error {
			if !flag.Changed {
				return nil
			}
			const first, last = 2000, 2199
			n, err := strconv.Atoi(written)
			if err != nil || n < first || n > last {
				return program.Usage("--year: %q is not a year between %d and %d, for example 2025", written, first, last)
			}
			year = n
			return nil
		},
		Sources: func(v facts.View) []facts.SourceState {
			return slices.Concat(facts.Incomplete[v1alpha1.AssuranceStatement](v), facts.Incomplete[v1alpha1.HostedSolution](v), facts.Incomplete[v1alpha1.Supplier](v))
		},
		Write: func(w io.Writer, in Input) error {
			year := year
			if year == 0 {
				year = in.At.In(date.Copenhagen()).Year() - 1
			}
			o := statements.Make(in.Facts, int32(year), in.At, in.Language)
			switch in.Format {
			case "table":
				return o.Table(terminal.NewWriter(w, in.Screen, terminal.ColorAuto), in.Language)
			case "markdown":
				return o.Markdown(terminal.NewWriter(w, in.Screen, terminal.ColorNever), in.Language)
			case "csv":
				return o.CSV(w, in.Language)
			case "json":
				return o.JSON(w)
			default:
				return fmt.Errorf("format %s is not known", in.Format)
			}
		},
	}
}
