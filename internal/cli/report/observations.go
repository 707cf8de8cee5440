package report

import (
	"io"
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/observations"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func observationsReport() Kind {
	return Kind{
		Name: "observations", Aliases: []string{"rpt-07"}, Short: "Observations of auditors and action plans: age, severity, owner, due date, repeats (RPT-07)",
		Long: `List what auditors observed, each weakness once however often they found it again, with its age from the first statement,
severity, owner, due date and closure; the measures of action plans; and the statements of which nobody recorded whether
they hold observations.`,
		Example: `  tilsyn report observations -f config/samples/fleet
  tilsyn report rpt-07 --cluster --lang da > observationer.md`,
		Formats: pageFormats,
		Sources: func(v facts.View) []facts.SourceState {
			return slices.Concat(facts.Incomplete[v1alpha1.AssuranceStatement](v), facts.Incomplete[v1alpha1.HostedSolution](v), facts.Incomplete[v1alpha1.Supplier](v))
		},
		Write: func(w io.Writer, in Input) error { return writePage(w, in, observations.Make(in.Facts, in.Outcome)) },
	}
}
