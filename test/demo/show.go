package main

import (
	"cmp"
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/test/fleet"
)

// worstShown bounds the findings that are printed.
const worstShown = 10

// show prints what an administrator sees: the tables of kubectl, then what to do first.
func (d *demo) show(ctx context.Context) error {
	for _, args := range [][]string{
		{"get", "nodes", "-L", "topology.kubernetes.io/region"},
		{"get", "hostedsolutions"},
		{"get", "solutionenvironments"},
		{"get", "platforms"},
		{"get", "institutions"},
		{"get", "processingagreements"},
		{"get", "assurancestatements"},
		{"get", "controlexceptions"},
	} {
		if err := d.table(ctx, args...); err != nil {
			return err
		}
	}
	if err := d.worst(ctx); err != nil {
		return err
	}
	d.out.lines([]string{"What an application team sees in its own namespace, without a right to read anything else:"})
	return d.table(ctx, "-n", "booking", "get", "reports.openreports.io")
}

// table runs kubectl and prints its output under the command.
func (d *demo) table(ctx context.Context, args ...string) error {
	d.out.printf("\n$ kubectl %s\n", strings.Join(args, " "))
	cmd := exec.CommandContext(ctx, d.kubectl, append([]string{"--kubeconfig", d.kubeconfig}, args...)...)
	out, err := cmd.CombinedOutput()
	d.out.printf("%s", out)
	if err != nil {
		return fmt.Errorf("kubectl %s: %w", strings.Join(args, " "), err)
	}
	return nil
}

// found is a finding and where it was found.
type found struct {
	of string
	v1alpha1.Finding
	observed bool // counts for nothing
}

// worst prints the worst findings of the production environments, solutions, institutions and the Platform, each with its mend.
func (d *demo) worst(ctx context.Context) error {
	all, err := d.findings(ctx)
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), strings.Compare(a.of, b.of), strings.Compare(string(a.Control), string(b.Control)))
	})
	d.out.title("What to do first")
	groups := group(all)
	for _, g := range groups[:min(len(groups), worstShown)] {
		f := g[0]
		head := fmt.Sprintf("%s %s, %s: %s", f.Severity, f.Control, f.of, f.Message)
		if f.observed {
			head = "Observed, does not count: " + head
		}
		d.out.printf("  %s\n", wrap(head, d.out.width, "    "))
		if f.Remediation != "" {
			d.out.printf("    %s\n", wrap("Mend: "+f.Remediation, d.out.width, "    "))
		}
		if more := len(g) - 1; more > 0 {
			d.out.printf("    And %d more of %s there.\n", more, f.Control)
		}
		d.out.printf("\n")
	}
	if rest := groups[min(len(groups), worstShown):]; len(rest) > 0 {
		observed := 0
		for _, g := range rest {
			if g[0].observed {
				observed++
			}
		}
		more := ""
		if observed > 0 {
			more = fmt.Sprintf(", %d of them only observed", observed)
		}
		d.out.printf("  And findings of %d more controls%s.\n", len(rest), more)
	}
	return nil
}

// group puts findings of one control in one place together, in the order of the first of each.
func group(all []found) [][]found {
	var out [][]found
	for _, f := range all {
		i := slices.IndexFunc(out, func(g []found) bool { return g[0].of == f.of && g[0].Control == f.Control })
		if i < 0 {
			out = append(out, []found{f})
			continue
		}
		out[i] = append(out[i], f)
	}
	return out
}

// rank orders by verdict within severity, what is only observed last.
func (f found) rank() int {
	severity := slices.Index([]v1alpha1.Severity{v1alpha1.SeverityCritical, v1alpha1.SeverityHigh, v1alpha1.SeverityMedium, v1alpha1.SeverityLow}, f.Severity)
	verdict := slices.Index([]v1alpha1.Verdict{v1alpha1.VerdictFail, v1alpha1.VerdictUnknown, v1alpha1.VerdictExcepted}, f.Verdict)
	rank := 10*severity + verdict
	if f.observed {
		rank += 100
	}
	return rank
}

func (d *demo) findings(ctx context.Context) ([]found, error) {
	var solutions v1alpha1.HostedSolutionList
	var environments v1alpha1.SolutionEnvironmentList
	var institutions v1alpha1.InstitutionList
	var platforms v1alpha1.PlatformList
	for _, list := range []client.ObjectList{&solutions, &environments, &institutions, &platforms} {
		if err := d.client.List(ctx, list); err != nil {
			return nil, err
		}
	}
	var all []found
	add := func(of string, controls []v1alpha1.ControlStatus, list []v1alpha1.Finding) {
		for _, f := range list {
			if f.Verdict == v1alpha1.VerdictFail || f.Verdict == v1alpha1.VerdictUnknown {
				all = append(all, found{of: of, Finding: f, observed: fleet.Observed(controls, f.Control)})
			}
		}
	}
	for _, s := range solutions.Items {
		add(s.Name, s.Status.Controls, s.Status.Findings)
	}
	for _, e := range environments.Items {
		if e.Spec.Stage == v1alpha1.StageProduction {
			add(e.Name, e.Status.Controls, e.Status.Findings)
		}
	}
	for _, i := range institutions.Items {
		add(i.Name, i.Status.Controls, i.Status.Findings)
	}
	for _, p := range platforms.Items {
		add(fleet.OfPlatform, p.Status.Controls, p.Status.Findings)
	}
	return all, nil
}
