// Package version tells which build runs.
package version

import (
	"encoding/json"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
)

type build struct {
	Version  string `json:"version"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Controls int    `json:"controls"`
}

// NewCommand makes the verb.
func NewCommand(p *program.Program) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use: "version", Short: "Tell which build this is", Args: program.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			b := build{Version: p.Version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Controls: len(p.Controls)}
			switch output {
			case "json":
				e := json.NewEncoder(p.Out)
				e.SetIndent("", "  ")
				return e.Encode(b)
			case "table":
				w := terminal.NewWriter(p.Out, p.Screen, terminal.ColorAuto)
				w.Printf("tilsyn %s (%s, %s), %d controls\n", b.Version, b.Go, b.Platform, b.Controls)
				return w.Err()
			default:
				return program.Usage("--output: %q is not one of table, json", output)
			}
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "table", "`format`: table or json")
	return cmd
}
