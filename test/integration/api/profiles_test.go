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

var shipped = []string{"public-sector", "getting-started", "sensitive-personal-data", "state-authority", "iso27001"}

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

// TestTheAPIServerTakesTheShippedProfiles; config/profiles holds each against its rule.
func TestTheAPIServerTakesTheShippedProfiles(t *testing.T) {
	for _, name := range shipped {
		if p := profile(t, name); p.Spec.Description == "" {
			t.Errorf("%s does not say what it is for", name)
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
	var want []string
	for _, name := range shipped {
		want = append(want, name+".yaml")
	}
	if !slices.Equal(k.Resources, want) {
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
