package cli

import (
	"path/filepath"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/test/controlplane"
)

func TestImportKeepsWhatTheClusterHas(t *testing.T) {
	cp := controlplane.New(t, controlplane.Options{})
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	if err := cp.Kubeconfig(kubeconfig); err != nil {
		t.Fatal(err)
	}
	if _, err := envtest.InstallCRDs(cp.AdminConfig(), envtest.CRDInstallOptions{Paths: []string{"../../config/crd/bases"}, ErrorIfPathMissing: true}); err != nil {
		t.Fatal(err)
	}
	client, err := dynamic.NewForConfig(cp.AdminConfig())
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range objects(t, string(read(t, kept+"/statements.yaml"))) {
		if _, err := client.Resource(v1alpha1.GroupVersion.WithResource("assurancestatements")).Create(t.Context(), o, metav1.CreateOptions{FieldValidation: "Strict"}); err != nil {
			t.Fatal(err)
		}
	}
	reported := run(t, "report", "statements", "--year", "2025", "-o", "csv", "--cluster", "--kubeconfig", kubeconfig)
	got := importedOver(t, []string{"--cluster", "--kubeconfig", kubeconfig}, strings.TrimSpace(reported.out))
	if got.code != 0 || got.errors != "2 statements: 0 new, 0 changed, 2 as recorded.\n" {
		t.Errorf("exit %d: %s%s", got.code, reported.errors, got.errors)
	}
	if diff := cmp.Diff(recordedStatements(t, kept+"/statements.yaml"), statementsIn(t, got.out)); diff != "" {
		t.Errorf("-in the cluster +imported:\n%s", diff)
	}
	if got := importedOver(t, []string{"--cluster", "--kubeconfig", kubeconfig, "--as", "stranger"}, strings.TrimSpace(reported.out)); got.code != 3 || got.out != "" || !strings.Contains(got.errors, "assurancestatements.tilsyn.dev cannot be read") {
		t.Errorf("who may not look: exit %d: %s%s", got.code, got.errors, got.out)
	}
}
