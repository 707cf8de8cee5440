package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/describe"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/control/controltest"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
)

// fixtures gives the fixtures of every family, by control, in the order of their paths.
func fixtures() (map[v1alpha1.ControlID][]controltest.Fixture, error) {
	folders, err := filepath.Glob("internal/catalog/*/testdata")
	if err != nil {
		return nil, err
	}
	out := map[v1alpha1.ControlID][]controltest.Fixture{}
	for _, folder := range folders {
		list, err := controltest.Load(folder)
		if err != nil {
			return nil, err
		}
		for _, f := range list {
			out[f.Control] = append(out[f.Control], f)
		}
	}
	return out, nil
}

// typical gives the fixture of a class that shows the reason which the control names first; of several the first.
func typical(c *control.Control, list []controltest.Fixture, class controltest.Class) (controltest.Fixture, bool) {
	var best *controltest.Fixture
	for i := range list {
		if list[i].Class == class && (best == nil || rank(c, list[i]) < rank(c, *best)) {
			best = &list[i]
		}
	}
	if best == nil {
		return controltest.Fixture{}, false
	}
	return *best, true
}

// rank gives the place of the first expected reason among those of the control; a bypass is as good as another. What shows
// no objects of its own comes last.
func rank(c *control.Control, f controltest.Fixture) int {
	if strings.TrimSpace(objects(f)) == "" {
		return len(c.Reasons)
	}
	if f.Class == controltest.Bypass {
		return 0
	}
	return slices.IndexFunc(c.Reasons, func(r control.ReasonText) bool { return r.Reason == f.Expect[0].Reason })
}

// objects is a fixture without its first document, which only the kit reads.
func objects(f controltest.Fixture) string {
	_, rest, _ := strings.Cut(f.Text, "\n---\n")
	return strings.TrimSpace(rest) + "\n"
}

// writeEmbedded writes what tilsyn explain shows of the source: comments of parameters and two fixtures of each control.
func writeEmbedded(controls []*control.Control) error {
	all, err := fixtures()
	if err != nil {
		return err
	}
	files, comments := map[string]string{}, map[v1alpha1.ControlID]map[string]string{}
	for _, c := range controls {
		if comments[c.ID], err = parameterComments(c); err != nil {
			return err
		}
		for _, class := range []controltest.Class{controltest.Pass, controltest.Fail} {
			f, ok := typical(c, all[c.ID], class)
			if !ok {
				return fmt.Errorf("%s: no fixture of class %s", c.ID, class)
			}
			files[fmt.Sprintf("%s-%s.yaml", c.ID, class)] = "# " + f.Title + "\n" + objects(f)
		}
	}
	raw, err := json.MarshalIndent(comments, "", "  ")
	if err != nil {
		return err
	}
	files["parameters.json"] = string(raw)
	return replace(embedded, files)
}

func writeControls(controls []*control.Control) error {
	all, err := fixtures()
	if err != nil {
		return err
	}
	comments := map[v1alpha1.ControlID]map[string]string{}
	files := map[string]string{"README.md": index(controls)}
	for _, c := range controls {
		if comments[c.ID], err = parameterComments(c); err != nil {
			return err
		}
		if files[string(c.ID)+".md"], err = page(c, comments[c.ID], all[c.ID]); err != nil {
			return err
		}
	}
	return replace(controlPages, files)
}

func index(controls []*control.Control) string {
	var b strings.Builder
	b.WriteString(notice + "# Controls\n\nWhat Tilsyn judges. Severity says what a failure means, the party who has to act; Manifests says how much\n" +
		"`tilsyn check -f` can judge without a cluster. `tilsyn explain LOC-02` tells the same on the command line.\n\n" +
		"| control | | severity | party | judges | manifests |\n| --- | --- | --- | --- | --- | --- |\n")
	kinds := gather.Kinds()
	for _, c := range controls {
		fmt.Fprintf(&b, "| [%s](%s.md) | %s | %s | %s | %s | %s |\n", c.ID, c.ID, cell(c.Title), c.Severity, c.Party,
			strings.Join(describe.Scopes(c), ", "), describe.FromManifests(c, kinds))
	}
	b.WriteString("\n## Reasons that any control can give\n\n" + reasons(control.EngineReasons()))
	return b.String()
}

func page(c *control.Control, comments map[string]string, list []controltest.Fixture) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s# %s: %s\n\n", notice, c.ID, c.Title)
	fmt.Fprintf(&b, "| severity | party | judges | manifests | since |\n| --- | --- | --- | --- | --- |\n| %s | %s | %s | %s | catalogue %s |\n\n",
		c.Severity, c.Party, strings.Join(describe.Scopes(c), ", "), describe.FromManifests(c, gather.Kinds()), c.Since)
	fmt.Fprintf(&b, "**What must hold.** %s\n\n**Why.** %s\n\n", c.MustHold, c.Why)
	if c.NotSeen != "" {
		fmt.Fprintf(&b, "**What software cannot see.** %s\n\n", c.NotSeen)
	}
	fmt.Fprintf(&b, "**Requirements.** ISO/IEC 27001:2022 Annex A: %s. GDPR: %s.\n\n", strings.Join(c.ISO, "; "), articles(c.GDPR))
	b.WriteString("## Evidence\n\n")
	for _, e := range c.Evidence {
		fmt.Fprintf(&b, "- %s\n", e)
	}
	b.WriteString("\n## Reasons\n\n" + reasons(c.Reasons) + "\n")
	parameters, err := parameterTable(c, comments)
	if err != nil {
		return "", err
	}
	b.WriteString(parameters)
	b.WriteString("## Examples\n\nJudged together with the [defaults of the fixtures](../../internal/control/controltest/defaults.yaml) where an example has no such object.\n")
	for _, class := range []controltest.Class{controltest.Pass, controltest.Fail, controltest.Bypass} {
		if f, ok := typical(c, list, class); ok {
			b.WriteString(fixture(f))
		}
	}
	return b.String(), nil
}

func articles(list []string) string {
	if len(list) == 1 && !strings.HasPrefix(list[0], "art") {
		return "art. " + list[0]
	}
	return "art. " + strings.Join(list, "; ")
}

func reasons(list []control.ReasonText) string {
	var b strings.Builder
	b.WriteString("| verdict | reason | | mend |\n| --- | --- | --- | --- |\n")
	for _, r := range list {
		text := r.Text
		if r.Settle > 0 {
			text += " Counts when it has lasted " + date.Length(r.Settle) + "."
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.Verdict, r.Reason, cell(text), cell(r.Remediation))
	}
	return b.String()
}

func parameterTable(c *control.Control, comments map[string]string) (string, error) {
	parameters, err := describe.Parameters(c)
	if err != nil || len(parameters) == 0 {
		return "", err
	}
	var b strings.Builder
	b.WriteString("## Parameters\n\nUnder `spec.controls[].parameters` of a ControlProfile, or per level under `levels`.\n\n| parameter | default | |\n| --- | --- | --- |\n")
	for _, p := range parameters {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", p.Name, cell(p.String()), cell(comments[p.Name]))
	}
	return b.String() + "\n", nil
}

func fixture(f controltest.Fixture) string {
	titles := map[controltest.Class]string{controltest.Pass: "Passes", controltest.Fail: "Fails", controltest.Bypass: "A way round that does not work"}
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s: %s\n\n", titles[f.Class], f.Title)
	for _, e := range f.Expect {
		fmt.Fprintf(&b, "- %s: %s (%s)\n", e.Subject, e.Verdict, e.Reason)
	}
	fmt.Fprintf(&b, "\n```yaml\n%s```\n", objects(f))
	return b.String()
}
