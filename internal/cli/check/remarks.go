package check

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Controls behind the columns of the inventory.
const (
	pinned    v1alpha1.ControlID = "LOC-02"
	backedUp  v1alpha1.ControlID = "BCK-01"
	collected v1alpha1.ControlID = "LOG-01"
)

// inventory writes what runs where and what of it is unpinned, without backup or without logs.
func (t *table) inventory() {
	r := t.report
	t.Printf("\n%s\n", t.Paint(terminal.Bold, "What runs where"))
	var nodes []string
	for _, n := range r.Inventory.Nodes {
		nodes = append(nodes, fmt.Sprintf("%d in %s", n.Count, n.Place))
	}
	t.Printf("  Nodes: %s\n", cmp.Or(strings.Join(nodes, ", "), t.none("nodes")))
	if len(r.Inventory.Namespaces) == 0 {
		t.Printf("  Workloads: %s\n", t.none("deployments.apps"))
		return
	}
	rows := []terminal.Row{terminal.Cells("NAMESPACE", "WORKLOADS", "UNPINNED", "VOLUMES", "WITHOUT BACKUP", "LOGS", "PODS RUN IN")}
	for _, n := range r.Inventory.Namespaces {
		rows = append(rows, t.inventoryRow(n))
	}
	t.Table("  ", rows)
}

// none says that there is nothing of a source, unless it could not be read.
func (t *table) none(source facts.SourceID) string {
	i := slices.IndexFunc(t.report.Sources, func(s facts.SourceState) bool { return s.ID == source })
	if i >= 0 && !t.report.Sources[i].Complete() {
		return t.Paint(terminal.Yellow, "not known, they could not be read")
	}
	return "none"
}

func (t *table) inventoryRow(n NamespaceInventory) terminal.Row {
	var places []string
	for _, p := range n.Places {
		places = append(places, fmt.Sprintf("%s ×%d", p.Place, p.Count))
	}
	if n.Waiting > 0 {
		places = append(places, fmt.Sprintf("no node yet ×%d", n.Waiting))
	}
	row := terminal.Cells(n.Name, fmt.Sprint(n.Workloads), "", fmt.Sprint(n.Volumes), "", "", cmp.Or(strings.Join(places, ", "), "-"))
	i := slices.IndexFunc(t.report.Decisions.Environments, func(e *decide.Environment) bool { return e.Resolved.Object.Name == n.Name })
	if i < 0 {
		row[2].Text, row[4].Text, row[5].Text = "-", "-", "the platform's own"
		return row
	}
	s := t.report.Decisions.Environments[i].Subject
	row[2] = tally(s, pinned)
	row[4] = tally(s, backedUp)
	row[5] = verdictOf(s, collected)
	return row
}

// tally counts what failed and what is not known of a control.
func tally(s *decide.Subject, id v1alpha1.ControlID) terminal.Cell {
	for _, c := range s.Controls {
		if c.ID != id {
			continue
		}
		switch {
		case c.Failed > 0 && c.Unknown > 0:
			return terminal.Cell{Text: fmt.Sprintf("%d (%d unknown)", c.Failed, c.Unknown), Color: terminal.Red}
		case c.Failed > 0:
			return terminal.Cell{Text: fmt.Sprint(c.Failed), Color: terminal.Red}
		case c.Unknown > 0:
			return terminal.Cell{Text: "unknown", Color: terminal.Yellow}
		}
		return terminal.Cell{Text: "0"}
	}
	return terminal.Cell{Text: "-"}
}

func verdictOf(s *decide.Subject, id v1alpha1.ControlID) terminal.Cell {
	words := map[v1alpha1.Verdict]string{v1alpha1.VerdictPass: "collected", v1alpha1.VerdictFail: "not collected", v1alpha1.VerdictUnknown: "unknown"}
	for _, c := range s.Controls {
		if c.ID == id && words[c.Verdict] != "" {
			return terminal.Cell{Text: words[c.Verdict], Color: verdictColor(c.Verdict)}
		}
	}
	return terminal.Cell{Text: "-"}
}

