// Package controls lists the catalogue.
package controls

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
	"github.com/tilsyn-dev/tilsyn/internal/cli/describe"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
)

// entry is one control as it is listed.
type entry struct {
	ID       v1alpha1.ControlID `json:"id"`
	Title    string             `json:"title"`
	Severity v1alpha1.Severity  `json:"severity"`
	Party    v1alpha1.Party     `json:"party"`
	// Scope lists what is judged.
	Scope []string `json:"scope"`
	// Manifests says how much of the control manifests can show: yes, partly or no.
	Manifests describe.Offline `json:"manifests"`
	// Mode in the profile, with the date from which an observed control is required.
	Mode         v1alpha1.ControlMode `json:"mode"`
	RequiredFrom v1alpha1.Date        `json:"requiredFrom,omitempty"`
	Since        string               `json:"since"`
}

// NewCommand makes the verb.
func NewCommand(p *program.Program) *cobra.Command {
	var output, profile string
	cmd := &cobra.Command{
		Use: "controls", Short: "List the controls of the catalogue", Args: program.NoArgs,
		Long: "List the controls of the catalogue, with their mode in a profile. Manifests says how much of a control tilsyn check -f can judge.",
		Example: `  tilsyn controls
  tilsyn controls --profile getting-started
  tilsyn explain LOC-02`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if output != "table" && output != "json" {
				return program.Usage("--output: %q is not one of table, json", output)
			}
			list, err := entries(cmd.Context(), p, profile)
			if err != nil {
				return err
			}
			if output == "json" {
				e := json.NewEncoder(p.Out)
				e.SetEscapeHTML(false)
				e.SetIndent("", "  ")
				return e.Encode(list)
			}
			return table(p, list)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "table", "`format`: table or json")
	cmd.Flags().StringVar(&profile, "profile", v1alpha1.DefaultProfileName, "ControlProfile to show the modes of, a `file or name`")
	return cmd
}

func entries(ctx context.Context, p *program.Program, name string) ([]entry, error) {
	profile, faults, err := check.FindProfile(ctx, name, nil)
	if err != nil {
		return nil, err
	}
	if len(faults) > 0 {
		return nil, faults[0]
	}
	kinds := gather.Kinds()
	out := make([]entry, 0, len(p.Controls))
	for _, c := range p.Controls {
		e := entry{ID: c.ID, Title: c.Title, Severity: c.Severity, Party: c.Party, Scope: describe.Scopes(c),
			Manifests: describe.FromManifests(c, kinds), Mode: v1alpha1.ModeObserve, Since: c.Since}
		for _, listed := range profile.Spec.Controls {
			if listed.Control == c.ID {
				e.Mode, e.RequiredFrom = listed.Mode, listed.RequiredFrom
			}
		}
		out = append(out, e)
	}
	return out, nil
}

func table(p *program.Program, list []entry) error {
	w := terminal.NewWriter(p.Out, p.Screen, terminal.ColorAuto)
	rows := []terminal.Row{terminal.Cells("CONTROL", "SEVERITY", "PARTY", "MODE", "MANIFESTS", "JUDGES", "TITLE")}
	for _, e := range list {
		mode := string(e.Mode)
		if e.RequiredFrom != "" {
			mode += ", Required from " + string(e.RequiredFrom)
		}
		row := terminal.Cells(string(e.ID), string(e.Severity), string(e.Party), mode, string(e.Manifests), strings.Join(e.Scope, ", "), e.Title)
		row[0].Color = terminal.Bold
		rows = append(rows, row)
	}
	w.Table("", rows)
	return w.Err()
}
