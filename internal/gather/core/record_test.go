package core

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func TestARecordTellsSinceWhenVulnerabilitiesAreKnown(t *testing.T) {
	got := one[facts.VulnerabilitiesSeen](read(t, Kinds(), `
apiVersion: tilsyn.dev/v1alpha1
kind: SupervisionRecord
metadata: {name: environment-aula-production}
spec: {kind: SolutionEnvironment, name: aula-production}
status:
  firstSeen:
  - {key: spec.locations, value: x, at: "2026-01-01T00:00:00Z"}
  - {key: vulnerability/apps/Deployment/aula/web/CVE-1, value: CVE-1, at: "2026-11-12T09:00:00Z"}
`))
	key := facts.VulnerabilityKey(facts.Ref{Group: "apps", Kind: "Deployment", Namespace: "aula", Name: "web"}, "CVE-1")
	want := &facts.VulnerabilitiesSeen{Environment: "aula-production", First: map[string]time.Time{key: time.Date(2026, 11, 12, 9, 0, 0, 0, time.UTC)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
