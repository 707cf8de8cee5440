package report

import (
	"io"
	"slices"

	"github.com/spf13/pflag"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/split"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func responsibilitiesReport() Kind {
	var names []string
	return Kind{
		Name: "responsibilities", Aliases: []string{"rpt-02"}, Short: "The split of responsibility: provider's and institutions' controls apart, and who accepted it (RPT-02)",
		Long: `Show for each solution what the provider has to do and what the institutions have to do, apart from each other; and for each
institution its own state, and whether it has accepted the version of the split that holds. Of institutions that are not
declared nothing is known, and the page says so.`,
		Example: `  tilsyn report responsibilities --solution aula -f config/samples/fleet
  tilsyn report rpt-02 --cluster --lang da > ansvar.md`,
		Formats: pageFormats,
		Flags:   func(f *pflag.FlagSet) { solutionFlag(f, &names) },
		Sources: func(v facts.View) []facts.SourceState {
			return slices.Concat(facts.Incomplete[v1alpha1.HostedSolution](v), facts.Incomplete[v1alpha1.Institution](v))
		},
		Write: func(w io.Writer, in Input) error {
			if err := checkSolutions(in.Facts, names); err != nil {
				return err
			}
			return writePage(w, in, split.Make(in.Facts, in.Outcome, names))
		},
	}
}
