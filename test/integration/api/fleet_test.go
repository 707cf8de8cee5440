package api

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

const fleetDir = "../../../config/samples/fleet"

// TestFleetApplies applies the overview of audit statements as kubectl apply -k does: what the kustomization lists, with
// strict validation of fields. It leaves nothing behind.
func TestFleetApplies(t *testing.T) {
	var kustomization struct{ Resources []string }
	data, err := os.ReadFile(filepath.Join(fleetDir, "kustomization.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, &kustomization); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(fleetDir, "*.yaml"))
	if err != nil || len(files) != len(kustomization.Resources)+1 {
		t.Errorf("%d files and %d resources of the kustomization: %v", len(files), len(kustomization.Resources), err)
	}
	counts := map[string]int{}
	for _, name := range kustomization.Resources {
		data, err := os.ReadFile(filepath.Join(fleetDir, name))
		if err != nil {
			t.Fatal(err)
		}
		for text := range strings.SplitSeq(string(data), "\n---\n") {
			u := parse(t, text)
			counts[u.GetKind()]++
			options := metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict}
			if _, err := resource(t, u).Create(t.Context(), u, options); err != nil {
				t.Errorf("%s: %s %s: %v", name, u.GetKind(), u.GetName(), err)
			}
		}
	}
	if counts["HostedSolution"] != 18+3 || counts["AssuranceStatement"] != 24+2+1 || counts["Supplier"] == 0 {
		t.Errorf("the fleet has %v; want 18 solutions and 3 under the national location requirement, 24 statements, 2 action plans and 1 line without a statement", counts)
	}
}
