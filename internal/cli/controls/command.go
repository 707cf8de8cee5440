// Package controls lists the catalogue.
package controls

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

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
	// Mandatory controls take no exception in the profile.
	Mandatory bool `json:"mandatory,omitempty"`
	// Parameters and Levels are what the profile sets; all else is the control's own defaults.
	Parameters *apiextensionsv1.JSON      `json:"parameters,omitempty"`
	Levels     []v1alpha1.LevelParameters `json:"levels,omitempty"`
	Since      string                     `json:"since"`
}

// NewCommand makes the verb.
func NewCommand(p *program.Program) *cobra.Command {
	var output, profile string
	cmd := &cobra.Command{
		Use: "controls", Short: "List the controls of the catalogue", Args: program.NoArgs,
		Long: "List the controls of the catalogue, with their mode in a profile and the parameters that it sets. Manifests says how much of a control tilsyn check -f can judge.",
		Example: `  tilsyn controls
  tilsyn controls --profile state-authority
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
				e.Mode, e.RequiredFrom, e.Mandatory = listed.Mode, listed.RequiredFrom, listed.Mandatory
				e.Parameters, e.Levels = listed.Parameters, listed.Levels
			}
		}
		out = append(out, e)
	}
	return out, nil
}

func table(p *program.Program, list []entry) error {
	w := terminal.NewWriter(p.Out, p.Screen, terminal.ColorAuto)
	sets := slices.ContainsFunc(list, func(e entry) bool { return e.sets() != "" })
	headings := []string{"CONTROL", "SEVERITY", "PARTY", "MODE", "MANIFESTS", "JUDGES", "TITLE"}
	if sets {
		headings = append(headings, "PARAMETERS OF THE PROFILE")
	}
	rows := []terminal.Row{terminal.Cells(headings...)}
	for _, e := range list {
		cells := []string{string(e.ID), string(e.Severity), string(e.Party), e.mode(), string(e.Manifests), strings.Join(e.Scope, ", "), e.Title}
		if sets {
			cells = append(cells, e.sets())
		}
		row := terminal.Cells(cells...)
		row[0].Color = terminal.Bold
		rows = append(rows, row)
	}
	w.Table("", rows)
	return w.Err()
}

func (e *entry) mode() string {
	mode := string(e.Mode)
	if e.RequiredFrom != "" {
		mode += ", Required from " + string(e.RequiredFrom)
	}
	if e.Mandatory {
		mode += ", no exceptions"
	}
	return mode
}

// sets writes the parameters that the profile sets as it writes them; empty where the control's own defaults hold.
func (e *entry) sets() string {
	var parts []string
	if e.Parameters != nil {
		parts = append(parts, string(e.Parameters.Raw))
	}
	for _, l := range e.Levels {
		parts = append(parts, string(l.Level)+" "+string(l.Parameters.Raw))
	}
	return strings.Join(parts, ", ")
}
