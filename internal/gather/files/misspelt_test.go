package files

import (
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

func TestMisspelt(t *testing.T) {
	for name, c := range map[string]struct {
		apiVersion, kind string
		want             bool
	}{
		"a misspelt kind of an API that is known whole":   {"apps/v1", "Deploymnt", true},
		"a misspelt kind of our own":                      {"tilsyn.dev/v1alpha1", "HostedSolutoin", true},
		"a kind that is not read, of an API that is":      {"apps/v1", "ControllerRevision", false},
		"a kind of the core API that is not read":         {"v1", "Endpoints", false},
		"a kind of an API that nobody here knows":         {"argoproj.io/v1alpha1", "Rollout", false},
		"a custom resource in a group of Kubernetes' own": {"snapshot.storage.k8s.io/v1", "VolumeSnapshot", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := misspelt(schema.FromAPIVersionAndKind(c.apiVersion, c.kind)); got != c.want {
				t.Errorf("misspelt(%s %s) = %v", c.apiVersion, c.kind, got)
			}
		})
	}
}
