package report

import (
	"io"
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/contacts"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func contactsReport() Kind {
	return Kind{
		Name: "contacts", Aliases: []string{"rpt-12"}, Short: "Roles and contacts, and when they were last tried (RPT-12)",
		Long: `List who is reached where: the owners of solutions with their controllers, the institutions with their data protection
officers, the suppliers with their contacts for incidents; when the contacts were last tried; and the roles that controls
look for and that nobody has.`,
		Example: `  tilsyn report contacts -f config/samples/fleet
  tilsyn report rpt-12 --cluster --lang da > kontakter.md`,
		Formats: pageFormats,
		Sources: func(v facts.View) []facts.SourceState {
			return slices.Concat(facts.Incomplete[v1alpha1.HostedSolution](v), facts.Incomplete[v1alpha1.Institution](v), facts.Incomplete[v1alpha1.Supplier](v),
				facts.Incomplete[v1alpha1.Attestation](v))
		},
		Write: func(w io.Writer, in Input) error { return writePage(w, in, contacts.Make(in.Facts, in.Outcome)) },
	}
}
