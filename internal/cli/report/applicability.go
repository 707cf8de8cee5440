package report

import (
	"io"
	"slices"

	"github.com/spf13/pflag"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/applicability"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func applicabilityReport() Kind {
	var names []string
	return Kind{
		Name: "applicability", Aliases: []string{"rpt-06"}, Short: "ISO/IEC 27001 Annex A by number with results, reasons for not applying and deviations (RPT-06)",
		Long: `List Annex A of ISO/IEC 27001:2022 by number with the controls that bear on it and the worst of their results; every control
with its results and the reasons for which it does not apply; and the exceptions with their age. A number on which no
control bears is said to be not judged here. The words beside the numbers are not those of the standard.`,
		Example: `  tilsyn report applicability -f config/samples/fleet
  tilsyn report rpt-06 --cluster --solution aula --lang da > anvendelighed.md`,
		Formats: pageFormats,
		Flags:   func(f *pflag.FlagSet) { solutionFlag(f, &names) },
		Sources: func(v facts.View) []facts.SourceState {
			return slices.Concat(facts.Incomplete[v1alpha1.HostedSolution](v), facts.Incomplete[v1alpha1.ControlException](v))
		},
		Write: func(w io.Writer, in Input) error {
			if err := checkSolutions(in.Facts, names); err != nil {
				return err
			}
			return writePage(w, in, applicability.Make(in.Facts, in.Outcome, in.Controls, names, in.Language))
		},
	}
}
