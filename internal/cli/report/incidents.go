package report

import (
	"io"
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/incidents"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func incidentsReport() Kind {
	return Kind{
		Name: "incidents", Aliases: []string{"rpt-08"}, Short: "The register of incidents and breaches with clocks, notices and lessons (RPT-08)",
		Long: `Write the register of incidents and personal data breaches (GDPR art. 33(5)): of each what happened, the clocks of law and
contract, every notice with the reason where it came late, assessments, measures and lessons. Incidents that nobody had to
be told of are complete too, and what the operator remembers as deleted is named. Clocks have the lengths of the law; a
profile may ask for less, which is for INC-01 to INC-03 to judge.`,
		Example: `  tilsyn report incidents --cluster > register.md
  tilsyn report rpt-08 --snapshot cluster.yaml.gz -o json`,
		Formats: pageFormats,
		Sources: func(v facts.View) []facts.SourceState {
			return slices.Concat(facts.Incomplete[v1alpha1.SecurityIncident](v), facts.Incomplete[v1alpha1.Institution](v))
		},
		Write: func(w io.Writer, in Input) error { return writePage(w, in, incidents.Make(in.Facts, in.Outcome)) },
	}
}
