package api

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/control"
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

// TestShippedProfilesListTheWholeCatalogue: the default requires every control, the one for the first weeks the critical ones.
func TestShippedProfilesListTheWholeCatalogue(t *testing.T) {
	for name, required := range map[string]func(*control.Control) bool{
		v1alpha1.DefaultProfileName: func(*control.Control) bool { return true },
		"getting-started":           func(c *control.Control) bool { return c.Severity == v1alpha1.SeverityCritical },
	} {
		modes := map[v1alpha1.ControlID]v1alpha1.ControlMode{}
		for _, c := range profile(t, name).Spec.Controls {
			modes[c.Control] = c.Mode
			if c.Parameters != nil || c.Levels != nil {
				t.Errorf("%s: %s has parameters; the control's own defaults are meant", name, c.Control)
			}
		}
		for _, c := range catalog.All() {
			want := v1alpha1.ModeObserve
			if required(c) {
				want = v1alpha1.ModeRequired
			}
			if modes[c.ID] != want {
				t.Errorf("%s: %s is %q, want %s", name, c.ID, modes[c.ID], want)
			}
			delete(modes, c.ID)
		}
		if len(modes) > 0 {
			t.Errorf("%s lists %v, which no control is", name, slices.Sorted(maps.Keys(modes)))
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
