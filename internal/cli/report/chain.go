package report

import (
	"io"
	"slices"

	"github.com/spf13/pflag"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/journey"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/page"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// pageFormats are those of a report that is a page of Markdown or an object for programs.
var pageFormats = []string{"markdown", "json"}

// paged is a report that can be written as a page.
type paged interface{ Markdown(*page.Page) }

func writePage(w io.Writer, in Input, report paged) error {
	if in.Format == "json" {
		return page.JSON(w, report)
	}
	p := page.New(w, in.Language)
	report.Markdown(p)
	return p.Err()
}

// solutionFlag adds the flag by which a report is about some solutions alone.
func solutionFlag(f *pflag.FlagSet, names *[]string) {
	f.StringArrayVar(names, "solution", nil, "`name` of a solution that the report is about (repeatable; default: all)")
}

// checkSolutions refuses names that no solution has: a report about none would look like one without faults.
func checkSolutions(v facts.View, names []string) error {
	for _, n := range names {
		if !slices.ContainsFunc(facts.List[v1alpha1.HostedSolution](v), func(s *v1alpha1.HostedSolution) bool { return s.Name == n }) {
			return program.Usage("--solution: there is no HostedSolution %q", n)
		}
	}
	return nil
}

func chainReport() Kind {
	var names []string
	return Kind{
		Name: "chain", Aliases: []string{"rpt-04"}, Short: "The data journey: every link of the supplier chain, its countries and instruction (RPT-04)",
		Long: `Show for each solution where its data go: the supplier chain from the controller to the last link with task, countries of
processing and access, the basis of transfers, what shows of each supplier in what runs, and the instruction at each link.
The page holds a diagram in Mermaid. What is not recorded is said to be that, and never taken for none.`,
		Example: `  tilsyn report chain --solution aula -f config/samples/fleet > aula.md
  tilsyn report rpt-04 --cluster -o json`,
		Formats: pageFormats,
		Flags:   func(f *pflag.FlagSet) { solutionFlag(f, &names) },
		Sources: func(v facts.View) []facts.SourceState {
			return slices.Concat(facts.Incomplete[v1alpha1.HostedSolution](v), facts.Incomplete[v1alpha1.Supplier](v), facts.Incomplete[v1alpha1.ProcessingAgreement](v))
		},
		Write: func(w io.Writer, in Input) error {
			if err := checkSolutions(in.Facts, names); err != nil {
				return err
			}
			return writePage(w, in, journey.Make(in.Facts, in.Outcome, names))
		},
	}
}
