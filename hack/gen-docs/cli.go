package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// commandLine renders a command and its verbs as one page.
func commandLine(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString(notice + "# Command line\n\n" + strings.TrimSpace(root.Long) + "\n\n")
	b.WriteString("The program also works as a plugin of kubectl: name or link it `kubectl-tilsyn` somewhere on the PATH.\n\n")
	b.WriteString("| verb | |\n| --- | --- |\n")
	for _, c := range verbs(root) {
		fmt.Fprintf(&b, "| [%s](#%s) | %s |\n", c.Name(), strings.ReplaceAll(c.CommandPath(), " ", "-"), c.Short)
	}
	for _, c := range verbs(root) {
		verb(&b, c)
	}
	b.WriteString("\n## Exit codes\n\n| code | meaning |\n| --- | --- |\n" +
		"| 0 | nothing required at or above `--fail-on` failed |\n| 1 | something required at or above it failed |\n" +
		"| 2 | with `--strict`: something required at or above it is unknown; what manifests can never show does not count |\n" +
		"| 3 | incomplete: the input or the usage is wrong, what is required (HostedSolutions, SolutionEnvironments, the Platform, ControlProfiles) could not be read, or nothing could be judged; what could be understood has been checked and printed |\n\n" +
		"The JSON of `tilsyn check -o json` is described by [check-result.schema.json](check-result.schema.json).\n")
	return b.String()
}

func verbs(root *cobra.Command) []*cobra.Command {
	var out []*cobra.Command
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() && c.Name() != "completion" && c.Name() != "help" {
			out = append(out, c)
		}
	}
	return out
}

func verb(b *strings.Builder, c *cobra.Command) {
	text := c.Long
	if text == "" {
		text = c.Short + "."
	}
	fmt.Fprintf(b, "\n## %s\n\n    %s\n\n%s\n", c.CommandPath(), strings.TrimSuffix(c.UseLine(), " [flags]"), strings.TrimSpace(text))
	if c.Example != "" {
		fmt.Fprintf(b, "\n```\n%s\n```\n", strings.TrimRight(c.Example, "\n"))
	}
	flags(b, c)
	if c.HasAvailableSubCommands() && c.Name() != "report" { // reports have a page of their own
		for _, sub := range verbs(c) {
			verb(b, sub)
		}
	}
}

func flags(b *strings.Builder, c *cobra.Command) {
	if !c.LocalFlags().HasAvailableFlags() {
		return
	}
	b.WriteString("\n| flag | default | |\n| --- | --- | --- |\n")
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" || f.Hidden {
			return
		}
		kind, usage := pflag.UnquoteUsage(f)
		name := "`--" + strings.TrimSpace(f.Name+" "+kind) + "`"
		if f.Shorthand != "" {
			name = "`-" + f.Shorthand + "`, " + name
		}
		value := ""
		if f.DefValue != "" && f.DefValue != "[]" && f.DefValue != "false" {
			value = "`" + f.DefValue + "`"
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", name, value, cell(usage))
	})
}

// cell makes text fit for a cell of a table.
func cell(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", "\\|")
}