// remarks writes what concerns the input or the evidence as a whole.
func (t *table) remarks() {
	r := t.report
	if hidden := t.hiddenByKind(); hidden != "" {
		t.Printf("\nNot to be seen from manifests, so undecided here and not counted: %s. Check a snapshot or the cluster for these.\n", hidden)
	}
	if missing := incomplete(r.Sources); r.Mode != Manifests && len(missing) > 0 {
		t.Printf("\n%s\n", t.Paint(terminal.Yellow, "Evidence that could not be read:"))
		var rows []terminal.Row
		for _, s := range missing {
			j := sourceOf(s)
			rows = append(rows, terminal.Cells(string(j.Source), cmp.Or(j.Reason, string(j.State)), cmp.Or(j.Message, strings.Join(j.Undecodable, ", "))))
		}
		t.Table("  ", rows)
	}
	if len(r.Unclaimed) > 0 && !r.Implicit {
		t.Printf("\nNamespaces with workloads that no environment claims: %s\n", strings.Join(r.Unclaimed, ", "))
	}
	// What an exception does is listed above.
	problems := slices.DeleteFunc(slices.Clone(r.Problems), func(p Problem) bool { return p.Subject.Kind == "ControlException" && r.namespace == "" })
	if len(problems) > 0 {
		t.Printf("\n%s\n", t.Paint(terminal.Yellow, "Remarks on declarations:"))
		for _, p := range problems {
			t.Printf("  %s%s: %s\n", p.Subject, at(p.File, p.Line), p.Message)
		}
	}
	if notes := r.Notes(); len(notes) > 0 {
		t.Printf("\nNotes:\n")
		for _, n := range notes {
			t.Printf("  %s: %s\n", n.Position, n.Message)
		}
	}
	if ignored := r.Ignored(); len(ignored) > 0 {
		var kinds []string
		for _, i := range ignored {
			kinds = append(kinds, fmt.Sprintf("%d %s (%s)", i.Count, i.Kind, i.APIVersion))
		}
		t.Printf("\nKinds that no control reads: %s\n", strings.Join(kinds, ", "))
	}
}

// hiddenByKind lists the controls that this way of gathering cannot judge, apart for what they are asked of, so that the list
// of environments is the one that each of them counts.
func (t *table) hiddenByKind() string {
	kinds := []string{"environments", "solutions", "institutions", "the platform"}
	ids := map[string]map[v1alpha1.ControlID]bool{}
	for s, a := range t.report.subjects() {
		kind := kinds[3]
		switch {
		case a.environment != "":
			kind = kinds[0]
		case a.solution != "":
			kind = kinds[1]
		case a.institution != "":
			kind = kinds[2]
		}
		for _, f := range s.Findings {
			if notObservable(f) {
				if ids[kind] == nil {
					ids[kind] = map[v1alpha1.ControlID]bool{}
				}
				ids[kind][f.Control.ID] = true
			}
		}
	}
	var out []string
	for _, kind := range kinds {
		if len(ids[kind]) == 0 {
			continue
		}
		var list []string
		for _, id := range slices.Sorted(maps.Keys(ids[kind])) {
			list = append(list, string(id))
		}
		out = append(out, "of "+kind+" "+strings.Join(list, ", "))
	}
	return strings.Join(out, "; ")
}

func at(file string, line int) string {
	if file == "" {
		return ""
	}
	return fmt.Sprintf(" (%s:%d)", file, line)
}

func (t *table) summary() {
	states := map[v1alpha1.ComplianceState]int{}
	environments := t.report.environments()
	for _, e := range environments {
		states[e.State]++
	}
	var parts []string
	for _, s := range []v1alpha1.ComplianceState{v1alpha1.StateNonCompliant, v1alpha1.StateUnknown, v1alpha1.StateCompliantWithRemarks, v1alpha1.StateCompliant} {
		if states[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", states[s], t.Paint(stateColor(s), string(s))))
		}
	}
	line := count(len(environments), "environment")
	if len(parts) > 0 {
		line += ": " + strings.Join(parts, ", ")
	}
	failed, unknown := t.report.Count(t.output.Threshold)
	t.Printf("\n%s. Required at %s or above: %d failed, %d unknown.\n", line, t.output.FailOn, failed, unknown)
	if t.hidden > 0 {
		t.Printf("What is only observed counts for nothing; --show observed tells it in full.\n")
	}
	if len(t.report.Errors) > 0 {
		t.Printf("%s: the input has %s (on standard error), so this is not the whole picture.\n", t.Paint(terminal.Red, "Incomplete"), count(len(t.report.Errors), "error"))
	}
}
