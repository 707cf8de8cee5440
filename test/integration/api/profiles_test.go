package api

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

const profileDir = "../../../config/profiles"

func profile(t *testing.T, name string) v1alpha1.ControlProfile {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(profileDir, name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	u := parse(t, string(data))
	create(t, u)
	var p v1alpha1.ControlProfile
	if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(u.Object, &p, true); err != nil {
		t.Fatal(err)
	}
	if p.Name != name {
		t.Errorf("%s.yaml holds the profile %s", name, p.Name)
	}
	return p
}

func TestShippedProfilesApplyAndCoverTheSameControls(t *testing.T) {
	critical := []v1alpha1.ControlID{"LOC-01", "LOC-03", "LOC-04", "BCK-01"}
	technical := []v1alpha1.ControlID{
		"LOC-01", "LOC-02", "LOC-03", "LOC-04", "LOG-01", "LOG-02", "BCK-01", "BCK-02", "BCK-03", "DPD-01", "GOV-06", "GOV-08",
	}
	all := []v1alpha1.ControlID{
		"LOC-01", "LOC-02", "LOC-03", "LOC-04", "LOC-05", "LOC-06", "LOC-07", "LOG-01", "LOG-02", "BCK-01", "BCK-02", "BCK-03", "BCK-04",
		"DPD-01", "DPD-02", "GOV-01", "GOV-02", "GOV-03", "GOV-04", "GOV-05", "GOV-06", "GOV-07", "GOV-08",
		"SUP-01", "SUP-02", "SUP-03", "SUP-04", "SUP-05", "SUP-06", "INC-01", "INC-02", "INC-03",
	}
	for name, required := range map[string][]v1alpha1.ControlID{v1alpha1.DefaultProfileName: technical, "getting-started": critical} {
		p := profile(t, name)
		var listed []v1alpha1.ControlID
		for _, c := range p.Spec.Controls {
			listed = append(listed, c.Control)
			want := v1alpha1.ModeObserve
			if slices.Contains(required, c.Control) {
				want = v1alpha1.ModeRequired
			}
			if c.Mode != want {
				t.Errorf("%s: %s is %s, want %s", name, c.Control, c.Mode, want)
			}
			if c.Parameters != nil || c.Levels != nil {
				t.Errorf("%s: %s has parameters; the control's own defaults are meant", name, c.Control)
			}
		}
		if !slices.Equal(listed, all) {
			t.Errorf("%s lists %v, want %v", name, listed, all)
		}
	}
}

func TestKustomizationHoldsEveryProfile(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(profileDir, "kustomization.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var k struct {
		Resources []string `json:"resources"`
	}
	if err := yaml.Unmarshal(data, &k); err != nil {
		t.Fatal(err)
	}
	if want := []string{"public-sector.yaml", "getting-started.yaml"}; !slices.Equal(k.Resources, want) {
		t.Errorf("resources %v, want %v", k.Resources, want)
	}
}

// TestAFewLinesAreEnough is the promise that day one is short.
func TestAFewLinesAreEnough(t *testing.T) {
	create(t, parse(t, `apiVersion: tilsyn.dev/v1alpha1
kind: HostedSolution
metadata: {name: small}
spec:
  owner: {organisation: Example}`))
	create(t, parse(t, `apiVersion: tilsyn.dev/v1alpha1
kind: SolutionEnvironment
metadata: {name: small-production}
spec:
  solution: small
  stage: Production
  namespaces: [small]`))
	create(t, parse(t, `apiVersion: tilsyn.dev/v1alpha1
kind: Platform
metadata: {name: cluster}`))
}
