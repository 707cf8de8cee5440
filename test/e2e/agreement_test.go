package e2e

import (
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
)

// judged is what the operator's status and the command line both say of a subject, result by result.
type judged struct {
	State                 v1alpha1.ComplianceState
	Provider, Institution *v1alpha1.PartyStatus
	Failed, Unknown       int32
	Worst                 string
	Controls              []v1alpha1.ControlStatus
	Findings              []v1alpha1.Finding
}

// testAgreement takes a snapshot with the built program and judges it, and the cluster itself, with the command line's
// library: both must say what the operator says.
func testAgreement(t *testing.T, c *cluster) {
	file, kubeconfig := filepath.Join(t.TempDir(), "fleet.yaml.gz"), filepath.Join(t.TempDir(), "kubeconfig")
	must(t, c.cp.Kubeconfig(kubeconfig))
	if out, err := exec.CommandContext(t.Context(), c.program, "snapshot", "-o", file, "--kubeconfig", kubeconfig).CombinedOutput(); err != nil {
		t.Fatalf("tilsyn snapshot: %v\n%s", err, out)
	}
	operators := statuses(t, c)
	for name, options := range map[string]check.Options{
		"snapshot": {Snapshot: file},
		"cluster":  {Cluster: c.cp.AdminConfig()},
	} {
		options.Controls, options.Now = catalog.All(), time.Now
		report, err := check.Run(t.Context(), options)
		must(t, err)
		if len(report.Errors) > 0 {
			t.Errorf("%s: errors %v", name, report.Errors)
		}
		since := cmpopts.IgnoreFields(v1alpha1.ControlStatus{}, "Since")
		sinceToo := cmpopts.IgnoreFields(v1alpha1.Finding{}, "Since")
		if diff := cmp.Diff(operators, decided(report.Decisions), since, sinceToo, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("the command line on the %s disagrees with the operator (-operator +command line):\n%s", name, diff)
		}
	}
}

// statuses reads what the operator says.
func statuses(t *testing.T, c *cluster) map[string]judged {
	t.Helper()
	var solutions v1alpha1.HostedSolutionList
	var environments v1alpha1.SolutionEnvironmentList
	var platform v1alpha1.Platform
	must(t, c.tilsyn.List(t.Context(), &solutions))
	must(t, c.tilsyn.List(t.Context(), &environments))
	must(t, c.tilsyn.Get(t.Context(), client.ObjectKey{Name: v1alpha1.PlatformName}, &platform))
	out := map[string]judged{"Platform": {Controls: platform.Status.Controls, Findings: platform.Status.Findings}}
	for _, s := range solutions.Items {
		st := s.Status
		out["solution "+s.Name] = judged{st.State, st.Provider, st.Institution, st.Failed, st.Unknown, st.WorstControl, st.Controls, st.Findings}
	}
	for _, e := range environments.Items {
		st := e.Status
		out["environment "+e.Name] = judged{st.State, st.Provider, st.Institution, st.Failed, st.Unknown, st.WorstControl, st.Controls, st.Findings}
	}
	return out
}

// decided gives the same of what the command line decided.
func decided(d *decide.Decisions) map[string]judged {
	parts := func(s *decide.Subject) (controls []v1alpha1.ControlStatus, findings []v1alpha1.Finding) {
		for _, c := range s.Controls {
			controls = append(controls, c.Status())
		}
		for _, f := range s.Findings {
			findings = append(findings, f.API())
		}
		return controls, findings
	}
	out := map[string]judged{}
	controls, findings := parts(d.Platform)
	out["Platform"] = judged{Controls: controls, Findings: findings}
	for _, s := range d.Solutions {
		controls, findings := parts(s.Subject)
		out["solution "+s.Ref.Name] = judged{s.Total.State, s.Total.Provider, s.Total.Institution, s.Total.Failed, s.Total.Unknown, string(s.Total.WorstControl), controls, findings}
	}
	for _, e := range d.Environments {
		controls, findings := parts(e.Subject)
		out["environment "+e.Ref.Name] = judged{e.State, e.Provider, e.Institution, e.Failed, e.Unknown, string(e.WorstControl), controls, findings}
	}
	return out
}
